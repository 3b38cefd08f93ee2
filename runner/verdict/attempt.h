/* SPDX-License-Identifier: Apache-2.0 */
/*
 * attempt.h - one run of a case on a kernel with a seed: of a cell there are several when it is repeated.
 *
 * A repeated case is judged when all its attempts are over, so each keeps what it left: lines, and captures
 * that are not in a file yet.
 */
#ifndef SCTPSPEC_RUNNER_VERDICT_ATTEMPT_H
#define SCTPSPEC_RUNNER_VERDICT_ATTEMPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runner/verdict/case_log.h"

struct attempt {
	size_t cell; /* whose it is */
	uint64_t seed;
	bool again; /* the second with its seed */
	bool done;
	enum verdict verdict;
	int64_t virtual_ns;
	struct case_log log; /* until it is written, or not needed */
	struct exhibit *exhibits;
	size_t n_exhibits;
};

/* Copies of a transcript's, which do not depend on it. 0 or -ENOMEM. */
int attempt_keep_exhibits(struct attempt *attempt, const struct transcript *transcript);
/* When the log is made. */
void attempt_finish(struct attempt *attempt);
/* Lets go of what nobody will ask for: of those with one verdict the first is enough. */
void attempts_prune(struct attempt *attempts, size_t n);
/* What is left of lines and exhibits. */
void attempt_free(struct attempt *attempt);

/*
 * What is not the same in two attempts, but for what depends on the speed of the machine: *what is one line, *detail
 * shows the first line that differs as it is in both. Both NULL: nothing. 0 or -ENOMEM. Pure.
 */
int attempts_compare(const struct attempt *first, const struct attempt *second, char **what, char **detail);

#endif
