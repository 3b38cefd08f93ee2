/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inference.h - what an end was told (settings.h) as far as a capture shows it: the timeouts that come after its
 * RTO.Min, the times from HEARTBEAT to HEARTBEAT of an idle path, the delays of SACKs, how often INIT goes again and
 * when, the timeouts after which a path is given up.
 *
 * An inference has two bounds, and between them the roundest number, because people choose round ones. It is told in
 * any case. Only one that is sure counts where the user says nothing: several observations that agree, of what cannot
 * well be anything else.
 *
 * Pure, in bounded memory: what an end has shown is a few samples of each.
 */
#ifndef SCTPSPEC_RUNNER_JUDGE_INFERENCE_H
#define SCTPSPEC_RUNNER_JUDGE_INFERENCE_H

#include "runner/judge/rtts.h"
#include "runner/judge/settings.h"

enum { INIT_GAPS_KEPT = 16 };

/* What an end has shown. */
struct observed {
	struct rtts timeouts;    /* T3-rtx of what was sent once, longer than round trips explain */
	struct rtts beats;       /* from HEARTBEAT to HEARTBEAT of an idle path that answers */
	struct rtts sack_delays; /* of a single packet with DATA */
	int64_t init_gaps[INIT_GAPS_KEPT];
	unsigned errors; /* timeouts in all when it gave up the association; 0: it did not */
};

struct inference {
	enum setting setting;
	int64_t value, low, high; /* in the unit of the setting */
	uint64_t n;               /* observations */
	const char *of;           /* of what: "timeouts" */
	bool is_sure;
};

struct account;

/* What end 0 or 1 of an association that is over was told; how many. `at_ns`: when the capture ends. */
unsigned infer(const struct account *account, unsigned end, const struct settings *said, int64_t at_ns,
	struct inference out[SETTINGS]);
/* The shortest T3-rtx so far, if some agree; 0: that is not known yet. */
int64_t observed_rto_min_ns(const struct observed *observed);
/* The delay of SACKs so far, in nanoseconds, if it is sure; 0: it is not. `way_ns`: for so long they were under way. */
int64_t observed_sack_delay_ns(const struct observed *observed, int64_t way_ns);
/* What the user says; else what is sure; else the default. */
struct settings settings_with(const struct settings *said, const struct inference *inferences, unsigned n);
/* The number with the fewest digits from low to high; of several the one nearest to `near`. */
int64_t roundest(int64_t low, int64_t high, int64_t near);

#endif
