/* SPDX-License-Identifier: Apache-2.0 */
/* data_failover.c - messages of every kind while their path fails: all arrive by the other one, once and in order (RFC
 * 9260 sections 6.3.3, 6.4 and 6.9). */
#include "cases/requirements.h"
#include "runner/engine/case.h"

struct failing {
	struct row row;
	struct traffic traffic;
	bool both;       /* the server sends the same */
	unsigned rounds; /* of slow start on the other path, until all is there */
};

static const struct failing failings[] = {
	{ ROW("failover-two-fragments", "A message of two fragments arrives by the other path"),
		.traffic = { .size = 2000 }, .rounds = 1 },
	{ ROW("failover-ten-fragments", "A message of ten fragments arrives by the other path"),
		.traffic = { .size = 14000 }, .rounds = 4 },
	{ ROW("failover-64k", "A message of 64 KiB arrives by the other path"), .traffic = { .size = 65536 },
		.rounds = 6 },
	{ ROW("failover-unordered", "Ten unordered messages arrive by the other path"),
		.traffic = { .count = 10, .size = 1000, .unordered = true }, .rounds = 4 },
	{ ROW("failover-unordered-fragments", "Unordered messages of fragments arrive by the other path"),
		.traffic = { .count = 5, .size = 5000, .unordered = true }, .rounds = 5 },
	{ ROW("failover-streams", "Forty messages of eight streams arrive by the other path"),
		.traffic = { .count = 40, .size = 700, .streams = 8 }, .rounds = 5 },
	{ ROW("failover-small-messages", "A hundred messages of ten octets arrive by the other path"),
		.traffic = { .count = 100, .size = 10 }, .rounds = 3 },
	{ ROW("failover-both-ways", "Messages of fragments arrive by the other path, both ways"),
		.traffic = { .count = 5, .size = 5000, .streams = 3 }, .both = true, .rounds = 6 },
	{ ROW("failover-sack-immediately", "Messages with the I bit arrive by the other path"),
		.traffic = { .count = 10, .size = 1000, .sack_immediately = true }, .rounds = 4 },
};

FAMILY(data, failings,
	.requirements = IDS(R_9260_6_3_3_04, R_9260_6_3_3_05, R_9260_6_4_06,
		/* to another active address */ R_9260_6_6_01, R_9260_6_9_17, R_9260_7_1_02),
	.tags = TAGS("data", "loss"), .topology = &topology_two_paths)
{
	const struct failing *failing = row;
	const struct pair p = settled(t);
	const vtime lost = inject(t, all_lost(0));
	struct flow *there = send_messages(t, p.client, p.server, &failing->traffic), *back = NULL;
	/* each round may wait for an acknowledgement that is delayed */
	const struct window arrives = window_sum(
		data_rerouted(t), between(0, (int64_t)failing->rounds * duration(in_force(t)->sack_timeout) + ms(100)));

	if (failing->both)
		back = send_messages(t, p.server, p.client, &failing->traffic);
	expect_delivered(t, there, arrives);
	if (back != NULL)
		expect_delivered(t, back, arrives);
	mend(t, all_lost(0));
	expect_quiet(t, s(10));
	expect_sent(t, A, 1, DATA, since(t, lost));
	expect_delivered_both_ways(t, p);
}

/* ------------------------------------------------------------------ fragments */

/* A message of fragments of which some are lost or late before the path dies under it, and some on the other path. */
static void fragments_through_a_failover(struct trial *t, struct fault before, struct fault afterwards, bool unordered)
{
	const struct pair p = settled(t);
	const vtime began = inject(t, before);

	inject(t, afterwards);
	struct flow *flow = send_messages(t, p.client, p.server,
		&(struct traffic){
			.count = 20, .size = 8000, .interval = ms(50), .streams = 3, .unordered = unordered });
	expect_quiet(t, ms(420));
	const vtime lost = inject(t, all_lost(0));
	/* T3-rtx twice on either path, the second time after twice the time, and rounds of slow start */
	expect_delivered(t, flow, between(0, 2 * (t3_rtx(t, doubled(0)).to + t3_rtx(t, doubled(1)).to) + s(1)));
	expect_hit(t, before, 1);
	expect_hit(t, afterwards, 1);
	mend(t, all_lost(0));
	expect_quiet(t, recovery(t, now(t) - lost).to);
	expect_sent(t, A, 1, DATA, since(t, began));
	expect_paths_active(t, p);
	expect_delivered_both_ways(t, p);
}

#define FRAGMENTS(name, what, before, afterwards, unordered)                                                      \
	VARIANT(data, name, fragments_through_a_failover(t, before, afterwards, unordered), .title = (what),      \
		.requirements = IDS(R_9260_6_9_02, R_9260_6_9_17, R_9260_6_4_06, R_9260_6_6_01, R_9260_6_3_3_08), \
		.tags = TAGS("data", "chunks", "loss"), .topology = &topology_two_paths)

