# SPDX-License-Identifier: Apache-2.0
# sctpspec_test(NAME thing SOURCES thing_test.c LIBS netns)
#     a Check program that runs on this machine.
# sctpspec_guest_test(NAME thing SOURCES thing_test.c LIBS netns OPTIONS --clock=real)
#     a Check program that runs as root inside a guest, by `sctpspec exec` with these options.
function(sctpspec_test_program)
	cmake_parse_arguments(T "" "NAME" "SOURCES;LIBS" ${ARGN})
	add_executable(${T_NAME}_test ${T_SOURCES})
	set_target_properties(${T_NAME}_test PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
	target_link_libraries(${T_NAME}_test PRIVATE ${T_LIBS} PkgConfig::CHECK sctpspec_flags)
endfunction()

function(sctpspec_test)
	cmake_parse_arguments(T "" "NAME" "SOURCES;LIBS" ${ARGN})
	sctpspec_test_program(${ARGN})
	add_test(NAME ${T_NAME} COMMAND ${T_NAME}_test)
	# Check limits a test by the wall clock, to 4 s; a busy machine must not fail it. CTest has a limit for what hangs.
	set_tests_properties(${T_NAME} PROPERTIES LABELS host ENVIRONMENT CK_TIMEOUT_MULTIPLIER=1000)
endfunction()

function(sctpspec_guest_test)
	cmake_parse_arguments(T "" "NAME" "SOURCES;LIBS;OPTIONS" ${ARGN})
	sctpspec_test_program(NAME ${T_NAME} SOURCES ${T_SOURCES} LIBS ${T_LIBS})
	add_test(NAME ${T_NAME} COMMAND sctpspec exec ${T_OPTIONS} $<TARGET_FILE:${T_NAME}_test>)
	set_tests_properties(${T_NAME} PROPERTIES LABELS guest FIXTURES_REQUIRED kernel)
endfunction()
