/* SPDX-License-Identifier: Apache-2.0 */
/*
 * networks.c - associations in networks as operators have them: hosts with different numbers of addresses, two
 * addresses on one link, eight paths, a third host, many clients, answers that come back another way, long and narrow
 * lines, VLANs, bonds and VRFs (RFC 9260 sections 5.1.2, 5.4, 6.4 and 8).
 */
#include "cases/clients.h"
#include "cases/requirements.h"
#include "runner/engine/case.h"

/* ------------------------------------------------------------------ comes up and carries data */

static const struct traffic some = { .count = 20, .streams = 3 };

static void carries_data(struct trial *t, struct pair p)
{
	expect_delivered(t, send_messages(t, p.client, p.server, &some), promptly());
	expect_delivered(t, send_messages(t, p.server, p.client, &some), promptly());
}

/* So many addresses each end sees of the other; all are confirmed. */
static void comes_up(struct trial *t, unsigned at_client, unsigned at_server)
{
	const struct pair p = associated(t);

	confirm_addresses(t, p);
	settle(t, p);
	carries_data(t, p);
	for (unsigned path = 0; path < at_client; path++)
		expect_path_state(t, p.client, path, PATH_ACTIVE);
	for (unsigned path = 0; path < at_server; path++)
		expect_path_state(t, p.server, path, PATH_ACTIVE);
	expect_primary_at_both(t, p, 0);
	expect_quiet(t, s(600));
	carries_data(t, p);
}

#define COMES_UP(name, what, network, at_client, at_server)                                            \
	VARIANT(networks, name, comes_up(t, at_client, at_server), .title = (what),                    \
		.requirements = IDS(R_9260_5_1_2_05, R_9260_5_1_2_08, R_9260_5_4_03, R_6458_6_1_2_08), \
		.tags = TAGS("default-timers"), .topology = &(network))

COMES_UP("eight-paths", "An association over eight paths comes up, and confirms seven of them", topology_eight_paths, 8,
	8)
COMES_UP("two-on-a-link", "Two addresses on one link are two paths", topology_two_on_a_link, 2, 2)
COMES_UP("one-to-two", "A host with one address has two paths to a host with two", topology_one_to_two, 2, 1)
COMES_UP("two-to-three", "A host with two addresses has three paths to a host with three", topology_two_to_three, 3, 2)
COMES_UP("crossed", "An association comes up where answers come back by the other link", topology_crossed, 2, 2)
COMES_UP("two-distant-paths", "An association comes up over paths of 50 and 150 ms", topology_two_distant_paths, 2, 2)
COMES_UP("two-vlans", "An association comes up over two VLANs of one cable", topology_two_vlans, 2, 2)
COMES_UP("two-bonds", "An association comes up over two bonds", topology_two_bonds, 2, 2)

/* ------------------------------------------------------------------ a path fails */

/* Only its end that has that path reports it, and data goes on. */
static void path_of_one_end_fails(struct trial *t, unsigned path)
{
	const struct pair p = settled(t);
	const vtime failed = inject(t, all_lost(path));

	expect(t, within(after(failed, idle_unreachable(t)), addr_unreachable(p.client, path)));
	carries_data(t, p);
	expect_path_state(t, p.server, 0, PATH_ACTIVE);
	const vtime mended = mend(t, all_lost(path));
	expect(t, within(after(mended, recovery(t, mended - failed)), addr_available(p.client, path)));
	expect_quiet(t, s(100));
	carries_data(t, p);
}

#define OF_ONE_END(name, what, network, path)                                                                     \
	VARIANT(networks, name, path_of_one_end_fails(t, path), .title = (what),                                  \
		.requirements = IDS(R_9260_8_2_01, R_9260_8_2_03, R_9260_8_2_04, R_9260_8_2_06, R_6458_6_1_2_04), \
		.tags = TAGS("idle", "loss", "default-timers"), .topology = &(network))

OF_ONE_END("one-to-two-second-fails",
	"The second network of the other host fails: who has one address only hears nothing of it", topology_one_to_two,
	1)
OF_ONE_END("two-to-three-third-fails",
	"The third network of the other host fails: who has two addresses only hears nothing of it",
	topology_two_to_three, 2)

