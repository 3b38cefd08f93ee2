/* SPDX-License-Identifier: Apache-2.0 */
/* habits.c - see habits.h. */
#include "netns/wire/habits.h"

#include <string.h>

/* What a packet asks for, and what is said to it. */
struct taking {
	struct tcb *tcb;
	const struct habits *habits;
	int64_t now_ns;
	const struct wire_packet *packet;
	struct answer *answer;
	bool has_data, at_once; /* DATA has come; it is not to wait for its SACK */
};

static bool is_by_hand(const struct taking *taking, uint8_t type)
{
	return (taking->habits->by_hand & HAND(type)) != 0;
}

/* Into the one packet of the answer. */
static void say(struct taking *taking, struct wire_chunk chunk)
{
	struct answer *answer = taking->answer;

	if (answer->count == sizeof(answer->chunks) / sizeof(answer->chunks[0]))
		return;
	tcb_fill(taking->tcb, &chunk, answer);
	tcb_note_sent(taking->tcb, &chunk);
	answer->chunks[answer->count++] = chunk;
	answer->path = taking->packet->path;
}

static void learn_peer(struct tcb *tcb, const struct wire_chunk *init)
{
	tcb->peer_tag = init->initiate_tag.value;
	tcb->peer_initial_tsn = init->initial_tsn.value;
	tcb->cum_tsn = tcb->highest_tsn = init->initial_tsn.value - 1;
	memset(tcb->arrived, 0, sizeof(tcb->arrived));
}

/* Each gives whether a good peer gets such a chunk now. */

static bool take_init(struct taking *taking, const struct wire_chunk *chunk)
{
	struct tcb *tcb = taking->tcb;

	if (tcb->state >= TCB_ESTABLISHED || chunk->raw.set)
		return false;
	learn_peer(tcb, chunk);
	if (is_by_hand(taking, CHUNK_INIT))
		return false;
	say(taking, an_init_ack());
	return true;
}

static bool take_init_ack(struct taking *taking, const struct wire_chunk *chunk)
{
	struct tcb *tcb = taking->tcb;

	if (tcb->state >= TCB_ESTABLISHED || chunk->raw.set)
		return false;
	learn_peer(tcb, chunk);
	if (!tcb->connects || tcb->state != TCB_COOKIE_WAIT || is_by_hand(taking, CHUNK_INIT_ACK))
		return false;
	say(taking, a_cookie_echo());
	return true;
}

static bool take_cookie_echo(struct taking *taking, const struct wire_chunk *chunk)
{
	static const char cookie[] = "the tester's cookie";
	struct tcb *tcb = taking->tcb;

	if (chunk->cookie.length != sizeof(cookie) - 1 || memcmp(chunk->cookie.bytes, cookie, sizeof(cookie) - 1) != 0)
		return false;
	if (tcb->state < TCB_ESTABLISHED)
		tcb->state = TCB_ESTABLISHED;
	if (is_by_hand(taking, CHUNK_COOKIE_ECHO))
		return false;
	say(taking, a_cookie_ack());
	return true;
}

static bool take_cookie_ack(struct taking *taking)
{
	struct tcb *tcb = taking->tcb;
	const bool awaited = tcb->state == TCB_COOKIE_ECHOED;

	if (awaited)
		tcb->state = TCB_ESTABLISHED;
	return awaited && tcb->connects && !is_by_hand(taking, CHUNK_COOKIE_ACK);
}

static bool take_data(struct taking *taking, const struct wire_chunk *chunk)
{
	struct tcb *tcb = taking->tcb;

	if (tcb->state < TCB_ESTABLISHED || !chunk->tsn.set)
		return false;
	const bool was_whole = tcb->cum_tsn == tcb->highest_tsn;

	if (!tcb_note_tsn(tcb, chunk->tsn.value) && tcb->duplicate_count < TCB_DUPLICATES)
		tcb->duplicates[tcb->duplicate_count++] = chunk->tsn.value;
	taking->has_data = true;
	taking->at_once |= tcb->duplicate_count > 0 || !was_whole || tcb->cum_tsn != tcb->highest_tsn ||
		(chunk->flags.value & FLAG_I) != 0;
	return !is_by_hand(taking, CHUNK_DATA);
}

static bool take_sack(struct taking *taking, const struct wire_chunk *chunk)
{
	if (taking->tcb->state < TCB_ESTABLISHED || chunk->raw.set)
		return false;
	taking->tcb->acked_tsn = chunk->cum_tsn_ack.value;
	return !is_by_hand(taking, CHUNK_SACK);
}

static bool take_heartbeat(struct taking *taking)
{
	if (taking->tcb->state < TCB_COOKIE_ECHOED || is_by_hand(taking, CHUNK_HEARTBEAT))
		return false;
	say(taking, a_heartbeat_ack());
	return true;
}

static bool take_heartbeat_ack(struct taking *taking)
{
	if (taking->tcb->heartbeats == 0)
		return false;
	taking->tcb->heartbeats--;
	return !is_by_hand(taking, CHUNK_HEARTBEAT_ACK);
}

