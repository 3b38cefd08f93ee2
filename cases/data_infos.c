/* SPDX-License-Identifier: Apache-2.0 */
/*
 * data_infos.c - control messages beside the octets of a message (RFC 6458 section 5.3): what sctp_sendv() passes to
 * sendmsg(2), and what sctp_recvv() gets from recvmsg(2).
 */
#include "cases/requirements.h"
#include "runner/engine/case.h"

#include <errno.h>

/* ------------------------------------------------------------------ sending */

struct sent_with {
	struct row row;
	struct traffic traffic;
};

static const struct sent_with sent_withs[] = {
	{ ROW("sendv-sndinfo", "SCTP_SNDINFO says the stream and ppid of a message", R_6458_5_3_4_01, R_6458_5_3_4_07,
		  R_6458_5_3_4_09),
		.traffic = { .infos = WITH_SNDINFO, .count = 6, .first_stream = 2, .streams = 3, .ppid = 0x01020304 } },
	{ ROW("sendv-sndinfo-unordered", "SCTP_SNDINFO says that a message is unordered", R_6458_5_3_4_02),
		.traffic = { .infos = WITH_SNDINFO, .count = 3, .unordered = true } },
	{ ROW("sendv-sndinfo-fragments", "SCTP_SNDINFO is of all fragments of a message", R_6458_5_3_4_01),
		.traffic = { .infos = WITH_SNDINFO, .size = 5000, .first_stream = 7, .ppid = 99 } },
	{ ROW("sendv-sndrcv", "SCTP_SNDRCV says the stream and ppid of a message", R_6458_5_3_2_09, R_6458_5_3_2_13,
		  R_6458_9_7_01),
		.traffic = { .infos = WITH_SNDRCV, .count = 6, .first_stream = 2, .streams = 3, .ppid = 0x01020304 } },
	{ ROW("sendv-prinfo", "With SCTP_PRINFO alone a message has the socket's stream and ppid", R_6458_5_3_7_01),
		.traffic = { .infos = WITH_PRINFO, .policy = PR_TTL, .policy_value = 10000 } },
	{ ROW("sendv-prinfo-none", "SCTP_PRINFO with SCTP_PR_SCTP_NONE sends as without it", R_6458_5_3_7_02),
		.traffic = { .infos = WITH_SNDINFO | WITH_PRINFO, .policy_value = 1, .first_stream = 4 } },
	{ ROW("sendv-sndinfo-prinfo", "SCTP_SNDINFO and SCTP_PRINFO both hold", R_6458_5_2_1_01),
		.traffic = { .infos = WITH_SNDINFO | WITH_PRINFO,
			.policy = PR_RTX,
			.policy_value = 3,
			.first_stream = 5,
			.ppid = 7 } },
	{ ROW("sendv-prinfo-sndinfo", "SCTP_PRINFO and SCTP_SNDINFO both hold in this order, too", R_6458_5_2_1_01),
		.traffic = { .infos = WITH_SNDINFO | WITH_PRINFO | LAST_FIRST,
			.policy = PR_RTX,
			.policy_value = 3,
			.first_stream = 5,
			.ppid = 7 } },
	{ ROW("sendv-noinfo", "A message without control messages has the socket's stream and ppid", R_6458_9_12_05,
		  R_6458_7_1_01),
		.traffic = { .by_default = true } },
	{ ROW("sendv-over", "SCTP_SNDINFO with SCTP_ADDR_OVER sends to the address that the call names",
		  R_6458_9_12_03),
		.row.topology = &topology_two_paths, .traffic = { .infos = WITH_SNDINFO, .over = OVER(1) } },
};

FAMILY(data, sent_withs, .requirements = IDS(R_6458_9_12_01, R_6458_3_2_01), .topology = &topology_one_path)
{
	const struct sent_with *it = row;
	const struct pair p = settled(t);
	const vtime before = now(t);

	expect_delivered(t, send_messages(t, p.client, p.server, &it->traffic), promptly());
	expect_delivered(t, send_messages(t, p.server, p.client, &it->traffic), promptly());
	if (it->traffic.over != 0) {
		expect_sent_by_both(t, 1, DATA, since(t, before));
		expect_not_sent_by_both(t, 0, DATA, since(t, before));
	}
}

