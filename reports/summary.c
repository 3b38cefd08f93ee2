/* SPDX-License-Identifier: Apache-2.0 */
/* summary.c - a run on a terminal: the worst comes last, next to the prompt. */
#include <stdlib.h>
#include <string.h>

#include "reports/amount.h"
#include "reports/coverage.h"
#include "reports/findings.h"
#include "reports/known.h"
#include "reports/matrix.h"
#include "reports/report.h"
#include "reports/tally.h"

static const char *const colours[REPORT_VERDICTS] = {
	[REPORT_PASS] = "\033[32m",
	[REPORT_FAIL] = "\033[1;31m",
	[REPORT_SKIP] = "\033[2m",
	[REPORT_XFAIL] = "\033[33m",
	[REPORT_XPASS] = "\033[1;35m",
	[REPORT_FLAKY] = "\033[1;35m",
	[REPORT_CRASH] = "\033[1;31m",
	[REPORT_TIMEOUT] = "\033[1;31m",
	[REPORT_ERROR] = "\033[1;35m",
	[REPORT_UNFINISHED] = "\033[1;35m",
};

#define PLAIN "\033[0m"

struct terminal {
	FILE *out;
	bool colour;
};

static void put_coloured(struct terminal *terminal, enum report_verdict verdict, const char *text)
{
	if (terminal->colour)
		fprintf(terminal->out, "%s%s" PLAIN, colours[verdict], text);
	else
		fputs(text, terminal->out);
}

/* Each line of the text behind an indentation. */
static void put_indented(struct terminal *terminal, const char *text)
{
	while (*text) {
		const size_t length = strcspn(text, "\n");

		fprintf(terminal->out, "%s%.*s\n", length ? "    " : "", (int)length, text);
		text += length + (text[length] == '\n');
	}
}

static void put_kernels(struct terminal *terminal, const struct report_run *run)
{
	for (size_t i = 0; i < run->n_kernels; i++) {
		const struct report_kernel *kernel = run->kernels[i];

		if (run->n_kernels > 1)
			fprintf(terminal->out, "#%zu ", i + 1);
		fprintf(terminal->out, "Linux %s", kernel->release);
		if (*kernel->name && strcmp(kernel->name, kernel->release) != 0)
			fprintf(terminal->out, " (%s)", kernel->name);
		if (*kernel->failure) {
			fputs(": ", terminal->out);
			put_coloured(terminal, REPORT_ERROR, kernel->failure);
		}
		fputc('\n', terminal->out);
	}
}

static size_t widest(const char *const *texts, size_t n)
{
	size_t width = 0;

	for (size_t i = 0; i < n; i++)
		width = strlen(texts[i]) > width ? strlen(texts[i]) : width;
	return width < 40 ? width : 40;
}

static void put_area(struct terminal *terminal, const struct report_run *run, const char *area, size_t width)
{
	struct tally tally = { 0 };
	enum report_verdict worst = REPORT_PASS;

	for (size_t i = 0; i < run->n_cases; i++) {
		const struct report_case *test = &run->cases[i];

		if (strcmp(test->area, area) != 0)
			continue;
		tally_add(&tally, test);
		if (report_verdict_is_bad(test->verdict))
			worst = test->verdict;
	}
	fprintf(terminal->out, "  %-*s  %3zu %s  ", (int)width, area, tally.cases,
		tally.cases == 1 ? "case " : "cases");

	char *counts = NULL;
	size_t length = 0;
	FILE *memory = open_memstream(&counts, &length);
	if (memory) {
		tally_print(tally.counts, memory);
		fclose(memory);
		put_coloured(terminal, worst, counts ? counts : "");
	}
	fprintf(terminal->out, "%*s  %s\n", length < 24 ? (int)(24 - length) : 0, "",
		amount_duration(tally.virtual_ns).text);
	free(counts);
}

static void put_case_head(struct terminal *terminal, const struct report_run *run, const struct report_case *test)
{
	put_coloured(terminal, test->verdict, report_verdict_name(test->verdict));
	fprintf(terminal->out, "  %s", test->id);
	if (run->n_kernels > 1)
		fprintf(terminal->out, " on %s", test->kernel->label);
}

