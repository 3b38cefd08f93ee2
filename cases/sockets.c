/* SPDX-License-Identifier: Apache-2.0 */
/* sockets.c - the calls of RFC 6458 sections 3, 4 and 9: one-to-one sockets, accept, peeling off, halves, bindx. */
#include "cases/clients.h"
#include "cases/requirements.h"
#include "runner/engine/case.h"

#include <errno.h>

static const struct peer_options one_to_one = { .one_to_one = true };

/* A one-to-one client whose association has been accepted; both have seen comm_up. */
static struct pair accepted(struct trial *t)
{
	struct pair p = strangers_with(t, &one_to_one, &one_to_one);

	start_connect(t, p.client, p.server, 0);
	expect(t, soon(t, comm_up(p.client)));
	p.server = accept_peer(t, p.server, "accepted");
	expect(t, soon(t, comm_up(p.server)));
	return p;
}

CASE(sockets, "one-to-one", .title = "A one-to-one server accepts an association, and both ends send and receive on it",
	.requirements = IDS(R_6458_4_1_01, R_6458_4_1_1_01, R_6458_4_1_4_01, R_6458_4_1_5_01),
	.topology = &topology_one_path)
{
	struct pair p = accepted(t);

	expect_delivered_both_ways(t, p);
	expect_established_at_both(t, p);
	close_peer(t, p.client, CLOSE_GRACEFULLY);
	expect_in_order(t, soon(t, shutdown_event(p.server)), soon(t, shutdown_comp(p.server)));
	expect_end_of_reading(t, p.server);
}

CASE(sockets, "accept-many", .title = "accept gives the associations of a one-to-one listener in their order",
	.requirements = IDS(R_6458_4_1_4_01, R_6458_4_1_3_01), .topology = &topology_one_path)
{
	struct peer *server =
		open_peer(t, B, "server", &(struct peer_options){ .port = SERVER_PORT, .one_to_one = true });
	struct pair pairs[3];
	static const char *const names[3][2] = { { "client 0", "end 0" }, { "client 1", "end 1" },
		{ "client 2", "end 2" } };

	listen_on(t, server);
	expect_nothing_to_accept(t, server);
	for (size_t i = 0; i < 3; i++) {
		pairs[i].client = open_peer(t, A, names[i][0], &one_to_one);
		start_connect(t, pairs[i].client, server, 0);
		expect(t, soon(t, comm_up(pairs[i].client)));
	}
	for (size_t i = 0; i < 3; i++) {
		pairs[i].server = accept_peer(t, server, names[i][1]);
		expect(t, soon(t, of_association_with(pairs[i].client, comm_up(pairs[i].server))));
	}
	expect_nothing_to_accept(t, server);
	for (size_t i = 0; i < 3; i++)
		expect_delivered_both_ways(t, pairs[i]);
}

CASE(sockets, "accept-one-to-many", .title = "accept on a one-to-many socket is EOPNOTSUPP",
	.requirements = IDS(R_6458_3_1_3_02), .topology = &topology_one_path)
{
	struct pair p = associated(t);

	expect_accept_refused(t, p.server, EOPNOTSUPP);
	expect_delivered_both_ways(t, p);
}

CASE(sockets, "peel-off", .title = "A peeled-off association lives on when the socket it came from is closed",
	.requirements = IDS(R_6458_9_2_01, R_6458_9_2_02, R_6458_3_1_03, R_6458_3_1_5_04),
	.topology = &topology_one_path)
{
	struct pair p = associated(t);
	struct peer *other = open_peer(t, A, "other client", NULL);

	start_connect(t, other, p.server, 0);
	expect_all(t, soon(t, comm_up(other)), soon(t, of_association_with(other, comm_up(p.server))));
	struct peer *peeled = peel_off(t, p.server, p.client, "peeled");
	expect_peel_off_refused(t, p.server, p.client, EINVAL);
	expect_delivered_both_ways(t, (struct pair){ p.client, peeled });
	expect_delivered_both_ways(t, (struct pair){ other, p.server });
	close_peer(t, p.server, CLOSE_GRACEFULLY);
	expect_in_order(t, soon(t, shutdown_event(other)), soon(t, shutdown_comp(other)));
	expect_delivered_both_ways(t, (struct pair){ p.client, peeled });
	close_peer(t, peeled, CLOSE_GRACEFULLY);
	expect_in_order(t, soon(t, shutdown_event(p.client)), soon(t, shutdown_comp(p.client)));
}

