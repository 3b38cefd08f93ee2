/* SPDX-License-Identifier: Apache-2.0 */
/* every_chunk.h - one of each type of chunk, with all its numbers set, and frames with them. */
#ifndef SCTPSPEC_NETNS_WIRE_TESTS_EVERY_CHUNK_H
#define SCTPSPEC_NETNS_WIRE_TESTS_EVERY_CHUNK_H

#include "netns/wire/wire.h"

extern const struct wire_chunk *every_chunk;
extern unsigned every_chunk_count;

/* An Ethernet frame with a packet that has this chunk: its length; 0: no room. AF_INET or AF_INET6. */
size_t framed(const struct wire_chunk *chunk, int family, uint8_t *out, size_t room);

#endif
