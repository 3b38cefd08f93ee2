/* SPDX-License-Identifier: Apache-2.0 */
/* tlv.h - the parameters in a chunk: type, length and value, in multiples of four octets (RFC 9260 section 3.2.1). */
#ifndef SCTPSPEC_RUNNER_REFEREE_TLV_H
#define SCTPSPEC_RUNNER_REFEREE_TLV_H

#include <stdbool.h>
#include <stdint.h>

#include "netns/packet.h"

/* Where the parameters of these chunks begin. */
enum { TLV_OF_INIT = 16, TLV_OF_ASCONF = 4, TLV_OF_RE_CONFIG = 0 };

struct tlv {
	unsigned type, length; /* length: of the value */
	const uint8_t *value;
};

static inline uint32_t tlv_16(const uint8_t *bytes)
{
	return (uint32_t)bytes[0] << 8 | bytes[1];
}

static inline uint32_t tlv_32(const uint8_t *bytes)
{
	return tlv_16(bytes) << 16 | tlv_16(bytes + 2);
}

/* The parameter at *at, and *at behind it. False: there is none, or it is cut short. */
static inline bool tlv_next(const struct chunk *chunk, uint32_t *at, struct tlv *out)
{
	enum { HEADER = 4 };
	if (*at > chunk->captured || chunk->captured - *at < HEADER)
		return false;
	const uint8_t *bytes = chunk->value + *at;
	const uint32_t length = tlv_16(bytes + 2);
	if (length < HEADER || length > chunk->captured - *at)
		return false;
	*out = (struct tlv){ tlv_16(bytes), length - HEADER, bytes + HEADER };
	*at += (length + 3) & ~UINT32_C(3);
	return true;
}

/* The first one of that type. */
static inline bool tlv_find(const struct chunk *chunk, uint32_t at, unsigned type, struct tlv *out)
{
	while (tlv_next(chunk, &at, out))
		if (out->type == type)
			return true;
	return false;
}

#endif
