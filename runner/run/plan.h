/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plan.h - the planned cases of a run: cases times kernels, in plan order, which is the first case on all kernels
 * first; and the attempts at each, which are what the workers do.
 */
#ifndef SCTPSPEC_RUNNER_RUN_PLAN_H
#define SCTPSPEC_RUNNER_RUN_PLAN_H

#include <stddef.h>
#include <stdint.h>

#include "runner/run/tested_kernels.h"
#include "runner/verdict/attempt.h"

/* A case on a kernel. */
struct planned_case {
	const struct test_case *test_case;
	struct tested_kernel *tested;
	char *name;               /* for people */
	int64_t longest_ns;       /* guest time, as rehearsed */
	struct attempt *attempts; /* its part of the plan's */
	size_t n_attempts, n_done;
	struct case_result result; /* when all attempts are done, */
	json_t *lines;             /* until these are written */
	double wall_ms;            /* of all attempts */
};

struct plan {
	struct planned_case *cases;
	size_t n;
	struct attempt *attempts;
	size_t n_attempts;
	char **names;    /* of the attempts, for people */
	double *cost_ms; /* what each is expected to take */
};

/* Rehearses each case. A case that is not well formed is an error. */
int plan_make(struct plan *plan, const struct test_case *const *cases, size_t n_cases, struct tested_kernels *kernels,
	const struct run_options *options, char **error);
void plan_free(struct plan *plan);

#endif
