/* SPDX-License-Identifier: Apache-2.0 */
/* payload.c - see payload.h. */
#include "runner/engine/payload.h"

#include <stdint.h>
#include <string.h>

struct payload_head {
	char magic[4];
	uint16_t flow, stream;
	uint32_t message, size;
};
_Static_assert(sizeof(struct payload_head) == PAYLOAD_HEAD, "what the head says");

static const char magic[4] = { 'S', 'P', 'E', 'C' };

static unsigned char fill(unsigned message, size_t at)
{
	return (unsigned char)(message * 31 + at * 7);
}

void payload_write(const struct payload *payload, unsigned char *out)
{
	struct payload_head head = { .flow = (uint16_t)payload->flow,
		.stream = (uint16_t)payload->stream,
		.message = payload->message,
		.size = (uint32_t)payload->size };

	memcpy(head.magic, magic, sizeof(magic));
	for (size_t at = 0; at < payload->size; at++)
		out[at] = fill(payload->message, at);
	if (payload->size >= sizeof(head))
		memcpy(out, &head, sizeof(head));
}

bool payload_parse(const void *data, size_t length, struct payload *out)
{
	struct payload_head head;

	if (data == NULL || length < sizeof(head))
		return false;
	memcpy(&head, data, sizeof(head));
	*out = (struct payload){ head.flow, head.stream, head.message, head.size };
	return memcmp(head.magic, magic, sizeof(magic)) == 0;
}

bool payload_is_intact(const struct payload *payload, const void *data, size_t length)
{
	const unsigned char *octets = data;

	for (size_t at = payload->size < PAYLOAD_HEAD ? 0 : PAYLOAD_HEAD; at < length; at++)
		if (octets[at] != fill(payload->message, at))
			return false;
	return true;
}
