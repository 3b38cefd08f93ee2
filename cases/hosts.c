/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hosts.c - what happens to whole hosts: one is paused for a while, one loses its power and comes back (RFC 9260
 * sections 5.2.4, 8.1, 8.4 and 8.5.1).
 */
#include "cases/requirements.h"
#include "runner/engine/case.h"

#define CLIENT_PORT 6000

/* ------------------------------------------------------------------ paused */

/* Half a minute is less than it takes to give a peer up. */
CASE(hosts, "paused-idle", .title = "A peer that is paused for 30 s while nothing is said is no news",
	.requirements = IDS(R_9260_8_1_01, R_9260_8_2_03), .tags = TAGS("idle", "pause", "default-timers"),
	.topology = &topology_two_paths)
{
	const struct pair p = settled(t);

	inject(t, host_paused(AT_B));
	expect_quiet(t, s(30));
	mend(t, host_paused(AT_B));
	expect_quiet(t, s(200));
	expect_paths_active(t, p);
	expect_served_over(t, p, 0);
}

/* With the limits out of reach, as T3-rtx and HEARTBEATs of both paths may count ten errors in that time. */
CASE(hosts, "paused-data",
	.title = "What is sent to a peer that is paused for 30 s arrives when it goes on, once and in order, and "
		 "nothing is told",
	.requirements = IDS(R_9260_8_1_01, R_9260_8_1_09, R_9260_6_6_01, R_9260_6_3_3_02),
	.tags = TAGS("data", "pause"), .topology = &topology_two_paths,
	.settings = { .path_max_retrans = 20, .association_max_retrans = 40 })
{
	const struct pair p = settled(t);

	inject(t, host_paused(AT_B));
	struct flow *flow = send_messages(t, p.client, p.server, &(struct traffic){ .count = 20, .streams = 3 });
	expect_quiet(t, s(30));
	mend(t, host_paused(AT_B));
	expect_delivered(t, flow, between(0, s(100)));
	expect_quiet(t, s(200));
	expect_paths_active(t, p);
	expect_established_at_both(t, p);
}

/* ------------------------------------------------------------------ without power */

/* The host that is back knows nothing of the association, and says so to the next HEARTBEAT. */
CASE(hosts, "reboot-idle",
	.title = "A peer that has rebooted answers the next HEARTBEAT with an ABORT, and the association is lost",
	.requirements = IDS(R_9260_8_4_11, R_9260_8_4_12, R_9260_8_5_1_07, R_6458_6_1_1_03),
	.tags = TAGS("idle", "reboot", "default-timers"), .topology = &topology_two_paths)
{
	const struct pair p = settled(t);

	const vtime crashed = host_crashes(t, B);
	expect_quiet(t, s(5));
	const vtime back = host_returns(t, B);
	expect(t, within(between(back, after(crashed, first_heartbeat(t)).to), comm_lost(p.client, NO_CAUSE)));
	expect_no_association(t, p.client);
	expect_quiet(t, s(100));
}

CASE(hosts, "reboot-data",
	.title = "A peer that has rebooted answers the message that is sent again with an ABORT, and the message fails",
	.requirements = IDS(R_9260_8_4_11, R_9260_8_4_12, R_9260_8_5_1_07, R_6458_6_1_1_03, R_6458_6_1_11_01),
	.tags = TAGS("data", "reboot", "default-timers"), .topology = &topology_one_path)
{
	const struct pair p = settled(t);

	host_crashes(t, B);
	struct flow *flow = say(t, p.client, p.server);
	const vtime sent = flow_sent_at(flow, 0);
	expect_quiet(t, ms(500));
	host_returns(t, B);
	const vtime lost = expect(t, within(after(sent, t3_rtx(t, doubled(0))), comm_lost(p.client, NO_CAUSE)));
	expect_send_failed_for_each(t, flow, shortly_after(lost));
	expect_quiet(t, s(100));
}

/* From the same port and addresses: to its peer it is the old association that begins anew. */
CASE(hosts, "reboot-and-connect",
	.title = "A client that reboots and connects again from the same port is a restart to the server, which has "
		 "noticed nothing",
	.requirements = IDS(R_9260_5_2_4_07, R_9260_5_2_4_09, R_9260_5_2_2_02, R_6458_6_1_1_04),
	.tags = TAGS("reboot", "default-timers"), .topology = &topology_two_paths)
{
	struct pair p = settled_with(t, &(struct peer_options){ .port = CLIENT_PORT }, NULL);

	never(t, comm_lost(p.server, ANY));
	host_crashes(t, A);
	expect_quiet(t, s(20));
	host_returns(t, A);
	p.client = open_peer(t, A, "rebooted", &(struct peer_options){ .port = CLIENT_PORT });
	const vtime began = now(t);
	start_connect(t, p.client, p.server, 0);
	expect_all(t, soon(t, comm_up(p.client)), soon(t, restarted(p.server)));
	expect(t, within(allowing(ms(20), after(began, confirmation(t))), addr_confirmed(p.client, 1)));
	settle(t, p);
	expect_quiet(t, s(100));
}

CASE(hosts, "reboot-of-the-server",
	.title = "A server that reboots and listens again takes a new association beside the client's old one, which "
		 "ends",
	.requirements = IDS(R_9260_8_4_11, R_9260_8_4_12, R_9260_8_5_1_07, R_6458_6_1_1_03),
	.tags = TAGS("reboot", "default-timers"), .topology = &topology_two_paths)
{
	struct pair p = settled(t);

	const vtime crashed = host_crashes(t, B);
	expect_quiet(t, s(5));
	const vtime back = host_returns(t, B);
	p.server = open_peer(t, B, "rebooted", &(struct peer_options){ .port = SERVER_PORT });
	listen_on(t, p.server);
	expect(t, within(between(back, after(crashed, first_heartbeat(t)).to), comm_lost(p.client, NO_CAUSE)));
	start_connect(t, p.client, p.server, 0);
	expect_at_both(t, p, soon(t, comm_up(EACH)));
	confirm_addresses(t, p);
	settle(t, p);
	expect_quiet(t, s(100));
}
