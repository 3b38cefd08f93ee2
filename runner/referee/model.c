/* SPDX-License-Identifier: Apache-2.0 */
/* model.c - what a chunk changes at the end that sends it and at the end where it arrives (RFC 9260). */
#include "runner/referee/data.h"

#include <stdlib.h>
#include <string.h>

#include "runner/protocol/kernel_timers.h"
#include "runner/referee/cookies.h"
#include "runner/referee/failure.h"
#include "runner/referee/heartbeats.h"
#include "runner/referee/states.h"
#include "runner/referee/tlv.h"
#include "runner/referee/tsn.h"

/* ------------------------------------------------------------------ setup */

/* What stands behind the fixed part of an INIT or INIT ACK (RFC 9260 section 3.3.2.1). */
static void learn_parameters(struct end *self, const struct chunk *chunk)
{
	enum { IPV4 = 5, IPV6 = 6 };
	struct tlv each;
	for (uint32_t at = TLV_OF_INIT; tlv_next(chunk, &at, &each);) {
		struct address address = { .ipv6 = each.type == IPV6 };
		if ((each.type == IPV4 && each.length == 4) || (each.type == IPV6 && each.length == 16)) {
			memcpy(address.bytes, each.value, each.length);
			end_add_address(self, &address);
			end_destination(self->peer, &address);
		}
	}
}

static void learn_init(struct end *self, const struct packet *packet, const struct chunk *chunk)
{
	const struct address source = address_of(&packet->source);
	if (!chunk->decoded)
		return;
	end_add_address(self, &source);
	if (self->has_init && self->n_earlier_tags < EARLIER_TAGS_MAX)
		self->earlier_tags[self->n_earlier_tags++] = self->tag;
	self->has_init = true;
	self->tag = chunk->init.initiate_tag;
	self->tag_known = true;
	self->initial_tsn = chunk->init.initial_tsn;
	self->a_rwnd = self->first_window = chunk->init.a_rwnd;
	self->outbound_streams = chunk->init.outbound_streams;
	self->inbound_streams = chunk->init.inbound_streams;
	sent_begin(&self->sent, self->initial_tsn);
	received_begin(&self->peer->received, self->initial_tsn);
	learn_parameters(self, chunk);
	extensions_learn(self, chunk);
}

/* ------------------------------------------------------------------ a chunk */

bool chunk_is_broken(const struct packet *packet, const struct chunk *chunk)
{
	enum { HEADER = 4 };
	const uint8_t *cause = chunk->value;
	if (!packet->sctp)
		return false;
	if (!chunk->decoded || chunk->captured + HEADER < chunk->length)
		return true;
	if (chunk->type != CHUNK_ABORT || chunk->captured == 0)
		return false;
	const unsigned length = chunk->captured < HEADER ? 0 : (unsigned)(cause[2] << 8 | cause[3]);
	return length < HEADER || length > chunk->captured;
}

/* RFC 9260 section 3: a SHUTDOWN COMPLETE stands alone. What its receiver does with one that does not is left open. */
static bool is_bundled_wrongly(const struct packet *packet, const struct chunk *chunk)
{
	return chunk->type == CHUNK_SHUTDOWN_COMPLETE && packet->chunk_count > 1;
}

/* The number of the destination of a packet, which leaves on that path; -1: nobody's. */
static int destination_of(struct end *self, const struct packet *packet, int path)
{
	const struct address address = address_of(&packet->destination);
	struct destination *destination = end_destination(self, &address);
	if (!destination)
		return -1;
	destination->path = path;
	return (int)(destination - self->destinations);
}

static void attempt(struct attempts *attempts, int to, int64_t at_ns)
{
	if (attempts->count++ == 0)
		attempts->first_ns = at_ns;
	attempts->last_ns = at_ns;
	attempts->destination = to;
}

/* T3-rtx may have expired, and sent nothing. */
static void doubt_counts(struct end *self)
{
	for (unsigned i = 0; i < self->n_destinations; i++) {
		const struct destination *each = &self->destinations[i];
		if (each->in_doubt || each->lingers || each->unseen)
			self->counts.t3.high = MANY;
	}
}

/* SHUTDOWN again, and nothing has come that it could answer: T2-shutdown has expired (section 9.2). */
static void send_shutdown(struct end *self, int to, int64_t at_ns)
{
	if (self->exact && self->shutdown.count > 0 && self->shutdown.destination >= 0)
		if (at_ns - self->arrived_ns > self->backlog_ns)
			failure_strike(
				self, &self->destinations[self->shutdown.destination], STRIKE_SHUTDOWN, true, at_ns);
	attempt(&self->shutdown, to, at_ns);
}

