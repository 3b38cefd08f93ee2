/* SPDX-License-Identifier: Apache-2.0 */
/* chunk_count.c - how many chunks of each type a capture shows, by direction. */
#include "runner/engine/chunk_count.h"

#define TYPES 256

static void put(json_t *object, uint8_t type, unsigned count)
{
	char number[16];
	const char *name = chunk_name(type);

	if (name == NULL) {
		snprintf(number, sizeof(number), "chunk %u", type);
		name = number;
	}
	json_object_set_new(object, name, json_integer(count));
}

static json_t *count_of(const struct capture *capture, int64_t until_ns, bool sent)
{
	unsigned counts[TYPES] = { 0 }, kinds = 0;
	uint8_t order[TYPES];
	json_t *object = json_object();

	for (size_t i = 0; i < capture->count; i++) {
		const struct sighting *seen = &capture->sightings[i];

		if (seen->sent == sent && seen->at_ns <= until_ns && counts[seen->chunk]++ == 0)
			order[kinds++] = seen->chunk;
	}
	for (unsigned i = 0; i < kinds; i++)
		put(object, order[i], counts[order[i]]);
	return object;
}

json_t *chunk_count(const struct capture *capture, int64_t until_ns)
{
	return json_pack(
		"{s:o, s:o}", "sent", count_of(capture, until_ns, true), "arrived", count_of(capture, until_ns, false));
}
