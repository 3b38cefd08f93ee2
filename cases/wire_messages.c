/* SPDX-License-Identifier: Apache-2.0 */
/* wire_messages.c - messages as DATA chunks, whole and in fragments, and how they are acknowledged. */
#include "cases/requirements.h"
#include "runner/tester/tester.h"

#define ETSI(...) .row.etsi = IDS(__VA_ARGS__)

/* An acknowledgement that is delayed as long as it may be. */
static struct window acknowledgement(struct trial *t)
{
	return after(now(t), between(-ms(20), timer_window(ms(200)).to));
}

/* ---- Sent ---- */

CASE(messages, "whole", .title = "A message that fits into a packet is one DATA chunk with B and E",
	.requirements = IDS(R_9260_3_3_1_01, R_9260_3_3_1_16, R_9260_3_2_07), .etsi = IDS("sctp-d-v-8-1"),
	.tags = TAGS("tester"), .topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *client = kernel_connects(t, b);

	/* 101 octets: the padding is not in the length */
	kernel_sends(t, client, b, &(struct traffic){ .size = 101, .first_stream = 3, .ppid = 7 });
	expect(t,
		soon(t,
			arrives_alone(b, 0,
				a_data(.flags = SET(FLAG_B | FLAG_E), .tsn = SET(kernel_tsn(b, 0)), .stream = SET(3),
					.ssn = SET(0), .length = SET(16 + 101)))));
	expect_quiet(t, duration(in_force(t)->rto_initial) + s(1));
}

CASE(messages, "fragments", .title = "A message that does not fit is sent in fragments: B, neither, E",
	.requirements = IDS(R_9260_6_9_16, R_9260_6_9_03, R_9260_6_9_12, R_9260_6_09, R_9260_3_3_1_07, R_9260_3_3_1_10,
		R_9260_3_3_1_17, R_9260_6_9_10),
	.etsi = IDS("sctp-d-v-8-2"), .tags = TAGS("tester"), .topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *client = kernel_connects(t, b);

	kernel_sends(t, client, b, &(struct traffic){ .size = 4000 }); /* three packets of 1500 octets */
	expect_in_order(t,
		soon(t,
			arrives_alone(b, 0,
				a_data(.flags = SET(FLAG_B), .tsn = SET(kernel_tsn(b, 0)), .stream = SET(0),
					.ssn = SET(0)))),
		soon(t,
			arrives_alone(b, 0,
				a_data(.flags = SET(0), .tsn = SET(kernel_tsn(b, 1)), .stream = SET(0),
					.ssn = SET(0)))),
		soon(t,
			arrives_alone(b, 0,
				a_data(.flags = SET(FLAG_E), .tsn = SET(kernel_tsn(b, 2)), .stream = SET(0),
					.ssn = SET(0)))));
}

CASE(messages, "long-sent", .title = "A message of 64 KiB is sent in fragments, from B to E",
	.requirements = IDS(R_9260_6_9_03, R_9260_6_9_16, R_9260_3_3_1_17), .etsi = IDS("sctp-d-v-8-14"),
	.tags = TAGS("tester"), .topology = &topology_one_path)
{
	enum { SIZE = 65536, MOST = 1500 - 20 - 12 - 16, FRAGMENTS = (SIZE + MOST - 1) / MOST };
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *client = kernel_connects(t, b);

	kernel_sends(t, client, b, &(struct traffic){ .size = SIZE });
	expect(t, soon(t, arrives(b, 0, a_data(.flags = SET(FLAG_B), .tsn = SET(kernel_tsn(b, 0)), .ssn = SET(0)))));
	/* not fewer than that */
	const uint32_t last_tsn = kernel_tsn(b, FRAGMENTS - 1);
	expect(t,
		soon(t,
			arrives(b, 0,
				a_data(.flags = SET(FLAG_E), .tsn = FROM_TO(last_tsn, last_tsn + 3), .ssn = SET(0)))));
	expect_alive(t, b);
}

/* ---- Read ---- */

