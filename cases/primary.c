/* SPDX-License-Identifier: Apache-2.0 */
/* primary.c - the user chooses the primary path (RFC 9260 section 6.4, RFC 6458 section 8.1.9). */
#include "cases/requirements.h"
#include "runner/engine/case.h"

/* Makes the path the primary, which an event reports. Gives its instant. */
static vtime make_primary(struct trial *t, struct peer *peer, unsigned path)
{
	set_primary(t, peer, path);
	return expect(t, soon(t, addr_made_prim(peer, path)));
}

/* Restores path 1, and both ends report it. */
static void recovers(struct trial *t, struct pair p, vtime lost)
{
	const vtime mended = mend(t, all_lost(1));

	expect_at_both(t, p, within(after(mended, recovery(t, mended - lost)), addr_available(EACH, 1)));
}

CASE(primary, "set-by-option",
	.title = "Making the second path primary raises addr_made_prim and moves the traffic of that end alone",
	.requirements = IDS(R_6458_8_1_9_01, /* SCTP_PRIMARY_ADDR makes a peer address the primary */
		R_9260_11_1_6_01, R_9260_6_4_01, R_6458_6_1_2_07, R_6458_8_2_1_05),
	.tags = TAGS("default-timers"), .topology = &topology_two_paths)
{
	struct pair p = settled(t);

	expect_over(t, p.client, p.server, 0);
	make_primary(t, p.client, 1);
	expect_primary(t, p.client, 1);
	expect_primary(t, p.server, 0);
	expect_over(t, p.client, p.server, 1);
	expect_over(t, p.server, p.client, 0);
	expect_quiet(t, s(100));
}

CASE(primary, "set-at-both-ends", .title = "Each end chooses its own primary, and either may choose it back",
	.requirements = IDS(R_6458_8_1_9_01, /* SCTP_PRIMARY_ADDR makes a peer address the primary */
		R_9260_11_1_6_01, R_6458_6_1_2_07),
	.tags = TAGS("default-timers"), .topology = &topology_two_paths)
{
	struct pair p = settled(t);

	make_primary(t, p.client, 1);
	make_primary(t, p.server, 1);
	expect_over(t, p.client, p.server, 1);
	expect_over(t, p.server, p.client, 1);
	make_primary(t, p.client, 0);
	expect_over(t, p.client, p.server, 0);
	expect_over(t, p.server, p.client, 1);
}

CASE(primary, "not-the-peers",
	.title = "An address that is not the peer's is refused as primary with EINVAL, and nothing changes",
	.requirements = IDS(R_6458_8_1_9_02, R_9260_11_1_6_02), .tags = TAGS("default-timers"),
	.topology = &topology_two_paths)
{
	struct pair p = settled(t);
	const struct sockaddr_storage own = topology_address(&topology_two_paths, A, 1, IPV4);

	never(t, addr_made_prim(p.client, 0));
	never(t, addr_made_prim(p.client, 1));
	expect_primary_refused(t, p.client, (const struct sockaddr *)&own);
	expect_primary(t, p.client, 0);
	expect_over(t, p.client, p.server, 0);
	expect_quiet(t, s(100));
}

CASE(primary, "already", .title = "Making the primary path primary again is told by addr_made_prim and changes nothing",
	.requirements = IDS(R_6458_8_1_9_01, R_6458_6_1_2_07), .tags = TAGS("default-timers"),
	.topology = &topology_two_paths)
{
	struct pair p = settled(t);

	make_primary(t, p.client, 0);
	expect_primary(t, p.client, 0);
	expect_over(t, p.client, p.server, 0);
	expect_quiet(t, s(100));
}

CASE(primary, "data-in-flight", .title = "Changing the primary while data flows loses, doubles and reorders nothing",
	.requirements = IDS(R_6458_8_1_9_01, /* SCTP_PRIMARY_ADDR makes a peer address the primary */
		R_9260_6_3_3_09, R_9260_6_4_01),
	.tags = TAGS("data"), .topology = &topology_two_paths)
{
	struct pair p = settled(t);
	struct flow *data = send_messages(
		t, p.client, p.server, &(struct traffic){ .count = 60, .interval = ms(50), .streams = 3 });

	expect_delivered_range(t, data, 0, 19, promptly());
	vtime changed = make_primary(t, p.client, 1);
	expect_delivered_range(t, data, 0, 39, promptly());
	expect_not_sent(t, A, 0, DATA, since(t, changed));
	changed = make_primary(t, p.client, 0);
	expect_delivered(t, data, promptly());
	expect_not_sent(t, A, 1, DATA, since(t, changed));
}

CASE(primary, "then-lost",
	.title = "A chosen primary that dies is left for the old one, and taken again when it recovers",
	.requirements = IDS(R_9260_6_4_06, /* retransmit a timed-out chunk to another active address than last time */
		R_9260_6_4_1_01, R_9260_8_2_06, R_6458_8_1_9_01),
	.tags = TAGS("data"), .topology = &topology_two_paths,
	.settings = { QUICK_RTO, .hb_interval = MS(5000), .path_max_retrans = 2 })
{
	struct pair p = settled(t);

	make_primary(t, p.client, 1);
	/* Path 1 has a settled RTO already; now it carries the traffic. */
	expect_over(t, p.client, p.server, 1);
	expect_quiet(t, 2 * duration(in_force(t)->sack_timeout));
	const vtime lost = inject(t, all_lost(1));
	struct flow *data = say(t, p.client, p.server);
	expect_delivered(t, data, data_rerouted(t));
	expect(t, within(after(flow_sent_at(data, 0), data_unreachable(t)), addr_unreachable(p.client, 1)));
	expect(t, within(after(lost, idle_unreachable(t)), addr_unreachable(p.server, 1)));
	expect_over(t, p.client, p.server, 0);
	expect_primary(t, p.client, 1);
	recovers(t, p, lost);
	expect_over(t, p.client, p.server, 1);
}

CASE(primary, "unreachable-path", .title = "A dead path that is made primary carries no data until it recovers",
	.requirements = IDS(R_6458_8_1_9_01, /* SCTP_PRIMARY_ADDR makes a peer address the primary */
		R_9260_6_4_1_01, R_9260_8_2_06),
	.tags = TAGS("idle"), .topology = &topology_two_paths,
	.settings = { QUICK_RTO, .hb_interval = MS(5000), .path_max_retrans = 2 })
{
	struct pair p = settled(t);
	const vtime lost = inject(t, all_lost(1));

	expect_at_both(t, p, within(after(lost, idle_unreachable(t)), addr_unreachable(EACH, 1)));
	make_primary(t, p.client, 1);
	expect_primary(t, p.client, 1);
	expect_over(t, p.client, p.server, 0);
	recovers(t, p, lost);
	expect_over(t, p.client, p.server, 1);
}
