/* SPDX-License-Identifier: Apache-2.0 */
/* formats.c - "--format LIST". */
#include "runner/cli/formats.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/report.h"
#include "sentence.h"

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

static int refuse(const char *word, char **error)
{
	char *words = known_formats();
	sentence(error, -EINVAL, "there is no report format '%s'; there are %s", word, words ? words : "others");
	free(words);
	return -EINVAL;
}

int read_formats(char *text, void *member, char **error)
{
	const char *const **formats = member;
	const char **list = calloc(strlen(text) + 2, sizeof(*list));
	size_t n = 0;
	if (!list)
		return sentence(error, -ENOMEM, "no memory for the formats");
	free((void *)*formats); /* of an earlier --format */
	*formats = list;
	char *copy = strdup(text), *rest = copy; /* the words of the command line are for the log too */
	int status = copy ? 0 : sentence(error, -ENOMEM, "no memory for the formats");
	for (const char *word; status == 0 && (word = strsep(&rest, ","));) {
		const struct report_format *format = report_format_by_name(word);
		if (format)
			list[n++] = format->name;
		else
			status = refuse(word, error);
	}
	free(copy);
	return status;
}
