/* SPDX-License-Identifier: Apache-2.0 */
/* purposes.c - see purposes.h. */
#include "runner/catalogue/purposes.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "runner/catalogue/catalogue_files.h"
#include "runner/catalogue/table.h"
#include "sentence.h"

enum column {
	COLUMN_ID,
	COLUMN_PURPOSE,
	COLUMN_REQUIREMENT,
	COLUMN_LEVEL,
	COLUMN_CASES,
	COLUMN_REASON,
	COLUMN_DIFFERENCE,
	COLUMNS
};

static const struct table_column columns[COLUMNS] = {
	[COLUMN_ID] = { .name = "id" },
	[COLUMN_PURPOSE] = { .name = "purpose" },
	[COLUMN_REQUIREMENT] = { .name = "requirement" },
	[COLUMN_LEVEL] = { .name = "level" },
	[COLUMN_CASES] = { .name = "cases" },
	[COLUMN_REASON] = { .name = "reason" },
	[COLUMN_DIFFERENCE] = { .name = "difference" },
};

/* The words between semicolons, as a NULL-ended list with the words behind it, in one piece. NULL without memory. */
static const char **split(const char *text)
{
	const size_t most = strlen(text) / 2 + 2;
	const char **list = calloc(1, most * sizeof(*list) + strlen(text) + 1);
	size_t n = 0;
	if (!list)
		return NULL;
	char *rest = *text ? strcpy((char *)(list + most), text) : NULL;
	for (char *word; (word = strsep(&rest, ";")) != NULL;)
		if (*word)
			list[n++] = word;
	return list;
}

static int check_row(const struct table_row *row, const struct purposes *purposes)
{
	char **values = row->values;
	const bool has_cases = *values[COLUMN_CASES] != '\0', has_reason = *values[COLUMN_REASON] != '\0';
	if (!*values[COLUMN_ID] || !*values[COLUMN_PURPOSE] || !*values[COLUMN_REQUIREMENT])
		return sentence(row->error, -EINVAL, "%s:%zu: '%s' is not a purpose with a requirement ('%s')",
			row->name, row->line, values[COLUMN_ID], values[COLUMN_REQUIREMENT]);
	if (has_cases == has_reason)
		return sentence(row->error, -EINVAL, "%s:%zu: '%s' has %s", row->name, row->line, values[COLUMN_ID],
			has_cases ? "cases, and a reason why it has none" : "neither a case nor a reason");
	if (purposes_find(purposes, values[COLUMN_ID]))
		return sentence(
			row->error, -EEXIST, "%s:%zu: '%s' is there twice", row->name, row->line, values[COLUMN_ID]);
	return 0;
}

static int take_purpose(struct table_row *row)
{
	struct purposes *purposes = row->context;
	char **values = row->values;
	const int status = check_row(row, purposes);
	if (status != 0)
		return status;
	struct known_purpose *rows = realloc(purposes->rows, (purposes->n + 1) * sizeof(*rows));
	if (rows)
		purposes->rows = rows;
	const char **cases = rows ? split(values[COLUMN_CASES]) : NULL;
	if (!cases)
		return sentence(row->error, -ENOMEM, "no memory for %s", row->name);
	rows[purposes->n++] = (struct known_purpose){
		.id = values[COLUMN_ID],
		.purpose = values[COLUMN_PURPOSE],
		.requirement = values[COLUMN_REQUIREMENT],
		.level = values[COLUMN_LEVEL],
		.cases = cases,
		.reason = values[COLUMN_REASON],
		.difference = values[COLUMN_DIFFERENCE],
	};
	free(values[COLUMN_CASES]);
	memset(values, 0, COLUMNS * sizeof(*values));
	return 0;
}

int purposes_read(struct purposes *out, const char *name, const char *text, size_t length, char **error)
{
	*out = (struct purposes){ 0 };
	const int status = table_read(name, text, length, columns, COLUMNS, take_purpose, out, error);
	if (status != 0)
		purposes_close(out);
	return status;
}

int purposes_open(struct purposes *out, char **error)
{
	const struct catalogue_file *file = &catalogue_purposes;
	return purposes_read(out, file->name, file->begin, (size_t)(file->end - file->begin), error);
}

void purposes_close(struct purposes *purposes)
{
	for (size_t i = 0; i < purposes->n; i++) {
		const struct known_purpose *row = &purposes->rows[i];
		free((char *)row->id);
		free((char *)row->purpose);
		free((char *)row->requirement);
		free((char *)row->level);
		free((const char **)row->cases);
		free((char *)row->reason);
		free((char *)row->difference);
	}
	free(purposes->rows);
	*purposes = (struct purposes){ 0 };
}

const struct known_purpose *purposes_find(const struct purposes *purposes, const char *id)
{
	for (size_t i = 0; i < purposes->n; i++)
		if (strcmp(purposes->rows[i].id, id) == 0)
			return &purposes->rows[i];
	return NULL;
}
