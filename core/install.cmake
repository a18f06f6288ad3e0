# limpid::limpid, what C++ programs link: one shared library that exports LIMPID_API and nothing else, so that
# a consumer needs neither Halide nor the codec headers.
include(CMakePackageConfigHelpers)

add_library(limpid SHARED $<TARGET_OBJECTS:limpid_core> $<TARGET_OBJECTS:limpid_security>)
add_library(limpid::limpid ALIAS limpid)
limpid_target_defaults(limpid)
target_compile_features(limpid PUBLIC cxx_std_23)
target_include_directories(limpid INTERFACE
  $<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/include>
  $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>
)
target_link_libraries(limpid PRIVATE ${LIMPID_CORE_DEPENDENCIES} Threads::Threads)
# The kernels and Halide's runtime come from static libraries with visible symbols: keep those inside.
target_link_options(limpid PRIVATE -Wl,--exclude-libs,ALL -Wl,--no-undefined)
set_target_properties(limpid PROPERTIES
  LINKER_LANGUAGE CXX
  VERSION ${PROJECT_VERSION}
  # Until 1.0 every minor version may change the interface.
  SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}
)

install(TARGETS limpid EXPORT limpidTargets
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
)
install(DIRECTORY include/limpid DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT limpidTargets NAMESPACE limpid:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/limpid)
configure_package_config_file(
  "${PROJECT_SOURCE_DIR}/tools/cmake/limpidConfig.cmake.in" "${CMAKE_CURRENT_BINARY_DIR}/limpidConfig.cmake"
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/limpid
)
write_basic_package_version_file("${CMAKE_CURRENT_BINARY_DIR}/limpidConfigVersion.cmake"
  COMPATIBILITY SameMinorVersion
)
install(FILES
  "${CMAKE_CURRENT_BINARY_DIR}/limpidConfig.cmake" "${CMAKE_CURRENT_BINARY_DIR}/limpidConfigVersion.cmake"
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/limpid
)
# Relative, so that the installed tree may be moved.
file(RELATIVE_PATH LIMPID_PC_PREFIX "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/")
configure_file("${PROJECT_SOURCE_DIR}/tools/cmake/limpid.pc.in" "${CMAKE_CURRENT_BINARY_DIR}/limpid.pc" @ONLY)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/limpid.pc" DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
