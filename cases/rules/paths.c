/* SPDX-License-Identifier: Apache-2.0 */
/* paths.c - to which of the peer's addresses an end sends (RFC 9260 sections 5.4, 6.4 and 8.2; RFC 7829 section 3). */
#include "cases/requirements.h"
#include "runner/referee/rule.h"

#define DATA CHUNKS(CHUNK_DATA, CHUNK_I_DATA)

static struct destination *destination_of(struct step *step)
{
	const struct address to = address_of(&step->packet->destination);
	return end_destination(step->self, &to);
}

static bool is_followed(const struct step *step)
{
	const struct end *self = step->self;
	return self->exact && self->established_ns >= 0 && self->parameters.known && !self->association->readdressed;
}

static bool is_new(const struct step *step)
{
	const struct sent *sent = &step->self->sent;
	return step->chunk->decoded && sent->known && step->chunk->data.tsn == sent->next;
}

RULE(paths, "unconfirmed", .title = "Nothing but what probes it goes to an unconfirmed address", .level = LEVEL_MUST,
	.requirements = IDS(R_9260_5_4_12, R_9260_5_4_02, R_9260_5_4_03), .on = ON_PACKET)
{
	const uint8_t first = step->packet->chunk_count ? step->packet->chunks[0].type : CHUNK_PAD;
	const struct destination *destination = destination_of(step);
	if (!is_followed(step) || !destination || destination->reach != REACH_UNCONFIRMED)
		return;
	must(step,
		first == CHUNK_HEARTBEAT || first == CHUNK_HEARTBEAT_ACK || first == CHUNK_COOKIE_ACK ||
			first == CHUNK_COOKIE_ECHO || first == CHUNK_INIT_ACK || first == CHUNK_ABORT,
		"nothing but HEARTBEAT or HEARTBEAT ACK to an address that is not confirmed", "%s",
		chunk_name(first) ?: "another chunk");
}

RULE(paths, "new-data-to-primary", .title = "New DATA goes to the primary path while that is active",
	.level = LEVEL_SHOULD, .requirements = IDS(R_9260_6_4_01, R_7829_3_14), .on = ON_SENDING, .chunks = DATA)
{
	const struct end *self = step->self;
	const struct destination *destination = destination_of(step);
	if (!is_followed(step) || !is_new(step) || !destination || self->primary < 0 || self->asking.names_addresses ||
		step->at_ns - self->primary_ns <= self->backlog_ns ||
		!end_surely_uses(self, &self->destinations[self->primary], step->at_ns))
		return;
	must(step, destination == &self->destinations[self->primary], "new DATA to the primary path, which is active",
		"some to another address");
}

RULE(paths, "not-to-failed", .title = "DATA goes to no address that has failed while another one is active",
	.level = LEVEL_MUST, .requirements = IDS(R_7829_3_04, R_9260_6_4_1_01, R_9260_8_2_08), .on = AFTER_SENDING,
	.chunks = DATA)
{
	const struct end *self = step->self;
	const struct destination *destination = destination_of(step);
	bool other = false;
	if (!is_followed(step) || !destination || destination->reach == REACH_UNKNOWN)
		return;
	for (unsigned i = 0; i < self->n_destinations; i++)
		other |= end_surely_uses(self, &self->destinations[i], step->at_ns);
	if (!other || step->at_ns - destination->reach_ns <= self->backlog_ns)
		return;
	must(step, destination->reach != REACH_INACTIVE && destination->reach != REACH_POTENTIALLY_FAILED,
		"DATA to an active address", "some to one that is %s", reach_name(destination->reach));
}

RULE(paths, "again-elsewhere", .title = "DATA that T3-rtx has expired for goes to another active address",
	.level = LEVEL_SHOULD, .requirements = IDS(R_9260_6_4_06), .on = ON_STRIKE)
{
	const struct end *self = step->self;
	const struct strike *strike = &self->struck;
	const struct destination *destination;
	bool other = false;
	if (!is_followed(step) || strike->cause != STRIKE_T3_RTX || !strike->sure || !step->packet)
		return;
	destination = destination_of(step);
	for (unsigned i = 0; i < self->n_destinations; i++)
		other |= i != strike->destination && end_surely_uses(self, &self->destinations[i], step->at_ns);
	if (other && destination)
		must(step, destination != step->destination, "DATA again to another active address", "to the same");
}
