/* SPDX-License-Identifier: Apache-2.0 */
/* known.c - the list of known issues, as a file. */
#include "runner/verdict/known.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "reports/findings.h"
#include "runner/host/tree.h"
#include "runner/verdict/kernel_range.h"
#include "sentence.h"

static const char blanks[] = " \t";

struct parser {
	struct known_list *list;
	int line;
	bool has_failures; /* the latest issue has failures */
	char **error;
};

static int wrong(const struct parser *parser, int line, const char *format, ...) __attribute__((format(printf, 3, 4)));

static int wrong(const struct parser *parser, int line, const char *format, ...)
{
	char *words = NULL;
	va_list arguments;
	va_start(arguments, format);
	int length = vasprintf(&words, format, arguments);
	va_end(arguments);
	if (length < 0)
		return -ENOMEM;
	int status = sentence(parser->error, -EINVAL, "%s:%d: %s", parser->list->name, line, words);
	free(words);
	return status;
}

bool known_may_be(enum verdict verdict)
{
	return verdict == VERDICT_FAIL || verdict == VERDICT_CRASH || verdict == VERDICT_TIMEOUT;
}

static struct known_issue *latest_issue(const struct parser *parser)
{
	const struct known_list *list = parser->list;
	return list->n_issues ? &list->issues[list->n_issues - 1] : NULL;
}

static struct known_failure *latest_failure(const struct parser *parser)
{
	const struct known_list *list = parser->list;
	return parser->has_failures ? &list->failures[list->n - 1] : NULL;
}

/* Sets a member that may be given only once. */
static int set(const struct parser *parser, char **member, char *words)
{
	if (*member) {
		free(words);
		return wrong(parser, parser->line, "this has been said already: one line of a kind is enough");
	}
	*member = words;
	return words ? 0 : -ENOMEM;
}

/* ---- What must be there ---- */

static int end_failure(const struct parser *parser)
{
	const struct known_failure *failure = latest_failure(parser);
	if (!failure || failure->verdict != VERDICT_FAIL || failure->check || rule_broken_length(failure->reason))
		return 0;
	return wrong(parser, failure->line, "which check of %s fails? Say so in a line 'check WHAT' below it",
		failure->cases);
}

static int end_issue(const struct parser *parser)
{
	const struct known_issue *issue = latest_issue(parser);
	int status = end_failure(parser);
	if (status != 0 || !issue)
		return status;
	if (!issue->kernels)
		return wrong(parser, issue->line, "the issue names no kernels: say which in a line 'kernels RANGE'");
	if (!parser->has_failures)
		return wrong(parser, issue->line, "the issue names no case that fails");
	return 0;
}

/* ---- Lines that begin with a word of ours ---- */

static int begin_issue(struct parser *parser, const char *why)
{
	struct known_list *list = parser->list;
	int status = end_issue(parser);
	if (status != 0)
		return status;
	struct known_issue *issues = realloc(list->issues, (list->n_issues + 1) * sizeof(*issues));
	if (!issues)
		return -ENOMEM;
	list->issues = issues;
	issues[list->n_issues++] = (struct known_issue){ .line = parser->line };
	parser->has_failures = false;
	return set(parser, &latest_issue(parser)->why, strdup(why));
}

static int take_kernels(struct parser *parser, const char *range)
{
	if (!kernel_range_is_one(range))
		return wrong(parser, parser->line, "'%s' is no range of kernels, as 5.10.*, 5.10 .. 5.15 and < 6.6 are",
			range);
	return set(parser, &latest_issue(parser)->kernels, strdup(range));
}

static int take_link(struct parser *parser, const char *link)
{
	if (strncmp(link, "https://", 8) != 0 && strncmp(link, "http://", 7) != 0)
		return wrong(parser, parser->line, "'%s' is no link: it begins with https://", link);
	return set(parser, &latest_issue(parser)->link, strdup(link));
}

static int take_expiry(struct parser *parser, const char *words)
{
	struct known_issue *issue = latest_issue(parser);
	struct tm day = { 0 };
	char again[sizeof(issue->expires)] = "";
	const char *end = strptime(words, "%Y-%m-%d", &day);
	if (end)
		timegm(&day); /* timegm() turns a day that does not exist into another one */
	if (!end || strftime(again, sizeof(again), "%Y-%m-%d", &day) == 0 || strcmp(again, words) != 0)
		return wrong(parser, parser->line, "'%s' is no date, as 2027-12-31 is", words);
	memcpy(issue->expires, again, sizeof(again));
	return 0;
}

static int take_check(struct parser *parser, const char *words)
{
	return set(parser, &latest_failure(parser)->check, signature_words(words));
}

static int take_place(struct parser *parser, const char *words)
{
	if (latest_failure(parser)->verdict != VERDICT_CRASH)
		return wrong(parser, parser->line, "'place' says where a kernel crashes; this is no crash");
	return set(parser, &latest_failure(parser)->place, strdup(words));
}

static const struct keyword {
	const char *word;
	bool of_failure; /* the line belongs below a failure; otherwise before the first failure */
	int (*take)(struct parser *parser, const char *rest);
} keywords[] = {
	{ "kernels", false, take_kernels },
	{ "link", false, take_link },
	{ "expires", false, take_expiry },
	{ "check", true, take_check },
	{ "place", true, take_place },
};