CASE(data, "sendv-sndinfo-stream-refused", .title = "SCTP_SNDINFO with a stream that was not negotiated is refused",
	.requirements = IDS(R_6458_5_3_4_01), .topology = &topology_one_path)
{
	const struct pair p = associated_with(t, &(struct peer_options){ .streams = 4 }, NULL);

	expect_refused(t, p.client, p.server, &(struct traffic){ .infos = WITH_SNDINFO, .first_stream = 4 }, EINVAL);
	expect_delivered_both_ways(t, p);
}

/* Where the path loses everything what SCTP_PRINFO says can be seen: the message is given up, or is not. */
struct lost_with {
	struct row row;
	struct traffic traffic;
	bool arrives;
};

static const struct lost_with lost_withs[] = {
	{ ROW("sendv-ttl-lost", "A message whose SCTP_PRINFO has a life time is given up after it", R_6458_5_3_7_01),
		.traffic = { .infos = WITH_PRINFO, .policy = PR_TTL, .policy_value = 500 } },
	{ ROW("sendv-spa-ttl-lost", "SCTP_PRINFO holds beside SCTP_SNDINFO, whichever is first", R_6458_5_3_7_01,
		  R_6458_5_2_1_01),
		.traffic = { .infos = WITH_SNDINFO | WITH_PRINFO | LAST_FIRST,
			.policy = PR_TTL,
			.policy_value = 500,
			.first_stream = 3 } },
	{ ROW("sendv-rtx-lost", "A message whose SCTP_PRINFO forbids to send it again is given up", R_7496_3_1_02),
		.traffic = { .infos = WITH_PRINFO, .policy = PR_RTX } },
	{ ROW("sendv-none-lost", "With SCTP_PR_SCTP_NONE a message is sent again, whatever pr_value says",
		  R_6458_5_3_7_02),
		.traffic = { .infos = WITH_SNDINFO | WITH_PRINFO, .policy_value = 1 }, .arrives = true },
};

FAMILY(data, lost_withs, .requirements = IDS(R_6458_9_12_01, R_9260_6_3_3_05), .topology = &topology_one_path,
	.settings = { .pf_enable = OFF, .hb_interval = MS(3600000) })
{
	const struct lost_with *it = row;
	const struct pair p = settled(t);
	const vtime lost = inject(t, all_lost(0));
	struct flow *flow = send_messages(t, p.client, p.server, &it->traffic);

	expect_quiet(t, ms(700));
	mend(t, all_lost(0));
	if (it->arrives) {
		expect_delivered(t, flow, t3_rtx(t, doubled(0)));
		expect_not_sent(t, A, 0, FORWARD_TSN, since(t, lost));
		return;
	}
	expect_undelivered(t, flow);
	expect_quiet(t, s(1));
	expect_sent(t, A, 0, FORWARD_TSN, since(t, lost));
	expect_delivered_both_ways(t, p);
}

CASE(data, "sendv-eof", .title = "SCTP_SNDINFO with SCTP_EOF and no octets shuts the association down",
	.requirements = IDS(R_6458_5_3_4_05, R_6458_9_12_04), .topology = &topology_one_path)
{
	const struct pair p = settled(t);
	struct flow *flow = send_messages(t, p.client, p.server, &(struct traffic){ .count = 10, .size = 1000 });

	send_eof(t, p.client, p.server);
	expect_delivered(t, flow, promptly());
	expect(t, soon(t, shutdown_comp(p.client)));
	expect_in_order(t, soon(t, shutdown_event(p.server)), soon(t, shutdown_comp(p.server)));
	expect_exchange(t, A, SHUTDOWN, B, SHUTDOWN_ACK, A, SHUTDOWN_COMPLETE);
}

/* ------------------------------------------------------------------ keys */

/* DATA is authenticated. Key 5 is active at the client; key 6 is one that both have, key 7 is not the server's. */
static struct pair with_keys(struct trial *t)
{
	const struct pair p = strangers(t);
	struct peer *const both[] = { p.client, p.server };

