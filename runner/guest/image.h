/* SPDX-License-Identifier: Apache-2.0 */
/* image.h - the file system that a guest boots with. */
#ifndef SCTPSPEC_RUNNER_GUEST_IMAGE_H
#define SCTPSPEC_RUNNER_GUEST_IMAGE_H

#include "runner/guest/guest.h"
#include "runner/host/closure.h"
#include "runner/host/sha256.h"

/*
 * Writes the agent as /init, `ip`, `tc`, `tcpdump`, their libraries and the kernel's modules, and the
 * options' trees with the libraries of their programs, as an uncompressed cpio archive. The same
 * inputs give the same bytes.
 */
int image_write(const struct kernel *kernel, const char *agent, const struct guest_options *options, const char *to,
	char **error);
/* Names the bytes, without making them. */
int image_digest(const struct kernel *kernel, const char *agent, const struct guest_options *options,
	char key[SHA256_HEX], char **error);

/* A module's file as a kernel can load it: what is compressed is decompressed. */
int image_unpack_module(const char *path, const char *to, char **error);

/* The libraries that every image has. */
int image_libraries(struct path_list *out, char **error);

#endif
