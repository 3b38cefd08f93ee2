/* SPDX-License-Identifier: Apache-2.0 */
/* coverage_text.c - which requirements are judged, for a terminal. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "reports/amount.h"
#include "reports/coverage.h"

static const char *plural(size_t n)
{
	return n == 1 ? "" : "s";
}

static void put_headline(const struct coverage *coverage, FILE *out)
{
	const struct report_catalogue *catalogue = coverage->catalogue;

	if (coverage->n_runs)
		fprintf(out, "%zu run%s with %zu judged case%s; there are %zu case%s and %zu rule%s\n",
			coverage->n_runs, plural(coverage->n_runs), coverage->n_cases, plural(coverage->n_cases),
			catalogue->n_cases, plural(catalogue->n_cases), catalogue->n_rules, plural(catalogue->n_rules));
	else
		fprintf(out, "what %zu case%s and %zu rule%s would judge\n", catalogue->n_cases,
			plural(catalogue->n_cases), catalogue->n_rules, plural(catalogue->n_rules));
}

static void put_sum_head(const struct coverage *coverage, const char *what, FILE *out)
{
	fprintf(out, "\n%-10s %12s %8s %5s %9s %9s", what, "requirements", "judged", "", "by cases", "by rules");
	fprintf(out, coverage->n_runs ? " %6s %9s %11s\n" : "%.0s %9s %11s\n", "idle", "unjudged", "untestable");
}

static void put_sum(const struct coverage *coverage, const struct coverage_filter *filter, const char *name, FILE *out)
{
	const struct coverage_sum sum = coverage_sum(coverage, filter);
	const size_t judged = sum.states[COVERAGE_JUDGED];

	if (sum.requirements == 0)
		return;
	fprintf(out, "%-10s %12zu %8zu %3zu %% %9zu %9zu", name, sum.requirements, judged,
		judged * 100 / sum.requirements, sum.by_cases, sum.by_rules);
	if (coverage->n_runs)
		fprintf(out, " %6zu", sum.states[COVERAGE_IDLE]);
	fprintf(out, " %9zu %11zu\n", sum.states[COVERAGE_UNJUDGED], sum.states[COVERAGE_UNTESTABLE]);
}

static void put_sums(const struct coverage *coverage, const struct coverage_filter *filter, FILE *out)
{
	size_t n_rfcs;
	char **rfcs = coverage_rfcs(coverage, &n_rfcs);
	char name[24];

	put_sum_head(coverage, "RFC", out);
	for (size_t i = 0; rfcs && i < n_rfcs; i++) {
		struct coverage_filter one = *filter;

		if (!filter->rfc || strcmp(filter->rfc, rfcs[i]) == 0) {
			one.rfc = rfcs[i];
			put_sum(coverage, &one, rfcs[i], out);
		}
		free(rfcs[i]);
	}
	free(rfcs);
	put_sum_head(coverage, "level", out);
	for (size_t i = 0; coverage_levels[i]; i++) {
		struct coverage_filter one = *filter;

		if (filter->level && strcmp(filter->level, coverage_levels[i]) != 0)
			continue;
		one.level = coverage_levels[i];
		put_sum(coverage, &one, coverage_levels[i], out);
	}
	put_sum_head(coverage, "priority", out);
	for (unsigned priority = 1; priority <= COVERAGE_PRIORITIES; priority++) {
		struct coverage_filter one = *filter;

		if (filter->priority && filter->priority != priority)
			continue;
		one.priority = priority;
		snprintf(name, sizeof(name), "%u", priority);
		put_sum(coverage, &one, name, out);
	}
	fputc('\n', out);
	put_sum(coverage, filter, "all", out);
}

static void put_judges(const struct coverage *coverage, const char *name, const char *unit,
	const struct judge_count *judges, size_t n, FILE *out)
{
	for (size_t i = 0; i < n; i++) {
		fprintf(out, "    %-6s %s", i ? "" : name, judges[i].id);
		if (coverage->n_runs)
			fprintf(out, "  %s %s%s", amount_grouped(judges[i].times).text, unit,
				judges[i].times == 1 ? "" : "s");
		fputc('\n', out);
	}
}

static void put_rows(const struct coverage *coverage, const struct coverage_filter *filter, FILE *out)
{
	for (size_t i = 0; i < coverage->catalogue->n_requirements; i++) {
		const struct coverage_row *row = &coverage->rows[i];
		const struct known_requirement *requirement = row->requirement;

		if (!coverage_wants(filter, row))
			continue;
		fprintf(out, "\n%s  %s, priority %u, %s\n    %s\n", requirement->id, requirement->level,
			requirement->priority, coverage_state_name(row->state), requirement->summary);
		put_judges(coverage, "cases", "run", row->cases, row->n_cases, out);
		put_judges(coverage, "rules", "time", row->rules, row->n_rules, out);
	}
}

/* A rule that was never applied proves nothing. */
static void put_idle_rules(const struct coverage *coverage, FILE *out)
{
	size_t idle = 0;

	for (size_t i = 0; coverage->n_runs && i < coverage->catalogue->n_rules; i++) {
		const struct coverage_rule *rule = &coverage->rules[i];

		if (rule->applied)
			continue;
		fputs(idle++ ? "" : "\nrules that were never put to the test\n", out);
		fprintf(out, "    %s (%s): %s\n", rule->rule->id, report_level_name(rule->rule->level),
			rule->rule->title);
	}
}

/* A deviation of Linux that no kernel shows may be mended, and its entry hides what comes instead. */
static void put_missed_deviations(const struct coverage *coverage, FILE *out)
{
	size_t told = 0;

	for (size_t i = 0; i < coverage->catalogue->n_deviations; i++) {
		const struct coverage_deviation *each = &coverage->deviations[i];

		if (!coverage_is_missed(each))
			continue;
		fputs(told++ ? "" : "\nknown deviations that matched nothing\n", out);
		fprintf(out, "    %s (%s, kernels %s): nothing in %" PRId64 " case%s that put the rule to the test\n",
			each->deviation->id, each->deviation->rule, each->deviation->kernels, each->ran,
			each->ran == 1 ? "" : "s");
	}
}

int coverage_write_text(const struct coverage *coverage, const struct coverage_filter *filter, bool rows, FILE *out)
{
	put_headline(coverage, out);
	put_sums(coverage, filter, out);
	put_idle_rules(coverage, out);
	put_missed_deviations(coverage, out);
	if (rows)
		put_rows(coverage, filter, out);
	return 0;
}
