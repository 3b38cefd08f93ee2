/* SPDX-License-Identifier: Apache-2.0 */
/* run_tests.c - see run_tests.h. */
#include "runner/engine/tests/run_tests.h"

int run_tests(const char *name, const TTest *const *tests, size_t count)
{
	Suite *suite = suite_create(name);
	TCase *all = tcase_create(name);
	SRunner *runner = srunner_create(suite);
	int failures;

	tcase_set_timeout(all, 3600);
	for (size_t i = 0; i < count; i++)
		tcase_add_test(all, tests[i]);
	suite_add_tcase(suite, all);
	srunner_run_all(runner, CK_ENV);
	failures = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failures != 0 || count == 0;
}