	for (size_t i = 0; i < 2; i++) {
		set_option(t, both[i], SCTP_AUTH_CHUNK, FUTURE, IS(sauth_chunk, DATA));
		set_option(t, both[i], SCTP_AUTH_KEY, FUTURE, IS(sca_keynumber, 5), TEXT(sca_key, "open sesame"));
		set_option(t, both[i], SCTP_AUTH_KEY, FUTURE, IS(sca_keynumber, 6), TEXT(sca_key, "open wheat"));
		set_option(t, both[i], SCTP_AUTH_KEY, FUTURE, IS(sca_keynumber, 7),
			TEXT(sca_key, i == 0 ? "open barley" : "open rye"));
		set_option(t, both[i], SCTP_AUTH_ACTIVE_KEY, FUTURE, IS(scact_keynumber, 5));
	}
	associate(t, p);
	settle(t, p);
	return p;
}

struct keyed {
	struct row row;
	struct traffic traffic;
};

static const struct keyed keyeds[] = {
	{ ROW("sendv-authinfo", "SCTP_AUTHINFO alone says by which key a message is authenticated"),
		.traffic = { .infos = WITH_AUTHINFO, .key = KEY(6) } },
	{ ROW("sendv-spa", "SCTP_SNDINFO, SCTP_PRINFO and SCTP_AUTHINFO hold all three"),
		.traffic = { .infos = WITH_SNDINFO | WITH_PRINFO | WITH_AUTHINFO,
			.key = KEY(6),
			.first_stream = 3,
			.ppid = 4711,
			.policy = PR_TTL,
			.policy_value = 5000 } },
};

FAMILY(data, keyeds, .requirements = IDS(R_6458_5_3_8_01, R_6458_9_12_01), .topology = &topology_one_path,
	.settings = { .auth = ON })
{
	const struct keyed *it = row;
	const struct pair p = with_keys(t);

	subscribe(t, p.server, AUTHENTICATION_EVENT);
	struct flow *flow = send_messages(t, p.client, p.server, &it->traffic);
	expect(t, soon(t, authentication(p.server, NEW_KEY, 6)));
	expect_delivered(t, flow, promptly());
}

CASE(data, "sendv-authinfo-wrong-key",
	.title = "A message by a key that is not the peer's does not arrive, one by the active key before it does",
	.requirements = IDS(R_6458_5_3_8_01, R_4895_6_3_08), .topology = &topology_one_path,
	.settings = { .auth = ON, .pf_enable = OFF })
{
	const struct pair p = with_keys(t);

	expect_delivered(t, say(t, p.client, p.server), promptly());
	expect_undelivered(t, send_messages(t, p.client, p.server, &(struct traffic){ .key = KEY(7) }));
	expect_quiet(t, s(2));
	expect_delivered(t, say(t, p.server, p.client), promptly());
}

CASE(data, "sendv-authinfo-not-bundled", .title = "Messages by different keys are not bundled in one packet",
	.requirements = IDS(R_6458_5_3_8_02), .topology = &topology_one_path, .settings = { .auth = ON })
{
	const struct pair p = with_keys(t);

	subscribe(t, p.server, AUTHENTICATION_EVENT);
	/* both wait for the window */
	stop_reading(t, p.server);
	inject(t, all_slow(ms(50), 0, BOTH_WAYS));
	struct flow *full = send_messages(t, p.client, p.server, &(struct traffic){ .count = 20, .size = 1400 });
	const vtime before = now(t);
	struct flow *one = send_messages(t, p.client, p.server, &(struct traffic){ .key = KEY(5) });
	struct flow *other = send_messages(t, p.client, p.server, &(struct traffic){ .key = KEY(6) });
	go_on_reading(t, p.server);
	expect(t, within(after(before, between(ms(50), s(2))), authentication(p.server, NEW_KEY, 6)));
	expect_delivered(t, full, between(ms(50), s(2)));
	expect_delivered(t, one, between(ms(50), s(2)));
	expect_delivered(t, other, between(ms(50), s(2)));
	expect_sent_exactly(t, 22, A, 0, AUTH, between(flow_sent_at(full, 0), now(t)));
}

