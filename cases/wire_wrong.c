/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wire_wrong.c - packets that are wrong: other tags, checksums and bundles than the RFC allows, chunks that nobody
 * knows, and mandatory things that are missing.
 */
#include "cases/requirements.h"
#include "runner/tester/tester.h"

#define ETSI(...) .row.etsi = IDS(__VA_ARGS__)

/* ---- Tags ---- */

/* With which tag, and whose it is. */
enum tag { TAG_FLIPPED, TAG_ZERO, TAG_OF_SENDER };

struct tagged {
	struct row row;
	uint8_t type;
	uint8_t flags;
	enum tag tag;
};

static const struct tagged wrong_tags[] = {
	{ ROW("data", "DATA with a wrong tag is discarded", R_9260_8_5_03, R_9260_8_5_02), ETSI("sctp-imh-i-3-9"),
		.type = CHUNK_DATA },
	{ ROW("sack", "SACK with a wrong tag is discarded", R_9260_8_5_03), ETSI("sctp-imh-i-3-9"),
		.type = CHUNK_SACK },
	{ ROW("heartbeat", "HEARTBEAT with a wrong tag is discarded", R_9260_8_5_03), ETSI("sctp-imh-i-3-9"),
		.type = CHUNK_HEARTBEAT },
	{ ROW("shutdown", "SHUTDOWN with a wrong tag is discarded", R_9260_8_5_03, R_9260_8_5_04),
		ETSI("sctp-imh-i-3-9"), .type = CHUNK_SHUTDOWN },
	{ ROW("shutdown-ack", "SHUTDOWN ACK with a wrong tag is discarded", R_9260_8_5_03), ETSI("sctp-imh-i-3-9"),
		.type = CHUNK_SHUTDOWN_ACK },
	{ ROW("error", "ERROR with a wrong tag is discarded", R_9260_8_5_03), .type = CHUNK_ERROR },
	{ ROW("abort", "ABORT with a wrong tag is discarded", R_9260_8_5_1_08, R_9260_9_1_06), ETSI("sctp-imh-i-3-7"),
		.type = CHUNK_ABORT },
	{ ROW("abort-t", "ABORT with the T bit and the tag of its receiver is discarded", R_9260_8_5_1_08),
		ETSI("sctp-imh-i-3-7"), .type = CHUNK_ABORT, .flags = FLAG_T, .tag = TAG_FLIPPED },
	{ ROW("abort-of-sender", "ABORT without the T bit and with the tag of its sender is discarded",
		  R_9260_8_5_1_08),
		ETSI("sctp-imh-i-3-7"), .type = CHUNK_ABORT, .tag = TAG_OF_SENDER },
	{ ROW("data-with-0", "DATA with the tag 0 is discarded", R_9260_8_5_1_02, R_9260_8_5_1_03), .type = CHUNK_DATA,
		.tag = TAG_ZERO },
	{ ROW("abort-with-0", "ABORT with the tag 0 is discarded", R_9260_8_5_1_03), .type = CHUNK_ABORT,
		.tag = TAG_ZERO },
};

FAMILY(tags, wrong_tags, .tags = TAGS("tester"), .topology = &topology_one_path)
{
	const struct tagged *is = row;
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);

	kernel_connects(t, b);
	const uint32_t tag = is->tag == TAG_ZERO ? 0 : is->tag == TAG_OF_SENDER ? tag_of(b) : kernel_tag(b) ^ 1;
	struct wire_chunk chunk = chunk_of(is->type);
	if (is->flags != 0)
		chunk.flags = SET(is->flags);
	if (is->type == CHUNK_DATA)
		chunk.tsn = SET(sent_tsn(b, 0));
	transmit_with(t, b, HEADER(.verification_tag = SET(tag)), chunk);
	expect_quiet(t, ms(500));
	expect_alive(t, b);
}

CASE(tags, "abort-reflected", .title = "ABORT with the T bit and the tag of its sender ends the association",
	.requirements = IDS(R_9260_8_5_1_07), .tags = TAGS("tester"), .topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *client = kernel_connects(t, b);

	transmit_with(t, b, HEADER(.verification_tag = SET(tag_of(b))), an_abort(.flags = SET(FLAG_T)));
	expect(t, soon(t, comm_lost(client, 0)));
	expect_gone(t, b);
}

CASE(tags, "abort-own", .title = "ABORT with the tag of its receiver ends the association",
	.requirements = IDS(R_9260_8_5_1_06), .etsi = IDS("sctp-at-v-2-2"), .tags = TAGS("tester"),
	.topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *client = kernel_connects(t, b);

	transmit(t, b, an_abort());
	expect(t, soon(t, comm_lost(client, 0)));
	expect_gone(t, b);
}

/* ---- Checksums ---- */

