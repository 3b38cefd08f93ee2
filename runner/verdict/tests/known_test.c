/* SPDX-License-Identifier: Apache-2.0 */
/* known_test.c - the known-issue list, and the exit status that follows from the verdicts. */
#include <check.h>
#include <errno.h>
#include <stdlib.h>

#include "core/tests/suite.h"
#include "runner/verdict/known.h"
#include "runner/verdict/score.h"

static const char list_text[] = "# what we know\n"
				"\n"
				"issue    idle paths are probed too late\n"
				"kernels  5.10 .. 5.14, 6.1.*\n"
				"link     https://example.org/1\n"
				"expires  2027-06-30\n"
				"\n"
				"failover.idle   fail  addr_unreachable at the client: missing\n"
				"        check   client: addr_unreachable of path 0 within 8.420 .. 16.544 s\n"
				"failover.idle   fail  the kernel reports another state\n"
				"\tcheck path 0 of the client is active \r\n"
				"pf.*\tfail?\taddr_* at the client: missing\n"
				"\tcheck *\n"
				"\n"
				"issue    panics (see [1])\n"
				"kernels  *\n"
				"restart.other   crash  BUG: kernel NULL pointer dereference, address: *\n"
				"        place   sctp_do_sm\n"
				"flapping.fast   timeout  no end after 120 s\n"
				"\n"
				"issue    long forgotten\n"
				"kernels  *\n"
				"expires  2026-01-01\n"
				"setup.late      fail  a message did not arrive in its time\n"
				"        check   *\n"
				"\n"
				"issue    SACKs are behind\n"
				"kernels  5.10.*\n"
				"sacks.*         fail  rule broken: sacks.cumulative: expected TSN 8, got TSN 7\n";

#define IDLE "idle paths are probed too late"
#define MISSING_AT "addr_unreachable at the client: missing"
#define CHECK_0 "client: addr_unreachable of path 0 within 66.306 .. 178.740 s"
#define DIFFERS                                           \
	"differs from the known issue: fail: " MISSING_AT \
	" at the check: client: addr_unreachable of path 0 within # .. # s"

static const struct judgement {
	const char *release, *id, *verdict, *reason, *check, *console;
	const char *becomes, *remark;
} judgements[] = {
	/* as it says, but for the numbers */
	{ "5.10.3", "failover.idle", "fail", MISSING_AT, CHECK_0, "", "xfail", "known issue: " IDLE },
	{ "6.1.192", "failover.idle", "fail", MISSING_AT, CHECK_0, "", "xfail", "known issue: " IDLE },
	{ "5.10.3", "failover.idle", "fail", "the kernel reports another state", "path 0 of the client is active", "",
		"xfail", "known issue: " IDLE },
	{ "5.10.3", "failover.idle", "pass", "", "", "", "xpass", "known issue: " IDLE },
	/* another check, path, reason, verdict */
	{ "5.10.3", "failover.idle", "fail", MISSING_AT, "path 0 of the client is active", "", "fail", DIFFERS },
	{ "5.10.3", "failover.idle", "fail", MISSING_AT,
		"client: addr_unreachable of path 1 within 66.306 .. 178.740 s", "", "fail", DIFFERS },
	{ "5.10.3", "failover.idle", "fail", "addr_unreachable at the server: missing", CHECK_0, "", "fail", DIFFERS },
	{ "5.10.3", "failover.idle", "crash", "BUG: x", "", "", "crash", DIFFERS },
	{ "5.10.3", "failover.idle", "timeout", "no end", "", "", "timeout", DIFFERS },
	/* what says nothing of the kernel */
	{ "5.10.3", "failover.idle", "error", MISSING_AT, CHECK_0, "", "error", NULL },
	{ "5.10.3", "failover.idle", "skip", MISSING_AT, CHECK_0, "", "skip", NULL },
	/* another kernel or case */
	{ "5.15.1", "failover.idle", "fail", MISSING_AT, CHECK_0, "", "fail", NULL },
	{ "5.15.1", "failover.idle", "pass", "", "", "", "pass", NULL },
	{ "5.10.3", "failover.idle-too", "fail", MISSING_AT, CHECK_0, "", "fail", NULL },
	/* sometimes, and what is left open */
	{ "5.10.3", "pf.off", "fail", "addr_available at the client: missing", "anything", "", "xfail",
		"known issue: " IDLE },
	{ "5.10.3", "pf.off", "pass", "", "", "", "pass", NULL },
	{ "5.10.3", "pf.off", "fail", "addr_available at the server: missing", "anything", "", "fail",
		"differs from the known issue: fail: addr_* at the client: missing at the check: *" },
	/* by the place of the crash */
	{ "6.12.1", "restart.other", "crash", "BUG: kernel NULL pointer dereference, address: 0000000000000018", "",
		"RIP: 0010:sctp_do_sm+0x12/0x30 [sctp]\n", "xfail", "known issue: panics (see [1])" },
	{ "6.12.1", "restart.other", "crash", "BUG: kernel NULL pointer dereference, address: 0000000000000018", "",
		"RIP: 0010:sctp_rcv+0x12/0x30 [sctp]\n", "crash",
		"differs from the known issue: crash: BUG: kernel NULL pointer dereference, address: *" },
	{ "6.12.1", "flapping.fast", "timeout", "no end after 90 s", "", "", "xfail", "known issue: panics (see [1])" },
	/* a rule, whatever was got */
	{ "5.10.3", "sacks.gap", "fail", "rule broken: sacks.cumulative: expected TSN 8, got another one", "", "",
		"xfail", "known issue: SACKs are behind" },
	{ "5.10.3", "sacks.gap", "fail", "rule broken: sacks.gaps: expected TSN 8, got TSN 7", "", "", "fail",
		"differs from the known issue: fail: rule broken: sacks.cumulative: expected TSN #" },
	{ "6.1.3", "sacks.gap", "fail", "rule broken: sacks.cumulative: expected TSN 8, got TSN 7", "", "", "fail",
		NULL },
	/* it has expired */
	{ "6.12.1", "setup.late", "fail", "a message did not arrive in its time", "x", "", "fail",
		"the known issue at list:21 expired on 2026-01-01: long forgotten" },
	{ "6.12.1", "setup.late", "fail", "another reason", "x", "", "fail", NULL },
	{ "6.12.1", "setup.late", "pass", "", "", "", "pass", NULL },
};

