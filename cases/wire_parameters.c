/* SPDX-License-Identifier: Apache-2.0 */
/* wire_parameters.c - associations that are set up, and what INIT and INIT ACK say: tags, streams, addresses. */
#include <errno.h>
#include <netinet/in.h>

#include "cases/requirements.h"
#include "runner/tester/tester.h"

#define ETSI(...) .row.etsi = IDS(__VA_ARGS__)

/* ---- Four packets ---- */

CASE(parameters, "client", .title = "INIT, COOKIE ECHO with the cookie of INIT ACK, and COOKIE ACK brings it up",
	.requirements = IDS(R_9260_4_13, R_9260_3_1_04, R_9260_3_3_3_03, R_9260_3_3_11_03, R_9260_5_1_01, R_9260_5_1_17,
		R_9260_5_1_4_01, R_9260_8_5_1_16),
	.etsi = IDS("sctp-as-v-1-1-1"), .tags = TAGS("tester"), .topology = &topology_one_path)
{
	struct tester *b =
		open_tester(t, ENDPOINT_B, &(struct habits){ .by_hand = HAND(CHUNK_INIT) | HAND(CHUNK_COOKIE_ECHO) });
	struct peer *client = open_peer(t, ENDPOINT_A, "client", NULL);

	start_connect(t, client, tester_peer(b), 0);
	expect(t,
		soon(t,
			arrives_with(b, 0, HEADER(.verification_tag = SET(0)),
				an_init(.initiate_tag = FROM_TO(1, UINT32_MAX), .outbound_streams = FROM_TO(1, 65535),
					.inbound_streams = FROM_TO(1, 65535), .a_rwnd = FROM_TO(1500, UINT32_MAX)))));
	transmit(t, b, an_init_ack());
	expect(t,
		soon(t,
			arrives_with(b, 0, HEADER(.verification_tag = SET(tag_of(b))),
				a_cookie_echo(.cookie = BYTES("the tester's cookie")))));
	expect_quiet(t, ms(500));
	transmit(t, b, a_cookie_ack());
	expect(t, soon(t, comm_up(client)));
	expect_alive(t, b);
}

CASE(parameters, "server", .title = "INIT ACK with a cookie, and a COOKIE ECHO with it brings the association up",
	.requirements = IDS(R_9260_5_1_13, R_9260_3_3_2_07, R_9260_3_3_2_11, R_9260_5_1_04, R_9260_5_1_06,
		R_9260_5_1_07, R_9260_5_1_5_07, R_9260_8_4_03),
	.etsi = IDS("sctp-as-v-1-1-2"), .tags = TAGS("tester"), .topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *server = listener(t, ENDPOINT_A);

	transmit(t, b, an_init());
	expect(t,
		soon(t,
			arrives_with(b, 0, HEADER(.verification_tag = SET(tag_of(b))),
				an_init_ack(.initiate_tag = FROM_TO(1, UINT32_MAX),
					.parameters = PARAMETERS({ .type = PARAMETER_COOKIE })))));
	expect_no_association(t, server);
	transmit(t, b, a_cookie_echo());
	expect_all(t, soon(t, arrives_with(b, 0, HEADER(.verification_tag = SET(tag_of(b))), a_cookie_ack())),
		soon(t, comm_up(server)));
	expect_alive(t, b);
}

/* ---- Tags ---- */

enum { ASSOCIATIONS = 64 };

/* Whether it is none of those before it, and not 0; in a rehearsal there are none. */
static void expect_fresh(struct trial *t, const struct field *tag, uint32_t *tags, unsigned n)
{
	bool fresh = tag->value != 0;

	if (!tag->set)
		return;
	for (unsigned i = 0; i < n; i++)
		fresh &= tags[i] != tag->value;
	tags[n] = tag->value;
	expect_that(t, fresh, "tag number %u is neither 0 nor one of those before it", n + 1);
}

