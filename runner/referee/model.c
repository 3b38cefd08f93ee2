/* SPDX-License-Identifier: Apache-2.0 */
/* model.c - what a chunk changes at the end that sends it and at the end where it arrives (RFC 9260). */
#include "runner/referee/model.h"

#include <stdlib.h>
#include <string.h>

#include "runner/referee/tsn.h"

enum { FLAG_E = 1, FLAG_B = 2, FLAG_U = 4, FLAG_I = 8 };

const char *state_name(enum state state)
{
	static const char *const names[STATES] = {
		[STATE_UNKNOWN] = "unknown",
		[STATE_CLOSED] = "CLOSED",
		[STATE_COOKIE_WAIT] = "COOKIE-WAIT",
		[STATE_COOKIE_ECHOED] = "COOKIE-ECHOED",
		[STATE_ESTABLISHED] = "ESTABLISHED",
		[STATE_SHUTDOWN_PENDING] = "SHUTDOWN-PENDING",
		[STATE_SHUTDOWN_SENT] = "SHUTDOWN-SENT",
		[STATE_SHUTDOWN_RECEIVED] = "SHUTDOWN-RECEIVED",
		[STATE_SHUTDOWN_ACK_SENT] = "SHUTDOWN-ACK-SENT",
	};
	return names[state];
}

static void enter(struct end *self, enum state state, int64_t at_ns)
{
	if (self->state == state)
		return;
	self->state = state;
	self->state_ns = at_ns;
}

static uint32_t digest_of(const uint8_t *bytes, uint32_t length)
{
	uint32_t sum = 2166136261U; /* FNV-1a */
	for (uint32_t i = 0; i < length; i++)
		sum = (sum ^ bytes[i]) * 16777619U;
	return sum;
}

/* ------------------------------------------------------------------ setup */

