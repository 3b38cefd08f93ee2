/* SPDX-License-Identifier: Apache-2.0 */
/*
 * catalogue.c - the table of requirements.
 *
 * Parsed once, when it is opened (1642 rows: about a millisecond), then sorted by id for bsearch.
 */
#include "runner/catalogue/catalogue.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "runner/catalogue/catalogue_files.h"
#include "runner/catalogue/table.h"
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

static const struct table_column columns[COLUMNS] = {
	[COLUMN_ID] = { .name = "id" },
	[COLUMN_SECTION] = { .name = "section" },
	[COLUMN_LEVEL] = { .name = "level" },
	[COLUMN_SUMMARY] = { .name = "summary" },
	[COLUMN_OBSERVABLE] = { .name = "observable" },
	[COLUMN_PRIORITY] = { .name = "priority" },
	[COLUMN_ETSI] = { .name = "etsi", .optional = true },
};

static const char *const levels[] = { "MUST", "MUST NOT", "SHOULD", "SHOULD NOT", "MAY", "API" };

struct catalogue {
	struct requirement *rows; /* strings are the catalogue's own */
	size_t n;
};

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

static int take_requirement(struct table_row *row)
{
	struct catalogue *catalogue = row->context;
	char **values = row->values;
	if (!level_is_known(values[COLUMN_LEVEL]) || !*values[COLUMN_ID])
		return sentence(row->error, -EINVAL, "%s:%zu: '%s' is not a requirement with a level ('%s')", row->name,
			row->line, values[COLUMN_ID], values[COLUMN_LEVEL]);
	const unsigned priority = priority_of(values[COLUMN_PRIORITY]);
	if (priority == 0)
		return sentence(row->error, -EINVAL, "%s:%zu: the priority of '%s' is '%s', not 1, 2 or 3", row->name,
			row->line, values[COLUMN_ID], values[COLUMN_PRIORITY]);
	struct requirement *rows = realloc(catalogue->rows, (catalogue->n + 1) * sizeof(*rows));
	if (!rows)
		return sentence(row->error, -ENOMEM, "no memory for %s", row->name);
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
	memset(values, 0, COLUMNS * sizeof(*values));
	return 0;
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
	return table_read(name, text, length, columns, COLUMNS, take_requirement, catalogue, error);
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
