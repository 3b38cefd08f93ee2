/* SPDX-License-Identifier: Apache-2.0 */
/*
 * debugged_guest.h - a guest with QEMU's debugger and monitor attached, so that it can be stopped at an instruction and
 * saved there. A boot and a stage both need this.
 */
#ifndef SCTPSPEC_RUNNER_GUEST_DEBUGGED_GUEST_H
#define SCTPSPEC_RUNNER_GUEST_DEBUGGED_GUEST_H

#include <stdint.h>

#include "runner/guest/guest.h"
#include "runner/qemu/qemu.h"

struct debugged_guest {
	const char *what; /* for messages: "the kernel 6.1.0-39-cloud-amd64" */
	const struct guest_options *options;
	int gdb, qmp;        /* our ends */
	int ram, box, words; /* files in memory */
	char *console;       /* path */
	pid_t pid;
};

/* Makes its memory, its box and its channels; the console is FOLDER/console.txt. 0 or -errno. */
int debugged_guest_open(struct debugged_guest *debugged, const char *what, const struct guest_options *options,
	const char *folder, char **error);
/* Starts QEMU with the machine and these further arguments, which are freed. The guest does not run yet. `kept`: a
 * descriptor that QEMU inherits, or -1. */
int debugged_guest_start(struct debugged_guest *debugged, struct qemu_arguments *further, int kept, char **error);
/* The same for a guest that is restored from a snapshot, with an order in its box. `files`: the order's payload. */
int debugged_guest_resume(struct debugged_guest *debugged, const struct snapshot *from, const char *order,
	const struct box_payload *files, size_t n_files, char **error);
/* Lets the guest run until the instruction at `address` is the next one. On failure the sentence has the console's
 * or QEMU's last words. */
int debugged_guest_run_to(struct debugged_guest *debugged, uint64_t address, char **error);
/* Saves the state of the guest's devices, prepared for a restore (device_state.h); malloc'd. -EAGAIN, without a
 * sentence: the guest was not saved at the usual instant, and may be tried again, up to SAVE_TRIES times in all. */
#define SAVE_TRIES 5
int debugged_guest_save(
	struct debugged_guest *debugged, unsigned tries_left, unsigned char **stream, size_t *length, char **error);
/* Maps the guest's memory of QEMU_MEMORY MiB; NULL when that fails. */
unsigned char *debugged_guest_memory(const struct debugged_guest *debugged);
/* Ends QEMU if it runs, and gives everything back. */
void debugged_guest_close(struct debugged_guest *debugged);

#endif
