/* SPDX-License-Identifier: Apache-2.0 */
/*
 * data_interleaved.c - what may come between the parts of a message that is delivered in part, by the level of
 * SCTP_FRAGMENT_INTERLEAVE (RFC 6458 section 8.1.20).
 *
 * Of a message of six fragments the fifth is lost, and comes a second later by T3-rtx: the sixth alone is no reason for
 * fast retransmission. Four fragments are beyond the partial delivery point, so they can be read meanwhile.
 */
#include "cases/requirements.h"
#include "runner/engine/case.h"

enum { FRAGMENT = 1452, BEGINNING = 4 * FRAGMENT, POINT = 3000, LONG = 5 * FRAGMENT + 500, OF_I_DATA = 1448 };

#define QUIET .pf_enable = OFF, .hb_interval = MS(3600000)

/* The ppids by which the fragments of two messages are told apart. */
enum { FIRST = 100, SECOND = 200 };

struct trio {
	struct peer *server, *one, *other;
};

/* Two clients of a server that has stopped reading. */
static struct trio two_clients(struct trial *t, int level)
{
	const struct pair p = settled(t);
	struct peer *other = open_peer(t, A, "other", NULL);

	start_connect(t, other, p.server, 0);
	expect_all(t, soon(t, comm_up(other)), soon(t, of_association_with(other, comm_up(p.server))));
	settle(t, (struct pair){ other, p.server });
	set_option(t, p.server, SCTP_FRAGMENT_INTERLEAVE, FUTURE, IS(value, level));
	set_option(t, p.server, SCTP_PARTIAL_DELIVERY_POINT, FUTURE, IS(value, POINT));
	stop_reading(t, p.server);
	return (struct trio){ p.server, p.client, other };
}

/* A long message whose fifth fragment is lost once. */
static struct flow *send_long(struct trial *t, struct peer *from, struct peer *to, uint32_t ppid, uint16_t stream)
{
	inject(t, chunks_lost(sent_first(of_ppid(ppid, nth(5, DATA))), 0, A_TO_B));
	return send_messages(t, from, to, &(struct traffic){ .size = LONG, .ppid = ppid, .first_stream = stream });
}

static struct flow *send_short(struct trial *t, struct peer *from, struct peer *to, uint16_t stream)
{
	return send_messages(t, from, to, &(struct traffic){ .first_stream = stream, .ppid = 7 });
}

struct between_parts {
	struct row row;
	int level;
	bool same_association; /* the second message is of the same one, on another stream; if not, of another */
	bool is_long;          /* and is delivered in part, too */
	bool comes_between;
};

static const struct between_parts betweens[] = {
	{ ROW("interleave-0-other-association", "At level 0 a message of another association waits for the rest of one",
		R_6458_8_1_20_01) },
	{ ROW("interleave-0-other-stream", "At level 0 a message of another stream waits for the rest of one",
		  R_6458_8_1_20_01),
		.same_association = true },
	{ ROW("interleave-0-two-long", "At level 0 of two long messages one comes whole after the other",
		  R_6458_8_1_20_01),
		.is_long = true },
	{ ROW("interleave-0-two-long-streams",
		  "At level 0 of two long messages on two streams one comes whole after the other", R_6458_8_1_20_01),
		.same_association = true, .is_long = true },
	{ ROW("interleave-1-other-association",
		  "At level 1 a message of another association comes between the parts of one", R_6458_8_1_20_02),
		.level = 1, .comes_between = true },
	{ ROW("interleave-1-other-stream",
		  "At level 1 a message of another stream of the association waits for the rest of one",
		  R_6458_8_1_20_02),
		.level = 1, .same_association = true },
	{ ROW("interleave-1-two-long", "At level 1 parts of messages of two associations come in turns",
		  R_6458_8_1_20_02),
		.level = 1, .is_long = true, .comes_between = true },
	{ ROW("interleave-1-two-long-streams",
		  "At level 1 of two long messages on two streams one comes whole after the other", R_6458_8_1_20_02),
		.level = 1, .same_association = true, .is_long = true },
	{ ROW("interleave-2-other-association",
		  "At level 2 a message of another association comes between the parts of one", R_6458_8_1_20_03),
		.level = 2, .comes_between = true },
	{ ROW("interleave-2-two-long", "At level 2 parts of messages of two associations come in turns",
		  R_6458_8_1_20_03),
		.level = 2, .is_long = true, .comes_between = true },
};

/* What comes after the first part, before T3-rtx brings the rest. */
static void expect_between(struct trial *t, const struct between_parts *it, struct peer *server, struct flow *second)
{
	if (it->comes_between && it->is_long)
		expect_part(t, server, second, 0, BEGINNING);
	else if (it->comes_between)
		expect_in_pieces(t, server, second, 0, 1000);
	expect_quiet(t, ms(100));
	expect_nothing_to_read(t, server);
}

FAMILY(data, betweens, .requirements = IDS(R_6458_8_1_21_01, R_6458_5_1_04), .topology = &topology_one_path,
	.settings = { QUIET })
{
	const struct between_parts *it = row;
	const struct trio three = two_clients(t, it->level);
	struct peer *from = it->same_association ? three.one : three.other;
	struct flow *first = send_long(t, three.one, three.server, FIRST, 0);

	expect_part(t, three.server, first, 0, BEGINNING);
	expect_nothing_to_read(t, three.server);
	/* by fast retransmission it is lost, too; and the T3-rtx of the other association is later */
	const struct fault never_again = chunks_lost(of_ppid(FIRST, every(DATA)), 0, A_TO_B);
	inject(t, never_again);
	expect_quiet(t, ms(300));
	struct flow *second =
		it->is_long ? send_long(t, from, three.server, SECOND, 1) : send_short(t, from, three.server, 1);
	expect_quiet(t, ms(100));
	expect_between(t, it, three.server, second);
	mend(t, never_again);
	expect_quiet(t, s(8));
	expect_rest(t, three.server, first, 0);
	expect_parts_alike(t, first);
	if (it->is_long)
		expect_rest(t, three.server, second, 0);
	else if (!it->comes_between)
		expect_in_pieces(t, three.server, second, 0, LONG);
	expect_nothing_to_read(t, three.server);
	go_on_reading(t, three.server);
	expect_delivered_both_ways(t, (struct pair){ three.one, three.server });
}

