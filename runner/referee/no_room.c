/* SPDX-License-Identifier: Apache-2.0 */
/* no_room.c - see no_room.h. */
#include "runner/referee/model.h"
#include "runner/referee/data.h"
#include "runner/referee/parts.h"
#include "runner/referee/tsn.h"

bool no_room_for(struct end *self, const struct chunk *data, int64_t at_ns)
{
	struct no_room *no_room = &self->no_room;
	no_room->octets += data->data.user_length;
	if (data->type != CHUNK_DATA || no_room->octets <= self->a_rwnd || !self->has_init)
		return false;
	if (no_room->n == NO_ROOM_MAX) {
		self->received.known = false;
		self->delivery.lost = true;
		return false;
	}
	no_room->at_ns[no_room->n] = at_ns;
	no_room->fragments[no_room->n++] = (struct fragment){ data->data.tsn, data->data.ppid, data->data.user_length,
		data->data.stream, data->data.ssn, data->flags };
	return true;
}

static bool is_acknowledged(const struct chunk *by, uint32_t tsn)
{
	const bool is_sack = by->type == CHUNK_SACK;
	uint32_t first, last;
	if (!tsn_after(tsn, is_sack ? by->sack.cum_tsn_ack : by->shutdown.cum_tsn_ack))
		return true;
	for (unsigned block = 0; is_sack && sack_gap(by, block, &first, &last); block++)
		if (!tsn_after(first, tsn) && !tsn_after(tsn, last))
			return true;
	return false;
}

static void take(struct end *self, const struct fragment *fragment, int64_t at_ns)
{
	struct chunk data = { .type = CHUNK_DATA, .flags = fragment->flags, .decoded = true };
	data.data.tsn = fragment->tsn;
	data.data.ppid = fragment->ppid;
	data.data.user_length = fragment->length;
	data.data.stream = fragment->stream;
	data.data.ssn = fragment->ssn;
	data_taken(self, &data, at_ns);
}

static void keep(struct no_room *no_room, unsigned from, unsigned *kept)
{
	no_room->at_ns[*kept] = no_room->at_ns[from];
	no_room->fragments[(*kept)++] = no_room->fragments[from];
}

void no_room_read(struct end *self, uint16_t stream, uint32_t ppid, int64_t at_ns)
{
	struct no_room *no_room = &self->no_room;
	unsigned kept = 0;
	for (unsigned i = 0; i < no_room->n; i++) {
		const struct fragment each = no_room->fragments[i];
		if (each.stream == stream && each.ppid == ppid)
			take(self, &each, at_ns);
		else
			keep(no_room, i, &kept);
	}
	no_room->n = kept;
}

void no_room_settle(struct end *self, const struct chunk *chunk, int64_t at_ns)
{
	struct no_room *no_room = &self->no_room;
	if ((chunk->type != CHUNK_SACK && chunk->type != CHUNK_SHUTDOWN) || !chunk->decoded)
		return;
	unsigned kept = 0;
	for (unsigned i = 0; i < no_room->n; i++)
		if (is_acknowledged(chunk, no_room->fragments[i].tsn))
			take(self, &no_room->fragments[i], at_ns);
		else if (at_ns - no_room->at_ns[i] <= self->backlog_ns)
			keep(no_room, i, &kept);
	no_room->n = kept;
	if (chunk->type == CHUNK_SACK)
		no_room->octets = 0;
}
