/* SPDX-License-Identifier: Apache-2.0 */
/* verdicts_test.c - the same verdicts with the same meaning in a run, in the log and in each report: VERDICTS.md. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "core/tests/suite.h"
#include "reports/log.h"
#include "reports/report.h"
#include "runner/protocol/verdict.h"
#include "runner/verdict/score.h"

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

/* ---- VERDICTS.md, its rows ---- */

enum { ROW_VERDICT = 1, ROW_MEANING, ROW_STATUS, ROW_JUNIT, ROW_TAP, ROW_PAGE, ROW_CELLS };

struct row {
	char planned[ROW_CELLS][80];
};

/* | a | b | */
static bool read_row(const char *line, struct row *row)
{
	unsigned planned = 1;
	for (const char *at = line + 1; *line == '|' && planned < ROW_CELLS; planned++) {
		const size_t length = strcspn(at, "|");
		size_t from = strspn(at, " "), to = length;
		while (to > from && at[to - 1] == ' ')
			to--;
		if (at[length] != '|' || to - from >= sizeof(row->planned[0]))
			return false;
		snprintf(row->planned[planned], sizeof(row->planned[0]), "%.*s", (int)(to - from), at + from);
		at += length + 1;
	}
	return planned == ROW_CELLS;
}

static struct row row_of(const char *verdict)
{
	char line[512];
	struct row row = { 0 };
	FILE *file = fopen(VERDICTS_DOCUMENT, "re");
	ck_assert_ptr_nonnull(file);
	while (fgets(line, sizeof(line), file))
		if (read_row(line, &row) && strcmp(row.planned[ROW_VERDICT], verdict) == 0) {
			fclose(file);
			return row;
		}
	fclose(file);
	ck_abort_msg("VERDICTS.md has no row for %s", verdict);
	return row;
}

/* ---- a run of one case, which deviates from a rule as well ---- */

static char *report_of(const char *verdict, const char *format)
{
	char log[1024], *text = NULL, *error = NULL;
	size_t length = 0;
	struct report_run *run = NULL;
	const bool finished = strcmp(verdict, "unfinished") != 0;
	int n = snprintf(log, sizeof(log),
		"{\"type\":\"run\",\"version\":1,\"cases\":1}\n"
		"{\"type\":\"kernel\",\"name\":\"k\",\"release\":\"1\"}\n"
		"{\"type\":\"case_start\",\"case\":\"a.b\",\"kernel\":\"k\",\"area\":\"a\"}\n"
		"{\"type\":\"finding\",\"case\":\"a.b\",\"rule\":\"r.s\",\"level\":\"SHOULD\",\"t_ns\":1}\n");
	if (finished)
		n += snprintf(log + n, sizeof(log) - (size_t)n,
			"{\"type\":\"verdict\",\"case\":\"a.b\",\"t_ns\":1,\"verdict\":\"%s\",\"reason\":\"why\"}\n"
			"{\"type\":\"case_end\",\"case\":\"a.b\",\"kernel\":\"k\",\"verdict\":\"%s\",\"virtual_ns\":1}"
			"\n",
			verdict, verdict);
	n += snprintf(log + n, sizeof(log) - (size_t)n, "{\"type\":\"run_end\",\"exit_status\":0}\n");
	ck_assert_msg(report_read_memory("log", log, (size_t)n, &run, &error) == 0, "%s", error);
	FILE *out = open_memstream(&text, &length);
	ck_assert_int_eq(report_format_by_name(format)->write(run, out), 0);
	fclose(out);
	report_free(run);
	return text;
}

static bool has(const char *text, const char *part)
{
	return strstr(text, part) != NULL;
}

