/* SPDX-License-Identifier: Apache-2.0 */
/*
 * heartbeats.c - when HEARTBEATs are sent, and what goes unanswered: off, on demand, with an interval for each address,
 * and changed while they run (RFC 9260 section 8.3, RFC 6458 section 8.1.12).
 */
#include "cases/requirements.h"
#include "runner/engine/case.h"

AREA(heartbeats, R_9260_8_3_01, R_9260_11_1_9_01);

static void heartbeats_of(struct trial *t, struct peer *peer, unsigned path, unsigned interval_ms)
{
	if (interval_ms)
		set_option(t, peer, SCTP_PEER_ADDR_PARAMS, ADDRESS_ON(path), IS(spp_hbinterval, interval_ms),
			IS(spp_flags, SPP_HB_ENABLE));
	else
		set_option(t, peer, SCTP_PEER_ADDR_PARAMS, ADDRESS_ON(path), IS(spp_flags, SPP_HB_DISABLE));
}

/* As many as there can be in that time, and not one less: the period is RTO.Min and HB.interval, and half an RTO more
 * or less. */
static void expect_heartbeats(struct trial *t, enum endpoint from, unsigned path, unsigned interval_ms, vtime began)
{
	struct settings mine = *in_force(t);
	const vtime watched = now(t) - began;

	mine.hb_interval = MS(interval_ms);
	const struct window period = timing_period(&mine, doubled(0), false);
	expect_sent_at_least(t, (unsigned)(watched / period.to), from, path, HEARTBEAT, since(t, began));
	expect_sent_at_most(t, (unsigned)(watched / period.from) + 1, from, path, HEARTBEAT, since(t, began));
}

CASE(heartbeats, "of-an-hour", .title = "Each idle path has its HEARTBEATs for an hour, at both ends",
	.requirements = IDS(R_9260_8_3_22, R_9260_8_3_24), .tags = TAGS("idle", "default-timers"),
	.topology = &topology_three_paths)
{
	settled(t);
	const vtime began = now(t);
	expect_quiet(t, s(3600));
	for (unsigned path = 0; path < 3; path++) {
		expect_heartbeats(t, A, path, in_force(t)->hb_interval.count, began);
		expect_heartbeats(t, B, path, in_force(t)->hb_interval.count, began);
	}
}

CASE(heartbeats, "of-each-address", .title = "Each address of the peer has the interval that it was given, or none",
	.requirements = IDS(R_9260_8_3_06, R_9260_8_3_07, R_9260_11_1_13_01, R_6458_8_1_12_02, R_6458_8_1_12_01),
	.tags = TAGS("idle"), .topology = &topology_three_paths)
{
	const struct pair p = settled(t);

	heartbeats_of(t, p.client, 0, 5000);
	heartbeats_of(t, p.client, 1, 60000);
	heartbeats_of(t, p.client, 2, 0);
	expect_quiet(t, heartbeat_period(t, doubled(0)).to); /* timers that ran before */
	const vtime began = now(t);
	expect_quiet(t, s(1800));
	expect_heartbeats(t, A, 0, 5000, began);
	expect_heartbeats(t, A, 1, 60000, began);
	expect_not_sent(t, A, 2, HEARTBEAT, since(t, began));
	for (unsigned path = 0; path < 3; path++)
		expect_heartbeats(t, B, path, in_force(t)->hb_interval.count, began);
}

CASE(heartbeats, "not-beside-data", .title = "A path with data has no HEARTBEATs, and the other one has them",
	.requirements = IDS(R_9260_8_3_05, R_9260_8_3_22), .tags = TAGS("data", "default-timers"),
	.topology = &topology_two_paths)
{
	const struct pair p = settled(t);
	struct flow *there =
		send_messages(t, p.client, p.server, &(struct traffic){ .count = 120, .interval = s(5), .streams = 3 });
	const vtime began = now(t);

	expect_delivered(t, there, promptly());
	expect_not_sent(t, A, 0, HEARTBEAT, since(t, began));
	expect_heartbeats(t, A, 1, in_force(t)->hb_interval.count, began);
	/* the other end sends SACKs only, of which no round trip is known */
	expect_heartbeats(t, B, 0, in_force(t)->hb_interval.count, began);
	expect_heartbeats(t, B, 1, in_force(t)->hb_interval.count, began);
}

/* ------------------------------------------------------------------ off */

