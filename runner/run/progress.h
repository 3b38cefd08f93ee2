/* SPDX-License-Identifier: Apache-2.0 */
/*
 * progress.h - what a person sees while a run goes on, on stderr: one updating line on a terminal, a line
 * for each finished case elsewhere.
 */
#ifndef SCTPSPEC_RUNNER_RUN_PROGRESS_H
#define SCTPSPEC_RUNNER_RUN_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "runner/host/patience.h"
#include "runner/verdict/case_log.h"

struct progress {
	FILE *out;
	bool terminal, colour, quiet, verbose;
	bool line_open; /* the updating line is on the screen */

	size_t total, done, unexpected;
	unsigned jobs;
	const char *const *names; /* of the plan */
	bool *running;
	const double *weight; /* what each is expected to cost, in ms of a worker */
	double weight_done, spent_ms;
	double started_ms;
	double starved_ms; /* when it was told last, where there is no updating line */
};

/* A step before the cases: "downloading …". A progress callback of guest.h. */
void progress_step(void *opaque, const char *words);

/* `cost_ms` is what each is expected to take a worker. 0 or -ENOMEM. */
int progress_begin(struct progress *progress, const char *const *names, const double *cost_ms, size_t n, unsigned jobs);
void progress_started(struct progress *progress, size_t position);
/* It has ended; the time that it took improves the estimate. */
void progress_ended(struct progress *progress, size_t position, enum verdict verdict, double wall_ms);
/* Its result is in the log: the line about it. `wall_ms`: of all its attempts. */
void progress_reported(struct progress *progress, const char *name, const struct case_result *result, double wall_ms);
/* `slowest`: the job that runs for the longest time, if it can be starved; or NULL. */
void progress_tick(struct progress *progress, const struct patience *slowest);
void progress_end(struct progress *progress);

/* What a case of which nothing is known costs a worker: starting a guest, and its guest time. Pure. */
double progress_weight_ms(int64_t longest_ns);
/* Milliseconds still to go: what is left, at the speed so far, or as measured elsewhere at first. Pure. */
double progress_left_ms(double weight_left, double weight_done, double spent_ms, unsigned jobs);

#endif
