/* SPDX-License-Identifier: Apache-2.0 */
/* failure.c - see failure.h. */
#include "runner/referee/failure.h"

#include "runner/protocol/kernel_timers.h"

/* Linux lets no heartbeat follow another sooner (sctp_transport_timeout). */
#define HEARTBEAT_FLOOR_NS 200000000
/* One and the same timer causes all that leaves within this time. */
#define BURST_NS 1000000

const char *reach_name(enum reach reach)
{
	static const char *const names[] = {
		[REACH_UNKNOWN] = "unknown",
		[REACH_UNCONFIRMED] = "unconfirmed",
		[REACH_ACTIVE] = "active",
		[REACH_POTENTIALLY_FAILED] = "potentially failed",
		[REACH_INACTIVE] = "inactive",
	};
	return names[reach];
}

/* Whoever takes a loopback address for one of its peer sends to itself what no capture of its links has: HEARTBEATs,
 * DATA that is sent again, and its own answers to them, as an ABORT for what is out of the blue (RFC 9260 section 8.4).
 * Once something for that address was captured, the capture is of the loopback device, and all is seen. */
static bool is_itself(const struct destination *destination)
{
	return destination->path < 0 && address_is_loopback(&destination->address);
}

bool failure_is_blind(const struct end *self, const struct destination *destination)
{
	if (is_itself(destination))
		return true;
	if (destination->path < 0)
		return self->blind != 0;
	return self->blind >> destination->path & 1;
}

static void become(struct destination *destination, enum reach reach, int64_t at_ns)
{
	if (destination->reach == reach || destination->is_gone)
		return;
	destination->reach = reach;
	destination->reach_ns = at_ns;
	failure_rest(destination, at_ns);
}

void failure_begin(struct end *self, int used, bool given, int64_t at_ns)
{
	self->established_ns = at_ns;
	self->primary = used;
	self->primary_ns = at_ns;
	for (unsigned i = 0; i < self->n_destinations; i++) {
		struct destination *each = &self->destinations[i];
		if ((int)i == used)
			each->reach = REACH_ACTIVE;
		else if (!given)
			each->reach = REACH_UNCONFIRMED;
		each->reach_ns = at_ns;
		each->pace_ns = each->rto.ns;
		failure_rest(each, at_ns);
		failure_overlook_itself(self, each, at_ns);
	}
}

void failure_due(struct end *self, struct destination *destination, enum event_kind kind, bool obliged, int64_t at_ns)
{
	struct due *due = destination ? &destination->due[kind] : &self->due_to_tell[kind];
	if (!self->is_told || !asking_is_told(self, kind) || (due->open && due->obliged))
		return;
	*due = (struct due){ .open = true, .obliged = obliged, .since_ns = at_ns };
}

/* ---- Errors ---- */

/* Which state so many errors mean, and the event that tells of it. */
static void judge_errors(struct end *self, struct destination *destination, int64_t at_ns)
{
	const struct parameters *parameters = &self->parameters;
	const unsigned limit = parameters->path_max_retrans;
	/* Whatever the limits are, it may have failed. */
	if (!parameters->known &&
		(destination->reach == REACH_ACTIVE || destination->reach == REACH_POTENTIALLY_FAILED))
		become(destination, REACH_UNKNOWN, at_ns);
	if (!parameters->known || destination->reach == REACH_UNCONFIRMED || destination->reach == REACH_INACTIVE)
		return;
	const bool sure = destination->reach != REACH_UNKNOWN && destination->strikes.low > limit;
	if (destination->strikes.high > limit)
		failure_due(self, destination, EVENT_ADDR_UNREACHABLE, sure, at_ns);
	if (sure)
		become(destination, REACH_INACTIVE, at_ns);
	if (sure || !parameters->potentially_failed || destination->reach != REACH_ACTIVE)
		return;
	/* RFC 7829 section 3. Linux leaves the state out when it would last for one error. */
	const bool lasts = parameters->pf_max_retrans + 1 < limit;
	const bool failed = destination->strikes.low > parameters->pf_max_retrans && lasts;
	if (parameters->potentially_failed_told && destination->strikes.high > parameters->pf_max_retrans)
		failure_due(self, destination, EVENT_ADDR_POTENTIALLY_FAILED, failed, at_ns);
	if (failed)
		become(destination, REACH_POTENTIALLY_FAILED, at_ns);
	else if (lasts && destination->strikes.high > parameters->pf_max_retrans)
		become(destination, REACH_UNKNOWN, at_ns);
}

