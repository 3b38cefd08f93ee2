/* SPDX-License-Identifier: Apache-2.0 */
/* ends.c - associations end: SHUTDOWN, ABORT, close, autoclose (RFC 9260 section 9, RFC 6458 section 3.1.5). */
#include "cases/requirements.h"
#include "runner/engine/case.h"

#include <errno.h>

/* The end that is shut down by its peer: it gets an event for the SHUTDOWN, and one when that is complete. */
static void expect_shut_down(struct trial *t, struct peer *peer)
{
	expect_in_order(t, soon(t, shutdown_event(peer)), soon(t, shutdown_comp(peer)));
	expect_no_association(t, peer);
}

CASE(ends, "shutdown", .title = "An end that shuts down gets shutdown_comp, its peer shutdown_event and shutdown_comp",
	.requirements = IDS(R_9260_9_2_23, /* with nothing outstanding answer SHUTDOWN with SHUTDOWN ACK and start T2 */
		R_9260_9_2_28, R_9260_9_2_30, R_9260_11_1_3_01, R_9260_11_2_8_01, R_6458_6_1_5_01, R_6458_6_1_1_05,
		R_6458_3_1_5_02, R_9260_14_2_01, R_6458_5_3_2_07, R_6458_9_10_01 /* SCTP_EOF in SCTP_SNDRCV */),
	.tags = TAGS("idle", "default-timers"), .topology = &topology_two_paths)
{
	struct pair p = settled(t);

	shut_down(t, p.client);
	expect(t, soon(t, shutdown_comp(p.client)));
	expect_shut_down(t, p.server);
	expect_exchange(t, A, SHUTDOWN, B, SHUTDOWN_ACK, A, SHUTDOWN_COMPLETE);
	expect_no_association(t, p.client);
	expect_send_refused(t, p.client, EPIPE);
	expect_quiet(t, s(100));
}

CASE(ends, "shutdown-by-server", .title = "A server shuts down one association and keeps listening",
	.requirements = IDS(R_9260_9_2_23, /* with nothing outstanding answer SHUTDOWN with SHUTDOWN ACK and start T2 */
		R_9260_9_2_28, R_6458_3_1_5_02, R_6458_6_1_5_01),
	.tags = TAGS("idle", "default-timers"), .topology = &topology_one_path)
{
	struct pair p = settled(t);

	shut_down(t, p.server);
	expect(t, soon(t, shutdown_comp(p.server)));
	expect_shut_down(t, p.client);
	expect_exchange(t, B, SHUTDOWN, A, SHUTDOWN_ACK, B, SHUTDOWN_COMPLETE);
	start_connect(t, p.client, p.server, 0);
	expect_at_both(t, p, soon(t, comm_up(EACH)));
	settle(t, p);
}

CASE(ends, "shutdown-data-queued",
	.title = "Data that is queued when an end shuts down arrives completely before the association ends",
	.requirements = IDS(
		R_9260_9_2_01, /* on the shutdown request enter SHUTDOWN-PENDING until all data is acknowledged */
		R_9260_9_2_31, R_9260_9_2_32, R_9260_11_1_3_01, R_6458_6_1_5_01),
	.tags = TAGS("data", "default-timers"), .topology = &topology_one_path)
{
	struct pair p = settled(t);
	struct flow *data =
		send_messages(t, p.client, p.server, &(struct traffic){ .count = 60, .size = 1000, .streams = 4 });

	shut_down(t, p.client);
	expect_delivered(t, data, promptly());
	expect(t, soon(t, shutdown_comp(p.client)));
	expect_shut_down(t, p.server);
	expect_exchange(t, A, SHUTDOWN, B, SHUTDOWN_ACK, A, SHUTDOWN_COMPLETE);
}

CASE(ends, "shutdown-data-both-ways", .title = "Data that the peer of a SHUTDOWN still has queued arrives as well",
	.requirements = IDS(R_9260_9_2_16, /* continue normal data transmission until all DATA is acknowledged */
		R_9260_9_2_12, R_9260_9_2_15, R_9260_11_1_3_01),
	.tags = TAGS("data", "default-timers"), .topology = &topology_one_path)
{
	struct pair p = settled(t);
	struct flow *there = send_messages(t, p.client, p.server, &(struct traffic){ .count = 20, .size = 1000 });
	struct flow *back =
		send_messages(t, p.server, p.client, &(struct traffic){ .count = 60, .size = 1000, .streams = 4 });

	shut_down(t, p.client);
	expect_delivered(t, there, promptly());
	expect_delivered(t, back, promptly());
	expect(t, soon(t, shutdown_comp(p.client)));
	expect_shut_down(t, p.server);
}

