/* SPDX-License-Identifier: Apache-2.0 */
/* sending.c - see sending.h. */
#include "runner/engine/call.h"
#include "runner/engine/kernel_call.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------------ refused */

/* The arguments of a send that belongs to no flow. */
static json_t *arguments_of(const struct traffic *how, uint32_t assoc_id, size_t size)
{
	return json_pack("{s:I, s:i, s:i, s:i, s:I, s:I, s:b}", "assoc_id", (json_int_t)assoc_id, "flow", -1, "message",
		-1, "stream", how->first_stream, "ppid", (json_int_t)how->ppid, "size", (json_int_t)size, "unordered",
		how->unordered);
}

void expect_refused(struct trial *t, struct peer *from, struct peer *to, const struct traffic *how, int error)
{
	const size_t size = how->size == NO_OCTETS ? 0 : how->size ?: 100;
	const uint32_t assoc_id = association_with(from, to) ?: from->assoc_id;
	const vtime at = now(t);
	char what[STORY_TEXT_MAX], particulars[64];
	int status = GS_OK;

	sending_describe(how, particulars, sizeof(particulars));
	snprintf(what, sizeof(what), "to send %zu octets on stream %u%s", size, how->first_stream, particulars);
	if (t->rehearsal == NULL) {
		unsigned char *octets = calloc(1, size + 1);

		if (octets == NULL)
			trial_error(t, "out of memory");
		status = send_with(from, to, assoc_id, how, how->first_stream, how->ppid, 0, octets, size);
		free(octets);
	}
	refused(t, from, at, "send", what, arguments_of(how, assoc_id, size), status, error);
}

void expect_end_refused(
	struct trial *t, struct peer *from, const struct peer *to, unsigned path, enum end_flag flag, int error)
{
	const union gs_addr address = address_on(t, from, to, path);
	const vtime at = now(t);
	const char *call = flag == END_BY_EOF ? "eof" : "abort";
	char what[STORY_TEXT_MAX];

	snprintf(what, sizeof(what), "%s to an address with which there is no association", call);
	refused(t, from, at, call, what, json_pack("{s:i}", "path", (int)path),
		t->rehearsal == NULL ? send_end(from, &address, 0, flag, "") : GS_OK, error);
}

/* ------------------------------------------------------------------ to all, or without octets */

static void send_one_to_all(
	struct trial *t, struct peer *from, struct peer *const *to, size_t count, struct flow **flows)
{
	const vtime at = now(t);
	const int status = flow_send(flows[0], 0);

	for (size_t i = 0; i < count; i++)
		trial_call_send(t, flows[i], 0, at, status);
	call_must_succeed(t, from, status, "send");
	for (size_t i = 0; i < count; i++) {
		flows[i]->next = 1;
		flows[i]->messages[0].sent = at;
		to[i]->assoc_with[from->index] = to[i]->assoc_with[from->index] ?: association_with(to[i], from);
	}
}

void send_to_all(struct trial *t, struct peer *from, struct peer *const *to, size_t count, const struct traffic *how,
	struct flow **flows)
{
	struct traffic traffic = *how;

	traffic.count = 1;
	traffic.to_all = true;
	for (size_t i = 0; i < count; i++) {
		flows[i] = flow_new(t, from, to[i], &traffic);
		flows[i]->copies = i > 0 ? flows[0] : NULL;
	}
	trial_action(t, "%s sends a message of %zu octets to all of its %zu associations", from->name,
		flows[0]->traffic.size, count);
	if (t->rehearsal == NULL)
		send_one_to_all(t, from, to, count, flows);
}

void set_up_by_message(struct trial *t, struct peer *from, struct peer *to, const struct setup_by_message *setup)
{
	struct traffic traffic = { .setup = *setup };

	traffic.setup.implicit = true;
	trial_action(t, "%s sends a message without octets to the address of the %s on path %u", from->name, to->name,
		setup->path);
	if (t->rehearsal != NULL)
		return;
	trial_call_init(t, from, t->acted_at, setup);
	const int status = send_with(from, to, 0, &traffic, 0, 0, 0, "", 0);
	learn_port(t, from);
	called(t, from, t->acted_at, "connect", json_pack("{s:i, s:i}", "path", (int)setup->path, "port", to->port),
		status);
}

void send_eof(struct trial *t, struct peer *peer, const struct peer *other)
{
	const uint32_t id = id_with(peer, other);

	trial_action(t, "%s sends SCTP_EOF in SCTP_SNDINFO to the %s", peer->name, other->name);
	if (t->rehearsal == NULL)
		called(t, peer, t->acted_at, "eof", json_pack("{s:I}", "assoc_id", (json_int_t)id),
			send_end(peer, NULL, id, END_BY_EOF, ""));
}

/* ------------------------------------------------------------------ a buffer that is full */

struct flow *fill_send_buffer(struct trial *t, struct peer *from, struct peer *to, const struct traffic *how)
{
	struct traffic traffic = *how;
	struct flow *flow;
	int status = GS_OK;

	traffic.count = how->count ?: FLOW_MESSAGES_MAX;
	flow = flow_new(t, from, to, &traffic);
	trial_action(t, "%s sends messages of %zu octets to the %s until the send buffer is full", from->name,
		flow->traffic.size, to->name);
	if (t->rehearsal != NULL) {
		flow->next = 1;
	}
	while (t->rehearsal == NULL && flow->next < flow->traffic.count) {
		const vtime at = now(t);

		status = flow_send(flow, flow->next);
		if (status != GS_OK)
			break;
		trial_call_send(t, flow, flow->next, at, status);
		flow->messages[flow->next++].sent = at;
	}
	refused(t, from, now(t), "send", "to send when the buffer is full", arguments_of(how, flow->assoc_id, 0),
		status, EAGAIN);
	if (flow->next == 0)
		trial_error(t, "the send buffer of the %s has no room for a single message", from->name);
	flow->traffic.count = flow->next;
	return flow;
}

static void judge_writable(
	struct trial *t, const char *expected, const struct window *window, bool holds, const char *got)
{
	if (holds && window != NULL)
		trial_check_met(t, expected, window, now(t));
	else
		trial_check(t, expected, window, holds, holds ? NULL : got);
	if (!holds)
		trial_fail(t, VERDICT_FAIL, "poll says something else of writing", expected, got);
}

void expect_writable_within(struct trial *t, struct peer *peer, struct window window)
{
	char expected[STORY_TEXT_MAX];

	snprintf(expected, sizeof(expected), "the %s can be written to from %.3f .. %.3f s on", peer->name,
		(double)window.from / 1e9, (double)window.to / 1e9);
	if (t->rehearsal != NULL) {
		fprintf(t->rehearsal, "  expect %s\n", expected);
		t->rehearsed = window.to > t->rehearsed ? window.to : t->rehearsed;
		return;
	}
	const bool is = pump_until(t, peer, POLLOUT, window.to);
	judge_writable(t, expected, &window, is && now(t) >= window.from, is ? "it could before" : "it cannot");
}

void expect_writable(struct trial *t, struct peer *peer, bool writable)
{
	char expected[STORY_TEXT_MAX];

	snprintf(expected, sizeof(expected), "the %s can%s be written to", peer->name, writable ? "" : "not");
	if (t->rehearsal != NULL) {
		fprintf(t->rehearsal, "  expect %s\n", expected);
		return;
	}
	const bool is = pump_until(t, peer, POLLOUT, now(t));
	judge_writable(t, expected, NULL, is == writable, is ? "it can" : "it cannot");
}