void failure_strike(
	struct end *self, struct destination *destination, enum strike_cause cause, bool sure, int64_t at_ns)
{
	if (destination->struck_by == cause && at_ns - destination->struck_ns < BURST_NS)
		return;
	self->struck = (struct strike){ cause, sure, (unsigned)(destination - self->destinations), destination->t3,
		destination->in_doubt || self->recovers };
	if (cause == STRIKE_T3_RTX) {
		self->counts.t3.low += sure;
		self->counts.t3.high++;
	}
	destination->struck_by = cause;
	destination->struck_ns = at_ns;
	destination->t2_strikes += cause == STRIKE_SHUTDOWN;
	destination->strikes.high++;
	destination->strikes.low += sure;
	self->strikes.high++;
	/* a HEARTBEAT that probes an unconfirmed path is no error of the association (section 5.4) */
	self->strikes.low += sure &&
		!(cause == STRIKE_HEARTBEAT && destination->reach != REACH_ACTIVE &&
			destination->reach != REACH_POTENTIALLY_FAILED && destination->reach != REACH_INACTIVE);
	if (self->parameters.known)
		rto_back_off(&destination->rto, &self->parameters, sure);
	if (destination->rto.ns.high > destination->longest_ns)
		destination->longest_ns = destination->rto.ns.high;
	destination->pace_ns = either(destination->pace_ns, destination->rto.ns);
	judge_errors(self, destination, at_ns);
}

/* ---- Answers ---- */

static void clear_errors(struct end *self, struct destination *destination, bool sure)
{
	const bool ending = self->state != STATE_ESTABLISHED;
	destination->strikes.low = 0;
	destination->t2_strikes = 0;
	self->strikes.low = 0;
	if (!sure)
		return;
	destination->strikes.high = 0;
	destination->unseen = failure_is_blind(self, destination);
	destination->in_doubt = false;
	if (destination->unseen || destination->lingers)
		destination->strikes.high = MANY;
	if (!ending)
		self->strikes.high = self->blind ? MANY : 0;
}

/* The events for a path that was down can come no more, those for one that is up can. */
static void close_due(struct destination *destination, enum event_kind kind)
{
	if (!destination->due[kind].obliged)
		destination->due[kind].open = false;
}

static void revive(struct end *self, struct destination *destination, bool by_heartbeat, bool obliged, int64_t at_ns)
{
	const enum reach before = destination->reach;
	close_due(destination, EVENT_ADDR_UNREACHABLE);
	close_due(destination, EVENT_ADDR_POTENTIALLY_FAILED);
	if (before == REACH_UNCONFIRMED && by_heartbeat)
		failure_due(self, destination, EVENT_ADDR_CONFIRMED, obliged, at_ns);
	else if (before == REACH_UNCONFIRMED || before == REACH_INACTIVE ||
		(before == REACH_POTENTIALLY_FAILED && self->parameters.potentially_failed_told))
		failure_due(self, destination, EVENT_ADDR_AVAILABLE, obliged, at_ns);
	else if (before == REACH_UNKNOWN || destination->unseen) {
		failure_due(self, destination, EVENT_ADDR_AVAILABLE, false, at_ns);
		failure_due(self, destination, EVENT_ADDR_CONFIRMED, false, at_ns);
	}
	become(destination, obliged ? REACH_ACTIVE : REACH_UNKNOWN, at_ns);
}

void failure_heartbeat_ack(struct end *self, struct destination *destination, int64_t sent_ns, int64_t at_ns)
{
	const struct parameters *parameters = &self->parameters;
	/* Section 8.3 lets an answer that comes too late be ignored, and Linux does so after HB.interval + RTO. */
	const bool in_time = !parameters->known ||
		at_ns - sent_ns <= parameters->hb_interval_ns + destination->rto.ns.low - 2 * TICK_NS;
	const bool up = self->state == STATE_ESTABLISHED && in_time;
	if (parameters->known)
		rto_sample(&destination->rto, parameters, at_ns - sent_ns, in_time);
	destination->pace_ns = either(destination->pace_ns, destination->rto.ns);
	if (destination->reach != REACH_ACTIVE || destination->unseen)
		revive(self, destination, true, up, at_ns);
	clear_errors(self, destination, in_time);
	destination->answered_ns = at_ns;
	destination->asked_again = false;
	failure_rest(destination, at_ns);
}

void failure_excuse(struct end *self, struct destination *destination, bool sure)
{
	destination->strikes.low = self->strikes.low = 0;
	if (sure && !destination->unseen && !destination->in_doubt)
		destination->strikes.high = 0;
	if (sure && !self->blind)
		self->strikes.high = 0;
}

