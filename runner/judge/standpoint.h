/* SPDX-License-Identifier: Apache-2.0 */
/*
 * standpoint.h - at which end a capture was taken: which of its addresses are that machine's own.
 *
 * The user says so, or the file does (cooked captures and pcapng can mark each packet as sent or received), or it
 * follows from its first packets: what a machine sends has not gone over a router yet, and it answers a HEARTBEAT, an
 * INIT, a COOKIE ECHO or a SHUTDOWN sooner than its peer, whose answer has the way to go and back. Where a packet is in
 * two captures, it was earlier in that of its sender; what both clocks differ by follows from both ways. Addresses that
 * talk to each other are on opposite sides, so that one of them decides for many.
 */
#ifndef SCTPSPEC_RUNNER_JUDGE_STANDPOINT_H
#define SCTPSPEC_RUNNER_JUDGE_STANDPOINT_H

#include "runner/judge/addresses.h"
#include "runner/judge/capture_file.h"

struct standpoint {
	struct addresses own;
	const char *how;  /* "its packets are marked as sent and received"; NULL: it cannot be told */
	int64_t ahead_ns; /* of the clock of the capture that is compared with */
};

/* What the beginning of a file shows. */
struct look;

/* The file then starts again. NULL without memory. */
struct look *look_at(struct capture_file *file, uint16_t udp_port);
void look_free(struct look *look);
/* Decides for all captures that were taken at an end; of those whose addresses are known already (`how`), only the
 * clock is compared. 0 or -ENOMEM. */
int standpoints_decide(struct standpoint *const *standpoints, struct look *const *looks, size_t n);
/* SEEN_LEAVING, SEEN_ARRIVING, SEEN_AT_AN_END (where addresses do not tell) or SEEN_BETWEEN. Learns from marks. */
int standpoint_of(struct standpoint *standpoint, const struct captured *captured, const struct address *source,
	const struct address *destination);

#endif
