/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tested_kernels.h - the kernels that a run tests: found, booted, and a target on each. With --target host
 * it is the running kernel alone.
 *
 * A kernel that cannot be found is an error before anything runs. One that does not come up is a fact about it:
 * it stays in the list, and the reason is the result of each of its cases. When no kernel at all comes up,
 * that is an error.
 */
#ifndef SCTPSPEC_RUNNER_RUN_TESTED_KERNELS_H
#define SCTPSPEC_RUNNER_RUN_TESTED_KERNELS_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "runner/guest/guest.h"
#include "runner/run/progress.h"
#include "runner/run/run.h"
#include "runner/run/target.h"

/* A kernel with a topology built, from where the cases on that topology start. */
struct stage {
	const struct topology *topology;
	struct snapshot snapshot;
	bool made;
	char *failure;        /* why it could not be built, or NULL */
	struct target target; /* of one that could not: each start fails with that reason */
	struct target alone;  /* the same, each case in a QEMU process that has run nothing before */
};

struct tested_kernel {
	struct kernel kernel; /* its name is unique in the run */
	struct snapshot snapshot;
	bool booted;
	char *failure;        /* why it did not come up, or NULL */
	struct target target; /* of one that did not: each start fails with that reason */
	struct stage *stages; /* one for each topology of the cases; on the host none */
	size_t n_stages;
	char *command_line; /* "sctpspec run --kernel …": a seed and a case's id make it a whole command */
	char *folder;       /* of its own, in those for what the cases of all kernels leave; or "" */
	json_t *durations;  /* durations.h */
	json_t *facts;      /* kernel_facts.h; NULL: not known */
};

struct tested_kernels {
	struct tested_kernel *all;
	size_t n;
	struct machine_pool *pool; /* of all kernels' QEMU processes; NULL: none is used again */
	char *agent;               /* of --target host */
};

/* Finds all kernels that the options name. */
int tested_kernels_find(
	struct tested_kernels *kernels, const struct run_options *options, struct progress *progress, char **error);
/* Boots them, or takes their snapshots. -EINTR when a signal was noted in between. */
int tested_kernels_boot(
	struct tested_kernels *kernels, const struct run_options *options, struct progress *progress, char **error);
/* Builds the topologies of the cases on each that has come up, or takes their snapshots. -EINTR as above. */
int tested_kernels_stage(struct tested_kernels *kernels, const struct test_case *const *cases, size_t n_cases,
	const struct run_options *options, struct progress *progress, char **error);
/* Where a case on that topology starts. `alone`: in a QEMU process that has run nothing before. */
const struct target *tested_kernel_target(
	const struct tested_kernel *tested, const struct topology *topology, bool alone);
/* Why it cannot, or NULL. */
const char *tested_kernel_failure(const struct tested_kernel *tested, const struct topology *topology);
/* What the cases took, for the next run. */
void tested_kernels_remember(const struct tested_kernels *kernels, const struct run_options *options);
void tested_kernels_free(struct tested_kernels *kernels);

#endif
