/* SPDX-License-Identifier: Apache-2.0 */
/*
 * html_clauses.c - the run by requirement: each clause that a case covers, with the verdicts of its
 * cases.
 */
#include "reports/html.h"

#include <stdlib.h>
#include <string.h>

struct clause {
	const struct report_requirement *requirement;
	const struct report_case *test;
};

/* By id, with numbers as numbers (8.2 before 8.10); the cases of one id as they stand in the run.
 */
static int by_id(const void *left, const void *right)
{
	const struct clause *a = left, *b = right;
	const int order = strverscmp(a->requirement->id, b->requirement->id);

	return order ? order : (a->test > b->test) - (a->test < b->test);
}

static struct clause *collect(const struct report_run *run, size_t *count)
{
	struct clause *clauses;

	*count = 0;
	for (size_t i = 0; i < run->n_cases; i++)
		*count += run->cases[i].n_requirements;
	clauses = calloc(*count + 1, sizeof(*clauses));
	*count = 0;
	for (size_t i = 0; clauses && i < run->n_cases; i++)
		for (size_t k = 0; k < run->cases[i].n_requirements; k++)
			clauses[(*count)++] = (struct clause){ .requirement = &run->cases[i].requirements[k],
				.test = &run->cases[i] };
	if (clauses)
		qsort(clauses, *count, sizeof(*clauses), by_id);
	return clauses;
}

/* How many from the first one on are of the same id. */
static size_t same(const struct clause *clauses, size_t count)
{
	size_t n = 1;

	while (n < count && strcmp(clauses[n].requirement->id, clauses[0].requirement->id) == 0)
		n++;
	return n;
}

static void put_clause(struct markup *html, const struct report_run *run, const struct clause *clauses, size_t n)
{
	const struct report_requirement *requirement = clauses[0].requirement;

	markup_open(html, "tr", NULL);
	markup_open(html, "th", "scope", "row", NULL);
	markup_leaf(html, "code", requirement->id, NULL);
	markup_close(html);
	markup_open(html, "td", NULL);
	if (*requirement->level)
		markup_leaf(html, "span", requirement->level, "class", "level", NULL);
	markup_close(html);
	markup_leaf(html, "td", requirement->summary, "class", "wide", NULL);
	markup_open(html, "td", "class", "squares", NULL);
	for (size_t i = 0; i < n; i++)
		html_square(html, run, clauses[i].test);
	markup_close(html);
	markup_close(html);
	markup_raw(html, "\n");
}

void html_clauses(struct markup *html, const struct report_run *run)
{
	size_t count, distinct = 0;
	struct clause *clauses = collect(run, &count);

	if (!clauses || count == 0) {
		free(clauses);
		return;
	}
	for (size_t i = 0; i < count; i += same(clauses + i, count - i))
		distinct++;
	markup_open(html, "details", "class", "clauses", NULL);
	markup_open(html, "summary", NULL);
	markup_leaf(html, "h2", "Requirements", NULL);
	markup_open(html, "span", NULL);
	markup_format(html, "%zu covered by this run", distinct);
	markup_close(html);
	markup_close(html);
	markup_open(html, "table", NULL);
	markup_open(html, "tbody", NULL);
	for (size_t i = 0, n; i < count; i += n) {
		n = same(clauses + i, count - i);
		put_clause(html, run, clauses + i, n);
	}
	markup_close(html);
	markup_close(html);
	markup_close(html);
	markup_raw(html, "\n");
	free(clauses);
}
