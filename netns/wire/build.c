/* SPDX-License-Identifier: Apache-2.0 */
/*
 * build.c - from what is said of a packet to its octets, as the table of chunks has it. What is said may be wrong, and
 * is built as it is said; only what does not fit is refused, and never cut.
 */
#include "netns/wire/chunk_kind.h"

#include <string.h>

/* Where octets go; `ok` until there is no room for some. */
struct writer {
	uint8_t *out;
	size_t length, room;
	bool ok;
};

static void put(struct writer *writer, const void *octets, size_t length)
{
	if (!writer->ok || length > writer->room - writer->length) {
		writer->ok = false;
		return;
	}
	if (length > 0)
		memcpy(writer->out + writer->length, octets, length);
	writer->length += length;
}

static void put_be16(struct writer *writer, uint32_t number)
{
	put(writer, (const uint8_t[]){ (uint8_t)(number >> 8), (uint8_t)number }, 2);
}

static void put_be32(struct writer *writer, uint32_t number)
{
	put_be16(writer, number >> 16);
	put_be16(writer, number & 0xffff);
}

static void put_zeros(struct writer *writer, size_t count)
{
	static const uint8_t zeros[16];

	for (; count > sizeof(zeros); count -= sizeof(zeros))
		put(writer, zeros, sizeof(zeros));
	put(writer, zeros, count);
}

static void set_be16(struct writer *writer, size_t at, uint32_t number)
{
	if (!writer->ok)
		return;
	writer->out[at] = (uint8_t)(number >> 8);
	writer->out[at + 1] = (uint8_t)number;
}

static void put_tlv(struct writer *writer, const struct tlv *tlv)
{
	const size_t begin = writer->length;

	put_be16(writer, tlv->type);
	put_be16(writer, 0);
	if (tlv->number.set)
		put_be32(writer, tlv->number.value);
	put(writer, tlv->value.bytes, tlv->value.length);
	set_be16(writer, begin + 2, tlv->length.set ? tlv->length.value : (uint32_t)(writer->length - begin) & 0xffff);
}

/* The padding of the last one is the chunk's. */
static void put_tlvs(struct writer *writer, const struct tlvs *tlvs)
{
	for (unsigned i = 0; i < tlvs->count; i++) {
		put_zeros(writer, padded(writer->length) - writer->length);
		put_tlv(writer, &tlvs->list[i]);
	}
}

static void put_reports(struct writer *writer, const struct wire_chunk *chunk)
{
	for (unsigned i = 0; i < chunk->gaps.count; i++) {
		put_be16(writer, chunk->gaps.list[i].start);
		put_be16(writer, chunk->gaps.list[i].end);
	}
	for (unsigned i = 0; i < chunk->duplicates.count; i++)
		put_be32(writer, chunk->duplicates.list[i]);
}

/* How many there are, unless the chunk says something else. */
static uint32_t number_of(const struct chunk_row *row, const struct wire_chunk *chunk)
{
	const struct field *field = row_field_of(row, chunk);

	if (field->set)
		return field->value;
	if (field == &chunk->gap_count)
		return chunk->gaps.count;
	return field == &chunk->duplicate_count ? chunk->duplicates.count : 0;
}

static void put_numbers(struct writer *writer, const struct chunk_kind *kind, const struct wire_chunk *chunk)
{
	const size_t begin = writer->length;

	for (unsigned i = 0; i < kind->row_count; i++) {
		const struct chunk_row *row = &kind->rows[i];

		if (!row_is_there(row, (uint8_t)chunk->flags.value))
			continue;
		put_zeros(writer, begin + row->at - writer->length);
		if (row->width == 2)
			put_be16(writer, number_of(row, chunk));
		else
			put_be32(writer, number_of(row, chunk));
	}
}

static void put_tail(struct writer *writer, const struct chunk_kind *kind, const struct wire_chunk *chunk)
{
	switch (kind->tail) {
	case TAIL_NONE:
	case TAIL_OCTETS:
	case TAIL_USER_DATA:
		put(writer, chunk->value.bytes, chunk->value.length);
		break;
	case TAIL_REPORTS:
		put_reports(writer, chunk);
		break;
	case TAIL_PARAMETERS:
	case TAIL_CAUSES:
		put_tlvs(writer, &chunk->parameters);
		break;
	}
}

static void put_chunk(struct writer *writer, const struct wire_chunk *chunk)
{
	const struct chunk_kind *kind = chunk_kind(chunk->type);
	const size_t begin = writer->length;

	put(writer, (const uint8_t[]){ chunk->type, (uint8_t)chunk->flags.value }, 2);
	put_be16(writer, 0);
	if (chunk->raw.set) {
		put(writer, chunk->raw.bytes, chunk->raw.length);
	} else {
		put_numbers(writer, kind, chunk);
		put_tail(writer, kind, chunk);
	}
	const size_t length = writer->length - begin;

	set_be16(writer, begin + 2, chunk->length.set ? chunk->length.value : (uint32_t)length & 0xffff);
	if (chunk->padding.set)
		put(writer, chunk->padding.bytes, chunk->padding.length);
	else
		put_zeros(writer, padded(length) - length);
	if (chunk->cut > 0 && chunk->cut <= writer->length - begin)
		writer->length -= chunk->cut;
}

size_t wire_build_chunk(const struct wire_chunk *chunk, uint8_t *out, size_t room)
{
	struct writer writer = { .out = out, .room = room, .ok = true };

	put_chunk(&writer, chunk);
	return writer.ok ? writer.length : 0;
}

/* In the order in which CRC32c's octets stand (RFC 9260 appendix A). */
static void set_checksum(struct writer *writer, uint32_t sum)
{
	for (unsigned i = 0; i < 4; i++)
		writer->out[8 + i] = (uint8_t)(sum >> 8 * i);
}

size_t wire_build(const struct wire_packet *packet, uint8_t *out, size_t room)
{
	struct writer writer = { .out = out, .room = room, .ok = true };

	put_be16(&writer, packet->header.source_port.value);
	put_be16(&writer, packet->header.destination_port.value);
	put_be32(&writer, packet->header.verification_tag.value);
	put_be32(&writer, 0);
	for (unsigned i = 0; i < packet->count; i++)
		put_chunk(&writer, &packet->chunks[i]);
	if (!writer.ok)
		return 0;
	set_checksum(&writer,
		packet->header.checksum.set ? packet->header.checksum.value : packet_crc32c(out, writer.length));
	return writer.length;
}
