/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rewind.h - brings a machine whose guest has stayed at its end back to a snapshot.
 *
 * The guest has its memory, its processor and its devices as they were, to the bit, as if QEMU had just been started on
 * the snapshot; QEMU keeps the translations of the guest's instructions, which take most of a guest's time.
 */
#ifndef SCTPSPEC_RUNNER_QEMU_REWIND_H
#define SCTPSPEC_RUNNER_QEMU_REWIND_H

#include "runner/qemu/machine.h"
#include "runner/qemu/loaded_state.h"

/*
 * The machine was launched on a snapshot of the same memory, and stopped. It stands at the snapshot after that, and
 * waits for the monitor's "cont". 0 or -errno, and then it is good for nothing any more.
 */
int machine_rewind(struct machine *machine, struct loaded_state *state, char **error);

/* Whether that can be done at all, with this QEMU and on this machine. 0, or -errno and why not. */
int rewind_check(char **error);

#endif
