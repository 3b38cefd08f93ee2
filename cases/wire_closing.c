/* SPDX-License-Identifier: Apache-2.0 */
/* wire_closing.c - the states in which an association ends, and what comes in them. */
#include <errno.h>

#include "cases/requirements.h"
#include "runner/tester/tester.h"

#define ETSI(...) .row.etsi = IDS(__VA_ARGS__)

/* T2-shutdown, as it was set then. */
static struct window t2(const struct trial *t, vtime set)
{
	return allowing(ms(1), after(set, timer_window(duration(in_force(t)->rto_initial))));
}

CASE(closing, "after-all-data", .title = "SHUTDOWN is sent when all DATA is acknowledged, and not before",
	.requirements = IDS(R_9260_4_14, R_9260_9_2_01, R_9260_9_2_03, R_9260_9_2_31, R_9260_11_1_3_01),
	.etsi = IDS("sctp-at-i-2-3"), .tags = TAGS("tester"), .topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *client = brought_to(t, b, SHUTDOWN_PENDING);

	never(t, arrives(b, ANY, an_abort()));
	expect_quiet(t, ms(500));
	take_over(t, b, HAND(CHUNK_SHUTDOWN));
	transmit(t, b, a_sack());
	expect(t, soon(t, arrives(b, 0, a_shutdown(.cum_tsn_ack = SET(sent_tsn(b, 0) - 1)))));
	transmit(t, b, a_shutdown_ack());
	expect_all(
		t, soon(t, arrives_alone(b, 0, a_shutdown_complete(.flags = SET(0)))), soon(t, shutdown_comp(client)));
}

CASE(closing, "shutdown-ack", .title = "SHUTDOWN ACK is answered by SHUTDOWN COMPLETE, and the association is over",
	.requirements = IDS(R_9260_9_2_28, R_9260_3_3_13_01, R_9260_3_3_13_03, R_9260_8_5_1_09, R_9260_8_5_1_10),
	.etsi = IDS("sctp-at-v-2-6"), .tags = TAGS("tester"), .topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *client = brought_to(t, b, SHUTDOWN_SENT);

	transmit(t, b, a_shutdown_ack());
	expect_all(t,
		soon(t,
			arrives_with(b, 0, HEADER(.verification_tag = SET(tag_of(b))),
				a_shutdown_complete(.flags = SET(0)))),
		soon(t, shutdown_comp(client)));
	expect_gone(t, b);
}

CASE(closing, "shutdown-complete", .title = "SHUTDOWN COMPLETE ends an association whose SHUTDOWN ACK is out",
	.requirements = IDS(R_9260_9_2_30, R_9260_8_5_1_13, R_9260_4_15), .etsi = IDS("sctp-at-i-2-13"),
	.tags = TAGS("tester"), .topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *client = brought_to(t, b, SHUTDOWN_ACK_SENT);

	transmit(t, b, a_shutdown_complete());
	expect(t, soon(t, shutdown_comp(client)));
	expect_gone(t, b);
	expect_quiet(t, duration(in_force(t)->rto_initial) + s(1)); /* and no copy of SHUTDOWN ACK */
}

CASE(closing, "shutdown-acknowledges", .title = "SHUTDOWN that acknowledges all DATA is answered by SHUTDOWN ACK",
	.requirements = IDS(R_9260_9_2_13, R_9260_9_2_23, R_9260_3_3_9_01), .etsi = IDS("sctp-at-v-2-14"),
	.tags = TAGS("tester"), .topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, &(struct habits){ .by_hand = HAND(CHUNK_DATA) });
	struct peer *client = kernel_connects(t, b);

	kernel_sends(t, client, b, &(struct traffic){ .count = 1 });
	expect_data(t, b, 0, 1);
	take_over(t, b, HAND(CHUNK_SHUTDOWN_ACK));
	transmit(t, b, a_shutdown(.cum_tsn_ack = SET(kernel_tsn(b, 0))));
	expect_all(t, soon(t, shutdown_event(client)), soon(t, arrives_alone(b, 0, a_shutdown_ack())));
	transmit(t, b, a_shutdown_complete());
	expect(t, soon(t, shutdown_comp(client)));
}

