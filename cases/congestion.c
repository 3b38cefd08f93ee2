/* SPDX-License-Identifier: Apache-2.0 */
/*
 * congestion.c - how much may be outstanding: slow start, congestion avoidance, what a loss and what T3-rtx makes of
 * cwnd, what idle time does, and what comes of it over a narrow path (RFC 9260 sections 7.1 and 7.2).
 *
 * SCTP_GET_PEER_ADDR_INFO tells cwnd. All paths are of IPv4 and 1500 octets.
 */
#include "cases/requirements.h"
#include "runner/engine/case.h"

enum {
	MTU = 1500,
	INITIAL = 4380, /* min(4 MTU, max(2 MTU, 4380)) as RFC 4960 has it, or the like with 4404 of RFC 9260 */
	INITIAL_9260 = 4404,
	FULL = 1452, /* octets of a message that fills a packet */
	FLOOR = 4 * MTU,
};

static void expect_cwnd(struct trial *t, struct peer *peer, unsigned path, int64_t from, int64_t to)
{
	if (from == to)
		expect_option(t, peer, SCTP_GET_PEER_ADDR_INFO, ADDRESS_ON(path), IS(spinfo_cwnd, from));
	else
		expect_option(t, peer, SCTP_GET_PEER_ADDR_INFO, ADDRESS_ON(path), BETWEEN(spinfo_cwnd, from, to));
}

static int64_t cwnd(struct trial *t, struct peer *peer, unsigned path)
{
	return ask_option(t, peer, SCTP_GET_PEER_ADDR_INFO, ADDRESS_ON(path), "spinfo_cwnd");
}

static struct flow *full_packets(struct trial *t, struct pair p, unsigned count)
{
	return send_messages(t, p.client, p.server, &(struct traffic){ .count = count, .size = FULL });
}

/* No HEARTBEATs, which Linux takes for the passing of idle time. */
#define QUIET .pf_enable = OFF, .hb_interval = MS(36000000)

/* ------------------------------------------------------------------ slow start */

CASE(congestion, "initial", .title = "Each path begins with the initial cwnd, at both ends",
	.requirements = IDS(R_9260_7_2_1_01, R_9260_7_2_03, R_9260_7_1_04), .topology = &topology_three_paths,
	.settings = { QUIET })
{
	const struct pair p = settled(t);

	expect_cwnd(t, p.client, 0, INITIAL, INITIAL_9260);
	expect_cwnd(t, p.server, 0, INITIAL, INITIAL_9260);
	/* those that were idle for an RTO may have the cwnd of idle paths */
	for (unsigned path = 1; path < 3; path++) {
		expect_cwnd(t, p.client, path, INITIAL, FLOOR);
		expect_cwnd(t, p.server, path, INITIAL, FLOOR);
	}
}

CASE(congestion, "application-limited",
	.title = "An application that never has more than one message outstanding does not make cwnd grow",
	.requirements = IDS(R_9260_7_2_1_05, R_9260_7_2_1_06), .topology = &topology_one_path, .settings = { QUIET })
{
	const struct pair p = settled(t);
	const int64_t before = cwnd(t, p.client, 0);

	for (unsigned i = 0; i < 20; i++) {
		expect_delivered(t, full_packets(t, p, 1), promptly());
		expect_quiet(t, ms(300));
	}
	expect_cwnd(t, p.client, 0, before, before);
}

/* A round of slow start: what cwnd has room for is sent, each second packet is acknowledged, and each SACK makes cwnd
 * an MTU larger at most. */
CASE(congestion, "slow-start",
	.title = "In slow start cwnd grows by an MTU for each SACK, and only on the path that carries the data",
	.requirements = IDS(R_9260_7_2_1_07, R_9260_7_2_1_08, R_9260_7_2_1_10, R_9260_7_2_03, R_9260_7_1_04,
		R_9260_7_2_01, R_9260_7_2_02),
	.topology = &topology_two_distant_paths, .settings = { QUIET })
{
	const struct pair p = settled(t);
	const int64_t before = cwnd(t, p.client, 0);
	const vtime began = now(t);
	struct flow *flow = full_packets(t, p, 100);

	/* 4, 6, 9, 13, 19, 28, ... packets a round trip */
	expect_delivered(t, flow, between(ms(50), ms(50) + 8 * ms(100)));
	expect_quiet(t, ms(500));
	/* every second packet was acknowledged, or the only one of a round */
	expect_sent_at_least(t, 50, B, 0, SACK, since(t, began));
	expect_sent_at_most(t, 60, B, 0, SACK, since(t, began));
	expect_cwnd(t, p.client, 0, before + 20 * MTU, before + 60 * MTU);
	expect_cwnd(t, p.client, 1, INITIAL, FLOOR);
	expect_cwnd(t, p.server, 0, INITIAL, INITIAL_9260);
}

