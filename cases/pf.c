/* SPDX-License-Identifier: Apache-2.0 */
/* pf.c - the Potentially Failed state of a path, with and without its events (RFC 7829). */
#include "cases/requirements.h"
#include "runner/engine/case.h"

/* Short enough that the idle end notices within seconds. */
#define SHORT_TIMERS QUICK_RTO, .hb_interval = MS(5000)

CASE(pf, "exposed-data",
	.title = "With exposure on, the first T3-rtx on the primary raises addr_potentially_failed, and "
		 "addr_unreachable comes only later",
	.requirements = IDS(
		R_7829_7_1_01, /* SCTP_PEER_ADDR_CHANGE has the state SCTP_ADDR_POTENTIALLY_FAILED when exposed */
		R_7829_3_01, R_7829_3_18, R_7829_3_15, R_7829_7_1_02),
	.tags = TAGS("data"), .topology = &topology_two_paths,
	.settings = { SHORT_TIMERS, .path_max_retrans = 3, .pf_expose = PF_EXPOSE_ON })
{
	struct pair p = settled(t);
	const vtime lost = inject(t, all_lost(0));
	struct flow *data = say(t, p.client, p.server);
	const vtime sent = flow_sent_at(data, 0);

	expect(t, within(after(sent, data_potentially_failed(t)), addr_potentially_failed(p.client, 0)));
	expect_path_state(t, p.client, 0, PATH_POTENTIALLY_FAILED);
	expect_delivered(t, data, data_rerouted(t));
	expect(t, within(after(sent, data_unreachable(t)), addr_unreachable(p.client, 0)));
	expect_in_order(t, within(after(lost, idle_potentially_failed(t)), addr_potentially_failed(p.server, 0)),
		within(after(lost, idle_unreachable(t)), addr_unreachable(p.server, 0)));
}

CASE(pf, "exposed-idle",
	.title = "With exposure on, the first unanswered heartbeat raises addr_potentially_failed at both ends",
	.requirements = IDS(
		R_7829_7_1_01, /* SCTP_PEER_ADDR_CHANGE has the state SCTP_ADDR_POTENTIALLY_FAILED when exposed */
		R_7829_3_01, R_7829_3_02, R_7829_3_10, R_7829_3_15),
	.tags = TAGS("idle", "default-timers"), .topology = &topology_two_paths,
	.settings = { .pf_expose = PF_EXPOSE_ON })
{
	struct pair p = settled(t);
	const vtime lost = inject(t, all_lost(1));

	expect_at_both(t, p, within(after(lost, idle_potentially_failed(t)), addr_potentially_failed(EACH, 1)),
		within(after(lost, idle_unreachable(t)), addr_unreachable(EACH, 1)));
}

CASE(pf, "not-exposed",
	.title = "Without exposure a potentially failed path raises no event, and new data avoids it all the same",
	.requirements = IDS(R_7829_7_3_01, R_7829_3_03, R_7829_3_04, R_7829_7_1_02, R_7829_3_08),
	.tags = TAGS("data", "default-timers"), .topology = &topology_two_paths)
{
	struct pair p = settled(t);
	const vtime lost = inject(t, all_lost(0));
	struct flow *first = say(t, p.client, p.server);

	never_at_both(t, p, addr_potentially_failed(EACH, 0));
	expect_delivered(t, first, data_rerouted(t));
	expect_path_state(t, p.client, 0, PATH_POTENTIALLY_FAILED);
	const vtime failing = now(t);
	expect_delivered(t, send_messages(t, p.client, p.server, &(struct traffic){ .count = 5 }), promptly());
	const vtime reported =
		expect(t, within(after(flow_sent_at(first, 0), data_unreachable(t)), addr_unreachable(p.client, 0)));
	expect_not_sent(t, A, 0, DATA, between(failing, reported));
	/* One HEARTBEAT in each RTO, without HB.interval; each strike stands for the HEARTBEAT before it. */
	expect_sent_at_least(t, in_force(t)->path_max_retrans, A, 0, HEARTBEAT, between(failing, reported));
	expect(t, within(after(lost, idle_unreachable(t)), addr_unreachable(p.server, 0)));
}

