/* SPDX-License-Identifier: Apache-2.0 */
/* attempts_merge_test.c - what becomes of a case that was run more than once. */
#include <check.h>
#include <string.h>

#include "core/tests/suite.h"
#include "runner/verdict/attempts_merge.h"

enum { SEEDS = 5 };

static struct attempt attempts[SEEDS];
static struct merged_attempts merged;

static const struct test_case lost = {
	.id = "failover.primary-lost",
	.area = "failover",
	.title = "A lost primary is reported",
	.topology = &topology_two_paths,
	.file = "x.c",
	.line = 1,
};

static const struct case_frame frame = {
	.test_case = &lost,
	.kernel = "debian",
	.release = "6.1.0-1",
	.folder = "",
	.command_line = "sctpspec run",
};

static void end_attempt(size_t i, const char *verdict, const char *reason)
{
	attempts[i].result = (struct case_result){
		.verdict = verdict_parse(verdict),
		.reason = strdup(reason),
		.explanation = strdup(*reason ? "covers    9260-8.2-03\nsource    x.c:1" : ""),
		.virtual_ns = 7,
		.wall_ms = 1.5,
		.lines = json_pack("[{s:s, s:I}]", "type", "action", "t_ns", (json_int_t)5),
	};
	attempts[i].done = true;
}

static void set_up(void)
{
	for (size_t i = 0; i < SEEDS; i++)
		attempts[i] = (struct attempt){ .seed = 10 + i };
}

static void tear_down(void)
{
	merged_attempts_free(&merged);
	for (size_t i = 0; i < SEEDS; i++)
		attempt_free(&attempts[i]);
}

static json_int_t count_of(const char *verdict)
{
	return json_integer_value(json_object_get(json_object_get(merged.repeats, "verdicts"), verdict));
}

static json_int_t seeds(void)
{
	return json_integer_value(json_object_get(merged.repeats, "seeds"));
}

/* ---- Several seeds ---- */

START_TEST(seeds_that_agree)
{
	for (size_t i = 0; i < SEEDS; i++)
		end_attempt(i, "pass", "");
	ck_assert_int_eq(attempts_merge(&frame, attempts, SEEDS, false, &merged), 0);
	ck_assert_int_eq(merged.verdict, VERDICT_PASS);
	ck_assert_str_eq(merged.reason, "");
	ck_assert_uint_eq(merged.n_kept, 0);
	ck_assert_int_eq(count_of("pass"), SEEDS);
	ck_assert_int_eq(seeds(), SEEDS);
}
END_TEST

START_TEST(seeds_that_agree_to_fail)
{
	for (size_t i = 0; i < SEEDS; i++)
		end_attempt(i, "fail", "late");
	ck_assert_int_eq(attempts_merge(&frame, attempts, SEEDS, false, &merged), 0);
	ck_assert_int_eq(merged.verdict, VERDICT_FAIL);
	ck_assert_str_eq(merged.reason, "late");
	ck_assert_uint_eq(merged.shown, 0);
}
END_TEST

START_TEST(one_seed_that_differs_makes_a_case_flaky)
{
	for (size_t i = 0; i < SEEDS; i++)
		end_attempt(i, i == 3 ? "fail" : "pass", i == 3 ? "late" : "");
	ck_assert_int_eq(attempts_merge(&frame, attempts, SEEDS, false, &merged), 0);
	ck_assert_int_eq(merged.verdict, VERDICT_FLAKY);
	ck_assert_str_eq(merged.reason, "4 pass, 1 fail of 5 seeds; fail with seed 13: late");
	ck_assert_uint_eq(merged.n_kept, 2);
	ck_assert_uint_eq(merged.kept[0], 0);
	ck_assert_uint_eq(merged.kept[1], 3);
	ck_assert_uint_eq(merged.shown, 3);
	ck_assert_ptr_nonnull(strstr(merged.explanation, "x.c:1"));
	ck_assert_int_eq(count_of("fail"), 1);
}
END_TEST

