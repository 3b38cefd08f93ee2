/* SPDX-License-Identifier: Apache-2.0 */
/* tsn.h - serial number arithmetic (RFC 9260 section 1.6, RFC 1982): TSNs wrap around at 2^32, SSNs at 2^16. */
#ifndef SCTPSPEC_RUNNER_REFEREE_TSN_H
#define SCTPSPEC_RUNNER_REFEREE_TSN_H

#include <stdbool.h>
#include <stdint.h>

/* How far `to` is ahead of `from`; negative: behind. */
static inline int32_t tsn_ahead(uint32_t to, uint32_t from)
{
	return (int32_t)(to - from);
}

static inline bool tsn_after(uint32_t a, uint32_t b)
{
	return tsn_ahead(a, b) > 0;
}

#endif
