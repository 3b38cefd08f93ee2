/* SPDX-License-Identifier: Apache-2.0 */
/* setup.c - associations come up, or fail to, on different networks (RFC 9260 section 5). */
#include "cases/requirements.h"
#include "runner/engine/case.h"

static const unsigned both_paths[] = { 0, 1 };

/* Data arrives both ways, over any path. */
static void carries_data(struct trial *t, struct pair p)
{
	static const struct traffic traffic = { .count = 20, .streams = 3 };

	expect_delivered(t, send_messages(t, p.client, p.server, &traffic), promptly());
	expect_delivered(t, send_messages(t, p.server, p.client, &traffic), promptly());
}

/* The association comes up by the four-way handshake, confirms all addresses and carries data. Then no event comes for
 * hours. */
static void comes_up_and_stays(struct trial *t)
{
	const struct pair p = associated(t);

	expect_exchange(t, A, INIT, B, INIT_ACK, A, COOKIE_ECHO, B, COOKIE_ACK);
	confirm_addresses(t, p);
	settle(t, p);
	expect_established_at_both(t, p);
	carries_data(t, p);
	expect_paths_active(t, p);
	expect_primary_at_both(t, p, 0);
	expect_quiet(t, s(3600));
	carries_data(t, p);
}

VARIANT(setup, "one-path", comes_up_and_stays(t),
	.title = "An association comes up over a single path and carries data both ways",
	.requirements = IDS(R_9260_5_1_01, /* put the own tag into the Initiate Tag field of INIT */
		R_9260_5_1_16, R_9260_5_1_17, R_9260_11_2_4_01, R_6458_6_1_1_01),
	.tags = TAGS("default-timers"), .topology = &topology_one_path)

VARIANT(setup, "one-path-ipv6", comes_up_and_stays(t), .title = "An association comes up over a single IPv6 path",
	.requirements = IDS(R_9260_5_1_01, /* put the own tag into the Initiate Tag field of INIT */
		R_9260_5_1_16, R_9260_5_1_17, R_6458_6_1_1_01),
	.tags = TAGS("ipv6", "default-timers"), .topology = &topology_one_path_ipv6)

VARIANT(setup, "two-paths", comes_up_and_stays(t),
	.title = "A multi-homed association comes up and confirms its second path",
	.requirements = IDS(R_9260_5_1_01, /* put the own tag into the Initiate Tag field of INIT */
		R_9260_5_1_2_05, R_9260_5_1_2_08, R_9260_5_4_03, R_6458_6_1_2_08),
	.tags = TAGS("default-timers"), .topology = &topology_two_paths)

#define MULTI_HOMED(name, sentence, network, ...)                                                                     \
	VARIANT(setup, name, comes_up_and_stays(t), .title = sentence,                                                \
		.requirements =                                                                                       \
			IDS(R_9260_5_1_2_05, R_9260_5_1_2_08, /* all addresses are the peer's, one is the primary */  \
				R_9260_5_4_03, R_6458_6_1_2_08 /* the others are probed, and SCTP_ADDR_CONFIRMED */), \
		.tags = TAGS(__VA_ARGS__ __VA_OPT__(, ) "default-timers"), .topology = &network)

MULTI_HOMED("three-paths", "An association over three paths comes up and confirms two of them", topology_three_paths)
MULTI_HOMED("two-paths-ipv6", "A multi-homed IPv6 association comes up and confirms its second path",
	topology_two_paths_ipv6, "ipv6")
MULTI_HOMED("dual-stack", "Two paths with an IPv4 and an IPv6 address each make an association of four addresses",
	topology_two_paths_dual_stack, "ipv6")
MULTI_HOMED("two-paths-routed", "A multi-homed association comes up across a router on each path",
	topology_two_paths_routed, "router")

/* The first INIT that is not lost is sent in this window; then the handshake takes a round trip or two. */
static struct window up_by(vtime lost, struct window init)
{
	return window_sum(after(lost, init), between(0, promptly().to));
}

CASE(setup, "first-address-dead",
	.title = "Of two addresses to connect to the first is dead: the second gets the next INIT, after RTO.Initial, "
		 "and becomes the primary",
	.requirements = IDS(R_9260_5_1_22, /* keep T1 timers per peer address when several were given */
		R_9260_5_1_23, R_9260_5_1_03, R_9260_6_3_1_01, R_9260_5_4_01, R_6458_9_9_01),
	.tags = TAGS("loss", "default-timers"), .topology = &topology_two_paths)
{
	const struct pair p = strangers(t);
	const vtime lost = inject(t, all_lost(0));

	start_connect_several(t, p.client, p.server, both_paths, 2);
	expect_at_both(t, p, within(up_by(lost, init_second_address(t)), comm_up(EACH)));
	expect_primary_at_both(t, p, 1);
	expect_path_state(t, p.client, 0, PATH_ACTIVE); /* named by the user, so not unconfirmed */
	expect_path_state(t, p.server, 0, PATH_UNCONFIRMED);
	carries_data(t, p);
	expect_sent_exactly(t, 1, A, 0, INIT, since(t, lost));
	expect_sent_exactly(t, 1, A, 1, INIT, since(t, lost));
	expect_not_sent(t, A, 0, DATA, since(t, lost));
}

