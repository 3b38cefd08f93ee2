/* SPDX-License-Identifier: Apache-2.0 */
/* tally.h - a run's cases grouped by area and counted by verdict, as several reports show them. */
#ifndef SCTPSPEC_REPORTS_TALLY_H
#define SCTPSPEC_REPORTS_TALLY_H

#include <stdio.h>

#include "reports/log.h"

struct tally {
	size_t cases, counts[REPORT_VERDICTS];
	int64_t virtual_ns, wall_ns;
};

void tally_add(struct tally *tally, const struct report_case *test);
/* How many are not as they should be. */
size_t tally_bad(const struct tally *tally);
/* "57 pass, 1 fail"; `counts` has an entry for each verdict. */
void tally_print(const size_t *counts, FILE *out);

/* The areas in the order in which the run met them. A malloc'd array; NULL without memory. */
const char **tally_areas(const struct report_run *run, size_t *count);

/* How many cases of that id and kernel stand before it in the run: 0, unless cases are repeated. */
size_t tally_repeat(const struct report_run *run, const struct report_case *test);

#endif
