# LIMPID_VERSION from the public header, and every NAME=value of tools/versions.env as LIMPID_REQUIRED_<NAME>.

set(_header "${CMAKE_CURRENT_LIST_DIR}/../../core/include/limpid/version.hpp")
set(_versions "${CMAKE_CURRENT_LIST_DIR}/../versions.env")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${_header}" "${_versions}")

file(STRINGS "${_header}" _lines REGEX "^#define LIMPID_VERSION_(MAJOR|MINOR|PATCH) [0-9]+$")
string(REGEX REPLACE "#define LIMPID_VERSION_[A-Z]+ ([0-9]+)" "\\1" _lines "${_lines}")
list(JOIN _lines "." LIMPID_VERSION)
if(NOT LIMPID_VERSION MATCHES "^[0-9]+\\.[0-9]+\\.[0-9]+$")
  message(FATAL_ERROR "${_header}: expected LIMPID_VERSION_MAJOR, _MINOR and _PATCH in that order, found '${LIMPID_VERSION}'")
endif()

file(STRINGS "${_versions}" _lines REGEX "^[A-Z0-9_]+=")
foreach(_line IN LISTS _lines)
  string(REGEX MATCH "^([A-Z0-9_]+)=(.*)$" _ "${_line}")
  set(LIMPID_REQUIRED_${CMAKE_MATCH_1} "${CMAKE_MATCH_2}")
endforeach()
