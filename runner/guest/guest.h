/* SPDX-License-Identifier: Apache-2.0 */
/*
 * guest.h - kernels, images, snapshots and guests, as the command line uses them.
 *
 *	kernel_resolve -> kernel (vmlinux + modules, in the cache)
 *	snapshot_ensure -> snapshot (booted once, kept in the cache)
 *	guest_start -> a guest restored from it, running one order; guest_poll until it is over
 *
 * Functions give 0 or -errno and, where there is one, a malloc'd sentence in *error.
 */
#ifndef SCTPSPEC_RUNNER_GUEST_GUEST_H
#define SCTPSPEC_RUNNER_GUEST_GUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "runner/guest/snapshot.h"
#include "runner/protocol/box.h"
#include "runner/protocol/phases.h"

struct guest; /* one QEMU process, its box and its console */

/* Restores a guest and lets it run `order` (JSON text), with payload files for it. The snapshot has to live as long. */
int guest_start(const struct snapshot *snapshot, const char *order, const struct box_payload *files, size_t n_files,
	struct guest **out, char **error);
const struct box *guest_box(const struct guest *guest);
/* The same on a snapshot with a terminal: a connected stream socket, which stays the caller's. */
int guest_start_on_terminal(const struct snapshot *snapshot, const char *order, const struct box_payload *files,
	size_t n_files, int terminal, struct guest **out, char **error);
/* A descriptor that is readable when it is time for guest_poll: for good when the QEMU process has
 * ended, now and then before. */
int guest_descriptor(const struct guest *guest);
pid_t guest_pid(const struct guest *guest);
enum guest_state { GUEST_RUNNING, GUEST_ENDED };
/* Reaps if it has ended. *status: of waitpid. */
enum guest_state guest_poll(struct guest *guest, int *status);
void guest_kill(struct guest *guest); /* SIGKILL and reap */
/* The kernel's console so far; malloc'd, NUL-ended, bytes that are not text made harmless. */
char *guest_console(const struct guest *guest);
/* Bytes of memory that its QEMU had at most, the pages that it shares with other guests among them; once it has ended.
 * */
size_t guest_peak_memory(const struct guest *guest);
/* Where its wall time went, from the launch on. */
const struct phases *guest_phases(const struct guest *guest);
void guest_free(struct guest *guest); /* kills if it runs; removes its temporary files */

#endif