CASE(parameters, "tags-of-init", .title = "Each INIT has an Initiate Tag of its own",
	.requirements = IDS(R_9260_5_3_1_01, R_9260_5_3_1_02, R_9260_5_1_02), .etsi = IDS("sctp-as-v-1-5-1"),
	.tags = TAGS("tester"), .topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, &(struct habits){ .by_hand = HAND(CHUNK_INIT) });
	static const char *const names[] = { "first", "second", "third", "fourth", "fifth", "sixth", "seventh",
		"eighth" };
	uint32_t tags[ASSOCIATIONS];

	for (unsigned n = 0; n < sizeof(names) / sizeof(*names); n++) {
		struct peer *client = open_peer(t, ENDPOINT_A, names[n], NULL);

		start_connect(t, client, tester_peer(b), 0);
		expect(t, soon(t, arrives_alone(b, 0, an_init())));
		expect_fresh(t, &last(b, CHUNK_INIT)->initiate_tag, tags, n);
		transmit(t, b, an_abort());
		expect(t, soon(t, cant_assoc(client, ANY)));
	}
}

CASE(parameters, "tags-of-init-ack",
	.title = "Each of many INITs is answered with a tag of its own, and none of them makes an association",
	.requirements = IDS(R_9260_5_1_08, R_9260_5_3_1_01, R_9260_5_3_1_02),
	.etsi = IDS("sctp-as-i-1-4", "sctp-as-v-1-5-2"), .tags = TAGS("tester"), .topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *server = listener(t, ENDPOINT_A);
	uint32_t tags[ASSOCIATIONS];

	for (unsigned n = 0; n < ASSOCIATIONS; n++) {
		const uint32_t tag = tag_of(b) + n;

		transmit_with(t, b, HEADER(.source_port = SET(6000 + n)), an_init(.initiate_tag = SET(tag)));
		expect(t, soon(t, arrives_with(b, 0, HEADER(.verification_tag = SET(tag)), an_init_ack())));
		expect_fresh(t, &last(b, CHUNK_INIT_ACK)->initiate_tag, tags, n);
	}
	expect_no_association(t, server);
}

/* ---- What is optional ---- */

enum { PARAMETER_FORWARD_TSN = 0xc000 };

CASE(parameters, "all-of-init", .title = "INIT with all that is optional is answered, and the association comes up",
	.requirements = IDS(R_9260_3_3_2_07, R_9260_3_3_2_1_3_02, R_9260_5_1_13), .etsi = IDS("sctp-as-v-1-6-1"),
	.tags = TAGS("tester"), .topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *server = listener(t, ENDPOINT_A);

	transmit(t, b,
		an_init(.parameters = PARAMETERS({ .type = PARAMETER_COOKIE_PRESERVATIVE, .number = SET(1000) },
				{ .type = PARAMETER_SUPPORTED_ADDRESS_TYPES, .value = BYTES("\0\5\0\6") },
				{ .type = PARAMETER_ECN }, { .type = PARAMETER_FORWARD_TSN })));
	expect(t, soon(t, arrives_alone(b, 0, an_init_ack(.reported = NO_PARAMETERS))));
	transmit(t, b, a_cookie_echo());
	expect_all(t, soon(t, arrives_alone(b, 0, a_cookie_ack())), soon(t, comm_up(server)));
	expect_alive(t, b);
}

CASE(parameters, "all-of-init-ack", .title = "INIT ACK with all that is optional is answered by COOKIE ECHO alone",
	.requirements = IDS(R_9260_3_3_3_25, R_9260_5_1_4_01), .etsi = IDS("sctp-as-v-1-6-2"), .tags = TAGS("tester"),
	.topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *client = brought_to(t, b, COOKIE_WAIT);

	take_over(t, b, HAND(CHUNK_COOKIE_ECHO));
	transmit(t, b,
		an_init_ack(.parameters =
				    PARAMETERS({ .type = PARAMETER_COOKIE, .value = BYTES("the tester's cookie") },
					    { .type = PARAMETER_UNRECOGNIZED, .value = BYTES("\x80\x08\0\5\x81") },
					    { .type = PARAMETER_ECN }, { .type = PARAMETER_FORWARD_TSN })));
	expect(t, soon(t, arrives_alone(b, 0, a_cookie_echo(.cookie = BYTES("the tester's cookie")))));
	transmit(t, b, a_cookie_ack());
	expect(t, soon(t, comm_up(client)));
	expect_alive(t, b);
}

/* ---- Streams ---- */

