/* SPDX-License-Identifier: Apache-2.0 */
/*
 * compare_test.c - two runs side by side: golden files, which kernels are meant, and that equal runs are equal.
 *
 * golden/compare-old and golden/compare-new have a case for each rule of COMPARE.md, named after it; those that end in
 * "by-chance" must not be told. SCTPSPEC_UPDATE_GOLDEN=1 takes what is made now as golden.
 */
#include "core/tests/suite.h"
#include "reports/compare.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "reports/tests/golden.h"

static struct report_run *read_run(const char *log)
{
	char *path = golden_path(log, RESULT_LOG_FILE), *error = NULL;
	size_t length;
	char *bytes = golden_read(path, &length);
	struct report_run *run = NULL;

	ck_assert_msg(report_read_memory(path, bytes, length, &run, &error) == 0, "%s", error);
	free(bytes);
	free(path);
	return run;
}

static char *write_as(
	const struct compare_format *format, const struct comparison *comparison, bool colour, size_t *length)
{
	char *bytes = NULL;
	FILE *out = open_memstream(&bytes, length);

	ck_assert_ptr_nonnull(out);
	ck_assert_int_eq(format->write(comparison, out, colour), 0);
	ck_assert_int_eq(fclose(out), 0);
	return bytes;
}

static const struct {
	const struct compare_format *format;
	bool colour;
	const char *file;
} outputs[] = {
	{ &compare_text, false, "compare.txt" },
	{ &compare_text, true, "compare-colour.txt" },
	{ &compare_json, false, "compare.json" },
	{ &compare_markdown, false, "compare.md" },
};
enum { OUTPUTS = sizeof(outputs) / sizeof(outputs[0]) };

START_TEST(comparisons_are_as_golden)
{
	struct report_run *old = read_run("compare-old"), *new = read_run("compare-new");
	struct comparison *comparison;
	char *path = golden_path("compare-new", outputs[_i].file), *error = NULL, *bytes, *golden;
	size_t length, golden_length;

	ck_assert_msg(compare_runs(old, NULL, new, NULL, &comparison, &error) == 0, "%s", error);
	bytes = write_as(outputs[_i].format, comparison, outputs[_i].colour, &length);
	if (getenv("SCTPSPEC_UPDATE_GOLDEN")) {
		FILE *out = fopen(path, "we");

		ck_assert(out && fwrite(bytes, 1, length, out) == length && fclose(out) == 0);
	}
	golden = golden_read(path, &golden_length);
	ck_assert_msg(length == golden_length && memcmp(bytes, golden, length) == 0,
		"%s differs from what is made now:\n%s", path, bytes);
	free(golden);
	free(bytes);
	free(path);
	compare_free(comparison);
	report_free(old);
	report_free(new);
}
END_TEST

static const struct compared_case *find(const struct comparison *comparison, const char *id)
{
	for (size_t i = 0; i < comparison->pairs[0].n_cases; i++) {
		const struct compared_case *one = &comparison->pairs[0].cases[i];

		if (strcmp((one->old ? one->old : one->new)->id, id) == 0)
			return one;
	}
	ck_abort_msg("no case %s", id);
}

/* The other way round everything is told again, and nothing that chance explains. */
START_TEST(a_comparison_has_no_direction_but_for_verdicts)
{
	struct report_run *old = read_run("compare-old"), *new = read_run("compare-new");
	struct comparison *there, *back;

	ck_assert_int_eq(compare_runs(old, NULL, new, NULL, &there, NULL), 0);
	ck_assert_int_eq(compare_runs(new, NULL, old, NULL, &back, NULL), 0);
	ck_assert_uint_eq(there->counts[CHANGE_BEHAVIOUR], back->counts[CHANGE_BEHAVIOUR]);
	for (size_t i = 0; i < there->pairs[0].n_cases; i++) {
		const struct compared_case *one = &there->pairs[0].cases[i];
		const char *id = (one->old ? one->old : one->new)->id;
		const struct compared_case *other = find(back, id);

		ck_assert_msg(one->n_differences == other->n_differences, "%s", id);
		ck_assert_msg(one->n_differences == 0 || !strstr(id, "by-chance"), "%s", id);
	}
	compare_free(there);
	compare_free(back);
	report_free(old);
	report_free(new);
}
END_TEST