struct permutation {
	struct row row;
	unsigned order[3];
};

#define PERMUTATION(name_, title_, ...)                                                                     \
	{                                                                                                   \
		ROW(name_, "Fragments of a message that come as " title_ " are read as one", R_9260_6_9_17, \
			R_9260_6_9_02, R_9260_6_14),                                                        \
			ETSI("sctp-d-v-8-3"), .order = {                                                    \
				__VA_ARGS__                                                                 \
			}                                                                                   \
	}

static const struct permutation permutations[] = {
	PERMUTATION("fragments-bme", "first, middle, last", 0, 1, 2),
	PERMUTATION("fragments-bem", "first, last, middle", 0, 2, 1),
	PERMUTATION("fragments-mbe", "middle, first, last", 1, 0, 2),
	PERMUTATION("fragments-meb", "middle, last, first", 1, 2, 0),
	PERMUTATION("fragments-ebm", "last, first, middle", 2, 0, 1),
	PERMUTATION("fragments-emb", "last, middle, first", 2, 1, 0),
};

FAMILY(messages, permutations, .tags = TAGS("tester"), .topology = &topology_one_path)
{
	static const char *const parts[] = { "one ", "two ", "three" };
	static const size_t lengths[] = { 4, 4, 5 };
	static const uint8_t flags[] = { FLAG_B, 0, FLAG_E };
	const struct permutation *is = row;
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *client = kernel_connects(t, b);

	for (unsigned i = 0; i < 3; i++) {
		const unsigned part = is->order[i];

		transmit(t, b,
			a_data(.tsn = SET(sent_tsn(b, part)), .flags = SET(flags[part]), .ssn = SET(0),
				.payload = OCTETS(parts[part], lengths[part])));
	}
	expect_all(t, soon(t, reads(client, 0, "one two three")),
		within(acknowledgement(t), arrives(b, 0, a_sack(.cum_tsn_ack = SET(sent_tsn(b, 2)), .gaps = NO_GAPS))));
	expect_alive(t, b);
}

/* Octets of each of many fragments. */
static const char thousand[1001] = "a fragment of a thousand octets and that is how they all begin but the first one";

static void transmit_fragments(struct trial *t, struct tester *b, unsigned from, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		transmit(t, b,
			a_data(.flags = SET(0), .tsn = SET(sent_tsn(b, from + i)), .ssn = SET(0),
				.payload = OCTETS(thousand, 1000)));
}

CASE(messages, "long-read", .title = "A message of 64 KiB in fragments is read as one",
	.requirements = IDS(R_9260_6_9_17, R_9260_6_9_02), .etsi = IDS("sctp-d-v-8-13"), .tags = TAGS("tester"),
	.topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *client = kernel_connects(t, b);

	never(t, reads(client, 0, "a fragment of a thousand")); /* a part by itself */
	transmit(t, b,
		a_data(.flags = SET(FLAG_B), .tsn = SET(sent_tsn(b, 0)), .ssn = SET(0),
			.payload = BYTES("It begins with this, and")));
	transmit_fragments(t, b, 1, 64);
	transmit(t, b,
		a_data(.flags = SET(FLAG_E), .tsn = SET(sent_tsn(b, 65)), .ssn = SET(0), .payload = BYTES("end")));
	expect_all(t, soon(t, reads(client, 0, "It begins with this, an")),
		within(acknowledgement(t), arrives(b, 0, a_sack(.cum_tsn_ack = SET(sent_tsn(b, 65))))));
	expect_alive(t, b);
}

