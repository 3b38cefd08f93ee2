/* SPDX-License-Identifier: Apache-2.0 */
/* durations.c - how long cases took on this machine. */
#include "runner/run/durations.h"

#include <stdio.h>
#include <stdlib.h>

#include "runner/cache/cache.h"

static char *question(const char *release, enum guest_clock clock)
{
	char *words;
	const char *kind = clock == CLOCK_VIRTUAL_TIME ? "virtual" : "real";
	return asprintf(&words, "durations %s %s", release, kind) < 0 ? NULL : words;
}

json_t *durations_recall(const char *release, enum guest_clock clock)
{
	char *asked = question(release, clock);
	char *answer = asked ? cache_recall(asked) : NULL;
	json_t *durations = answer ? json_loads(answer, 0, NULL) : NULL;
	free(answer);
	free(asked);
	if (json_is_object(durations))
		return durations;
	json_decref(durations);
	return json_object();
}

double durations_of(const json_t *durations, const char *case_id)
{
	const json_t *value = json_object_get(durations, case_id);
	double wall_ms = json_number_value(value);
	return json_is_number(value) && wall_ms > 0 ? wall_ms : -1;
}

void durations_set(json_t *durations, const char *case_id, double wall_ms)
{
	json_object_set_new(durations, case_id, json_integer((json_int_t)(wall_ms + 0.5)));
}

void durations_remember(const char *release, enum guest_clock clock, const json_t *durations)
{
	char *asked = question(release, clock);
	char *answer = json_dumps(durations, JSON_COMPACT | JSON_SORT_KEYS);
	if (asked && answer)
		cache_remember(asked, answer);
	free(answer);
	free(asked);
}
