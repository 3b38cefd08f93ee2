/* SPDX-License-Identifier: Apache-2.0 */
/* partial.c - messages that are given up (RFC 3758; RFC 8260 section 2.3). */
#include "cases/requirements.h"
#include "cases/rules/linux.h"
#include "runner/protocol/kernel_timers.h"
#include "runner/referee/rule.h"
#include "runner/referee/tsn.h"

#define FORWARD CHUNKS(CHUNK_FORWARD_TSN, CHUNK_I_FORWARD_TSN)

static bool is_followed(const struct step *step)
{
	return step->self->exact && step->chunk->decoded && step->self->sent.known;
}

RULE(partial, "agreed", .title = "FORWARD TSN is sent to a peer that understands it", .level = LEVEL_MUST,
	.requirements = IDS(R_3758_3_3_2_07, R_3758_3_3_3_03, R_3758_3_3_2_04, R_8260_2_3_1_01), .on = ON_SENDING,
	.chunks = FORWARD)
{
	const char *expected = "it when both ends have told that they understand it";
	if (!extensions_known(step->self))
		return;
	if (step->chunk->type == CHUNK_I_FORWARD_TSN && !extensions_agreed(step->self, CHUNK_I_FORWARD_TSN) &&
		extensions_agreed(step->self, CHUNK_FORWARD_TSN) && extensions_agreed(step->self, CHUNK_I_DATA))
		deviates(step, &linux_i_forward_tsn_not_listed, expected, "I-FORWARD-TSN, which was not listed");
	else
		must(step, extensions_agreed(step->self, step->chunk->type), expected, "%s",
			chunk_name(step->chunk->type));
}

RULE(partial, "what-was-sent", .title = "FORWARD TSN goes beyond what is acknowledged, and not beyond what was sent",
	.level = LEVEL_MUST, .requirements = IDS(R_3758_3_5_06, R_3758_3_5_07, R_3758_3_5_15, R_3758_4_1_03),
	.on = ON_SENDING, .chunks = FORWARD)
{
	const struct end *self = step->self;
	const uint32_t told = step->chunk->forward_tsn.new_cum_tsn;
	if (!is_followed(step))
		return;
	const bool just_now =
		step->at_ns - self->acknowledged_ns <= self->backlog_ns && tsn_after(told, self->acknowledged_before);
	must(step, tsn_after(self->sent.next, told) && (just_now || tsn_after(told, self->sent.acknowledged)),
		"a TSN that is outstanding", "%u, and %u .. %u are outstanding", told, self->sent.acknowledged + 1,
		self->sent.next - 1);
}

RULE(partial, "not-back", .title = "The Advanced.Peer.Ack.Point never goes back", .level = LEVEL_MUST,
	.requirements = IDS(R_3758_3_5_06, R_3758_3_5_20), .on = ON_SENDING, .chunks = FORWARD)
{
	const struct extensions *own = step->self->extensions;
	if (is_followed(step) && own && own->has_forwarded)
		must(step, !tsn_after(own->forwarded, step->chunk->forward_tsn.new_cum_tsn),
			"no TSN below that of the FORWARD TSN before", "%u after %u",
			step->chunk->forward_tsn.new_cum_tsn, own->forwarded);
}

RULE(partial, "not-again", .title = "What was given up is not sent again", .level = LEVEL_MUST,
	.requirements = IDS(R_3758_3_5_01, R_3758_4_1_05, R_7496_3_1_01, R_7496_3_1_02), .on = ON_SENDING,
	.chunks = CHUNKS(CHUNK_DATA, CHUNK_I_DATA))
{
	const struct extensions *own = step->self->extensions;
	if (is_followed(step) && own && own->has_forwarded)
		must(step, tsn_after(step->chunk->data.tsn, own->forwarded),
			"no TSN that a FORWARD TSN has passed over", "TSN %u, and %u is passed over",
			step->chunk->data.tsn, own->forwarded);
}

/* The largest number of ordered messages in that stream which FORWARD TSN passes over. False: none, or nobody knows. */
static bool passed_over(const struct end *self, uint32_t until, uint16_t stream, uint32_t *order, bool *known)
{
	enum { FLAG_U = 4 };
	bool found = false;
	for (uint32_t tsn = self->sent.acknowledged + 1; !tsn_after(tsn, until); tsn++) {
		const struct sent_chunk *each = sent_find(&self->sent, tsn);
		*known &= each && each->to >= 0 && !each->acknowledged;
		if (!each || each->to < 0 || each->stream != stream || (each->flags & FLAG_U))
			continue;
		*order = each->order;
		found = true;
	}
	return found;
}

/* Only where nothing of it is in gap blocks: what has arrived need not be told. */
RULE(partial, "streams", .title = "FORWARD TSN tells of each stream the last ordered message that it passes over",
	.level = LEVEL_MUST,
	.requirements = IDS(R_3758_3_2_02, R_3758_3_2_03, R_3758_3_5_10, R_3758_3_5_11, R_3758_3_5_04),
	.on = ON_SENDING, .chunks = CHUNKS(CHUNK_FORWARD_TSN))
{
	enum { FIXED = 4, ENTRY = 4 };
	const struct end *self = step->self;
	const struct chunk *chunk = step->chunk;
	const uint32_t until = chunk->forward_tsn.new_cum_tsn;
	bool known = true;
	uint32_t order = 0;
	if (!is_followed(step) || chunk->captured != chunk->length - 4U || !tsn_after(self->sent.next, until) ||
		step->at_ns - self->sack_ns <= self->backlog_ns)
		return;
	unsigned told = 0, streams = 0;
	for (uint32_t at = FIXED; at + ENTRY <= chunk->captured; at += ENTRY) {
		const uint16_t stream = (uint16_t)tlv_16(chunk->value + at);
		const uint32_t ssn = tlv_16(chunk->value + at + 2);
		if (!passed_over(self, until, stream, &order, &known) && known)
			must(step, false, "streams of ordered messages that are passed over", "stream %u", stream);
		else if (known)
			must(step, (uint16_t)order == ssn, "the last SSN that is passed over",
				"SSN %u instead of %u of "
				"stream %u",
				ssn, (uint16_t)order, stream);
		told++;
	}
	for (unsigned i = 0; i < self->streams_room; i++)
		streams +=
			self->streams[i].is_taken && passed_over(self, until, self->streams[i].number, &order, &known);
	if (known)
		must(step, told == streams, "one entry for each stream", "%u for %u", told, streams);
}

RULE(partial, "flags", .title = "FORWARD TSN has no flags", .level = LEVEL_MUST,
	.requirements = IDS(R_3758_3_2_04, R_8260_2_3_1_06), .on = ON_SENDING, .chunks = FORWARD)
{
	must(step, step->chunk->flags == 0, "no flags", "0x%02x", step->chunk->flags);
}

RULE(partial, "acknowledged", .title = "FORWARD TSN is acknowledged within 200 ms, as DATA is", .level = LEVEL_MUST,
	.requirements = IDS(R_3758_3_6_05, R_3758_3_6_06), .on = ON_SENDING, .chunks = CHUNKS(CHUNK_SACK))
{
	const struct end *self = step->self;
	const int64_t delay_ns = self->parameters.sack_delay_ns, since = step->at_ns - self->due.forwarded_ns;
	if (!is_followed(step) || !self->due.forwarded || !self->parameters.known)
		return;
	must(step, since <= delay_ns + timer_lateness(delay_ns) + self->backlog_ns,
		"a SACK within the delay that is allowed", "one after %.3f s", (double)since / 1e9);
}
