/* SPDX-License-Identifier: Apache-2.0 */
/* wire_timers.c - what is not answered is sent again when its timer expires, and given up when that is of no use. */
#include "cases/requirements.h"
#include "runner/tester/tester.h"

#define ETSI(...) .row.etsi = IDS(__VA_ARGS__)

#define RTO ms(100)
#define COPIES 4
#define QUICK                                                                                               \
	{                                                                                                   \
		.rto_initial = MS(100), .rto_min = MS(100), .rto_max = MS(800), .hb_interval = MS(3600000), \
		.pf_enable = OFF, .association_max_retrans = COPIES, .max_init_retransmits = COPIES,        \
		.path_max_retrans = COPIES                                                                  \
	}

/* The user is told within that time; RFC 9260 leaves it open whether an ABORT tells the peer. And it is over: what
 * comes now is out of the blue. */
static void expect_given_up(struct trial *t, struct tester *b, struct window window, struct item told)
{
	const struct item aborted = within(window, arrives_alone(b, ANY, an_abort(.flags = SET(0))));
	const struct item first[] = { within(window, told), aborted };
	const bool has_aborted = expect_one_of_items(t, first, 2) == 1;
	const struct item late = arrives_alone(b, ANY, an_abort(.flags = SET(0)));
	const struct item blue =
		arrives_with(b, ANY, HEADER(.verification_tag = SET(kernel_tag(b))), an_abort(.flags = SET(FLAG_T)));

	if (has_aborted)
		expect(t, within(window, told));
	const vtime asked = transmit(t, b, a_heartbeat());
	const struct window answered = between(window.from, asked + ms(500));
	const struct item then[] = { within(answered, blue), within(answered, late) };
	if (expect_one_of_items(t, then, has_aborted ? 1 : 2) == 1)
		expect(t, within(answered, blue));
}

/* ---- Control chunks ---- */

struct copied {
	struct row row;
	enum association_state state; /* in which it is not answered */
	uint8_t type;
	bool is_setup; /* there was no association yet */
};

static const struct copied copied[] = {
	{ ROW("init", "INIT is sent again when T1-init expires, Max.Init.Retransmits times, and then given up",
		  R_9260_4_03, R_9260_4_04, R_9260_4_05, R_9260_5_1_6_01, R_9260_5_1_6_02, R_9260_8_5_1_01),
		ETSI("sctp-as-i-1-2-1", "sctp-as-i-1-3-1"), .state = COOKIE_WAIT, .type = CHUNK_INIT,
		.is_setup = true },
	{ ROW("cookie-echo", "COOKIE ECHO is sent again when T1-cookie expires, and given up as INIT is", R_9260_4_06,
		  R_9260_4_07, R_9260_4_08, R_9260_5_1_4_04, R_9260_5_1_4_05, R_9260_5_1_6_03),
		ETSI("sctp-as-i-1-2-2", "sctp-as-i-1-3-2"), .state = COOKIE_ECHOED, .type = CHUNK_COOKIE_ECHO,
		.is_setup = true },
	{ ROW("shutdown",
		  "SHUTDOWN is sent again when T2-shutdown expires, Association.Max.Retrans times, and given up",
		  R_9260_9_2_05, R_9260_9_2_06, R_9260_9_2_08, R_9260_9_2_09, R_9260_9_2_10),
		ETSI("sctp-at-i-2-4", "sctp-at-i-2-5"), .state = SHUTDOWN_SENT, .type = CHUNK_SHUTDOWN },
	{ ROW("shutdown-ack", "SHUTDOWN ACK is sent again when T2-shutdown expires, and given up as SHUTDOWN is",
		  R_9260_9_2_06, R_9260_9_2_24, R_9260_9_2_25, R_9260_9_2_26, R_9260_9_2_27),
		ETSI("sctp-at-i-2-11", "sctp-at-i-2-12"), .state = SHUTDOWN_ACK_SENT, .type = CHUNK_SHUTDOWN_ACK },
};

/* The same as the first one: its tag, its cookie, its TSN. */
static struct item copy_of(struct tester *b, const struct copied *is)
{
	struct wire_chunk chunk = chunk_of(is->type);
	const uint32_t tag = is->type == CHUNK_INIT ? 0 : tag_of(b);

	if (is->type == CHUNK_INIT) {
		chunk.initiate_tag = SET(kernel_tag(b));
		chunk.initial_tsn = SET(kernel_tsn(b, 0));
	}
	if (is->type == CHUNK_COOKIE_ECHO)
		chunk.cookie = BYTES("the tester's cookie");
	if (is->type == CHUNK_SHUTDOWN)
		chunk.cum_tsn_ack = SET(sent_tsn(b, 0) - 1);
	return arrives_with(b, 0, HEADER(.verification_tag = SET(tag)), chunk);
}

