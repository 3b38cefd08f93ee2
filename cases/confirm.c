/* SPDX-License-Identifier: Apache-2.0 */
/* confirm.c - addresses are probed before they are used (RFC 9260 section 5.4). */
#include "cases/requirements.h"
#include "runner/engine/case.h"

/* Injects the fault before there is an association; neither end may confirm path 1. */
static struct pair associated_beside(struct trial *t, struct fault fault)
{
	struct pair p;

	inject(t, fault);
	p = associated(t);
	settle(t, p);
	expect_path_state_at_both(t, p, 1, PATH_UNCONFIRMED);
	return p;
}

/* A stream of messages from the client that lasts so long. */
static struct flow *stream_for(struct trial *t, struct pair p, vtime duration)
{
	const vtime interval = s(1);

	return send_messages(t, p.client, p.server,
		&(struct traffic){ .count = (unsigned)(duration / interval) + 1, .interval = interval, .streams = 3 });
}

static void expect_no_data_on(struct trial *t, unsigned path, vtime from)
{
	expect_not_sent_by_both(t, path, DATA, since(t, from));
}

/* Probing never stops: there is at least one probe in each probing period of RTO.Max. */
static void expect_probes(struct trial *t, unsigned path, vtime from)
{
	const unsigned count = (unsigned)((now(t) - from) / probe_period(t, BACKED_OFF).to);

	expect_sent_at_least(t, count, A, path, HEARTBEAT, since(t, from));
	expect_sent_at_least(t, count, B, path, HEARTBEAT, since(t, from));
}

/* Ten minutes with data, then 50 without: no event is reported, and path 1 carries nothing but probes. */
static void stays_unconfirmed(struct trial *t, struct fault fault)
{
	const struct pair p = associated_beside(t, fault);
	const vtime began = now(t);

	expect_delivered(t, stream_for(t, p, s(600)), promptly());
	expect_quiet(t, s(3000));
	expect_path_state_at_both(t, p, 1, PATH_UNCONFIRMED);
	expect_path_state(t, p.client, 0, PATH_ACTIVE);
	expect_established_at_both(t, p);
	expect_delivered(t, say(t, p.server, p.client), promptly());
	expect_no_data_on(t, 1, began);
	expect_probes(t, 1, began);
}

CASE(confirm, "secondary",
	.title = "A secondary address is unconfirmed until its first probe is answered, and told as confirmed then",
	.requirements = IDS(R_9260_5_4_02, /* responder: regard only the address the INIT ACK went to as confirmed */
		R_9260_5_4_03, R_9260_5_4_05, R_9260_5_4_11, R_6458_6_1_2_08),
	.tags = TAGS("idle", "default-timers"), .topology = &topology_two_paths)
{
	const vtime began = now(t);
	const struct pair p = associated(t);
	vtime confirmed;

	expect_path_state_at_both(t, p, 0, PATH_ACTIVE);
	expect_path_state_at_both(t, p, 1, PATH_UNCONFIRMED);
	confirm_addresses(t, p);
	confirmed = now(t);
	expect_path_state_at_both(t, p, 1, PATH_ACTIVE);
	expect_sent_by_both(t, 1, HEARTBEAT, between(began, confirmed));
	/* From now on path 1 is probed at the rate of heartbeats: two probes would need two periods. */
	expect_quiet(t, 2 * heartbeat_period(t, doubled(0)).from - ms(1));
	expect_sent_at_most(t, 2, A, 1, HEARTBEAT, since(t, confirmed));
}

CASE(confirm, "named-addresses",
	.title = "Addresses that the user named in connecting are confirmed at once and without an event",
	.requirements = IDS(R_9260_5_4_01, R_9260_5_4_02), .tags = TAGS("idle", "default-timers"),
	.topology = &topology_two_paths)
{
	const struct pair p = strangers(t);

	start_connect_several(t, p.client, p.server, (const unsigned[]){ 0, 1 }, 2);
	const vtime began = now(t);
	expect_at_both(t, p, soon(t, comm_up(EACH)));
	expect_path_state(t, p.client, 0, PATH_ACTIVE);
	expect_path_state(t, p.client, 1, PATH_ACTIVE);
	expect_path_state(t, p.server, 1, PATH_UNCONFIRMED);
	expect(t,
		within(window_sum(after(began, confirmation(t)), between(0, promptly().to)),
			addr_confirmed(p.server, 1)));
	expect_quiet(t, s(300));
}

