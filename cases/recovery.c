/* SPDX-License-Identifier: Apache-2.0 */
/*
 * recovery.c - a path that was reported unreachable works again: both ends say so when a heartbeat
 * is answered, and new data returns to the primary (RFC 9260 sections 8.2 and 8.3, RFC 7829 section
 * 3).
 */
#include "cases/requirements.h"
#include "runner/engine/case.h"

/* Between two messages of a stream. */
#define INTERVAL ms(500)

static void all_active(struct trial *t, struct pair p)
{
	expect_paths_active(t, p);
}

/* New data takes the primary, both ways, and nothing is told any more. */
static void expect_data_on_primary(struct trial *t, struct pair p)
{
	const vtime began = now(t);

	expect_delivered_both_ways(t, p);
	expect_quiet(t, s(300));
	expect_sent_by_both(t, 0, DATA, since(t, began));
	expect_not_sent_by_both(t, 1, DATA, since(t, began));
}

static vtime fails(struct trial *t, struct pair p, struct fault fault)
{
	const vtime failed = inject(t, fault);
	const struct window unreachable = after(failed, idle_unreachable(t));

	expect_at_both(t, p, within(unreachable, addr_unreachable(EACH, fault.path)));
	return failed;
}

static void recovers(struct trial *t, struct pair p, struct fault fault, vtime failed)
{
	const vtime mended = mend(t, fault);
	const struct window available = after(mended, recovery(t, mended - failed));

	expect_at_both(t, p, within(available, addr_available(EACH, fault.path)));
}

/* ------------------------------------------------------------------ idle */

static void idle_path_recovers(struct trial *t, struct fault fault, vtime wait)
{
	const struct pair p = settled(t);
	const vtime failed = fails(t, p, fault);

	if (wait > 0)
		expect_quiet(t, wait);
	recovers(t, p, fault, failed);
	all_active(t, p);
	expect_data_on_primary(t, p);
}

#define OF_A_PATH_THAT_COMES_BACK                                                                                   \
	IDS(R_9260_8_2_06, R_9260_8_3_13, R_9260_8_3_18, R_9260_8_3_19, R_9260_11_2_3_01, R_7829_3_14, R_7829_5_03, \
		R_6458_6_1_2_03)

CASE(recovery, "loss-idle",
	.title = "An idle primary that lost everything is available again at both ends, and carries new data",
	.requirements = OF_A_PATH_THAT_COMES_BACK, .tags = TAGS("idle", "loss", "default-timers"),
	.topology = &topology_two_paths)
{
	idle_path_recovers(t, all_lost(0), 0);
}

CASE(recovery, "loss-incoming-idle",
	.title = "An idle primary that lost what the server sent is available again at both ends, and carries new data",
	.requirements = OF_A_PATH_THAT_COMES_BACK, .tags = TAGS("idle", "loss", "default-timers"),
	.topology = &topology_two_paths)
{
	idle_path_recovers(t, lost_on_the_way(0, B_TO_A), 0);
}

CASE(recovery, "link-local-idle",
	.title = "An idle primary whose link was down at the client is available again at both ends, and carries new "
		 "data",
	.requirements = OF_A_PATH_THAT_COMES_BACK, .tags = TAGS("idle", "link", "default-timers"),
	.topology = &topology_two_paths)
{
	idle_path_recovers(t, link_down(0, AT_A), 0);
}

CASE(recovery, "link-remote-idle",
	.title = "An idle primary whose link was down at the server is available again at both ends, and carries new "
		 "data",
	.requirements = OF_A_PATH_THAT_COMES_BACK, .tags = TAGS("idle", "link", "default-timers"),
	.topology = &topology_two_paths)
{
	idle_path_recovers(t, link_down(0, AT_B), 0);
}

CASE(recovery, "router-idle",
	.title = "An idle primary whose router was down is available again at both ends, and carries new data",
	.requirements = OF_A_PATH_THAT_COMES_BACK, .tags = TAGS("idle", "router", "default-timers"),
	.topology = &topology_two_paths_routed)
{
	idle_path_recovers(t, router_down(0), 0);
}

CASE(recovery, "ipv6-idle",
	.title = "An idle IPv6 primary that lost everything is available again at both ends, and carries new data",
	.requirements = OF_A_PATH_THAT_COMES_BACK, .tags = TAGS("idle", "loss", "ipv6", "default-timers"),
	.topology = &topology_two_paths_ipv6)
{
	idle_path_recovers(t, all_lost(0), 0);
}

CASE(recovery, "secondary-idle",
	.title =
		"An idle secondary that lost everything is available again at both ends, and data stays on the primary",
	.requirements = OF_A_PATH_THAT_COMES_BACK, .tags = TAGS("idle", "loss", "default-timers"),
	.topology = &topology_two_paths)
{
	idle_path_recovers(t, all_lost(1), 0);
}

CASE(recovery, "after-an-hour",
	.title = "A primary that was dead for more than an hour, its RTO at RTO.Max, is found alive within HB.interval "
		 "and one and a half RTO.Max",
	.requirements = OF_A_PATH_THAT_COMES_BACK, .tags = TAGS("idle", "loss", "default-timers"),
	.topology = &topology_two_paths)
{
	idle_path_recovers(t, all_lost(0), s(3600));
}

