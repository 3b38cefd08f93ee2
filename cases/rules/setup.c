/* SPDX-License-Identifier: Apache-2.0 */
/* setup.c - the four packets that make an association (RFC 9260 sections 3.3.2, 3.3.3 and 5.1). */
#include <string.h>

#include "cases/requirements.h"
#include "runner/referee/rule.h"

RULE(setup, "initiate-tag", .title = "An initiate tag is not 0", .level = LEVEL_MUST,
	.requirements = IDS(R_9260_3_3_3_04, R_9260_5_1_02), .on = ON_SENDING,
	.chunks = CHUNKS(CHUNK_INIT, CHUNK_INIT_ACK))
{
	if (step->chunk->decoded)
		must(step, step->chunk->init.initiate_tag != 0, "an initiate tag other than 0", "0");
}

RULE(setup, "streams", .title = "INIT and INIT ACK offer streams both ways", .level = LEVEL_MUST,
	.requirements = IDS(R_9260_3_3_2_19, R_9260_3_3_2_23, R_9260_3_3_3_14, R_9260_3_3_3_19), .on = ON_SENDING,
	.chunks = CHUNKS(CHUNK_INIT, CHUNK_INIT_ACK))
{
	if (step->chunk->decoded)
		must(step, step->chunk->init.outbound_streams > 0 && step->chunk->init.inbound_streams > 0,
			"at least one stream each way", "%u outbound, %u inbound", step->chunk->init.outbound_streams,
			step->chunk->init.inbound_streams);
}

RULE(setup, "streams-that-the-peer-takes", .title = "INIT ACK has no more outbound streams than INIT allows",
	.level = LEVEL_MUST, .requirements = IDS(R_9260_3_3_3_15), .on = ON_SENDING, .chunks = CHUNKS(CHUNK_INIT_ACK))
{
	const struct end *peer = step->self->peer;
	if (step->chunk->decoded && peer->has_init)
		must(step, step->chunk->init.outbound_streams <= peer->inbound_streams,
			"no more outbound streams than the peer takes in", "%u, and it takes %u",
			step->chunk->init.outbound_streams, peer->inbound_streams);
}

RULE(setup, "window", .title = "INIT and INIT ACK tell a window of 1500 octets at least", .level = LEVEL_MUST,
	.requirements = IDS(R_9260_3_3_2_13, R_9260_3_3_3_08), .on = ON_SENDING,
	.chunks = CHUNKS(CHUNK_INIT, CHUNK_INIT_ACK))
{
	if (step->chunk->decoded)
		must(step, step->chunk->init.a_rwnd >= 1500, "an a_rwnd of 1500 octets at least", "%u",
			step->chunk->init.a_rwnd);
}

RULE(setup, "init-again", .title = "INIT is retransmitted with its initiate tag and initial TSN", .level = LEVEL_MUST,
	.requirements = IDS(R_9260_5_1_6_02), .on = ON_SENDING, .chunks = CHUNKS(CHUNK_INIT))
{
	const struct end *self = step->self;
	if (step->chunk->decoded && self->has_init && self->state == STATE_COOKIE_WAIT)
		must(step,
			step->chunk->init.initiate_tag == self->tag &&
				step->chunk->init.initial_tsn == self->initial_tsn,
			"the same initiate tag and initial TSN", "tag %u, initial TSN %u",
			step->chunk->init.initiate_tag, step->chunk->init.initial_tsn);
}

RULE(setup, "cookie-unchanged", .title = "COOKIE ECHO repeats the State Cookie of INIT ACK", .level = LEVEL_MUST,
	.requirements = IDS(R_9260_5_1_6_03, R_9260_5_1_09), .on = ON_SENDING, .chunks = CHUNKS(CHUNK_COOKIE_ECHO))
{
	const struct association *association = step->self->association;
	const size_t length = step->chunk->length - 4U;
	if (!association->cookie || step->chunk->captured != length)
		return;
	must(step, length == association->cookie_length && memcmp(step->chunk->value, association->cookie, length) == 0,
		"the State Cookie of the last INIT ACK, unchanged", "another one of %zu octets", length);
}

RULE(setup, "cookie-first", .title = "COOKIE ECHO and COOKIE ACK stand first in their packets", .level = LEVEL_MUST,
	.requirements = IDS(R_9260_5_1_11, R_9260_5_1_15), .on = ON_SENDING,
	.chunks = CHUNKS(CHUNK_COOKIE_ECHO, CHUNK_COOKIE_ACK))
{
	must(step, step->index == 0, "the first place in the packet", "place %u", step->index + 1);
}

RULE(setup, "nothing-before-cookie-ack", .title = "Between COOKIE ECHO and COOKIE ACK nothing else is sent",
	.level = LEVEL_MUST, .requirements = IDS(R_9260_5_1_12), .on = ON_PACKET)
{
	const struct end *self = step->self;
	const uint8_t first = step->packet->chunk_count ? step->packet->chunks[0].type : CHUNK_PAD;
	if (!self->exact || self->state != STATE_COOKIE_ECHOED)
		return;
	must(step,
		first == CHUNK_COOKIE_ECHO || first == CHUNK_ABORT || first == CHUNK_INIT_ACK || first == CHUNK_ERROR ||
			first == CHUNK_COOKIE_ACK,
		"nothing but COOKIE ECHO until COOKIE ACK has come", "%s", chunk_name(first) ?: "another chunk");
}
