/* SPDX-License-Identifier: Apache-2.0 */
/*
 * durations.h - how long cases took on this machine, remembered in the cache from run to run.
 *
 * What a run starts first and how long it says that it takes follow from it; never a verdict.
 */
#ifndef SCTPSPEC_RUNNER_RUN_DURATIONS_H
#define SCTPSPEC_RUNNER_RUN_DURATIONS_H

#include <jansson.h>

#include "runner/guest/guest.h"

/* Of the cases on kernels of that release: an object, empty when nothing is remembered. NULL: no memory. */
json_t *durations_recall(const char *release, enum guest_clock clock);
/* Wall milliseconds of a case, or -1. */
double durations_of(const json_t *durations, const char *case_id);
void durations_set(json_t *durations, const char *case_id, double wall_ms);
void durations_remember(const char *release, enum guest_clock clock, const json_t *durations);

#endif
