/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stop.h - SIGINT and SIGTERM: the first asks a run to stop and to keep what it has, a second one ends the
 * process at once.
 */
#ifndef SCTPSPEC_RUNNER_HOST_STOP_H
#define SCTPSPEC_RUNNER_HOST_STOP_H

#include <stdbool.h>

/* While there is nothing to keep yet: a signal is only noted. */
void stop_note(void);
bool stop_was_noted(void);

/* While cases run: a descriptor that becomes readable with the first signal, or -1. */
int stop_begin(void);
/* The run is over; a further signal ends the process. */
void stop_end(int descriptor);

#endif
