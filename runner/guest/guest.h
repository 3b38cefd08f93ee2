/* SPDX-License-Identifier: Apache-2.0 */
/*
 * guest.h - a guest: restored from a snapshot, it carries out one order.
 *
 *	kernel_resolve   -> kernel (vmlinux and modules, in the cache): kernels/
 *	snapshot_ensure  -> snapshot: the kernel booted once, its agent waiting for an order
 *	snapshot_stage   -> a stage: the same guest further, with a network built
 *	guest_start      -> a guest restored from either, with one order; guest_poll until it has ended
 *
 * This is the head of guest/, the room between kernels/ and qemu/. It makes a bootable image (image.c, user_files.c),
 * boots it and saves it at an exact instruction (boot.c, debugged_guest.c), loads a replaced module last
 * (late_modules.c), builds networks once (stage.c), and runs guests. run/ and cli/ call it. Functions give 0 or -errno
 * and, where there is one, a malloc'd sentence in *error.
 *
 * Owners: a snapshot holds its cache entry open until snapshot_free(), and has to outlive its guests. A guest
 * owns its machine, and gives it to the pool of its snapshot when the guest has stayed at its end.
 *
 * Threads and processes: snapshots of different kernels, and stages of different topologies, are made on several
 * threads at once, and by several sctpspec processes: one makes an entry, the others wait for it. All guests of a
 * run are started, polled and freed on one thread, which sleeps in poll() on guest_descriptor(). A guest's writes
 * wake nobody, so a timer makes that descriptor readable every 1 to 4 ms while the guest runs.
 *
 * What may go wrong: the kernel does not boot, panics or hangs while it boots (the sentence has its console's last
 * words); a restore fails; the guest panics, hangs or never answers. guest_poll() and guest_kill() always leave the box
 * readable, so what the agent had committed is not lost. When a machine cannot be rewound, the order goes into a new
 * machine, and the caller does not notice.
 *
 * Weaknesses: a snapshot is good for the QEMU that made it, and one made under KVM for one processor; both are in its
 * key. `from` in struct guest is a shallow copy of the caller's snapshot. The file system in the image is not
 * compressed, so large files in it make large snapshots.
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
/* A descriptor that is readable when guest_poll should be called: from time to time while the guest runs, and
 * always when the QEMU process has ended. */
int guest_descriptor(const struct guest *guest);
pid_t guest_pid(const struct guest *guest);
enum guest_state { GUEST_RUNNING, GUEST_ENDED };
/* Reaps if it has ended. *status: of waitpid. */
enum guest_state guest_poll(struct guest *guest, int *status);
void guest_kill(struct guest *guest); /* SIGKILL and reap */
/* The kernel's console so far; malloc'd, NUL-ended, bytes that are not text made harmless. */
char *guest_console(const struct guest *guest);
/* Once it has ended: bytes of memory that its QEMU had at most, with the pages that it shares with other guests. */
size_t guest_peak_memory(const struct guest *guest);
/* Where its wall time went, from the launch on. */
const struct phases *guest_phases(const struct guest *guest);
void guest_free(struct guest *guest); /* kills if it runs; removes its temporary files */

#endif
