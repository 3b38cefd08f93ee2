/* SPDX-License-Identifier: Apache-2.0 */
/*
 * attempt.h - one run of a case on a kernel with a seed. A planned case that is repeated has several attempts.
 *
 * A repeated case is judged when all its attempts are over, so each attempt keeps what it left: its result, and the
 * captures that are not in a file yet.
 */
#ifndef SCTPSPEC_RUNNER_VERDICT_ATTEMPT_H
#define SCTPSPEC_RUNNER_VERDICT_ATTEMPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runner/verdict/case_log.h"

struct attempt {
	size_t planned; /* index of the planned case */
	uint64_t seed;
	bool second; /* the second attempt with this seed (--twice) */
	bool done;
	struct case_result result;
	struct evidence_file *evidence_files; /* until they are written, or not needed */
	size_t n_evidence_files;
};

/* Copies the transcript's evidence files, so that they outlive it. 0 or -ENOMEM. */
int attempt_keep_files(struct attempt *attempt, const struct transcript *transcript);
/* Frees what will not be needed: of the attempts with the same verdict only the first is kept. */
void attempts_prune(struct attempt *attempts, size_t n);
/* Frees all but the verdict and the times, which are counted at the end. */
void attempt_free(struct attempt *attempt);

#endif
