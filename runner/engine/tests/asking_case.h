/* SPDX-License-Identifier: Apache-2.0 */
/* asking_case.h - questions as a file in cases/ asks them, which includes case.h alone. */
#ifndef SCTPSPEC_RUNNER_ENGINE_TESTS_ASKING_CASE_H
#define SCTPSPEC_RUNNER_ENGINE_TESTS_ASKING_CASE_H

#include "runner/engine/case.h"

/* Each verb that asks, in a line of its own, from this line on. */
#define ASKING_CASE_LINE 9
void ask_all(struct trial *t, struct pair p, struct flow *flow);

#endif
