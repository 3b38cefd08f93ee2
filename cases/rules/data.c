/* SPDX-License-Identifier: Apache-2.0 */
/* data.c - the numbers of DATA (RFC 9260 sections 3.3.1, 6.1, 6.5 and 6.9; RFC 8260 for I-DATA). */
#include "cases/requirements.h"
#include "cases/rules/linux.h"
#include "runner/referee/tsn.h"
#include "runner/referee/rule.h"

enum { FLAG_E = 1, FLAG_B = 2, FLAG_U = 4 };

#define DATA CHUNKS(CHUNK_DATA, CHUNK_I_DATA)

RULE(data, "not-empty", .title = "DATA carries user data", .level = LEVEL_MUST,
	.requirements = IDS(R_9260_3_3_1_08, R_9260_6_2_36), .on = ON_SENDING, .chunks = DATA)
{
	if (step->chunk->decoded)
		must(step, step->chunk->data.user_length > 0, "at least one octet of user data", "none");
}

RULE(data, "not-before-initial", .title = "DATA begins with the initial TSN", .level = LEVEL_MUST,
	.requirements = IDS(R_9260_5_1_29), .on = ON_SENDING, .chunks = DATA)
{
	const struct end *self = step->self;
	if (step->chunk->decoded && self->has_init && self->association->from_the_start)
		must(step, !tsn_after(self->initial_tsn, step->chunk->data.tsn), "no TSN before the initial one",
			"TSN %u, and the first is %u", step->chunk->data.tsn, self->initial_tsn);
}

RULE(data, "not-acknowledged-again", .title = "DATA that is acknowledged is not sent again", .level = LEVEL_MUST,
	.requirements = IDS(R_9260_6_1_14), .on = ON_SENDING, .chunks = DATA)
{
	const struct sent *sent = &step->self->sent;
	if (!step->chunk->decoded || !step->self->exact || !sent->known ||
		!tsn_after(sent->next, step->chunk->data.tsn))
		return;
	/* a SACK of the last moment may not have been read yet */
	const bool just_now = step->at_ns - step->self->acknowledged_ns <= step->self->backlog_ns &&
		tsn_after(step->chunk->data.tsn, step->self->acknowledged_before);
	must(step, just_now || tsn_after(step->chunk->data.tsn, sent->acknowledged),
		"a TSN beyond the cumulative TSN ack point", "TSN %u, and all up to %u is acknowledged",
		step->chunk->data.tsn, sent->acknowledged);
}

RULE(data, "same-again", .title = "Retransmitted DATA is what it was", .level = LEVEL_MUST,
	.requirements = IDS(R_9260_6_9_09), .on = ON_SENDING, .chunks = DATA)
{
	const struct sent_chunk *before =
		step->chunk->decoded ? sent_find(&step->self->sent, step->chunk->data.tsn) : NULL;
	if (!before || before->path < 0 || before->length == 0)
		return;
	must(step, before->stream == step->chunk->data.stream && before->length == step->chunk->data.user_length,
		"the stream and length that it had", "stream %u and %u octets instead of %u and %u",
		step->chunk->data.stream, step->chunk->data.user_length, before->stream, before->length);
}

RULE(data, "stream-in-range", .title = "DATA goes to a stream that both ends have agreed on", .level = LEVEL_MUST,
	.requirements = IDS(R_9260_6_5_01), .on = ON_SENDING, .chunks = DATA)
{
	const struct end *self = step->self;
	if (!step->chunk->decoded || !self->has_init || !self->peer->has_init || self->association->reconfigured)
		return;
	const unsigned streams = self->outbound_streams < self->peer->inbound_streams ? self->outbound_streams
										      : self->peer->inbound_streams;
	must(step, step->chunk->data.stream < streams, "a stream below the number agreed on", "stream %u of %u",
		step->chunk->data.stream, streams);
}

/* It follows what was sent last. What an end gave up for lack of a route or a link was sent too, but seen by nobody:
 * behind such a gap nothing can be said of orders. */
static bool is_next(const struct step *step)
{
	const struct sent *sent = &step->self->sent;
	return step->chunk->decoded && sent->known && step->chunk->data.tsn == sent->next;
}

RULE(data, "order-in-stream", .title = "Ordered messages of a stream are numbered one after the other",
	.level = LEVEL_MUST,
	.requirements = IDS(R_9260_5_2_4_09, R_9260_6_5_06, R_9260_6_5_07, R_9260_6_5_08, R_9260_6_5_09),
	.on = ON_SENDING, .chunks = CHUNKS(CHUNK_DATA))
{
	struct end *self = step->self;
	if (!is_next(step) || (step->chunk->flags & FLAG_U) || !self->exact || self->association->reconfigured)
		return;
	const struct stream *stream = end_stream(self, step->chunk->data.stream);
	/* that of a message is counted with its first fragment */
	const uint16_t expected = stream ? (uint16_t)(stream->next - !(step->chunk->flags & FLAG_B)) : 0;
	if (stream && stream->known)
		must(step, step->chunk->data.ssn == expected, "the next SSN of the stream, or that of the message",
			"SSN %u instead of %u", step->chunk->data.ssn, expected);
}

