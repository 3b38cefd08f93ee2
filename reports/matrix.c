/* SPDX-License-Identifier: Apache-2.0 */
/* matrix.c - see matrix.h. Pure. */
#include "reports/matrix.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { HEAD_MAX = 20 };

static struct matrix_row *find_row(struct matrix *matrix, const struct report_case *test)
{
	/* the cases of a row stand together in the log, as a rule */
	for (size_t i = matrix->n_rows; i-- > 0;)
		if (strcmp(matrix->rows[i].id, test->id) == 0)
			return &matrix->rows[i];
	return NULL;
}

static struct matrix_row *add_row(struct matrix *matrix, const struct report_case *test)
{
	struct matrix_row *row = &matrix->rows[matrix->n_rows];

	row->cells = calloc(matrix->n_kernels + 1, sizeof(const struct report_case *));
	if (!row->cells)
		return NULL;
	row->id = test->id;
	row->title = test->title;
	matrix->n_rows++;
	return row;
}

static size_t column_of(const struct matrix *matrix, const struct report_kernel *kernel)
{
	size_t column = 0;

	while (column < matrix->n_kernels && matrix->kernels[column] != kernel)
		column++;
	return column;
}

static int add_case(struct matrix *matrix, const struct report_case *test)
{
	const size_t column = column_of(matrix, test->kernel);
	struct matrix_row *row;

	if (column == matrix->n_kernels)
		return 0;
	row = find_row(matrix, test);
	if (!row)
		row = add_row(matrix, test);
	if (!row)
		return -ENOMEM;

	const struct report_case **cell = &row->cells[column];
	if (!*cell || (!report_verdict_is_bad((*cell)->verdict) && report_verdict_is_bad(test->verdict)))
		*cell = test;
	return 0;
}

static bool differs(const struct matrix *matrix, const struct matrix_row *row)
{
	const struct report_case *first = NULL;

	for (size_t k = 0; k < matrix->n_kernels; k++) {
		if (!row->cells[k])
			continue;
		if (first && row->cells[k]->verdict != first->verdict)
			return true;
		first = row->cells[k];
	}
	return false;
}

/* The release up to its nth '-' or '+'. */
static size_t head_length(const char *release, int parts)
{
	size_t length = 0;

	for (int i = 0; i < parts && release[length]; i++) {
		length += release[length] != '\0' && i > 0;
		length += strcspn(release + length, "-+");
	}
	return length;
}

static bool heads_are_unique(const struct matrix *matrix)
{
	for (size_t i = 0; i < matrix->n_kernels; i++)
		for (size_t k = 0; k < i; k++)
			if (strcmp(matrix->heads[i], matrix->heads[k]) == 0)
				return false;
	return true;
}

/* Its place among all kernels of the run, from 1. */
static size_t number_of(const struct report_run *run, const struct report_kernel *kernel)
{
	size_t i = 0;

	while (i < run->n_kernels && run->kernels[i] != kernel)
		i++;
	return i + 1;
}

/* As much of the releases as tells them apart; numbers where that is too much or not enough. */
static int make_heads(struct matrix *matrix, const struct report_run *run)
{
	for (int parts = 1; parts <= 4; parts++) {
		const bool numbers = parts == 4;
		size_t longest = 0;

		for (size_t i = 0; i < matrix->n_kernels; i++) {
			const char *release = matrix->kernels[i]->release;
			const size_t length = head_length(release, parts);

			free(matrix->heads[i]);
			matrix->heads[i] = NULL;
			if (numbers && asprintf(&matrix->heads[i], "#%zu", number_of(run, matrix->kernels[i])) < 0)
				matrix->heads[i] = NULL;
			if (!numbers)
				matrix->heads[i] = strndup(release, length);
			if (!matrix->heads[i])
				return -ENOMEM;
			longest = length > longest ? length : longest;
		}
		if (numbers || (longest <= HEAD_MAX && heads_are_unique(matrix)))
			return 0;
	}
	return 0;
}

int matrix_make(const struct report_run *run, struct matrix *out)
{
	struct matrix matrix = {
		.kernels = calloc(run->n_kernels + 1, sizeof(const struct report_kernel *)),
		.heads = calloc(run->n_kernels + 1, sizeof(char *)),
		.rows = calloc(run->n_cases + 1, sizeof(struct matrix_row)),
	};
	int status = matrix.kernels && matrix.heads && matrix.rows ? 0 : -ENOMEM;

	for (size_t k = 0; status == 0 && k < run->n_kernels; k++)
		if (!*run->kernels[k]->failure)
			matrix.kernels[matrix.n_kernels++] = run->kernels[k];
	for (size_t i = 0; status == 0 && i < run->n_cases; i++)
		status = add_case(&matrix, &run->cases[i]);
	for (size_t i = 0; status == 0 && i < matrix.n_rows; i++) {
		matrix.rows[i].differs = differs(&matrix, &matrix.rows[i]);
		matrix.n_differing += matrix.rows[i].differs;
	}
	if (status == 0)
		status = make_heads(&matrix, run);
	if (status < 0)
		matrix_free(&matrix);
	else
		*out = matrix;
	return status;
}

void matrix_free(struct matrix *matrix)
{
	for (size_t i = 0; i < matrix->n_rows; i++)
		free(matrix->rows[i].cells);
	for (size_t i = 0; matrix->heads && i < matrix->n_kernels; i++)
		free(matrix->heads[i]);
	free(matrix->rows);
	free(matrix->heads);
	free(matrix->kernels);
	*matrix = (struct matrix){ 0 };
}

/* What all kernels agree on; REPORT_VERDICTS: nothing. */
static enum report_verdict agreed(const struct matrix *matrix, const struct matrix_row *row)
{
	for (size_t k = 0; !row->differs && k < matrix->n_kernels; k++)
		if (row->cells[k])
			return row->cells[k]->verdict;
	return REPORT_VERDICTS;
}

void matrix_say(const struct matrix *matrix, FILE *out)
{
	size_t same[REPORT_VERDICTS + 1] = { 0 };
	bool first = true;

	for (size_t i = 0; i < matrix->n_rows; i++)
		same[agreed(matrix, &matrix->rows[i])]++;
	fprintf(out, "%zu %s on %zu kernels:", matrix->n_rows, matrix->n_rows == 1 ? "case" : "cases",
		matrix->n_kernels);
	for (int v = 0; v < REPORT_VERDICTS; v++) {
		if (!same[v])
			continue;
		fprintf(out, "%s %zu %s on all", first ? "" : ",", same[v],
			report_verdict_name((enum report_verdict)v));
		first = false;
	}
	if (matrix->n_differing)
		fprintf(out, "%s %zu %s", first ? "" : ",", matrix->n_differing,
			matrix->n_differing == 1 ? "differs" : "differ");
	else if (matrix->n_rows)
		fputs(", none differs", out);
}
