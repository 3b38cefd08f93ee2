/* SPDX-License-Identifier: Apache-2.0 */
/*
 * html_coverage.c - the run by requirement, of all that the catalogue has: which are judged, by which cases and rules,
 * and which by nobody; and how often each rule was put to the test. Without a catalogue there is html_clauses.c.
 */
#include "reports/html.h"

#include <stdlib.h>
#include <string.h>

#include "reports/amount.h"
#include "reports/coverage.h"

/* NULL without memory. */
static struct coverage *coverage_of(const struct report_run *run)
{
	struct coverage *coverage = coverage_new(run->catalogue);

	if (coverage && coverage_add(coverage, run) < 0) {
		coverage_free(coverage);
		return NULL;
	}
	if (coverage)
		coverage_settle(coverage);
	return coverage;
}

/* ---- Sums ---- */

static void put_number(struct markup *html, size_t number)
{
	markup_open(html, "td", "class", "number", NULL);
	markup_text(html, number ? amount_grouped((int64_t)number).text : "\xe2\x80\x93");
	markup_close(html);
}

static void put_sum(
	struct markup *html, const struct coverage *coverage, const struct coverage_filter *filter, const char *name)
{
	const struct coverage_sum sum = coverage_sum(coverage, filter);

	if (sum.requirements == 0)
		return;
	markup_open(html, "tr", NULL);
	markup_leaf(html, "th", name, "scope", "row", NULL);
	put_number(html, sum.requirements);
	markup_open(html, "td", "class", "number", NULL);
	markup_format(html, "%zu\xc2\xa0%%", sum.states[COVERAGE_JUDGED] * 100 / sum.requirements);
	markup_close(html);
	put_number(html, sum.states[COVERAGE_JUDGED]);
	put_number(html, sum.by_cases);
	put_number(html, sum.by_rules);
	put_number(html, sum.states[COVERAGE_IDLE]);
	put_number(html, sum.states[COVERAGE_UNJUDGED]);
	put_number(html, sum.states[COVERAGE_UNTESTABLE]);
	markup_close(html);
	markup_raw(html, "\n");
}

static void put_sums_head(struct markup *html)
{
	static const char *const heads[] = { "requirements", "", "judged", "by cases", "by rules", "idle", "unjudged",
		"untestable" };

	markup_open(html, "thead", NULL);
	markup_open(html, "tr", NULL);
	markup_leaf(html, "td", "", NULL);
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		markup_leaf(html, "th", heads[i], "scope", "col", "class", "number", NULL);
	markup_close(html);
	markup_close(html);
}

static void put_sums(struct markup *html, const struct coverage *coverage)
{
	char name[32];
	size_t n;
	char **rfcs = coverage_rfcs(coverage, &n);

	markup_open(html, "div", "class", "scroll", NULL);
	markup_open(html, "table", "class", "sums", NULL);
	put_sums_head(html);
	markup_open(html, "tbody", NULL);
	put_sum(html, coverage, &(struct coverage_filter){ 0 }, "all");
	for (unsigned priority = 1; priority <= COVERAGE_PRIORITIES; priority++) {
		snprintf(name, sizeof(name), "priority %u", priority);
		put_sum(html, coverage, &(struct coverage_filter){ .priority = priority }, name);
	}
	for (size_t i = 0; coverage_levels[i]; i++)
		put_sum(html, coverage, &(struct coverage_filter){ .level = coverage_levels[i] }, coverage_levels[i]);
	for (size_t i = 0; rfcs && i < n; i++) {
		snprintf(name, sizeof(name), "RFC %.20s", rfcs[i]);
		put_sum(html, coverage, &(struct coverage_filter){ .rfc = rfcs[i] }, name);
		free(rfcs[i]);
	}
	free(rfcs);
	markup_close(html);
	markup_close(html);
	markup_close(html);
	markup_raw(html, "\n");
}

/* ---- Rules ---- */

