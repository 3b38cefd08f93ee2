/* SPDX-License-Identifier: Apache-2.0 */
/* select_test.c - selections and near misses. */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/tests/suite.h"
#include "runner/catalogue/nearest.h"
#include "runner/catalogue/select.h"

static const struct test_case down_idle = {
	.id = "failover.primary-down-idle",
	.area = "failover",
	.requirements = IDS("9260-8.2-03", "6458-6.1.2-04"),
	.tags = TAGS("defaults"),
};
static const struct test_case down_data = {
	.id = "failover.primary-down-data",
	.area = "failover",
	.requirements = IDS("9260-8.2.1-01"),
};
static const struct test_case back = {
	.id = "recovery.primary-back",
	.area = "recovery",
	.requirements = IDS("9260-8.20-01"),
	.etsi = IDS("sctp-fh-i-5-1-1"),
	.tags = TAGS("slow", "defaults"),
};
static const struct test_case refused = {
	.id = "setup.refused", .area = "setup", .etsi = IDS("sctp-as-v-1-1-1", "sctp-as-i-1-2-1")
};

static const struct test_case *const cases[] = { &down_data, &down_idle, &back, &refused };
enum { CASES = sizeof(cases) / sizeof(cases[0]) };

static const struct selection {
	const char *words[3];
	const char *chosen[CASES + 1];
} selections[] = {
	{ { NULL },
		{ "failover.primary-down-data", "failover.primary-down-idle", "recovery.primary-back",
			"setup.refused" } },
	{ { "setup.refused" }, { "setup.refused" } },
	{ { "failover.*" }, { "failover.primary-down-data", "failover.primary-down-idle" } },
	{ { "*primary*" }, { "failover.primary-down-data", "failover.primary-down-idle", "recovery.primary-back" } },
	{ { "*-d??a" }, { "failover.primary-down-data" } },
	{ { "@defaults" }, { "failover.primary-down-idle", "recovery.primary-back" } },
	{ { "rfc:9260" }, { "failover.primary-down-data", "failover.primary-down-idle", "recovery.primary-back" } },
	{ { "rfc:9260-8.2" }, { "failover.primary-down-data", "failover.primary-down-idle" } },
	{ { "rfc:9260-8.2-03" }, { "failover.primary-down-idle" } },
	{ { "rfc:6458" }, { "failover.primary-down-idle" } },
	{ { "etsi:sctp-as-i-1-2-1" }, { "setup.refused" } },
	{ { "etsi:sctp-*-i-*" }, { "recovery.primary-back", "setup.refused" } },
	/* the order is the cases' own, and each is there once */
	{ { "setup.*", "@slow", "recovery.primary-back" }, { "recovery.primary-back", "setup.refused" } },
};

START_TEST(words_select_cases)
{
	const struct selection *want = &selections[_i];
	const struct test_case **chosen;
	size_t n, n_words = 0;
	char *error = NULL;
	while (n_words < 3 && want->words[n_words])
		n_words++;
	ck_assert_int_eq(select_cases(cases, CASES, want->words, n_words, &chosen, &n, &error), 0);
	ck_assert_ptr_null(error);
	size_t n_want = 0;
	while (want->chosen[n_want])
		n_want++;
	ck_assert_uint_eq(n, n_want);
	for (size_t i = 0; i < n; i++)
		ck_assert_str_eq(chosen[i]->id, want->chosen[i]);
	free(chosen);
}
END_TEST

static const struct refusal {
	const char *word;
	int status;
	const char *sentence;
} refusals[] = {
	{ "failover.primary-down-idel", -ENOENT,
		"there is no case 'failover.primary-down-idel'; did you mean "
		"failover.primary-down-idle or failover.primary-down-data?" },
	{ "refused", -ENOENT, "there is no case 'refused'; did you mean setup.refused?" },
	{ "failover", -ENOENT,
		"there is no case 'failover'; did you mean 'failover.*', failover.primary-down-data or "
		"failover.primary-down-idle?" },
	{ "zzz", -ENOENT, "there is no case 'zzz'" },
	{ "", -ENOENT, "there is no case ''" },
	{ "@default", -ENOENT, "there is no tag '@default'; did you mean @defaults?" },
	{ "rfc:9260-9", -ESRCH, "no case traces to a requirement of 'rfc:9260-9'" },
	{ "etsi:sctp-as-i", -ESRCH, "no case carries out a test purpose 'sctp-as-i'" },
	{ "rfc:", -ESRCH, "no case traces to a requirement of 'rfc:'" },
	{ "x.*", -ESRCH, "no case id matches 'x.*'" },
};

START_TEST(a_word_without_a_case_is_refused_also_beside_others)
{
	const struct refusal *want = &refusals[_i];
	const char *words[] = { "failover.*", want->word };
	const struct test_case **chosen = NULL;
	size_t n = 0;
	char *error = NULL;
	int status = select_cases(cases, CASES, words, 2, &chosen, &n, &error);
	ck_assert_int_eq(status, want->status);
	ck_assert_str_eq(error, want->sentence);
	ck_assert_ptr_null(chosen);
	free(error);
}
END_TEST

START_TEST(no_cases_at_all_is_not_a_selection)
{
	const struct test_case **chosen = NULL;
	size_t n = 0;
	char *error = NULL;
	ck_assert_int_eq(select_cases(cases, 0, NULL, 0, &chosen, &n, &error), -ESRCH);
	ck_assert_str_eq(error, "there are no cases");
	free(error);
}
END_TEST

START_TEST(distances_count_edits_and_swaps)
{
	ck_assert_uint_eq(edit_distance("", ""), 0);
	ck_assert_uint_eq(edit_distance("run", "run"), 0);
	ck_assert_uint_eq(edit_distance("", "run"), 3);
	ck_assert_uint_eq(edit_distance("rnu", "run"), 1);
	ck_assert_uint_eq(edit_distance("rum", "run"), 1);
	ck_assert_uint_eq(edit_distance("kitten", "sitting"), 3);
	char longer[200];
	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	ck_assert_uint_eq(edit_distance(longer, "x"), 199);
}
END_TEST

START_TEST(the_nearest_words_come_first)
{
	static const char *const words[] = { "report", "run", "show", "repeat", "reports" };
	const char *near[2] = { NULL, NULL };
	ck_assert_uint_eq(nearest_words("reprot", words, 5, near, 2), 2);
	ck_assert_str_eq(near[0], "report");
	ck_assert_str_eq(near[1], "repeat"); /* as far as "reports", and before it */
	ck_assert_uint_eq(nearest_words("doctor", words, 5, near, 2), 0);
	char *hint = nearest_hint("doctor", words, 5);
	ck_assert_str_eq(hint, "");
	free(hint);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("select");
	TCase *selecting = tcase_create("select");
	tcase_add_loop_test(selecting, words_select_cases, 0, sizeof(selections) / sizeof(selections[0]));
	tcase_add_loop_test(selecting, a_word_without_a_case_is_refused_also_beside_others, 0,
		sizeof(refusals) / sizeof(refusals[0]));
	tcase_add_test(selecting, no_cases_at_all_is_not_a_selection);
	tcase_add_test(selecting, distances_count_edits_and_swaps);
	tcase_add_test(selecting, the_nearest_words_come_first);
	suite_add_tcase(suite, selecting);
	return run_tests(suite);
}
