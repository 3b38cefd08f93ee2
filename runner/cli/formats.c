/* SPDX-License-Identifier: Apache-2.0 */
/* formats.c - "--format LIST". */
#include "runner/cli/formats.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/report.h"
#include "runner/host/sentence.h"

/* "junit, tap or html" */
static char *known_formats(void)
{
	size_t n;
	const struct report_format *const *formats = report_formats(&n);
	char *words = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&words, &length);
	if (!out)
		return NULL;
	for (size_t i = 0; i < n; i++)
		fprintf(out, "%s%s", i == 0 ? "" : i + 1 == n ? " and " : ", ", formats[i]->name);
	return fclose(out) == 0 ? words : NULL;
}

static const char *const *refuse(const char *word, char **error)
{
	char *words = known_formats();
	sentence(error, 0, "there is no report format '%s'; there are %s", word, words ? words : "others");
	free(words);
	return NULL;
}

const char *const *formats_parse(const char *text, char **error)
{
	char *copy = strdup(text);
	const char **list = calloc(strlen(text) + 2, sizeof(*list));
	const char *const *made = list;
	size_t n = 0;
	char *rest = copy;
	if (!copy || !list) {
		sentence(error, 0, "no memory for the formats");
		made = NULL;
	}
	for (const char *word; made && (word = strsep(&rest, ","));) {
		const struct report_format *format = report_format_by_name(word);
		if (!format)
			made = refuse(word, error);
		else
			list[n++] = format->name;
	}
	free(copy);
	if (!made)
		free(list);
	return made;
}
