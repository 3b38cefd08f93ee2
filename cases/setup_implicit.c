/* SPDX-License-Identifier: Apache-2.0 */
/* setup_implicit.c - associations that a message sets up (RFC 6458 sections 7.5, 5.3.1); sockets without bind(2). */
#include "cases/requirements.h"
#include "runner/engine/case.h"

#include <errno.h>

/* ------------------------------------------------------------------ by a message */

struct implicitly {
	struct row row;
	struct traffic traffic;
	int outbound; /* streams that comm_up tells the client; 0: the default */
};

static const struct implicitly implicitlies[] = {
	{ ROW("implicit-sendto", "A message to an address without control messages sets an association up, and arrives",
		  R_6458_7_5_01),
		.traffic = { .by_default = true } },
	{ ROW("implicit-sndinfo", "A message to an address with SCTP_SNDINFO sets an association up, and arrives",
		  R_6458_7_5_01, R_6458_9_12_02),
		.traffic = { .infos = WITH_SNDINFO, .setup.implicit = true, .first_stream = 3, .ppid = 77 } },
	{ ROW("implicit-sndrcv", "A message to an address with SCTP_SNDRCV sets an association up, and arrives",
		  R_6458_7_5_01, R_6458_9_11_01),
		.traffic = { .infos = WITH_SNDRCV, .setup.implicit = true, .first_stream = 3, .ppid = 77 } },
	{ ROW("implicit-fragments", "A message of fragments sets an association up, and arrives", R_6458_7_5_01),
		.traffic = { .setup.implicit = true, .size = 10000 } },
	{ ROW("implicit-many", "Messages to an address set one association up, and arrive in their order",
		  R_6458_7_5_01, R_6458_3_1_4_02),
		.traffic = { .setup.implicit = true, .count = 20, .size = 500 } },
	{ ROW("implicit-init", "SCTP_INIT of the message says how many streams are asked for", R_6458_7_5_04,
		  R_6458_5_3_1_01, R_6458_3_1_4_04),
		.traffic = { .setup = { .implicit = true, .with_init = true, .streams = 5 } }, .outbound = 5 },
	{ ROW("implicit-init-one-stream", "SCTP_INIT may ask for a single stream", R_6458_7_5_04, R_6458_5_3_1_01),
		.traffic = { .setup = { .implicit = true, .with_init = true, .streams = 1 } }, .outbound = 1 },
	{ ROW("implicit-init-zero", "An SCTP_INIT of zeros leaves everything as the socket has it", R_6458_7_5_04,
		  R_6458_5_3_1_01, R_6458_5_3_1_02),
		.traffic = { .setup = { .implicit = true, .with_init = true } } },
};

FAMILY(setup, implicitlies, .requirements = IDS(R_6458_7_5_02, R_6458_3_1_4_02), .topology = &topology_one_path)
{
	const struct implicitly *it = row;
	const struct pair p = strangers(t);
	const int outbound = it->outbound != 0 ? it->outbound : 10;
	const vtime began = now(t);
	struct flow *flow = send_messages(t, p.client, p.server, &it->traffic);

	expect_all(t, soon(t, with_streams(ANY, outbound, comm_up(p.client))),
		soon(t, with_streams(outbound, ANY, comm_up(p.server))));
	expect_delivered(t, flow, promptly());
	expect_sent_exactly(t, 1, A, 0, INIT, since(t, began));
	expect_delivered_both_ways(t, p);
	expect_option(t, p.client, SCTP_GET_ASSOC_NUMBER, FUTURE, IS(value, 1));
}

CASE(setup, "implicit-init-inbound", .title = "SCTP_INIT of a message limits the streams that the peer may have",
	.requirements = IDS(R_6458_5_3_1_02, R_6458_7_5_04), .topology = &topology_one_path)
{
	const struct pair p = strangers(t);
	struct flow *flow = send_messages(t, p.client, p.server,
		&(struct traffic){
			.setup = { .implicit = true, .with_init = true, .streams = 6, .max_instreams = 2 } });

	expect_all(t, soon(t, with_streams(2, 6, comm_up(p.client))), soon(t, with_streams(6, 2, comm_up(p.server))));
	expect_delivered(t, flow, promptly());
	expect_refused(t, p.server, p.client, &(struct traffic){ .first_stream = 2 }, EINVAL);
	expect_delivered(t, send_messages(t, p.server, p.client, &(struct traffic){ .first_stream = 1 }), promptly());
}

