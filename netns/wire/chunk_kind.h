/* SPDX-License-Identifier: Apache-2.0 */
/*
 * chunk_kind.h - the table of chunks: what each type is called, which numbers it has, and what stands behind them.
 * Private to netns/wire/.
 */
#ifndef SCTPSPEC_NETNS_WIRE_CHUNK_KIND_H
#define SCTPSPEC_NETNS_WIRE_CHUNK_KIND_H

#include "netns/wire/wire.h"

enum { CHUNK_HEADER = 4, TLV_HEADER = 4, COMMON_HEADER = 12 };

/* Numbers in network byte order, from any address. */
static inline uint16_t get_be16(const uint8_t *bytes)
{
	return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

static inline uint32_t get_be32(const uint8_t *bytes)
{
	return (uint32_t)get_be16(bytes) << 16 | get_be16(bytes + 2);
}

/* Chunks and parameters begin at multiples of four. */
static inline size_t padded(size_t length)
{
	return (length + 3) & ~(size_t)3;
}

/* Chunks whose flags decide which numbers they have. */
enum row_when { ALWAYS, IF_BEGINS, UNLESS_BEGINS, IF_ORDERED };

/* A number of a chunk. */
struct chunk_row {
	const char *name;
	uint8_t at, width;  /* where it stands behind the chunk's header; 2 or 4 octets */
	uint16_t in, said;  /* where it stands in struct chunk, and in struct wire_chunk */
	enum row_when when; /* IF_ORDERED: it is there, but says nothing in an unordered one */
	bool hex;
};

/* What stands behind the numbers. */
enum chunk_tail { TAIL_NONE, TAIL_OCTETS, TAIL_USER_DATA, TAIL_REPORTS, TAIL_PARAMETERS, TAIL_CAUSES };

struct chunk_kind {
	const char *name;
	const char *section; /* of the RFC */
	unsigned fixed;      /* octets of numbers, which must be there */
	const struct chunk_row *rows;
	unsigned row_count;
	enum chunk_tail tail;
};

const struct chunk_kind *chunk_kind(uint8_t type);

/* Whether a chunk with these flags has the number. */
static inline bool row_is_there(const struct chunk_row *row, uint8_t flags)
{
	return (row->when != IF_BEGINS || (flags & FLAG_B) != 0) &&
		(row->when != UNLESS_BEGINS || (flags & FLAG_B) == 0);
}

static inline struct field *row_field(const struct chunk_row *row, struct wire_chunk *chunk)
{
	return (struct field *)(void *)((char *)chunk + row->said);
}

static inline const struct field *row_field_of(const struct chunk_row *row, const struct wire_chunk *chunk)
{
	return (const struct field *)(const void *)((const char *)chunk + row->said);
}

/* Fills in the fields that belong to chunk->type, and chunk->decoded; reads chunk->captured bytes
 * at most. */
void chunk_decode(struct chunk *chunk);
/* "DATA(tsn=12 stream=0 ssn=3 ppid=7 len=100)" */
void chunk_print(const struct chunk *chunk, FILE *out);
/* The name of the type, or "chunk 77". */
void chunk_print_name(uint8_t type, FILE *out);

#endif
