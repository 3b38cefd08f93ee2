/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ecn.c - explicit congestion notification as RFC 4960 had it in its appendix A: a queue marks a packet instead of
 * losing it, the receiver says so by ECNE, and the sender answers with CWR and a smaller cwnd. RFC 9260 has no
 * requirement for it; what it has of congestion and delivery holds all the same.
 */
#include "cases/requirements.h"
#include "runner/engine/case.h"

AREA(ecn, R_9260_7_2_01, R_9260_6_6_01);

enum { MTU = 1500, FULL = 1452, FLOOR = 4 * MTU };

#define QUIET .pf_enable = OFF, .hb_interval = MS(36000000)

static struct flow *full_packets(struct trial *t, struct peer *from, struct peer *to, unsigned count)
{
	return send_messages(t, from, to, &(struct traffic){ .count = count, .size = FULL });
}

/* So many packets are under way at once that each round trip has several. */
static struct pair with_large_window(struct trial *t)
{
	const struct pair p = settled(t);

	inject(t, all_slow(ms(50), 0, BOTH_WAYS));
	expect_delivered(t, full_packets(t, p.client, p.server, 100), between(ms(50), s(1)));
	expect_quiet(t, ms(500));
	return p;
}

static int64_t cwnd(struct trial *t, struct peer *peer)
{
	return ask_option(t, peer, SCTP_GET_PEER_ADDR_INFO, ADDRESS_ON(0), "spinfo_cwnd");
}

static void marked(struct trial *t, struct fault fault, unsigned packets)
{
	const struct pair p = with_large_window(t);
	const int64_t before = cwnd(t, p.client);
	const vtime began = inject(t, fault);

	expect_delivered(t, full_packets(t, p.client, p.server, 20), between(ms(50), ms(50) + 4 * ms(100)));
	expect_quiet(t, ms(500));
	expect_hit(t, fault, packets);
	/* nothing is sent again, and the window is as after a loss */
	expect_sent_exactly(t, 20, A, 0, DATA, since(t, began));
	expect_sent(t, B, 0, ECNE, since(t, began));
	expect_sent(t, A, 0, CWR, since(t, began));
	expect_option(t, p.client, SCTP_GET_PEER_ADDR_INFO, ADDRESS_ON(0),
		BETWEEN(spinfo_cwnd, before / 2 > FLOOR ? before / 2 : FLOOR, (before + 8 * MTU) / 2 + 2 * MTU));
	expect_path_state_at_both(t, p, 0, PATH_ACTIVE);
	/* the mark is told until CWR has come, and no longer */
	const vtime later = now(t);
	expect_delivered(t, full_packets(t, p.client, p.server, 4), between(ms(50), ms(400)));
	expect_quiet(t, ms(500));
	expect_not_sent(t, B, 0, ECNE, since(t, later));
	expect_not_sent(t, A, 0, CWR, since(t, later));
}

#define MARKED(name, what, fault, packets)                                                             \
	VARIANT(ecn, name, marked(t, fault, packets), .title = (what), .tags = TAGS("data", "chunks"), \
		.topology = &topology_one_path, .settings = { QUIET, .ecn = ON })

MARKED("marked", "A packet that is marked is told by ECNE and answered by CWR, and halves cwnd",
	chunks_marked(nth(3, DATA), 0, A_TO_B), 1)
MARKED("marked-twice", "Two packets that are marked in one round trip halve cwnd once",
	chunks_marked(both_of(nth(3, DATA), nth(7, DATA)), 0, A_TO_B), 2)

CASE(ecn, "all-marked", .title = "Where each packet is marked cwnd stays small, and everything arrives at once",
	.requirements = IDS(R_9260_7_2_02), .tags = TAGS("data", "chunks"), .topology = &topology_one_path,
	.settings = { QUIET, .ecn = ON })
{
	const struct pair p = with_large_window(t);
	const vtime began = inject(t, chunks_marked(every(DATA), 0, A_TO_B));

	/* four or five packets a round trip when cwnd is at its floor */
	expect_delivered(t, full_packets(t, p.client, p.server, 100), between(ms(50), 100 / 4 * ms(100)));
	expect_quiet(t, ms(500));
	expect_sent_exactly(t, 100, A, 0, DATA, since(t, began));
	expect_option(
		t, p.client, SCTP_GET_PEER_ADDR_INFO, ADDRESS_ON(0), BETWEEN(spinfo_cwnd, FLOOR, FLOOR + 3 * MTU));
}

