/* SPDX-License-Identifier: Apache-2.0 */
/* vmlinux.h - the ELF file inside a kernel image, and what it says about itself. */
#ifndef SCTPSPEC_RUNNER_KERNELS_VMLINUX_H
#define SCTPSPEC_RUNNER_KERNELS_VMLINUX_H

struct vmlinux_banner {
	char *release; /* uname -r */
	char *version; /* uname -v */
};

/*
 * `image` is a bzImage or an ELF vmlinux; writes the ELF file to `out`. QEMU starts it some seconds
 * sooner than the bzImage, which it would unpack instruction by instruction. It can start only a
 * kernel with an entry point for virtual machines (CONFIG_PVH); of any other the bzImage is written.
 */
int vmlinux_extract(const char *image, const char *out, struct vmlinux_banner *banner, char **error);
void vmlinux_banner_free(struct vmlinux_banner *banner);

#endif
