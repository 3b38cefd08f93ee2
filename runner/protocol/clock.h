/* SPDX-License-Identifier: Apache-2.0 */
/* clock.h - which clock a guest runs on: one that counts its instructions and skips what is idle, or the real one. */
#ifndef SCTPSPEC_RUNNER_PROTOCOL_CLOCK_H
#define SCTPSPEC_RUNNER_PROTOCOL_CLOCK_H

#include <stdbool.h>

enum guest_clock { CLOCK_VIRTUAL_TIME, CLOCK_REAL_TIME };

/* "virtual", "real" */
const char *guest_clock_name(enum guest_clock clock);
bool guest_clock_parse(const char *word, enum guest_clock *out);

#endif
