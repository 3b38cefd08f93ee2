/* SPDX-License-Identifier: Apache-2.0 */
/* primary.c - the user chooses the primary path (RFC 9260 section 6.4, RFC 6458 section 8.1.9). */
#include "cases/requirements.h"
#include "runner/engine/case.h"

/* A message arrives, and its DATA chunk went out on this path alone. */
static void expect_over(struct trial *t, struct peer *from, struct peer *to, enum endpoint endpoint, unsigned path)
{
	struct flow *data = say(t, from, to);

	expect_delivered(t, data, promptly());
	const struct window meanwhile = between(flow_sent_at(data, 0), now(t));
	expect_sent(t, endpoint, path, DATA, meanwhile);
	expect_not_sent(t, endpoint, 1 - path, DATA, meanwhile);
}

CASE(primary, "set-by-option",
	.title = "Making the second path primary raises addr_made_prim and moves the traffic of that end alone",
	.requirements = IDS(R_6458_8_1_9_01, R_9260_11_1_6_01, R_9260_6_4_01, R_6458_6_1_2_07, R_6458_8_2_1_05),
	.tags = TAGS("default-timers"), .topology = &topology_two_paths)
{
	struct pair p = settled(t);

	expect_over(t, p.client, p.server, ENDPOINT_A, 0);
	set_primary(t, p.client, 1);
	expect(t, soon(t, addr_made_prim(p.client, 1)));
	expect_primary(t, p.client, 1);
	expect_primary(t, p.server, 0);
	expect_over(t, p.client, p.server, ENDPOINT_A, 1);
	expect_over(t, p.server, p.client, ENDPOINT_B, 0);
	expect_quiet(t, s(100));
}

CASE(primary, "set-at-both-ends", .title = "Each end chooses its own primary, and either may choose it back",
	.requirements = IDS(R_6458_8_1_9_01, R_9260_11_1_6_01, R_6458_6_1_2_07), .tags = TAGS("default-timers"),
	.topology = &topology_two_paths)
{
	struct pair p = settled(t);

	set_primary(t, p.client, 1);
	expect(t, soon(t, addr_made_prim(p.client, 1)));
	set_primary(t, p.server, 1);
	expect(t, soon(t, addr_made_prim(p.server, 1)));
	expect_over(t, p.client, p.server, ENDPOINT_A, 1);
	expect_over(t, p.server, p.client, ENDPOINT_B, 1);
	set_primary(t, p.client, 0);
	expect(t, soon(t, addr_made_prim(p.client, 0)));
	expect_over(t, p.client, p.server, ENDPOINT_A, 0);
	expect_over(t, p.server, p.client, ENDPOINT_B, 1);
}

CASE(primary, "not-the-peers",
	.title = "An address that is not the peer's is refused as primary with EINVAL, and nothing changes",
	.requirements = IDS(R_6458_8_1_9_02, R_9260_11_1_6_02), .tags = TAGS("default-timers"),
	.topology = &topology_two_paths)
{
	struct pair p = settled(t);
	const struct sockaddr_storage own = topology_address(&topology_two_paths, ENDPOINT_A, 1, IPV4);

	never(t, addr_made_prim(p.client, 0));
	never(t, addr_made_prim(p.client, 1));
	expect_primary_refused(t, p.client, (const struct sockaddr *)&own);
	expect_primary(t, p.client, 0);
	expect_over(t, p.client, p.server, ENDPOINT_A, 0);
	expect_quiet(t, s(100));
}

CASE(primary, "already", .title = "Making the primary path primary again is told by addr_made_prim and changes nothing",
	.requirements = IDS(R_6458_8_1_9_01, R_6458_6_1_2_07), .tags = TAGS("default-timers"),
	.topology = &topology_two_paths)
{
	struct pair p = settled(t);

	set_primary(t, p.client, 0);
	expect(t, soon(t, addr_made_prim(p.client, 0)));
	expect_primary(t, p.client, 0);
	expect_over(t, p.client, p.server, ENDPOINT_A, 0);
	expect_quiet(t, s(100));
}

