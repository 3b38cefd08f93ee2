/* SPDX-License-Identifier: Apache-2.0 */
/* examiner.h - what came of an attempt: judges what its job left, and takes the captures. */
#ifndef SCTPSPEC_RUNNER_RUN_EXAMINER_H
#define SCTPSPEC_RUNNER_RUN_EXAMINER_H

#include "runner/run/plan.h"
#include "runner/run/run.h"
#include "runner/run/workers.h"

/* What is the same for all attempts of a run. */
struct examiner {
	const struct run_options *options;
	const struct catalogue *catalogue;
	struct known_list *known;
};

/* Whether each case is run more than once. */
bool examiner_repeats(const struct examiner *examiner);
/* Whether the run keeps the captures of a case with this result. */
bool examiner_keeps_captures(const struct examiner *examiner, const struct case_result *result);
struct case_frame examiner_frame(const struct examiner *examiner, const struct planned_case *planned);
/* Puts the result of the job's attempt into it. 0 or -errno with a sentence. */
int examiner_examine(
	const struct examiner *examiner, const struct planned_case *planned, const struct job_end *end, char **error);

#endif