/* What came in the last moment is in the backlog, and not in that SACK. */
static bool knows_less(const struct end *self, const struct chunk *sack)
{
	return self->received.cumulative != sack->sack.cum_tsn_ack || self->due.n_again > sack->sack.duplicates ||
		self->received.n > sack->sack.gap_blocks;
}

/* An INIT ACK while the association is up says what another one would be, whose cookie has not come back yet (section
 * 5.2.2). */
static bool is_an_offer(const struct end *self, const struct chunk *chunk)
{
	return chunk->type == CHUNK_INIT_ACK && self->established_ns >= 0 && self->state != STATE_CLOSED;
}

void end_sends(struct end *self, const struct packet *packet, const struct chunk *chunk, int path, int64_t at_ns)
{
	enum { COOKIE_PRESERVATIVE = 9 };
	const int to = destination_of(self, packet, path);
	struct tlv asked;
	bool lags;
	self->struck = (struct strike){ 0 };
	counts_out(&self->counts, packet, chunk);
	switch (chunk->type) {
	case CHUNK_INIT:
	case CHUNK_INIT_ACK:
		if (!self->has_init || (self->tag != chunk->init.initiate_tag && !is_an_offer(self, chunk)))
			learn_init(self, packet, chunk);
		if (chunk->type == CHUNK_INIT)
			attempt(&self->init, to, at_ns);
		else
			self->init_ack_to = to;
		self->wants_longer_life |= chunk->decoded && tlv_find(chunk, TLV_OF_INIT, COOKIE_PRESERVATIVE, &asked);
		if (chunk->type == CHUNK_INIT_ACK)
			cookie_give(self, packet, chunk, at_ns);
		break;
	case CHUNK_COOKIE_ECHO:
		cookie_accept(self->peer, end_cookie_of(self->peer, chunk));
		attempt(&self->cookie_echo, to, at_ns);
		break;
	case CHUNK_DATA:
	case CHUNK_I_DATA:
		if (chunk->decoded)
			data_leaves(self, packet, chunk, path, to, at_ns);
		break;
	case CHUNK_SACK:
		if (chunk->decoded)
			self->a_rwnd = chunk->sack.a_rwnd;
		lags = chunk->decoded && knows_less(self, chunk);
		if (chunk->decoded)
			buffer_told(self, chunk->sack.a_rwnd, self->due.packets > 0);
		sack_leaves(self);
		self->due.lags = lags;
		break;
	case CHUNK_SHUTDOWN:
		self->buffer.read_since = 0;
		sack_leaves(self);
		send_shutdown(self, to, at_ns);
		break;
	case CHUNK_SHUTDOWN_ACK:
		send_shutdown(self, to, at_ns);
		break;
	case CHUNK_HEARTBEAT:
		heartbeat_send(self, packet, chunk, at_ns);
		break;
	case CHUNK_HEARTBEAT_ACK:
		heartbeat_answer(self, chunk);
		break;
	case CHUNK_FORWARD_TSN:
	case CHUNK_I_FORWARD_TSN:
		if (chunk->decoded && self->exact)
			data_abandoned(self, chunk->forward_tsn.new_cum_tsn, at_ns);
		break;
	default:
		break;
	}
	self->association->readdressed |= chunk->type == CHUNK_ASCONF;
	self->association->reconfigured |= chunk->type == CHUNK_RE_CONFIG;
	extensions_send(self, packet, chunk, at_ns);
	end_changes_by_sending(self, chunk, at_ns);
	answers_give(self, chunk);
	doubt_counts(self);
}

void end_receives(struct end *self, const struct packet *packet, const struct chunk *chunk, int64_t at_ns)
{
	self->struck = (struct strike){ 0 };
	if (chunk->type == CHUNK_COOKIE_ECHO && self->established_ns < 0 &&
		(self->state == STATE_UNKNOWN || self->state == STATE_CLOSED))
		counts_begin(&self->counts);
	else
		counts_in(&self->counts, packet, chunk);
	switch (chunk->type) {
	case CHUNK_DATA:
	case CHUNK_I_DATA:
		if (chunk->decoded)
			data_arrives(self, chunk, at_ns);
		break;
	case CHUNK_SACK:
		sack_arrives(self, packet, chunk, at_ns);
		break;
	case CHUNK_SHUTDOWN:
		if (chunk->decoded)
			data_acknowledged(self, packet, chunk->shutdown.cum_tsn_ack, NULL, at_ns);
		break;
	case CHUNK_FORWARD_TSN:
	case CHUNK_I_FORWARD_TSN:
		if (extensions_known(self) && !extensions_agreed(self, chunk->type) &&
			!extensions_agreed(self, CHUNK_FORWARD_TSN))
			break; /* nobody has to know it */
		if (chunk->decoded)
			received_advance(&self->received, chunk->forward_tsn.new_cum_tsn);
		if (!self->due.forwarded)
			self->due.forwarded_ns = at_ns;
		self->due.forwarded = self->delivery.lost = true;
		break;
	case CHUNK_INIT_ACK:
		if (chunk->decoded && self->state == STATE_COOKIE_WAIT) {
			self->peers_tag = chunk->init.initiate_tag;
			window_learnt(self, chunk->init.a_rwnd, at_ns);
		}
		break;
	case CHUNK_INIT:
		if (chunk->decoded)
			window_learnt(self, chunk->init.a_rwnd, at_ns);
		self->init_from = address_of(&packet->source);
		self->init_tag = chunk->decoded ? chunk->init.initiate_tag : 0;
		break;
	case CHUNK_HEARTBEAT:
		heartbeat_receive(self, packet, chunk, at_ns);
		break;
	case CHUNK_HEARTBEAT_ACK:
		heartbeat_answered(self, chunk, at_ns);
		break;
	case CHUNK_SHUTDOWN_ACK:
		self->shutdown_ack_came = true;
		break;
	case CHUNK_COOKIE_ECHO:
		cookie_receive(self, chunk);
		break;
	default:
		break;
	}
	extensions_receive(self, packet, chunk);
	if (is_bundled_wrongly(packet, chunk))
		failure_due(self, NULL, EVENT_SHUTDOWN_COMP, false, at_ns);
	else
		end_changes_by_receiving(self, chunk, at_ns);
	doubt_counts(self);
}

