/* SPDX-License-Identifier: Apache-2.0 */
/* catalogue_test.c - the requirements that are built in. */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/tests/suite.h"
#include "runner/catalogue/catalogue.h"

START_TEST(every_row_of_every_file_is_read)
{
	struct catalogue *catalogue;
	char *error = NULL;
	ck_assert_msg(catalogue_open(&catalogue, &error) == 0, "%s", error);
	size_t n;
	const struct requirement *rows = catalogue_all(catalogue, &n);
	ck_assert_uint_eq(n, 1642);
	for (size_t i = 0; i < n; i++) {
		ck_assert_ptr_nonnull(rows[i].id);
		ck_assert_msg(strlen(rows[i].summary) > 5, "%s has no summary", rows[i].id);
		ck_assert_msg(
			strstr(rows[i].id, rows[i].section), "%s is not in section %s", rows[i].id, rows[i].section);
		ck_assert_ptr_eq(catalogue_find(catalogue, rows[i].id), &rows[i]);
	}
	catalogue_close(catalogue);
}
END_TEST

START_TEST(a_requirement_is_found_by_its_id)
{
	struct catalogue *catalogue;
	ck_assert_int_eq(catalogue_open(&catalogue, NULL), 0);
	const struct requirement *found = catalogue_find(catalogue, "9260-1.3-02");
	ck_assert_ptr_nonnull(found);
	ck_assert_str_eq(found->level, "MUST NOT");
	ck_assert_str_eq(found->section, "1.3");
	ck_assert_str_eq(found->summary, "Have no more than one association between two endpoints at a time.");
	ck_assert_ptr_null(catalogue_find(catalogue, "9260-1.3-99"));
	ck_assert_ptr_null(catalogue_find(catalogue, ""));
	catalogue_close(catalogue);
}
END_TEST

START_TEST(quotes_and_line_ends_are_those_of_rfc_4180)
{
	static const char text[] = "level,id,section,summary,priority,observable\r\n"
				   "MAY,1-2-01,2,\"says \"\"yes\"\", or no\",3,wire\r\n";
	struct catalogue *catalogue = catalogue_new();
	ck_assert_int_eq(catalogue_add(catalogue, "t.csv", text, strlen(text), NULL), 0);
	const struct requirement *found = catalogue_find(catalogue, "1-2-01");
	ck_assert_str_eq(found->summary, "says \"yes\", or no");
	ck_assert_str_eq(found->observable, "wire");
	ck_assert_uint_eq(found->priority, 3);
	catalogue_close(catalogue);
}
END_TEST

#define HEAD "id,section,level,summary,observable,priority\n"

static const struct damage {
	const char *text;
	int status;
	const char *sentence;
} damages[] = {
	{ "", -EINVAL, "t.csv: no header row" },
	{ "id,section,level\n", -EINVAL, "t.csv: no column 'summary'" },
	{ HEAD "1-1-01,1,MUST\n", -EINVAL, "t.csv:2: 3 fields instead of 6" },
	{ HEAD "1-1-01,1,MUST,x,api,4\n", -EINVAL, "t.csv:2: the priority of '1-1-01' is '4', not 1, 2 or 3" },
	{ HEAD "1-1-01,1,PERHAPS,x,api,1\n", -EINVAL,
		"t.csv:2: '1-1-01' is not a requirement with a level ('PERHAPS')" },
	{ HEAD "1-1-01,1,MUST,x,api,1\n1-1-01,1,MAY,y,api,1\n", -EEXIST, "requirement 1-1-01 is there twice" },
};

START_TEST(a_damaged_file_is_refused)
{
	const struct damage *want = &damages[_i];
	struct catalogue *catalogue = catalogue_new();
	char *error = NULL;
	ck_assert_int_eq(catalogue_add(catalogue, "t.csv", want->text, strlen(want->text), &error), want->status);
	ck_assert_str_eq(error, want->sentence);
	free(error);
	catalogue_close(catalogue);
}
END_TEST

START_TEST(an_open_quote_is_refused)
{
	static const char text[] = HEAD "1-1-01,1,MUST,\"x\n";
	struct catalogue *catalogue = catalogue_new();
	char *error = NULL;
	ck_assert_int_eq(catalogue_add(catalogue, "t.csv", text, strlen(text), &error), -EINVAL);
	ck_assert_int_eq(strncmp(error, "t.csv:2: ", 9), 0);
	free(error);
	catalogue_close(catalogue);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("catalogue");
	TCase *tests = tcase_create("catalogue");
	tcase_set_timeout(tests, 3600);
	tcase_add_test(tests, every_row_of_every_file_is_read);
	tcase_add_test(tests, a_requirement_is_found_by_its_id);
	tcase_add_test(tests, quotes_and_line_ends_are_those_of_rfc_4180);
	tcase_add_loop_test(tests, a_damaged_file_is_refused, 0, sizeof(damages) / sizeof(damages[0]));
	tcase_add_test(tests, an_open_quote_is_refused);
	suite_add_tcase(suite, tests);
	return run_tests(suite);
}
