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

#include "runner/run/target.h"

/* How a job ended; it is ended and freed after the call that gets this. */
struct job_end {
	size_t position; /* in the plan */
	const struct target *target;
	const void *job; /* NULL when it could not be started: then `error` says why */
	const char *error;
	int status; /* of waitpid, unless hung */
	bool hung;  /* the watchdog ended it */
	double wall_ms;
};

struct workload {
	unsigned jobs;       /* side by side */
	int stop_descriptor; /* readable: stop, now (a signalfd); or -1 */
	void *context;
	/* The position in the plan of the job to start next; false: there is no more. */
	bool (*take)(void *context, size_t *position);
	const struct target *(*target)(void *context, size_t position);
	/* The order for a position, malloc'd. */
	char *(*order)(void *context, size_t position);
	double (*timeout_s)(void *context, size_t position);
	void (*started)(void *context, size_t position);
	/* 0, or a status that stops everything. */
	int (*ended)(void *context, const struct job_end *end);
	/* From time to time, at least some times a second. */
	void (*tick)(void *context);
};

/* 0: all have ended. -EINTR: stopped by the descriptor; -errno: by `ended`, or poll failed. Jobs that were
 * running then are killed, without being handed over. */
int workers_run(const struct workload *load);

#endif
