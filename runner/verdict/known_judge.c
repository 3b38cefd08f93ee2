/* SPDX-License-Identifier: Apache-2.0 */
/* known_judge.c - applies the list of known issues to a verdict. */
#include <errno.h>
#include <fnmatch.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runner/verdict/kernel_range.h"
#include "runner/verdict/known.h"

static const struct known_issue *issue_of(const struct known_list *list, const struct known_failure *failure)
{
	return &list->issues[failure->issue];
}

bool known_has_expired(const struct known_list *list, const struct known_issue *issue)
{
	return *issue->expires && strcmp(issue->expires, list->today) < 0;
}

/* "*" in the list's text stands for any text. No other character is special: texts have brackets and question marks. */
static bool agrees(const char *wanted, const char *words)
{
	for (; *wanted != '*'; wanted++, words++) {
		if (*wanted != *words)
			return false;
		if (*wanted == '\0')
			return true;
	}
	do {
		if (agrees(wanted + 1, words))
			return true;
	} while (*words++);
	return false;
}

static bool is_it(const struct known_failure *known, enum verdict verdict, const struct signature *failure)
{
	return known->verdict == verdict && agrees(known->reason, failure->reason) &&
		(!known->check || agrees(known->check, failure->check)) &&
		(!known->place || agrees(known->place, failure->place));
}

/* What the list says about a case on a kernel. When several apply, the first of these members decides. */
struct findings {
	const struct known_failure *excuse, *expired; /* the case failed in this way */
	const struct known_failure *other;            /* the list has the case, but with another failure */
	const struct known_failure *always;           /* the case is known to fail always, so a pass is not expected */
};

static void look(struct known_list *list, const char *release, const char *version, const char *case_id,
	enum verdict verdict, const struct signature *failure, struct findings *out)
{
	for (size_t i = 0; i < list->n; i++) {
		struct known_failure *known = &list->failures[i];
		const struct known_issue *issue = issue_of(list, known);
		const bool expired = known_has_expired(list, issue);
		if (fnmatch(known->cases, case_id, 0) != 0 || !kernel_range_has(issue->kernels, release, version))
			continue;
		const bool matches = failure && is_it(known, verdict, failure);
		known->ran++;
		known->matched += matches;
		if (matches && !expired && !out->excuse)
			out->excuse = known;
		if (matches && expired && !out->expired)
			out->expired = known;
		if (!matches && !expired && !out->other)
			out->other = known;
		if (!known->sometimes && !expired && !out->always)
			out->always = known;
	}
}

void known_begin(struct known_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		list->failures[i].ran = list->failures[i].matched = 0;
}

static int remark(struct known_judgement *out, enum verdict verdict, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static int remark(struct known_judgement *out, enum verdict verdict, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	const int length = vasprintf(&out->remark, format, arguments);
	va_end(arguments);
	out->verdict = verdict;
	if (length >= 0)
		return 0;
	out->remark = NULL;
	return -ENOMEM;
}

int known_judge(struct known_list *list, const char *release, const char *version, const char *case_id,
	enum verdict verdict, const struct signature *failure, struct known_judgement *out)
{
	struct findings found = { 0 };
	const bool passed = verdict == VERDICT_PASS;
	*out = (struct known_judgement){ .verdict = verdict };
	if (!passed && !failure)
		return 0;
	look(list, release, version, case_id, verdict, passed ? NULL : failure, &found);
	if (passed)
		return found.always ? remark(out, VERDICT_XPASS, "known issue: %s", issue_of(list, found.always)->why)
				    : 0;
	if (found.excuse)
		return remark(out, VERDICT_XFAIL, "known issue: %s", issue_of(list, found.excuse)->why);
	if (found.expired)
		return remark(out, verdict, "the known issue at %s:%d expired on %s: %s", list->name,
			issue_of(list, found.expired)->line, issue_of(list, found.expired)->expires,
			issue_of(list, found.expired)->why);
	if (found.other)
		return remark(out, verdict, "differs from the known issue: %s: %s%s%s",
			verdict_name(found.other->verdict), found.other->reason,
			found.other->check ? " at the check: " : "", found.other->check ? found.other->check : "");
	return 0;
}

static void add_text(json_t *line, const char *name, const char *words)
{
	if (words && *words)
		json_object_set_new(line, name, json_string(words));
}

json_t *known_line(const struct known_list *list, const struct known_failure *failure)
{
	const struct known_issue *issue = issue_of(list, failure);
	char *source;
	if (asprintf(&source, "%s:%d", list->name, failure->line) < 0)
		return NULL;
	json_t *line = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:I, s:I, s:b}", "type", "known", "issue",
		issue->why, "kernels", issue->kernels, "cases", failure->cases, "verdict",
		verdict_name(failure->verdict), "reason", failure->reason, "sometimes", (int)failure->sometimes, "ran",
		(json_int_t)failure->ran, "matched", (json_int_t)failure->matched, "expired",
		(int)known_has_expired(list, issue));
	add_text(line, "source", source);
	add_text(line, "check", failure->check);
	add_text(line, "place", failure->place);
	add_text(line, "link", issue->link);
	add_text(line, "expires", issue->expires);
	free(source);
	return line;
}