CASE(setup, "implicit-init-this-one-only",
	.title = "SCTP_INIT of a message is of that association, not of the next ones",
	.requirements = IDS(R_6458_3_1_4_04, R_6458_8_1_3_01), .topology = &topology_one_path)
{
	const struct pair p = strangers(t);
	struct peer *next = open_peer(t, B, "next server", &(struct peer_options){ .port = SERVER_PORT + 1 });

	listen_on(t, next);
	struct flow *flow = send_messages(t, p.client, p.server,
		&(struct traffic){ .setup = { .implicit = true, .with_init = true, .streams = 3 } });
	expect_all(t, soon(t, with_streams(10, 3, comm_up(p.client))), soon(t, comm_up(p.server)));
	expect_delivered(t, flow, promptly());
	expect_option(t, p.client, SCTP_INITMSG, FUTURE, IS(sinit_num_ostreams, 10));
	flow = send_messages(t, p.client, next, &(struct traffic){ .setup = { .implicit = true } });
	expect_all(
		t, soon(t, of_association_with(next, with_streams(10, 10, comm_up(p.client)))), soon(t, comm_up(next)));
	expect_delivered(t, flow, promptly());
}

static void gives_up(struct trial *t, const struct setup_by_message *setup, unsigned inits, struct window window)
{
	const struct pair p = strangers(t);
	const vtime lost = inject(t, all_lost(0));
	struct flow *flow = send_messages(t, p.client, p.server, &(struct traffic){ .setup = *setup });

	expect_undelivered(t, flow);
	expect_all(t, within(after(lost, window), cant_assoc(p.client, ANY)),
		within(after(lost, window), send_failed(p.client, flow, 0, DATA_UNSENT)));
	expect_sent_exactly(t, inits, A, 0, INIT, since(t, lost));
}

/* RTO.Initial is 3 s. */
VARIANT(setup, "implicit-init-attempts",
	gives_up(t, &(struct setup_by_message){ .implicit = true, .with_init = true, .max_attempts = 2 }, 3,
		window_sum(window_sum(timer_window(s(3)), timer_window(s(6))), timer_window(s(12)))),
	.title = "SCTP_INIT of a message says how often INIT is sent again before the message comes back unsent",
	.requirements = IDS(R_6458_5_3_1_03, R_6458_7_5_04, R_6458_6_1_1_06), .topology = &topology_one_path)
VARIANT(setup, "implicit-init-timeo",
	gives_up(t,
		&(struct setup_by_message){
			.implicit = true, .with_init = true, .max_attempts = 3, .max_init_timeo_ms = 4000 },
		4,
		window_sum(window_sum(timer_window(s(3)), timer_window(s(4))),
			window_sum(timer_window(s(4)), timer_window(s(4))))),
	.title = "SCTP_INIT of a message bounds the RTO of its INITs",
	.requirements = IDS(R_6458_5_3_1_04, R_6458_5_3_1_03), .topology = &topology_one_path)

CASE(setup, "implicit-two-addresses",
	.title = "SCTP_DSTADDRV4 gives a second address of the peer: where the first is dead INIT goes to it",
	.requirements = IDS(R_6458_5_3_9_01, R_6458_9_12_02, R_9260_5_1_03), .topology = &topology_two_paths)
{
	const struct pair p = strangers(t);
	const vtime lost = inject(t, all_lost(0));
	const struct window up = window_sum(after(lost, init_second_address(t)), between(0, promptly().to));
	struct flow *flow = send_messages(
		t, p.client, p.server, &(struct traffic){ .setup = { .implicit = true, .further_paths = 2 } });

	expect_at_both(t, p, within(up, comm_up(EACH)));
	expect_delivered(t, flow, window_sum(init_second_address(t), promptly()));
	expect_sent_exactly(t, 1, A, 0, INIT, since(t, lost));
	expect_sent_exactly(t, 1, A, 1, INIT, since(t, lost));
	expect_path_state(t, p.client, 0, PATH_ACTIVE);
}