static struct known_list read_list(const char *today)
{
	struct known_list list;
	char *error = NULL;
	ck_assert_msg(known_parse(list_text, "list", today, &list, &error) == 0, "%s", error);
	return list;
}

static struct known_judgement judged(struct known_list *list, const struct judgement *one)
{
	const struct failure failure = { .case_id = one->id,
		.verdict = one->verdict,
		.reason = one->reason,
		.explanation = "",
		.check = one->check,
		.console = one->console };
	const enum verdict verdict = verdict_parse(one->verdict);
	const bool failed = verdict == VERDICT_FAIL || verdict == VERDICT_CRASH || verdict == VERDICT_TIMEOUT;
	struct signature signature = { 0 };
	struct known_judgement made;
	ck_assert_int_eq(signature_of(&failure, &signature), 0);
	ck_assert_int_eq(known_judge(list, one->release, "", one->id, verdict, failed ? &signature : NULL, &made), 0);
	signature_free(&signature);
	return made;
}

START_TEST(known_issues_excuse_what_they_name)
{
	struct known_list list = read_list("2027-06-30");
	struct known_judgement made = judged(&list, &judgements[_i]);
	ck_assert_str_eq(verdict_name(made.verdict), judgements[_i].becomes);
	ck_assert_pstr_eq(made.remark, judgements[_i].remark);
	free(made.remark);
	known_free(&list);
}
END_TEST

START_TEST(an_issue_expires_the_day_after)
{
	struct known_list list = read_list("2027-07-01");
	struct known_judgement made = judged(&list, &judgements[0]);
	ck_assert_str_eq(verdict_name(made.verdict), "fail");
	ck_assert_pstr_eq(made.remark, "the known issue at list:3 expired on 2027-06-30: " IDLE);
	free(made.remark);
	made = judged(&list, &judgements[3]);
	ck_assert_str_eq(verdict_name(made.verdict), "pass");
	ck_assert_ptr_null(made.remark);
	known_free(&list);
}
END_TEST

static json_int_t number_in(const struct known_list *list, size_t i, const char *name)
{
	json_t *line = known_line(list, &list->failures[i]);
	json_int_t number = json_integer_value(json_object_get(line, name));
	json_decref(line);
	return number;
}

