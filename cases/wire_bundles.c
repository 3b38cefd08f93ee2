/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wire_bundles.c - control chunks with DATA or with each other in one packet, and packets that are shorter than what is
 * in them.
 */
#include <netinet/in.h>

#include "cases/requirements.h"
#include "runner/tester/tester.h"

#define ETSI(...) .row.etsi = IDS(__VA_ARGS__)

/* ---- What may be bundled ---- */

CASE(bundles, "cookie-ack-data", .title = "COOKIE ACK with DATA behind it: the association is up, the message is read",
	.requirements = IDS(R_9260_5_1_17, R_9260_6_2_01, R_9260_6_14), .etsi = IDS("sctp-bdc-v-7-5"),
	.tags = TAGS("tester"), .topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *client = brought_to(t, b, COOKIE_ECHOED);

	transmit(t, b, a_cookie_ack(), a_data(.payload = BYTES("early")));
	expect_all(t, soon(t, comm_up(client)), soon(t, reads(client, 0, "early")),
		soon(t, arrives_alone(b, 0, a_sack(.cum_tsn_ack = SET(sent_tsn(b, 0))))));
	expect_alive(t, b);
}

CASE(bundles, "sack-shutdown", .title = "SACK of all DATA with SHUTDOWN behind it is answered by SHUTDOWN ACK",
	.requirements = IDS(R_9260_9_2_23, R_9260_9_2_12, R_9260_6_05), .etsi = IDS("sctp-bdc-v-7-6"),
	.tags = TAGS("tester"), .topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, &(struct habits){ .by_hand = HAND(CHUNK_DATA) });
	struct peer *client = kernel_connects(t, b);

	kernel_sends(t, client, b, &(struct traffic){ .count = 1 });
	expect_data(t, b, 0, 1);
	take_over(t, b, HAND(CHUNK_SHUTDOWN_ACK));
	transmit(t, b, a_sack(), a_shutdown());
	expect_all(t, soon(t, shutdown_event(client)), soon(t, arrives_alone(b, 0, a_shutdown_ack())));
	transmit(t, b, a_shutdown_complete());
	expect(t, soon(t, shutdown_comp(client)));
}

CASE(bundles, "sack-data", .title = "SACK with DATA behind it: both are taken",
	.requirements = IDS(R_9260_6_14, R_9260_6_3_2_02), .etsi = IDS("sctp-bdc-v-7-7"), .tags = TAGS("tester"),
	.topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, &(struct habits){ .by_hand = HAND(CHUNK_DATA) });
	struct peer *client = kernel_connects(t, b);

	kernel_sends(t, client, b, &(struct traffic){ .count = 1 });
	expect_data(t, b, 0, 1);
	transmit(t, b, a_sack(), a_data(.payload = BYTES("as well")));
	expect_all(t, soon(t, reads(client, 0, "as well")),
		soon(t, arrives_alone(b, 0, a_sack(.cum_tsn_ack = SET(sent_tsn(b, 0))))));
	expect_quiet(t, duration(in_force(t)->rto_initial) + s(1)); /* T3-rtx has been stopped */
	expect_alive(t, b);
}

CASE(bundles, "shutdown-ack-data", .title = "SHUTDOWN ACK with DATA behind it is answered by SHUTDOWN COMPLETE",
	.requirements = IDS(R_9260_9_2_28), .etsi = IDS("sctp-bdc-v-7-8"), .tags = TAGS("tester"),
	.topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *client = brought_to(t, b, SHUTDOWN_SENT);

	transmit(t, b, a_shutdown_ack(), a_data(.payload = BYTES("late")));
	expect_all(
		t, soon(t, arrives_alone(b, 0, a_shutdown_complete(.flags = SET(0)))), soon(t, shutdown_comp(client)));
	expect_gone(t, b);
}

/* ---- What may not: the reaction is left open, but that DATA is taken (RFC 9260 section 6) ---- */

static void never_taken(struct trial *t, struct tester *b, struct peer *client)
{
	never(t, reads(client, 0, "early"));
	never(t, arrives(b, ANY, a_sack()));
}

