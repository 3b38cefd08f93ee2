/* SPDX-License-Identifier: Apache-2.0 */
/* acknowledged.c - DATA and SACKs that arrive at an end: what is acknowledged by them, and what that changes. */
#include "runner/referee/data.h"

#include <stdlib.h>
#include <string.h>
#include "runner/protocol/kernel_timers.h"
#include "runner/referee/failure.h"
#include "runner/referee/tsn.h"

static void note_arrival(struct end *self, const struct chunk *chunk, bool again, int64_t at_ns)
{
	self->recent[self->n_recent++ % RECENT_MAX] = (struct recent){
		.tsn = chunk->data.tsn,
		.ppid = chunk->data.ppid,
		.at_ns = at_ns,
		.octets = (uint16_t)chunk->data.user_length,
		.stream = chunk->data.stream,
		.ssn = chunk->data.ssn,
		.flags = chunk->flags,
		.again = again,
	};
}

void data_arrives(struct end *self, const struct chunk *chunk, int64_t at_ns)
{
	if (!self->received.known && !self->association->from_the_start)
		received_begin(&self->received, chunk->data.tsn);
	struct acknowledgement *due = &self->due;
	if (due->n_chunks++ == 0)
		due->had_gaps = self->received.n > 0;
	if (!no_room_for(self, chunk, at_ns))
		data_taken(self, chunk, at_ns);
}

void data_taken(struct end *self, const struct chunk *chunk, int64_t at_ns)
{
	struct acknowledgement *due = &self->due;
	const enum arrival arrival = received_add(&self->received, chunk->data.tsn);
	note_arrival(self, chunk, arrival == ARRIVAL_AGAIN, at_ns);
	due->n_new += arrival != ARRIVAL_AGAIN;
	if (self->is_told && arrival == ARRIVAL_NEW)
		delivery_arrives(&self->delivery, chunk, at_ns);
	self->delivery.lost |= arrival == ARRIVAL_UNKNOWN || chunk->type == CHUNK_I_DATA;
	if (arrival == ARRIVAL_AGAIN && due->n_again < DUPLICATES_MAX)
		due->again[due->n_again++] = chunk->data.tsn;
	if (arrival == ARRIVAL_NEW)
		buffer_fill(self, chunk->data.user_length);
	if (arrival == ARRIVAL_NEW)
		self->counts.data_in[(chunk->flags & FLAG_U) != 0]++;
	self->counts.is_odd |= arrival == ARRIVAL_UNKNOWN;
}

bool data_withdrawn(struct end *self, const struct fragment *fragment)
{
	if (self->is_told && !delivery_withdraw(&self->delivery, fragment))
		return false;
	received_remove(&self->received, fragment->tsn);
	buffer_withdraw(self, fragment->length);
	self->counts.data_in[(fragment->flags & FLAG_U) != 0]--;
	return true;
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
		one->earliest = data_earliest(self, chunk->to);
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
			rto_sample(&there->rto, &self->parameters, news[i].sample_ns,
				news[i].is_sure && !there->asked_again);
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
	uint32_t first, last, highest = self->sent.acknowledged, newest = highest;
	for (unsigned block = 0; sack_gap(chunk, block, &first, &last); block++)
		for (uint32_t tsn = first; !tsn_after(tsn, last) && tsn_after(self->sent.next, tsn); tsn++) {
			const struct sent_chunk *each = sent_find(&self->sent, tsn);
			if (each && !each->acknowledged)
				newest = tsn;
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
		each->surely_missed += tsn_after(newest, each->tsn);
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
void data_acknowledged(
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
			data_recovers(self, at_ns);
	}
	if (self->exact)
		take_news(self, news, packet, at_ns);
}

void window_learnt(struct end *self, uint32_t a_rwnd, int64_t at_ns)
{
	if (at_ns - self->window_ns > self->backlog_ns || self->window > self->window_before)
		self->window_before = self->window;
	self->window = a_rwnd;
	self->counts.window = a_rwnd;
	self->window_ns = at_ns;
	self->window_known = true;
}

/* A SACK for a probe of a window that is closed: it was no error that the probe is not acknowledged (section 6.1). */
static void answer_probe(struct end *self, uint32_t a_rwnd)
{
	const struct sent_chunk *probe = self->sent.n > 0 ? sent_find(&self->sent, self->sent.acknowledged + 1) : NULL;
	if (probe && probe->to >= 0 && !probe->acknowledged && a_rwnd <= probe->length)
		failure_excuse(self, &self->destinations[probe->to], self->sent.n == 1);
}

void sack_arrives(struct end *self, const struct packet *packet, const struct chunk *chunk, int64_t at_ns)
{
	/* An old one says nothing new (section 6.2.1). */
	if (!chunk->decoded || !self->sent.known || tsn_after(self->sent.acknowledged, chunk->sack.cum_tsn_ack))
		return;
	data_acknowledged(self, packet, chunk->sack.cum_tsn_ack, chunk, at_ns);
	answer_probe(self, chunk->sack.a_rwnd);
	self->counts.gap_blocks_in += chunk->sack.gap_blocks;
	window_learnt(self, chunk->sack.a_rwnd, at_ns);
	self->sack_ns = at_ns;
}

void sack_leaves(struct end *self)
{
	self->sources_before = self->due.sources ? self->due.sources : self->sources_before;
	self->due = (struct acknowledgement){ .n_again_before = self->due.n_again };
}
