/* SPDX-License-Identifier: Apache-2.0 */
/*
 * clock_watch.h - whether somebody has set the wall clock. Events are timed by the monotonic clock, which cannot be
 * set; the kernel gives packets the wall clock's time.
 */
#ifndef SCTPSPEC_RUNNER_AGENT_CLOCK_WATCH_H
#define SCTPSPEC_RUNNER_AGENT_CLOCK_WATCH_H

#include <stdbool.h>

/* A descriptor, or -errno. */
int clock_watch_begin(void);

/* Since it began, forth and back again too. Ends the watch. */
bool clock_watch_end(int watch);

#endif