CASE(bundles, "init-ack-data", .title = "INIT ACK with DATA behind it: the DATA is not taken",
	.requirements = IDS(R_9260_6_04), .etsi = IDS("sctp-bdc-i-7-2"), .tags = TAGS("tester"),
	.topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *client = brought_to(t, b, COOKIE_WAIT);
	const struct window t1 =
		between(arrived_at(b), arrived_at(b) + timer_window(duration(in_force(t)->rto_initial)).to);
	const struct item refused = within(t1, cant_assoc(client, ANY));

	take_over(t, b, HAND(CHUNK_COOKIE_ECHO));
	never_taken(t, b, client);
	transmit(t, b, an_init_ack(), a_data(.payload = BYTES("early")));
	switch (expect_one_of(t, within(t1, arrives_alone(b, 0, an_init())), within(t1, arrives(b, 0, a_cookie_echo())),
		within(t1, arrives_alone(b, 0, an_abort())), refused)) {
	case 2:
		expect(t, refused);
		break;
	case 3:
		expect(t, within(t1, arrives_alone(b, 0, an_abort())));
		break;
	default: /* the attempt goes on */
		break;
	}
	expect_quiet(t, ms(500));
}

CASE(bundles, "shutdown-complete-data", .title = "SHUTDOWN COMPLETE with DATA behind it: the DATA is not taken",
	.requirements = IDS(R_9260_6_04), .etsi = IDS("sctp-bdc-i-7-3"), .tags = TAGS("tester"),
	.topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *client = brought_to(t, b, SHUTDOWN_ACK_SENT);
	const struct window t2 =
		between(arrived_at(b), arrived_at(b) + timer_window(duration(in_force(t)->rto_initial)).to + ms(1));
	const struct item aborted = within(t2, arrives_alone(b, 0, an_abort()));
	const struct item lost = within(t2, comm_lost(client, ANY));

	never_taken(t, b, client);
	transmit(t, b, a_shutdown_complete(), a_data(.payload = BYTES("early")));
	switch (expect_one_of(t, within(t2, arrives_alone(b, 0, a_shutdown_ack())), within(t2, shutdown_comp(client)),
		aborted, lost)) {
	case 2:
		expect(t, lost);
		break;
	case 3:
		expect(t, aborted);
		break;
	default: /* nothing was taken, or the end alone */
		break;
	}
	expect_quiet(t, ms(500));
}

/* ---- Too short ---- */

enum { SHORT_TAG = 0x5a5a5a5a };

struct shortened {
	struct row row;
	struct wire_chunk chunk;
};

/* Tag, a_rwnd and streams, and no TSN. */
#define TWELVE_OCTETS BYTES("\x5a\x5a\x5a\x5a\0\2\0\0\0\x0a\0\x0a")

static const struct shortened shortened[] = {
	{ ROW("short-init", "INIT that is shorter than its mandatory fields is no INIT", R_9260_6_10_07),
		ETSI("sctp-imh-i-3-1"), .chunk = { .type = CHUNK_INIT, .raw = TWELVE_OCTETS } },
	{ ROW("cut-init", "A packet that ends within its INIT has no INIT", R_9260_6_10_07), ETSI("sctp-imh-i-3-8"),
		.chunk = { .type = CHUNK_INIT, .initiate_tag = SET(SHORT_TAG), .cut = 8 } },
	{ ROW("long-init", "INIT whose length is beyond the end of its packet is no INIT", R_9260_6_10_07),
		ETSI("sctp-imh-i-3-8"),
		.chunk = { .type = CHUNK_INIT, .initiate_tag = SET(SHORT_TAG), .length = SET(400) } },
};

/* Silence, or an ABORT; and a good INIT is answered still. */
FAMILY(bundles, shortened, .tags = TAGS("tester"), .topology = &topology_one_path)
{
	const struct shortened *is = row;
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *server = listener(t, ENDPOINT_A);

	never(t, arrives_with(b, ANY, HEADER(.verification_tag = SET(SHORT_TAG)), an_init_ack()));
	const vtime sent = transmit(t, b, is->chunk);
	const struct window window = between(sent, sent + ms(500));
	transmit(t, b, an_init());
	const struct item answered =
		within(window, arrives_with(b, 0, HEADER(.verification_tag = SET(tag_of(b))), an_init_ack()));
	if (expect_one_of(t, answered, within(window, arrives_alone(b, 0, an_abort()))) == 1)
		expect(t, answered);
	expect_no_association(t, server);
}

