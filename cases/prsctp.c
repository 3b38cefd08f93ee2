/* SPDX-License-Identifier: Apache-2.0 */
/* prsctp.c - messages that may be given up (RFC 3758, RFC 7496): by their life time, retransmissions and priority. */
#include <errno.h>

#include "cases/requirements.h"
#include "runner/engine/case.h"

/* Of SCTP_PR_ASSOC_STATUS and SCTP_PR_STREAM_STATUS, as linux/sctp.h has them. */
#define OF_TTL IS(sprstat_policy, SCTP_PR_SCTP_TTL)
#define OF_RTX IS(sprstat_policy, SCTP_PR_SCTP_RTX)
#define OF_PRIO IS(sprstat_policy, SCTP_PR_SCTP_PRIO)

/* No HEARTBEAT comes in between: T3-rtx alone has errors, and doubles the RTO. */
#define NO_HEARTBEATS .pf_enable = OFF, .hb_interval = MS(3600000)

AREA(prsctp, R_3758_4_3_01 /* what is given up may be skipped by FORWARD TSN, and by nothing else */, R_3758_3_5_15);

/* ---- Given up after it was sent ---- */

/* A message that is lost, and what its policy makes of it. */
struct lost_message {
	struct row row;
	enum pr_policy policy;
	uint32_t value;
	unsigned copies; /* that are sent, T3-rtx by T3-rtx; then it is given up; 0: never */
	bool unordered;
	size_t size;
};

static const struct lost_message lost_messages[] = {
	{ ROW("rtx-0", "A message that may not be sent again is sent once, and skipped when T3-rtx expires",
		  R_7496_3_1_02),
		.policy = PR_RTX, .value = 0, .copies = 1 },
	{ ROW("rtx-2", "A message that may be sent again twice is sent three times, and skipped then", R_7496_3_1_01),
		.policy = PR_RTX, .value = 2, .copies = 3 },
	{ ROW("rtx-unordered", "An unordered message that may not be sent again is skipped", R_7496_3_1_02,
		  R_3758_3_2_02),
		.policy = PR_RTX, .value = 0, .copies = 1, .unordered = true },
	{ ROW("rtx-fragments", "All fragments of a message are given up together", R_3758_3_5_04), .policy = PR_RTX,
		.value = 0, .copies = 1, .size = 4000 },
	{ ROW("ttl", "A message is skipped by the T3-rtx that comes after the end of its life", R_3758_4_1_06),
		.policy = PR_TTL, .value = 500, .copies = 1 },
	{ ROW("ttl-again", "A message is sent again as long as it lives", R_3758_4_1_01, R_3758_4_1_06),
		.policy = PR_TTL, .value = 2000, .copies = 2 },
	{ ROW("ttl-unordered", "An unordered message is skipped after the end of its life", R_3758_4_1_06),
		.policy = PR_TTL, .value = 500, .copies = 1, .unordered = true },
};

FAMILY(prsctp, lost_messages,
	.requirements = IDS(R_3758_3_5_01, /* it is outstanding no more */
		R_3758_3_5_06,             /* the point that is told */
		R_3758_3_5_13,             /* T3-rtx runs for a FORWARD TSN */
		R_3758_3_5_14,             /* T3-rtx has it sent */
		R_3758_3_6_02, R_3758_3_6_06, R_3758_4_1_05, R_6458_5_3_7_01),
	.topology = &topology_one_path, .settings = { NO_HEARTBEATS })
{
	const struct lost_message *lost = row;
	struct pair p = settled(t);

	inject(t, all_lost(0));
	struct flow *flow = send_messages(t, p.client, p.server,
		&(struct traffic){ .policy = lost->policy,
			.policy_value = lost->value,
			.unordered = lost->unordered,
			.size = lost->size });
	const vtime sent = flow_sent_at(flow, 0);
	expect_undelivered(t, flow);
	/* the first FORWARD TSN is lost as well, the second one is not */
	const struct window skipped = timeouts(t, lost->copies), again = timeouts(t, lost->copies + 1);
	expect_quiet(t, sent + skipped.to + ms(100) - now(t));
	mend(t, all_lost(0));
	expect_quiet(t, sent + again.to + ms(100) - now(t));
	const struct window all = since(t, sent);
	const unsigned fragments = lost->size ? 3 : 1;
	expect_sent_exactly(t, lost->copies * fragments, A, 0, DATA, all);
	expect_sent_exactly(t, 1, A, 0, FORWARD_TSN, after(sent, skipped));
	expect_sent_exactly(t, 1, A, 0, FORWARD_TSN, after(sent, again));
	expect_sent_exactly(t, 2, A, 0, FORWARD_TSN, all);
	expect_sent_exactly(t, 1, B, 0, SACK, all);
	expect_option(t, p.client, SCTP_STATUS, ASSOCIATION, IS(sstat_unackdata, 0), IS(sstat_penddata, 0));
	expect_option(t, p.client, SCTP_PR_ASSOC_STATUS, ASSOCIATION,
		IS(sprstat_policy, lost->policy == PR_TTL ? SCTP_PR_SCTP_TTL : SCTP_PR_SCTP_RTX),
		IS(sprstat_abandoned_unsent, 0), IS(sprstat_abandoned_sent, 1));
	expect_delivered_both_ways(t, p);
}

