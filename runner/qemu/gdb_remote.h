/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gdb_remote.h - the part of gdb's remote protocol that is needed to stop a guest at an address.
 */
#ifndef SCTPSPEC_RUNNER_QEMU_GDB_REMOTE_H
#define SCTPSPEC_RUNNER_QEMU_GDB_REMOTE_H

#include <stdint.h>

#include "runner/host/patience.h"

/*
 * Starts the waiting guest and lets it run until the instruction at `address` is the next one. `fd` is QEMU's gdb
 * channel. 0; -EPIPE when QEMU ended before; -EPROTO when the answer is not gdb's protocol; or the error of
 * patience_wait() when waiting any longer is of no use.
 */
int gdb_run_to(int fd, uint64_t address, struct patience *patience);

#endif