CASE(sockets, "shutdown-comp-late",
	.title = "A one-to-one socket comes to its end of reading when the peer shuts down, and gets shutdown_comp a "
		 "round trip later",
	.requirements = IDS(R_6458_6_1_1_05), .topology = &topology_one_path)
{
	struct pair p = accepted(t);

	settle(t, p);
	const vtime closed = inject(t, all_slow(ms(200), 0, BOTH_WAYS));
	close_peer(t, p.client, CLOSE_GRACEFULLY);
	/* SHUTDOWN, SHUTDOWN ACK, SHUTDOWN COMPLETE */
	expect(t, within(after(closed, between(ms(200), ms(250))), shutdown_event(p.server)));
	expect_end_of_reading(t, p.server);
	expect(t, within(after(closed, between(ms(600), ms(650))), shutdown_comp(p.server)));
}

CASE(sockets, "shut-sending", .title = "To shut the half of sending shuts the association down; more is refused",
	.requirements = IDS(R_6458_4_1_7_02), .topology = &topology_one_path)
{
	struct pair p = accepted(t);

	expect_delivered_both_ways(t, p);
	shut_half(t, p.client, SENDING);
	expect_in_order(t, soon(t, shutdown_event(p.server)), soon(t, shutdown_comp(p.server)));
	expect(t, soon(t, shutdown_comp(p.client)));
	expect_refused(t, p.client, p.server, &(struct traffic){ 0 }, EPIPE);
	expect_exchange(t, A, SHUTDOWN, B, SHUTDOWN_ACK, A, SHUTDOWN_COMPLETE);
}

CASE(sockets, "shut-receiving", .title = "To shut the half of receiving sends nothing",
	.requirements = IDS(R_6458_4_1_7_01), .topology = &topology_one_path)
{
	struct pair p = accepted(t);

	expect_delivered_both_ways(t, p);
	expect_quiet(t, s(1));
	const vtime shut = now(t);
	shut_half(t, p.server, RECEIVING);
	expect_quiet(t, s(1));
	expect_delivered(t, say(t, p.server, p.client), promptly());
	expect_not_sent(t, B, 0, SHUTDOWN, since(t, shut));
	expect_not_sent(t, B, 0, ABORT, since(t, shut));
}

CASE(sockets, "connect-twice", .title = "A one-to-one socket that is connected cannot connect again",
	.requirements = IDS(R_6458_4_1_5_01, R_6458_4_01), .topology = &topology_one_path)
{
	struct pair p = accepted(t);

	expect_connect_refused(t, p.client, p.server, 0, EISCONN);
	expect_delivered_both_ways(t, p);
}

CASE(sockets, "connect-blocking", .title = "connect returns ECONNREFUSED when nobody listens, and 0 when somebody does",
	.requirements = IDS(R_6458_4_1_5_01), .topology = &topology_one_path)
{
	struct peer *server =
		open_peer(t, B, "server", &(struct peer_options){ .port = SERVER_PORT, .one_to_one = true });
	struct peer *refused = open_peer(t, A, "refused", &one_to_one),
		    *client = open_peer(t, A, "client", &one_to_one);

	expect_returned(t, start_blocking_connect(t, refused, server, 0), ECONNREFUSED, shortly_after(now(t)));
	expect_all(t, soon(t, cant_assoc(refused, ANY)), soon(t, socket_error(refused, ECONNREFUSED)));
	listen_on(t, server);
	expect_returned(t, start_blocking_connect(t, client, server, 0), 0, shortly_after(now(t)));
	expect(t, soon(t, comm_up(client)));
	struct peer *end = accept_peer(t, server, "accepted");
	expect(t, soon(t, comm_up(end)));
	expect_delivered_both_ways(t, (struct pair){ client, end });
}

