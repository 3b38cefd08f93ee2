/* SPDX-License-Identifier: Apache-2.0 */
/* sent.c - see sent.h. */
#include "runner/referee/sent.h"

#include <stdlib.h>
#include <string.h>

#include "runner/referee/tsn.h"

void sent_begin(struct sent *sent, uint32_t initial_tsn)
{
	sent->known = true;
	sent->next = initial_tsn;
	sent->acknowledged = initial_tsn - 1;
	sent->first = sent->n = 0;
}

static struct sent_chunk *at(const struct sent *sent, size_t index)
{
	return &sent->ring[(sent->first + index) & (sent->room - 1)];
}

struct sent_chunk *sent_find(const struct sent *sent, uint32_t tsn)
{
	const uint32_t index = tsn - sent->acknowledged - 1;
	return sent->known && index < sent->n ? at(sent, index) : NULL;
}

/* `room` is a power of two. */
static bool grow(struct sent *sent)
{
	const size_t room = sent->room ? 2 * sent->room : 64;
	if (room > SENT_CHUNKS_MAX || (sent->all && *sent->all + room - sent->room > SENT_CHUNKS_ALL))
		return false;
	struct sent_chunk *ring = malloc(room * sizeof(*ring));
	if (!ring)
		return false;
	if (sent->all)
		*sent->all += room - sent->room;
	for (size_t i = 0; i < sent->n; i++)
		ring[i] = *at(sent, i);
	free(sent->ring);
	sent->ring = ring;
	sent->room = room;
	sent->first = 0;
	return true;
}

void sent_free(struct sent *sent)
{
	if (sent->all)
		*sent->all -= sent->room;
	free(sent->ring);
	*sent = (struct sent){ 0 };
}

static void forget(struct sent *sent)
{
	size_t *all = sent->all;
	sent_free(sent);
	sent->all = all;
}

struct sent_chunk *sent_add(struct sent *sent, const struct sent_chunk *chunk)
{
	if (!sent->known || chunk->tsn != sent->next)
		return NULL;
	if (sent->n == sent->room && !grow(sent)) {
		forget(sent);
		return NULL;
	}
	sent->next++;
	*at(sent, sent->n) = *chunk;
	return at(sent, sent->n++);
}

void sent_acknowledge(struct sent *sent, uint32_t cumulative)
{
	if (!sent->known || !tsn_after(cumulative, sent->acknowledged) || !tsn_after(sent->next, cumulative))
		return;
	const size_t gone = cumulative - sent->acknowledged;
	sent->first = sent->room ? (sent->first + gone) & (sent->room - 1) : 0;
	sent->n -= gone;
	sent->acknowledged = cumulative;
}

uint64_t sent_outstanding(const struct sent *sent, int path)
{
	uint64_t octets = 0;
	for (size_t i = 0; i < sent->n; i++) {
		const struct sent_chunk *chunk = at(sent, i);
		if (!chunk->acknowledged && (path < 0 || chunk->path == path))
			octets += chunk->length;
	}
	return octets;
}