CASE(parameters, "fewer-streams-than-wanted", .title = "INIT ACK offers no more streams than the INIT accepts",
	.requirements = IDS(R_9260_3_3_3_15, R_9260_5_1_1_02, R_9260_5_1_1_05), .etsi = IDS("sctp-as-v-1-7-1"),
	.tags = TAGS("tester"), .topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *server = listener(t, ENDPOINT_A);

	transmit(t, b, an_init(.inbound_streams = SET(2)));
	expect(t, soon(t, arrives_alone(b, 0, an_init_ack(.outbound_streams = FROM_TO(1, 2)))));
	transmit(t, b, a_cookie_echo());
	expect_all(t, soon(t, arrives_alone(b, 0, a_cookie_ack())), soon(t, with_streams(ANY, 2, comm_up(server))));
}

CASE(parameters, "no-streams-of-init", .title = "INIT with 0 outbound streams is answered by ABORT with its tag",
	.requirements = IDS(R_9260_3_3_2_20, R_9260_3_3_2_21, R_9260_3_3_10_7_01), .etsi = IDS("sctp-as-i-1-7-2"),
	.tags = TAGS("tester"), .topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *server = listener(t, ENDPOINT_A);

	transmit(t, b, an_init(.outbound_streams = SET(0)));
	expect(t,
		soon(t,
			arrives_with(b, 0, HEADER(.verification_tag = SET(tag_of(b))),
				an_abort(.flags = SET(0), .causes = CAUSES({ .type = INVALID_MANDATORY_PARAMETER })))));
	expect_no_association(t, server);
}

CASE(parameters, "fewer-streams-than-offered", .title = "With fewer streams than it has offered a client makes do",
	.requirements = IDS(R_9260_5_1_1_02, R_9260_5_1_1_03, R_9260_5_1_1_04), .etsi = IDS("sctp-as-v-1-7-3"),
	.tags = TAGS("tester"), .topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, &(struct habits){ .inbound_streams = SET(2) });
	struct peer *client = open_peer(t, ENDPOINT_A, "client", NULL);

	start_connect(t, client, tester_peer(b), 0);
	expect(t, soon(t, with_streams(ANY, 2, comm_up(client))));
	kernel_sends(t, client, b, &(struct traffic){ .first_stream = 1 });
	expect(t, soon(t, arrives(b, 0, a_data(.stream = SET(1)))));
	never(t, arrives(b, ANY, a_data(.stream = FROM_TO(2, 65535))));
	expect_refused(t, client, tester_peer(b), &(struct traffic){ .first_stream = 2 }, EINVAL);
	expect_alive(t, b);
}

CASE(parameters, "no-streams-of-init-ack", .title = "INIT ACK with 0 outbound streams is answered by ABORT",
	.requirements = IDS(R_9260_3_3_3_16, R_9260_3_3_3_17), .etsi = IDS("sctp-as-i-1-7-4"), .tags = TAGS("tester"),
	.topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *client = brought_to(t, b, COOKIE_WAIT);

	transmit(t, b, an_init_ack(.outbound_streams = SET(0)));
	expect_all(t, soon(t, arrives_alone(b, 0, an_abort())), soon(t, cant_assoc(client, ANY)));
}

CASE(parameters, "two-streams", .title = "Two streams in each direction work",
	.requirements = IDS(R_9260_5_1_1_01, R_9260_5_1_1_04), .etsi = IDS("sctp-as-v-1-7-5"), .tags = TAGS("tester"),
	.topology = &topology_one_path)
{
	struct tester *b =
		open_tester(t, ENDPOINT_B, &(struct habits){ .inbound_streams = SET(2), .outbound_streams = SET(2) });
	struct peer *client = kernel_connects(t, b);

	transmit(t, b, a_data(.payload = BYTES("zero")), a_data(.stream = SET(1), .payload = BYTES("one")));
	expect_in_order(t, soon(t, reads(client, 0, "zero")), soon(t, reads(client, 1, "one")));
	kernel_sends(t, client, b, &(struct traffic){ .count = 2, .streams = 2 });
	expect_in_order(t, soon(t, arrives(b, 0, a_data(.stream = SET(0), .ssn = SET(0)))),
		soon(t, arrives(b, 0, a_data(.stream = SET(1), .ssn = SET(0)))));
}

/* ---- Addresses ---- */

