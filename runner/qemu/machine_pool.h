/* SPDX-License-Identifier: Apache-2.0 */
/*
 * machine_pool.h - machines between two guests, and the states that they go back to. For one thread.
 */
#ifndef SCTPSPEC_RUNNER_QEMU_MACHINE_POOL_H
#define SCTPSPEC_RUNNER_QEMU_MACHINE_POOL_H

#include <stddef.h>

#include "runner/qemu/machine.h"
#include "runner/qemu/loaded_state.h"

/* NULL without memory. `room`: for how many machines; one too many takes the place of the one that is idle longest. */
struct machine_pool *machine_pool_open(size_t room);
/* Ends the machines that are in it. */
void machine_pool_close(struct machine_pool *pool);

/* A machine that was launched on that memory, or NULL. */
struct machine *machine_pool_take(struct machine_pool *pool, const struct saved_state *saved);
/* Takes the machine over. */
void machine_pool_put(struct machine_pool *pool, struct machine *machine);
/* The snapshot's contents, read once, which stay the pool's. 0 or -errno. */
int machine_pool_state(
	struct machine_pool *pool, const struct saved_state *saved, struct loaded_state **out, char **error);
/* A machine that was taken out has been rewound. */
void machine_pool_note_rewind(struct machine_pool *pool);
/* Or could not be, for that reason: malloc'd, and the pool's from then on. */
void machine_pool_note_failure(struct machine_pool *pool, char *why);
/* Whether it is any use: not when the first machine could not be rewound. */
bool machine_pool_works(const struct machine_pool *pool);
/* How many machines were rewound, and how many could not be. */
size_t machine_pool_rewinds(const struct machine_pool *pool);
size_t machine_pool_failures(const struct machine_pool *pool);
/* Why the first could not be; "": all were. */
const char *machine_pool_trouble(const struct machine_pool *pool);

#endif
