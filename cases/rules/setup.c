/* SPDX-License-Identifier: Apache-2.0 */
/* setup.c - the four packets that make an association (RFC 9260 sections 3.3.2, 3.3.3 and 5.1). */
#include <string.h>

#include "cases/requirements.h"
#include "cases/rules/linux.h"
#include "runner/referee/rule.h"

enum { WHOLE = 3 }; /* the flags B and E of DATA and I-DATA: no fragment */

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
	.requirements = IDS(R_9260_3_3_11_03, R_9260_5_1_6_03, R_9260_5_1_09), .on = ON_SENDING,
	.chunks = CHUNKS(CHUNK_COOKIE_ECHO))
{
	const struct end *peer = step->self->peer;
	const uint32_t length = step->chunk->length - 4U;
	if (peer->n_cookies == 0 || step->chunk->captured != length)
		return;
	const struct cookie *cookie = end_cookie_of(peer, step->chunk);
	must(step, cookie && (step->self->peers_tag == 0 || cookie->own_tag == step->self->peers_tag),
		"the State Cookie of the INIT ACK that was accepted, unchanged", "another one of %u octets", length);
}

RULE(setup, "cookie-first", .title = "COOKIE ECHO and COOKIE ACK stand first in their packets", .level = LEVEL_MUST,
	.requirements = IDS(
		R_9260_3_2_2_04, R_9260_3_3_11_01, R_9260_3_3_12_01, R_9260_5_1_5_09, R_9260_5_1_11, R_9260_5_1_15),
	.on = ON_SENDING, .chunks = CHUNKS(CHUNK_COOKIE_ECHO, CHUNK_COOKIE_ACK))
{
	/* behind AUTH alone, where the peer wants it so (RFC 4895 section 6.2) */
	const unsigned place = step->packet->chunks[0].type == CHUNK_AUTH ? 1 : 0;
	must(step, step->index == place, "the first place in the packet", "place %u", step->index + 1);
}

RULE(setup, "nothing-before-cookie-ack", .title = "Between COOKIE ECHO and COOKIE ACK nothing else is sent",
	.level = LEVEL_MUST, .requirements = IDS(R_9260_5_1_12), .on = ON_PACKET)
{
	const struct end *self = step->self;
	const uint8_t first = step->packet->chunk_count ? step->packet->chunks[0].type : CHUNK_PAD;
	if (!self->exact || self->state != STATE_COOKIE_ECHOED)
		return;
	if (first == CHUNK_CWR) {
		deviates(step, &linux_cwr_in_cookie_echoed, "nothing but COOKIE ECHO until COOKIE ACK has come", "CWR");
		return;
	}
	if ((first == CHUNK_DATA || first == CHUNK_I_DATA) && (step->packet->chunks[0].flags & WHOLE) != WHOLE) {
		deviates(step, &linux_fragments_before_cookie_ack, "nothing but COOKIE ECHO until COOKIE ACK has come",
			"a fragment");
		return;
	}
	/* section 8.3 has a HEARTBEAT answered as soon as COOKIE ECHO has been sent */
	must(step,
		first == CHUNK_COOKIE_ECHO || first == CHUNK_ABORT || first == CHUNK_INIT_ACK || first == CHUNK_ERROR ||
			first == CHUNK_HEARTBEAT_ACK || first == CHUNK_COOKIE_ACK ||
			first == CHUNK_SHUTDOWN_COMPLETE /* which answers SHUTDOWN ACK */,
		"nothing but COOKIE ECHO until COOKIE ACK has come", "%s", chunk_name(first) ?: "another chunk");
}

/* ------------------------------------------------------------------ at once, and where to */

RULE(setup, "cookie-echo-at-once", .title = "INIT ACK is answered at once by COOKIE ECHO", .level = LEVEL_MUST,
	.requirements = IDS(R_9260_5_1_4_01, R_9260_5_1_09), .on = ON_SENDING | ON_UNANSWERED,
	.chunks = CHUNKS(CHUNK_COOKIE_ECHO))
{
	must_at_once(step, ANSWER_COOKIE_ECHO, "COOKIE ECHO at once");
}

