/* SPDX-License-Identifier: Apache-2.0 */
/* wire_stimuli.c - the packets of the matrix of states and events: each as a peer would send it in good time. */
#include <netinet/in.h>
#include <string.h>

#include "cases/wire_matrix.h"

/* 192.0.2.99: nobody has it */
#define SOME_ADDRESS BYTES("\xc0\0\2\x63")

/* Of RFC 5061 and RFC 6525. */
enum { PARAMETER_ADD_IP = 0xc001, PARAMETER_OUTGOING_RESET = 13 };

static uint8_t type_of(enum stimulus stimulus)
{
	static const uint8_t types[] = {
		[S_DATA] = CHUNK_DATA,
		[S_INIT] = CHUNK_INIT,
		[S_INIT_NEW_ADDRESS] = CHUNK_INIT,
		[S_INIT_ACK] = CHUNK_INIT_ACK,
		[S_INIT_ACK_TAG_0] = CHUNK_INIT_ACK,
		[S_SACK] = CHUNK_SACK,
		[S_HEARTBEAT] = CHUNK_HEARTBEAT,
		[S_HEARTBEAT_ACK] = CHUNK_HEARTBEAT_ACK,
		[S_ABORT] = CHUNK_ABORT,
		[S_SHUTDOWN] = CHUNK_SHUTDOWN,
		[S_SHUTDOWN_ACK] = CHUNK_SHUTDOWN_ACK,
		[S_STALE_COOKIE] = CHUNK_ERROR,
		[S_ERROR] = CHUNK_ERROR,
		[S_FORGED_COOKIE] = CHUNK_COOKIE_ECHO,
		[S_COOKIE_ACK] = CHUNK_COOKIE_ACK,
		[S_SHUTDOWN_COMPLETE] = CHUNK_SHUTDOWN_COMPLETE,
		[S_ECNE] = CHUNK_ECNE,
		[S_CWR] = CHUNK_CWR,
		[S_AUTH] = CHUNK_AUTH,
		[S_I_DATA] = CHUNK_I_DATA,
		[S_ASCONF] = CHUNK_ASCONF,
		[S_ASCONF_ACK] = CHUNK_ASCONF_ACK,
		[S_RE_CONFIG] = CHUNK_RE_CONFIG,
		[S_PAD] = CHUNK_PAD,
		[S_FORWARD_TSN] = CHUNK_FORWARD_TSN,
		[S_I_FORWARD_TSN] = CHUNK_I_FORWARD_TSN,
		[S_UNKNOWN_00] = 0x3e,
		[S_UNKNOWN_01] = 0x7e,
		[S_UNKNOWN_10] = 0xbe,
		[S_UNKNOWN_11] = 0xfe,
	};

	return types[stimulus];
}

/* A parameter or cause of the chunk. */
static void add(struct stimulus_packet *packet, struct tlv tlv)
{
	struct wire_chunk *chunk = &packet->chunks[0];

	packet->tlvs[chunk->parameters.count] = tlv;
	chunk->parameters = (struct tlvs){ true, packet->tlvs, chunk->parameters.count + 1 };
}

static struct octets own_address(struct tester *b)
{
	const struct sockaddr_storage address = topology_address(&topology_one_path, ENDPOINT_B, 0, IPV4);
	static uint8_t octets[4];

	(void)b;
	memcpy(octets, &((const struct sockaddr_in *)&address)->sin_addr, sizeof(octets));
	return OCTETS(octets, sizeof(octets));
}

/* Chunks of RFC 9260 that say more than a good peer's habit would. */
static void fill_core(struct stimulus_packet *packet, const struct tester *b, enum stimulus stimulus)
{
	struct wire_chunk *chunk = &packet->chunks[0];
	const uint32_t before = kernel_tsn(b, 0) - 1;

	if (stimulus == S_DATA) {
		chunk->payload = BYTES("data");
	} else if (stimulus == S_INIT_NEW_ADDRESS) {
		chunk->initiate_tag = SET(RESTARTED_TAG);
		add(packet, (struct tlv){ .type = PARAMETER_IPV4, .value = SOME_ADDRESS });
	} else if (stimulus == S_INIT_ACK_TAG_0) {
		chunk->initiate_tag = SET(0);
		add(packet, (struct tlv){ .type = PARAMETER_COOKIE, .value = BYTES("another cookie") });
	} else if (stimulus == S_SACK || stimulus == S_SHUTDOWN) {
		chunk->cum_tsn_ack = SET(before);
	} else if (stimulus == S_HEARTBEAT || stimulus == S_HEARTBEAT_ACK) {
		chunk->information = ASKED;
	} else if (stimulus == S_ABORT) {
		add(packet, (struct tlv){ .type = USER_INITIATED_ABORT, .value = BYTES("over") });
	} else if (stimulus == S_STALE_COOKIE) {
		add(packet, (struct tlv){ .type = STALE_COOKIE, .number = SET(1000) });
	} else if (stimulus == S_ERROR) {
		add(packet, (struct tlv){ .type = OUT_OF_RESOURCE, .value = BYTES("") });
	} else if (stimulus == S_FORGED_COOKIE) {
		chunk->cookie = BYTES("a cookie that was never given by anybody");
	} else if (stimulus == S_ECNE || stimulus == S_CWR) {
		chunk->lowest_tsn = SET(kernel_tsn(b, 0));
	}
}

