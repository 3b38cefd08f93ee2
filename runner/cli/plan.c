/* SPDX-License-Identifier: Apache-2.0 */
/* plan.c - what a run will do, in which order. */
#include "runner/cli/plan.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

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

bool shard_holds(struct shard shard, size_t position)
{
	return shard.of == 0 || position % shard.of == shard.index - 1;
}

size_t plan_shard(const struct test_case **cases, size_t n, struct shard shard)
{
	size_t kept = 0;
	for (size_t i = 0; i < n; i++)
		if (shard_holds(shard, i))
			cases[kept++] = cases[i];
	return kept;
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
