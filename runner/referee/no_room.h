/* SPDX-License-Identifier: Apache-2.0 */
/*
 * no_room.h - DATA that an end may have had no room for: it may drop what its window does not allow (RFC 9260 section
 * 6.2). Its next SACK tells whether it did. Until then nobody knows, so nothing is said of that DATA.
 */
#ifndef SCTPSPEC_RUNNER_REFEREE_NO_ROOM_H
#define SCTPSPEC_RUNNER_REFEREE_NO_ROOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "netns/packet.h"
#include "runner/referee/delivery.h"

enum { NO_ROOM_MAX = 32 };

struct no_room {
	uint64_t octets; /* of user data, since the window was told last */
	unsigned n;
	struct fragment fragments[NO_ROOM_MAX];
	int64_t at_ns[NO_ROOM_MAX]; /* when each has come */
};

struct end;

/* DATA comes. True: nobody knows whether there is room for it. */
bool no_room_for(struct end *self, const struct chunk *data, int64_t at_ns);
/* The user has got a message of that stream and ppid: there was room for it. */
void no_room_read(struct end *self, uint16_t stream, uint32_t ppid, int64_t at_ns);
/* A SACK or SHUTDOWN is about to leave: what it acknowledges had room. Of what has just come the end may not know yet.
 */
void no_room_settle(struct end *self, const struct chunk *chunk, int64_t at_ns);

#endif
