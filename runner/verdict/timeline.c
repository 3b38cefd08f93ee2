/* SPDX-License-Identifier: Apache-2.0 */
/* timeline.c - see timeline.h. */
#include "runner/verdict/timeline.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/log.h"

enum { SHOWN_MAX = 600 };

static void show_line(FILE *out, const char *which, const json_t *line)
{
	char *words = line ? json_dumps(line, JSON_COMPACT) : NULL;
	fprintf(out, "%-7s %.*s%s\n", which, SHOWN_MAX, words ? words : "ends before",
		words && strlen(words) > SHOWN_MAX ? " ..." : "");
	free(words);
}

/* The first member that differs. */
static const char *differing_member(json_t *first, json_t *second)
{
	const char *name;
	json_t *value;
	json_object_foreach(first, name, value) {
		if (!json_equal(value, json_object_get(second, name)))
			return name;
	}
	json_object_foreach(second, name, value) {
		if (!json_object_get(first, name))
			return name;
	}
	return "";
}

static void tell_lines(FILE *what, FILE *detail, size_t number, json_t *first, json_t *second)
{
	const json_t *some = first ? first : second;
	const char *type = json_string_value(json_object_get(some, "type"));
	fprintf(what, "line %zu of the case (%s)", number, type ? type : "");
	if (first && second)
		fprintf(what, ": %s", differing_member(first, second));
	else
		fprintf(what, " is only in the %s", first ? "first" : "second");
	show_line(detail, "first", first);
	show_line(detail, "second", second);
}

static bool compare_lines(const json_t *first, const json_t *second, FILE *what, FILE *detail)
{
	for (size_t i = 0; i < json_array_size(first) || i < json_array_size(second); i++) {
		json_t *a = result_log_without_wall(json_array_get(first, i));
		json_t *b = result_log_without_wall(json_array_get(second, i));
		bool same = a && b && json_equal(a, b);
		if (!same)
			tell_lines(what, detail, i + 1, a, b);
		json_decref(a);
		json_decref(b);
		if (!same)
			return false;
	}
	return true;
}

static const struct evidence_file *find(const struct timeline *timeline, const char *name)
{
	for (size_t i = 0; i < timeline->n_evidence_files; i++)
		if (strcmp(timeline->evidence_files[i].name, name) == 0)
			return &timeline->evidence_files[i];
	return NULL;
}

static void compare_exhibits(const struct timeline *first, const struct timeline *second, FILE *what, FILE *detail)
{
	for (size_t i = 0; i < first->n_evidence_files; i++) {
		const struct evidence_file *a = &first->evidence_files[i], *b = find(second, a->name);
		size_t same = 0;
		while (b && same < a->length && same < b->length && a->data[same] == b->data[same])
			same++;
		if (b && same == a->length && same == b->length)
			continue;
		fprintf(what, "%s%s", a->name, b ? "" : " is only in the first");
		if (b)
			fprintf(detail,
				"%s has %zu octets in the first and %zu in the second, and differs from "
				"octet %zu on\n",
				a->name, a->length, b->length, same + 1);
		return;
	}
	for (size_t i = 0; i < second->n_evidence_files; i++) {
		if (find(first, second->evidence_files[i].name))
			continue;
		fprintf(what, "%s is only in the second", second->evidence_files[i].name);
		return;
	}
}

int timelines_compare(const struct timeline *first, const struct timeline *second, char **what, char **detail)
{
	size_t length = 0, detail_length = 0;
	FILE *out = open_memstream(what, &length), *more = open_memstream(detail, &detail_length);
	int status = out && more ? 0 : -ENOMEM;
	if (status == 0 && compare_lines(first->lines, second->lines, out, more))
		compare_exhibits(first, second, out, more);
	if (out && fclose(out) != 0)
		status = -ENOMEM;
	if (more && fclose(more) != 0)
		status = -ENOMEM;
	if (status == 0 && length > 0)
		return 0;
	free(*what);
	free(*detail);
	*what = *detail = NULL;
	return status;
}
