/* SPDX-License-Identifier: Apache-2.0 */
/* chunk_count.c - how many chunks of each type a capture shows, by direction. */
#include "runner/engine/chunk_count.h"

#include "netns/packet.h"

static void add(json_t *object, const char *name)
{
	json_object_set_new(
		object, name, json_integer(json_integer_value(json_object_get(object, name)) + 1));
}

static void add_chunks(json_t *object, const struct packet *packet)
{
	char number[16];

	for (unsigned i = 0; i < packet->chunk_count; i++) {
		const char *name = chunk_name(packet->chunks[i].type);

		if (name == NULL) {
			snprintf(number, sizeof(number), "chunk %u", packet->chunks[i].type);
			name = number;
		}
		add(object, name);
	}
}

json_t *chunk_count(const struct chunk_scope *scope, const uint8_t *bytes, size_t length)
{
	json_t *sent = json_object(), *arrived = json_object();
	struct pcap_reader reader;
	struct pcap_record record;

	if (pcap_open_memory(bytes, length, &reader) == 0)
		while (pcap_next_record(&reader, &record) == 1) {
			struct packet packet;
			enum endpoint source;

			if (record.time_ns > scope->until_ns ||
				packet_decode(record.bytes, record.captured, reader.link, &packet) != PACKET_OK ||
				topology_locate(scope->topology, (const struct sockaddr *)&packet.source,
					&source) < 0)
				continue;
			add_chunks(source == scope->captured_at ? sent : arrived, &packet);
		}
	return json_pack("{s:o, s:o}", "sent", sent, "arrived", arrived);
}
