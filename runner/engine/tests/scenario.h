/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scenario.h - runs a case's body as the agent does, in a process of Check's, over fake sockets, and keeps what it
 * left behind.
 *
 * Check cannot run one test inside another, so a test program runs its scenarios first and then judges them.
 */
#ifndef SCTPSPEC_RUNNER_ENGINE_TESTS_SCENARIO_H
#define SCTPSPEC_RUNNER_ENGINE_TESTS_SCENARIO_H

#include "runner/engine/trial.h"

struct outcome {
	enum verdict verdict; /* VERDICT_PASS if the body came to its end */
	char reason[REASON_MAX];
	char explanation[EXPLANATION_MAX];
	size_t observations;
	json_t *log; /* an array: the lines of the result log */
};

/* One that is to come out so. */
struct scenario {
	const char *name;
	void (*body)(struct trial *t);
	const char *tamper; /* or NULL */
	enum verdict verdict;
	const char *reason; /* part of it */
	const struct outcome *outcome;
};

/* Runs them all, and keeps their outcomes; between two paths. */
void run_scenarios_of(struct scenario *scenarios, size_t n);
/* Of Check: each has come out so. */
void check_scenarios(const struct scenario *scenarios, size_t n);

/* `tamper` may be NULL. The outcome is static memory: one for each call, up to 64. */
const struct outcome *run_scenario(const struct test_case *test_case, const char *tamper);
/* A trial for calling its parts without a body; to be ended with scenario_trial_free(). */
struct trial *scenario_trial(const struct test_case *test_case);
void scenario_trial_free(struct trial *trial);

#endif
