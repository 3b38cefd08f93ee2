/* SPDX-License-Identifier: Apache-2.0 */
/*
 * held.h - a guest that is held by its debugger and its monitor, so that it can be stopped at an instruction and
 * saved there: what a boot and a stage have in common.
 */
#ifndef SCTPSPEC_RUNNER_GUEST_HELD_H
#define SCTPSPEC_RUNNER_GUEST_HELD_H

#include <stdint.h>

#include "runner/guest/guest.h"
#include "runner/qemu/qemu.h"

struct held {
	const char *what; /* for messages: "the kernel 6.1.0-39-cloud-amd64" */
	const struct guest_options *options;
	int gdb, qmp;        /* our ends */
	int ram, box, words; /* files in memory */
	char *console;       /* path */
	pid_t pid;
};

/* Makes its memory, its box and its channels; the console is FOLDER/console.txt. 0 or -errno. */
int held_open(
	struct held *held, const char *what, const struct guest_options *options, const char *folder, char **error);
/* Starts QEMU with the machine and these further arguments, which are freed; it waits to be let go. `kept`: a
 * descriptor that it inherits, or -1. */
int held_start(struct held *held, struct qemu_arguments *further, int kept, char **error);
/* The same for one that goes on from a snapshot, with an order in its box. `files`: the order's payload. */
int held_resume(struct held *held, const struct snapshot *from, const char *order, const struct box_payload *files,
	size_t n_files, char **error);
/* Lets it run until the instruction at `address` is the next one. On failure the sentence has the console's or
 * QEMU's last words. */
int held_run_to(struct held *held, uint64_t address, char **error);
/* Its devices, ready for a guest that is to be restored (device_state.h); malloc'd. -EAGAIN, without a sentence: it
 * does not stand exactly where it usually does, and HELD_TRIES are left for that. */
#define HELD_TRIES 5
int held_save(struct held *held, unsigned tries_left, unsigned char **stream, size_t *length, char **error);
/* Its memory, QEMU_MEMORY MiB, mapped; NULL when that fails. */
unsigned char *held_memory(const struct held *held);
/* Ends QEMU if it runs, and gives everything back. */
void held_close(struct held *held);

#endif
