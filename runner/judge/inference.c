/* SPDX-License-Identifier: Apache-2.0 */
/* inference.c - see inference.h. */
#include "runner/judge/inference.h"

#include <stdlib.h>
#include <string.h>

#include "runner/judge/account.h"
#include "runner/protocol/kernel_timers.h"

#define MS INT64_C(1000000)
#define SACK_DELAY_MOST_NS (550 * MS) /* RFC 9260 section 6.2 allows 500 ms */

/* ------------------------------------------------------------------ numbers */

int64_t roundest(int64_t low, int64_t high, int64_t near)
{
	for (int64_t unit = 1000000000; unit > 0; unit /= 10)
		for (unsigned half = 1; half <= 2; half++) {
			const int64_t step = unit / half;
			if (step == 0 || step * half != unit)
				continue;
			const int64_t below = near / step * step, above = below + step;
			const int64_t best = near - below <= above - near ? below : above;
			const int64_t other = best == below ? above : below;
			if (best > 0 && best >= low && best <= high)
				return best;
			if (other > 0 && other >= low && other <= high)
				return other;
		}
	return near;
}

/* A sample in order. */
struct sorted {
	int64_t ns[RTTS_KEPT];
	unsigned n;
};

static int by_size(const void *left, const void *right)
{
	const int64_t *a = left, *b = right;
	return (*a > *b) - (*a < *b);
}

static struct sorted sort(const struct rtts *rtts)
{
	struct sorted sorted = { .n = rtts->n_kept };
	for (unsigned i = 0; i < sorted.n; i++)
		sorted.ns[i] = rtts_kept_ns(rtts, i);
	qsort(sorted.ns, sorted.n, sizeof(*sorted.ns), by_size);
	return sorted;
}

static unsigned count_between(const struct sorted *sorted, int64_t low, int64_t high)
{
	unsigned n = 0;
	for (unsigned i = 0; i < sorted->n; i++)
		n += sorted->ns[i] >= low && sorted->ns[i] <= high;
	return n;
}

/* Of nanoseconds; the setting is in milliseconds. */
static struct inference about(enum setting setting, int64_t low_ns, int64_t high_ns, int64_t near_ns)
{
	const int64_t low = (low_ns + MS - 1) / MS, high = high_ns / MS, near = near_ns / MS;
	return (struct inference){ .setting = setting, .value = roundest(low, high, near), .low = low, .high = high };
}

/* A timer is never early but for a tick, and may be late. */
static struct inference about_timer(enum setting setting, int64_t ns)
{
	return about(setting, ns - timer_lateness(ns) - TICK_NS, ns + TICK_NS, ns);
}

/* ------------------------------------------------------------------ RTO.Min */

enum { FEW = 3 };

/* Those that agree with the shortest one; fewer than FEW: nobody knows. */
static unsigned agreeing_timeouts(const struct sorted *sorted)
{
	if (sorted->n < FEW)
		return 0;
	return count_between(sorted, sorted->ns[0], sorted->ns[0] * 23 / 20 + TICK_NS);
}

int64_t observed_rto_min_ns(const struct observed *observed)
{
	if (!observed || observed->timeouts.n_kept < FEW)
		return 0;
	const struct sorted sorted = sort(&observed->timeouts);
	return agreeing_timeouts(&sorted) >= FEW ? sorted.ns[0] : 0;
}

static bool infer_rto_min(const struct observed *observed, struct inference *out)
{
	const struct sorted sorted = sort(&observed->timeouts);
	if (sorted.n == 0)
		return false;
	*out = about_timer(SETTING_RTO_MIN, sorted.ns[0]);
	out->n = observed->timeouts.n;
	out->of = observed->timeouts.n == 1 ? "timeout" : "timeouts";
	const unsigned agree = agreeing_timeouts(&sorted);
	out->is_sure = agree >= FEW && 3 * agree >= 2 * sorted.n;
	return true;
}

/* ------------------------------------------------------------------ SACK delay */

/* Of those that a timer has sent: the longest tenth aside, most of the rest are together. 0: there are none such. */
static unsigned delayed_sacks(const struct sorted *sorted, int64_t way_ns, int64_t *delay_ns)
{
	const unsigned at = sorted->n ? (sorted->n - 1) * 9 / 10 : 0;
	*delay_ns = sorted->n ? sorted->ns[at] : 0;
	/* what is on the way for as long may be just that */
	if (*delay_ns < 2 * TICK_NS || *delay_ns < 3 * way_ns || *delay_ns > SACK_DELAY_MOST_NS)
		return 0;
	return count_between(sorted, *delay_ns * 9 / 10, *delay_ns * 21 / 20);
}

