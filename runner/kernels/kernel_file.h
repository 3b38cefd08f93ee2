/* SPDX-License-Identifier: Apache-2.0 */
/* kernel_file.h - what may be a file of a kernel at all, before it is read: hashing a device would never end. */
#ifndef SCTPSPEC_RUNNER_KERNELS_KERNEL_FILE_H
#define SCTPSPEC_RUNNER_KERNELS_KERNEL_FILE_H

/* Packages with debugging information have about 1 GiB, and so have images with it. */
#define KERNEL_FILE_GIB 4

/* 0; -EINVAL for what is no regular file, or larger than any file of a kernel; or another -errno. Nothing is read. */
int kernel_file_check(const char *path, char **error);

#endif
