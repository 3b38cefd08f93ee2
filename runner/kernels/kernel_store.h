/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kernel_store.h - the kernels in the cache: an entry has the vmlinux, the modules, and a description.
 */
#ifndef SCTPSPEC_RUNNER_KERNELS_KERNEL_STORE_H
#define SCTPSPEC_RUNNER_KERNELS_KERNEL_STORE_H

#include <stdint.h>

#include "runner/kernels/kernel.h"
#include "runner/kernels/kernel_gather.h"

/* Finds it by what it is made of, or makes it. All but the name and the override of *out is set. */
int kernel_store_put(
	const struct kernel_source *source, const struct kernel_request *request, struct kernel *out, char **error);
/* By its key; -ENOENT without a sentence when there is none. */
int kernel_store_get(const char *key, struct kernel *out, char **error);

struct stored_kernel {
	char *key, *release, *origin;
};

struct stored_kernels {
	struct stored_kernel *all;
	size_t n;
};

/* Sorted by release, as a person would. */
int kernel_store_list(struct stored_kernels *out, char **error);
void stored_kernels_free(struct stored_kernels *kernels);
/* Whether a person means it: by its release, its origin, or six and more digits of its key. */
bool stored_kernel_is(const struct stored_kernel *kernel, const char *name);
/* With its snapshots; a sentence when it is in use. */
int kernel_store_remove(const struct stored_kernel *kernel, char **error);
/* -EUCLEAN and a sentence when one of its files has changed. */
int kernel_store_verify(const struct stored_kernel *kernel, char **error);

#endif
