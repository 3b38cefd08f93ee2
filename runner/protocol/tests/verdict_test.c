/* SPDX-License-Identifier: Apache-2.0 */
/* verdict_test.c - the verdicts: their names, which are expected, and which captures are kept. */
#include <check.h>

#include "core/tests/suite.h"
#include "runner/protocol/verdict.h"

static const struct row {
	enum verdict verdict;
	const char *name;
	bool expected, the_agents, kept;
} rows[] = {
	{ VERDICT_PASS, "pass", true, true, false },
	{ VERDICT_FAIL, "fail", false, true, true },
	{ VERDICT_SKIP, "skip", true, true, false },
	{ VERDICT_XFAIL, "xfail", true, false, false },
	{ VERDICT_XPASS, "xpass", false, false, true },
	{ VERDICT_FLAKY, "flaky", false, false, true },
	{ VERDICT_CRASH, "crash", false, false, true },
	{ VERDICT_TIMEOUT, "timeout", false, true, true },
	{ VERDICT_ERROR, "error", false, true, true },
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

START_TEST(each_verdict_is_what_it_is)
{
	const struct row *want = &rows[_i];
	ck_assert_int_eq(want->verdict, _i + 1); /* none is left out */
	ck_assert_str_eq(verdict_name(want->verdict), want->name);
	ck_assert_int_eq(verdict_parse(want->name), want->verdict);
	ck_assert_int_eq(verdict_is_expected(want->verdict), want->expected);
	ck_assert_int_eq(verdict_is_the_agents(want->verdict), want->the_agents);
	ck_assert_int_eq(pcap_policy_keeps(PCAP_FAILED, want->verdict), want->kept);
	ck_assert(pcap_policy_keeps(PCAP_ALWAYS, want->verdict));
	ck_assert(!pcap_policy_keeps(PCAP_NEVER, want->verdict));
}
END_TEST

START_TEST(other_words_are_no_verdicts)
{
	ck_assert_int_eq(ROWS + 1, VERDICTS);
	ck_assert_int_eq(verdict_parse(NULL), VERDICT_NONE);
	ck_assert_int_eq(verdict_parse(""), VERDICT_NONE);
	ck_assert_int_eq(verdict_parse("none"), VERDICT_NONE);
	ck_assert_int_eq(verdict_parse("passed"), VERDICT_NONE);
	ck_assert(!verdict_is_expected(VERDICT_NONE));
	ck_assert(!verdict_is_the_agents(VERDICT_NONE));
}
END_TEST

START_TEST(policies_have_names)
{
	enum pcap_policy found = PCAP_FAILED;
	for (enum pcap_policy policy = 0; policy < PCAP_POLICIES; policy++) {
		ck_assert(pcap_policy_parse(pcap_policy_name(policy), &found));
		ck_assert_int_eq(found, policy);
	}
	ck_assert(!pcap_policy_parse("sometimes", &found));
	ck_assert(!pcap_policy_parse(NULL, &found));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("verdict");
	TCase *tests = tcase_create("verdict");
	tcase_add_loop_test(tests, each_verdict_is_what_it_is, 0, ROWS);
	tcase_add_test(tests, other_words_are_no_verdicts);
	tcase_add_test(tests, policies_have_names);
	suite_add_tcase(suite, tests);
	return run_tests(suite);
}
