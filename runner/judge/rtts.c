/* SPDX-License-Identifier: Apache-2.0 */
/* rtts.c - see rtts.h. */
#include "runner/judge/rtts.h"

#include <stdlib.h>
#include <string.h>

#define UNIT_NS 100

void rtts_add(struct rtts *rtts, int64_t ns)
{
	if (ns < 0)
		return;
	if (rtts->n == 0 || ns < rtts->least_ns)
		rtts->least_ns = ns;
	if (ns > rtts->most_ns)
		rtts->most_ns = ns;
	if (rtts->every == 0)
		rtts->every = 1;
	if (rtts->n++ % rtts->every != 0)
		return;
	if (rtts->n_kept == RTTS_KEPT) {
		for (unsigned i = 0; i < RTTS_KEPT / 2; i++)
			rtts->kept[i] = rtts->kept[2 * i];
		rtts->n_kept = RTTS_KEPT / 2;
		rtts->every *= 2;
		if ((rtts->n - 1) % rtts->every != 0)
			return;
	}
	const int64_t units = ns / UNIT_NS;
	rtts->kept[rtts->n_kept++] = units > UINT32_MAX ? UINT32_MAX : (uint32_t)units;
}

int64_t rtts_kept_ns(const struct rtts *rtts, unsigned i)
{
	return (int64_t)rtts->kept[i] * UNIT_NS;
}

static int by_size(const void *left, const void *right)
{
	const uint32_t *a = left, *b = right;
	return (*a > *b) - (*a < *b);
}

int64_t rtts_median(const struct rtts *rtts)
{
	uint32_t sorted[RTTS_KEPT];
	if (rtts->n_kept == 0)
		return 0;
	memcpy(sorted, rtts->kept, rtts->n_kept * sizeof(*sorted));
	qsort(sorted, rtts->n_kept, sizeof(*sorted), by_size);
	const int64_t median = (int64_t)sorted[rtts->n_kept / 2] * UNIT_NS;
	return median < rtts->least_ns ? rtts->least_ns : median > rtts->most_ns ? rtts->most_ns : median;
}