CASE(sockets, "many-clients", .title = "One socket carries a hundred associations, each with an id of its own",
	.requirements = IDS(R_6458_3_1_01, R_6458_6_1_1_10, R_6458_6_2_1_04, R_9260_3_3_10_12_01, R_9260_3_3_10_12_02),
	.topology = &topology_one_path)
{
	struct peer *server = open_peer(t, B, "server", &(struct peer_options){ .port = SERVER_PORT });
	struct peer *clients[CLIENTS];

	listen_on(t, server);
	for (unsigned i = 0; i < CLIENTS; i++)
		clients[i] = connect_client(t, server, i, NULL);
	for (int i = 0; i < CLIENTS; i += 10)
		expect_delivered_both_ways(t, (struct pair){ clients[i], server });
	shut_down_with(t, server, clients[50]);
	expect_in_order(t, soon(t, shutdown_event(clients[50])), soon(t, shutdown_comp(clients[50])));
	expect(t, soon(t, of_association_with(clients[50], shutdown_comp(server))));
	abort_with(t, server, clients[51], "enough of you");
	expect(t, soon(t, with_reason("enough of you", comm_lost(clients[51], USER_INITIATED_ABORT))));
	expect(t, soon(t, of_association_with(clients[51], comm_lost(server, USER_INITIATED_ABORT))));
	expect_delivered_both_ways(t, (struct pair){ clients[52], server });
}

CASE(sockets, "bindx-without-asconf",
	.title = "An address added to or removed from a socket with an association is none of that association's",
	.requirements = IDS(R_6458_9_1_01, R_6458_9_1_02), .topology = &topology_two_paths)
{
	struct pair p = associated_with(t, &(struct peer_options){ .paths = 1 }, NULL);

	confirm_addresses(t, p);
	settle(t, p);
	add_address(t, p.client, 1);
	expect_add_address_refused(t, p.client, 1, EINVAL);
	remove_address(t, p.client, 1);
	expect_delivered_both_ways(t, p);
	expect_quiet(t, s(10));
}

CASE(sockets, "bindx-last", .title = "The last address of a socket cannot be removed: EINVAL",
	.requirements = IDS(R_6458_9_1_04), .topology = &topology_one_path)
{
	struct pair p = associated(t);

	expect_remove_address_refused(t, p.client, 0, EINVAL);
	expect_delivered_both_ways(t, p);
}

CASE(sockets, "linger", .title = "close with linger comes back when the association has been shut down",
	.requirements = IDS(R_6458_4_1_6_01), .topology = &topology_one_path)
{
	struct pair p = accepted(t);

	expect_delivered_both_ways(t, p);
	expect_returned(t, start_lingering_close(t, p.client, 30), 0, shortly_after(now(t)));
	expect_in_order(t, soon(t, shutdown_event(p.server)), soon(t, shutdown_comp(p.server)));
}

CASE(sockets, "backlog-none", .title = "listen with a backlog of 0 refuses new associations, and keeps the others",
	.requirements = IDS(R_6458_3_1_3_01), .topology = &topology_one_path)
{
	struct pair p = associated(t);
	struct peer *late = open_peer(t, A, "late client", NULL);

	listen_with_backlog(t, p.server, 0);
	start_connect(t, late, p.server, 0);
	expect(t, soon(t, cant_assoc(late, ANY)));
	expect_exchange(t, A, INIT, B, ABORT);
	expect_delivered_both_ways(t, p);
	listen_with_backlog(t, p.server, 5);
	start_connect(t, late, p.server, 0);
	expect_all(t, soon(t, comm_up(late)), soon(t, of_association_with(late, comm_up(p.server))));
}

