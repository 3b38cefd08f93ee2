/* SPDX-License-Identifier: Apache-2.0 */
/*
 * schedule.h - what a run will do, in which order. Pure.
 *
 * The plan order is the order of the selected cases (sorted by id), each on all kernels in the order in which
 * these were named. Results are written in it, whoever finished first.
 */
#ifndef SCTPSPEC_RUNNER_RUN_SCHEDULE_H
#define SCTPSPEC_RUNNER_RUN_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runner/engine/case.h"

/* "--shard I/N": this is part I of N, from 1. Cases are dealt out one by one, so that the parts of N
 * runs are the whole, without overlap, and each part has something of each area. */
struct shard {
	unsigned index, of; /* 0/0: everything */
};
bool shard_parse(const char *text, struct shard *out);

/* Keeps what belongs to the shard, in order; gives how many that are. */
size_t shard_select(const struct test_case **cases, size_t n, struct shard shard);

/*
 * What starts next: the longest job of those that are left, so that the workers end together; but as long as there
 * is much more to do than the longest takes, the plan's next, so that results come in about the order in which
 * they are written.
 */
struct queue {
	const double *cost_ms; /* expected, by position */
	bool *taken;
	size_t n, next;
	double left_ms; /* of all that are not taken */
	unsigned jobs;
};
int queue_begin(struct queue *queue, const double *cost_ms, size_t n, unsigned jobs);
/* False when all are taken. */
bool queue_take(struct queue *queue, size_t *position);
void queue_end(struct queue *queue);

/* Results come in any order and leave in plan order: hand in what is done, take what is due. */
struct turn {
	size_t n;    /* planned */
	size_t next; /* whose turn it is */
	bool *done;
};
int turn_begin(struct turn *turn, size_t n);
void turn_done(struct turn *turn, size_t position);
/* True with the next position whose result shall be written now. */
bool turn_take(struct turn *turn, size_t *position);
void turn_end(struct turn *turn);

#endif
