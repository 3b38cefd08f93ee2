/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check_body.c - a case is a test of Check, the unit test library; this is Check run for that one test.
 *
 * Check provides what is hard to write correctly: a child in a process group of its own, a limit to its time, and the
 * difference between an end by signal, by exit and by a failed assertion. Check was made for tests that take seconds. A
 * case may take hours of guest time, which has three consequences here:
 *
 *	- Check sends to the parent how long a test took, in microseconds and an int: 36 minutes at most. So the body
 *	  ends its process before Check gets to that; an exit status of 0 is all that Check has to know.
 *	- The parent measures too, into an int again. A test that passes after more than 2147 seconds ends as an error
 *	  of Check's; that the body came to its end is in the evidence, and counts instead.
 *	- Only the word "timeout" in Check's message shows that a test reached its limit.
 */
#include "runner/agent/check_body.h"

#include <check.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

/* What Check's test function runs; there is one case in a process. */
static struct trial *current;

START_TEST(body)
{
	/* The default slack of 50 us would be added to each of our own timers. */
	prctl(PR_SET_TIMERSLACK, 1UL);
	trial_run_body(current);
	_exit(EXIT_SUCCESS); /* before Check tells how long it took */
}
END_TEST

/* Guest seconds after which a body that still runs hangs in a system call: its rehearsal says how long it may
 * take at most. */
static double time_limit(const struct test_case *test_case)
{
	FILE *nowhere = fopen("/dev/null", "w");
	int64_t longest = 0;

	if (nowhere == NULL)
		return 3600;
	case_rehearse(test_case, nowhere, &longest);
	fclose(nowhere);
	return (double)longest / 1e9 + 120;
}

/* Judges by Check's result a body that gave no verdict itself. */
static void judge_result(struct trial *t, TestResult *result)
{
	const char *message = tr_msg(result) ?: "";

	switch (tr_rtype(result)) {
	case CK_PASS:
		return;
	case CK_FAILURE:
		evidence_decide(t->evidence, t->test_case, VERDICT_FAIL, message, NULL, NULL);
		return;
	case CK_ERROR:
		if (strstr(message, "timeout") != NULL)
			evidence_decide(t->evidence, t->test_case, VERDICT_TIMEOUT, "the case hung in a system call",
				NULL, message);
		else
			evidence_decide(t->evidence, t->test_case, VERDICT_ERROR, message, NULL, NULL);
		return;
	case CK_TEST_RESULT_INVALID:
		evidence_decide(t->evidence, t->test_case, VERDICT_ERROR, "the case did not start", NULL, NULL);
		return;
	}
}

void check_body_run(struct trial *t)
{
	Suite *suite = suite_create("case");
	TCase *test = tcase_create("case");
	SRunner *runner = srunner_create(suite);

	tcase_set_timeout(test, time_limit(t->test_case));
	tcase_add_test(test, body);
	suite_add_tcase(suite, test);
	srunner_set_fork_status(runner, CK_FORK);
	current = t;
	t->started = trial_clock(t); /* which is the kernel's clock as long as a case begins at 0 */
	srunner_run_all(runner, CK_SILENT);
	if (t->evidence->agent_dies)
		_exit(EXIT_FAILURE);
	TestResult **results = srunner_results(runner);
	const bool too_long_for_check = t->evidence->completed && t->evidence->ended > us(INT_MAX);
	if (!too_long_for_check)
		judge_result(t, results[0]);
	free(results);
	srunner_free(runner);
}
