/* SPDX-License-Identifier: Apache-2.0 */
/* sha256.h - SHA-256 (FIPS 180-4), for the names of what is kept in the cache. */
#ifndef SCTPSPEC_RUNNER_HOST_SHA256_H
#define SCTPSPEC_RUNNER_HOST_SHA256_H

#include <stddef.h>
#include <stdint.h>

#define SHA256_HEX 65 /* 64 digits and a NUL */

struct sha256 {
	uint32_t state[8];
	uint64_t length; /* in bytes, so far */
	unsigned char block[64];
};

void sha256_init(struct sha256 *sum);
void sha256_add(struct sha256 *sum, const void *data, size_t length);
/* A text with its NUL, so that "ab" "c" and "a" "bc" differ. */
void sha256_add_text(struct sha256 *sum, const char *text);
void sha256_hex(struct sha256 *sum, char out[SHA256_HEX]);

/* 0 or -errno. */
int sha256_file(const char *path, char out[SHA256_HEX]);

#endif
