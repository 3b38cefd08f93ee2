/* SPDX-License-Identifier: Apache-2.0 */
/* model.c - what a chunk changes at the end that sends it and at the end where it arrives (RFC 9260). */
#include "runner/referee/model.h"

#include <stdlib.h>
#include <string.h>

#include "runner/protocol/kernel_timers.h"
#include "runner/referee/failure.h"
#include "runner/referee/tsn.h"

enum { FLAG_E = 1, FLAG_B = 2, FLAG_U = 4, FLAG_I = 8 };
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

/* ------------------------------------------------------------------ data */

/* A chunk leaves for a destination: T3-rtx runs (section 6.3.2, R1), and one chunk at a time is timed. */
static void start_t3(struct end *self, struct sent_chunk *chunk, int64_t at_ns)
{
	struct destination *to = &self->destinations[chunk->to];
	to->outstanding++;
	congestion_send(&to->congestion, chunk->length);
	to->data_ns = at_ns;
	if (to->outstanding == 1 && to->lingers)
		failure_doubt(self, to); /* it may run for what gap blocks have */
	if (self->sent.n == 1)
		to->restarted_ns = at_ns;
	if (!to->t3.runs || to->outstanding == 1)
		to->t3 = (struct timer){ true, exactly(at_ns), to->rto.ns };
	if (to->is_timed || chunk->times > 1)
		return;
	to->is_timed = true;
	to->timed_tsn = chunk->tsn;
	to->timed_ns = at_ns;
	to->is_timed_alone = self->sent.n == 1;
}

/* T3-rtx has expired: all that is outstanding there is to be sent again (section 6.3.3, E3). */
static void mark_outstanding(struct end *self, int destination)
{
	struct destination *there = &self->destinations[destination];
	for (size_t i = 0; i < self->sent.n; i++) {
		struct sent_chunk *each = sent_find(&self->sent, self->sent.acknowledged + 1 + (uint32_t)i);
		if (!each || each->to != destination || each->acknowledged)
			continue;
		if (each->last_ns > there->t3.since_ns.low)
			failure_doubt(self, there);
		each->marked = true;
	}
	there->outstanding = 0;
	congestion_expire(&there->congestion, self->parameters.mtu);
	there->t3.runs = false;
	there->is_timed = false;
}

static bool has_expired(const struct destination *destination, int64_t at_ns)
{
	return destination->t3.runs && at_ns >= destination->t3.since_ns.low + destination->t3.length_ns.low;
}

static bool has_surely_expired(const struct destination *destination, int64_t at_ns)
{
	return destination->t3.runs &&
		at_ns >= destination->t3.since_ns.high + destination->t3.length_ns.high - TICK_NS;
}

static void recover(struct end *self, int64_t at_ns)
{
	self->recovers = true;
	self->recovered_ns = at_ns;
	self->recovers_until = self->sent.next - 1;
}

/* The first chunk that is outstanding for a destination, or NULL. */
static const struct sent_chunk *earliest(const struct end *self, int destination)
{
	for (size_t i = 0; i < self->sent.n; i++) {
		const struct sent_chunk *each = sent_find(&self->sent, self->sent.acknowledged + 1 + (uint32_t)i);
		if (each && each->to == destination && !each->acknowledged && !each->marked)
			return each;
	}
	return NULL;
}

bool end_surely_uses(const struct end *self, const struct destination *destination, int64_t at_ns)
{
	return destination->reach == REACH_ACTIVE && !destination->unseen && !failure_is_blind(self, destination) &&
		destination->strikes.high == 0 && at_ns - destination->reach_ns > self->backlog_ns;
}

bool end_waits_for(const struct end *self, unsigned destination)
{
	return earliest(self, (int)destination) != NULL;
}

