/* SPDX-License-Identifier: Apache-2.0 */
/* known_test.c - the known-issue list, and the exit status that follows from the verdicts. */
#include <check.h>
#include <errno.h>
#include <stdlib.h>

#include "runner/verdict/known.h"
#include "runner/verdict/score.h"

static const char list_text[] = "# what we know\n"
				"\n"
				"failover.primary-down-*   probed too late before 5.15\n"
				"\trestart.other=crash\tpanics \r\n"
				"restart.other  and is wrong otherwise\n"
				"flapping.*=timeout never ends\n"
				" [5.10.*] \n"
				"pf.*  the timer is late\n"
				"setup.*  wrong in 5.10\n"
				"[6.1.*]\n"
				"setup.refused=crash  panics in 6.1\n"
				"ends.late=fail?  now and then\n"
				"setup.[abc]*  wrong in 6.1\n";

static const struct judgement {
	const char *id, *verdict, *becomes, *reason, *release;
} judgements[] = {
	{ "failover.primary-down-idle", "fail", "xfail", "probed too late before 5.15", NULL },
	{ "failover.primary-down-idle", "pass", "xpass", "probed too late before 5.15", NULL },
	{ "failover.primary-down-idle", "crash", "crash", NULL, NULL },
	{ "failover.primary-down-idle", "error", "error", NULL, NULL },
	{ "failover.primary-down-idle", "skip", "skip", NULL, NULL },
	{ "failover.secondary-down", "fail", "fail", NULL, NULL },
	{ "failover.secondary-down", "pass", "pass", NULL, NULL },
	{ "restart.other", "crash", "xfail", "panics", NULL },
	{ "restart.other", "fail", "xfail", "and is wrong otherwise", NULL },
	{ "flapping.fast", "timeout", "xfail", "never ends", NULL },
	{ "flapping.fast", "fail", "fail", NULL, NULL },
	{ "pf.off-data", "fail", "xfail", "the timer is late", "5.10.0-46-cloud-amd64" },
	{ "pf.off-data", "fail", "fail", NULL, "5.100.1" },
	{ "pf.off-data", "pass", "pass", NULL, "6.1.0" },
	{ "setup.refused", "fail", "xfail", "wrong in 5.10", "5.10.1" },
	{ "setup.refused", "crash", "crash", NULL, "5.10.1" },
	{ "setup.refused", "crash", "xfail", "panics in 6.1", "6.1.0" },
	{ "ends.late", "fail", "xfail", "now and then", "6.1.0" },
	{ "ends.late", "pass", "pass", NULL, "6.1.0" },
	{ "ends.late", "crash", "crash", NULL, "6.1.0" },
	{ "setup.answers", "fail", "xfail", "wrong in 6.1", "6.1.0" },
};

START_TEST(known_issues_excuse_what_they_name)
{
	const struct judgement *want = &judgements[_i];
	struct known_list list;
	const struct known_issue *issue;
	char *error = NULL;
	ck_assert_int_eq(known_parse(list_text, "list", &list, &error), 0);
	const char *release = want->release ? want->release : "6.12.1";
	enum verdict becomes = known_verdict(&list, release, want->id, verdict_parse(want->verdict), &issue);
	ck_assert_str_eq(verdict_name(becomes), want->becomes);
	if (want->reason)
		ck_assert_str_eq(issue->reason, want->reason);
	else
		ck_assert_ptr_null(issue);
	known_free(&list);
}
END_TEST

START_TEST(wrong_lines_are_named)
{
	static const struct {
		const char *text, *sentence;
	} wrong[] = {
		{ "a.b a reason\nc.d  \n", "list:2: 'c.d' has no reason beside it" },
		{ "a.b=error it is ours",
			"list:1: 'error' is not fail, crash or timeout, which are what can be known" },
		{ "a.b=? x", "list:1: '' is not fail, crash or timeout, which are what can be known" },
		{ "a.b= x", "list:1: '' is not fail, crash or timeout, which are what can be known" },
	};
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct known_list list;
		char *error = NULL;
		ck_assert_int_eq(known_parse(wrong[i].text, "list", &list, &error), -EINVAL);
		ck_assert_str_eq(error, wrong[i].sentence);
		free(error);
	}
}
END_TEST

START_TEST(a_list_that_is_not_there_is_named)
{
	struct known_list list;
	char *error = NULL;
	ck_assert_int_eq(known_read("/nonexistent/known", &list, &error), -ENOENT);
	ck_assert_str_eq(error, "cannot read the known issues in /nonexistent/known: No such file or directory");
	free(error);
}
END_TEST

static const struct scoring {
	const char *verdicts[4];
	int status;
} scorings[] = {
	{ { NULL }, STATUS_NOTHING },
	{ { "skip", "skip" }, STATUS_NOTHING },
	{ { "pass" }, STATUS_EXPECTED },
	{ { "pass", "skip", "xfail" }, STATUS_EXPECTED },
	{ { "xfail" }, STATUS_EXPECTED },
	{ { "pass", "fail" }, STATUS_UNEXPECTED },
	{ { "pass", "xpass" }, STATUS_UNEXPECTED },
	{ { "pass", "crash" }, STATUS_UNEXPECTED },
	{ { "timeout" }, STATUS_UNEXPECTED },
	{ { "pass", "flaky" }, STATUS_UNEXPECTED },
	{ { "pass", "error" }, STATUS_HARNESS },
	{ { "fail", "error" }, STATUS_UNEXPECTED },
	{ { "skip", "error" }, STATUS_HARNESS },
};

START_TEST(verdicts_give_an_exit_status)
{
	struct score score = { 0 };
	for (size_t i = 0; i < 4 && scorings[_i].verdicts[i]; i++)
		score_add(&score, verdict_parse(scorings[_i].verdicts[i]));
	ck_assert_int_eq(score_status(&score), scorings[_i].status);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("known");
	TCase *tests = tcase_create("known");
	tcase_add_loop_test(tests, known_issues_excuse_what_they_name, 0, sizeof(judgements) / sizeof(judgements[0]));
	tcase_add_test(tests, wrong_lines_are_named);
	tcase_add_test(tests, a_list_that_is_not_there_is_named);
	tcase_add_loop_test(tests, verdicts_give_an_exit_status, 0, sizeof(scorings) / sizeof(scorings[0]));
	suite_add_tcase(suite, tests);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