CASE(setup, "first-init-lost",
	.title = "An INIT that is lost is sent again after RTO.Initial, and the association comes up",
	.requirements = IDS(R_9260_4_03, /* retransmit INIT and restart T1-init on its expiry, staying in COOKIE-WAIT */
		R_9260_5_1_03, R_9260_6_3_1_01),
	.tags = TAGS("loss", "default-timers"), .topology = &topology_one_path)
{
	const struct pair p = strangers(t);
	const vtime lost = inject(t, all_lost(0));

	start_connect(t, p.client, p.server, 0);
	expect_quiet(t, duration(in_force(t)->rto_initial) / 2);
	mend(t, all_lost(0));
	expect_at_both(t, p, within(up_by(lost, timer_window(duration(in_force(t)->rto_initial))), comm_up(EACH)));
	carries_data(t, p);
	expect_sent_exactly(t, 2, A, 0, INIT, since(t, lost));
}

CASE(setup, "nobody-there",
	.title = "With the kernel's default timers a connect that nobody answers is given up after nine INITs and 333 "
		 "seconds",
	.requirements = IDS(R_9260_4_04, /* repeat INIT up to Max.Init.Retransmits times */
		R_9260_4_05, R_9260_5_1_21, R_9260_5_1_6_01, R_6458_6_1_1_06, R_9260_16_10),
	.tags = TAGS("loss", "default-timers"), .topology = &topology_one_path)
{
	const struct pair p = strangers(t);
	const vtime lost = inject(t, all_lost(0));

	start_connect(t, p.client, p.server, 0);
	expect(t, within(after(lost, init_given_up(t, 1)), cant_assoc(p.client, ANY)));
	expect_no_association(t, p.client);
	expect_sent_exactly(t, 1 + in_force(t)->max_init_retransmits, A, 0, INIT, since(t, lost));
}

CASE(setup, "nobody-there-two-addresses",
	.title = "With two addresses that nobody answers INITs go to each in turn before the timer doubles",
	.requirements = IDS(R_9260_4_04, /* repeat INIT up to Max.Init.Retransmits times */
		R_9260_4_05, R_9260_5_1_22, R_9260_5_1_23, R_6458_6_1_1_06),
	.tags = TAGS("loss", "default-timers"), .topology = &topology_two_paths)
{
	const struct pair p = strangers(t);
	const vtime lost = inject(t, all_lost(0));
	const unsigned inits = 1 + in_force(t)->max_init_retransmits;

	inject(t, all_lost(1));
	start_connect_several(t, p.client, p.server, both_paths, 2);
	expect(t, within(after(lost, init_given_up(t, 2)), cant_assoc(p.client, ANY)));
	expect_no_association(t, p.client);
	expect_sent_exactly(t, (inits + 1) / 2, A, 0, INIT, since(t, lost));
	expect_sent_exactly(t, inits / 2, A, 1, INIT, since(t, lost));
}

CASE(setup, "answers-lost",
	.title = "A server whose INIT ACKs are all lost raises no event, while the client gives up in its time",
	.requirements = IDS(R_9260_4_05, /* after the last INIT timeout give up and report the failure to the user */
		R_9260_5_1_04, R_9260_5_1_08, R_6458_6_1_1_06),
	.tags = TAGS("loss", "default-timers"), .topology = &topology_one_path)
{
	const struct pair p = strangers(t);
	const vtime lost = inject(t, lost_on_the_way(0, B_TO_A));

	start_connect(t, p.client, p.server, 0);
	expect(t, within(after(lost, init_given_up(t, 1)), cant_assoc(p.client, ANY)));
	expect_no_association_at_both(t, p);
	expect_sent_at_least(t, 1 + in_force(t)->max_init_retransmits, B, 0, INIT_ACK, since(t, lost));
}

/* So long a packet takes from one end to the other, that way: time to break the path between two packets of the
 * handshake. */
#define SLOWLY MS(100)

static struct fault slow(enum fault_direction direction)
{
	return (struct fault){
		.kind = FAULT_DELAY, .path = 0, .direction = direction, .delay_us = SLOWLY.count * 1000
	};
}

