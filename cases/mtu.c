/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mtu.c - paths that are too small for what is sent: routers that say so, and holes where large packets vanish and
 * small ones do not, so that HEARTBEATs are answered while DATA never arrives (RFC 9260 sections 6.9, 7.3, 8.1 and
 * 8.2).
 */
#include "cases/requirements.h"
#include "runner/engine/case.h"

enum { HOLE = 1000, LARGE = 1400 };

static const struct traffic large = { .size = LARGE };

/* ------------------------------------------------------------------ holes */

/* Each message is lost on the primary once, whose next HEARTBEAT says that all is well. */
CASE(mtu, "hole-on-primary",
	.title = "On a primary where large packets vanish each message costs a T3-rtx and takes the other path; "
		 "nothing is "
		 "told",
	.requirements = IDS(R_9260_6_4_06, R_9260_8_2_05, R_9260_8_3_18, R_7829_3_12, R_7829_3_18, R_9260_7_1_02),
	.tags = TAGS("data", "mtu"), .topology = &topology_two_paths)
{
	const struct pair p = settled(t);
	const vtime began = inject(t, mtu_hole(HOLE, 0));

	for (unsigned i = 0; i < 8; i++) {
		expect_delivered(t, send_messages(t, p.client, p.server, &large), data_rerouted(t));
		expect_quiet(t, heartbeat_period(t, doubled(1)).to);
		expect_paths_active(t, p);
	}
	expect_sent_exactly(t, 8, A, 0, DATA, since(t, began));
	expect_sent_exactly(t, 8, A, 1, DATA, since(t, began));
	/* small ones fit */
	expect_served_over(t, p, 0);
}

/* Where no path is potentially failed, HEARTBEATs wait for an idle path. Six messages in a row make it unreachable, and
 * the next HEARTBEAT is answered. */
CASE(mtu, "hole-on-primary-no-pf",
	.title = "A primary where large packets vanish is told to be unreachable under data, and available again when "
		 "idle",
	.requirements = IDS(R_9260_8_2_02, R_9260_8_2_03, R_9260_8_2_04, R_9260_8_2_06, R_9260_8_3_18, R_9260_6_3_3_02,
		R_9260_7_1_01),
	.tags = TAGS("data", "mtu"), .topology = &topology_two_paths,
	.settings = { .pf_enable = OFF, .path_max_retrans = 3 })
{
	const struct pair p = settled(t);

	inject(t, mtu_hole(HOLE, 0));
	for (unsigned i = 0; i < 3; i++)
		expect_delivered(t, send_messages(t, p.client, p.server, &large), t3_rtx(t, doubled(i)));
	struct flow *last = send_messages(t, p.client, p.server, &large);
	const vtime failed =
		expect(t, within(after(flow_sent_at(last, 0), t3_rtx(t, doubled(3))), addr_unreachable(p.client, 0)));
	expect_delivered(t, last, t3_rtx(t, doubled(3)));
	expect_over(t, p.client, p.server, 1);
	expect(t, within(after(failed, between(0, heartbeat_period(t, doubled(4)).to)), addr_available(p.client, 0)));
	expect_over(t, p.client, p.server, 0);
}

/* Each path's HEARTBEATs are answered, so that neither path nor the association has more than a few errors. */
static void data_never_arrives(struct trial *t, unsigned paths)
{
	const struct pair p = settled(t);
	const vtime watched = s(600);

	for (unsigned path = 0; path < paths; path++)
		inject(t, mtu_hole(HOLE, path));
	struct flow *flow = send_messages(t, p.client, p.server, &large);
	const vtime began = now(t);
	expect_quiet(t, watched);
	expect_established_at_both(t, p);
	/* A path that T3-rtx has struck is probed after its doubled RTO and half of it at the latest, and the answer
	 * ends the back-off: before the next T3-rtx there, or the one after it. */
	const unsigned least = (unsigned)(watched / timer_window(4 * duration(in_force(t)->rto_min)).to) / paths,
		       most = (unsigned)(watched / duration(in_force(t)->rto_min)) / paths + 1;
	for (unsigned path = 0; path < paths; path++) {
		expect_sent_at_least(t, least, A, path, DATA, since(t, began));
		expect_sent_at_most(t, most, A, path, DATA, since(t, began));
		mend(t, mtu_hole(HOLE, path));
	}
	expect_delivered(t, flow, between(watched, watched + s(10)));
	expect_quiet(t, s(100));
	expect_delivered_both_ways(t, p);
}

#define NEVER_ARRIVES(name, what, network, paths)                                                                 \
	VARIANT(mtu, name, data_never_arrives(t, paths),                                                          \
		.title = what " DATA is sent again for ever, and nothing is told while HEARTBEATs are answered",  \
		.requirements = IDS(R_9260_8_1_10, R_9260_8_2_05, R_9260_8_3_18, R_9260_8_3_20, R_9260_6_3_3_07), \
		.tags = TAGS("data", "mtu"), .topology = &(network))