CASE(pf, "exposed-recovers",
	.title = "With exposure on, a potentially failed primary that answers a heartbeat again raises addr_available, "
		 "and data returns to it",
	.requirements = IDS(R_7829_3_12, /* leave PF for ACTIVE on HEARTBEAT ACK and clear the error counter */
		R_7829_3_14, R_7829_3_07, R_7829_7_1_01),
	.tags = TAGS("data"), .topology = &topology_two_paths, .settings = { .pf_expose = PF_EXPOSE_ON })
{
	struct pair p = settled(t);

	inject(t, all_lost(0));
	struct flow *data = say(t, p.client, p.server);
	const vtime failing = expect(t,
		within(after(flow_sent_at(data, 0), data_potentially_failed(t)), addr_potentially_failed(p.client, 0)));
	mend(t, all_lost(0));
	expect_delivered(t, data, data_rerouted(t));
	/* The next heartbeat is due a probing period after the strike. */
	expect(t, within(after(failing, probe_period(t, doubled(0))), addr_available(p.client, 0)));
	expect_path_state(t, p.client, 0, PATH_ACTIVE);
	expect_over(t, p.client, p.server, 0);
}

CASE(pf, "not-exposed-recovers",
	.title = "Without exposure a path may be potentially failed and recover without any event",
	.requirements = IDS(R_7829_7_3_01, R_7829_3_12, R_7829_3_14, R_7829_3_18), .tags = TAGS("data"),
	.topology = &topology_two_paths)
{
	struct pair p = settled(t);

	inject(t, all_lost(0));
	struct flow *data = say(t, p.client, p.server);
	expect_delivered(t, data, data_rerouted(t));
	expect_path_state(t, p.client, 0, PATH_POTENTIALLY_FAILED);
	mend(t, all_lost(0));
	expect_quiet(t, probe_period(t, doubled(0)).to);
	expect_path_state(t, p.client, 0, PATH_ACTIVE);
	expect_over(t, p.client, p.server, 0);
}

/* Each message is sent on the primary and waits for a T3-rtx twice as long; the third T3-rtx reports the path. */
CASE(pf, "off-data",
	.title = "With potentially failed off, data keeps trying the primary, each time with twice the delay, until it "
		 "is unreachable",
	.requirements = IDS(R_9260_8_2_03, /* mark the address inactive when the counter exceeds Path.Max.Retrans */
		R_9260_6_3_3_02, R_9260_6_4_01, R_9260_6_4_06, R_9260_6_4_1_01),
	.tags = TAGS("data"), .topology = &topology_two_paths,
	.settings = { .pf_enable = OFF, .pf_expose = PF_EXPOSE_ON, .path_max_retrans = 2 })
{
	struct pair p = settled(t);

	inject(t, all_lost(0));
	never(t, addr_potentially_failed(p.client, 0));
	for (unsigned strikes = 0; strikes < 2; strikes++) {
		struct flow *data = say(t, p.client, p.server);

		expect_delivered(t, data, t3_rtx(t, doubled(strikes)));
		expect_path_state(t, p.client, 0, PATH_ACTIVE);
		expect_sent(t, A, 0, DATA, since(t, flow_sent_at(data, 0)));
	}
	struct flow *data = say(t, p.client, p.server);
	expect(t, within(after(flow_sent_at(data, 0), t3_rtx(t, doubled(2))), addr_unreachable(p.client, 0)));
	expect_delivered(t, data, t3_rtx(t, doubled(2)));
	expect_delivered(t, say(t, p.client, p.server), promptly());
}

CASE(pf, "off-idle",
	.title = "With potentially failed off, an idle path is probed with HB.interval until it is unreachable, with "
		 "no event before",
	.requirements = IDS(R_9260_8_3_11, /* inactive above Path.Max.Retrans by heartbeats alone */
		R_9260_8_3_22, R_9260_8_3_23, R_7829_3_19),
	.tags = TAGS("idle"), .topology = &topology_two_paths,
	.settings = { SHORT_TIMERS, .pf_enable = OFF, .pf_expose = PF_EXPOSE_ON, .path_max_retrans = 3 })
{
	struct pair p = settled(t);
	const vtime lost = inject(t, all_lost(1));

	expect_at_both(t, p, within(after(lost, idle_unreachable(t)), addr_unreachable(EACH, 1)));
}

CASE(pf, "pf-retrans-1-data",
	.title = "With pf_retrans 1 the second T3-rtx makes the primary potentially failed, the first does not",
	.requirements = IDS(R_7829_3_01, R_7829_3_20, R_7829_7_2_01), .tags = TAGS("data"),
	.topology = &topology_two_paths, .settings = { .pf_retrans = 1, .pf_expose = PF_EXPOSE_ON })
{
	struct pair p = settled(t);

	inject(t, all_lost(0));
	struct flow *data = say(t, p.client, p.server);
	expect_delivered(t, data, data_rerouted(t));
	expect_path_state(t, p.client, 0, PATH_ACTIVE);
	data = say(t, p.client, p.server);
	expect(t, within(after(flow_sent_at(data, 0), t3_rtx(t, doubled(1))), addr_potentially_failed(p.client, 0)));
	expect_delivered(t, data, t3_rtx(t, doubled(1)));
	expect_path_state(t, p.client, 0, PATH_POTENTIALLY_FAILED);
	expect_delivered(t, say(t, p.client, p.server), promptly());
}

