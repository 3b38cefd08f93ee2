/* SPDX-License-Identifier: Apache-2.0 */
/*
 * findings_test.c - cases/FINDINGS.md has what kernels are known to get wrong in cases of the tester, each with the
 * kernels that cases/known/linux says, a requirement of its case at its level, and a command that runs it; and nothing
 * else.
 */
#include <check.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/tests/suite.h"
#include "runner/catalogue/catalogue.h"
#include "runner/engine/case.h"
#include "runner/verdict/known.h"

enum { FINDINGS_MAX = 400, TEXT_MAX = 200 };

/* A line "- case `x`, kernels `y`", and what its section says of it. */
struct finding {
	char cases[TEXT_MAX], kernels[TEXT_MAX], rule[TEXT_MAX], level[TEXT_MAX], again[1000];
};

struct page {
	struct finding findings[FINDINGS_MAX];
	size_t n;
};

/* Each section has its cases first, then the rule and the command that are theirs. */
static void read_line(struct page *page, size_t *section, const char *line)
{
	struct finding *next = &page->findings[page->n];

	if (strncmp(line, "## ", 3) == 0) {
		*section = page->n;
	} else if (sscanf(line, "- case `%199[^`]`, kernels `%199[^`]`", next->cases, next->kernels) == 2) {
		ck_assert_uint_lt(++page->n, FINDINGS_MAX);
	} else if (strncmp(line, "- rule ", 7) == 0) {
		for (size_t i = *section; i < page->n; i++)
			ck_assert_int_eq(sscanf(line, "- rule `%199[^`]` (%199[^)])", page->findings[i].rule,
						 page->findings[i].level),
				2);
	} else if (strncmp(line, "- again: ", 9) == 0) {
		for (size_t i = *section; i < page->n; i++)
			ck_assert_int_eq(sscanf(line, "- again: `sctpspec run %999[^`]`", page->findings[i].again), 1);
	}
}

static struct page *read_page(void)
{
	struct page *page = calloc(1, sizeof(*page));
	FILE *file = fopen(FINDINGS_PAGE, "re");
	char *line = NULL;
	size_t room = 0, section = 0;

	ck_assert_ptr_nonnull(file);
	while (getline(&line, &room, file) > 0)
		read_line(page, &section, line);
	free(line);
	fclose(file);
	return page;
}

static bool lists(const char *const *list, const char *word)
{
	for (; list && *list; list++)
		if (strcmp(*list, word) == 0)
			return true;
	return false;
}

/* The first case that a pattern is about, if it is one of the tester. */
static const struct test_case *case_of_tester(const char *pattern)
{
	size_t n;
	const struct test_case *const *all = case_all(&n);

	for (size_t i = 0; i < n; i++)
		if (fnmatch(pattern, all[i]->id, 0) == 0)
			return lists(all[i]->tags, "tester") ? all[i] : NULL;
	return NULL;
}

static const struct finding *find(const struct page *page, const char *cases, const char *kernels)
{
	for (size_t i = 0; i < page->n; i++)
		if (strcmp(page->findings[i].cases, cases) == 0 && strcmp(page->findings[i].kernels, kernels) == 0)
			return &page->findings[i];
	return NULL;
}

static struct known_list known_of_linux(void)
{
	struct known_list list;
	char *error = NULL;

	ck_assert_msg(known_read(KNOWN_LIST, &list, &error) == 0, "%s", error);
	return list;
}

START_TEST(what_is_known_of_a_case_of_the_tester_is_on_the_page)
{
	struct known_list list = known_of_linux();
	struct page *page = read_page();
	size_t of_tester = 0;

	for (size_t i = 0; i < list.n; i++) {
		const char *kernels = list.issues[list.failures[i].issue].kernels;

		if (!case_of_tester(list.failures[i].cases))
			continue;
		of_tester++;
		ck_assert_msg(find(page, list.failures[i].cases, kernels), "%s on the kernels %s is not on the page",
			list.failures[i].cases, kernels);
	}
	ck_assert_uint_ge(of_tester, 10);
	free(page);
	known_free(&list);
}
END_TEST

START_TEST(what_is_on_the_page_is_known)
{
	struct known_list list = known_of_linux();
	struct page *page = read_page();

	for (size_t i = 0; i < page->n; i++) {
		const struct finding *finding = &page->findings[i];
		bool known = false;

		for (size_t k = 0; k < list.n; k++)
			known |= strcmp(list.failures[k].cases, finding->cases) == 0 &&
				strcmp(list.issues[list.failures[k].issue].kernels, finding->kernels) == 0;
		ck_assert_msg(known, "%s on the kernels %s is not in the list of known issues", finding->cases,
			finding->kernels);
	}
	free(page);
	known_free(&list);
}
END_TEST

START_TEST(each_has_a_requirement_of_its_case_and_a_command_that_runs_it)
{
	struct page *page = read_page();
	struct catalogue *catalogue;

	ck_assert_int_eq(catalogue_open(&catalogue, NULL), 0);
	for (size_t i = 0; i < page->n; i++) {
		const struct finding *finding = &page->findings[i];
		const struct test_case *test_case = case_of_tester(finding->cases);
		const struct requirement *requirement = catalogue_find(catalogue, finding->rule);

		ck_assert_msg(test_case != NULL, "%s is no case of the tester", finding->cases);
		ck_assert_msg(requirement != NULL, "%s: there is no %s", finding->cases, finding->rule);
		ck_assert_msg(lists(test_case->requirements, finding->rule), "%s does not trace to %s", finding->cases,
			finding->rule);
		ck_assert_str_eq(requirement->level, finding->level);
		ck_assert_msg(strstr(finding->again, finding->cases), "%s is not run by \"%s\"", finding->cases,
			finding->again);
	}
	catalogue_close(catalogue);
	free(page);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("findings");
	TCase *tests = tcase_create("findings");
	tcase_add_test(tests, what_is_known_of_a_case_of_the_tester_is_on_the_page);
	tcase_add_test(tests, what_is_on_the_page_is_known);
	tcase_add_test(tests, each_has_a_requirement_of_its_case_and_a_command_that_runs_it);
	suite_add_tcase(suite, tests);
	return run_tests(suite);
}
