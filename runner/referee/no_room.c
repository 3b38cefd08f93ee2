/* SPDX-License-Identifier: Apache-2.0 */
/* no_room.c - see no_room.h. */
#include "runner/referee/no_room.h"

#include <stdlib.h>

#include "runner/referee/data.h"
#include "runner/referee/model.h"
#include "runner/referee/parts.h"
#include "runner/referee/tsn.h"

/* Nobody knows from here on what there was room for. */
static void lose(struct end *self)
{
	self->received.known = false;
	self->delivery.lost = true;
}

static bool hold(struct end *self, const struct fragment *fragment, int64_t at_ns)
{
	struct no_room *no_room = &self->no_room;
	if (no_room->n == no_room->room) {
		const size_t room = no_room->room ? 2 * no_room->room : 16;
		struct without_room *held =
			room <= NO_ROOM_MAX ? reallocarray(no_room->held, room, sizeof(*held)) : NULL;
		if (!held) {
			lose(self);
			return false;
		}
		no_room->held = held;
		no_room->room = room;
	}
	no_room->held[no_room->n++] = (struct without_room){ *fragment, at_ns };
	return true;
}

bool no_room_for(struct end *self, const struct chunk *data, int64_t at_ns)
{
	struct no_room *no_room = &self->no_room;
	no_room->octets += data->data.user_length;
	if (data->type != CHUNK_DATA || no_room->octets <= self->a_rwnd || !self->has_init)
		return false;
	const struct fragment fragment = { data->data.tsn, data->data.ppid, data->data.user_length, data->data.stream,
		data->data.ssn, data->flags };
	return hold(self, &fragment, at_ns);
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

void no_room_read(struct end *self, uint16_t stream, uint32_t ppid, int64_t at_ns)
{
	struct no_room *no_room = &self->no_room;
	size_t kept = 0;
	for (size_t i = 0; i < no_room->n; i++) {
		const struct without_room each = no_room->held[i];
		if (each.fragment.stream == stream && each.fragment.ppid == ppid)
			take(self, &each.fragment, at_ns);
		else
			no_room->held[kept++] = each;
	}
	no_room->n = kept;
}

/* The window is closed: of what has come since it was told last, some may have been dropped. */
static void doubt(struct end *self, const struct chunk *sack)
{
	const int64_t since_ns = self->no_room.told_ns - self->backlog_ns;
	const struct recent *each;
	if (!self->received.known || !self->has_init || !self->exact)
		return;
	for (unsigned n = 0; (each = end_recent(self, n, since_ns)); n++) {
		const struct fragment fragment = { each->tsn, each->ppid, each->octets, each->stream, each->ssn,
			each->flags };
		if (each->again || is_acknowledged(sack, each->tsn) || !received_has(&self->received, each->tsn) ||
			!data_withdrawn(self, &fragment))
			continue;
		if (!hold(self, &fragment, each->at_ns))
			return;
	}
	if (end_recent_begins_after(self, since_ns))
		lose(self);
}

void no_room_settle(struct end *self, const struct chunk *chunk, int64_t at_ns)
{
	struct no_room *no_room = &self->no_room;
	size_t kept = 0;
	if ((chunk->type != CHUNK_SACK && chunk->type != CHUNK_SHUTDOWN) || !chunk->decoded)
		return;
	if (chunk->type == CHUNK_SACK && chunk->sack.a_rwnd == 0)
		doubt(self, chunk);
	for (size_t i = 0; i < no_room->n; i++) {
		const struct without_room each = no_room->held[i];
		if (is_acknowledged(chunk, each.fragment.tsn))
			take(self, &each.fragment, at_ns);
		else if (at_ns - each.at_ns <= self->backlog_ns)
			no_room->held[kept++] = each;
	}
	no_room->n = kept;
	if (chunk->type != CHUNK_SACK)
		return;
	no_room->octets = 0;
	no_room->told_ns = at_ns;
}

void no_room_free(struct no_room *no_room)
{
	free(no_room->held);
	*no_room = (struct no_room){ 0 };
}