CASE(parameters, "no-addresses-of-init", .title = "Without addresses in INIT only the one that it came from is used",
	.requirements = IDS(R_9260_5_1_2_01, R_9260_3_3_2_1_2_04), .etsi = IDS("sctp-as-v-1-10-1"),
	.tags = TAGS("tester"), .topology = &topology_two_paths)
{
	struct tester *b = open_tester(t, ENDPOINT_B, &(struct habits){ .lists = NO_PATHS });
	struct peer *server = tester_connects(t, b);

	never(t, arrives(b, 1, ANY_CHUNK));
	kernel_sends(t, server, b, &(struct traffic){ .count = 3 });
	expect_data(t, b, 0, 3);
	expect_quiet(t, s(100));
	expect_alive(t, b);
}

CASE(parameters, "no-addresses-of-init-ack",
	.title = "Without addresses in INIT ACK only the one that it came from is used",
	.requirements = IDS(R_9260_3_3_3_29, R_9260_5_1_2_01), .etsi = IDS("sctp-as-v-1-10-2"), .tags = TAGS("tester"),
	.topology = &topology_two_paths)
{
	struct tester *b = open_tester(t, ENDPOINT_B, &(struct habits){ .lists = NO_PATHS });
	struct peer *client = kernel_connects(t, b);

	never(t, arrives(b, 1, ANY_CHUNK));
	kernel_sends(t, client, b, &(struct traffic){ .count = 3 });
	expect_data(t, b, 0, 3);
	expect_quiet(t, s(100));
	expect_alive(t, b);
}

CASE(parameters, "addresses-of-init", .title = "The addresses that INIT lists are used beside the one it came from",
	.requirements = IDS(R_9260_5_1_2_05, R_9260_3_3_2_02, R_9260_3_3_2_1_2_03, R_9260_3_3_2_1_2_05),
	.etsi = IDS("sctp-as-v-1-11-1"), .tags = TAGS("tester"), .topology = &topology_three_paths)
{
	struct tester *b = open_tester(t, ENDPOINT_B, &(struct habits){ .lists = PATHS(1, 2) }); /* it comes over 0 */
	struct peer *server = tester_connects(t, b);

	confirmed(t, b, server);
	expect_path_state(t, server, 0, PATH_ACTIVE);
	for (uint32_t path = 0; path < 3; path++) {
		transmit_with(t, b, HEADER(.from_path = SET(path)), a_data(.payload = BYTES("from all")));
		expect_all(t, soon(t, reads(server, 0, "from all")),
			soon(t, arrives(b, (int)path, a_sack(.cum_tsn_ack = SET(sent_tsn(b, path))))));
	}
}

CASE(parameters, "addresses-of-init-ack",
	.title = "The addresses that INIT ACK lists are used beside the one it came from",
	.requirements = IDS(R_9260_5_1_2_05, R_9260_3_3_3_28), .etsi = IDS("sctp-as-v-1-11-2"), .tags = TAGS("tester"),
	.topology = &topology_three_paths)
{
	struct tester *b = open_tester(t, ENDPOINT_B, &(struct habits){ .lists = PATHS(1, 2) });
	struct peer *client = kernel_connects(t, b);

	confirmed(t, b, client);
	for (uint32_t path = 0; path < 3; path++) {
		kernel_sends(t, client, b, &(struct traffic){ .over = OVER(path), .first_stream = (uint16_t)path });
		expect(t, soon(t, arrives(b, (int)path, a_data(.tsn = SET(kernel_tsn(b, path))))));
	}
	expect_path_state(t, client, 0, PATH_ACTIVE);
}

CASE(parameters, "host-name-of-init", .title = "INIT with a Host Name Address is answered by ABORT",
	.requirements = IDS(R_9260_3_3_2_04, R_9260_3_3_2_05, R_9260_5_1_2_02, R_9260_5_1_2_03, R_9260_12_2_4_1_01),
	.etsi = IDS("sctp-as-v-1-12-1"), .tags = TAGS("tester"), .topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *server = listener(t, ENDPOINT_A);

	transmit(t, b,
		an_init(.parameters = PARAMETERS({ .type = PARAMETER_HOST_NAME, .value = BYTES("tester.example\0") })));
	expect(t, soon(t, arrives_with(b, 0, HEADER(.verification_tag = SET(tag_of(b))), an_abort(.flags = SET(0)))));
	expect_no_association(t, server);
}

