set(_root "${LIMPID_DEPS_SOURCES}/benchmark")
file(STRINGS "${_root}/.version" _version)
third_party_library(benchmark ROOT "${_root}/src" SOURCES
  benchmark.cc benchmark_api_internal.cc benchmark_name.cc benchmark_register.cc benchmark_runner.cc colorprint.cc
  commandlineflags.cc complexity.cc console_reporter.cc counter.cc csv_reporter.cc json_reporter.cc perf_counters.cc
  reporter.cc sleep.cc statistics.cc string_util.cc sysinfo.cc timers.cc
)
if(EXISTS "${_root}/src/check.cc")
  target_sources(benchmark PRIVATE "${_root}/src/check.cc")
endif()
target_include_directories(benchmark PRIVATE "${_root}/include" "${_root}/src")
target_compile_definitions(benchmark PRIVATE
  HAVE_STD_REGEX HAVE_STEADY_CLOCK BENCHMARK_STATIC_DEFINE "BENCHMARK_VERSION=\"${_version}\""
)
install(DIRECTORY "${_root}/include/benchmark" DESTINATION include)
