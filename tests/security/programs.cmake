# limpid against minisign and signify, each way, and PBKDF2 against Python's.
find_package(Python3 3.9 REQUIRED COMPONENTS Interpreter)

add_executable(signature_tool programs/signature_tool.cpp)
limpid_target_defaults(signature_tool EXCEPTIONS)
target_include_directories(signature_tool PRIVATE "${PROJECT_SOURCE_DIR}/core/src")
target_link_libraries(signature_tool PRIVATE limpid_security)
set_target_properties(signature_tool PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}")
add_test(NAME signature_programs COMMAND Python3::Interpreter -B
  "${CMAKE_CURRENT_SOURCE_DIR}/programs/signature_programs.py" $<TARGET_FILE:signature_tool>)
set_tests_properties(signature_programs PROPERTIES LABELS security TIMEOUT 300)

# A library of all that is in both libraries but what signs: it must be complete, and must not be able to sign.
get_property(_signing DIRECTORY "${PROJECT_SOURCE_DIR}/core" PROPERTY LIMPID_SIGNING_SOURCES)
get_property(_dependencies DIRECTORY "${PROJECT_SOURCE_DIR}/core" PROPERTY LIMPID_CORE_DEPENDENCIES)
list(TRANSFORM _signing REPLACE "[.]" "[.]")
list(JOIN _signing "|" _signing)
add_library(limpid_verify_only SHARED
  "$<FILTER:$<TARGET_OBJECTS:limpid_core>,EXCLUDE,/(${_signing})[.]o$>"
  "$<FILTER:$<TARGET_OBJECTS:limpid_security>,EXCLUDE,/(${_signing})[.]o$>"
)
limpid_target_defaults(limpid_verify_only)
set_target_properties(limpid_verify_only PROPERTIES LINKER_LANGUAGE CXX LIBRARY_OUTPUT_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}")
target_link_libraries(limpid_verify_only PRIVATE ${_dependencies} Threads::Threads)
target_link_options(limpid_verify_only PRIVATE -Wl,--exclude-libs,ALL -Wl,--no-undefined)
add_test(NAME verify_only COMMAND "${CMAKE_CURRENT_SOURCE_DIR}/programs/verify_only.sh"
  $<TARGET_FILE:limpid_verify_only> $<TARGET_FILE:limpid>)
set_tests_properties(verify_only PROPERTIES LABELS security TIMEOUT 60)