FAMILY(copies, copied, .tags = TAGS("tester"), .settings = QUICK, .topology = &topology_one_path)
{
	const struct copied *is = row;
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *client = brought_to(t, b, is->state);
	vtime sent = arrived_at(b);

	for (unsigned n = 0; n < COPIES; n++)
		sent = expect(t, within(after(sent, window_backed_off(in_force(t), RTO, n)), copy_of(b, is)));
	expect_given_up(t, b, after(sent, window_backed_off(in_force(t), RTO, COPIES)),
		is->is_setup ? cant_assoc(client, ANY) : comm_lost(client, ANY));
}

CASE(copies, "init-of-several-addresses",
	.title = "INIT that is not answered is sent again to the next of the addresses that connectx was given",
	.requirements = IDS(R_9260_5_1_23, R_6458_9_9_01), .etsi = IDS("sctp-as-i-1-15"), .tags = TAGS("tester"),
	.settings = QUICK, .topology = &topology_two_paths)
{
	struct tester *b = open_tester(t, ENDPOINT_B, &(struct habits){ .by_hand = HAND(CHUNK_INIT) });
	struct peer *client = open_peer(t, ENDPOINT_A, "client", NULL);

	start_connect_several(t, client, tester_peer(b), (const unsigned[]){ 0, 1 }, 2);
	const vtime sent = expect(t, soon(t, arrives_alone(b, 0, an_init())));
	expect(t, within(after(sent, timer_window(RTO)), arrives_alone(b, 1, an_init())));
	transmit_with(t, b, HEADER(.from_path = SET(1)), an_init_ack());
	expect(t, soon(t, comm_up(client)));
	expect_alive(t, b);
}

/* ---- DATA ---- */

static vtime send_one_in_vain(struct trial *t, struct tester *b, struct flow **flow, struct peer *client)
{
	take_over(t, b, HAND(CHUNK_DATA));
	*flow = kernel_sends(t, client, b, &(struct traffic){ .count = 1 });
	return expect(t, soon(t, arrives_alone(b, 0, a_data(.tsn = SET(kernel_tsn(b, 0))))));
}

CASE(copies, "data-until-rto-max", .title = "T3-rtx doubles with each timeout until it is RTO.Max",
	.requirements = IDS(R_9260_6_3_3_02, R_9260_6_3_3_03, R_9260_6_3_1_09, R_9260_6_1_27),
	.etsi = IDS("sctp-rt-i-11-2"), .tags = TAGS("tester"),
	.settings = { .rto_initial = MS(100),
		.rto_min = MS(100),
		.rto_max = MS(800),
		.hb_interval = MS(3600000),
		.pf_enable = OFF,
		.path_max_retrans = 20,
		.association_max_retrans = 20 },
	.topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *client = kernel_connects(t, b);
	struct flow *flow;
	const vtime sent = send_one_in_vain(t, b, &flow, client);

	for (unsigned n = 0; n < 7; n++)
		expect(t,
			within(after(sent, window_t3_copy(in_force(t), RTO, n, 1)),
				arrives_alone(b, 0, a_data(.tsn = SET(kernel_tsn(b, 0))))));
	transmit(t, b, a_sack());
	expect_quiet(t, s(2));
	expect_alive(t, b);
}

CASE(copies, "data-given-up",
	.title = "DATA that is never acknowledged: after Association.Max.Retrans copies the peer is unreachable",
	.requirements = IDS(R_9260_8_1_01, R_9260_8_1_04, R_9260_8_1_05, R_9260_8_1_06, R_9260_8_1_08),
	.etsi = IDS("sctp-fh-i-5-1-1"), .tags = TAGS("tester"),
	.settings = { .rto_initial = MS(100),
		.rto_min = MS(100),
		.rto_max = MS(800),
		.hb_interval = MS(3600000),
		.pf_enable = OFF,
		.path_max_retrans = 20,
		.association_max_retrans = COPIES },
	.topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *client = kernel_connects(t, b);
	struct flow *flow;
	vtime sent = send_one_in_vain(t, b, &flow, client);

	unsubscribe(t, client, SEND_FAILED); /* what comes back of its messages is another matter */
	for (unsigned n = 0; n < COPIES; n++)
		sent = expect(t,
			within(after(sent, window_backed_off(in_force(t), RTO, n)),
				arrives_alone(b, 0, a_data(.tsn = SET(kernel_tsn(b, 0))))));
	expect_given_up(t, b, after(sent, window_backed_off(in_force(t), RTO, COPIES)), comm_lost(client, ANY));
}

