/* SPDX-License-Identifier: Apache-2.0 */
/* data_streams.c - streams, ordered and not; which there are, and which not (RFC 9260 sections 5.1.1, 6.5 and 6.6). */
#include "cases/requirements.h"
#include "runner/engine/case.h"

#include <errno.h>

/* What each end asks for: its own outbound streams, and the most that it takes. */
struct streams {
	struct row row;
	uint16_t client, server;       /* outbound */
	uint16_t client_in, server_in; /* most inbound; 0: as the kernel has it */
	uint16_t there, back;          /* that there are in the end */
};

static const struct streams streams[] = {
	{ ROW("one-stream", "With one stream each way stream 0 is the only one"), .client = 1, .server = 1, .there = 1,
		.back = 1 },
	{ ROW("two-and-five-streams", "Two streams one way and five the other"), .client = 2, .server = 5, .there = 2,
		.back = 5 },
	{ ROW("hundred-streams", "A hundred streams each way"), .client = 100, .server = 100, .there = 100,
		.back = 100 },
	{ ROW("thousand-and-one-streams", "A thousand streams one way and one the other"), .client = 1000, .server = 1,
		.there = 1000, .back = 1 },
	{ ROW("all-streams", "As many streams as a message can name but one: 65 535"), .client = 65535, .server = 1,
		.there = 65535, .back = 1 },
	{ ROW("fewer-inbound-at-server", "The server takes 3 streams at most: the client has 3, not 20"), .client = 20,
		.server = 20, .server_in = 3, .there = 3, .back = 20 },
	{ ROW("fewer-inbound-at-client", "The client takes 2 streams at most: the server has 2, not 20"), .client = 20,
		.server = 20, .client_in = 2, .there = 20, .back = 2 },
	{ ROW("fewer-inbound-at-both", "Each end takes fewer streams than the other wants"), .client = 20, .server = 30,
		.client_in = 7, .server_in = 4, .there = 4, .back = 7 },
	{ ROW("one-inbound-at-both", "Both take one stream: only stream 0 is left"), .client = 1000, .server = 1000,
		.client_in = 1, .server_in = 1, .there = 1, .back = 1 },
};

/* A message on the first streams and the last ones arrives; the stream behind them is refused. */
static void has_streams(struct trial *t, struct peer *from, struct peer *to, uint16_t count)
{
	const uint16_t some = count < 5 ? count : 5;

	expect_delivered(
		t, send_messages(t, from, to, &(struct traffic){ .count = some, .streams = some }), promptly());
	expect_delivered(t,
		send_messages(t, from, to,
			&(struct traffic){ .count = some, .streams = some, .first_stream = (uint16_t)(count - some) }),
		promptly());
	expect_refused(t, from, to, &(struct traffic){ .first_stream = count }, EINVAL);
}

FAMILY(data, streams,
	.requirements = IDS(R_9260_5_1_1_01, R_9260_5_1_1_02, R_9260_5_1_1_04, /* min(local OS, remote MIS) */
		R_9260_6_5_01, R_6458_5_3_2_01, R_6458_5_3_4_01, R_6458_6_1_1_09),
	.topology = &topology_one_path)
{
	const struct streams *wanted = row;
	const struct pair p = strangers_with(t, &(struct peer_options){ .streams = wanted->client },
		&(struct peer_options){ .port = SERVER_PORT, .streams = wanted->server });

	if (wanted->client_in != 0)
		change_option(t, p.client, SCTP_INITMSG, FUTURE, IS(sinit_max_instreams, wanted->client_in));
	if (wanted->server_in != 0)
		change_option(t, p.server, SCTP_INITMSG, FUTURE, IS(sinit_max_instreams, wanted->server_in));
	start_connect(t, p.client, p.server, 0);
	expect_all(t, soon(t, with_streams(wanted->back, wanted->there, comm_up(p.client))),
		soon(t, with_streams(wanted->there, wanted->back, comm_up(p.server))));
	has_streams(t, p.client, p.server, wanted->there);
	has_streams(t, p.server, p.client, wanted->back);
}

/* ------------------------------------------------------------------ order */

