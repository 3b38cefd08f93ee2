/* SPDX-License-Identifier: Apache-2.0 */
/* leaving.c - DATA that an end sends: which timer that sets, and why it is sent again. */
#include "runner/referee/data.h"

#include <stdlib.h>
#include <string.h>
#include "runner/protocol/kernel_timers.h"
#include "runner/referee/failure.h"
#include "runner/referee/tsn.h"

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
	if (self->sent.n == 1 || to->rto.ns.high > to->longest_ns)
		to->longest_ns = to->rto.ns.high;
	if (!to->t3.runs || to->outstanding == 1)
		to->t3 = (struct timer){ true, exactly(at_ns), to->rto.ns };
	if (to->is_timed || chunk->times > 1)
		return;
	to->is_timed = true;
	to->timed_tsn = chunk->tsn;
	to->timed_ns = at_ns;
	/* a HEARTBEAT that is under way may be what measures this round trip (C4: once is enough), or what is
	 * acknowledged by a SACK that the end need not know of yet */
	to->is_timed_alone = self->sent.n == 1 && !destination_awaits_answer(to) &&
		(self->sack_ns == 0 || at_ns - self->sack_ns > self->backlog_ns);
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

void data_recovers(struct end *self, int64_t at_ns)
{
	self->recovers = true;
	self->recovered_ns = at_ns;
	self->recovers_until = self->sent.next - 1;
}

/* The first chunk that is outstanding for a destination, or NULL. */
const struct sent_chunk *data_earliest(const struct end *self, int destination)
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
	return data_earliest(self, (int)destination) != NULL;
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
		data_recovers(self, at_ns);
		congestion_recover(&there->congestion, self->parameters.mtu);
		there->is_timed &= there->timed_tsn != chunk->tsn;
		if (!answers) /* T3-rtx, though it was not seen how it ran */
			failure_strike(self, there, STRIKE_T3_RTX, false, at_ns);
		/* fast retransmission of the first one sets the timer anew (section 7.2.4) */
		if (has_expired(there, at_ns) || data_earliest(self, chunk->to) == chunk)
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
	chunk->misses = chunk->surely_missed = 0;
	chunk->times++;
	chunk->last_ns = at_ns;
	chunk->path = path;
	chunk->to = to;
	chunk->marked = false;
	if (to >= 0)
		start_t3(self, chunk, at_ns);
}

/* There is no room for what it has outstanding: nobody knows what its timers do. */
static void stop_following(struct end *self)
{
	for (unsigned i = 0; i < self->n_destinations; i++) {
		struct destination *each = &self->destinations[i];
		each->t3.runs = each->is_timed = false;
		each->outstanding = 0;
	}
}

/* What is given up is as if it were acknowledged (RFC 3758 section 3.5, A2). T3-rtx may have expired for it, and runs
 * for the FORWARD TSN now (C5), which nobody sees until an answer comes. */
void data_abandoned(struct end *self, uint32_t tsn, int64_t at_ns)
{
	if (at_ns - self->arrived_ns > self->backlog_ns)
		data_recovers(self, at_ns); /* T3-rtx has expired, for this or for the FORWARD TSN before */
	for (size_t i = 0; i < self->sent.n; i++) {
		struct sent_chunk *each = sent_find(&self->sent, self->sent.acknowledged + 1 + (uint32_t)i);
		if (!each || each->abandoned || tsn_after(each->tsn, tsn))
			continue;
		each->abandoned = true;
		if (each->to < 0 || each->acknowledged || each->marked)
			continue;
		struct destination *there = &self->destinations[each->to];
		if (has_expired(there, at_ns))
			failure_strike(self, there, STRIKE_T3_RTX, false, at_ns);
		there->outstanding -= there->outstanding > 0;
		there->t3.runs &= there->outstanding > 0;
		/* Linux waits for its round trip all the same, and measures no other until a HEARTBEAT ACK comes */
		there->asked_again |= there->is_timed && there->timed_tsn == each->tsn;
		there->is_timed &= there->timed_tsn != each->tsn;
		congestion_settle(&there->congestion, each->length, true);
		failure_doubt(self, there);
		data_recovers(self, at_ns);
		each->marked = true;
	}
}

/* The numbers that follow those of a chunk that leaves for the first time. */
static void count_on(struct end *self, const struct chunk *chunk)
{
	const bool unordered = chunk->flags & FLAG_U;
	struct stream *stream = end_stream(self, chunk->data.stream);
	if (!stream)
		return;
	if (chunk->type == CHUNK_I_DATA) {
		struct mids *mids = &stream->mids[unordered];
		mids->known = true;
		mids->next = chunk->data.mid + 1;
		mids->fsn = (chunk->flags & FLAG_B) ? 1 : mids->fsn + 1;
		mids->open = !(chunk->flags & FLAG_E);
	} else if (!unordered && (chunk->flags & (FLAG_B | FLAG_E))) {
		stream->next = (uint16_t)(chunk->data.ssn + 1);
		stream->known = true;
	}
	stream->resets &= unordered;
}

/* What left unseen lies between two that were seen: it is as if it had been sent now. */
static bool add_unseen(struct end *self, uint32_t tsn, int64_t at_ns)
{
	struct sent_chunk unseen = { .path = -1, .to = -1, .times = 1, .first_ns = at_ns, .last_ns = at_ns };
	if (!self->sent.known || !tsn_after(tsn, self->sent.next))
		return true;
	self->streams_unknown = true;
	for (unsigned i = 0; i < self->streams_room; i++)
		self->streams[i].known = self->streams[i].mids[0].known = self->streams[i].mids[1].known = false;
	while (self->sent.known && tsn_after(tsn, self->sent.next)) {
		unseen.tsn = self->sent.next;
		if (!sent_add(&self->sent, &unseen)) {
			stop_following(self);
			return false;
		}
	}
	return true;
}

void data_leaves(
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
	/* by a SACK that has come, and that it had not looked at yet */
	if (self->sent.known && !tsn_after(now.tsn, self->sent.acknowledged)) {
		self->counts.again_out[(chunk->flags & FLAG_U) != 0]++;
		self->resent_ns = at_ns;
		return;
	}
	if (!self->sent.known && !self->association->from_the_start)
		sent_begin(&self->sent, chunk->data.tsn);
	if (!add_unseen(self, now.tsn, at_ns))
		return;
	added = sent_add(&self->sent, &now);
	if (!self->sent.known)
		stop_following(self);
	self->user.left += now.length;
	if (added && to >= 0)
		start_t3(self, added, at_ns);
	if (added)
		count_on(self, chunk);
}
