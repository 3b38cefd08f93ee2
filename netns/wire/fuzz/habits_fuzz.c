/* SPDX-License-Identifier: Apache-2.0 */
/*
 * habits_fuzz.c - any bytes as packets for an endpoint with habits. Each piece of the input is two octets of length and
 * a packet of SCTP, which need not be one. What must hold: a packet is read within its octets; a copy of what is read
 * is the same, and can be built; the endpoint answers with one packet at the most, which is well formed.
 */
#include "netns/wire/habits.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

enum { ETHERNET = 1, PACKETS_MAX = 64 };

static const struct frame_ends nobody = { .from = { .ss_family = AF_INET }, .to = { .ss_family = AF_INET } };

static void demand(bool holds)
{
	if (!holds)
		abort();
}

static enum packet_status decode(const uint8_t *sctp, size_t length, struct packet *out)
{
	static uint8_t frame[WIRE_PACKET_MAX + 64];
	const size_t framed = frame_build(&nobody, sctp, length, frame, sizeof(frame));

	demand(framed > 0);
	return packet_decode(frame, framed, ETHERNET, out);
}

static void check_print(const struct wire_packet *packet)
{
	static FILE *out;

	if (!out)
		out = fopen("/dev/null", "we");
	demand(out != NULL);
	wire_print(packet, out);
}

/* What was read can be built; a copy is the same. */
static void check_read(const struct wire_packet *packet)
{
	static uint8_t sctp[2 * WIRE_PACKET_MAX];
	struct wire_chunk *copy = wire_copy(packet->chunks, packet->count);

	demand(copy != NULL);
	for (unsigned i = 0; i < packet->count; i++)
		demand(wire_chunk_fits(&packet->chunks[i], &copy[i]));
	wire_build(packet, sctp, sizeof(sctp));
	for (unsigned i = 0; i < packet->count; i++)
		wire_alter(&copy[i]);
	free(copy);
	check_print(packet);
}

static void check_answer(struct tcb *tcb, struct answer *answer)
{
	static uint8_t sctp[WIRE_PACKET_MAX];
	static struct packet packet;
	struct wire_packet said = { .chunks = answer->chunks, .count = answer->count };

	tcb_fill_header(tcb, answer->chunks, &said.header);
	const size_t length = wire_build(&said, sctp, sizeof(sctp));
	if (length == 0)
		return; /* it is to echo more than fits */
	demand(decode(sctp, length, &packet) == PACKET_OK);
	demand(packet.chunk_count == answer->count && !packet.truncated && packet_checksum_ok(&packet));
}

static struct wire_chunk *take(struct tcb *tcb, const struct habits *habits, const uint8_t *sctp, size_t length)
{
	static struct packet packet;
	static struct answer answer;
	bool routine;

	if (decode(sctp, length, &packet) != PACKET_OK)
		return NULL;
	struct wire_chunk *chunks = wire_read(&packet);
	const struct wire_packet got = {
		.header = { .source_port = SET(5000), .verification_tag = SET(packet.verification_tag) },
		.chunks = chunks,
		.count = packet.chunk_count,
	};

	demand(chunks != NULL);
	check_read(&got);
	if (habits_take(tcb, habits, 0, &got, &routine, &answer) > 0)
		check_answer(tcb, &answer);
	return chunks;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	static struct tcb tcb;
	const struct habits habits = { .initiate_tag = SET(1), .initial_tsn = SET(1) };
	struct wire_chunk *kept[PACKETS_MAX];
	unsigned count = 0;

	tcb_begin(&tcb, &habits);
	tcb.connects = true;
	while (length >= 2 && count < PACKETS_MAX) {
		size_t piece = (size_t)(bytes[0] << 8 | bytes[1]) % 1500;

		bytes += 2;
		length -= 2;
		piece = piece < length ? piece : length;
		kept[count++] = take(&tcb, &habits, bytes, piece);
		bytes += piece;
		length -= piece;
	}
	while (count > 0)
		free(kept[--count]);
	return 0;
}
