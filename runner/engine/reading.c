/* SPDX-License-Identifier: Apache-2.0 */
/* reading.c - see reading.h. */
#include "runner/engine/call.h"
#include "runner/engine/kernel_call.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

static void set_reading(struct trial *t, struct peer *peer, bool on)
{
	peer->stopped = !on;
	trial_action(t, "%s %s reading", peer->name, on ? "goes on" : "stops");
	if (t->rehearsal == NULL)
		trial_call(t, peer, t->acted_at, "reading",
			json_pack("{s:b, s:I}", "on", on, "assoc_id",
				(json_int_t)(peer->one_to_one || peer->branched_off ? peer->assoc_id : 0)),
			GS_OK);
}

void stop_reading(struct trial *t, struct peer *peer)
{
	/* what has come by now was read before */
	if (t->rehearsal == NULL)
		pump(t, now(t));
	set_reading(t, peer, false);
}

void go_on_reading(struct trial *t, struct peer *peer)
{
	set_reading(t, peer, true);
}

/* ------------------------------------------------------------------ in pieces */

static void fail_piece(struct trial *t, const char *expected, const char *got)
{
	trial_check(t, expected, NULL, false, got);
	trial_fail(t, VERDICT_FAIL, "a message does not come in the pieces that it must come in", expected, got);
}

/* Something can be read from a socket whose reader has stopped. */
static void await_piece(struct trial *t, struct peer *peer, const char *expected)
{
	if (!peer->stopped)
		trial_error(t, "the %s reads all that comes", peer->name);
	if (!pump_until(t, peer, POLLIN, shortly_after(now(t)).to))
		fail_piece(t, expected, "nothing comes");
}

/* What is wrong with this piece, or NULL. */
static const char *piece_fault(const struct piece *piece, size_t before, size_t size, size_t octets)
{
	const size_t left = size - before, wanted = left < octets ? left : octets;

	if (piece->is_notification)
		return "an event comes instead";
	if (piece->length != wanted)
		return "a piece has another length than the room or the rest";
	if (piece->end_of_record != (left == wanted))
		return piece->end_of_record ? "MSG_EOR comes before the end" : "MSG_EOR does not come at the end";
	return NULL;
}

/* All of a message that has been read: it has arrived. */
static void has_come(struct trial *t, struct peer *peer, struct flow *flow, unsigned message, const char *expected,
	const unsigned char *whole, const struct piece *last)
{
	trial_check(t, expected, NULL, true, NULL);
	flow_arrived(t, peer,
		&(struct gs_data){
			.bytes = whole, .length = flow->traffic.size, .has_info = last->has_info, .info = last->info },
		&last->from);
	if (flow->messages[message].received < 0)
		fail_piece(t, expected, "it is another message");
}

void expect_in_pieces(struct trial *t, struct peer *peer, struct flow *flow, unsigned message, size_t octets)
{
	const size_t size = flow->traffic.size;
	char expected[STORY_TEXT_MAX];
	struct piece piece;

	snprintf(expected, sizeof(expected), "%s: message %u of %zu octets by %zu, MSG_EOR with the last ones",
		peer->name, message, size, octets);
	flow->judged = true;
	if (t->rehearsal != NULL) {
		fprintf(t->rehearsal, "  expect %s\n", expected);
		return;
	}
	await_piece(t, peer, expected);
	unsigned char *whole = malloc(size + octets);
	if (whole == NULL)
		trial_error(t, "out of memory");
	for (size_t have = 0; have < size; have += piece.length) {
		const int status = receive_piece(peer, whole + have, octets, 0, 0, &piece);
		const char *fault = status != GS_OK ? gs_status_name(status) : piece_fault(&piece, have, size, octets);

		if (fault != NULL)
			fail_piece(t, expected, fault);
	}
	has_come(t, peer, flow, message, expected, whole, &piece);
	free(whole);
}

/* What every event begins with (RFC 6458 section 6.1): its type, flags, and length. */
struct event_head {
	uint16_t type, flags;
	uint32_t length;
};

static const char *event_piece_fault(const struct piece *piece, size_t octets)
{
	if (!piece->is_notification)
		return "a message comes instead";
	if (piece->length != octets && !piece->end_of_record)
		return "a piece has another length than the room";
	return NULL;
}

void expect_event_in_pieces(struct trial *t, struct peer *peer, size_t octets)
{
	unsigned char whole[1024];
	struct event_head head;
	struct piece piece = { 0 };
	char expected[STORY_TEXT_MAX];
	size_t have = 0;

	snprintf(expected, sizeof(expected), "%s: an event by %zu octets, MSG_EOR with the last ones", peer->name,
		octets);
	if (t->rehearsal != NULL) {
		fprintf(t->rehearsal, "  expect %s\n", expected);
		return;
	}
	await_piece(t, peer, expected);
	while (!piece.end_of_record && have + octets <= sizeof(whole)) {
		const int status = receive_piece(peer, whole + have, octets, 0, 0, &piece);
		const char *fault = status != GS_OK ? gs_status_name(status) : event_piece_fault(&piece, octets);

		if (fault != NULL)
			fail_piece(t, expected, fault);
		have += piece.length;
	}
	memcpy(&head, whole, sizeof(head));
	if (have < sizeof(head) || head.length != have)
		fail_piece(t, expected, "it has another length than it says");
	trial_check(t, expected, NULL, true, NULL);
}

