/* SPDX-License-Identifier: Apache-2.0 */
/* recorded.h - one case read from a run's folder: its lines, and those about the run and the kernel. */
#ifndef SCTPSPEC_RUNNER_VERDICT_RECORDED_H
#define SCTPSPEC_RUNNER_VERDICT_RECORDED_H

#include "runner/verdict/timeline.h"

struct recorded {
	json_t *run, *kernel; /* lines */
	size_t kernel_index;  /* of the log's kernels */
	json_t *start, *end;  /* first and last line of the case; the timeline has them too */
	struct timeline timeline;
};

/*
 * `kernel` is a name as in the log, or NULL when the log has the case on one kernel only. 0; -ESRCH when the log has
 * no such case; -EINVAL when it is no result log, or the case has no end, or there are several; -errno. */
int recorded_read(const char *directory, const char *case_id, const char *kernel, struct recorded *out, char **error);
/* Removes the paths of files, which depend on the run's folder, so that two records can be compared. */
void recorded_forget_places(struct recorded *recorded);
void recorded_free(struct recorded *recorded);

/* A text member, or "". */
const char *recorded_text(const json_t *line, const char *name);

#endif
