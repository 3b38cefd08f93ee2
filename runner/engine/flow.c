/* SPDX-License-Identifier: Apache-2.0 */
/*
 * flow.c - checks data as an application sees it: each message arrives once, in order in its stream, with
 * its stream, ppid and octets, and not later than the formula allows.
 *
 * A message carries its flow, stream, number and size in its first octets. So it can be identified at the
 * receiver, in a send_failed event and in a capture. Its ppid is the flow's plus its number, its context is its
 * number plus one.
 */
#include "runner/engine/call.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define MESSAGES_TOLD_MAX 4
#define MESSAGE_SIZE_MAX 65536

struct payload_head {
	char magic[4];
	uint16_t flow, stream;
	uint32_t message, size;
};

static const char magic[4] = { 'S', 'P', 'E', 'C' };

static unsigned char fill(unsigned message, size_t at)
{
	return (unsigned char)(message * 31 + at * 7);
}

static void payload_write(const struct flow *flow, unsigned message, unsigned char *out)
{
	struct payload_head head = { .flow = (uint16_t)flow->index,
		.stream = (uint16_t)(message % flow->traffic.streams),
		.message = message,
		.size = (uint32_t)flow->traffic.size };

	memcpy(head.magic, magic, sizeof(magic));
	memcpy(out, &head, sizeof(head));
	for (size_t at = sizeof(head); at < flow->traffic.size; at++)
		out[at] = fill(message, at);
}

bool payload_parse(const void *data, size_t length, unsigned *flow, unsigned *stream, unsigned *message)
{
	struct payload_head head;

	if (data == NULL || length < sizeof(head))
		return false;
	memcpy(&head, data, sizeof(head));
	if (memcmp(head.magic, magic, sizeof(magic)) != 0)
		return false;
	*flow = head.flow;
	*stream = head.stream;
	*message = head.message;
	return true;
}

bool flow_recognise(const struct trial *t, const void *data, size_t length, unsigned *flow, unsigned *message)
{
	const unsigned char *octets = data;
	struct payload_head head;
	unsigned stream;

	if (!payload_parse(data, length, flow, &stream, message) || *flow >= t->flow_count ||
		*message >= t->flows[*flow].traffic.count)
		return false;
	memcpy(&head, data, sizeof(head));
	if (head.size != t->flows[*flow].traffic.size)
		return false;
	for (size_t at = sizeof(struct payload_head); at < length; at++)
		if (octets[at] != fill(*message, at))
			return false;
	return stream == *message % t->flows[*flow].traffic.streams;
}

/* ------------------------------------------------------------------ sending */

static int send_message(struct flow *flow, unsigned message)
{
	unsigned char *octets = malloc(flow->traffic.size);
	int status;

	if (octets == NULL)
		return -ENOMEM;
	payload_write(flow, message, octets);
	status = gs_send_info(flow->from->socket,
		&(struct gs_sndrcvinfo){
			.stream = message % flow->traffic.streams,
			.flags = flow->traffic.unordered ? GS_UNORDERED : 0,
			.ppid = flow->traffic.ppid + message,
			.context = message + 1,
			.timetolive = flow->traffic.timetolive_ms,
			.assoc_id = (int32_t)flow->assoc_id,
		},
		octets, flow->traffic.size);
	free(octets);
	return status;
}

static vtime due_at(const struct flow *flow)
{
	if (flow->next == flow->traffic.count || flow->from->socket == NULL)
		return VTIME_FOREVER;
	return flow->started + flow->next * flow->traffic.interval;
}

vtime flows_due(const struct trial *t)
{
	vtime first = VTIME_FOREVER;

	for (unsigned i = 0; i < t->flow_count; i++)
		if (due_at(&t->flows[i]) < first)
			first = due_at(&t->flows[i]);
	return first;
}

static void send_next(struct trial *t, struct flow *flow)
{
	const unsigned message = flow->next++;
	const vtime at = now(t);
	const int status = send_message(flow, message);

	trial_call_send(t, flow, message, at, status);
	if (status == GS_OK) {
		flow->messages[message].sent = at;
		return;
	}
	char got[STORY_TEXT_MAX];
	snprintf(got, sizeof(got), "message %u of flow %u from the %s: %s", message, flow->index, flow->from->name,
		status > GS_BADARG ? strerror(-status) : gs_status_name(status));
	trial_check(t, "every message is accepted for sending", NULL, false, got);
	trial_fail(
		t, VERDICT_FAIL, "the kernel refused to send a message", "every message is accepted for sending", got);
}

