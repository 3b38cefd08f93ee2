/* SPDX-License-Identifier: Apache-2.0 */
/* console_test.c - what is taken out of a console and of QEMU's own words. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "core/tests/suite.h"
#include "runner/protocol/console.h"

static const struct {
	const char *text, *words;
} ends[] = {
	{ "", NULL },
	{ "\n \n\t\n", NULL },
	{ "one", "one" },
	{ "one\n", "one" },
	{ "one\n\n  \ntwo\n\n", "one / two" },
	{ "one\ntwo\nthree\nfour\n", "two / three / four" },
	{ "\none\n\ntwo\n\nthree\n\nfour", "two / three / four" },
};

START_TEST(last_words_are_the_last_lines_that_say_something)
{
	char *words = console_last_words(ends[_i].text);

	ck_assert_pstr_eq(words, ends[_i].words);
	free(words);
}
END_TEST

START_TEST(reason_is_the_panic_or_the_last_line)
{
	char panic[] = "booting\nKernel panic - not syncing: no init\n---[ end ]---\n", other[] = "a\nb\n \n";

	ck_assert_str_eq(console_reason(panic), "Kernel panic - not syncing: no init");
	ck_assert_str_eq(console_reason(other), "b");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("console");
	TCase *tests = tcase_create("console");

	tcase_add_loop_test(tests, last_words_are_the_last_lines_that_say_something, 0, sizeof(ends) / sizeof(*ends));
	tcase_add_test(tests, reason_is_the_panic_or_the_last_line);
	suite_add_tcase(suite, tests);
	return run_tests(suite);
}