CASE(ecn, "both-ways", .title = "Each end tells of the packets that were marked on their way to it",
	.tags = TAGS("data", "chunks"), .topology = &topology_one_path, .settings = { QUIET, .ecn = ON })
{
	const struct pair p = settled(t);
	const vtime began = inject(t, chunks_marked(nth(2, DATA), 0, A_TO_B));

	inject(t, chunks_marked(nth(2, DATA), 0, B_TO_A));
	struct flow *there = full_packets(t, p.client, p.server, 6);
	struct flow *back = full_packets(t, p.server, p.client, 6);
	expect_delivered(t, there, promptly());
	expect_delivered(t, back, promptly());
	expect_quiet(t, s(1));
	expect_sent_by_both(t, 0, ECNE, since(t, began));
	expect_sent_by_both(t, 0, CWR, since(t, began));
	expect_sent_exactly(t, 6, A, 0, DATA, since(t, began));
	expect_sent_exactly(t, 6, B, 0, DATA, since(t, began));
}

/* ------------------------------------------------------------------ not agreed */

/* What is sent then does not say that it understands ECN, so that no queue marks it. */
static void not_agreed(struct trial *t)
{
	const struct pair p = settled(t);
	const vtime began = inject(t, chunks_marked(every(DATA), 0, BOTH_WAYS));

	expect_delivered(t, full_packets(t, p.client, p.server, 20), promptly());
	expect_delivered(t, full_packets(t, p.server, p.client, 20), promptly());
	expect_quiet(t, s(1));
	expect_not_sent_by_both(t, 0, ECNE, since(t, began));
	expect_not_sent_by_both(t, 0, CWR, since(t, began));
}

#define NOT_AGREED(name, what, ...)                                                                              \
	VARIANT(ecn, name, not_agreed(t), .title = (what), .tags = TAGS("data"), .topology = &topology_one_path, \
		.settings = { QUIET }, __VA_ARGS__)

NOT_AGREED("off-at-client", "A client without ECN sends nothing that could be marked, and neither does the server",
	.at_a = { .ecn = OFF }, .at_b = { .ecn = ON })
NOT_AGREED("off-at-server", "To a server without ECN nothing is sent that could be marked", .at_a = { .ecn = ON },
	.at_b = { .ecn = OFF })

/* ------------------------------------------------------------------ in bad weather */

CASE(ecn, "ecne-lost", .title = "An ECNE that is lost is sent again with what follows, until CWR comes",
	.tags = TAGS("data", "chunks"), .topology = &topology_one_path, .settings = { QUIET, .ecn = ON })
{
	const struct pair p = with_large_window(t);
	const vtime began = inject(t, chunks_marked(nth(3, DATA), 0, A_TO_B));

	inject(t, chunks_lost(nth(1, ECNE), 0, B_TO_A));
	expect_delivered(t, full_packets(t, p.client, p.server, 20), between(ms(50), ms(50) + 4 * ms(100)));
	expect_quiet(t, ms(500));
	expect_sent_at_least(t, 2, B, 0, ECNE, since(t, began));
	expect_sent(t, A, 0, CWR, since(t, began));
	expect_sent_exactly(t, 20, A, 0, DATA, since(t, began));
}

CASE(ecn, "cwr-lost", .title = "When CWR is lost ECNE comes again, and is answered again",
	.tags = TAGS("data", "chunks"), .topology = &topology_one_path, .settings = { QUIET, .ecn = ON })
{
	const struct pair p = with_large_window(t);
	const vtime began = inject(t, chunks_marked(nth(20, DATA), 0, A_TO_B));

	inject(t, chunks_lost(nth(1, CWR), 0, A_TO_B));
	expect_delivered(t, full_packets(t, p.client, p.server, 20), between(ms(50), ms(50) + 4 * ms(100)));
	expect_quiet(t, ms(500));
	expect_delivered(t, full_packets(t, p.client, p.server, 4), between(ms(50), s(2)));
	expect_quiet(t, s(2));
	expect_sent_at_least(t, 2, B, 0, ECNE, since(t, began));
	expect_sent_at_least(t, 2, A, 0, CWR, since(t, began));
}

