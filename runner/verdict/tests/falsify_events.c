/* SPDX-License-Identifier: Apache-2.0 */
/* falsify_events.c - events that do not come, come twice, or tell something else; calls that were others. */
#include "runner/verdict/tests/falsify.h"

#define FALSIFY_EVENT(name, kind_, becomes)                                              \
	static enum falsified name(struct told *told)                                    \
	{                                                                                \
		const bool is = told->what == TOLD_EVENT && told->event.kind == (kind_); \
		return is ? (becomes) : NOT_OF_THE_KIND;                                 \
	}

FALSIFY_EVENT(no_comm_up, EVENT_COMM_UP, DROPPED)
FALSIFY_EVENT(comm_lost_twice, EVENT_COMM_LOST, DOUBLED)
FALSIFY_EVENT(no_shutdown_comp, EVENT_SHUTDOWN_COMP, DROPPED)
FALSIFY_EVENT(no_restart, EVENT_RESTART, DROPPED)
FALSIFY_EVENT(unreachable_twice, EVENT_ADDR_UNREACHABLE, DOUBLED)
FALSIFY_EVENT(no_potentially_failed, EVENT_ADDR_POTENTIALLY_FAILED, DROPPED)
FALSIFY_EVENT(no_available, EVENT_ADDR_AVAILABLE, DROPPED)
FALSIFY_EVENT(no_confirmed, EVENT_ADDR_CONFIRMED, DROPPED)
FALSIFY_EVENT(other_streams, EVENT_COMM_UP, (told->event.outbound_streams++, CHANGED))
FALSIFY_EVENT(message_twice, EVENT_MESSAGE, DOUBLED)
FALSIFY_EVENT(no_message, EVENT_MESSAGE, DROPPED)
FALSIFY_EVENT(no_send_failed, EVENT_SEND_FAILED, DROPPED)
FALSIFY_EVENT(another_error, EVENT_COMM_LOST, (told->event.error ^= 1, CHANGED))
FALSIFY_EVENT(no_shutdown_event, EVENT_SHUTDOWN, DROPPED)
FALSIFY_EVENT(another_mode, EVENT_SEND_FAILED, (told->event.unsent ^= true, CHANGED))
FALSIFY_EVENT(failed_again, EVENT_SEND_FAILED, (told->event.kind = EVENT_ADDR_AVAILABLE, CHANGED))

static enum falsified without_nodelay(struct told *told)
{
	if (told->what != TOLD_CALL || told->call.kind != CALL_OPEN)
		return NOT_OF_THE_KIND;
	told->call.nagle = true;
	return CHANGED;
}

const struct falsification falsify_events[] = {
	{ .rule = "events.comm-up", .tell = no_comm_up },
	{ .rule = "events.comm-lost", .tell = comm_lost_twice },
	{ .rule = "events.shutdown-comp", .tell = no_shutdown_comp },
	{ .rule = "events.restart", .tell = no_restart },
	{ .rule = "events.unreachable", .tell = unreachable_twice },
	{ .rule = "events.potentially-failed", .tell = no_potentially_failed },
	{ .rule = "events.available", .tell = no_available },
	{ .rule = "events.confirmed", .tell = no_confirmed },
	{ .rule = "events.shutdown", .tell = no_shutdown_event },
	{ .rule = "ends.send-failed-mode", .tell = another_mode },
	{ .rule = "delivery.what-arrived", .tell = message_twice },
	{ .rule = "delivery.all", .tell = no_message, .which = EVERY },
	{ .rule = "ends.nothing-told-after", .tell = failed_again },
	{ .rule = "ends.cause", .tell = another_error },
	{ .rule = "ends.send-failed", .tell = no_send_failed, .which = EVERY },
	{ .rule = "data.nagle", .tell = without_nodelay, .which = EVERY },
	{ .rule = "events.streams", .tell = other_streams },
	{ .rule = NULL },
};
