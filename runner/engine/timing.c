/* SPDX-License-Identifier: Apache-2.0 */
/* timing.c - see timing.h. The formulas' letters: H = HB.interval, R0 = RTO.Min, Rk = R0 doubled k
 * times up to RTO.Max. */
#include "runner/engine/timing.h"

#include <stdlib.h>

/* The least base of a heartbeat's period (sctp_transport_timeout). */
#define HEARTBEAT_FLOOR ms(200)

/* The most strikes that are counted: association_max_retrans is far below that in all cases. */
#define EVENTS_MAX 64

static vtime larger(vtime a, vtime b)
{
	return a > b ? a : b;
}

static vtime smaller(vtime a, vtime b)
{
	return a < b ? a : b;
}

static vtime backed_off(struct milliseconds first, struct doublings doublings, struct milliseconds limit)
{
	vtime value = duration(first);

	while (doublings.times-- > 0 && value < duration(limit))
		value *= 2;
	return smaller(value, duration(limit));
}

vtime timing_rto_after(const struct settings *in_force, struct doublings doublings)
{
	return backed_off(in_force->rto_min, doublings, in_force->rto_max);
}

struct window timing_t3_rtx(const struct settings *in_force, struct doublings doublings)
{
	return timer_window(timing_rto_after(in_force, doublings));
}

struct window timing_timeouts(const struct settings *in_force, unsigned n)
{
	struct window when = between(0, 0);

	for (unsigned i = 0; i < n; i++)
		when = window_sum(when, timing_t3_rtx(in_force, doubled(i)));
	return when;
}

/* The heartbeat timer: the RTO and the interval, plus or minus up to half an RTO at random. */
static struct window jittered(vtime rto, vtime interval)
{
	const vtime base = larger(rto / 2 + interval, HEARTBEAT_FLOOR);

	return between(base, base + rto + timer_lateness(base + rto));
}

struct window timing_period(const struct settings *in_force, struct doublings doublings, bool probing)
{
	return jittered(timing_rto_after(in_force, doublings), probing ? 0 : duration(in_force->hb_interval));
}

bool pf_happens(const struct settings *in_force)
{
	return in_force->pf_enable == ON && in_force->pf_retrans + 1 < in_force->path_max_retrans;
}

/* In which state is a path that has had so many strikes? It decides whether heartbeats wait for
 * HB.interval. */
static bool probing_after(const struct settings *in_force, unsigned strikes)
{
	return pf_happens(in_force) && strikes > in_force->pf_retrans && strikes <= in_force->path_max_retrans;
}

/* The timer may still be the one that was set when the association came up or the path was confirmed, with
 * RTO.Initial (section 4.2: all paths' timers start then, and a change of the RTO does not move them). */
struct window timing_first_heartbeat(const struct settings *in_force)
{
	const struct window initial = jittered(duration(in_force->rto_initial), duration(in_force->hb_interval));

	return between(0, larger(timing_period(in_force, doubled(0), false).to, initial.to));
}

/* When an idle path's n-th strike comes (n from 1). The first lost heartbeat is sent within one period of
 * the fault; each later timer finds the heartbeat before it unanswered. */
static struct window idle_strike(const struct settings *in_force, unsigned n)
{
	struct window when = timing_first_heartbeat(in_force);

	for (unsigned strikes = 0; strikes < n; strikes++)
		when = window_sum(when, timing_period(in_force, doubled(strikes), probing_after(in_force, strikes)));
	return when;
}

struct window timing_idle_potentially_failed(const struct settings *in_force)
{
	return idle_strike(in_force, in_force->pf_retrans + 1);
}

struct window timing_idle_unreachable(const struct settings *in_force)
{
	return idle_strike(in_force, in_force->path_max_retrans + 1);
}

/* When the n-th strike comes on a path that carried data at 0 and none since. T3-rtx is the first. The others
 * are heartbeats: one that goes unanswered, and from then on one strike each. Data holds the first of them
 * back for a base of the RTO that T3-rtx has doubled; on a path that T3-rtx made potentially failed it leaves
 * a probing period of R0 later. */
static struct window data_strike(const struct settings *in_force, unsigned n)
{
	const struct window t3 = timing_t3_rtx(in_force, doubled(0));
	struct window when;

	if (n == 1)
		return t3;
	if (probing_after(in_force, 1))
		when = window_sum(t3, timing_period(in_force, doubled(0), true));
	else
		when = between(timing_period(in_force, doubled(1), false).from, timing_first_heartbeat(in_force).to);
	for (unsigned strikes = 1; strikes < n; strikes++)
		when = window_sum(when, timing_period(in_force, doubled(strikes), probing_after(in_force, strikes)));
	return when;
}

struct window timing_data_potentially_failed(const struct settings *in_force)
{
	return data_strike(in_force, in_force->pf_retrans + 1);
}