CASE(parameters, "host-name-of-init-ack", .title = "INIT ACK with a Host Name Address is answered by ABORT",
	.requirements = IDS(R_9260_3_3_3_30, R_9260_3_3_3_31, R_9260_3_3_2_1_4_02, R_9260_12_2_4_1_01),
	.etsi = IDS("sctp-as-i-1-12-2"), .tags = TAGS("tester"), .topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *client = brought_to(t, b, COOKIE_WAIT);

	take_over(t, b, HAND(CHUNK_COOKIE_ECHO));
	transmit(t, b,
		an_init_ack(.parameters =
				    PARAMETERS({ .type = PARAMETER_COOKIE, .value = BYTES("the tester's cookie") },
					    { .type = PARAMETER_HOST_NAME, .value = BYTES("tester.example\0") })));
	expect_all(t, soon(t, arrives_alone(b, 0, an_abort())), soon(t, cant_assoc(client, ANY)));
}

CASE(parameters, "addresses-of-another-family",
	.title = "Addresses of a family that the endpoint does not have are passed over, and no error is told",
	.requirements = IDS(R_9260_5_1_2_11, R_9260_5_1_2_12, R_9260_5_1_2_13), .etsi = IDS("sctp-as-v-1-13-1"),
	.tags = TAGS("tester"), .topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *server = listener(t, ENDPOINT_A);

	transmit(t, b,
		an_init(.parameters = PARAMETERS(
				{ .type = PARAMETER_SUPPORTED_ADDRESS_TYPES, .value = BYTES("\0\5\0\6") },
				{ .type = PARAMETER_IPV6, .value = BYTES("\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1") })));
	expect(t, soon(t, arrives_alone(b, 0, an_init_ack(.reported = NO_PARAMETERS))));
	transmit(t, b, a_cookie_echo());
	expect_all(t, soon(t, arrives_alone(b, 0, a_cookie_ack())), soon(t, comm_up(server)));
	kernel_sends(t, server, b, &(struct traffic){ .count = 1 });
	expect_data(t, b, 0, 1);
	expect_alive(t, b);
}

CASE(parameters, "family-not-supported",
	.title = "INIT that does not support the family that it comes over is answered as if it did",
	.requirements = IDS(R_9260_5_1_2_14, R_9260_5_1_2_15), .etsi = IDS("sctp-as-i-1-13-2"), .tags = TAGS("tester"),
	.topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *server = listener(t, ENDPOINT_A);

	transmit(t, b,
		an_init(.parameters =
				PARAMETERS({ .type = PARAMETER_SUPPORTED_ADDRESS_TYPES, .value = BYTES("\0\6") })));
	expect(t, soon(t, arrives_alone(b, 0, an_init_ack(.reported = NO_PARAMETERS))));
	transmit(t, b, a_cookie_echo());
	expect_all(t, soon(t, arrives_alone(b, 0, a_cookie_ack())), soon(t, comm_up(server)));
	expect_alive(t, b);
}

CASE(parameters, "another-address-in-established",
	.title = "INIT in ESTABLISHED that adds an address is answered by ABORT, and changes nothing",
	.requirements = IDS(R_9260_5_2_2_02, R_9260_5_2_2_03, R_9260_5_2_2_04, R_9260_5_2_2_11, R_9260_5_1_2_07),
	.etsi = IDS("sctp-as-o-1-9-2"), .tags = TAGS("tester"), .topology = &topology_two_paths)
{
	enum { NEW_TAG = 0x7e57e299 };
	struct tester *b = open_tester(t, ENDPOINT_B, &(struct habits){ .lists = PATHS(0) });
	struct sockaddr_storage addresses[2];
	struct tlv both[2];

	kernel_connects(t, b);
	for (unsigned path = 0; path < 2; path++) {
		addresses[path] = topology_address(&topology_two_paths, ENDPOINT_B, path, IPV4);
		both[path] = (struct tlv){
			.type = PARAMETER_IPV4,
			.value = OCTETS(&((const struct sockaddr_in *)&addresses[path])->sin_addr, 4),
		};
	}
	transmit(t, b, an_init(.initiate_tag = SET(NEW_TAG), .parameters = { true, both, 2 }));
	expect(t, soon(t, arrives_with(b, 0, HEADER(.verification_tag = SET(NEW_TAG)), an_abort(.flags = SET(0)))));
	expect_quiet(t, ms(500));
	expect_alive(t, b);
}
