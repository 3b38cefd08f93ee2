/* SPDX-License-Identifier: Apache-2.0 */
/*
 * habits.h - an SCTP endpoint that is a good peer by itself, as a pure function: a packet comes in, answers come out.
 *
 * It remembers what a peer remembers (the TCB of RFC 9260 section 14), answers what a good peer answers, and says of
 * each packet whether that was all. It does not send anything again: what is lost on its way to the other end is for a
 * case to send.
 */
#ifndef SCTPSPEC_NETNS_WIRE_HABITS_H
#define SCTPSPEC_NETNS_WIRE_HABITS_H

#include "netns/netns.h"
#include "netns/wire/wire.h"

#define PATHS(...) \
	(paths_of_((const unsigned[]){ __VA_ARGS__ }, sizeof((const unsigned[]){ __VA_ARGS__ }) / sizeof(unsigned)))
#define ALL_PATHS 0xffu
#define NO_PATHS 0x80000000u

static inline unsigned paths_of_(const unsigned *paths, size_t count)
{
	unsigned bits = 0;

	for (size_t i = 0; i < count; i++)
		bits |= 1U << paths[i];
	return bits;
}

/* A type of chunk as a bit: those of RFC 9260, and of the extensions. */
#define HAND(type_) (UINT64_C(1) << ((type_) < 32 ? (type_) : 32 + ((type_)&0x1f)))

/* What is not stated is what a good peer has on all paths. */
struct habits {
	unsigned paths;                            /* bits: where it has an address */
	unsigned lists;                            /* which of these its INIT and INIT ACK name; NO_PATHS: none */
	const struct sockaddr_storage *also_lists; /* another address that they name, which nobody need have */
	struct tlvs says;                          /* parameters that they have besides addresses and cookie */
	uint16_t port;                             /* its own */
	struct field initiate_tag, initial_tsn, a_rwnd, outbound_streams, inbound_streams;
	struct {
		unsigned every;   /* so many packets with DATA are acknowledged at once, fewer after the delay */
		int64_t delay_ns; /* default: each packet, at once */
	} sacks;
	int64_t delay_ns; /* from a packet to its answer */
	uint64_t by_hand; /* bits of HAND(type): not answered by itself */
	unsigned silent;  /* bits: nothing is taken in nor answered on these paths */
};

enum tcb_state {
	TCB_CLOSED,
	TCB_COOKIE_WAIT,
	TCB_COOKIE_ECHOED,
	TCB_ESTABLISHED,
	TCB_SHUTDOWN_SENT,
	TCB_SHUTDOWN_ACK_SENT
};

enum {
	TSN_ROOM = 4096,
	TCB_STREAMS = 64,
	TCB_GAPS = 32,
	TCB_DUPLICATES = 32,
	TCB_SAYS = 8,
	TCB_ADDRESSES = 2 * NET_PATHS_MAX + 1
};

/* What an endpoint remembers of its association. */
struct tcb {
	enum tcb_state state;
	bool connects; /* it goes on by itself from INIT ACK to COMM_UP */
	uint16_t own_port, peer_port;
	uint32_t own_tag, peer_tag;
	uint32_t initial_tsn, next_tsn; /* its own */
	uint32_t a_rwnd;
	uint16_t outbound_streams, inbound_streams, next_ssn[TCB_STREAMS];
	uint32_t peer_initial_tsn, cum_tsn; /* what has arrived without a gap */
	uint32_t highest_tsn;
	bool arrived[TSN_ROOM]; /* behind cum_tsn, at the place of the TSN */
	uint32_t acked_tsn;     /* what the peer has acknowledged */
	unsigned duplicate_count;
	uint32_t duplicates[TCB_DUPLICATES]; /* since the last SACK */
	unsigned unacknowledged;             /* packets with DATA */
	int sack_path;
	int64_t sack_due_ns; /* -1: none is due */
	unsigned heartbeats; /* that were sent and not answered */
	uint32_t heartbeat_number;
	uint8_t heartbeat_info[12];
	struct tlv addresses[TCB_ADDRESSES + TCB_SAYS + 1]; /* that it names; room for the rest, and the cookie */
	unsigned address_count;
	uint8_t address_bytes[TCB_ADDRESSES][16];
	struct tlvs says;
	const struct wire_chunk *last[256]; /* what arrived last of each type; its owner keeps it */
};

/* One packet that the endpoint sends; where its chunks point to lies in here, in the TCB, or in what has arrived. */
struct answer {
	int path;
	unsigned count;
	struct wire_chunk chunks[4];
	struct gap gaps[TCB_GAPS];
	uint32_t duplicates[TCB_DUPLICATES];
};

/* tcb.c */
void tcb_begin(struct tcb *tcb, const struct habits *habits);
/* One more address that INIT and INIT ACK name. */
void tcb_name_address(struct tcb *tcb, const struct sockaddr_storage *address);
/* Completes what is not set by what a good peer would say; `scratch` has room for what chunks point to. */
void tcb_fill(struct tcb *tcb, struct wire_chunk *chunk, struct answer *scratch);
void tcb_fill_header(const struct tcb *tcb, const struct wire_chunk *first, struct wire_header *header);
/* A chunk was sent as a good peer sends it. */
void tcb_note_sent(struct tcb *tcb, const struct wire_chunk *chunk);
/* A TSN has arrived; true: for the first time. */
bool tcb_note_tsn(struct tcb *tcb, uint32_t tsn);
const struct tlv *tcb_cookie(const struct tcb *tcb); /* of the last INIT ACK; NULL: none */

/* habits.c: a packet has arrived. Gives how many answers there are (one at most), and in *routine whether a good peer
 * gets such a packet and has answered it by itself, so that nobody need look at it. */
unsigned habits_take(struct tcb *tcb, const struct habits *habits, int64_t now_ns, const struct wire_packet *packet,
	bool *routine, struct answer *answer);
/* A SACK that was delayed, when it is due. */
unsigned habits_act(struct tcb *tcb, int64_t now_ns, struct answer *answer);

#endif