void failure_doubt(struct end *self, struct destination *destination)
{
	destination->in_doubt = true;
	destination->strikes.high = MANY;
	self->strikes.high = MANY;
}

void failure_acknowledged(struct end *self, struct destination *destination, bool sure, bool from_there, int64_t at_ns)
{
	if (destination->reach == REACH_INACTIVE || destination->reach == REACH_UNCONFIRMED || destination->unseen)
		/* An acknowledgement may take a path for reachable, but need not. */
		if (from_there)
			failure_due(self, destination, EVENT_ADDR_AVAILABLE, false, at_ns);
	clear_errors(self, destination, sure);
}

/* ---- Unseen ---- */

/* What leaves for it may leave unseen, and what became of it. */
static void lose_sight(struct end *self, struct destination *destination, int64_t at_ns)
{
	destination->unseen = true;
	if (destination->reach == REACH_ACTIVE || destination->reach == REACH_POTENTIALLY_FAILED)
		become(destination, REACH_UNKNOWN, at_ns);
	destination->strikes.high = MANY;
	if (self->parameters.known)
		rto_lose(&destination->rto, &self->parameters);
	destination->pace_ns = either(destination->pace_ns, destination->rto.ns);
	failure_due(self, destination, EVENT_ADDR_UNREACHABLE, false, at_ns);
	failure_due(self, destination, EVENT_ADDR_POTENTIALLY_FAILED, false, at_ns);
}

void failure_overlook_itself(struct end *self, struct destination *destination, int64_t at_ns)
{
	if (!is_itself(destination))
		return;
	lose_sight(self, destination, at_ns);
	self->counts.is_least = true;
	self->counts.t3.high = self->strikes.high = MANY;
	failure_due(self, NULL, EVENT_COMM_LOST, false, at_ns);
}

void failure_blind(struct end *self, const struct blindness *blindness)
{
	const unsigned bit = 1U << blindness->path;
	if (blindness->over) {
		self->blind &= ~bit;
		return;
	}
	self->blind |= bit;
	self->counts.is_least = true;
	self->counts.t3.high = MANY;
	self->strikes.high = MANY;
	for (unsigned i = 0; i < self->n_destinations; i++) {
		struct destination *each = &self->destinations[i];
		if (!failure_is_blind(self, each))
			continue;
		lose_sight(self, each, blindness->at_ns);
	}
	failure_due(self, NULL, EVENT_COMM_LOST, false, blindness->at_ns);
}

/* ---- Heartbeats ---- */

void failure_rest(struct destination *destination, int64_t at_ns)
{
	destination->rested_ns = at_ns;
}

static bool is_probed(const struct destination *destination)
{
	return destination->reach == REACH_UNCONFIRMED || destination->reach == REACH_POTENTIALLY_FAILED;
}

int64_t failure_heartbeat_by(const struct end *self, const struct destination *destination)
{
	const int64_t most = destination->pace_ns.high;
	int64_t last = destination->rested_ns, interval;
	if (self->state != STATE_ESTABLISHED || self->established_ns < 0 || !self->parameters.known ||
		destination->unseen || destination->reach == REACH_UNKNOWN || !self->exact)
		return INT64_MAX;
	if (destination->data_ns > last)
		last = destination->data_ns;
	interval = is_probed(destination) ? 0 : self->parameters.hb_interval_ns;
	const int64_t base = most / 2 + interval;
	const int64_t length = (base > HEARTBEAT_FLOOR_NS ? base : HEARTBEAT_FLOOR_NS) + most;
	return last + length + timer_lateness(length);
}

int64_t failure_held_back_by(const struct end *self, const struct destination *destination)
{
	const int64_t by_ns = failure_heartbeat_by(self, destination);
	const int64_t base = self->parameters.hb_interval_ns + destination->pace_ns.high / 2;
	if (destination->data_ns >= 0 || destination->late_heartbeats > 0 || by_ns == INT64_MAX)
		return by_ns;
	return by_ns + base + timer_lateness(base);
}

int64_t failure_heartbeat_apart(const struct end *self, const struct destination *destination)
{
	if (!self->parameters.known || destination->unseen || destination->reach == REACH_UNKNOWN ||
		destination->heartbeat_ns < 0 || destination->reach_ns >= destination->heartbeat_ns)
		return 0;
	/* In loss recovery it may have become potentially failed, and nobody has seen that. */
	if (self->recovered_ns > destination->answered_ns)
		return 0;
	const int64_t interval = is_probed(destination) ? 0 : self->parameters.hb_interval_ns;
	return destination->pace_ns.low / 2 + interval - TICK_NS;
}
