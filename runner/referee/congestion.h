/* SPDX-License-Identifier: Apache-2.0 */
/*
 * congestion.h - how much an end may have outstanding to a destination (RFC 9260 section 7.2): what is surely in
 * flight, and what its cwnd is at the most. Whether cwnd was full when it grew, and what fast recovery and idle times
 * took from it, need not be known for that.
 */
#ifndef SCTPSPEC_RUNNER_REFEREE_CONGESTION_H
#define SCTPSPEC_RUNNER_REFEREE_CONGESTION_H

#include <stdbool.h>
#include <stdint.h>

struct congestion {
	int64_t cwnd;         /* at the most; 0: not known */
	int64_t raised;       /* the same, where a HEARTBEAT makes it four MTUs at least (Linux) */
	int64_t flight;       /* octets of user data that are outstanding, and not marked for retransmission */
	int64_t acknowledged; /* octets, by the SACK that is being read */
};

/* Slow start begins (section 7.2.1). `mtu`: of the path at the most; 0: nobody knows. */
void congestion_begin(struct congestion *congestion, uint32_t mtu);
void congestion_send(struct congestion *congestion, uint32_t octets);
/* It is acknowledged, or (`lost`) marked or sent again. */
void congestion_settle(struct congestion *congestion, uint32_t octets, bool lost);
/* A SACK has been read. */
void congestion_grow(struct congestion *congestion, uint32_t mtu);
/* T3-rtx has expired (section 7.2.3). */
void congestion_expire(struct congestion *congestion, uint32_t mtu);

/* Fast recovery: half of it, or four MTUs if that is more (section 7.2.3). */
void congestion_recover(struct congestion *congestion, uint32_t mtu);
/* A HEARTBEAT leaves. */
void congestion_rest(struct congestion *congestion, uint32_t mtu);

#endif
