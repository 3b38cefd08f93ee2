/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bound.h - where a socket of an end is bound: several may have one port, each at addresses of its own. What a socket
 * tells, or is told, is of its associations only.
 */
#ifndef SCTPSPEC_RUNNER_REFEREE_BOUND_H
#define SCTPSPEC_RUNNER_REFEREE_BOUND_H

#include <stdbool.h>
#include <stdint.h>

#include "runner/referee/address.h"

enum { BOUND_MAX = 32 };

struct bound {
	unsigned n;
	struct address addresses[BOUND_MAX];
};

struct association;
struct end;

/* NULL, in all of these, and in calls, events and numbers: no other socket of that end has the port. */
bool bound_has(const struct bound *bound, const struct address *address);
/* Whether no address is in both; NULL has all. */
bool bound_apart(const struct bound *one, const struct bound *other);
/* Whether the socket with that port, which is bound there, is the one of this end. */
bool end_is_bound(const struct end *self, uint16_t port, const struct bound *bound);
/* Whether both are between the same two sockets, as far as ports and addresses tell (RFC 9260 section 1.4: an SCTP
 * endpoint). */
bool association_between_the_same(const struct association *one, const struct association *other);

#endif
