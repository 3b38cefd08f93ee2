/* SPDX-License-Identifier: Apache-2.0 */
/*
 * behaviour_findings.c - rules that are broken in one run alone. Where, how often, and by which end may hang on the
 * seed: with another kernel or seed, a rule that the other run has broken anywhere is no news. With the same, each case
 * is held to its own findings.
 */
#include <stdlib.h>
#include <string.h>

#include "reports/behaviour.h"
#include "reports/findings.h"

static bool has(const struct report_finding *findings, size_t n, const char *rule)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(findings[i].rule, rule) == 0)
			return true;
	return false;
}

static bool has_in_run(const struct report_run *run, const struct report_kernel *kernel, const char *rule)
{
	for (size_t i = 0; i < run->n_cases; i++)
		if (run->cases[i].kernel == kernel && has(run->cases[i].findings, run->cases[i].n_findings, rule))
			return true;
	return false;
}

/* Of a rule the first; nothing where no rule was put to the test, as in a log from before there were any. */
static void tell(struct behaviour *behaviour, const struct report_case *test, const struct report_case *other,
	enum difference_kind kind)
{
	static const char *const now[] = { " is broken now", " is not broken any more" };
	static const char *const untested[] = { "; it was not put to the test before",
		"; nothing puts it to the test" };
	const bool gone = kind == DIFFERENCE_FINDING_GONE;
	const struct report_run *other_run = gone ? behaviour->new_run : behaviour->old_run;

	if (other->n_rules == 0)
		return;
	for (size_t i = 0; i < test->n_findings; i++) {
		const struct report_finding *finding = &test->findings[i];
		char *words = NULL;
		size_t length = 0;
		FILE *out;

		/* What Linux is known to do may hang on chance: that it comes, or not, tells nothing. */
		if (*finding->issue || has(test->findings, i, finding->rule))
			continue;
		if (behaviour->exact ? has(other->findings, other->n_findings, finding->rule)
				     : has_in_run(other_run, other->kernel, finding->rule))
			continue;
		if (!(out = open_memstream(&words, &length))) {
			behaviour->failed = true;
			return;
		}
		finding_say_what(finding, out);
		if (fclose(out) == 0)
			behaviour_add(behaviour, kind, "rule %s (%s)%s: %s%s", finding->rule,
				report_level_name(finding->level), now[gone], words,
				rule_applied(other, finding->rule) ? "" : untested[gone]);
		free(words);
	}
}

void behaviour_findings(struct behaviour *behaviour)
{
	tell(behaviour, behaviour->old, behaviour->new, DIFFERENCE_FINDING_GONE);
	tell(behaviour, behaviour->new, behaviour->old, DIFFERENCE_FINDING_NEW);
}
