# LIMPID_HALIDE_TARGETS: the target strings every kernel is compiled for, best first, and Halide's CMake functions.
#
# strict_float is on every one of them: without it AVX2 contracts to fused multiply-add and the bytes differ.

if(LIMPID_SANITIZE MATCHES "address")
  set(_sanitizer -asan)
elseif(LIMPID_SANITIZE MATCHES "thread")
  set(_sanitizer -tsan)
else()
  set(_sanitizer "")
endif()

if(EMSCRIPTEN)
  set(_features wasm-32-wasmrt)
  if(LIMPID_WASM_SIMD)
    string(APPEND _features -wasm_simd128-wasm_bulk_memory)
  endif()
  if(LIMPID_WASM_THREADS)
    string(APPEND _features -wasm_threads)
  endif()
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "^(aarch64|arm64)$")
  set(_features arm-64-linux)
elseif(LIMPID_SANITIZE MATCHES "thread")
  # One tier, so no dispatcher: Halide's keeps its choice in a static without synchronisation. Every thread stores the
  # same aligned pointer, which the machine does not mind but TSan does; races inside kernels are still seen.
  set(_features x86-64-linux)
elseif(LIMPID_FUZZ)
  # What is fuzzed runs no kernel: the quickest to build.
  set(_features x86-64-linux)
elseif(LIMPID_SANITIZE)
  # Memory errors do not depend on the vector width: the best common one and the fallback.
  set(_features x86-64-linux-avx-avx2-f16c-fma-sse41 x86-64-linux)
else()
  set(_features
    x86-64-linux-avx-avx2-f16c-fma-sse41-avx512-avx512_skylake
    x86-64-linux-avx-avx2-f16c-fma-sse41
    x86-64-linux-sse41
    x86-64-linux
  )
endif()
list(TRANSFORM _features APPEND "-strict_float${_sanitizer}" OUTPUT_VARIABLE LIMPID_HALIDE_TARGETS)

# Generators run on the machine that builds, so every preset but host-release imports the program that one built.
set(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL ON)
if(limpid-halide_generators_ROOT)
  if(NOT EXISTS "${limpid-halide_generators_ROOT}/cmake/limpid-halide_generatorsConfig.cmake")
    message(FATAL_ERROR "No generator program in ${limpid-halide_generators_ROOT}: build the host-release preset first")
  endif()
  # The hint is for cross builds: their toolchain files hide the host's package folders.
  find_package(HalideHelpers ${LIMPID_REQUIRED_HALIDE_VERSION} EXACT REQUIRED
    HINTS "/usr/lib/${CMAKE_HOST_SYSTEM_PROCESSOR}-linux-gnu/cmake/HalideHelpers19" CMAKE_FIND_ROOT_PATH_BOTH)
else()
  find_package(Halide ${LIMPID_REQUIRED_HALIDE_VERSION} EXACT REQUIRED COMPONENTS shared Halide)
endif()
