/* SPDX-License-Identifier: Apache-2.0 */
/* answers.c - see answers.h. */
#include "runner/referee/answers.h"

#include <string.h>

#include "runner/referee/rule.h"
#include "runner/referee/tlv.h"

enum { FLAG_I = 8 };

static void owe(struct end *self, enum answer answer, unsigned reasons, int64_t at_ns)
{
	struct owed *owed = &self->owed[answer];
	if (!owed->open)
		*owed = (struct owed){ .open = true, .since_ns = at_ns };
	owed->reasons |= reasons;
	self->owes |= 1U << answer;
}

static void settle(struct end *self, enum answer answer)
{
	self->owed[answer] = (struct owed){ 0 };
	self->owes &= ~(1U << answer);
}

/* ---- What has arrived ---- */

static unsigned reasons_of(const struct end *self, const struct chunk *last)
{
	const struct acknowledgement *due = &self->due;
	unsigned reasons = 0;
	if (self->data_packets == 1 && self->association->from_the_start)
		reasons |= SACK_OF_FIRST;
	if (due->packets >= 2 && !self->parameters.sacks_unknown)
		reasons |= SACK_OF_SECOND;
	if (self->received.n > 0)
		reasons |= SACK_OF_GAP;
	if (self->received.n == 0 && due->had_gaps)
		reasons |= SACK_OF_FILLED;
	/* what there was no room for may come as often as it wants */
	if (due->n_new == 0 && self->no_room.n == 0)
		reasons |= SACK_OF_AGAIN;
	if (last->flags & FLAG_I)
		reasons |= SACK_OF_I_BIT;
	if (self->state == STATE_SHUTDOWN_SENT)
		reasons |= SACK_OF_SHUTDOWN;
	return reasons;
}

static void owe_sack(struct end *self, const struct packet *packet, int64_t at_ns)
{
	const struct chunk *last = NULL;
	for (unsigned i = 0; i < packet->chunk_count; i++)
		if (packet->chunks[i].type == CHUNK_DATA || packet->chunks[i].type == CHUNK_I_DATA)
			last = &packet->chunks[i];
	if (!last || !self->received.known || self->established_ns < 0 || self->established_ns == at_ns ||
		(self->state != STATE_ESTABLISHED && self->state != STATE_SHUTDOWN_SENT))
		return;
	const unsigned reasons = reasons_of(self, last);
	if (reasons)
		owe(self, ANSWER_SACK, reasons, at_ns);
}

/* Fast retransmission of the chunk that the cumulative TSN waits for (RFC 9260 section 7.2.4). With several paths, what
 * was sent over another one may not count as missing (SFR-CACC). */
static void owe_retransmission(struct end *self, int64_t at_ns)
{
	const struct sent_chunk *first = sent_find(&self->sent, self->sent.acknowledged + 1);
	const bool gives_up =
		(self->extensions && self->extensions->has_forwarded) || (self->user.known && self->user.limits);
	if (first && !gives_up && self->n_destinations == 1 && first->surely_missed == 3 && first->times == 1 &&
		!first->marked && self->parameters.known && self->state == STATE_ESTABLISHED &&
		self->established_ns >= 0 && !end_may_have_expired(self, first, at_ns))
		owe(self, ANSWER_RETRANSMISSION, 0, at_ns);
	else if (!first || first->surely_missed < 3)
		settle(self, ANSWER_RETRANSMISSION);
}

static bool has_request(const struct chunk *chunk)
{
	struct tlv each;
	for (uint32_t at = TLV_OF_RE_CONFIG; tlv_next(chunk, &at, &each);)
		if (each.type >= RE_CONFIG_OUTGOING && each.type <= RE_CONFIG_ADD_INCOMING &&
			each.type != RE_CONFIG_RESPONSE)
			return true;
	return false;
}