/* ------------------------------------------------------------------ streams, by I-DATA */

static struct pair interleaving(struct trial *t)
{
	const struct pair p = strangers(t);
	struct peer *const both[] = { p.client, p.server };

	for (size_t i = 0; i < 2; i++) {
		set_option(t, both[i], SCTP_FRAGMENT_INTERLEAVE, FUTURE, IS(value, 2));
		set_option(t, both[i], SCTP_INTERLEAVING_SUPPORTED, FUTURE, IS(assoc_value, 1));
	}
	set_option(t, p.server, SCTP_PARTIAL_DELIVERY_POINT, FUTURE, IS(value, POINT));
	associate(t, p);
	settle(t, p);
	stop_reading(t, p.server);
	return p;
}

#define STREAMS(name, what)                                                                              \
	CASE(data, name, .title = "At level 2 with I-DATA " what, .requirements = IDS(R_6458_8_1_20_03), \
		.topology = &topology_one_path, .settings = { QUIET, .intl = ON })

STREAMS("interleave-2-other-stream", "a message of another stream comes between the parts of one")
{
	const struct pair p = interleaving(t);

	inject(t, chunks_lost(sent_first(nth(5, I_DATA)), 0, A_TO_B));
	struct flow *first = send_messages(t, p.client, p.server, &(struct traffic){ .size = LONG });
	expect_part(t, p.server, first, 0, 4 * OF_I_DATA);
	struct flow *second = send_short(t, p.client, p.server, 1);
	expect_in_pieces(t, p.server, second, 0, 1000);
	expect_nothing_to_read(t, p.server);
	expect_quiet(t, s(2));
	expect_rest(t, p.server, first, 0);
	go_on_reading(t, p.server);
	expect_delivered_both_ways(t, p);
}

CASE(data, "interleave-2-ppid", .title = "Each part of a message of I-DATA tells the ppid of the message",
	.requirements = IDS(R_6458_5_3_2_09, R_6458_5_3_2_02, R_8260_2_1_11), .topology = &topology_one_path,
	.settings = { QUIET, .intl = ON })
{
	const struct pair p = interleaving(t);

	inject(t, chunks_lost(sent_first(nth(5, I_DATA)), 0, A_TO_B));
	struct flow *flow = send_messages(t, p.client, p.server, &(struct traffic){ .size = LONG, .ppid = 4711 });
	expect_part(t, p.server, flow, 0, 4 * OF_I_DATA);
	expect_quiet(t, s(2));
	expect_rest(t, p.server, flow, 0);
	expect_parts_alike(t, flow);
}

STREAMS("interleave-2-same-stream", "a later message of the stream waits for the rest of one")
{
	const struct pair p = interleaving(t);

	inject(t, chunks_lost(sent_first(nth(5, I_DATA)), 0, A_TO_B));
	struct flow *first = send_messages(t, p.client, p.server, &(struct traffic){ .size = LONG });
	expect_part(t, p.server, first, 0, 4 * OF_I_DATA);
	struct flow *second = send_short(t, p.client, p.server, 0);
	expect_quiet(t, ms(100));
	expect_nothing_to_read(t, p.server);
	expect_quiet(t, s(2));
	expect_rest(t, p.server, first, 0);
	expect_in_pieces(t, p.server, second, 0, 1000);
	go_on_reading(t, p.server);
	expect_delivered_both_ways(t, p);
}

/* ------------------------------------------------------------------ a message that is given up in part */

static void given_up(struct trial *t, uint16_t stream, int told)
{
	const struct pair p = settled(t);

	set_option(t, p.server, SCTP_PARTIAL_DELIVERY_POINT, FUTURE, IS(value, POINT));
	inject(t, chunks_lost(nth(5, DATA), 0, A_TO_B));
	const vtime sent = now(t);
	struct flow *flow = send_messages(t, p.client, p.server,
		&(struct traffic){
			.size = LONG, .ppid = FIRST, .first_stream = stream, .policy = PR_TTL, .policy_value = 500 });
	expect_undelivered(t, flow);
	/* its life is over when T3-rtx expires */
	expect(t, within(after(sent, t3_rtx(t, doubled(0))), partial_delivery_aborted(p.server, told)));
	expect_sent(t, A, 0, FORWARD_TSN, since(t, sent));
	expect_delivered_both_ways(t, p);
}

#define GIVEN_UP(name, what, stream, told)                                                   \
	VARIANT(data, name, given_up(t, stream, told), .title = (what),                      \
		.requirements = IDS(R_3758_3_6_10, R_6458_6_1_7_01), .tags = TAGS("chunks"), \
		.topology = &topology_one_path, .settings = { QUIET })

GIVEN_UP("interleave-given-up", "A user who has got a part of a message that is given up is told so", 3, ANY)
GIVEN_UP("interleave-given-up-stream", "A user who is told that the rest of a message will not come is told its stream",
	3, 3)
