/* SPDX-License-Identifier: Apache-2.0 */
/* capture_blocks.h - pcapng (draft-ietf-opsawg-pcapng), block by block; and what both kinds of files need. Private to
 * capture_file.c. */
#ifndef SCTPSPEC_RUNNER_JUDGE_CAPTURE_BLOCKS_H
#define SCTPSPEC_RUNNER_JUDGE_CAPTURE_BLOCKS_H

#include "runner/judge/capture_file.h"

/* Reads up to the next packet; as capture_file_next(). */
bool capture_next_block(struct capture_file *file, struct captured *out);

uint32_t capture_get32(const struct capture_file *file, const uint8_t *bytes);
uint16_t capture_get16(const struct capture_file *file, const uint8_t *bytes);
bool capture_add_interface(struct capture_file *file, const struct capture_interface *interface);
/* Both are false. `what`: "is cut short"; where in the file is added. */
bool capture_trouble(struct capture_file *file, const char *what);
/* Trouble only when something is left, but not enough. */
bool capture_ends(struct capture_file *file, size_t left, const char *what);

#endif