struct window timing_data_unreachable(const struct settings *in_force)
{
	return data_strike(in_force, in_force->path_max_retrans + 1);
}

/* As long as the path is active the next message goes there, so each strike is T3-rtx's; once potentially
 * failed it carries only heartbeats. */
static struct window stream_strike(const struct settings *in_force, vtime interval, unsigned n)
{
	struct window when = timing_t3_rtx(in_force, doubled(0));

	for (unsigned strikes = 1; strikes < n; strikes++) {
		const bool probing = probing_after(in_force, strikes);

		if (probing && !probing_after(in_force, strikes - 1))
			when = window_sum(when, timing_period(in_force, doubled(strikes - 1), true));
		if (probing)
			when = window_sum(when, timing_period(in_force, doubled(strikes), true));
		else
			when = window_sum(
				window_sum(when, between(0, interval)), timing_t3_rtx(in_force, doubled(strikes)));
	}
	return when;
}

struct window timing_stream_potentially_failed(const struct settings *in_force, vtime interval)
{
	return stream_strike(in_force, interval, in_force->pf_retrans + 1);
}

struct window timing_stream_unreachable(const struct settings *in_force, vtime interval)
{
	return stream_strike(in_force, interval, in_force->path_max_retrans + 1);
}

struct window timing_data_rerouted(const struct settings *in_force)
{
	const vtime sack = duration(in_force->sack_timeout);

	return window_sum(timing_t3_rtx(in_force, doubled(0)), allowing(sack, between(0, sack)));
}

static int by_time(const void *a, const void *b)
{
	const vtime x = *(const vtime *)a, y = *(const vtime *)b;

	return (x > y) - (x < y);
}

/* The k-th event of all paths taken together; `events` has each path's own. */
static vtime kth_event(vtime *events, size_t n, unsigned k)
{
	qsort(events, n, sizeof(*events), by_time);
	return events[k - 1];
}

/* The association counts the strikes of all paths; the event that finds association_max_retrans of
 * them gives it up. Each path's n-th event has its earliest and its latest instant, so the k-th of all
 * has the k-th of the earliest and of the latest. */
struct window timing_idle_comm_lost(const struct settings *in_force, unsigned paths)
{
	const unsigned needed = in_force->association_max_retrans + 1;
	vtime earliest[TIMING_PATHS_MAX * EVENTS_MAX], latest[TIMING_PATHS_MAX * EVENTS_MAX];
	size_t n = 0;

	for (unsigned path = 0; path < paths; path++)
		for (unsigned event = 1; event <= needed && event <= EVENTS_MAX; event++, n++) {
			const struct window when = idle_strike(in_force, event);

			earliest[n] = when.from;
			latest[n] = when.to;
		}
	return between(kth_event(earliest, n, needed), kth_event(latest, n, needed));
}

/* ------------------------------------------------------------------ data outstanding on dead paths */

/* A dead path after a number of strikes: the earliest instants of what may happen to it. */
struct moment {
	vtime t;         /* the last event */
	vtime heartbeat; /* the heartbeat timer */
	vtime t3;        /* T3-rtx, exactly; VTIME_FOREVER: no data is outstanding on this path */
	bool unanswered; /* a heartbeat was sent: the next timer is a strike */
};

#define MOMENTS_MAX 256

/* Moments after the same number of strikes; none is later than another in every member. */
struct moments {
	unsigned count;
	struct moment list[MOMENTS_MAX];
};

/* An earlier possible heartbeat is never worse, as it may also come later. T3-rtx is exact, so an earlier one can
 * be worse: it doubles the RTO sooner. */
static bool no_later(const struct moment *a, const struct moment *b)
{
	return a->t <= b->t && a->heartbeat <= b->heartbeat && a->t3 == b->t3 && a->unanswered >= b->unanswered;
}

static void add_moment(struct moments *moments, struct moment new)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < moments->count; i++)
		if (no_later(&moments->list[i], &new))
			return;
	for (unsigned i = 0; i < moments->count; i++)
		if (!no_later(&new, &moments->list[i]))
			moments->list[kept++] = moments->list[i];
	moments->count = kept;
	if (kept < MOMENTS_MAX) {
		moments->list[moments->count++] = new;
		return;
	}
	/* No room: replaces the last by a moment that is no later than both in every member. */
	struct moment *last = &moments->list[MOMENTS_MAX - 1];
	last->t = smaller(last->t, new.t);
	last->heartbeat = smaller(last->heartbeat, new.heartbeat);
	last->t3 = smaller(last->t3, new.t3);
	last->unanswered |= new.unanswered;
}

static vtime least_period(const struct settings *in_force, unsigned strikes)
{
	return timing_period(in_force, doubled(strikes), probing_after(in_force, strikes)).from;
}

