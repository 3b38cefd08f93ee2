/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gdb_remote.h - the little of gdb's remote protocol that it takes to stop a guest at an address.
 */
#ifndef SCTPSPEC_RUNNER_QEMU_GDB_REMOTE_H
#define SCTPSPEC_RUNNER_QEMU_GDB_REMOTE_H

#include <stdint.h>

#include "runner/host/patience.h"

/*
 * Lets the guest, which waits to be started, run until the instruction at `address` is the next
 * one. `fd` is QEMU's gdb channel. 0; -EPIPE when QEMU ended before; -EPROTO; or what patience_wait()
 * gives when there is no use in waiting.
 */
int gdb_run_to(int fd, uint64_t address, struct patience *patience);

#endif
