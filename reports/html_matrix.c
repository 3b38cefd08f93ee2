/* SPDX-License-Identifier: Apache-2.0 */
/*
 * html_matrix.c - cases by kernels: the rows that differ, and behind a fold all of them. Each cell
 * leads to its case, where its evidence is.
 */
#include "reports/html.h"

#include <stdlib.h>

#include "reports/matrix.h"

static void put_heads(struct markup *html, const struct matrix *matrix)
{
	markup_open(html, "thead", NULL);
	markup_open(html, "tr", NULL);
	markup_leaf(html, "th", "case", "scope", "col", NULL);
	for (size_t k = 0; k < matrix->n_kernels; k++) {
		const char *label = matrix->kernels[k]->label;
		const bool numbered = *matrix->heads[k] == '#'; /* which the page does not explain */

		markup_leaf(html, "th", numbered ? label : matrix->heads[k], "scope", "col", "title", label, NULL);
	}
	markup_close(html);
	markup_close(html);
	markup_raw(html, "\n");
}

static void put_cell(struct markup *html, const struct report_run *run, const struct report_case *test)
{
	if (!test) {
		markup_leaf(html, "td", "not run", "class", "none", NULL);
		return;
	}
	markup_open(html, "td", "class", report_verdict_name(test->verdict), NULL);
	markup_open(html, "a", NULL);
	html_anchor(html, "href", "#", run, test);
	markup_attribute(
		html, "title", "%s on %s%s%s", test->id, test->kernel->label, *test->reason ? ": " : "", test->reason);
	markup_text(html, report_verdict_name(test->verdict));
	markup_close(html);
	markup_close(html);
}

static void put_rows(struct markup *html, const struct report_run *run, const struct matrix *matrix, bool every_case)
{
	markup_open(html, "div", "class", "scroll", NULL);
	markup_open(html, "table", NULL);
	put_heads(html, matrix);
	markup_open(html, "tbody", NULL);
	for (size_t i = 0; i < matrix->n_rows; i++) {
		const struct matrix_row *row = &matrix->rows[i];

		if (!every_case && !row->differs)
			continue;
		markup_open(html, "tr", NULL);
		if (every_case && row->differs)
			markup_attribute(html, "class", "%s", "differs");
		markup_open(html, "th", "scope", "row", "title", row->title, NULL);
		markup_leaf(html, "code", row->id, NULL);
		markup_close(html);
		for (size_t k = 0; k < matrix->n_kernels; k++)
			put_cell(html, run, row->cells[k]);
		markup_close(html);
		markup_raw(html, "\n");
	}
	markup_close(html);
	markup_close(html);
	markup_close(html);
	markup_raw(html, "\n");
}

static void put_sentence(struct markup *html, const struct matrix *matrix)
{
	char *words = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&words, &length);

	if (out) {
		matrix_say(matrix, out);
		fclose(out);
	}
	if (words)
		markup_leaf(html, "p", words, "class", "sum", NULL);
	free(words);
}

void html_matrix(struct markup *html, const struct report_run *run)
{
	struct matrix matrix;

	if (run->n_kernels < 2 || matrix_make(run, &matrix) < 0)
		return;
	if (matrix.n_kernels > 1 && matrix.n_rows) {
		markup_open(html, "section", "class", "matrix", NULL);
		markup_leaf(html, "h2", "Where kernels differ", NULL);
		put_sentence(html, &matrix);
		if (matrix.n_differing)
			put_rows(html, run, &matrix, false);
		markup_open(html, "details", NULL);
		markup_open(html, "summary", NULL);
		markup_format(html, "All %zu cases by kernel", matrix.n_rows);
		markup_close(html);
		put_rows(html, run, &matrix, true);
		markup_close(html);
		markup_close(html);
		markup_raw(html, "\n");
	}
	matrix_free(&matrix);
}