/* A link that both paths share takes both along, and with them the association. */
CASE(networks, "two-on-a-link-fails",
	.title = "When the link of both addresses is dead both are unreachable, and then the association is lost",
	.requirements = IDS(R_9260_8_1_01, R_9260_8_1_03, R_9260_8_2_03, R_6458_6_1_1_03), .tags = TAGS("idle", "loss"),
	.topology = &topology_two_on_a_link, .settings = { .hb_interval = MS(5000), .association_max_retrans = 20 })
{
	const struct pair p = settled(t);
	const vtime failed = inject(t, all_lost(0));
	const struct window unreachable = after(failed, idle_unreachable(t));

	expect_all(t, within(unreachable, addr_unreachable(p.client, 0)),
		within(unreachable, addr_unreachable(p.client, 1)), within(unreachable, addr_unreachable(p.server, 0)),
		within(unreachable, addr_unreachable(p.server, 1)));
	const struct window lost = after(failed, idle_comm_lost(t, 2));
	expect_all(t, within(lost, comm_lost(p.client, ANY)), within(lost, comm_lost(p.server, ANY)));
}

/* The way there is one link, the way back the other. */
CASE(networks, "crossed-one-link-fails",
	.title = "Where answers come back by the other link one dead link makes both paths unreachable",
	.requirements = IDS(R_9260_8_2_01, R_9260_8_2_03, R_9260_8_2_04, R_9260_8_3_11), .tags = TAGS("idle", "loss"),
	.topology = &topology_crossed, .settings = { .association_max_retrans = 30 })
{
	const struct pair p = settled(t);
	const vtime failed = inject(t, all_lost(0));
	const struct window unreachable = after(failed, idle_unreachable(t));

	expect_all(t, within(unreachable, addr_unreachable(p.client, 0)),
		within(unreachable, addr_unreachable(p.client, 1)), within(unreachable, addr_unreachable(p.server, 0)),
		within(unreachable, addr_unreachable(p.server, 1)));
	const vtime mended = mend(t, all_lost(0));
	const struct window available = after(mended, recovery(t, mended - failed));
	expect_all(t, within(available, addr_available(p.client, 0)), within(available, addr_available(p.client, 1)),
		within(available, addr_available(p.server, 0)), within(available, addr_available(p.server, 1)));
	carries_data(t, p);
}

/* The bond takes its other cable within a tenth of a second. */
CASE(networks, "bond-loses-a-cable",
	.title = "A bond that loses one of its cables takes the other: nothing is told, and nothing is late",
	.requirements = IDS(R_9260_6_6_01, R_9260_8_2_05), .tags = TAGS("data", "link"),
	.topology = &topology_two_bonds)
{
	const struct pair p = settled(t);

	struct flow *flow = send_messages(
		t, p.client, p.server, &(struct traffic){ .count = 100, .interval = ms(50), .streams = 3 });
	expect_quiet(t, s(1));
	inject(t, carrier_lost(0, AT_A));
	expect_delivered(t, flow, between(0, ms(100) + data_rerouted(t).to));
	expect_quiet(t, s(100));
	expect_paths_active(t, p);
	mend(t, carrier_lost(0, AT_A));
	expect_quiet(t, s(100));
	carries_data(t, p);
}

CASE(networks, "vlan-fails", .title = "One of two VLANs fails: its path is unreachable, and data takes the other",
	.requirements = IDS(R_9260_8_2_03, R_9260_8_2_04, R_9260_6_4_1_01),
	.tags = TAGS("idle", "loss", "default-timers"), .topology = &topology_two_vlans)
{
	const struct pair p =
		settled_with(t, &(struct peer_options){ .family = IPV4 }, &(struct peer_options){ .family = IPV4 });
	const vtime failed = inject(t, all_lost(0));

	expect_at_both(t, p, within(after(failed, idle_unreachable(t)), addr_unreachable(EACH, 0)));
	expect_served_over(t, p, 1);
	const vtime mended = mend(t, all_lost(0));
	expect_at_both(t, p, within(after(mended, recovery(t, mended - failed)), addr_available(EACH, 0)));
	expect_quiet(t, s(100));
}

/* ------------------------------------------------------------------ long and narrow lines */

/* 500 messages of 1400 octets over 1 Mbit/s: packets that the queue before it has no room for are sent again. */
CASE(networks, "narrow-path",
	.title = "Half a thousand large messages over a narrow line with a short queue arrive once and in order",
	.requirements = IDS(R_9260_7_2_1_01, R_9260_7_2_4_05, R_9260_6_6_01, R_9260_6_6_02),
	.tags = TAGS("data", "loss"), .topology = &topology_narrow_path)
{
	const struct pair p = settled(t);
	struct flow *flow = send_messages(t, p.client, p.server,
		&(struct traffic){ .count = 500, .size = 1400, .interval = ms(5), .streams = 4 });

	expect_delivered(t, flow, between(ms(20), s(60)));
	expect_quiet(t, s(100));
	expect_path_state_at_both(t, p, 0, PATH_ACTIVE);
}

