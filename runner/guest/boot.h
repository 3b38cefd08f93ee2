/* SPDX-License-Identifier: Apache-2.0 */
/* boot.h - boots a kernel to the point where its agent waits for an order, and saves it there. */
#ifndef SCTPSPEC_RUNNER_GUEST_BOOT_H
#define SCTPSPEC_RUNNER_GUEST_BOOT_H

#include "runner/guest/guest.h"

struct boot_times {
	double boot_ms; /* to the snapshot point */
	double make_ms; /* until all was written */
};

/*
 * Writes FOLDER/ram, FOLDER/dev and FOLDER/console.txt. On failure the sentence has the console's
 * or QEMU's last words.
 */
int boot_and_save(const struct kernel *kernel, const struct guest_options *options, const char *image,
	const char *folder, struct boot_times *times, char **error);

/* The same for a guest that goes on from a snapshot and loads modules: `order` and `files` say which. */
int load_and_save(const struct snapshot *from, const char *order, const struct box_payload *files, size_t n_files,
	const char *folder, struct boot_times *times, char **error);

#endif
