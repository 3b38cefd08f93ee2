/* SPDX-License-Identifier: Apache-2.0 */
/* heartbeats.c - see heartbeats.h. */
#include "runner/referee/heartbeats.h"

#include <string.h>

#include "runner/referee/digest.h"
#include "runner/referee/failure.h"
#include "runner/referee/model.h"

bool heartbeat_probes_mtu(const struct packet *packet)
{
	for (unsigned i = 0; i < packet->chunk_count; i++)
		if (packet->chunks[i].type == CHUNK_PAD)
			return true;
	return false;
}

void heartbeat_send(struct end *self, const struct packet *packet, const struct chunk *chunk, int64_t at_ns)
{
	const struct address to = address_of(&packet->destination);
	struct destination *destination = end_destination(self, &to);
	if (!destination || heartbeat_probes_mtu(packet))
		return;
	if (destination->n_waiting == HEARTBEATS_MAX) {
		destination->n_waiting--;
		memmove(&destination->waiting[0], &destination->waiting[1],
			destination->n_waiting * sizeof(destination->waiting[0]));
	}
	destination->late_heartbeats += at_ns > failure_heartbeat_by(self, destination);
	/* The one before went unanswered (section 8.3). */
	destination->pace_ns = destination->rto.ns;
	if (self->exact && destination_awaits_answer(destination))
		failure_strike(self, destination, STRIKE_HEARTBEAT, true, at_ns);
	destination->waiting[destination->n_waiting++] = (struct heartbeat){
		.sent_ns = at_ns,
		.digest = digest_of(chunk->value, chunk->captured),
		.length = chunk->captured,
	};
	destination->heartbeat_ns = at_ns;
	if (destination->reach == REACH_UNCONFIRMED)
		destination->probed_ns = at_ns;
	congestion_rest(&destination->congestion, self->parameters.mtu);
	failure_rest(destination, at_ns);
	destination->unseen &= failure_is_blind(self, destination);
}

void heartbeat_receive(struct end *self, const struct packet *packet, const struct chunk *chunk, int64_t at_ns)
{
	const struct address source = address_of(&packet->source);
	const struct destination *from = end_destination(self, &source);
	self->asked[self->n_asked++ % HEARTBEATS_MAX] = (struct heartbeat){
		.sent_ns = at_ns,
		.from = (int16_t)(from ? from - self->destinations : -1),
		.digest = digest_of(chunk->value, chunk->captured),
		.length = chunk->captured,
	};
}

const struct heartbeat *end_was_asked(const struct end *end, const struct chunk *chunk)
{
	const uint32_t digest = digest_of(chunk->value, chunk->captured);
	for (unsigned i = 0; i < end->n_asked && i < HEARTBEATS_MAX; i++)
		if (end->asked[i].digest == digest && end->asked[i].length == chunk->captured)
			return &end->asked[i];
	return NULL;
}

void heartbeat_answer(struct end *self, const struct chunk *chunk)
{
	const uint32_t digest = digest_of(chunk->value, chunk->captured);
	for (unsigned i = 0; i < self->n_asked && i < HEARTBEATS_MAX; i++)
		self->asked[i].answered |= self->asked[i].digest == digest;
}

const struct heartbeat *end_heartbeat_of(const struct end *end, const struct chunk *answer, unsigned *destination)
{
	const uint32_t digest = digest_of(answer->value, answer->captured);
	for (unsigned i = 0; i < end->n_destinations; i++)
		for (unsigned k = 0; k < end->destinations[i].n_waiting; k++)
			if (end->destinations[i].waiting[k].digest == digest) {
				*destination = i;
				return &end->destinations[i].waiting[k];
			}
	return NULL;
}

void heartbeat_answered(struct end *self, const struct chunk *chunk, int64_t at_ns)
{
	unsigned i;
	const struct heartbeat *asked = end_heartbeat_of(self, chunk, &i);
	if (!asked)
		return;
	const int64_t sent_ns = asked->sent_ns;
	/* whichever it is an answer to, one has come; a later one may still be on its way */
	for (unsigned k = 0; k < self->destinations[i].n_waiting; k++)
		self->destinations[i].waiting[k].answered = true;
	failure_heartbeat_ack(self, &self->destinations[i], sent_ns, at_ns);
}
