/* SPDX-License-Identifier: Apache-2.0 */
/* shortfall.h - why a run as a whole is not what it set out to be: a fact of the run, beside its cases' verdicts. */
#ifndef SCTPSPEC_REPORTS_SHORTFALL_H
#define SCTPSPEC_REPORTS_SHORTFALL_H

#include "reports/log.h"

struct shortfall {
	char text[2400]; /* a sentence without its full stop; "": nothing is lacking */
};

/*
 * It failed (LOG.md), was interrupted or cut short, or ran no case. Each format has to show it in a way that makes its
 * readers red: else a run that ended after ten good cases looks like a good run.
 */
struct shortfall run_shortfall(const struct report_run *run);

#endif