/* What extensions have it answer. What came may have been thrown away, if nobody can tell whether its HMAC is right. */
static void owe_for_extension(struct end *self, const struct packet *packet, const struct chunk *chunk, int64_t at_ns)
{
	const struct chunk *auth = &packet->chunks[0];
	if (self->state != STATE_ESTABLISHED || self->established_ns < 0 || !chunk->decoded ||
		!extensions_agreed(self, chunk->type))
		return;
	if (extensions_authenticates(self, chunk->type) &&
		(auth->type != CHUNK_AUTH || hmac_judge(self->peer, packet, auth) != HMAC_RIGHT))
		return;
	if (chunk->type == CHUNK_ASCONF && chunk->asconf.serial == self->extensions->asconf.came)
		owe(self, ANSWER_ASCONF_ACK, 0, at_ns);
	if (chunk->type == CHUNK_RE_CONFIG && has_request(chunk))
		owe(self, ANSWER_RE_CONFIG, 0, at_ns);
	if (chunk->type == CHUNK_ECNE)
		owe(self, ANSWER_CWR, 0, at_ns);
}

/* ASCONF may have taken its address away. */
static bool is_for(const struct end *self, const struct packet *packet)
{
	const struct address to = address_of(&packet->destination);
	return !self->association->readdressed || end_has_address(self, &to);
}

static void owe_for_chunk(struct end *self, const struct packet *packet, const struct chunk *chunk, int64_t at_ns)
{
	switch (chunk->type) {
	case CHUNK_HEARTBEAT:
		if (self->state == STATE_ESTABLISHED && self->established_ns >= 0 && is_for(self, packet))
			owe(self, ANSWER_HEARTBEAT_ACK, 0, at_ns);
		break;
	case CHUNK_INIT:
		owe(self, ANSWER_INIT_ACK, 0, at_ns);
		break;
	case CHUNK_INIT_ACK:
		if (self->state == STATE_COOKIE_WAIT)
			owe(self, ANSWER_COOKIE_ECHO, 0, at_ns);
		break;
	case CHUNK_COOKIE_ECHO:
		if (self->row == ROW_A && self->row_state == STATE_SHUTDOWN_ACK_SENT)
			owe(self, ANSWER_SHUTDOWN_ACK, 0, at_ns);
		else if (self->row != ROW_NONE && self->row != ROW_C)
			owe(self, ANSWER_COOKIE_ACK, 1U << self->row, at_ns);
		break;
	case CHUNK_SACK:
		owe_retransmission(self, at_ns);
		break;
	case CHUNK_SHUTDOWN:
		if (self->state == STATE_SHUTDOWN_RECEIVED && self->sent.known && self->sent.n == 0)
			owe(self, ANSWER_SHUTDOWN_ACK, 0, at_ns);
		break;
	case CHUNK_SHUTDOWN_ACK:
		if (self->state == STATE_SHUTDOWN_SENT || self->state == STATE_SHUTDOWN_ACK_SENT)
			owe(self, ANSWER_SHUTDOWN_COMPLETE, 0, at_ns);
		break;
	case CHUNK_ASCONF:
	case CHUNK_RE_CONFIG:
	case CHUNK_ECNE:
		owe_for_extension(self, packet, chunk, at_ns);
		break;
	default:
		break;
	}
}

void answers_owe(struct end *self, const struct packet *packet, int64_t at_ns)
{
	if (!self->exact)
		return;
	owe_sack(self, packet, at_ns);
	for (unsigned i = 0; i < packet->chunk_count && !chunk_ends_reading(&packet->chunks[i]) &&
		!chunk_is_broken(packet, &packet->chunks[i]);
		i++)
		owe_for_chunk(self, packet, &packet->chunks[i], at_ns);
}

void answers_owe_data(struct end *self, uint32_t size, int64_t at_ns)
{
	const bool idle = self->sent.known && self->sent.n == 0 && user_waits(&self->user) == 0;
	if (idle && self->exact && self->user.known && self->state == STATE_ESTABLISHED && self->established_ns >= 0 &&
		self->established_ns < at_ns && self->window_known && self->window >= size && self->primary >= 0 &&
		end_surely_uses(self, &self->destinations[self->primary], at_ns))
		owe(self, ANSWER_DATA, 0, at_ns);
}

