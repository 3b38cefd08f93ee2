/* SPDX-License-Identifier: Apache-2.0 */
/* kernel_timers.h - how exact a kernel's timers are. */
#ifndef SCTPSPEC_RUNNER_PROTOCOL_KERNEL_TIMERS_H
#define SCTPSPEC_RUNNER_PROTOCOL_KERNEL_TIMERS_H

#include <stdint.h>

/* The longest tick of those that kernels are built with. */
#define TICK_NS 10000000

/* How late a timer of this length may fire, in ns. It is never early, but the length itself is rounded to ticks. */
int64_t timer_lateness(int64_t length_ns);

#endif
