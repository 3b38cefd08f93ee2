/* SPDX-License-Identifier: Apache-2.0 */
/* pool.c - see pool.h: a list of blocks, each as large as what was asked for, at least a page. */
#include "reports/pool.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_SIZE ((size_t)16384)

struct block {
	struct block *next;
	size_t used, size;
	alignas(max_align_t) unsigned char bytes[];
};

struct report_pool {
	struct block *blocks;
};

struct report_pool *pool_new(void)
{
	return calloc(1, sizeof(struct report_pool));
}

void *pool_take(struct report_pool *pool, size_t size)
{
	struct block *block = pool->blocks;

	if (size > SIZE_MAX / 2)
		return NULL;
	size = (size + alignof(max_align_t) - 1) / alignof(max_align_t) * alignof(max_align_t);
	if (!block || block->size - block->used < size) {
		const size_t room = size > BLOCK_SIZE ? size : BLOCK_SIZE;

		block = calloc(1, sizeof(*block) + room);
		if (!block)
			return NULL;
		block->size = room;
		block->next = pool->blocks;
		pool->blocks = block;
	}

	void *taken = block->bytes + block->used;
	block->used += size;
	return taken;
}

void pool_free(struct report_pool *pool)
{
	if (!pool)
		return;
	for (struct block *block = pool->blocks, *next; block; block = next) {
		next = block->next;
		free(block);
	}
	free(pool);
}

/* The room doubles, so it is full exactly when the count is zero or a power of two. */
void *pool_grow(struct report_pool *pool, void *array, size_t *n, size_t size)
{
	unsigned char *items;

	memcpy(&items, array, sizeof(items));
	if ((*n & (*n - 1)) == 0) {
		const size_t room = *n ? 2 * *n : 1;
		unsigned char *moved = room > SIZE_MAX / size ? NULL : pool_take(pool, room * size);

		if (!moved)
			return NULL;
		if (*n)
			memcpy(moved, items, *n * size);
		items = moved;
		memcpy(array, &items, sizeof(items));
	}
	return items + (*n)++ * size;
}