CASE(recovery, "again-and-again",
	.title = "Three outages of the primary one after the other are told one by one, each in its time",
	.requirements = IDS(R_9260_8_2_03, R_9260_8_2_05, R_9260_8_2_06, R_9260_8_3_18, R_9260_8_3_19, R_6458_6_1_2_03,
		R_6458_6_1_2_04),
	.tags = TAGS("idle", "link", "flapping", "default-timers"), .topology = &topology_two_paths)
{
	const struct pair p = settled(t);

	for (unsigned round = 0; round < 3; round++)
		recovers(t, p, link_down(0, AT_B), fails(t, p, link_down(0, AT_B)));
	all_active(t, p);
	expect_data_on_primary(t, p);
}

/* ------------------------------------------------------------------ with data */

/* A stream goes on through failure and recovery: it leaves the primary, and returns to it. */
static void path_recovers_under_data(struct trial *t, struct fault fault)
{
	const struct pair p = settled(t);
	const vtime failed = inject(t, fault);
	const vtime longest = idle_unreachable(t).to + heartbeat_period(t, BACKED_OFF).to + s(20);
	struct flow *flow = send_messages(t, p.client, p.server,
		&(struct traffic){ .count = (unsigned)(longest / INTERVAL), .interval = INTERVAL, .streams = 3 });
	const vtime sent = flow_sent_at(flow, 0);
	vtime mended, at[2], detected;
	struct window available;

	expect_all(t, within(after(sent, stream_unreachable(t, INTERVAL)), addr_unreachable(p.client, 0)),
		within(after(failed, idle_unreachable(t)), addr_unreachable(p.server, 0)));
	detected = now(t);
	mended = mend(t, fault);
	available = after(mended, recovery(t, mended - failed));
	expect_group(t, IN_ANY_ORDER,
		(const struct item[]){ within(available, addr_available(p.client, 0)),
			within(available, addr_available(p.server, 0)) },
		2, at, NULL);
	expect_delivered(t, flow, between(0, data_rerouted(t).to));
	expect_sent(t, A, 1, DATA, between(detected - s(10), detected));
	expect_not_sent(t, A, 0, DATA, between(sent + data_rerouted(t).to, mended));
	expect_sent(t, A, 0, DATA, since(t, at[0]));
	expect_not_sent(t, A, 1, DATA, since(t, at[0]));
	all_active(t, p);
	expect_data_on_primary(t, p);
}

#define OF_A_PRIMARY_THAT_COMES_BACK                                                                               \
	IDS(R_9260_6_4_01, R_9260_8_2_06, R_9260_8_2_08, R_9260_8_3_18, R_9260_8_3_19, R_9260_8_3_20, R_7829_3_14, \
		R_7829_5_03, R_6458_6_1_2_03)

CASE(recovery, "loss-data",
	.title = "Data returns to a primary that lost everything as soon as it is available, and none is lost",
	.requirements = OF_A_PRIMARY_THAT_COMES_BACK, .tags = TAGS("data", "loss", "default-timers"),
	.topology = &topology_two_paths)
{
	path_recovers_under_data(t, all_lost(0));
}

CASE(recovery, "link-local-data",
	.title = "Data returns to a primary whose link was down at its sender as soon as it is available, and none is "
		 "lost",
	.requirements = OF_A_PRIMARY_THAT_COMES_BACK, .tags = TAGS("data", "link", "default-timers"),
	.topology = &topology_two_paths)
{
	path_recovers_under_data(t, link_down(0, AT_A));
}

CASE(recovery, "link-remote-data",
	.title = "Data returns to a primary whose link was down at its receiver as soon as it is available, and none "
		 "is lost",
	.requirements = OF_A_PRIMARY_THAT_COMES_BACK, .tags = TAGS("data", "link", "default-timers"),
	.topology = &topology_two_paths)
{
	path_recovers_under_data(t, link_down(0, AT_B));
}

CASE(recovery, "router-data",
	.title = "Data returns to a primary whose router was down as soon as it is available, and none is lost",
	.requirements = OF_A_PRIMARY_THAT_COMES_BACK, .tags = TAGS("data", "router", "default-timers"),
	.topology = &topology_two_paths_routed)
{
	path_recovers_under_data(t, router_down(0));
}

/* Not told as unreachable, but as potentially failed: that has its AVAILABLE too, and no
 * UNREACHABLE. */
CASE(recovery, "potentially-failed-data",
	.title = "A primary that is only potentially failed when it works again is available without having been "
		 "unreachable",
	.requirements = IDS(
		R_7829_3_03, R_7829_3_12, R_7829_3_14, R_7829_3_17, R_7829_3_18, R_7829_7_1_01, R_6458_6_1_2_03),
	.tags = TAGS("data", "loss"), .topology = &topology_two_paths, .settings = { .pf_expose = PF_EXPOSE_ON })
{
	const struct pair p = settled(t);
	const vtime failed = inject(t, all_lost(0));
	struct flow *flow = say(t, p.client, p.server);
	const vtime sent = flow_sent_at(flow, 0);
	vtime mended;

	expect(t, within(after(sent, data_potentially_failed(t)), addr_potentially_failed(p.client, 0)));
	expect_delivered(t, flow, data_rerouted(t));
	expect_path_state(t, p.client, 0, PATH_POTENTIALLY_FAILED);
	mended = mend(t, all_lost(0));
	/* A potentially failed path is probed without HB.interval. */
	expect(t, within(between(mended, mended + probe_period(t, doubled(1)).to), addr_available(p.client, 0)));
	expect_path_state(t, p.client, 0, PATH_ACTIVE);
	expect_that(t, mended - failed < idle_potentially_failed(t).from,
		"the outage was too short for the server to notice");
	expect_data_on_primary(t, p);
}
