/* SPDX-License-Identifier: Apache-2.0 */
/* compare_text.c - a comparison for a terminal: the worst first. */
#include "reports/compare.h"

#include <string.h>

static const char *const colours[CHANGES] = {
	[CHANGE_REGRESSION] = "\033[1;31m",
	[CHANGE_FIX] = "\033[32m",
	[CHANGE_KNOWN] = "\033[33m",
	[CHANGE_UNJUDGED] = "\033[1;35m",
	[CHANGE_SKIPPED] = "\033[33m",
	[CHANGE_RUNS] = "\033[32m",
	[CHANGE_FAILS_OTHERWISE] = "\033[33m",
	[CHANGE_BEHAVIOUR] = "\033[36m",
	[CHANGE_NEVER_JUDGED] = "\033[35m",
	[CHANGE_NEW] = "\033[2m",
	[CHANGE_VANISHED] = "\033[33m",
	[CHANGE_NONE] = "",
};

static void put_kernel(const struct report_kernel *kernel, FILE *out)
{
	fprintf(out, "Linux %s", kernel->release);
	if (*kernel->name && strcmp(kernel->name, kernel->release) != 0)
		fprintf(out, " (%s)", kernel->name);
	if (*kernel->failure)
		fprintf(out, ", which did not come up");
}

static void put_case(const struct compared_case *compared, FILE *out, bool colour)
{
	const struct report_case *test = compared->old ? compared->old : compared->new;
	const char *name = change_name(compared->change);

	fprintf(out, "%s%-*s%s  %s: ", colour ? colours[compared->change] : "", 15, name, colour ? "\033[0m" : "",
		test->id);
	compare_say(compared, out);
	fputc('\n', out);
	for (size_t i = 0; i < compared->n_differences; i++)
		fprintf(out, "%17s%s\n", "", compared->differences[i].text);
	if (compared->n_differences > 0 && test->n_requirements > 0) {
		fprintf(out, "%17sjudges ", "");
		compare_say_requirements(compared, out);
		fputc('\n', out);
	}
	if (compared->change == CHANGE_REGRESSION && compared->new && compared->new->repeat[0])
		fprintf(out, "%17sagain: %s\n", "", compared->new->repeat);
}

/* Another selection leaves out a hundred, and a kernel that did not come up fails as many for one reason. */
enum { LISTED_MAX = 10 };

static bool is_plenty(const struct pairing *pair, enum change change)
{
	return change == CHANGE_NEW || change == CHANGE_VANISHED || *pair->old->failure || *pair->new->failure;
}

static void put_group(const struct pairing *pair, enum change change, FILE *out, bool colour)
{
	size_t listed = 0;

	for (size_t i = 0; i < pair->n_cases; i++)
		if (pair->cases[i].change == change && !(is_plenty(pair, change) && listed == LISTED_MAX)) {
			put_case(&pair->cases[i], out, colour);
			listed++;
		}
	if (listed < pair->counts[change])
		fprintf(out, "%-15s  and %zu more\n", change_name(change), pair->counts[change] - listed);
}

static void put_counts(const size_t *counts, FILE *out)
{
	size_t cases = 0;
	bool first = true;

	for (int change = 0; change < CHANGES; change++)
		cases += counts[change];
	fprintf(out, "%zu %s:", cases, cases == 1 ? "case" : "cases");
	for (int i = 0; i < CHANGES; i++) {
		/* the usual first */
		const int change = i == 0 ? CHANGE_NONE : i - 1;

		if (!counts[change])
			continue;
		fprintf(out, "%s %zu %s", first ? "" : ",", counts[change], change_name((enum change)change));
		first = false;
	}
	if (first)
		fputs(" nothing to compare", out);
	fputc('\n', out);
}

static void put_differences(const struct pairing *pair, FILE *out)
{
	for (size_t i = 0; i < pair->n_differences; i++) {
		fprintf(out, "%-15s  ", "kernel");
		compare_say_kernel(&pair->differences[i], out);
		fputc('\n', out);
	}
	if (pair->n_differences)
		fputc('\n', out);
}

static int write_text(const struct comparison *comparison, FILE *out, bool colour)
{
	bool behaviour = false;

	if (compare_say_interrupted(comparison, out))
		fputs("\n\n", out);
	for (size_t p = 0; p < comparison->n_pairs; p++) {
		const struct pairing *pair = &comparison->pairs[p];

		if (p > 0)
			fputc('\n', out);
		put_kernel(pair->old, out);
		fputs("  ->  ", out);
		put_kernel(pair->new, out);
		fputs("\n\n", out);
		put_differences(pair, out);
		for (int change = 0; change < CHANGE_NONE; change++)
			put_group(pair, (enum change)change, out, colour);
		if (pair->counts[CHANGE_NONE] < pair->n_cases)
			fputc('\n', out);
		put_counts(pair->counts, out);
		behaviour |= pair->counts[CHANGE_BEHAVIOUR] > 0;
	}
	if (behaviour)
		fputs("\nA behaviour differs by more than the windows and the settings of its case leave to "
		      "the seed and to\nthe kernel's timers; how that is computed is in COMPARE.md.\n",
			out);
	return 0;
}

const struct compare_format compare_text = { .name = "text", .write = write_text };
