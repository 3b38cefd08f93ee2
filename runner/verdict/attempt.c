/* SPDX-License-Identifier: Apache-2.0 */
/* attempt.c - see attempt.h. */
#include "runner/verdict/attempt.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/log.h"

enum { SHOWN_MAX = 600 };

/* ---- What it left ---- */

static int copy_exhibit(struct exhibit *copy, const struct exhibit *original)
{
	unsigned char *data = malloc(original->length ? original->length : 1);
	char *name = strdup(original->name);
	if (!data || !name) {
		free(data);
		free(name);
		return -ENOMEM;
	}
	memcpy(data, original->data, original->length);
	*copy = (struct exhibit){ .name = name, .data = data, .length = original->length };
	return 0;
}

int attempt_keep_exhibits(struct attempt *attempt, const struct transcript *transcript)
{
	size_t n = transcript->n_exhibits;
	int status = 0;
	attempt->exhibits = calloc(n ? n : 1, sizeof(*attempt->exhibits));
	if (!attempt->exhibits)
		return -ENOMEM;
	for (size_t i = 0; status == 0 && i < n; i++) {
		status = copy_exhibit(&attempt->exhibits[i], &transcript->exhibits[i]);
		attempt->n_exhibits += status == 0;
	}
	return status;
}

void attempt_finish(struct attempt *attempt)
{
	attempt->done = true;
	attempt->virtual_ns = attempt->log.virtual_ns;
	attempt->verdict = attempt->log.verdict;
}

void attempt_free(struct attempt *attempt)
{
	for (size_t i = 0; i < attempt->n_exhibits; i++) {
		free((char *)attempt->exhibits[i].name);
		free((unsigned char *)attempt->exhibits[i].data);
	}
	free(attempt->exhibits);
	attempt->exhibits = NULL;
	attempt->n_exhibits = 0;
	case_log_free(&attempt->log);
}

static bool is_first_of_its_verdict(const struct attempt *attempts, size_t i)
{
	for (size_t before = 0; before < i; before++)
		if (attempts[before].done && attempts[before].verdict == attempts[i].verdict)
			return false;
	return true;
}

void attempts_prune(struct attempt *attempts, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (attempts[i].done && !is_first_of_its_verdict(attempts, i))
			attempt_free(&attempts[i]);
}

/* ---- Comparing ---- */

static void show_line(FILE *out, const char *which, const json_t *line)
{
	char *words = line ? json_dumps(line, JSON_COMPACT) : NULL;
	fprintf(out, "%-7s %.*s%s\n", which, SHOWN_MAX, words ? words : "ends before",
		words && strlen(words) > SHOWN_MAX ? " ..." : "");
	free(words);
}

/* The first member that is not the same. */
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

static const struct exhibit *find(const struct attempt *attempt, const char *name)
{
	for (size_t i = 0; i < attempt->n_exhibits; i++)
		if (strcmp(attempt->exhibits[i].name, name) == 0)
			return &attempt->exhibits[i];
	return NULL;
}

static void compare_exhibits(const struct attempt *first, const struct attempt *second, FILE *what, FILE *detail)
{
	for (size_t i = 0; i < first->n_exhibits; i++) {
		const struct exhibit *a = &first->exhibits[i], *b = find(second, a->name);
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
	for (size_t i = 0; i < second->n_exhibits; i++) {
		if (find(first, second->exhibits[i].name))
			continue;
		fprintf(what, "%s is only in the second", second->exhibits[i].name);
		return;
	}
}

int attempts_compare(const struct attempt *first, const struct attempt *second, char **what, char **detail)
{
	size_t length = 0, detail_length = 0;
	FILE *out = open_memstream(what, &length), *more = open_memstream(detail, &detail_length);
	int status = out && more ? 0 : -ENOMEM;
	if (status == 0 && compare_lines(first->log.lines, second->log.lines, out, more))
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
