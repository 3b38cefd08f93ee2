/* SPDX-License-Identifier: Apache-2.0 */
/*
 * packets_around.h - the packets of a case around the place that a finding or an answer is about, at both ends: for
 * people, and for the log. Pure.
 *
 * All times have one zero: that of the case's events.
 */
#ifndef SCTPSPEC_RUNNER_VERDICT_PACKETS_AROUND_H
#define SCTPSPEC_RUNNER_VERDICT_PACKETS_AROUND_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <jansson.h>

#include "netns/packet.h"

/* A packet of a capture, not decoded yet. */
struct captured_packet {
	int64_t at_ns;
	int end, path;   /* of the capture; end: 0 or 1 */
	unsigned number; /* in it, from 1 */
	int sender;      /* 0 or 1; -1: nobody knows */
	int link;        /* of the capture, as for packet_decode() */
	const uint8_t *bytes;
	size_t length;
};

/* Its packet, which may be in UDP (RFC 6951), from or to the port that is the default for that. */
enum packet_status captured_packet_decode(const struct captured_packet *captured, struct packet *out);

/* All packets of a case, in the order of time. */
struct captured_packets {
	const struct captured_packet *list;
	size_t n;
};

/* A packet, or an instant at which there is none. */
struct place {
	int64_t at_ns;
	unsigned number; /* in the capture of that end and path; 0: no packet */
	int end, path;
};

/* Nine packets, a line each, of which the place is one; or around a line for it. */
void packets_around_print(const struct place *where, struct captured_packets packets, FILE *out);
/* The log's member `packets` (LOG.md): up to six packets before and six after it. NULL without memory. */
json_t *packets_around_log(const struct place *where, struct captured_packets packets);

#endif
