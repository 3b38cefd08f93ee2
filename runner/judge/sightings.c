/* SPDX-License-Identifier: Apache-2.0 */
/* sightings.c - see sightings.h. */
#include "runner/judge/sightings.h"

#include <stdlib.h>
#include <string.h>

#include "runner/referee/model.h"

enum { SLOTS = 1 << 15 };

#define LATELY_NS INT64_C(1000000000)

struct sighting {
	uint64_t digest;
	int64_t at_ns;
	unsigned place;
	bool is_taken;
};

struct sightings {
	struct sighting slots[SLOTS];
};

struct sightings *sightings_new(void)
{
	return calloc(1, sizeof(struct sightings));
}

void sightings_free(struct sightings *sightings)
{
	free(sightings);
}

/* The checksum has all of the packet in it, where there is one. */
uint64_t sighting_digest(const struct packet *packet)
{
	const struct address from = address_of(&packet->source), to = address_of(&packet->destination);
	uint64_t sum = (uint64_t)packet->checksum << 32 ^ packet->verification_tag, word;
	for (size_t i = 0; i < sizeof(from.bytes); i += sizeof(word)) {
		memcpy(&word, from.bytes + i, sizeof(word));
		sum = (sum ^ word) * 0x9e3779b97f4a7c15ULL;
		memcpy(&word, to.bytes + i, sizeof(word));
		sum = (sum ^ (sum >> 29) ^ word) * 0xc2b2ae3d27d4eb4fULL;
	}
	for (unsigned i = 0; i < packet->chunk_count && i < 4; i++)
		if (packet->chunks[i].captured >= sizeof(word)) {
			memcpy(&word, packet->chunks[i].value, sizeof(word));
			sum = (sum ^ (sum >> 31) ^ word) * 0x9e3779b97f4a7c15ULL;
		}
	return sum ^ packet->sctp_length;
}

bool sightings_again(struct sightings *sightings, const struct packet *packet, int64_t at_ns, unsigned place)
{
	const uint64_t digest = sighting_digest(packet);
	struct sighting *slot = &sightings->slots[digest >> 49];
	if (slot->is_taken && slot->digest == digest && slot->place != place && at_ns - slot->at_ns < LATELY_NS)
		return true;
	*slot = (struct sighting){ digest, at_ns, place, true };
	return false;
}
