/* SPDX-License-Identifier: Apache-2.0 */
/* plan.c - the planned cases of a run. */
#include "runner/run/plan.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "runner/run/durations.h"
#include "sentence.h"

static double expected_ms(const struct planned_case *planned)
{
	double known_ms = durations_of(planned->tested->durations, planned->test_case->id);
	return known_ms >= 0 ? known_ms : progress_weight_ms(planned->longest_ns);
}

static int name_attempt(char **name, const struct planned_case *planned, const struct attempt *attempt)
{
	int length = planned->n_attempts == 1 ? asprintf(name, "%s", planned->name)
					      : asprintf(name, "%s with seed %" PRIu64 "%s", planned->name,
							attempt->seed, attempt->second ? " again" : "");
	if (length >= 0)
		return 0;
	*name = NULL;
	return -ENOMEM;
}

static int set_attempts(struct plan *plan, size_t index, const struct run_options *options)
{
	struct planned_case *planned = &plan->cases[index];
	size_t first = index * planned->n_attempts;
	int status = 0;
	planned->attempts = &plan->attempts[first];
	for (size_t i = 0; status == 0 && i < planned->n_attempts; i++) {
		planned->attempts[i] = (struct attempt){
			.planned = index,
			.seed = options->seed + (options->twice ? 0 : i),
			.second = options->twice && i > 0,
		};
		plan->cost_ms[first + i] = expected_ms(planned);
		status = name_attempt(&plan->names[first + i], planned, &planned->attempts[i]);
	}
	return status;
}

static int set_planned(struct plan *plan, size_t index, const struct planned_case *planned, bool several,
	const struct run_options *options)
{
	char *name;
	int length = several ? asprintf(&name, "%s on %s", planned->test_case->id, planned->tested->kernel.name)
			     : asprintf(&name, "%s", planned->test_case->id);
	if (length < 0)
		return -ENOMEM;
	plan->cases[index] = *planned;
	plan->cases[index].name = name;
	return set_attempts(plan, index, options);
}

static size_t attempts_at_each(const struct run_options *options)
{
	return options->twice ? 2 : options->repeat > 1 ? options->repeat : 1;
}

/* A row: the case on all kernels. */
static int set_row(struct plan *plan, size_t row, const struct test_case *test_case, struct tested_kernels *kernels,
	const struct run_options *options, FILE *nowhere, char **error)
{
	struct planned_case planned = { .test_case = test_case, .n_attempts = attempts_at_each(options) };
	int status = case_rehearse(test_case, nowhere, &planned.longest_ns);
	if (status != 0)
		return sentence(error, status, "the case %s is not well formed: `sctpspec show %s` says why",
			test_case->id, test_case->id);
	for (size_t i = 0; status == 0 && i < kernels->n; i++) {
		planned.tested = &kernels->all[i];
		status = set_planned(plan, row * kernels->n + i, &planned, kernels->n > 1, options);
	}
	return status == 0 ? 0 : sentence(error, status, "no memory for the plan of a run");
}

int plan_make(struct plan *plan, const struct test_case *const *cases, size_t n_cases, struct tested_kernels *kernels,
	const struct run_options *options, char **error)
{
	plan->n = n_cases * kernels->n;
	plan->n_attempts = plan->n * attempts_at_each(options);
	plan->cases = calloc(plan->n, sizeof(*plan->cases));
	plan->attempts = calloc(plan->n_attempts, sizeof(*plan->attempts));
	plan->names = calloc(plan->n_attempts, sizeof(*plan->names));
	plan->cost_ms = calloc(plan->n_attempts, sizeof(*plan->cost_ms));
	FILE *nowhere = fopen("/dev/null", "we");
	int status = 0;
	if (!plan->cases || !plan->attempts || !plan->names || !plan->cost_ms || !nowhere)
		status = sentence(error, -ENOMEM, "no memory for a plan of %zu runs of cases", plan->n_attempts);
	for (size_t i = 0; status == 0 && i < n_cases; i++)
		status = set_row(plan, i, cases[i], kernels, options, nowhere, error);
	if (nowhere)
		fclose(nowhere);
	return status;
}

void plan_free(struct plan *plan)
{
	for (size_t i = 0; plan->cases && i < plan->n; i++) {
		case_result_free(&plan->cases[i].result);
		json_decref(plan->cases[i].lines);
		free(plan->cases[i].name);
	}
	for (size_t i = 0; i < plan->n_attempts; i++) {
		if (plan->attempts)
			attempt_free(&plan->attempts[i]);
		if (plan->names)
			free(plan->names[i]);
	}
	free(plan->cases);
	free(plan->attempts);
	free(plan->names);
	free(plan->cost_ms);
	*plan = (struct plan){ 0 };
}
