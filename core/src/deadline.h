/* SPDX-License-Identifier: Apache-2.0 */
/* deadline.h - a moment on CLOCK_MONOTONIC until which a call may wait, or never. */
#ifndef GEN_SCTP_SRC_DEADLINE_H
#define GEN_SCTP_SRC_DEADLINE_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

struct gs_deadline {
	bool forever;
	struct timespec at;
};

/* The moment `ms` milliseconds (>= 0) from now, or GS_FOREVER. */
struct gs_deadline gs_deadline_in(int64_t ms);

/* What is left of it, in a form for ppoll(2): NULL for ever; zero when it has passed. */
const struct timespec *gs_deadline_left(const struct gs_deadline *deadline, struct timespec *left);

#endif