CASE(messages, "longer-than-the-buffer",
	.title = "Of a message that is longer than the receive buffer a part is read before the rest has come",
	.requirements = IDS(R_9260_6_9_18), .etsi = IDS("sctp-d-v-8-15"), .tags = TAGS("tester"),
	.topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *server = open_peer(
		t, ENDPOINT_A, "server", &(struct peer_options){ .port = SERVER_PORT, .receive_buffer = 16384 });

	listen_on(t, server);
	transmit(t, b, an_init());
	expect(t, soon(t, arrives_alone(b, 0, an_init_ack())));
	transmit(t, b, a_cookie_echo());
	expect_all(t, soon(t, arrives_alone(b, 0, a_cookie_ack())), soon(t, comm_up(server)));
	never(t, arrives(b, ANY, an_abort()));
	transmit(t, b,
		a_data(.flags = SET(FLAG_B), .tsn = SET(sent_tsn(b, 0)), .ssn = SET(0),
			.payload = BYTES("It begins with this, and")));
	transmit_fragments(t, b, 1, 32);
	/* full, and then it is not any more: something was read, though E has not come */
	expect_in_order(t, within(acknowledgement(t), arrives(b, 0, a_sack(.a_rwnd = FROM_TO(0, 999)))),
		within(acknowledgement(t), arrives(b, 0, a_sack(.a_rwnd = FROM_TO(8192, 65535)))));
}

/* ---- Acknowledged ---- */

CASE(messages, "first-at-once", .title = "The first DATA of an association is acknowledged at once",
	.requirements = IDS(R_9260_5_1_27, R_9260_6_2_01), .etsi = IDS("sctp-a-v-9-1"), .tags = TAGS("tester"),
	.topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *server = tester_connects(t, b);
	const vtime sent = transmit(t, b, a_data());

	/* well before the delay of an acknowledgement */
	expect_all(t, soon(t, reads(server, 0, "data")),
		within(between(sent, sent + ms(10)),
			arrives_alone(b, 0, a_sack(.cum_tsn_ack = SET(sent_tsn(b, 0)), .gaps = NO_GAPS))));
}

CASE(messages, "one-sack", .title = "One SACK acknowledges all the DATA of a packet, after the delay at the latest",
	.requirements = IDS(R_9260_6_2_11, R_9260_6_2_09, R_9260_6_14, R_9260_5_1_28), .etsi = IDS("sctp-a-v-9-2"),
	.tags = TAGS("tester"), .topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, &(struct habits){ .by_hand = HAND(CHUNK_SACK) });
	struct peer *server = tester_connects(t, b);

	transmit(t, b, a_data());
	expect_all(t, soon(t, reads(server, 0, "data")), soon(t, arrives_alone(b, 0, a_sack())));
	const vtime sent = transmit(t, b, a_data(.payload = BYTES("one")), a_data(.payload = BYTES("two")),
		a_data(.payload = BYTES("three")));
	expect_in_order(t, soon(t, reads(server, 0, "one")), soon(t, reads(server, 0, "two")),
		soon(t, reads(server, 0, "three")));
	expect(t,
		within(between(sent, sent + timer_window(ms(200)).to),
			arrives_alone(b, 0, a_sack(.cum_tsn_ack = SET(sent_tsn(b, 3)), .gaps = NO_GAPS))));
	expect_quiet(t, s(1));
}

