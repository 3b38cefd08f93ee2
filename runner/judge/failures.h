/* SPDX-License-Identifier: Apache-2.0 */
/* failures.h - what an end can know of a destination: signs of life, what is not answered, timeouts, where DATA goes.
 * Private to account.c. */
#ifndef SCTPSPEC_RUNNER_JUDGE_FAILURES_H
#define SCTPSPEC_RUNNER_JUDGE_FAILURES_H

#include "runner/judge/account.h"

/* The destination of that number at that end, or NULL: there is none, or no memory. */
struct route *route_of(struct account *account, unsigned end, int number);
/* Something leaves for it, which has to be answered. */
void route_sends(struct route *route, enum sending what, struct spot spot);
/* It is alive; `unanswered`: of what was sent there before, this is still to be answered. */
void route_lives(struct account *account, struct route *route, enum sign by, struct spot spot, struct spot unanswered);
/* A timeout shows at an end. */
void route_strikes(struct account *account, unsigned end, int number, const struct timeout *strike);
/* New DATA goes to a destination. */
void data_goes(struct account *account, unsigned end, int number, struct spot spot);
/* Keeps what has not been found again. */
void failures_close(struct account *account);
/* By the settings of an end: which strike made a path suspect, and which gave it up. */
void failures_judge(struct account *account, unsigned end, const struct settings *settings);

#endif
