/* SPDX-License-Identifier: Apache-2.0 */
/*
 * chunk.h - the fields of each chunk type: decoding and printing. Private to netns/.
 */
#ifndef SCTPSPEC_NETNS_CHUNK_H
#define SCTPSPEC_NETNS_CHUNK_H

#include "netns/packet.h"

/* Numbers in network byte order, from any address. */
static inline uint16_t get_be16(const uint8_t *bytes)
{
	return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

static inline uint32_t get_be32(const uint8_t *bytes)
{
	return (uint32_t)get_be16(bytes) << 16 | get_be16(bytes + 2);
}

/* Fills in the fields that belong to chunk->type, and chunk->decoded; reads chunk->captured bytes
 * at most. */
void chunk_decode(struct chunk *chunk);
/* "DATA(tsn=12 stream=0 ssn=3 ppid=7 len=100)" */
void chunk_print(const struct chunk *chunk, FILE *out);

#endif
