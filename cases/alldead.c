/* SPDX-License-Identifier: Apache-2.0 */
/* alldead.c - no path to the peer is left (RFC 9260 section 8.1, RFC 6458 sections 6.1.1 and 6.1.11). */
#include "cases/requirements.h"
#include "runner/engine/case.h"

#include <errno.h>

/* Each message is a packet of its own: the first messages fill the congestion window, the others wait. */
#define LARGE 1000

CASE(alldead, "one-path-idle",
	.title = "With the kernel's default timers an idle association over one dead path is given up at both ends, "
		 "the path having been reported before",
	.requirements = IDS(
		R_9260_8_1_04, /* consider the peer unreachable when the counter exceeds Association.Max.Retrans */
		R_9260_8_1_02, R_9260_8_1_06, R_9260_8_1_08, R_6458_6_1_1_02),
	.tags = TAGS("idle", "default-timers"), .topology = &topology_one_path)
{
	struct pair p = settled(t);
	const vtime lost = inject(t, all_lost(0));

	expect_at_both(t, p, within(after(lost, idle_unreachable(t)), addr_unreachable(EACH, 0)),
		within(after(lost, idle_comm_lost(t, 1)), comm_lost(EACH, 0)));
	expect_no_association_at_both(t, p);
}

/* The sender reports its only path unreachable, then gives the association up and hands the data back. */
static void expect_given_back(struct trial *t, struct peer *sender, struct flow *data)
{
	const vtime sent = flow_sent_at(data, 0);

	expect(t, within(after(sent, data_only_path_unreachable(t)), addr_unreachable(sender, 0)));
	const vtime gone = expect(t, within(after(sent, data_comm_lost(t, 1)), comm_lost(sender, 0)));
	expect_send_failed_for_each(t, data, shortly_after(gone));
}

CASE(alldead, "one-path-data",
	.title = "With the kernel's default timers data on the only path, which is dead, comes back as send_failed, "
		 "sent or unsent as it was, once the association is given up",
	.requirements = IDS(R_9260_8_1_07, /* report outstanding user data back to the upper layer */
		R_9260_8_1_04, R_9260_11_2_2_01, R_6458_6_1_1_03, R_6458_6_1_11_01, R_6458_6_1_11_02, R_6458_6_1_11_04,
		R_6458_5_3_2_10),
	.tags = TAGS("data", "default-timers"), .topology = &topology_one_path)
{
	struct pair p = settled(t);
	const vtime lost = inject(t, all_lost(0));
	struct flow *data = send_messages(t, p.client, p.server,
		&(struct traffic){ .count = 16, .size = LARGE, .streams = 3, .ppid = 0x01020304 });

	expect_given_back(t, p.client, data);
	expect_no_association(t, p.client);
	expect_in_order(t, within(after(lost, idle_unreachable(t)), addr_unreachable(p.server, 0)),
		within(after(lost, idle_comm_lost(t, 1)), comm_lost(p.server, 0)));
}

CASE(alldead, "one-path-data-both-ends",
	.title = "Both ends of an association over a dead path give it up and get their own data back",
	.requirements = IDS(R_9260_8_1_07, /* report outstanding user data back to the upper layer */
		R_6458_6_1_1_03, R_6458_6_1_11_01, R_6458_6_1_11_02),
	.tags = TAGS("data"), .topology = &topology_one_path,
	.settings = { QUICK_RTO, .hb_interval = MS(30000), .path_max_retrans = 3, .association_max_retrans = 8 })
{
	struct pair p = settled(t);

	inject(t, all_lost(0));
	struct flow *there = send_messages(
		t, p.client, p.server, &(struct traffic){ .count = 10, .size = LARGE, .streams = 2, .ppid = 100 });
	struct flow *back = send_messages(
		t, p.server, p.client, &(struct traffic){ .count = 14, .size = LARGE, .streams = 2, .ppid = 200 });

	expect_given_back(t, p.client, there);
	expect_given_back(t, p.server, back);
}

/* Three strikes make a path unreachable, so six make both. Until the second path is, the first gets at most two more,
 * as an inactive path is probed once in HB.interval plus its RTO. So both are reported by the eighth strike. */
#define EIGHT_STRIKES                                                                                   \
	{                                                                                               \
		QUICK_RTO, .hb_interval = MS(3000), .path_max_retrans = 2, .association_max_retrans = 8 \
	}

static void idle_paths_die(struct trial *t, struct fault of_first, struct fault of_second)
{
	const struct pair p = settled(t);
	const struct peer *const ends[] = { p.client, p.server };
	const vtime first = inject(t, of_first), second = inject(t, of_second);
	const struct window unreachable = idle_unreachable(t);

	for (unsigned i = 0; i < 2; i++) {
		expect_all(t, within(after(first, unreachable), addr_unreachable(ends[i], 0)),
			within(after(second, unreachable), addr_unreachable(ends[i], 1)));
		expect(t, within(after(first, idle_comm_lost(t, 2)), comm_lost(ends[i], 0)));
	}
}

VARIANT(alldead, "two-paths-idle", idle_paths_die(t, all_lost(0), all_lost(1)),
	.title =
		"An idle association whose two paths die is given up at both ends, after both paths have been reported",
	.requirements = IDS(
		R_9260_8_1_04, /* consider the peer unreachable when the counter exceeds Association.Max.Retrans */
		R_9260_8_1_06, R_9260_8_2_10, R_7829_4_05, R_6458_6_1_1_02),
	.tags = TAGS("idle"), .topology = &topology_two_paths, .settings = EIGHT_STRIKES)

