/* SPDX-License-Identifier: Apache-2.0 */
/*
 * catalogue.c - the table of requirements.
 *
 * Parsed by libcsv once, when it is opened (1642 rows: about a millisecond), then sorted by id for
 * bsearch. Columns are found by their names in the header row.
 */
#include "runner/catalogue/catalogue.h"

#include <csv.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "runner/catalogue/catalogue_files.h"
#include "sentence.h"

enum column {
	COLUMN_ID,
	COLUMN_SECTION,
	COLUMN_LEVEL,
	COLUMN_SUMMARY,
	COLUMN_OBSERVABLE,
	COLUMN_PRIORITY,
	COLUMN_ETSI,
	COLUMNS
};

static const char *const column_names[COLUMNS] = {
	[COLUMN_ID] = "id",
	[COLUMN_SECTION] = "section",
	[COLUMN_LEVEL] = "level",
	[COLUMN_SUMMARY] = "summary",
	[COLUMN_OBSERVABLE] = "observable",
	[COLUMN_PRIORITY] = "priority",
	[COLUMN_ETSI] = "etsi", /* which may be missing */
};

static const char *const levels[] = { "MUST", "MUST NOT", "SHOULD", "SHOULD NOT", "MAY", "API" };

struct catalogue {
	struct requirement *rows; /* strings are the catalogue's own */
	size_t n;
};

/* One file on its way through the parser. */
struct reading {
	struct catalogue *catalogue;
	const char *name;
	char **error;
	int status;
	size_t line, field;
	size_t at[COLUMNS]; /* which field holds the column, from the header row */
	size_t fields;      /* in the header row */
	char *values[COLUMNS];
};

static void keep_value(struct reading *reading, enum column column, const void *text, size_t length)
{
	free(reading->values[column]);
	reading->values[column] = strndup(text ? text : "", length);
	if (!reading->values[column])
		reading->status = sentence(reading->error, -ENOMEM, "no memory for %s", reading->name);
}

static void on_field(void *text, size_t length, void *context)
{
	struct reading *reading = context;
	size_t field = reading->field++;
	if (reading->status != 0)
		return;
	for (enum column column = 0; column < COLUMNS; column++) {
		const char *name = column_names[column];
		if (reading->line == 0 && strlen(name) == length && memcmp(name, text, length) == 0)
			reading->at[column] = field;
		else if (reading->line > 0 && reading->at[column] == field)
			keep_value(reading, column, text, length);
	}
}

static void end_of_header(struct reading *reading)
{
	reading->fields = reading->field;
	for (enum column column = 0; column < COLUMNS; column++)
		if (reading->status == 0 && column != COLUMN_ETSI && reading->at[column] == SIZE_MAX)
			reading->status = sentence(
				reading->error, -EINVAL, "%s: no column '%s'", reading->name, column_names[column]);
}

static bool level_is_known(const char *level)
{
	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++)
		if (strcmp(levels[i], level) == 0)
			return true;
	return false;
}

/* 0: it is none. */
static unsigned priority_of(const char *word)
{
	return word[0] >= '1' && word[0] <= '3' && word[1] == '\0' ? (unsigned)(word[0] - '0') : 0;
}

static void end_of_requirement(struct reading *reading)
{
	char **values = reading->values;
	if (reading->field != reading->fields) {
		reading->status = sentence(reading->error, -EINVAL, "%s:%zu: %zu fields instead of %zu", reading->name,
			reading->line + 1, reading->field, reading->fields);
		return;
	}
	if (!level_is_known(values[COLUMN_LEVEL]) || !*values[COLUMN_ID]) {
		reading->status =
			sentence(reading->error, -EINVAL, "%s:%zu: '%s' is not a requirement with a level ('%s')",
				reading->name, reading->line + 1, values[COLUMN_ID], values[COLUMN_LEVEL]);
		return;
	}
	const unsigned priority = priority_of(values[COLUMN_PRIORITY]);
	if (priority == 0) {
		reading->status =
			sentence(reading->error, -EINVAL, "%s:%zu: the priority of '%s' is '%s', not 1, 2 or 3",
				reading->name, reading->line + 1, values[COLUMN_ID], values[COLUMN_PRIORITY]);
		return;
	}
	struct catalogue *catalogue = reading->catalogue;
	struct requirement *rows = realloc(catalogue->rows, (catalogue->n + 1) * sizeof(*rows));
	if (!rows) {
		reading->status = sentence(reading->error, -ENOMEM, "no memory for %s", reading->name);
		return;
	}
	catalogue->rows = rows;
	rows[catalogue->n++] = (struct requirement){
		.id = values[COLUMN_ID],
		.section = values[COLUMN_SECTION],
		.level = values[COLUMN_LEVEL],
		.summary = values[COLUMN_SUMMARY],
		.observable = values[COLUMN_OBSERVABLE],
		.priority = priority,
		.etsi = values[COLUMN_ETSI],
	};
	free(values[COLUMN_PRIORITY]);
	memset(reading->values, 0, sizeof(reading->values));
}

