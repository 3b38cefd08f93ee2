/* SPDX-License-Identifier: Apache-2.0 */
/* falsify_numbers.c - what a stack says of itself, changed. */
#include "runner/verdict/tests/falsify.h"

/* Where it was `value`, it is that. */
#define FALSIFY_NUMBER(name, number, becomes)                                                                \
	static enum falsified name(struct told *told)                                                        \
	{                                                                                                    \
		const int64_t value = told->what == TOLD_NUMBERS ? told->numbers.value[NUMBER_##number] : 0; \
		if (told->what != TOLD_NUMBERS || !numbers_have(&told->numbers, NUMBER_##number))            \
			return NOT_OF_THE_KIND;                                                              \
		told->numbers.value[NUMBER_##number] = (becomes);                                            \
		(void)value;                                                                                 \
		return CHANGED;                                                                              \
	}

FALSIFY_NUMBER(wrong_state, STATE, 1)
FALSIFY_NUMBER(wrong_streams, IN_STREAMS, value + 1)
FALSIFY_NUMBER(one_not_acknowledged, UNACKNOWLEDGED, value + 1)
FALSIFY_NUMBER(one_pending, PENDING, value + 1)
FALSIFY_NUMBER(larger_window, PEER_WINDOW, value + 1)
FALSIFY_NUMBER(wrong_reach, REACH, value + 1)
FALSIFY_NUMBER(wrong_rto, RTO, value + 100000)
FALSIFY_NUMBER(wrong_srtt, SRTT, value + 100000)
FALSIFY_NUMBER(no_window, CWND, 0)
FALSIFY_NUMBER(smaller_cwnd, CWND, value < 4380 ? value : 4379)
FALSIFY_NUMBER(larger_cwnd, CWND, value + 1000000)
FALSIFY_NUMBER(one_packet_less, PACKETS_OUT, value - 1)
FALSIFY_NUMBER(one_control_less, CONTROL_IN, value - 1)
FALSIFY_NUMBER(one_sack_more, SACKS_IN, value + 1)
FALSIFY_NUMBER(one_chunk_more, DATA_IN, value + 1)
FALSIFY_NUMBER(one_sent_again_less, RETRANSMITTED, value - 1)
FALSIFY_NUMBER(one_duplicate_less, DUPLICATES, value - 1)
FALSIFY_NUMBER(one_in_all_more, ALL_PACKETS_IN, value + 1)
FALSIFY_NUMBER(one_t3_less, ALL_T3, value - 1)
FALSIFY_NUMBER(one_association_more, ALL_ACTIVE, value + 1)

/* The primary is the address on the next path. */
static enum falsified another_primary(struct told *told)
{
	if (told->what != TOLD_NUMBERS || told->numbers.of != NUMBERS_OF_ASSOCIATION || told->numbers.address.ipv6)
		return NOT_OF_THE_KIND;
	told->numbers.address.bytes[2] ^= 1;
	return CHANGED;
}

const struct falsification falsify_numbers[] = {
	{ .rule = "numbers.state", .tell = wrong_state, .which = EVERY },
	{ .rule = "numbers.streams", .tell = wrong_streams, .which = EVERY },
	{ .rule = "numbers.unacknowledged", .tell = one_not_acknowledged, .which = EVERY },
	{ .rule = "numbers.pending", .tell = one_pending, .which = EVERY },
	{ .rule = "numbers.peer-window", .tell = larger_window, .which = EVERY },
	{ .rule = "numbers.path-state", .tell = wrong_reach, .which = EVERY },
	{ .rule = "numbers.rto", .tell = wrong_rto, .which = EVERY },
	{ .rule = "numbers.srtt", .tell = wrong_srtt, .which = EVERY },
	{ .rule = "numbers.cwnd", .tell = no_window, .which = EVERY },
	{ .rule = "numbers.cwnd", .tell = smaller_cwnd, .which = EVERY },
	{ .rule = "numbers.cwnd", .tell = larger_cwnd, .which = EVERY },
	{ .rule = "numbers.packets", .tell = one_packet_less, .which = EVERY },
	{ .rule = "numbers.control-chunks", .tell = one_control_less, .which = EVERY },
	{ .rule = "numbers.sacks", .tell = one_sack_more, .which = EVERY },
	{ .rule = "numbers.data", .tell = one_chunk_more, .which = EVERY },
	{ .rule = "numbers.retransmissions", .tell = one_sent_again_less, .which = EVERY },
	{ .rule = "numbers.duplicates", .tell = one_duplicate_less, .which = EVERY },
	{ .rule = "numbers.all-packets", .tell = one_in_all_more, .which = EVERY },
	{ .rule = "numbers.all-t3", .tell = one_t3_less, .which = EVERY },
	{ .rule = "numbers.all-associations", .tell = one_association_more, .which = EVERY },
	{ .rule = "numbers.primary", .tell = another_primary, .which = EVERY },
	{ .rule = NULL },
};