CASE(copies, "data-counted-anew", .title = "An acknowledgement sets the count of timeouts back to 0",
	.requirements = IDS(R_9260_8_1_09), .etsi = IDS("sctp-fh-i-5-1-2"), .tags = TAGS("tester"), .settings = QUICK,
	.topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, &(struct habits){ .by_hand = HAND(CHUNK_DATA) });
	struct peer *client = kernel_connects(t, b);

	for (unsigned message = 0; message < 3; message++) { /* each with as many timeouts as there may be */
		const uint32_t tsn = kernel_tsn(b, message);

		kernel_sends(t, client, b, &(struct traffic){ .count = 1, .first_stream = (uint16_t)message });
		vtime sent = expect(t, soon(t, arrives_alone(b, 0, a_data(.tsn = SET(tsn)))));
		for (unsigned n = 0; n < COPIES; n++)
			sent = expect(t,
				within(after(sent, between(RTO, timer_window(ms(800)).to)),
					arrives_alone(b, 0, a_data(.tsn = SET(tsn)))));
		transmit(t, b, a_sack(.cum_tsn_ack = SET(tsn)));
		expect_quiet(t, s(2));
	}
	expect_alive(t, b);
}

CASE(copies, "data-acknowledged", .title = "SACK of all that is outstanding stops T3-rtx: nothing is sent again",
	.requirements = IDS(R_9260_6_3_2_02, R_9260_6_7_04), .etsi = IDS("sctp-d-v-8-4"), .tags = TAGS("tester"),
	.settings = QUICK, .topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, &(struct habits){ .by_hand = HAND(CHUNK_DATA) });
	struct peer *client = kernel_connects(t, b);

	kernel_sends(t, client, b, &(struct traffic){ .count = 3 });
	expect_data(t, b, 0, 3);
	transmit(t, b, a_sack(.cum_tsn_ack = SET(kernel_tsn(b, 2))));
	expect_quiet(t, s(2));
	expect_alive(t, b);
}

/* Four messages that fill the first window, of which none is acknowledged, until the first one comes again: when. */
static vtime first_of_four_again(struct trial *t, struct tester *b, struct peer *client)
{
	take_over(t, b, HAND(CHUNK_DATA));
	kernel_sends(t, client, b, &(struct traffic){ .count = 4, .size = 1000 });
	expect_data(t, b, 0, 4);
	const vtime sent = arrived_at(b);
	return expect(t,
		within(allowing(ms(1), after(sent, timer_window(RTO))),
			arrives_alone(b, 0, a_data(.tsn = SET(kernel_tsn(b, 0))))));
}

CASE(copies, "data-earliest-first", .title = "When T3-rtx expires one packet is sent again, with the earliest DATA",
	.requirements = IDS(R_9260_6_3_3_04, R_9260_7_2_1_02, R_9260_7_2_3_02, R_9260_6_1_24),
	.etsi = IDS("sctp-d-i-8-5"), .tags = TAGS("tester"), .settings = QUICK, .topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *client = kernel_connects(t, b);
	const vtime copied_at = first_of_four_again(t, b, client);

	expect_quiet(t, ms(50));
	expect(t,
		within(after(copied_at, window_backed_off(in_force(t), RTO, 1)),
			arrives_alone(b, 0, a_data(.tsn = SET(kernel_tsn(b, 0))))));
	transmit(t, b, a_sack(.cum_tsn_ack = SET(kernel_tsn(b, 3))));
	expect_quiet(t, s(2));
	expect_alive(t, b);
}

CASE(copies, "data-before-what-is-new", .title = "What is to be sent again is sent before what is new",
	.requirements = IDS(R_9260_6_1_14), .etsi = IDS("sctp-d-v-8-9"), .tags = TAGS("tester"), .settings = QUICK,
	.topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *client = kernel_connects(t, b);
	const vtime copied_at = first_of_four_again(t, b, client);

	kernel_sends(t, client, b, &(struct traffic){ .count = 3, .size = 1000, .first_stream = 1 });
	transmit(t, b, a_sack(.cum_tsn_ack = SET(kernel_tsn(b, 0))));
	for (unsigned n = 1; n < 7; n++) {
		expect(t,
			within(between(copied_at, copied_at + ms(100)),
				arrives_alone(b, 0, a_data(.tsn = SET(kernel_tsn(b, n))))));
		transmit(t, b, a_sack(.cum_tsn_ack = SET(kernel_tsn(b, n))));
	}
	expect_quiet(t, s(2));
	expect_alive(t, b);
}
