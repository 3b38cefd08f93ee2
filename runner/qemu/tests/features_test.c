/* SPDX-License-Identifier: Apache-2.0 */
/* features_test.c - what the installed QEMU says of itself, what is remembered of it, and QEMUs that can do less. */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/tests/suite.h"
#include "runner/qemu/features.h"

static char folder[] = "/tmp/sctpspec-features-XXXXXX";

static void set_up(void)
{
	ck_assert_ptr_nonnull(mkdtemp(folder));
	setenv("SCTPSPEC_CACHE", folder, 1);
}

static void tear_down(void)
{
	char *command;

	ck_assert_int_gt(asprintf(&command, "rm -r %s", folder), 0);
	ck_assert_int_eq(system(command), 0);
	free(command);
}

/* A script in place of QEMU. */
static void replace_qemu(const char *script)
{
	char *path;

	ck_assert_int_gt(asprintf(&path, "%s/qemu-system-x86_64", folder), 0);
	FILE *file = fopen(path, "w");

	ck_assert_ptr_nonnull(file);
	fprintf(file, "#!/bin/sh\n%s\n", script);
	fclose(file);
	ck_assert_int_eq(chmod(path, 0700), 0);
	free(path);
	ck_assert_int_gt(asprintf(&path, "%s:%s", folder, getenv("PATH")), 0);
	setenv("PATH", path, 1);
	free(path);
}

static struct qemu_features find(void)
{
	struct qemu_features found;
	char *error = NULL;
	int status = qemu_features_find(&found, &error);

	ck_assert_msg(status == 0, "%s", error);
	return found;
}

static void check_equal(const struct qemu_features *a, const struct qemu_features *b)
{
	ck_assert_str_eq(a->version, b->version);
	ck_assert_str_eq(a->sha256, b->sha256);
	ck_assert_int_eq(a->reads_files, b->reads_files);
	ck_assert_uint_eq(a->recorder_length, b->recorder_length);
	ck_assert_mem_eq(a->recorder, b->recorder, a->recorder_length);
}

/* How many answers are in the cache. */
static int facts(void)
{
	char *command, words[16] = "";

	ck_assert_int_gt(asprintf(&command, "ls %s/facts 2>/dev/null | wc -l", folder), 0);
	FILE *list = popen(command, "r");

	ck_assert_ptr_nonnull(fgets(words, sizeof(words), list));
	pclose(list);
	free(command);
	return atoi(words);
}

START_TEST(installed_qemu_is_asked_once)
{
	const struct qemu_features first = find();
	const int remembered = facts();
	const struct qemu_features again = find();

	ck_assert_int_eq(strncmp(first.version, "QEMU emulator version ", 22), 0);
	ck_assert_uint_eq(strlen(first.sha256), SHA256_HEX - 1);
	check_equal(&first, &again);
	ck_assert_int_eq(facts(), remembered);
}
END_TEST

#define VERSION "[ \"$1\" = --version ] && echo 'QEMU emulator version 99' && exit\n"
#define HELP "[ \"$1\" = -help ] && echo '-incoming fd:fd\n-incoming file:filename' && exit\n"
#define OLD_HELP "[ \"$1\" = -help ] && echo '-incoming fd:fd' && exit\n"

START_TEST(qemu_without_a_recorder_has_a_reason)
{
	struct qemu_features found;
	char *error = NULL;

	replace_qemu(VERSION OLD_HELP "echo 'qemu: no such object: qtest' >&2; exit 1");
	found = find();
	ck_assert_str_eq(found.version, "QEMU emulator version 99");
	ck_assert(!found.reads_files);
	ck_assert_uint_eq(found.recorder_length, 0);
	ck_assert_int_lt(qemu_find_recorder(&found, &error), 0);
	ck_assert_str_eq(error, "QEMU cannot save itself in record mode: qemu: no such object: qtest");
	free(error);
}
END_TEST

/* A monitor that greets, answers once, and is not heard of again. */
#define MONITOR                                                                                                   \
	"for word; do case $word in socket,id=monitor,fd=*) fd=${word##*=} ;; esac; done\n"                       \
	"exec bash -c 'echo \"{\\\"QMP\\\": {}}\" >&$0; read -r -N 1 -u $0; echo \"{\\\"return\\\": {}}\" >&$0; " \
	"read -r -N 1 -u $0' \"$fd\""

/* It answers as if it had, and there is nothing on the disk. */
START_TEST(qemu_that_saves_nothing_has_no_recorder)
{
	struct qemu_features found;
	char *error = NULL;

	replace_qemu(VERSION HELP MONITOR);
	found = find();
	ck_assert(found.reads_files);
	ck_assert_uint_eq(found.recorder_length, 0);
	ck_assert_int_eq(qemu_find_recorder(&found, &error), -EINVAL);
	ck_assert_str_eq(error, "QEMU saves no recorder in record mode");
	free(error);
}
END_TEST

START_TEST(what_a_qemu_cannot_do_is_asked_again)
{
	struct qemu_features found;

	replace_qemu(VERSION HELP "exit 1");
	found = find();
	ck_assert_uint_eq(found.recorder_length, 0);
	const int before = facts();

	find();
	ck_assert_int_eq(facts(), before);
}
END_TEST

START_TEST(qemu_that_does_not_start_is_an_error)
{
	struct qemu_features found;
	char *error = NULL;

	replace_qemu("echo 'qemu: no libpixman' >&2; exit 127");
	ck_assert_int_lt(qemu_features_find(&found, &error), 0);
	ck_assert_ptr_nonnull(strstr(error, "no libpixman"));
	free(error);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("features");
	TCase *tests = tcase_create("features");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_set_timeout(tests, 3600);
	tcase_add_test(tests, installed_qemu_is_asked_once);
	tcase_add_test(tests, qemu_without_a_recorder_has_a_reason);
	tcase_add_test(tests, qemu_that_saves_nothing_has_no_recorder);
	tcase_add_test(tests, what_a_qemu_cannot_do_is_asked_again);
	tcase_add_test(tests, qemu_that_does_not_start_is_an_error);
	suite_add_tcase(suite, tests);
	return run_tests(suite);
}
