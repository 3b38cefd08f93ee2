/* SPDX-License-Identifier: Apache-2.0 */
/* stat.h - counting what goes through a socket. */
#ifndef GEN_SCTP_SRC_STAT_H
#define GEN_SCTP_SRC_STAT_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

/* By whoever holds s->reading. */
struct gs_received {
	uint64_t count, octets, max;
	double average, deviation;
};

/* By many at once. */
struct gs_sent {
	_Atomic uint64_t count, octets, max;
};

void gs_count_received(struct gs_received *received, size_t octets);
void gs_count_sent(struct gs_sent *sent, size_t octets);

#endif
