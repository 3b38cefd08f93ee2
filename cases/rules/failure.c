/* SPDX-License-Identifier: Apache-2.0 */
/* failure.c - when an association is given up (RFC 9260 sections 4, 8.1 and 9.2). */
#include "cases/requirements.h"
#include "runner/referee/rule.h"

RULE(failure, "association-limit",
	.title = "An association has no more than Association.Max.Retrans errors one after the other",
	.level = LEVEL_LINUX, .requirements = IDS(R_9260_8_1_01, R_9260_8_1_02, R_9260_8_1_04, R_9260_8_1_08),
	.on = ON_STRIKE)
{
	const struct end *self = step->self;
	const unsigned limit = self->parameters.association_max_retrans;
	char expected[80];
	if (!self->parameters.known || !self->exact)
		return;
	snprintf(expected, sizeof(expected), "%u errors at the most", limit);
	must(step, self->strikes.low <= limit, expected, "%lld", (long long)self->strikes.low);
}

/* The error that exceeds the limit is not seen: its timer sends an ABORT, or nothing. Linux counts the HEARTBEATs of
 * all paths, where section 8.1 would have those of the path in use only. */
RULE(failure, "association-given-up",
	.title = "An association is given up by the error that exceeds Association.Max.Retrans", .level = LEVEL_LINUX,
	.requirements = IDS(R_9260_5_4_09, R_9260_8_1_01, R_9260_8_1_04, R_9260_8_1_06, R_9260_8_1_09, R_9260_8_1_10),
	.on = ON_EVENT)
{
	const struct end *self = step->self;
	const int64_t limit = self->parameters.association_max_retrans;
	char expected[80];
	if (step->kind != EVENT_COMM_LOST || !self->parameters.known || !self->exact || !self->gives_up)
		return;
	snprintf(expected, sizeof(expected), "it after %lld errors", (long long)limit);
	must(step, may_be(self->strikes, limit), expected, "it after %lld .. %lld", (long long)self->strikes.low,
		(long long)self->strikes.high);
}

RULE(failure, "setup-given-up", .title = "A set-up is given up when Max.Init.Retransmits is exceeded",
	.level = LEVEL_MUST, .requirements = IDS(R_9260_5_1_4_05, R_9260_4_04, R_9260_4_05, R_9260_4_07, R_9260_4_08),
	.on = ON_EVENT)
{
	const struct end *self = step->self;
	const unsigned limit = self->parameters.max_init_retransmits + 1;
	char expected[80];
	/* without an ABORT, which leaves it CLOSED */
	if (step->kind != EVENT_CANT_ASSOC || !self->parameters.known || !self->exact || self->blind ||
		(self->state != STATE_COOKIE_WAIT && self->state != STATE_COOKIE_ECHOED))
		return;
	const unsigned sent = self->state == STATE_COOKIE_WAIT ? self->init.count : self->cookie_echo.count;
	snprintf(expected, sizeof(expected), "cant_assoc after %u attempts", limit);
	must(step, sent == limit, expected, "it after %u", sent);
}
