/* SPDX-License-Identifier: Apache-2.0 */
/* restart.c - a peer that has lost its state comes back (RFC 9260 sections 5.2.2, 5.2.4 and 8.4). */
#include "cases/requirements.h"
#include "runner/engine/case.h"

#define CLIENT_PORT 6000

static struct pair settled_client(struct trial *t, unsigned paths)
{
	return settled_with(t, &(struct peer_options){ .port = CLIENT_PORT, .paths = paths }, NULL);
}

static void change_all_paths(struct trial *t, vtime (*change)(struct trial *, struct fault), unsigned paths)
{
	for (unsigned path = 0; path < paths; path++)
		change(t, all_lost(path));
}

/* The client loses its state, and the server does not know: the ABORT that would tell it is lost. */
static void vanish(struct trial *t, struct peer *peer, unsigned paths)
{
	change_all_paths(t, inject, paths);
	close_peer(t, peer, CLOSE_LINGER_0);
	change_all_paths(t, mend, paths);
}

static struct peer *newcomer(struct trial *t, unsigned paths)
{
	return open_peer(t, A, "newcomer", &(struct peer_options){ .port = CLIENT_PORT, .paths = paths });
}

/* The client associates by the four-way handshake; `at_server` is the server's event. Gives when the other address is
 * confirmed: its timer begins with the association, between the call and the event. */
static struct window connects(struct trial *t, struct pair p, unsigned path, struct item at_server)
{
	const vtime began = now(t);
	vtime up[2];

	start_connect(t, p.client, p.server, path);
	expect_all_at(t, up, soon(t, comm_up(p.client)), soon(t, at_server));
	expect_exchange(t, A, INIT, B, INIT_ACK, A, COOKIE_ECHO, B, COOKIE_ACK);
	return after_between(began, up[0], confirmation(t));
}

CASE(restart, "same-address",
	.title = "A client that restarts from the same address and port is a restart to the server, and data flows "
		 "again",
	.requirements = IDS(
		R_9260_5_2_4_07, /* on restart send RESTART instead of COMMUNICATION LOST to the upper layer */
		R_9260_5_2_4_09, R_9260_5_2_2_06, R_9260_11_2_7_01, R_6458_6_1_1_04),
	.tags = TAGS("default-timers"), .topology = &topology_one_path)
{
	struct pair p = settled_client(t, 0);

	never(t, comm_lost(p.server, ANY));
	vanish(t, p.client, 1);
	p.client = newcomer(t, 0);
	connects(t, p, 0, restarted(p.server));
	expect_established(t, p.server);
	settle(t, p);
	expect_quiet(t, s(100));
}

CASE(restart, "two-paths",
	.title = "A multi-homed client that restarts with the same addresses is a restart to the server, which keeps "
		 "both paths",
	.requirements = IDS(
		R_9260_5_2_4_07, /* on restart send RESTART instead of COMMUNICATION LOST to the upper layer */
		R_9260_5_2_4_09, R_9260_5_2_2_02, R_6458_6_1_1_04),
	.tags = TAGS("default-timers"), .topology = &topology_two_paths)
{
	struct pair p = settled_client(t, 0);

	never(t, comm_lost(p.server, ANY));
	vanish(t, p.client, 2);
	p.client = newcomer(t, 0);
	/* The server's paths stay confirmed; the client, which is new, has to confirm its own again. */
	expect(t, within(connects(t, p, 0, restarted(p.server)), addr_confirmed(p.client, 1)));
	expect_path_state(t, p.server, 0, PATH_ACTIVE);
	expect_path_state(t, p.server, 1, PATH_ACTIVE);
	settle(t, p);
	expect_quiet(t, s(100));
}

CASE(restart, "over-the-other-path",
	.title = "A client that restarts over its second path is recognised as the same peer",
	.requirements = IDS(
		R_9260_5_2_4_07, /* on restart send RESTART instead of COMMUNICATION LOST to the upper layer */
		R_9260_5_2_4_09, R_6458_6_1_1_04),
	.tags = TAGS("default-timers"), .topology = &topology_two_paths)
{
	struct pair p = settled_client(t, 0);

	vanish(t, p.client, 2);
	p.client = newcomer(t, 0);
	expect(t, within(connects(t, p, 1, restarted(p.server)), addr_confirmed(p.client, 0)));
	settle(t, p);
}

CASE(restart, "fewer-addresses",
	.title = "A client that restarts with one of its two addresses is a restart, and the other address is removed",
	.requirements = IDS(
		R_9260_5_2_4_07, /* on restart send RESTART instead of COMMUNICATION LOST to the upper layer */
		R_9260_5_2_2_02, R_6458_6_1_2_05, R_6458_6_1_1_04),
	.tags = TAGS("default-timers"), .topology = &topology_two_paths)
{
	struct pair p = settled_client(t, 0);

	vanish(t, p.client, 2);
	p.client = newcomer(t, 1U << 0);
	const vtime began = now(t);
	start_connect(t, p.client, p.server, 0);
	const vtime up = expect(t, soon(t, comm_up(p.client)));
	expect_in_order(t, soon(t, addr_removed(p.server, 1)), soon(t, restarted(p.server)));
	expect(t, within(after_between(began, up, confirmation(t)), addr_confirmed(p.client, 1)));
	settle(t, p);
}