/* The first may be the odd one. */
START_TEST(the_one_that_is_not_as_expected_is_shown)
{
	for (size_t i = 0; i < SEEDS; i++)
		end_attempt(i, i == 0 ? "crash" : "pass", i == 0 ? "the kernel crashed" : "");
	ck_assert_int_eq(attempts_merge(&frame, attempts, SEEDS, false, &merged), 0);
	ck_assert_int_eq(merged.verdict, VERDICT_FLAKY);
	ck_assert_uint_eq(merged.shown, 0);
	ck_assert_uint_eq(merged.kept[1], 1);
	ck_assert_ptr_nonnull(strstr(merged.reason, "crash with seed 10: the kernel crashed"));
}
END_TEST

/* A list says of it that it depends on the seed; what passes although it never does is xpass by then. */
START_TEST(what_is_known_to_depend_on_the_seed_is_not_flaky)
{
	for (size_t i = 0; i < SEEDS; i++)
		end_attempt(i, i == 3 ? "xfail" : "pass", i == 3 ? "late; known issue: x" : "");
	ck_assert_int_eq(attempts_merge(&frame, attempts, SEEDS, false, &merged), 0);
	ck_assert_int_eq(merged.verdict, VERDICT_XFAIL);
	ck_assert_str_eq(merged.reason, "seed 13: late; known issue: x");
	ck_assert_uint_eq(merged.shown, 3);
	ck_assert_uint_eq(merged.n_kept, 0);
	ck_assert_int_eq(count_of("pass"), 4);
	merged_attempts_free(&merged);
	attempt_free(&attempts[0]);
	end_attempt(0, "xpass", "known issue: x");
	ck_assert_int_eq(attempts_merge(&frame, attempts, SEEDS, false, &merged), 0);
	ck_assert_int_eq(merged.verdict, VERDICT_FLAKY);
}
END_TEST

START_TEST(a_failure_of_ours_is_told_as_such)
{
	for (size_t i = 0; i < SEEDS; i++)
		end_attempt(i, i == 2 ? "error" : i == 1 ? "fail" : "pass", i == 2 ? "no memory" : "");
	ck_assert_int_eq(attempts_merge(&frame, attempts, SEEDS, false, &merged), 0);
	ck_assert_int_eq(merged.verdict, VERDICT_ERROR);
	ck_assert_str_eq(merged.reason, "seed 12: no memory");
	ck_assert_uint_eq(merged.shown, 2);
}
END_TEST

START_TEST(after_an_interruption_those_count_that_are_done)
{
	end_attempt(1, "pass", "");
	end_attempt(4, "pass", "");
	ck_assert_int_eq(attempts_merge(&frame, attempts, SEEDS, false, &merged), 0);
	ck_assert_int_eq(merged.verdict, VERDICT_PASS);
	ck_assert_uint_eq(merged.shown, 1);
	ck_assert_int_eq(seeds(), 2);
}
END_TEST

START_TEST(of_a_verdict_the_first_is_enough)
{
	end_attempt(2, "pass", "");
	end_attempt(3, "fail", "late");
	end_attempt(4, "pass", "");
	attempts_prune(attempts, SEEDS);
	ck_assert_ptr_nonnull(attempts[2].result.lines);
	ck_assert_ptr_nonnull(attempts[3].result.lines);
	ck_assert_ptr_null(attempts[4].result.lines);
	end_attempt(0, "pass", "");
	attempts_prune(attempts, SEEDS);
	ck_assert_ptr_null(attempts[2].result.lines);
	end_attempt(1, "pass", "");
	attempts_prune(attempts, SEEDS);
	ck_assert_int_eq(attempts_merge(&frame, attempts, SEEDS, false, &merged), 0);
	ck_assert_str_eq(merged.reason, "4 pass, 1 fail of 5 seeds; fail with seed 13: late");
}
END_TEST

/* ---- Twice ---- */

