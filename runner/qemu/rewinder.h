/* SPDX-License-Identifier: Apache-2.0 */
/* rewinder.h - rewinds a machine on a thread of its own: the thread that serves many guests must not wait for it. */
#ifndef SCTPSPEC_RUNNER_QEMU_REWINDER_H
#define SCTPSPEC_RUNNER_QEMU_REWINDER_H

#include "runner/qemu/machine.h"
#include "runner/qemu/loaded_state.h"

struct rewinder;

/* Rewinds the machine and lets the guest run. Nobody else uses the machine, but to kill it, before it is done. */
int rewinder_start(struct machine *machine, struct loaded_state *state, struct rewinder **out, char **error);
/* A descriptor that is readable when the rewind is done. */
int rewinder_descriptor(const struct rewinder *rewinder);
bool rewinder_is_done(const struct rewinder *rewinder);
/* Waits for the rewind, and frees the rewinder. 0, or -errno and why; then the machine can only be freed. */
int rewinder_end(struct rewinder *rewinder, char **error);

#endif
