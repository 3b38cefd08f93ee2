/* SPDX-License-Identifier: Apache-2.0 */
/*
 * late_modules.h - a replaced module that is loaded last, into a guest that has booted with all the rest. Whoever
 * builds one module after the other boots once.
 */
#ifndef SCTPSPEC_RUNNER_GUEST_LATE_MODULES_H
#define SCTPSPEC_RUNNER_GUEST_LATE_MODULES_H

#include <stdbool.h>

#include "runner/guest/boot.h"
#include "runner/guest/guest.h"
#include "runner/host/sha256.h"
#include "runner/kernels/kernel_module.h"

struct late_modules {
	struct kernel before;     /* the same kernel without them; shares its texts with the kernel it was made of */
	struct path_list modules; /* the replaced one, and those that need it */
};

/* Whether it is to be done so: with KVM it is not, nor for a kernel that leaves a module out. */
bool late_modules_are_used(const struct kernel *kernel, const struct guest_options *options);
int late_modules_find(const struct kernel *kernel, struct late_modules *out, char **error);
void late_modules_free(struct late_modules *late);

/* Adds the modules' contents. */
int late_modules_digest(const struct late_modules *late, struct sha256_ctx *sum, char **error);
/* Loads them into a guest that goes on from `before`, and writes the snapshot's files to `folder`. */
int late_modules_save(const struct late_modules *late, const struct snapshot *before, const char *folder,
	struct boot_times *times, char **error);

#endif