CASE(primary, "data-in-flight", .title = "Changing the primary while data flows loses, doubles and reorders nothing",
	.requirements = IDS(R_6458_8_1_9_01, R_9260_6_3_3_09, R_9260_6_4_01), .tags = TAGS("data"),
	.topology = &topology_two_paths)
{
	struct pair p = settled(t);
	struct flow *data = send_messages(
		t, p.client, p.server, &(struct traffic){ .count = 60, .interval = ms(50), .streams = 3 });
	vtime changed;

	expect_delivered_range(t, data, 0, 19, promptly());
	set_primary(t, p.client, 1);
	changed = expect(t, soon(t, addr_made_prim(p.client, 1)));
	expect_delivered_range(t, data, 0, 39, promptly());
	expect_not_sent(t, A, 0, DATA, since(t, changed));
	set_primary(t, p.client, 0);
	changed = expect(t, soon(t, addr_made_prim(p.client, 0)));
	expect_delivered(t, data, promptly());
	expect_not_sent(t, A, 1, DATA, since(t, changed));
}

CASE(primary, "then-lost",
	.title = "A chosen primary that dies is left for the old one, and taken again when it recovers",
	.requirements = IDS(R_9260_6_4_06, R_9260_6_4_1_01, R_9260_8_2_06, R_6458_8_1_9_01), .tags = TAGS("data"),
	.topology = &topology_two_paths,
	.settings = { .rto_initial = MS(500),
		.rto_min = MS(500),
		.rto_max = MS(4000),
		.hb_interval = MS(5000),
		.path_max_retrans = 2 })
{
	struct pair p = settled(t);
	struct flow *data;
	vtime lost, mended;

	set_primary(t, p.client, 1);
	expect(t, soon(t, addr_made_prim(p.client, 1)));
	/* Its RTO has settled already; now it carries the traffic. */
	expect_over(t, p.client, p.server, ENDPOINT_A, 1);
	expect_quiet(t, 2 * duration(in_force(t)->sack_timeout));
	lost = inject(t, all_lost(1));
	data = say(t, p.client, p.server);
	expect_delivered(t, data, data_rerouted(t));
	expect(t, within(after(flow_sent_at(data, 0), data_unreachable(t)), addr_unreachable(p.client, 1)));
	expect(t, within(after(lost, idle_unreachable(t)), addr_unreachable(p.server, 1)));
	expect_over(t, p.client, p.server, ENDPOINT_A, 0);
	expect_primary(t, p.client, 1);
	mended = mend(t, all_lost(1));
	const struct window back = after(mended, recovery(t, mended - lost));
	expect_at_both(t, p, within(back, addr_available(EACH, 1)));
	expect_over(t, p.client, p.server, ENDPOINT_A, 1);
}

CASE(primary, "unreachable-path", .title = "A dead path that is made primary carries no data until it recovers",
	.requirements = IDS(R_6458_8_1_9_01, R_9260_6_4_1_01, R_9260_8_2_06), .tags = TAGS("idle"),
	.topology = &topology_two_paths,
	.settings = { .rto_initial = MS(500),
		.rto_min = MS(500),
		.rto_max = MS(4000),
		.hb_interval = MS(5000),
		.path_max_retrans = 2 })
{
	struct pair p = settled(t);
	const vtime lost = inject(t, all_lost(1));
	const struct window unreachable = after(lost, idle_unreachable(t));
	vtime mended;

	expect_at_both(t, p, within(unreachable, addr_unreachable(EACH, 1)));
	set_primary(t, p.client, 1);
	expect(t, soon(t, addr_made_prim(p.client, 1)));
	expect_primary(t, p.client, 1);
	expect_over(t, p.client, p.server, ENDPOINT_A, 0);
	mended = mend(t, all_lost(1));
	const struct window back = after(mended, recovery(t, mended - lost));
	expect_at_both(t, p, within(back, addr_available(EACH, 1)));
	expect_over(t, p.client, p.server, ENDPOINT_A, 1);
}
