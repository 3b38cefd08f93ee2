# SPDX-License-Identifier: Apache-2.0
# Which test proves which behaviour: checked by a test, and written with verdicts into BEHAVIOURS.md by
# `cmake --build build --target behaviours`, which runs every guest test on every kernel.
find_path(CSV_INCLUDE_DIR csv.h REQUIRED)
find_library(CSV_LIBRARY csv REQUIRED)
set(here ${CMAKE_CURRENT_LIST_DIR})
set(table ${CMAKE_CURRENT_SOURCE_DIR}/BEHAVIOURS.md)
list(TRANSFORM guest_areas REPLACE "(.+)" "${CMAKE_CURRENT_SOURCE_DIR}/tests/\\1_guest_test.c" OUTPUT_VARIABLE guest_sources)
foreach(area IN LISTS guest_areas)
	list(JOIN exec_options_${area} "," options) # one at most
	list(APPEND areas_with_options ${area},${options})
endforeach()
list(TRANSFORM other_kernels PREPEND "debian:" OUTPUT_VARIABLE kernels)
list(INSERT kernels 1 default)
list(JOIN areas_with_options " " areas_with_options)
list(JOIN kernels " " kernels)

add_executable(behaviours_tool ${here}/behaviours.c ${here}/list.c)
set_target_properties(behaviours_tool PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
target_include_directories(behaviours_tool PRIVATE ${CSV_INCLUDE_DIR})
target_link_libraries(behaviours_tool PRIVATE ${CSV_LIBRARY} sctpspec_flags)

add_custom_target(behaviours
	COMMAND ${here}/write.bash $<TARGET_FILE:sctpspec> ${table} ${CMAKE_CURRENT_BINARY_DIR}/behaviours
		"${kernels}" $<TARGET_FILE_DIR:behaviours_tool> "${areas_with_options}"
		$<TARGET_FILE:behaviours_tool> ${here}/behaviours.csv ${guest_sources}
	DEPENDS sctpspec behaviours_tool
	COMMENT "Running the guest tests of gen_sctp on every kernel"
	USES_TERMINAL VERBATIM)
foreach(area IN LISTS guest_areas)
	add_dependencies(behaviours gen_sctp_${area}_guest_test)
endforeach()

add_test(NAME gen_sctp_behaviours COMMAND behaviours_tool check ${here}/behaviours.csv ${table} ${guest_sources})
set_tests_properties(gen_sctp_behaviours PROPERTIES LABELS host)
add_test(NAME gen_sctp_behaviours_tool COMMAND ${here}/behaviours_test.bash $<TARGET_FILE:behaviours_tool>)
set_tests_properties(gen_sctp_behaviours_tool PROPERTIES LABELS host)
