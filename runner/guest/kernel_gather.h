/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kernel_gather.h - a kernel's files out of wherever they are, into one folder:
 * FOLDER/image (bzImage or ELF) and FOLDER/tree/lib/modules/RELEASE/.
 */
#ifndef SCTPSPEC_RUNNER_KERNEL_GATHER_H
#define SCTPSPEC_RUNNER_KERNEL_GATHER_H

#include <stddef.h>

#include "runner/guest/sha256.h"

/* All give *origin, malloc'd: what it was, with its version. */
int gather_packages(
	const char *const *debs, size_t n, const char *folder, char **origin, char **error);
int gather_image(
	const char *image, const char *modules, const char *folder, char **origin, char **error);

/* Where in a folder with an unpacked kernel the image and the module tree are; malloc'd. */
int gather_search_image(const char *folder, char **image, char **error);
int gather_search_modules(const char *folder, char **modules, char **error);

/* Adds names, sizes and times of a module tree's files to a digest: reading them all takes too
 * long. */
int gather_mark_modules(const char *modules, struct sha256 *sum, char **error);

#endif
