/* SPDX-License-Identifier: Apache-2.0 */
/*
 * case_log.h - the lines of the result log about one case, from what the case is, what the agent left, and
 * how it ended.
 */
#ifndef SCTPSPEC_RUNNER_VERDICT_CASE_LOG_H
#define SCTPSPEC_RUNNER_VERDICT_CASE_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "runner/catalogue/catalogue.h"
#include "runner/engine/case.h"
#include "runner/protocol/phases.h"
#include "runner/protocol/verdict.h"
#include "runner/verdict/known.h"
#include "runner/verdict/transcript.h"

/* What is the same for all cases of a run on one kernel. */
struct case_log_frame {
	const struct catalogue *catalogue;
	const struct known_list *known;
	const char *kernel, *release; /* its name, and uname -r */
	uint64_t seed;
	const char *repeat; /* "sctpspec run --kernel …": the seed and a case's id make it a whole command */
	enum pcap_policy pcap;
	const char *directory; /* the run's; NULL: lines are made as if evidence were kept, and it is not written */
	const char *evidence;  /* folder in it for evidence */
};

/* How one case ended. */
struct case_run {
	const struct test_case *test;
	const struct transcript *transcript;
	const char *console;     /* "" when there is none */
	const char *program;     /* "QEMU" */
	const char *not_started; /* why, or NULL */
	bool kernel_failed;      /* because the kernel did not come up */
	int status;              /* of waitpid */
	bool hung;
	double timeout_s, wall_ms;
	const struct phases *phases; /* or NULL */
};

struct case_log {
	json_t *lines; /* array */
	enum verdict verdict;
	const char *reason; /* a word in `lines` */
	const char *explanation;
	int64_t virtual_ns;
};

/* Writes the evidence that is to be kept, and makes the lines. 0 or -errno. */
int case_log_make(const struct case_log_frame *frame, const struct case_run *run, struct case_log *out, char **error);
void case_log_free(struct case_log *log);

#endif
