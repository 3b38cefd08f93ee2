/* SPDX-License-Identifier: Apache-2.0 */
/* roll.h - associations in the order of their last packets: which one has been without one for longest. */
#ifndef SCTPSPEC_RUNNER_REFEREE_ROLL_H
#define SCTPSPEC_RUNNER_REFEREE_ROLL_H

#include "runner/referee/model.h"

struct roll {
	struct association *oldest, *newest;
};

void roll_add(struct roll *roll, struct association *association);
void roll_remove(struct roll *roll, struct association *association);

#endif