/* The SACKs are slow, so that most of it is sent after the SHUTDOWN has left. */
CASE(ends, "shutdown-data-arrives",
	.title = "Data that arrives after an end has sent its SHUTDOWN is answered at once by SHUTDOWN, packet by "
		 "packet",
	.requirements = IDS(R_9260_9_2_18, /* in SHUTDOWN-SENT answer each packet with DATA at once by SHUTDOWN */
		R_9260_4_09, R_9260_9_2_16, R_9260_9_2_15),
	.tags = TAGS("data", "default-timers"), .topology = &topology_one_path)
{
	struct pair p = settled(t);

	inject(t, (struct fault){ .kind = FAULT_DELAY, .path = 0, .direction = A_TO_B, .delay_us = 50000 });
	struct flow *back = send_messages(t, p.server, p.client, &(struct traffic){ .count = 40, .size = 1000 });
	const vtime began = now(t);
	shut_down(t, p.client);
	expect_delivered(t, back, between(0, s(2)));
	expect(t, soon(t, shutdown_comp(p.client)));
	expect_shut_down(t, p.server);
	expect_sent_at_least(t, 10, A, 0, SHUTDOWN, since(t, began));
}

/* What leaves after the call has the I bit, as its sender waits for the SACK. */
CASE(ends, "shutdown-data-waits",
	.title = "Data that waits for its turn when an end shuts down is sent, acknowledged at once, and arrives "
		 "completely",
	.requirements = IDS(R_9260_6_2_22, /* do not delay the SACK for a packet with an I-bit DATA chunk */
		R_9260_6_1_30, R_9260_9_2_01, R_9260_9_2_31),
	.tags = TAGS("data", "default-timers"), .topology = &topology_one_path)
{
	struct pair p = settled(t);

	inject(t, (struct fault){ .kind = FAULT_DELAY, .path = 0, .delay_us = 50000 });
	struct flow *data = send_messages(t, p.client, p.server, &(struct traffic){ .count = 41, .size = 1000 });
	shut_down(t, p.client);
	expect_delivered(t, data, between(0, s(2)));
	expect(t, soon(t, shutdown_comp(p.client)));
	expect_shut_down(t, p.server);
	expect_exchange(t, A, SHUTDOWN, B, SHUTDOWN_ACK, A, SHUTDOWN_COMPLETE);
}

CASE(ends, "shutdown-data-lost",
	.title = "Data lost while an end shuts down is sent again before the SHUTDOWN, and new data is refused",
	.requirements = IDS(R_9260_9_2_02, /* retransmit data in SHUTDOWN-PENDING as needed */
		R_9260_9_2_01, R_9260_9_2_32),
	.tags = TAGS("data", "default-timers"), .topology = &topology_one_path)
{
	struct pair p = settled(t);

	inject(t, all_lost(0));
	struct flow *data = say(t, p.client, p.server);
	const vtime sent = flow_sent_at(data, 0);
	shut_down(t, p.client);
	expect_send_refused(t, p.client, ESHUTDOWN);
	mend(t, all_lost(0));
	expect_delivered(t, data, t3_rtx(t, doubled(0)));
	expect(t, soon(t, shutdown_comp(p.client)));
	expect_shut_down(t, p.server);
	expect_not_sent(t, A, 0, SHUTDOWN, between(sent, sent + rto_after(t, doubled(0))));
}

CASE(ends, "abort", .title = "An abort is comm_lost with cause 12, user-initiated, at both ends",
	.requirements = IDS(R_9260_9_1_01, /* send ABORT when aborting an association */
		R_9260_9_1_04, R_9260_9_1_07, R_9260_9_1_08, R_6458_6_1_1_08, R_6458_3_1_5_03),
	.tags = TAGS("idle", "default-timers"), .topology = &topology_two_paths)
{
	struct pair p = settled(t);

	abort_association(t, p.client);
	expect_at_both(t, p, soon(t, comm_lost(EACH, USER_INITIATED_ABORT)));
	expect_no_association_at_both(t, p);
	expect_quiet(t, s(100));
	expect_exchange(t, A, with_cause(ABORT, USER_INITIATED_ABORT));
}

