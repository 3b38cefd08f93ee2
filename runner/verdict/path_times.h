/* SPDX-License-Identifier: Apache-2.0 */
/*
 * path_times.h - what left on the path that a failed check is about, and when: the HEARTBEATs of the end whose event it
 * is, which of them were answered, and when DATA that had left there was sent again, on whatever path. Faults of
 * heartbeats that look alike to an application differ there. Pure.
 */
#ifndef SCTPSPEC_RUNNER_VERDICT_PATH_TIMES_H
#define SCTPSPEC_RUNNER_VERDICT_PATH_TIMES_H

#include "runner/verdict/trace.h"

/* Of the first check that does not hold; malloc'd. NULL: that is about no path, or no memory.
 *	sent      a on path 0: HEARTBEAT 4.405+ 36.212 69.801; its DATA again 5.102 7.102 (+: answered) */
char *path_times(const json_t *lines, const struct trace *trace);

#endif
