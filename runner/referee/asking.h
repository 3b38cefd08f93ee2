/* SPDX-License-Identifier: Apache-2.0 */
/*
 * asking.h - what the user of an end asks its sockets for: which events it wants, whether it reads at all, and which
 * association has a socket of its own (RFC 6458 sections 3, 4, 6.2 and 9.2). What it does not ask for is not missing.
 */
#ifndef SCTPSPEC_RUNNER_REFEREE_ASKING_H
#define SCTPSPEC_RUNNER_REFEREE_ASKING_H

#include <stdbool.h>
#include <stdint.h>

/* Of one association, at one end. */
struct asking {
	uint32_t untold;         /* bits for enum event_kind: events of these kinds are not told */
	bool has_own_socket;     /* accepted, or peeled off */
	bool names_addresses;    /* messages go to others than the primary on purpose */
	bool waits_for_accept;   /* nobody can read of it yet */
	bool pauses;             /* nobody reads; so it is, too, while it waits */
	int64_t caught_up_by_ns; /* until then what comes may have waited, and may have come for several causes */
};

/* What a port's socket is asked for, which its associations begin with. */
struct asker {
	int end;
	uint16_t port;
	const struct bound *bound;
	uint32_t untold;
	bool pauses, accepts;
};

enum { ASKERS_MAX = 512 };

struct bound;
struct end;
struct referee;
struct call;

/* As an association is met, whose INIT `self` has sent or (`is_asked`) got. */
void asking_begin(struct referee *referee, struct end *self, int end, bool is_asked);
/* A call on a socket of that end's. */
void asking_note(struct referee *referee, const struct call *call);
/* Whether events of that kind are told at that end, if they happen. */
bool asking_is_told(const struct end *self, unsigned kind);

#endif
