set(_root "${LIMPID_DEPS_SOURCES}/libjpeg-turbo")
set(_config "${CMAKE_CURRENT_BINARY_DIR}/libjpeg-turbo")

# What jconfig.h and jconfigint.h are made from; as in Debian's libjpeg62-turbo except for SIMD.
set(VERSION ${LIMPID_REQUIRED_LIBJPEG_TURBO_VERSION})
string(REGEX REPLACE "^([0-9]+)\\.([0-9]+)\\.([0-9]+)$" "\\100\\200\\3" LIBJPEG_TURBO_VERSION_NUMBER "${VERSION}")
set(JPEG_LIB_VERSION 62)
set(C_ARITH_CODING_SUPPORTED 1)
set(D_ARITH_CODING_SUPPORTED 1)
set(MEM_SRCDST_SUPPORTED 1)
set(WITH_SIMD 0)
set(BITS_IN_JSAMPLE 8)
set(BUILD limpid)
set(INLINE "__inline__ __attribute__((always_inline))")
set(THREAD_LOCAL __thread)
set(SIZE_T ${CMAKE_SIZEOF_VOID_P})
set(HAVE_BUILTIN_CTZL 1)
set(COPYRIGHT_YEAR 2023)
configure_file("${_root}/jconfig.h.in" "${_config}/jconfig.h")
configure_file("${_root}/jconfigint.h.in" "${_config}/jconfigint.h")
configure_file("${_root}/jversion.h.in" "${_config}/jversion.h")

third_party_library(jpeg ROOT "${_root}" SOURCES
  jaricom.c jcapimin.c jcapistd.c jcarith.c jccoefct.c jccolor.c jcdctmgr.c jchuff.c jcicc.c jcinit.c jcmainct.c
  jcmarker.c jcmaster.c jcomapi.c jcparam.c jcphuff.c jcprepct.c jcsample.c jctrans.c jdapimin.c jdapistd.c jdarith.c
  jdatadst.c jdatasrc.c jdcoefct.c jdcolor.c jddctmgr.c jdhuff.c jdicc.c jdinput.c jdmainct.c jdmarker.c jdmaster.c
  jdmerge.c jdphuff.c jdpostct.c jdsample.c jdtrans.c jerror.c jfdctflt.c jfdctfst.c jfdctint.c jidctflt.c jidctfst.c
  jidctint.c jidctred.c jmemmgr.c jmemnobs.c jquant1.c jquant2.c jsimd_none.c jutils.c
)
target_include_directories(jpeg PRIVATE "${_config}" "${_root}")
install(FILES "${_root}/jpeglib.h" "${_root}/jmorecfg.h" "${_root}/jerror.h" "${_config}/jconfig.h" DESTINATION include)
