/* SPDX-License-Identifier: Apache-2.0 */
/* asconf.c - addresses that change while an association is up (RFC 5061). */
#include "cases/requirements.h"
#include "runner/referee/digest.h"
#include "runner/referee/rule.h"
#include "runner/referee/tsn.h"

#define BOTH CHUNKS(CHUNK_ASCONF, CHUNK_ASCONF_ACK)

static bool is_followed(const struct step *step)
{
	return step->self->exact && step->chunk->decoded && step->self->association->from_the_start &&
		extensions_known(step->self);
}

static bool is_again(const struct step *step)
{
	return tsn_after(step->self->extensions->asconf.next, step->chunk->asconf.serial);
}

RULE(asconf, "agreed", .title = "ASCONF is sent to a peer that understands it, while the association is up",
	.level = LEVEL_MUST, .requirements = IDS(R_5061_4_2_7_02, R_5061_5_1_1_04), .on = ON_SENDING, .chunks = BOTH)
{
	const enum state state = step->self->state;
	if (is_followed(step) && state != STATE_UNKNOWN)
		must(step,
			extensions_agreed(step->self, step->chunk->type) && state >= STATE_ESTABLISHED &&
				state != STATE_SHUTDOWN_ACK_SENT,
			"it when both have listed it, and the association is up", "it in %s", state_name(state));
}

RULE(asconf, "authenticated", .title = "ASCONF and ASCONF ACK stand behind AUTH", .level = LEVEL_MUST,
	.requirements = IDS(R_5061_4_1_1_01, R_5061_4_1_2_01), .on = ON_SENDING, .chunks = BOTH)
{
	if (is_followed(step) && extensions_agreed(step->self, CHUNK_AUTH))
		must(step, packet_authenticates(step->packet, step->chunk), "AUTH before it in its packet", "none");
}

RULE(asconf, "serials", .title = "ASCONFs are numbered from the initial TSN on, one after the other",
	.level = LEVEL_MUST, .requirements = IDS(R_5061_5_1_02, R_5061_3_01, R_5061_3_03), .on = ON_SENDING,
	.chunks = CHUNKS(CHUNK_ASCONF))
{
	if (is_followed(step) && !is_again(step))
		must(step, step->chunk->asconf.serial == step->self->extensions->asconf.next, "the next serial number",
			"%u instead of %u", step->chunk->asconf.serial, step->self->extensions->asconf.next);
}

RULE(asconf, "one", .title = "One ASCONF at a time is outstanding", .level = LEVEL_MUST,
	.requirements = IDS(R_5061_5_1_1_01, R_5061_5_1_12), .on = ON_SENDING, .chunks = CHUNKS(CHUNK_ASCONF))
{
	if (is_followed(step) && !is_again(step))
		must(step, step->self->extensions->asconf.open == 0, "the next one when the one before is acknowledged",
			"it while %u is outstanding", step->self->extensions->asconf.first);
}

RULE(asconf, "again", .title = "An ASCONF that is sent again is what it was, and was not acknowledged",
	.level = LEVEL_MUST, .requirements = IDS(R_5061_5_1_04, R_5061_5_1_09, R_5061_5_1_10), .on = ON_SENDING,
	.chunks = CHUNKS(CHUNK_ASCONF))
{
	const struct requests *requests = step->self->extensions ? &step->self->extensions->asconf : NULL;
	if (!is_followed(step) || !is_again(step) || step->at_ns - step->self->arrived_ns <= step->self->backlog_ns)
		return;
	must(step,
		requests->open > 0 && step->chunk->asconf.serial == requests->first &&
			digest_of(step->chunk->value, step->chunk->captured) == requests->digest,
		"the one that is outstanding, unchanged", "%u, changed or acknowledged before",
		step->chunk->asconf.serial);
}

RULE(asconf, "address", .title = "An ASCONF begins with an address of the association", .level = LEVEL_MUST,
	.requirements = IDS(R_5061_4_1_1_03, R_5061_4_1_1_06), .on = ON_SENDING, .chunks = CHUNKS(CHUNK_ASCONF))
{
	enum { IPV4 = 5, IPV6 = 6 };
	uint32_t at = TLV_OF_ASCONF;
	struct tlv first;
	if (is_followed(step))
		must(step,
			tlv_next(step->chunk, &at, &first) &&
				((first.type == IPV4 && first.length == 4) ||
					(first.type == IPV6 && first.length == 16)),
			"an IPv4 or IPv6 Address parameter in the first place", "another one");
}

RULE(asconf, "acknowledged-at-once", .title = "ASCONF is acknowledged at once", .level = LEVEL_MUST,
	.requirements = IDS(R_5061_5_2_03, R_5061_5_2_08), .on = ON_SENDING | ON_UNANSWERED,
	.chunks = CHUNKS(CHUNK_ASCONF_ACK))
{
	must_at_once(step, ANSWER_ASCONF_ACK, "ASCONF ACK at once");
}

RULE(asconf, "same-serial", .title = "An ASCONF ACK has the serial number of the ASCONF that has come",
	.level = LEVEL_MUST, .requirements = IDS(R_5061_5_2_03, R_5061_5_2_08, R_5061_5_2_09), .on = ON_SENDING,
	.chunks = CHUNKS(CHUNK_ASCONF_ACK))
{
	const struct requests *requests = step->self->extensions ? &step->self->extensions->asconf : NULL;
	if (is_followed(step))
		must(step, requests->has_come && requests->came == step->chunk->asconf.serial,
			"the serial number of an ASCONF that has come", "%u", step->chunk->asconf.serial);
}

/* Who has no other address to answer from or to may say so (ABORT), or acknowledge what has taken the address away. */
RULE(asconf, "removed", .title = "Nothing goes to an address that the peer has taken away", .level = LEVEL_MUST,
	.requirements = IDS(R_5061_5_3_21, R_5061_5_3_22), .on = ON_PACKET)
{
	const struct end *self = step->self;
	const struct packet *packet = step->packet;
	if (!self->exact || !self->association->readdressed || packet->chunk_count == 0)
		return;
	const struct address to = address_of(&packet->destination);
	const struct destination *destination = end_known_destination(self, &to);
	const uint8_t first = packet->chunks[0].type;
	bool others = false;
	for (unsigned i = 0; i < self->n_destinations; i++)
		others |=
			self->destinations[i].is_gone && step->at_ns - self->destinations[i].gone_ns > self->backlog_ns;
	if (others)
		must(step, !destination || !destination->is_gone || first == CHUNK_ABORT,
			"nothing but ABORT to an address that the peer has taken away", "%s",
			chunk_name(first) ?: "another chunk");
}
