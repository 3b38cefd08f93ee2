/* SPDX-License-Identifier: Apache-2.0 */
/* coverage_test.c - which requirements are judged: what counts, what is chosen, and what is written. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "core/tests/suite.h"
#include "reports/coverage.h"
#include "reports/tests/few_requirements.h"
#include "reports/tests/golden.h"

static struct report_run *run;

static void read_run(void)
{
	char *path = golden_path("judged", RESULT_LOG_FILE);
	size_t length;
	char *bytes = golden_read(path, &length);

	ck_assert_int_eq(report_read_memory(path, bytes, length, &run, NULL), 0);
	free(bytes);
	free(path);
}

static void free_run(void)
{
	report_free(run);
}

static struct coverage *coverage_of(unsigned times)
{
	struct coverage *coverage = coverage_new(&few_requirements);

	ck_assert_ptr_nonnull(coverage);
	while (times-- > 0)
		ck_assert_int_eq(coverage_add(coverage, run), 0);
	coverage_settle(coverage);
	return coverage;
}

static const struct coverage_row *row_of(const struct coverage *coverage, const char *id)
{
	for (size_t i = 0; i < few_requirements.n_requirements; i++)
		if (strcmp(coverage->rows[i].requirement->id, id) == 0)
			return &coverage->rows[i];
	ck_abort_msg("no row for %s", id);
	return NULL;
}

static const struct {
	const char *id;
	enum coverage_state without, with;
} states[] = {
	{ "6458-1-01", COVERAGE_JUDGED, COVERAGE_IDLE },
	{ "9260-10-01", COVERAGE_UNTESTABLE, COVERAGE_UNTESTABLE },
	{ "9260-5.1-12", COVERAGE_UNJUDGED, COVERAGE_JUDGED }, /* by a case that only the log has */
	{ "9260-6.2-05", COVERAGE_JUDGED, COVERAGE_JUDGED },
	{ "9260-6.2-99", COVERAGE_UNJUDGED, COVERAGE_UNJUDGED },
	{ "9260-8.2-03", COVERAGE_JUDGED, COVERAGE_JUDGED },
	{ "9260-9.2-01", COVERAGE_JUDGED, COVERAGE_IDLE },
};

START_TEST(a_requirement_has_a_state)
{
	struct coverage *without = coverage_of(0), *with = coverage_of(1);

	ck_assert_int_eq(row_of(without, states[_i].id)->state, states[_i].without);
	ck_assert_int_eq(row_of(with, states[_i].id)->state, states[_i].with);
	coverage_free(without);
	coverage_free(with);
}
END_TEST

/* Each of four cases was put to the test by the rule 18 times; one of them broke it. */
START_TEST(runs_add_up)
{
	struct coverage *coverage = coverage_of(3);
	const struct coverage_row *sack = row_of(coverage, "9260-6.2-05"), *down = row_of(coverage, "9260-8.2-03");

	ck_assert_uint_eq(coverage->n_runs, 3);
	ck_assert_uint_eq(coverage->n_cases, 12);
	ck_assert_int_eq(judge_times(sack->rules, sack->n_rules), 3 * 4 * 18);
	ck_assert_uint_eq(down->n_cases, 1);
	ck_assert_int_eq(down->cases[0].times, 3 * 2);
	ck_assert_int_eq(coverage->rules[0].broken, 3);
	ck_assert_int_eq(coverage->rules[1].applied, 0);
	coverage_free(coverage);
}
END_TEST

/* What says nothing about the kernel judges nothing. */
START_TEST(a_case_without_a_verdict_judges_nothing)
{
	static const enum report_verdict verdicts[] = { REPORT_SKIP, REPORT_ERROR, REPORT_UNFINISHED };

	for (size_t i = 0; i < run->n_cases; i++) {
		run->cases[i].verdict = verdicts[_i];
		run->cases[i].n_rules = 0;
	}
	struct coverage *coverage = coverage_of(1);
	ck_assert_uint_eq(coverage->n_cases, 0);
	ck_assert_int_eq(row_of(coverage, "9260-5.1-12")->state, COVERAGE_UNJUDGED);
	ck_assert_int_eq(row_of(coverage, "9260-8.2-03")->state, COVERAGE_IDLE);
	coverage_free(coverage);
}
END_TEST

/* One that is known of its kernel, whose rule was put to the test, and that no case shows. */
START_TEST(a_deviation_that_matches_nothing_is_missed)
{
	static const char *known[] = { "seen", "not_seen", "of_an_idle_rule" };
	static const bool missed[] = { false, true, false, false };

	for (size_t i = 0; i < run->n_kernels; i++)
		run->kernels[i]->deviations = (struct report_texts){ known, 3 };
	for (size_t i = 0; i < run->n_cases; i++)
		for (size_t k = 0; k < run->cases[i].n_findings; k++)
			run->cases[i].findings[k].entry = "seen";
	struct coverage *coverage = coverage_of(1);
	for (size_t i = 0; i < few_requirements.n_deviations; i++)
		ck_assert_int_eq(coverage_is_missed(&coverage->deviations[i]), missed[i]);
	ck_assert_int_eq(coverage->deviations[0].matched, 3);
	ck_assert_int_eq(coverage->deviations[1].ran, 4);
	coverage_free(coverage);
}
END_TEST

