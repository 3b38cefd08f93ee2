/* SPDX-License-Identifier: Apache-2.0 */
/* list.c - see list.h. Whatever is wrong is said with the file and the line. */
#include "list.h"

#include <csv.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char header[] = "id,mark,behaviour,no_test,note";

/* One row on its way through the parser. */
struct reading {
	struct behaviours *list;
	const char *path;
	size_t line, field;
	char *values[COLUMNS];
	bool failed;
};

static void *checked(void *memory)
{
	if (memory)
		return memory;
	fprintf(stderr, "behaviours: out of memory\n");
	exit(3);
}

static void fail(struct reading *r, const char *what, const char *value)
{
	fprintf(stderr, "%s:%zu: %s '%s'\n", r->path, r->line + 1, what, value);
	r->failed = true;
}

static void on_field(void *text, size_t length, void *context)
{
	struct reading *r = context;

	if (r->field < COLUMNS)
		r->values[r->field] = checked(strndup(text ? text : "", length));
	r->field++;
}

static unsigned number_of(const char *id)
{
	return strlen(id) == 5 && strncmp(id, "B-", 2) == 0 && isdigit(id[2]) && isdigit(id[3]) && isdigit(id[4])
		? (unsigned)atoi(id + 2)
		: 0;
}

static void add_row(struct reading *r)
{
	struct behaviours *list = r->list;
	const char *id = r->values[COLUMN_ID], *mark = r->values[COLUMN_MARK];
	const unsigned number = number_of(id);

	/* in order, and each once: B-001, B-002, ... */
	if (number != list->n + 1)
		fail(r, "not the id that comes next:", id);
	if (strlen(mark) != 1 || !strchr("FCD", *mark))
		fail(r, "the mark is F, C or D, not", mark);
	if (!*r->values[COLUMN_BEHAVIOUR])
		fail(r, "no behaviour for", id);
	list->rows = checked(realloc(list->rows, (list->n + 1) * sizeof(*list->rows)));
	list->rows[list->n].number = number;
	memcpy(list->rows[list->n++].column, r->values, sizeof(r->values));
	memset(r->values, 0, sizeof(r->values));
}

static void on_row(int terminator, void *context)
{
	struct reading *r = context;

	(void)terminator;
	if (r->field != COLUMNS)
		fail(r, "not five columns:", r->values[0] ? r->values[0] : "");
	else if (r->line > 0)
		add_row(r);
	for (int i = 0; i < COLUMNS; i++) {
		free(r->values[i]);
		r->values[i] = NULL;
	}
	r->field = 0;
	r->line++;
}

bool behaviours_read(const char *path, struct behaviours *out)
{
	struct reading reading = { .list = out, .path = path };
	FILE *file = fopen(path, "re");
	char *line = NULL;
	size_t room = 0;
	ssize_t n;
	struct csv_parser parser;

	if (!file) {
		fprintf(stderr, "behaviours: cannot read %s: %s\n", path, strerror(errno));
		return false;
	}
	csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI);
	while ((n = getline(&line, &room, file)) > 0 && !reading.failed) {
		if (reading.line == 0 && strncmp(line, header, sizeof(header) - 1) != 0)
			fail(&reading, "the columns are", header);
		if (csv_parse(&parser, line, (size_t)n, on_field, on_row, &reading) != (size_t)n)
			fail(&reading, "not CSV:", csv_strerror(csv_error(&parser)));
	}
	if (csv_fini(&parser, on_field, on_row, &reading) != 0)
		fail(&reading, "not CSV:", csv_strerror(csv_error(&parser)));
	csv_free(&parser);
	free(line);
	fclose(file);
	return !reading.failed;
}

void behaviours_free(struct behaviours *list)
{
	for (size_t i = 0; i < list->n; i++)
		for (int c = 0; c < COLUMNS; c++)
			free(list->rows[i].column[c]);
	free(list->rows);
}

bool names_add_tests(const char *source, struct names *out)
{
	static const char opening[] = "START_TEST(";
	FILE *file = fopen(source, "re");
	char *line = NULL;
	size_t room = 0;

	if (!file) {
		fprintf(stderr, "behaviours: cannot read %s: %s\n", source, strerror(errno));
		return false;
	}
	while (getline(&line, &room, file) > 0) {
		const char *name = line + sizeof(opening) - 1;

		if (strncmp(line, opening, sizeof(opening) - 1) != 0)
			continue;
		out->list = checked(realloc(out->list, (out->n + 1) * sizeof(*out->list)));
		out->list[out->n++] = checked(strndup(name, strcspn(name, ")\n")));
	}
	free(line);
	fclose(file);
	return true;
}

void names_free(struct names *names)
{
	for (size_t i = 0; i < names->n; i++)
		free(names->list[i]);
	free(names->list);
}

unsigned name_number(const char **name)
{
	const char *n = *name;

	if (n[0] != 'b' || !isdigit(n[1]) || !isdigit(n[2]) || !isdigit(n[3]) || n[4] != '_')
		return 0;
	*name = n + 5;
	return (unsigned)atoi(n + 1);
}

bool name_carries(const char *name, unsigned number)
{
	unsigned n;

	while ((n = name_number(&name)))
		if (n == number)
			return true;
	return false;
}