CASE(bundles, "short-init-ack", .title = "INIT ACK that is shorter than its mandatory fields is no INIT ACK",
	.requirements = IDS(R_9260_6_10_07), .etsi = IDS("sctp-imh-i-3-2"), .tags = TAGS("tester"),
	.topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *client = brought_to(t, b, COOKIE_WAIT);
	const struct window t1 =
		between(arrived_at(b), arrived_at(b) + timer_window(duration(in_force(t)->rto_initial)).to);
	const struct item aborted = within(t1, arrives_alone(b, 0, an_abort()));
	const struct item refused = within(t1, cant_assoc(client, ANY));

	never(t, arrives(b, ANY, a_cookie_echo()));
	transmit(t, b, chunk_of(CHUNK_INIT_ACK, .raw = TWELVE_OCTETS));
	/* silence, and T1-init; or an ABORT, and the attempt is over */
	switch (expect_one_of(t, within(t1, arrives_alone(b, 0, an_init())), aborted, refused)) {
	case 1:
		expect(t, refused);
		break;
	case 2:
		expect(t, aborted);
		break;
	default:
		break;
	}
}

CASE(bundles, "cookie-echo-with-a-wrong-tag", .title = "COOKIE ECHO with a wrong tag is discarded, and then a good one",
	.requirements = IDS(R_9260_5_1_5_04), .etsi = IDS("sctp-imh-i-3-3"), .tags = TAGS("tester"),
	.topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *server = listener(t, ENDPOINT_A);

	transmit(t, b, an_init());
	expect(t, soon(t, arrives_alone(b, 0, an_init_ack())));
	transmit_with(
		t, b, HEADER(.verification_tag = SET(kernel_tag(b) ^ 1)), a_cookie_echo(.cookie = last_cookie(b)));
	expect_quiet(t, ms(500));
	expect_no_association(t, server);
	transmit(t, b, a_cookie_echo());
	expect_all(t, soon(t, arrives_alone(b, 0, a_cookie_ack())), soon(t, comm_up(server)));
}

/* ---- From nobody, and to nobody ---- */

struct from {
	struct row row;
	uint32_t address;
	uint8_t type;
};

static const struct from froms[] = {
	{ ROW("cookie-echo-from-multicast", "COOKIE ECHO from a multicast address is discarded", R_9260_8_4_01),
		ETSI("sctp-fh-o-5-3-5"), .address = 0xe0000005, .type = CHUNK_COOKIE_ECHO },
	{ ROW("cookie-echo-from-broadcast", "COOKIE ECHO from the broadcast address is discarded", R_9260_8_4_01),
		ETSI("sctp-fh-o-5-3-5"), .address = 0xffffffff, .type = CHUNK_COOKIE_ECHO },
	{ ROW("data-from-multicast", "DATA from a multicast address is discarded", R_9260_8_4_01),
		ETSI("sctp-fh-o-5-3-5"), .address = 0xe0000005, .type = CHUNK_DATA },
};

FAMILY(bundles, froms, .tags = TAGS("tester"), .topology = &topology_one_path)
{
	const struct from *is = row;
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *server = listener(t, ENDPOINT_A);
	const struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons(SERVER_PORT),
		.sin_addr = { htonl(is->address) },
	};

	transmit(t, b, an_init());
	expect(t, soon(t, arrives_alone(b, 0, an_init_ack())));
	transmit_with(t, b, HEADER(.source = (const struct sockaddr *)&address), chunk_of(is->type));
	expect_quiet(t, ms(500));
	expect_no_association(t, server);
	transmit(t, b, a_cookie_echo()); /* while it is taken from a host */
	expect_all(t, soon(t, arrives_alone(b, 0, a_cookie_ack())), soon(t, comm_up(server)));
}
