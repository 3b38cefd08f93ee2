/* SPDX-License-Identifier: Apache-2.0 */
/*
 * html_findings.c - what the referee found: a case's findings with all that is known of each, and the rules that
 * were broken in the run, by kernel.
 */
#include "reports/html.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "reports/amount.h"
#include "reports/findings.h"

/* ---- In a case ---- */

void html_finding_anchor(struct markup *html, const char *name, const char *before, const char *what,
	const struct report_run *run, const struct report_case *test, size_t finding)
{
	char after[48];

	snprintf(after, sizeof(after), "~%s-%zu", what, finding + 1);
	html_anchor_with(html, name, before, run, test, after);
}

static void put_place(struct markup *html, const struct report_finding *finding)
{
	char *words = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&words, &length);

	if (!out)
		return;
	finding_say_place(finding, out);
	fprintf(out, " at %s s", amount_seconds(finding->t_ns, 6).text);
	if (finding->association > 1)
		fprintf(out, ", association %" PRId64, finding->association);
	if (finding->times > 1)
		fprintf(out, ", %s times", amount_grouped(finding->times).text);
	if (fclose(out) == 0)
		markup_leaf(html, "small", words, NULL);
	free(words);
}

static void put_pair(struct markup *html, const char *name, const char *value)
{
	markup_open(html, "div", NULL);
	markup_leaf(html, "dt", name, NULL);
	markup_leaf(html, "dd", value, NULL);
	markup_close(html);
}

static void put_requirements(struct markup *html, const struct report_finding *finding)
{
	if (finding->requirements.n == 0)
		return;
	markup_open(html, "div", NULL);
	markup_leaf(html, "dt", "covers", NULL);
	markup_open(html, "dd", NULL);
	for (size_t i = 0; i < finding->requirements.n; i++) {
		markup_text(html, i ? " " : "");
		markup_leaf(html, "code", finding->requirements.items[i], NULL);
	}
	markup_close(html);
	markup_close(html);
}

static const char *level_class(const struct report_finding *finding)
{
	return report_is_deviation(finding) ? "level deviates" : "level broken";
}

static void put_finding(struct markup *html, const struct report_run *run, const struct report_case *test, size_t i)
{
	const struct report_finding *finding = &test->findings[i];

	markup_open(html, "li", "class", report_is_deviation(finding) ? "deviates" : "broken", NULL);
	html_finding_anchor(html, "id", "", "finding", run, test, i);
	markup_leaf(html, "code", finding->rule, NULL);
	markup_text(html, " ");
	markup_leaf(html, "span", report_level_name(finding->level), "class", level_class(finding), NULL);
	markup_text(html, " ");
	/* Where the ladder is not packed, it leads there. */
	if (test->verdict != REPORT_PASS) {
		markup_open(html, "a", NULL);
		html_finding_anchor(html, "href", "#", "row", run, test, i);
		markup_text(html, "in the timeline");
		markup_close(html);
		markup_text(html, " ");
	}
	put_place(html, finding);
	if (*finding->title)
		markup_leaf(html, "p", finding->title, NULL);
	markup_open(html, "dl", NULL);
	put_pair(html, "expected", finding->expected);
	put_pair(html, "got", finding->got);
	put_requirements(html, finding);
	if (*finding->issue) {
		put_pair(html, "known", finding->issue);
		html_fact(html, "entry", finding->entry);
		html_fact(html, "kernels", finding->kernels);
		html_fact(html, "more", finding->link);
	}
	markup_close(html);
	markup_close(html);
	markup_raw(html, "\n");
}

void html_findings(struct markup *html, const struct report_run *run, const struct report_case *test)
{
	if (test->n_findings == 0)
		return;
	markup_leaf(html, "h4", "Rules broken", NULL);
	markup_open(html, "ul", "class", "findings", NULL);
	/* first what fails the case */
	for (int deviations = 0; deviations < 2; deviations++)
		for (size_t i = 0; i < test->n_findings; i++)
			if (report_is_deviation(&test->findings[i]) == deviations)
				put_finding(html, run, test, i);
	markup_close(html);
	markup_raw(html, "\n");
}

/* ---- In the run ---- */