int64_t observed_sack_delay_ns(const struct observed *observed, int64_t way_ns)
{
	int64_t delay_ns;
	if (!observed || observed->sack_delays.n_kept < FEW)
		return 0;
	const struct sorted sorted = sort(&observed->sack_delays);
	return delayed_sacks(&sorted, way_ns, &delay_ns) >= FEW ? delay_ns : 0;
}

/* `exact`: seen where the SACKs left. Elsewhere, what happens on the way may look like a delay. */
static bool infer_sack_delay(const struct observed *observed, int64_t way_ns, bool exact, struct inference *out)
{
	const struct sorted sorted = sort(&observed->sack_delays);
	int64_t delay_ns;
	const unsigned n = delayed_sacks(&sorted, way_ns, &delay_ns);
	if (n == 0)
		return false;
	*out = about(SETTING_SACK_TIMEOUT, (delay_ns - way_ns) * 9 / 10, delay_ns + TICK_NS / 2, delay_ns - way_ns);
	out->n = n;
	out->of = n == 1 ? "SACK" : "SACKs";
	out->is_sure = exact && n >= FEW;
	return true;
}

/* ------------------------------------------------------------------ HB.interval */

/* Several agree, their RTO is RTO.Min, and no number that is a tenth off would do as well. */
static bool is_sure_of_interval(const struct inference *interval, unsigned near, bool fits_rto_min)
{
	return fits_rto_min && near > FEW && 10 * (interval->high - interval->value) <= interval->value &&
		10 * (interval->value - interval->low) <= interval->value;
}

/* HB.interval + RTO, give or take half an RTO (section 8.3). Where round trips are short that is RTO.Min, but for what
 * was asked for, what DATA has held back, and what comes while an RTO is still backed off. */
static bool infer_hb_interval(const struct observed *observed, const struct settings *settings, struct inference *out)
{
	const bool is_known = settings->said || settings->from[SETTING_RTO_MIN] != FROM_DEFAULT;
	const int64_t rto_min_ns = settings_ns(settings, SETTING_RTO_MIN);
	int64_t rto_ns = rto_min_ns;
	const struct sorted sorted = sort(&observed->beats);
	if (sorted.n < 2)
		return false;
	const int64_t middle_ns = sorted.ns[sorted.n / 2], late_ns = timer_lateness(middle_ns);
	unsigned near = 0;
	for (; rto_ns < middle_ns / 4; rto_ns *= 2) {
		near = count_between(&sorted, middle_ns - rto_ns - late_ns, middle_ns + rto_ns + late_ns);
		if (5 * near >= 4 * sorted.n)
			break;
	}
	if (near < 2 || rto_ns >= middle_ns / 4)
		return false;
	unsigned first = 0, last = sorted.n - 1;
	while (sorted.ns[first] < middle_ns - rto_ns - late_ns)
		first++;
	while (sorted.ns[last] > middle_ns + rto_ns + late_ns)
		last--;
	/* and an RTO may be a little more than RTO.Min */
	const int64_t low_ns = sorted.ns[last] - rto_ns * 13 / 8 - late_ns;
	const int64_t high_ns = sorted.ns[first] - (is_known ? rto_ns / 2 : 0);
	const int64_t least_ns = low_ns < high_ns ? low_ns : high_ns, most_ns = low_ns < high_ns ? high_ns : low_ns;
	*out = about(SETTING_HB_INTERVAL, least_ns, most_ns + TICK_NS, (least_ns + most_ns) / 2);
	out->n = near;
	out->of = "HEARTBEATs of idle paths";
	/* where they are further apart, their RTO is another one; and of a short interval it is part, unknown */
	const bool is_rto_min = rto_ns == rto_min_ns &&
		sorted.ns[last] - sorted.ns[first] <= rto_ns * 5 / 4 + late_ns &&
		(is_known ? low_ns <= high_ns : middle_ns >= 10 * rto_ns);
	out->is_sure = is_sure_of_interval(out, near, is_rto_min);
	return true;
}

/* ------------------------------------------------------------------ INIT */

static bool is_nearly(int64_t ns, int64_t to_ns)
{
	return llabs(ns - to_ns) <= to_ns / 20 + 2 * TICK_NS;
}

static unsigned gaps_of(const struct outgoing *way)
{
	const unsigned n = way->observed && way->n_inits > 0 ? way->n_inits - 1 : 0;
	return n < INIT_GAPS_KEPT ? n : INIT_GAPS_KEPT;
}

/* The next one is as long (another address), or twice as long. */
static bool infer_rto_initial(const struct outgoing *way, struct inference *out)
{
	const unsigned n = gaps_of(way);
	if (n == 0)
		return false;
	const int64_t *gaps = way->observed->init_gaps;
	*out = about_timer(SETTING_RTO_INITIAL, gaps[0]);
	out->n = n;
	out->of = n == 1 ? "INIT again" : "INITs again";
	out->is_sure = n > 1 && (is_nearly(gaps[1], gaps[0]) || is_nearly(gaps[1], 2 * gaps[0]));
	return true;
}

