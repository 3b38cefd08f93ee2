/* SPDX-License-Identifier: Apache-2.0 */
/*
 * numbers.h - what the stack of an end itself says of an association, of a path of it, or of all that it has: its
 * state, its timers, and what it has counted.
 */
#ifndef SCTPSPEC_RUNNER_REFEREE_NUMBERS_H
#define SCTPSPEC_RUNNER_REFEREE_NUMBERS_H

#include <stdbool.h>
#include <stdint.h>

#include "runner/referee/address.h"

enum numbers_of { NUMBERS_OF_ASSOCIATION, NUMBERS_OF_PATH, NUMBERS_OF_ALL };

enum number {
	/* of an association */
	NUMBER_STATE,
	NUMBER_PEER_WINDOW,
	NUMBER_UNACKNOWLEDGED,
	NUMBER_PENDING,
	NUMBER_IN_STREAMS,
	NUMBER_OUT_STREAMS,
	NUMBER_PACKETS_OUT,
	NUMBER_PACKETS_IN,
	NUMBER_CONTROL_OUT,
	NUMBER_CONTROL_IN,
	NUMBER_SACKS_OUT,
	NUMBER_SACKS_IN,
	NUMBER_DATA_OUT,
	NUMBER_DATA_IN,
	NUMBER_UNORDERED_OUT,
	NUMBER_UNORDERED_IN,
	NUMBER_RETRANSMITTED,
	NUMBER_GAP_BLOCKS_IN,
	NUMBER_DUPLICATES,
	/* of a path */
	NUMBER_REACH,
	NUMBER_CWND,
	NUMBER_SRTT,
	NUMBER_RTO,
	NUMBER_MTU,
	/* of all */
	NUMBER_ALL_ESTABLISHED,
	NUMBER_ALL_ACTIVE,
	NUMBER_ALL_PASSIVE,
	NUMBER_ALL_PACKETS_OUT,
	NUMBER_ALL_PACKETS_IN,
	NUMBER_ALL_T3,
	NUMBERS
};

struct numbers {
	int64_t from_ns, at_ns; /* they were read between these */
	int end;
	enum numbers_of of;
	uint16_t port; /* of the socket; not NUMBERS_OF_ALL, as the next two */
	const struct bound *bound;
	uint32_t assoc_id;
	bool has_address;
	struct address address; /* of the peer: the path, or the primary one */
	uint64_t known;         /* bit i: value[i] is */
	int64_t value[NUMBERS];
};

static inline bool numbers_have(const struct numbers *numbers, enum number number)
{
	return numbers->known >> number & 1;
}

#endif