/* ------------------------------------------------------------------ halves */

CASE(sockets, "shut-both", .title = "To shut both halves shuts the association down",
	.requirements = IDS(R_6458_4_1_7_03), .topology = &topology_one_path)
{
	struct pair p = accepted(t);

	expect_delivered_both_ways(t, p);
	shut_half(t, p.client, BOTH);
	expect_in_order(t, soon(t, shutdown_event(p.server)), soon(t, shutdown_comp(p.server)));
	expect_refused(t, p.client, p.server, &(struct traffic){ 0 }, EPIPE);
	expect_exchange(t, A, SHUTDOWN, B, SHUTDOWN_ACK, A, SHUTDOWN_COMPLETE);
}

CASE(sockets, "shut-sending-data-queued", .title = "What was sent before the half of sending is shut arrives",
	.requirements = IDS(R_6458_4_1_7_02, R_9260_9_2_01), .topology = &topology_one_path)
{
	struct pair p = accepted(t);

	expect_delivered_both_ways(t, p);
	struct flow *flow = send_messages(t, p.client, p.server, &(struct traffic){ .count = 40, .size = 1000 });
	shut_half(t, p.client, SENDING);
	expect_delivered(t, flow, promptly());
	expect_in_order(t, soon(t, shutdown_event(p.server)), soon(t, shutdown_comp(p.server)));
	expect(t, soon(t, shutdown_comp(p.client)));
	expect_end_of_reading(t, p.server);
}

CASE(sockets, "shut-sending-reads-on",
	.title = "With the half of sending shut, what the peer had queued is still received",
	.requirements = IDS(R_6458_4_1_7_04, R_6458_3_1_4_07, R_9260_9_2_16), .topology = &topology_one_path)
{
	struct pair p = accepted(t);

	expect_delivered_both_ways(t, p);
	struct flow *flow = send_messages(t, p.server, p.client, &(struct traffic){ .count = 40, .size = 1000 });
	shut_half(t, p.client, SENDING);
	expect_delivered(t, flow, promptly());
	expect(t, soon(t, shutdown_comp(p.client)));
	expect_in_order(t, soon(t, shutdown_event(p.server)), soon(t, shutdown_comp(p.server)));
}

CASE(sockets, "shut-sending-path-dead",
	.title = "A half of sending that is shut while the path is dead ends when it works",
	.requirements = IDS(R_6458_4_1_7_02, R_9260_9_2_05), .topology = &topology_one_path)
{
	struct pair p = accepted(t);

	settle(t, p);
	const vtime lost = inject(t, all_lost(0));
	shut_half(t, p.client, SENDING);
	expect_quiet(t, ms(500));
	mend(t, all_lost(0));
	const struct window again = after(lost, t3_rtx(t, doubled(0)));
	expect_in_order(t, within(again, shutdown_event(p.server)), within(again, shutdown_comp(p.server)));
	expect(t, within(again, shutdown_comp(p.client)));
	expect_sent_exactly(t, 2, A, 0, SHUTDOWN, since(t, lost));
}

/* ------------------------------------------------------------------ linger */

CASE(sockets, "linger-path-dead",
	.title = "close with linger comes back after its time, and the association goes on to end",
	.requirements = IDS(R_6458_4_1_6_01, R_6458_8_1_4_03, R_9260_9_2_05), .topology = &topology_one_path)
{
	struct pair p = accepted(t);

	settle(t, p);
	const vtime lost = inject(t, all_lost(0));
	struct waiting *closes = start_lingering_close(t, p.client, 2);
	expect_quiet(t, s(1));
	expect_waiting(t, closes);
	expect_returned(t, closes, 0, after(lost, allowing(ms(500), timer_window(s(2)))));
	/* SHUTDOWN has been lost at once and after 1 s; it is sent again after 3 s */
	mend(t, all_lost(0));
	const struct window again = after(lost, window_sum(t3_rtx(t, doubled(0)), t3_rtx(t, doubled(1))));
	expect_in_order(t, within(again, shutdown_event(p.server)), within(again, shutdown_comp(p.server)));
	expect_sent_exactly(t, 3, A, 0, SHUTDOWN, since(t, lost));
}

