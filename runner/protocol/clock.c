/* SPDX-License-Identifier: Apache-2.0 */
/* clock.c - see clock.h. */
#include "runner/protocol/clock.h"

#include <string.h>

const char *guest_clock_name(enum guest_clock clock)
{
	return clock == CLOCK_VIRTUAL_TIME ? "virtual" : "real";
}

bool guest_clock_parse(const char *word, enum guest_clock *out)
{
	bool real = strcmp(word, "real") == 0;
	*out = real ? CLOCK_REAL_TIME : CLOCK_VIRTUAL_TIME;
	return real || strcmp(word, "virtual") == 0;
}