CASE(ecn, "failover", .title = "Packets that are marked, and then a path that fails: everything arrives by the other",
	.requirements = IDS(R_9260_6_4_06, R_9260_6_3_3_05), .tags = TAGS("data", "chunks", "loss"),
	.topology = &topology_two_paths, .settings = { .ecn = ON })
{
	const struct pair p = settled(t);

	inject(t, chunks_marked(every(DATA), EVERY_PATH, A_TO_B));
	struct flow *flow = send_messages(t, p.client, p.server,
		&(struct traffic){ .count = 100, .interval = ms(20), .size = 1000, .streams = 3 });
	expect_quiet(t, s(1));
	const vtime lost = inject(t, all_lost(0));
	expect_delivered(t, flow, between(0, data_rerouted(t).to + s(1)));
	mend(t, all_lost(0));
	expect_quiet(t, recovery(t, now(t) - lost).to);
	expect_paths_active(t, p);
	expect_delivered_both_ways(t, p);
}

/* ------------------------------------------------------------------ a queue that marks */

/* 20 Mbit/s, which a window of a receive buffer fills. The queue marks what comes when 20 000 octets wait, and loses
 * nothing. */
#define LINE narrowed_with_marks(20000, 20, 0, A_TO_B)

/* So many messages over the line, all at once; until they are acknowledged. */
static vtime over_line(struct trial *t, struct pair p, unsigned count)
{
	const vtime began = now(t);

	expect_delivered(t, full_packets(t, p.client, p.server, count), between(0, s(10)));
	expect_quiet(t, s(1));
	return began;
}

static void through_marks(struct trial *t, unsigned count)
{
	const struct pair p = settled(t);

	inject(t, LINE);
	const vtime began = over_line(t, p, count);
	/* marks instead of losses: nothing is sent twice */
	expect_sent_exactly(t, count, A, 0, DATA, since(t, began));
	expect_sent(t, B, 0, ECNE, since(t, began));
	expect_sent(t, A, 0, CWR, since(t, began));
	expect_path_state_at_both(t, p, 0, PATH_ACTIVE);
	/* the window has come down to what the line and the queue take */
	expect_option(t, p.client, SCTP_GET_PEER_ADDR_INFO, ADDRESS_ON(0), BETWEEN(spinfo_cwnd, FLOOR, 40000));
	expect_option(t, p.client, SCTP_GET_ASSOC_STATS, ASSOCIATION, IS(sas_rtxchunks, 0));
	/* the mark has been answered: it is not told any more */
	const vtime later = now(t);
	expect_delivered(t, full_packets(t, p.client, p.server, 2), promptly());
	expect_quiet(t, s(1));
	expect_not_sent(t, B, 0, ECNE, since(t, later));
}

#define THROUGH_MARKS(name, count, what)                                                                 \
	VARIANT(ecn, name, through_marks(t, count), .title = (what), .requirements = IDS(R_9260_7_2_02), \
		.tags = TAGS("data", "chunks"), .topology = &topology_one_path, .settings = { QUIET, .ecn = ON })

THROUGH_MARKS("queue-marks", 300, "Through a queue that marks 300 messages arrive without loss, and slower")

CASE(ecn, "queue-drops", .title = "Where ECN is not agreed the queue loses what it would mark, and it is sent again",
	.requirements = IDS(R_9260_7_2_02), .tags = TAGS("data", "chunks"), .topology = &topology_one_path,
	.settings = { QUIET, .ecn = OFF })
{
	const struct pair p = settled(t);

	inject(t, LINE);
	const vtime began = over_line(t, p, 300);
	expect_sent_at_least(t, 301, A, 0, DATA, since(t, began));
	expect_not_sent(t, B, 0, ECNE, since(t, began));
	expect_not_sent(t, A, 0, CWR, since(t, began));
}
