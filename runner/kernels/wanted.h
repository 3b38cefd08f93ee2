/* SPDX-License-Identifier: Apache-2.0 */
/* wanted.h - the packages that make up a kernel, while they are being found. */
#ifndef SCTPSPEC_RUNNER_KERNELS_WANTED_H
#define SCTPSPEC_RUNNER_KERNELS_WANTED_H

#include <stdbool.h>
#include <stddef.h>

#define WANTED_IMAGE "linux-image-"
#define WANTED_MOST 8

/* A list of "package=version" that are to be fetched. */
struct wanted {
	char *names[WANTED_MOST];
	size_t n;
};

/*
 * Walks a Depends field: the parts of a kernel in it, "linux-image-6.1.0-56-cloud-amd64 (= 6.1.192-2)", go to the list.
 * The version is taken from there when it is given, else from `version`. 0 or -ENOMEM.
 */
int wanted_add_dependencies(struct wanted *wanted, const char *depends, const char *version);
/* linux-base-*: lists of modules, which a guest does not need. */
bool wanted_is_dispensable(const char *name);
void wanted_drop(struct wanted *wanted, size_t i);
void wanted_free(struct wanted *wanted);

#endif