/* ------------------------------------------------------------------ in part */

/* What is wrong with a piece of this message that goes on where the last one ended, or NULL. */
static const char *part_fault(
	const struct peer *peer, const struct flow *flow, const unsigned char *octets, const struct piece *piece)
{
	const size_t size = flow->traffic.size, end = flow->begun_length + piece->length;

	if (piece->is_notification)
		return "an event comes instead";
	if (piece->has_info && piece->info.stream != flow_stream(flow, flow->begun_message))
		return "something of another stream comes instead";
	if (piece->has_info && !association_may_be_with(peer, (uint32_t)piece->info.assoc_id, flow->from))
		return "something of another association comes instead";
	if (end > size || memcmp(flow->begun + flow->begun_length, octets, piece->length) != 0)
		return "something else comes instead";
	if (piece->end_of_record != (end == size))
		return piece->end_of_record ? "MSG_EOR comes before the end" : "MSG_EOR does not come at the end";
	return NULL;
}

/* One piece more of the message that has begun; its octets are known, and compared. */
static void read_part(struct trial *t, struct peer *peer, struct flow *flow, const char *expected, struct piece *piece)
{
	const size_t room = flow->traffic.size;
	unsigned char *octets;

	await_piece(t, peer, expected);
	octets = malloc(room);
	if (octets == NULL)
		trial_error(t, "out of memory");
	const int status = receive_piece(peer, octets, room, 0, 0, piece);
	const char *fault = status != GS_OK ? gs_status_name(status) : part_fault(peer, flow, octets, piece);
	free(octets);
	if (fault != NULL)
		fail_piece(t, expected, fault);
	if (flow->begun_length == 0)
		flow->begun_info = piece->info;
	flow->parts_differ |= piece->has_info &&
		(piece->info.ppid != flow->traffic.ppid + flow->begun_message ||
			piece->info.ssn != flow->begun_info.ssn);
	flow->begun_length += piece->length;
}

static void begin_part(struct trial *t, struct flow *flow, unsigned message)
{
	flow->judged = true;
	if (flow->begun != NULL && flow->begun_message != message)
		trial_error(t, "message %u of flow %u has not been read to its end", flow->begun_message, flow->index);
	if (flow->begun != NULL || t->rehearsal != NULL)
		return;
	flow->begun = flow_octets(flow, message);
	if (flow->begun == NULL)
		trial_error(t, "out of memory");
	flow->begun_message = message;
	flow->begun_length = 0;
}

size_t expect_part(struct trial *t, struct peer *peer, struct flow *flow, unsigned message, size_t octets)
{
	char expected[STORY_TEXT_MAX];
	struct piece piece;

	snprintf(expected, sizeof(expected), "%s: %zu octets of message %u of the %s, without MSG_EOR", peer->name,
		octets, message, flow->from->name);
	begin_part(t, flow, message);
	if (t->rehearsal != NULL) {
		fprintf(t->rehearsal, "  expect %s\n", expected);
		return octets;
	}
	const size_t until = flow->begun_length + octets;
	while (flow->begun_length < until) {
		read_part(t, peer, flow, expected, &piece);
		if (flow->begun_length == flow->traffic.size)
			fail_piece(t, expected, "all of it comes");
	}
	trial_check(t, expected, NULL, true, NULL);
	return flow->begun_length;
}

void expect_rest(struct trial *t, struct peer *peer, struct flow *flow, unsigned message)
{
	char expected[STORY_TEXT_MAX];
	struct piece piece;

	snprintf(expected, sizeof(expected), "%s: the rest of message %u of the %s, with MSG_EOR", peer->name, message,
		flow->from->name);
	begin_part(t, flow, message);
	if (t->rehearsal != NULL) {
		fprintf(t->rehearsal, "  expect %s\n", expected);
		return;
	}
	while (flow->begun_length < flow->traffic.size)
		read_part(t, peer, flow, expected, &piece);
	piece.info = flow->begun_info;
	has_come(t, peer, flow, message, expected, flow->begun, &piece);
	free(flow->begun);
	flow->begun = NULL;
}

void expect_parts_alike(struct trial *t, const struct flow *flow)
{
	char expected[STORY_TEXT_MAX];

	snprintf(expected, sizeof(expected), "each part of what the %s has sent told its ppid and number in the stream",
		flow->from->name);
	if (t->rehearsal != NULL) {
		fprintf(t->rehearsal, "  expect %s\n", expected);
		return;
	}
	if (flow->parts_differ)
		fail_piece(t, expected, "a part told another ppid or number");
	trial_check(t, expected, NULL, true, NULL);
}

void expect_nothing_to_read(struct trial *t, struct peer *peer)
{
	char expected[STORY_TEXT_MAX];

	snprintf(expected, sizeof(expected), "%s: there is nothing to read", peer->name);
	if (t->rehearsal != NULL) {
		fprintf(t->rehearsal, "  expect %s\n", expected);
		return;
	}
	if (!peer->stopped)
		trial_error(t, "the %s reads all that comes", peer->name);
	if (pump_until(t, peer, POLLIN, now(t)))
		fail_piece(t, expected, "there is something to read");
	trial_check(t, expected, NULL, true, NULL);
}