/* Timeouts double until they do not any more. */
static bool infer_rto_max(const int64_t *gaps, unsigned n, const char *of, struct inference *out)
{
	for (unsigned i = 2; i < n; i++) {
		const bool doubled = is_nearly(gaps[i - 1], 2 * gaps[i - 2]);
		const bool capped = gaps[i] < gaps[i - 1] * 19 / 10 && gaps[i] >= gaps[i - 1] * 21 / 20;
		const bool lasts = i + 1 < n && is_nearly(gaps[i + 1], gaps[i]);
		if (!doubled || !capped)
			continue;
		*out = about_timer(SETTING_RTO_MAX, gaps[i]);
		out->n = 1;
		for (unsigned k = i + 1; k < n && is_nearly(gaps[k], gaps[i]); k++)
			out->n++;
		out->of = of;
		out->is_sure = lasts;
		return true;
	}
	return false;
}

static bool infer_rto_max_of_failure(const struct failure *failure, struct inference *out)
{
	int64_t gaps[STRIKES_KEPT];
	unsigned n = 0;
	for (unsigned i = 0; i < failure->n_strikes && i < STRIKES_KEPT; i++)
		if (failure->strikes[i].what == SENDING_DATA)
			gaps[n++] = failure->strikes[i].after_ns;
	return infer_rto_max(gaps, n, "timeouts that double no more", out);
}

static bool infer_max_init(const struct outgoing *way, int64_t at_ns, struct inference *out)
{
	const unsigned gaps = gaps_of(way);
	const int64_t since_ns = at_ns - way->init_ns;
	/* the next one would have come by then */
	if (gaps == 0 || way->n_inits > INIT_GAPS_KEPT ||
		since_ns <= 2 * way->observed->init_gaps[gaps - 1] + timer_lateness(since_ns))
		return false;
	*out = (struct inference){
		.setting = SETTING_MAX_INIT_RETRANSMITS,
		.value = gaps,
		.low = gaps,
		.high = gaps,
		.n = way->n_inits,
		.of = "INITs, and then nothing",
	};
	return true;
}

/* ------------------------------------------------------------------ strikes */

/* How an end probes a path after a strike: every RTO (RFC 7829), or after HB.interval besides. */
enum pace { PACE_UNKNOWN, PACE_RTO, PACE_INTERVAL };

static enum pace pace_after(const struct failure *failure, unsigned strikes, const struct settings *settings)
{
	if (strikes == 0 || strikes >= failure->n_strikes || strikes >= STRIKES_KEPT)
		return PACE_UNKNOWN;
	const struct timeout *next = &failure->strikes[strikes];
	const int64_t most_ns = settings_ns(settings, SETTING_RTO_MAX);
	const int64_t interval_ns = settings_ns(settings, SETTING_HB_INTERVAL);
	int64_t rto_ns = settings_ns(settings, SETTING_RTO_MIN);
	if (next->what != SENDING_HEARTBEAT || failure->strikes[strikes - 1].what != SENDING_HEARTBEAT)
		return PACE_UNKNOWN; /* a HEARTBEAT in between is not in the list */
	for (unsigned i = 0; i < strikes && rto_ns < most_ns; i++)
		rto_ns *= 2;
	if (rto_ns > most_ns)
		rto_ns = most_ns;
	const int64_t late_ns = timer_lateness(next->after_ns);
	const bool may_be_rto = next->after_ns <= rto_ns * 3 / 2 + late_ns;
	const bool may_be_interval = next->after_ns >= interval_ns - TICK_NS; /* the RTO may be less */
	return may_be_rto == may_be_interval ? PACE_UNKNOWN : may_be_rto ? PACE_RTO : PACE_INTERVAL;
}

struct limits {
	unsigned path_max_retrans, pf_retrans;
	bool has_path_max_retrans, has_pf_retrans;
};

static struct limits limits_of(const struct failure *failure, const struct settings *settings)
{
	struct limits limits = { 0 };
	for (unsigned k = 1; k < failure->n_strikes && k < STRIKES_KEPT; k++) {
		const enum pace pace = pace_after(failure, k, settings);
		const enum pace before = k > 1 ? pace_after(failure, k - 1, settings) : PACE_INTERVAL;
		if (pace == PACE_RTO && !limits.has_pf_retrans && before == PACE_INTERVAL) {
			limits.has_pf_retrans = true;
			limits.pf_retrans = k - 1;
		}
		if (pace == PACE_INTERVAL && limits.has_pf_retrans && before == PACE_RTO) {
			limits.has_path_max_retrans = true;
			limits.path_max_retrans = k - 1;
			return limits;
		}
	}
	return limits;
}

