/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plan.h - what a run will do, in which order. Pure.
 *
 * The plan order is the order of the selected cases (sorted by id). Results are written in it, whoever
 * finished first.
 */
#ifndef SCTPSPEC_RUNNER_PLAN_H
#define SCTPSPEC_RUNNER_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runner/case.h"

/* "--shard I/N": this is part I of N, from 1. Cases are dealt out one by one, so that the parts of N
 * runs are the whole, without overlap, and each part has something of each area. */
struct shard {
	unsigned index, of; /* 0/0: everything */
};
bool shard_parse(const char *text, struct shard *out);
bool shard_holds(struct shard shard, size_t position);

/* Keeps what belongs to the shard, in order; gives how many that are. */
size_t plan_shard(const struct test_case **cases, size_t n, struct shard shard);

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
