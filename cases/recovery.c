/* SPDX-License-Identifier: Apache-2.0 */
/*
 * recovery.c - a path that was reported unreachable is restored: both ends report it when a heartbeat is answered, and
 * new data returns to the primary (RFC 9260 sections 8.2 and 8.3, RFC 7829 section 3).
 */
#include "cases/requirements.h"
#include "runner/engine/case.h"

/* The time between two messages of a stream. */
#define INTERVAL ms(500)

/* New data takes the primary, both ways, and no further event is reported. */
static void expect_data_on_primary(struct trial *t, struct pair p)
{
	const vtime began = now(t);

	expect_delivered_both_ways(t, p);
	expect_quiet(t, s(300));
	expect_sent_by_both(t, 0, DATA, since(t, began));
	expect_not_sent_by_both(t, 1, DATA, since(t, began));
}

static vtime fails(struct trial *t, struct pair p, struct fault fault)
{
	const vtime failed = inject(t, fault);

	expect_at_both(t, p, within(after(failed, idle_unreachable(t)), addr_unreachable(EACH, fault.path)));
	return failed;
}

/* Gives the instant at which the client reported it. */
static vtime recovers(struct trial *t, struct pair p, struct fault fault, vtime failed)
{
	const vtime mended = mend(t, fault);
	const struct window available = after(mended, recovery(t, mended - failed));

	return expect_at_both(t, p, within(available, addr_available(EACH, fault.path)));
}

/* ------------------------------------------------------------------ idle */

static void idle_path_recovers(struct trial *t, struct fault fault, vtime wait)
{
	const struct pair p = settled(t);
	const vtime failed = fails(t, p, fault);

	if (wait > 0)
		expect_quiet(t, wait);
	recovers(t, p, fault, failed);
	expect_paths_active(t, p);
	expect_data_on_primary(t, p);
}

#define OF_A_PATH_THAT_COMES_BACK                                                                                    \
	IDS(R_9260_8_2_06, R_9260_8_3_13, R_9260_8_3_18, R_9260_8_3_19, /* an answered HEARTBEAT is reported */      \
		R_9260_11_2_3_01, R_7829_3_14, R_7829_5_03, /* the primary is resumed, having never been switched */ \
		R_6458_6_1_2_03 /* SCTP_ADDR_AVAILABLE */)

