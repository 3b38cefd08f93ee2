/* SPDX-License-Identifier: Apache-2.0 */
/* deadline.c - the only place of the library that asks for the time. */
#include "deadline.h"

#include "gen_sctp.h"

#define NS_PER_S 1000000000L

struct gs_deadline gs_deadline_in(int64_t ms)
{
	struct gs_deadline d = { .forever = ms == GS_FOREVER };

	if (d.forever)
		return d;
	clock_gettime(CLOCK_MONOTONIC, &d.at);
	d.at.tv_sec += (time_t)(ms / 1000);
	d.at.tv_nsec += (long)(ms % 1000) * 1000000L;
	if (d.at.tv_nsec >= NS_PER_S) {
		d.at.tv_nsec -= NS_PER_S;
		d.at.tv_sec++;
	}
	return d;
}

const struct timespec *gs_deadline_left(const struct gs_deadline *deadline, struct timespec *left)
{
	struct timespec now;

	if (deadline->forever)
		return NULL;
	clock_gettime(CLOCK_MONOTONIC, &now);
	left->tv_sec = deadline->at.tv_sec - now.tv_sec;
	left->tv_nsec = deadline->at.tv_nsec - now.tv_nsec;
	if (left->tv_nsec < 0) {
		left->tv_nsec += NS_PER_S;
		left->tv_sec--;
	}
	if (left->tv_sec < 0)
		*left = (struct timespec){ 0 };
	return left;
}
