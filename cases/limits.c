/* SPDX-License-Identifier: Apache-2.0 */
/* limits.c - Path.Max.Retrans and Association.Max.Retrans decide when (RFC 9260 sections 8.1 and 8.2). */
#include "cases/requirements.h"
#include "runner/engine/case.h"

/* Data on the dead primary arrives over the other path, and the client reports the primary. The peer, which can notice
 * only by heartbeats, reports it later. */
static void primary_fails_under_data(struct trial *t)
{
	const struct pair p = settled(t);
	const vtime lost = inject(t, all_lost(0));
	struct flow *data = send_messages(t, p.client, p.server, &(struct traffic){ .count = 3 });

	never_at_both(t, p, comm_lost(EACH, ANY));
	expect_delivered(t, data, data_rerouted(t));
	expect(t, within(after(flow_sent_at(data, 0), data_unreachable(t)), addr_unreachable(p.client, 0)));
	expect_path_state(t, p.client, 0, PATH_INACTIVE);
	expect(t, within(after(lost, idle_unreachable(t)), addr_unreachable(p.server, 0)));
	expect_established_at_both(t, p);
}

CASE(limits, "path-max-retrans-1", .title = "With Path.Max.Retrans 1 the second T3-rtx on the primary reports it",
	.requirements = IDS(R_9260_8_2_03, /* mark the address inactive when the counter exceeds Path.Max.Retrans */
		R_9260_8_2_04, R_9260_8_2_02, R_9260_11_1_12_01),
	.tags = TAGS("data"), .topology = &topology_two_paths, .settings = { .path_max_retrans = 1 })
{
	struct pair p = settled(t);

	inject(t, all_lost(0));
	never(t, comm_lost(p.client, ANY));
	struct flow *data = say(t, p.client, p.server);
	expect_delivered(t, data, t3_rtx(t, doubled(0)));
	expect_path_state(t, p.client, 0, PATH_ACTIVE);
	data = say(t, p.client, p.server);
	expect(t, within(after(flow_sent_at(data, 0), t3_rtx(t, doubled(1))), addr_unreachable(p.client, 0)));
	expect_delivered(t, data, t3_rtx(t, doubled(1)));
	expect_path_state(t, p.client, 0, PATH_INACTIVE);
	data = say(t, p.client, p.server);
	expect_delivered(t, data, promptly());
	expect_not_sent(t, A, 0, DATA, since(t, flow_sent_at(data, 0)));
}

CASE(limits, "path-max-retrans-1-idle",
	.title = "With Path.Max.Retrans 1 the second unanswered heartbeat reports an idle path at both ends",
	.requirements = IDS(R_9260_8_3_11, /* inactive above Path.Max.Retrans by heartbeats alone */
		R_9260_8_3_12, R_9260_8_2_03),
	.tags = TAGS("idle"), .topology = &topology_two_paths,
	.settings = { QUICK_RTO, .hb_interval = MS(5000), .path_max_retrans = 1 })
{
	struct pair p = settled(t);
	const vtime lost = inject(t, all_lost(1));

	never_at_both(t, p, comm_lost(EACH, ANY));
	expect_at_both(t, p, within(after(lost, idle_unreachable(t)), addr_unreachable(EACH, 1)));
	expect_delivered(t, say(t, p.client, p.server), promptly());
}

VARIANT(limits, "path-max-retrans-2", primary_fails_under_data(t),
	.title = "With Path.Max.Retrans 2 the third strike reports the primary that data found dead",
	.requirements = IDS(R_9260_8_2_03, /* mark the address inactive when the counter exceeds Path.Max.Retrans */
		R_9260_8_2_04, R_9260_6_4_06),
	.tags = TAGS("data"), .topology = &topology_two_paths,
	.settings = { QUICK_RTO, .hb_interval = MS(5000), .path_max_retrans = 2 })

VARIANT(limits, "path-max-retrans-5", primary_fails_under_data(t),
	.title = "With the kernel's default Path.Max.Retrans 5 and timers the sixth strike reports the primary that "
		 "data found dead",
	.requirements = IDS(R_9260_16_09, /* default Path.Max.Retrans is 5 */
		R_9260_8_2_03, R_9260_8_2_04, R_9260_6_4_06),
	.tags = TAGS("data", "default-timers"), .topology = &topology_two_paths)