CASE(sockets, "linger-path-mended", .title = "close with linger comes back as soon as the peer has answered",
	.requirements = IDS(R_6458_4_1_6_01), .topology = &topology_one_path)
{
	struct pair p = accepted(t);

	settle(t, p);
	const vtime lost = inject(t, all_lost(0));
	struct waiting *closes = start_lingering_close(t, p.client, 30);
	expect_quiet(t, ms(500));
	mend(t, all_lost(0));
	const struct window again = after(lost, t3_rtx(t, doubled(0)));
	expect_returned(t, closes, 0, again);
	expect_in_order(t, within(again, shutdown_event(p.server)), within(again, shutdown_comp(p.server)));
}

/* ------------------------------------------------------------------ backlog, ports, refusals */

CASE(sockets, "backlog-full", .title = "Associations beyond a one-to-one listener's backlog are refused",
	.requirements = IDS(R_6458_4_1_3_01), .topology = &topology_one_path)
{
	struct peer *server =
		open_peer(t, B, "server", &(struct peer_options){ .port = SERVER_PORT, .one_to_one = true });
	struct peer *first = open_peer(t, A, "first", &one_to_one), *second = open_peer(t, A, "second", &one_to_one),
		    *third = open_peer(t, A, "third", &one_to_one);

	/* Linux lets one more wait than the backlog says */
	listen_with_backlog(t, server, 1);
	start_connect(t, first, server, 0);
	expect(t, soon(t, comm_up(first)));
	start_connect(t, second, server, 0);
	expect(t, soon(t, comm_up(second)));
	start_connect(t, third, server, 0);
	expect_all(t, soon(t, cant_assoc(third, ANY)), soon(t, socket_error(third, ECONNREFUSED)));
	struct peer *end = accept_peer(t, server, "accepted");
	expect(t, soon(t, of_association_with(first, comm_up(end))));
	expect_delivered_both_ways(t, (struct pair){ first, end });
}

CASE(sockets, "backlog-none-one-to-one", .title = "listen with a backlog of 0 stops a one-to-one socket accepting",
	.requirements = IDS(R_6458_4_1_3_02), .topology = &topology_one_path)
{
	struct peer *server =
		open_peer(t, B, "server", &(struct peer_options){ .port = SERVER_PORT, .one_to_one = true });
	struct peer *client = open_peer(t, A, "client", &one_to_one);

	listen_on(t, server);
	listen_with_backlog(t, server, 0);
	start_connect(t, client, server, 0);
	expect_all(t, soon(t, cant_assoc(client, ANY)), soon(t, socket_error(client, ECONNREFUSED)));
	expect_exchange(t, A, INIT, B, ABORT);
}

struct reused {
	struct row row;
	enum { BY_SHUTDOWN, BY_ABORT, BY_CLOSE } by;
};

static const struct reused reuseds[] = {
	{ ROW("port-again-after-shutdown", "A port is free again as soon as its association was shut down"),
		.by = BY_SHUTDOWN },
	{ ROW("port-again-after-abort", "A port is free again as soon as its association was aborted"),
		.by = BY_ABORT },
	{ ROW("port-again-after-close", "A port is free again as soon as its socket was closed"), .by = BY_CLOSE },
};