CASE(networks, "narrow-for-a-while",
	.title = "A path that becomes narrow and wide again delays data, and nothing is told",
	.requirements = IDS(R_9260_6_6_01, R_9260_8_2_05), .tags = TAGS("data"), .topology = &topology_two_paths)
{
	const struct pair p = settled(t);

	inject(t, narrowed(256, 0, 0, BOTH_WAYS));
	struct flow *flow = send_messages(t, p.client, p.server,
		&(struct traffic){ .count = 100, .size = 1000, .interval = ms(20), .streams = 3 });
	expect_delivered(t, flow, between(ms(30), s(10)));
	mend(t, narrowed(256, 0, 0, BOTH_WAYS));
	expect_quiet(t, s(100));
	expect_paths_active(t, p);
	carries_data(t, p);
}

/* ------------------------------------------------------------------ who else is there */

#define BESIDE_PORT 7000

CASE(networks, "client-beside",
	.title = "A third host has an association of its own with the server; what happens to the first is no news "
		 "there",
	.requirements = IDS(R_9260_5_1_16, R_9260_8_2_04, R_6458_6_1_1_01), .tags = TAGS("idle", "default-timers"),
	.topology = &topology_three_hosts)
{
	const struct pair p = settled(t);
	struct peer *beside = open_peer(t, C, "beside", &(struct peer_options){ .port = BESIDE_PORT });

	start_connect(t, beside, p.server, 0);
	expect_all(t, soon(t, comm_up(beside)), soon(t, comm_up(p.server)));
	expect_all(t, within(allowing(ms(20), after(now(t), confirmation(t))), addr_confirmed(beside, 1)),
		within(allowing(ms(20), after(now(t), confirmation(t))), addr_confirmed(p.server, 1)));
	abort_association(t, p.client);
	expect_all(t, soon(t, comm_lost(p.client, USER_INITIATED_ABORT)),
		soon(t, comm_lost(p.server, USER_INITIATED_ABORT)));
	expect_quiet(t, s(100));
	expect_delivered(t, say(t, beside, p.server), promptly());
	expect_quiet(t, s(100));
}

/* RFC 9260 lets whoever reflects the right tag end an association. */
CASE(networks, "another-answers-with-abort",
	.title = "Another host that has got the peer's second address answers the next HEARTBEAT with ABORT: the "
		 "association is lost",
	.requirements = IDS(R_9260_8_4_11, R_9260_8_4_12, R_9260_8_5_1_07, R_6458_6_1_1_03),
	.tags = TAGS("idle", "default-timers"), .topology = &topology_three_hosts)
{
	const struct pair p = settled(t);
	const vtime taken = inject(t, address_taken(1));
	const struct window answered = after(taken, first_heartbeat(t));

	/* and the server learns it by its own next HEARTBEAT, from the client */
	expect_all(t, within(answered, comm_lost(p.client, NO_CAUSE)),
		within(window_sum(answered, between(0, first_heartbeat(t).to)), comm_lost(p.server, NO_CAUSE)));
	expect_no_association_at_both(t, p);
}

/* Each from an address of its own, as of a hundred hosts. */
CASE(networks, "many-clients",
	.title = "A hundred clients with addresses of their own have associations with one socket, and stay",
	.requirements = IDS(R_9260_5_1_16, R_6458_6_1_1_01, R_6458_3_1_3_03), .tags = TAGS("idle", "default-timers"),
	.topology = &topology_many_clients)
{
	struct peer *server = open_peer(t, B, "server", &(struct peer_options){ .port = SERVER_PORT, .paths = 1 });
	struct peer *clients[CLIENTS];

	listen_on(t, server);
	for (unsigned i = 0; i < CLIENTS; i++)
		clients[i] = connect_client(t, server, i, &(struct peer_options){ .client = i + 1 });
	expect_quiet(t, s(100));
	for (unsigned i = 0; i < CLIENTS; i++)
		expect_established(t, clients[i]);
}

/* ------------------------------------------------------------------ VRF */

CASE(networks, "vrf", .title = "Sockets that are bound to a VRF have an association by its interfaces",
	.requirements = IDS(R_9260_5_1_16, R_9260_5_4_03), .tags = TAGS("default-timers"), .topology = &topology_vrf,
	.settings = { .l3mdev_accept = ON })
{
	comes_up(t, 2, 2);
}