bool end_may_have_expired(const struct end *self, const struct sent_chunk *chunk, int64_t at_ns)
{
	const struct destination *there = &self->destinations[chunk->to];
	return chunk->last_ns <= there->marked_ns ||
		at_ns - there->restarted_ns >= self->parameters.rto_min_ns - TICK_NS ||
		at_ns - self->sack_ns > self->backlog_ns || there->unseen || failure_is_blind(self, there);
}

/* T3-rtx may have expired, or was set anew. */
static void doubt_t3(struct end *self, struct destination *destination, int64_t at_ns)
{
	if (has_expired(destination, at_ns)) {
		failure_strike(self, destination, STRIKE_T3_RTX, false, at_ns);
		destination->t3.length_ns = either(destination->t3.length_ns, destination->rto.ns);
	}
	destination->t3.since_ns.high = at_ns;
}

/* DATA is sent again: because T3-rtx has expired, because a SACK misses it, or, if it was marked, when there was room
 * for it. */
static void find_cause(
	struct end *self, const struct packet *packet, const struct sent_chunk *chunk, int to, int64_t at_ns)
{
	const bool answers = at_ns - self->arrived_ns <= self->backlog_ns;
	if (packet->chunks[0].type == CHUNK_COOKIE_ECHO || self->established_ns < 0)
		return; /* T1-cookie */
	if (chunk->to < 0) {
		/* it left unseen, and nobody knows for where */
		for (unsigned i = 0; i < self->n_destinations; i++)
			failure_strike(self, &self->destinations[i], STRIKE_T3_RTX, false, at_ns);
		return;
	}
	struct destination *there = &self->destinations[chunk->to];
	if (end_may_have_expired(self, chunk, at_ns))
		there->marked_ns = at_ns;
	if (!chunk->marked && !answers && (!self->recovers || has_surely_expired(there, at_ns))) {
		failure_strike(self, there, STRIKE_T3_RTX, true, at_ns);
		mark_outstanding(self, chunk->to);
	} else if (!chunk->marked) {
		recover(self, at_ns);
		there->is_timed &= there->timed_tsn != chunk->tsn;
		/* fast retransmission of the first one sets the timer anew (section 7.2.4) */
		if (has_expired(there, at_ns) || earliest(self, chunk->to) == chunk)
			doubt_t3(self, there, at_ns);
		else if (to != chunk->to)
			failure_strike(self, there, STRIKE_T3_RTX, false, at_ns);
		there->outstanding -= there->outstanding > 0;
		congestion_settle(&there->congestion, chunk->length, true);
	} else if (!answers) {
		for (unsigned i = 0; i < self->n_destinations; i++)
			if (has_expired(&self->destinations[i], at_ns))
				doubt_t3(self, &self->destinations[i], at_ns);
	}
}

static void send_again(
	struct end *self, const struct packet *packet, struct sent_chunk *chunk, int path, int to, int64_t at_ns)
{
	if (self->exact)
		find_cause(self, packet, chunk, to, at_ns);
	self->resent_ns = at_ns;
	self->counts.again_out[(chunk->flags & FLAG_U) != 0]++;
	chunk->fast = !chunk->marked && self->struck.cause == STRIKE_NONE;
	chunk->misses = 0;
	chunk->times++;
	chunk->last_ns = at_ns;
	chunk->path = path;
	chunk->to = to;
	chunk->marked = false;
	if (to >= 0)
		start_t3(self, chunk, at_ns);
}

