/* SPDX-License-Identifier: Apache-2.0 */
/*
 * windows.h - when a kernel does what it does by a timer, towards a tester that answers or does not. Pure; windows are
 * relative to what has set the timer. The lower edge is the formula's, the upper one allows for the timer's lateness.
 */
#ifndef SCTPSPEC_RUNNER_TESTER_WINDOWS_H
#define SCTPSPEC_RUNNER_TESTER_WINDOWS_H

#include "runner/engine/timing.h"

/* Copy number n (from 0) of DATA that is never acknowledged, after its first sending: with an RTO of `rto` on each of
 * `paths` addresses, which copies take in turn. Each timeout doubles the RTO of the address that it was sent to (RFC
 * 9260 sections 6.3.3 and 6.4.1). */
struct window window_t3_copy(const struct settings *in_force, vtime rto, unsigned n, unsigned paths);
/* Probe number n (from 0) of a window that is closed, after that which was acknowledged: the RTO doubles from one that
 * goes unanswered to the next (section 6.1, A). */
struct window window_backed_off(const struct settings *in_force, vtime rto, unsigned n);
/* From INIT ACK to when its cookie is stale (section 5.1.3). */
vtime window_cookie_life(const struct settings *in_force);

#endif