CASE(restart, "more-addresses",
	.title = "A client that restarts with one more address is refused with cause 11, and the old association is "
		 "left alone",
	.requirements = IDS(R_9260_5_2_2_03, /* answer an unexpected INIT that adds addresses with ABORT */
		R_9260_5_2_2_04, R_9260_5_2_2_11, R_9260_5_2_2_10, R_9260_3_3_10_11_01, R_6458_6_1_1_06),
	.tags = TAGS("default-timers"), .topology = &topology_two_paths)
{
	struct pair p = settled_client(t, 1U << 0);

	vanish(t, p.client, 2);
	p.client = newcomer(t, 0);
	const vtime began = now(t);
	start_connect(t, p.client, p.server, 0);
	expect(t, soon(t, cant_assoc(p.client, RESTART_WITH_NEW_ADDRESSES)));
	expect_established(t, p.server);
	expect_exchange(t, A, INIT, B, with_cause(ABORT, RESTART_WITH_NEW_ADDRESSES));
	expect_not_sent(t, B, 0, INIT_ACK, since(t, began));
}

CASE(restart, "other-address",
	.title = "A client at another address with the same port is another peer, and the old association is "
		 "undisturbed",
	.requirements = IDS(R_9260_1_3_02, /* have no more than one association between two endpoints at a time */
		R_9260_5_2_2_11, R_6458_3_1_01, R_6458_6_1_1_10),
	.tags = TAGS("default-timers"), .topology = &topology_two_paths)
{
	struct pair p = settled_client(t, 1U << 0);
	struct peer *other = newcomer(t, 1U << 1);

	never(t, comm_lost(p.server, ANY));
	never(t, restarted(p.server));
	expect(t,
		within(connects(t, (struct pair){ other, p.server }, 1, comm_up(p.server)), addr_confirmed(other, 0)));
	expect_delivered(t, say(t, other, p.server), promptly());
	expect_delivered(t, say(t, p.client, p.server), promptly());
	expect_established(t, p.client);
	expect_quiet(t, s(100));
}

CASE(restart, "with-data-queued",
	.title = "What the server had sent to a client that restarts comes back as send_failed before the restart is "
		 "told",
	.requirements = IDS(R_9260_5_2_4_06, /* on restart (case A) user data of the old association may be kept */
		R_9260_5_2_4_07, R_6458_6_1_11_01, R_6458_6_1_11_02, R_6458_6_1_1_04),
	.tags = TAGS("data", "default-timers"), .topology = &topology_one_path)
{
	struct pair p = settled_client(t, 0);

	inject(t, all_lost(0));
	close_peer(t, p.client, CLOSE_LINGER_0);
	struct flow *data = send_messages(
		t, p.server, p.client, &(struct traffic){ .count = 12, .size = 1000, .streams = 2, .ppid = 5 });
	mend(t, all_lost(0));
	p.client = newcomer(t, 0);
	const vtime began = now(t);
	start_connect(t, p.client, p.server, 0);
	expect(t, soon(t, comm_up(p.client)));
	expect_send_failed_for_each(t, data, shortly_after(began));
	expect(t, soon(t, restarted(p.server)));
	settle(t, p);
}

/* The client has data, so it gives the association up; the idle server does not notice for a long time. */
CASE(restart, "same-socket",
	.title = "A client whose association failed associates again from the same socket, which is a restart to the "
		 "server that had not noticed",
	.requirements = IDS(
		R_9260_5_2_4_07, /* on restart send RESTART instead of COMMUNICATION LOST to the upper layer */
		R_9260_5_2_4_09, R_9260_8_1_08, R_6458_6_1_1_04),
	.tags = TAGS("data"), .topology = &topology_one_path, .settings = { .association_max_retrans = 2 })
{
	struct pair p = settled_client(t, 0);

	inject(t, all_lost(0));
	struct flow *data = say(t, p.client, p.server);
	const vtime gone =
		expect(t, within(after(flow_sent_at(data, 0), data_comm_lost(t, 1)), comm_lost(p.client, 0)));
	expect_send_failed_for_each(t, data, shortly_after(gone));
	mend(t, all_lost(0));
	connects(t, p, 0, restarted(p.server));
	settle(t, p);
}

CASE(restart, "server-forgot",
	.title = "Data for a server that has restarted and waits is answered with an ABORT: comm_lost, and the data "
		 "comes back",
	.requirements = IDS(R_9260_8_4_11, /* answer all other out-of-the-blue packets with ABORT */
		R_9260_8_4_12, R_9260_9_1_08, R_6458_6_1_1_02, R_6458_6_1_1_03),
	.tags = TAGS("data", "default-timers"), .topology = &topology_one_path)
{
	struct pair p = settled(t);

	vanish(t, p.server, 1);
	struct peer *server = open_peer(t, B, "new server", &(struct peer_options){ .port = SERVER_PORT });
	listen_on(t, server);
	struct flow *data = say(t, p.client, p.server);
	const vtime gone = expect(t, soon(t, comm_lost(p.client, NO_CAUSE)));
	expect_exchange(t, A, DATA, B, with_cause(ABORT, NO_CAUSE));
	expect_send_failed_for_each(t, data, shortly_after(gone));
	start_connect(t, p.client, server, 0);
	expect_all(t, soon(t, comm_up(p.client)), soon(t, comm_up(server)));
	settle(t, (struct pair){ p.client, server });
}
