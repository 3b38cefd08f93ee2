/* SPDX-License-Identifier: Apache-2.0 */
/*
 * attempts_merge.h - makes one result for the log from the attempts of a repeated case. Pure.
 *
 * With several seeds the attempts agree, or the case is flaky. Of a flaky case two attempts with different verdicts are
 * kept, and the log shows the one that is not as expected. Two attempts with the same seed must be the same to the last
 * octet of their captures; otherwise the result is an error.
 */
#ifndef SCTPSPEC_RUNNER_VERDICT_ATTEMPTS_MERGE_H
#define SCTPSPEC_RUNNER_VERDICT_ATTEMPTS_MERGE_H

#include "runner/verdict/attempt.h"

struct merged_attempts {
	enum verdict verdict;
	char *reason, *explanation;
	size_t shown;    /* index of the attempt whose lines are in the log */
	size_t kept[2];  /* indices of the attempts that are kept besides */
	size_t n_kept;   /* 0 or 2 */
	json_t *repeats; /* the log's member of that name (LOG.md), without `kept` */
};

/* Only attempts that are done count; with `twice` both must be done. 0 or -ENOMEM. */
int attempts_merge(const struct case_frame *frame, const struct attempt *attempts, size_t n, bool twice,
	struct merged_attempts *out);
void merged_attempts_free(struct merged_attempts *merged);

#endif
