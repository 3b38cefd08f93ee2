/* SPDX-License-Identifier: Apache-2.0 */
/* judge_box.h - the host's half of asked_fixture.c. */
#ifndef SCTPSPEC_RUNNER_VERDICT_TESTS_JUDGE_BOX_H
#define SCTPSPEC_RUNNER_VERDICT_TESTS_JUDGE_BOX_H

#include "runner/protocol/box.h"
#include "runner/verdict/questions.h"

/* Answers the questions in the box by the captures in it. Gives the lines. */
json_t *judge_box(const struct box *box, const struct test_case *test_case, int64_t ended_ns, struct answers *out);

#endif
