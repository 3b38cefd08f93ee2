/* SPDX-License-Identifier: Apache-2.0 */
/* schedule.c - what a run will do, in which order. */
#include "runner/run/schedule.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* When each worker has that many of the longest job to do, order begins to matter for when the last one ends. */
enum { LONGEST_FIRST_ROUNDS = 4 };

bool shard_parse(const char *text, struct shard *out)
{
	struct shard shard;
	char rest;
	if (text[0] < '0' || text[0] > '9')
		return false;
	if (sscanf(text, "%4u/%4u%c", &shard.index, &shard.of, &rest) != 2)
		return false;
	if (shard.index < 1 || shard.index > shard.of)
		return false;
	*out = shard;
	return true;
}

static bool shard_holds(struct shard shard, size_t position)
{
	return shard.of == 0 || position % shard.of == shard.index - 1;
}

size_t shard_select(const struct test_case **cases, size_t n, struct shard shard)
{
	size_t kept = 0;
	for (size_t i = 0; i < n; i++)
		if (shard_holds(shard, i))
			cases[kept++] = cases[i];
	return kept;
}

int queue_begin(struct queue *queue, const double *cost_ms, size_t n, unsigned jobs)
{
	*queue = (struct queue){
		.cost_ms = cost_ms,
		.taken = calloc(n ? n : 1, sizeof(bool)),
		.n = n,
		.jobs = jobs,
	};
	for (size_t i = 0; i < n; i++)
		queue->left_ms += cost_ms[i];
	return queue->taken ? 0 : -ENOMEM;
}

bool queue_take(struct queue *queue, size_t *position)
{
	while (queue->next < queue->n && queue->taken[queue->next])
		queue->next++;
	if (queue->next >= queue->n)
		return false;
	size_t longest = queue->next;
	for (size_t i = queue->next; i < queue->n; i++)
		if (!queue->taken[i] && queue->cost_ms[i] > queue->cost_ms[longest])
			longest = i;
	bool near_the_end = queue->left_ms <= queue->cost_ms[longest] * queue->jobs * LONGEST_FIRST_ROUNDS;
	*position = near_the_end ? longest : queue->next;
	queue->taken[*position] = true;
	queue->left_ms -= queue->cost_ms[*position];
	return true;
}

void queue_end(struct queue *queue)
{
	free(queue->taken);
	*queue = (struct queue){ 0 };
}

int turn_begin(struct turn *turn, size_t n)
{
	*turn = (struct turn){ .n = n, .done = calloc(n ? n : 1, sizeof(bool)) };
	return turn->done ? 0 : -ENOMEM;
}

void turn_done(struct turn *turn, size_t position)
{
	turn->done[position] = true;
}

bool turn_take(struct turn *turn, size_t *position)
{
	if (turn->next >= turn->n || !turn->done[turn->next])
		return false;
	*position = turn->next++;
	return true;
}

void turn_end(struct turn *turn)
{
	free(turn->done);
	*turn = (struct turn){ 0 };
}