RULE(setup, "cookie-ack-at-once", .title = "COOKIE ECHO is answered at once", .level = LEVEL_MUST,
	.requirements = IDS(R_9260_5_1_13, R_9260_5_1_5_07), .on = ON_SENDING | ON_UNANSWERED,
	.chunks = CHUNKS(CHUNK_COOKIE_ACK))
{
	must_at_once(step, ANSWER_COOKIE_ACK, "COOKIE ACK at once");
}

/* Nobody has to answer an INIT: whoever does so does it at once. */
static bool answers_init(const struct step *step)
{
	return step->self->exact && step->self->init_tag != 0 && step->self->init_tag == step->packet->verification_tag;
}

RULE(setup, "init-ack-at-once", .title = "INIT is answered at once", .level = LEVEL_MUST,
	.requirements = IDS(R_9260_5_1_04), .on = ON_SENDING, .chunks = CHUNKS(CHUNK_INIT_ACK))
{
	const struct owed *owed = &step->self->owed[ANSWER_INIT_ACK];
	if (!answers_init(step))
		return;
	const int64_t time_ns = answer_time_ns(step->self, ANSWER_INIT_ACK) + step->self->backlog_ns;
	must(step, owed->open && step->at_ns - owed->since_ns <= time_ns, "INIT ACK as soon as INIT has come",
		"it %.3f s later", owed->open ? (double)(step->at_ns - owed->since_ns) / 1e9 : 0);
}

RULE(setup, "init-ack-to-the-source", .title = "INIT ACK goes where INIT came from", .level = LEVEL_MUST,
	.requirements = IDS(R_9260_5_1_05, R_9260_5_1_20, R_9260_5_1_2_09), .on = ON_SENDING,
	.chunks = CHUNKS(CHUNK_INIT_ACK))
{
	const struct end *self = step->self;
	const struct address to = address_of(&step->packet->destination);
	/* whose own INIT is under way answers to an address that its user has named (section 5.2.1) */
	if (answers_init(step) && self->state != STATE_COOKIE_WAIT && self->state != STATE_COOKIE_ECHOED)
		must(step, address_equal(&to, &self->init_from), "the address that INIT came from", "another one");
}

RULE(setup, "init-by-turns", .title = "INIT is sent again to another of the peer's addresses", .level = LEVEL_SHOULD,
	.requirements = IDS(R_9260_5_1_23), .on = ON_SENDING, .chunks = CHUNKS(CHUNK_INIT))
{
	struct end *self = step->self;
	const struct address to = address_of(&step->packet->destination);
	const struct destination *destination = end_destination(self, &to);
	if (!self->exact || self->state != STATE_COOKIE_WAIT || self->init.destination < 0 || !destination ||
		self->association->tried_at_once < 2)
		return;
	must(step, destination != &self->destinations[self->init.destination], "another address than the last time",
		"the same");
}

RULE(setup, "new-tag", .title = "A new association has a new initiate tag", .level = LEVEL_MUST,
	.requirements = IDS(R_9260_5_3_1_04, R_9260_5_1_02), .on = ON_SENDING, .chunks = CHUNKS(CHUNK_INIT))
{
	const struct end *self = step->self;
	if (step->chunk->decoded && self->exact)
		must(step,
			!self->has_init || self->tag != step->chunk->init.initiate_tag ||
				self->state == STATE_COOKIE_WAIT || self->state == STATE_COOKIE_ECHOED,
			"an initiate tag that no association had before", "%u, again", step->chunk->init.initiate_tag);
}

/* ------------------------------------------------------------------ the life of a cookie */

