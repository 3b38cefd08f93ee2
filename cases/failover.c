/* SPDX-License-Identifier: Apache-2.0 */
/*
 * failover.c - one of the paths fails (RFC 9260 sections 6.4 and 8.2, RFC 7829): both ends report
 * the path in time, the association survives, and data goes over the other path.
 *
 * Each kind of fault is tried on the primary and on the secondary path, idle and with data from
 * the client. A heartbeat and its answer need both directions of a path. So both ends notice each
 * fault, even one that blocks one direction only.
 */
#include "cases/requirements.h"
#include "runner/engine/case.h"

/* The time between two messages of a stream. */
#define INTERVAL ms(100)

static unsigned other_path(unsigned path)
{
	return path == 0 ? 1 : 0;
}

/* Neither host sees loss inside the network. A fault that takes a link away also keeps packets from being sent, at once
 * or as soon as the neighbour is found to be gone. */
static bool packets_still_leave(struct fault fault)
{
	return fault.kind == FAULT_LOSS;
}

static bool data_still_arrives(struct fault fault)
{
	return fault.kind == FAULT_LOSS && fault.direction == B_TO_A;
}

/* Long after the path was reported no further event comes, and heartbeats still probe the path. */
static void expect_looked_for(struct trial *t, struct fault fault)
{
	const vtime began = now(t);

	expect_quiet(t, heartbeat_period(t, BACKED_OFF).to);
	if (packets_still_leave(fault))
		expect_sent_by_both(t, fault.path, HEARTBEAT, since(t, began));
}

static void expect_lives_without(struct trial *t, struct pair p, unsigned path)
{
	expect_path_state_at_both(t, p, path, PATH_INACTIVE);
	expect_path_state_at_both(t, p, other_path(path), PATH_ACTIVE);
	expect_established_at_both(t, p);
}

/* ------------------------------------------------------------------ idle */

static void idle_path_fails(struct trial *t, struct fault fault)
{
	const struct pair p = settled(t);
	const vtime failed = inject(t, fault);

	expect_at_both(t, p, within(after(failed, idle_unreachable(t)), addr_unreachable(EACH, fault.path)));
	expect_lives_without(t, p, fault.path);
	expect_looked_for(t, fault);
	expect_served_over(t, p, other_path(fault.path));
	expect_lives_without(t, p, fault.path);
}

/* ------------------------------------------------------------------ with data */

/* When a path becomes potentially failed, and when it is reported unreachable. */
struct detection {
	struct window potentially_failed, unreachable;
};

/* Detection by heartbeats alone, at an end that sends no data on the path. */
static struct detection by_heartbeats(struct trial *t, vtime failed)
{
	return (struct detection){ after(failed, idle_potentially_failed(t)), after(failed, idle_unreachable(t)) };
}

/* Detection by data that is sent on the path from `sent` on. */
static struct detection by_data(struct trial *t, vtime sent)
{
	return (struct detection){ after(sent, stream_potentially_failed(t, INTERVAL)),
		after(sent, stream_unreachable(t, INTERVAL)) };
}

/* Gives the instant at which the client reported it. */
static vtime expect_detected(
	struct trial *t, struct pair p, unsigned path, struct detection at_client, struct detection at_server)
{
	const struct item items[] = {
		within(at_client.potentially_failed, addr_potentially_failed(p.client, path)),
		within(at_client.unreachable, addr_unreachable(p.client, path)),
		within(at_server.potentially_failed, addr_potentially_failed(p.server, path)),
		within(at_server.unreachable, addr_unreachable(p.server, path)),
	};
	vtime at[4];

	expect_group(t, IN_ANY_ORDER, items, 4, at, NULL);
	expect_that(t, at[0] < at[1] && at[2] < at[3], "path %u is potentially failed before it is unreachable", path);
	return at[1];
}

/* A stream from the client that begins now and outlives the slowest detection. */
static struct flow *stream(struct trial *t, struct pair p)
{
	const vtime duration = idle_unreachable(t).to + s(5);