CASE(wrong, "checksum", .title = "DATA with a wrong checksum is discarded, the same with the right one is acknowledged",
	.requirements = IDS(R_9260_6_8_03, R_9260_6_8_04, R_9260_6_8_05), .etsi = IDS("sctp-imh-i-3-4"),
	.tags = TAGS("tester"), .topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *client = kernel_connects(t, b);
	const uint32_t tsn = sent_tsn(b, 0);

	transmit_with(t, b, HEADER(.checksum = SET(0xdeadbeef)), a_data(.tsn = SET(tsn)));
	expect_quiet(t, ms(500));
	transmit(t, b, a_data());
	expect_all(t, soon(t, arrives_alone(b, 0, a_sack(.cum_tsn_ack = SET(tsn), .duplicates = NO_TSNS))),
		soon(t, reads(client, 0, "data")));
}

/* ---- Bundles ---- */

CASE(wrong, "init-bundled", .title = "INIT with DATA behind it is discarded",
	.requirements = IDS(R_9260_12_3_01, R_9260_8_5_1_03), .etsi = IDS("sctp-bdc-i-7-1"), .tags = TAGS("tester"),
	.topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *server = listener(t, ENDPOINT_A);

	transmit(t, b, an_init(), a_data(.tsn = SET(sent_tsn(b, 0))));
	expect_quiet(t, ms(500));
	transmit(t, b, an_init()); /* while one that is alone is answered */
	expect(t, soon(t, arrives_with(b, 0, HEADER(.verification_tag = SET(tag_of(b))), an_init_ack())));
	expect_no_association(t, server);
}

CASE(cookie, "with-data", .title = "COOKIE ECHO with DATA behind it: COOKIE ACK first, SACK, and the message is read",
	.requirements = IDS(R_9260_5_1_14, R_9260_5_1_15, R_9260_5_1_5_09, R_9260_5_1_5_12, R_9260_3_3_12_01),
	.etsi = IDS("sctp-bdc-v-7-4"), .tags = TAGS("tester"), .topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *server = listener(t, ENDPOINT_A);

	transmit(t, b, an_init());
	expect(t, soon(t, arrives_alone(b, 0, an_init_ack())));
	transmit(t, b, a_cookie_echo(), a_data(.payload = BYTES("early")));
	const struct item bundled =
		soon(t, arrives_alone(b, 0, a_cookie_ack(), a_sack(.cum_tsn_ack = SET(sent_tsn(b, 0)))));
	const struct item alone = soon(t, arrives_alone(b, 0, a_cookie_ack()));
	const struct item first[] = { bundled, alone };
	if (expect_one_of_items(t, first, 2) == 1)
		expect(t, soon(t, arrives_alone(b, 0, a_sack(.cum_tsn_ack = SET(sent_tsn(b, 0))))));
	expect_in_order(t, soon(t, comm_up(server)), soon(t, reads(server, 0, "early")));
}

/* ---- Chunks that nobody knows ---- */

struct unknown_chunk {
	struct row row;
	uint8_t type;
	bool reported, goes_on;
};

static const struct unknown_chunk unknown_chunks[] = {
	{ ROW("unknown-chunk-00", "An unknown chunk ends the reading of its packet, unreported: bits 00",
		  R_9260_3_2_01),
		ETSI("sctp-m-i-10-2"), .type = 0x3e },
	{ ROW("unknown-chunk-01", "An unknown chunk ends the reading of its packet and is reported: bits 01",
		  R_9260_3_2_02),
		ETSI("sctp-m-i-10-3"), .type = 0x7e, .reported = true },
	{ ROW("unknown-chunk-10", "An unknown chunk is passed over, unreported: bits 10", R_9260_3_2_03),
		ETSI("sctp-m-i-10-4"), .type = 0xbe, .goes_on = true },
	{ ROW("unknown-chunk-11", "An unknown chunk is passed over and reported: bits 11", R_9260_3_2_04),
		ETSI("sctp-m-i-10-1"), .type = 0xfe, .reported = true, .goes_on = true },
};

FAMILY(wrong, unknown_chunks, .tags = TAGS("tester"), .topology = &topology_one_path)
{
	const struct unknown_chunk *is = row;
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	/* the whole chunk is the cause's value */
	const uint8_t chunk[] = { is->type, 0, 0, 8, 'w', 'h', 'a', 't' };
	const struct tlv cause = { .type = UNRECOGNIZED_CHUNK_TYPE, .value = OCTETS(chunk, sizeof(chunk)) };

	kernel_connects(t, b);
	transmit(t, b, chunk_of(is->type, .value = BYTES("what")),
		a_heartbeat(.information = BYTES("\0\1\0\x08"
						 "here")));
	const struct wire_chunk error = an_error(.causes = { true, &cause, 1 });
	const struct wire_chunk answer = a_heartbeat_ack(.information = BYTES("\0\1\0\x08"
									      "here"));
	if (is->reported && is->goes_on)
		expect_both(t, b, 0, error, answer);
	else if (is->reported)
		expect(t, soon(t, arrives_alone(b, 0, error)));
	else if (is->goes_on)
		expect(t, soon(t, arrives_alone(b, 0, answer)));
	expect_quiet(t, ms(500));
	expect_alive(t, b);
}