CASE(messages, "gap", .title = "DATA behind a gap is reported at once, and the gap is gone when it is filled",
	.requirements = IDS(R_9260_6_7_01, R_9260_6_7_02, R_9260_3_3_4_02, R_9260_3_3_4_04, R_9260_3_3_4_06,
		R_9260_6_2_19, R_9260_7_2_4_01),
	.etsi = IDS("sctp-a-o-9-3"), .tags = TAGS("tester"), .topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, &(struct habits){ .by_hand = HAND(CHUNK_SACK) });
	struct peer *server = tester_connects(t, b);
	const uint32_t first = sent_tsn(b, 0);

	transmit(t, b, a_data());
	expect_all(t, soon(t, reads(server, 0, "data")),
		soon(t, arrives_alone(b, 0, a_sack(.cum_tsn_ack = SET(first), .gaps = NO_GAPS))));
	vtime sent = transmit(t, b, a_data(.tsn = SET(first + 2), .stream = SET(1), .ssn = SET(0)));
	expect_all(t, soon(t, reads(server, 1, "data")),
		within(between(sent, sent + ms(10)),
			arrives_alone(b, 0, a_sack(.cum_tsn_ack = SET(first), .gaps = GAPS({ 2, 2 })))));
	sent = transmit(t, b, a_data(.tsn = SET(first + 4), .stream = SET(2), .ssn = SET(0)));
	expect_all(t, soon(t, reads(server, 2, "data")),
		within(between(sent, sent + ms(10)),
			arrives_alone(b, 0, a_sack(.cum_tsn_ack = SET(first), .gaps = GAPS({ 2, 2 }, { 4, 4 })))));
	sent = transmit(t, b, a_data(.tsn = SET(first + 1), .stream = SET(3), .ssn = SET(0)));
	expect_all(t, soon(t, reads(server, 3, "data")),
		within(between(sent, sent + ms(10)),
			arrives_alone(b, 0, a_sack(.cum_tsn_ack = SET(first + 2), .gaps = GAPS({ 2, 2 })))));
	sent = transmit(t, b, a_data(.tsn = SET(first + 3), .stream = SET(4), .ssn = SET(0)));
	expect_all(t, soon(t, reads(server, 4, "data")),
		within(between(sent, sent + timer_window(ms(200)).to),
			arrives_alone(b, 0, a_sack(.cum_tsn_ack = SET(first + 4), .gaps = NO_GAPS))));
}

CASE(messages, "sack-from-another-address", .title = "SACK is taken from another address than the DATA was sent to",
	.requirements = IDS(R_9260_6_3_2_02), .etsi = IDS("sctp-d-v-8-10"), .tags = TAGS("tester"),
	.topology = &topology_two_paths)
{
	struct tester *b = open_tester(t, ENDPOINT_B, &(struct habits){ .by_hand = HAND(CHUNK_DATA) });
	struct peer *client = kernel_connects(t, b);

	confirmed(t, b, client);
	kernel_sends(t, client, b, &(struct traffic){ .count = 2 });
	expect_data(t, b, 0, 2);
	transmit_with(t, b, HEADER(.from_path = SET(1)), a_sack());
	expect_quiet(t, duration(in_force(t)->rto_initial) + s(1));
	expect_alive(t, b);
}

CASE(messages, "old-sack", .title = "SACK with an older cumulative TSN than the last one is discarded",
	.requirements = IDS(R_9260_6_2_1_05), .etsi = IDS("sctp-d-o-8-12"), .tags = TAGS("tester"),
	.topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, &(struct habits){ .by_hand = HAND(CHUNK_DATA) });
	struct peer *client = kernel_connects(t, b);

	kernel_sends(t, client, b, &(struct traffic){ .count = 3 });
	expect_data(t, b, 0, 3);
	transmit(t, b, a_sack(.cum_tsn_ack = SET(kernel_tsn(b, 2))));
	/* whose window would be closed */
	transmit(t, b, a_sack(.cum_tsn_ack = SET(kernel_tsn(b, 0)), .a_rwnd = SET(0)));
	kernel_sends(t, client, b, &(struct traffic){ .count = 2, .first_stream = 1 });
	expect_data(t, b, 3, 2); /* two at once, where a closed window has one */
	transmit(t, b, a_sack(.cum_tsn_ack = SET(kernel_tsn(b, 4))));
	expect_quiet(t, duration(in_force(t)->rto_initial) + s(1));
	expect_alive(t, b);
}