void answers_owe_window(struct end *self, int64_t at_ns)
{
	if (buffer_opens(self))
		owe(self, ANSWER_WINDOW, 0, at_ns);
}

/* ---- What leaves ---- */

/* The HEARTBEATs that have come and were not answered: since when is the oldest waiting? */
static void give_heartbeat_ack(struct end *self)
{
	const struct heartbeat *oldest = NULL;
	for (unsigned i = 0; i < self->n_asked && i < HEARTBEATS_MAX; i++)
		if (!self->asked[i].answered && (!oldest || self->asked[i].sent_ns < oldest->sent_ns))
			oldest = &self->asked[i];
	settle(self, ANSWER_HEARTBEAT_ACK);
	if (oldest && oldest->sent_ns > self->established_ns)
		owe(self, ANSWER_HEARTBEAT_ACK, 0, oldest->sent_ns);
}

void answers_give(struct end *self, const struct chunk *chunk)
{
	switch (chunk->type) {
	case CHUNK_SACK:
	case CHUNK_SHUTDOWN:
		settle(self, ANSWER_SACK);
		settle(self, ANSWER_WINDOW);
		break;
	case CHUNK_DATA:
	case CHUNK_I_DATA:
		settle(self, ANSWER_DATA);
		if (chunk->data.tsn == self->sent.acknowledged + 1)
			settle(self, ANSWER_RETRANSMISSION);
		break;
	case CHUNK_HEARTBEAT_ACK:
		give_heartbeat_ack(self);
		break;
	case CHUNK_INIT_ACK:
		settle(self, ANSWER_INIT_ACK);
		break;
	case CHUNK_COOKIE_ECHO:
		settle(self, ANSWER_COOKIE_ECHO);
		break;
	case CHUNK_COOKIE_ACK:
		settle(self, ANSWER_COOKIE_ACK);
		break;
	case CHUNK_SHUTDOWN_ACK:
		settle(self, ANSWER_SHUTDOWN_ACK);
		break;
	case CHUNK_ASCONF_ACK:
		settle(self, ANSWER_ASCONF_ACK);
		break;
	case CHUNK_RE_CONFIG:
		settle(self, ANSWER_RE_CONFIG);
		break;
	case CHUNK_CWR:
		settle(self, ANSWER_CWR);
		break;
	default:
		break;
	}
	if (self->state == STATE_CLOSED || chunk->type == CHUNK_ERROR)
		for (enum answer answer = 0; answer < ANSWERS; answer++)
			settle(self, answer);
}

#define STREAM_NS 250 /* to make one: some 160 instructions of Linux 6.12 */

int64_t answer_time_ns(const struct end *self, enum answer answer)
{
	const struct end *peer = self->peer;
	if (answer != ANSWER_INIT_ACK && answer != ANSWER_COOKIE_ECHO && answer != ANSWER_COOKIE_ACK)
		return AT_ONCE_NS;
	return AT_ONCE_NS +
		STREAM_NS *
		((int64_t)self->outbound_streams + self->inbound_streams + peer->outbound_streams +
			peer->inbound_streams);
}

int answers_overdue(struct end *self, int64_t now_ns, struct owed *owed)
{
	for (enum answer answer = 0; self->owes && answer < ANSWERS; answer++) {
		*owed = self->owed[answer];
		const int64_t since_ns = now_ns - owed->since_ns;
		if (!owed->open || since_ns <= answer_time_ns(self, answer) || since_ns <= self->backlog_ns)
			continue;
		settle(self, answer);
		/* what leaves unseen, or what belongs to what is over, is not missed */
		if (!self->blind && self->state != STATE_CLOSED)
			return (int)answer;
	}
	return -1;
}

void must_at_once(struct step *step, enum answer answer, const char *expected)
{
	if (step->moment == ON_SENDING ? step->self->owed[answer].open : step->answer == answer)
		must(step, step->moment == ON_SENDING, expected, "none until %.6f s",
			(double)(step->at_ns + AT_ONCE_NS) / 1e9);
}