CASE(setup, "implicit-two-addresses-ipv6",
	.title = "SCTP_DSTADDRV6 gives a second address of the peer: where the first is dead INIT goes to it",
	.requirements = IDS(R_6458_5_3_10_01, R_6458_9_12_02, R_9260_5_1_03), .tags = TAGS("ipv6"),
	.topology = &topology_two_paths_ipv6)
{
	const struct pair p = strangers(t);
	const vtime lost = inject(t, all_lost(0));
	const struct window up = window_sum(after(lost, init_second_address(t)), between(0, promptly().to));
	struct flow *flow = send_messages(
		t, p.client, p.server, &(struct traffic){ .setup = { .implicit = true, .further_paths = 2 } });

	expect_at_both(t, p, within(up, comm_up(EACH)));
	expect_delivered(t, flow, window_sum(init_second_address(t), promptly()));
	expect_sent_exactly(t, 1, A, 1, INIT, since(t, lost));
}

CASE(setup, "implicit-nobody-listens", .title = "A message to somebody who does not listen comes back unsent",
	.requirements = IDS(R_6458_7_5_01, R_6458_6_1_1_06), .topology = &topology_one_path)
{
	struct peer *server = open_peer(t, B, "server", &(struct peer_options){ .port = SERVER_PORT });
	struct peer *client = open_peer(t, A, "client", NULL);
	struct flow *flow = send_messages(t, client, server, &(struct traffic){ .setup.implicit = true });

	expect_undelivered(t, flow);
	expect_all(t, soon(t, cant_assoc(client, ANY)), soon(t, send_failed(client, flow, 0, DATA_UNSENT)));
	expect_exchange(t, A, INIT, B, ABORT);
}

CASE(setup, "implicit-without-octets",
	.title = "A message without octets to somebody with whom there is no association sets one up",
	.requirements = IDS(R_6458_3_1_4_03), .topology = &topology_one_path)
{
	const struct pair p = strangers(t);

	set_up_by_message(t, p.client, p.server, &(struct setup_by_message){ .with_init = true, .streams = 5 });
	expect_all(t, soon(t, with_streams(10, 5, comm_up(p.client))), soon(t, comm_up(p.server)));
	expect_delivered_both_ways(t, p);
}

CASE(setup, "implicit-eof-refused", .title = "SCTP_EOF and SCTP_ABORT without an association are refused",
	.requirements = IDS(R_6458_3_1_4_05), .topology = &topology_one_path)
{
	const struct pair p = strangers(t);
	const vtime began = now(t);

	expect_end_refused(t, p.client, p.server, 0, END_BY_EOF, EINVAL);
	expect_end_refused(t, p.client, p.server, 0, END_BY_ABORT, EINVAL);
	expect_quiet(t, s(1));
	expect_not_sent(t, A, 0, INIT, since(t, began));
	expect_not_sent(t, A, 0, ABORT, since(t, began));
}

CASE(setup, "implicit-stream-refused",
	.title = "A message on a stream that SCTP_INIT does not ask for is refused, and sets nothing up",
	.requirements = IDS(R_6458_5_3_4_01, R_6458_5_3_1_01), .topology = &topology_one_path)
{
	const struct pair p = strangers(t);
	const vtime began = now(t);

	expect_refused(t, p.client, p.server,
		&(struct traffic){ .first_stream = 5, .setup = { .implicit = true, .with_init = true, .streams = 5 } },
		EINVAL);
	expect_quiet(t, s(1));
	expect_not_sent(t, A, 0, INIT, since(t, began));
	expect_no_association(t, p.client);
}

/* ------------------------------------------------------------------ without bind(2) */

static void comes_up_unbound(struct trial *t, bool by_message, bool one_to_one)
{
	const struct pair p =
		strangers_with(t, &(struct peer_options){ .unbound = true, .one_to_one = one_to_one }, NULL);
	struct flow *flow = NULL;

	if (by_message)
		flow = send_messages(t, p.client, p.server, &(struct traffic){ .setup.implicit = true });
	else
		start_connect(t, p.client, p.server, 0);
	expect_at_both(t, p, soon(t, comm_up(EACH)));
	if (flow != NULL)
		expect_delivered(t, flow, promptly());
	confirm_addresses(t, p);
	/* all addresses of its host are the peer's */
	expect_peer_addresses(t, p.server, 3, AS_IPV4);
	expect_delivered_both_ways(t, p);
}

#define UNBOUND(name, what, by_message, one_to_one, requirement)           \
	VARIANT(setup, name, comes_up_unbound(t, by_message, one_to_one),  \
		.title = what " has a port and all addresses of its host", \
		.requirements = IDS(requirement, R_6458_3_1_2_04), .topology = &topology_two_paths)

