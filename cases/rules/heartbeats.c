/* SPDX-License-Identifier: Apache-2.0 */
/* heartbeats.c - HEARTBEATs and their answers (RFC 9260 sections 3.3.5, 3.3.6 and 8.3). */
#include <string.h>

#include "cases/requirements.h"
#include "cases/rules/linux.h"
#include "runner/protocol/kernel_timers.h"
#include "runner/referee/rule.h"

RULE(heartbeats, "answered-with-the-same", .title = "HEARTBEAT ACK repeats the information of a HEARTBEAT",
	.level = LEVEL_SHOULD, .requirements = IDS(R_9260_3_3_6_03, R_9260_8_3_17), .on = ON_SENDING,
	.chunks = CHUNKS(CHUNK_HEARTBEAT_ACK))
{
	const struct end *self = step->self;
	if (!self->exact || step->chunk->captured != step->chunk->length - 4U || self->n_asked == 0)
		return;
	must(step, end_was_asked(self, step->chunk), "the information of a HEARTBEAT that has arrived", "another one");
}

RULE(heartbeats, "not-after-shutdown", .title = "No HEARTBEAT leaves after SHUTDOWN or SHUTDOWN ACK",
	.level = LEVEL_MUST, .requirements = IDS(R_9260_8_3_03), .on = ON_SENDING, .chunks = CHUNKS(CHUNK_HEARTBEAT))
{
	const enum state state = step->self->state;
	if (step->self->exact && state != STATE_UNKNOWN)
		must(step, state != STATE_SHUTDOWN_SENT && state != STATE_SHUTDOWN_ACK_SENT,
			"no HEARTBEAT after SHUTDOWN or SHUTDOWN ACK", "one in %s", state_name(state));
}

RULE(heartbeats, "not-before-established", .title = "HEARTBEATs begin when the association is established",
	.level = LEVEL_MUST, .requirements = IDS(R_9260_8_3_02), .on = ON_SENDING, .chunks = CHUNKS(CHUNK_HEARTBEAT))
{
	const enum state state = step->self->state;
	if (step->self->exact && step->self->association->from_the_start && state != STATE_UNKNOWN)
		must(step, state != STATE_CLOSED && state != STATE_COOKIE_WAIT && state != STATE_COOKIE_ECHOED,
			"no HEARTBEAT before the association is established", "one in %s", state_name(state));
}

RULE(heartbeats, "answered-at-once", .title = "HEARTBEAT is answered at once", .level = LEVEL_MUST,
	.requirements = IDS(R_9260_3_3_6_01, R_9260_8_3_04, R_9260_8_3_17), .on = ON_SENDING | ON_UNANSWERED,
	.chunks = CHUNKS(CHUNK_HEARTBEAT_ACK))
{
	must_at_once(step, ANSWER_HEARTBEAT_ACK, "HEARTBEAT ACK at once");
}

RULE(heartbeats, "answered-to-the-source", .title = "HEARTBEAT ACK goes where the HEARTBEAT came from",
	.level = LEVEL_SHOULD, .requirements = IDS(R_9260_3_3_6_02, R_9260_6_4_02), .on = ON_SENDING,
	.chunks = CHUNKS(CHUNK_HEARTBEAT_ACK))
{
	const struct heartbeat *asked = end_was_asked(step->self, step->chunk);
	const struct address to = address_of(&step->packet->destination);
	if (step->self->exact && asked && asked->from >= 0)
		must(step, address_equal(&to, &step->self->destinations[asked->from].address),
			"the address that the HEARTBEAT came from", "another one");
}

RULE(heartbeats, "nonce", .title = "A HEARTBEAT that probes an unconfirmed address has a nonce of its own",
	.level = LEVEL_MUST, .requirements = IDS(R_9260_3_3_5_04, R_9260_5_4_13), .on = ON_SENDING,
	.chunks = CHUNKS(CHUNK_HEARTBEAT))
{
	enum { NONCE = 8, HEADER = 4 };
	struct end *self = step->self;
	const struct address to = address_of(&step->packet->destination);
	const struct destination *destination = end_destination(self, &to);
	unsigned other;
	if (!self->exact || !destination || destination->reach != REACH_UNCONFIRMED ||
		step->chunk->captured != step->chunk->length - 4U)
		return;
	must(step, step->chunk->captured >= HEADER + NONCE && !end_heartbeat_of(self, step->chunk, &other),
		"information with 64 random bits, which no other HEARTBEAT had", "%u octets, or the same again",
		step->chunk->captured);
}

/* Section 5.4: HB.Max.Burst is 1. Half an RTO, as the time between two of them may be half an RTO shorter. */
RULE(heartbeats, "max-burst", .title = "Unconfirmed addresses are probed one at a time, one in an RTO",
	.level = LEVEL_SHOULD, .requirements = IDS(R_9260_5_4_10, R_9260_16_12, R_9260_8_3_24), .on = ON_SENDING,
	.chunks = CHUNKS(CHUNK_HEARTBEAT))
{
	struct end *self = step->self;
	const struct address to = address_of(&step->packet->destination);
	const struct destination *destination = end_destination(self, &to);
	unsigned others = 0, same = 0;
	if (!self->exact || !self->parameters.known || self->established_ns < 0 || !destination ||
		destination->reach != REACH_UNCONFIRMED || heartbeat_probes_mtu(step->packet))
		return;
	for (unsigned i = 0; i < self->n_destinations; i++) {
		const struct destination *each = &self->destinations[i];
		if (each->probed_ns < 0 || step->at_ns - each->probed_ns >= destination->rto.ns.low / 2 - TICK_NS)
			continue;
		*(each == destination ? &same : &others) += 1;
	}
	if (others > 0 && same == 0)
		deviates(step, &linux_heartbeat_bursts, "no HEARTBEAT within half an RTO of another",
			"HEARTBEATs to %u addresses", others + 1);
	else
		must(step, same == 0, "no HEARTBEAT within half an RTO of another", "two to the same address");
}