/* Adds the moment as it is, and as it is if data is sent now: that starts T3-rtx, and delays heartbeats. */
static void add_with_data(
	const struct settings *in_force, struct moments *moments, struct moment moment, unsigned strikes)
{
	add_moment(moments, moment);
	if (moment.t3 != VTIME_FOREVER)
		return;
	moment.t3 = moment.t + timing_rto_after(in_force, doubled(strikes));
	moment.heartbeat = larger(moment.heartbeat, moment.t + least_period(in_force, strikes));
	add_moment(moments, moment);
}

/* The first lost heartbeat is no strike. */
static void add_first_heartbeats(const struct settings *in_force, struct moments *moments, unsigned strikes)
{
	for (unsigned i = 0; i < moments->count; i++) {
		struct moment moment = moments->list[i];

		if (moment.unanswered || moment.heartbeat > moment.t3)
			continue;
		moment.t = moment.heartbeat;
		moment.heartbeat += least_period(in_force, strikes);
		moment.unanswered = true;
		add_with_data(in_force, moments, moment, strikes);
	}
}

/* Adds the moments to which one more strike leads from this moment. */
static void strike_from(
	const struct settings *in_force, struct moment now, unsigned strikes, bool alone, struct moments *next)
{
	const vtime period = least_period(in_force, strikes + 1);
	struct moment then = now;

	if (now.unanswered && now.heartbeat <= now.t3) {
		then.t = now.heartbeat;
		then.heartbeat = then.t + period;
		add_with_data(in_force, next, then, strikes + 1);
	}
	if (now.t3 == VTIME_FOREVER)
		return;
	then = now;
	then.t = now.t3;
	then.heartbeat = larger(now.heartbeat, then.t);
	if (probing_after(in_force, strikes + 1) && !probing_after(in_force, strikes))
		then.heartbeat = then.t + timing_period(in_force, doubled(strikes), true).from;
	if (!alone) {
		/* The lost data is retransmitted over another path. */
		then.t3 = VTIME_FOREVER;
		add_with_data(in_force, next, then, strikes + 1);
		return;
	}
	then.t3 = then.t + timing_rto_after(in_force, doubled(strikes + 1));
	then.heartbeat = larger(then.heartbeat, then.t + period);
	add_moment(next, then);
}

/* The earliest instant of each strike on one of the dead paths, data being sent on the first at 0. */
static void earliest_strikes(const struct settings *in_force, bool first, bool alone, vtime *strikes, unsigned count)
{
	const vtime rto = timing_rto_after(in_force, doubled(0));
	struct moments now = { 0 }, next;

	/* Data reaches another path when T3-rtx has expired on the first. Until then a heartbeat may be lost
	 * on the other path; on the first path data delays heartbeats. */
	add_moment(&now, (struct moment){ 0, least_period(in_force, 0), first ? rto : 2 * rto, !first });
	if (!first)
		add_moment(&now, (struct moment){ 0, least_period(in_force, 0), VTIME_FOREVER, true });
	for (unsigned n = 0; n < count; n++) {
		add_first_heartbeats(in_force, &now, n);
		next.count = 0;
		for (unsigned i = 0; i < now.count; i++)
			strike_from(in_force, now.list[i], n, alone, &next);
		strikes[n] = next.list[0].t;
		for (unsigned i = 1; i < next.count; i++)
			strikes[n] = smaller(strikes[n], next.list[i].t);
		now = next;
	}
}

/* n times T3-rtx, one after the other, with nothing else that strikes. It doubles the RTO of the path it was
 * for. The shortest is when it goes round the paths. The longest: it stays on an active path for as long as
 * that is active, goes round those that are potentially failed, and stays on one when all are down. */
static struct window t3_events(const struct settings *in_force, unsigned paths, unsigned n)
{
	const unsigned down = in_force->path_max_retrans + 1;
	const unsigned active = pf_happens(in_force) ? in_force->pf_retrans + 1 : down;
	struct window when = between(0, 0);

	for (unsigned event = 0; event < n; event++) {
		unsigned doublings = event / paths;

		when.from += timing_rto_after(in_force, doubled(doublings));
		if (event < active * paths)
			doublings = event % active;
		else if (event >= down * paths)
			doublings = event - down * (paths - 1);
		when.to += timing_t3_rtx(in_force, doubled(doublings)).to;
	}
	return when;
}

/* When the n-th strike comes that any path gets. The latest: by T3-rtx alone, as data that is sent all the time
 * holds back the heartbeats. The earliest: by T3-rtx and heartbeats of every path. */
static struct window data_strikes(const struct settings *in_force, unsigned paths, unsigned n)
{
	const unsigned each = n < EVENTS_MAX ? n : EVENTS_MAX;
	vtime earliest[TIMING_PATHS_MAX * EVENTS_MAX];

