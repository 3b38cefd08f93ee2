/* SPDX-License-Identifier: Apache-2.0 */
/*
 * outage.c - a path fails for a shorter time than its detection takes, or loses only some packets:
 * no event is reported, and no message is lost (RFC 9260 sections 6.3.3, 6.4 and 8.2).
 */
#include "cases/requirements.h"
#include "runner/engine/case.h"

/* The time between two messages of a stream. */
#define INTERVAL ms(100)

static struct flow *stream_for(struct trial *t, struct pair p, vtime duration)
{
	return send_messages(t, p.client, p.server,
		&(struct traffic){ .count = (unsigned)(duration / INTERVAL) + 1, .interval = INTERVAL, .streams = 3 });
}

/* The fault lasts `down`, then the path works for `up`; so `times` times, and no event is reported. */
static void flap(struct trial *t, struct fault fault, unsigned times, vtime down, vtime up)
{
	for (unsigned i = 0; i < times; i++) {
		inject(t, fault);
		expect_quiet(t, down);
		mend(t, fault);
		expect_quiet(t, up);
	}
}

/* Waits until every path must have had a heartbeat answered, whatever its RTO was when it was restored. New data takes
 * the primary then. */
static void expect_recovered_quietly(struct trial *t, struct pair p, vtime outage)
{
	expect_quiet(t, recovery(t, outage).to);
	expect_paths_active(t, p);
	expect_established_at_both(t, p);
	expect_served_over(t, p, 0);
}

/* A message that is lost in the outage waits for T3-rtx, which an answer after the outage may restart. */
static struct window late_by(struct trial *t, vtime outage)
{
	return between(0, outage + INTERVAL + data_rerouted(t).to);
}

/* ------------------------------------------------------------------ short */

/* The longest outage that neither end can report. */
static void short_outage_idle(struct trial *t, struct fault fault)
{
	const struct pair p = settled(t);
	const vtime outage = idle_outage_survived(t) - ms(100);

	flap(t, fault, 1, outage, 0);
	expect_recovered_quietly(t, p, outage);
}

#define OF_AN_OUTAGE_THAT_IS_NO_NEWS                                  \
	IDS(R_9260_8_2_03, /* inactive above Path.Max.Retrans only */ \
		R_9260_8_2_05, R_9260_8_3_18 /* an answered HEARTBEAT clears the count */)

