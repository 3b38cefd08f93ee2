/* SPDX-License-Identifier: Apache-2.0 */
/* features.h - which QEMU is installed and what it can do: QEMU is asked, its version number decides nothing. */
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
	bool reads_files;                /* it takes a saved state by path; QEMU 11 and later take no file descriptor */
	/*
	 * What record mode adds to the state of the devices, in a QEMU that has run nothing (device_state.h). 0 octets:
	 * this QEMU has no record mode, or cannot load a state in it; then no guest is rewound.
	 */
	unsigned char recorder[QEMU_RECORDER_MOST];
	size_t recorder_length;
};

/* Asks QEMU, or takes an earlier answer from the cache. 0 or -errno; a QEMU that can do little is no error. */
int qemu_features_find(struct qemu_features *out, char **error);
/* Asks for the recorder alone. 0, or -errno and why no guest can be rewound. */
int qemu_find_recorder(struct qemu_features *out, char **error);

#endif
