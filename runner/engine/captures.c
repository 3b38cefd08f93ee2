/* SPDX-License-Identifier: Apache-2.0 */
/* captures.c - see captures.h. */
#include "runner/engine/captures.h"

#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------------ who sent it */

/* To find an address in a topology takes longer than to decode a packet, and a case has a few. */
#define KNOWN_MAX 8

struct senders {
	const struct topology *topology;
	unsigned count; /* ever */
	struct known {
		struct sockaddr_storage address;
		int path;
		enum endpoint endpoint;
	} known[KNOWN_MAX];
};

/* False: no address of the topology. */
static bool find_sender(struct senders *senders, const struct sockaddr_storage *address, enum endpoint *out)
{
	struct known *known;

	for (unsigned i = 0; i < senders->count && i < KNOWN_MAX; i++) {
		known = &senders->known[i];
		if (memcmp(&known->address, address, sizeof(struct sockaddr_in6)) == 0) {
			*out = known->endpoint;
			return known->path >= 0;
		}
	}
	known = &senders->known[senders->count++ % KNOWN_MAX];
	known->address = *address;
	known->path = topology_locate(senders->topology, (const struct sockaddr *)address, &known->endpoint);
	*out = known->endpoint;
	return known->path >= 0;
}

/* ------------------------------------------------------------------ one capture */

static bool read_file(const char *directory, struct capture *capture)
{
	char path[256];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", directory, capture->name);
	file = fopen(path, "r");
	if (file == NULL)
		return false;
	capture->there = true;
	if (fseek(file, 0, SEEK_END) == 0 && ftell(file) > 0) {
		capture->length = (size_t)ftell(file);
		capture->bytes = malloc(capture->length);
		rewind(file);
	}
	if (capture->bytes == NULL || fread(capture->bytes, 1, capture->length, file) != capture->length)
		capture->length = 0;
	fclose(file);
	return capture->length > 0;
}

static bool add(struct capture *capture, size_t *room, const struct sighting *sighting)
{
	if (capture->count == *room) {
		const size_t more = *room > 0 ? 2 * *room : 256;
		struct sighting *grown = realloc(capture->sightings, more * sizeof(*grown));

		if (grown == NULL)
			return false;
		capture->sightings = grown;
		*room = more;
	}
	capture->sightings[capture->count++] = *sighting;
	return true;
}

static bool look_at(
	struct capture *capture, size_t *room, const struct pcap_record *record, const struct packet *packet, bool sent)
{
	for (unsigned i = 0; i < packet->chunk_count; i++) {
		const struct chunk *chunk = &packet->chunks[i];
		const struct sighting sighting = { .at_ns = record->time_ns,
			.chunk = chunk->type,
			.sent = sent,
			.value = chunk->value,
			.length = chunk->captured };

		if (!add(capture, room, &sighting))
			return false;
	}
	return true;
}

static void read_capture(
	struct senders *senders, const char *directory, enum endpoint endpoint, struct capture *capture)
{
	struct pcap_reader reader;
	struct pcap_record record;
	struct packet packet;
	enum endpoint sender;
	size_t room = 0;
	int more;

	if (!read_file(directory, capture) || pcap_open_memory(capture->bytes, capture->length, &reader) != 0)
		return;
	while ((more = pcap_next_record(&reader, &record)) == 1) {
		capture->packets++;
		if (packet_decode(record.bytes, record.captured, reader.link, &packet) != PACKET_OK ||
			!find_sender(senders, &packet.source, &sender))
			continue;
		if (!look_at(capture, &room, &record, &packet, sender == endpoint))
			return;
	}
	capture->whole = more == 0;
}

/* ------------------------------------------------------------------ all */

void captures_read(const struct topology *topology, const char *directory, struct captures *out)
{
	struct senders senders = { .topology = topology };

	*out = (struct captures){ .topology = topology };
	for (enum endpoint at = ENDPOINT_A; at <= ENDPOINT_B; at++)
		for (unsigned path = 0; path < topology->paths; path++) {
			struct capture *capture = &out->at[at][path];

			snprintf(capture->name, sizeof(capture->name), "%c-path%u.pcap", at == ENDPOINT_A ? 'a' : 'b',
				path);
			read_capture(&senders, directory, at, capture);
		}
}

void captures_forget(struct captures *captures)
{
	for (enum endpoint at = ENDPOINT_A; at <= ENDPOINT_B; at++)
		for (unsigned path = 0; path < NET_PATHS_MAX; path++) {
			struct capture *capture = &captures->at[at][path];

			free(capture->bytes);
			free(capture->sightings);
			capture->bytes = NULL;
			capture->sightings = NULL;
			capture->length = capture->count = capture->packets = 0;
		}
}

void captures_free(struct captures *captures)
{
	captures_forget(captures);
	*captures = (struct captures){ 0 };
}