/* DATA that was not acknowledged by the SHUTDOWN is now, by a SACK or a SHUTDOWN, of which one is in the packet. */
struct rest {
	struct row row;
	bool by_shutdown;
};

static const struct rest rests[] = {
	{ ROW("waits-for-sack", "SHUTDOWN ACK waits until all DATA is acknowledged by SACK", R_9260_9_2_16, R_9260_4_11,
		  R_9260_6_05, R_9260_9_2_12),
		ETSI("sctp-at-i-2-10") },
	{ ROW("waits-for-shutdown", "SHUTDOWN ACK waits until all DATA is acknowledged by another SHUTDOWN",
		  R_9260_9_2_15, R_9260_9_2_16),
		ETSI("sctp-at-i-2-10"), .by_shutdown = true },
};

FAMILY(closing, rests, .tags = TAGS("tester"), .topology = &topology_one_path)
{
	const struct rest *is = row;
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *client = brought_to(t, b, SHUTDOWN_RECEIVED);

	take_over(t, b, HAND(CHUNK_SHUTDOWN_ACK));
	expect_quiet(t, ms(500));
	if (is->by_shutdown)
		transmit(t, b, a_shutdown(.cum_tsn_ack = SET(kernel_tsn(b, 0))));
	else
		transmit(t, b, a_sack(.cum_tsn_ack = SET(kernel_tsn(b, 0))));
	expect(t, soon(t, arrives_alone(b, 0, a_shutdown_ack())));
	transmit(t, b, a_shutdown_complete());
	expect(t, soon(t, shutdown_comp(client)));
}

/* ---- Data of the user ---- */

struct refusing {
	struct row row;
	enum association_state state;
};

static const struct refusing refusing[] = {
	{ ROW("no-data-in-shutdown-pending", "In SHUTDOWN-PENDING no more data is taken from the user", R_9260_9_2_32),
		ETSI("sctp-at-i-2-7-3"), .state = SHUTDOWN_PENDING },
	{ ROW("no-data-in-shutdown-sent", "In SHUTDOWN-SENT no more data is taken from the user", R_9260_9_2_33,
		  R_9260_9_03),
		ETSI("sctp-at-i-2-7-1"), .state = SHUTDOWN_SENT },
	{ ROW("no-data-in-shutdown-received", "In SHUTDOWN-RECEIVED no more data is taken from the user", R_9260_9_2_17,
		  R_9260_4_10, R_9260_9_2_34),
		ETSI("sctp-at-i-2-7-2"), .state = SHUTDOWN_RECEIVED },
	{ ROW("no-data-in-shutdown-ack-sent", "In SHUTDOWN-ACK-SENT no more data is taken from the user", R_9260_4_12,
		  R_9260_9_2_34),
		ETSI("sctp-at-i-2-7-4"), .state = SHUTDOWN_ACK_SENT },
};

FAMILY(closing, refusing, .tags = TAGS("tester"), .topology = &topology_one_path)
{
	const struct refusing *is = row;
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *client = brought_to(t, b, is->state);

	unsubscribe(t, client, SEND_FAILED); /* what comes back when it is over is another matter */
	never(t, arrives(b, ANY, a_data(.tsn = SET(kernel_tsn(b, 1)))));
	expect_send_refused(t, client, ESHUTDOWN);
	expect_quiet(t, ms(500));
	transmit(t, b, an_abort()); /* there is an association still */
	expect(t, soon(t, comm_lost(client, ANY)));
}

/* ---- DATA of the peer ---- */

