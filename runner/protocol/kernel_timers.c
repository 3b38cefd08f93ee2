/* SPDX-License-Identifier: Apache-2.0 */
/* kernel_timers.c - see kernel_timers.h. */
#include "runner/protocol/kernel_timers.h"

#include <stddef.h>

/* The tick rates that kernels are built with: 1000, 300, 250 and 100 Hz. */
static const int64_t ticks[] = { 1000000, 3333334, 4000000, 10000000 };

/* The timer wheel keeps a timer of 63 * 8^(n-1) ticks and more with a granularity of 8^n ticks, rounded up.
 * The tick rate that makes a timer latest differs with the timer's length, so the latest of all rates counts. */
int64_t timer_lateness(int64_t length_ns)
{
	int64_t worst = 0;

	for (size_t i = 0; i < sizeof(ticks) / sizeof(*ticks); i++) {
		int64_t granule = ticks[i];

		for (int64_t start = 63 * ticks[i]; length_ns >= start; start *= 8)
			granule *= 8;
		if (granule + 2 * ticks[i] > worst)
			worst = granule + 2 * ticks[i];
	}
	return worst;
}
