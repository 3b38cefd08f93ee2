/* SPDX-License-Identifier: Apache-2.0 */
/* delivery.c - what a case expects to become of a flow's messages: each arrives in time, fails, or is refused. */
#include "runner/engine/call.h"
#include "runner/engine/kernel_call.h"

#include <inttypes.h>
#include <string.h>

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

/* The next message of the flow has found no room for longer than it may take to arrive. */
static void fail_blocked(struct trial *t, const struct flow *flow, const char *expected)
{
	char got[STORY_TEXT_MAX], reason[REASON_MAX];

	snprintf(got, sizeof(got), "message %u could not be sent from %.6f to %.6f s: the send buffer was full",
		flow->next, (double)flow->blocked_since / 1e9, (double)now(t) / 1e9);
	snprintf(reason, sizeof(reason), "data stalls: the send buffer of the %s stays full", flow->from->name);
	trial_check(t, expected, NULL, false, got);
	trial_fail(t, VERDICT_FAIL, reason, expected, got);
}

/* When the first of the messages from `open` to before `end`, or the sender that cannot go on, is late. */
static vtime next_late(
	const struct trial *t, const struct flow *flow, unsigned open, unsigned end, const struct window *delay)
{
	vtime wake = flow->blocked_since >= 0 ? flow->blocked_since + delay->to + 1 : flows_due(t);

	for (unsigned i = open; i < end; i++)
		if (flow->messages[i].received < 0 && flow->messages[i].sent >= 0 &&
			flow->messages[i].sent + delay->to + 1 < wake)
			wake = flow->messages[i].sent + delay->to + 1;
	return wake;
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
		const vtime end = flow->started + last * flow->traffic.interval + flow->traffic.takes + delay.to;

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
		if (flow->blocked_since >= 0 && now(t) - flow->blocked_since > delay.to)
			fail_blocked(t, flow, expected);
		pump(t, next_late(t, flow, open, end, &delay));
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

/* ------------------------------------------------------------------ what was not delivered */

void expect_send_failed_for_each(struct trial *t, struct flow *flow, struct window window)
{
	struct item items[ITEMS_MAX];
	size_t count = 0;

	flow->judged = true;
	for (unsigned i = 0; i < flow->traffic.count; i++) {
		if (t->rehearsal == NULL && (flow->messages[i].sent < 0 || flow->messages[i].received >= 0))
			continue;
		if (count == ITEMS_MAX)
			trial_error(t, "more than %d messages to fail", ITEMS_MAX);
		items[count++] = within(window, send_failed(flow->from, flow, i, ANY));
	}
	expect_group(t, IN_ANY_ORDER, items, count, NULL, NULL);
	if (t->rehearsal != NULL)
		return;
	trial_ask(t,
		&(struct question){
			.kind = ASK_SENT_FLAGS, .sent = { .from = flow->from->endpoint }, .flow = flow->index });
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
