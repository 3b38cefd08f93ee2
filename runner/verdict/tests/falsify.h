/* SPDX-License-Identifier: Apache-2.0 */
/*
 * falsify.h - each rule is shown failing: a true trace is changed so that this rule must find it.
 *
 * falsify_packets.c has packets with other contents, falsify_losses.c packets that do not come, come late or go
 * elsewhere, falsify_events.c events and calls, falsify_numbers.c what a stack says of itself, falsify_beliefs.c
 * parameters. What is in no trace of a case is played (stage.h): falsify_plays.c, and falsify_extensions.c.
 */
#ifndef SCTPSPEC_RUNNER_VERDICT_TESTS_FALSIFY_H
#define SCTPSPEC_RUNNER_VERDICT_TESTS_FALSIFY_H

#include <netinet/in.h>
#include <stdint.h>
#include <string.h>

#include "runner/verdict/trace.h"

enum falsified { NOT_OF_THE_KIND, CHANGED, DROPPED, DOUBLED };

struct stage;

struct falsification {
	const char *rule;
	/* One of these. The packet is changed in place; false: it is not of the kind. */
	bool (*apply)(struct seen *seen, struct packet *packet);
	enum falsified (*tell)(struct told *told);
	void (*believe)(struct parameters *parameters);
	/* What no case has a trace of is played, once truly and once not. */
	void (*play)(struct stage *stage);
	enum { LEAVING, ARRIVING, ANYWHERE } where;    /* packets */
	enum { THE_FIRST, EVERY_SECOND, EVERY } which; /* of the packets or occurrences of the kind in a case */
};

/* Each ended by one without a rule. */
extern const struct falsification falsify_packets[], falsify_losses[], falsify_events[], falsify_numbers[],
	falsify_beliefs[], falsify_plays[], falsify_extensions[];

/* ---- For those who falsify packets ---- */

#define FALSIFY(name) static bool name(struct seen *seen, struct packet *packet)
/* Of a chunk of that type the statement. */
#define OF_A(type, statement)                                     \
	struct chunk *chunk = falsify_find(packet, CHUNK_##type); \
	(void)seen;                                               \
	if (!chunk)                                               \
		return false;                                     \
	statement;                                                \
	return true

static inline struct chunk *falsify_find(struct packet *packet, uint8_t type)
{
	for (unsigned i = 0; i < packet->chunk_count; i++)
		if (packet->chunks[i].type == type && packet->chunks[i].decoded)
			return &packet->chunks[i];
	return NULL;
}

static inline bool is_data(const struct chunk *chunk)
{
	return chunk->type == CHUNK_DATA;
}

static inline uint8_t *bytes_of(const struct chunk *chunk)
{
	return (uint8_t *)(uintptr_t)chunk->value;
}

#endif
