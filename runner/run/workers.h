/* SPDX-License-Identifier: Apache-2.0 */
/*
 * workers.h - runs the jobs of a plan side by side, in one thread.
 *
 * A worker is a slot with a job in it. The loop takes the next job as slots become free, waits for the first
 * to end (or to have run too long), and hands it over.
 */
#ifndef SCTPSPEC_RUNNER_RUN_WORKERS_H
#define SCTPSPEC_RUNNER_RUN_WORKERS_H

#include <stdbool.h>
#include <stddef.h>

#include "runner/host/patience.h"
#include "runner/run/target.h"

/* What a worker does: an attempt at a case. */
struct attempt;
struct job {
	struct attempt *attempt;       /* handed back with the job */
	const struct target *target;   /* where it runs */
	char *order;                   /* malloc'd, the workers' from then on; NULL: there was no memory for one */
	struct patience_limits limits; /* beyond which nobody waits for its end */
};

/* How a job ended; what runs is ended and freed after the call that gets this. */
struct job_end {
	const struct job *job;
	const void *running; /* the target's; NULL when it could not be started: then `error` says why */
	const char *error;
	int status;            /* of waitpid, when it ended by itself */
	enum patience_end why; /* PATIENCE_LASTS: by itself; otherwise why it was ended, */
	const char *waited;    /* and the same in words (patience_explain) */
	double wall_ms;
};

struct workload {
	unsigned jobs;       /* side by side */
	int stop_descriptor; /* readable: stop, now (a signalfd); or -1 */
	void *context;
	/* The job to start next, which is started then; false: there is no more. */
	bool (*next)(void *context, struct job *job);
	/* 0, or a status that stops everything. */
	int (*ended)(void *context, const struct job_end *end);
	/* From time to time, at least some times a second. `slowest`: of the job that runs for the longest time. */
	void (*tick)(void *context, const struct patience *slowest);
};

/* 0: all have ended. -EINTR: stopped by the descriptor; -errno: by `ended`, or poll failed. Jobs that were
 * running then are killed, without being handed over. */
int workers_run(const struct workload *load);

#endif
