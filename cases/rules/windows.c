/* SPDX-License-Identifier: Apache-2.0 */
/* windows.c - what a_rwnd tells: the room that is left for what arrives (RFC 9260 sections 6.2 and 6.2.1). */
#include "cases/requirements.h"
#include "runner/referee/rule.h"

#define SACK CHUNKS(CHUNK_SACK)

RULE(windows, "shrinks", .title = "The window is smaller by what waits for the user", .level = LEVEL_SHOULD,
	.requirements = IDS(R_9260_6_2_29, R_9260_6_2_28), .on = ON_SENDING, .chunks = SACK)
{
	const struct end *self = step->self;
	char expected[120];
	if (!step->chunk->decoded || !buffer_is_known(self))
		return;
	const uint64_t held = buffer_least(self, step->at_ns);
	snprintf(expected, sizeof(expected), "%u octets less the %llu that have not been read, at the most",
		self->first_window, (unsigned long long)held);
	must(step, step->chunk->sack.a_rwnd + held <= self->first_window, expected, "%u", step->chunk->sack.a_rwnd);
}

RULE(windows, "grows-back", .title = "What its user has read is room again", .level = LEVEL_SHOULD,
	.requirements = IDS(R_9260_3_3_2_17, R_9260_3_3_3_12, R_9260_6_2_27), .on = ON_SENDING, .chunks = SACK)
{
	const struct end *self = step->self;
	char expected[120];
	if (!step->chunk->decoded || !buffer_is_known(self) || !buffer_has_recovered(self))
		return;
	const uint64_t held = buffer_most(self);
	snprintf(expected, sizeof(expected), "%u octets less the %llu that may not have been read, at the least",
		self->first_window, (unsigned long long)held);
	must(step, step->chunk->sack.a_rwnd + held >= self->first_window, expected, "%u", step->chunk->sack.a_rwnd);
}

RULE(windows, "update", .title = "A window that opens is told at once", .level = LEVEL_SHOULD,
	.requirements = IDS(R_9260_6_2_12, R_9260_6_2_27), .on = ON_SENDING | ON_UNANSWERED | ON_EVENT, .chunks = SACK)
{
	const struct end *self = step->self;
	/* as often as a stack tells it, which reads before its user knows: the SACK has left by then */
	if (step->moment == ON_EVENT) {
		if (step->kind == EVENT_MESSAGE && self->a_rwnd > self->buffer.told &&
			buffer_has_opened(self, step->event->size))
			must(step, true, "a SACK with the window that has opened", "it");
		return;
	}
	must_at_once(step, ANSWER_WINDOW, "a SACK with the window that has opened");
}
