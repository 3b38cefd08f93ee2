/* SPDX-License-Identifier: Apache-2.0 */
/* windows.c - see windows.h. */
#include "runner/tester/windows.h"

static vtime backed_off(const struct settings *in_force, vtime rto, unsigned times)
{
	const vtime most = duration(in_force->rto_max);

	while (times-- > 0 && rto < most)
		rto *= 2;
	return rto < most ? rto : most;
}

/* Timers that each begin when the one before has fired. */
static struct window add_timer(struct window sum, vtime length)
{
	return window_sum(sum, timer_window(length));
}

struct window window_t3_copy(const struct settings *in_force, vtime rto, unsigned n, unsigned paths)
{
	struct window sum = { 0 };

	for (unsigned i = 0; i <= n; i++)
		sum = add_timer(sum, backed_off(in_force, rto, i / paths));
	return sum;
}

struct window window_backed_off(const struct settings *in_force, vtime rto, unsigned n)
{
	return timer_window(backed_off(in_force, rto, n));
}

vtime window_cookie_life(const struct settings *in_force)
{
	return duration(in_force->valid_cookie_life);
}