CASE(ends, "abort-data-unacknowledged",
	.title = "Aborting with unacknowledged data gives comm_lost, then send_failed for each message, and none of it "
		 "arrives",
	.requirements = IDS(R_9260_9_02, /* on abort discard pending data on either end */
		R_9260_9_1_03, R_9260_11_1_4_01, R_9260_11_1_14_01, R_9260_11_1_15_01, R_6458_6_1_1_03,
		R_6458_6_1_11_01, R_6458_6_1_11_02),
	.tags = TAGS("data", "default-timers"), .topology = &topology_one_path)
{
	struct pair p = settled(t);

	inject(t, all_lost(0));
	struct flow *data = send_messages(
		t, p.client, p.server, &(struct traffic){ .count = 16, .size = 1000, .streams = 2, .ppid = 40 });
	mend(t, all_lost(0));
	abort_association(t, p.client);
	const vtime gone = expect(t, soon(t, comm_lost(p.client, USER_INITIATED_ABORT)));
	expect_send_failed_for_each(t, data, shortly_after(gone));
	expect(t, soon(t, comm_lost(p.server, USER_INITIATED_ABORT)));
	expect_undelivered(t, data);
	expect_quiet(t, s(100));
	expect_exchange(t, A, with_cause(ABORT, USER_INITIATED_ABORT));
}

/* The server's next heartbeat finds no association at the client, which answers with an ABORT without a cause. */
CASE(ends, "abort-lost",
	.title = "An end whose peer's ABORT was lost learns by its next heartbeat that the association is gone",
	.requirements = IDS(R_9260_8_4_11, /* answer all other out-of-the-blue packets with ABORT */
		R_9260_8_4_12, R_9260_9_1_07, R_9260_9_1_08),
	.tags = TAGS("idle", "default-timers"), .topology = &topology_one_path)
{
	struct pair p = settled(t);
	const vtime aborted = inject(t, all_lost(0));

	abort_association(t, p.client);
	expect(t, soon(t, comm_lost(p.client, USER_INITIATED_ABORT)));
	const vtime mended = mend(t, all_lost(0));
	expect_established(t, p.server);
	expect(t, within(after(aborted, first_heartbeat(t)), comm_lost(p.server, NO_CAUSE)));
	expect_sent(t, B, 0, HEARTBEAT, since(t, mended));
	expect_sent(t, A, 0, with_cause(ABORT, NO_CAUSE), since(t, mended));
}

CASE(ends, "close",
	.title = "Closing a socket shuts its associations down: the peer gets shutdown_event and shutdown_comp",
	.requirements = IDS(
		R_6458_3_1_5_01, /* close() on a one-to-many socket gracefully shuts down all its associations */
		R_9260_9_01, R_9260_11_1_16_01, R_6458_6_1_5_01),
	.tags = TAGS("idle", "default-timers"), .topology = &topology_two_paths)
{
	struct pair p = settled(t);

	close_peer(t, p.server, CLOSE_GRACEFULLY);
	expect_shut_down(t, p.client);
	expect_exchange(t, B, SHUTDOWN, A, SHUTDOWN_ACK, B, SHUTDOWN_COMPLETE);
	expect_quiet(t, s(100));
}

CASE(ends, "close-data-queued", .title = "Data that is queued when a socket is closed arrives completely",
	.requirements = IDS(
		R_6458_3_1_5_01, /* close() on a one-to-many socket gracefully shuts down all its associations */
		R_9260_9_2_01, R_9260_11_1_3_01),
	.tags = TAGS("data", "default-timers"), .topology = &topology_one_path)
{
	struct pair p = settled(t);
	struct flow *data =
		send_messages(t, p.client, p.server, &(struct traffic){ .count = 60, .size = 1000, .streams = 4 });

	close_peer(t, p.client, CLOSE_GRACEFULLY);
	expect_delivered(t, data, promptly());
	expect_shut_down(t, p.server);
	expect_exchange(t, A, SHUTDOWN, B, SHUTDOWN_ACK, A, SHUTDOWN_COMPLETE);
}

