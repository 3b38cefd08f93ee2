/* SPDX-License-Identifier: Apache-2.0 */
/* options_log_test.c - the options that a log has are those that a run had. */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/tests/suite.h"
#include "runner/run/options_log.h"

static const char *debian[] = { "debian:bookworm" };
static const char *packages[] = { "a.deb", "here.deb" };
static struct kernel_choice kernels[] = {
	{ .files = debian, .n_files = 1 },
	{ .files = packages, .n_files = 2, .module = "here.ko" },
	{ .n_files = 0, .modules = "/lib/modules" },
};

static struct run_options options(void)
{
	return (struct run_options){
		.kernels = { .kernels = kernels, .n = 3 },
		.clock = CLOCK_REAL_TIME,
		.accel = ACCEL_KVM,
		.seed = INT64_MAX,
		.repeat = 3,
		.fresh_qemu = true,
		.patience_s = 1.5,
		.timeout_s = 2.5,
		.pcap = PCAP_NEVER,
		.tamper = "drop:2",
		.known = "here.known",
		.jobs = 4,
		.out = "elsewhere",
	};
}

static void read_options(const json_t *object, size_t kernel, struct logged_options *out)
{
	char *error = NULL;
	ck_assert_msg(options_log_read(object, kernel, out, &error) == 0, "%s", error);
}

START_TEST(what_is_written_is_read)
{
	const struct run_options want = options();
	struct logged_options found;
	json_t *object = options_log_write(&want);
	read_options(object, 0, &found);
	ck_assert_int_eq(found.run.clock, want.clock);
	ck_assert_int_eq(found.run.accel, want.accel);
	ck_assert(!found.run.on_host);
	ck_assert_uint_eq(found.run.seed, want.seed);
	ck_assert_uint_eq(found.run.repeat, 3);
	ck_assert(!found.run.twice);
	ck_assert(found.run.fresh_qemu);
	ck_assert_double_eq(found.run.patience_s, 1.5);
	ck_assert_double_eq(found.run.timeout_s, 2.5);
	ck_assert_int_eq(found.run.pcap, PCAP_NEVER);
	ck_assert_str_eq(found.run.tamper, "drop:2");
	ck_assert_str_eq(found.run.known, "here.known");
	ck_assert_uint_eq(found.run.kernels.n, 1);
	ck_assert_str_eq(found.run.kernels.kernels[0].files[0], "debian:bookworm");
	/* what changes nothing in what comes of it is not in there */
	ck_assert_ptr_null(json_object_get(object, "jobs"));
	ck_assert_ptr_null(json_object_get(object, "out"));
	logged_options_free(&found);
	json_decref(object);
}
END_TEST

START_TEST(what_was_not_given_is_not_there)
{
	const struct run_options want = {
		.kernels = { .kernels = kernels, .n = 3 }, .on_host = true, .twice = true, .patience_s = 60
	};
	struct logged_options found;
	json_t *object = options_log_write(&want);
	read_options(object, 2, &found);
	ck_assert(found.run.on_host);
	ck_assert(found.run.twice);
	ck_assert_uint_eq(found.run.repeat, 1);
	ck_assert_double_eq(found.run.timeout_s, 0);
	ck_assert_ptr_null(found.run.tamper);
	ck_assert_ptr_null(found.run.known);
	ck_assert_uint_eq(found.run.kernels.kernels[0].n_files, 0);
	ck_assert_str_eq(found.run.kernels.kernels[0].modules, "/lib/modules");
	ck_assert_ptr_null(found.run.kernels.kernels[0].module);
	logged_options_free(&found);
	json_decref(object);
}
END_TEST

static void make(const char *folder, const char *name)
{
	char path[256];
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	FILE *file = fopen(path, "w");
	ck_assert_ptr_nonnull(file);
	fclose(file);
}

START_TEST(relative_paths_are_those_of_the_run)
{
	char folder[] = "/tmp/options-log-XXXXXX", expected[256], command[256];
	const struct run_options want = options();
	struct logged_options found;
	ck_assert_ptr_nonnull(mkdtemp(folder));
	make(folder, "here.deb");
	make(folder, "here.ko");
	make(folder, "here.known");
	ck_assert_int_eq(chdir(folder), 0);
	json_t *object = options_log_write(&want);
	ck_assert_int_eq(chdir("/"), 0);
	read_options(object, 1, &found);
	const struct kernel_choice *kernel = &found.run.kernels.kernels[0];
	ck_assert_uint_eq(kernel->n_files, 2);
	ck_assert_str_eq(kernel->files[0], "a.deb"); /* nothing is there */
	snprintf(expected, sizeof(expected), "%s/here.deb", folder);
	ck_assert_str_eq(kernel->files[1], expected);
	snprintf(expected, sizeof(expected), "%s/here.ko", folder);
	ck_assert_str_eq(kernel->module, expected);
	snprintf(expected, sizeof(expected), "%s/here.known", folder);
	ck_assert_str_eq(found.run.known, expected);
	logged_options_free(&found);
	json_decref(object);
	snprintf(command, sizeof(command), "rm -r %s", folder);
	ck_assert_int_eq(system(command), 0);
}
END_TEST

static const struct damage {
	const char *member, *value; /* NULL: it is missing */
} damages[] = {
	{ "clock", "\"wall\"" },
	{ "accel", NULL },
	{ "target", "\"moon\"" },
	{ "seed", "-1" },
	{ "seed", "\"1\"" },
	{ "repeat", "0" },
	{ "twice", NULL },
	{ "pcap", "\"sometimes\"" },
	{ "tamper", "\"with:it\"" },
	{ "kernels", "[]" },
	{ "kernels", "[{\"files\": [7]}]" },
	{ "timeout_s", "-1.5" },
	{ "patience_s", "0" },
};

START_TEST(what_no_run_writes_is_refused)
{
	const struct run_options want = options();
	struct logged_options found;
	char *error = NULL;
	json_t *object = options_log_write(&want);
	if (damages[_i].value)
		json_object_set_new(object, damages[_i].member, json_loads(damages[_i].value, JSON_DECODE_ANY, NULL));
	else
		json_object_del(object, damages[_i].member);
	ck_assert_int_eq(options_log_read(object, 0, &found, &error), -EINVAL);
	ck_assert_str_eq(error, "the options in a log are not as a run writes them");
	free(error);
	json_decref(object);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("options_log");
	TCase *tests = tcase_create("options_log");
	tcase_add_test(tests, what_is_written_is_read);
	tcase_add_test(tests, what_was_not_given_is_not_there);
	tcase_add_test(tests, relative_paths_are_those_of_the_run);
	tcase_add_loop_test(tests, what_no_run_writes_is_refused, 0, sizeof(damages) / sizeof(damages[0]));
	suite_add_tcase(suite, tests);
	return run_tests(suite);
}
