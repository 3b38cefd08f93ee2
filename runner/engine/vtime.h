/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vtime.h - guest time: nanoseconds, as an instant since the start of a case or as a duration.
 * With the virtual clock one instruction is one nanosecond and idle time is skipped.
 */
#ifndef SCTPSPEC_RUNNER_ENGINE_VTIME_H
#define SCTPSPEC_RUNNER_ENGINE_VTIME_H

#include <stdint.h>

typedef int64_t vtime;

#define VTIME_FOREVER INT64_MAX

static inline vtime us(int64_t microseconds)
{
	return microseconds * 1000;
}

static inline vtime ms(int64_t milliseconds)
{
	return milliseconds * 1000000;
}

static inline vtime s(int64_t seconds)
{
	return seconds * 1000000000;
}

/* The unit of the sysctls, as in `.rto_min = MS(500)`. It is a type of its own, so that nobody takes it for nanoseconds
 * or for a count. */
struct milliseconds {
	uint32_t count;
};

#define MS(milliseconds_) ((struct milliseconds){ milliseconds_ })

static inline vtime duration(struct milliseconds milliseconds)
{
	return ms(milliseconds.count);
}

/* A closed interval. The result of a formula is relative to the event that starts the timers;
 * after() makes it absolute. */
struct window {
	vtime from, to;
	/* How much of it is allowance for work and round trips: neither a timer nor anything random takes that
	 * long. The rest of the width is what the seed and the kernel's timers may make of it. */
	vtime slack;
};

static inline struct window after(vtime instant, struct window relative)
{
	return (struct window){ instant + relative.from, instant + relative.to, relative.slack };
}

/* The same when the timers were started at some instant between these two. */
static inline struct window after_between(vtime first, vtime last, struct window relative)
{
	return (struct window){ first + relative.from, last + relative.to, relative.slack + last - first };
}

static inline struct window between(vtime from, vtime to)
{
	return (struct window){ from, to, 0 };
}

/* The same window with that much more of it counted as allowance. */
static inline struct window allowing(vtime slack, struct window window)
{
	window.slack += slack;
	return window;
}

static inline struct window window_sum(struct window a, struct window b)
{
	return (struct window){ a.from + b.from, a.to + b.to, a.slack + b.slack };
}

#endif
