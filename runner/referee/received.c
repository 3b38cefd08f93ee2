/* SPDX-License-Identifier: Apache-2.0 */
/* received.c - see received.h. */
#include "runner/referee/received.h"

#include <stdlib.h>
#include <string.h>

#include "runner/referee/tsn.h"

void received_begin(struct received *received, uint32_t initial_tsn)
{
	received->known = true;
	received->cumulative = initial_tsn - 1;
	received->n = 0;
}

bool received_has(const struct received *received, uint32_t tsn)
{
	if (!tsn_after(tsn, received->cumulative))
		return true;
	for (size_t i = 0; i < received->n; i++)
		if (!tsn_after(received->ranges[i].first, tsn) && !tsn_after(tsn, received->ranges[i].last))
			return true;
	return false;
}

bool received_has_all(const struct received *received, uint32_t first, uint32_t last, uint32_t *missing)
{
	*missing = tsn_after(first, received->cumulative) ? first : received->cumulative + 1;
	for (size_t i = 0; i < received->n && !tsn_after(received->ranges[i].first, *missing); i++)
		if (!tsn_after(*missing, received->ranges[i].last))
			*missing = received->ranges[i].last + 1;
	return tsn_after(*missing, last);
}

static void remove_range(struct received *received, size_t at)
{
	received->n--;
	memmove(&received->ranges[at], &received->ranges[at + 1], (received->n - at) * sizeof(*received->ranges));
}

/* Ranges that the cumulative TSN has reached are no gaps any more. */
static void swallow(struct received *received)
{
	while (received->n > 0 && !tsn_after(received->ranges[0].first, received->cumulative + 1)) {
		if (tsn_after(received->ranges[0].last, received->cumulative))
			received->cumulative = received->ranges[0].last;
		remove_range(received, 0);
	}
}

static bool make_room(struct received *received)
{
	if (received->n < received->room)
		return true;
	const size_t room = received->room ? 2 * received->room : 16;
	struct tsn_range *ranges =
		received->n < RECEIVED_RANGES_MAX ? realloc(received->ranges, room * sizeof(*ranges)) : NULL;
	if (!ranges)
		return false;
	received->ranges = ranges;
	received->room = room;
	return true;
}

static bool insert(struct received *received, uint32_t tsn)
{
	size_t at = received->n;
	while (at > 0 && tsn_after(received->ranges[at - 1].first, tsn))
		at--;
	struct tsn_range *before = at > 0 ? &received->ranges[at - 1] : NULL;
	struct tsn_range *after = at < received->n ? &received->ranges[at] : NULL;
	const bool joins_before = before && before->last + 1 == tsn, joins_after = after && after->first == tsn + 1;
	if (joins_before)
		before->last = joins_after ? after->last : tsn;
	else if (joins_after)
		after->first = tsn;
	if (joins_before && joins_after)
		remove_range(received, at);
	if (joins_before || joins_after)
		return true;
	if (!make_room(received))
		return false;
	memmove(&received->ranges[at + 1], &received->ranges[at], (received->n - at) * sizeof(*received->ranges));
	received->ranges[at] = (struct tsn_range){ tsn, tsn };
	received->n++;
	return true;
}

enum arrival received_add(struct received *received, uint32_t tsn)
{
	if (!received->known)
		return ARRIVAL_UNKNOWN;
	if (received_has(received, tsn))
		return ARRIVAL_AGAIN;
	if (tsn == received->cumulative + 1)
		received->cumulative = tsn;
	else if (!insert(received, tsn))
		return ARRIVAL_UNKNOWN;
	swallow(received);
	return ARRIVAL_NEW;
}

/* The range that `first` and `last` are from now on, at that place. */
static void add_range(struct received *received, size_t at, uint32_t first, uint32_t last)
{
	if (tsn_after(first, last))
		return;
	if (!make_room(received)) {
		received->known = false;
		return;
	}
	memmove(&received->ranges[at + 1], &received->ranges[at], (received->n - at) * sizeof(*received->ranges));
	received->ranges[at] = (struct tsn_range){ first, last };
	received->n++;
}

void received_remove(struct received *received, uint32_t tsn)
{
	if (!received->known || !received_has(received, tsn))
		return;
	if (!tsn_after(tsn, received->cumulative)) {
		const uint32_t last = received->cumulative;
		received->cumulative = tsn - 1;
		add_range(received, 0, tsn + 1, last);
		return;
	}
	size_t at = 0;
	while (tsn_after(tsn, received->ranges[at].last))
		at++;
	const struct tsn_range whole = received->ranges[at];
	remove_range(received, at);
	add_range(received, at, tsn + 1, whole.last);
	add_range(received, at, whole.first, tsn - 1);
}

void received_advance(struct received *received, uint32_t cumulative)
{
	if (!received->known || !tsn_after(cumulative, received->cumulative))
		return;
	received->cumulative = cumulative;
	swallow(received);
}

void received_free(struct received *received)
{
	free(received->ranges);
	*received = (struct received){ 0 };
}
