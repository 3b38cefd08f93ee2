/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crc32c.c - SCTP's checksum (RFC 9260 appendix A), four bits at a time: a table of sixteen numbers
 * is enough for what a case sends.
 */
#include "netns/packet.h"

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

uint32_t packet_crc32c(const uint8_t *sctp, size_t length)
{
	uint32_t crc = 0xffffffff;

	for (size_t i = 0; i < length; i++) {
		bool in_field = i >= CHECKSUM_OFFSET && i < CHECKSUM_OFFSET + CHECKSUM_LENGTH;

		crc = add_byte(crc, in_field ? 0 : sctp[i]);
	}
	return ~crc;
}
