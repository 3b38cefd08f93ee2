/* SPDX-License-Identifier: Apache-2.0 */
/* purposes_test.c - the test purposes of ETSI TS 102 369 and the cases of the program fit each other. */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/tests/suite.h"
#include "runner/catalogue/catalogue.h"
#include "runner/catalogue/purposes.h"
#include "runner/engine/case.h"

enum { PURPOSES_OF_THE_STANDARD = 121 };

static struct purposes built_in(void)
{
	struct purposes purposes;
	char *error = NULL;
	ck_assert_msg(purposes_open(&purposes, &error) == 0, "%s", error);
	return purposes;
}

static bool lists(const char *const *list, const char *word)
{
	for (; list && *list; list++)
		if (strcmp(*list, word) == 0)
			return true;
	return false;
}

/* "a;b" */
static bool names(const char *words, const char *word)
{
	const size_t length = strlen(word);
	for (const char *at = words; at && (at = strstr(at, word)) != NULL; at += length)
		if ((at == words || at[-1] == ';') && (at[length] == ';' || at[length] == '\0'))
			return true;
	return false;
}

START_TEST(all_purposes_of_the_standard_are_there)
{
	struct purposes purposes = built_in();
	ck_assert_uint_eq(purposes.n, PURPOSES_OF_THE_STANDARD);
	for (size_t i = 0; i < purposes.n; i++) {
		ck_assert_msg(*conformance_group(purposes.rows[i].id), "%s is of no group", purposes.rows[i].id);
		ck_assert_ptr_eq(purposes_find(&purposes, purposes.rows[i].id), &purposes.rows[i]);
	}
	ck_assert_ptr_null(purposes_find(&purposes, "sctp-as-v-1-1"));
	purposes_close(&purposes);
}
END_TEST

START_TEST(each_has_a_case_that_says_so_or_a_reason)
{
	struct purposes purposes = built_in();
	for (size_t i = 0; i < purposes.n; i++) {
		const struct known_purpose *row = &purposes.rows[i];
		ck_assert_msg((*row->cases != NULL) != (*row->reason != '\0'), "%s has both or neither", row->id);
		for (const char *const *id = row->cases; *id; id++) {
			const struct test_case *found = case_by_id(*id);
			ck_assert_msg(found != NULL, "%s names the case %s, which is not there", row->id, *id);
			ck_assert_msg(
				lists(found->etsi, row->id), "%s does not say that it carries out %s", *id, row->id);
		}
	}
	purposes_close(&purposes);
}
END_TEST

START_TEST(no_case_carries_out_what_is_not_there_or_is_excused)
{
	struct purposes purposes = built_in();
	size_t n;
	const struct test_case *const *cases = case_all(&n);
	for (size_t i = 0; i < n; i++)
		for (const char *const *id = cases[i]->etsi; id && *id; id++) {
			const struct known_purpose *row = purposes_find(&purposes, *id);
			ck_assert_msg(row != NULL, "%s carries out %s, which is not there", cases[i]->id, *id);
			ck_assert_msg(
				!*row->reason, "%s carries out %s, which is said to have no case", cases[i]->id, *id);
		}
	purposes_close(&purposes);
}
END_TEST

START_TEST(the_requirement_of_each_is_in_the_catalogue_at_that_level)
{
	struct purposes purposes = built_in();
	struct catalogue *catalogue;
	size_t n;
	ck_assert_int_eq(catalogue_open(&catalogue, NULL), 0);
	for (size_t i = 0; i < purposes.n; i++) {
		const struct known_purpose *row = &purposes.rows[i];
		const struct requirement *found = catalogue_find(catalogue, row->requirement);
		ck_assert_msg(found != NULL, "%s: there is no %s", row->id, row->requirement);
		ck_assert_int_eq(strncmp(row->requirement, "9260-", 5), 0);
		ck_assert_msg(strcmp(found->level, row->level) == 0, "%s: %s is a %s, not a %s", row->id,
			row->requirement, found->level, row->level);
		ck_assert_msg(names(found->etsi, row->id), "%s: %s does not name it", row->id, row->requirement);
	}
	const struct requirement *all = catalogue_all(catalogue, &n);
	for (size_t i = 0; i < n; i++) {
		char *words = strdup(all[i].etsi ? all[i].etsi : ""), *rest = words;
		for (const char *word; (word = strsep(&rest, ";")) != NULL;)
			ck_assert_msg(!*word || purposes_find(&purposes, word), "%s names %s, which is not there",
				all[i].id, word);
		free(words);
	}
	catalogue_close(catalogue);
	purposes_close(&purposes);
}
END_TEST