CASE(ends, "close-linger-0", .title = "Closing with linger 0 aborts: the peer gets comm_lost with cause 12",
	.requirements = IDS(R_9260_9_01, /* terminate associations when the endpoint goes out of service */
		R_9260_9_1_01, R_9260_9_1_04, R_9260_9_1_08),
	.tags = TAGS("idle", "default-timers"), .topology = &topology_two_paths)
{
	struct pair p = settled(t);

	close_peer(t, p.client, CLOSE_LINGER_0);
	expect(t, soon(t, comm_lost(p.server, USER_INITIATED_ABORT)));
	expect_no_association(t, p.server);
	expect_quiet(t, s(100));
	expect_exchange(t, A, with_cause(ABORT, USER_INITIATED_ABORT));
}

/* The autoclose time is longer than HB.interval, so heartbeats are sent meanwhile; they may not count as use. */
CASE(ends, "autoclose",
	.title = "An association without data for the autoclose time is shut down, whatever heartbeats go by",
	.requirements = IDS(R_6458_8_1_8_01, R_6458_8_1_8_03, R_6458_6_1_1_05, R_6458_6_1_5_01),
	.tags = TAGS("idle", "default-timers"), .topology = &topology_one_path)
{
	struct pair p = settled_with(t, &(struct peer_options){ .autoclose_s = 100 }, NULL);

	expect_quiet(t, s(60));
	struct flow *data = say(t, p.server, p.client);
	expect_delivered(t, data, promptly());
	const struct window closed = after(flow_sent_at(data, 0), timer_window(s(100)));
	expect(t, within(closed, shutdown_comp(p.client)));
	expect_in_order(t, within(closed, shutdown_event(p.server)), within(closed, shutdown_comp(p.server)));
	expect_sent(t, A, 0, HEARTBEAT, between(flow_sent_at(data, 0), closed.from));
	expect_exchange(t, A, SHUTDOWN, B, SHUTDOWN_ACK, A, SHUTDOWN_COMPLETE);
}

/* The delay is what lets the two SHUTDOWN chunks cross. */
CASE(ends, "both-at-once", .title = "Two ends that shut down at the same time both get shutdown_comp",
	.requirements = IDS(R_9260_9_2_40, R_9260_9_2_41, R_6458_6_1_1_05), .tags = TAGS("idle", "default-timers"),
	.topology = &topology_one_path)
{
	struct pair p = settled(t);

	inject(t, (struct fault){ .kind = FAULT_DELAY, .path = 0, .delay_us = 20000 });
	shut_down(t, p.client);
	shut_down(t, p.server);
	expect_at_both(t, p, soon(t, shutdown_comp(EACH)));
	expect_no_association_at_both(t, p);
	expect_quiet(t, s(100));
}

CASE(ends, "abort-at-once", .title = "Two ends that abort at the same time both get comm_lost once",
	.requirements = IDS(R_9260_9_1_01, /* send ABORT when aborting an association */
		R_9260_3_3_7_08, R_9260_8_4_02),
	.tags = TAGS("idle", "default-timers"), .topology = &topology_one_path)
{
	struct pair p = settled(t);

	inject(t, (struct fault){ .kind = FAULT_DELAY, .path = 0, .delay_us = 20000 });
	abort_association(t, p.client);
	abort_association(t, p.server);
	expect_at_both(t, p, soon(t, comm_lost(EACH, USER_INITIATED_ABORT)));
	expect_quiet(t, s(100));
}