static void put_rule(struct markup *html, const struct coverage_rule *rule)
{
	markup_open(html, "tr", "class", rule->applied ? "rule" : "rule idle", NULL);
	markup_open(html, "th", "scope", "row", NULL);
	markup_leaf(html, "code", rule->rule->id, NULL);
	markup_close(html);
	markup_open(html, "td", NULL);
	markup_leaf(html, "span", report_level_name(rule->rule->level), "class", "level", NULL);
	markup_close(html);
	markup_leaf(html, "td", rule->rule->title, "class", "wide", NULL);
	markup_open(html, "td", "class", "number", NULL);
	markup_text(html, rule->applied ? amount_grouped(rule->applied).text : "never");
	if (rule->broken) {
		markup_text(html, " ");
		markup_open(html, "b", NULL);
		markup_format(html, "%s broken", amount_grouped(rule->broken).text);
		markup_close(html);
	}
	markup_close(html);
	markup_close(html);
	markup_raw(html, "\n");
}

/* Those first that were never put to the test: they have proved nothing. */
static void put_rules(struct markup *html, const struct coverage *coverage)
{
	const size_t n = coverage->catalogue->n_rules;
	size_t idle = 0;

	for (size_t i = 0; i < n; i++)
		idle += coverage->rules[i].applied == 0;
	markup_open(html, "details", "class", "rules", NULL);
	markup_open(html, "summary", NULL);
	markup_format(html, "%zu rule%s, ", n, n == 1 ? "" : "s");
	if (idle)
		markup_format(html, "%zu never put to the test", idle);
	else
		markup_text(html, "all put to the test");
	markup_close(html);
	markup_open(html, "table", NULL);
	markup_open(html, "tbody", NULL);
	for (int tested = 0; tested < 2; tested++)
		for (size_t i = 0; i < n; i++)
			if ((coverage->rules[i].applied > 0) == tested)
				put_rule(html, &coverage->rules[i]);
	markup_close(html);
	markup_close(html);
	markup_close(html);
	markup_raw(html, "\n");
}

/* ---- Requirements ---- */

static bool traces_to(const struct report_case *test, const char *id)
{
	for (size_t i = 0; i < test->n_requirements; i++)
		if (strcmp(test->requirements[i].id, id) == 0)
			return true;
	return false;
}

static void put_judges(struct markup *html, const struct report_run *run, const struct coverage_row *row)
{
	markup_open(html, "td", "class", "squares", NULL);
	for (size_t i = 0; i < run->n_cases; i++)
		if (traces_to(&run->cases[i], row->requirement->id))
			html_square(html, run, &run->cases[i]);
	for (size_t i = 0; i < row->n_rules; i++) {
		markup_open(html, "span", "class", "rule", NULL);
		markup_leaf(html, "code", row->rules[i].id, NULL);
		markup_format(html, " %s\xc3\x97", amount_grouped(row->rules[i].times).text);
		markup_close(html);
		markup_text(html, " ");
	}
	markup_close(html);
}

static void put_requirement(struct markup *html, const struct known_requirement *requirement)
{
	markup_open(html, "th", "scope", "row", NULL);
	markup_leaf(html, "code", requirement->id, NULL);
	markup_close(html);
	markup_open(html, "td", NULL);
	markup_leaf(html, "span", requirement->level, "class", "level", NULL);
	markup_open(html, "small", "title", "priority", NULL);
	markup_format(html, " %u", requirement->priority);
	markup_close(html);
	markup_close(html);
	markup_leaf(html, "td", requirement->summary, "class", "wide", NULL);
}

static void put_judged(struct markup *html, const struct report_run *run, const struct coverage *coverage)
{
	markup_open(html, "details", "class", "judged", NULL);
	markup_open(html, "summary", NULL);
	markup_format(html, "%zu judged, with their cases and rules",
		coverage_sum(coverage, &(struct coverage_filter){ 0 }).states[COVERAGE_JUDGED]);
	markup_close(html);
	markup_open(html, "table", NULL);
	markup_open(html, "tbody", NULL);
	for (size_t i = 0; i < coverage->catalogue->n_requirements; i++) {
		const struct coverage_row *row = &coverage->rows[i];

		if (row->state != COVERAGE_JUDGED)
			continue;
		markup_open(html, "tr", NULL);
		put_requirement(html, row->requirement);
		put_judges(html, run, row);
		markup_close(html);
		markup_raw(html, "\n");
	}
	markup_close(html);
	markup_close(html);
	markup_close(html);
	markup_raw(html, "\n");
}