#define HEAD "id,purpose,requirement,level,cases,reason,difference\n"

START_TEST(a_table_is_read_with_its_lists)
{
	static const char text[] = HEAD "sctp-x-1,\"It works, always\",9260-1-01,MUST,a.b;c.d,,\n"
					"sctp-x-2,Why,9260-1-02,MAY,,It cannot be,It may be\n";
	struct purposes purposes;
	ck_assert_int_eq(purposes_read(&purposes, "t.csv", text, strlen(text), NULL), 0);
	ck_assert_uint_eq(purposes.n, 2);
	ck_assert_str_eq(purposes.rows[0].purpose, "It works, always");
	ck_assert_str_eq(purposes.rows[0].cases[0], "a.b");
	ck_assert_str_eq(purposes.rows[0].cases[1], "c.d");
	ck_assert_ptr_null(purposes.rows[0].cases[2]);
	ck_assert_ptr_null(purposes.rows[1].cases[0]);
	ck_assert_str_eq(purposes.rows[1].reason, "It cannot be");
	ck_assert_str_eq(purposes.rows[1].difference, "It may be");
	purposes_close(&purposes);
}
END_TEST

static const struct {
	const char *text, *sentence;
	int status;
} wrong[] = {
	{ HEAD "x,p,r,MUST,,,\n", "t.csv:2: 'x' has neither a case nor a reason", -EINVAL },
	{ HEAD "x,p,r,MUST,a.b,none,\n", "t.csv:2: 'x' has cases, and a reason why it has none", -EINVAL },
	{ HEAD "x,p,,MUST,a.b,,\n", "t.csv:2: 'x' is not a purpose with a requirement ('')", -EINVAL },
	{ HEAD "x,p,r,MUST,a.b,,\nx,p,r,MUST,a.b,,\n", "t.csv:3: 'x' is there twice", -EEXIST },
	{ HEAD "x,p,r,MUST\n", "t.csv:2: 4 fields instead of 7", -EINVAL },
	{ "id,purpose\n", "t.csv: no column 'requirement'", -EINVAL },
	{ "", "t.csv: no header row", -EINVAL },
};

START_TEST(a_damaged_table_is_refused_with_its_line)
{
	struct purposes purposes;
	char *error = NULL;
	ck_assert_int_eq(
		purposes_read(&purposes, "t.csv", wrong[_i].text, strlen(wrong[_i].text), &error), wrong[_i].status);
	ck_assert_str_eq(error, wrong[_i].sentence);
	ck_assert_uint_eq(purposes.n, 0);
	free(error);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("purposes");
	TCase *tests = tcase_create("purposes");
	tcase_add_test(tests, all_purposes_of_the_standard_are_there);
	tcase_add_test(tests, each_has_a_case_that_says_so_or_a_reason);
	tcase_add_test(tests, no_case_carries_out_what_is_not_there_or_is_excused);
	tcase_add_test(tests, the_requirement_of_each_is_in_the_catalogue_at_that_level);
	tcase_add_test(tests, a_table_is_read_with_its_lists);
	tcase_add_loop_test(tests, a_damaged_table_is_refused_with_its_line, 0, sizeof(wrong) / sizeof(wrong[0]));
	suite_add_tcase(suite, tests);
	return run_tests(suite);
}