/* ---- A failure ---- */

/* Cuts off the mark of "fail?"; whether there was one. */
static bool take_mark(char *word)
{
	const size_t length = strlen(word);
	const bool marked = length > 1 && word[length - 1] == '?';
	if (marked)
		word[length - 1] = '\0';
	return marked;
}

static int begin_failure(struct parser *parser, const char *cases, char *rest)
{
	struct known_list *list = parser->list;
	char *word = strsep(&rest, blanks);
	const bool sometimes = take_mark(word);
	const enum verdict verdict = verdict_parse(word);
	int status = end_failure(parser);
	if (status != 0)
		return status;
	if (!known_may_be(verdict))
		return wrong(parser, parser->line,
			"'%s' is not fail, crash or timeout, which are what can be known of %s", word, cases);
	rest += rest ? strspn(rest, blanks) : 0;
	if (!rest || !*rest)
		return wrong(parser, parser->line, "in which way does %s %s? Say the reason behind the verdict", cases,
			word);
	struct known_failure *failures = realloc(list->failures, (list->n + 1) * sizeof(*failures));
	if (!failures)
		return -ENOMEM;
	list->failures = failures;
	failures[list->n++] = (struct known_failure){
		.issue = list->n_issues - 1,
		.cases = strdup(cases),
		.verdict = verdict,
		.sometimes = sometimes,
		.reason = signature_reason(rest),
		.line = parser->line,
	};
	parser->has_failures = true;
	return latest_failure(parser)->cases && latest_failure(parser)->reason ? 0 : -ENOMEM;
}

/* ---- All lines ---- */

static int take_keyword(struct parser *parser, const struct keyword *keyword, const char *rest)
{
	if (!rest || !*rest)
		return wrong(parser, parser->line, "there is nothing behind '%s'", keyword->word);
	if (keyword->of_failure && !parser->has_failures)
		return wrong(parser, parser->line, "'%s' stands below a case that fails", keyword->word);
	if (!keyword->of_failure && parser->has_failures)
		return wrong(parser, parser->line, "'%s' stands above the first case of its issue", keyword->word);
	return keyword->take(parser, rest);
}

static int take_words(struct parser *parser, char *word, char *rest)
{
	if (strcmp(word, "issue") == 0)
		return rest ? begin_issue(parser, rest)
			    : wrong(parser, parser->line, "there is nothing behind 'issue'");
	if (!latest_issue(parser))
		return wrong(parser, parser->line, "'%s' stands before the first 'issue'", word);
	for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++)
		if (strcmp(word, keywords[i].word) == 0)
			return take_keyword(parser, &keywords[i], rest);
	if (!strpbrk(word, ".*"))
		return wrong(parser, parser->line,
			"'%s' is no case, and none of issue, kernels, link, expires, check, place", word);
	if (!rest)
		return wrong(
			parser, parser->line, "what becomes of %s? Say fail, crash or timeout, and the reason", word);
	return begin_failure(parser, word, rest);
}

static int take_line(struct parser *parser, char *line)
{
	size_t end = strlen(line);
	while (end > 0 && strchr(" \t\r", line[end - 1]))
		line[--end] = '\0';
	line += strspn(line, blanks);
	if (*line == '\0' || *line == '#')
		return 0;
	char *rest = line, *word = strsep(&rest, blanks);
	if (rest)
		rest += strspn(rest, blanks);
	return take_words(parser, word, rest);
}

int known_parse(const char *text, const char *name, const char *today, struct known_list *out, char **error)
{
	struct known_list list = { .name = strdup(name) };
	struct parser parser = { .list = &list, .error = error };
	char *copy = strdup(text), *rest = copy;
	int status = copy && list.name ? 0 : -ENOMEM;
	snprintf(list.today, sizeof(list.today), "%s", today);
	for (char *line; status == 0 && (line = strsep(&rest, "\n"));) {
		parser.line++;
		status = take_line(&parser, line);
	}
	if (status == 0)
		status = end_issue(&parser);
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
	char *text = NULL, today[sizeof(out->today)];
	const time_t now = time(NULL);
	struct tm utc;
	gmtime_r(&now, &utc);
	strftime(today, sizeof(today), "%Y-%m-%d", &utc);
	int status = tree_read_file(path, &text, NULL);
	if (status != 0)
		return sentence(error, status, "cannot read the known issues in %s: %s", path, strerror(-status));
	status = known_parse(text, path, today, out, error);
	free(text);
	return status;
}

void known_free(struct known_list *list)
{
	for (size_t i = 0; i < list->n_issues; i++) {
		free(list->issues[i].why);
		free(list->issues[i].kernels);
		free(list->issues[i].link);
	}
	for (size_t i = 0; i < list->n; i++) {
		free(list->failures[i].cases);
		free(list->failures[i].reason);
		free(list->failures[i].check);
		free(list->failures[i].place);
	}
	free(list->issues);
	free(list->failures);
	free(list->name);
	*list = (struct known_list){ 0 };
}
