/* SPDX-License-Identifier: Apache-2.0 */
/* fake_kernel.h - kernel images and packages that look real to who unpacks them. */
#ifndef SCTPSPEC_RUNNER_KERNELS_TESTS_FAKE_KERNEL_H
#define SCTPSPEC_RUNNER_KERNELS_TESTS_FAKE_KERNEL_H

#include <stddef.h>

#define FAKE_RELEASE "9.8.7-fake"
#define FAKE_VERSION "#1 SMP Fake 9.8.7-1 (2026-01-01)"

struct blob {
	char *bytes;
	size_t length;
};

/* An ELF header for `machine`, and a banner or none. */
struct blob fake_vmlinux(int machine, const char *banner);
struct blob fake_good_vmlinux(void);
/* A bzImage around it. `filter`: libarchive's name of the compression. */
struct blob fake_bzimage(struct blob vmlinux, const char *filter);

/* A package with these files (name, contents; ended by NULL). */
struct fake_file {
	const char *name;
	struct blob contents;
};
struct blob fake_deb(const char *control, const struct fake_file *files, size_t n, const char *filter);

/* Memory that lives as long as the test, which is a process of its own. */
void *keep(void *memory);

void blob_write(struct blob blob, const char *path);

/* An RPM package of that name, for a machine of that architecture. */
struct blob fake_rpm(
	const char *name, const char *architecture, const struct fake_file *files, size_t n, const char *filter);

#endif
