/* SPDX-License-Identifier: Apache-2.0 */
/*
 * late.h - a replaced module that is loaded last, into a guest that has booted with all the rest. Whoever
 * builds one module after the other boots once.
 */
#ifndef SCTPSPEC_RUNNER_GUEST_LATE_H
#define SCTPSPEC_RUNNER_GUEST_LATE_H

#include <stdbool.h>

#include "runner/guest/boot.h"
#include "runner/guest/guest.h"
#include "runner/host/sha256.h"
#include "runner/kernels/kernel_module.h"

struct late {
	struct kernel before;     /* the same kernel without them; shares its texts with the kernel it was made of */
	struct path_list modules; /* the replaced one, and those that need it */
};

/* Whether it is to be done so: with KVM it is not, nor for a kernel that leaves a module out. */
bool late_applies(const struct kernel *kernel, const struct guest_options *options);
int late_find(const struct kernel *kernel, struct late *out, char **error);
void late_free(struct late *late);

/* Adds the modules' contents. */
int late_digest(const struct late *late, struct sha256_ctx *sum, char **error);
/* Loads them into a guest that goes on from `before`, and writes the snapshot's files to `folder`. */
int late_save(const struct late *late, const struct snapshot *before, const char *folder, struct boot_times *times,
	char **error);

#endif