void flows_send_due(struct trial *t)
{
	if (flows_due(t) > now(t))
		return;
	for (unsigned i = 0; i < t->flow_count; i++)
		while (due_at(&t->flows[i]) <= now(t))
			send_next(t, &t->flows[i]);
}

struct flow *send_messages(struct trial *t, struct peer *from, struct peer *to, const struct traffic *traffic)
{
	struct flow *flow = &t->flows[t->flow_count];

	if (t->flow_count == FLOWS_MAX)
		trial_error(t, "more than %d flows", FLOWS_MAX);
	*flow = (struct flow){ .trial = t,
		.index = t->flow_count,
		.from = from,
		.to = to,
		.traffic = *traffic,
		.assoc_id = from->assoc_with[to->index] ?: from->assoc_id,
		.started = now(t) };
	flow->traffic.count = traffic->count ?: 1;
	flow->traffic.size = traffic->size ?: 100;
	flow->traffic.streams = traffic->streams ?: 1;
	if (flow->traffic.size < sizeof(struct payload_head) || flow->traffic.size > MESSAGE_SIZE_MAX ||
		flow->traffic.count > FLOW_MESSAGES_MAX)
		trial_error(t, "a flow of %u messages of %zu octets", flow->traffic.count, flow->traffic.size);
	flow->messages = malloc(flow->traffic.count * sizeof(*flow->messages));
	flow->last_in_stream = calloc(flow->traffic.streams, sizeof(*flow->last_in_stream));
	if (flow->messages == NULL || flow->last_in_stream == NULL)
		trial_error(t, "out of memory");
	for (unsigned i = 0; i < flow->traffic.count; i++)
		flow->messages[i] = (struct message){ -1, -1 };
	t->flow_count++;
	trial_action(t, "%s sends %u message%s of %zu octets to the %s%s", from->name, flow->traffic.count,
		flow->traffic.count == 1 ? "" : "s", flow->traffic.size, to->name,
		flow->traffic.interval ? ", one after the other" : "");
	if (t->rehearsal == NULL)
		flows_send_due(t);
	return flow;
}

struct flow *say(struct trial *t, struct peer *from, struct peer *to)
{
	return send_messages(t, from, to, &(struct traffic){ .count = 1 });
}

unsigned flow_sent(const struct flow *flow)
{
	return flow->next;
}

vtime flow_sent_at(const struct flow *flow, unsigned message)
{
	if (flow->trial->rehearsal != NULL)
		return flow->started + message * flow->traffic.interval;
	if (message >= flow->traffic.count || flow->messages[message].sent < 0)
		trial_error(flow->trial, "message %u of flow %u has not been sent", message, flow->index);
	return flow->messages[message].sent;
}

/* ------------------------------------------------------------------ receiving */

static void wrong_message(struct trial *t, const struct peer *peer, const char *what)
{
	char got[STORY_TEXT_MAX];

	snprintf(got, sizeof(got), "%s at %.6f s: %s", peer->name, (double)now(t) / 1e9, what);
	trial_check(t, "each message once, in order, with its stream, ppid and octets", NULL, false, got);
	trial_fail(t, VERDICT_FAIL, "a message arrived that is not as it was sent",
		"each message once, in order in its stream, with its stream, ppid and octets", got);
}

#define MESSAGE_TEXT "message %u of %zu octets on stream %u, %.6f s after its sending"

static void log_message(
	struct trial *t, const struct flow *flow, const struct peer *peer, unsigned message, const struct gs_data *data)
{
	const vtime at = now(t);
	const vtime delay = at - flow->messages[message].sent;
	char members[STORY_TEXT_MAX + 320];

