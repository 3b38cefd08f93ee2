/* SPDX-License-Identifier: Apache-2.0 */
/* select_test.c - selections, near misses, shards. */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "runner/catalogue/nearest.h"
#include "runner/catalogue/select.h"
#include "runner/run/plan.h"

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
	.tags = TAGS("slow", "defaults"),
};
static const struct test_case refused = { .id = "setup.refused", .area = "setup" };

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
	int status, exit_status;
	const char *sentence;
} refusals[] = {
	{ "failover.primary-down-idel", -ENOENT, 2,
		"there is no case 'failover.primary-down-idel'; did you mean "
		"failover.primary-down-idle or failover.primary-down-data?" },
	{ "refused", -ENOENT, 2, "there is no case 'refused'; did you mean setup.refused?" },
	{ "failover", -ENOENT, 2,
		"there is no case 'failover'; did you mean 'failover.*', failover.primary-down-data or "
		"failover.primary-down-idle?" },
	{ "zzz", -ENOENT, 2, "there is no case 'zzz'" },
	{ "", -ENOENT, 2, "there is no case ''" },
	{ "@default", -ENOENT, 2, "there is no tag '@default'; did you mean @defaults?" },
	{ "rfc:9260-9", -ESRCH, 4, "no case traces to a requirement of 'rfc:9260-9'" },
	{ "rfc:", -ESRCH, 4, "no case traces to a requirement of 'rfc:'" },
	{ "x.*", -ESRCH, 4, "no case id matches 'x.*'" },
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
	ck_assert_int_eq(select_exit_status(status), want->exit_status);
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

START_TEST(shards_are_read_strictly)
{
	static const char *const wrong[] = { "", "1", "0/2", "3/2", "1/0", "1/2x", " 1/2", "-1/2", "a/b", "1/",
		"1//2" };
	struct shard shard;
	ck_assert(shard_parse("2/3", &shard));
	ck_assert_uint_eq(shard.index, 2);
	ck_assert_uint_eq(shard.of, 3);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		ck_assert_msg(!shard_parse(wrong[i], &shard), "'%s' was taken for a shard", wrong[i]);
}
END_TEST

START_TEST(the_shards_of_a_run_are_the_whole_without_overlap)
{
	for (unsigned of = 1; of <= 6; of++) {
		unsigned seen[CASES] = { 0 };
		for (unsigned index = 1; index <= of; index++) {
			const struct test_case *part[CASES];
			memcpy(part, cases, sizeof(part));
			size_t n = plan_shard(part, CASES, (struct shard){ index, of });
			for (size_t i = 0; i < n; i++)
				for (size_t k = 0; k < CASES; k++)
					seen[k] += part[i] == cases[k];
		}
		for (size_t k = 0; k < CASES; k++)
			ck_assert_uint_eq(seen[k], 1);
	}
	const struct test_case *all[CASES];
	memcpy(all, cases, sizeof(all));
	ck_assert_uint_eq(plan_shard(all, CASES, (struct shard){ 0 }), CASES);
}
END_TEST

START_TEST(results_leave_in_plan_order)
{
	struct turn turn;
	size_t position;
	ck_assert_int_eq(turn_begin(&turn, 3), 0);
	turn_done(&turn, 2);
	ck_assert(!turn_take(&turn, &position));
	turn_done(&turn, 0);
	ck_assert(turn_take(&turn, &position));
	ck_assert_uint_eq(position, 0);
	ck_assert(!turn_take(&turn, &position));
	turn_done(&turn, 1);
	ck_assert(turn_take(&turn, &position));
	ck_assert_uint_eq(position, 1);
	ck_assert(turn_take(&turn, &position));
	ck_assert_uint_eq(position, 2);
	ck_assert(!turn_take(&turn, &position));
	turn_end(&turn);
}
END_TEST

/* Everything is started in the order that the queue gives, on workers that are free as early as can be. */
static double makespan_ms(const double *cost_ms, size_t n, unsigned jobs, size_t *order)
{
	struct queue queue;
	double free_at[8] = { 0 }, last = 0;
	ck_assert_int_eq(queue_begin(&queue, cost_ms, n, jobs), 0);
	for (size_t position, i = 0; queue_take(&queue, &position); i++) {
		unsigned worker = 0;
		for (unsigned w = 1; w < jobs; w++)
			if (free_at[w] < free_at[worker])
				worker = w;
		free_at[worker] += cost_ms[position];
		last = free_at[worker] > last ? free_at[worker] : last;
		ck_assert_uint_lt(i, n);
		order[i] = position;
	}
	queue_end(&queue);
	return last;
}

START_TEST(jobs_start_in_plan_order_while_there_is_much_to_do)
{
	double cost_ms[100];
	size_t order[100];
	for (size_t i = 0; i < 100; i++)
		cost_ms[i] = i % 2 ? 20 : 10;
	makespan_ms(cost_ms, 100, 2, order);
	for (size_t i = 0; i < 80; i++)
		ck_assert_uint_eq(order[i], i);
}
END_TEST

START_TEST(the_longest_job_starts_early_enough_to_end_with_the_others)
{
	static const double last_is_long[] = { 10, 10, 10, 10, 10, 10, 100 };
	static const double half_the_work[] = { 10, 10, 10, 10, 10, 10, 60 };
	static const double several[] = { 10, 10, 10, 10, 40, 40, 40, 40, 40 };
	size_t order[9];
	ck_assert_double_eq_tol(makespan_ms(last_is_long, 7, 2, order), 100, 1e-6);
	ck_assert_uint_eq(order[0], 6);
	ck_assert_double_eq_tol(makespan_ms(half_the_work, 7, 2, order), 60, 1e-6);
	ck_assert_double_eq_tol(makespan_ms(several, 9, 2, order), 120, 1e-6);
}
END_TEST

START_TEST(each_job_is_started_once)
{
	double cost_ms[100];
	bool seen[100] = { false };
	size_t order[100];
	unsigned state = 1;
	for (size_t i = 0; i < 100; i++)
		cost_ms[i] = 300 + (state = state * 1103515245 + 12345) / 65536 % 3000;
	makespan_ms(cost_ms, 100, 7, order);
	for (size_t i = 0; i < 100; i++) {
		ck_assert(!seen[order[i]]);
		seen[order[i]] = true;
	}
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
	TCase *planning = tcase_create("plan");
	tcase_add_test(planning, shards_are_read_strictly);
	tcase_add_test(planning, the_shards_of_a_run_are_the_whole_without_overlap);
	tcase_add_test(planning, results_leave_in_plan_order);
	tcase_add_test(planning, jobs_start_in_plan_order_while_there_is_much_to_do);
	tcase_add_test(planning, the_longest_job_starts_early_enough_to_end_with_the_others);
	tcase_add_test(planning, each_job_is_started_once);
	suite_add_tcase(suite, planning);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
