/* SPDX-License-Identifier: Apache-2.0 */
/* verdicts_test.c - what a run writes and what the reports read: the same verdicts, with the same meaning. */
#include <check.h>
#include <stdlib.h>

#include "reports/log.h"
#include "runner/protocol/verdict.h"

static enum report_verdict in_reports(const char *name)
{
	for (enum report_verdict verdict = 0; verdict < REPORT_VERDICTS; verdict++) {
		const char *own = report_verdict_name(verdict);
		if (own && verdict_parse(own) == verdict_parse(name))
			return verdict;
	}
	return REPORT_VERDICTS;
}

START_TEST(reports_know_each_verdict)
{
	enum verdict verdict = (enum verdict)_i;
	enum report_verdict theirs = in_reports(verdict_name(verdict));
	ck_assert_int_lt(theirs, REPORT_UNFINISHED);
	ck_assert_str_eq(report_verdict_name(theirs), verdict_name(verdict));
	ck_assert_int_eq(report_verdict_is_bad(theirs), !verdict_is_expected(verdict));
}
END_TEST

START_TEST(reports_know_no_other)
{
	for (enum report_verdict theirs = 0; theirs < REPORT_UNFINISHED; theirs++)
		ck_assert_int_ne(verdict_parse(report_verdict_name(theirs)), VERDICT_NONE);
	ck_assert_int_eq(verdict_parse(report_verdict_name(REPORT_UNFINISHED)), VERDICT_NONE);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("verdicts");
	TCase *tests = tcase_create("verdicts");
	tcase_add_loop_test(tests, reports_know_each_verdict, VERDICT_PASS, VERDICTS);
	tcase_add_test(tests, reports_know_no_other);
	suite_add_tcase(suite, tests);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
