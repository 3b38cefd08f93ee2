/* SPDX-License-Identifier: Apache-2.0 */
/* delivery.c - see delivery.h. */
#include "runner/referee/delivery.h"

#include <stdlib.h>
#include <string.h>

#include "runner/referee/tsn.h"

enum { FLAG_E = 1, FLAG_B = 2, FLAG_U = 4 };

/* Room for one more of `size` octets; NULL: there is none. */
static void *grow(void *array, size_t n, size_t *room, size_t most, size_t size)
{
	if (n < *room)
		return array;
	const size_t more = *room ? 2 * *room : 16;
	void *larger = more <= most ? realloc(array, more * size) : NULL;
	if (larger)
		*room = more;
	return larger;
}

static void add_message(struct delivery *delivery, const struct message *message)
{
	struct message *messages = grow(
		delivery->messages, delivery->n_messages, &delivery->room_of_messages, MESSAGES_MAX, sizeof(*messages));
	if (!messages) {
		delivery->lost = true;
		return;
	}
	delivery->messages = messages;
	messages[delivery->n_messages++] = *message;
}

/* Whether the fragments from *at on are a whole message, up to *end. */
static bool is_whole(const struct delivery *delivery, size_t at, size_t *end)
{
	const struct fragment *fragments = delivery->fragments;
	if (!(fragments[at].flags & FLAG_B))
		return false;
	for (*end = at; *end < delivery->n_fragments; ++*end) {
		if (fragments[*end].tsn != fragments[at].tsn + (uint32_t)(*end - at))
			return false;
		if (fragments[*end].flags & FLAG_E)
			return true;
	}
	return false;
}

static void assemble(struct delivery *delivery, int64_t at_ns)
{
	size_t end;
	for (size_t at = 0; at < delivery->n_fragments; at++) {
		if (!is_whole(delivery, at, &end))
			continue;
		const struct fragment *first = &delivery->fragments[at];
		struct message message = { .ppid = first->ppid,
			.stream = first->stream,
			.ssn = first->ssn,
			.unordered = first->flags & FLAG_U,
			.whole_ns = at_ns };
		for (size_t i = at; i <= end; i++)
			message.size += delivery->fragments[i].length;
		add_message(delivery, &message);
		delivery->n_fragments -= end + 1 - at;
		memmove(&delivery->fragments[at], &delivery->fragments[end + 1],
			(delivery->n_fragments - at) * sizeof(*delivery->fragments));
		return;
	}
}

void delivery_arrives(struct delivery *delivery, const struct chunk *chunk, int64_t at_ns)
{
	const struct fragment fragment = { chunk->data.tsn, chunk->data.ppid, chunk->data.user_length,
		chunk->data.stream, chunk->data.ssn, chunk->flags };
	if (delivery->lost)
		return;
	struct fragment *fragments = grow(delivery->fragments, delivery->n_fragments, &delivery->room_of_fragments,
		FRAGMENTS_MAX, sizeof(*fragments));
	if (!fragments) {
		delivery->lost = true;
		return;
	}
	delivery->fragments = fragments;
	size_t at = delivery->n_fragments++;
	for (; at > 0 && tsn_after(fragments[at - 1].tsn, fragment.tsn); at--)
		fragments[at] = fragments[at - 1];
	fragments[at] = fragment;
	assemble(delivery, at_ns);
}

/* One that is a message by itself. */
static bool withdraw_message(struct delivery *delivery, const struct fragment *fragment)
{
	for (size_t i = 0; i < delivery->n_messages; i++) {
		const struct message *each = &delivery->messages[i];
		if (each->stream != fragment->stream || each->ssn != fragment->ssn || each->ppid != fragment->ppid ||
			each->size != fragment->length || each->unordered != ((fragment->flags & FLAG_U) != 0))
			continue;
		delivery->messages[i] = delivery->messages[--delivery->n_messages];
		return true;
	}
	return false;
}

bool delivery_withdraw(struct delivery *delivery, const struct fragment *fragment)
{
	if (delivery->lost)
		return true;
	if ((fragment->flags & (FLAG_B | FLAG_E)) == (FLAG_B | FLAG_E))
		return withdraw_message(delivery, fragment);
	for (size_t i = 0; i < delivery->n_fragments; i++) {
		if (delivery->fragments[i].tsn != fragment->tsn)
			continue;
		delivery->n_fragments--;
		memmove(&delivery->fragments[i], &delivery->fragments[i + 1],
			(delivery->n_fragments - i) * sizeof(*delivery->fragments));
		return true;
	}
	/* its message was whole, and which fragments it had is not kept */
	delivery->lost = true;
	return true;
}

/* The place of the next SSN of a stream, or NULL. */
static uint16_t *next_of(struct delivery *delivery, uint16_t stream)
{
	if (stream < delivery->n_streams)
		return &delivery->next[stream];
	const size_t wanted = stream + 1U;
	uint16_t *next = realloc(delivery->next, wanted * sizeof(*next));
	if (!next) {
		delivery->lost = true;
		return NULL;
	}
	memset(next + delivery->n_streams, 0, (wanted - delivery->n_streams) * sizeof(*next));
	delivery->next = next;
	delivery->n_streams = wanted;
	return &next[stream];
}

bool delivery_take(struct delivery *delivery, uint16_t stream, uint32_t ppid, uint32_t size, struct message *out,
	uint16_t *expected)
{
	uint16_t *next = next_of(delivery, stream);
	size_t found = delivery->n_messages;
	for (size_t i = 0; next && i < delivery->n_messages; i++) {
		const struct message *each = &delivery->messages[i];
		if (each->stream == stream && each->ppid == ppid && each->size == size &&
			(found == delivery->n_messages ||
				(uint16_t)(each->ssn - *next) < (uint16_t)(delivery->messages[found].ssn - *next)))
			found = i;
	}
	if (!next || found == delivery->n_messages)
		return false;
	*out = delivery->messages[found];
	*expected = *next;
	if (!out->unordered)
		*next = (uint16_t)(out->ssn + 1);
	delivery->messages[found] = delivery->messages[--delivery->n_messages];
	return true;
}

const struct message *delivery_waits(const struct delivery *delivery, int64_t by_ns)
{
	for (size_t i = 0; i < delivery->n_messages; i++) {
		const struct message *each = &delivery->messages[i];
		const uint16_t next = each->stream < delivery->n_streams ? delivery->next[each->stream] : 0;
		if (each->whole_ns <= by_ns && (each->unordered || each->ssn == next))
			return each;
	}
	return NULL;
}

void delivery_free(struct delivery *delivery)
{
	free(delivery->fragments);
	free(delivery->messages);
	free(delivery->next);
	*delivery = (struct delivery){ 0 };
}
