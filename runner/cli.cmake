# SPDX-License-Identifier: Apache-2.0
# The command line.

# The catalogue of requirements becomes part of the program: one pair of symbols for each CSV file.
file(GLOB catalogue_csv CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/cases/requirements/*.csv)
set(catalogue_asm "")
set(catalogue_externs "")
set(catalogue_rows "")
foreach(csv IN LISTS catalogue_csv)
	get_filename_component(name ${csv} NAME)
	string(MAKE_C_IDENTIFIER ${name} symbol)
	string(APPEND catalogue_asm
		"__asm__(\".section .rodata\\n\"\n"
		"\t\".global catalogue_${symbol}\\ncatalogue_${symbol}: .incbin \\\"${csv}\\\"\\n\"\n"
		"\t\".global catalogue_${symbol}_end\\ncatalogue_${symbol}_end: .byte 0\\n\"\n"
		"\t\".text\\n\");\n")
	string(APPEND catalogue_externs "extern const char catalogue_${symbol}[], catalogue_${symbol}_end[];\n")
	string(APPEND catalogue_rows "\t{ \"${name}\", catalogue_${symbol}, catalogue_${symbol}_end },\n")
endforeach()
file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/catalogue_files.c @ONLY CONTENT
"/* Generated from cases/requirements/. */
#include <stddef.h>
#include \"runner/catalogue_files.h\"
${catalogue_asm}
${catalogue_externs}
const struct catalogue_file catalogue_files[] = {
${catalogue_rows}	{ NULL, NULL, NULL },
};
")
set_source_files_properties(${CMAKE_CURRENT_BINARY_DIR}/catalogue_files.c PROPERTIES
	OBJECT_DEPENDS "${catalogue_csv}")

find_path(CSV_INCLUDE_DIR csv.h REQUIRED)
find_library(CSV_LIBRARY csv REQUIRED)

# What needs neither guests nor cases.
add_library(planning STATIC
	catalogue.c known.c nearest.c plan.c postmortem.c score.c select.c
	${CMAKE_CURRENT_BINARY_DIR}/catalogue_files.c)
target_include_directories(planning PRIVATE ${CSV_INCLUDE_DIR})
target_link_libraries(planning PUBLIC guest ${CSV_LIBRARY} PRIVATE sctpspec_flags)

add_library(cli STATIC
	case_log.c command.c exhibit.c formats.c progress.c repeat.c run.c stop.c target_guest.c target_host.c
	transcript.c workers.c)
target_link_libraries(cli PUBLIC planning guest reports netns engine PRIVATE sctpspec_flags)

add_executable(sctpspec main.c cmd_doctor.c cmd_exec.c cmd_kernels.c cmd_list.c cmd_report.c cmd_run.c
	cmd_show.c)
target_link_libraries(sctpspec PRIVATE cli cases sctpspec_flags)
add_dependencies(sctpspec sctpspec-agent)

install(TARGETS sctpspec RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS sctpspec-agent RUNTIME DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/sctpspec)

if(BUILD_TESTING)
	foreach(name select known catalogue postmortem)
		sctpspec_test(NAME ${name} SOURCES tests/${name}_test.c LIBS planning)
	endforeach()
	foreach(name workers case_log)
		sctpspec_test(NAME ${name} SOURCES tests/${name}_test.c LIBS cli)
	endforeach()
	sctpspec_test(NAME requirements SOURCES tests/requirements_test.c LIBS cli cases)

	add_test(NAME cli COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/tests/cli_test.bash $<TARGET_FILE:sctpspec>)
	set_tests_properties(cli PROPERTIES LABELS host TIMEOUT 300)

	# The running kernel as the target: that of a guest. Built from few sources, because the guest has
	# little room for libraries.
	sctpspec_test_program(NAME host_target
		SOURCES tests/host_target_test.c target_host.c workers.c sentence.c console.c LIBS box)
	add_test(NAME host_target COMMAND sctpspec exec
		--file $<TARGET_FILE:sctpspec-agent>:/run/sctpspec-agent $<TARGET_FILE:host_target_test>)
	set_tests_properties(host_target PROPERTIES LABELS guest TIMEOUT 300 FIXTURES_REQUIRED kernel)

	# What the guest tests require: the default kernel, booted once.
	add_test(NAME kernel COMMAND sctpspec kernels fetch --boot)
	set_tests_properties(kernel PROPERTIES LABELS guest TIMEOUT 900 FIXTURES_SETUP kernel)
	add_test(NAME run COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/tests/run_test.bash $<TARGET_FILE:sctpspec>)
	set_tests_properties(run PROPERTIES LABELS guest TIMEOUT 900 FIXTURES_REQUIRED kernel)
	add_test(NAME proof COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/tests/proof_test.bash $<TARGET_FILE:sctpspec>)
	set_tests_properties(proof PROPERTIES LABELS guest TIMEOUT 900 FIXTURES_REQUIRED kernel)
endif()
