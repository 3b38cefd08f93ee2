/* SPDX-License-Identifier: Apache-2.0 */
/* timers.c - what is sent by the clock (RFC 9260 sections 4, 5.1.6, 6.3 and 8.3). */
#include "cases/requirements.h"
#include "cases/rules/linux.h"
#include "runner/protocol/kernel_timers.h"
#include "runner/referee/rule.h"

static double s(int64_t ns)
{
	return (double)ns / 1e9;
}

RULE(timers, "t3-rtx", .title = "T3-rtx expires an RTO after it was set, and DATA is sent again then",
	.level = LEVEL_MUST,
	.requirements = IDS(R_9260_6_3_01, R_9260_6_3_1_02, R_9260_6_3_1_03, R_9260_6_3_3_05, R_9260_6_3_2_01,
		R_9260_6_3_2_02, R_9260_6_3_2_03, R_9260_6_3_3_02, R_9260_6_3_3_07, R_9260_6_3_1_09, R_9260_6_1_24,
		R_9260_6_1_26),
	.on = ON_STRIKE | ON_OVERDUE)
{
	char expected[160];
	if (step->moment == ON_OVERDUE) {
		if (step->is_t3)
			must(step, false, "DATA that is not acknowledged to be sent again when T3-rtx expires",
				"nothing until %.6f s", s(step->since_ns));
		return;
	}
	const struct strike *strike = &step->self->struck;
	const struct timer *timer = &strike->timer;
	if (strike->cause != STRIKE_T3_RTX || !strike->sure || !timer->runs || !step->self->parameters.known ||
		step->destination->unseen || strike->in_doubt)
		return;
	const int64_t from = timer->since_ns.low + timer->length_ns.low - TICK_NS;
	const int64_t to = timer->since_ns.high + timer->length_ns.high + timer_lateness(timer->length_ns.high);
	snprintf(expected, sizeof(expected), "T3-rtx, set at %.6f s, to expire after an RTO of %.3f .. %.3f s",
		s(timer->since_ns.high), s(timer->length_ns.low), s(timer->length_ns.high));
	must(step, step->at_ns >= from && step->at_ns <= to, expected, "DATA again after %.6f s",
		s(step->at_ns - timer->since_ns.high));
}

/* However T3-rtx ran, in loss recovery too: it was set at `restarted_ns` or later, for RTO.Min at the least. */
RULE(timers, "t3-not-sooner",
	.title = "DATA is not sent again before T3-rtx can have expired, but for fast retransmission",
	.level = LEVEL_MUST, .requirements = IDS(R_9260_6_3_2_01, R_9260_6_3_2_03, R_9260_6_3_1_09), .on = ON_SENDING,
	.chunks = CHUNKS(CHUNK_DATA, CHUNK_I_DATA))
{
	const struct end *self = step->self;
	const struct sent_chunk *before =
		step->chunk->decoded && self->exact ? sent_find(&self->sent, step->chunk->data.tsn) : NULL;
	char expected[160];
	if (!before || before->to < 0 || before->marked || self->established_ns < 0 || !self->parameters.known ||
		step->packet->chunks[0].type == CHUNK_COOKIE_ECHO || step->at_ns - self->sack_ns <= self->backlog_ns)
		return;
	/* it may be marked since T3-rtx may have expired before, or nobody has seen what became of it */
	const struct destination *there = &self->destinations[before->to];
	if (before->last_ns <= there->marked_ns || there->unseen || failure_is_blind(self, there))
		return;
	const int64_t least = self->parameters.rto_min_ns, since = step->at_ns - there->restarted_ns;
	snprintf(expected, sizeof(expected), "TSN %u again %.3f s after %.6f s at the soonest, when T3-rtx was set",
		before->tsn, s(least), s(there->restarted_ns));
	must(step, since >= least - TICK_NS, expected, "it %.3f s after that", s(since));
}

