/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crc32c.c - SCTP's checksum (RFC 9260 appendix A): eight bytes at a time where the processor has an instruction for
 * it, else four bits at a time.
 */
#include "netns/packet.h"

#include <string.h>

#define CHECKSUM_OFFSET 8
#define CHECKSUM_LENGTH 4

/* The remainder of each four bits, for the polynomial 0x1edc6f41 with its bits reversed. */
static const uint32_t remainder_of[16] = {
	0x00000000,
	0x105ec76f,
	0x20bd8ede,
	0x30e349b1,
	0x417b1dbc,
	0x5125dad3,
	0x61c69362,
	0x7198540d,
	0x82f63b78,
	0x92a8fc17,
	0xa24bb5a6,
	0xb21572c9,
	0xc38d26c4,
	0xd3d3e1ab,
	0xe330a81a,
	0xf36e6f75,
};

static uint32_t add_byte(uint32_t crc, uint8_t byte)
{
	crc ^= byte;
	crc = crc >> 4 ^ remainder_of[crc & 0xf];
	return crc >> 4 ^ remainder_of[crc & 0xf];
}

static uint32_t add_bytes(uint32_t crc, const uint8_t *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		crc = add_byte(crc, bytes[i]);
	return crc;
}

#ifdef __x86_64__
__attribute__((target("sse4.2"))) static uint32_t add_fast(uint32_t crc, const uint8_t *bytes, size_t length)
{
	uint64_t sum = crc, word;

	for (; length >= sizeof(word); bytes += sizeof(word), length -= sizeof(word)) {
		memcpy(&word, bytes, sizeof(word));
		sum = __builtin_ia32_crc32di(sum, word);
	}
	crc = (uint32_t)sum;
	while (length-- > 0)
		crc = __builtin_ia32_crc32qi(crc, *bytes++);
	return crc;
}

static uint32_t add(uint32_t crc, const uint8_t *bytes, size_t length)
{
	return __builtin_cpu_supports("sse4.2") ? add_fast(crc, bytes, length) : add_bytes(crc, bytes, length);
}
#else
static uint32_t add(uint32_t crc, const uint8_t *bytes, size_t length)
{
	return add_bytes(crc, bytes, length);
}
#endif

uint32_t packet_crc32c(const uint8_t *sctp, size_t length)
{
	const uint8_t none[CHECKSUM_LENGTH] = { 0 };
	uint8_t header[CHECKSUM_OFFSET + CHECKSUM_LENGTH];
	const size_t before = length < sizeof(header) ? length : sizeof(header);

	memcpy(header, sctp, before);
	if (before > CHECKSUM_OFFSET)
		memcpy(header + CHECKSUM_OFFSET, none, before - CHECKSUM_OFFSET);
	return ~add(add(0xffffffff, header, before), sctp + before, length - before);
}
