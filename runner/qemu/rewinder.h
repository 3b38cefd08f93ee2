/* SPDX-License-Identifier: Apache-2.0 */
/* rewinder.h - rewinds a machine on a thread of its own, since a thread that serves many guests has no time for it. */
#ifndef SCTPSPEC_RUNNER_QEMU_REWINDER_H
#define SCTPSPEC_RUNNER_QEMU_REWINDER_H

#include "runner/qemu/machine.h"
#include "runner/qemu/loaded_state.h"

struct rewinder;

/* Rewinds the machine and lets the guest run. Nobody else uses the machine, but to kill it, before it is done. */
int rewinder_start(struct machine *machine, struct loaded_state *state, struct rewinder **out, char **error);
/* Readable when it is done. */
int rewinder_descriptor(const struct rewinder *rewinder);
bool rewinder_is_done(const struct rewinder *rewinder);
/* Waits for it, and frees it. 0, or -errno and why: the machine is good for nothing any more. */
int rewinder_end(struct rewinder *rewinder, char **error);

#endif