CASE(data, "sendv-authinfo-unknown-key",
	.title = "SCTP_AUTHINFO with a key that the association does not have is refused",
	.requirements = IDS(R_6458_5_3_8_01), .topology = &topology_one_path, .settings = { .auth = ON })
{
	const struct pair p = with_keys(t);

	expect_refused(t, p.client, p.server, &(struct traffic){ .key = KEY(9) }, EINVAL);
	expect_delivered_both_ways(t, p);
}

/* ------------------------------------------------------------------ to all */

enum { RECEIVERS = 4 };

static struct peer *with_receivers(struct trial *t, struct peer **receivers)
{
	struct peer *server = open_peer(t, B, "server", &(struct peer_options){ .port = SERVER_PORT });

	listen_on(t, server);
	for (unsigned i = 0; i < RECEIVERS; i++) {
		char name[16];

		snprintf(name, sizeof(name), "client %u", i);
		receivers[i] = open_peer(t, A, name, NULL);
		start_connect(t, receivers[i], server, 0);
		expect_all(
			t, soon(t, comm_up(receivers[i])), soon(t, of_association_with(receivers[i], comm_up(server))));
	}
	return server;
}

static void to_all(struct trial *t, const struct traffic *how)
{
	struct peer *receivers[RECEIVERS];
	struct peer *server = with_receivers(t, receivers);
	struct flow *flows[RECEIVERS];

	send_to_all(t, server, receivers, RECEIVERS, how, flows);
	for (size_t i = 0; i < RECEIVERS; i++)
		expect_delivered(t, flows[i], promptly());
	for (size_t i = 0; i < RECEIVERS; i++)
		expect_delivered_both_ways(t, (struct pair){ receivers[i], server });
}

#define TO_ALL(name, what, requirement, ...)                                                                         \
	VARIANT(data, name, to_all(t, &(struct traffic){ __VA_ARGS__ }), .title = what " arrives once at each peer", \
		.requirements = IDS(requirement, R_6458_3_1_01), .topology = &topology_one_path)

TO_ALL("sendall-sndinfo", "A message with SCTP_SENDALL in SCTP_SNDINFO", R_6458_5_3_4_06, .infos = WITH_SNDINFO)
TO_ALL("sendall-sndrcv", "A message with SCTP_SENDALL in SCTP_SNDRCV", R_6458_5_3_2_08, .infos = WITH_SNDRCV)
TO_ALL("sendall-fragments", "A message of fragments with SCTP_SENDALL", R_6458_5_3_4_06, .size = 5000,
	.first_stream = 4, .ppid = 12)
TO_ALL("sendall-unordered", "An unordered message with SCTP_SENDALL", R_6458_5_3_4_06, .unordered = true)

CASE(data, "sendall-one-lost", .title = "A message to all associations comes back from the one that is lost only",
	.requirements = IDS(R_6458_5_3_4_06, R_6458_6_1_11_01), .topology = &topology_one_path)
{
	struct peer *receivers[RECEIVERS];
	struct peer *server = with_receivers(t, receivers);
	struct flow *flows[RECEIVERS];

	stop_reading(t, server);
	abort_with(t, server, receivers[2], "");
	expect(t, soon(t, comm_lost(receivers[2], USER_INITIATED_ABORT)));
	struct peer *left[] = { receivers[0], receivers[1], receivers[3] };
	send_to_all(t, server, left, 3, &(struct traffic){ .size = 300 }, flows);
	for (size_t i = 0; i < 3; i++)
		expect_delivered(t, flows[i], promptly());
	go_on_reading(t, server);
	expect(t, soon(t, of_association_with(receivers[2], comm_lost(server, USER_INITIATED_ABORT))));
}

