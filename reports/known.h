/* SPDX-License-Identifier: Apache-2.0 */
/* known.h - what a run says of the list of known issues: entries that matched nothing, or have expired. Pure. */
#ifndef SCTPSPEC_REPORTS_KNOWN_H
#define SCTPSPEC_REPORTS_KNOWN_H

#include <stdbool.h>
#include <stdio.h>

#include "reports/log.h"

/* Somebody should look at it: it has expired, or matched nothing although its kernel and case ran. */
bool known_is_told(const struct report_known *known);
/* "list:12: pf.all-paths: fail: the kernel reports another state: it matched nothing in 3 runs" */
void known_say(const struct report_known *known, FILE *out);
/* The same as a string in the run's memory; "" without memory. */
const char *known_words(const struct report_run *run, const struct report_known *known);

#endif
