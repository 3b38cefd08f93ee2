/* SPDX-License-Identifier: Apache-2.0 */
/* shell_words_test.c - what is printed for a shell comes back as it was. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "core/tests/suite.h"
#include "runner/host/shell_words.h"

static const char *const words[] = { "sctpspec", "run", "--kernel", "debian:bookworm/6.1.192-2", "a b", "it's", "'", "",
	"--module", "/tmp/my kernel/sctp.ko", "tab\there", "\"", "$HOME", "\\", "ünïcode", "a;b", "*", "$(id)" };

enum { N = sizeof(words) / sizeof(words[0]) };

/* By a shell, which prints each on a line of its own. */
START_TEST(a_shell_reads_what_was_printed)
{
	char *command = NULL, line[256];
	size_t length;
	FILE *out = open_memstream(&command, &length);
	fputs("printf '%s\\n'", out);
	for (size_t i = 0; i < N; i++) {
		fputc(' ', out);
		shell_word_print(words[i], out);
	}
	fclose(out);
	FILE *shell = popen(command, "r");
	for (size_t i = 0; i < N; i++) {
		ck_assert_ptr_nonnull(fgets(line, sizeof(line), shell));
		line[strcspn(line, "\n")] = '\0';
		ck_assert_str_eq(line, words[i]);
	}
	ck_assert_ptr_null(fgets(line, sizeof(line), shell));
	ck_assert_int_eq(pclose(shell), 0);
	free(command);
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

int main(void)
{
	Suite *suite = suite_create("shell words");
	TCase *tests = tcase_create("shell words");
	tcase_add_test(tests, a_shell_reads_what_was_printed);
	tcase_add_test(tests, plain_words_stay_plain);
	suite_add_tcase(suite, tests);
	return run_tests(suite);
}