/* A message of one flow is lost; what of another has come since, and when? */
struct order {
	struct row row;
	uint16_t stream; /* of the later message; the lost one is on stream 0 */
	bool unordered;  /* the later one */
	bool at_once;    /* it need not wait for the lost one */
	size_t size;     /* of both */
};

static const struct order orders[] = {
	{ ROW("same-stream-waits", "A message waits for an earlier one of its stream that was lost", R_9260_6_6_01,
		  R_9260_6_6_02),
		.at_once = false },
	{ ROW("other-stream-overtakes", "A message does not wait for one of another stream that was lost",
		  R_9260_6_6_01),
		.stream = 1, .at_once = true },
	{ ROW("unordered-overtakes", "An unordered message does not wait for an earlier one of its stream",
		  R_9260_6_6_03, R_9260_6_6_05, R_9260_6_5_09),
		.unordered = true, .at_once = true },
	{ ROW("same-stream-fragments-wait", "A message of fragments waits for an earlier one of its stream",
		  R_9260_6_6_01, R_9260_6_6_02, R_9260_6_9_17),
		.size = 2000, .at_once = false },
	{ ROW("other-stream-fragments-overtake", "Fragments of a message do not wait for those of another stream",
		  R_9260_6_6_01, R_9260_6_9_17),
		.stream = 7, .size = 2000, .at_once = true },
	{ ROW("unordered-fragments-overtake", "Fragments of an unordered message do not wait either", R_9260_6_6_03,
		  R_9260_6_9_15),
		.unordered = true, .size = 2000, .at_once = true },
};

FAMILY(data, orders, .topology = &topology_one_path)
{
	const struct order *order = row;
	const struct pair p = settled(t);

	inject(t, lost_on_the_way(0, A_TO_B));
	/* one packet, so that the window has room for what follows */
	struct flow *lost = say(t, p.client, p.server);
	mend(t, lost_on_the_way(0, A_TO_B));
	struct flow *later = send_messages(t, p.client, p.server,
		&(struct traffic){ .first_stream = order->stream, .unordered = order->unordered, .size = order->size });
	const struct window again = t3_rtx(t, doubled(0));
	/* two packets behind the lost one are too few for a fast retransmission */
	if (order->at_once)
		expect_delivered(t, later, between(0, ms(300)));
	expect_delivered(t, lost, again);
	if (!order->at_once)
		expect_delivered(t, later, between(again.from - ms(5), again.to));
	expect_quiet(t, s(1));
}

/* ------------------------------------------------------------------ the stream sequence number wraps */

enum { WRAPPED = 65536 + 1000 };

/* In the middle of it the path fails, and all takes the other one. Small messages go together, dozens in a packet: as
 * many as a stream can have numbers take a guest a second or two. */
CASE(data, "ssn-wraps",
	.title = "The stream sequence number 65535 is followed by 0, and none of as many messages is lost or doubled, "
		 "also "
		 "by a failover",
	.requirements = IDS(R_9260_6_5_08, R_9260_6_5_07, R_9260_6_4_06, R_9260_6_6_01, R_9260_6_6_02),
	.tags = TAGS("data", "loss"), .topology = &topology_two_paths, .settings = { .sack_timeout = MS(20) })
{
	const struct pair p = settled_with(t, &(struct peer_options){ .nagle = true, .send_buffer = 10000 },
		&(struct peer_options){ .port = SERVER_PORT });
	/* what is sent leaves soon, as the send buffer is small: what the failover catches waits the longest */
	const struct window by_then = between(0, data_rerouted(t).to);
	struct flow *flow = send_messages(
		t, p.client, p.server, &(struct traffic){ .count = WRAPPED, .size = 60, .takes = s(1000) });

	expect_delivered_range(t, flow, 0, 30000, by_then);
	const vtime lost = inject(t, all_lost(0));
	expect_delivered_range(t, flow, 0, 31000, by_then);
	mend(t, all_lost(0));
	expect_delivered(t, flow, by_then);
	expect_quiet(t, recovery(t, now(t) - lost).to);
	expect_sent(t, A, 1, DATA, since(t, lost));
	expect_paths_active(t, p);
	expect_delivered_both_ways(t, p);
}
