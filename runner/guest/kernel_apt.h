/* SPDX-License-Identifier: Apache-2.0 */
/* kernel_apt.h - Debian's kernel packages, by apt, without touching the system's apt. */
#ifndef SCTPSPEC_RUNNER_KERNEL_APT_H
#define SCTPSPEC_RUNNER_KERNEL_APT_H

#include <stddef.h>

#include "runner/guest/guest.h"

/* Packages that make up one kernel: files in the cache. */
struct kernel_packages {
	char **files;
	size_t n;
};

/*
 * The newest cloud kernel of a suite ("bookworm"; NULL: this machine's own release), or the one
 * whose package version is `version`. What was fetched once is found again without a network.
 */
int kernel_apt_fetch(const char *suite, const char *version, const struct kernel_request *request,
	struct kernel_packages *out, char **error);
void kernel_packages_free(struct kernel_packages *packages);

#endif
