# SPDX-License-Identifier: Apache-2.0
# The tests that have threads, once more with ThreadSanitizer, in a guest; and a race that it must see there.
set(tsan -fsanitize=thread -O1 -g)

# (threads in all of them; the library's sources are compiled once)
add_library(gen_sctp_tsan STATIC ${sources} tests/loopback.c tests/owner.c tests/wire.c)
target_include_directories(gen_sctp_tsan PUBLIC include)
target_compile_options(gen_sctp_tsan PUBLIC ${tsan})
target_link_options(gen_sctp_tsan PUBLIC ${tsan})
target_link_libraries(gen_sctp_tsan PRIVATE sctpspec_flags Threads::Threads sctp)

foreach(area connect send owner threads)
	sctpspec_guest_test(NAME gen_sctp_${area}_tsan SOURCES tests/${area}_guest_test.c LIBS gen_sctp_tsan)
endforeach()

add_executable(gen_sctp_race tests/race.c)
set_target_properties(gen_sctp_race PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
target_compile_options(gen_sctp_race PRIVATE ${tsan})
target_link_options(gen_sctp_race PRIVATE ${tsan})
target_link_libraries(gen_sctp_race PRIVATE Threads::Threads)
add_test(NAME gen_sctp_race_tsan COMMAND sctpspec exec $<TARGET_FILE:gen_sctp_race>)
set_tests_properties(gen_sctp_race_tsan PROPERTIES LABELS guest FIXTURES_REQUIRED kernel
	PASS_REGULAR_EXPRESSION "WARNING: ThreadSanitizer: data race")
