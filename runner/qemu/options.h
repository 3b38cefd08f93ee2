/* SPDX-License-Identifier: Apache-2.0 */
/* options.h - what a guest's machine is like, and the state that such a machine goes on from. */
#ifndef SCTPSPEC_RUNNER_QEMU_OPTIONS_H
#define SCTPSPEC_RUNNER_QEMU_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "runner/protocol/clock.h"
#include "runner/qemu/features.h"

enum guest_accel { ACCEL_TCG, ACCEL_KVM };

/* A file of this machine, or a folder with all that is in it, that is copied into the guest's image. */
struct image_tree {
	const char *path; /* on this machine */
	char *name;       /* in the guest */
};

struct guest_options {
	enum guest_clock clock;
	enum guest_accel accel;         /* ACCEL_KVM implies the real clock */
	bool terminal;                  /* a second serial port, which needs the real clock */
	const char *agent;              /* path of sctpspec-agent; NULL: beside this program or in libexec */
	const struct image_tree *trees; /* further contents of the image; must live as long as the snapshot */
	size_t n_trees;
};

/* A machine that was stopped and saved: files in the cache. The owner of this holds the lock that keeps them there. */
struct saved_state {
	char *ram, *devices;       /* files to restore from */
	struct qemu_features qemu; /* the QEMU that saved them; only the same one can restore them */
	struct guest_options options;
};

#endif
