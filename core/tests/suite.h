/* SPDX-License-Identifier: Apache-2.0 */
/* suite.h - how a test program ends: run_tests(), and for a list of tests, with TAP as output, RUN_SUITE(). */
#ifndef GEN_SCTP_TESTS_SUITE_H
#define GEN_SCTP_TESTS_SUITE_H

#include <check.h>

/* The exit status of a test program. */
static inline int run_tests(Suite *suite)
{
	SRunner *runner = srunner_create(suite);

	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}

/* `after` runs after each test that did not fail, or is NULL */
#define RUN_SUITE(name, tests, after) run_suite(name, tests, sizeof(tests) / sizeof((tests)[0]), after)

static inline int run_suite(const char *name, const TTest *const *tests, size_t n_tests, void (*after)(void))
{
	Suite *suite = suite_create(name);
	TCase *cases = tcase_create(name);
	SRunner *runner = srunner_create(suite);
	int failed;

	for (size_t i = 0; i < n_tests; i++)
		tcase_add_test(cases, tests[i]);
	tcase_add_checked_fixture(cases, NULL, after);
	tcase_set_timeout(cases, 30);
	suite_add_tcase(suite, cases);
	srunner_set_tap(runner, "-");
	srunner_run_all(runner, CK_SILENT);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}

#endif
