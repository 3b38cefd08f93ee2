/* SPDX-License-Identifier: Apache-2.0 */
/* observed.c - see observed.h. */
#include "runner/judge/observed.h"

#include <stdlib.h>

#include "runner/protocol/kernel_timers.h"

static struct observed *of(struct outgoing *way)
{
	if (!way->observed)
		way->observed = calloc(1, sizeof(*way->observed));
	return way->observed;
}

/* RFC 9260 section 6.3.1, C2 and C3. */
void observe_round_trip(struct route *route, int64_t ns)
{
	if (ns <= 0)
		return;
	if (route->srtt_ns == 0) {
		route->srtt_ns = ns;
		route->rttvar_ns = ns / 2;
		return;
	}
	route->rttvar_ns += (llabs(route->srtt_ns - ns) - route->rttvar_ns) / 4;
	route->srtt_ns += (ns - route->srtt_ns) / 8;
}

/* As round trips have made it, without RTO.Min. */
static int64_t rto_of(const struct route *route)
{
	return route->srtt_ns + 4 * route->rttvar_ns;
}

/* Only RTO.Min explains more than what round trips have made of the RTO. */
static bool is_minimum(const struct route *route, int64_t ns)
{
	const int64_t rto_ns = rto_of(route);
	return route->srtt_ns > 0 && ns > rto_ns + rto_ns / 4 + TICK_NS;
}

void observe_timeout(
	struct outgoing *way, const struct route *route, const struct step *step, const struct sent_chunk *before)
{
	int64_t since_ns = before->last_ns;
	if (route->now || before->times != 1)
		return;
	if (before->to >= 0 && (unsigned)before->to < step->self->n_destinations) {
		const struct timer *t3 = &step->self->destinations[before->to].t3;
		/* it was set when the chunk left, or later: when what was before it was acknowledged */
		if (t3->runs && t3->since_ns.high > since_ns && t3->since_ns.low != t3->since_ns.high)
			return;
		if (t3->runs && t3->since_ns.high > since_ns)
			since_ns = t3->since_ns.high;
	}
	struct observed *observed = is_minimum(route, step->at_ns - since_ns) ? of(way) : NULL;
	if (observed)
		rtts_add(&observed->timeouts, step->at_ns - since_ns);
}

void observe_heartbeat(
	struct outgoing *way, const struct route *route, const struct settings *settings, const struct step *step)
{
	const struct destination *to = &step->self->destinations[step->path];
	if (destination_awaits_answer(to) || to->heartbeat_ns <= 0 || to->answered_ns < to->heartbeat_ns ||
		route->now || rto_of(route) > settings_ns(settings, SETTING_RTO_MIN) ||
		(route->last_data.number != 0 && route->last_data.at_ns > to->heartbeat_ns))
		return;
	struct observed *observed = of(way);
	if (observed)
		rtts_add(&observed->beats, step->at_ns - to->heartbeat_ns);
}

void observe_sack(struct outgoing *way, const struct step *step)
{
	const struct acknowledgement *due = &step->self->due;
	for (unsigned i = 0; i < step->packet->chunk_count; i++)
		if (step->packet->chunks[i].type == CHUNK_DATA || step->packet->chunks[i].type == CHUNK_I_DATA)
			return; /* it goes with that */
	if (!step->chunk->decoded || due->packets != 1 || due->had_gaps || due->n_again > 0 || due->forwarded ||
		step->chunk->sack.gap_blocks > 0)
		return;
	/* what comes at once tells no delay */
	struct observed *observed = step->at_ns - due->since_ns < 2 * TICK_NS ? NULL : of(way);
	if (observed)
		rtts_add(&observed->sack_delays, step->at_ns - due->since_ns);
}

void observe_init(struct outgoing *way, int64_t at_ns)
{
	struct observed *observed = way->n_inits > 0 ? of(way) : NULL;
	if (observed && way->n_inits <= INIT_GAPS_KEPT)
		observed->init_gaps[way->n_inits - 1] = at_ns - way->init_ns;
	way->n_inits++;
	way->init_ns = at_ns;
}

/* Since the last answer: each of a path counts for the association, too. */
static unsigned timeouts_since(const struct failure *failure, int64_t since_ns)
{
	unsigned n = 0;
	for (unsigned i = 0; failure && i < failure->n_strikes && i < STRIKES_KEPT; i++)
		n += failure->strikes[i].spot.at_ns > since_ns;
	return n;
}

void observe_abort(struct outgoing *way, const struct step *step)
{
	enum { USER_INITIATED_ABORT = 12 };
	const struct end *self = step->self;
	unsigned errors = 0;
	if (!self->exact || step->at_ns - self->arrived_ns <= self->backlog_ns ||
		(step->chunk->decoded && step->chunk->captured >= 4 &&
			step->chunk->error.cause == USER_INITIATED_ABORT))
		return;
	for (unsigned i = 0; i < way->n_routes; i++)
		errors += timeouts_since(way->routes[i].now, self->arrived_ns);
	struct observed *observed = errors > 1 ? of(way) : NULL;
	if (observed)
		observed->errors = errors;
}