	for (unsigned path = 0; path < paths; path++)
		earliest_strikes(in_force, path == 0, paths == 1, earliest + path * each, each);
	return between(kth_event(earliest, paths * each, n), t3_events(in_force, paths, n).to);
}

/* The next timer of any kind finds the limit reached: one that would be a strike as well, or the first heartbeat
 * that the data has delayed, which would be none (section 4.3). */
struct window timing_data_comm_lost(const struct settings *in_force, unsigned paths)
{
	const struct window enough = data_strikes(in_force, paths, in_force->association_max_retrans);
	struct window found = data_strikes(in_force, paths, in_force->association_max_retrans + 1);
	struct window heartbeat = between(timing_period(in_force, doubled(1), false).from, VTIME_FOREVER);

	if (probing_after(in_force, 1))
		heartbeat = window_sum(timing_t3_rtx(in_force, doubled(0)), timing_period(in_force, doubled(0), true));
	if (heartbeat.to >= enough.from)
		found.from = larger(enough.from, smaller(found.from, heartbeat.from));
	return found;
}

static struct settings one_strike_less(const struct settings *in_force)
{
	struct settings settings = *in_force;

	settings.association_max_retrans -= 1;
	return settings;
}

struct window timing_idle_comm_lost_beside_unconfirmed(const struct settings *in_force)
{
	const struct settings earlier = one_strike_less(in_force);

	return between(timing_idle_comm_lost(&earlier, 1).from, timing_idle_comm_lost(in_force, 1).to);
}

struct window timing_data_comm_lost_beside_unconfirmed(const struct settings *in_force)
{
	const struct settings earlier = one_strike_less(in_force);

	return between(timing_data_comm_lost(&earlier, 1).from, timing_data_comm_lost(in_force, 1).to);
}

struct window timing_data_only_path_unreachable(const struct settings *in_force)
{
	return data_strikes(in_force, 1, in_force->path_max_retrans + 1);
}

/* An unconfirmed path has had no sample, so its RTO is RTO.Initial. */
struct window timing_confirmation(const struct settings *in_force)
{
	return jittered(duration(in_force->rto_initial), 0);
}

/* The unanswered probes, the first one excepted, have doubled the RTO; they follow each other after half an RTO
 * at the least. */
struct window timing_late_confirmation(const struct settings *in_force, vtime dead)
{
	vtime rto = duration(in_force->rto_initial);
	vtime struck = 2 * larger(rto / 2, HEARTBEAT_FLOOR);

	while (struck <= dead && rto < duration(in_force->rto_max)) {
		rto = smaller(2 * rto, duration(in_force->rto_max));
		struck += larger(rto / 2, HEARTBEAT_FLOOR);
	}
	return between(0, jittered(rto, 0).to);
}

vtime timing_idle_outage_survived(const struct settings *in_force)
{
	return idle_strike(in_force, in_force->path_max_retrans).from;
}

vtime timing_stream_outage_survived(const struct settings *in_force, vtime interval)
{
	return stream_strike(in_force, interval, in_force->path_max_retrans).from;
}

/* Each strike has doubled the dead path's RTO; the outage's length bounds the number of strikes. */
struct window timing_recovery(const struct settings *in_force, vtime outage)
{
	vtime with_data[EVENTS_MAX];
	unsigned doublings = 0, strikes = 0;

	while (doublings < EVENTS_MAX && timing_rto_after(in_force, doubled(doublings)) < duration(in_force->rto_max))
		doublings++;
	earliest_strikes(in_force, true, false, with_data, doublings);
	while (strikes < doublings && smaller(with_data[strikes], idle_strike(in_force, strikes + 1).from) <= outage)
		strikes++;
	return between(0, timing_period(in_force, doubled(strikes), false).to);
}

struct window timing_init_given_up(const struct settings *in_force, unsigned addresses)
{
	struct window when = between(0, 0);

	for (unsigned attempt = 0; attempt <= in_force->max_init_retransmits; attempt++)
		when = window_sum(when,
			timer_window(
				backed_off(in_force->rto_initial, doubled(attempt / addresses), in_force->rto_max)));
	return when;
}

struct window timing_init_second_address(const struct settings *in_force)
{
	return timer_window(duration(in_force->rto_initial));
}

struct window timing_shutdown_unreachable(const struct settings *in_force)
{
	return t3_events(in_force, 1, in_force->path_max_retrans + 1);
}

struct window timing_shutdown_given_up(const struct settings *in_force, unsigned paths)
{
	const struct window t2 = t3_events(in_force, paths, in_force->association_max_retrans + 1);
	const struct window t5 = timer_window(5 * duration(in_force->rto_max));

	return between(smaller(t2.from, t5.from), smaller(t2.to, t5.to));
}
