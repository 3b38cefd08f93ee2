/* SPDX-License-Identifier: Apache-2.0 */
/* span.h - what is known of a number that nobody sees: it is not below `low` and not above `high`. */
#ifndef SCTPSPEC_RUNNER_REFEREE_SPAN_H
#define SCTPSPEC_RUNNER_REFEREE_SPAN_H

#include <stdbool.h>
#include <stdint.h>

struct span {
	int64_t low, high;
};

static inline struct span exactly(int64_t value)
{
	return (struct span){ value, value };
}

/* One or the other. */
static inline struct span either(struct span a, struct span b)
{
	return (struct span){ a.low < b.low ? a.low : b.low, a.high > b.high ? a.high : b.high };
}

static inline bool may_be(struct span span, int64_t value)
{
	return span.low <= value && value <= span.high;
}

#endif