CASE(data, "sendall-one-to-one", .title = "On a one-to-one socket SCTP_SENDALL has no effect",
	.requirements = IDS(R_6458_5_3_4_06), .topology = &topology_one_path)
{
	const struct pair p = strangers_with(t, &(struct peer_options){ .one_to_one = true }, NULL);

	associate(t, p);
	expect_delivered(
		t, send_messages(t, p.client, p.server, &(struct traffic){ .count = 3, .to_all = true }), promptly());
}

/* ------------------------------------------------------------------ receiving */

static struct pair with_infos(struct trial *t, bool rcv, bool nxt)
{
	const struct pair p = settled(t);

	set_option(t, p.server, SCTP_RECVRCVINFO, FUTURE, IS(value, rcv));
	set_option(t, p.server, SCTP_RECVNXTINFO, FUTURE, IS(value, nxt));
	stop_reading(t, p.server);
	return p;
}

struct recvv {
	struct row row;
	bool rcv, nxt;
	struct traffic traffic;
};

static const struct recvv recvvs[] = {
	{ ROW("recvv-noinfo", "Without SCTP_RECVRCVINFO and SCTP_RECVNXTINFO a message comes without either",
		R_6458_5_3_5_01, R_6458_8_1_29_01, R_6458_8_1_30_01, R_6458_5_3_01) },
	{ ROW("recvv-rcvinfo", "SCTP_RCVINFO tells stream, number, ppid and association of a message", R_6458_5_3_5_01,
		  R_6458_5_3_5_02, R_6458_5_3_5_07, R_6458_8_1_29_01),
		.rcv = true, .traffic = { .first_stream = 3, .ppid = 0x01020304 } },
	{ ROW("recvv-rcvinfo-unordered", "SCTP_RCVINFO tells that a message is unordered", R_6458_5_3_5_03),
		.rcv = true, .traffic = { .unordered = true } },
	{ ROW("recvv-nxtinfo", "SCTP_NXTINFO tells stream, ppid, length and association of the message that comes next",
		  R_6458_5_3_6_01, R_6458_5_3_6_02, R_6458_8_1_30_01),
		.nxt = true, .traffic = { .first_stream = 3, .ppid = 0x01020304, .size = 777 } },
	{ ROW("recvv-nxtinfo-unordered", "SCTP_NXTINFO tells that the message that comes next is unordered",
		  R_6458_5_3_6_03),
		.nxt = true, .traffic = { .unordered = true } },
	{ ROW("recvv-rn", "SCTP_RCVINFO and SCTP_NXTINFO come together", R_6458_5_3_5_01, R_6458_5_3_6_01), .rcv = true,
		.nxt = true, .traffic = { .first_stream = 5, .streams = 1, .size = 2000 } },
};

FAMILY(data, recvvs, .requirements = IDS(R_6458_9_13_01, R_6458_9_13_02), .topology = &topology_one_path)
{
	const struct recvv *it = row;
	const struct pair p = with_infos(t, it->rcv, it->nxt);
	struct traffic traffic = it->traffic;

	traffic.count = 3;
	struct flow *flow = send_messages(t, p.client, p.server, &traffic);
	expect_quiet(t, ms(500));
	for (unsigned i = 0; i < 3; i++) {
		const bool last = i == 2;
		/* unordered messages have no number; the pair's first message was the first of stream 0 */
		const int ssn = traffic.unordered ? ANY : (int)i + (traffic.first_stream == 0 ? 1 : 0);

		expect_received(t, p.server, flow, i,
			&(struct told_of_message){ .rcv = it->rcv,
				.ssn = ssn,
				.nxt = it->nxt && !last,
				.next = flow,
				.next_message = i + 1 });
	}
	expect_nothing_to_read(t, p.server);
	go_on_reading(t, p.server);
	expect_delivered_both_ways(t, p);
}

CASE(data, "recvv-context", .title = "SCTP_RCVINFO has the context that SCTP_CONTEXT says",
	.requirements = IDS(R_6458_5_3_5_06, R_6458_8_1_25_01), .topology = &topology_one_path)
{
	const struct pair p = with_infos(t, true, false);

	set_option(t, p.server, SCTP_CONTEXT, ASSOCIATION, IS(assoc_value, 4711));
	struct flow *flow = say(t, p.client, p.server);
	expect_received(t, p.server, flow, 0, &(struct told_of_message){ .rcv = true, .ssn = 1, .context = 4711 });
}

