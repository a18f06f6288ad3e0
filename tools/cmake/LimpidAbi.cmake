# What all WebAssembly objects of one program must agree on, ours and third-party, or it does not link.
# libjpeg and libpng report errors through longjmp, hence the exception mode even for code that throws nothing.
add_library(limpid_abi INTERFACE)
if(EMSCRIPTEN)
  set(LIMPID_ABI_OPTIONS -fwasm-exceptions -sSUPPORT_LONGJMP=wasm)
  if(LIMPID_WASM_SIMD)
    list(APPEND LIMPID_ABI_OPTIONS -msimd128)
  endif()
  if(LIMPID_WASM_THREADS)
    list(APPEND LIMPID_ABI_OPTIONS -pthread)
  endif()
  target_compile_options(limpid_abi INTERFACE ${LIMPID_ABI_OPTIONS})
  target_link_options(limpid_abi INTERFACE ${LIMPID_ABI_OPTIONS})
endif()
