/* SPDX-License-Identifier: Apache-2.0 */
/* told_numbers.c - what the stack of an end says of itself: which association it is about. */
#include "runner/referee/parts.h"

/* The association of that socket with that id, if its events have told it. */
static struct end *end_of(const struct referee *referee, const struct numbers *numbers)
{
	for (struct association *each = referee->all; each; each = each->next) {
		struct end *self = &each->end[numbers->end];
		if (end_is_bound(self, numbers->port, numbers->bound) && self->is_told && self->id_known &&
			self->assoc_id == numbers->assoc_id)
			return self;
	}
	return NULL;
}

static struct destination *destination_of(struct end *self, const struct numbers *numbers)
{
	for (unsigned i = 0; numbers->has_address && i < self->n_destinations; i++)
		if (address_equal(&self->destinations[i].address, &numbers->address))
			return &self->destinations[i];
	return NULL;
}

/* Of all associations that the end has or had. */
static struct whole whole_of(const struct referee *referee, int end)
{
	const struct passed *passed = &referee->passed[end];
	struct whole whole = {
		.packets_in = passed->in,
		.packets_out = passed->out,
		.bunched_out = passed->bunched,
	};
	for (const struct association *each = referee->all; each; each = each->next) {
		const struct end *self = &each->end[end];
		counts_add(&whole.counts, &self->counts);
		whole.is_odd |= each->is_restart || each->has_crossed;
		if (self->established_ns < 0)
			continue;
		whole.active += self->cookie_echo.count > 0;
		whole.passive += self->cookie_echo.count == 0;
		whole.established += self->state != STATE_CLOSED;
	}
	return whole;
}

void referee_tell_numbers(struct referee *referee, const struct numbers *numbers)
{
	struct whole whole;
	struct end *self = NULL;
	if (numbers->of != NUMBERS_OF_ALL)
		self = end_of(referee, numbers);
	else if (referee->last)
		self = &referee->last->end[numbers->end];
	if (!self || !self->exact)
		return;
	const int64_t last_ns = numbers->of == NUMBERS_OF_ALL ? referee->seen_ns : self->association->last_ns;
	/* Something comes or goes: nobody knows which of both was first. */
	if (numbers->from_ns - last_ns <= self->backlog_ns)
		return;
	referee_settle(referee, self->association, numbers->at_ns);
	struct step step = {
		.referee = referee,
		.self = self,
		.at_ns = numbers->from_ns,
		.path = -1,
		.destination = destination_of(self, numbers),
		.numbers = numbers,
	};
	if (numbers->of == NUMBERS_OF_ALL) {
		whole = whole_of(referee, numbers->end);
		step.whole = &whole;
	}
	if (step.destination)
		step.path = step.destination->path;
	referee_judge(&step, ON_NUMBERS);
}