	return send_messages(t, p.client, p.server,
		&(struct traffic){
			.count = (unsigned)(duration / INTERVAL), .interval = INTERVAL, .streams = 3, .ppid = 1000 });
}

static unsigned messages_sent_in(vtime duration)
{
	return (unsigned)(duration / INTERVAL);
}

static void primary_fails_under_data(struct trial *t, struct fault fault)
{
	const struct pair p = settled(t);
	const vtime failed = inject(t, fault);
	struct flow *flow = stream(t, p);
	const vtime sent = flow_sent_at(flow, 0);
	const struct window rerouted = data_rerouted(t);
	const unsigned first_on_other = messages_sent_in(rerouted.to) + 1;
	const unsigned last = messages_sent_in(idle_unreachable(t).to);

	expect_detected(t, p, 0, by_data(t, sent), by_heartbeats(t, failed));
	/* The first message waits for T3-rtx, the next ones for the rest of it; later ones do not wait. */
	expect_delivered_range(t, flow, 0, 0, data_still_arrives(fault) ? promptly() : rerouted);
	expect_delivered_range(t, flow, 1, first_on_other - 1, between(0, rerouted.to));
	expect_delivered_range(t, flow, first_on_other, last, promptly());
	expect_delivered(t, flow, between(0, rerouted.to));
	expect_sent_at_least(t, last - first_on_other, A, 1, DATA, since(t, sent));
	expect_not_sent(t, A, 0, DATA, between(sent + data_potentially_failed(t).to, now(t)));
	expect_lives_without(t, p, 0);
	expect_looked_for(t, fault);
	expect_served_over(t, p, 1);
}

static void secondary_fails_under_data(struct trial *t, struct fault fault)
{
	const struct pair p = settled(t);
	const vtime failed = inject(t, fault);
	struct flow *flow = stream(t, p);

	expect_detected(t, p, 1, by_heartbeats(t, failed), by_heartbeats(t, failed));
	expect_delivered(t, flow, promptly());
	expect_not_sent(t, A, 1, DATA, since(t, failed));
	expect_lives_without(t, p, 1);
	expect_looked_for(t, fault);
	expect_served_over(t, p, 0);
}

/* ------------------------------------------------------------------ each fault, on each path, idle */

#define OF_AN_IDLE_PATH                                                                                                \
	IDS(R_9260_8_2_01,                                   /* errors are counted for each address */                 \
		R_9260_8_2_03, R_9260_8_2_04,                /* above Path.Max.Retrans it is inactive, and reported */ \
		R_9260_8_3_11, R_9260_8_3_12, R_9260_8_3_13, /* by HEARTBEATs alone as well, which go on */            \
		R_9260_6_4_1_01,                             /* what is sent takes an active path */                   \
		R_9260_11_2_3_01, R_6458_6_1_2_02, R_6458_6_1_2_04 /* SCTP_ADDR_UNREACHABLE names the address */)