START_TEST(junit_says_what_the_table_says)
{
	static const char *const elements[] = { "failure", "error", "skipped" };
	const char *verdict = report_verdict_name((enum report_verdict)_i);
	const struct row row = row_of(verdict);
	char *text = report_of(verdict, "junit"), open[16];
	for (size_t i = 0; i < sizeof(elements) / sizeof(elements[0]); i++) {
		snprintf(open, sizeof(open), "<%s ", elements[i]);
		ck_assert_msg(has(text, open) == (strcmp(row.planned[ROW_JUNIT], elements[i]) == 0), "%s and <%s>: %s",
			verdict, elements[i], text);
	}
	free(text);
}
END_TEST

START_TEST(tap_says_what_the_table_says)
{
	const char *verdict = report_verdict_name((enum report_verdict)_i);
	const struct row row = row_of(verdict);
	char *text = report_of(verdict, "tap");
	const char *directive = strchr(row.planned[ROW_TAP], '#'), *line = strstr(text, "ok 1 - a.b");
	ck_assert_ptr_nonnull(line);
	ck_assert_int_eq(line - text >= 4 && strncmp(line - 4, "not ", 4) == 0, has(row.planned[ROW_TAP], "not ok"));
	ck_assert_int_eq(has(text, " # "), directive != NULL);
	if (directive)
		ck_assert_msg(has(text, directive), "%s: %s", verdict, text);
	free(text);
}
END_TEST

START_TEST(the_page_says_what_the_table_says)
{
	const char *verdict = report_verdict_name((enum report_verdict)_i);
	const struct row row = row_of(verdict);
	char *text = report_of(verdict, "html"), headline[100];
	snprintf(headline, sizeof(headline), "\"headline %s\"", row.planned[ROW_PAGE]);
	ck_assert_msg(has(text, headline), "%s has no %s", verdict, headline);
	free(text);
}
END_TEST

START_TEST(each_format_tells_the_deviation)
{
	static const char *const formats[][2] = {
		{ "junit", "<property name=\"deviation\" value=\"r.s (SHOULD): " },
		{ "tap", "# 1 deviation (SHOULD) of 1 rule; --strict makes them failures\n" },
		{ "html", "<section class=\"broken-rules deviations\">" },
	};
	const char *verdict = report_verdict_name((enum report_verdict)_i);
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		char *text = report_of(verdict, formats[i][0]);
		ck_assert_msg(has(text, formats[i][1]), "%s, %s has no %s", verdict, formats[i][0], formats[i][1]);
		free(text);
	}
}
END_TEST

START_TEST(the_exit_status_is_what_the_table_says)
{
	const enum verdict verdict = (enum verdict)_i;
	struct score score = { 0 };
	score_add(&score, verdict);
	ck_assert_int_eq(score_status(&score), atoi(row_of(verdict_name(verdict)).planned[ROW_STATUS]));
	/* the worst one decides */
	score_add(&score, VERDICT_PASS);
	ck_assert_int_eq(score_status(&score), verdict == VERDICT_SKIP ? STATUS_EXPECTED : score_status(&score));
	score_add(&score, VERDICT_ERROR);
	ck_assert_int_eq(score_status(&score), verdict_is_expected(verdict) || verdict == VERDICT_ERROR ? 3 : 1);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("verdicts");
	TCase *tests = tcase_create("verdicts");
	tcase_add_loop_test(tests, reports_know_each_verdict, VERDICT_PASS, VERDICTS);
	tcase_add_test(tests, reports_know_no_other);
	tcase_add_loop_test(tests, junit_says_what_the_table_says, 0, REPORT_VERDICTS);
	tcase_add_loop_test(tests, tap_says_what_the_table_says, 0, REPORT_VERDICTS);
	tcase_add_loop_test(tests, the_page_says_what_the_table_says, 0, REPORT_VERDICTS);
	tcase_add_loop_test(tests, each_format_tells_the_deviation, 0, REPORT_VERDICTS);
	tcase_add_loop_test(tests, the_exit_status_is_what_the_table_says, VERDICT_PASS, VERDICTS);
	suite_add_tcase(suite, tests);
	return run_tests(suite);
}
