/* SPDX-License-Identifier: Apache-2.0 */
#include "netns/tests/packet_maker.h"

#include <check.h>
#include <string.h>

void add(struct frame *frame, const void *bytes, size_t length)
{
	ck_assert_uint_le(frame->length + length, sizeof(frame->bytes));
	if (length)
		memcpy(frame->bytes + frame->length, bytes, length);
	frame->length += length;
}

void add16(struct frame *frame, uint16_t number)
{
	add(frame, (uint8_t[]){ (uint8_t)(number >> 8), (uint8_t)number }, 2);
}

void add32(struct frame *frame, uint32_t number)
{
	add16(frame, (uint16_t)(number >> 16));
	add16(frame, (uint16_t)number);
}

void put16(struct frame *frame, size_t offset, uint16_t number)
{
	frame->bytes[offset] = (uint8_t)(number >> 8);
	frame->bytes[offset + 1] = (uint8_t)number;
}

struct frame raw(void)
{
	return (struct frame){ .length = 0 };
}

struct frame ethernet(uint16_t ethertype)
{
	struct frame frame = { .length = 0 };

	add(&frame, "\x02\0\0\0\0\x02\x02\0\0\0\0\x01", 12);
	add16(&frame, ethertype);
	return frame;
}

struct frame linux_cooked(uint16_t ethertype)
{
	struct frame frame = { .length = 0 };

	add(&frame, "\0\0\0\x01\0\x06\x02\0\0\0\0\x01\0\0", 14);
	add16(&frame, ethertype);
	return frame;
}

struct frame linux_cooked2(uint16_t ethertype)
{
	struct frame frame = { .length = 0 };

	add16(&frame, ethertype);
	add(&frame, "\0\0\0\0\0\x02\0\x01\0\x06\x02\0\0\0\0\x01\0\0", 18);
	return frame;
}

static void ipv4_header(struct frame *frame, uint8_t words)
{
	frame->ip = frame->length;
	frame->ip_version = 4;
	add(frame, (uint8_t[]){ (uint8_t)(0x40 | words), 2 }, 2);
	add(frame, "\0\0\0\0\x40\0\x40\x84\0\0\x0a\0\0\x01\x0a\0\0\x02", 18);
}

void ipv4(struct frame *frame)
{
	ipv4_header(frame, 5);
}

void ipv4_options(struct frame *frame)
{
	ipv4_header(frame, 6);
	add(frame, "\x01\x01\x01\0", 4);
}

void ipv6(struct frame *frame, uint8_t next_header)
{
	static const uint8_t source[16] = { 0xfd, [15] = 1 }, destination[16] = { 0xfd, [15] = 2 };

	frame->ip = frame->length;
	frame->ip_version = 6;
	add(frame, "\x60\0\0\0\0\0", 6);
	add(frame, (uint8_t[]){ next_header, 64 }, 2);
	add(frame, source, sizeof(source));
	add(frame, destination, sizeof(destination));
}

void sctp(struct frame *frame)
{
	frame->sctp = frame->length;
	add16(frame, 1024);
	add16(frame, 5000);
	add32(frame, 0x01020304);
	add32(frame, 0);
}

void chunk(struct frame *frame, uint8_t type, uint8_t flags, const void *value, size_t length)
{
	add(frame, (uint8_t[]){ type, flags }, 2);
	add16(frame, (uint16_t)(length + 4));
	add(frame, value, length);
	add(frame, "\0\0\0", (4 - length % 4) % 4);
}

void data_chunk(struct frame *frame, uint32_t tsn)
{
	uint8_t value[] = { (uint8_t)(tsn >> 24), (uint8_t)(tsn >> 16), (uint8_t)(tsn >> 8), (uint8_t)tsn, 0, 2, 0, 3,
		0, 0, 0, 7, 'h', 'e', 'l', 'l', 'o' };

	chunk(frame, 0, 3, value, sizeof(value));
}

/* The definition, bit by bit: not the code that is under test. */
static uint32_t crc32c_by_definition(const uint8_t *bytes, size_t length)
{
	uint32_t crc = 0xffffffff;

	for (size_t i = 0; i < length; i++) {
		crc ^= bytes[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc & 1 ? crc >> 1 ^ 0x82f63b78 : crc >> 1;
	}
	return ~crc;
}

void finish(struct frame *frame)
{
	uint8_t *checksum = frame->bytes + frame->sctp + 8;
	uint32_t crc;

	memset(checksum, 0, 4);
	crc = crc32c_by_definition(frame->bytes + frame->sctp, frame->length - frame->sctp);
	for (int i = 0; i < 4; i++)
		checksum[i] = (uint8_t)(crc >> (8 * i));
	if (frame->ip_version == 4)
		put16(frame, frame->ip + 2, (uint16_t)(frame->length - frame->ip));
	else if (frame->ip_version == 6)
		put16(frame, frame->ip + 4, (uint16_t)(frame->length - frame->ip - 40));
}