CASE(congestion, "other-path-begins-anew",
	.title =
		"A path to which the primary is moved begins with slow start, however large the cwnd of the old one is",
	.requirements = IDS(R_9260_7_1_05, R_9260_7_1_04, R_9260_7_2_1_01, R_9260_7_2_1_10),
	.topology = &topology_two_distant_paths, .settings = { QUIET })
{
	const struct pair p = settled(t);

	expect_delivered(t, full_packets(t, p, 100), between(ms(50), s(1)));
	expect_quiet(t, s(1));
	set_primary(t, p.client, 1);
	expect(t, soon(t, addr_made_prim(p.client, 1)));
	expect_cwnd(t, p.client, 1, INITIAL, FLOOR);
	const vtime began = now(t);
	struct flow *flow = full_packets(t, p, 20);
	/* of the first round trip: a packet more than the window has room for, which is that of an idle path */
	expect_delivered(t, flow, between(ms(150), s(2)));
	expect_sent_at_least(t, 4, A, 1, DATA, between(began, began + ms(150)));
	expect_sent_at_most(t, 5, A, 1, DATA, between(began, began + ms(150)));
}

CASE(congestion, "idle-decays", .title = "While a path is idle its cwnd is halved for each RTO, down to four MTUs",
	.requirements = IDS(R_9260_7_2_1_11, R_9260_7_1_03), .topology = &topology_two_distant_paths)
{
	const struct pair p = settled(t);

	expect_delivered(t, full_packets(t, p, 100), between(ms(50), s(1)));
	expect_quiet(t, ms(300));
	expect_that(t, cwnd(t, p.client, 0) > 2 * FLOOR, "cwnd has grown beyond eight MTUs");
	expect_quiet(t, s(10) + ms(500));
	/* ten RTOs: a thousandth, or the floor */
	expect_cwnd(t, p.client, 0, INITIAL, FLOOR);
}

/* ------------------------------------------------------------------ loss */

/* Section 7.2.3 and 6.3.3, E1: one packet may be outstanding until something is acknowledged. */
CASE(congestion, "t3-rtx",
	.title = "When T3-rtx expires cwnd is one MTU: one packet is sent again, and no other until it is acknowledged",
	.requirements = IDS(R_9260_7_2_3_02, R_9260_7_2_1_02, R_9260_6_3_3_01, R_9260_6_3_3_08, R_9260_6_1_25),
	.topology = &topology_one_path, .settings = { QUIET })
{
	const struct pair p = settled(t);

	inject(t, all_lost(0));
	const vtime began = now(t);
	struct flow *flow = full_packets(t, p, 4);
	expect_quiet(t, t3_rtx(t, doubled(0)).to + ms(50));
	expect_cwnd(t, p.client, 0, MTU, MTU);
	expect_sent_exactly(t, 5, A, 0, DATA, since(t, began));
	expect_quiet(t, t3_rtx(t, doubled(1)).to);
	expect_cwnd(t, p.client, 0, MTU, MTU);
	expect_sent_exactly(t, 6, A, 0, DATA, since(t, began));
	mend(t, all_lost(0));
	const struct window third =
		window_sum(window_sum(t3_rtx(t, doubled(0)), t3_rtx(t, doubled(1))), t3_rtx(t, doubled(2)));
	expect_delivered(t, flow, window_sum(third, between(0, 4 * duration(in_force(t)->sack_timeout))));
	expect_sent_exactly(t, 6 + 4, A, 0, DATA, since(t, began));
}

/* Half of the cwnd, but four MTUs at least; two losses of one window count once. */
static void fast_retransmit(struct trial *t, struct fault fault, unsigned lost)
{
	const struct pair p = settled(t);

	inject(t, all_slow(ms(50), 0, BOTH_WAYS));
	expect_delivered(t, full_packets(t, p, 100), between(ms(50), s(1)));
	expect_quiet(t, ms(500));
	const int64_t before = cwnd(t, p.client, 0);
	const vtime began = now(t);
	inject(t, fault);
	expect_delivered(t, full_packets(t, p, 20), between(ms(50), ms(50) + 5 * ms(100)));
	expect_quiet(t, ms(500));
	expect_sent_exactly(t, 20 + lost, A, 0, DATA, since(t, began));
	/* it may have grown by an MTU before the loss is seen, and afterwards */
	expect_cwnd(t, p.client, 0, before / 2 > FLOOR ? before / 2 : FLOOR, (before + 8 * MTU) / 2 + 2 * MTU);
	expect_path_state_at_both(t, p, 0, PATH_ACTIVE);
}

#define FAST_RETRANSMIT(name, what, fault, lost)                                                         \
	VARIANT(congestion, name, fast_retransmit(t, fault, lost), .title = (what),                      \
		.requirements = IDS(R_9260_7_2_3_01, R_9260_7_2_4_06, R_9260_7_2_4_12, R_9260_7_2_4_13), \
		.tags = TAGS("data", "chunks"), .topology = &topology_one_path, .settings = { QUIET })

