/* SPDX-License-Identifier: Apache-2.0 */
/* data.c - messages of every size, and with everything that they can be sent with (RFC 9260 section 6, RFC 6458). */
#include "cases/requirements.h"
#include "runner/engine/case.h"

#include <errno.h>
#include <string.h>

#define OF_SIZE(name, size_, what)                                                                                 \
	VARIANT(data, name, arrive(t, &(struct traffic){ .size = (size_) }),                                       \
		.title = "Messages of " what " arrive whole", .requirements = IDS(R_9260_6_9_14, R_6458_3_1_4_01), \
		.topology = &topology_one_path)

static void arrive(struct trial *t, const struct traffic *traffic)
{
	struct pair p = settled(t);

	expect_delivered(t, send_messages(t, p.client, p.server, traffic), promptly());
	expect_delivered(t, send_messages(t, p.server, p.client, traffic), promptly());
}

OF_SIZE("one-octet", 1, "one octet")
OF_SIZE("three-octets", 3, "three octets")
OF_SIZE("fragments", 10000, "10 000 octets, which do not fit a packet,")
OF_SIZE("large", 100000, "100 000 octets")

CASE(data, "empty", .title = "A message without octets is refused", .requirements = IDS(R_6458_7_1_06),
	.topology = &topology_one_path)
{
	struct pair p = associated(t);
	const vtime before = now(t);

	expect_refused(t, p.client, p.server, &(struct traffic){ .size = NO_OCTETS }, EINVAL);
	expect_quiet(t, s(1));
	expect_not_sent(t, A, 0, DATA, since(t, before));
}

CASE(data, "stream-out-of-range", .title = "A stream that was not negotiated is refused, the last one is not",
	.requirements = IDS(R_6458_5_3_2_01, R_9260_6_5_01), .topology = &topology_one_path)
{
	struct pair p = associated_with(t, &(struct peer_options){ .streams = 4 }, NULL);

	expect_refused(t, p.client, p.server, &(struct traffic){ .first_stream = 4 }, EINVAL);
	expect_refused(t, p.client, p.server, &(struct traffic){ .first_stream = 65535 }, EINVAL);
	expect_delivered(t, send_messages(t, p.client, p.server, &(struct traffic){ .first_stream = 3 }), promptly());
}

CASE(data, "over-address", .title = "SCTP_ADDR_OVER sends a message to another address than the primary",
	.requirements = IDS(R_6458_5_3_2_05, R_9260_11_1_5_04), .topology = &topology_two_paths)
{
	struct pair p = settled(t);
	const vtime before = now(t);

	expect_delivered(t, send_messages(t, p.client, p.server, &(struct traffic){ .over = OVER(1) }), promptly());
	expect_sent_exactly(t, 1, A, 1, DATA, since(t, before));
	expect_not_sent(t, A, 0, DATA, since(t, before));
	expect_over(t, p.client, p.server, 0);
}

CASE(data, "sack-immediately", .title = "A message with the I bit is acknowledged at once",
	.requirements = IDS(R_9260_6_2_22, R_9260_11_1_5_07), .topology = &topology_one_path)
{
	struct pair p = settled(t);
	const vtime before = now(t);

	expect_delivered(
		t, send_messages(t, p.client, p.server, &(struct traffic){ .sack_immediately = true }), promptly());
	expect_sent_exactly(t, 1, B, 0, SACK, between(before, before + ms(20)));
	expect_quiet(t, s(1));
	expect_sent_exactly(t, 1, B, 0, SACK, since(t, before));
}

CASE(data, "unordered", .title = "Unordered messages arrive, with the flag",
	.requirements = IDS(R_6458_5_3_2_04, R_9260_11_1_5_05), .topology = &topology_one_path)
{
	struct pair p = settled(t);

	expect_delivered(t, send_messages(t, p.client, p.server, &(struct traffic){ .count = 5, .unordered = true }),
		promptly());
}

/* A message that lives for 100 ms waits behind others, which are lost for longer. */
static void expires_unsent(struct trial *t, const struct traffic *limited)
{
	struct pair p = settled(t);

	inject(t, all_lost(0));
	/* more than the congestion window takes */
	struct flow *full = send_messages(t, p.client, p.server, &(struct traffic){ .count = 20, .size = 1400 });
	struct flow *expires = send_messages(t, p.client, p.server, limited);
	const vtime sent = flow_sent_at(full, 0);
	expect_undelivered(t, expires);
	expect_quiet(t, ms(200));
	mend(t, all_lost(0));
	/* slow start: a round has twice the packets of the one before, and its last acknowledgement may be delayed */
	const struct window rounds =
		window_sum(t3_rtx(t, doubled(0)), between(0, 6 * duration(in_force(t)->sack_timeout)));
	expect_delivered(t, full, rounds);
	expect(t, within(after(sent, rounds), send_failed(p.client, expires, 0, DATA_UNSENT)));
}

CASE(data, "ttl-expires", .title = "A message whose life time ends while it cannot be sent comes back unsent",
	.requirements = IDS(R_6458_5_3_2_11, R_9260_11_1_5_03), .topology = &topology_one_path)
{
	expires_unsent(t, &(struct traffic){ .timetolive_ms = 100 });
}

