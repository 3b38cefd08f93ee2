/* SPDX-License-Identifier: Apache-2.0 */
/* trace_numbers.h - a `numbers` line of a guest, for the referee. */
#ifndef SCTPSPEC_RUNNER_VERDICT_TRACE_NUMBERS_H
#define SCTPSPEC_RUNNER_VERDICT_TRACE_NUMBERS_H

#include <jansson.h>

#include "netns/netns.h"
#include "runner/referee/numbers.h"

/* `port`: of its socket. What the line does not have is not known. */
struct numbers numbers_of_line(const struct topology *topology, const json_t *line, uint16_t port);
/* The address of the peer of an end on a path, IPv6 or not. False: the topology has none. */
bool address_of_peer(
	const struct topology *topology, int end, int64_t owner, int64_t path, bool ipv6, struct address *out);

#endif
