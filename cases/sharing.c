/* SPDX-License-Identifier: Apache-2.0 */
/* sharing.c - ports and devices that sockets share, or do not (RFC 6458 sections 3.1.2, 4.1.2 and 8.1.27). */
#include "cases/requirements.h"
#include "runner/engine/case.h"

#include <errno.h>

#define PORT 6000

static struct peer_options at_port(bool reuse_address, bool reuse_port)
{
	return (struct peer_options){
		.port = PORT, .one_to_one = true, .reuse_address = reuse_address, .reuse_port = reuse_port
	};
}

struct taken {
	struct row row;
	bool first, second; /* have SCTP_REUSE_PORT */
};

static const struct taken takens[] = {
	{ ROW("port-taken", "A port that a socket has bound is refused to another one: EADDRINUSE") },
	{ ROW("reuse-port-first-only",
		  "A port is refused to a socket that has not SCTP_REUSE_PORT as the first one has"),
		.first = true },
	{ ROW("reuse-port-second-only", "A port is refused where only the second socket has SCTP_REUSE_PORT"),
		.second = true },
};

FAMILY(sockets, takens, .requirements = IDS(R_6458_8_1_27_01), .topology = &topology_one_path)
{
	const struct taken *it = row;
	const struct peer_options first = at_port(false, it->first), second = at_port(false, it->second);

	open_peer(t, B, "first", &first);
	expect_open_refused(t, B, "second", &second, EADDRINUSE);
	expect_quiet(t, s(1));
}

CASE(sockets, "reuse-port", .title = "Sockets that all have SCTP_REUSE_PORT share a port, and one of them listens",
	.requirements = IDS(R_6458_8_1_27_01, R_6458_8_1_27_03), .topology = &topology_one_path)
{
	const struct peer_options shared = at_port(false, true);
	struct peer *one = open_peer(t, B, "one", &shared), *other = open_peer(t, B, "other", &shared);

	listen_on(t, one);
	expect_listen_refused(t, other, 5, EADDRINUSE);
	expect_quiet(t, s(1));
}

/* Each has an association with another server, from the same port and address. */
CASE(sockets, "reuse-port-connects",
	.title = "Sockets that share a port by SCTP_REUSE_PORT have associations of their own",
	.requirements = IDS(R_6458_8_1_27_01), .topology = &topology_one_path)
{
	const struct peer_options shared = at_port(false, true);
	struct peer *first = open_peer(t, B, "first server", &(struct peer_options){ .port = 5000 }),
		    *second = open_peer(t, B, "second server", &(struct peer_options){ .port = 5001 }),
		    *one = open_peer(t, A, "one", &shared), *other = open_peer(t, A, "other", &shared);

	listen_on(t, first);
	listen_on(t, second);
	start_connect(t, one, first, 0);
	expect_all(t, soon(t, comm_up(one)), soon(t, comm_up(first)));
	start_connect(t, other, second, 0);
	expect_all(t, soon(t, comm_up(other)), soon(t, comm_up(second)));
	expect_delivered_both_ways(t, (struct pair){ one, first });
	expect_delivered_both_ways(t, (struct pair){ other, second });
	/* The end of one is nothing to the other. */
	shut_half(t, one, SENDING);
	expect(t, soon(t, shutdown_comp(one)));
	expect_in_order(t, soon(t, shutdown_event(first)), soon(t, shutdown_comp(first)));
	expect_delivered_both_ways(t, (struct pair){ other, second });
}

CASE(sockets, "reuse-address",
	.title = "With SO_REUSEADDR a port is bound anew while its last association is still being shut down",
	.requirements = IDS(R_6458_4_1_6_01, R_9260_9_2_05), .topology = &topology_one_path)
{
	const struct peer_options again = at_port(true, false);
	const struct pair p = strangers_with(t, &again, NULL);

	associate(t, p);
	settle(t, p);
	inject(t, all_lost(0));
	close_peer(t, p.client, CLOSE_GRACEFULLY);
	open_peer(t, A, "next", &again);
	const struct window ended = after(now(t), timeouts(t, 1));
	mend(t, all_lost(0));
	expect_in_order(t, within(ended, shutdown_event(p.server)), within(ended, shutdown_comp(p.server)));
}

/* ------------------------------------------------------------------ devices */

CASE(sockets, "device", .title = "Sockets that are bound to a device have an association by it",
	.requirements = IDS(R_6458_3_1_2_01), .topology = &topology_two_paths)
{
	const struct peer_options client = { .paths = 2, .device = "path1" },
				  server = { .paths = 2, .device = "path1" };
	const struct pair p = strangers_with(t, &client, &server);

	start_connect(t, p.client, p.server, 1);
	expect_at_both(t, p, soon(t, comm_up(EACH)));
	settle(t, p);
	expect_served_over(t, p, 1);
}

/* Two servers, each at the address of one path; two clients that share port and addresses: four sockets, two ports. */
static void open_at_one_port(struct trial *t, struct pair pairs[2])
{
	static const char *const servers[] = { "server 0", "server 1" }, *const clients[] = { "client 0", "client 1" };
	const struct peer_options client = at_port(false, true);

	for (unsigned i = 0; i < 2; i++) {
		pairs[i].server =
			open_peer(t, B, servers[i], &(struct peer_options){ .port = SERVER_PORT, .paths = 1U << i });
		pairs[i].client = open_peer(t, A, clients[i], &client);
	}
}

CASE(sockets, "one-port-two-addresses",
	.title = "Sockets that have one port at different addresses are endpoints of their own",
	.requirements = IDS(R_6458_3_1_2_01, R_9260_1_3_04), .topology = &topology_two_paths)
{
	struct pair pairs[2];

	open_at_one_port(t, pairs);
	/* what one asks for is nothing to the other */
	for (unsigned i = 0; i < 2; i++)
		unsubscribe(t, pairs[i].server, SHUTDOWN_EVENT);
	subscribe(t, pairs[1].server, SHUTDOWN_EVENT);
	for (unsigned i = 0; i < 2; i++) {
		listen_on(t, pairs[i].server);
		start_connect(t, pairs[i].client, pairs[i].server, i);
		expect_all(t, soon(t, comm_up(pairs[i].client)), soon(t, comm_up(pairs[i].server)));
	}
	for (unsigned i = 0; i < 2; i++)
		expect_delivered_both_ways(t, pairs[i]);
	/* nor is its end */
	shut_half(t, pairs[0].client, SENDING);
	expect_all(t, soon(t, shutdown_comp(pairs[0].client)), soon(t, shutdown_comp(pairs[0].server)));
	expect_delivered_both_ways(t, pairs[1]);
	shut_half(t, pairs[1].client, SENDING);
	expect_in_order(t, soon(t, shutdown_event(pairs[1].server)), soon(t, shutdown_comp(pairs[1].server)));
	expect(t, soon(t, shutdown_comp(pairs[1].client)));
	expect_quiet(t, s(1));
}
