/* SPDX-License-Identifier: Apache-2.0 */
/* schedule_test.c - shards, and the order in which cases start and results leave. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "core/tests/suite.h"
#include "runner/run/schedule.h"

static const struct test_case a, b, c, d;
static const struct test_case *const cases[] = { &a, &b, &c, &d };
enum { CASES = sizeof(cases) / sizeof(cases[0]) };

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
			size_t n = shard_select(part, CASES, (struct shard){ index, of });
			for (size_t i = 0; i < n; i++)
				for (size_t k = 0; k < CASES; k++)
					seen[k] += part[i] == cases[k];
		}
		for (size_t k = 0; k < CASES; k++)
			ck_assert_uint_eq(seen[k], 1);
	}
	const struct test_case *all[CASES];
	memcpy(all, cases, sizeof(all));
	ck_assert_uint_eq(shard_select(all, CASES, (struct shard){ 0 }), CASES);
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
	Suite *suite = suite_create("plan");
	TCase *planning = tcase_create("plan");
	tcase_add_test(planning, shards_are_read_strictly);
	tcase_add_test(planning, the_shards_of_a_run_are_the_whole_without_overlap);
	tcase_add_test(planning, results_leave_in_plan_order);
	tcase_add_test(planning, jobs_start_in_plan_order_while_there_is_much_to_do);
	tcase_add_test(planning, the_longest_job_starts_early_enough_to_end_with_the_others);
	tcase_add_test(planning, each_job_is_started_once);
	suite_add_tcase(suite, planning);
	return run_tests(suite);
}
