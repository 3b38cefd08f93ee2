/* SPDX-License-Identifier: Apache-2.0 */
/* buffer.c - see buffer.h. */
#include "runner/referee/buffer.h"

#include "runner/referee/failure.h"

enum { FULL = 16 };

bool buffer_is_known(const struct end *self)
{
	return self->exact && self->is_told && self->has_all_messages && self->has_init && self->parameters.known &&
		self->association->from_the_start && !self->association->is_restart && !self->delivery.lost;
}

uint64_t buffer_most(const struct end *self)
{
	return self->buffer.arrived > self->buffer.read ? self->buffer.arrived - self->buffer.read : 0;
}

void buffer_fill(struct end *self, uint32_t octets)
{
	struct buffer *buffer = &self->buffer;
	buffer->arrived += octets;
	if (buffer_most(self) * FULL < self->first_window)
		return;
	buffer->was_full = true;
	buffer->reads = 0;
}

void buffer_withdraw(struct end *self, uint32_t octets)
{
	self->buffer.arrived -= octets;
}

void buffer_read(struct end *self, uint32_t octets)
{
	self->buffer.read += octets;
	self->buffer.read_since += octets;
	self->buffer.read_since_told += octets;
	self->buffer.reads++;
}

uint64_t buffer_least(const struct end *self, int64_t at_ns)
{
	const struct delivery *delivery = &self->delivery;
	const struct recent *each;
	uint64_t least = buffer_most(self), unsure = 0, being_read = 0;
	for (unsigned n = 0; (each = end_recent(self, n, at_ns - self->backlog_ns)); n++)
		unsure += each->again ? 0 : each->octets;
	/* who had stopped reading, and goes on, reads many before it tells of the first */
	if (at_ns < self->asking.caught_up_by_ns)
		return 0;
	/* of a message that is not whole a part may have been read (partial delivery) */
	for (size_t i = 0; i < delivery->n_fragments; i++)
		unsure += delivery->fragments[i].length;
	/* the user is told of a message a moment after it was read */
	for (size_t i = 0; i < delivery->n_messages; i++)
		if (at_ns - delivery->messages[i].whole_ns <= EVENT_NS)
			unsure += delivery->messages[i].size;
		else if (delivery->messages[i].size > being_read)
			being_read = delivery->messages[i].size;
	unsure += being_read;
	return least > unsure ? least - unsure : 0;
}

bool buffer_has_recovered(const struct end *self)
{
	return !self->buffer.was_full || self->buffer.reads > self->first_window / self->parameters.mtu + 1;
}

/* A quarter of the window: less than that need not be told (section 6.2 wants no silly window). */
static bool is_open_beyond(const struct end *self, uint32_t told)
{
	return buffer_is_known(self) && self->state == STATE_ESTABLISHED && self->established_ns >= 0 &&
		buffer_most(self) + told + self->first_window / 4 <= self->first_window;
}

static uint64_t least_to_tell(const struct end *self)
{
	return self->first_window / 4 + 2 * self->parameters.mtu;
}

bool buffer_opens(const struct end *self)
{
	return is_open_beyond(self, self->a_rwnd) && self->buffer.read_since >= least_to_tell(self);
}

void buffer_told(struct end *self, uint32_t a_rwnd, bool for_data)
{
	self->buffer.read_since = 0;
	if (!for_data)
		return;
	self->buffer.told = a_rwnd;
	self->buffer.read_since_told = 0;
}

bool buffer_has_opened(const struct end *self, uint32_t size)
{
	const uint64_t before = self->buffer.read_since_told, least = least_to_tell(self);
	return before < least && before + size >= least && is_open_beyond(self, self->buffer.told);
}
