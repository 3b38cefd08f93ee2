/* SPDX-License-Identifier: Apache-2.0 */
/* wire_setup.c - how a kernel sets an association up with a tester that says what no Linux says. */
#include "cases/requirements.h"
#include "runner/tester/tester.h"

CASE(setup, "init-with-tag-0", .title = "An INIT with Initiate Tag 0 is discarded, a good one after it is answered",
	.requirements = IDS(R_9260_3_3_2_12, R_9260_3_3_2_07), .etsi = IDS("sctp-as-i-1-14-1"), .tags = TAGS("tester"),
	.topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *server = listener(t, ENDPOINT_A);

	transmit(t, b, an_init(.initiate_tag = SET(0)));
	expect_quiet(t, duration(in_force(t)->rto_initial));
	transmit(t, b, an_init());
	expect(t,
		soon(t,
			arrives_with(b, 0, HEADER(.verification_tag = SET(tag_of(b))),
				an_init_ack(.initiate_tag = FROM_TO(1, UINT32_MAX)))));
	expect_no_association(t, server);
}

/* What an INIT says in three parameters that nobody knows, and how many of them are reported: the two highest bits of a
 * type say whether the others are looked at, and whether it is reported (RFC 9260 section 3.2.1). */
struct unknown {
	struct row row;
	uint16_t types[3];
	uint16_t reported[3];
	unsigned reports;
};

/* Each bit pattern in the middle, between two that are reported and passed over. */
static const struct unknown unknowns[] = {
	{ ROW("unknown-parameter-00", "An unknown parameter of an INIT ends its reading, unreported: bits 00",
		  R_9260_3_2_1_05),
		.row.etsi = IDS("sctp-as-i-1-8-2"), .types = { 0xc001, 0x0f02, 0xc003 }, .reported = { 0xc001 },
		.reports = 1 },
	{ ROW("unknown-parameter-01", "An unknown parameter of an INIT ends its reading and is reported: bits 01",
		  R_9260_3_2_1_06),
		.row.etsi = IDS("sctp-as-i-1-8-3"), .types = { 0xc001, 0x4f02, 0xc003 }, .reported = { 0xc001, 0x4f02 },
		.reports = 2 },
	{ ROW("unknown-parameter-10", "An unknown parameter of an INIT is passed over, unreported: bits 10",
		  R_9260_3_2_1_07),
		.row.etsi = IDS("sctp-as-i-1-8-4"), .types = { 0xc001, 0x8f02, 0xc003 }, .reported = { 0xc001, 0xc003 },
		.reports = 2 },
	{ ROW("unknown-parameter-11", "An unknown parameter of an INIT is passed over and reported: bits 11",
		  R_9260_3_2_1_08),
		.row.etsi = IDS("sctp-as-i-1-8-1"), .types = { 0xc001, 0xcf02, 0xc003 },
		.reported = { 0xc001, 0xcf02, 0xc003 }, .reports = 3 },
};

FAMILY(setup, unknowns, .requirements = IDS(R_9260_3_2_2_01), .tags = TAGS("tester"), .topology = &topology_one_path)
{
	const struct unknown *unknown = row;
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct tlv said[3], reported[3];

	for (unsigned i = 0; i < 3; i++) {
		said[i] = (struct tlv){ .type = unknown->types[i], .value = BYTES("what?") };
		reported[i] = (struct tlv){ .type = unknown->reported[i], .value = BYTES("what?") };
	}
	listener(t, ENDPOINT_A);
	transmit(t, b, an_init(.parameters = { true, said, 3 }));
	expect(t, soon(t, arrives_alone(b, 0, an_init_ack(.reported = { true, reported, unknown->reports }))));
}

CASE(setup, "init-ack-lists-a-subset",
	.title = "Only the addresses that INIT ACK lists are used, and only to be confirmed until they are",
	.requirements = IDS(R_9260_3_3_3_28, R_9260_5_1_2_06, R_9260_5_4_03, R_9260_5_4_04), .tags = TAGS("tester"),
	.topology = &topology_three_paths)
{
	struct tester *b = open_tester(t, ENDPOINT_B, &(struct habits){ .lists = PATHS(0, 1) });
	struct peer *client = kernel_connects(t, b);
	const struct window window = confirmation_from_now(t, client);

	never(t, arrives(b, 2, a_heartbeat()));
	never(t, arrives(b, 2, a_heartbeat_ack()));
	expect_all(t, within(window, arrives(b, 1, a_heartbeat())), within(window, addr_confirmed(client, 1)));
	transmit_with(
		t, b, HEADER(.from_path = SET(2)), a_heartbeat()); /* the right tag, an address that nobody named */
	/* which is out of the blue (RFC 9260 section 8.4), and nothing of this association */
	expect(t,
		soon(t,
			arrives_with(
				b, 2, HEADER(.verification_tag = SET(kernel_tag(b))), an_abort(.flags = SET(FLAG_T)))));
	expect_quiet(t, s(100));
	expect_alive(t, b);
}

/* Where Linux has it: behind a header, an address and a time. What else a HEARTBEAT says is its sender's affair. */
#define NONCE 40

CASE(confirm, "forged-nonce", .title = "A HEARTBEAT ACK with an altered nonce confirms nothing, the true one does",
	.requirements = IDS(R_9260_5_4_04, R_9260_5_4_12, R_9260_3_3_5_04), .tags = TAGS("tester"),
	.topology = &topology_two_paths)
{
	struct tester *b = open_tester(t, ENDPOINT_B, &(struct habits){ .by_hand = HAND(CHUNK_HEARTBEAT) });
	struct peer *client = kernel_connects(t, b);

	expect(t, within(confirmation_from_now(t, client), arrives_alone(b, 1, a_heartbeat())));
	transmit_with(t, b, HEADER(.from_path = SET(1)),
		a_heartbeat_ack(.information = altered(b, &last(b, CHUNK_HEARTBEAT)->information, NONCE)));
	expect_quiet(t, ms(100));
	expect_path_state(t, client, 1, PATH_UNCONFIRMED);
	expect(t, within(after(now(t), late_confirmation(t, s(5))), arrives_alone(b, 1, a_heartbeat())));
	transmit_with(t, b, HEADER(.from_path = SET(1)), a_heartbeat_ack()); /* of the last one, as it is */
	expect(t, soon(t, addr_confirmed(client, 1)));
	expect_path_state(t, client, 1, PATH_ACTIVE);
}
