# limpid_target_defaults(<target> [EXCEPTIONS])
#
# What every target of ours is compiled with. Value-bearing code is built without exceptions;
# EXCEPTIONS is for code that uses a library which throws (GoogleTest, CLI11).

include(LimpidAbi)

function(limpid_target_defaults target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "EXCEPTIONS" "" "")
  set_target_properties(${target} PROPERTIES
    CXX_STANDARD 23
    CXX_STANDARD_REQUIRED ON
    CXX_EXTENSIONS OFF
    CXX_SCAN_FOR_MODULES OFF # emcc has no clang-scan-deps
    CXX_VISIBILITY_PRESET hidden
    VISIBILITY_INLINES_HIDDEN ON
    POSITION_INDEPENDENT_CODE ON
  )
  target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:limpid_abi>)
  target_compile_options(${target} PRIVATE
    -Wall -Wextra -Wconversion
    # Files compiled as one see each other's private names; the preset that compiles each by itself checks this.
    $<$<NOT:$<BOOL:${CMAKE_UNITY_BUILD}>>:-Wshadow>
    $<$<BOOL:${LIMPID_DEVELOPER_MODE}>:-Werror>
    # A fused multiply-add rounds once where a multiply and an add round twice: other bytes on another CPU.
    -ffp-contract=off
    "-ffile-prefix-map=${PROJECT_SOURCE_DIR}/="
    # GCC 12 sees overlapping copies in std::string + char* (GCC bug 105651).
    $<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-restrict>
  )
  if(NOT arg_EXCEPTIONS)
    target_compile_options(${target} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:-fno-exceptions>)
  endif()
  if(LIMPID_SANITIZE)
    target_compile_options(${target} PRIVATE
      -fsanitize=${LIMPID_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(${target} PRIVATE -fsanitize=${LIMPID_SANITIZE})
  elseif(NOT EMSCRIPTEN)
    target_compile_options(${target} PRIVATE -fstack-protector-strong)
    target_compile_definitions(${target} PRIVATE $<$<CONFIG:Release>:_FORTIFY_SOURCE=2>)
    target_link_options(${target} PRIVATE -Wl,-z,relro,-z,now)
  endif()
  if(NOT EMSCRIPTEN)
    # An index out of range ends the process instead of reading someone else's memory.
    target_compile_definitions(${target} PRIVATE _GLIBCXX_ASSERTIONS)
  endif()
endfunction()

# limpid_wasm_node_program(<target>): link a command-line program (test, benchmark) to run under node with the
# real file system. Does nothing natively. Without Binaryen's passes, which take longer than most tests and which the
# package's modules, tested by themselves, are linked with.
function(limpid_wasm_node_program target)
  if(NOT EMSCRIPTEN)
    return()
  endif()
  target_link_options(${target} PRIVATE -O1 -sENVIRONMENT=node,worker -sNODERAWFS=1)
  limpid_wasm_main(${target})
endfunction()

# limpid_wasm_main(<target>): memory and threads of a program with a main(), under node or in a page.
function(limpid_wasm_main target)
  target_link_options(${target} PRIVATE
    -sEXIT_RUNTIME=1 -sALLOW_MEMORY_GROWTH=1 -sINITIAL_MEMORY=64MB -sMAXIMUM_MEMORY=2GB -sSTACK_SIZE=1MB
  )
  if(LIMPID_WASM_THREADS)
    # main() runs in a worker, where it may wait for the pool's threads.
    target_link_options(${target} PRIVATE -sPROXY_TO_PTHREAD=1 -sPTHREAD_POOL_SIZE=8 -Wno-pthreads-mem-growth)
  endif()
endfunction()
