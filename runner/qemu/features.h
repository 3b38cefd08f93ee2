/* SPDX-License-Identifier: Apache-2.0 */
/* features.h - which QEMU is installed and what it can do, which is asked of it and not concluded from its version. */
#ifndef SCTPSPEC_RUNNER_QEMU_FEATURES_H
#define SCTPSPEC_RUNNER_QEMU_FEATURES_H

#include <stdbool.h>
#include <stddef.h>

#include "runner/host/sha256.h"

#define QEMU_PROGRAM "qemu-system-x86_64"
#define QEMU_VERSION_MOST 160
#define QEMU_RECORDER_MOST 256

struct qemu_features {
	char version[QEMU_VERSION_MOST]; /* "QEMU emulator version 7.2.22 (...)" */
	char sha256[SHA256_HEX];         /* of the program */
	bool reads_files;                /* a saved state by its path; since 11 a file's descriptor will not do */
	/*
	 * What record mode adds to the state of the devices, of a QEMU that has run nothing (device_state.h). 0 octets:
	 * it has no such mode or no way to load a state with it, and no guest of it is rewound.
	 */
	unsigned char recorder[QEMU_RECORDER_MOST];
	size_t recorder_length;
};

/* Asks it, or recalls what was answered. 0 or -errno; that it can do little is no error. */
int qemu_features_find(struct qemu_features *out, char **error);
/* Asks for the recorder alone. 0, or -errno and why no guest can be rewound. */
int qemu_find_recorder(struct qemu_features *out, char **error);

#endif