static void send_data(
	struct end *self, const struct packet *packet, const struct chunk *chunk, int path, int to, int64_t at_ns)
{
	const bool i_data = chunk->type == CHUNK_I_DATA;
	struct sent_chunk *before = sent_find(&self->sent, chunk->data.tsn), *added;
	const struct sent_chunk now = {
		.tsn = chunk->data.tsn,
		.order = i_data ? chunk->data.mid : chunk->data.ssn,
		.ppid = chunk->data.ppid,
		.stream = chunk->data.stream,
		.length = (uint16_t)chunk->data.user_length,
		.flags = chunk->flags,
		.path = path,
		.to = to,
		.times = 1,
		.first_ns = at_ns,
		.last_ns = at_ns,
	};
	if (before) {
		send_again(self, packet, before, path, to, at_ns);
		return;
	}
	if (!self->sent.known && !self->association->from_the_start)
		sent_begin(&self->sent, chunk->data.tsn);
	/* What left unseen lies between: it is as if it had been sent now. */
	if (self->sent.known && tsn_after(now.tsn, self->sent.next))
		for (unsigned i = 0; i < self->n_streams; i++)
			self->streams[i].known = false;
	for (struct sent_chunk unseen = { .path = -1, .to = -1, .times = 1, .first_ns = at_ns, .last_ns = at_ns };
		self->sent.known && tsn_after(now.tsn, self->sent.next);) {
		unseen.tsn = self->sent.next;
		if (!sent_add(&self->sent, &unseen))
			return;
	}
	added = sent_add(&self->sent, &now);
	if (added && to >= 0)
		start_t3(self, added, at_ns);
	if (!added || (chunk->flags & FLAG_U))
		return;
	struct stream *stream = end_stream(self, chunk->data.stream);
	if (stream && (chunk->flags & FLAG_E)) {
		stream->next = i_data ? now.order + 1 : (uint16_t)(now.order + 1);
		stream->known = true;
	}
}

static void note_arrival(struct end *self, uint32_t tsn, bool again, int64_t at_ns)
{
	self->recent[self->n_recent++ % RECENT_MAX] = (struct recent){ tsn, again, at_ns };
}

