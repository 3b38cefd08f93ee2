/* SPDX-License-Identifier: Apache-2.0 */
/*
 * packet_fuzz.c - any bytes, read as a capture file and as a single frame of each link type, are
 * decoded and printed without touching what is not theirs. What must hold whatever the input:
 * chunks lie inside the packet, and decoding the same bytes again gives the same.
 */
#include "netns/packet.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void demand(bool holds)
{
	if (!holds)
		abort();
}

static void check_chunks(const struct packet *packet, const uint8_t *bytes, size_t length)
{
	demand(packet->chunk_count <= PACKET_CHUNKS_MAX);
	for (unsigned i = 0; i < packet->chunk_count; i++) {
		const struct chunk *chunk = &packet->chunks[i];

		demand(chunk->value >= bytes && chunk->value + chunk->captured <= bytes + length);
		demand(chunk->length >= 4 && chunk->captured <= chunk->length - 4U);
	}
}

static void decode(const uint8_t *bytes, size_t length, int link, FILE *out)
{
	struct packet packet, again;
	enum packet_status status = packet_decode_udp(bytes, length, link, 9899, &packet);

	demand(packet_decode_udp(bytes, length, link, 9899, &again) == status);
	demand(packet.chunk_count == again.chunk_count && packet_checksum_ok(&packet) == packet_checksum_ok(&again));
	check_chunks(&packet, bytes, length);
	if (status == PACKET_OK)
		packet_print(&packet, out);
}

static void read_capture(const uint8_t *bytes, size_t length, FILE *out)
{
	struct pcap_reader reader;
	struct pcap_record record;

	if (pcap_open_memory(bytes, length, &reader) < 0)
		return;
	while (pcap_next_record(&reader, &record) == 1) {
		demand(record.bytes + record.captured <= bytes + length);
		decode(record.bytes, record.captured, reader.link, out);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	static const int links[] = { 1, 0, 101, 108, 113, 276 };
	static FILE *out;

	if (!out)
		out = fopen("/dev/null", "we");
	demand(out);
	read_capture(bytes, length, out);
	for (size_t i = 0; i < sizeof(links) / sizeof(*links); i++)
		decode(bytes, length, links[i], out);
	return 0;
}