static void add_exhibit(struct attempt *attempt, const char *name, const char *content)
{
	const struct evidence_file evidence_file = {
		.name = name, .data = (const unsigned char *)content, .length = strlen(content)
	};
	const struct transcript transcript = { .evidence_files = (struct evidence_file *)&evidence_file,
		.n_evidence_files = 1 };
	ck_assert_int_eq(attempt_keep_files(attempt, &transcript), 0);
}

static void settle_twice(void)
{
	ck_assert_int_eq(attempts_merge(&frame, attempts, 2, true, &merged), 0);
}

START_TEST(twice_the_same)
{
	end_attempt(0, "pass", "");
	end_attempt(1, "pass", "");
	attempts[1].result.wall_ms = 9;
	add_exhibit(&attempts[0], "a-path0.pcap", "packets");
	add_exhibit(&attempts[1], "a-path0.pcap", "packets");
	settle_twice();
	ck_assert_int_eq(merged.verdict, VERDICT_PASS);
	ck_assert_uint_eq(merged.n_kept, 0);
	ck_assert(json_is_true(json_object_get(merged.repeats, "twice")));
	ck_assert_int_eq(count_of("pass"), 2);
}
END_TEST

START_TEST(another_line_is_an_error)
{
	end_attempt(0, "pass", "");
	end_attempt(1, "pass", "");
	json_object_set_new(json_array_get(attempts[1].result.lines, 0), "t_ns", json_integer(6));
	settle_twice();
	ck_assert_int_eq(merged.verdict, VERDICT_ERROR);
	ck_assert_str_eq(
		merged.reason, "a second run with the same seed is not the same: line 2 of the case (action): t_ns");
	ck_assert_str_eq(merged.explanation,
		"first   {\"type\":\"action\",\"case\":\"failover.primary-lost\",\"t_ns\":5}\n"
		"second  {\"type\":\"action\",\"case\":\"failover.primary-lost\",\"t_ns\":6}\n");
	ck_assert_uint_eq(merged.n_kept, 2);
}
END_TEST

START_TEST(another_verdict_is_an_error)
{
	end_attempt(0, "pass", "");
	end_attempt(1, "fail", "late");
	settle_twice();
	ck_assert_int_eq(merged.verdict, VERDICT_ERROR);
	ck_assert_ptr_nonnull(strstr(merged.reason, "line 3 of the case (verdict): verdict"));
}
END_TEST

START_TEST(another_octet_of_a_capture_is_an_error)
{
	end_attempt(0, "pass", "");
	end_attempt(1, "pass", "");
	add_exhibit(&attempts[0], "a-path0.pcap", "packets");
	add_exhibit(&attempts[1], "a-path0.pcap", "packeds");
	settle_twice();
	ck_assert_int_eq(merged.verdict, VERDICT_ERROR);
	ck_assert_ptr_nonnull(strstr(merged.reason, "a-path0.pcap"));
	ck_assert_ptr_nonnull(strstr(merged.explanation, "differs from octet 6 on"));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("settle");
	TCase *tests = tcase_create("settle");
	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, seeds_that_agree);
	tcase_add_test(tests, seeds_that_agree_to_fail);
	tcase_add_test(tests, one_seed_that_differs_makes_a_case_flaky);
	tcase_add_test(tests, the_one_that_is_not_as_expected_is_shown);
	tcase_add_test(tests, what_is_known_to_depend_on_the_seed_is_not_flaky);
	tcase_add_test(tests, a_failure_of_ours_is_told_as_such);
	tcase_add_test(tests, after_an_interruption_those_count_that_are_done);
	tcase_add_test(tests, of_a_verdict_the_first_is_enough);
	tcase_add_test(tests, twice_the_same);
	tcase_add_test(tests, another_line_is_an_error);
	tcase_add_test(tests, another_verdict_is_an_error);
	tcase_add_test(tests, another_octet_of_a_capture_is_an_error);
	suite_add_tcase(suite, tests);
	return run_tests(suite);
}
