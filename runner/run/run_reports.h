/* SPDX-License-Identifier: Apache-2.0 */
/* run_reports.h - the reports of a run that is over, from its log. */
#ifndef SCTPSPEC_RUNNER_RUN_RUN_REPORTS_H
#define SCTPSPEC_RUNNER_RUN_RUN_REPORTS_H

#include "runner/run/run.h"

/* The files, and a summary on stdout with where they are. STATUS_EXPECTED, or STATUS_HARNESS after a complaint. */
int run_reports_make(const struct run_options *options);
/* The files alone: of a run that failed, which has been said. */
void run_reports_of_failure(const struct run_options *options);

#endif
