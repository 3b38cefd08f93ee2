/* SPDX-License-Identifier: Apache-2.0 */
/*
 * phases.h - how long an agent spent in each phase of an order, by the host's clock.
 *
 * The agent notes its phase in its box. Writing there wakes nobody, so the times are as exact as the box is looked at
 * often.
 */
#ifndef SCTPSPEC_RUNNER_PROTOCOL_PHASES_H
#define SCTPSPEC_RUNNER_PROTOCOL_PHASES_H

#include "runner/protocol/box.h"

struct phases {
	double began_ms; /* of the monotonic clock */
	double ended_ms; /* 0: it has not ended */
	double entered
		[BOX_PHASES]; /* ms after the beginning; -1: not yet. A phase that nobody saw began with the next */
};

void phases_begin(struct phases *phases);
/* Notes what the agent has gone on to. */
void phases_note(struct phases *phases, const struct box *box);
void phases_end(struct phases *phases, const struct box *box);
/* Milliseconds; -1: the agent did not get that far. */
double phases_spent_ms(const struct phases *phases, enum box_phase phase);

#endif
