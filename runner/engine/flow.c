/* SPDX-License-Identifier: Apache-2.0 */
/*
 * flow.c - checks data as an application sees it: each message arrives once, in order in its stream, with
 * its stream, ppid and octets, and not later than the formula allows.
 *
 * A message is known by its octets (payload.h). Its ppid is the flow's plus its number, its context is its number plus
 * one. One that is too small for all that is known by its ppid, and its flow has ppids of its own.
 */
#include "runner/engine/call.h"
#include "runner/engine/kernel_call.h"
#include "runner/engine/payload.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define MESSAGES_TOLD_MAX 4
#define MESSAGE_SIZE_MAX (1 << 20)
#define PPID_OF_SMALL_FLOWS 0x51000000U

/* Of a message that is too small for a head: by its ppid. */
static bool recognise_small(
	const struct trial *t, const void *data, size_t length, uint32_t ppid, unsigned *flow, unsigned *message)
{
	for (*flow = 0; *flow < t->flow_count; ++*flow) {
		const struct traffic *traffic = &t->flows[*flow].traffic;

		*message = ppid - traffic->ppid;
		if (traffic->size < PAYLOAD_HEAD && ppid >= traffic->ppid && *message < traffic->count)
			return payload_is_intact(
				&(struct payload){ .message = *message, .size = traffic->size }, data, length);
	}
	return false;
}

bool flow_recognise(
	const struct trial *t, const void *data, size_t length, uint32_t ppid, unsigned *flow, unsigned *message)
{
	struct payload payload;

	if (length < PAYLOAD_HEAD)
		return recognise_small(t, data, length, ppid, flow, message);
	if (!payload_parse(data, length, &payload) || payload.flow >= t->flow_count)
		return false;
	const struct traffic *traffic = &t->flows[payload.flow].traffic;
	*flow = payload.flow;
	*message = payload.message;
	return payload.message < traffic->count && payload.size == traffic->size &&
		payload.stream == flow_stream(&t->flows[payload.flow], payload.message) &&
		payload_is_intact(&payload, data, length);
}

/* ------------------------------------------------------------------ sending */

unsigned char *flow_octets(const struct flow *flow, unsigned message)
{
	const struct payload payload = {
		.flow = flow->index,
		.stream = flow_stream(flow, message),
		.message = message,
		.size = flow->traffic.size,
	};
	unsigned char *octets = malloc(payload.size + 1);

	if (octets != NULL)
		payload_write(&payload, octets);
	return octets;
}

int flow_send(struct flow *flow, unsigned message)
{
	unsigned char *octets = flow_octets(flow, message);
	int status;

	if (octets == NULL)
		return -ENOMEM;
	status = send_with(flow->from, flow->to, flow->assoc_id, &flow->traffic, flow_stream(flow, message),
		flow->traffic.ppid + message, message + 1, octets, flow->traffic.size);
	free(octets);
	learn_port(flow->trial, flow->from);
	return status;
}

