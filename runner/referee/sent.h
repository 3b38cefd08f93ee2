/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sent.h - the DATA and I-DATA chunks of an end: which are outstanding, how often and when each was sent, and over
 * which path (RFC 9260 section 6).
 */
#ifndef SCTPSPEC_RUNNER_REFEREE_SENT_H
#define SCTPSPEC_RUNNER_REFEREE_SENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sent_chunk {
	uint32_t tsn;
	uint32_t order; /* SSN, or MID of I-DATA */
	uint32_t ppid;
	uint16_t stream;
	uint16_t length; /* of the user's data */
	uint8_t flags;
	bool acknowledged;      /* by a gap block, which may be taken back */
	bool fast;              /* it was sent again because SACKs said that it was missing */
	unsigned misses;        /* SACKs with gap blocks beyond it, at the most, since it was sent last */
	unsigned surely_missed; /* SACKs that newly acknowledge what is beyond it */
	bool abandoned;         /* a FORWARD TSN has passed over it */
	bool marked;            /* for retransmission: T3-rtx has expired, and it was not sent again yet */
	int path;               /* on which it was sent last; -1: not known */
	int to;                 /* the destination's number, at its sender; -1: not known */
	unsigned times;         /* it was sent */
	int64_t first_ns, last_ns;
};

struct sent {
	bool known;              /* `next` is */
	uint32_t next;           /* the lowest TSN that was never sent */
	uint32_t acknowledged;   /* the cumulative TSN ack point */
	struct sent_chunk *ring; /* those beyond it, one for each TSN from acknowledged + 1 to next - 1 */
	size_t first, n, room;
	bool has_gaps; /* some may be acknowledged by gap blocks */
	size_t *all;   /* that there is room for, of all ends; NULL: nobody counts */
};

/* More than any window holds; and, of all ends together, more than the windows of a busy machine. A sender with more
 * outstanding is not followed any further: `known` is false then. */
enum { SENT_CHUNKS_MAX = 1 << 18, SENT_CHUNKS_ALL = 1 << 22 };

void sent_begin(struct sent *sent, uint32_t initial_tsn);
/* The chunk of a TSN that is outstanding, or NULL. */
struct sent_chunk *sent_find(const struct sent *sent, uint32_t tsn);
/* A chunk with TSN `next` leaves; what lies between is lost from sight. NULL when it cannot be followed. */
struct sent_chunk *sent_add(struct sent *sent, const struct sent_chunk *chunk);
/* All up to `cumulative` is acknowledged. */
void sent_acknowledge(struct sent *sent, uint32_t cumulative);
/* The user's octets that are neither acknowledged nor in a gap block, on a path; -1: on all. */
uint64_t sent_outstanding(const struct sent *sent, int path);
void sent_free(struct sent *sent);

#endif
