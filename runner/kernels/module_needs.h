/* SPDX-License-Identifier: Apache-2.0 */
/*
 * module_needs.h - which of a folder's modules a guest needs: an installed kernel's lib/modules/RELEASE,
 * or a build tree in which only some modules may have been built.
 */
#ifndef SCTPSPEC_RUNNER_KERNELS_MODULE_NEEDS_H
#define SCTPSPEC_RUNNER_KERNELS_MODULE_NEEDS_H

#include "runner/host/closure.h"

struct module_needs {
	struct path_list files;    /* relative to the folder, each after what it depends on */
	struct path_list missing;  /* modules that every guest needs, and that do not exist there */
	struct path_list left_out; /* modules that some cases use, and that do not exist there */
};

/* 0 also when something is missing. */
int module_needs_find(const char *folder, struct module_needs *out, char **error);
void module_needs_free(struct module_needs *needs);

#endif
