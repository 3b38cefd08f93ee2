/* SPDX-License-Identifier: Apache-2.0 */
/* run_tests.h - main() of a test program: its tests, and nothing else. */
#ifndef SCTPSPEC_RUNNER_ENGINE_TESTS_RUN_TESTS_H
#define SCTPSPEC_RUNNER_ENGINE_TESTS_RUN_TESTS_H

#include <check.h>
#include <stddef.h>

/* The exit status: 0 if all of them passed. */
int run_tests(const char *name, const TTest *const *tests, size_t count);

#define RUN_TESTS(name, ...)                                   \
	run_tests(name, (const TTest *const[]){ __VA_ARGS__ }, \
		sizeof((const TTest *const[]){ __VA_ARGS__ }) / sizeof(const TTest *))

#endif
