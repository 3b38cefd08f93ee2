/* SPDX-License-Identifier: Apache-2.0 */
/* model.c - what a chunk changes at the end that sends it and at the end where it arrives (RFC 9260). */
#include "runner/referee/data.h"

#include <stdlib.h>
#include <string.h>

#include "runner/protocol/kernel_timers.h"
#include "runner/referee/failure.h"
#include "runner/referee/tsn.h"

enum { USER_INITIATED_ABORT = 12 }; /* a cause (section 3.3.10.12) */

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
	enum { FIXED = 16, IPV4_PARAMETER = 5, IPV6_PARAMETER = 6, COOKIE_PARAMETER = 7, PRESERVATIVE_PARAMETER = 9 };
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
		self->wants_longer_life |= type == PRESERVATIVE_PARAMETER;
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
	self->a_rwnd = self->first_window = chunk->init.a_rwnd;
	self->outbound_streams = chunk->init.outbound_streams;
	self->inbound_streams = chunk->init.inbound_streams;
	sent_begin(&self->sent, self->initial_tsn);
	received_begin(&self->peer->received, self->initial_tsn);
	learn_addresses(self, chunk);
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
	destination->late_heartbeats += at_ns > failure_heartbeat_by(self, destination);
	/* The one before went unanswered (section 8.3). */
	destination->pace_ns = destination->rto.ns;
	if (self->exact && destination->n_waiting > 0)
		failure_strike(self, destination, STRIKE_HEARTBEAT, true, at_ns);
	destination->waiting[destination->n_waiting++] = (struct heartbeat){
		.sent_ns = at_ns,
		.digest = digest_of(chunk->value, chunk->captured),
		.length = chunk->captured,
	};
	destination->heartbeat_ns = at_ns;
	congestion_rest(&destination->congestion, self->parameters.mtu);
	failure_rest(destination, at_ns);
	destination->unseen &= failure_is_blind(self, destination);
}

static void receive_heartbeat(struct end *self, const struct packet *packet, const struct chunk *chunk, int64_t at_ns)
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

static void answer_heartbeat(struct end *self, const struct chunk *chunk)
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

static void receive_heartbeat_ack(struct end *self, const struct chunk *chunk, int64_t at_ns)
{
	unsigned i;
	const struct heartbeat *asked = end_heartbeat_of(self, chunk, &i);
	if (!asked)
		return;
	const int64_t sent_ns = asked->sent_ns;
	self->destinations[i].n_waiting = 0;
	failure_heartbeat_ack(self, &self->destinations[i], sent_ns, at_ns);
}

/* ------------------------------------------------------------------ the state */

/* An ABORT or SHUTDOWN COMPLETE ends it, and its user is told (RFC 9260 section 11.2; RFC 6458 section 6.1.1). */
static void end_association(struct end *self, uint8_t by, int64_t at_ns)
{
	const bool is_up = self->established_ns >= 0;
	if (self->state == STATE_CLOSED || self->state == STATE_UNKNOWN)
		return;
	if (by == CHUNK_SHUTDOWN_COMPLETE)
		failure_due(self, NULL, EVENT_SHUTDOWN_COMP, self->state >= STATE_SHUTDOWN_SENT, at_ns);
	else
		failure_due(self, NULL, is_up ? EVENT_COMM_LOST : EVENT_CANT_ASSOC, is_up, at_ns);
	enter(self, STATE_CLOSED, at_ns);
}

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
		if (self->established_ns < 0) {
			const bool again = self->association->is_restart;
			failure_begin(self, self->init.destination, again, at_ns);
			if (again)
				self->primary = -1; /* that of the association before, or not */
			failure_due(self, NULL, again ? EVENT_RESTART : EVENT_COMM_UP, true, at_ns);
		}
		if (self->state != STATE_SHUTDOWN_PENDING)
			enter(self, STATE_ESTABLISHED, at_ns);
		break;
	case CHUNK_SHUTDOWN:
		enter(self, STATE_SHUTDOWN_SENT, at_ns);
		break;
	case CHUNK_SHUTDOWN_ACK:
		enter(self, STATE_SHUTDOWN_ACK_SENT, at_ns);
		break;
	case CHUNK_ABORT:
		self->counts.t3.high++; /* it may be T3-rtx that has given it up */
		self->gives_up = chunk->decoded && chunk->error.cause != USER_INITIATED_ABORT &&
			self->shutdown.count == 0 && at_ns - self->arrived_ns > self->backlog_ns;
		end_association(self, chunk->type, at_ns);
		break;
	case CHUNK_SHUTDOWN_COMPLETE:
		end_association(self, chunk->type, at_ns);
		break;
	default:
		break;
	}
}