/* ---- Streams and user data ---- */

CASE(wrong, "stream-beyond",
	.title = "DATA of a stream that there is not is acknowledged, reported by ERROR, and not read",
	.requirements = IDS(R_9260_6_5_02, R_9260_6_5_03, R_9260_6_5_04, R_9260_3_3_10_1_01),
	.etsi = IDS("sctp-e-i-6-3"), .tags = TAGS("tester"), .topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *client = kernel_connects(t, b);
	/* the stream, and two octets that are reserved */
	const struct tlv cause = { .type = INVALID_STREAM_IDENTIFIER, .value = BYTES("\x01\x00\0\0") };

	never(t, reads(client, 256, "data"));
	transmit(t, b, a_data(.stream = SET(256), .ssn = SET(0)));
	expect_both(t, b, 0, an_error(.causes = { true, &cause, 1 }), a_sack(.cum_tsn_ack = SET(sent_tsn(b, 0))));
	expect_alive(t, b);
}

CASE(wrong, "no-user-data", .title = "DATA without user data is answered by ABORT with that cause and its TSN",
	.requirements = IDS(R_9260_6_2_35), .etsi = IDS("sctp-d-i-8-11"), .tags = TAGS("tester"),
	.topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *client = kernel_connects(t, b);
	const struct tlv cause = { .type = NO_USER_DATA, .number = SET(sent_tsn(b, 0)) };

	transmit(t, b, a_data(.payload = BYTES("")));
	expect_all(t, soon(t, arrives_alone(b, 0, an_abort(.flags = SET(0), .causes = { true, &cause, 1 }))),
		soon(t, comm_lost(client, NO_USER_DATA)));
}

/* ---- INIT ACK ---- */

CASE(wrong, "init-ack-without-cookie", .title = "INIT ACK without a State Cookie is answered by ABORT that says so",
	.requirements = IDS(R_9260_3_3_10_2_01, R_9260_5_1_24, R_9260_5_1_25), .etsi = IDS("sctp-e-i-6-4"),
	.tags = TAGS("tester"), .topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *client = brought_to(t, b, COOKIE_WAIT);
	/* one parameter is missing, of type 7 */
	const struct tlv cause = { .type = MISSING_MANDATORY_PARAMETER, .value = BYTES("\0\0\0\1\0\7") };

	transmit(t, b, an_init_ack(.parameters = NO_PARAMETERS));
	expect_all(t, soon(t, arrives_alone(b, 0, an_abort(.causes = { true, &cause, 1 }))),
		soon(t, cant_assoc(client, ANY)));
}

CASE(wrong, "init-ack-with-tag-0",
	.title = "INIT ACK with Initiate Tag 0 is answered by ABORT, and the attempt is over",
	.requirements = IDS(R_9260_3_3_3_05, R_9260_3_3_3_06), .etsi = IDS("sctp-as-i-1-14-2"), .tags = TAGS("tester"),
	.topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *client = brought_to(t, b, COOKIE_WAIT);

	transmit(t, b, an_init_ack(.initiate_tag = SET(0)));
	expect_all(t,
		soon(t,
			arrives_with(
				b, 0, HEADER(.verification_tag = SET(kernel_tag(b))), an_abort(.flags = SET(FLAG_T)))),
		soon(t, cant_assoc(client, ANY)));
}

CASE(wrong, "init-ack-unknown-parameter",
	.title = "An unknown parameter of INIT ACK is reported behind COOKIE ECHO, and the association comes up",
	.requirements = IDS(R_9260_3_3_10_8_01, R_9260_3_2_2_02), .etsi = IDS("sctp-e-i-6-5", "sctp-e-i-6-6"),
	.tags = TAGS("tester"), .topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *client = brought_to(t, b, COOKIE_WAIT);
	/* the whole parameter is the cause's value */
	const struct tlv cause = { .type = UNRECOGNIZED_PARAMETERS, .value = BYTES("\xc0\x01\0\x08what") };

	take_over(t, b, HAND(CHUNK_COOKIE_ECHO));
	transmit(t, b,
		an_init_ack(.parameters = PARAMETERS({ .type = 0xc001, .value = BYTES("what") },
				    { .type = PARAMETER_COOKIE, .value = BYTES("the tester's cookie") })));
	expect(t, soon(t, arrives_alone(b, 0, a_cookie_echo(), an_error(.causes = { true, &cause, 1 }))));
	transmit(t, b, a_cookie_ack());
	expect(t, soon(t, comm_up(client)));
	expect_alive(t, b);
}
