/* SPDX-License-Identifier: Apache-2.0 */
/*
 * attempts_merge.h - from the attempts of a case that was repeated to the one result that stands in the log.
 *
 * With several seeds: they agree, or the case is flaky, and the first of each of two verdicts is kept; the log shows
 * the one that is not as expected. Twice with
 * the same seed: both are the same to the last octet of their captures, or that is an error. Pure.
 */
#ifndef SCTPSPEC_RUNNER_VERDICT_ATTEMPTS_MERGE_H
#define SCTPSPEC_RUNNER_VERDICT_ATTEMPTS_MERGE_H

#include "runner/verdict/attempt.h"

struct merged_attempts {
	enum verdict verdict;
	char *reason, *explanation;
	size_t shown;    /* the attempt whose lines stand in the log */
	size_t kept[2];  /* those that are kept besides; */
	size_t n_kept;   /* 0 or 2 */
	json_t *repeats; /* LOG.md; without `kept` */
};

/* Those that are done count; of `twice` both must be. 0 or -ENOMEM. */
int attempts_merge(const struct case_frame *frame, const struct attempt *attempts, size_t n, bool twice,
	struct merged_attempts *out);
void merged_attempts_free(struct merged_attempts *merged);

#endif