VARIANT(confirm, "blackholed", stays_unconfirmed(t, all_lost(1)),
	.title = "A secondary path that is dead from the start stays unconfirmed without an event, is probed on, and "
		 "carries no data",
	.requirements = IDS(R_9260_5_4_06, /* probe an active unconfirmed path once per RTO */
		R_9260_5_4_09, R_9260_5_4_12, R_9260_5_4_13),
	.tags = TAGS("data", "loss", "default-timers"), .topology = &topology_two_paths)

#define BLACKHOLED(name, what, fault)                                                             \
	VARIANT(confirm, name, stays_unconfirmed(t, fault),                                       \
		.title = "A secondary path that loses what " what " is confirmed by neither end", \
		.requirements = IDS(R_9260_5_4_04, /* only a HEARTBEAT ACK confirms */            \
			R_9260_5_4_09, R_9260_5_4_12),                                            \
		.tags = TAGS("data", "loss", "default-timers"), .topology = &topology_two_paths)

BLACKHOLED("blackholed-outgoing", "the client sends", lost_on_the_way(1, A_TO_B))
BLACKHOLED("blackholed-incoming", "the server sends", lost_on_the_way(1, B_TO_A))

CASE(confirm, "late",
	.title = "A secondary path that was dead for ten minutes is confirmed once it works, and then is worth failing "
		 "over to",
	.requirements = IDS(R_9260_5_4_03, /* regard all other addresses as unconfirmed and probe them */
		R_9260_5_4_06, R_9260_5_4_11, R_6458_6_1_2_08),
	.tags = TAGS("loss", "default-timers"), .topology = &topology_two_paths)
{
	const struct pair p = associated_beside(t, all_lost(1));
	const vtime dead = s(600);
	struct window confirmed;
	vtime lost;

	expect_quiet(t, dead);
	confirmed = after(mend(t, all_lost(1)), late_confirmation(t, now(t)));
	expect_at_both(t, p, within(confirmed, addr_confirmed(EACH, 1)));
	expect_path_state_at_both(t, p, 1, PATH_ACTIVE);
	lost = inject(t, all_lost(0));
	expect_delivered(t, say(t, p.client, p.server), data_rerouted(t));
	expect_sent(t, A, 1, DATA, since(t, lost));
}

CASE(confirm, "no-refuge-for-data",
	.title = "Data does not flee from a dead primary to an unconfirmed address: the association is lost",
	.requirements = IDS(R_9260_5_4_12, /* send nothing to an unconfirmed address apart from the listed exceptions */
		R_9260_8_1_04, R_9260_8_2_03, R_6458_6_1_1_03),
	.tags = TAGS("data", "loss", "default-timers"), .topology = &topology_two_paths)
{
	const struct pair p = associated_beside(t, all_lost(1));
	const vtime lost = inject(t, all_lost(0));
	struct flow *flow = send_messages(t, p.client, p.server, &(struct traffic){ .count = 10, .streams = 2 });
	const vtime sent = flow_sent_at(flow, 0);
	vtime given_up;

	expect(t, within(after(sent, data_only_path_unreachable(t)), addr_unreachable(p.client, 0)));
	given_up = expect(t, within(after(sent, data_comm_lost_beside_unconfirmed(t)), comm_lost(p.client, 0)));
	expect_send_failed_for_each(t, flow, shortly_after(given_up));
	expect_no_association(t, p.client);
	expect_in_order(t, within(after(lost, idle_unreachable(t)), addr_unreachable(p.server, 0)),
		within(after(lost, idle_comm_lost_beside_unconfirmed(t)), comm_lost(p.server, 0)));
	expect_no_data_on(t, 1, lost);
}

CASE(confirm, "no-refuge-idle", .title = "An idle association whose only confirmed path dies is lost at both ends",
	.requirements = IDS(
		R_9260_5_4_09, /* do not count unanswered probes of unconfirmed paths against the association */
		R_9260_8_1_02, R_9260_8_1_04, R_6458_6_1_1_02),
	.tags = TAGS("idle", "loss", "default-timers"), .topology = &topology_two_paths)
{
	const struct pair p = associated_beside(t, all_lost(1));
	const vtime lost = inject(t, all_lost(0));

	expect_at_both(t, p, within(after(lost, idle_unreachable(t)), addr_unreachable(EACH, 0)));
	expect_at_both(t, p, within(after(lost, idle_comm_lost_beside_unconfirmed(t)), comm_lost(EACH, 0)));
	expect_no_association_at_both(t, p);
}