#define IDLE_AGAIN(name, which, fault, kind, wait)                                                        \
	VARIANT(recovery, name, idle_path_recovers(t, fault, wait), .title = (which),                     \
		.requirements = OF_A_PATH_THAT_COMES_BACK, .tags = TAGS("idle", #kind, "default-timers"), \
		.topology = &TOPOLOGY_FOR_##kind)
#define IDLE_PRIMARY(name, that, fault, kind)                                                                     \
	IDLE_AGAIN(name, "An idle primary " that " is available again at both ends, and carries new data", fault, \
		kind, 0)

IDLE_PRIMARY("loss-idle", "that lost everything", all_lost(0), loss)
IDLE_PRIMARY("loss-incoming-idle", "that lost what the server sent", lost_on_the_way(0, B_TO_A), loss)
IDLE_PRIMARY("link-local-idle", "whose link was down at the client", link_down(0, AT_A), link)
IDLE_PRIMARY("link-remote-idle", "whose link was down at the server", link_down(0, AT_B), link)
IDLE_PRIMARY("router-idle", "whose router was down", router_down(0), router)

VARIANT(recovery, "ipv6-idle", idle_path_recovers(t, all_lost(0), 0),
	.title = "An idle IPv6 primary that lost everything is available again at both ends, and carries new data",
	.requirements = OF_A_PATH_THAT_COMES_BACK, .tags = TAGS("idle", "loss", "ipv6", "default-timers"),
	.topology = &topology_two_paths_ipv6)

IDLE_AGAIN("secondary-idle",
	"An idle secondary that lost everything is available again at both ends, and data stays on the primary",
	all_lost(1), loss, 0)

IDLE_AGAIN("after-an-hour",
	"A primary that was dead for more than an hour, its RTO at RTO.Max, is found alive within HB.interval and one "
	"and a half RTO.Max",
	all_lost(0), loss, s(3600))

CASE(recovery, "again-and-again",
	.title = "Three outages of the primary one after the other are told one by one, each in its time",
	.requirements = IDS(R_9260_8_2_03, /* mark the address inactive when the counter exceeds Path.Max.Retrans */
		R_9260_8_2_05, R_9260_8_2_06, R_9260_8_3_18, R_9260_8_3_19, R_6458_6_1_2_03, R_6458_6_1_2_04),
	.tags = TAGS("idle", "link", "flapping", "default-timers"), .topology = &topology_two_paths)
{
	const struct pair p = settled(t);

	for (unsigned round = 0; round < 3; round++)
		recovers(t, p, link_down(0, AT_B), fails(t, p, link_down(0, AT_B)));
	expect_paths_active(t, p);
	expect_data_on_primary(t, p);
}

/* ------------------------------------------------------------------ with data */

/* A stream of messages lasts through failure and recovery: it leaves the primary, and returns to it. */
static void path_recovers_under_data(struct trial *t, struct fault fault)
{
	const struct pair p = settled(t);
	const vtime failed = inject(t, fault);
	const vtime longest = idle_unreachable(t).to + heartbeat_period(t, BACKED_OFF).to + s(20);
	struct flow *flow = send_messages(t, p.client, p.server,
		&(struct traffic){ .count = (unsigned)(longest / INTERVAL), .interval = INTERVAL, .streams = 3 });
	const vtime sent = flow_sent_at(flow, 0);

	expect_all(t, within(after(sent, stream_unreachable(t, INTERVAL)), addr_unreachable(p.client, 0)),
		within(after(failed, idle_unreachable(t)), addr_unreachable(p.server, 0)));
	const vtime detected = now(t);
	const vtime available = recovers(t, p, fault, failed);
	expect_delivered(t, flow, between(0, data_rerouted(t).to));
	expect_sent(t, A, 1, DATA, between(detected - s(10), detected));
	expect_not_sent(t, A, 0, DATA, between(sent + data_rerouted(t).to, detected));
	expect_sent(t, A, 0, DATA, since(t, available));
	expect_not_sent(t, A, 1, DATA, since(t, available));
	expect_paths_active(t, p);
	expect_data_on_primary(t, p);
}

#define DATA_AGAIN(name, that, fault, kind)                                                                           \
	VARIANT(recovery, name, path_recovers_under_data(t, fault),                                                   \
		.title = "Data returns to a primary " that " as soon as it is available, and none is lost",           \
		.requirements =                                                                                       \
			IDS(R_9260_6_4_01, R_9260_8_2_06, R_9260_8_2_08,     /* it leaves the primary, and returns */ \
				R_9260_8_3_18, R_9260_8_3_19, R_9260_8_3_20, /* when a HEARTBEAT is answered */       \
				R_7829_3_14, R_7829_5_03, R_6458_6_1_2_03),                                           \
		.tags = TAGS("data", #kind, "default-timers"), .topology = &TOPOLOGY_FOR_##kind)

DATA_AGAIN("loss-data", "that lost everything", all_lost(0), loss)
DATA_AGAIN("link-local-data", "whose link was down at its sender", link_down(0, AT_A), link)
DATA_AGAIN("link-remote-data", "whose link was down at its receiver", link_down(0, AT_B), link)
DATA_AGAIN("router-data", "whose router was down", router_down(0), router)

/* The path is reported potentially failed and never unreachable. An AVAILABLE follows that report too. */
CASE(recovery, "potentially-failed-data",
	.title = "A primary that is only potentially failed when it works again is available without having been "
		 "unreachable",
	.requirements = IDS(R_7829_3_03, /* send no new data to a PF address when another active address exists */
		R_7829_3_12, R_7829_3_14, R_7829_3_17, R_7829_3_18, R_7829_7_1_01, R_6458_6_1_2_03),
	.tags = TAGS("data", "loss"), .topology = &topology_two_paths, .settings = { .pf_expose = PF_EXPOSE_ON })
{
	const struct pair p = settled(t);
	const vtime failed = inject(t, all_lost(0));
	struct flow *flow = say(t, p.client, p.server);
	const vtime sent = flow_sent_at(flow, 0);
	vtime mended;

	expect(t, within(after(sent, data_potentially_failed(t)), addr_potentially_failed(p.client, 0)));
	expect_delivered(t, flow, data_rerouted(t));
	expect_path_state(t, p.client, 0, PATH_POTENTIALLY_FAILED);
	mended = mend(t, all_lost(0));
	/* A potentially failed path is probed without HB.interval. */
	expect(t, within(between(mended, mended + probe_period(t, doubled(1)).to), addr_available(p.client, 0)));
	expect_path_state(t, p.client, 0, PATH_ACTIVE);
	expect_that(t, mended - failed < idle_potentially_failed(t).from,
		"the outage was too short for the server to notice");
	expect_data_on_primary(t, p);
}