/* The client has sent an INIT and gets INIT ACK after that; from half of it on what it sends is lost. */
static vtime lose_cookie_echo(struct trial *t, struct pair p)
{
	inject(t, slow(B_TO_A));
	start_connect(t, p.client, p.server, 0);
	expect_quiet(t, duration(SLOWLY) / 2);
	return inject(t, lost_on_the_way(0, A_TO_B));
}

CASE(setup, "cookie-ack-lost",
	.title = "A COOKIE ECHO whose COOKIE ACK is lost is sent again after RTO.Initial, and answered again",
	.requirements = IDS(R_9260_5_1_4_04, /* repeat COOKIE ECHO on T1-cookie's expiry */
		R_9260_5_1_4_03, R_9260_5_1_6_03, R_9260_5_2_4_20, R_9260_5_1_12, R_9260_5_1_5_13),
	.tags = TAGS("loss", "default-timers"), .topology = &topology_one_path)
{
	const struct pair p = strangers(t);

	const vtime begun = inject(t, slow(A_TO_B));
	start_connect(t, p.client, p.server, 0);
	expect_quiet(t, 3 * duration(SLOWLY) / 2); /* INIT ACK has come, and COOKIE ECHO is under way */
	const vtime lost = inject(t, lost_on_the_way(0, B_TO_A));
	expect(t, within(after(lost, between(0, duration(SLOWLY))), comm_up(p.server)));
	expect_quiet(t, duration(in_force(t)->rto_initial) / 2);
	mend(t, lost_on_the_way(0, B_TO_A));
	expect(t,
		within(up_by(lost - duration(SLOWLY), timer_window(duration(in_force(t)->rto_initial))),
			comm_up(p.client)));
	mend(t, slow(A_TO_B));
	carries_data(t, p);
	expect_sent_exactly(t, 2, A, 0, COOKIE_ECHO, since(t, begun));
	expect_sent_exactly(t, 2, B, 0, COOKIE_ACK, since(t, lost));
}

CASE(setup, "cookie-echo-lost",
	.title = "A COOKIE ECHO that is lost is sent again in the life of its cookie, and the association comes up",
	.requirements = IDS(R_9260_5_1_4_04, /* repeat COOKIE ECHO on T1-cookie's expiry */
		R_9260_4_06, R_9260_5_1_3_02, R_9260_5_1_5_07),
	.tags = TAGS("loss"), .topology = &topology_one_path, .settings = { .valid_cookie_life = MS(5000) })
{
	const struct pair p = strangers(t);
	const vtime lost = lose_cookie_echo(t, p);

	expect_quiet(t, duration(in_force(t)->rto_initial) / 2);
	mend(t, lost_on_the_way(0, A_TO_B));
	expect_at_both(t, p, within(up_by(lost, timer_window(duration(in_force(t)->rto_initial))), comm_up(EACH)));
	mend(t, slow(B_TO_A));
	carries_data(t, p);
	expect_sent_exactly(t, 2, A, 0, COOKIE_ECHO, since(t, lost));
	expect_not_sent(t, B, 0, ERROR, since(t, lost));
}

CASE(setup, "cookie-echoes-lost",
	.title = "A connect whose COOKIE ECHOs are all lost is given up when Max.Init.Retransmits are spent on them",
	.requirements = IDS(R_9260_4_07, /* repeat COOKIE ECHO up to Max.Init.Retransmits times */
		R_9260_4_08, R_9260_5_1_4_05, R_9260_5_1_12, R_6458_6_1_1_06),
	.tags = TAGS("loss"), .topology = &topology_one_path, .settings = { .max_init_retransmits = 4 })
{
	const struct pair p = strangers(t);
	const vtime lost = lose_cookie_echo(t, p);

	expect(t, within(after_between(lost, lost + duration(SLOWLY), init_given_up(t, 1)), cant_assoc(p.client, ANY)));
	expect_no_association_at_both(t, p);
	expect_sent_exactly(t, 1 + in_force(t)->max_init_retransmits, A, 0, COOKIE_ECHO, since(t, lost));
	expect_quiet(t, s(60));
}

