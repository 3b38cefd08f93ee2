/* SPDX-License-Identifier: Apache-2.0 */
/*
 * no_room.h - DATA that an end may have had no room for: it may drop what its window does not allow, and must not
 * acknowledge that (RFC 9260 section 6.2). Its next SACK tells whether it did. Until then nobody knows, so nothing is
 * said of that DATA.
 *
 * What its window does not allow is seen when the DATA comes. But a window may close sooner than by the octets of the
 * user: a stack may count the memory that they take. Then a SACK with an a_rwnd of 0 tells it, and of what has come
 * since the SACK before may leave out anything. A SACK with another a_rwnd may not.
 */
#ifndef SCTPSPEC_RUNNER_REFEREE_NO_ROOM_H
#define SCTPSPEC_RUNNER_REFEREE_NO_ROOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "netns/packet.h"
#include "runner/referee/delivery.h"

/* More than may come between two SACKs. */
enum { NO_ROOM_MAX = 1024 };

struct without_room {
	struct fragment fragment;
	int64_t at_ns; /* when it has come */
};

struct no_room {
	uint64_t octets; /* of user data, since the window was told last, */
	int64_t told_ns; /* which was then */
	struct without_room *held;
	size_t n, room;
};

struct end;

/* DATA comes. True: nobody knows whether there is room for it. */
bool no_room_for(struct end *self, const struct chunk *data, int64_t at_ns);
/* The user has got a message of that stream and ppid: there was room for it. */
void no_room_read(struct end *self, uint16_t stream, uint32_t ppid, int64_t at_ns);
/* A SACK or SHUTDOWN is about to leave: what it acknowledges had room. Of what has just come the end may not know yet.
 */
void no_room_settle(struct end *self, const struct chunk *chunk, int64_t at_ns);
void no_room_free(struct no_room *no_room);

#endif
