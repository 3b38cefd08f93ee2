/* SPDX-License-Identifier: Apache-2.0 */
/* clock_watch.c - see clock_watch.h. */
#include "runner/agent/clock_watch.h"

#include <errno.h>
#include <stdint.h>
#include <sys/timerfd.h>
#include <unistd.h>

int clock_watch_begin(void)
{
	/* a timer that never ends, except by what is watched for */
	const struct itimerspec never = { .it_value = { .tv_sec = (time_t)1 << 33 } };
	const int watch = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);

	if (watch < 0)
		return -errno;
	if (timerfd_settime(watch, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never, NULL) == 0)
		return watch;
	const int status = -errno;
	close(watch);
	return status;
}

bool clock_watch_end(int watch)
{
	uint64_t times;
	const bool was_set = read(watch, &times, sizeof(times)) < 0 && errno == ECANCELED;

	close(watch);
	return was_set;
}
