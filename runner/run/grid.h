/* SPDX-License-Identifier: Apache-2.0 */
/*
 * grid.h - the cells of a run: cases times kernels, in plan order, which is the first case on all kernels first; and
 * the attempts at each, which are what the workers do.
 */
#ifndef SCTPSPEC_RUNNER_RUN_GRID_H
#define SCTPSPEC_RUNNER_RUN_GRID_H

#include <stddef.h>
#include <stdint.h>

#include "runner/run/lineup.h"
#include "runner/verdict/attempt.h"

/* A case on a kernel. */
struct cell {
	const struct test_case *test;
	struct subject *subject;
	char *name;               /* for people */
	int64_t longest_ns;       /* guest time, as rehearsed */
	struct attempt *attempts; /* its part of the grid's */
	size_t n_attempts, n_done;
	struct case_result result; /* when all attempts are done, */
	json_t *lines;             /* until these are written */
	double wall_ms;            /* of all attempts */
};

struct grid {
	struct cell *cells;
	size_t n;
	struct attempt *attempts;
	size_t n_attempts;
	char **names;    /* of the attempts, for people */
	double *cost_ms; /* what each is expected to take */
};

/* Rehearses each case. A case that is not well formed is an error. */
int grid_make(struct grid *grid, const struct test_case *const *cases, size_t n_cases, struct lineup *lineup,
	const struct run_options *options, char **error);
void grid_free(struct grid *grid);

#endif