RULE(timers, "heartbeats-apart",
	.title = "HEARTBEATs to an idle path are an RTO and HB.interval apart, give or take half an RTO",
	.level = LEVEL_SHOULD,
	.requirements = IDS(R_9260_8_3_22, R_9260_8_3_23, R_9260_8_3_01, R_9260_8_3_13, R_9260_5_4_07, R_7829_3_08),
	.on = ON_SENDING, .chunks = CHUNKS(CHUNK_HEARTBEAT))
{
	const struct address to = address_of(&step->packet->destination);
	const struct destination *destination = end_destination(step->self, &to);
	const int64_t least = destination ? failure_heartbeat_apart(step->self, destination) : 0;
	char expected[120];
	if (least <= 0 || heartbeat_probes_mtu(step->packet) || !step->self->exact || step->self->established_ns < 0)
		return;
	snprintf(expected, sizeof(expected), "%.3f s at least from one to the next", s(least));
	must(step, step->at_ns - destination->heartbeat_ns >= least, expected, "%.3f s",
		s(step->at_ns - destination->heartbeat_ns));
}

RULE(timers, "heartbeats-come", .title = "An idle path gets a HEARTBEAT in time", .level = LEVEL_SHOULD,
	.requirements = IDS(R_9260_5_4_05, R_9260_8_3_01, R_9260_8_3_22, R_9260_8_3_13, R_9260_5_4_03, R_7829_3_08),
	.on = ON_SENDING | ON_OVERDUE, .chunks = CHUNKS(CHUNK_HEARTBEAT))
{
	if (step->moment == ON_OVERDUE) {
		if (!step->is_t3 && step->destination->reach == REACH_POTENTIALLY_FAILED)
			deviates(step, &linux_pf_heartbeats_wait,
				"a HEARTBEAT to a path that has become potentially failed", "none until %.6f s",
				s(step->since_ns));
		else if (!step->is_t3)
			must(step, false, "a HEARTBEAT to an idle path", "none until %.6f s", s(step->since_ns));
		return;
	}
	const struct address to = address_of(&step->packet->destination);
	const struct destination *destination = end_destination(step->self, &to);
	const int64_t by_ns = destination ? failure_heartbeat_by(step->self, destination) : INT64_MAX;
	if (by_ns == INT64_MAX || heartbeat_probes_mtu(step->packet))
		return;
	if (step->at_ns > by_ns && destination->data_ns < 0 && destination->late_heartbeats == 0)
		deviates(step, &linux_heartbeats_held_back, "a HEARTBEAT to an idle path in time", "one %.3f s late",
			s(step->at_ns - by_ns));
	else
		must(step, step->at_ns <= by_ns, "a HEARTBEAT to an idle path in time", "one %.3f s late",
			s(step->at_ns - by_ns));
}

/* T1-init and T1-cookie: min(RTO.Initial * 2^n, RTO.Max), each value once for each address (section 4). */
static void judge_t1(struct step *step, const struct attempts *attempts)
{
	const struct end *self = step->self;
	const struct parameters *parameters = &self->parameters;
	const unsigned addresses = self->association->tried_at_once;
	char expected[120];
	if (!parameters->known || !self->exact || addresses == 0 || attempts->count == 0 || self->established_ns >= 0)
		return;
	int64_t length = parameters->rto_initial_ns;
	for (unsigned n = (attempts->count - 1) / addresses; n > 0 && length < parameters->rto_max_ns; n--)
		length *= 2;
	if (length > parameters->rto_max_ns)
		length = parameters->rto_max_ns;
	const int64_t gap = step->at_ns - attempts->last_ns;
	snprintf(expected, sizeof(expected), "attempt %u after %.3f s", attempts->count + 1, s(length));
	must(step, gap >= length - TICK_NS && gap <= length + timer_lateness(length), expected, "%.3f s", s(gap));
}

RULE(timers, "t1-init", .title = "INIT is sent again after RTO.Initial, which doubles", .level = LEVEL_MUST,
	.requirements = IDS(R_9260_5_1_03, R_9260_5_1_6_01, R_9260_4_03, R_9260_6_3_1_01), .on = ON_SENDING,
	.chunks = CHUNKS(CHUNK_INIT))
{
	const struct end *self = step->self;
	/* another one after a stale cookie, or with another tag, is a first one */
	if (self->state == STATE_COOKIE_WAIT && step->chunk->decoded && step->chunk->init.initiate_tag == self->tag &&
		self->cookie_echo.count == 0)
		judge_t1(step, &self->init);
}