/* T2 would need 1 + 2 + 4 + 8 + 16 + 32 + 5 * 60 s; the guard comes first. */
CASE(ends, "shutdown-guard",
	.title = "With the kernel's default timers a SHUTDOWN over a dead path ends by the guard timer, five times "
		 "RTO.Max later",
	.requirements = IDS(R_9260_9_2_22, /* set T5 to five times RTO.Max */
		R_9260_9_2_20, R_9260_9_2_21, R_9260_9_2_06, R_9260_8_3_03),
	.tags = TAGS("idle", "default-timers"), .topology = &topology_one_path)
{
	struct pair p = settled(t);
	const vtime lost = inject(t, all_lost(0));

	shut_down(t, p.client);
	expect(t, within(after(lost, shutdown_unreachable(t)), addr_unreachable(p.client, 0)));
	expect(t, within(after(lost, shutdown_given_up(t, 1)), comm_lost(p.client, 0)));
	expect_not_sent(t, A, 0, HEARTBEAT, since(t, lost));
	expect_sent_at_least(t, 8, A, 0, SHUTDOWN, since(t, lost));
	expect_in_order(t, within(after(lost, idle_unreachable(t)), addr_unreachable(p.server, 0)),
		within(after(lost, idle_comm_lost(t, 1)), comm_lost(p.server, 0)));
}

CASE(ends, "shutdown-limit",
	.title = "A SHUTDOWN over a dead path ends when Association.Max.Retrans retransmissions are spent",
	.requirements = IDS(R_9260_9_2_08, /* limit SHUTDOWN retransmissions to Association.Max.Retrans */
		R_9260_9_2_09, R_9260_9_2_10, R_9260_9_2_06, R_9260_9_2_04),
	.tags = TAGS("idle"), .topology = &topology_one_path, .settings = { .association_max_retrans = 4 })
{
	struct pair p = settled(t);
	const vtime lost = inject(t, all_lost(0));

	shut_down(t, p.client);
	expect(t, within(after(lost, shutdown_given_up(t, 1)), comm_lost(p.client, 0)));
	expect_sent_exactly(t, 5, A, 0, SHUTDOWN, since(t, lost));
}

/* Each path gets five strikes, and neither the sixth that would report it. A SHUTDOWN for a potentially failed path is
 * sent on the path in use, so only the first retransmission is certain to be seen on the other path. The peer could
 * notice only by its heartbeats, and HB.interval is too long for that. */
CASE(ends, "shutdown-two-paths",
	.title = "A SHUTDOWN over two dead paths ends when Association.Max.Retrans retransmissions are spent",
	.requirements = IDS(R_9260_9_2_08, /* limit SHUTDOWN retransmissions to Association.Max.Retrans */
		R_9260_9_2_09, R_9260_9_2_10, R_9260_9_2_06, R_9260_6_3_3_06),
	.tags = TAGS("idle"), .topology = &topology_two_paths, .settings = { .hb_interval = MS(300000) })
{
	struct pair p = settled(t);
	const vtime lost = inject(t, all_lost(0));

	inject(t, all_lost(1));
	shut_down(t, p.client);
	expect(t, within(after(lost, shutdown_given_up(t, 2)), comm_lost(p.client, 0)));
	expect_sent_at_least(t, 5, A, 0, SHUTDOWN, since(t, lost));
	expect_sent(t, A, 1, SHUTDOWN, since(t, lost));
}

CASE(ends, "shutdown-data-all-dead",
	.title = "A SHUTDOWN that waits for data which cannot be delivered ends with comm_lost and send_failed",
	.requirements = IDS(
		R_9260_9_2_01, /* on the shutdown request enter SHUTDOWN-PENDING until all data is acknowledged */
		R_9260_8_1_04, R_9260_8_1_07, R_6458_6_1_1_03, R_6458_6_1_11_01),
	.tags = TAGS("data", "default-timers"), .topology = &topology_one_path)
{
	struct pair p = settled(t);
	const vtime lost = inject(t, all_lost(0));
	struct flow *data = send_messages(
		t, p.client, p.server, &(struct traffic){ .count = 8, .size = 1000, .streams = 2, .ppid = 3 });
	const vtime sent = flow_sent_at(data, 0);

	shut_down(t, p.client);
	expect(t, within(after(sent, data_only_path_unreachable(t)), addr_unreachable(p.client, 0)));
	const vtime gone = expect(t, within(after(sent, data_comm_lost(t, 1)), comm_lost(p.client, 0)));
	expect_send_failed_for_each(t, data, shortly_after(gone));
	expect_not_sent(t, A, 0, SHUTDOWN, between(sent, gone));
	expect_in_order(t, within(after(lost, idle_unreachable(t)), addr_unreachable(p.server, 0)),
		within(after(lost, idle_comm_lost(t, 1)), comm_lost(p.server, 0)));
}