/* What passed over cases: skipped, known issues. One line each. */
static void put_excused(struct terminal *terminal, const struct report_run *run)
{
	bool first = true;

	for (size_t i = 0; i < run->n_cases; i++) {
		const struct report_case *test = &run->cases[i];

		if (test->verdict == REPORT_PASS || report_verdict_is_bad(test->verdict))
			continue;
		if (first)
			fputc('\n', terminal->out);
		first = false;
		put_case_head(terminal, run, test);
		fprintf(terminal->out, ": %s\n", test->reason);
	}
}

static void put_bad(struct terminal *terminal, const struct report_run *run)
{
	for (size_t i = 0; i < run->n_cases; i++) {
		const struct report_case *test = &run->cases[i];

		if (!report_verdict_is_bad(test->verdict) || *test->kernel->failure)
			continue;
		fputc('\n', terminal->out);
		put_case_head(terminal, run, test);
		if (*test->title)
			fprintf(terminal->out, ": %s", test->title);
		fputc('\n', terminal->out);
		put_indented(terminal, test->reason);
		put_indented(terminal, test->explanation);
		if (*test->console && !*test->explanation)
			put_indented(terminal, test->console);
		if (*test->repeat && !strstr(test->explanation, "\nagain "))
			fprintf(terminal->out, "    again     %s\n", test->repeat);
	}
}

/* The list of known issues wants a look. What comes with some seeds only is counted. */
static void put_known(struct terminal *terminal, const struct report_run *run)
{
	size_t told = 0, by_chance = 0;

	for (size_t i = 0; i < run->n_known; i++) {
		const struct report_known *known = &run->known[i];

		if (!known_is_told(known))
			continue;
		if (known->sometimes && !known->expired) {
			by_chance++;
			continue;
		}
		fputs(told++ ? "" : "\nknown issues to look at\n", terminal->out);
		fprintf(terminal->out, "    %s\n", known_words(run, known));
	}
	if (by_chance)
		fprintf(terminal->out,
			"\n%zu of %zu known failures matched nothing; they depend on the seed (the reports name "
			"them)\n",
			by_chance, run->n_known);
}

/* A rule that fails several cases is one thing to look at. */
static void put_breaches(struct terminal *terminal, const struct report_run *run)
{
	struct broken_rules rules = broken_rules_of(run, false);
	size_t told = 0;

	for (size_t i = 0; i < rules.n; i++) {
		if (rules.list[i].cases < 2)
			continue;
		fputs(told++ ? "    " : "\nrules that several cases break\n    ", terminal->out);
		broken_rule_say(&rules.list[i], terminal->out);
		fputc('\n', terminal->out);
	}
	broken_rules_free(&rules);
}

/* A rule that was never applied has proved nothing. */
static void put_idle_rules(struct terminal *terminal, const struct report_run *run)
{
	const struct report_catalogue *catalogue = run->catalogue;
	size_t told = 0;

	for (size_t i = 0; catalogue && i < catalogue->n_rules; i++) {
		if (rule_applied_in_run(run, catalogue->rules[i].id))
			continue;
		fputs(told++ ? "    " : "\nrules that were never put to the test\n    ", terminal->out);
		fprintf(terminal->out, "%s: %s\n", catalogue->rules[i].id, catalogue->rules[i].title);
	}
}

/* What fails no case; by rule, when it is asked for. */
static void put_deviations(struct terminal *terminal, const struct report_run *run, bool by_rule)
{
	struct broken_rules deviations = broken_rules_of(run, true);

	if (deviations.n) {
		fputc('\n', terminal->out);
		deviations_say(run, &deviations, terminal->out);
		fputc('\n', terminal->out);
	}
	for (size_t i = 0; by_rule && i < deviations.n; i++) {
		fputs("    ", terminal->out);
		broken_rule_say(&deviations.list[i], terminal->out);
		fputc('\n', terminal->out);
	}
	broken_rules_free(&deviations);
}

