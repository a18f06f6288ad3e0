set(_root "${LIMPID_DEPS_SOURCES}/zlib")
third_party_library(z ROOT "${_root}" SOURCES
  adler32.c compress.c crc32.c deflate.c infback.c inffast.c inflate.c inftrees.c trees.c uncompr.c zutil.c
)
target_include_directories(z PUBLIC "${_root}")
target_compile_definitions(z PRIVATE HAVE_UNISTD_H HAVE_STDARG_H)
install(FILES "${_root}/zlib.h" "${_root}/zconf.h" DESTINATION include)
