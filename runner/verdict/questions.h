/* SPDX-License-Identifier: Apache-2.0 */
/*
 * questions.h - answers what the body of a case has asked of the packets (engine/question.h), from the trace of the
 * case. Pure.
 *
 * A wrong answer fails the case. Where a capture is not there as a whole, nobody knows the answer, which is an error of
 * ours.
 */
#ifndef SCTPSPEC_RUNNER_VERDICT_QUESTIONS_H
#define SCTPSPEC_RUNNER_VERDICT_QUESTIONS_H

#include <jansson.h>

#include "runner/engine/case.h"
#include "runner/protocol/verdict.h"

struct trace;

struct answers {
	enum verdict verdict;       /* fail or error; NONE: all is as the case expects */
	char *reason, *explanation; /* of the first answer that is not; or NULL */
};

/* In `lines`, the guest's, each `question` becomes a `check` with the answer. 0 or -ENOMEM. */
int questions_answer(const struct test_case *test_case, const struct trace *trace, json_t *lines, struct answers *out);
void answers_free(struct answers *answers);

#endif
