/* SPDX-License-Identifier: Apache-2.0 */
/* package_set.h - the packages that make up a kernel, while they are being found. */
#ifndef SCTPSPEC_RUNNER_KERNELS_PACKAGE_SET_H
#define SCTPSPEC_RUNNER_KERNELS_PACKAGE_SET_H

#include <stdbool.h>
#include <stddef.h>

#define PACKAGE_SET_IMAGE "linux-image-"
#define PACKAGE_SET_MAX 8

/* A list of "package=version" that are to be fetched. */
struct package_set {
	char *names[PACKAGE_SET_MAX];
	size_t n;
};

/*
 * Walks a Depends field: the parts of a kernel in it, "linux-image-6.1.0-56-cloud-amd64 (= 6.1.192-2)", go to the list.
 * The version is taken from there when it is given, else from `version`. 0 or -ENOMEM.
 */
int package_set_add_dependencies(struct package_set *set, const char *depends, const char *version);
/* linux-base-*: lists of modules, which a guest does not need. */
bool package_is_dispensable(const char *name);
void package_set_drop(struct package_set *set, size_t i);
void package_set_free(struct package_set *set);

#endif