/* What came of each is for the log, which tells of those that matched nothing. */
START_TEST(what_matched_is_counted)
{
	struct known_list list = read_list("2027-06-30");
	for (size_t i = 0; i < 5; i++)
		free(judged(&list, &judgements[i]).remark);
	ck_assert_int_eq(number_in(&list, 0, "ran"), 5);
	ck_assert_int_eq(number_in(&list, 0, "matched"), 2);
	ck_assert_int_eq(number_in(&list, 1, "ran"), 5);
	ck_assert_int_eq(number_in(&list, 1, "matched"), 1);
	ck_assert_int_eq(number_in(&list, 2, "ran"), 0);
	json_t *line = known_line(&list, &list.failures[0]);
	ck_assert_str_eq(json_string_value(json_object_get(line, "source")), "list:8");
	ck_assert_str_eq(json_string_value(json_object_get(line, "link")), "https://example.org/1");
	ck_assert_str_eq(json_string_value(json_object_get(line, "check")),
		"client: addr_unreachable of path 0 within # .. # s");
	ck_assert(json_is_false(json_object_get(line, "expired")));
	json_decref(line);
	known_begin(&list);
	ck_assert_int_eq(number_in(&list, 0, "ran"), 0);
	known_free(&list);
}
END_TEST

#define ISSUE "issue x\nkernels *\n"

START_TEST(wrong_lines_are_named)
{
	static const struct {
		const char *text, *sentence;
	} wrong[] = {
		{ "a.b fail x\n", "list:1: 'a.b' stands before the first 'issue'" },
		{ "issue\n", "list:1: there is nothing behind 'issue'" },
		{ ISSUE, "list:1: the issue names no case that fails" },
		{ "issue x\na.b crash x\n", "list:1: the issue names no kernels: say which in a line 'kernels RANGE'" },
		{ "issue x\n\nkernels 5.x\n",
			"list:3: '5.x' is no range of kernels, as 5.10.*, 5.10 .. 5.15 and < 6.6 are" },
		{ ISSUE "kernels 5.10\n", "list:3: this has been said already: one line of a kind is enough" },
		{ ISSUE "link www\n", "list:3: 'www' is no link: it begins with https://" },
		{ ISSUE "expires 31.12.2027\n", "list:3: '31.12.2027' is no date, as 2027-12-31 is" },
		{ ISSUE "expires 2027-02-30\n", "list:3: '2027-02-30' is no date, as 2027-12-31 is" },
		{ ISSUE "expires\n", "list:3: there is nothing behind 'expires'" },
		{ ISSUE "abc fail x\n",
			"list:3: 'abc' is no case, and none of issue, kernels, link, expires, check, place" },
		{ ISSUE "a.b\n", "list:3: what becomes of a.b? Say fail, crash or timeout, and the reason" },
		{ ISSUE "a.b late\n",
			"list:3: 'late' is not fail, crash or timeout, which are what can be known of a.b" },
		{ ISSUE "a.b error x\n",
			"list:3: 'error' is not fail, crash or timeout, which are what can be known of a.b" },
		{ ISSUE "a.b ? x\n", "list:3: '?' is not fail, crash or timeout, which are what can be known of a.b" },
		{ ISSUE "a.b fail?  \n", "list:3: in which way does a.b fail? Say the reason behind the verdict" },
		{ ISSUE "a.b fail x\n", "list:3: which check of a.b fails? Say so in a line 'check WHAT' below it" },
		{ ISSUE "a.b fail x\nc.d fail x\ncheck *\n",
			"list:3: which check of a.b fails? Say so in a line 'check WHAT' below it" },
		{ ISSUE "check *\n", "list:3: 'check' stands below a case that fails" },
		{ ISSUE "a.b fail x\nkernels 5.10\n", "list:4: 'kernels' stands above the first case of its issue" },
		{ ISSUE "a.b fail x\nplace f\n", "list:4: 'place' says where a kernel crashes; this is no crash" },
	};
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct known_list list;
		char *error = NULL;
		ck_assert_int_eq(known_parse(wrong[i].text, "list", "2027-01-01", &list, &error), -EINVAL);
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
	tcase_add_test(tests, an_issue_expires_the_day_after);
	tcase_add_test(tests, what_matched_is_counted);
	tcase_add_test(tests, wrong_lines_are_named);
	tcase_add_test(tests, a_list_that_is_not_there_is_named);
	tcase_add_loop_test(tests, verdicts_give_an_exit_status, 0, sizeof(scorings) / sizeof(scorings[0]));
	suite_add_tcase(suite, tests);
	return run_tests(suite);
}
