/* SPDX-License-Identifier: Apache-2.0 */
/*
 * events.c - each event of a socket has its cause, and each cause its event, in the same instant (RFC 9260 sections
 * 5.4, 8 and 11.2; RFC 6458 section 6.1; RFC 7829).
 *
 * How wide a window is by the formulas does not matter here: a path fails in the very instant in which the error comes
 * that exceeds Path.Max.Retrans, and each error is seen on the wire.
 */
#include "cases/requirements.h"
#include "cases/rules/linux.h"
#include "runner/referee/rule.h"

/* An event of that kind has come, or one that had to come has not. `cause` is a phrase. */
static void judge_told(struct step *step, enum event_kind kind, const char *event, const char *cause)
{
	char expected[200];
	if (step->kind != kind)
		return;
	snprintf(expected, sizeof(expected), "%s when %s", event, cause);
	if (step->moment == ON_MISSED)
		must(step, false, expected, "no event, and that was at %.6f s", (double)step->since_ns / 1e9);
	else
		must(step, step->has_cause, expected, "it at %.6f s, when that was not so", (double)step->at_ns / 1e9);
}

RULE(events, "comm-up", .title = "comm_up comes when the association is established, once", .level = LEVEL_MUST,
	.requirements = IDS(R_6458_6_1_1_01, R_9260_11_2_4_01), .on = ON_EVENT | ON_MISSED)
{
	const bool again = step->moment == ON_EVENT && step->kind == EVENT_COMM_UP && !step->has_cause;
	if (again && step->self->established_ns >= 0 && step->self->row == ROW_B)
		deviates(step, &linux_comm_up_again, "no comm_up for an association that is up", "it at %.6f s",
			(double)step->at_ns / 1e9);
	else
		judge_told(step, EVENT_COMM_UP, "comm_up", "COOKIE ECHO is accepted or COOKIE ACK comes");
}

RULE(events, "restart", .title = "restart comes when the peer has begun anew, once", .level = LEVEL_MUST,
	.requirements = IDS(R_6458_6_1_1_04, R_9260_11_2_7_01), .on = ON_EVENT | ON_MISSED)
{
	judge_told(step, EVENT_RESTART, "restart", "COOKIE ECHO of a peer that has begun anew is accepted");
}

RULE(events, "comm-lost", .title = "comm_lost comes when the association is aborted or given up, once",
	.level = LEVEL_MUST, .requirements = IDS(R_6458_6_1_1_02, R_9260_8_1_06, R_9260_11_2_5_01),
	.on = ON_EVENT | ON_MISSED)
{
	judge_told(step, EVENT_COMM_LOST, "comm_lost", "an ABORT ends the association");
}

RULE(events, "shutdown-comp", .title = "shutdown_comp comes when the association is shut down, once",
	.level = LEVEL_MUST, .requirements = IDS(R_6458_6_1_1_05, R_9260_11_2_8_01), .on = ON_EVENT | ON_MISSED)
{
	judge_told(step, EVENT_SHUTDOWN_COMP, "shutdown_comp", "SHUTDOWN COMPLETE leaves or comes");
}

RULE(events, "shutdown", .title = "shutdown_event comes when the peer's SHUTDOWN comes, once", .level = LEVEL_MUST,
	.requirements = IDS(R_6458_6_1_5_01, R_9260_9_2_12), .on = ON_EVENT | ON_MISSED)
{
	judge_told(step, EVENT_SHUTDOWN, "shutdown_event", "a SHUTDOWN comes");
}

/* The errors of a path as Linux counts them when those of T2-shutdown go round all paths of the association; MANY: they
 * do not. */
static struct span errors_by_turns(const struct end *self, const struct destination *there)
{
	unsigned all = 0, paths = 0;
	for (unsigned i = 0; i < self->n_destinations; i++) {
		all += self->destinations[i].t2_strikes;
		paths += self->destinations[i].reach != REACH_UNCONFIRMED;
	}
	if (there->struck_by != STRIKE_SHUTDOWN || paths < 2)
		return (struct span){ MANY, MANY };
	const int64_t others = there->strikes.low - there->t2_strikes;
	return (struct span){ others + all / paths, others + (all + paths - 1) / paths };
}