RULE(setup, "cookie", .title = "INIT ACK has a State Cookie", .level = LEVEL_MUST,
	.requirements = IDS(R_9260_5_1_07, R_9260_5_2_1_11, R_9260_5_2_2_01), .on = ON_SENDING,
	.chunks = CHUNKS(CHUNK_INIT_ACK))
{
	enum { STATE_COOKIE = 7 };
	struct tlv cookie;
	if (step->chunk->decoded && step->chunk->captured == step->chunk->length - 4U)
		must(step, tlv_find(step->chunk, TLV_OF_INIT, STATE_COOKIE, &cookie), "a State Cookie", "none");
}

/* How old the State Cookie is that has come, where no association was there; below 0: nobody knows. */
static int64_t age_of_cookie(const struct step *step)
{
	const struct end *self = step->self;
	if (!self->exact || !self->parameters.known || !self->cookie || (self->row != ROW_NEW && self->row != ROW_A) ||
		self->peer->wants_longer_life)
		return -1;
	return step->at_ns - self->cookie->at_ns;
}

RULE(setup, "cookie-alive", .title = "A State Cookie is accepted within Valid.Cookie.Life only", .level = LEVEL_MUST,
	.requirements = IDS(R_9260_5_1_5_05, R_9260_5_1_5_07, R_9260_5_1_3_02), .on = ON_SENDING,
	.chunks = CHUNKS(CHUNK_COOKIE_ACK))
{
	const int64_t life = step->self->parameters.valid_cookie_life_ns, age = age_of_cookie(step);
	char expected[120];
	if (age < 0)
		return;
	snprintf(expected, sizeof(expected), "COOKIE ACK within %.3f s of INIT ACK", (double)life / 1e9);
	must(step, age <= life + AT_ONCE_NS, expected, "it after %.3f s", (double)age / 1e9);
}

RULE(setup, "cookie-stale", .title = "ERROR Stale Cookie tells by how much the cookie is too old", .level = LEVEL_MUST,
	.requirements = IDS(R_9260_5_1_5_06, R_9260_3_3_10_3_01), .on = ON_SENDING, .chunks = CHUNKS(CHUNK_ERROR))
{
	enum { STALE_COOKIE = 3, CAUSE_LENGTH = 8 };
	const struct chunk *chunk = step->chunk;
	const int64_t life = step->self->parameters.valid_cookie_life_ns, age = age_of_cookie(step);
	char expected[120];
	if (!chunk->decoded || chunk->error.cause != STALE_COOKIE || chunk->captured < CAUSE_LENGTH || age < 0)
		return;
	const uint8_t *bytes = chunk->value + 4;
	const int64_t told = ((int64_t)bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3]) * 1000;
	snprintf(expected, sizeof(expected), "a staleness of %.3f s", (double)(age - life) / 1e9);
	/* the cookie was made a moment before it left */
	must(step, told <= age - life + step->self->backlog_ns && told >= age - life - AT_ONCE_NS, expected, "%.3f s",
		(double)told / 1e9);
}

/* ------------------------------------------------------------------ addresses */

static bool may_have(const struct user *user, const struct address *address)
{
	for (unsigned i = 0; i < user->n_addresses; i++)
		if (address_equal(&user->addresses[i], address))
			return true;
	return false;
}

/* What INIT and INIT ACK list, and where they come from. */
RULE(setup, "addresses", .title = "INIT and INIT ACK tell all addresses that the socket is bound to, and no others",
	.level = LEVEL_MUST, .requirements = IDS(R_9260_5_1_2_05, R_9260_3_3_2_1_2_03), .on = AFTER_SENDING,
	.chunks = CHUNKS(CHUNK_INIT, CHUNK_INIT_ACK))
{
	const struct end *self = step->self;
	const struct user *user = &self->user;
	char expected[80];
	unsigned own = 0;
	if (!self->exact || !user->known || user->bound == 0 || !user->addresses || !step->chunk->decoded)
		return;
	for (unsigned i = 0; i < self->n_addresses; i++)
		own += may_have(user, &self->addresses[i]);
	snprintf(expected, sizeof(expected), "the %u addresses of its socket", user->bound);
	must(step, own == self->n_addresses && own == user->bound, expected, "%u, of which %u are its own",
		self->n_addresses, own);
}