void report_totals(const struct report_run *run, FILE *out)
{
	fprintf(out, "%zu %s", run->n_cases, run->n_cases == 1 ? "case" : "cases");
	if (run->n_cases) {
		fputs(": ", out);
		tally_print(run->counts, out);
	}
	if (run->virtual_ns > 0) {
		struct amount virtual_time = amount_duration(run->virtual_ns);
		char *unit = strstr(virtual_time.text, " s");

		if (unit)
			*unit = '\0';
		fprintf(out, "; %s virtual seconds", virtual_time.text);
		if (run->wall_ns > 0)
			fprintf(out, " in %s", amount_duration(run->wall_ns).text);
	}
	if (run->interrupted)
		fprintf(out, "; interrupted: %zu of %zu planned cases were not run", run->planned - run->n_cases,
			run->planned);
	if (*run->failure)
		fprintf(out, "; the run failed: %s", run->failure);
}

static size_t column_width(const struct matrix *matrix, size_t column)
{
	size_t width = strlen(matrix->heads[column]);

	for (size_t i = 0; i < matrix->n_rows; i++) {
		const struct report_case *test = matrix->rows[i].cells[column];
		const size_t length = test ? strlen(report_verdict_name(test->verdict)) : 1;

		width = length > width ? length : width;
	}
	return width;
}

static void put_row(
	struct terminal *terminal, const struct matrix *matrix, const struct matrix_row *row, size_t name_width)
{
	fprintf(terminal->out, "  %-*s", (int)name_width, row->id);
	for (size_t k = 0; k < matrix->n_kernels; k++) {
		const struct report_case *test = row->cells[k];
		const char *word = test ? report_verdict_name(test->verdict) : "-";

		fputs("  ", terminal->out);
		if (test && row->differs)
			put_coloured(terminal, test->verdict, word);
		else
			fputs(word, terminal->out);
		if (k + 1 < matrix->n_kernels)
			fprintf(terminal->out, "%*s", (int)(column_width(matrix, k) - strlen(word)), "");
	}
	fputc('\n', terminal->out);
}

/* Cases by kernels: where they differ, or all. */
static void put_table(struct terminal *terminal, const struct matrix *matrix, bool every_case)
{
	size_t width = 0;

	fputc('\n', terminal->out);
	matrix_say(matrix, terminal->out);
	fputc('\n', terminal->out);
	if (!matrix->n_differing && !every_case)
		return;
	for (size_t i = 0; i < matrix->n_rows; i++)
		if ((every_case || matrix->rows[i].differs) && strlen(matrix->rows[i].id) > width)
			width = strlen(matrix->rows[i].id);
	fprintf(terminal->out, "  %-*s", (int)width, "");
	for (size_t k = 0; k < matrix->n_kernels; k++)
		fprintf(terminal->out, "  %-*s", k + 1 < matrix->n_kernels ? (int)column_width(matrix, k) : 0,
			matrix->heads[k]);
	fputc('\n', terminal->out);
	for (size_t i = 0; i < matrix->n_rows; i++)
		if (every_case || matrix->rows[i].differs)
			put_row(terminal, matrix, &matrix->rows[i], width);
}

static void put_matrix(struct terminal *terminal, const struct report_run *run, bool every_case)
{
	struct matrix matrix;

	if (run->n_kernels < 2 || matrix_make(run, &matrix) < 0)
		return;
	if (matrix.n_kernels > 1)
		put_table(terminal, &matrix, every_case);
	matrix_free(&matrix);
}

void report_summary(const struct report_run *run, FILE *out, struct report_style style)
{
	struct terminal terminal = { .out = out, .colour = style.colour };
	enum report_verdict worst = REPORT_PASS;
	size_t n_areas = 0;
	const char **areas = tally_areas(run, &n_areas);

	put_kernels(&terminal, run);
	for (size_t i = 0; i < n_areas; i++)
		put_area(&terminal, run, areas[i], widest(areas, n_areas));
	free(areas);
	put_matrix(&terminal, run, style.every_case);
	put_excused(&terminal, run);
	put_bad(&terminal, run);
	put_breaches(&terminal, run);
	put_known(&terminal, run);
	put_deviations(&terminal, run, style.every_case);
	if (style.every_case)
		put_idle_rules(&terminal, run);
	for (size_t i = 0; i < run->n_cases; i++)
		if (report_verdict_is_bad(run->cases[i].verdict))
			worst = run->cases[i].verdict;
	if (*run->note)
		fprintf(out, "\nThe log: %s.\n", run->note);
	fputc('\n', out);
	if (style.colour)
		fputs(colours[worst], out);
	report_totals(run, out);
	fputs(style.colour ? PLAIN "\n" : "\n", out);
}