CASE(pf, "pf-retrans-1-idle",
	.title = "With pf_retrans 1 the second unanswered heartbeat makes an idle path potentially failed",
	.requirements = IDS(R_7829_3_01, R_7829_3_10, R_7829_3_15, R_7829_7_1_01), .tags = TAGS("idle"),
	.topology = &topology_two_paths,
	.settings = { SHORT_TIMERS, .path_max_retrans = 4, .pf_retrans = 1, .pf_expose = PF_EXPOSE_ON })
{
	struct pair p = settled(t);
	const vtime lost = inject(t, all_lost(1));

	expect_at_both(t, p, within(after(lost, idle_potentially_failed(t)), addr_potentially_failed(EACH, 1)),
		within(after(lost, idle_unreachable(t)), addr_unreachable(EACH, 1)));
}

CASE(pf, "never-at-the-path-limit",
	.title = "With pf_retrans equal to Path.Max.Retrans a path goes from active to unreachable directly",
	.requirements = IDS(R_7829_3_19, R_9260_8_2_03), .tags = TAGS("idle"), .topology = &topology_two_paths,
	.settings = { SHORT_TIMERS, .path_max_retrans = 2, .pf_retrans = 2, .pf_expose = PF_EXPOSE_ON })
{
	struct pair p = settled(t);
	const vtime lost = inject(t, all_lost(1));

	expect_at_both(t, p, within(after(lost, idle_unreachable(t)), addr_unreachable(EACH, 1)));
}

/* T3-rtx on the primary, then on the other path; the third transmission waits for twice the RTO. */
CASE(pf, "all-paths",
	.title = "With all paths potentially failed, data is still sent, and arrives once the paths work again",
	.requirements = IDS(R_7829_3_05, /* with only PF addresses left, data goes to that with the lowest count */
		R_7829_3_12, R_7829_3_18),
	.tags = TAGS("data", "default-timers"), .topology = &topology_two_paths)
{
	struct pair p = settled(t);
	const struct window twice = window_sum(t3_rtx(t, doubled(0)), t3_rtx(t, doubled(0)));

	inject(t, all_lost(0));
	inject(t, all_lost(1));
	struct flow *data = say(t, p.client, p.server);
	expect_quiet(t, twice.to);
	expect_path_state(t, p.client, 0, PATH_POTENTIALLY_FAILED);
	expect_path_state(t, p.client, 1, PATH_POTENTIALLY_FAILED);
	mend(t, all_lost(0));
	mend(t, all_lost(1));
	expect_delivered(t, data, window_sum(twice, t3_rtx(t, doubled(1))));
	for (unsigned path = 0; path < 2; path++)
		expect_sent(t, A, path, DATA, after(flow_sent_at(data, 0), between(0, twice.to)));
	/* At most two strikes have doubled the RTO of either by now. */
	expect_quiet(t, probe_period(t, doubled(2)).to);
	expect_path_state(t, p.client, 0, PATH_ACTIVE);
	expect_path_state(t, p.client, 1, PATH_ACTIVE);
}

CASE(pf, "heartbeats-disabled",
	.title = "A path that is potentially failed is probed though its heartbeats are disabled",
	.requirements = IDS(R_7829_3_09), .tags = TAGS("loss"), .topology = &topology_two_paths)
{
	const struct pair p = settled(t);

	set_option(t, p.client, SCTP_PEER_ADDR_PARAMS, ADDRESS_ON(0), IS(spp_flags, SPP_HB_DISABLE));
	const vtime lost = inject(t, all_lost(0));
	struct flow *flow = say(t, p.client, p.server);
	expect_delivered(t, flow, data_rerouted(t));
	expect_path_state(t, p.client, 0, PATH_POTENTIALLY_FAILED);
	expect_quiet(t, s(5));
	expect_sent(t, A, 0, HEARTBEAT, since(t, lost));
	mend(t, all_lost(0));
	expect_quiet(t, s(10));
	expect_path_state(t, p.client, 0, PATH_ACTIVE);
}