CASE(prsctp, "told", .title = "A message that was sent and given up comes back by send_failed, as sent",
	.requirements = IDS(R_3758_4_1_08), .topology = &topology_one_path)
{
	struct pair p = settled(t);

	inject(t, all_lost(0));
	struct flow *flow =
		send_messages(t, p.client, p.server, &(struct traffic){ .policy = PR_RTX, .policy_value = 0 });
	expect_undelivered(t, flow);
	expect_quiet(t, ms(500));
	mend(t, all_lost(0));
	expect(t,
		within(after(flow_sent_at(flow, 0), window_sum(t3_rtx(t, doubled(0)), promptly())),
			send_failed(p.client, flow, 0, DATA_SENT)));
}

CASE(prsctp, "told-fragments", .title = "A message that is given up half sent comes back once, and whole",
	.requirements = IDS(R_3758_4_1_08), .topology = &topology_one_path)
{
	struct pair p = settled(t);

	inject(t, all_lost(0));
	struct flow *flow = send_messages(
		t, p.client, p.server, &(struct traffic){ .size = 20000, .policy = PR_TTL, .policy_value = 500 });
	expect_undelivered(t, flow);
	expect_quiet(t, ms(500));
	mend(t, all_lost(0));
	expect(t,
		within(after(flow_sent_at(flow, 0), window_sum(t3_rtx(t, doubled(0)), promptly())),
			send_failed(p.client, flow, 0, ANY)));
}

CASE(prsctp, "later-waits", .title = "A later message of the stream waits for FORWARD TSN, one of another does not",
	.requirements = IDS(R_3758_3_6_01, R_3758_3_6_03, R_3758_3_6_07, R_3758_3_6_08, R_3758_3_2_03, R_3758_3_5_10),
	.topology = &topology_one_path)
{
	struct pair p = settled(t);

	inject(t, all_lost(0));
	struct flow *lost =
		send_messages(t, p.client, p.server, &(struct traffic){ .policy = PR_TTL, .policy_value = 500 });
	expect_undelivered(t, lost);
	expect_quiet(t, ms(200));
	mend(t, all_lost(0));
	struct flow *waits = say(t, p.client, p.server);
	struct flow *other = send_messages(t, p.client, p.server, &(struct traffic){ .first_stream = 1 });
	expect_delivered(t, other, promptly());
	const struct window skipped = after(flow_sent_at(lost, 0), t3_rtx(t, doubled(0)));
	expect_delivered(
		t, waits, between(skipped.from - flow_sent_at(waits, 0), skipped.to + ms(1) - flow_sent_at(waits, 0)));
	expect_delivered_both_ways(t, p);
}

CASE(prsctp, "half-received", .title = "What has come of a message that is given up is never delivered",
	.requirements = IDS(R_3758_3_6_09, R_3758_3_5_04, R_3758_3_6_05), .topology = &topology_one_path)
{
	struct pair p = settled(t);

	unsubscribe_of(t, p.client, p.server, SEND_FAILED);
	/* more than the congestion window takes: its first fragments arrive, and their SACK does not */
	inject(t, lost_on_the_way(0, B_TO_A));
	struct flow *flow = send_messages(
		t, p.client, p.server, &(struct traffic){ .size = 50000, .policy = PR_TTL, .policy_value = 500 });
	const vtime sent = flow_sent_at(flow, 0);
	expect_undelivered(t, flow);
	expect_quiet(t, sent + t3_rtx(t, doubled(0)).to + ms(500) - now(t));
	mend(t, lost_on_the_way(0, B_TO_A));
	expect_quiet(t, s(5));
	expect_sent_exactly(t, 2, A, 0, FORWARD_TSN, since(t, sent));
	expect_option(t, p.client, SCTP_PR_ASSOC_STATUS, ASSOCIATION, OF_TTL, IS(sprstat_abandoned_unsent, 0),
		IS(sprstat_abandoned_sent, 1));
	expect_delivered_both_ways(t, p);
}

/* ---- Given up before it was sent ---- */

