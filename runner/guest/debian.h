/* SPDX-License-Identifier: Apache-2.0 */
/* debian.h - Debian's kernels, by apt, without touching the system's apt. */
#ifndef SCTPSPEC_RUNNER_DEBIAN_H
#define SCTPSPEC_RUNNER_DEBIAN_H

#include <stddef.h>

#include "runner/guest/guest.h"

/*
 * The newest cloud kernel of a suite ("bookworm"; NULL: this machine's own release), or the one that
 * `version` names: "6.18" and "6.18.15" (the newest of those), a package's version, or a kernel's
 * release. What was fetched once is found again without a network.
 */
int debian_kernel(const char *suite, const char *version, const struct kernel_request *request,
	struct kernel *out, char **error);

struct remote_kernel {
	char *release; /* what the package is for: "6.18.15+deb13-cloud-amd64" */
	char *version; /* of the package */
};

struct remote_kernels {
	struct remote_kernel *all;
	size_t n;
};

/* The cloud kernels that a suite has now, the newest first. */
int debian_list(const char *suite, const struct kernel_request *request, struct remote_kernels *out,
	char **error);
void remote_kernels_free(struct remote_kernels *kernels);

#endif