CASE(closing, "data-in-shutdown-sent",
	.title = "DATA in SHUTDOWN-SENT is acknowledged at once by SHUTDOWN, and T2-shutdown begins anew",
	.requirements = IDS(R_9260_9_2_18, R_9260_4_09, R_9260_6_02), .etsi = IDS("sctp-at-i-2-8"),
	.tags = TAGS("tester"), .topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *client = brought_to(t, b, SHUTDOWN_SENT);

	expect_quiet(t, ms(500)); /* half of T2-shutdown */
	const vtime sent = transmit(t, b, a_data(.payload = BYTES("late")));
	expect_all(t, soon(t, reads(client, 0, "late")),
		soon(t, arrives(b, 0, a_shutdown(.cum_tsn_ack = SET(sent_tsn(b, 0))))));
	expect(t, within(t2(t, sent), arrives(b, 0, a_shutdown(.cum_tsn_ack = SET(sent_tsn(b, 0))))));
	transmit(t, b, a_shutdown_ack());
	expect_all(t, soon(t, arrives_alone(b, 0, a_shutdown_complete())), soon(t, shutdown_comp(client)));
}

CASE(closing, "data-in-shutdown-received", .title = "DATA that comes behind SHUTDOWN is discarded",
	.requirements = IDS(R_9260_6_04), .etsi = IDS("sctp-at-i-2-9"), .tags = TAGS("tester"),
	.topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *client = brought_to(t, b, SHUTDOWN_RECEIVED);

	take_over(t, b, HAND(CHUNK_SHUTDOWN_ACK) | HAND(CHUNK_SACK));
	never(t, reads(client, 0, "late"));
	transmit(t, b, a_data(.payload = BYTES("late")));
	expect_quiet(t, ms(500));
	transmit(t, b, a_sack(.cum_tsn_ack = SET(kernel_tsn(b, 0))));
	expect(t, soon(t, arrives_alone(b, 0, a_shutdown_ack())));
	transmit(t, b, a_shutdown_complete());
	expect(t, soon(t, shutdown_comp(client)));
}

/* ---- What is discarded: T2-shutdown goes on ---- */

struct discarded {
	struct row row;
	enum association_state state;
	uint8_t type;
	bool wrong_tag;
};

static const struct discarded discarded[] = {
	{ ROW("data-in-shutdown-ack-sent", "DATA is discarded while SHUTDOWN COMPLETE is waited for", R_9260_6_04),
		ETSI("sctp-dm-o-4-10"), .state = SHUTDOWN_ACK_SENT, .type = CHUNK_DATA },
	{ ROW("shutdown-complete-with-a-wrong-tag",
		  "SHUTDOWN COMPLETE with a wrong tag is discarded, and SHUTDOWN ACK comes again", R_9260_8_5_1_14),
		ETSI("sctp-imh-i-3-10"), .state = SHUTDOWN_ACK_SENT, .type = CHUNK_SHUTDOWN_COMPLETE,
		.wrong_tag = true },
	{ ROW("shutdown-ack-with-a-wrong-tag", "SHUTDOWN ACK with a wrong tag in SHUTDOWN-SENT is discarded",
		  R_9260_8_5_03, R_9260_8_5_02),
		ETSI("sctp-imh-i-3-9"), .state = SHUTDOWN_SENT, .type = CHUNK_SHUTDOWN_ACK, .wrong_tag = true },
};

FAMILY(closing, discarded, .tags = TAGS("tester"), .topology = &topology_one_path)
{
	const struct discarded *is = row;
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *client = brought_to(t, b, is->state);
	const vtime began = arrived_at(b);

	take_over(t, b, HAND(CHUNK_SACK));
	never(t, reads(client, 0, "data"));
	transmit_with(t, b, HEADER(.verification_tag = SET(kernel_tag(b) ^ is->wrong_tag)), chunk_of(is->type));
	expect_quiet(t, ms(500));
	if (is->state == SHUTDOWN_SENT) {
		expect(t, within(t2(t, began), arrives(b, 0, a_shutdown())));
		transmit(t, b, a_shutdown_ack());
		expect_all(t, soon(t, arrives_alone(b, 0, a_shutdown_complete())), soon(t, shutdown_comp(client)));
	} else {
		expect(t, within(t2(t, began), arrives_alone(b, 0, a_shutdown_ack())));
		transmit(t, b, a_shutdown_complete());
		expect(t, soon(t, shutdown_comp(client)));
	}
}
