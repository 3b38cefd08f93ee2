/* SPDX-License-Identifier: Apache-2.0 */
/* debian.h - Debian's kernels, by apt, without touching the system's apt. */
#ifndef SCTPSPEC_RUNNER_KERNELS_DEBIAN_H
#define SCTPSPEC_RUNNER_KERNELS_DEBIAN_H

#include "runner/kernels/kernel.h"
#include "runner/kernels/remote_kernels.h"

/*
 * The newest cloud kernel of a suite ("bookworm"; NULL: this machine's own release), or the one that
 * `version` names: "6.18" and "6.18.15" (the newest of those), a package's version, or a kernel's
 * release. What was fetched once is found again without a network.
 */
int debian_kernel(
	const char *suite, const char *version, const struct kernel_request *request, struct kernel *out, char **error);

/* The cloud kernels that a suite has now, the newest first. */
int debian_list(const char *suite, const struct kernel_request *request, struct remote_kernels *out, char **error);

#endif
