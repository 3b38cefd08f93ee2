/* SPDX-License-Identifier: Apache-2.0 */
/*
 * case_log.h - what came of a case, from what the agent left and how it ended; and the lines of the result log that
 * say so.
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

/* What is the same for all attempts at a case on one kernel. */
struct case_frame {
	const struct test_case *test;
	const struct catalogue *catalogue;
	const struct known_list *known;
	const char *kernel, *release; /* its name, and uname -r */
	const char *folder;           /* the kernel's, in that for evidence; or "" */
	const char *repeat; /* "sctpspec run --kernel …": the seed and the case's id make it a whole command */
};

/* How an attempt ended. */
struct case_run {
	uint64_t seed;
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

/* What came of it. Lines of the log are made of this when nothing in it changes any more. */
struct case_result {
	uint64_t seed;
	enum verdict verdict;
	char *reason, *explanation;
	char *console;               /* what is to be shown of it, or NULL */
	int64_t t_ns;                /* when the case was judged */
	int64_t virtual_ns;          /* how long it took in all, by the guest's clock */
	double wall_ms;              /* by ours */
	double phase_ms[BOX_PHASES]; /* -1: not known */
	json_t *start, *end;         /* what the agent adds to the lines of these names, or NULL */
	json_t *lines;               /* those between them; the `file` of a capture is the name that it was sent by */
};

/* Judges a case by what its agent left, how it ended, and what is known of it. 0 or -ENOMEM. */
int case_judge(const struct case_frame *frame, const struct case_run *run, struct case_result *out);
/* The lines of the log, an array. `captures`: they are kept; `repeats`: of a case that was run more than once, or
 * NULL. NULL without memory. */
json_t *case_lines(const struct case_frame *frame, const struct case_result *result, bool captures, json_t *repeats);
/* All but the verdict and the times, which count though nobody asks for the rest any more. */
void case_result_free(struct case_result *result);

#endif
