/* SPDX-License-Identifier: Apache-2.0 */
/*
 * read.c - from a decoded packet to what is said of its chunks, and copies of that: everything in one piece of memory,
 * the size of which is known before.
 */
#include "netns/wire/chunk_kind.h"

#include <stdlib.h>
#include <string.h>

/* What is left of the piece. */
struct pool {
	char *next, *end;
};

static void *from_pool(struct pool *pool, size_t size)
{
	char *piece = pool->next;

	size = (size + 7) & ~(size_t)7;
	if (size > (size_t)(pool->end - pool->next))
		abort(); /* the size was reckoned wrongly */
	pool->next += size;
	return piece;
}

static size_t rounded(size_t size)
{
	return (size + 7) & ~(size_t)7;
}

static struct octets keep(struct pool *pool, const uint8_t *bytes, size_t length)
{
	uint8_t *copy = from_pool(pool, length);

	if (length > 0)
		memcpy(copy, bytes, length);
	return OCTETS(copy, length);
}

/* ------------------------------------------------------------------ reading */

/* The next parameter or cause; its length, 0: there is none. */
static size_t next_tlv(const uint8_t *bytes, size_t left, struct tlv *out)
{
	if (left < TLV_HEADER)
		return 0;
	const size_t length = get_be16(bytes + 2);

	if (length < TLV_HEADER || length > left)
		return 0;
	*out = (struct tlv){ .type = get_be16(bytes), .length = SET(length) };
	out->value = OCTETS(bytes + TLV_HEADER, length - TLV_HEADER);
	if (out->value.length >= 4)
		out->number = SET(get_be32(out->value.bytes));
	return length;
}

static struct tlvs read_tlvs(struct pool *pool, const uint8_t *bytes, size_t length)
{
	struct tlv *list = from_pool(pool, length / TLV_HEADER * sizeof(*list)), tlv;
	unsigned count = 0;

	for (size_t at = 0, step; at < length && (step = next_tlv(bytes + at, length - at, &tlv)) > 0;
		at += padded(step))
		list[count++] = tlv;
	return (struct tlvs){ count > 0, list, count };
}

/* The parameters that are reported as unrecognized: each is the value of another. */
static struct tlvs read_reported(struct pool *pool, const struct tlvs *parameters)
{
	struct tlv *list = from_pool(pool, parameters->count * sizeof(*list));
	unsigned count = 0;

	for (unsigned i = 0; i < parameters->count; i++)
		if (parameters->list[i].type == PARAMETER_UNRECOGNIZED &&
			next_tlv(parameters->list[i].value.bytes, parameters->list[i].value.length, &list[count]) > 0)
			count++;
	return (struct tlvs){ count > 0, list, count };
}

static void read_reports(struct pool *pool, const struct octets *tail, struct wire_chunk *out)
{
	const size_t room = tail->length / 4;
	const size_t gaps = out->gap_count.value < room ? out->gap_count.value : room;
	const size_t tsns = out->duplicate_count.value < room - gaps ? out->duplicate_count.value : room - gaps;
	struct gap *gap = from_pool(pool, gaps * sizeof(*gap));
	uint32_t *tsn = from_pool(pool, tsns * sizeof(*tsn));

	for (size_t i = 0; i < gaps; i++)
		gap[i] = (struct gap){ get_be16(tail->bytes + 4 * i), get_be16(tail->bytes + 4 * i + 2) };
	for (size_t i = 0; i < tsns; i++)
		tsn[i] = get_be32(tail->bytes + 4 * (gaps + i));
	out->gaps = (struct gaps){ true, gap, (unsigned)gaps };
	out->duplicates = (struct tsns){ true, tsn, (unsigned)tsns };
}

static void read_chunk(struct pool *pool, const struct chunk *chunk, struct wire_chunk *out)
{
	const struct chunk_kind *kind = chunk_kind(chunk->type);
	const struct octets all = keep(pool, chunk->value, chunk->captured);

	*out = (struct wire_chunk){ .type = chunk->type, .flags = SET(chunk->flags), .length = SET(chunk->length) };
	if (chunk->captured < kind->fixed) {
		out->raw = all;
		return;
	}
	for (unsigned i = 0; i < kind->row_count; i++) {
		const struct chunk_row *row = &kind->rows[i];

		if (row_is_there(row, chunk->flags))
			*row_field(row, out) = row->width == 2 ? SET(get_be16(all.bytes + row->at))
							       : SET(get_be32(all.bytes + row->at));
	}
	const struct octets tail = OCTETS(all.bytes + kind->fixed, all.length - kind->fixed);

	if (kind->tail == TAIL_REPORTS) {
		read_reports(pool, &tail, out);
	} else if (kind->tail == TAIL_PARAMETERS || kind->tail == TAIL_CAUSES) {
		out->parameters = read_tlvs(pool, tail.bytes, tail.length);
		out->reported = read_reported(pool, &out->parameters);
	} else {
		out->value = tail;
	}
}

