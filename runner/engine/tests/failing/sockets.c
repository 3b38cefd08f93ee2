/* SPDX-License-Identifier: Apache-2.0 */
/* sockets.c - each verb of sockets and associations failing: those of case.h, sockets.h and waiting.h. */
#include "runner/engine/tests/failing/failing.h"

#include <errno.h>

/* ------------------------------------------------------------------ pairs */

static const struct peer_options taken = { .port = SERVER_PORT };

SHOWN(open_peer, "fail", "Address already in use")
{
	open_peer(t, B, "first", &taken);
	open_peer(t, B, "second", &taken);
}

SHOWN(strangers, "fail", "Address already in use")
{
	open_peer(t, B, "first", &taken);
	strangers(t);
}

SHOWN(strangers_with, "fail", "Address already in use")
{
	open_peer(t, A, "first", &taken);
	strangers_with(t, &taken, NULL);
}

SHOWN(associated, "fail", "comm_up at the client: missing")
{
	inject(t, all_lost(0));
	associated(t);
}

SHOWN(associated_with, "fail", "comm_up at the client: missing")
{
	inject(t, all_lost(0));
	associated_with(t, NULL, NULL);
}

SHOWN(associate, "fail", "comm_up at the client: missing")
{
	const struct pair p = strangers(t);

	inject(t, all_lost(0));
	associate(t, p);
}

SHOWN(confirm_addresses, "fail", "addr_confirmed at the client: missing")
{
	inject(t, all_lost(1));
	confirm_addresses(t, associated(t));
}

SHOWN(settled, "fail", "addr_confirmed at the client: missing")
{
	inject(t, all_lost(1));
	settled(t);
}

SHOWN(settled_with, "fail", "addr_confirmed at the client: missing")
{
	inject(t, all_lost(1));
	settled_with(t, NULL, NULL);
}

SHOWN(settle, "fail", "a message did not arrive in its time")
{
	const struct pair p = associated(t);

	inject(t, all_lost(0));
	settle(t, p);
}

/* ------------------------------------------------------------------ listen and connect */

static const struct peer_options one_to_one = { .one_to_one = true };

/* A pair of one-to-one sockets; the association is still to be accepted. */
static struct pair one_each(struct trial *t)
{
	const struct pair p =
		strangers_with(t, &one_to_one, &(struct peer_options){ .port = SERVER_PORT, .one_to_one = true });

	start_connect(t, p.client, p.server, 0);
	expect(t, soon(t, comm_up(p.client)));
	return p;
}

SHOWN(listen_on, "fail", "listen")
{
	listen_on(t, one_each(t).client);
}

SHOWN(listen_with_backlog, "fail", "listen")
{
	listen_with_backlog(t, one_each(t).client, 5);
}

SHOWN(expect_listen_refused, "fail", "listen at the client is not refused")
{
	expect_listen_refused(t, strangers(t).client, 5, EINVAL);
}

SHOWN(start_connect, "fail", "connect")
{
	const struct pair p = associated(t);

	start_connect(t, p.client, p.server, 0);
}

SHOWN(start_connect_several, "fail", "connect")
{
	const struct pair p = associated(t);

	start_connect_several(t, p.client, p.server, (const unsigned[]){ 0, 1 }, 2);
}

SHOWN(expect_connect_refused, "fail", "connect at the client is not refused")
{
	const struct pair p = strangers(t);

	expect_connect_refused(t, p.client, p.server, 0, EISCONN);
}

SHOWN(accept_peer, "fail", "there is no association to accept")
{
	const struct pair p =
		strangers_with(t, &one_to_one, &(struct peer_options){ .port = SERVER_PORT, .one_to_one = true });

	accept_peer(t, p.server, "accepted");
}

SHOWN(expect_nothing_to_accept, "fail", "accept at the server is not refused")
{
	expect_nothing_to_accept(t, one_each(t).server);
}

SHOWN(expect_accept_refused, "fail", "accept at the server is not refused")
{
	expect_accept_refused(t, one_each(t).server, EOPNOTSUPP);
}

SHOWN(peel_off, "fail", "peeloff")
{
	const struct pair p = associated(t);

	shut_down(t, p.client);
	expect(t, soon(t, shutdown_comp(p.client)));
	peel_off(t, p.client, p.server, "peeled");
}