static void change_state_by_receiving(struct end *self, const struct chunk *chunk, int64_t at_ns)
{
	switch (chunk->type) {
	case CHUNK_COOKIE_ACK:
		if (self->state != STATE_COOKIE_ECHOED)
			break;
		if (self->established_ns < 0) {
			failure_begin(
				self, self->cookie_echo.destination, self->association->tried_at_once != 1, at_ns);
			failure_due(self, NULL, EVENT_COMM_UP, true, at_ns);
		}
		enter(self, STATE_ESTABLISHED, at_ns);
		break;
	case CHUNK_SHUTDOWN:
		if (self->state != STATE_ESTABLISHED && self->state != STATE_SHUTDOWN_PENDING)
			break;
		failure_due(self, NULL, EVENT_SHUTDOWN, self->exact, at_ns);
		enter(self, STATE_SHUTDOWN_RECEIVED, at_ns);
		break;
	case CHUNK_ABORT:
		if (self->state != STATE_CLOSED && chunk->decoded) {
			self->abort_came = true;
			self->abort_cause = chunk->error.cause;
		}
		end_association(self, chunk->type, at_ns);
		break;
	case CHUNK_SHUTDOWN_COMPLETE:
		end_association(self, chunk->type, at_ns);
		break;
	default:
		break;
	}
}

/* ------------------------------------------------------------------ a chunk */

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

void end_sends(struct end *self, const struct packet *packet, const struct chunk *chunk, int path, int64_t at_ns)
{
	const int to = destination_of(self, packet, path);
	bool lags;
	self->struck = (struct strike){ 0 };
	counts_out(&self->counts, packet, chunk);
	switch (chunk->type) {
	case CHUNK_INIT:
	case CHUNK_INIT_ACK:
		if (!self->has_init || self->tag != chunk->init.initiate_tag)
			learn_init(self, packet, chunk);
		attempt(&self->init, to, at_ns);
		if (chunk->type == CHUNK_INIT_ACK)
			self->association->cookie_ns = at_ns;
		break;
	case CHUNK_COOKIE_ECHO:
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
		sack_leaves(self);
		self->due.lags = lags;
		break;
	case CHUNK_SHUTDOWN:
		sack_leaves(self);
		send_shutdown(self, to, at_ns);
		break;
	case CHUNK_SHUTDOWN_ACK:
		send_shutdown(self, to, at_ns);
		break;
	case CHUNK_HEARTBEAT:
		send_heartbeat(self, packet, chunk, at_ns);
		break;
	case CHUNK_HEARTBEAT_ACK:
		answer_heartbeat(self, chunk);
		break;
	default:
		break;
	}
	if (chunk->type == CHUNK_ASCONF || chunk->type == CHUNK_RE_CONFIG)
		self->association->reconfigured = true;
	change_state_by_sending(self, chunk, at_ns);
	answers_give(self, chunk);
	doubt_counts(self);
}

void end_receives(struct end *self, const struct packet *packet, const struct chunk *chunk, int64_t at_ns)
{
	self->struck = (struct strike){ 0 };
	if (chunk->type == CHUNK_COOKIE_ECHO && self->established_ns < 0)
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
		if (chunk->decoded)
			received_advance(&self->received, chunk->forward_tsn.new_cum_tsn);
		self->due.forwarded = self->delivery.lost = true;
		break;
	case CHUNK_INIT_ACK:
		if (chunk->decoded)
			window_learnt(self, chunk->init.a_rwnd, at_ns);
		break;
	case CHUNK_INIT:
		if (chunk->decoded)
			window_learnt(self, chunk->init.a_rwnd, at_ns);
		self->init_from = address_of(&packet->source);
		self->init_tag = chunk->decoded ? chunk->init.initiate_tag : 0;
		break;
	case CHUNK_HEARTBEAT:
		receive_heartbeat(self, packet, chunk, at_ns);
		break;
	case CHUNK_HEARTBEAT_ACK:
		receive_heartbeat_ack(self, chunk, at_ns);
		break;
	case CHUNK_SHUTDOWN_ACK:
		self->shutdown_ack_came = true;
		break;
	default:
		break;
	}
	change_state_by_receiving(self, chunk, at_ns);
	doubt_counts(self);
}

bool end_has_just_received(const struct end *self, uint32_t tsn, int64_t since_ns)
{
	for (unsigned i = 0; i < RECENT_MAX && i < self->n_recent; i++)
		if (self->recent[i].tsn == tsn && self->recent[i].at_ns >= since_ns)
			return true;
	return false;
}

bool end_data_since(const struct end *self, int64_t since_ns)
{
	return self->n_recent > 0 && self->recent[(self->n_recent - 1) % RECENT_MAX].at_ns >= since_ns;
}

unsigned end_duplicates_since(const struct end *self, int64_t since_ns)
{
	unsigned n = 0;
	for (unsigned i = 0; i < RECENT_MAX && i < self->n_recent; i++)
		n += self->recent[i].again && self->recent[i].at_ns >= since_ns;
	return n;
}

static void receive_packet_with_data(struct end *self, const struct packet *packet, int64_t at_ns)
{
	const struct address source = address_of(&packet->source);
	const struct destination *from = end_destination(self, &source);
	if (self->due.packets++ == 0)
		self->due.since_ns = at_ns;
	if (from)
		self->due.sources |= UINT32_C(1) << (from - self->destinations);
	self->data_packets++;
}

void end_received_packet(struct end *self, const struct packet *packet, int64_t at_ns)
{
	self->arrived_ns = at_ns;
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