	if (t->messages_logged++ >= MESSAGES_LOGGED_MAX)
		return;
	/* A long flow is not told message by message: it would fill the explanation. */
	if (flow->traffic.count <= MESSAGES_TOLD_MAX)
		evidence_tell(t->evidence, at, "%s: " MESSAGE_TEXT, peer->name, message, data->length,
			data->info.stream, (double)delay / 1e9);
	/* No escaping is needed: open_peer() has checked the name. */
	snprintf(members, sizeof(members),
		"\"t_ns\":%" PRId64
		",\"endpoint\":\"%c\",\"socket\":\"%s\",\"event\":\"message\",\"text\":\"" MESSAGE_TEXT
		"\",\"fields\":{\"flow\":%u,\"message\":%u,\"stream\":%u,\"ppid\":%u,\"size\":%zu,\"delay_ns\":%" PRId64
		"}}",
		at, peer->endpoint == ENDPOINT_A ? 'a' : 'b', peer->name, message, data->length, data->info.stream,
		(double)delay / 1e9, flow->index, message, data->info.stream, data->info.ppid, data->length, delay);
	evidence_log_text(t->box, t->test_case->id, "event", members);
}

void flow_receive(struct trial *t, struct peer *peer, const struct gs_message *received)
{
	const struct gs_data *data = &received->event.data;
	unsigned index, message;

	if (!flow_recognise(t, data->bytes, data->length, &index, &message))
		wrong_message(t, peer, "octets that are no message of this case");
	struct flow *flow = &t->flows[index];
	const unsigned stream = message % flow->traffic.streams;
	if (flow->to != peer || data->length != flow->traffic.size || message >= flow->next)
		wrong_message(t, peer, "a message of another size, or for another socket");
	if (data->has_info && (data->info.stream != stream || data->info.ppid != flow->traffic.ppid + message))
		wrong_message(t, peer, "a message with another stream or ppid");
	if (flow->messages[message].received >= 0)
		wrong_message(t, peer, "a message for the second time");
	if (!flow->traffic.unordered && message + 1 <= flow->last_in_stream[stream])
		wrong_message(t, peer, "a message after a later one of its stream");
	if (data->has_info)
		peer->assoc_with[flow->from->index] = (uint32_t)data->info.assoc_id;
	flow->last_in_stream[stream] = message + 1;
	flow->messages[message].received = now(t);
	log_message(t, flow, peer, message, data);
}

static bool has_arrived(const struct flow *flow)
{
	for (unsigned i = 0; i < flow->traffic.count; i++)
		if (flow->messages[i].received >= 0)
			return true;
	return false;
}

/* The first message from `first` on and before `end` whose delay is out of the window by now; -1: none. */
static int find_late(const struct flow *flow, unsigned first, unsigned end, struct window delay, vtime present)
{
	for (unsigned i = first; i < end; i++) {
		const struct message *message = &flow->messages[i];
		const vtime took = (message->received >= 0 ? message->received : present) - message->sent;

		if (message->sent >= 0 && (took > delay.to || (message->received >= 0 && took < delay.from)))
			return (int)i;
	}
	return -1;
}

static void fail_delay(struct trial *t, const struct flow *flow, unsigned message, const char *expected)
{
	const struct message *late = &flow->messages[message];
	char got[STORY_TEXT_MAX];

	if (late->received < 0)
		snprintf(got, sizeof(got), "message %u, sent at %.6f s, has not arrived", message,
			(double)late->sent / 1e9);
	else
		snprintf(got, sizeof(got), "message %u took %.6f s", message,
			(double)(late->received - late->sent) / 1e9);
	trial_check(t, expected, NULL, false, got);
	trial_fail(t, VERDICT_FAIL, "a message did not arrive in its time", expected, got);
}

void expect_delivered_range(struct trial *t, struct flow *flow, unsigned first, unsigned last, struct window delay)
{
	char expected[STORY_TEXT_MAX];

	if (last >= flow->traffic.count || first > last)
		trial_error(t, "messages %u to %u of a flow of %u", first, last, flow->traffic.count);
	flow->judged = true;
	snprintf(expected, sizeof(expected),
		"messages %u to %u of the %s delivered, each %.3f .. %.3f s after its sending", first, last,
		flow->from->name, (double)delay.from / 1e9, (double)delay.to / 1e9);
	if (t->rehearsal != NULL) {
		const vtime end = flow->started + last * flow->traffic.interval + delay.to;

		fprintf(t->rehearsal, "  expect %s\n", expected);
		t->rehearsed = end > t->rehearsed ? end : t->rehearsed;
		return;
	}
	/* The messages before `open` have arrived in time; those from `end` on have not been sent. */
	for (unsigned open = first;;) {
		const unsigned end = flow->next < last + 1 ? flow->next : last + 1;
		const int late = find_late(flow, open, end, delay, now(t));

		if (late >= 0)
			fail_delay(t, flow, (unsigned)late, expected);
		while (open < end && flow->messages[open].received >= 0)
			open++;
		if (open == last + 1)
			break;
		vtime wake = flows_due(t);
		for (unsigned i = open; i < end; i++)
			if (flow->messages[i].received < 0 && flow->messages[i].sent >= 0 &&
				flow->messages[i].sent + delay.to + 1 < wake)
				wake = flow->messages[i].sent + delay.to + 1;
		pump(t, wake);
	}
	trial_check_delays(t, expected, flow, first, last, &delay);
}