/* The IPv4 and IPv6 Address parameters behind the fixed part of an INIT or INIT ACK (RFC 9260 section 3.3.2.1). */
static void learn_addresses(struct end *self, const struct chunk *chunk)
{
	enum { FIXED = 16, IPV4_PARAMETER = 5, IPV6_PARAMETER = 6, COOKIE_PARAMETER = 7 };
	struct association *association = self->association;
	for (uint32_t at = FIXED; at + 4 <= chunk->captured;) {
		const uint8_t *parameter = chunk->value + at;
		const unsigned type = (unsigned)parameter[0] << 8 | parameter[1];
		const unsigned length = (unsigned)parameter[2] << 8 | parameter[3];
		struct address address = { .ipv6 = type == IPV6_PARAMETER };
		if (length < 4 || at + length > chunk->captured)
			return;
		if ((type == IPV4_PARAMETER && length == 8) || (type == IPV6_PARAMETER && length == 20)) {
			memcpy(address.bytes, parameter + 4, length - 4);
			end_add_address(self, &address);
			end_destination(self->peer, &address);
		}
		if (type == COOKIE_PARAMETER && chunk->type == CHUNK_INIT_ACK) {
			free(association->cookie);
			association->cookie = malloc(length);
			association->cookie_length = association->cookie ? length - 4 : 0;
			if (association->cookie)
				memcpy(association->cookie, parameter + 4, length - 4);
		}
		at += (length + 3) & ~3U;
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
	self->a_rwnd = chunk->init.a_rwnd;
	self->outbound_streams = chunk->init.outbound_streams;
	self->inbound_streams = chunk->init.inbound_streams;
	sent_begin(&self->sent, self->initial_tsn);
	received_begin(&self->peer->received, self->initial_tsn);
	learn_addresses(self, chunk);
}

/* ------------------------------------------------------------------ data */

static void send_data(struct end *self, const struct chunk *chunk, int path, int64_t at_ns)
{
	const bool i_data = chunk->type == CHUNK_I_DATA;
	struct sent_chunk *before = sent_find(&self->sent, chunk->data.tsn);
	const struct sent_chunk now = {
		.tsn = chunk->data.tsn,
		.order = i_data ? chunk->data.mid : chunk->data.ssn,
		.ppid = chunk->data.ppid,
		.stream = chunk->data.stream,
		.length = (uint16_t)chunk->data.user_length,
		.flags = chunk->flags,
		.path = path,
		.times = 1,
		.first_ns = at_ns,
		.last_ns = at_ns,
	};
	if (before) {
		before->times++;
		before->last_ns = at_ns;
		before->path = path;
		return;
	}
	if (!self->sent.known && !self->association->from_the_start)
		sent_begin(&self->sent, chunk->data.tsn);
	/* What left unseen lies between: it is as if it had been sent now. */
	if (self->sent.known && tsn_after(now.tsn, self->sent.next))
		for (unsigned i = 0; i < self->n_streams; i++)
			self->streams[i].known = false;
	for (struct sent_chunk unseen = { .path = -1, .times = 1, .first_ns = at_ns, .last_ns = at_ns };
		self->sent.known && tsn_after(now.tsn, self->sent.next);) {
		unseen.tsn = self->sent.next;
		if (!sent_add(&self->sent, &unseen))
			return;
	}
	if (!sent_add(&self->sent, &now) || (chunk->flags & FLAG_U))
		return;
	struct stream *stream = end_stream(self, chunk->data.stream);
	if (stream && (chunk->flags & FLAG_E)) {
		stream->next = i_data ? now.order + 1 : (uint16_t)(now.order + 1);
		stream->known = true;
	}
}

static void note_arrival(struct end *self, uint32_t tsn, int64_t at_ns)
{
	self->recent[self->n_recent++ % RECENT_MAX] = (struct recent){ tsn, at_ns };
}

static void receive_data(struct end *self, const struct chunk *chunk, int64_t at_ns)
{
	note_arrival(self, chunk->data.tsn, at_ns);
	if (!self->received.known && !self->association->from_the_start)
		received_begin(&self->received, chunk->data.tsn);
	const bool gaps_before = self->received.n > 0;
	switch (received_add(&self->received, chunk->data.tsn)) {
	case ARRIVAL_AGAIN:
		self->due.at_once = true;
		if (self->due.n_again < DUPLICATES_MAX)
			self->due.again[self->due.n_again++] = chunk->data.tsn;
		break;
	case ARRIVAL_NEW:
		if (gaps_before || self->received.n > 0 || (chunk->flags & FLAG_I))
			self->due.at_once = true;
		break;
	case ARRIVAL_UNKNOWN:
		break;
	}
}

bool sack_gap(const struct chunk *sack, unsigned block, uint32_t *first, uint32_t *last)
{
	enum { FIXED = 12, SIZE = 4 };
	const uint32_t cumulative = sack->sack.cum_tsn_ack;
	if (block >= sack->sack.gap_blocks || FIXED + SIZE * block + SIZE > sack->captured)
		return false;
	const uint8_t *bytes = sack->value + FIXED + SIZE * block;
	const unsigned from = (unsigned)bytes[0] << 8 | bytes[1], to = (unsigned)bytes[2] << 8 | bytes[3];
	/* behind the block before; so a SACK tells no TSN twice, and is done with soon */
	const unsigned before = block > 0 ? (unsigned)bytes[-2] << 8 | bytes[-1] : 0;
	*first = cumulative + from;
	*last = cumulative + to;
	return from > before && to >= from;
}

static void mark_gaps(struct end *self, const struct chunk *chunk)
{
	if (!self->sent.has_gaps && chunk->sack.gap_blocks == 0)
		return;
	self->sent.has_gaps = chunk->sack.gap_blocks > 0;
	for (size_t i = 0; i < self->sent.n; i++) {
		struct sent_chunk *each = sent_find(&self->sent, self->sent.acknowledged + 1 + (uint32_t)i);
		if (each)
			each->acknowledged = false;
	}
	uint32_t first, last;
	for (unsigned block = 0; sack_gap(chunk, block, &first, &last); block++)
		for (uint32_t tsn = first; !tsn_after(tsn, last) && tsn_after(self->sent.next, tsn); tsn++) {
			struct sent_chunk *each = sent_find(&self->sent, tsn);
			if (each)
				each->acknowledged = true;
		}
}

static void acknowledge(struct end *self, uint32_t cumulative, int64_t at_ns)
{
	if (at_ns - self->acknowledged_ns > BACKLOG_NS) {
		self->acknowledged_before = self->sent.acknowledged;
		self->acknowledged_ns = at_ns;
	}
	sent_acknowledge(&self->sent, cumulative);
}

static void receive_sack(struct end *self, const struct chunk *chunk, int64_t at_ns)
{
	/* An old one says nothing new (section 6.2.1). */
	if (!chunk->decoded || tsn_after(self->sent.acknowledged, chunk->sack.cum_tsn_ack))
		return;
	acknowledge(self, chunk->sack.cum_tsn_ack, at_ns);
	mark_gaps(self, chunk);
}

static void sacked(struct end *self)
{
	self->due = (struct acknowledgement){ .n_again_before = self->due.n_again };
}

/* ------------------------------------------------------------------ heartbeats */

static void send_heartbeat(struct end *self, const struct packet *packet, const struct chunk *chunk, int64_t at_ns)
{
	const struct address to = address_of(&packet->destination);
	struct destination *destination = end_destination(self, &to);
	if (!destination)
		return;
	if (destination->n_waiting == HEARTBEATS_MAX) {
		destination->n_waiting--;
		memmove(&destination->waiting[0], &destination->waiting[1],
			destination->n_waiting * sizeof(destination->waiting[0]));
	}
	destination->waiting[destination->n_waiting++] = (struct heartbeat){
		.sent_ns = at_ns,
		.digest = digest_of(chunk->value, chunk->captured),
		.length = chunk->captured,
	};
	destination->heartbeat_ns = at_ns;
}

static void receive_heartbeat(struct end *self, const struct chunk *chunk, int64_t at_ns)
{
	self->asked[self->n_asked++ % HEARTBEATS_MAX] = (struct heartbeat){
		.sent_ns = at_ns, .digest = digest_of(chunk->value, chunk->captured), .length = chunk->captured
	};
}

bool end_was_asked(const struct end *end, const struct chunk *chunk)
{
	const uint32_t digest = digest_of(chunk->value, chunk->captured);
	for (unsigned i = 0; i < end->n_asked && i < HEARTBEATS_MAX; i++)
		if (end->asked[i].digest == digest && end->asked[i].length == chunk->captured)
			return true;
	return false;
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

static void receive_heartbeat_ack(struct end *self, const struct chunk *chunk)
{
	unsigned i;
	if (!end_heartbeat_of(self, chunk, &i))
		return;
	self->destinations[i].confirmed = true;
	self->destinations[i].n_waiting = 0;
}

/* ------------------------------------------------------------------ the state */

static void change_state_by_sending(struct end *self, const struct chunk *chunk, int64_t at_ns)
{
	switch (chunk->type) {
	case CHUNK_INIT:
		enter(self, STATE_COOKIE_WAIT, at_ns);
		break;
	case CHUNK_COOKIE_ECHO:
		enter(self, STATE_COOKIE_ECHOED, at_ns);
		break;
	case CHUNK_COOKIE_ACK:
		if (self->state != STATE_SHUTDOWN_PENDING)
			enter(self, STATE_ESTABLISHED, at_ns);
		break;
	case CHUNK_SHUTDOWN:
		enter(self, STATE_SHUTDOWN_SENT, at_ns);
		break;
	case CHUNK_SHUTDOWN_ACK:
		enter(self, STATE_SHUTDOWN_ACK_SENT, at_ns);
		break;
	case CHUNK_SHUTDOWN_COMPLETE:
	case CHUNK_ABORT:
		enter(self, STATE_CLOSED, at_ns);
		break;
	default:
		break;
	}
}

static void change_state_by_receiving(struct end *self, const struct chunk *chunk, int64_t at_ns)
{
	switch (chunk->type) {
	case CHUNK_COOKIE_ACK:
		if (self->state == STATE_COOKIE_ECHOED)
			enter(self, STATE_ESTABLISHED, at_ns);
		break;
	case CHUNK_SHUTDOWN:
		if (self->state == STATE_ESTABLISHED || self->state == STATE_SHUTDOWN_PENDING)
			enter(self, STATE_SHUTDOWN_RECEIVED, at_ns);
		break;
	case CHUNK_SHUTDOWN_COMPLETE:
	case CHUNK_ABORT:
		enter(self, STATE_CLOSED, at_ns);
		break;
	default:
		break;
	}
}

/* ------------------------------------------------------------------ a chunk */

void end_sends(struct end *self, const struct packet *packet, const struct chunk *chunk, int path, int64_t at_ns)
{
	switch (chunk->type) {
	case CHUNK_INIT:
	case CHUNK_INIT_ACK:
		if (!self->has_init || self->tag != chunk->init.initiate_tag)
			learn_init(self, packet, chunk);
		break;
	case CHUNK_DATA:
	case CHUNK_I_DATA:
		if (chunk->decoded)
			send_data(self, chunk, path, at_ns);
		break;
	case CHUNK_SACK:
		if (chunk->decoded)
			self->a_rwnd = chunk->sack.a_rwnd;
		sacked(self);
		break;
	case CHUNK_SHUTDOWN:
		sacked(self);
		break;
	case CHUNK_HEARTBEAT:
		send_heartbeat(self, packet, chunk, at_ns);
		break;
	default:
		break;
	}
	if (chunk->type == CHUNK_ASCONF || chunk->type == CHUNK_RE_CONFIG)
		self->association->reconfigured = true;
	change_state_by_sending(self, chunk, at_ns);
}

void end_receives(struct end *self, const struct packet *packet, const struct chunk *chunk, int64_t at_ns)
{
	(void)packet;
	switch (chunk->type) {
	case CHUNK_DATA:
	case CHUNK_I_DATA:
		if (chunk->decoded)
			receive_data(self, chunk, at_ns);
		break;
	case CHUNK_SACK:
		receive_sack(self, chunk, at_ns);
		break;
	case CHUNK_SHUTDOWN:
		if (chunk->decoded)
			acknowledge(self, chunk->shutdown.cum_tsn_ack, at_ns);
		break;
	case CHUNK_FORWARD_TSN:
	case CHUNK_I_FORWARD_TSN:
		if (chunk->decoded)
			received_advance(&self->received, chunk->forward_tsn.new_cum_tsn);
		break;
	case CHUNK_HEARTBEAT:
		receive_heartbeat(self, chunk, at_ns);
		break;
	case CHUNK_HEARTBEAT_ACK:
		receive_heartbeat_ack(self, chunk);
		break;
	case CHUNK_SHUTDOWN_ACK:
		self->shutdown_ack_came = true;
		break;
	default:
		break;
	}
	change_state_by_receiving(self, chunk, at_ns);
}

bool end_has_just_received(const struct end *self, uint32_t tsn, int64_t since_ns)
{
	for (unsigned i = 0; i < RECENT_MAX && i < self->n_recent; i++)
		if (self->recent[i].tsn == tsn && self->recent[i].at_ns >= since_ns)
			return true;
	return false;
}

void end_received_packet(struct end *self, const struct packet *packet, int64_t at_ns)
{
	for (unsigned i = 0; i < packet->chunk_count; i++) {
		const uint8_t type = packet->chunks[i].type;
		if (type != CHUNK_DATA && type != CHUNK_I_DATA)
			continue;
		if (self->due.packets++ == 0)
			self->due.since_ns = at_ns;
		return;
	}
}
