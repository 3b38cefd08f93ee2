/* SPDX-License-Identifier: Apache-2.0 */
/* kernel_paths.h - where a kernel that is no package has its image and its modules. */
#ifndef SCTPSPEC_RUNNER_KERNELS_KERNEL_PATHS_H
#define SCTPSPEC_RUNNER_KERNELS_KERNEL_PATHS_H

#include <stdbool.h>

struct kernel_paths {
	char *image;
	char *modules; /* lib/modules/RELEASE, or the build tree */
	bool tree;
};

/* `modules` is what a person gave as --modules, or NULL. */
int kernel_paths_of_image(const char *image, const char *modules, struct kernel_paths *out, char **error);
/* A build tree, an installed kernel's lib/modules/RELEASE, or a folder with an unpacked kernel. */
int kernel_paths_of_folder(const char *folder, const char *modules, struct kernel_paths *out, char **error);
/* Of this machine: /boot and /lib/modules. */
int kernel_paths_of_running(struct kernel_paths *out, char **error);
void kernel_paths_free(struct kernel_paths *paths);

#endif
