/* SPDX-License-Identifier: Apache-2.0 */
/* every_chunk.c - see every_chunk.h. */
#include "netns/wire/tests/every_chunk.h"

#include <arpa/inet.h>
#include <string.h>

const struct wire_chunk *every_chunk;
unsigned every_chunk_count;

/* Before main: literals with lists are none that a static object could begin with. */
__attribute__((constructor)) static void make_every_chunk(void)
{
	const struct wire_chunk chunks[] = {
		a_data(.flags = SET(FLAG_B | FLAG_E), .tsn = SET(0x01020304), .stream = SET(3), .ssn = SET(4),
			.ppid = SET(0), .payload = BYTES("hello")),
		an_init(.initiate_tag = SET(0x11223344), .a_rwnd = SET(70000), .outbound_streams = SET(10),
			.inbound_streams = SET(2048), .initial_tsn = SET(0xfffffffe),
			.parameters = PARAMETERS({ .type = PARAMETER_IPV4, .value = BYTES("\x0a\x01\x00\x02") },
				{ .type = 0xc0de, .value = BYTES("abc") })),
		an_init_ack(.initiate_tag = SET(1), .a_rwnd = SET(1500), .outbound_streams = SET(1),
			.inbound_streams = SET(1), .initial_tsn = SET(7),
			.parameters = PARAMETERS({ .type = PARAMETER_COOKIE, .value = BYTES("cookie!") })),
		a_sack(.cum_tsn_ack = SET(9), .a_rwnd = SET(4096), .gaps = GAPS({ 2, 3 }, { 5, 9 }),
			.duplicates = TSNS(8, 9, 9)),
		a_heartbeat(.information = BYTES("\0\1\0\x0ctestdata")),
		a_heartbeat_ack(.information = BYTES("\0\1\0\x0ctestdata")),
		an_abort(.flags = SET(FLAG_T)),
		a_shutdown(.cum_tsn_ack = SET(77)),
		a_shutdown_ack(),
		an_error(.causes =
				 CAUSES({ .type = 3, .number = SET(5000) }, { .type = 1, .value = BYTES("\0\1\0\0") })),
		a_cookie_echo(.cookie = BYTES("a cookie")),
		a_cookie_ack(),
		an_ecne(.lowest_tsn = SET(12)),
		a_cwr(.lowest_tsn = SET(13)),
		a_shutdown_complete(.flags = SET(FLAG_T)),
		chunk_of(CHUNK_AUTH, .key = SET(1), .hmac = SET(1), .value = BYTES("0123456789012345678_")),
		chunk_of(CHUNK_I_DATA, .flags = SET(FLAG_B | FLAG_E), .tsn = SET(21), .stream = SET(1), .mid = SET(3),
			.ppid = SET(0), .payload = BYTES("interleaved")),
		chunk_of(CHUNK_I_DATA, .flags = SET(FLAG_E), .tsn = SET(22), .stream = SET(1), .mid = SET(3),
			.fsn = SET(1), .payload = BYTES("last")),
		chunk_of(CHUNK_ASCONF_ACK, .serial = SET(100)),
		chunk_of(CHUNK_RE_CONFIG, .parameters = PARAMETERS({ .type = 16, .value = BYTES("\0\0\0\1\0\0\0\2") })),
		chunk_of(CHUNK_PAD, .value = BYTES("\0\0\0\0")),
		chunk_of(CHUNK_FORWARD_TSN, .new_cum_tsn = SET(33), .value = BYTES("\0\1\0\2")),
		chunk_of(CHUNK_ASCONF, .serial = SET(101),
			.parameters = PARAMETERS({ .type = PARAMETER_IPV4, .value = BYTES("\x0a\x01\x00\x02") })),
		chunk_of(CHUNK_I_FORWARD_TSN, .new_cum_tsn = SET(34), .value = BYTES("\0\1\0\0\0\0\0\2")),
		chunk_of(0x3f, .value = BYTES("what is this?")),
	};

	every_chunk_count = sizeof(chunks) / sizeof(chunks[0]);
	every_chunk = wire_copy(chunks, every_chunk_count);
}

static struct frame_ends between_hosts(int family)
{
	struct frame_ends ends = { .from_link = { 2, 0, 0, 0, 0, 2 }, .to_link = { 2, 0, 0, 0, 0, 1 } };

	ends.from.ss_family = ends.to.ss_family = (sa_family_t)family;
	if (family == AF_INET6) {
		inet_pton(family, "fd00::2", &((struct sockaddr_in6 *)&ends.from)->sin6_addr);
		inet_pton(family, "fd00::1", &((struct sockaddr_in6 *)&ends.to)->sin6_addr);
	} else {
		inet_pton(family, "10.1.0.2", &((struct sockaddr_in *)&ends.from)->sin_addr);
		inet_pton(family, "10.1.0.1", &((struct sockaddr_in *)&ends.to)->sin_addr);
	}
	return ends;
}

size_t framed(const struct wire_chunk *chunk, int family, uint8_t *out, size_t room)
{
	const struct wire_packet packet = {
		.header = { .source_port = SET(5000), .destination_port = SET(4000), .verification_tag = SET(0xcafe) },
		.chunks = chunk,
		.count = 1,
	};
	const struct frame_ends ends = between_hosts(family);
	uint8_t sctp[WIRE_PACKET_MAX];
	const size_t length = wire_build(&packet, sctp, sizeof(sctp));

	return length > 0 ? frame_build(&ends, sctp, length, out, room) : 0;
}