static bool take_shutdown(struct taking *taking, const struct wire_chunk *chunk)
{
	struct tcb *tcb = taking->tcb;

	if (tcb->state < TCB_ESTABLISHED)
		return false;
	tcb->acked_tsn = chunk->cum_tsn_ack.value;
	if (is_by_hand(taking, CHUNK_SHUTDOWN))
		return false;
	say(taking, a_shutdown_ack());
	return true;
}

static bool take_shutdown_ack(struct taking *taking)
{
	const enum tcb_state state = taking->tcb->state;

	if ((state != TCB_SHUTDOWN_SENT && state != TCB_SHUTDOWN_ACK_SENT) || is_by_hand(taking, CHUNK_SHUTDOWN_ACK))
		return false;
	say(taking, a_shutdown_complete());
	return true;
}

static bool take_shutdown_complete(struct taking *taking)
{
	const bool awaited = taking->tcb->state == TCB_SHUTDOWN_ACK_SENT;

	if (awaited)
		taking->tcb->state = TCB_CLOSED;
	return awaited && !is_by_hand(taking, CHUNK_SHUTDOWN_COMPLETE);
}

static bool take_chunk(struct taking *taking, const struct wire_chunk *chunk)
{
	switch (chunk->type) {
	case CHUNK_DATA:
		return take_data(taking, chunk);
	case CHUNK_INIT:
		return take_init(taking, chunk);
	case CHUNK_INIT_ACK:
		return take_init_ack(taking, chunk);
	case CHUNK_SACK:
		return take_sack(taking, chunk);
	case CHUNK_HEARTBEAT:
		return take_heartbeat(taking);
	case CHUNK_HEARTBEAT_ACK:
		return take_heartbeat_ack(taking);
	case CHUNK_COOKIE_ECHO:
		return take_cookie_echo(taking, chunk);
	case CHUNK_COOKIE_ACK:
		return take_cookie_ack(taking);
	case CHUNK_SHUTDOWN:
		return take_shutdown(taking, chunk);
	case CHUNK_SHUTDOWN_ACK:
		return take_shutdown_ack(taking);
	case CHUNK_SHUTDOWN_COMPLETE:
		return take_shutdown_complete(taking);
	case CHUNK_ABORT:
		taking->tcb->state = TCB_CLOSED;
		return false;
	default: /* a good peer gets none of these unless it was agreed on, which it was not */
		return false;
	}
}

/* ------------------------------------------------------------------ SACK */

#define SACK_DELAY_NS INT64_C(200000000)

static void acknowledge(struct taking *taking)
{
	const struct habits *habits = taking->habits;
	struct tcb *tcb = taking->tcb;

	if (!taking->has_data || is_by_hand(taking, CHUNK_DATA))
		return;
	tcb->unacknowledged++;
	tcb->sack_path = taking->packet->path;
	if (taking->at_once || tcb->unacknowledged >= habits->sacks.every) {
		say(taking, a_sack());
		if (tcb->state == TCB_SHUTDOWN_SENT)
			say(taking, a_shutdown());
	} else if (tcb->sack_due_ns < 0) {
		tcb->sack_due_ns = taking->now_ns + (habits->sacks.delay_ns ? habits->sacks.delay_ns : SACK_DELAY_NS);
	}
}

unsigned habits_act(struct tcb *tcb, int64_t now_ns, struct answer *answer)
{
	if (tcb->sack_due_ns < 0 || now_ns < tcb->sack_due_ns)
		return 0;
	*answer = (struct answer){ .path = tcb->sack_path, .count = 1, .chunks = { a_sack() } };
	tcb_fill(tcb, &answer->chunks[0], answer);
	tcb_note_sent(tcb, &answer->chunks[0]);
	return 1;
}

/* ------------------------------------------------------------------ a packet */

/* Whether the tag is one that the endpoint accepts (RFC 9260 section 8.5). */
static bool has_right_tag(const struct tcb *tcb, const struct wire_packet *packet)
{
	const uint8_t first = packet->count > 0 ? packet->chunks[0].type : CHUNK_DATA;

	return packet->header.verification_tag.value == (first == CHUNK_INIT ? 0 : tcb->own_tag);
}

unsigned habits_take(struct tcb *tcb, const struct habits *habits, int64_t now_ns, const struct wire_packet *packet,
	bool *routine, struct answer *answer)
{
	struct taking taking = { tcb, habits, now_ns, packet, answer, false, false };

	*answer = (struct answer){ 0 };
	*routine = false;
	if (packet->bad_checksum || (packet->path >= 0 && (habits->silent >> packet->path & 1) != 0))
		return 0;
	for (unsigned i = 0; i < packet->count; i++)
		tcb->last[packet->chunks[i].type] = &packet->chunks[i];
	tcb->peer_port = (uint16_t)packet->header.source_port.value;
	if (!has_right_tag(tcb, packet))
		return 0;
	*routine = packet->count > 0;
	for (unsigned i = 0; i < packet->count; i++)
		*routine &= take_chunk(&taking, &packet->chunks[i]);
	acknowledge(&taking);
	return answer->count > 0;
}
