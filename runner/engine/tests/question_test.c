/* SPDX-License-Identifier: Apache-2.0 */
/* question_test.c - questions to the captures as lines of the log: each comes back as it was, and knows who asked. */
#include "runner/engine/question.h"

#include <stdlib.h>
#include <string.h>

#include "runner/engine/tests/asking_case.h"
#include "runner/engine/trial.h"
#include "runner/engine/tests/fake_sctp.h"
#include "runner/engine/tests/run_tests.h"
#include "runner/engine/tests/scenario.h"

static const struct test_case test_case = { .id = "engine.question",
	.area = "engine",
	.title = "Questions",
	.requirements = IDS("9260-6.4-01"),
	.topology = &topology_two_paths,
	.file = "cases/question.c",
	.line = 3 };

/* What ask_all() asks: the verb's place in it, and the sentence without the window. */
static const struct {
	int line;
	const char *sentence;
} asked[] = {
	{ 0, "at least 1 DATA from a leaves on path 0 within 0.000 .. 9.000 s" },
	{ 1, "at least 2 DATA from a leaves on path 0 within 0.000 .. 9.000 s" },
	{ 2, "at most 3 ABORT without a cause from b leaves on path 1 within 0.000 .. 9.000 s" },
	{ 3, "at least 4 ABORT with cause 12 (User-Initiated Abort) from a leaves on path 0" },
	{ 3, "at most 4 ABORT with cause 12 (User-Initiated Abort) from a leaves on path 0" },
	{ 4, "no SACK from a leaves on path 1 within 0.000 .. 9.000 s" },
	{ 5, "at least 1 HEARTBEAT from a leaves on path 0" },
	{ 5, "at least 1 HEARTBEAT from b leaves on path 0" },
	{ 6, "no HEARTBEAT from a leaves on path 1" },
	{ 6, "no HEARTBEAT from b leaves on path 1" },
	{ 7, "every COOKIE ACK from b leaves on one and the same path within 0.000 .. 9.000 s" },
	{ 8,
		"SHUTDOWN from a, then SHUTDOWN ACK from b, then ERROR with cause 3 (Stale Cookie) from a and no more "
		"of these, at both ends within 0." },
	{ 9, "at least 1 DATA from a leaves on path 0 within 0." },
	{ 9, "no DATA from a leaves on path 1 within 0." },
	{ 10, "send_failed says `sent` of exactly those messages that were on the wire" },
};
enum { ASKED = sizeof(asked) / sizeof(asked[0]) };

static struct trial *trial_that_has_asked(void)
{
	fake_reset();
	struct trial *t = scenario_trial(&test_case);
	fake_fate_of(0, FAKE_LOSE);
	struct pair p = associated(t);
	struct flow *flow = say(t, p.client, p.server);
	expect_quiet(t, ms(20));
	fake_event(1, 100, fake_send_failed(0, true));
	ask_all(t, p, flow);
	ck_assert_uint_eq(t->evidence->question_count, ASKED);
	return t;
}

static void assert_sentence(const struct question *question, const char *begin)
{
	char words[512] = "";
	FILE *out = fmemopen(words, sizeof(words), "w");

	question_print(question, false, out);
	fclose(out);
	ck_assert_msg(strncmp(words, begin, strlen(begin)) == 0, "%s, not %s", words, begin);
}

START_TEST(each_comes_back_as_it_was)
{
	struct trial *t = trial_that_has_asked();

	for (size_t i = 0; i < ASKED; i++) {
		const struct question *question = &t->evidence->questions[i];
		struct question back;
		json_t *members = question_members(question), *again;
		char where[80];

		ck_assert(question_read(members, &back));
		again = question_members(&back);
		ck_assert(json_equal(members, again));
		assert_sentence(question, asked[i].sentence);
		assert_sentence(&back, asked[i].sentence);
		ck_assert_int_eq(back.within.from, question->within.from);
		ck_assert_int_eq(back.within.to, question->within.to);
		snprintf(
			where, sizeof(where), "runner/engine/tests/asking_case.c:%d", ASKING_CASE_LINE + asked[i].line);
		ck_assert_str_eq(back.asked_at, where);
		json_decref(members);
		json_decref(again);
	}
	scenario_trial_free(t);
}
END_TEST

/* Whatever is missing, or of another kind, makes it no question. */
START_TEST(a_part_of_a_question_is_none)
{
	struct trial *t = trial_that_has_asked();

	for (size_t i = 0; i < ASKED; i++) {
		json_t *members = question_members(&t->evidence->questions[i]);
		const char *name;
		json_t *value;

		json_object_foreach(members, name, value) {
			json_t *without = json_copy(members);
			struct question back;
			const bool may = strcmp(name, "source") == 0 || strcmp(name, "cause") == 0;

			json_object_del(without, name);
			ck_assert_msg(question_read(without, &back) == may, "question %zu without %s", i, name);
			json_object_set_new(without, name, json_real(0.5));
			ck_assert_msg(question_read(without, &back) == (strcmp(name, "source") == 0),
				"question %zu with a wrong %s", i, name);
			json_decref(without);
		}
		json_decref(members);
	}
	scenario_trial_free(t);
}
END_TEST

#define COUNT "\"kind\":\"at-least\",\"endpoint\":\"a\",\"count\":1"
#define WINDOW "\"window\":[1,2]"

static const char *const never_asked[] = {
	"{\"kind\":\"perhaps\"}",
	"{" COUNT ",\"chunk\":0,\"path\":-1," WINDOW "}",
	"{" COUNT ",\"chunk\":0,\"path\":64," WINDOW "}",
	"{" COUNT ",\"chunk\":256,\"path\":0," WINDOW "}",
	"{" COUNT ",\"chunk\":6,\"cause\":65536,\"path\":0," WINDOW "}",
	"{" COUNT ",\"chunk\":0,\"path\":0,\"window\":[2,2]}",
	"{" COUNT ",\"chunk\":0,\"path\":0,\"window\":[1,2,3]}",
	"{\"kind\":\"never\",\"endpoint\":\"c\",\"chunk\":0,\"path\":0,\"count\":0," WINDOW "}",
	"{\"kind\":\"exchange\",\"exchange\":[]," WINDOW "}",
	"{\"kind\":\"exchange\",\"exchange\":[{\"endpoint\":\"a\"}]," WINDOW "}",
	"{\"kind\":\"exchange\",\"exchange\":[1,2,3,4,5,6,7]," WINDOW "}",
	"{\"kind\":\"sent-flags\",\"endpoint\":\"a\",\"flow\":65536}",
};

START_TEST(what_no_case_can_ask)
{
	json_t *members = json_loads(never_asked[_i], 0, NULL);
	struct question question;

	ck_assert_ptr_nonnull(members);
	ck_assert_msg(!question_read(members, &question), "%s", never_asked[_i]);
	json_decref(members);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("question");
	TCase *tests = tcase_create("question");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tests, each_comes_back_as_it_was);
	tcase_add_test(tests, a_part_of_a_question_is_none);
	tcase_add_loop_test(tests, what_no_case_can_ask, 0, sizeof(never_asked) / sizeof(never_asked[0]));
	suite_add_tcase(suite, tests);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
