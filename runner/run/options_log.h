/* SPDX-License-Identifier: Apache-2.0 */
/*
 * options_log.h - the options of a run in its log (LOG.md, `options`): all that has an influence on what comes of it,
 * written and read here alone, so that a recorded case can be run again without reading a command line.
 */
#ifndef SCTPSPEC_RUNNER_RUN_OPTIONS_LOG_H
#define SCTPSPEC_RUNNER_RUN_OPTIONS_LOG_H

#include <jansson.h>

#include "runner/run/run.h"

/* A new object; NULL only without memory. */
json_t *options_log_write(const struct run_options *options);

/* Options that were read. */
struct logged_options {
	struct run_options run; /* with one kernel */
	json_t *object;         /* what its words point into */
};

/*
 * `kernel`: which of the log's kernels, from 0. A relative path is taken from where the run was started, if something
 * is there. 0; -EINVAL: `logged` is not what options_log_write makes; -ENOMEM.
 */
int options_log_read(const json_t *logged, size_t kernel, struct logged_options *out, char **error);
void logged_options_free(struct logged_options *options);

#endif