static void count(struct inference *inference, enum setting setting, unsigned value)
{
	if (inference->n == 0) {
		*inference = (struct inference){ .setting = setting, .value = value, .low = value, .high = value };
		inference->is_sure = true;
	}
	inference->n++;
	if (value < inference->low)
		inference->low = value;
	if (value > inference->high)
		inference->high = value;
	/* what was not seen is not counted: the most is right */
	inference->value = inference->high;
	inference->is_sure = inference->low == inference->high;
	inference->of = inference->n == 1 ? "failure of a path" : "failures of paths";
}

static void infer_limits(const struct account *account, unsigned end, const struct settings *settings,
	struct inference *path_max_retrans, struct inference *pf_retrans)
{
	for (unsigned i = 0; i < account->n_failures; i++) {
		/* one that was never confirmed is probed every RTO in any case */
		if (account->failures[i].end != end || account->failures[i].life.number == 0)
			continue;
		const struct limits limits = limits_of(&account->failures[i], settings);
		if (limits.has_path_max_retrans)
			count(path_max_retrans, SETTING_PATH_MAX_RETRANS, limits.path_max_retrans);
		if (limits.has_pf_retrans)
			count(pf_retrans, SETTING_PF_RETRANS, limits.pf_retrans);
	}
	/* of one failure it is a guess: some of what was sent may be in no capture */
	path_max_retrans->is_sure &= path_max_retrans->n > 1;
	pf_retrans->is_sure &= pf_retrans->n > 1;
}

/* ------------------------------------------------------------------ all of an end */

/* From where it is seen to the end and back: what its peer takes for a round trip. */
static int64_t way_to(const struct account *account, unsigned end)
{
	const struct outgoing *peer = &account->end[1 - end];
	int64_t least_ns = INT64_MAX;
	if (account->end[end].exact)
		return 0;
	for (unsigned i = 0; i < peer->n_routes; i++) {
		const struct rtts *both[] = { &peer->routes[i].heartbeat_rtts, &peer->routes[i].data_rtts };
		for (unsigned k = 0; k < 2; k++)
			if (both[k]->n > 0 && both[k]->least_ns < least_ns)
				least_ns = both[k]->least_ns;
	}
	return least_ns == INT64_MAX ? 0 : least_ns;
}

struct settings settings_with(const struct settings *said, const struct inference *inferences, unsigned n)
{
	struct settings settings = *said;
	for (unsigned i = 0; i < n; i++) {
		const enum setting setting = inferences[i].setting;
		if (settings.from[setting] != FROM_DEFAULT || said->said || !inferences[i].is_sure)
			continue;
		settings.value[setting] = inferences[i].value;
		settings.from[setting] = FROM_CAPTURE;
	}
	return settings;
}

static void infer_timers(const struct account *account, unsigned end, const struct settings *said,
	const struct observed *observed, struct inference out[SETTINGS], unsigned *n)
{
	*n += infer_rto_initial(&account->end[end], &out[*n]);
	*n += infer_rto_min(observed, &out[*n]);
	bool has_most =
		infer_rto_max(observed->init_gaps, gaps_of(&account->end[end]), "INITs that double no more", &out[*n]);
	for (unsigned i = 0; i < account->n_failures && !has_most; i++)
		if (account->failures[i].end == end)
			has_most = infer_rto_max_of_failure(&account->failures[i], &out[*n]);
	*n += has_most;
	const struct settings settings = settings_with(said, out, *n);
	*n += infer_hb_interval(observed, &settings, &out[*n]);
	*n += infer_sack_delay(observed, way_to(account, end), account->end[end].exact, &out[*n]);
}

static void add_counted(const struct inference *inference, struct inference out[SETTINGS], unsigned *n)
{
	if (inference->n > 0)
		out[(*n)++] = *inference;
}

unsigned infer(const struct account *account, unsigned end, const struct settings *said, int64_t at_ns,
	struct inference out[SETTINGS])
{
	const struct observed *observed = account->end[end].observed;
	struct inference path_max_retrans = { 0 }, pf_retrans = { 0 };
	unsigned n = 0;
	if (observed)
		infer_timers(account, end, said, observed, out, &n);
	const struct settings settings = settings_with(said, out, n);
	infer_limits(account, end, &settings, &path_max_retrans, &pf_retrans);
	add_counted(&path_max_retrans, out, &n);
	add_counted(&pf_retrans, out, &n);
	if (observed && observed->errors > 0)
		out[n++] = (struct inference){
			.setting = SETTING_ASSOCIATION_MAX_RETRANS,
			.value = observed->errors,
			.low = observed->errors,
			.high = observed->errors,
			.n = observed->errors,
			.of = "timeouts before its ABORT",
		};
	if (observed && account->established.number == 0)
		n += infer_max_init(&account->end[end], at_ns, &out[n]);
	return n;
}
