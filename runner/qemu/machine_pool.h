/* SPDX-License-Identifier: Apache-2.0 */
/*
 * machine_pool.h - machines that wait for their next guest, and the snapshots' contents for rewinding them. For one
 * thread.
 */
#ifndef SCTPSPEC_RUNNER_QEMU_MACHINE_POOL_H
#define SCTPSPEC_RUNNER_QEMU_MACHINE_POOL_H

#include <stddef.h>

#include "runner/qemu/machine.h"
#include "runner/qemu/loaded_state.h"

/* `room` is the greatest number of machines: one more replaces the one that is idle longest. NULL without memory. */
struct machine_pool *machine_pool_open(size_t room);
/* Ends the machines that are in it. */
void machine_pool_close(struct machine_pool *pool);

/* Takes out a machine that was launched on the memory of `saved`; NULL: the pool has none. */
struct machine *machine_pool_take(struct machine_pool *pool, const struct saved_state *saved);
/* Puts a machine in; from then on the pool owns it. */
void machine_pool_put(struct machine_pool *pool, struct machine *machine);
/* Gives the snapshot's contents, which are read once; the pool owns them. 0 or -errno. */
int machine_pool_state(
	struct machine_pool *pool, const struct saved_state *saved, struct loaded_state **out, char **error);
/* Counts a machine that was taken out and could be rewound. */
void machine_pool_note_rewind(struct machine_pool *pool);
/* Counts one that could not be rewound. `why` is malloc'd; the pool owns it from then on. */
void machine_pool_note_failure(struct machine_pool *pool, char *why);
/* False once the very first rewind has failed: then no other is tried. */
bool machine_pool_works(const struct machine_pool *pool);
/* How many machines were rewound, and how many could not be. */
size_t machine_pool_rewinds(const struct machine_pool *pool);
size_t machine_pool_failures(const struct machine_pool *pool);
/* Why the first of those could not be rewound; "": all were. */
const char *machine_pool_trouble(const struct machine_pool *pool);

#endif