#define SHORT_IDLE(name, that, fault, kind)                                                                  \
	VARIANT(outage, name, short_outage_idle(t, fault),                                                   \
		.title = "An idle " that " for less than detection takes is no news",                        \
		.requirements = OF_AN_OUTAGE_THAT_IS_NO_NEWS, .tags = TAGS("idle", #kind, "default-timers"), \
		.topology = &TOPOLOGY_FOR_##kind)

SHORT_IDLE("short-loss-idle", "primary that loses everything", all_lost(0), loss)
SHORT_IDLE("short-secondary-loss-idle", "secondary that loses everything", all_lost(1), loss)
SHORT_IDLE("short-link-idle", "primary whose local link is down", link_down(0, AT_A), link)
SHORT_IDLE("short-router-idle", "primary whose router is down", router_down(0), router)

/* After T3-rtx data leaves the path and later returns. No event tells, as potentially failed paths are not reported. */
static void short_outage_under_data(struct trial *t, struct fault fault)
{
	const struct pair p = settled(t);
	const vtime outage = stream_outage_survived(t, INTERVAL) - ms(100);
	const vtime failed = inject(t, fault);
	struct flow *flow = stream_for(t, p, 2 * outage);

	expect_quiet(t, outage);
	mend(t, fault);
	expect_delivered(t, flow, between(0, data_rerouted(t).to));
	expect_sent_at_least(
		t, (unsigned)((outage - data_rerouted(t).to) / INTERVAL), A, 1, DATA, between(failed, failed + outage));
	expect_recovered_quietly(t, p, outage);
}

#define SHORT_DATA(name, when, fault, kind)                                                                            \
	VARIANT(outage, name, short_outage_under_data(t, fault),                                                       \
		.title = "When " when                                                                                  \
			 " for less than detection takes the data takes the secondary meanwhile, and nothing is told", \
		.requirements = IDS(R_9260_6_4_06, /* what T3-rtx sends again takes another path */                    \
			R_9260_8_2_05, R_7829_3_03, R_7829_3_12, R_7829_3_14, R_7829_3_18),                            \
		.tags = TAGS("data", #kind, "default-timers"), .topology = &TOPOLOGY_FOR_##kind)

SHORT_DATA("short-loss-data", "a primary with data loses everything", all_lost(0), loss)
SHORT_DATA("short-link-data", "the local link of a primary with data is down", link_down(0, AT_A), link)

CASE(outage, "blink-data",
	.title = "Data that a single path loses for half an RTO.Min is sent again and arrives once and in order",
	.requirements = IDS(
		R_9260_6_3_2_01, /* R1: start T3-rtx with the RTO of the address, after back-off, when DATA is sent */
		R_9260_6_3_3_04, R_9260_6_6_01, R_9260_6_6_02),
	.tags = TAGS("data", "loss", "default-timers"), .topology = &topology_one_path)
{
	const struct pair p = settled(t);
	const vtime outage = duration(in_force(t)->rto_min) / 2;
	struct flow *flow = stream_for(t, p, s(20));

	expect_quiet(t, s(5) + ms(50)); /* half-way between two messages */
	flap(t, all_lost(0), 1, outage, 0);
	expect_delivered(t, flow, late_by(t, outage));
	expect_quiet(t, s(60));
	expect_path_state_at_both(t, p, 0, PATH_ACTIVE);
}

CASE(outage, "blink-all-paths-data", .title = "Data survives a blink of all paths at once, and nothing is told",
	.requirements = IDS(
		R_9260_6_3_2_01, /* R1: start T3-rtx with the RTO of the address, after back-off, when DATA is sent */
		R_9260_6_4_06, R_9260_6_6_01, R_9260_8_1_09),
	.tags = TAGS("data", "loss", "default-timers"), .topology = &topology_two_paths)
{
	const struct pair p = settled(t);
	const vtime outage = duration(in_force(t)->rto_min) / 2;
	struct flow *flow = stream_for(t, p, s(20));

	expect_quiet(t, s(5) + ms(50));
	inject(t, all_lost(0));
	flap(t, all_lost(1), 1, outage, 0);
	mend(t, all_lost(0));
	expect_delivered(t, flow, late_by(t, outage));
	expect_recovered_quietly(t, p, outage);
}

/* ------------------------------------------------------------------ flapping */

/* All outages together are shorter than one that is detected, so nothing is reported wherever heartbeats fall. */
static void flapping_idle(struct trial *t, struct fault fault)
{
	const struct pair p = settled(t);
	const unsigned times = 10;
	const vtime each = (idle_outage_survived(t) - ms(100)) / (2 * times);

	flap(t, fault, times, each, each);
	expect_recovered_quietly(t, p, 2 * times * each);
}

#define FLAPPING_IDLE(name, what, fault, kind)                                                                    \
	VARIANT(outage, name, flapping_idle(t, fault),                                                            \
		.title = "An idle primary whose " what " goes down and up ten times within detection is no news", \
		.requirements = OF_AN_OUTAGE_THAT_IS_NO_NEWS,                                                     \
		.tags = TAGS("idle", #kind, "flapping", "default-timers"), .topology = &TOPOLOGY_FOR_##kind)

FLAPPING_IDLE("flapping-link-idle", "link", link_down(0, AT_A), link)
FLAPPING_IDLE("flapping-router-idle", "router", router_down(0), router)

static void flapping_under_data(struct trial *t, struct fault fault)
{
	const struct pair p = settled(t);
	const unsigned times = 8;
	const vtime total = stream_outage_survived(t, INTERVAL) - ms(100);
	const vtime each = total / (2 * times);
	struct flow *flow = stream_for(t, p, total + s(5));

	flap(t, fault, times, each, each);
	expect_delivered(t, flow, late_by(t, each));
	expect_recovered_quietly(t, p, total);
}

#define FLAPPING_DATA(name, that, fault, kind)                                                                   \
	VARIANT(outage, name, flapping_under_data(t, fault),                                                     \
		.title = "Data on a primary " that " eight times arrives once, in order and not late",           \
		.requirements =                                                                                  \
			IDS(R_9260_6_4_06, R_9260_6_6_01, R_9260_8_2_05, R_7829_3_04, R_7829_3_12, R_7829_3_14), \
		.tags = TAGS("data", #kind, "flapping", "default-timers"), .topology = &TOPOLOGY_FOR_##kind)

FLAPPING_DATA("flapping-loss-data", "that comes and goes", all_lost(0), loss)
FLAPPING_DATA("flapping-link-data", "whose link goes down and up", link_down(0, AT_A), link)

/* ------------------------------------------------------------------ some packets lost */

/* The limits are out of reach: with 50 % loss both ways 61 answers in a row are lost once in 40 million
 * tries. RTO.Max keeps the pauses short. */
#define OUT_OF_REACH                                                                       \
	{                                                                                  \
		.rto_max = MS(2000), .path_max_retrans = 60, .association_max_retrans = 60 \
	}

/* Data both ways over the only path. No message waits longer than it takes to give an association up. */
static void survives_loss(struct trial *t, double percent)
{
	const struct pair p = settled(t);
	const struct window patience = between(0, data_comm_lost(t, 1).to);
	const struct traffic traffic = { .count = 300, .interval = INTERVAL, .streams = 3 };
	const vtime began = inject(t, some_lost(0, percent));
	struct flow *there = send_messages(t, p.client, p.server, &traffic);
	struct flow *back = send_messages(t, p.server, p.client, &traffic);
	expect_delivered(t, there, patience);
	expect_delivered(t, back, patience);
	/* The test is only valid if something was lost: then more DATA chunks are sent than there are messages. */
	expect_sent_at_least(t, traffic.count + 1, A, 0, DATA, since(t, began));
	mend(t, some_lost(0, percent));
	expect_quiet(t, recovery(t, now(t) - began).to);
	expect_path_state_at_both(t, p, 0, PATH_ACTIVE);
	expect_delivered(t, say(t, p.client, p.server), promptly());
}

#define SOME_LOST(name, share, percent)                                                                           \
	VARIANT(outage, name, survives_loss(t, percent),                                                          \
		.title = "With " share                                                                            \
			 " of all packets lost both ways data arrives once and in order, and nothing is told",    \
		.requirements =                                                                                   \
			IDS(R_9260_6_3_2_01, R_9260_6_3_3_04, /* T3-rtx, and what is outstanding is sent again */ \
				R_9260_6_6_01, R_9260_6_6_02, /* in the order of its stream */                    \
				R_9260_8_1_09 /* an acknowledgement clears the association's count */),           \
		.tags = TAGS("data", "loss"), .topology = &topology_one_path, .settings = OUT_OF_REACH)

SOME_LOST("loss-5-percent", "5 %", 5)
SOME_LOST("loss-20-percent", "20 %", 20)
SOME_LOST("loss-50-percent", "half", 50)

CASE(outage, "loss-50-percent-primary",
	.title = "A primary that loses half of all packets costs data a T3-rtx now and then, as the secondary is there",
	.requirements = IDS(R_9260_6_4_06, /* retransmit a timed-out chunk to another active address than last time */
		R_9260_6_6_01, R_9260_6_6_02, R_9260_8_1_09, R_7829_3_12),
	.tags = TAGS("data", "loss"), .topology = &topology_two_paths, .settings = OUT_OF_REACH)
{
	const struct pair p = settled(t);
	const vtime began = inject(t, some_lost(0, 50));
	struct flow *there = stream_for(t, p, s(60));
	struct flow *back = send_messages(t, p.server, p.client, &(struct traffic){ .count = 50, .interval = s(1) });
	expect_delivered(t, there, between(0, data_comm_lost(t, 1).to));
	expect_delivered(t, back, between(0, data_comm_lost(t, 1).to));
	expect_sent(t, A, 0, DATA, since(t, began));
	expect_sent(t, A, 1, DATA, since(t, began));
	mend(t, some_lost(0, 50));
	expect_recovered_quietly(t, p, now(t) - began);
}
