/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stage.h - an association that is played, for rules of which no case has a trace: packets are made octet by octet,
 * decoded as those of captures are, and shown to a referee as they leave and as they arrive.
 */
#ifndef SCTPSPEC_RUNNER_VERDICT_TESTS_STAGE_H
#define SCTPSPEC_RUNNER_VERDICT_TESTS_STAGE_H

#include "runner/referee/referee.h"

struct stage {
	const char *breaks; /* the rule that the play is to break, or NULL */
	struct referee *referee;
	bool tells; /* events */
	int64_t at_ns;
	unsigned number; /* of packets that have left */
	struct actor {
		uint32_t tag;
		uint32_t tsn;       /* the next one, */
		uint32_t first_tsn; /* and the first */
	} actor[2];
	/* The packet that is being made. */
	int from;
	uint8_t bytes[4096];
	size_t length, chunk; /* chunk: where the last one begins; 0: there is none */
};

/* `breaks`: a rule, or NULL. */
void stage_open(struct stage *stage, const char *breaks);
/* Whether it is that rule which is to be broken. */
bool stage_breaks(const struct stage *stage, const char *rule);
void stage_close(struct stage *stage);
void stage_wait_ms(struct stage *stage, int64_t ms);

/* A packet of end 0 or 1, its chunks, and what is in them. */
void stage_packet(struct stage *stage, int from);
void stage_chunk(struct stage *stage, uint8_t type, uint8_t flags);
void stage_8(struct stage *stage, unsigned value);
void stage_16(struct stage *stage, unsigned value);
void stage_32(struct stage *stage, uint32_t value);
/* So many octets, the first of which are that. */
void stage_fill(struct stage *stage, const char *first, size_t length);
/* It is complete, but for what is filled in afterwards. */
void stage_finish(struct stage *stage);
/* It leaves, and arrives; or it is lost. */
void stage_send(struct stage *stage);
void stage_lose(struct stage *stage);

/* The four packets of the set-up; what INIT and INIT ACK offer besides: a play puts parameters of each end there. */
typedef void stage_offer(struct stage *stage, int end);
/* A packet with INIT, or with INIT ACK and that State Cookie. */
enum { STAGE_COOKIE = 12 };
void stage_put_init(struct stage *stage, uint8_t type, int end, const char *cookie, stage_offer *offer);
void stage_meet(struct stage *stage, stage_offer *offer);
/* A DATA chunk with the next TSN in the packet that is being made. */
void stage_put_data(struct stage *stage, unsigned stream, unsigned ssn, size_t length);
/* A packet of one such chunk; a packet with a SACK for all that the other end has sent. */
void stage_data(struct stage *stage, int from, unsigned stream, unsigned ssn, size_t length);
void stage_sack(struct stage *stage, int from);
enum { STAGE_WINDOW = 100000 };
void stage_sack_window(struct stage *stage, int from, uint32_t window);

/* From here on, before the ends meet, their events are told, too; comm_up is. A message of a stream is delivered. */
void stage_follow_events(struct stage *stage);
/* Of the path to the other end. */
void stage_tell_path(struct stage *stage, int end, enum event_kind kind);
void stage_deliver(struct stage *stage, int end, uint16_t stream, uint32_t size);

#endif
