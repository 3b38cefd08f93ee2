/* SPDX-License-Identifier: Apache-2.0 */
/* mode.c - see mode.h. */
#include "mode.h"

#include <errno.h>

static int add(struct gs_active *mode, int32_t n, bool *told)
{
	int32_t sum;

	if (n < INT16_MIN || n > INT16_MAX)
		return -EINVAL;
	sum = n + (mode->mode == GS_ACTIVE_N ? mode->n : 0);
	if (sum < INT16_MIN || sum > INT16_MAX)
		return -EINVAL;
	*told = sum <= 0;
	*mode = *told ? (struct gs_active){ .mode = GS_PASSIVE } : (struct gs_active){ .mode = GS_ACTIVE_N, .n = sum };
	return GS_OK;
}

int gs_mode_set(struct gs_active *mode, const struct gs_active *wish, bool *told)
{
	*told = false;
	switch (wish->mode) {
	case GS_PASSIVE:
	case GS_ACTIVE:
	case GS_ACTIVE_ONCE:
		*mode = (struct gs_active){ .mode = wish->mode };
		return GS_OK;
	case GS_ACTIVE_N:
		return add(mode, wish->n, told);
	}
	return -EINVAL;
}

bool gs_mode_count(struct gs_active *mode)
{
	const bool last = mode->mode == GS_ACTIVE_N && mode->n == 1;

	if (mode->mode == GS_ACTIVE_N)
		mode->n--;
	if (last || mode->mode == GS_ACTIVE_ONCE)
		*mode = (struct gs_active){ .mode = GS_PASSIVE };
	return last;
}
