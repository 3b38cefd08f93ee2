/* SPDX-License-Identifier: Apache-2.0 */
/* score.h - the verdicts of a run, counted, and the exit status that follows from them. Pure. */
#ifndef SCTPSPEC_RUNNER_VERDICT_SCORE_H
#define SCTPSPEC_RUNNER_VERDICT_SCORE_H

#include <stddef.h>

#include <jansson.h>

#include "runner/protocol/verdict.h"
#include "runner/verdict/exit_status.h"

struct score {
	size_t count[VERDICTS];
};

void score_add(struct score *score, enum verdict verdict);
/* An object verdict -> count, of the verdicts that occurred. */
json_t *score_json(const struct score *score);
/* An unexpected verdict about the kernel (1) takes precedence over an error of ours (3); the log has both. */
int score_status(const struct score *score);

#endif