START_TEST(seeds_count)
{
	run->cases[2].repeats.seeds = 50;
	struct coverage *coverage = coverage_of(1);
	ck_assert_int_eq(row_of(coverage, "9260-8.2-03")->cases[0].times, 51);
	coverage_free(coverage);
}
END_TEST

static const struct {
	struct coverage_filter filter;
	size_t requirements, judged;
} choices[] = {
	{ { 0 }, 7, 3 },
	{ { .rfc = "9260" }, 6, 3 },
	{ { .rfc = "926" }, 0, 0 },
	{ { .level = "MUST" }, 4, 3 },
	{ { .level = "MAY" }, 1, 0 },
	{ { .priority = 1 }, 4, 2 },
	{ { .unjudged = true, .priority = 1 }, 4, 2 },
	{ { .rfc = "9260", .level = "MUST", .priority = 2 }, 1, 1 },
};

START_TEST(requirements_are_chosen)
{
	struct coverage *coverage = coverage_of(1);
	const struct coverage_sum sum = coverage_sum(coverage, &choices[_i].filter);

	ck_assert_uint_eq(sum.requirements, choices[_i].requirements);
	ck_assert_uint_eq(sum.states[COVERAGE_JUDGED], choices[_i].judged);
	coverage_free(coverage);
}
END_TEST

START_TEST(what_is_written_is_as_golden)
{
	static const struct {
		struct coverage_filter filter;
		unsigned runs;
		bool rows;
		const char *file;
	} texts[] = {
		{ { 0 }, 0, false, "coverage-static.txt" },
		{ { 0 }, 1, true, "coverage.txt" },
		{ { .unjudged = true }, 1, true, "coverage-unjudged.txt" },
	};
	struct coverage *coverage = coverage_of(texts[_i].runs);
	char *text = NULL, *path = golden_path("judged", texts[_i].file);
	size_t length, golden_length;
	FILE *out = open_memstream(&text, &length);

	ck_assert_int_eq(coverage_write_text(coverage, &texts[_i].filter, texts[_i].rows, out), 0);
	fclose(out);
	if (getenv("SCTPSPEC_UPDATE_GOLDEN")) {
		FILE *file = fopen(path, "we");

		ck_assert(file && fwrite(text, 1, length, file) == length && fclose(file) == 0);
	}
	char *golden = golden_read(path, &golden_length);
	ck_assert_str_eq(text, golden);
	free(golden);
	free(path);
	free(text);
	coverage_free(coverage);
}
END_TEST

START_TEST(programs_get_the_same)
{
	struct coverage *coverage = coverage_of(1);
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	ck_assert_int_eq(coverage_write_json(coverage, &(struct coverage_filter){ .priority = 2 }, out), 0);
	fclose(out);
	json_t *object = json_loads(text, 0, NULL);
	ck_assert_ptr_nonnull(object);
	const json_t *all = json_object_get(object, "all"), *rows = json_object_get(object, "requirements");
	ck_assert_int_eq(json_integer_value(json_object_get(all, "requirements")), 2);
	ck_assert_int_eq(json_integer_value(json_object_get(all, "judged")), 1);
	ck_assert_int_eq(json_integer_value(json_object_get(all, "idle")), 1);
	ck_assert_uint_eq(json_array_size(rows), 2);
	const json_t *sack = json_array_get(rows, 1);
	ck_assert_str_eq(json_string_value(json_object_get(sack, "id")), "9260-6.2-05");
	ck_assert_str_eq(json_string_value(json_object_get(sack, "state")), "judged");
	ck_assert_int_eq(
		json_integer_value(json_object_get(json_object_get(sack, "rules"), "sacks.cumulative")), 4 * 18);
	const json_t *rule = json_array_get(json_object_get(object, "rules"), 1);
	ck_assert_str_eq(json_string_value(json_object_get(rule, "level")), "SHOULD");
	ck_assert_int_eq(json_integer_value(json_object_get(rule, "applied")), 0);
	json_decref(object);
	free(text);
	coverage_free(coverage);
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof((table)[0])))

int main(void)
{
	Suite *suite = suite_create("coverage");
	TCase *tests = tcase_create("coverage");

	tcase_add_checked_fixture(tests, read_run, free_run);
	tcase_add_loop_test(tests, a_requirement_has_a_state, 0, COUNT(states));
	tcase_add_test(tests, runs_add_up);
	tcase_add_loop_test(tests, a_case_without_a_verdict_judges_nothing, 0, 3);
	tcase_add_test(tests, a_deviation_that_matches_nothing_is_missed);
	tcase_add_test(tests, seeds_count);
	tcase_add_loop_test(tests, requirements_are_chosen, 0, COUNT(choices));
	tcase_add_loop_test(tests, what_is_written_is_as_golden, 0, 3);
	tcase_add_test(tests, programs_get_the_same);
	suite_add_tcase(suite, tests);
	return run_tests(suite);
}