static void on_row(int terminator, void *context)
{
	struct reading *reading = context;
	(void)terminator;
	if (reading->status == 0 && reading->line == 0)
		end_of_header(reading);
	else if (reading->status == 0)
		end_of_requirement(reading);
	reading->field = 0;
	reading->line++;
}

static int by_id(const void *a, const void *b)
{
	return strcmp(((const struct requirement *)a)->id, ((const struct requirement *)b)->id);
}

static int sort(struct catalogue *catalogue, char **error)
{
	if (catalogue->n == 0)
		return 0;
	qsort(catalogue->rows, catalogue->n, sizeof(*catalogue->rows), by_id);
	for (size_t i = 1; i < catalogue->n; i++)
		if (strcmp(catalogue->rows[i - 1].id, catalogue->rows[i].id) == 0)
			return sentence(error, -EEXIST, "requirement %s is there twice", catalogue->rows[i].id);
	return 0;
}

/* Appends; the rows are not sorted yet. */
static int read_file(struct catalogue *catalogue, const char *name, const char *text, size_t length, char **error)
{
	struct reading reading = { .catalogue = catalogue, .name = name, .error = error };
	for (enum column column = 0; column < COLUMNS; column++)
		reading.at[column] = SIZE_MAX;
	struct csv_parser parser;
	if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) != 0)
		return sentence(error, -ENOMEM, "no memory for %s", name);
	if (csv_parse(&parser, text, length, on_field, on_row, &reading) != length ||
		csv_fini(&parser, on_field, on_row, &reading) != 0) {
		if (reading.status == 0)
			reading.status = sentence(
				error, -EINVAL, "%s:%zu: %s", name, reading.line + 1, csv_strerror(csv_error(&parser)));
	}
	if (reading.status == 0 && reading.line == 0)
		reading.status = sentence(error, -EINVAL, "%s: no header row", name);
	csv_free(&parser);
	for (enum column column = 0; column < COLUMNS; column++)
		free(reading.values[column]);
	return reading.status;
}

struct catalogue *catalogue_new(void)
{
	return calloc(1, sizeof(struct catalogue));
}

int catalogue_add(struct catalogue *catalogue, const char *name, const char *text, size_t length, char **error)
{
	int status = read_file(catalogue, name, text, length, error);
	return status != 0 ? status : sort(catalogue, error);
}

int catalogue_open(struct catalogue **out, char **error)
{
	struct catalogue *catalogue = catalogue_new();
	if (!catalogue)
		return sentence(error, -ENOMEM, "no memory for the catalogue of requirements");
	int status = 0;
	for (const struct catalogue_file *file = catalogue_files; status == 0 && file->name; file++)
		status = read_file(catalogue, file->name, file->begin, (size_t)(file->end - file->begin), error);
	if (status == 0)
		status = sort(catalogue, error);
	if (status != 0) {
		catalogue_close(catalogue);
		return status;
	}
	*out = catalogue;
	return 0;
}

void catalogue_close(struct catalogue *catalogue)
{
	if (!catalogue)
		return;
	for (size_t i = 0; i < catalogue->n; i++) {
		free((char *)catalogue->rows[i].id);
		free((char *)catalogue->rows[i].section);
		free((char *)catalogue->rows[i].level);
		free((char *)catalogue->rows[i].summary);
		free((char *)catalogue->rows[i].observable);
		free((char *)catalogue->rows[i].etsi);
	}
	free(catalogue->rows);
	free(catalogue);
}

const struct requirement *catalogue_find(const struct catalogue *catalogue, const char *id)
{
	struct requirement key = { .id = id };
	if (catalogue->n == 0)
		return NULL;
	return bsearch(&key, catalogue->rows, catalogue->n, sizeof(key), by_id);
}

const struct requirement *catalogue_all(const struct catalogue *catalogue, size_t *count)
{
	*count = catalogue->n;
	return catalogue->rows;
}
