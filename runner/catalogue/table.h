/* SPDX-License-Identifier: Apache-2.0 */
/* table.h - a CSV text (RFC 4180) with a header row, read by the names of its columns. Private to catalogue/. */
#ifndef SCTPSPEC_RUNNER_CATALOGUE_TABLE_H
#define SCTPSPEC_RUNNER_CATALOGUE_TABLE_H

#include <stdbool.h>
#include <stddef.h>

enum { TABLE_COLUMNS_MAX = 8 };

struct table_column {
	const char *name;
	bool optional; /* it need not be there: its value is NULL then */
};

/* A row at hand. */
struct table_row {
	const char *name; /* of the text, for sentences */
	size_t line;      /* 1 is the header row */
	char **values;    /* by column, malloc'd: what is taken is set to NULL */
	void *context;
	char **error;
};

/* Reads the text named `name`; columns that are not asked for are skipped. `take` gives 0, or -errno with a sentence in
 * row->error, which ends the reading. 0 or -errno with a sentence that names text and line. */
int table_read(const char *name, const char *text, size_t length, const struct table_column *columns, size_t n_columns,
	int (*take)(struct table_row *row), void *context, char **error);

#endif
