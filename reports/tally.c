/* SPDX-License-Identifier: Apache-2.0 */
/* tally.c - see tally.h. Pure. */
#include "reports/tally.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int64_t add(int64_t a, int64_t b)
{
	int64_t sum;

	return __builtin_add_overflow(a, b, &sum) ? INT64_MAX : sum;
}

void tally_add(struct tally *tally, const struct report_case *test)
{
	tally->cases++;
	tally->counts[test->verdict]++;
	tally->virtual_ns = add(tally->virtual_ns, test->virtual_ns);
	tally->wall_ns = add(tally->wall_ns, test->wall_ns);
}

size_t tally_bad(const struct tally *tally)
{
	size_t bad = 0;

	for (int v = 0; v < REPORT_VERDICTS; v++)
		if (report_verdict_is_bad((enum report_verdict)v))
			bad += tally->counts[v];
	return bad;
}

void tally_print(const size_t *counts, FILE *out)
{
	const char *between = "";

	for (int v = 0; v < REPORT_VERDICTS; v++) {
		if (counts[v] == 0)
			continue;
		fprintf(out, "%s%zu %s", between, counts[v], report_verdict_name((enum report_verdict)v));
		between = ", ";
	}
}

const char **tally_areas(const struct report_run *run, size_t *count)
{
	const char **areas = calloc(run->n_cases ? run->n_cases : 1, sizeof(*areas));

	*count = 0;
	for (size_t i = 0; areas && i < run->n_cases; i++) {
		size_t k = 0;

		while (k < *count && strcmp(areas[k], run->cases[i].area) != 0)
			k++;
		if (k == *count)
			areas[(*count)++] = run->cases[i].area;
	}
	return areas;
}

size_t tally_repeat(const struct report_run *run, const struct report_case *test)
{
	size_t before = 0;

	for (const struct report_case *other = run->cases; other < test; other++)
		before += other->kernel == test->kernel && strcmp(other->id, test->id) == 0;
	return before;
}
