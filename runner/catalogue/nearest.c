/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nearest.c - near misses.
 *
 * A word counts as near when a third of its letters (at least two) would have to change, or when one
 * holds the other: "primary-down" finds "failover.primary-down-idle".
 */
#include "runner/catalogue/nearest.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { NEAREST_MAX = 3, WORD_MAX = 128 };

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

size_t edit_distance(const char *a, const char *b)
{
	size_t length_a = strlen(a), length_b = strlen(b);
	if (length_a >= WORD_MAX || length_b >= WORD_MAX)
		return length_a > length_b ? length_a : length_b;

	size_t rows[3][WORD_MAX];
	size_t *before = rows[0], *above = rows[1], *row = rows[2];
	for (size_t j = 0; j <= length_b; j++)
		above[j] = j;
	for (size_t i = 1; i <= length_a; i++) {
		row[0] = i;
		for (size_t j = 1; j <= length_b; j++) {
			size_t changed = a[i - 1] == b[j - 1] ? 0 : 1;
			row[j] = least(above[j - 1] + changed, least(above[j], row[j - 1]) + 1);
			bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
			if (swapped)
				row[j] = least(row[j], before[j - 2] + 1);
		}
		size_t *spare = before;
		before = above;
		above = row;
		row = spare;
	}
	return above[length_b];
}

/* How far apart, or SIZE_MAX when the words are not near each other at all. */
static size_t remoteness(const char *word, const char *candidate)
{
	size_t distance = edit_distance(word, candidate);
	size_t limit = strlen(word) / 3;
	if (limit < 2)
		limit = 2;
	if (distance <= limit && distance < strlen(word))
		return distance;
	if (strlen(word) >= 3 && (strstr(candidate, word) || strstr(word, candidate)))
		return limit + 1;
	return SIZE_MAX;
}

size_t nearest_words(const char *word, const char *const *words, size_t n_words, const char **out, size_t room)
{
	size_t found = 0;
	size_t *distances = calloc(room ? room : 1, sizeof(*distances));
	if (!distances)
		return 0;
	for (size_t i = 0; i < n_words; i++) {
		size_t distance = remoteness(word, words[i]);
		if (distance == SIZE_MAX)
			continue;
		size_t at = found;
		while (at > 0 && distances[at - 1] > distance)
			at--;
		if (at >= room)
			continue;
		size_t last = found < room ? found++ : room - 1;
		for (size_t k = last; k > at; k--) {
			out[k] = out[k - 1];
			distances[k] = distances[k - 1];
		}
		out[at] = words[i];
		distances[at] = distance;
	}
	free(distances);
	return found;
}

char *nearest_hint(const char *word, const char *const *words, size_t n_words)
{
	const char *near[NEAREST_MAX];
	size_t n = nearest_words(word, words, n_words, near, NEAREST_MAX);
	char *hint = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&hint, &length);
	if (!out)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		const char *joint = i == 0 ? "; did you mean " : i + 1 == n ? " or " : ", ";
		fprintf(out, "%s%s", joint, near[i]);
	}
	if (n)
		fputc('?', out);
	return fclose(out) == 0 ? hint : NULL;
}