/* What the client does then is its choice (section 5.2.6): an INIT with a Cookie Preservative. */
CASE(setup, "cookie-stale",
	.title = "A COOKIE ECHO that comes after the life of its cookie is answered with ERROR, and the association "
		 "comes "
		 "up by a new INIT",
	.requirements = IDS(R_9260_5_1_5_06, /* answer an expired cookie with ERROR cause Stale Cookie */
		R_9260_5_1_5_05, R_9260_4_02, R_9260_3_3_10_3_01, R_9260_5_2_6_01, R_9260_5_2_6_03),
	.tags = TAGS("loss"), .topology = &topology_one_path, .settings = { .valid_cookie_life = MS(2000) })
{
	const struct pair p = strangers(t);
	const vtime lost = lose_cookie_echo(t, p);

	expect_quiet(t, duration(in_force(t)->rto_initial) / 2);
	mend(t, lost_on_the_way(0, A_TO_B));
	expect_at_both(t, p, within(up_by(lost, timer_window(duration(in_force(t)->rto_initial))), comm_up(EACH)));
	mend(t, slow(B_TO_A));
	carries_data(t, p);
	expect_sent_exactly(t, 1, B, 0, with_cause(ERROR, STALE_COOKIE), since(t, lost));
	expect_sent_exactly(t, 1, A, 0, INIT, since(t, lost));
	expect_sent_exactly(t, 3, A, 0, COOKIE_ECHO, since(t, lost));
	expect_sent_exactly(t, 1, B, 0, COOKIE_ACK, since(t, lost));
}

CASE(setup, "both-at-once",
	.title = "Two ends that connect to each other at the same time get one association, and comm_up once each",
	.requirements = IDS(R_9260_5_2_1_01, /* in COOKIE-WAIT answer INIT with the parameters of the own INIT */
		R_9260_5_2_1_12, R_9260_5_2_1_14, R_9260_5_2_4_19, R_9260_1_3_02),
	.tags = TAGS("default-timers"), .topology = &topology_one_path)
{
	const struct pair p = strangers_with(
		t, &(struct peer_options){ .port = SERVER_PORT + 1 }, &(struct peer_options){ .port = SERVER_PORT });

	listen_on(t, p.client);
	inject(t, slow(A_TO_B));
	inject(t, slow(B_TO_A));
	start_connect(t, p.client, p.server, 0);
	start_connect(t, p.server, p.client, 0);
	expect_at_both(t, p, soon(t, comm_up(EACH)));
	mend(t, slow(A_TO_B));
	mend(t, slow(B_TO_A));
	carries_data(t, p);
	expect_quiet(t, s(60));
}

CASE(setup, "refused", .title = "A connect to a socket that does not listen is refused by ABORT at once",
	.requirements = IDS(
		R_9260_8_4_04, /* when such an INIT has to be refused use its Initiate Tag as vtag of the ABORT */
		R_9260_5_1_26, R_6458_6_1_1_06),
	.tags = TAGS("default-timers"), .topology = &topology_one_path)
{
	struct peer *deaf = open_peer(t, B, "deaf", &(struct peer_options){ .port = SERVER_PORT });
	struct peer *client = open_peer(t, A, "client", NULL);

	start_connect(t, client, deaf, 0);
	expect(t, soon(t, cant_assoc(client, ANY)));
	expect_no_association(t, client);
	expect_quiet(t, s(60));
	expect_exchange(t, A, INIT, B, ABORT);
}

CASE(setup, "three-clients",
	.title = "Three clients associate with one listening socket, which tells and serves each of them",
	.requirements = IDS(R_9260_5_1_16, /* the responder can signal COMMUNICATION UP on a valid COOKIE ECHO */
		R_9260_5_1_17, R_6458_6_1_1_01, R_6458_6_1_1_10, R_6458_6_1_2_10),
	.tags = TAGS("default-timers"), .topology = &topology_two_paths)
{
	static const char *const names[] = { "client 1", "client 2", "client 3" };
	enum { CLIENTS = sizeof(names) / sizeof(*names) };
	struct peer *server = open_peer(t, B, "server", &(struct peer_options){ .port = SERVER_PORT });
	struct peer *clients[CLIENTS];
	struct item items[2 * CLIENTS];
	struct window confirmed;

	listen_on(t, server);
	for (unsigned i = 0; i < CLIENTS; i++)
		clients[i] = open_peer(t, A, names[i], NULL);
	confirmed = after(now(t), confirmation(t));
	for (unsigned i = 0; i < CLIENTS; i++)
		start_connect(t, clients[i], server, 0);
	for (unsigned i = 0; i < CLIENTS; i++) {
		items[2 * i] = soon(t, comm_up(clients[i]));
		items[2 * i + 1] = soon(t, comm_up(server));
	}
	expect_group(t, IN_ANY_ORDER, items, 2 * CLIENTS, NULL, NULL);
	/* The last association came up about a round trip after the first call. */
	confirmed.to += promptly().to;
	for (unsigned i = 0; i < CLIENTS; i++) {
		items[2 * i] = within(confirmed, addr_confirmed(clients[i], 1));
		items[2 * i + 1] = within(confirmed, addr_confirmed(server, 1));
	}
	expect_group(t, IN_ANY_ORDER, items, 2 * CLIENTS, NULL, NULL);
	for (unsigned i = 0; i < CLIENTS; i++)
		carries_data(t, (struct pair){ .client = clients[i], .server = server });
}
