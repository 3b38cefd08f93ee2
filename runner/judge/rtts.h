/* SPDX-License-Identifier: Apache-2.0 */
/* rtts.h - round-trip times of a path: the least, the most, and the median of a sample, in a few hundred octets. */
#ifndef SCTPSPEC_RUNNER_JUDGE_RTTS_H
#define SCTPSPEC_RUNNER_JUDGE_RTTS_H

#include <stdint.h>

/* Of so many the median is exact. Of more it is that of every second one, every fourth, ... */
enum { RTTS_KEPT = 64 };

struct rtts {
	uint64_t n;
	int64_t least_ns, most_ns;
	unsigned every; /* so many are left out for each that is kept, and one */
	unsigned n_kept;
	uint32_t kept[RTTS_KEPT]; /* in units of 100 ns: up to seven minutes */
};

void rtts_add(struct rtts *rtts, int64_t ns);
/* One of those kept. */
int64_t rtts_kept_ns(const struct rtts *rtts, unsigned i);
int64_t rtts_median(const struct rtts *rtts); /* 0: there are none */

#endif