FAMILY(sockets, reuseds,
	.requirements = IDS(R_9260_5_3_1_04, /* a new tag for each association */ R_6458_3_1_2_05, R_6458_3_1_02),
	.topology = &topology_one_path)
{
	const struct reused *reused = row;
	struct pair p = settled_with(t, &(struct peer_options){ .port = 6000 }, NULL);

	if (reused->by == BY_ABORT) {
		abort_association(t, p.client);
		expect_at_both(t, p, soon(t, comm_lost(EACH, USER_INITIATED_ABORT)));
	} else if (reused->by == BY_SHUTDOWN) {
		shut_down(t, p.client);
		expect(t, soon(t, shutdown_comp(p.client)));
		expect_in_order(t, soon(t, shutdown_event(p.server)), soon(t, shutdown_comp(p.server)));
	}
	close_peer(t, p.client, CLOSE_GRACEFULLY);
	if (reused->by == BY_CLOSE)
		expect_in_order(t, soon(t, shutdown_event(p.server)), soon(t, shutdown_comp(p.server)));
	never(t, restarted(p.server));
	p.client = open_peer(t, A, "next client", &(struct peer_options){ .port = 6000 });
	start_connect(t, p.client, p.server, 0);
	expect_at_both(t, p, soon(t, comm_up(EACH)));
	settle(t, p);
}

CASE(sockets, "before-listen", .title = "A bound one-to-one socket refuses INIT with ABORT until it listens",
	.requirements = IDS(R_6458_4_1_2_04, R_6458_3_1_2_07), .topology = &topology_one_path)
{
	struct peer *server =
		open_peer(t, B, "server", &(struct peer_options){ .port = SERVER_PORT, .one_to_one = true });
	struct peer *early = open_peer(t, A, "early", &one_to_one), *client = open_peer(t, A, "client", &one_to_one);

	start_connect(t, early, server, 0);
	expect_all(t, soon(t, cant_assoc(early, ANY)), soon(t, socket_error(early, ECONNREFUSED)));
	expect_exchange(t, A, INIT, B, ABORT);
	listen_on(t, server);
	start_connect(t, client, server, 0);
	expect(t, soon(t, comm_up(client)));
	struct peer *end = accept_peer(t, server, "accepted");
	expect(t, soon(t, comm_up(end)));
	expect_delivered_both_ways(t, (struct pair){ client, end });
}

CASE(sockets, "connect-several", .title = "Several connects on one socket make an association with each peer",
	.requirements = IDS(R_6458_3_1_6_01, R_6458_3_1_6_02, R_6458_3_1_01), .topology = &topology_one_path)
{
	enum { SERVERS = 5 };
	struct peer *client = open_peer(t, A, "client", NULL), *servers[SERVERS];

	for (unsigned i = 0; i < SERVERS; i++) {
		char name[16];

		snprintf(name, sizeof(name), "server %u", i);
		servers[i] = open_peer(t, B, name, &(struct peer_options){ .port = (uint16_t)(SERVER_PORT + i) });
		listen_on(t, servers[i]);
		start_connect(t, client, servers[i], 0);
		expect_all(t, soon(t, of_association_with(servers[i], comm_up(client))), soon(t, comm_up(servers[i])));
	}
	for (unsigned i = 0; i < SERVERS; i++)
		expect_delivered_both_ways(t, (struct pair){ client, servers[i] });
	expect_option(t, client, SCTP_GET_ASSOC_NUMBER, FUTURE, IS(value, SERVERS));
	abort_with(t, servers[2], client, "");
	expect(t, soon(t, comm_lost(servers[2], USER_INITIATED_ABORT)));
	expect(t, soon(t, of_association_with(servers[2], comm_lost(client, USER_INITIATED_ABORT))));
	close_peer(t, client, CLOSE_GRACEFULLY);
	for (unsigned i = 0; i < SERVERS; i++)
		if (i != 2)
			expect_in_order(t, soon(t, shutdown_event(servers[i])), soon(t, shutdown_comp(servers[i])));
}
