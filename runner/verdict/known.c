/* SPDX-License-Identifier: Apache-2.0 */
/* known.c - the list of known issues. */
#include "runner/verdict/known.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runner/host/sentence.h"
#include "runner/host/tree.h"

static const char blanks[] = " \t\r";

static bool excusable(enum verdict verdict)
{
	return verdict == VERDICT_FAIL || verdict == VERDICT_CRASH || verdict == VERDICT_TIMEOUT;
}

static int known_add(
	struct known_list *list, const char *kernel, const char *pattern, enum verdict verdict, const char *reason)
{
	struct known_issue *issues = realloc(list->issues, (list->n + 1) * sizeof(*issues));
	if (!issues)
		return -ENOMEM;
	list->issues = issues;
	struct known_issue *issue = &issues[list->n];
	*issue = (struct known_issue){
		.kernel = kernel ? strdup(kernel) : NULL,
		.pattern = strdup(pattern),
		.verdict = verdict,
		.reason = strdup(reason),
	};
	list->n++; /* known_free also takes back half an entry */
	return issue->pattern && issue->reason && (issue->kernel || !kernel) ? 0 : -ENOMEM;
}

/* "[5.10.*]": the glob, or NULL when it is something else. */
static char *parse_heading(char *line)
{
	size_t length = strlen(line);
	if (length < 3 || line[0] != '[' || line[length - 1] != ']' || strcspn(line, blanks) != length)
		return NULL;
	line[length - 1] = '\0';
	return line + 1;
}

/* `*kernel` is what the heading so far says; it points into the text. */
static int parse_line(
	char *line, const char *name, int number, const char **kernel, struct known_list *list, char **error)
{
	line += strspn(line, blanks);
	if (line[0] == '\0' || line[0] == '#')
		return 0;
	size_t end = strlen(line);
	while (end > 0 && strchr(blanks, line[end - 1]))
		line[--end] = '\0';

	const char *heading = parse_heading(line);
	if (heading) {
		*kernel = heading;
		return 0;
	}
	char *reason = line + strcspn(line, blanks);
	if (*reason == '\0')
		return sentence(error, -EINVAL, "%s:%d: '%s' has no reason beside it", name, number, line);
	*reason++ = '\0';
	reason += strspn(reason, blanks);

	char usual[] = "fail", *word = usual;
	char *equals = strchr(line, '=');
	if (equals) {
		*equals = '\0';
		word = equals + 1;
	}
	end = strlen(word);
	bool sometimes = end > 0 && word[end - 1] == '?';
	if (sometimes)
		word[end - 1] = '\0';
	enum verdict verdict = verdict_parse(word);
	if (!excusable(verdict))
		return sentence(error, -EINVAL,
			"%s:%d: '%s' is not fail, crash or timeout, which are what can be known", name, number, word);
	int status = known_add(list, *kernel, line, verdict, reason);
	if (status == 0)
		list->issues[list->n - 1].sometimes = sometimes;
	return status;
}

int known_parse(const char *text, const char *name, struct known_list *out, char **error)
{
	struct known_list list = { 0 };
	int status = 0, number = 0;
	const char *kernel = NULL;
	char *copy = strdup(text);
	char *rest = copy;
	if (!copy)
		status = -ENOMEM;
	for (char *line; status == 0 && (line = strsep(&rest, "\n"));)
		status = parse_line(line, name, ++number, &kernel, &list, error);
	free(copy);
	if (status == -ENOMEM)
		sentence(error, status, "no memory for the known issues in %s", name);
	if (status != 0) {
		known_free(&list);
		return status;
	}
	*out = list;
	return 0;
}

int known_read(const char *path, struct known_list *out, char **error)
{
	char *text = NULL;
	int status = tree_read_file(path, &text, NULL);
	if (status != 0)
		return sentence(error, status, "cannot read the known issues in %s: %s", path, strerror(-status));
	status = known_parse(text, path, out, error);
	free(text);
	return status;
}

void known_free(struct known_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		free(list->issues[i].kernel);
		free(list->issues[i].pattern);
		free(list->issues[i].reason);
	}
	free(list->issues);
	*list = (struct known_list){ 0 };
}

enum verdict known_verdict(const struct known_list *list, const char *release, const char *case_id,
	enum verdict verdict, const struct known_issue **issue)
{
	bool passed = verdict == VERDICT_PASS;
	*issue = NULL;
	for (size_t i = 0; i < list->n; i++) {
		const struct known_issue *candidate = &list->issues[i];
		if (candidate->kernel && fnmatch(candidate->kernel, release, 0) != 0)
			continue;
		if (fnmatch(candidate->pattern, case_id, 0) != 0)
			continue;
		if (passed ? !candidate->sometimes : candidate->verdict == verdict) {
			*issue = candidate;
			return passed ? VERDICT_XPASS : VERDICT_XFAIL;
		}
	}
	return verdict;
}