#define IDLE_PRIMARY(name, that, fault, kind)                                                   \
	VARIANT(failover, name, idle_path_fails(t, fault),                                      \
		.title = "An idle primary path " that " is reported unreachable at both ends",  \
		.requirements = OF_AN_IDLE_PATH, .tags = TAGS("idle", #kind, "default-timers"), \
		.topology = &TOPOLOGY_FOR_##kind)

IDLE_PRIMARY("primary-loss-both-idle", "that loses everything", all_lost(0), loss)
IDLE_PRIMARY("primary-loss-outgoing-idle", "that loses what the client sends", lost_on_the_way(0, A_TO_B), loss)
IDLE_PRIMARY("primary-loss-incoming-idle", "that loses what the server sends", lost_on_the_way(0, B_TO_A), loss)
IDLE_PRIMARY("primary-link-local-idle", "whose link is down at the client", link_down(0, AT_A), link)
IDLE_PRIMARY("primary-link-remote-idle", "whose link is down at the server", link_down(0, AT_B), link)
IDLE_PRIMARY("primary-router-idle", "whose router is down", router_down(0), router)

#define IDLE_SECONDARY(name, that, fault, kind)                                                                   \
	VARIANT(failover, name, idle_path_fails(t, fault),                                                        \
		.title = "An idle secondary path " that " is reported unreachable at both ends",                  \
		.requirements = IDS(R_9260_8_1_03, /* it does not count for the association */                    \
			R_9260_8_2_01, R_9260_8_2_03, R_9260_8_2_04, R_9260_8_3_11, R_9260_8_3_12, R_9260_8_3_13, \
			R_9260_6_4_01, /* data stays on the primary */                                            \
			R_6458_6_1_2_02, R_6458_6_1_2_04),                                                        \
		.tags = TAGS("idle", #kind, "default-timers"), .topology = &TOPOLOGY_FOR_##kind)

IDLE_SECONDARY("secondary-loss-both-idle", "that loses everything", all_lost(1), loss)
IDLE_SECONDARY("secondary-loss-outgoing-idle", "that loses what the client sends", lost_on_the_way(1, A_TO_B), loss)
IDLE_SECONDARY("secondary-loss-incoming-idle", "that loses what the server sends", lost_on_the_way(1, B_TO_A), loss)
IDLE_SECONDARY("secondary-link-local-idle", "whose link is down at the client", link_down(1, AT_A), link)
IDLE_SECONDARY("secondary-link-remote-idle", "whose link is down at the server", link_down(1, AT_B), link)
IDLE_SECONDARY("secondary-router-idle", "whose router is down", router_down(1), router)

/* ------------------------------------------------------------------ each fault, on each path, with data */

/* Potentially failed paths are reported as well, and each fault is detected within seconds. */
#define SHARP                                                                             \
	{                                                                                 \
		.hb_interval = MS(5000), .path_max_retrans = 2, .pf_expose = PF_EXPOSE_ON \
	}

#define OF_A_LOADED_PRIMARY                                                                                        \
	IDS(R_9260_6_3_3_05, R_9260_6_4_06, R_9260_6_4_1_01, /* after T3-rtx data takes another path */            \
		R_9260_8_2_02, R_9260_8_2_03, R_9260_8_2_04, /* the primary is inactive in time, and reported */   \
		R_9260_8_2_08, R_9260_8_3_13,                /* new data takes an alternate, HEARTBEATs go on */   \
		R_7829_3_02, R_7829_3_03, R_7829_3_04, R_7829_3_08, /* first it is potentially failed, and left */ \
		R_7829_3_15, R_7829_3_17, R_7829_7_1_01, R_6458_6_1_2_04 /* both are told */)

#define LOADED(name, that, fault, kind)                                                              \
	VARIANT(failover, name, primary_fails_under_data(t, fault),                                  \
		.title = "Data on a primary path " that " goes over the secondary after one T3-rtx", \
		.requirements = OF_A_LOADED_PRIMARY, .tags = TAGS("data", #kind), .settings = SHARP, \
		.topology = &TOPOLOGY_FOR_##kind)

LOADED("primary-loss-both-data", "that loses everything", all_lost(0), loss)
LOADED("primary-loss-outgoing-data", "that loses it, but no answers,", lost_on_the_way(0, A_TO_B), loss)
LOADED("primary-loss-incoming-data", "that loses only the answers arrives once, and", lost_on_the_way(0, B_TO_A), loss)
LOADED("primary-link-local-data", "whose link is down at its sender", link_down(0, AT_A), link)
LOADED("primary-link-remote-data", "whose link is down at its receiver", link_down(0, AT_B), link)
LOADED("primary-router-data", "whose router is down", router_down(0), router)

#define BESIDE_A_LOADED_PRIMARY                                                                              \
	IDS(R_9260_6_4_01, R_9260_8_1_03, /* data stays, and the association is not charged */               \
		R_9260_8_2_03, R_9260_8_2_04, R_9260_8_3_05, R_9260_8_3_13, /* inactive, reported, probed */ \
		R_7829_3_01, R_7829_3_10, R_7829_3_15, R_7829_3_17, R_6458_6_1_2_04 /* potentially failed first */)

#define BESIDE(name, that, fault, kind)                                                                  \
	VARIANT(failover, name, secondary_fails_under_data(t, fault),                                    \
		.title = "A secondary path " that " is reported, and data on the primary never notices", \
		.requirements = BESIDE_A_LOADED_PRIMARY, .tags = TAGS("data", #kind), .settings = SHARP, \
		.topology = &TOPOLOGY_FOR_##kind)

BESIDE("secondary-loss-both-data", "that loses everything", all_lost(1), loss)
BESIDE("secondary-loss-outgoing-data", "that loses what the client sends", lost_on_the_way(1, A_TO_B), loss)
BESIDE("secondary-loss-incoming-data", "that loses what the server sends", lost_on_the_way(1, B_TO_A), loss)
BESIDE("secondary-link-local-data", "whose link is down at the client", link_down(1, AT_A), link)
BESIDE("secondary-link-remote-data", "whose link is down at the server", link_down(1, AT_B), link)
BESIDE("secondary-router-data", "whose router is down", router_down(1), router)

/* ------------------------------------------------------------------ other networks */

VARIANT(failover, "primary-loss-both-ipv6-idle", idle_path_fails(t, all_lost(0)),
	.title = "An idle primary IPv6 path that loses everything is reported unreachable at both ends",
	.requirements = OF_AN_IDLE_PATH, .tags = TAGS("idle", "loss", "ipv6", "default-timers"),
	.topology = &topology_two_paths_ipv6)

VARIANT(failover, "primary-loss-both-ipv6-data", primary_fails_under_data(t, all_lost(0)),
	.title = "Data on a primary IPv6 path that loses everything goes over the secondary after one T3-rtx",
	.requirements = OF_A_LOADED_PRIMARY, .tags = TAGS("data", "loss", "ipv6"), .topology = &topology_two_paths_ipv6,
	.settings = SHARP)

/* The strikes of both addresses together must not reach Association.Max.Retrans before a heartbeat of the other path is
 * answered. */
CASE(failover, "primary-loss-both-dual-stack-idle",
	.title = "When a path of two families loses everything both of its addresses are reported unreachable",
	.requirements = OF_AN_IDLE_PATH, .tags = TAGS("idle", "loss", "ipv6"),
	.topology = &topology_two_paths_dual_stack, .settings = { .association_max_retrans = 20 })
{
	const struct pair p = settled(t);
	const vtime failed = inject(t, all_lost(0));
	const struct window window = after(failed, idle_unreachable(t));

	expect_all(t, within(window, of_family(IPV4, addr_unreachable(p.client, 0))),
		within(window, of_family(IPV6, addr_unreachable(p.client, 0))),
		within(window, of_family(IPV4, addr_unreachable(p.server, 0))),
		within(window, of_family(IPV6, addr_unreachable(p.server, 0))));
	expect_lives_without(t, p, 0);
	expect_looked_for(t, all_lost(0));
	expect_served_over(t, p, 1);
}

/* The alternate path may change when the primary's state does, and retransmissions may take the other alternate. */
CASE(failover, "three-paths-one-alternate",
	.title = "With two alternates all new data that leaves the dead primary takes one of them",
	.requirements = IDS(R_9260_8_2_03, /* mark the address inactive when the counter exceeds Path.Max.Retrans */
		R_9260_8_2_08, R_9260_8_2_09, R_7829_3_04, R_6458_6_1_2_04),
	.tags = TAGS("data", "loss"), .topology = &topology_three_paths, .settings = SHARP)
{
	const struct pair p = settled(t);
	const vtime failed = inject(t, all_lost(0));
	struct flow *flow = stream(t, p);
	const vtime sent = flow_sent_at(flow, 0), gone = sent + data_rerouted(t).to;
	vtime detected;

	detected = expect_detected(t, p, 0, by_data(t, sent), by_heartbeats(t, failed));
	expect_delivered(t, flow, between(0, data_rerouted(t).to));
	expect_sent_on_one_path(t, A, DATA, between(gone, detected - INTERVAL));
	expect_sent_on_one_path(t, A, DATA, between(detected + INTERVAL, now(t)));
	expect_not_sent(t, A, 0, DATA, since(t, gone));
}