static void fill_extension(struct stimulus_packet *packet, struct tester *b, enum stimulus stimulus)
{
	static const uint8_t zeros[20];
	struct wire_chunk *chunk = &packet->chunks[0];

	if (stimulus == S_AUTH) { /* HMAC-SHA-1 with the key number 0 */
		chunk->key = SET(0);
		chunk->hmac = SET(1);
		chunk->value = OCTETS(zeros, sizeof(zeros));
	} else if (stimulus == S_I_DATA) {
		chunk->flags = SET(FLAG_B | FLAG_E);
		chunk->tsn = SET(sent_tsn(b, 0));
		chunk->payload = BYTES("data");
	} else if (stimulus == S_ASCONF) {
		/* its address, and to add another: correlation id 1 */
		chunk->serial = SET(sent_tsn(b, 0));
		add(packet, (struct tlv){ .type = PARAMETER_IPV4, .value = own_address(b) });
		add(packet, (struct tlv){ .type = PARAMETER_ADD_IP, .value = BYTES("\0\0\0\1\0\5\0\x08\xc0\0\2\x63") });
	} else if (stimulus == S_ASCONF_ACK) {
		chunk->serial = SET(kernel_tsn(b, 0));
		chunk->parameters = NO_PARAMETERS;
	} else if (stimulus == S_RE_CONFIG) {
		static uint8_t request[12]; /* its number, that of the last answered one, the last TSN; all streams */
		const uint32_t numbers[] = { htonl(sent_tsn(b, 0)), htonl(kernel_tsn(b, 0) - 1),
			htonl(sent_tsn(b, 0) - 1) };

		memcpy(request, numbers, sizeof(request));
		add(packet,
			(struct tlv){ .type = PARAMETER_OUTGOING_RESET, .value = OCTETS(request, sizeof(request)) });
	} else if (stimulus == S_FORWARD_TSN || stimulus == S_I_FORWARD_TSN) {
		chunk->new_cum_tsn = SET(sent_tsn(b, 0));
	} else {
		chunk->value = BYTES("what"); /* PAD, and what nobody knows */
	}
}

/* The chunk itself stays as it is: only its length field lies. */
static void falsify_length(struct stimulus_packet *packet, const struct cell *cell)
{
	const uint32_t whole = (uint32_t)packet->length;
	const uint32_t lengths[] = { [LENGTH_0] = 0,
		[LENGTH_3] = 3,
		[LENGTH_SHORT] = cell->least - 1U,
		[LENGTH_BEYOND] = whole + 1,
		[LENGTH_FAR] = whole + 4000 };

	if (cell->length != LENGTH_RIGHT)
		packet->chunks[0].length = SET(lengths[cell->length]);
}

void stimulus_packet_make(struct stimulus_packet *packet, struct tester *b, const struct cell *cell)
{
	const enum stimulus stimulus = cell->stimulus;

	*packet = (struct stimulus_packet){
		.chunks = { chunk_of(type_of(stimulus)), a_heartbeat(.information = ASKED) },
		.count = 1 + cell->is_followed,
	};
	if (stimulus < S_AUTH)
		fill_core(packet, b, stimulus);
	else
		fill_extension(packet, b, stimulus);
	if (cell->flags != 0)
		packet->chunks[0].flags = SET(cell->flags);
	packet->length = wire_build_chunk(&packet->chunks[0], packet->whole, sizeof(packet->whole));
	/* the whole chunk is the cause's value, without the padding of its end */
	const size_t length = (size_t)packet->whole[2] << 8 | packet->whole[3];
	packet->unrecognized = (struct tlv){ .type = UNRECOGNIZED_CHUNK_TYPE, .value = OCTETS(packet->whole, length) };
	falsify_length(packet, cell);
}
