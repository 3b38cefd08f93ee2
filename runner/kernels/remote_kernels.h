/* SPDX-License-Identifier: Apache-2.0 */
/* remote_kernels.h - the kernels that a Debian suite has. */
#ifndef SCTPSPEC_RUNNER_KERNELS_REMOTE_KERNELS_H
#define SCTPSPEC_RUNNER_KERNELS_REMOTE_KERNELS_H

#include <stddef.h>

struct remote_kernel {
	char *release; /* what the package is for: "6.18.15+deb13-cloud-amd64" */
	char *version; /* of the package */
};

struct remote_kernels {
	struct remote_kernel *all;
	size_t n;
};

/*
 * The cloud kernels that apt knows and of which the mirror has all parts; also one of another flavour whose release
 * is exactly `wanted` (NULL: none). 0, or -ENOMEM with a sentence in apt->error.
 */
struct apt;
int remote_kernels_find(const struct apt *apt, const char *wanted, struct remote_kernels *out);
/* The newest first. */
void remote_kernels_sort(struct remote_kernels *kernels);
/* The newest of those that `version` begins, a package's or a kernel's; NULL: none. */
const struct remote_kernel *remote_kernels_choose(const struct remote_kernels *kernels, const char *version);
void remote_kernels_free(struct remote_kernels *kernels);

#endif