RULE(data, "fragments", .title = "The fragments of a message follow each other", .level = LEVEL_MUST,
	.requirements = IDS(
		R_9260_3_3_1_07, R_9260_3_3_1_10, R_9260_3_3_1_11, R_9260_3_3_1_17, R_9260_6_9_14, R_9260_6_9_16),
	.on = ON_SENDING, .chunks = CHUNKS(CHUNK_DATA))
{
	if (!is_next(step) || !step->self->exact)
		return;
	const struct sent_chunk *before = sent_find(&step->self->sent, step->chunk->data.tsn - 1);
	if (!before || before->path < -1 || before->length == 0)
		return;
	if ((step->chunk->flags & FLAG_B) && user_may_give_up(&step->self->user) &&
		extensions_agreed(step->self, CHUNK_FORWARD_TSN))
		return;
	if (before->flags & FLAG_E) {
		must(step, step->chunk->flags & FLAG_B, "a first fragment behind a last one", "no B bit");
		return;
	}
	must(step,
		!(step->chunk->flags & FLAG_B) && before->stream == step->chunk->data.stream &&
			before->order == step->chunk->data.ssn && before->ppid == step->chunk->data.ppid &&
			((before->flags ^ step->chunk->flags) & FLAG_U) == 0,
		"the next fragment of the same message", "stream %u, SSN %u, flags %u behind stream %u, SSN %u",
		step->chunk->data.stream, step->chunk->data.ssn, step->chunk->flags, before->stream, before->order);
}

RULE(data, "while-established", .title = "DATA is sent while the association is up, or behind COOKIE ECHO",
	.level = LEVEL_MUST, .requirements = IDS(R_9260_6_01, R_9260_5_01), .on = ON_SENDING, .chunks = DATA)
{
	const struct end *self = step->self;
	const bool with_cookie = step->packet->chunks[0].type == CHUNK_COOKIE_ECHO;
	if (!self->exact || !self->association->from_the_start || self->state == STATE_UNKNOWN ||
		(self->state == STATE_CLOSED && step->at_ns - self->state_ns <= self->backlog_ns))
		return;
	if (self->state == STATE_COOKIE_ECHOED && !with_cookie &&
		(step->chunk->flags & (FLAG_B | FLAG_E)) != (FLAG_B | FLAG_E)) {
		deviates(step, &linux_fragments_in_cookie_echoed,
			"DATA while the association is up, or behind COOKIE ECHO", "a fragment in COOKIE-ECHOED");
		return;
	}
	must(step,
		with_cookie ||
			(self->state != STATE_CLOSED && self->state != STATE_COOKIE_WAIT &&
				self->state != STATE_COOKIE_ECHOED && self->state != STATE_SHUTDOWN_ACK_SENT),
		"DATA while the association is up, or behind COOKIE ECHO", "some in %s", state_name(self->state));
}

RULE(data, "at-once", .title = "What its user gives an end to send leaves at once when nothing is outstanding",
	.level = LEVEL_LINUX, .requirements = IDS(R_6458_8_1_5_01), .on = ON_SENDING | ON_UNANSWERED, .chunks = DATA)
{
	must_at_once(step, ANSWER_DATA, "DATA at once, as nothing is outstanding");
}

/* Whether DATA is outstanding, and no SACK of the last moment may have changed that. */
static bool waits_for_acknowledgement(const struct step *step)
{
	const struct end *self = step->self;
	bool waits = false;
	for (size_t i = 0; i < self->sent.n; i++) {
		const struct sent_chunk *each = sent_find(&self->sent, self->sent.acknowledged + 1 + (uint32_t)i);
		waits |= each && !each->acknowledged && each->first_ns < step->at_ns;
	}
	return waits && step->at_ns - self->sack_ns > self->backlog_ns;
}

/* Where more waits than fits into a packet, Linux may send the first of it alone. */
RULE(data, "nagle",
	.title = "Unless SCTP_NODELAY is set no small message leaves while DATA is outstanding, until there is more",
	.level = LEVEL_LINUX, .requirements = IDS(R_6458_8_1_5_01), .on = ON_SENDING, .chunks = DATA)
{
	enum { WHOLE = FLAG_B | FLAG_E, HEADERS = 200 };
	const struct end *self = step->self;
	char expected[120];
	if (!is_next(step) || !self->user.known || !self->user.nagle || !self->exact || self->established_ns < 0 ||
		self->state != STATE_ESTABLISHED || self->asked_to_end || (step->chunk->flags & WHOLE) != WHOLE ||
		!waits_for_acknowledgement(step))
		return;
	const uint64_t waiting = user_waits(&self->user);
	snprintf(expected, sizeof(expected), "small DATA to wait for a SACK, or for %u octets",
		self->parameters.mtu - HEADERS);
	must(step, waiting + HEADERS >= self->parameters.mtu, expected, "some when %llu octets were waiting",
		(unsigned long long)waiting);
}
