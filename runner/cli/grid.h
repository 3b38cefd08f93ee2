/* SPDX-License-Identifier: Apache-2.0 */
/* grid.h - the cells of a run: cases times kernels, in plan order, which is the first case on all kernels first. */
#ifndef SCTPSPEC_RUNNER_GRID_H
#define SCTPSPEC_RUNNER_GRID_H

#include <stddef.h>
#include <stdint.h>

#include "runner/cli/case_log.h"
#include "runner/cli/lineup.h"

/* A case on a kernel. */
struct cell {
	const struct test_case *test;
	struct subject *subject;
	int64_t longest_ns;     /* guest time, as rehearsed */
	struct case_log result; /* until it is written */
	double wall_ms;
};

struct grid {
	struct cell *cells;
	size_t n;
	char **names;    /* for people */
	double *cost_ms; /* what each is expected to take */
};

/* Rehearses each case. A case that is not well formed is an error. */
int grid_make(struct grid *grid, const struct test_case *const *cases, size_t n_cases, struct lineup *lineup,
	char **error);
void grid_free(struct grid *grid);

#endif
