/* SPDX-License-Identifier: Apache-2.0 */
/* wire_data.c - DATA and SACK between a kernel and a tester, which acknowledges as it likes. */
#include "cases/requirements.h"
#include "runner/tester/tester.h"

CASE(data, "sack-goes-to-the-source",
	.title = "SACK goes where the DATA came from; each further copy of a TSN is reported once, at once",
	.requirements = IDS(R_9260_6_4_02, R_9260_3_3_4_08, R_9260_6_2_25), .etsi = IDS("sctp-d-o-8-6"),
	.tags = TAGS("tester"), .topology = &topology_two_paths)
{
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *server = tester_connects(t, b);

	confirmed(t, b, server);
	const uint32_t tsn = sent_tsn(b, 0);
	transmit_with(t, b, HEADER(.from_path = SET(1)), a_data(.payload = BYTES("once")));
	expect_in_order(t, soon(t, arrives_alone(b, 1, a_sack(.cum_tsn_ack = SET(tsn), .duplicates = NO_TSNS))),
		soon(t, reads(server, 0, "once")));
	transmit_with(t, b, HEADER(.from_path = SET(1)), a_data(.tsn = SET(tsn)), a_data(.tsn = SET(tsn)));
	expect(t, soon(t, arrives_alone(b, 1, a_sack(.cum_tsn_ack = SET(tsn), .duplicates = TSNS(tsn, tsn)))));
	transmit_with(t, b, HEADER(.from_path = SET(1)), a_data(.tsn = SET(tsn)));
	expect(t, soon(t, arrives_alone(b, 1, a_sack(.cum_tsn_ack = SET(tsn), .duplicates = TSNS(tsn)))));
}

/* Eight messages, of which all but the first are reported, one more each time. */
static void report_missing(struct trial *t, struct tester *b, int path)
{
	const uint32_t before = kernel_tsn(b, 0) - 1;

	transmit(t, b, a_sack(.cum_tsn_ack = SET(before), .gaps = GAPS({ 2, 2 })));
	expect_quiet(t, ms(1));
	transmit(t, b, a_sack(.cum_tsn_ack = SET(before), .gaps = GAPS({ 2, 3 })));
	expect_quiet(t, ms(1));
	transmit(t, b, a_sack(.cum_tsn_ack = SET(before), .gaps = GAPS({ 2, 4 })));
	expect(t, soon(t, arrives_alone(b, path, a_data(.tsn = SET(kernel_tsn(b, 0)))))); /* at once, */
	expect_quiet(t, ms(1));
	transmit(t, b, a_sack(.cum_tsn_ack = SET(before), .gaps = GAPS({ 2, 4 })));
	expect_quiet(t, ms(1)); /* and once */
	transmit(t, b, a_sack(.cum_tsn_ack = SET(kernel_tsn(b, 3))));
	expect_quiet(t, duration(in_force(t)->rto_initial) + s(1));
	expect_alive(t, b);
}

CASE(data, "fast-retransmit", .title = "At the third report that a TSN is missing it is sent again, at once and once",
	.requirements = IDS(R_9260_7_2_4_02, R_9260_7_2_4_11), .tags = TAGS("tester"), .topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, &(struct habits){ .by_hand = HAND(CHUNK_DATA) });
	struct peer *client = kernel_connects(t, b);

	kernel_sends(t, client, b, &(struct traffic){ .count = 4, .size = 1000 });
	expect_data(t, b, 0, 4);
	report_missing(t, b, 0);
}

CASE(data, "fast-retransmit-address", .title = "What is sent again before its timer goes where it was sent before",
	.requirements = IDS(R_9260_6_4_07, R_9260_7_2_4_02, R_9260_7_2_4_11), .tags = TAGS("tester"),
	.topology = &topology_two_paths)
{
	struct tester *b = open_tester(t, ENDPOINT_B, &(struct habits){ .by_hand = HAND(CHUNK_DATA) });
	struct peer *client = kernel_connects(t, b);

	confirmed(t, b, client);
	kernel_sends(t, client, b, &(struct traffic){ .count = 4, .size = 1000 });
	expect_data(t, b, 0, 4);
	report_missing(t, b, 0);
}

#define QUICK                                                                                               \
	{                                                                                                   \
		.rto_initial = MS(100), .rto_min = MS(100), .rto_max = MS(800), .hb_interval = MS(3600000), \
		.pf_enable = OFF                                                                            \
	}

/* A message that nobody acknowledges: when it leaves. */
static vtime send_in_vain(struct trial *t, struct tester *b, struct peer *client)
{
	confirmed(t, b, client);
	go_silent(t, b, ALL_PATHS);
	kernel_sends(t, client, b, &(struct traffic){ .count = 1 });
	return expect(t, soon(t, arrives_alone(b, 0, a_data(.tsn = SET(kernel_tsn(b, 0))))));
}

