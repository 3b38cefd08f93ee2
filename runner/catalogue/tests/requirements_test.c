/* SPDX-License-Identifier: Apache-2.0 */
/* requirements_test.c - every case and every rule of the program traces to requirements that exist, and is well
 * formed. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/tests/suite.h"
#include "runner/catalogue/catalogue.h"
#include "runner/engine/case.h"
#include "runner/referee/rule.h"

START_TEST(every_case_traces_to_requirements_of_the_catalogue)
{
	struct catalogue *catalogue;
	size_t n;
	const struct test_case *const *cases = case_all(&n);
	ck_assert_uint_gt(n, 0);
	ck_assert_int_eq(catalogue_open(&catalogue, NULL), 0);
	for (size_t i = 0; i < n; i++) {
		ck_assert_msg(cases[i]->requirements && *cases[i]->requirements, "%s traces to nothing", cases[i]->id);
		for (const char *const *id = cases[i]->requirements; *id; id++)
			ck_assert_msg(catalogue_find(catalogue, *id), "%s traces to %s, which is not there",
				cases[i]->id, *id);
	}
	catalogue_close(catalogue);
}
END_TEST

START_TEST(every_rule_traces_to_requirements_of_the_catalogue)
{
	struct catalogue *catalogue;
	size_t n;
	const struct rule *const *rules = rule_all(&n);
	ck_assert_uint_gt(n, 0);
	ck_assert_int_eq(catalogue_open(&catalogue, NULL), 0);
	for (size_t i = 0; i < n; i++) {
		/* but for what Linux counts on its own account */
		const char *const *ids = rules[i]->requirements;
		ck_assert_msg((ids && *ids) || rules[i]->level == LEVEL_LINUX, "%s traces to nothing", rules[i]->id);
		for (const char *const *id = ids; id && *id; id++)
			ck_assert_msg(catalogue_find(catalogue, *id), "%s traces to %s, which is not there",
				rules[i]->id, *id);
	}
	catalogue_close(catalogue);
}
END_TEST

START_TEST(every_rule_has_an_id_of_its_own_and_a_sentence)
{
	size_t n;
	const struct rule *const *rules = rule_all(&n);
	for (size_t i = 0; i < n; i++) {
		ck_assert_msg(strspn(rules[i]->id, "abcdefghijklmnopqrstuvwxyz0123456789-.") == strlen(rules[i]->id),
			"%s has other than small letters", rules[i]->id);
		ck_assert_ptr_nonnull(strchr(rules[i]->id, '.'));
		ck_assert_msg(rules[i]->title && *rules[i]->title, "%s has no sentence", rules[i]->id);
		if (i > 0)
			ck_assert_str_lt(rules[i - 1]->id, rules[i]->id);
	}
}
END_TEST

START_TEST(every_case_has_an_id_of_its_own_with_its_area_in_front)
{
	size_t n;
	const struct test_case *const *cases = case_all(&n);
	for (size_t i = 0; i < n; i++) {
		size_t length = strlen(cases[i]->area);
		ck_assert_int_eq(strncmp(cases[i]->id, cases[i]->area, length), 0);
		ck_assert_int_eq(cases[i]->id[length], '.');
		ck_assert_msg(strspn(cases[i]->id, "abcdefghijklmnopqrstuvwxyz0123456789-_.") == strlen(cases[i]->id),
			"%s has other than small letters", cases[i]->id);
		if (i > 0)
			ck_assert_str_lt(cases[i - 1]->id, cases[i]->id);
		ck_assert_ptr_eq(case_by_id(cases[i]->id), cases[i]);
		ck_assert_ptr_nonnull(cases[i]->title);
		ck_assert_ptr_nonnull(cases[i]->topology);
	}
}
END_TEST

START_TEST(every_case_can_be_rehearsed_and_ends)
{
	size_t n;
	const struct test_case *const *cases = case_all(&n);
	for (size_t i = 0; i < n; i++) {
		char *words = NULL;
		size_t length = 0;
		int64_t longest_ns = 0;
		FILE *out = open_memstream(&words, &length);
		int status = case_rehearse(cases[i], out, &longest_ns);
		fclose(out);
		ck_assert_msg(status == 0, "%s: %s", cases[i]->id, words);
		ck_assert_uint_gt(length, 0);
		ck_assert_int_gt(longest_ns, 0);
		free(words);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("requirements");
	TCase *tests = tcase_create("requirements");
	tcase_set_timeout(tests, 3600);
	tcase_add_test(tests, every_case_traces_to_requirements_of_the_catalogue);
	tcase_add_test(tests, every_rule_traces_to_requirements_of_the_catalogue);
	tcase_add_test(tests, every_rule_has_an_id_of_its_own_and_a_sentence);
	tcase_add_test(tests, every_case_has_an_id_of_its_own_with_its_area_in_front);
	tcase_add_test(tests, every_case_can_be_rehearsed_and_ends);
	suite_add_tcase(suite, tests);
	return run_tests(suite);
}
