/* SPDX-License-Identifier: Apache-2.0 */
/*
 * refereed.h - what the referee says to the trace of a case, as lines of the log and as a verdict.
 *
 * A finding of a MUST fails the case. One of a SHOULD, and one where Linux is known to deviate in the way that was seen
 * (an entry of cases/rules/linux.c, for a range of kernels), is a deviation: told and counted, and a failure only of a
 * strict run.
 */
#ifndef SCTPSPEC_RUNNER_VERDICT_REFEREED_H
#define SCTPSPEC_RUNNER_VERDICT_REFEREED_H

#include <stdbool.h>

#include <jansson.h>

#include "runner/catalogue/catalogue.h"
#include "runner/engine/case.h"
#include "runner/verdict/trace.h"

struct refereed {
	json_t *findings;           /* array of `finding` lines, without `case` */
	json_t *applied;            /* object: rule -> how often */
	char *reason, *explanation; /* of the first finding that fails the case; NULL: none does */
};

/* Which case it is, and how it is judged. */
struct refereed_case {
	const struct test_case *test_case;
	const struct catalogue *catalogue;
	const char *release, *version; /* of the kernel: uname -r, and uname -v or NULL */
	bool strict, real_time;
};

/* 0 or -ENOMEM. */
int refereed_judge(const struct refereed_case *of, const struct trace *trace, struct refereed *out);
/* The ids of the deviations that are known of a kernel (uname -r and -v), an array; NULL without memory. */
json_t *refereed_deviations(const char *release, const char *version);
void refereed_free(struct refereed *refereed);

#endif
