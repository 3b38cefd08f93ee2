/* SPDX-License-Identifier: Apache-2.0 */
/* kernel_module.h - the modules that a guest needs: which, in what order, and whether they fit. */
#ifndef SCTPSPEC_RUNNER_KERNELS_KERNEL_MODULE_H
#define SCTPSPEC_RUNNER_KERNELS_KERNEL_MODULE_H

#include <stdbool.h>
#include <stddef.h>

#include "runner/host/closure.h"
#include "runner/kernels/kernel.h"

struct guest_module {
	const char *name;
	bool needed;    /* a kernel without it, built in or as a module, cannot be tested */
	bool used;      /* cases use it; the others are there under one name or another */
	bool on_demand; /* it is not loaded until the kernel asks for it, which few networks make it do */
};

/* What guests are to have; a NULL name ends it. */
extern const struct guest_module guest_modules[];

/* The modules for SCTP, networks of namespaces and captures, with what they depend on: files, in the order of
 * loading. */
int kernel_module_list(const struct kernel *kernel, struct path_list *out, char **error);

/* Those that are loaded when the kernel asks: the names by which it may, separated by blanks, and the files in the
 * order of loading. Stops at the first that is not 0. */
typedef int kernel_module_demand(void *context, const char *names, const struct path_list *files);
int kernel_module_each_demand(const struct kernel *kernel, kernel_module_demand *take, void *context, char **error);

/* Whether the file is a module built for the kernel `release`. */
int kernel_module_check(const char *file, const char *release, char **error);

/* The name of a module by its file, malloc'd; NULL when it is none. */
char *kernel_module_name(const char *file);
/* The names of what a module's file says it depends on, "libcrc32c,udp_tunnel"; malloc'd. */
int kernel_module_depends(const char *file, char **depends, char **error);

#endif