/* At the most: the octets, and a parameter for each four, twice. */
static size_t size_of_read(const struct packet *packet)
{
	size_t size = packet->chunk_count * rounded(sizeof(struct wire_chunk));

	for (unsigned i = 0; i < packet->chunk_count; i++) {
		const enum chunk_tail tail = chunk_kind(packet->chunks[i].type)->tail;
		const bool has_tlvs = tail == TAIL_PARAMETERS || tail == TAIL_CAUSES;

		size += 2 * rounded(packet->chunks[i].captured) + 16;
		if (has_tlvs)
			size += 2 * packet->chunks[i].captured / TLV_HEADER * sizeof(struct tlv) + 16;
	}
	return size;
}

struct wire_chunk *wire_read(const struct packet *packet)
{
	const size_t size = size_of_read(packet);
	struct wire_chunk *chunks = calloc(1, size + 8);
	struct pool pool = { (char *)chunks, (char *)chunks + size };

	if (!chunks)
		return NULL;
	from_pool(&pool, packet->chunk_count * sizeof(*chunks));
	for (unsigned i = 0; i < packet->chunk_count; i++)
		read_chunk(&pool, &packet->chunks[i], &chunks[i]);
	return chunks;
}

/* ------------------------------------------------------------------ copying */

static size_t size_of_tlvs(const struct tlvs *tlvs)
{
	size_t size = rounded(tlvs->count * sizeof(struct tlv));

	for (unsigned i = 0; i < tlvs->count; i++)
		size += rounded(tlvs->list[i].value.length);
	return size;
}

static size_t size_of_copy(const struct wire_chunk *chunk)
{
	return rounded(chunk->value.length) + rounded(chunk->raw.length) + rounded(chunk->padding.length) +
		rounded(chunk->gaps.count * sizeof(struct gap)) + rounded(chunk->duplicates.count * sizeof(uint32_t)) +
		size_of_tlvs(&chunk->parameters) + size_of_tlvs(&chunk->reported);
}

static void copy_octets(struct pool *pool, struct octets *octets)
{
	const bool set = octets->set;

	if (octets->length > 0)
		*octets = keep(pool, octets->bytes, octets->length);
	octets->set = set;
}

static void copy_tlvs(struct pool *pool, struct tlvs *tlvs)
{
	struct tlv *list = from_pool(pool, tlvs->count * sizeof(*list));

	for (unsigned i = 0; i < tlvs->count; i++) {
		list[i] = tlvs->list[i];
		copy_octets(pool, &list[i].value);
	}
	tlvs->list = list;
}

static void copy_chunk(struct pool *pool, struct wire_chunk *chunk)
{
	struct gap *gaps = from_pool(pool, chunk->gaps.count * sizeof(*gaps));
	uint32_t *tsns = from_pool(pool, chunk->duplicates.count * sizeof(*tsns));

	copy_octets(pool, &chunk->value);
	copy_octets(pool, &chunk->raw);
	copy_octets(pool, &chunk->padding);
	copy_tlvs(pool, &chunk->parameters);
	copy_tlvs(pool, &chunk->reported);
	for (unsigned i = 0; i < chunk->gaps.count; i++)
		gaps[i] = chunk->gaps.list[i];
	for (unsigned i = 0; i < chunk->duplicates.count; i++)
		tsns[i] = chunk->duplicates.list[i];
	chunk->gaps.list = gaps;
	chunk->duplicates.list = tsns;
}

struct wire_chunk *wire_copy(const struct wire_chunk *chunks, unsigned count)
{
	size_t size = rounded(count * sizeof(*chunks));

	for (unsigned i = 0; i < count; i++)
		size += size_of_copy(&chunks[i]);
	struct wire_chunk *copy = calloc(1, size + 8);
	struct pool pool = { (char *)copy, (char *)copy + size };

	if (!copy)
		return NULL;
	from_pool(&pool, count * sizeof(*copy));
	for (unsigned i = 0; i < count; i++) {
		copy[i] = chunks[i];
		copy_chunk(&pool, &copy[i]);
	}
	return copy;
}

/* ------------------------------------------------------------------ altering */

static void alter_field(struct field *field)
{
	if (field->set)
		*field = SET(field->value + 1);
}

/* They are in the piece of memory of their chunk, which is not constant. */
static void alter_octets(const struct octets *octets)
{
	if (octets->length > 0)
		*(uint8_t *)(uintptr_t)(octets->bytes + octets->length - 1) ^= 1;
}

static void alter_tlvs(const struct tlvs *tlvs)
{
	for (unsigned i = 0; i < tlvs->count; i++) {
		struct tlv *tlv = (struct tlv *)(uintptr_t)&tlvs->list[i];

		tlv->type ^= 1;
		alter_field(&tlv->number);
		alter_octets(&tlv->value);
	}
}

void wire_alter(struct wire_chunk *chunk)
{
	const struct chunk_kind *kind = chunk_kind(chunk->type);

	chunk->flags.value ^= 0xff;
	chunk->flags.to = chunk->flags.value;
	for (unsigned i = 0; i < kind->row_count; i++)
		alter_field(row_field(&kind->rows[i], chunk));
	alter_octets(&chunk->value);
	alter_octets(&chunk->raw);
	alter_tlvs(&chunk->parameters);
	alter_tlvs(&chunk->reported);
	for (unsigned i = 0; i < chunk->gaps.count; i++)
		((struct gap *)(uintptr_t)chunk->gaps.list)[i].end++;
	for (unsigned i = 0; i < chunk->duplicates.count; i++)
		((uint32_t *)(uintptr_t)chunk->duplicates.list)[i]++;
}