START_TEST(a_run_is_the_same_as_itself)
{
	struct report_run *run = read_run(golden_logs[_i]);
	struct comparison *comparison;
	int status = compare_runs(
		run, run->n_kernels > 1 ? "#1" : NULL, run, run->n_kernels > 1 ? "#1" : NULL, &comparison, NULL);

	ck_assert_int_eq(status, 0);
	for (int change = 0; change < CHANGES; change++)
		ck_assert_msg(comparison->counts[change] == 0 || change == CHANGE_NONE || change == CHANGE_NEVER_JUDGED,
			"%s", change_name((enum change)change));
	compare_free(comparison);
	report_free(run);
}
END_TEST

static const struct {
	const char *old, *old_kernel, *new, *new_kernel, *says;
	size_t pairs;
} choices[] = {
	{ "full", NULL, "zero", NULL, NULL, 1 },
	{ "matrix", NULL, "matrix", NULL, NULL, 3 },
	{ "matrix", "parent", "matrix", "patched", NULL, 1 },
	{ "matrix", "#1", "matrix", "#2", NULL, 1 },
	{ "matrix", "6.12.0-rc3~patched", "matrix", "#3", NULL, 1 },
	{ "matrix", NULL, "full", NULL, "the old run has 3 kernels: name one", 0 },
	{ "full", NULL, "matrix", NULL, "the new run has 3 kernels: name one", 0 },
	{ "matrix", "6.12.0-rc3", "full", NULL, "several kernels of the old run are called", 0 },
	{ "full", NULL, "matrix", "#4", "the new run has no kernel \"#4\"", 0 },
	{ "matrix", "#0", "full", NULL, "the old run has no kernel \"#0\"", 0 },
};

START_TEST(kernels_are_chosen_as_they_are_named)
{
	struct report_run *old = read_run(choices[_i].old), *new = read_run(choices[_i].new);
	struct comparison *comparison;
	char *error = NULL;
	const int status = compare_runs(old, choices[_i].old_kernel, new, choices[_i].new_kernel, &comparison, &error);

	if (choices[_i].says) {
		ck_assert_int_eq(status, -EINVAL);
		ck_assert_msg(strstr(error, choices[_i].says), "%s", error);
	} else {
		ck_assert_msg(status == 0, "%s", error);
		ck_assert_uint_eq(comparison->n_pairs, choices[_i].pairs);
	}
	free(error);
	compare_free(comparison);
	report_free(old);
	report_free(new);
}
END_TEST

/* Same kernel, agent and seed: to the nanosecond, with no allowance. */
START_TEST(what_must_be_exact_is_held_to_it)
{
	char *path = golden_path("compare-old", RESULT_LOG_FILE);
	size_t length;
	char *bytes = golden_read(path, &length), *at;
	struct report_run *old, *new;
	struct comparison *comparison;
	static const char sign[] = "\"sctpspec\":\"0.1.0\",\"started\":", agent[] = "\"agent_sha256\":\"abc\",";

	at = strstr(bytes, sign);
	ck_assert_ptr_nonnull(at);
	memset(at, ' ', strlen(sign));
	memcpy(at, agent, strlen(agent));
	memcpy(at + strlen(sign) - strlen("\"x\":"), "\"x\":", strlen("\"x\":"));
	ck_assert_int_eq(report_read_memory("old", bytes, length, &old, NULL), 0);
	at = strstr(bytes, "\"i.order-by-chance\",\"t_ns\":20000000000");
	ck_assert_ptr_nonnull(at);
	at[strlen("\"i.order-by-chance\",\"t_ns\":2000000000")] = '1';
	ck_assert_int_eq(report_read_memory("new", bytes, length, &new, NULL), 0);
	ck_assert_int_eq(compare_runs(old, NULL, new, NULL, &comparison, NULL), 0);

	const struct compared_case *one = find(comparison, "i.order-by-chance");
	ck_assert_uint_eq(one->n_differences, 1);
	ck_assert_int_eq(one->differences[0].kind, DIFFERENCE_TIMELINE);
	ck_assert_uint_eq(comparison->counts[CHANGE_BEHAVIOUR], 1);
	compare_free(comparison);
	report_free(old);
	report_free(new);
	free(bytes);
	free(path);
}
END_TEST