RULE(timers, "t1-cookie", .title = "COOKIE ECHO is sent again after RTO.Initial, which doubles", .level = LEVEL_MUST,
	.requirements = IDS(R_9260_5_1_4_03, R_9260_5_1_4_04, R_9260_4_06), .on = ON_SENDING,
	.chunks = CHUNKS(CHUNK_COOKIE_ECHO))
{
	if (step->self->state == STATE_COOKIE_ECHOED)
		judge_t1(step, &step->self->cookie_echo);
}

/* SHUTDOWN ACK that answers a COOKIE ECHO, with an ERROR: no timer has sent it. */
static bool answers_a_cookie(const struct step *step)
{
	for (unsigned i = 0; i < step->packet->chunk_count; i++)
		if (step->packet->chunks[i].type == CHUNK_ERROR)
			return true;
	return false;
}

/* T2-shutdown: the RTO of the path, which doubles. With several paths Linux takes that of another one by turns. */
RULE(timers, "t2-shutdown", .title = "SHUTDOWN and SHUTDOWN ACK are sent again after an RTO", .level = LEVEL_MUST,
	.requirements = IDS(R_9260_9_2_04, R_9260_9_2_05, R_9260_9_2_06, R_9260_9_2_24), .on = ON_SENDING,
	.chunks = CHUNKS(CHUNK_SHUTDOWN, CHUNK_SHUTDOWN_ACK))
{
	const struct end *self = step->self;
	const struct attempts *attempts = &self->shutdown;
	char expected[120];
	if (!self->exact || !self->parameters.known || self->n_destinations != 1 || attempts->count == 0 ||
		self->arrived_ns >= attempts->last_ns || self->destinations[0].unseen ||
		step->at_ns - attempts->last_ns <= self->backlog_ns || answers_a_cookie(step))
		return;
	const struct span *rto = &self->destinations[0].rto.ns;
	const int64_t gap = step->at_ns - attempts->last_ns;
	snprintf(expected, sizeof(expected), "it again after %.3f .. %.3f s", s(rto->low), s(rto->high));
	must(step, gap >= rto->low - TICK_NS && gap <= rto->high + timer_lateness(rto->high), expected,
		"it after %.3f s", s(gap));
}

RULE(timers, "t5-shutdown-guard", .title = "A shutdown lasts five times RTO.Max at the most", .level = LEVEL_SHOULD,
	.requirements = IDS(R_9260_9_2_21, R_9260_9_2_22), .on = ON_SENDING,
	.chunks = CHUNKS(CHUNK_SHUTDOWN, CHUNK_SHUTDOWN_ACK))
{
	const struct end *self = step->self;
	const int64_t most = 5 * self->parameters.rto_max_ns, since = step->at_ns - self->shutdown.first_ns;
	char expected[120];
	if (!self->exact || !self->parameters.known || self->shutdown.count == 0)
		return;
	snprintf(expected, sizeof(expected), "no more than %.3f s from the first one", s(most));
	must(step, since <= most + timer_lateness(most), expected, "%.3f s", s(since));
}

RULE(timers, "shutdown-limit", .title = "SHUTDOWN is sent again Association.Max.Retrans times at the most",
	.level = LEVEL_SHOULD, .requirements = IDS(R_9260_9_2_08, R_9260_9_2_25, R_9260_9_2_09, R_9260_9_2_26),
	.on = ON_SENDING, .chunks = CHUNKS(CHUNK_SHUTDOWN, CHUNK_SHUTDOWN_ACK))
{
	const struct end *self = step->self;
	const unsigned limit = self->parameters.association_max_retrans;
	char expected[120];
	if (!self->exact || !self->parameters.known || self->shutdown.count == 0 ||
		self->arrived_ns >= self->shutdown.first_ns)
		return;
	snprintf(expected, sizeof(expected), "%u times more at the most", limit);
	must(step, self->shutdown.count <= limit, expected, "%u", self->shutdown.count);
}