FRAGMENTS("failover-fragment-lost", "A fragment is lost before the path dies, and one on the other path",
	chunks_lost(nth(9, DATA), 0, A_TO_B), chunks_lost(nth(4, DATA), 1, A_TO_B), false)
FRAGMENTS("failover-fragment-late", "A fragment is lost before the path dies, and one is overtaken on the other path",
	chunks_lost(nth(9, DATA), 0, A_TO_B), chunks_held_up(ms(30), nth(4, DATA), 1, A_TO_B), false)
FRAGMENTS("failover-fragment-doubled", "A fragment comes twice before the path dies, and one on the other path",
	chunks_doubled(nth(9, DATA), 0, A_TO_B), chunks_doubled(nth(4, DATA), 1, A_TO_B), false)
FRAGMENTS("failover-fragment-lost-unordered",
	"A fragment of an unordered message is lost before the path dies, and one on the other path",
	chunks_lost(nth(9, DATA), 0, A_TO_B), chunks_lost(nth(4, DATA), 1, A_TO_B), true)
FRAGMENTS("failover-last-fragment-lost",
	"The last fragment of a message is lost before the path dies, and one on the other path",
	chunks_lost(nth(12, DATA), 0, A_TO_B), chunks_lost(nth(1, DATA), 1, A_TO_B), false)

CASE(data, "failover-thousand", .title = "Of a thousand messages one each 10 ms, none is lost or doubled by a failover",
	.requirements = IDS(R_9260_6_4_06, R_9260_6_6_01, R_9260_8_2_01, R_9260_6_5_07), .tags = TAGS("data", "loss"),
	.topology = &topology_two_paths)
{
	const struct pair p = settled(t);
	struct flow *flow = send_messages(
		t, p.client, p.server, &(struct traffic){ .count = 1000, .interval = ms(10), .streams = 4 });

	expect_quiet(t, s(3));
	inject(t, all_lost(0));
	expect_delivered(t, flow, between(0, data_rerouted(t).to + s(1)));
	mend(t, all_lost(0));
	expect_quiet(t, s(10));
	expect_delivered_both_ways(t, p);
}

/* ------------------------------------------------------------------ Nagle, and acknowledgements */

struct bundle {
	struct row row;
	bool nagle;
	struct traffic traffic;
	unsigned sacks; /* that the server sends; by the last of them all is acknowledged */
};

static const struct bundle bundles[] = {
	{ ROW("sacks-one-message", "One message is acknowledged once, after SACK.Delay", R_9260_6_2_09),
		.traffic = { .count = 1 }, .sacks = 1 },
	{ ROW("sacks-two-messages", "Two messages are acknowledged once, at once", R_9260_6_2_08),
		.traffic = { .count = 2 }, .sacks = 1 },
	{ ROW("sacks-three-messages", "Three messages are acknowledged twice", R_9260_6_2_08, R_9260_6_2_10),
		.traffic = { .count = 3 }, .sacks = 2 },
	{ ROW("sacks-two-full-packets", "Two messages that fill a packet each are acknowledged once", R_9260_6_2_08),
		.traffic = { .count = 2, .size = 1452 }, .sacks = 1 },
	{ ROW("sacks-two-fragments", "A message of two fragments is acknowledged once", R_9260_6_2_08),
		.traffic = { .size = 2904 }, .sacks = 1 },
	{ ROW("sacks-each-i-bit", "Three messages with the I bit are acknowledged one by one", R_9260_6_2_22),
		.traffic = { .count = 3, .sack_immediately = true }, .sacks = 3 },
	{ ROW("nagle-one-message", "With Nagle's algorithm a single small message does not wait", R_6458_8_1_5_01),
		.nagle = true, .traffic = { .count = 1 }, .sacks = 1 },
	{ ROW("nagle-full-packet", "With Nagle's algorithm messages that fill packets do not wait", R_6458_8_1_5_01),
		.nagle = true, .traffic = { .count = 2, .size = 1452 }, .sacks = 1 },
	{ ROW("nagle-bundles",
		  "With Nagle's algorithm nine small messages wait for the first one's SACK, and go together",
		  R_6458_8_1_5_01, R_9260_6_10_04),
		.nagle = true, .traffic = { .count = 10, .size = 50 }, .sacks = 2 },
};

FAMILY(data, bundles, .requirements = IDS(R_9260_6_2_07, R_9260_6_2_01, R_9260_6_2_17, R_9260_6_2_19),
	.topology = &topology_one_path)
{
	const struct bundle *bundle = row;
	const struct pair p = settled_with(t, &(struct peer_options){ .nagle = bundle->nagle }, NULL);

	expect_quiet(t, s(1));
	const vtime began = now(t);
	expect_delivered(t, send_messages(t, p.client, p.server, &bundle->traffic), between(0, ms(250)));
	expect_quiet(t, s(1));
	expect_sent_exactly(t, bundle->sacks, B, 0, SACK, since(t, began));
}