static void receive_data(struct end *self, const struct chunk *chunk, int64_t at_ns)
{
	if (!self->received.known && !self->association->from_the_start)
		received_begin(&self->received, chunk->data.tsn);
	struct acknowledgement *due = &self->due;
	if (due->n_chunks++ == 0)
		due->had_gaps = self->received.n > 0;
	const enum arrival arrival = received_add(&self->received, chunk->data.tsn);
	note_arrival(self, chunk->data.tsn, arrival == ARRIVAL_AGAIN, at_ns);
	due->n_new += arrival != ARRIVAL_AGAIN;
	if (self->is_told && arrival == ARRIVAL_NEW)
		delivery_arrives(&self->delivery, chunk, at_ns);
	self->delivery.lost |= arrival == ARRIVAL_UNKNOWN || chunk->type == CHUNK_I_DATA;
	if (arrival == ARRIVAL_AGAIN && due->n_again < DUPLICATES_MAX)
		due->again[due->n_again++] = chunk->data.tsn;
	if (arrival == ARRIVAL_NEW)
		self->counts.data_in[(chunk->flags & FLAG_U) != 0]++;
	self->counts.is_odd |= arrival == ARRIVAL_UNKNOWN;
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

/* What a SACK acknowledges that was not acknowledged before, by destination. */
struct news {
	bool some, cumulative, first; /* cumulative, first: and so the first one that was outstanding there */
	bool maybe;                   /* what had been marked */
	bool again;                   /* by the cumulative TSN what a gap block had acknowledged before */
	bool asked;                   /* `earliest` is the first one that was outstanding */
	const struct sent_chunk *earliest;
	int64_t sample_ns; /* below 0: none */
	bool is_sure;      /* it is taken: nothing was sent again since (section 6.3.1, C5) */
};

static void note_news(
	struct end *self, struct news *news, const struct sent_chunk *chunk, bool cumulative, int64_t at_ns)
{
	if (chunk->to < 0)
		return;
	struct destination *there = &self->destinations[chunk->to];
	struct news *one = &news[chunk->to];
	if (chunk->acknowledged) {
		one->again |= cumulative;
		return;
	}
	if (chunk->marked) {
		one->maybe = true;
		there->congestion.acknowledged += self->parameters.mtu;
		return;
	}
	one->some = true;
	one->cumulative |= cumulative;
	if (!cumulative && !one->asked) {
		one->asked = true;
		one->earliest = earliest(self, chunk->to);
	}
	one->first |= !cumulative && one->earliest == chunk;
	there->outstanding -= there->outstanding > 0;
	congestion_settle(&there->congestion, chunk->length, false);
	if (!there->is_timed || there->timed_tsn != chunk->tsn)
		return;
	there->is_timed = false;
	one->sample_ns = chunk->times == 1 ? at_ns - there->timed_ns : -1;
	one->is_sure = there->is_timed_alone && there->timed_ns > self->resent_ns;
}

/* Whether something that was sent there is acknowledged by gap blocks only. Linux lets T3-rtx run for that, too. */
static bool lingers(const struct end *self, int destination)
{
	for (size_t i = 0; self->sent.has_gaps && i < self->sent.n; i++) {
		const struct sent_chunk *each = sent_find(&self->sent, self->sent.acknowledged + 1 + (uint32_t)i);
		if (each && each->to == destination && each->acknowledged)
			return true;
	}
	return false;
}

static void take_news(struct end *self, const struct news *news, const struct packet *packet, int64_t at_ns)
{
	const struct address source = address_of(&packet->source);
	for (unsigned i = 0; i < self->n_destinations; i++) {
		struct destination *there = &self->destinations[i];
		congestion_grow(&there->congestion, self->parameters.mtu);
		if (news[i].again && there->outstanding > 0)
			there->t3.since_ns.high = at_ns; /* so Linux, which counts that as outstanding until then */
		if (!news[i].some && !news[i].maybe)
			continue;
		if (news[i].sample_ns >= 0 && self->parameters.known) {
			rto_sample(&there->rto, &self->parameters, news[i].sample_ns, news[i].is_sure);
			there->pace_ns = either(there->pace_ns, there->rto.ns);
		}
		failure_acknowledged(self, there, news[i].some, address_equal(&source, &there->address), at_ns);
		/* section 6.3.2, R2 and R3; Linux does not so by a gap block */
		if (there->outstanding == 0) {
			there->t3.runs = false;
			there->lingers = lingers(self, (int)i);
		} else if (news[i].cumulative) {
			there->restarted_ns = at_ns;
			there->t3 = (struct timer){ true, exactly(at_ns), there->rto.ns };
		} else if (news[i].first) {
			there->t3.since_ns.high = at_ns;
			there->t3.length_ns = either(there->t3.length_ns, there->rto.ns);
		}
	}
}

static void mark_gaps(struct end *self, const struct chunk *chunk, struct news *news, int64_t at_ns)
{
	if (!self->sent.has_gaps && chunk->sack.gap_blocks == 0)
		return;
	uint32_t first, last, highest = self->sent.acknowledged;
	for (unsigned block = 0; sack_gap(chunk, block, &first, &last); block++)
		for (uint32_t tsn = first; !tsn_after(tsn, last) && tsn_after(self->sent.next, tsn); tsn++) {
			const struct sent_chunk *each = sent_find(&self->sent, tsn);
			if (each)
				note_news(self, news, each, false, at_ns);
			highest = tsn;
		}
	self->sent.has_gaps = chunk->sack.gap_blocks > 0;
	for (size_t i = 0; i < self->sent.n; i++) {
		struct sent_chunk *each = sent_find(&self->sent, self->sent.acknowledged + 1 + (uint32_t)i);
		if (!each)
			continue;
		each->misses += tsn_after(highest, each->tsn);
		each->acknowledged = false;
	}
	for (unsigned block = 0; sack_gap(chunk, block, &first, &last); block++)
		for (uint32_t tsn = first; !tsn_after(tsn, last) && tsn_after(self->sent.next, tsn); tsn++) {
			struct sent_chunk *each = sent_find(&self->sent, tsn);
			if (each)
				each->acknowledged = true;
		}
}

/* All up to `cumulative` is acknowledged. `sack`: the chunk that says so, or NULL. */
static void acknowledge(
	struct end *self, const struct packet *packet, uint32_t cumulative, const struct chunk *sack, int64_t at_ns)
{
	struct news news[ADDRESSES_MAX];
	for (unsigned i = 0; i < self->n_destinations; i++)
		news[i] = (struct news){ .sample_ns = -1 };
	if (at_ns - self->acknowledged_ns > self->backlog_ns) {
		self->acknowledged_before = self->sent.acknowledged;
		self->acknowledged_ns = at_ns;
	}
	for (uint32_t tsn = self->sent.acknowledged + 1; !tsn_after(tsn, cumulative) && tsn_after(self->sent.next, tsn);
		tsn++) {
		const struct sent_chunk *each = sent_find(&self->sent, tsn);
		if (each)
			note_news(self, news, each, true, at_ns);
	}
	sent_acknowledge(&self->sent, cumulative);
	self->recovers &= tsn_after(self->recovers_until, cumulative);
	if (sack) {
		mark_gaps(self, sack, news, at_ns);
		if (self->sent.has_gaps)
			recover(self, at_ns);
	}
	if (self->exact)
		take_news(self, news, packet, at_ns);
}

static void learn_window(struct end *self, uint32_t a_rwnd, int64_t at_ns)
{
	if (at_ns - self->window_ns > self->backlog_ns || self->window > self->window_before)
		self->window_before = self->window;
	self->window = a_rwnd;
	self->counts.window = a_rwnd;
	self->window_ns = at_ns;
	self->window_known = true;
}

static void receive_sack(struct end *self, const struct packet *packet, const struct chunk *chunk, int64_t at_ns)
{
	/* An old one says nothing new (section 6.2.1). */
	if (!chunk->decoded || !self->sent.known || tsn_after(self->sent.acknowledged, chunk->sack.cum_tsn_ack))
		return;
	acknowledge(self, packet, chunk->sack.cum_tsn_ack, chunk, at_ns);
	self->counts.gap_blocks_in += chunk->sack.gap_blocks;
	learn_window(self, chunk->sack.a_rwnd, at_ns);
	self->sack_ns = at_ns;
}

static void sacked(struct end *self)
{
	self->sources_before = self->due.sources ? self->due.sources : self->sources_before;
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
	self->asked[self->n_asked++ % HEARTBEATS_MAX] = (struct heartbeat){
		.sent_ns = at_ns,
		.from = address_of(&packet->source),
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
		if (self->state == STATE_ESTABLISHED || self->state == STATE_SHUTDOWN_PENDING)
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

void end_sends(struct end *self, const struct packet *packet, const struct chunk *chunk, int path, int64_t at_ns)
{
	const int to = destination_of(self, packet, path);
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
			send_data(self, packet, chunk, path, to, at_ns);
		break;
	case CHUNK_SACK:
		if (chunk->decoded)
			self->a_rwnd = chunk->sack.a_rwnd;
		sacked(self);
		break;
	case CHUNK_SHUTDOWN:
		sacked(self);
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
			receive_data(self, chunk, at_ns);
		break;
	case CHUNK_SACK:
		receive_sack(self, packet, chunk, at_ns);
		break;
	case CHUNK_SHUTDOWN:
		if (chunk->decoded)
			acknowledge(self, packet, chunk->shutdown.cum_tsn_ack, NULL, at_ns);
		break;
	case CHUNK_FORWARD_TSN:
	case CHUNK_I_FORWARD_TSN:
		if (chunk->decoded)
			received_advance(&self->received, chunk->forward_tsn.new_cum_tsn);
		self->due.forwarded = self->delivery.lost = true;
		break;
	case CHUNK_INIT_ACK:
		if (chunk->decoded)
			learn_window(self, chunk->init.a_rwnd, at_ns);
		break;
	case CHUNK_INIT:
		if (chunk->decoded)
			learn_window(self, chunk->init.a_rwnd, at_ns);
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
