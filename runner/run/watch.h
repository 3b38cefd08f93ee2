/* SPDX-License-Identifier: Apache-2.0 */
/* watch.h - `run --watch FILE`: the run again whenever the file has other contents. */
#ifndef SCTPSPEC_RUNNER_RUN_WATCH_H
#define SCTPSPEC_RUNNER_RUN_WATCH_H

#include "runner/run/run.h"

/* A module that is watched is also the one that is tested, unless the command line has another or the file
 * belongs to the build tree that is tested. */
void watch_choose_module(const char *file, struct run_options *options);

/* run_cases, and again after each change, until a signal. The status is that of the last whole run, or
 * STATUS_INTERRUPTED when a signal came in the middle of one. */
int watch_run(const char *file, const struct run_options *options, struct known_list *known,
	const struct test_case *const *cases, size_t n_cases);

#endif
