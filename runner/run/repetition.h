/* SPDX-License-Identifier: Apache-2.0 */
/*
 * repetition.h - what a repeated case leaves in the run's folder: its one result in the log, and where two of its
 * attempts differ, each of them in a folder of its own, DIR/runs/[KERNEL/]CASE/seed-N[-again], with a log of its
 * own: whatever reads a run's folder reads that too.
 */
#ifndef SCTPSPEC_RUNNER_RUN_REPETITION_H
#define SCTPSPEC_RUNNER_RUN_REPETITION_H

#include "runner/run/plan.h"

/* Judges the attempts of a planned case that are done, writes what is to be kept, and leaves result and lines in the
 * planned case. 0 or -errno. */
int repetition_end(struct planned_case *planned, const struct case_frame *frame, const struct run_options *options,
	const struct tested_kernels *kernels, char **error);
/* Removes what an earlier run kept in DIR/runs. */
void repetition_clear(const char *directory);

#endif