void expect_delivered(struct trial *t, struct flow *flow, struct window delay)
{
	expect_delivered_range(t, flow, 0, flow->traffic.count - 1, delay);
}

void expect_delivered_both_ways(struct trial *t, struct pair pair)
{
	expect_delivered(t, say(t, pair.client, pair.server), promptly());
	expect_delivered(t, say(t, pair.server, pair.client), promptly());
}

void expect_undelivered(struct trial *t, struct flow *flow)
{
	flow->judged = flow->undelivered = true;
	if (t->rehearsal != NULL)
		fprintf(t->rehearsal, "  expect that nothing of it arrives\n");
}

void flows_finish(struct trial *t)
{
	for (unsigned i = 0; i < t->flow_count; i++) {
		const struct flow *flow = &t->flows[i];

		if (!flow->judged)
			trial_error(t, "the case says nothing of what becomes of flow %u", i);
		if (flow->undelivered && has_arrived(flow))
			wrong_message(t, flow->to, "a message that must not arrive");
	}
}

void flow_free(struct flow *flow)
{
	free(flow->messages);
	free(flow->last_in_stream);
	flow->messages = NULL;
	flow->last_in_stream = NULL;
}

/* ------------------------------------------------------------------ what was not delivered */

static void ask_captures_about_flags(struct trial *t, const struct flow *flow)
{
	wire_ask(t,
		&(struct wire_check){
			.question = WIRE_SENT_FLAGS, .flow = flow->index, .sent = { .from = flow->from->endpoint } });
}

void expect_send_failed_for_each(struct trial *t, struct flow *flow, struct window window)
{
	struct item items[ITEMS_MAX];
	unsigned messages[ITEMS_MAX];
	size_t count = 0;

	flow->judged = true;
	for (unsigned i = 0; i < flow->traffic.count; i++) {
		if (t->rehearsal == NULL && (flow->messages[i].sent < 0 || flow->messages[i].received >= 0))
			continue;
		if (count == ITEMS_MAX)
			trial_error(t, "more than %d messages to fail", ITEMS_MAX);
		messages[count] = i;
		items[count++] = within(window, send_failed(flow->from, flow, i, ANY));
	}
	expect_group(t, IN_ANY_ORDER, items, count, NULL, NULL);
	if (t->rehearsal != NULL)
		return;
	for (size_t i = 0; i < t->evidence->observation_count; i++) {
		const struct observation *seen = &t->evidence->observations[i];

		if (seen->kind == OBSERVED_SEND_FAILED && seen->flow == (int)flow->index)
			for (size_t k = 0; k < count; k++)
				if (messages[k] == (unsigned)seen->message)
					t->evidence->failed_flags[flow->index][messages[k]] =
						(unsigned char)(seen->state == DATA_SENT ? 2 : 1);
	}
	ask_captures_about_flags(t, flow);
}

void expect_send_refused(struct trial *t, struct peer *from, int error)
{
	static const char octets[] = "refuse me";
	char text[STORY_TEXT_MAX], got[STORY_TEXT_MAX];

	snprintf(text, sizeof(text), "sending at the %s is refused: %s", from->name, strerror(error));
	if (t->rehearsal != NULL) {
		fprintf(t->rehearsal, "  expect %s\n", text);
		return;
	}
	const int status = gs_send_info(
		from->socket, &(struct gs_sndrcvinfo){ .assoc_id = (int32_t)from->assoc_id }, octets, sizeof(octets));
	snprintf(got, sizeof(got), "%s", gs_status_name(status));
	trial_check(t, text, NULL, status == -error, got);
	if (status != -error)
		trial_fail(t, VERDICT_FAIL, "sending was not refused as it must be", text, got);
}
