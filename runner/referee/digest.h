/* SPDX-License-Identifier: Apache-2.0 */
/* digest.h - to know a chunk again without keeping it. */
#ifndef SCTPSPEC_RUNNER_REFEREE_DIGEST_H
#define SCTPSPEC_RUNNER_REFEREE_DIGEST_H

#include <stdint.h>

static inline uint32_t digest_of(const uint8_t *bytes, uint32_t length)
{
	uint32_t sum = 2166136261U; /* FNV-1a */
	for (uint32_t i = 0; i < length; i++)
		sum = (sum ^ bytes[i]) * 16777619U;
	return sum;
}

#endif
