/* SPDX-License-Identifier: Apache-2.0 */
/* wall_clock.h - the host's time. Guest time is another type, and nothing is judged by this one. */
#ifndef SCTPSPEC_RUNNER_HOST_WALL_CLOCK_H
#define SCTPSPEC_RUNNER_HOST_WALL_CLOCK_H

/* Milliseconds of the monotonic clock. */
double wall_now_ms(void);

#endif