CASE(heartbeats, "off-unnoticed",
	.title =
		"Without HEARTBEATs an idle path may be dead for an hour; when they are on again it is noticed in time",
	.requirements = IDS(R_9260_8_3_06, R_9260_8_3_08, R_9260_8_3_11, R_9260_8_2_04, R_6458_8_1_12_01),
	.tags = TAGS("idle", "loss"), .topology = &topology_two_paths)
{
	const struct pair p = settled(t);

	heartbeats_of(t, p.client, 1, 0);
	heartbeats_of(t, p.server, 1, 0);
	/* one may be under way as a timer that ran before expires */
	expect_quiet(t, heartbeat_period(t, doubled(0)).to);
	const vtime lost = inject(t, all_lost(1));
	expect_quiet(t, s(3600));
	expect_not_sent_by_both(t, 1, HEARTBEAT, since(t, lost));
	expect_paths_active(t, p);
	const vtime on = now(t);
	heartbeats_of(t, p.client, 1, in_force(t)->hb_interval.count);
	expect(t, within(allowing(ms(20), after(on, idle_unreachable(t))), addr_unreachable(p.client, 1)));
	expect_path_state(t, p.server, 1, PATH_ACTIVE);
	expect_not_sent(t, B, 1, HEARTBEAT, since(t, lost));
}

/* Data has no need of HEARTBEATs to find the primary dead; but nobody finds that it is back. */
CASE(heartbeats, "off-under-data", .title = "Without HEARTBEATs data finds a dead primary by T3-rtx alone",
	.requirements = IDS(R_9260_8_3_06, R_9260_8_2_02, R_9260_8_2_03, R_9260_8_2_04, R_9260_6_4_06),
	.tags = TAGS("data", "loss"), .topology = &topology_two_paths,
	.settings = { QUICK_RTO, .pf_enable = OFF, .path_max_retrans = 2 })
{
	const struct pair p = settled(t);

	for (unsigned path = 0; path < 2; path++) {
		heartbeats_of(t, p.client, path, 0);
		heartbeats_of(t, p.server, path, 0);
	}
	expect_quiet(t, heartbeat_period(t, doubled(0)).to);
	const vtime lost = inject(t, all_lost(0));
	for (unsigned i = 0; i < 2; i++)
		expect_delivered(t, say(t, p.client, p.server), t3_rtx(t, doubled(i)));
	struct flow *last = say(t, p.client, p.server);
	expect(t, within(after(flow_sent_at(last, 0), t3_rtx(t, doubled(2))), addr_unreachable(p.client, 0)));
	expect_delivered(t, last, t3_rtx(t, doubled(2)));
	expect_quiet(t, s(600));
	expect_not_sent_by_both(t, 0, HEARTBEAT, since(t, lost));
	expect_not_sent_by_both(t, 1, HEARTBEAT, since(t, lost));
}

/* ------------------------------------------------------------------ on demand */

static void demand(struct trial *t, struct peer *peer, unsigned path)
{
	set_option(t, peer, SCTP_PEER_ADDR_PARAMS, ADDRESS_ON(path), IS(spp_flags, SPP_HB_DEMAND));
}

#define NO_OTHERS .settings = { .hb_interval = MS(36000000) }

CASE(heartbeats, "demand-answered", .title = "Each demand sends one HEARTBEAT, which is answered, and no other follows",
	.requirements = IDS(R_9260_8_3_09, R_9260_11_1_10_01, R_6458_8_1_12_04), .tags = TAGS("idle"),
	.topology = &topology_two_paths, NO_OTHERS)
{
	const struct pair p = settled(t);
	const vtime began = now(t);

	for (unsigned i = 0; i < 10; i++) {
		demand(t, p.client, i % 2);
		expect_quiet(t, s(20));
	}
	for (unsigned path = 0; path < 2; path++) {
		expect_sent_exactly(t, 5, A, path, HEARTBEAT, since(t, began));
		expect_sent_exactly(t, 5, B, path, HEARTBEAT_ACK, since(t, began));
		expect_not_sent(t, B, path, HEARTBEAT, since(t, began));
	}
	expect_paths_active(t, p);
}