CASE(data, "full-buffer", .title = "A full send buffer is EAGAIN and not writable; a reader that goes on makes room",
	.requirements = IDS(R_6458_3_3_01), .topology = &topology_one_path)
{
	struct pair p = associated_with(t, &(struct peer_options){ .send_buffer = 20000 },
		&(struct peer_options){ .port = SERVER_PORT, .receive_buffer = 8000 });

	settle(t, p);
	stop_reading(t, p.server);
	struct flow *flow = fill_send_buffer(t, p.client, p.server, &(struct traffic){ .size = 1000 });
	expect_writable(t, p.client, false);
	expect_quiet(t, s(10));
	expect_writable(t, p.client, false);
	go_on_reading(t, p.server);
	expect_delivered(t, flow, between(0, s(20)));
	expect_writable(t, p.client, true);
}

CASE(data, "blocking-send", .title = "A send that waits for room comes back when the reader makes some",
	.requirements = IDS(R_6458_3_3_01), .topology = &topology_one_path)
{
	struct pair p = associated_with(t, &(struct peer_options){ .send_buffer = 20000 },
		&(struct peer_options){ .port = SERVER_PORT, .receive_buffer = 8000 });

	settle(t, p);
	stop_reading(t, p.server);
	struct flow *flow = fill_send_buffer(t, p.client, p.server, &(struct traffic){ .size = 1000 });
	struct waiting *sends = start_blocking_send(t, p.client, p.server, 1000);
	expect_quiet(t, s(5));
	expect_waiting(t, sends);
	go_on_reading(t, p.server);
	expect_returned(t, sends, 0, after(now(t), between(0, s(20))));
	expect_delivered(t, flow, between(0, s(25)));
	expect_delivered(t, flow_of(sends), between(s(5), s(25)));
}

CASE(data, "blocking-send-aborted", .title = "A send that waits for room fails when the peer aborts",
	.requirements = IDS(R_6458_3_3_01, R_9260_9_1_08), .topology = &topology_one_path)
{
	struct pair p = associated_with(
		t, &(struct peer_options){ .send_buffer = 20000 }, &(struct peer_options){ .port = SERVER_PORT });

	settle(t, p);
	inject(t, lost_on_the_way(0, A_TO_B));
	struct flow *flow = fill_send_buffer(t, p.client, p.server, &(struct traffic){ .size = 1000 });
	struct waiting *sends = start_blocking_send(t, p.client, p.server, 1000);
	expect_quiet(t, ms(100));
	expect_waiting(t, sends);
	const vtime aborted = now(t);
	abort_with(t, p.server, p.client, "");
	expect(t, soon(t, comm_lost(p.server, USER_INITIATED_ABORT)));
	expect(t, soon(t, comm_lost(p.client, USER_INITIATED_ABORT)));
	expect_returned(t, sends, ANY, shortly_after(aborted));
	observe(t, "the send failed with %s", strerrorname_np(error_of(sends)));
	expect_send_failed_for_each(t, flow, shortly_after(aborted));
	expect_undelivered(t, flow_of(sends));
}

CASE(data, "in-pieces", .title = "A message is read in pieces, and MSG_EOR comes with the last one",
	.requirements = IDS(R_6458_3_1_4_09, R_6458_3_1_4_10, R_6458_7_1_04), .topology = &topology_one_path)
{
	struct pair p = settled(t);

	stop_reading(t, p.server);
	struct flow *flow = send_messages(t, p.client, p.server, &(struct traffic){ .count = 2, .size = 5000 });
	expect_quiet(t, ms(500));
	expect_in_pieces(t, p.server, flow, 0, 700);
	expect_in_pieces(t, p.server, flow, 1, 5000);
	go_on_reading(t, p.server);
	expect_quiet(t, ms(500));
}

CASE(data, "rtx-policy",
	.title = "A message that may not be sent again is given up when it would be, and later ones arrive",
	.requirements = IDS(R_7496_3_1_02, R_3758_3_5_07), .topology = &topology_one_path)
{
	struct pair p = settled(t);

	inject(t, all_lost(0));
	expect_undelivered(
		t, send_messages(t, p.client, p.server, &(struct traffic){ .policy = PR_RTX, .policy_value = 0 }));
	expect_quiet(t, ms(200));
	mend(t, all_lost(0));
	expect_quiet(t, s(3));
	expect_delivered(t, say(t, p.client, p.server), promptly());
}

CASE(data, "ttl-policy", .title = "A message whose life time is over before it was sent comes back unsent",
	.requirements = IDS(R_9260_11_1_5_03), .topology = &topology_one_path)
{
	expires_unsent(t, &(struct traffic){ .policy = PR_TTL, .policy_value = 100 });
}

CASE(data, "prio-policy", .title = "Messages with a priority arrive while there is room",
	.requirements = IDS(R_7496_3_2_03), .topology = &topology_one_path)
{
	struct pair p = settled(t);

	expect_delivered(t,
		send_messages(
			t, p.client, p.server, &(struct traffic){ .count = 3, .policy = PR_PRIO, .policy_value = 5 }),
		promptly());
}