const struct recent *end_recent(const struct end *self, unsigned n, int64_t since_ns)
{
	if (n >= RECENT_MAX || n >= self->n_recent)
		return NULL;
	const struct recent *recent = &self->recent[(self->n_recent - 1 - n) % RECENT_MAX];
	return recent->at_ns >= since_ns ? recent : NULL;
}

bool end_recent_begins_after(const struct end *self, int64_t since_ns)
{
	return self->n_recent >= RECENT_MAX && self->recent[self->n_recent % RECENT_MAX].at_ns >= since_ns;
}

bool end_has_just_received(const struct end *self, uint32_t tsn, int64_t since_ns)
{
	const struct recent *each;
	for (unsigned n = 0; (each = end_recent(self, n, since_ns)); n++)
		if (each->tsn == tsn)
			return true;
	return end_recent_begins_after(self, since_ns);
}

bool end_data_since(const struct end *self, int64_t since_ns)
{
	return end_recent(self, 0, since_ns) != NULL;
}

unsigned end_duplicates_since(const struct end *self, int64_t since_ns)
{
	const struct recent *each;
	unsigned again = 0;
	for (unsigned n = 0; (each = end_recent(self, n, since_ns)); n++)
		again += each->again;
	return end_recent_begins_after(self, since_ns) ? DUPLICATES_MAX : again;
}

/* What comes before the association is up is to be discarded (RFC 9260 section 6): no SACK is due for it. */
static void receive_packet_with_data(struct end *self, const struct packet *packet, int64_t at_ns)
{
	if (end_is_connecting(self))
		return;
	const struct address source = address_of(&packet->source);
	const struct destination *from = end_destination(self, &source);
	if (self->due.packets++ == 0)
		self->due.since_ns = at_ns;
	if (from)
		self->due.sources |= UINT32_C(1) << (from - self->destinations);
	self->data_packets++;
}

/* Octets of DATA in it that were sent for the first time. */
static uint32_t new_data(const struct end *self, const struct packet *packet, int64_t at_ns)
{
	uint32_t octets = 0;
	for (unsigned i = 0; i < packet->chunk_count; i++) {
		const struct chunk *chunk = &packet->chunks[i];
		const bool is_data = (chunk->type == CHUNK_DATA || chunk->type == CHUNK_I_DATA) && chunk->decoded;
		const struct sent_chunk *sent = is_data ? sent_find(&self->sent, chunk->data.tsn) : NULL;
		if (sent && sent->times == 1 && sent->first_ns == at_ns)
			octets += chunk->data.user_length;
	}
	return octets;
}

void end_sent_packet(struct end *self, const struct packet *packet, int64_t at_ns)
{
	const uint32_t octets = self->user.known ? new_data(self, packet, at_ns) : 0;
	if (octets > 0)
		user_leave(&self->user, octets, at_ns);
}

void end_received_packet(struct end *self, const struct packet *packet, int64_t at_ns)
{
	self->arrived_ns = at_ns;
	if (packet->chunk_count > 0)
		user_cause(&self->user, self->backlog_ns, at_ns);
	for (unsigned i = 0; i < packet->chunk_count; i++) {
		const uint8_t type = packet->chunks[i].type;
		if (type != CHUNK_DATA && type != CHUNK_I_DATA)
			continue;
		receive_packet_with_data(self, packet, at_ns);
		break;
	}
	answers_owe(self, packet, at_ns);
	self->due.n_chunks = self->due.n_new = 0;
}
