/* SPDX-License-Identifier: Apache-2.0 */
/* timing.c - see timing.h. The formulas' letters: H = HB.interval, R0 = RTO.Min, Rk = R0 doubled k
 * times up to RTO.Max. */
#include "runner/engine/timing.h"

#include <stdlib.h>

#define TICK ms(4) /* HZ=250, as on the distributions' kernels; the finer ones are within it */

/* The least base of a heartbeat's period (sctp_transport_timeout). */
#define HEARTBEAT_FLOOR ms(200)

/* Strikes that are ever worth counting: association_max_retrans of the cases is far below. */
#define EVENTS_MAX 64

static vtime larger(vtime a, vtime b)
{
	return a > b ? a : b;
}

static vtime smaller(vtime a, vtime b)
{
	return a < b ? a : b;
}

/* The kernel's timer wheel keeps a timer of 63 * 8^(n-1) ticks and more with a granularity of 8^n
 * ticks, rounded up. */
vtime timer_lateness(vtime length)
{
	vtime granule = TICK;

	for (vtime start = 63 * TICK; length >= start; start *= 8)
		granule *= 8;
	return granule + 2 * TICK;
}

struct window timer_window(vtime length)
{
	return between(length, length + timer_lateness(length));
}

static vtime doubled(uint32_t first_ms, unsigned times, uint32_t limit_ms)
{
	vtime value = ms(first_ms);

	while (times-- > 0 && value < ms(limit_ms))
		value *= 2;
	return smaller(value, ms(limit_ms));
}

vtime rto_after(const struct settings *in_force, unsigned doublings)
{
	return doubled(in_force->rto_min, doublings, in_force->rto_max);
}

struct window heartbeat_period(const struct settings *in_force, unsigned doublings, bool probing)
{
	const vtime rto = rto_after(in_force, doublings);
	const vtime base = larger(
		rto / 2 + (probing ? 0 : ms(in_force->hb_interval)), HEARTBEAT_FLOOR);

	return between(base, base + rto + timer_lateness(base + rto));
}

bool pf_happens(const struct settings *in_force)
{
	return in_force->pf_enable == ON && in_force->pf_retrans + 1 < in_force->path_max_retrans;
}

/* In which state is a path that has had so many strikes? It decides whether heartbeats wait for
 * HB.interval. */
static bool probing_after(const struct settings *in_force, unsigned strikes)
{
	return pf_happens(in_force) && strikes > in_force->pf_retrans &&
		strikes <= in_force->path_max_retrans;
}

/* When an idle path's n-th strike comes (n from 1). The first lost heartbeat leaves within one period of
 * the fault; each next timer finds the one before unanswered. */
static struct window idle_strike(const struct settings *in_force, unsigned n)
{
	struct window when = between(0, heartbeat_period(in_force, 0, false).to);

	for (unsigned strikes = 0; strikes < n; strikes++)
		when = window_sum(when, heartbeat_period(in_force, strikes,
						probing_after(in_force, strikes)));
	return when;
}

struct window idle_potentially_failed(const struct settings *in_force)
{
	return idle_strike(in_force, in_force->pf_retrans + 1);
}

struct window idle_unreachable(const struct settings *in_force)
{
	return idle_strike(in_force, in_force->path_max_retrans + 1);
}

struct window data_potentially_failed(const struct settings *in_force)
{
	return timer_window(rto_after(in_force, 0));
}

/* Once potentially failed, the path carries only heartbeats; the first of them leaves after a probing
 * period of R0, and each further strike needs one more. */
struct window data_unreachable(const struct settings *in_force)
{
	struct window when = window_sum(
		data_potentially_failed(in_force), heartbeat_period(in_force, 0, true));

	for (unsigned strikes = 1; strikes <= in_force->path_max_retrans; strikes++)
		when = window_sum(when, heartbeat_period(in_force, strikes, true));
	return when;
}

struct window data_rerouted(const struct settings *in_force)
{
	const struct window t3 = timer_window(rto_after(in_force, 0));

	return between(t3.from, t3.to + ms(in_force->sack_timeout));
}

