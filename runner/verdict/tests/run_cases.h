/* SPDX-License-Identifier: Apache-2.0 */
/* run_cases.h - the cases of a run that has kept all captures (--pcap always), as the referee is given them. */
#ifndef SCTPSPEC_RUNNER_VERDICT_TESTS_RUN_CASES_H
#define SCTPSPEC_RUNNER_VERDICT_TESTS_RUN_CASES_H

#include "runner/engine/case.h"
#include "runner/verdict/trace.h"

enum { RUN_FILES_MAX = 32 };

struct run_case {
	const struct test_case *test_case;
	json_t *lines;
	int64_t ended_ns;
	struct evidence_file files[RUN_FILES_MAX];
	size_t n_files;
};

/* How many; they stay for ever. 0: there are none in that folder. */
size_t run_cases_read(const char *folder, struct run_case **out);

#endif
