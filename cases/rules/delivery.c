/* SPDX-License-Identifier: Apache-2.0 */
/* delivery.c - what a user gets is what has arrived (RFC 9260 sections 6.6 and 6.9; RFC 6458 section 5). */
#include "cases/requirements.h"
#include "runner/referee/rule.h"

/* Both in one: a message that is found is taken. */
RULE(delivery, "what-arrived", .title = "A message is delivered once, in the order of its stream, as it arrived",
	.level = LEVEL_MUST,
	.requirements = IDS(
		R_9260_6_6_01, R_9260_6_6_02, R_9260_6_9_17, R_9260_6_9_02, R_9260_11_2_1_01, R_6458_5_3_5_04),
	.on = ON_EVENT)
{
	struct end *self = step->self;
	const struct event *event = step->event;
	struct message message;
	uint16_t expected;
	if (step->kind != EVENT_MESSAGE || !self->exact || !self->association->from_the_start || self->delivery.lost ||
		self->association->reconfigured)
		return;
	if (!delivery_take(&self->delivery, event->stream, event->ppid, event->size, &message, &expected)) {
		if (!self->delivery.lost)
			must(step, false, "a message that has arrived, and was not delivered before",
				"one of stream %u, ppid %u and %u octets", event->stream, event->ppid, event->size);
		return;
	}
	must(step, message.unordered || message.ssn == expected, "the next message of its stream",
		"SSN %u instead of %u of stream %u", message.ssn, expected, message.stream);
}

RULE(delivery, "all", .title = "What has arrived is delivered, unless its association ends before", .level = LEVEL_MUST,
	.requirements = IDS(R_9260_6_6_03, R_9260_11_2_1_01), .on = AT_END)
{
	const struct end *self = step->self;
	if (!self->exact || !self->is_told || self->asking.pauses || !self->has_all_messages ||
		!self->association->from_the_start || self->delivery.lost || self->association->reconfigured ||
		self->association->is_restart || self->established_ns < 0)
		return;
	const int64_t end_ns = self->state == STATE_CLOSED ? self->state_ns : step->at_ns;
	const struct message *message = delivery_waits(&self->delivery, end_ns - EVENT_NS);
	if (message)
		must(step, false, "each message that has arrived to be delivered",
			"none of stream %u, ppid %u and %u octets, which is whole since %.6f s", message->stream,
			message->ppid, message->size, (double)message->whole_ns / 1e9);
	else
		must(step, true, "each message that has arrived to be delivered", "it");
}