/* Kernel #1 deviates where #2 does not; what #1 breaks, it breaks in both runs with other numbers. */
START_TEST(findings_are_behaviour)
{
	char *path = golden_path("judged", RESULT_LOG_FILE);
	size_t length;
	char *bytes = golden_read(path, &length), *at;
	struct report_run *old, *new;
	struct comparison *comparison;

	ck_assert_int_eq(report_read_memory("old", bytes, length, &old, NULL), 0);
	at = strstr(bytes, "expected cumulative TSN ack 8, got 6");
	at[strlen("expected cumulative TSN ack 8, got ")] = '5';
	ck_assert_int_eq(report_read_memory("new", bytes, length, &new, NULL), 0);

	ck_assert_int_eq(compare_runs(old, "#1", new, "#2", &comparison, NULL), 0);
	const struct compared_case *one = find(comparison, "setup.one-path");
	ck_assert_int_eq(one->change, CHANGE_BEHAVIOUR);
	ck_assert_uint_eq(one->n_differences, 1);
	ck_assert_int_eq(one->differences[0].kind, DIFFERENCE_FINDING_GONE);
	ck_assert_str_eq(one->differences[0].text,
		"rule heartbeats.answered-with-the-same (SHOULD) is not broken any more: expected the information of a "
		"HEARTBEAT that has arrived, got another one; in packet 5 of path 0 by b at 1.001000 s");
	ck_assert_int_eq(find(comparison, "failover.primary-down")->change, CHANGE_FIX);
	compare_free(comparison);

	ck_assert_int_eq(compare_runs(old, "#2", new, "#1", &comparison, NULL), 0);
	ck_assert_int_eq(find(comparison, "setup.one-path")->differences[0].kind, DIFFERENCE_FINDING_NEW);
	compare_free(comparison);

	ck_assert_int_eq(compare_runs(old, "#1", new, "#1", &comparison, NULL), 0);
	ck_assert_uint_eq(comparison->counts[CHANGE_NONE], 2);
	compare_free(comparison);

	/* What another case breaks there hangs on the seed, unless kernel and seed are the same. */
	const char *was = new->cases[3].findings[0].rule;
	new->cases[3].findings[0].rule = "heartbeats.answered-with-the-same";
	ck_assert_int_eq(compare_runs(old, "#1", new, "#2", &comparison, NULL), 0);
	ck_assert_int_eq(find(comparison, "setup.one-path")->change, CHANGE_NONE);
	compare_free(comparison);
	new->cases[3].findings[0].rule = was;
	new->cases[2].findings[1].rule = "heartbeats.answered-with-the-same";
	new->cases[0].n_findings = 0;
	for (int exact = 0; exact < 2; exact++) {
		old->agent_sha256 = new->agent_sha256 = exact ? "the same" : "";
		ck_assert_int_eq(compare_runs(old, "#1", new, "#1", &comparison, NULL), 0);
		ck_assert_int_eq(find(comparison, "setup.one-path")->change, exact ? CHANGE_BEHAVIOUR : CHANGE_NONE);
		compare_free(comparison);
	}

	/* nothing is claimed against a run that was judged by no rule */
	for (size_t i = 0; i < new->n_cases; i++)
		new->cases[i].n_rules = new->cases[i].n_findings = 0;
	ck_assert_int_eq(compare_runs(old, "#1", new, "#2", &comparison, NULL), 0);
	ck_assert_int_eq(find(comparison, "setup.one-path")->change, CHANGE_NONE);
	compare_free(comparison);
	report_free(old);
	report_free(new);
	free(bytes);
	free(path);
}
END_TEST

/* What is missing in it says nothing. */
START_TEST(an_interrupted_run_is_said_to_be_one)
{
	struct report_run *old = read_run("interrupted"), *new = read_run("full");
	struct comparison *comparison;

	ck_assert_int_eq(compare_runs(old, NULL, new, NULL, &comparison, NULL), 0);
	for (int i = 0; i < OUTPUTS; i++) {
		size_t length;
		char *bytes = write_as(outputs[i].format, comparison, false, &length);
		ck_assert_msg(strstr(bytes,
				      outputs[i].format == &compare_json ? "\"interrupted\": true"
									 : "the old run was interrupted after "),
			"%s", bytes);
		free(bytes);
	}
	compare_free(comparison);
	report_free(old);
	report_free(new);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("compare");
	TCase *tests = tcase_create("compare");

	tcase_set_timeout(tests, 3600);
	tcase_add_loop_test(tests, comparisons_are_as_golden, 0, OUTPUTS);
	tcase_add_test(tests, a_comparison_has_no_direction_but_for_verdicts);
	tcase_add_loop_test(tests, a_run_is_the_same_as_itself, 0, GOLDEN_LOGS);
	tcase_add_loop_test(tests, kernels_are_chosen_as_they_are_named, 0, sizeof(choices) / sizeof(choices[0]));
	tcase_add_test(tests, what_must_be_exact_is_held_to_it);
	tcase_add_test(tests, findings_are_behaviour);
	tcase_add_test(tests, an_interrupted_run_is_said_to_be_one);
	suite_add_tcase(suite, tests);
	return run_tests(suite);
}
