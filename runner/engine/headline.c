/* SPDX-License-Identifier: Apache-2.0 */
/* headline.c - see headline.h. */
#include "runner/engine/headline.h"

#include <string.h>

#include "netns/wire/wire.h"

/* Of a packet its chunks. */
static const char *name_of_packet(const struct wire_packet *packet, char text[REASON_MAX / 2])
{
	FILE *out = fmemopen(text, REASON_MAX / 2, "w");

	for (unsigned i = 0; out != NULL && i < packet->count; i++) {
		const struct wire_chunk *chunk = &packet->chunks[i];
		const char *name = chunk->any ? "any chunk" : chunk_name(chunk->type);

		if (name != NULL)
			fprintf(out, "%s%s", i ? " + " : "", name);
		else
			fprintf(out, "%schunk %u", i ? " + " : "", chunk->type);
	}
	if (out == NULL || fclose(out) != 0 || packet->count == 0)
		return observed_name(OBSERVED_PACKET);
	return text;
}

static const char *short_name(enum observed kind, int state)
{
	const bool has_names_of_its_own = kind == OBSERVED_ASSOC_CHANGE || kind == OBSERVED_PADDR_CHANGE;

	return has_names_of_its_own && observed_state_name(kind, state) != NULL ? observed_state_name(kind, state)
										: observed_name(kind);
}

void headline_of_event(
	const struct trial *t, const struct observation *observation, const char *what, char *text, size_t size)
{
	char name[REASON_MAX / 2];

	snprintf(text, size, "%s at the %s: %s",
		observation->kind == OBSERVED_PACKET ? name_of_packet(observation->packet, name)
						     : short_name(observation->kind, observation->state),
		t->peers[observation->socket].name, what);
}

static const char *name_of_item(const struct item *item, char text[REASON_MAX / 2])
{
	return item->kind == OBSERVED_PACKET ? name_of_packet(&item->packet->packet, text)
					     : short_name(item->kind, item->state);
}

void headline_of_match(const struct trial *t, const struct expectation *expectation, const struct match *match,
	char *text, size_t size)
{
	const struct item *item = &expectation->items[match->item];
	const struct observation *culprit = &t->evidence->observations[match->observation];
	char what[REASON_MAX / 2 + 32], name[REASON_MAX / 2];

	switch (match->mismatch) {
	case MISSING:
		snprintf(text, size, "%s at the %s: missing", name_of_item(item, name), t->peers[item->socket].name);
		return;
	case WRONG_STATE:
		snprintf(what, sizeof(what), "instead of %s", short_name(item->kind, item->state));
		break;
	case WRONG_ORDER:
		item = &expectation->items[match->first_open];
		snprintf(what, sizeof(what), "in the wrong order, before %s at the %s", name_of_item(item, name),
			t->peers[item->socket].name);
		break;
	default:
		snprintf(what, sizeof(what), "%s", mismatch_name(match->mismatch));
	}
	headline_of_event(t, culprit, what, text, size);
}

vtime headline_wait(const struct trial *t, const struct expectation *expectation, struct match *match)
{
	const struct evidence *evidence = t->evidence;
	const struct item *first = &expectation->items[match->first_open];

	if (match->mismatch != WRONG_ORDER || expectation->order != IN_ORDER)
		return VTIME_FOREVER;
	for (size_t i = match->observation; i < evidence->observation_count; i++)
		if (!evidence->accounted[i] && item_fits(first, &evidence->observations[i]))
			return VTIME_FOREVER;
	if (now((struct trial *)(uintptr_t)t) <= first->within.to)
		return first->within.to + 1;
	match->mismatch = MISSING;
	match->item = match->first_open;
	return VTIME_FOREVER;
}