RULE(events, "unreachable",
	.title = "addr_unreachable comes when the errors of a path exceed Path.Max.Retrans, not sooner and not later",
	.level = LEVEL_MUST,
	.requirements = IDS(R_9260_8_2_03, R_9260_8_2_04, R_9260_8_3_11, R_9260_8_3_12, R_6458_6_1_2_04, R_7829_3_15),
	.on = ON_EVENT | ON_MISSED)
{
	char cause[120];
	const struct end *self = step->self;
	if (step->kind != EVENT_ADDR_UNREACHABLE || !step->destination || !self->exact || !self->parameters.known)
		return;
	snprintf(cause, sizeof(cause), "%u errors have come one after the other, %lld .. %lld having been seen",
		self->parameters.path_max_retrans + 1, (long long)step->destination->strikes.low,
		(long long)step->destination->strikes.high);
	const struct span turns = errors_by_turns(self, step->destination);
	const int64_t limit = self->parameters.path_max_retrans;
	if (step->moment == ON_MISSED && turns.low <= limit)
		deviates(step, &linux_shutdown_errors_by_turns, "addr_unreachable",
			"no event, as the path has had %lld .. %lld errors of all, by turns", (long long)turns.low,
			(long long)turns.high);
	else if (step->moment == ON_EVENT && !step->has_cause && turns.low < MANY && turns.high > limit)
		deviates(step, &linux_shutdown_errors_by_turns, "addr_unreachable before",
			"it now, as the path has had %lld .. %lld errors of all, by turns", (long long)turns.low,
			(long long)turns.high);
	else
		judge_told(step, EVENT_ADDR_UNREACHABLE, "addr_unreachable", cause);
}

RULE(events, "potentially-failed",
	.title = "addr_potentially_failed comes when the errors of a path exceed PotentiallyFailed.Max.Retrans",
	.level = LEVEL_MUST, .requirements = IDS(R_7829_3_01, R_7829_7_1_01), .on = ON_EVENT | ON_MISSED)
{
	char cause[120];
	const struct end *self = step->self;
	if (step->kind != EVENT_ADDR_POTENTIALLY_FAILED || !step->destination || !self->exact ||
		!self->parameters.known)
		return;
	snprintf(cause, sizeof(cause), "%u errors have come one after the other, %lld .. %lld having been seen",
		self->parameters.pf_max_retrans + 1, (long long)step->destination->strikes.low,
		(long long)step->destination->strikes.high);
	judge_told(step, EVENT_ADDR_POTENTIALLY_FAILED, "addr_potentially_failed", cause);
}

RULE(events, "available", .title = "addr_available comes when an address that had failed answers", .level = LEVEL_MUST,
	.requirements = IDS(R_9260_8_2_06, R_9260_8_3_18, R_9260_8_3_19, R_6458_6_1_2_03, R_7829_3_12),
	.on = ON_EVENT | ON_MISSED)
{
	if (step->destination && step->self->exact)
		judge_told(step, EVENT_ADDR_AVAILABLE, "addr_available",
			"the HEARTBEAT ACK of a path that had failed comes");
}

RULE(events, "confirmed", .title = "addr_confirmed comes when an unconfirmed address answers its HEARTBEAT",
	.level = LEVEL_MUST, .requirements = IDS(R_6458_6_1_2_08, R_9260_5_4_03, R_9260_5_4_04, R_9260_5_4_11),
	.on = ON_EVENT | ON_MISSED)
{
	if (step->destination && step->self->exact)
		judge_told(step, EVENT_ADDR_CONFIRMED, "addr_confirmed",
			"the first HEARTBEAT ACK of an unconfirmed address comes");
}

static unsigned fewer(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

RULE(events, "streams", .title = "comm_up and restart tell the streams that were agreed on, at both ends",
	.level = LEVEL_MUST, .requirements = IDS(R_9260_5_1_1_02, R_9260_5_1_1_03, R_9260_5_1_1_05, R_6458_6_1_1_09),
	.on = ON_EVENT)
{
	const struct end *self = step->self, *peer = self->peer;
	char expected[80];
	if ((step->kind != EVENT_COMM_UP && step->kind != EVENT_RESTART) || step->event->outbound_streams == 0 ||
		!self->has_init || !peer->has_init)
		return;
	const unsigned out = fewer(self->outbound_streams, peer->inbound_streams);
	const unsigned in = fewer(self->inbound_streams, peer->outbound_streams);
	snprintf(expected, sizeof(expected), "%u streams out, %u in", out, in);
	must(step, step->event->outbound_streams == out && step->event->inbound_streams == in, expected, "%u, %u",
		step->event->outbound_streams, step->event->inbound_streams);
}