static int by_time(const void *a, const void *b)
{
	const vtime x = *(const vtime *)a, y = *(const vtime *)b;

	return (x > y) - (x < y);
}

/* The k-th of the events of all paths, when each path's own events are known. */
static vtime kth_event(vtime *events, size_t n, unsigned k)
{
	qsort(events, n, sizeof(*events), by_time);
	return events[k - 1];
}

/* The association counts the strikes of all paths; the event that finds association_max_retrans of
 * them gives it up. Each path's n-th event has its earliest and its latest instant, so the k-th of all
 * has the k-th of the earliest and of the latest. */
struct window idle_comm_lost(const struct settings *in_force, unsigned paths)
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

/* T3-rtx goes round the paths, each of them doubling its own RTO. */
static struct window t3_event(const struct settings *in_force, unsigned paths, unsigned n)
{
	struct window when = {0, 0};

	for (unsigned event = 0; event < n; event++)
		when = window_sum(when, timer_window(rto_after(in_force, event / paths)));
	return when;
}

/* The latest: T3-rtx alone. The earliest: each path's heartbeats strike as well, as soon as it is
 * potentially failed, which is not before the first T3-rtx on it. */
struct window data_comm_lost(const struct settings *in_force, unsigned paths)
{
	const unsigned needed = in_force->association_max_retrans + 1;
	const vtime latest = t3_event(in_force, paths, needed).to;
	vtime earliest[(TIMING_PATHS_MAX + 1) * EVENTS_MAX];
	size_t n = 0;

	for (unsigned event = 1; event <= needed && event <= EVENTS_MAX; event++)
		earliest[n++] = t3_event(in_force, paths, event).from;
	if (!pf_happens(in_force))
		return between(earliest[needed - 1], latest);
	for (unsigned path = 0; path < paths; path++) {
		vtime when = t3_event(in_force, paths, path + 1).from +
			heartbeat_period(in_force, 0, true).from;

		for (unsigned event = 1; event <= needed && event <= EVENTS_MAX; event++) {
			when += heartbeat_period(in_force, event, true).from;
			earliest[n++] = when;
		}
	}
	return between(kth_event(earliest, n, needed), latest);
}

struct window data_only_path_unreachable(const struct settings *in_force)
{
	struct settings dies_with_the_path = *in_force;

	dies_with_the_path.association_max_retrans = in_force->path_max_retrans;
	return data_comm_lost(&dies_with_the_path, 1);
}

/* An unconfirmed path has had no sample, so its RTO is RTO.Initial. */
struct window confirmation(const struct settings *in_force)
{
	const vtime rto = ms(in_force->rto_initial);
	const vtime base = larger(rto / 2, HEARTBEAT_FLOOR);

	return between(base, base + rto + timer_lateness(base + rto));
}

/* Heartbeats to the dead path have doubled its RTO once for each that went unanswered: at most as often
 * as the shortest periods fit into the outage. */
struct window recovery(const struct settings *in_force, vtime outage)
{
	unsigned strikes = 0;

	while (strikes < EVENTS_MAX && idle_strike(in_force, strikes + 1).from <= outage)
		strikes++;
	return between(0, heartbeat_period(in_force, strikes + 1, false).to);
}

struct window init_given_up(const struct settings *in_force, unsigned addresses)
{
	struct window when = {0, 0};

	for (unsigned attempt = 0; attempt <= in_force->max_init_retransmits; attempt++)
		when = window_sum(when,
			timer_window(doubled(in_force->rto_initial, attempt / addresses, in_force->rto_max)));
	return when;
}

struct window init_second_address(const struct settings *in_force)
{
	return timer_window(ms(in_force->rto_initial));
}

struct window shutdown_given_up(const struct settings *in_force, unsigned paths)
{
	const struct window t2 = t3_event(in_force, paths, in_force->association_max_retrans + 1);
	const struct window t5 = timer_window(5 * ms(in_force->rto_max));

	return between(smaller(t2.from, t5.from), smaller(t2.to, t5.to));
}
