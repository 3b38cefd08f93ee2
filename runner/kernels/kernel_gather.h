/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kernel_gather.h - collects a kernel's files, wherever they are, in one folder: FOLDER/vmlinux,
 * FOLDER/tree/lib/modules/RELEASE/, and, where it is found, FOLDER/config.
 */
#ifndef SCTPSPEC_RUNNER_KERNELS_KERNEL_GATHER_H
#define SCTPSPEC_RUNNER_KERNELS_KERNEL_GATHER_H

#include <stdbool.h>
#include <stddef.h>

#include "runner/host/sha256.h"
#include "runner/kernels/vmlinux.h"

/* Where a kernel's files are. */
struct kernel_source {
	const char *const *packages; /* .deb or .rpm, or */
	size_t n_packages;
	bool dependencies;   /* of packages, where one may have nothing of a kernel in it */
	const char *image;   /* an image, and */
	const char *modules; /* the folder with its modules */
	bool tree;           /* which is a build tree */
};

/* What it is made of, by contents: names and times of files do not matter. */
int gather_digest(const struct kernel_source *source, struct sha256_ctx *sum, char **error);
/* *origin, malloc'd: what it was, with its version. */
int gather_kernel(const struct kernel_source *source, const char *folder, struct vmlinux_banner *banner, char **origin,
	char **error);

#endif