static vtime due_at(const struct flow *flow)
{
	if (flow->next == flow->traffic.count || flow->from->socket == NULL || flow->blocked_since >= 0)
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

static void fail_sending(struct trial *t, const struct flow *flow, unsigned message, int status)
{
	char got[STORY_TEXT_MAX];

	snprintf(got, sizeof(got), "message %u of flow %u from the %s: %s", message, flow->index, flow->from->name,
		status > GS_BADARG ? strerror(-status) : gs_status_name(status));
	trial_check(t, "every message is accepted for sending", NULL, false, got);
	trial_fail(
		t, VERDICT_FAIL, "the kernel refused to send a message", "every message is accepted for sending", got);
}

/* False: there is no room for it now. */
static bool send_next(struct trial *t, struct flow *flow)
{
	const unsigned message = flow->next;
	const vtime at = now(t);

	if (message == 0)
		trial_call_init(t, flow->from, at, &flow->traffic.setup);
	const int status = flow_send(flow, message);
	if (status == -EAGAIN) {
		flow->blocked_since = at;
		return false;
	}
	flow->next++;
	trial_call_send(t, flow, message, at, status);
	if (status != GS_OK)
		fail_sending(t, flow, message, status);
	flow->messages[message].sent = at;
	return true;
}

void flows_send_due(struct trial *t)
{
	if (flows_due(t) > now(t))
		return;
	for (unsigned i = 0; i < t->flow_count; i++)
		while (due_at(&t->flows[i]) <= now(t) && send_next(t, &t->flows[i]))
			;
}

/* Of the messages that the peer is to send. */
static unsigned accepted(const struct trial *t, const struct peer *peer)
{
	unsigned sum = 0;

	for (unsigned i = 0; i < t->flow_count; i++)
		sum += t->flows[i].from == peer ? t->flows[i].next : 0;
	return sum;
}

/* Whether the buffer stays full is a matter of the socket: where another flow gets on, nothing stalls. */
void flows_unblock(struct trial *t, const struct peer *peer)
{
	const unsigned before = accepted(t, peer);

	for (unsigned i = 0; i < t->flow_count; i++) {
		struct flow *flow = &t->flows[i];
		const vtime since = flow->blocked_since;

		if (flow->from != peer || since < 0)
			continue;
		flow->blocked_since = -1;
		flows_send_due(t);
		/* to stand in the queue once more is no new wait */
		if (flow->blocked_since >= 0)
			flow->blocked_since = since;
	}
	for (unsigned i = 0; accepted(t, peer) > before && i < t->flow_count; i++)
		if (t->flows[i].from == peer && t->flows[i].blocked_since >= 0)
			t->flows[i].blocked_since = now(t);
}

bool flows_wait_for(const struct trial *t, const struct peer *peer)
{
	for (unsigned i = 0; i < t->flow_count; i++)
		if (t->flows[i].from == peer && t->flows[i].blocked_since >= 0)
			return true;
	return false;
}

struct flow *flow_new(struct trial *t, struct peer *from, struct peer *to, const struct traffic *traffic)
{
	struct flow *flow = &t->flows[t->flow_count];

	if (t->flow_count == FLOWS_MAX)
		trial_error(t, "more than %d flows", FLOWS_MAX);
	*flow = (struct flow){ .trial = t,
		.index = t->flow_count,
		.from = from,
		.to = to,
		.traffic = *traffic,
		.assoc_id = from->assoc_with[to->index] ?: association_with(from, to) ?: from->assoc_id,
		.blocked_since = -1,
		.started = now(t) };
	flow->traffic.count = traffic->count ?: 1;
	flow->traffic.size = traffic->size ?: 100;
	flow->traffic.streams = traffic->streams ?: 1;
	if (flow->traffic.size < PAYLOAD_HEAD && traffic->ppid == 0)
		flow->traffic.ppid = PPID_OF_SMALL_FLOWS + flow->index * FLOW_MESSAGES_MAX;
	if (flow->traffic.size > MESSAGE_SIZE_MAX || flow->traffic.count > FLOW_MESSAGES_MAX)
		trial_error(t, "a flow of %u messages of %zu octets", flow->traffic.count, flow->traffic.size);
	flow->messages = malloc(flow->traffic.count * sizeof(*flow->messages));
	flow->last_in_stream = calloc(flow->traffic.streams, sizeof(*flow->last_in_stream));
	if (flow->messages == NULL || flow->last_in_stream == NULL)
		trial_error(t, "out of memory");
	for (unsigned i = 0; i < flow->traffic.count; i++)
		flow->messages[i] = (struct message){ .sent = -1, .received = -1, .path = -1 };
	t->flow_count++;
	return flow;
}

struct flow *send_messages(struct trial *t, struct peer *from, struct peer *to, const struct traffic *traffic)
{
	struct flow *flow = flow_new(t, from, to, traffic);
	char how[STORY_TEXT_MAX / 2];

	sending_describe(&flow->traffic, how, sizeof(how));
	trial_action(t, "%s sends %u message%s of %zu octets to the %s%s%s", from->name, flow->traffic.count,
		flow->traffic.count == 1 ? "" : "s", flow->traffic.size, to->name, how,
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

vtime flow_arrived_at(const struct flow *flow, unsigned message)
{
	if (flow->trial->rehearsal != NULL)
		return flow_sent_at(flow, message);
	if (message >= flow->traffic.count || flow->messages[message].received < 0)
		trial_error(flow->trial, "message %u of flow %u has not arrived", message, flow->index);
	return flow->messages[message].received;
}

/* ------------------------------------------------------------------ receiving */

static void unwanted_message(struct trial *t, const struct flow *flow)
{
	char expected[STORY_TEXT_MAX], got[STORY_TEXT_MAX];

	snprintf(expected, sizeof(expected), "nothing that the %s sent arrives", flow->from->name);
	snprintf(got, sizeof(got), "a message of it has arrived at the %s", flow->to->name);
	trial_check(t, expected, NULL, false, got);
	trial_fail(t, VERDICT_FAIL, "a message arrived that must not", expected, got);
}

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
		"\",\"fields\":{\"assoc_id\":%d,\"flow\":%u,\"message\":%u,\"stream\":%u,\"ppid\":%u,\"size\":%zu,"
		"\"unordered\":%s,\"delay_ns\":%" PRId64 "%s}}",
		at, *endpoint_name(peer->endpoint), peer->name, message, data->length, data->info.stream,
		(double)delay / 1e9, data->info.assoc_id, flow->index, message, data->info.stream, data->info.ppid,
		data->length, (data->info.flags & GS_UNORDERED) != 0 ? "true" : "false", delay,
		data->has_info ? "" : ",\"untold\":true");
	evidence_log_text(t->box, t->test_case->id, "event", members);
}

/* Of those that one call has sent (send_to_all()) the one to this peer; they follow the first, which says whose octets
 * they are. */
static struct flow *flow_at(struct trial *t, unsigned first, const struct peer *peer)
{
	for (unsigned i = first + 1; i < t->flow_count && t->flows[i].copies == &t->flows[first]; i++)
		if (t->flows[i].to == peer)
			return &t->flows[i];
	return &t->flows[first];
}

void flow_arrived(struct trial *t, struct peer *peer, const struct gs_data *data, const union gs_addr *from)
{
	unsigned index, message;

	if (!flow_recognise(t, data->bytes, data->length, data->info.ppid, &index, &message))
		wrong_message(t, peer, "octets that are no message of this case");
	struct flow *flow = flow_at(t, index, peer);
	const unsigned stream = flow_stream(flow, message), place = message % flow->traffic.streams;
	if (flow->to != peer || data->length != flow->traffic.size || message >= flow->next)
		wrong_message(t, peer, "a message of another size, or for another socket");
	if (data->has_info && (data->info.stream != stream || data->info.ppid != flow->traffic.ppid + message))
		wrong_message(t, peer, "a message with another stream or ppid");
	if (data->has_info && !association_may_be_with(peer, (uint32_t)data->info.assoc_id, flow->from))
		wrong_message(t, peer, "a message on the association with another socket");
	if (flow->messages[message].received >= 0)
		wrong_message(t, peer, "a message for the second time");
	if (!flow->traffic.unordered && message + 1 <= flow->last_in_stream[place])
		wrong_message(t, peer, "a message after a later one of its stream");
	if (data->has_info)
		peer->assoc_with[flow->from->index] = (uint32_t)data->info.assoc_id;
	flow->last_in_stream[place] = message + 1;
	flow->messages[message].received = now(t);
	flow->messages[message].path =
		(int8_t)topology_locate(t->test_case->topology, &from->sa, &(enum endpoint){ A });
	flow->messages[message].form = (uint8_t)form_of(from);
	log_message(t, flow, peer, message, data);
}

static bool has_arrived(const struct flow *flow)
{
	for (unsigned i = 0; i < flow->traffic.count; i++)
		if (flow->messages[i].received >= 0)
			return true;
	return false;
}

void flows_finish(struct trial *t)
{
	for (unsigned i = 0; i < t->flow_count; i++) {
		const struct flow *flow = &t->flows[i];

		if (!flow->judged)
			trial_error(t, "the case says nothing of what becomes of flow %u", i);
		if (flow->undelivered && has_arrived(flow))
			unwanted_message(t, flow);
	}
}

void flow_free(struct flow *flow)
{
	free(flow->messages);
	free(flow->last_in_stream);
	free(flow->begun);
	flow->begun = NULL;
	flow->messages = NULL;
	flow->last_in_stream = NULL;
}
