/* SPDX-License-Identifier: Apache-2.0 */
/* kernel_choice_test.c - from --kernel, --modules and --module to kernels. */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/tests/suite.h"
#include "runner/run/kernel_choice.h"

static struct kernel_choices choices;
static char *error;
static char folder[] = "/tmp/kernel-choice-XXXXXX";

static const char *const files[] = {
	"linux-binary-6.18_1.deb",
	"linux-modules-6.18_1.deb",
	"linux-base-6.18_1.deb",
	"linux-image-6.1_1.deb",
};
enum { FILES = sizeof(files) / sizeof(files[0]) };

/* In a folder with files of these names, which begin as packages do. */
static void set_up(void)
{
	strcpy(folder, "/tmp/kernel-choice-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	ck_assert_int_eq(chdir(folder), 0);
	for (size_t i = 0; i < FILES; i++) {
		FILE *file = fopen(files[i], "w");
		ck_assert_ptr_nonnull(file);
		fputs("!<arch>\n", file);
		fclose(file);
	}
}

static void tear_down(void)
{
	kernel_choices_free(&choices);
	free(error);
	error = NULL;
	for (size_t i = 0; i < FILES; i++)
		unlink(files[i]);
	ck_assert_int_eq(rmdir(folder), 0);
}

/* A command line, words apart by blanks. */
static int read_words(const char *line)
{
	static char words[256];
	snprintf(words, sizeof(words), "%s", line);
	for (char *word = strtok(words, " "); word; word = strtok(NULL, " ")) {
		enum kernel_option option = strcmp(word, "--kernel") == 0 ? KERNEL_OPTION_KERNEL
			: strcmp(word, "--modules") == 0                  ? KERNEL_OPTION_MODULES
									  : KERNEL_OPTION_MODULE;
		ck_assert_int_eq(kernel_choices_add(&choices, option, strtok(NULL, " ")), 0);
	}
	return kernel_choices_parse(&choices, &error);
}

/* "A+B(modules)[module] C": the kernels as one line. */
static const char *settled(void)
{
	static char line[512];
	FILE *out = fmemopen(line, sizeof(line), "w");
	for (size_t i = 0; i < choices.n; i++) {
		const struct kernel_choice *kernel = &choices.kernels[i];
		fputs(i ? " " : "", out);
		for (size_t k = 0; k < kernel->n_files; k++)
			fprintf(out, "%s%s", k ? "+" : "", kernel->files[k]);
		if (kernel->modules)
			fprintf(out, "(%s)", kernel->modules);
		if (kernel->module)
			fprintf(out, "[%s]", kernel->module);
	}
	fclose(out);
	return line;
}

static const struct {
	const char *words, *kernels;
} good[] = {
	{ "", "" },
	{ "--kernel debian:bookworm", "debian:bookworm" },
	{ "--kernel debian:bullseye --kernel debian:bookworm", "debian:bullseye debian:bookworm" },
	{ "--module m.ko", "[m.ko]" },
	{ "--module m.ko --kernel k", "k[m.ko]" },
	{ "--kernel k --module m.ko", "k[m.ko]" },
	{ "--kernel k --kernel k --module m.ko", "k k[m.ko]" },
	{ "--kernel k --module a/m.ko --kernel k --module b/m.ko", "k[a/m.ko] k[b/m.ko]" },
	{ "--kernel bzImage --modules d --kernel k", "bzImage(d) k" },
	{ "--kernel linux-binary-6.18_1.deb --kernel linux-modules-6.18_1.deb",
		"linux-binary-6.18_1.deb+linux-modules-6.18_1.deb" },
	{ "--kernel linux-modules-6.18_1.deb --kernel linux-base-6.18_1.deb --kernel linux-binary-6.18_1.deb",
		"linux-binary-6.18_1.deb+linux-modules-6.18_1.deb+linux-base-6.18_1.deb" },
	{ "--kernel linux-image-6.1_1.deb --kernel linux-binary-6.18_1.deb --kernel linux-modules-6.18_1.deb "
	  "--kernel debian:sid",
		"linux-image-6.1_1.deb linux-binary-6.18_1.deb+linux-modules-6.18_1.deb debian:sid" },
	{ "--kernel linux-modules-6.18_1.deb", "linux-modules-6.18_1.deb" },
	/* not a file of that name: a suite, a folder */
	{ "--kernel a --kernel linux-modules-7", "a linux-modules-7" },
};

START_TEST(words_become_kernels)
{
	ck_assert_int_eq(read_words(good[_i].words), 0);
	ck_assert_str_eq(settled(), good[_i].kernels);
	ck_assert_uint_ge(choices.n, 1);
}
END_TEST

static const struct {
	const char *words, *says;
} bad[] = {
	{ "--kernel k --kernel k", "'k' is named twice" },
	{ "--kernel k --module m --kernel l --kernel k --module m", "'k' is named twice" },
	{ "--module m.ko --kernel a --kernel b", "before the first of several --kernel" },
	{ "--modules d --kernel a --kernel b", "--modules d stands before" },
	{ "--kernel k --module a.ko --module b.ko", "'a.ko' and 'b.ko' are two" },
	{ "--modules d", "--modules d is of no use: the default kernel has modules of its own" },
	{ "--kernel k --kernel debian:sid --modules d", "--modules d is of no use: debian:sid has" },
	{ "--kernel linux-image-6.1_1.deb --modules d", "linux-image-6.1_1.deb has modules of its own" },
	{ "--kernel debian:sid --kernel linux-modules-6.18_1.deb", "debian:sid is no package" },
};

START_TEST(what_is_not_clear_is_refused)
{
	ck_assert_int_eq(read_words(bad[_i].words), -EINVAL);
	ck_assert_msg(strstr(error, bad[_i].says), "%s", error);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("kernel_choice");
	TCase *tests = tcase_create("kernel_choice");
	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_loop_test(tests, words_become_kernels, 0, sizeof(good) / sizeof(good[0]));
	tcase_add_loop_test(tests, what_is_not_clear_is_refused, 0, sizeof(bad) / sizeof(bad[0]));
	suite_add_tcase(suite, tests);
	return run_tests(suite);
}
