/* SPDX-License-Identifier: Apache-2.0 */
/* notifications.c - see notifications.h. */
#include "runner/engine/call.h"
#include "runner/engine/kernel_call.h"

/* ------------------------------------------------------------------ items */

struct item remote_error(const struct peer *peer, int cause)
{
	struct item item = item_of(peer, OBSERVED_REMOTE_ERROR, ANY);

	item.error = cause;
	return item;
}

struct item sender_dry(const struct peer *peer)
{
	return item_of(peer, OBSERVED_SENDER_DRY_EVENT, ANY);
}

struct item adaptation(const struct peer *peer, int64_t indication)
{
	struct item item = item_of(peer, OBSERVED_ADAPTATION_EVENT, ANY);

	item.value = indication;
	return item;
}

struct item partial_delivery_aborted(const struct peer *peer, int stream)
{
	struct item item = item_of(peer, OBSERVED_PDAPI_EVENT, 0);

	item.value = stream;
	return item;
}

struct item stream_reset(const struct peer *peer, int flags, int64_t streams)
{
	struct item item = item_of(peer, OBSERVED_STREAM_RESET_EVENT, flags);

	item.streams = streams;
	return item;
}

struct item assoc_reset(const struct peer *peer, int flags)
{
	return item_of(peer, OBSERVED_ASSOC_RESET_EVENT, flags);
}

struct item stream_change(const struct peer *peer, int flags, int inbound, int outbound)
{
	struct item item = item_of(peer, OBSERVED_STREAM_CHANGE_EVENT, flags);

	item.inbound = inbound;
	item.outbound = outbound;
	return item;
}

struct item authentication(const struct peer *peer, int use, int key)
{
	struct item item = item_of(peer, OBSERVED_AUTHENTICATION_EVENT, use);

	item.value = key;
	return item;
}

struct item send_failed_event(const struct peer *peer, const struct flow *flow, unsigned message, int flag)
{
	struct item item = send_failed(peer, flow, message, flag);

	item.kind = OBSERVED_SEND_FAILED_EVENT;
	return item;
}

struct item socket_error(const struct peer *peer, int error)
{
	struct item item = item_of(peer, OBSERVED_ERROR, ANY);

	item.error = error;
	return item;
}

struct item with_streams(int inbound, int outbound, struct item item)
{
	item.inbound = inbound;
	item.outbound = outbound;
	return item;
}

struct item with_reason(const char *reason, struct item item)
{
	item.reason = reason;
	return item;
}

struct item of_association_with(const struct peer *other, struct item item)
{
	item.with = (int)other->index;
	return item;
}

/* ------------------------------------------------------------------ subscriptions */

static const char *const type_names[EVENT_TYPES] = {
	[DATA_IO_EVENT] = "data_io_event",
	[ASSOC_CHANGE] = "assoc_change",
	[PEER_ADDR_CHANGE] = "paddr_change",
	[SEND_FAILED] = "send_failed",
	[REMOTE_ERROR] = "remote_error",
	[SHUTDOWN_EVENT] = "shutdown_event",
	[PARTIAL_DELIVERY_EVENT] = "pdapi_event",
	[ADAPTATION_INDICATION] = "adaptation_event",
	[AUTHENTICATION_EVENT] = "authentication_event",
	[SENDER_DRY_EVENT] = "sender_dry_event",
	[STREAM_RESET_EVENT] = "stream_reset_event",
	[ASSOC_RESET_EVENT] = "assoc_reset_event",
	[STREAM_CHANGE_EVENT] = "stream_change_event",
	[SEND_FAILED_EVENT] = "send_failed_event",
};

/* The kernel numbers them so. */
enum { FIRST_TYPE = 0x8000 };

static struct gs_option event_option(int32_t assoc_id, enum event_type type, bool on)
{
	return (struct gs_option){ .name = GS_OPT_EVENT,
		.event = { .assoc_id = assoc_id, .type = (uint16_t)(FIRST_TYPE + type), .on = on } };
}

static json_t *event_arguments(int32_t assoc_id, enum event_type type, bool on)
{
	return json_pack("{s:I, s:s, s:b}", "assoc_id", (json_int_t)assoc_id, "event", type_names[type], "on", on);
}

static void set_event(
	struct trial *t, struct peer *peer, int32_t assoc_id, enum event_type type, bool on, const char *of)
{
	const struct gs_option option = event_option(assoc_id, type, on);

	trial_action(t, "%s %s to %s%s", peer->name, on ? "subscribes" : "does not subscribe any more",
		type_names[type], of);
	if (type == ASSOC_CHANGE && !on)
		peer->comings_untold = true;
	if (t->rehearsal == NULL)
		called(t, peer, t->acted_at, "event", event_arguments(assoc_id, type, on),
			gs_setopt(peer->socket, &option));
}

/* The id by which all associations of the socket are named, those to come too. A one-to-one socket has one. */
static int32_t all_of(const struct peer *peer)
{
	return peer->one_to_one || peer->branched_off ? (int32_t)peer->assoc_id : GS_ALL_ASSOC;
}

void subscribe(struct trial *t, struct peer *peer, enum event_type type)
{
	set_event(t, peer, all_of(peer), type, true, "");
}

void unsubscribe(struct trial *t, struct peer *peer, enum event_type type)
{
	set_event(t, peer, all_of(peer), type, false, "");
}

static void set_event_of(struct trial *t, struct peer *peer, const struct peer *other, enum event_type type, bool on)
{
	char of[64];

	snprintf(of, sizeof(of), " of the association with the %s", other->name);
	set_event(t, peer, (int32_t)(association_with(peer, other) ?: peer->assoc_id), type, on, of);
}

void subscribe_of(struct trial *t, struct peer *peer, const struct peer *other, enum event_type type)
{
	set_event_of(t, peer, other, type, true);
}

void unsubscribe_of(struct trial *t, struct peer *peer, const struct peer *other, enum event_type type)
{
	set_event_of(t, peer, other, type, false);
}

static void judge_event(
	struct trial *t, struct peer *peer, int32_t assoc_id, enum event_type type, bool subscribed, const char *of)
{
	struct gs_option option = event_option(assoc_id, type, false);
	char expected[STORY_TEXT_MAX];
	int status = GS_OK;

	snprintf(expected, sizeof(expected), "the %s is %ssubscribed to %s%s", peer->name, subscribed ? "" : "not ",
		type_names[type], of);
	if (t->rehearsal != NULL) {
		fprintf(t->rehearsal, "  expect %s\n", expected);
		return;
	}
	status = gs_getopt(peer->socket, &option);
	const bool holds = status == GS_OK && (option.event.on != 0) == subscribed;
	const char *got = status != GS_OK ? gs_status_name(status) : option.event.on ? "it is" : "it is not";
	trial_check(t, expected, NULL, holds, holds ? NULL : got);
	if (!holds)
		trial_fail(t, VERDICT_FAIL, "the kernel reports another subscription", expected, got);
}

void expect_subscribed(struct trial *t, struct peer *peer, enum event_type type, bool subscribed)
{
	judge_event(t, peer, GS_FUTURE_ASSOC, type, subscribed, "");
}

void expect_subscribed_of(
	struct trial *t, struct peer *peer, const struct peer *other, enum event_type type, bool subscribed)
{
	char of[64];

	snprintf(of, sizeof(of), " of the association with the %s", other->name);
	judge_event(t, peer, (int32_t)(association_with(peer, other) ?: peer->assoc_id), type, subscribed, of);
}
