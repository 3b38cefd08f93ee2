/* SPDX-License-Identifier: Apache-2.0 */
/* evidence_test.c - explanations of failures: what is in them, and that they stay short. */
#include "runner/engine/evidence.h"

#include <string.h>

#include "runner/engine/tests/run_tests.h"

static const struct test_case test_case = { .id = "failover.primary-lost-idle",
	.area = "failover",
	.title = "A title",
	.requirements = IDS("9260-8.2-03", "9260-8.3-01"),
	.topology = &topology_two_paths,
	.file = "cases/failover.c",
	.line = 5 };

static struct evidence *evidence;

static void decide(enum verdict verdict, const char *expected, const char *got)
{
	evidence_decide(evidence, &test_case, verdict, "a reason", expected, got);
}

START_TEST(a_short_story)
{
	evidence = evidence_new();
	evidence_tell(evidence, ms(1500), "%s listens", "server");
	evidence_tell(evidence, s(1000), "client: comm_up");
	decide(VERDICT_FAIL, "client: addr_unreachable of path 0", "nothing of the kind");
	ck_assert_str_eq(evidence->reason, "a reason");
	ck_assert_str_eq(evidence->explanation,
		"covers    9260-8.2-03 9260-8.3-01\n"
		"source    cases/failover.c:5\n"
		"expected  client: addr_unreachable of path 0\n"
		"got       nothing of the kind\n"
		"timeline      1.500000 s  server listens\n"
		"           1000.000000 s  client: comm_up\n");
	evidence_free(evidence);
}
END_TEST

static unsigned count_lines(const char *text)
{
	unsigned lines = 0;

	for (; *text != '\0'; text++)
		lines += *text == '\n';
	return lines;
}

START_TEST(of_a_long_story_the_end_is_quoted)
{
	evidence = evidence_new();
	for (int i = 0; i < 3 * STORY_LINES_MAX; i++)
		evidence_tell(evidence, ms(i), "line %d", i);
	decide(VERDICT_FAIL, "this", "that");
	ck_assert_uint_eq(count_lines(evidence->explanation), 13);
	ck_assert_ptr_nonnull(strstr(evidence->explanation, "line 3071\n"));
	ck_assert_ptr_nonnull(strstr(evidence->explanation, "line 3063\n"));
	ck_assert_ptr_null(strstr(evidence->explanation, "line 3062\n"));
	evidence_free(evidence);
}
END_TEST

START_TEST(the_longest_lines_leave_room_for_all)
{
	char text[2 * STORY_TEXT_MAX];

	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	evidence = evidence_new();
	for (int i = 0; i < 20; i++)
		evidence_tell(evidence, s(100000), "%s", text);
	decide(VERDICT_FAIL, text, text);
	ck_assert_uint_eq(count_lines(evidence->explanation), 13);
	ck_assert_str_eq(strrchr(evidence->explanation, 'x') + 1, "\n");
	evidence_free(evidence);
}
END_TEST

START_TEST(no_line_of_the_story_breaks_another)
{
	evidence = evidence_new();
	evidence_tell(evidence, 0, "an errno's text\nwith a newline");
	decide(VERDICT_FAIL, "this", "that");
	ck_assert_uint_eq(count_lines(evidence->explanation), 5);
	evidence_free(evidence);
}
END_TEST

START_TEST(without_expected_and_got)
{
	evidence = evidence_new();
	decide(VERDICT_ERROR, NULL, NULL);
	ck_assert_ptr_null(strstr(evidence->explanation, "expected"));
	ck_assert_ptr_null(strstr(evidence->explanation, "got"));
	ck_assert_ptr_nonnull(strstr(evidence->explanation, "covers    9260-8.2-03"));
	evidence_free(evidence);
}
END_TEST

START_TEST(the_first_verdict_stays)
{
	evidence = evidence_new();
	decide(VERDICT_FAIL, "first", NULL);
	evidence_decide(evidence, &test_case, VERDICT_PASS, "", NULL, NULL);
	evidence_decide(evidence, &test_case, VERDICT_ERROR, "another", "second", NULL);
	ck_assert_int_eq(evidence->verdict, VERDICT_FAIL);
	ck_assert_str_eq(evidence->reason, "a reason");
	ck_assert_ptr_nonnull(strstr(evidence->explanation, "first"));
	ck_assert_ptr_null(strstr(evidence->explanation, "second"));
	evidence_free(evidence);
}
END_TEST

START_TEST(what_passed_or_was_skipped_needs_no_explanation)
{
	static const enum verdict verdicts[] = { VERDICT_PASS, VERDICT_SKIP };

	for (size_t i = 0; i < 2; i++) {
		evidence = evidence_new();
		decide(verdicts[i], NULL, NULL);
		ck_assert_str_eq(evidence->explanation, "");
		evidence_free(evidence);
	}
}
END_TEST

int main(void)
{
	return RUN_TESTS("evidence", a_short_story, of_a_long_story_the_end_is_quoted,
		the_longest_lines_leave_room_for_all, no_line_of_the_story_breaks_another, without_expected_and_got,
		the_first_verdict_stays, what_passed_or_was_skipped_needs_no_explanation);
}
