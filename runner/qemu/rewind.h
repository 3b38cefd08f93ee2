/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rewind.h - brings a machine whose guest has stayed at its end back to a snapshot.
 *
 * Memory, processor and devices become what they are in the snapshot, to the bit, as if QEMU had just been started on
 * it. QEMU keeps its translations of the guest's instructions; to make them takes most of a new guest's time.
 */
#ifndef SCTPSPEC_RUNNER_QEMU_REWIND_H
#define SCTPSPEC_RUNNER_QEMU_REWIND_H

#include "runner/qemu/machine.h"
#include "runner/qemu/loaded_state.h"

/*
 * Rewinds a stopped machine that was launched on a snapshot of the same memory. Afterwards it is in the snapshot's
 * state and waits for the monitor's "cont". 0 or -errno; after an error the machine can only be freed.
 */
int machine_rewind(struct machine *machine, struct loaded_state *state, char **error);

/* Whether this QEMU on this machine can rewind at all. 0, or -errno and why not. */
int rewind_check(char **error);

#endif
