/* SPDX-License-Identifier: Apache-2.0 */
/* scenario.c - see scenario.h. */
#include "runner/engine/tests/scenario.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runner/engine/tests/fake_sctp.h"

#define OUTCOMES_MAX 64

static struct outcome outcomes[OUTCOMES_MAX];
static unsigned outcome_count;
static struct trial *current;

/* The result log goes into a box; its file has no name for longer than it takes to map it. */
static struct box *new_box(void)
{
	char path[] = "/tmp/engine-test-box-XXXXXX";
	struct box *box = calloc(1, sizeof(*box));
	const int fd = mkstemp(path);

	if (box == NULL || fd < 0)
		abort();
	close(fd);
	unlink(path);
	if (box_create(path, box) != 0 || box_put_order(box, "{}", NULL, 0) != 0)
		abort();
	unlink(path);
	return box;
}

struct trial *scenario_trial(const struct test_case *test_case)
{
	struct trial *t = calloc(1, sizeof(*t));

	if (t == NULL)
		abort();
	t->test_case = test_case;
	for (enum endpoint at = ENDPOINT_A; at <= ENDPOINT_C; at++)
		t->in_force[at] = case_in_force(test_case, at);
	t->evidence = evidence_new();
	t->box = new_box();
	t->fault_at = -1;
	if (t->evidence == NULL)
		abort();
	t->started = trial_clock(t);
	return t;
}

void scenario_trial_free(struct trial *t)
{
	trial_free(t);
	evidence_free(t->evidence);
	box_unmap(t->box);
	free(t->box);
	free(t);
}

START_TEST(body)
{
	trial_run_body(current);
}
END_TEST

static json_t *read_log(const struct box *box)
{
	json_t *lines = json_array();
	struct box_record record;
	const unsigned char *payload;
	uint64_t cursor = 0;
	bool damaged = false;

	while (box_next(box, &cursor, &record, &payload, &damaged))
		if (record.type == BOX_LOG)
			json_array_append_new(lines, json_loadb((const char *)payload, record.length, 0, NULL));
	return lines;
}

static bool run_under_check(void)
{
	Suite *suite = suite_create("case");
	TCase *test = tcase_create("case");
	SRunner *runner = srunner_create(suite);
	bool passed;

	tcase_set_timeout(test, 3600);
	tcase_add_test(test, body);
	suite_add_tcase(suite, test);
	srunner_set_fork_status(runner, CK_FORK);
	srunner_run_all(runner, CK_SILENT);
	passed = srunner_ntests_failed(runner) == 0;
	srunner_free(runner);
	return passed;
}

const struct outcome *run_scenario(const struct test_case *test_case, const char *tamper)
{
	struct outcome *outcome = &outcomes[outcome_count++];
	struct trial *t = scenario_trial(test_case);

	if (outcome_count > OUTCOMES_MAX || (tamper != NULL && !tamper_parse(tamper, &t->tamper)))
		abort();
	fake_reset();
	current = t;
	outcome->verdict = run_under_check() ? VERDICT_PASS : VERDICT_ERROR;
	if (t->evidence->verdict != VERDICT_NONE)
		outcome->verdict = t->evidence->verdict;
	memcpy(outcome->reason, t->evidence->reason, sizeof(outcome->reason));
	memcpy(outcome->explanation, t->evidence->explanation, sizeof(outcome->explanation));
	outcome->observations = t->evidence->observation_count;
	outcome->log = read_log(t->box);
	scenario_trial_free(t);
	return outcome;
}

void run_scenarios_of(struct scenario *scenarios, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct test_case test_case = { .id = "engine.scenario",
			.area = "engine",
			.title = scenarios[i].name,
			.requirements = IDS("9260-8.2-03"),
			.topology = &topology_two_paths,
			.body = scenarios[i].body,
			.file = "cases/scenario.c",
			.line = 12 };

		scenarios[i].outcome = run_scenario(&test_case, scenarios[i].tamper);
	}
}

void check_scenarios(const struct scenario *scenarios, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct outcome *outcome = scenarios[i].outcome;

		ck_assert_msg(outcome->verdict == scenarios[i].verdict && strstr(outcome->reason, scenarios[i].reason),
			"%s: %s (\"%s\"), not %s (\"%s\")", scenarios[i].name, verdict_name(outcome->verdict),
			outcome->reason, verdict_name(scenarios[i].verdict), scenarios[i].reason);
	}
}