static bool is_of(const struct broken_rule *rule, const struct report_finding *finding)
{
	return strcmp(finding->rule, rule->first->rule) == 0 && strcmp(finding->issue, rule->first->issue) == 0;
}

/* How often on that kernel, with a link to the first. */
static void put_cell(struct markup *html, const struct report_run *run, const struct report_kernel *kernel,
	const struct broken_rule *rule)
{
	const struct report_case *first = NULL;
	size_t index = 0;
	int64_t times = 0;

	for (size_t i = 0; i < run->n_cases; i++) {
		const struct report_case *test = &run->cases[i];

		for (size_t k = 0; test->kernel == kernel && k < test->n_findings; k++) {
			if (!is_of(rule, &test->findings[k]))
				continue;
			if (!first) {
				first = test;
				index = k;
			}
			if (__builtin_add_overflow(times, test->findings[k].times, &times))
				times = INT64_MAX;
		}
	}
	/* A phone has no room for the head of the table. */
	markup_open(html, "td", "class", "number", "data-kernel", run->n_kernels > 1 ? kernel->label : "times", NULL);
	if (first) {
		markup_open(html, "a", NULL);
		html_finding_anchor(html, "href", "#", "finding", run, first, index);
		markup_attribute(html, "title", "the first in %s", first->id);
		markup_text(html, amount_grouped(times).text);
		markup_close(html);
	} else {
		markup_text(html, "\xe2\x80\x93");
	}
	markup_close(html);
}

static void put_row(struct markup *html, const struct report_run *run, const struct broken_rule *rule)
{
	const struct report_finding *first = rule->first;

	markup_open(html, "tr", NULL);
	markup_open(html, "th", "scope", "row", NULL);
	markup_leaf(html, "code", first->rule, NULL);
	markup_text(html, " ");
	markup_leaf(html, "span", report_level_name(first->level), "class", level_class(first), NULL);
	markup_leaf(html, "p", first->title, NULL);
	if (*first->issue) {
		markup_open(html, "p", "class", "issue", NULL);
		markup_format(html, "known: %s%s%s%s%s", first->issue, *first->kernels ? "; kernels " : "",
			first->kernels, *first->link ? "; " : "", first->link);
		markup_close(html);
	}
	markup_close(html);
	for (size_t k = 0; k < run->n_kernels; k++)
		if (!*run->kernels[k]->failure)
			put_cell(html, run, run->kernels[k], rule);
	markup_close(html);
	markup_raw(html, "\n");
}

static void put_head(struct markup *html, const struct report_run *run)
{
	markup_open(html, "thead", NULL);
	markup_open(html, "tr", NULL);
	markup_leaf(html, "th", "rule", "scope", "col", NULL);
	for (size_t k = 0; k < run->n_kernels; k++)
		if (!*run->kernels[k]->failure)
			markup_leaf(html, "th", run->n_kernels > 1 ? run->kernels[k]->label : "times", "scope", "col",
				"class", "number", NULL);
	markup_close(html);
	markup_close(html);
	markup_raw(html, "\n");
}

static void put_sentence(
	struct markup *html, const struct report_run *run, const struct broken_rules *rules, bool deviations)
{
	char *words = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&words, &length);

	if (!out)
		return;
	if (deviations)
		deviations_say(run, rules, out);
	else
		breaches_say(run, rules, out);
	if (fclose(out) == 0)
		markup_leaf(html, "p", words, "class", "sum", NULL);
	free(words);
}

void html_broken_rules(struct markup *html, const struct report_run *run, bool deviations)
{
	struct broken_rules rules = broken_rules_of(run, deviations);

	if (rules.n) {
		markup_open(html, "section", "class", deviations ? "broken-rules deviations" : "broken-rules", NULL);
		markup_leaf(html, "h2", deviations ? "Deviations" : "Rules broken", NULL);
		put_sentence(html, run, &rules, deviations);
		markup_open(html, "div", "class", "scroll", NULL);
		markup_open(html, "table", NULL);
		put_head(html, run);
		markup_open(html, "tbody", NULL);
		for (size_t i = 0; i < rules.n; i++)
			put_row(html, run, &rules.list[i]);
		markup_close(html);
		markup_close(html);
		markup_close(html);
		markup_close(html);
		markup_raw(html, "\n");
	}
	broken_rules_free(&rules);
}
