/* SPDX-License-Identifier: Apache-2.0 */
/* pool.h - memory that lives and dies together: all of a model that was read from a log. */
#ifndef SCTPSPEC_REPORTS_POOL_H
#define SCTPSPEC_REPORTS_POOL_H

#include <stddef.h>

struct report_pool;

struct report_pool *pool_new(void);
/* Zeroed. NULL without memory; the pool stays good. */
void *pool_take(struct report_pool *pool, size_t size);
void pool_free(struct report_pool *pool);

/*
 * Room for one more item in a growing array: zeroed and counted. `array` is the address of the
 * pointer to its `*n` items of `size` bytes (NULL and 0 at first). NULL without memory. Items may
 * move when the array grows, so keep no pointer into it while it does.
 */
void *pool_grow(struct report_pool *pool, void *array, size_t *n, size_t size);

#endif