CASE(data, "recvv-nxtinfo-complete",
	.title = "SCTP_NXTINFO tells by SCTP_COMPLETE that all of the next message is there",
	.requirements = IDS(R_6458_5_3_6_03, R_6458_5_3_6_04), .topology = &topology_one_path)
{
	const struct pair p = with_infos(t, false, true);
	struct flow *flow = send_messages(t, p.client, p.server, &(struct traffic){ .count = 2 });

	expect_quiet(t, ms(500));
	expect_received(t, p.server, flow, 0,
		&(struct told_of_message){ .nxt = true, .next = flow, .next_message = 1, .complete = true });
	expect_received(t, p.server, flow, 1, &(struct told_of_message){ .ssn = ANY });
}

CASE(data, "recvv-nxtinfo-event", .title = "SCTP_NXTINFO tells by SCTP_NOTIFICATION that an event comes next",
	.requirements = IDS(R_6458_5_3_6_01, R_6458_5_3_6_03), .topology = &topology_one_path)
{
	const struct pair p = with_infos(t, false, true);
	struct flow *flow = say(t, p.client, p.server);

	expect_quiet(t, ms(500));
	shut_down(t, p.client);
	expect(t, soon(t, shutdown_comp(p.client)));
	expect_received(t, p.server, flow, 0, &(struct told_of_message){ .nxt = true });
	go_on_reading(t, p.server);
	expect_in_order(t, soon(t, shutdown_event(p.server)), soon(t, shutdown_comp(p.server)));
}

CASE(data, "recvv-nxtinfo-other-association",
	.title = "SCTP_NXTINFO tells of the next message of the socket, which is of another association",
	.requirements = IDS(R_6458_5_3_6_02, R_6458_5_3_5_07, R_6458_3_2_06), .topology = &topology_one_path)
{
	const struct pair p = with_infos(t, true, true);
	struct peer *other = open_peer(t, A, "other", NULL);

	go_on_reading(t, p.server);
	start_connect(t, other, p.server, 0);
	expect_all(t, soon(t, comm_up(other)), soon(t, of_association_with(other, comm_up(p.server))));
	stop_reading(t, p.server);
	struct flow *first = send_messages(t, p.client, p.server, &(struct traffic){ .first_stream = 1 });
	expect_quiet(t, ms(300));
	struct flow *second = send_messages(t, other, p.server, &(struct traffic){ .first_stream = 2, .size = 200 });
	expect_quiet(t, ms(300));
	expect_received(t, p.server, first, 0, &(struct told_of_message){ .rcv = true, .nxt = true, .next = second });
	expect_received(t, p.server, second, 0, &(struct told_of_message){ .rcv = true });
	go_on_reading(t, p.server);
}

CASE(data, "recvv-peek", .title = "A message that MSG_PEEK has shown is received afterwards, with the same said of it",
	.requirements = IDS(R_6458_9_13_02), .topology = &topology_one_path)
{
	const struct pair p = with_infos(t, true, false);
	struct flow *flow = send_messages(t, p.client, p.server, &(struct traffic){ .first_stream = 3, .ppid = 5 });

	expect_received(t, p.server, flow, 0, &(struct told_of_message){ .rcv = true, .peek = true });
	expect_received(t, p.server, flow, 0, &(struct told_of_message){ .rcv = true, .peek = true });
	expect_received(t, p.server, flow, 0, &(struct told_of_message){ .rcv = true });
	expect_nothing_to_read(t, p.server);
}

CASE(data, "recvv-cut", .title = "Where control messages have too little room MSG_CTRUNC says that they are cut off",
	.requirements = IDS(R_6458_5_3_02), .topology = &topology_one_path)
{
	const struct pair p = with_infos(t, true, false);
	struct flow *flow = say(t, p.client, p.server);

	expect_received(t, p.server, flow, 0, &(struct told_of_message){ .cut = true });
	expect_nothing_to_read(t, p.server);
}
