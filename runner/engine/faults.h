/* SPDX-License-Identifier: Apache-2.0 */
/*
 * faults.h - faults by their names, for case.h.
 *
 *	inject(t, chunks_lost(nth(3, DATA), 0, A_TO_B)); from now on the packet with the third DATA is lost
 */
#ifndef SCTPSPEC_RUNNER_ENGINE_FAULTS_H
#define SCTPSPEC_RUNNER_ENGINE_FAULTS_H

#include "netns/netns.h"
#include "runner/engine/vtime.h"

/* ------------------------------------------------------------------ chunks */

/* Packets with a chunk of that type, all from the injection on; chunks are counted, not packets. ANY_PACKET: whatever
 * is in it. */
static inline struct chunks every(unsigned type)
{
	return (struct chunks){ .type = (uint16_t)type };
}

/* The n-th, from 1 to 64. */
static inline struct chunks nth(unsigned n, unsigned type)
{
	return (struct chunks){ .type = (uint16_t)type, .which = UINT64_C(1) << (n - 1) };
}

/* From this number to that one. */
static inline struct chunks nth_to(unsigned from, unsigned to, unsigned type)
{
	return (struct chunks){ .type = (uint16_t)type,
		.which = (~UINT64_C(0) >> (64 - to)) & ~((UINT64_C(1) << (from - 1)) - 1) };
}

/* Those that either means; of the same type. */
static inline struct chunks both_of(struct chunks one, struct chunks other)
{
	one.which |= other.which;
	return one;
}

/* Only DATA that is sent for the first time, or again, is counted. */
static inline struct chunks sent_first(struct chunks chunks)
{
	chunks.sending = FIRST_SENT;
	return chunks;
}

static inline struct chunks sent_again(struct chunks chunks)
{
	chunks.sending = SENT_AGAIN;
	return chunks;
}

/* Only DATA of the message that has this payload protocol identifier. */
static inline struct chunks of_ppid(uint32_t ppid, struct chunks chunks)
{
	chunks.by_ppid = true;
	chunks.ppid = ppid;
	return chunks;
}

/* What happens to them, on a path or EVERY_PATH. */
static inline struct fault chunks_lost(struct chunks chunks, unsigned path, enum fault_direction direction)
{
	return (struct fault){ .kind = FAULT_CHUNKS_LOST, .path = path, .direction = direction, .chunks = chunks };
}

static inline struct fault chunks_doubled(struct chunks chunks, unsigned path, enum fault_direction direction)
{
	return (struct fault){ .kind = FAULT_CHUNKS_DOUBLED, .path = path, .direction = direction, .chunks = chunks };
}

static inline struct fault chunks_corrupted(struct chunks chunks, unsigned path, enum fault_direction direction)
{
	return (struct fault){ .kind = FAULT_CHUNKS_CORRUPTED, .path = path, .direction = direction, .chunks = chunks };
}

/* As a queue of a router does that is about to be full (ECN); packets that do not allow it stay as they are. */
static inline struct fault chunks_marked(struct chunks chunks, unsigned path, enum fault_direction direction)
{
	return (struct fault){ .kind = FAULT_CHUNKS_MARKED, .path = path, .direction = direction, .chunks = chunks };
}

/* So that what is sent within that time after it overtakes it; not on EVERY_PATH. */
static inline struct fault chunks_held_up(vtime by, struct chunks chunks, unsigned path, enum fault_direction direction)
{
	return (struct fault){ .kind = FAULT_CHUNKS_DELAYED,
		.path = path,
		.direction = direction,
		.delay_us = (uint32_t)(by / 1000),
		.chunks = chunks };
}

/* ------------------------------------------------------------------ all packets of a path */

static inline struct fault all_slow(vtime by, unsigned path, enum fault_direction direction)
{
	return (struct fault){
		.kind = FAULT_DELAY, .path = path, .direction = direction, .delay_us = (uint32_t)(by / 1000)
	};
}

static inline struct fault some_doubled(double percent, unsigned path)
{
	return (struct fault){ .kind = FAULT_DUPLICATE, .path = path, .percent = percent };
}

static inline struct fault some_corrupted(double percent, unsigned path)
{
	return (struct fault){ .kind = FAULT_CORRUPT, .path = path, .percent = percent };
}

/* Some are sent at once, and overtake the others, which are late by that much. */
static inline struct fault some_overtake(double percent, vtime late, unsigned path)
{
	return (struct fault){
		.kind = FAULT_REORDER, .path = path, .percent = percent, .delay_us = (uint32_t)(late / 1000)
	};
}

