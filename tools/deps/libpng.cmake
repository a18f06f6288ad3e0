set(_root "${LIMPID_DEPS_SOURCES}/libpng1.6")
configure_file("${_root}/scripts/pnglibconf.h.prebuilt" "${CMAKE_CURRENT_BINARY_DIR}/libpng/pnglibconf.h" COPYONLY)
third_party_library(png16 ROOT "${_root}" SOURCES
  png.c pngerror.c pngget.c pngmem.c pngpread.c pngread.c pngrio.c pngrtran.c pngrutil.c pngset.c pngtrans.c
  pngwio.c pngwrite.c pngwtran.c pngwutil.c
)
target_include_directories(png16 PRIVATE "${_root}" "${CMAKE_CURRENT_BINARY_DIR}/libpng")
target_compile_definitions(png16 PRIVATE PNG_ARM_NEON_OPT=0 PNG_INTEL_SSE_OPT=0)
target_link_libraries(png16 PRIVATE z)
install(FILES "${_root}/png.h" "${_root}/pngconf.h" "${CMAKE_CURRENT_BINARY_DIR}/libpng/pnglibconf.h" DESTINATION include)
