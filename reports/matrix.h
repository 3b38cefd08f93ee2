/* SPDX-License-Identifier: Apache-2.0 */
/*
 * matrix.h - a run on several kernels as a table: a row for each case, a column for each kernel
 * that came up. Pure.
 */
#ifndef SCTPSPEC_REPORTS_MATRIX_H
#define SCTPSPEC_REPORTS_MATRIX_H

#include <stdio.h>

#include "reports/log.h"

struct matrix_row {
	const char *id, *title;
	const struct report_case **cells; /* by column; NULL: not run */
	bool differs;                     /* two cells have different verdicts */
};

struct matrix {
	const struct report_kernel **kernels; /* the columns */
	char **heads;                         /* short names: "6.1.0", or its number: "#2" */
	size_t n_kernels;
	struct matrix_row *rows; /* as the run met them */
	size_t n_rows, n_differing;
};

/* 0 or -ENOMEM. A case that is repeated on a kernel shows the first that is not as expected. */
int matrix_make(const struct report_run *run, struct matrix *out);
void matrix_free(struct matrix *matrix);

/* "43 of 50 cases pass on all 3 kernels, 4 fail on all, 3 differ" */
void matrix_say(const struct matrix *matrix, FILE *out);

#endif
