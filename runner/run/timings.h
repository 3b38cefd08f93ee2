/* SPDX-License-Identifier: Apache-2.0 */
/* timings.h - where the wall time of a run went, for `run --timings`. */
#ifndef SCTPSPEC_RUNNER_RUN_TIMINGS_H
#define SCTPSPEC_RUNNER_RUN_TIMINGS_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "runner/protocol/phases.h"

struct timings {
	double began_ms, ready_ms, worked_ms, ended_ms; /* wall_now_ms(): start, first case, last case, reports made */
	double examined_ms;                             /* results read, judged and written */
	size_t guests;                                  /* that came to their end */
	double phase_ms[BOX_PHASES];                    /* in all guests together */
	double booted_ms;                               /* what these guests would have taken to boot */
	size_t rewound, given_up;                       /* QEMU processes: for the next guest, or when that failed */
	const char *trouble;                            /* why the first failed */
};

/* A guest that has ended, of a kernel that takes `boot_ms` to boot. NULL: nothing is known of it. */
void timings_add(struct timings *timings, const struct phases *phases, double boot_ms);
void timings_print(const struct timings *timings, unsigned jobs, int64_t virtual_ns, FILE *out);

#endif
