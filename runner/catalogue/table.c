/* SPDX-License-Identifier: Apache-2.0 */
/* table.c - see table.h. libcsv parses, this finds the columns. */
#include "runner/catalogue/table.h"

#include <csv.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sentence.h"

/* A text on its way through the parser. */
struct reading {
	const struct table_column *columns;
	size_t n_columns;
	int (*take)(struct table_row *row);
	struct table_row row;
	int status;
	size_t field;
	size_t fields;                /* in the header row */
	size_t at[TABLE_COLUMNS_MAX]; /* which field holds the column, from the header row */
	char *values[TABLE_COLUMNS_MAX];
};

static void keep_value(struct reading *reading, size_t column, const void *text, size_t length)
{
	free(reading->values[column]);
	reading->values[column] = strndup(text ? text : "", length);
	if (!reading->values[column])
		reading->status = sentence(reading->row.error, -ENOMEM, "no memory for %s", reading->row.name);
}

static void on_field(void *text, size_t length, void *context)
{
	struct reading *reading = context;
	const size_t field = reading->field++;
	if (reading->status != 0)
		return;
	for (size_t column = 0; column < reading->n_columns; column++) {
		const char *name = reading->columns[column].name;
		if (reading->row.line == 1 && strlen(name) == length && memcmp(name, text, length) == 0)
			reading->at[column] = field;
		else if (reading->row.line > 1 && reading->at[column] == field)
			keep_value(reading, column, text, length);
	}
}

static void end_of_header(struct reading *reading)
{
	reading->fields = reading->field;
	for (size_t column = 0; column < reading->n_columns; column++)
		if (reading->status == 0 && !reading->columns[column].optional && reading->at[column] == SIZE_MAX)
			reading->status = sentence(reading->row.error, -EINVAL, "%s: no column '%s'", reading->row.name,
				reading->columns[column].name);
}

static void end_of_row(struct reading *reading)
{
	if (reading->field != reading->fields)
		reading->status = sentence(reading->row.error, -EINVAL, "%s:%zu: %zu fields instead of %zu",
			reading->row.name, reading->row.line, reading->field, reading->fields);
	else
		reading->status = reading->take(&reading->row);
	for (size_t column = 0; column < reading->n_columns; column++) {
		free(reading->values[column]);
		reading->values[column] = NULL;
	}
}

static void on_row(int terminator, void *context)
{
	struct reading *reading = context;
	(void)terminator;
	if (reading->status == 0 && reading->row.line == 1)
		end_of_header(reading);
	else if (reading->status == 0)
		end_of_row(reading);
	reading->field = 0;
	reading->row.line++;
}

static int parse(struct reading *reading, const char *text, size_t length)
{
	struct csv_parser parser;
	if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) != 0)
		return sentence(reading->row.error, -ENOMEM, "no memory for %s", reading->row.name);
	if ((csv_parse(&parser, text, length, on_field, on_row, reading) != length ||
		    csv_fini(&parser, on_field, on_row, reading) != 0) &&
		reading->status == 0)
		reading->status = sentence(reading->row.error, -EINVAL, "%s:%zu: %s", reading->row.name,
			reading->row.line, csv_strerror(csv_error(&parser)));
	if (reading->status == 0 && reading->row.line == 1)
		reading->status = sentence(reading->row.error, -EINVAL, "%s: no header row", reading->row.name);
	csv_free(&parser);
	return reading->status;
}

int table_read(const char *name, const char *text, size_t length, const struct table_column *columns, size_t n_columns,
	int (*take)(struct table_row *row), void *context, char **error)
{
	struct reading reading = { .columns = columns, .n_columns = n_columns, .take = take };
	reading.row = (struct table_row){
		.name = name, .line = 1, .values = reading.values, .context = context, .error = error
	};
	for (size_t column = 0; column < n_columns; column++)
		reading.at[column] = SIZE_MAX;
	const int status = parse(&reading, text, length);
	for (size_t column = 0; column < n_columns; column++)
		free(reading.values[column]);
	return status;
}