NEVER_ARRIVES("hole-on-only-path", "Where large packets vanish on the only path", topology_one_path, 1)
NEVER_ARRIVES("hole-on-both-paths", "Where large packets vanish on both paths", topology_two_paths, 2)

/* ------------------------------------------------------------------ told */

/* Each path has an MTU of its own, and messages are cut to fit the smallest. */
CASE(mtu, "told-of-each-path",
	.title =
		"Each path has its own MTU, and messages are cut to fit the smallest of them, whichever path they take",
	.requirements = IDS(R_9260_7_3_01, R_9260_7_3_02, R_9260_7_3_03, R_9260_7_3_04, R_9260_7_3_05, R_9260_6_10,
		R_9260_6_9_08, R_9260_6_9_13, R_9260_10_10),
	.tags = TAGS("data", "mtu"), .topology = &topology_two_paths_routed)
{
	const struct pair p = settled(t);

	inject(t, mtu_told(1200, 0));
	expect_option(t, p.client, SCTP_GET_PEER_ADDR_INFO, ADDRESS_ON(0), IS(spinfo_mtu, 1500));
	expect_delivered(t, send_messages(t, p.client, p.server, &large), between(0, t3_rtx(t, doubled(0)).to));
	expect_option(t, p.client, SCTP_GET_PEER_ADDR_INFO, ADDRESS_ON(0), IS(spinfo_mtu, 1200));
	expect_option(t, p.client, SCTP_GET_PEER_ADDR_INFO, ADDRESS_ON(1), IS(spinfo_mtu, 1500));
	/* less the headers of IPv4, SCTP and DATA */
	expect_option(t, p.client, SCTP_STATUS, ASSOCIATION, IS(sstat_fragmentation_point, 1200 - 20 - 12 - 16));
	expect_quiet(t, heartbeat_period(t, doubled(1)).to);
	inject(t, mtu_told(800, 1));
	/* what path 0 has room for is too large for path 1; sent again, it takes path 0 */
	expect_delivered(t, send_messages(t, p.client, p.server, &(struct traffic){ .size = 1100, .over = OVER(1) }),
		t3_rtx(t, doubled(0)));
	expect_option(t, p.client, SCTP_GET_PEER_ADDR_INFO, ADDRESS_ON(0), IS(spinfo_mtu, 1200));
	expect_option(t, p.client, SCTP_GET_PEER_ADDR_INFO, ADDRESS_ON(1), IS(spinfo_mtu, 800));
	expect_option(t, p.client, SCTP_STATUS, ASSOCIATION, IS(sstat_fragmentation_point, 800 - 20 - 12 - 16));
	expect_quiet(t, heartbeat_period(t, doubled(1)).to);
	const vtime cut = now(t);
	expect_delivered(t, send_messages(t, p.client, p.server, &(struct traffic){ .size = 3 * 752 }), promptly());
	expect_sent_exactly(t, 3, A, 0, DATA, since(t, cut));
	expect_quiet(t, s(100));
	expect_paths_active(t, p);
}

struct told {
	struct row row;
	uint32_t mtu;
	size_t size;
};

static const struct told tolds[] = {
	{ ROW("told-in-flight-1400", "An MTU of 1400 that is told while data flows"), .mtu = 1400, .size = 1400 },
	{ ROW("told-in-flight-1000", "An MTU of 1000 that is told while data flows"), .mtu = 1000, .size = 1400 },
	{ ROW("told-in-flight-600", "An MTU of 600 that is told while data flows"), .mtu = 600, .size = 1400 },
	{ ROW("told-in-flight-fragments", "An MTU of 1000 that is told while messages of five fragments are under way"),
		.mtu = 1000, .size = 6000 },
};

/* What is under way is sent again, in IP fragments or not; nothing is lost, and no path fails. */
FAMILY(mtu, tolds, .requirements = IDS(R_9260_7_3_01, R_9260_6_9_09, R_9260_10_10, R_9260_6_6_01, R_9260_6_9_03),
	.tags = TAGS("data", "mtu"), .topology = &topology_two_paths_routed)
{
	const struct told *it = row;
	const struct pair p = settled(t);
	struct flow *flow = send_messages(t, p.client, p.server,
		&(struct traffic){ .count = 60, .size = it->size, .interval = ms(20), .streams = 3 });

	expect_quiet(t, ms(590));
	inject(t, mtu_told(it->mtu, 0));
	expect_delivered(t, flow, between(0, s(3)));
	expect_option(t, p.client, SCTP_GET_PEER_ADDR_INFO, ADDRESS_ON(0), IS(spinfo_mtu, it->mtu));
	expect_quiet(t, s(100));
	expect_paths_active(t, p);
	const vtime cut = now(t);
	expect_delivered(t, send_messages(t, p.client, p.server, &(struct traffic){ .size = it->mtu }), promptly());
	expect_sent_exactly(t, 2, A, 0, DATA, since(t, cut));
	expect_not_sent(t, A, 1, DATA, since(t, cut));
}
