/* SPDX-License-Identifier: Apache-2.0 */
/* items.c - each item failing: something else comes, or nothing. What else an item compares: vocabulary_test.c. */
#include "runner/engine/tests/failing/failing.h"

#include <errno.h>

/* The association of one end is aborted: comm_lost comes at the other one, in place of what is said. */
#define ABORTED(word, called, ...)                   \
	SHOWN(word, "fail", "server: " called)       \
	{                                            \
		const struct pair p = associated(t); \
                                                     \
		abort_association(t, p.client);      \
		expect(t, soon(t, __VA_ARGS__));     \
	}

ABORTED(comm_up, "comm_up", comm_up(p.server))
ABORTED(cant_assoc, "cant_assoc", cant_assoc(p.server, ANY))
ABORTED(restarted, "restart", restarted(p.server))
ABORTED(shutdown_comp, "shutdown_comp", shutdown_comp(p.server))
ABORTED(shutdown_event, "shutdown_event", shutdown_event(p.server))
ABORTED(addr_available, "addr_available", addr_available(p.server, 0))
ABORTED(addr_unreachable, "addr_unreachable", addr_unreachable(p.server, 0))
ABORTED(addr_confirmed, "addr_confirmed", addr_confirmed(p.server, 0))
ABORTED(addr_made_prim, "addr_made_prim", addr_made_prim(p.server, 0))
ABORTED(addr_potentially_failed, "addr_potentially_failed", addr_potentially_failed(p.server, 0))
ABORTED(addr_added, "addr_added", addr_added(p.server, 0))
ABORTED(addr_removed, "addr_removed", addr_removed(p.server, 0))
ABORTED(remote_error, "remote_error", remote_error(p.server, ANY))
ABORTED(sender_dry, "sender_dry_event", sender_dry(p.server))
ABORTED(adaptation, "adaptation_event", adaptation(p.server, ANY))
ABORTED(partial_delivery_aborted, "pdapi_event", partial_delivery_aborted(p.server, ANY))
ABORTED(stream_reset, "stream_reset_event", stream_reset(p.server, RESET_INCOMING, ANY))
ABORTED(assoc_reset, "assoc_reset_event", assoc_reset(p.server, 0))
ABORTED(stream_change, "stream_change_event", stream_change(p.server, 0, ANY, ANY))
ABORTED(authentication, "authentication_event", authentication(p.server, NEW_KEY, ANY))
ABORTED(socket_error, "error", socket_error(p.server, ECONNRESET))

SHOWN(comm_lost, "fail", "comm_lost at the server: with the wrong contents")
{
	const struct pair p = associated(t);

	abort_association(t, p.client);
	expect(t, soon(t, comm_lost(p.server, PROTOCOL_VIOLATION)));
}

SHOWN(with_reason, "fail", "comm_lost at the server: with the wrong contents")
{
	const struct pair p = associated(t);

	abort_with(t, p.client, p.server, "enough");
	expect(t, soon(t, with_reason("too much", comm_lost(p.server, ANY))));
}

SHOWN(with_streams, "fail", "comm_up at the client: with the wrong contents")
{
	const struct pair p = strangers(t);

	start_connect(t, p.client, p.server, 0);
	expect(t, soon(t, with_streams(3, 3, comm_up(p.client))));
}

SHOWN(of_association_with, "fail", "comm_lost at the server: of the wrong association")
{
	const struct pair p = associated(t);
	struct peer *other = open_peer(t, A, "other", NULL);

	start_connect(t, other, p.server, 0);
	expect_all(t, soon(t, comm_up(other)), soon(t, comm_up(p.server)));
	abort_association(t, other);
	expect(t, soon(t, of_association_with(p.client, comm_lost(p.server, ANY))));
}

SHOWN_IN(&topology_two_paths_dual_stack, of_family, "fail", "addr_confirmed at the client")
{
	expect(t, within(between(0, s(10)), of_family(IPV4, addr_confirmed(associated(t).client, 0))));
}

SHOWN(send_failed, "fail", "send_failed at the client: instead of send_failed")
{
	const struct pair p = associated(t);

	inject(t, all_lost(0));
	inject(t, all_lost(1));
	struct flow *data = say(t, p.client, p.server);

	expect_undelivered(t, data);
	abort_association(t, p.client);
	expect(t, soon(t, comm_lost(p.client, ANY)));
	expect(t, soon(t, send_failed(p.client, data, 0, DATA_UNSENT)));
}

SHOWN(send_failed_event, "fail", "send_failed_event at the client: instead of send_failed_event")
{
	const struct pair p = associated(t);

	unsubscribe(t, p.client, SEND_FAILED);
	subscribe(t, p.client, SEND_FAILED_EVENT);
	inject(t, all_lost(0));
	inject(t, all_lost(1));
	struct flow *data = say(t, p.client, p.server);

	expect_undelivered(t, data);
	abort_association(t, p.client);
	expect(t, soon(t, comm_lost(p.client, ANY)));
	expect(t, soon(t, send_failed_event(p.client, data, 0, DATA_UNSENT)));
}

SHOWN(within, "fail", "comm_up at the client: too early")
{
	const struct pair p = strangers(t);

	start_connect(t, p.client, p.server, 0);
	expect(t, within(between(s(5), s(6)), comm_up(p.client)));
}

SHOWN(soon, "fail", "comm_up at the client: missing")
{
	const struct pair p = strangers(t);

	inject(t, chunks_lost(nth(1, INIT), 0, A_TO_B));
	start_connect(t, p.client, p.server, 0);
	expect(t, soon(t, comm_up(p.client)));
}