/* As in alldead.two-paths-data-reported, but the fourth T3-rtx, which would report the second path, finds the
 * association at its limit. */
CASE(limits, "association-below-the-paths",
	.title = "An Association.Max.Retrans below the sum of the paths' limits gives the association up before the "
		 "last path is reported",
	.requirements = IDS(R_9260_8_1_01, /* count consecutive retransmissions to the peer over all addresses */
		R_9260_8_1_04, R_6458_6_1_1_02),
	.tags = TAGS("data"), .topology = &topology_two_paths,
	.settings = { .path_max_retrans = 1, .association_max_retrans = 3 })
{
	struct pair p = settled(t);

	inject(t, all_lost(0));
	inject(t, all_lost(1));
	struct flow *data = send_messages(t, p.client, p.server, &(struct traffic){ .count = 2 });
	struct window when = after(flow_sent_at(data, 0), t3_rtx(t, doubled(0)));

	never(t, addr_unreachable(p.client, 1));
	when = window_sum(when, t3_rtx(t, doubled(0)));
	when = window_sum(when, t3_rtx(t, doubled(1)));
	expect(t, within(when, addr_unreachable(p.client, 0)));
	when = window_sum(when, t3_rtx(t, doubled(1)));
	const vtime gone = expect(t, within(when, comm_lost(p.client, 0)));
	expect_send_failed_for_each(t, data, shortly_after(gone));
	expect_no_association(t, p.client);
}

CASE(limits, "association-below-the-paths-idle",
	.title = "An idle association with a small Association.Max.Retrans is given up although no path has been "
		 "reported",
	.requirements = IDS(
		R_9260_8_1_04, /* consider the peer unreachable when the counter exceeds Association.Max.Retrans */
		R_9260_8_1_01, R_6458_6_1_1_02),
	.tags = TAGS("idle"), .topology = &topology_two_paths,
	.settings = { QUICK_RTO, .hb_interval = MS(5000), .path_max_retrans = 5, .association_max_retrans = 3 })
{
	struct pair p = settled(t);
	const vtime lost = inject(t, all_lost(0));

	inject(t, all_lost(1));
	expect_at_both(t, p, within(after(lost, idle_comm_lost(t, 2)), comm_lost(EACH, 0)));
}

CASE(limits, "association-max-retrans-1",
	.title = "With Association.Max.Retrans 1 a single path that loses data twice takes the association with it",
	.requirements = IDS(
		R_9260_8_1_04, /* consider the peer unreachable when the counter exceeds Association.Max.Retrans */
		R_9260_8_1_07, R_6458_6_1_1_02),
	.tags = TAGS("data"), .topology = &topology_one_path, .settings = { .association_max_retrans = 1 })
{
	struct pair p = settled(t);

	inject(t, all_lost(0));
	struct flow *data = say(t, p.client, p.server);
	const vtime gone =
		expect(t, within(after(flow_sent_at(data, 0), data_comm_lost(t, 1)), comm_lost(p.client, 0)));
	expect_send_failed_for_each(t, data, shortly_after(gone));
}

CASE(limits, "answers-clear-the-counts",
	.title = "Outages that stay below the limits do not add up: each answered heartbeat clears the counts",
	.requirements = IDS(R_9260_8_1_10, /* reset the counter on HEARTBEAT ACK */
		R_9260_8_2_05, R_9260_8_3_20),
	.tags = TAGS("idle"), .topology = &topology_one_path,
	.settings = { QUICK_RTO, .hb_interval = MS(5000), .path_max_retrans = 3, .association_max_retrans = 3 })
{
	const vtime outage = idle_outage_survived(t);

	settled(t);
	for (unsigned i = 0; i < 8; i++) {
		inject(t, all_lost(0));
		expect_quiet(t, outage);
		mend(t, all_lost(0));
		expect_quiet(t, recovery(t, outage).to);
	}
}