/* Section 8.3 counts a HEARTBEAT that is not answered within an RTO, whoever has asked for it. */
CASE(heartbeats, "demand-unanswered",
	.title = "HEARTBEATs on demand that go unanswered make the path unreachable, as any others do",
	.requirements = IDS(R_9260_8_3_10, R_9260_8_3_11, R_9260_8_3_12), .tags = TAGS("idle", "loss"),
	.topology = &topology_two_paths,
	.settings = { .hb_interval = MS(36000000), .pf_enable = OFF, .path_max_retrans = 2 })
{
	const struct pair p = settled(t);

	inject(t, all_lost(1));
	for (unsigned i = 0; i < 2; i++) {
		demand(t, p.client, 1);
		expect_quiet(t, s(70));
		expect_path_state(t, p.client, 1, PATH_ACTIVE);
	}
	const vtime third = now(t);
	demand(t, p.client, 1);
	expect(t,
		within(after(third, between(0, timer_window(rto_after(t, doubled(3))).to)),
			addr_unreachable(p.client, 1)));
}

CASE(heartbeats, "demand-of-dead-path",
	.title = "A HEARTBEAT on demand finds that a dead path is back, long before one is due",
	.requirements = IDS(R_9260_8_3_09, R_9260_8_3_18, R_9260_8_3_19, R_9260_8_2_06, R_6458_8_1_12_04),
	.tags = TAGS("idle", "loss"), .topology = &topology_two_paths,
	.settings = { QUICK_RTO, .hb_interval = MS(20000), .path_max_retrans = 1 })
{
	const struct pair p = settled(t);
	const vtime lost = inject(t, all_lost(1));

	expect_at_both(t, p, within(after(lost, idle_unreachable(t)), addr_unreachable(EACH, 1)));
	mend(t, all_lost(1));
	const vtime asked = now(t);
	demand(t, p.client, 1);
	expect(t, within(shortly_after(asked), addr_available(p.client, 1)));
	expect_path_state(t, p.client, 1, PATH_ACTIVE);
	expect_path_state(t, p.server, 1, PATH_INACTIVE);
	expect_sent_exactly(t, 1, A, 1, HEARTBEAT, since(t, asked));
}

/* ------------------------------------------------------------------ changed while they run */

struct change {
	struct row row;
	unsigned from_ms, to_ms;
};

static const struct change changes[] = {
	{ ROW("changed-shorter", "An interval of ten minutes that becomes one of two seconds"), .from_ms = 600000,
		.to_ms = 2000 },
	{ ROW("changed-longer", "An interval of two seconds that becomes one of a minute"), .from_ms = 2000,
		.to_ms = 60000 },
	{ ROW("changed-a-little", "An interval of 30 s that becomes one of 20 s"), .from_ms = 30000, .to_ms = 20000 },
};

/* The path is dead from then on: it is found as fast as the new interval has it. */
FAMILY(heartbeats, changes,
	.requirements = IDS(R_9260_8_3_07, R_9260_8_3_11, R_9260_8_3_22, R_9260_8_3_23, R_6458_8_1_12_02),
	.tags = TAGS("idle", "loss"), .topology = &topology_two_paths, .settings = { .path_max_retrans = 3 })
{
	const struct change *it = row;
	struct settings mine = *in_force(t);
	const struct pair p = settled(t);

	heartbeats_of(t, p.client, 1, it->from_ms);
	set_option(t, p.server, SCTP_PEER_ADDR_PARAMS, ADDRESS_ON(1), IS(spp_pathmaxrxt, 50)); /* it says nothing */
	expect_quiet(t, s(100));
	heartbeats_of(t, p.client, 1, it->to_ms);
	mine.hb_interval = MS(it->to_ms);
	const vtime lost = inject(t, all_lost(1));
	expect(t, within(allowing(ms(20), after(lost, timing_idle_unreachable(&mine))), addr_unreachable(p.client, 1)));
	expect_delivered_both_ways(t, p);
}

CASE(heartbeats, "stop-counting",
	.title = "The errors of a path that is dead for a day are counted no further: one answer makes it active",
	.requirements = IDS(R_9260_8_3_13, R_9260_8_3_14, R_9260_8_3_18, R_9260_8_3_19), .tags = TAGS("idle", "loss"),
	.topology = &topology_two_paths)
{
	const struct pair p = settled(t);
	const vtime lost = inject(t, all_lost(1));

	expect_at_both(t, p, within(after(lost, idle_unreachable(t)), addr_unreachable(EACH, 1)));
	expect_quiet(t, s(86400));
	const vtime mended = mend(t, all_lost(1));
	expect_at_both(t, p, within(after(mended, recovery(t, mended - lost)), addr_available(EACH, 1)));
	expect_established_at_both(t, p);
}