CASE(prsctp, "ttl-unsent", .title = "A message that dies in the queue gets no TSN, comes back unsent and is counted",
	.requirements = IDS(R_3758_4_1_02, R_3758_4_1_03, R_3758_4_1_04, R_7496_4_02, R_7496_4_03),
	.topology = &topology_one_path)
{
	struct pair p = settled(t);

	inject(t, all_lost(0));
	struct flow *full = send_messages(t, p.client, p.server, &(struct traffic){ .count = 20, .size = 1400 });
	struct flow *dies = send_messages(t, p.client, p.server,
		&(struct traffic){ .count = 3, .first_stream = 2, .policy = PR_TTL, .policy_value = 100 });
	const vtime sent = flow_sent_at(full, 0);
	expect_undelivered(t, dies);
	expect_quiet(t, ms(200));
	mend(t, all_lost(0));
	const struct window rounds =
		window_sum(t3_rtx(t, doubled(0)), between(0, 6 * duration(in_force(t)->sack_timeout)));
	expect_delivered(t, full, rounds);
	expect_in_order(t, within(after(sent, rounds), send_failed(p.client, dies, 0, DATA_UNSENT)),
		within(after(sent, rounds), send_failed(p.client, dies, 1, DATA_UNSENT)),
		within(after(sent, rounds), send_failed(p.client, dies, 2, DATA_UNSENT)));
	expect_not_sent(t, A, 0, FORWARD_TSN, since(t, sent));
	expect_option(t, p.client, SCTP_PR_ASSOC_STATUS, ASSOCIATION, OF_TTL, IS(sprstat_abandoned_unsent, 3),
		IS(sprstat_abandoned_sent, 0));
	expect_option(t, p.client, SCTP_PR_STREAM_STATUS, ASSOCIATION, IS(sprstat_sid, 2), OF_TTL,
		IS(sprstat_abandoned_unsent, 3), IS(sprstat_abandoned_sent, 0));
	expect_option(t, p.client, SCTP_PR_STREAM_STATUS, ASSOCIATION, IS(sprstat_sid, 0), OF_TTL,
		IS(sprstat_abandoned_unsent, 0), IS(sprstat_abandoned_sent, 0));
	expect_option(t, p.client, SCTP_PR_ASSOC_STATUS, ASSOCIATION, OF_RTX, IS(sprstat_abandoned_unsent, 0),
		IS(sprstat_abandoned_sent, 0));
	expect_delivered_both_ways(t, p);
}

/* ---- Priority ---- */

static const struct peer_options narrow = { .send_buffer = 20000 };

CASE(prsctp, "prio-displaces",
	.title = "In a full buffer a message of a higher priority takes the place of a lower one",
	.requirements = IDS(R_7496_3_2_01, R_7496_3_2_02), .topology = &topology_one_path)
{
	struct pair p = associated_with(t, &narrow, &(struct peer_options){ .port = SERVER_PORT });

	settle(t, p);
	inject(t, all_lost(0));
	/* the larger the value the lower the priority */
	struct flow *low = fill_send_buffer(
		t, p.client, p.server, &(struct traffic){ .size = 1000, .policy = PR_PRIO, .policy_value = 9 });
	const vtime full = now(t);
	expect_refused(
		t, p.client, p.server, &(struct traffic){ .size = 1000, .policy = PR_PRIO, .policy_value = 9 }, EAGAIN);
	struct flow *high = send_messages(t, p.client, p.server,
		&(struct traffic){ .size = 1000, .first_stream = 1, .policy = PR_PRIO, .policy_value = 1 });
	expect_quiet(t, ms(100));
	mend(t, all_lost(0));
	expect_delivered(t, high, between(0, s(3)));
	expect_quiet(t, s(3));
	expect_option(t, p.client, SCTP_PR_ASSOC_STATUS, ASSOCIATION, OF_PRIO, IS(sprstat_abandoned_unsent, 0),
		IS(sprstat_abandoned_sent, 1));
	if (flow_sent(low) > 1) /* which a rehearsal does not know */
		expect_delivered_range(t, low, 1, flow_sent(low) - 1, between(0, s(3)));
	expect_sent(t, A, 0, FORWARD_TSN, since(t, full));
}

CASE(prsctp, "prio-equal", .title = "A message displaces none of its own or a higher priority: EAGAIN",
	.requirements = IDS(R_7496_3_2_03), .topology = &topology_one_path)
{
	struct pair p = associated_with(t, &narrow, &(struct peer_options){ .port = SERVER_PORT });

	settle(t, p);
	inject(t, all_lost(0));
	struct flow *equal = fill_send_buffer(
		t, p.client, p.server, &(struct traffic){ .size = 1000, .policy = PR_PRIO, .policy_value = 5 });
	expect_refused(
		t, p.client, p.server, &(struct traffic){ .size = 1000, .policy = PR_PRIO, .policy_value = 6 }, EAGAIN);
	expect_refused(
		t, p.client, p.server, &(struct traffic){ .size = 1000, .policy = PR_PRIO, .policy_value = 5 }, EAGAIN);
	expect_option(t, p.client, SCTP_PR_ASSOC_STATUS, ASSOCIATION, OF_PRIO, IS(sprstat_abandoned_unsent, 0),
		IS(sprstat_abandoned_sent, 0));
	mend(t, all_lost(0));
	expect_delivered(t, equal, between(0, s(10)));
}

