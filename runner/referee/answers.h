/* SPDX-License-Identifier: Apache-2.0 */
/* answers.h - what an end owes its peer at once, because of what has arrived. */
#ifndef SCTPSPEC_RUNNER_REFEREE_ANSWERS_H
#define SCTPSPEC_RUNNER_REFEREE_ANSWERS_H

#include <stdbool.h>
#include <stdint.h>

#include "netns/packet.h"

struct end;

enum answer {
	ANSWER_SACK,
	ANSWER_HEARTBEAT_ACK,
	ANSWER_INIT_ACK,
	ANSWER_COOKIE_ECHO,
	ANSWER_COOKIE_ACK,
	ANSWER_SHUTDOWN_ACK,
	ANSWER_SHUTDOWN_COMPLETE,
	ANSWER_ASCONF_ACK,
	ANSWER_RE_CONFIG, /* of a request */
	ANSWER_CWR,
	ANSWER_WINDOW,         /* a SACK, as it has opened */
	ANSWER_DATA,           /* what its user has given it, when nothing is outstanding */
	ANSWER_RETRANSMISSION, /* of the first chunk that is outstanding, when the third SACK misses it */
	ANSWERS
};

/* Why a SACK is due at once (RFC 9260 sections 5.1, 6.2, 6.7 and 9.2). */
enum sack_reason {
	SACK_OF_FIRST = 1,    /* DATA of the association */
	SACK_OF_SECOND = 2,   /* packet since the last SACK */
	SACK_OF_GAP = 4,      /* TSNs are missing */
	SACK_OF_FILLED = 8,   /* none is missing any more */
	SACK_OF_AGAIN = 16,   /* nothing but duplicates came */
	SACK_OF_I_BIT = 32,   /* of the last DATA in a packet */
	SACK_OF_SHUTDOWN = 64 /* DATA in SHUTDOWN-SENT */
};

/* "At once" is a tick later at the latest: a socket that its user holds takes up what has arrived afterwards. */
#define AT_ONCE_NS 10000000

/* ... and so much later when an association is made first, with the many streams that its ends have offered. */
int64_t answer_time_ns(const struct end *self, enum answer answer);

struct owed {
	bool open;
	int64_t since_ns;
	unsigned reasons; /* ANSWER_SACK: sack_reason; ANSWER_COOKIE_ACK: bits for rows */
};

/* A packet has arrived, which the model knows. `answers`: it may do so itself, to what had come before. */
void answers_owe(struct end *self, const struct packet *packet, int64_t at_ns);
/* Its user has got a message. */
void answers_owe_window(struct end *self, int64_t at_ns);
/* Its user has given it a message. */
void answers_owe_data(struct end *self, uint32_t size, int64_t at_ns);
/* A chunk has left. */
void answers_give(struct end *self, const struct chunk *chunk);
/* The one that should have left by now, and is taken as given from now on; -1: none. */
int answers_overdue(struct end *self, int64_t now_ns, struct owed *owed);

#endif