CASE(data, "t3-alternates", .title = "Copies of an unanswered DATA take the addresses in turn",
	.requirements = IDS(R_9260_6_3_3_02, R_9260_6_3_3_05, R_9260_6_3_3_06, R_9260_6_4_06),
	.etsi = IDS("sctp-rt-i-11-3"), .tags = TAGS("tester"), .settings = QUICK, .topology = &topology_two_paths)
{
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *client = kernel_connects(t, b);
	const vtime sent = send_in_vain(t, b, client);

	for (unsigned n = 0; n < 5; n++)
		expect(t,
			within(after(sent, window_t3_copy(in_force(t), ms(100), n, 2)),
				arrives_alone(b, n % 2 == 0, a_data(.tsn = SET(kernel_tsn(b, 0))))));
}

CASE(data, "t3-of-each-address",
	.title = "Each copy of an unanswered DATA comes after the RTO of the address before it",
	.requirements = IDS(R_9260_6_3_3_02, R_9260_6_3_3_05, R_9260_6_3_3_06), .etsi = IDS("sctp-rt-i-11-1"),
	.tags = TAGS("tester"), .settings = QUICK, .topology = &topology_two_paths)
{
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *client = kernel_connects(t, b);
	vtime sent = send_in_vain(t, b, client);
	unsigned timeouts[2] = { 0 };
	size_t path = 0;

	for (unsigned n = 0; n < 6; n++) {
		const struct window window = after(sent, window_backed_off(in_force(t), ms(100), timeouts[path]++));
		const struct item on[] = {
			within(window, arrives_alone(b, 0, a_data(.tsn = SET(kernel_tsn(b, 0))))),
			within(window, arrives_alone(b, 1, a_data(.tsn = SET(kernel_tsn(b, 0))))),
		};

		path = expect_one_of_items(t, on, 2);
		sent = arrived_at(b);
	}
}

/* The window is closed, a message waits: when it was. */
static vtime close_window(struct trial *t, struct tester *b, struct peer *client)
{
	kernel_sends(t, client, b, &(struct traffic){ .count = 1 });
	expect_data(t, b, 0, 1);
	const vtime closed = transmit(t, b, a_sack(.cum_tsn_ack = SET(kernel_tsn(b, 0)), .a_rwnd = SET(0)));
	kernel_sends(t, client, b, &(struct traffic){ .count = 3, .first_stream = 1 });
	return closed;
}

CASE(data, "zero-window-first-probe", .title = "A closed window is probed for the first time after an RTO",
	.requirements = IDS(R_9260_6_1_07), .tags = TAGS("tester"), .settings = QUICK, .topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, &(struct habits){ .by_hand = HAND(CHUNK_DATA) });
	struct peer *client = kernel_connects(t, b);
	const vtime closed = close_window(t, b, client);

	expect(t,
		within(after(closed, window_backed_off(in_force(t), ms(100), 0)),
			arrives_alone(b, 0, a_data(.tsn = SET(kernel_tsn(b, 1))))));
}

CASE(data, "zero-window",
	.title = "A closed window is probed by one DATA at a time, ever more seldom, and no answered probe is a strike",
	.requirements = IDS(R_9260_6_1_05, R_9260_6_1_06, R_9260_6_1_08), .etsi = IDS("sctp-d-o-8-7"),
	.tags = TAGS("tester"), .settings = QUICK, .topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, &(struct habits){ .by_hand = HAND(CHUNK_DATA) });
	struct peer *client = kernel_connects(t, b);
	const vtime closed = close_window(t, b, client);
	/* The first one at once, or after an RTO: that is another case's. */
	vtime probed = expect(t,
		within(between(closed, closed + window_backed_off(in_force(t), ms(100), 0).to),
			arrives_alone(b, 0, a_data(.tsn = SET(kernel_tsn(b, 1))))));

	for (unsigned n = 0; n < 20; n++) { /* more than Association.Max.Retrans */
		transmit(t, b, a_sack(.cum_tsn_ack = SET(kernel_tsn(b, 0)), .a_rwnd = SET(0)));
		probed = expect(t,
			within(after(probed, window_backed_off(in_force(t), ms(100), n)),
				arrives_alone(b, 0, a_data(.tsn = SET(kernel_tsn(b, 1))))));
	}
	transmit(t, b, a_sack(.cum_tsn_ack = SET(kernel_tsn(b, 1))));
	expect(t,
		soon(t,
			arrives_alone(
				b, 0, a_data(.tsn = SET(kernel_tsn(b, 2))), a_data(.tsn = SET(kernel_tsn(b, 3))))));
	transmit(t, b, a_sack(.cum_tsn_ack = SET(kernel_tsn(b, 3))));
	expect_quiet(t, s(2));
	expect_alive(t, b);
}