/* ---- Who can ---- */

struct support {
	struct row row;
	bool negotiated;
};

static const struct support supports[] = {
	{ ROW("both", "Two ends that know FORWARD TSN say so, and use it", R_3758_3_1_01, R_3758_3_3_1_01,
		  R_3758_3_3_2_03, R_3758_3_5_07),
		.negotiated = true },
	{ ROW("client-alone", "A server without FORWARD TSN is sent everything until it has it", R_3758_3_3_2_01,
		  R_3758_3_3_2_06, R_3758_3_3_2_07),
		.row.at_b = { .prsctp = OFF } },
	{ ROW("server-alone", "A client without FORWARD TSN sends everything until the server has it", R_3758_3_3_1_02,
		  R_3758_3_3_2_04),
		.row.at_a = { .prsctp = OFF } },
	{ ROW("neither", "Two ends without FORWARD TSN send everything until the other has it", R_3758_3_3_1_02),
		.row.settings = { .prsctp = OFF } },
};

FAMILY(prsctp, supports, .requirements = IDS(R_7496_4_04), .topology = &topology_one_path)
{
	const struct support *support = row;
	struct pair p = settled(t);

	expect_option(t, p.client, SCTP_PR_SUPPORTED, ASSOCIATION, IS(assoc_value, support->negotiated));
	inject(t, all_lost(0));
	struct flow *flow =
		send_messages(t, p.client, p.server, &(struct traffic){ .policy = PR_TTL, .policy_value = 100 });
	const vtime sent = flow_sent_at(flow, 0);
	expect_quiet(t, ms(500));
	mend(t, all_lost(0));
	if (support->negotiated) {
		expect_undelivered(t, flow);
		expect_quiet(t, s(5));
		expect_sent_exactly(t, 1, A, 0, FORWARD_TSN, after(sent, t3_rtx(t, doubled(0))));
		expect_sent_exactly(t, 1, A, 0, DATA, since(t, sent));
	} else {
		expect_delivered(t, flow, t3_rtx(t, doubled(0)));
		expect_quiet(t, s(5));
		expect_not_sent(t, A, 0, FORWARD_TSN, since(t, sent));
		expect_sent_exactly(t, 2, A, 0, DATA, since(t, sent));
	}
	expect_delivered_both_ways(t, p);
}

/* ---- Through a failover ---- */

struct over {
	struct row row;
	enum pr_policy policy;
	uint32_t value;
	bool arrives;
};

static const struct over overs[] = {
	{ ROW("failover-rtx-0", "The message that may not be sent again is skipped over the other path", R_7496_3_1_02,
		  R_3758_3_5_09),
		.policy = PR_RTX, .value = 0 },
	{ ROW("failover-rtx-1", "The message that may be sent again once arrives over the other path", R_7496_3_1_01),
		.policy = PR_RTX, .value = 1, .arrives = true },
	{ ROW("failover-ttl-short", "The message that dies before T3-rtx is skipped over the other path", R_3758_4_1_06,
		  R_3758_3_5_09),
		.policy = PR_TTL, .value = 500 },
	{ ROW("failover-ttl-long", "The message that outlives T3-rtx arrives over the other path", R_3758_4_1_01),
		.policy = PR_TTL, .value = 3000, .arrives = true },
};

FAMILY(prsctp, overs, .requirements = IDS(R_3758_3_5_14), .topology = &topology_two_paths)
{
	const struct over *over = row;
	struct pair p = settled(t);
	const vtime lost = inject(t, all_lost(0));
	struct flow *flow = send_messages(
		t, p.client, p.server, &(struct traffic){ .policy = over->policy, .policy_value = over->value });
	struct flow *next = say(t, p.client, p.server);

	if (over->arrives)
		expect_delivered(t, flow, data_rerouted(t));
	else
		expect_undelivered(t, flow);
	expect_delivered(t, next, data_rerouted(t));
	expect_quiet(t, s(1));
	if (over->arrives)
		expect_not_sent(t, A, 1, FORWARD_TSN, since(t, lost));
	else
		expect_sent_exactly(t, 1, A, 1, FORWARD_TSN, since(t, lost));
	expect_not_sent(t, A, 0, FORWARD_TSN, since(t, lost));
	expect_delivered(t, say(t, p.client, p.server), promptly());
}
