/* SPDX-License-Identifier: Apache-2.0 */
/*
 * attempt.h - one run of a case on a kernel with a seed: of a planned case there are several when it is repeated.
 *
 * A repeated case is judged when all its attempts are over, so each keeps what it left: its result, and captures
 * that are not in a file yet.
 */
#ifndef SCTPSPEC_RUNNER_VERDICT_ATTEMPT_H
#define SCTPSPEC_RUNNER_VERDICT_ATTEMPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runner/verdict/case_log.h"

struct attempt {
	size_t planned; /* whose it is */
	uint64_t seed;
	bool second; /* the second with its seed */
	bool done;
	struct case_result result;
	struct evidence_file *evidence_files; /* until they are written, or not needed */
	size_t n_evidence_files;
};

/* Copies of a transcript's, which do not depend on it. 0 or -ENOMEM. */
int attempt_keep_files(struct attempt *attempt, const struct transcript *transcript);
/* Lets go of what nobody will ask for: of those with one verdict the first is enough. */
void attempts_prune(struct attempt *attempts, size_t n);
/* All but its verdict and its times, which are counted at the end. */
void attempt_free(struct attempt *attempt);

#endif
