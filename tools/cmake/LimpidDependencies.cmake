# Third-party libraries under the same target names on every platform:
#
#   JPEG::JPEG  PNG::PNG  ZLIB::ZLIB  WebP::webp  WebP::webpdemux  WebP::libwebpmux  limpid_deps::sodium
#   nlohmann_json::nlohmann_json   natively OpenSSL::Crypto  OpenSSL::SSL  Boost::headers  PkgConfig::limpid_seccomp
#   PkgConfig::limpid_sqlite  PkgConfig::limpid_curl  PkgConfig::limpid_hiredis  PkgConfig::limpid_tomlplusplus  PkgConfig::limpid_libyaml
#   and for tests   GTest::gtest  GTest::gtest_main
#   benchmark::benchmark
#
# Natively the system's; for WebAssembly and AArch64 the same versions, built by tools/deps/build.sh.
# LIMPID_VARIANT is native, arm64, wasm, wasm-simd or wasm-simd-threads.

if(EMSCRIPTEN)
  set(LIMPID_VARIANT wasm)
  if(LIMPID_WASM_SIMD)
    string(APPEND LIMPID_VARIANT -simd)
  endif()
  if(LIMPID_WASM_THREADS)
    string(APPEND LIMPID_VARIANT -threads)
  endif()
elseif(CMAKE_CROSSCOMPILING)
  set(LIMPID_VARIANT arm64)
else()
  set(LIMPID_VARIANT native)
endif()

find_package(Threads REQUIRED)

if(LIMPID_VARIANT STREQUAL "native")
  find_package(JPEG REQUIRED)
  find_package(PNG ${LIMPID_REQUIRED_LIBPNG_VERSION} EXACT REQUIRED)
  find_package(ZLIB ${LIMPID_REQUIRED_ZLIB_VERSION} EXACT REQUIRED)
  find_package(WebP ${LIMPID_REQUIRED_LIBWEBP_VERSION} EXACT REQUIRED)
  find_package(nlohmann_json ${LIMPID_REQUIRED_NLOHMANN_JSON_VERSION} EXACT REQUIRED)
  find_package(PkgConfig REQUIRED)
  pkg_check_modules(limpid_sodium REQUIRED IMPORTED_TARGET GLOBAL "libsodium=${LIMPID_REQUIRED_LIBSODIUM_VERSION}")
  add_library(limpid_deps::sodium ALIAS PkgConfig::limpid_sodium)
  if(LIMPID_DEVELOPER_MODE)
    find_package(GTest REQUIRED)
    find_package(benchmark REQUIRED)
    find_package(CLI11 ${LIMPID_REQUIRED_CLI11_VERSION} EXACT REQUIRED)
    find_package(OpenSSL 3 REQUIRED COMPONENTS Crypto SSL)
    find_package(Boost 1.83 REQUIRED) # headers only
    pkg_check_modules(limpid_seccomp REQUIRED IMPORTED_TARGET GLOBAL libseccomp)
    pkg_check_modules(limpid_sqlite REQUIRED IMPORTED_TARGET GLOBAL sqlite3>=3.37) # STRICT tables
    pkg_check_modules(limpid_curl REQUIRED IMPORTED_TARGET GLOBAL libcurl>=7.87) # CURLOPT_QUICK_EXIT
    pkg_check_modules(limpid_tomlplusplus REQUIRED IMPORTED_TARGET GLOBAL tomlplusplus)
    pkg_check_modules(limpid_hiredis REQUIRED IMPORTED_TARGET GLOBAL hiredis>=1.1 hiredis_ssl)
    pkg_check_modules(limpid_libyaml REQUIRED IMPORTED_TARGET GLOBAL yaml-0.1)
  endif()
  return()
endif()

set(LIMPID_DEPS_ROOT "${PROJECT_SOURCE_DIR}/build/deps/${LIMPID_VARIANT}" CACHE PATH "What tools/deps/build.sh made")
if(NOT EXISTS "${LIMPID_DEPS_ROOT}/stamp")
  message(FATAL_ERROR "No libraries in ${LIMPID_DEPS_ROOT}: run tools/deps/build.sh ${LIMPID_VARIANT}")
endif()
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${LIMPID_DEPS_ROOT}/stamp")

function(_limpid_import target library)
  add_library(${target} STATIC IMPORTED GLOBAL)
  set_target_properties(${target} PROPERTIES
    IMPORTED_LOCATION "${LIMPID_DEPS_ROOT}/lib/lib${library}.a"
    INTERFACE_INCLUDE_DIRECTORIES "${LIMPID_DEPS_ROOT}/include"
  )
  target_link_libraries(${target} INTERFACE ${ARGN})
endfunction()

_limpid_import(ZLIB::ZLIB z)
_limpid_import(PNG::PNG png16 ZLIB::ZLIB)
_limpid_import(JPEG::JPEG jpeg)
_limpid_import(WebP::sharpyuv sharpyuv)
_limpid_import(WebP::webp webp WebP::sharpyuv Threads::Threads)
_limpid_import(WebP::webpdemux webpdemux WebP::webp)
_limpid_import(WebP::libwebpmux webpmux WebP::webp)
_limpid_import(limpid_deps::sodium sodium)
set_property(TARGET limpid_deps::sodium PROPERTY INTERFACE_COMPILE_DEFINITIONS SODIUM_STATIC)
_limpid_import(GTest::gtest gtest Threads::Threads)
_limpid_import(GTest::gtest_main gtest_main GTest::gtest)
_limpid_import(benchmark::benchmark benchmark Threads::Threads)
add_library(nlohmann_json::nlohmann_json INTERFACE IMPORTED GLOBAL)
set_property(TARGET nlohmann_json::nlohmann_json PROPERTY INTERFACE_INCLUDE_DIRECTORIES "${LIMPID_DEPS_ROOT}/include")