VARIANT(alldead, "two-paths-links-down", idle_paths_die(t, link_down(0, AT_A), link_down(1, AT_A)),
	.title = "An idle association whose local links are all down is given up at both ends",
	.requirements = IDS(
		R_9260_8_1_04, /* consider the peer unreachable when the counter exceeds Association.Max.Retrans */
		R_9260_8_1_06, R_6458_6_1_1_02),
	.tags = TAGS("idle", "link-down"), .topology = &topology_two_paths, .settings = EIGHT_STRIKES)

/* The association ends at ten strikes; each of its two paths needs six. One path may have had its sixth before. */
static vtime expect_given_up(struct trial *t, struct peer *peer, struct window given_up, vtime first_strike)
{
	const struct window before = between(first_strike, given_up.to);
	const struct item items[] = {
		within(given_up, comm_lost(peer, 0)),
		within(before, addr_unreachable(peer, 0)),
		within(before, addr_unreachable(peer, 1)),
	};
	vtime instants[3];
	size_t which;

	expect_group(t, ONE_OF, items, 3, instants, &which);
	return which == 0 ? instants[0] : expect(t, items[0]);
}

CASE(alldead, "two-paths-data",
	.title = "With the kernel's default timers data for which both paths are dead comes back after comm_lost",
	.requirements = IDS(
		R_9260_8_1_04, /* consider the peer unreachable when the counter exceeds Association.Max.Retrans */
		R_9260_8_1_07, R_9260_16_08, R_6458_6_1_1_03, R_6458_6_1_11_01, R_6458_6_1_11_02),
	.tags = TAGS("data", "default-timers"), .topology = &topology_two_paths)
{
	struct pair p = settled(t);
	const vtime lost = inject(t, all_lost(0));

	inject(t, all_lost(1));
	struct flow *data = send_messages(
		t, p.client, p.server, &(struct traffic){ .count = 12, .size = LARGE, .streams = 4, .ppid = 77 });
	const vtime sent = flow_sent_at(data, 0);
	const vtime gone =
		expect_given_up(t, p.client, after(sent, data_comm_lost(t, 2)), sent + rto_after(t, doubled(0)));

	expect_send_failed_for_each(t, data, shortly_after(gone));
	expect_no_association(t, p.client);
	expect_given_up(t, p.server, after(lost, idle_comm_lost(t, 2)), lost + duration(in_force(t)->hb_interval));
}

/* With these settings no path becomes potentially failed, and HB.interval is longer than the whole case. So only T3-rtx
 * strikes, on one path after the other, and every instant is exact. */
CASE(alldead, "two-paths-data-reported",
	.title = "Data goes round two dead paths, each is reported when its limit is exceeded, then the association is "
		 "given up",
	.requirements = IDS(
		R_9260_8_1_04, /* consider the peer unreachable when the counter exceeds Association.Max.Retrans */
		R_9260_8_2_03, R_9260_8_2_04, R_9260_8_2_10, R_9260_6_4_06, R_9260_6_3_3_06, R_7829_4_02,
		R_6458_6_1_1_03),
	.tags = TAGS("data"), .topology = &topology_two_paths,
	.settings = { .path_max_retrans = 1, .association_max_retrans = 4 })
{
	struct pair p = settled(t);

	inject(t, all_lost(0));
	inject(t, all_lost(1));
	struct flow *data =
		send_messages(t, p.client, p.server, &(struct traffic){ .count = 3, .streams = 3, .ppid = 9 });
	struct window when = after(flow_sent_at(data, 0), t3_rtx(t, doubled(0)));

	when = window_sum(when, t3_rtx(t, doubled(0)));
	when = window_sum(when, t3_rtx(t, doubled(1)));
	expect(t, within(when, addr_unreachable(p.client, 0)));
	when = window_sum(when, t3_rtx(t, doubled(1)));
	expect(t, within(when, addr_unreachable(p.client, 1)));
	expect_path_state(t, p.client, 0, PATH_INACTIVE);
	expect_path_state(t, p.client, 1, PATH_INACTIVE);
	when = window_sum(when, t3_rtx(t, doubled(2)));
	const vtime gone = expect(t, within(when, comm_lost(p.client, 0)));
	expect_send_failed_for_each(t, data, shortly_after(gone));
	expect_sent_at_least(t, 2, A, 1, DATA, between(flow_sent_at(data, 0), gone));
}

CASE(alldead, "sending-afterwards",
	.title = "After comm_lost the association is closed, sending on it is refused, and the same sockets can "
		 "associate again once the path works",
	.requirements = IDS(R_9260_8_1_05, /* stop sending data to it then (association CLOSED) */
		R_9260_8_1_08, R_6458_6_1_1_02, R_6458_3_1_02),
	.tags = TAGS("idle"), .topology = &topology_one_path,
	.settings = { QUICK_RTO, .hb_interval = MS(3000), .path_max_retrans = 2, .association_max_retrans = 4 })
{
	struct pair p = settled(t);
	const vtime lost = inject(t, all_lost(0));

	expect_at_both(t, p, within(after(lost, idle_unreachable(t)), addr_unreachable(EACH, 0)),
		within(after(lost, idle_comm_lost(t, 1)), comm_lost(EACH, 0)));
	expect_send_refused(t, p.client, EPIPE);
	mend(t, all_lost(0));
	start_connect(t, p.client, p.server, 0);
	expect_at_both(t, p, soon(t, comm_up(EACH)));
	settle(t, p);
}
