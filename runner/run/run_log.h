/* SPDX-License-Identifier: Apache-2.0 */
/* run_log.h - the lines of the result log about a run as a whole; those about a case are case_log.h's. */
#ifndef SCTPSPEC_RUNNER_RUN_RUN_LOG_H
#define SCTPSPEC_RUNNER_RUN_RUN_LOG_H

#include <stdbool.h>

#include <jansson.h>

#include "runner/run/tested_kernels.h"
#include "runner/run/run.h"
#include "runner/verdict/score.h"

/* `cases`: cases times kernels. Each gives a new object, or NULL without memory. */
json_t *run_log_run(const struct run_options *options, const struct tested_kernels *kernels, size_t cases);
json_t *run_log_kernel(const struct tested_kernel *tested);

struct run_ending {
	const struct score *score;
	int64_t virtual_ns;
	double wall_ms;
	bool interrupted;
	int exit_status;
	const char *failure; /* why we could not do our work, or NULL */
};
json_t *run_log_end(const struct run_ending *ending);

#endif