FAST_RETRANSMIT("loss-halves", "A loss that SACKs tell of halves cwnd", chunks_lost(nth(3, DATA), 0, A_TO_B), 1)
FAST_RETRANSMIT("two-losses-halve-once", "Two losses of one window halve cwnd once",
	chunks_lost(both_of(nth(3, DATA), nth(6, DATA)), 0, A_TO_B), 2)

CASE(congestion, "fast-retransmit-same-path",
	.title = "What SACKs report missing is sent again to the address that it was sent to, not to the other",
	.requirements = IDS(R_9260_6_4_07, R_9260_7_2_4_05), .tags = TAGS("data", "chunks"),
	.topology = &topology_two_paths)
{
	const struct pair p = settled(t);
	const vtime began = inject(t, chunks_lost(nth(3, DATA), 0, A_TO_B));

	expect_delivered(t, send_messages(t, p.client, p.server, &(struct traffic){ .count = 10 }), promptly());
	expect_quiet(t, s(5));
	expect_sent_exactly(t, 11, A, 0, DATA, since(t, began));
	expect_not_sent(t, A, 1, DATA, since(t, began));
}

CASE(congestion, "fast-retransmission-lost",
	.title = "A fast retransmission that is lost is brought again by T3-rtx only",
	.requirements = IDS(R_9260_7_2_4_11, R_9260_6_1_25, R_9260_6_3_3_02), .tags = TAGS("data", "chunks"),
	.topology = &topology_one_path, .settings = { QUIET })
{
	const struct pair p = settled(t);
	const vtime began = inject(t, chunks_lost(of_ppid(102, nth_to(1, 2, DATA)), 0, A_TO_B));

	expect_delivered(t, send_messages(t, p.client, p.server, &(struct traffic){ .count = 10, .ppid = 100 }),
		between(0, t3_rtx(t, doubled(0)).to + ms(10)));
	expect_quiet(t, s(5));
	expect_sent_exactly(t, 12, A, 0, DATA, since(t, began));
	expect_path_state_at_both(t, p, 0, PATH_ACTIVE);
}

/* ------------------------------------------------------------------ congestion avoidance */

/* After T3-rtx ssthresh is four MTUs: above it an MTU for each round trip. */
CASE(congestion, "avoidance", .title = "Above ssthresh cwnd grows by an MTU in each round trip, not more",
	.requirements = IDS(R_9260_7_2_2_01, R_9260_7_2_2_02, R_9260_7_2_2_03, R_9260_7_2_2_04, R_9260_7_2_01),
	.tags = TAGS("data"), .topology = &topology_one_path, .settings = { QUIET })
{
	const struct pair p = settled(t);
	enum { COUNT = 200 };

	inject(t, all_slow(ms(50), 0, BOTH_WAYS));
	inject(t, chunks_lost(nth(1, DATA), 0, A_TO_B));
	expect_delivered(t, full_packets(t, p, 1), between(s(1), s(1) + ms(500)));
	expect_quiet(t, s(1));
	const int64_t before = cwnd(t, p.client, 0);
	struct flow *flow = full_packets(t, p, COUNT);
	const vtime began = now(t);
	/* from some two packets to four by slow start, and then 4, 5, 6, ... a round trip of 100 ms */
	expect_delivered(t, flow, between(ms(50), s(3)));
	const vtime took = now(t) - began;
	const int64_t rounds = took / ms(100) + 1;
	expect_cwnd(t, p.client, 0, FLOOR + 8 * MTU, before + (rounds + 4) * MTU);
	/* so many rounds have had so many packets */
	expect_that(t, rounds >= 14, "200 packets take 14 round trips at least, not %lld", (long long)rounds);
}

/* ------------------------------------------------------------------ a narrow path */

/* 1 Mbit/s, of which headers take their part, 40 ms there and back, and room for 20 packets, five times as many as are
 * on the way. */
CASE(congestion, "goodput",
	.title = "Over a narrow path with a short queue half a thousand full packets make use of nine tenths of it",
	.requirements = IDS(R_9260_7_2_01, R_9260_7_2_02, R_9260_7_2_3_01, R_9260_7_2_4_05, R_9260_6_6_01),
	.tags = TAGS("data", "loss"), .topology = &topology_narrow_path, .settings = { QUIET })
{
	const struct pair p = settled(t);
	enum { COUNT = 500, FRAME = 14 + MTU };
	const vtime least = (vtime)COUNT * FRAME * 8 * 1000;
	const vtime began = now(t);
	struct flow *flow = full_packets(t, p, COUNT);

	expect_delivered(t, flow, between(ms(20), least * 10 / 9 + s(1)));
	const vtime took = now(t) - began;
	expect_that(t, took >= least, "half a thousand packets take the %.2f s that 1 Mbit/s has them take",
		(double)least / 1e9);
	observe(t, "%.2f s, of which %.2f s are the line's", (double)took / 1e9, (double)least / 1e9);
	expect_quiet(t, s(100));
	/* the queue and the line have room for 24 packets */
	expect_cwnd(t, p.client, 0, INITIAL, 40 * MTU);
	expect_path_state_at_both(t, p, 0, PATH_ACTIVE);
}
