/* SPDX-License-Identifier: Apache-2.0 */
/*
 * numbers.h - what the kernel itself says of a case's associations, their paths and its namespaces, as `numbers` lines
 * of the result log, for whoever judges the trace: state, timers, and what it has counted.
 *
 * Reading takes no event from a socket and sends nothing. It costs the guest some tens of microseconds for each
 * association and namespace. Weak: the maximum of the RTO (SCTP_GET_ASSOC_STATS) begins anew with each reading; a case
 * that wants it would have to ask before.
 */
#ifndef SCTPSPEC_RUNNER_ENGINE_NUMBERS_H
#define SCTPSPEC_RUNNER_ENGINE_NUMBERS_H

#include "runner/engine/trial.h"

/* Before the body: from here on the namespaces' counters count. */
void numbers_begin(struct trial *t);
/* Logs them as they are now, of each socket that is open and of both namespaces. Nothing in a rehearsal. */
void numbers_read(struct trial *t);

#endif
