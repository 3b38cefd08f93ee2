/* SPDX-License-Identifier: Apache-2.0 */
/* check_body.h - runs the body of a case as a test of Check. */
#ifndef SCTPSPEC_RUNNER_AGENT_CHECK_BODY_H
#define SCTPSPEC_RUNNER_AGENT_CHECK_BODY_H

#include "runner/engine/trial.h"

/* The body in a process of its own, until it ends or takes too long. The verdict is in the trial's evidence, if the
 * body or Check came to one; a body that passed is not judged yet, because its captures may speak against it. */
void check_body_run(struct trial *t);

#endif
