/* SPDX-License-Identifier: Apache-2.0 */
/* sha256.h - SHA-256 of texts and files in hexadecimal digits, by nettle. */
#ifndef SCTPSPEC_RUNNER_HOST_SHA256_H
#define SCTPSPEC_RUNNER_HOST_SHA256_H

#include <nettle/sha2.h>

#define SHA256_HEX (2 * SHA256_DIGEST_SIZE + 1) /* the digits and a NUL */

/* A text with its NUL, so that "ab" "c" and "a" "bc" differ. */
void sha256_add_text(struct sha256_ctx *sum, const char *text);
void sha256_hex(struct sha256_ctx *sum, char out[SHA256_HEX]);

/* 0 or -errno. */
int sha256_file(const char *path, char out[SHA256_HEX]);

#endif
