/* SPDX-License-Identifier: Apache-2.0 */
/*
 * finding_explain.h - a finding of the referee for people: the rule's sentence and requirements, what was expected and
 * seen, and the packets around it, at both ends. Pure.
 *
 * All times have one zero: that of the case's events.
 */
#ifndef SCTPSPEC_RUNNER_VERDICT_FINDING_EXPLAIN_H
#define SCTPSPEC_RUNNER_VERDICT_FINDING_EXPLAIN_H

#include <jansson.h>

#include "runner/catalogue/catalogue.h"
#include "runner/referee/referee.h"

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

/* All packets of a case, in the order of time in which the referee has seen them. */
struct captured_packets {
	const struct captured_packet *list;
	size_t n;
};

/* At most 14 lines, as a case's explanation has. Malloc'd; NULL without memory. */
char *finding_explain(
	const struct catalogue *catalogue, const struct finding *finding, struct captured_packets packets);
/* The log's member `packets` (LOG.md): up to six packets before and six after it. NULL without memory. */
json_t *finding_packets(const struct finding *finding, struct captured_packets packets);

#endif
