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
	if (!peer->stopped)
		trial_error(t, "the %s reads all that comes", peer->name);
	if (!pump_until(t, peer, POLLIN, shortly_after(now(t)).to))
		fail_piece(t, expected, "nothing comes");
	unsigned char *whole = malloc(size + octets);
	if (whole == NULL)
		trial_error(t, "out of memory");
	for (size_t have = 0; have < size; have += piece.length) {
		const int status = receive_piece(peer, whole + have, octets, &piece);
		const char *fault = status != GS_OK ? gs_status_name(status) : piece_fault(&piece, have, size, octets);

		if (fault != NULL)
			fail_piece(t, expected, fault);
	}
	trial_check(t, expected, NULL, true, NULL);
	flow_arrived(t, peer,
		&(struct gs_data){ .bytes = whole, .length = size, .has_info = piece.has_info, .info = piece.info },
		&piece.from);
	free(whole);
	if (flow->messages[message].received < 0)
		fail_piece(t, expected, "it is another message");
}