static void put_missed_deviations(struct markup *html, const struct coverage *coverage)
{
	size_t told = 0;

	for (size_t i = 0; i < coverage->catalogue->n_deviations; i++) {
		const struct coverage_deviation *each = &coverage->deviations[i];

		if (!coverage_is_missed(each))
			continue;
		if (told++ == 0) {
			markup_leaf(html, "h3", "Known deviations that matched nothing", NULL);
			markup_open(html, "ul", NULL);
		}
		markup_open(html, "li", NULL);
		markup_format(html, "%s (%s, kernels %s): nothing in %s case%s that put the rule to the test",
			each->deviation->id, each->deviation->rule, each->deviation->kernels,
			amount_grouped(each->ran).text, each->ran == 1 ? "" : "s");
		markup_close(html);
	}
	if (told)
		markup_close(html);
}

/* Few will read them all, and they are many: packed. */
static void put_rest(struct markup *html, const struct report_run *run, const struct report_case *none)
{
	struct coverage *coverage = coverage_of(run);

	(void)none;
	markup_open(html, "table", NULL);
	markup_open(html, "tbody", NULL);
	for (size_t i = 0; coverage && i < coverage->catalogue->n_requirements; i++) {
		const struct coverage_row *row = &coverage->rows[i];

		if (row->state == COVERAGE_JUDGED)
			continue;
		markup_open(html, "tr", NULL);
		put_requirement(html, row->requirement);
		markup_leaf(html, "td", coverage_state_name(row->state), "class", "state", NULL);
		markup_close(html);
		markup_raw(html, "\n");
	}
	markup_close(html);
	markup_close(html);
	coverage_free(coverage);
}

static void put_unjudged(struct markup *html, const struct report_run *run, const struct coverage_sum *sum)
{
	if (sum->requirements == sum->states[COVERAGE_JUDGED])
		return;
	markup_open(html, "details", "class", "packs", NULL);
	markup_open(html, "summary", NULL);
	markup_format(html, "%zu unjudged, %zu idle, %zu untestable", sum->states[COVERAGE_UNJUDGED],
		sum->states[COVERAGE_IDLE], sum->states[COVERAGE_UNTESTABLE]);
	markup_close(html);
	html_packed(html, put_rest, run, NULL);
	markup_close(html);
	markup_raw(html, "\n");
}

void html_coverage(struct markup *html, const struct report_run *run)
{
	struct coverage *coverage = coverage_of(run);

	if (!coverage)
		return;
	const struct coverage_sum sum = coverage_sum(coverage, &(struct coverage_filter){ 0 });
	markup_open(html, "details", "class", "clauses coverage", "id", "coverage", NULL);
	markup_open(html, "summary", NULL);
	markup_leaf(html, "h2", "Requirements", NULL);
	markup_open(html, "span", NULL);
	markup_format(html, "%s of %s judged by this run", amount_grouped((int64_t)sum.states[COVERAGE_JUDGED]).text,
		amount_grouped((int64_t)sum.requirements).text);
	markup_close(html);
	markup_close(html);
	put_sums(html, coverage);
	markup_leaf(html, "p",
		"Judged: a case with a verdict traces to it, or a rule was put to the test. Idle: only cases and rules "
		"that did not run, or were not put to the test. Untestable: nothing can be seen of it.",
		"class", "legend", NULL);
	put_rules(html, coverage);
	put_missed_deviations(html, coverage);
	put_judged(html, run, coverage);
	put_unjudged(html, run, &sum);
	markup_close(html);
	markup_raw(html, "\n");
	coverage_free(coverage);
}