SHOWN(expect_peel_off_refused, "fail", "peeloff at the client is not refused")
{
	const struct pair p = associated(t);

	expect_peel_off_refused(t, p.client, p.server, EINVAL);
}

/* ------------------------------------------------------------------ addresses */

static const struct peer_options on_path_0 = { .paths = 1 };

SHOWN(add_address, "fail", "bindx_add")
{
	add_address(t, strangers(t).client, 1); /* which it has */
}

SHOWN(expect_add_address_refused, "fail", "bindx_add at the client is not refused")
{
	expect_add_address_refused(t, strangers_with(t, &on_path_0, NULL).client, 1, EINVAL);
}

SHOWN(expect_bind_refused, "fail", "bind at the client is not refused")
{
	struct peer *client = open_peer(t, A, "client", &(struct peer_options){ .unbound = true });

	expect_bind_refused(t, client, 0, IPV4, EINVAL);
}

SHOWN(remove_address, "fail", "bindx_rem")
{
	remove_address(t, strangers_with(t, &on_path_0, NULL).client, 0); /* the last one */
}

SHOWN(expect_remove_address_refused, "fail", "bindx_rem at the client is not refused")
{
	expect_remove_address_refused(t, strangers(t).client, 1, EBUSY);
}

/* ------------------------------------------------------------------ ends */

SHOWN(shut_down, "fail", "eof")
{
	const struct pair p = strangers(t);

	shut_down(t, p.client);
}

SHOWN(abort_association, "fail", "abort")
{
	const struct pair p = strangers(t);

	abort_association(t, p.client);
}

SHOWN(shut_down_with, "fail", "eof")
{
	const struct pair p = strangers(t);

	shut_down_with(t, p.client, p.server);
}

SHOWN(abort_with, "fail", "abort")
{
	const struct pair p = strangers(t);

	abort_with(t, p.client, p.server, "enough");
}

SHOWN(close_peer, "fail", "shutdown_event at the server: where no event may come")
{
	close_peer(t, associated(t).client, CLOSE_GRACEFULLY);
	expect_quiet(t, ms(100));
}

SHOWN(shut_half, "fail", "shutdown")
{
	const struct pair p = strangers_with(t, &one_to_one, NULL);

	shut_half(t, p.client, SENDING);
}

SHOWN(expect_shut_half_refused, "fail", "shutdown at the client is not refused")
{
	expect_shut_half_refused(t, one_each(t).client, SENDING, ENOTCONN);
}

SHOWN(expect_end_of_reading, "fail", "reading has no end")
{
	expect_end_of_reading(t, associated(t).client);
}

/* ------------------------------------------------------------------ calls that wait */

SHOWN(start_blocking_send, "fail", "send of the client still waits")
{
	const struct pair p = associated(t);

	expect_waiting(t, start_blocking_send(t, p.client, p.server, 100));
}

SHOWN(start_blocking_connect, "fail", "connect of the client still waits")
{
	const struct pair p = strangers(t);
	struct waiting *connects = start_blocking_connect(t, p.client, p.server, 0);

	expect_at_both(t, p, soon(t, comm_up(EACH)));
	expect_waiting(t, connects);
}

SHOWN(start_lingering_close, "fail", "close of the client still waits")
{
	struct waiting *closes = start_lingering_close(t, associated(t).client, 3);

	expect_waiting(t, closes);
}

SHOWN(expect_waiting, "fail", "send of the client still waits")
{
	const struct pair p = associated(t);
	struct waiting *sends = start_blocking_send(t, p.client, p.server, 100);

	expect_delivered(t, flow_of(sends), promptly());
	expect_waiting(t, sends);
}

SHOWN(expect_returned, "fail", "send of the client comes back with another result")
{
	const struct pair p = associated(t);

	expect_returned(t, start_blocking_send(t, p.client, p.server, 100), EPIPE, shortly_after(now(t)));
}

/* Nothing is read there, so there is no room. */
SHOWN(expect_returned_in_time, "fail", "send of the client does not come back")
{
	const struct pair p = associated_with(t, &(struct peer_options){ .send_buffer = 20000 }, NULL);

	inject(t, all_lost(0));
	inject(t, all_lost(1));
	fill_send_buffer(t, p.client, p.server, &(struct traffic){ .count = 100, .size = 1000 });
	expect_returned(t, start_blocking_send(t, p.client, p.server, 1000), 0, shortly_after(now(t)));
}