UNBOUND("unbound-message", "A socket that is not bound and sends", true, false, R_6458_3_1_2_06)
UNBOUND("unbound-connect", "A socket that is not bound and connects", false, false, R_6458_3_1_2_06)
UNBOUND("unbound-one-to-one", "A one-to-one socket that is not bound and connects", false, true, R_6458_4_1_5_03)

/* ------------------------------------------------------------------ bind(2) twice */

CASE(setup, "bound-twice", .title = "A socket that is bound cannot be bound again, also not to the same address",
	.requirements = IDS(R_6458_3_1_2_03), .topology = &topology_two_paths)
{
	struct peer *peer = open_peer(t, A, "socket", &(struct peer_options){ .paths = 1 });

	expect_bind_refused(t, peer, 0, IPV4, EINVAL);
	expect_bind_refused(t, peer, 1, IPV4, EINVAL);
	expect_own_addresses(t, peer, 1, AS_IPV4);
	expect_quiet(t, ms(100));
}

CASE(setup, "bound-twice-one-to-one", .title = "A one-to-one socket that is bound cannot be bound again",
	.requirements = IDS(R_6458_4_1_2_01), .topology = &topology_two_paths)
{
	struct peer *peer = open_peer(t, A, "socket", &(struct peer_options){ .paths = 1, .one_to_one = true });

	expect_bind_refused(t, peer, 0, IPV4, EINVAL);
	expect_bind_refused(t, peer, 1, IPV4, EINVAL);
	expect_own_addresses(t, peer, 1, AS_IPV4);
	expect_quiet(t, ms(100));
}

CASE(setup, "bound-while-associated", .title = "A socket with an association cannot be bound again, and it goes on",
	.requirements = IDS(R_6458_3_1_2_03), .topology = &topology_two_paths)
{
	const struct pair p = associated(t);

	expect_bind_refused(t, p.client, 1, IPV4, EINVAL);
	expect_delivered_both_ways(t, p);
}

static void wrong_family(struct trial *t, bool one_to_one)
{
	struct peer *peer = open_peer(
		t, A, "socket", &(struct peer_options){ .family = IPV4, .unbound = true, .one_to_one = one_to_one });

	expect_bind_refused(t, peer, 0, IPV6, EINVAL);
	expect_quiet(t, ms(100));
}

VARIANT(setup, "bound-wrong-family", wrong_family(t, false),
	.title = "An IPv4 socket cannot be bound to an IPv6 address", .requirements = IDS(R_6458_3_1_2_02),
	.topology = &topology_two_paths_dual_stack)
VARIANT(setup, "bound-wrong-family-one-to-one", wrong_family(t, true),
	.title = "A one-to-one IPv4 socket cannot be bound to an IPv6 address", .requirements = IDS(R_6458_4_1_2_02),
	.topology = &topology_two_paths_dual_stack)

/* ------------------------------------------------------------------ which addresses */

CASE(setup, "one-address-of-two-each",
	.title = "INIT and INIT ACK without addresses in them give the peer the one that they came from",
	.requirements = IDS(R_9260_3_3_2_1_2_04, R_9260_3_3_3_29, R_9260_5_1_2_01), .topology = &topology_two_paths)
{
	const struct peer_options first = { .paths = 1 };
	const struct pair p = strangers_with(t, &first, &(struct peer_options){ .paths = 1, .port = SERVER_PORT });

	associate(t, p);
	expect_peer_addresses(t, p.client, 1, AS_IPV4);
	expect_peer_addresses(t, p.server, 1, AS_IPV4);
	expect_quiet(t, s(60));
	expect_not_sent_by_both(t, 1, HEARTBEAT, since(t, 0));
	expect_delivered_both_ways(t, p);
}

CASE(setup, "preferred-address-one-to-one",
	.title = "On a one-to-one socket the address that a message names is the one that it goes to",
	.requirements = IDS(R_6458_4_1_8_01), .topology = &topology_two_paths)
{
	const struct pair p = strangers_with(t, &(struct peer_options){ .one_to_one = true }, NULL);

	associate(t, p);
	confirm_addresses(t, p);
	settle(t, p);
	const vtime before = now(t);
	expect_delivered(t,
		send_messages(t, p.client, p.server, &(struct traffic){ .setup = { .implicit = true, .path = 1 } }),
		promptly());
	expect_sent_exactly(t, 1, A, 1, DATA, since(t, before));
	expect_not_sent(t, A, 0, DATA, since(t, before));
	expect_over(t, p.client, p.server, 0);
}
