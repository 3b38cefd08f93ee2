/* SPDX-License-Identifier: Apache-2.0 */
/* ends.c - an association that is over is over: what its ends still send, and what their users are told (RFC 9260
 * sections 8.4, 9.1 and 11.2; RFC 6458 section 6.1). */
#include "cases/requirements.h"
#include "runner/referee/rule.h"

RULE(ends, "nothing-after", .title = "When an association is over nothing of it is sent any more", .level = LEVEL_MUST,
	.requirements = IDS(R_9260_8_1_05, R_9260_9_1_05, R_9260_9_1_07, R_9260_8_4_13, R_9260_9_2_28), .on = ON_PACKET)
{
	const struct end *self = step->self;
	const uint8_t first = step->packet->chunk_count ? step->packet->chunks[0].type : CHUNK_PAD;
	/* section 8.4 has an INIT, a COOKIE ECHO and a SHUTDOWN ACK answered, and ABORT sent */
	if (!self->exact || self->state != STATE_CLOSED || step->at_ns - self->state_ns <= self->backlog_ns)
		return;
	must(step,
		first == CHUNK_ABORT || first == CHUNK_SHUTDOWN_COMPLETE || first == CHUNK_INIT ||
			first == CHUNK_INIT_ACK || first == CHUNK_COOKIE_ACK || first == CHUNK_ERROR,
		"nothing but what answers packets out of the blue", "%s", chunk_name(first) ?: "another chunk");
}

RULE(ends, "nothing-told-after", .title = "After comm_lost or shutdown_comp nothing comes but send_failed",
	.level = LEVEL_MUST, .requirements = IDS(R_6458_6_1_1_02, R_6458_6_1_1_05), .on = ON_EVENT)
{
	if (step->self->is_told_over && step->kind != EVENT_RESTART)
		must(step, step->kind == EVENT_SEND_FAILED, "nothing but send_failed once the association is over",
			"%s", step->event->text ?: "another event");
}

RULE(ends, "cause", .title = "comm_lost has the cause of the ABORT that came", .level = LEVEL_MUST,
	.requirements = IDS(R_9260_9_1_09, R_9260_11_2_5_01), .on = ON_EVENT)
{
	const struct end *self = step->self;
	if (step->kind == EVENT_COMM_LOST && self->exact && self->abort_came)
		must(step, step->event->error == self->abort_cause, "the error cause of the ABORT", "%u instead of %u",
			step->event->error, self->abort_cause);
}

RULE(ends, "send-failed", .title = "Each message that was sent and not acknowledged comes back by send_failed, once",
	.level = LEVEL_MUST,
	.requirements = IDS(R_6458_6_1_1_03, R_6458_6_1_11_01, R_6458_6_1_11_02, R_9260_8_1_07, R_9260_11_2_2_01),
	.on = AT_END)
{
	const struct end *self = step->self;
	char expected[120];
	if (!self->exact || !self->is_told || !self->is_told_over || self->asking.pauses ||
		!(asking_is_told(self, EVENT_SEND_FAILED) || asking_is_told(self, EVENT_SEND_FAILED_EVENT)) ||
		self->told_over != EVENT_COMM_LOST || !self->sent.known || step->at_ns - self->told_over_ns <= EVENT_NS)
		return;
	snprintf(expected, sizeof(expected), "send_failed of %lld .. %lld messages that had been sent",
		(long long)self->to_fail.low, (long long)self->to_fail.high);
	must(step, may_be(self->to_fail, self->failed), expected, "of %u", self->failed);
}

/* Whether it is outstanding: -1 when that cannot be told, as something left unseen, or in several pieces. */
static int is_outstanding(const struct sent *sent, const struct event *event)
{
	int found = 0;
	for (size_t i = 0; i < sent->n; i++) {
		const struct sent_chunk *each = sent_find(sent, sent->acknowledged + 1 + (uint32_t)i);
		if (!each || each->to < 0)
			return -1;
		found |= each->ppid == event->ppid && each->stream == event->stream && each->length == event->size;
	}
	return found;
}

RULE(ends, "send-failed-mode", .title = "send_failed tells whether the message was ever sent", .level = LEVEL_MUST,
	.requirements = IDS(R_6458_6_1_11_02, R_6458_6_1_4_02), .on = ON_EVENT)
{
	const struct end *self = step->self;
	if (step->kind != EVENT_SEND_FAILED || !self->exact || !self->is_told_over || step->event->size == 0 ||
		self->told_over != EVENT_COMM_LOST || !self->sent.known || self->blind)
		return;
	const int outstanding = is_outstanding(&self->sent, step->event);
	if (outstanding >= 0)
		must(step, step->event->unsent == !outstanding,
			outstanding ? "it to be told as sent" : "it to be told as unsent",
			"the message with ppid %u as %s", step->event->ppid, step->event->unsent ? "unsent" : "sent");
}