/* Larger packets vanish; or are refused by the router, which says so. */
static inline struct fault mtu_hole(uint32_t mtu, unsigned path)
{
	return (struct fault){ .kind = FAULT_MTU, .path = path, .mtu = mtu };
}

static inline struct fault mtu_told(uint32_t mtu, unsigned path)
{
	return (struct fault){ .kind = FAULT_MTU, .path = path, .mtu = mtu, .icmp = true };
}

static inline struct fault unreachable_by_icmp(unsigned path)
{
	return (struct fault){ .kind = FAULT_UNREACHABLE, .path = path };
}

/* ICMP destination unreachable, with one of these codes, for SCTP in that direction; of a firewall. */
enum icmp_code { ICMP_NET, ICMP_HOST, ICMP_PROTOCOL, ICMP_PORT, ICMP_PROHIBITED = 13 };
static inline struct fault rejected_by_icmp(enum icmp_code code, unsigned path, enum fault_direction direction)
{
	return (struct fault){ .kind = FAULT_REJECT, .path = path, .direction = direction, .icmp_code = (uint8_t)code };
}

/* The firewall forgets which associations there are, once; nothing is to be mended. */
static inline struct fault state_forgotten(unsigned path)
{
	return (struct fault){ .kind = FAULT_STATE_FORGOTTEN, .path = path };
}

/* ------------------------------------------------------------------ one end of a path */

static inline struct fault address_removed(unsigned path, enum fault_at at)
{
	return (struct fault){ .kind = FAULT_ADDRESS_REMOVED, .path = path, .at = at };
}

/* The interface is up, but what it is plugged into is not. */
static inline struct fault carrier_lost(unsigned path, enum fault_at at)
{
	return (struct fault){ .kind = FAULT_CARRIER, .path = path, .at = at };
}

/* The link is down, and the IPv6 address goes with it, as it does by default (keep_addr_on_down). */
static inline struct fault link_and_address_lost(unsigned path, enum fault_at at)
{
	return (struct fault){ .kind = FAULT_LINK_DOWN, .path = path, .at = at, .addresses_lost = true };
}

/* It has to be asked for again, which fails while packets are lost. */
static inline struct fault neighbour_forgotten(unsigned path, enum fault_at at)
{
	return (struct fault){ .kind = FAULT_NEIGHBOUR, .path = path, .at = at };
}

/* Host c has b's address on the path, and answers for it. */
static inline struct fault address_taken(unsigned path)
{
	return (struct fault){ .kind = FAULT_ADDRESS_TAKEN, .path = path };
}

/* So many kbit/s have to do, and so many packets may wait for that; 0: all. */
static inline struct fault narrowed(uint32_t rate_kbit, uint32_t queue, unsigned path, enum fault_direction direction)
{
	return (struct fault){
		.kind = FAULT_NARROW, .path = path, .direction = direction, .rate_kbit = rate_kbit, .queue = queue
	};
}

/* The same with a queue that marks (ECN) each packet that comes when so many thousand octets wait, averaged over two or
 * three packets, instead of dropping any. A kernel without RED ends the case as skipped. */
static inline struct fault narrowed_with_marks(
	uint32_t rate_kbit, uint32_t thousand_octets, unsigned path, enum fault_direction direction)
{
	return (struct fault){ .kind = FAULT_NARROW,
		.path = path,
		.direction = direction,
		.rate_kbit = rate_kbit,
		.mark_from = 1000 * thousand_octets };
}

/* ------------------------------------------------------------------ a host */

struct trial;

/* It neither hears nor says anything. What is sent to it arrives when it is mended; what it sends is lost. */
static inline struct fault host_paused(enum fault_at at)
{
	return (struct fault){ .kind = FAULT_HOST_PAUSED, .path = EVERY_PATH, .at = at };
}

/* All its links go down at once. */
static inline struct fault host_down(enum fault_at at)
{
	return (struct fault){ .kind = FAULT_HOST_DOWN, .path = EVERY_PATH, .at = at };
}

/* The host loses its power: its links go down, and its sockets and associations vanish without a packet. Gives when.
 * Its peers' pointers must not be used any more. */
vtime host_crashes(struct trial *t, enum endpoint host);
/* Its links and addresses are back; it has no sockets until the body opens some. */
vtime host_returns(struct trial *t, enum endpoint host);

#endif
