/* SPDX-License-Identifier: Apache-2.0 */
/* shell_words_test.c - what is printed for a shell comes back as it was. */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "runner/host/shell_words.h"

static const char *const words[] = { "sctpspec", "run", "--kernel", "debian:bookworm/6.1.192-2", "a b", "it's", "'", "",
	"--module", "/tmp/my kernel/sctp.ko", "tab\there", "\"", "$HOME", "\\", "ünïcode" };

enum { N = sizeof(words) / sizeof(words[0]) };

START_TEST(what_is_printed_is_split_again)
{
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);
	for (size_t i = 0; i < N; i++) {
		fputs(i ? " " : "", out);
		shell_word_print(words[i], out);
	}
	fclose(out);
	struct shell_words split;
	ck_assert_int_eq(shell_words_split(text, &split), 0);
	ck_assert_uint_eq(split.n, N);
	for (size_t i = 0; i < N; i++)
		ck_assert_str_eq(split.words[i], words[i]);
	ck_assert_ptr_null(split.words[N]);
	shell_words_free(&split);
	free(text);
}
END_TEST

START_TEST(plain_words_stay_plain)
{
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);
	shell_word_print("debian:bookworm", out);
	fclose(out);
	ck_assert_str_eq(text, "debian:bookworm");
	free(text);
}
END_TEST

START_TEST(what_was_not_printed_is_refused)
{
	static const char *const wrong[] = { "'open", "a $b", "a; b", "a\"b\"" };
	struct shell_words split;
	ck_assert_int_eq(shell_words_split(wrong[_i], &split), -EINVAL);
	ck_assert_ptr_null(split.words);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("shell words");
	TCase *tests = tcase_create("shell words");
	tcase_add_test(tests, what_is_printed_is_split_again);
	tcase_add_test(tests, plain_words_stay_plain);
	tcase_add_loop_test(tests, what_was_not_printed_is_refused, 0, 4);
	suite_add_tcase(suite, tests);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
