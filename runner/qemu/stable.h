/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stable.h - machines between two guests, and the origins that they go back to. For one thread.
 */
#ifndef SCTPSPEC_RUNNER_QEMU_STABLE_H
#define SCTPSPEC_RUNNER_QEMU_STABLE_H

#include <stddef.h>

#include "runner/qemu/machine.h"
#include "runner/qemu/origin.h"

/* NULL without memory. `room`: for how many machines; one too many takes the place of the one that is idle longest. */
struct stable *stable_open(size_t room);
/* Ends the machines that are in it. */
void stable_close(struct stable *stable);

/* A machine that was launched on that memory, or NULL. */
struct machine *stable_take(struct stable *stable, const struct saved_state *saved);
/* Takes the machine over. */
void stable_put(struct stable *stable, struct machine *machine);
/* The snapshot's contents, read once, which stay the stable's. 0 or -errno. */
int stable_origin(struct stable *stable, const struct saved_state *saved, struct origin **out, char **error);
/* A machine that was taken out has been rewound. */
void stable_note_rewind(struct stable *stable);
/* Or could not be, for that reason: malloc'd, and the stable's from then on. */
void stable_note_failure(struct stable *stable, char *why);
/* Whether it is any use: not when the first machine could not be rewound. */
bool stable_is_in_use(const struct stable *stable);
/* How many machines were rewound, and how many could not be. */
size_t stable_rewinds(const struct stable *stable);
size_t stable_failures(const struct stable *stable);
/* Why the first could not be; "": all were. */
const char *stable_trouble(const struct stable *stable);

#endif