CASE(messages, "zero-window-fragments",
	.title = "A closed window is probed by one fragment at a time, and the rest follows when it opens",
	.requirements = IDS(R_9260_6_1_05, R_9260_6_1_02, R_9260_6_1_06), .etsi = IDS("sctp-d-o-8-8"),
	.tags = TAGS("tester"),
	.settings = { .rto_initial = MS(100),
		.rto_min = MS(100),
		.rto_max = MS(800),
		.hb_interval = MS(3600000),
		.pf_enable = OFF },
	.topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, &(struct habits){ .by_hand = HAND(CHUNK_DATA) });
	struct peer *client = kernel_connects(t, b);

	kernel_sends(t, client, b, &(struct traffic){ .count = 1 });
	expect_data(t, b, 0, 1);
	const vtime closed = transmit(t, b, a_sack(.cum_tsn_ack = SET(kernel_tsn(b, 0)), .a_rwnd = SET(0)));
	kernel_sends(t, client, b, &(struct traffic){ .size = 4000, .first_stream = 1 });
	/* the first one at once, or after an RTO: that is another case's */
	vtime probed = expect(t,
		within(between(closed, closed + window_backed_off(in_force(t), ms(100), 0).to),
			arrives_alone(b, 0, a_data(.tsn = SET(kernel_tsn(b, 1)), .flags = SET(FLAG_B)))));
	for (unsigned n = 0; n < 3; n++) {
		transmit(t, b, a_sack(.cum_tsn_ack = SET(kernel_tsn(b, 0)), .a_rwnd = SET(0)));
		probed = expect(t,
			within(after(probed, window_backed_off(in_force(t), ms(100), n)),
				arrives_alone(b, 0, a_data(.tsn = SET(kernel_tsn(b, 1)), .flags = SET(FLAG_B)))));
	}
	transmit(t, b, a_sack(.cum_tsn_ack = SET(kernel_tsn(b, 1))));
	expect_in_order(t, soon(t, arrives_alone(b, 0, a_data(.tsn = SET(kernel_tsn(b, 2)), .flags = SET(0)))),
		soon(t, arrives_alone(b, 0, a_data(.tsn = SET(kernel_tsn(b, 3)), .flags = SET(FLAG_E)))));
	transmit(t, b, a_sack());
	expect_quiet(t, s(2));
	expect_alive(t, b);
}

/* ---- Beside data ---- */

CASE(messages, "heartbeat", .title = "HEARTBEAT is answered at once with the same information, whatever that is",
	.requirements = IDS(R_9260_8_3_17, R_9260_3_3_6_01, R_9260_3_3_6_03, R_9260_8_3_04),
	.etsi = IDS("sctp-fh-v-5-2"), .tags = TAGS("tester"), .topology = &topology_two_paths)
{
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *client = kernel_connects(t, b);

	confirmed(t, b, client);
	/* of 9 octets, and of another type */
	const struct octets said[] = { BYTES("\0\1\0\x09"
					     "hello"),
		BYTES("\x80\x42\0\x0bgoodbye") };
	for (uint32_t path = 0; path < 2; path++) {
		transmit_with(t, b, HEADER(.from_path = SET(path)), a_heartbeat(.information = said[path]));
		expect(t, soon(t, arrives_alone(b, (int)path, a_heartbeat_ack(.information = said[path]))));
	}
}

CASE(messages, "stale-cookie", .title = "ERROR Stale Cookie in COOKIE-ECHOED: another INIT, or the attempt is over",
	.requirements = IDS(R_9260_5_2_6_01, R_9260_5_2_6_03, R_9260_3_3_2_1_3_01), .etsi = IDS("sctp-e-o-6-1"),
	.tags = TAGS("tester"), .topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *client = brought_to(t, b, COOKIE_ECHOED);

	transmit(t, b, an_error(.causes = CAUSES({ .type = STALE_COOKIE, .number = SET(5000000) })));
	const struct item anew = arrives_with(b, 0, HEADER(.verification_tag = SET(0)),
		an_init(.parameters =
				PARAMETERS({ .type = PARAMETER_COOKIE_PRESERVATIVE, .number = FROM_TO(1, 10000) })));
	if (expect_one_of(t, soon(t, anew), soon(t, arrives_with(b, 0, HEADER(.verification_tag = SET(0)), an_init())),
		    soon(t, cant_assoc(client, ANY))) == 2)
		return;
	transmit(t, b, an_init_ack());
	expect(t, soon(t, arrives_alone(b, 0, a_cookie_echo())));
	transmit(t, b, a_cookie_ack());
	expect(t, soon(t, comm_up(client)));
}
