/* SPDX-License-Identifier: Apache-2.0 */
/*
 * guest_test.c - guests from start to end: what a program in one says, and what is seen of a guest
 * that panics, hangs, is killed or does not boot. Needs the default kernel in the cache.
 */
#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/tests/suite.h"
#include "runner/guest/guest.h"
#include "runner/guest/tests/victims.h"
#include "runner/host/tree.h"
#include "runner/protocol/agent_contract.h"

static const struct guest_options options = { .agent = AGENT };
static struct kernel kernel;
static struct snapshot snapshot;

static void set_up(void)
{
	const struct kernel_request request = { 0 };
	char *error = NULL;

	ck_assert_msg(kernel_resolve(&request, &kernel, &error) == 0, "%s", error);
	ck_assert_msg(snapshot_ensure(&kernel, &options, NULL, NULL, &snapshot, &error) == 0, "%s", error);
}

static void tear_down(void)
{
	snapshot_free(&snapshot);
	kernel_free(&kernel);
}

/* All that the guest put into the box: one stream's text, and the exit status or -1. */
static char *collect(const struct guest *guest, enum box_record_type stream, int32_t *exit_status)
{
	struct box_record record;
	const unsigned char *payload;
	uint64_t cursor = 0;
	bool damaged;
	size_t length = 0;
	char *text = calloc(1, 1 << 20);

	*exit_status = -1;
	while (box_next(guest_box(guest), &cursor, &record, &payload, &damaged)) {
		if (record.type == BOX_END)
			memcpy(exit_status, payload, sizeof(*exit_status));
		if (record.type == stream) {
			ck_assert_uint_lt(length + record.length, 1 << 20);
			memcpy(text + length, payload, record.length);
			length += record.length;
		}
	}
	ck_assert(!damaged);
	return text;
}

START_TEST(output_and_status_come_back)
{
	struct guest *guest = victim_start(&snapshot, "output", 1);
	int status = victim_wait(guest);
	int32_t result;
	char *out = collect(guest, BOX_STDOUT, &result), *err = collect(guest, BOX_STDERR, &result);

	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), 2 * AGENT_EXIT_DONE + 1);
	ck_assert_int_eq(result, 42);
	ck_assert_str_eq(err, "to the other stream\n");
	ck_assert_int_eq(strncmp(out, "line 0\nline 1\n", 14), 0);
	ck_assert_str_eq(out + strlen(out) - 11, "line 19999\n");
	for (enum box_phase phase = 0; phase < BOX_EVIDENCE; phase++)
		ck_assert_double_ge(phases_spent_ms(guest_phases(guest), phase), 0);
	ck_assert_double_gt(phases_spent_ms(guest_phases(guest), BOX_RESTORE), 5);
	ck_assert_double_lt(phases_spent_ms(guest_phases(guest), BOX_RESTORE), 60000);
	free(out);
	free(err);
	guest_free(guest);
}
END_TEST

#ifndef __SANITIZE_ADDRESS__ /* such an agent is larger, and so is its guest */
/* The memory of the snapshot is there once for all guests, as pages of its file: what each has of its own is less. */
START_TEST(guest_is_small)
{
	struct guest *guest = victim_start(&snapshot, "output", 1);
	size_t peak;

	victim_wait(guest);
	peak = guest_peak_memory(guest);
	ck_assert_uint_gt(peak, 10UL << 20);
	ck_assert_msg(peak < 100UL << 20, "%zu MB", peak >> 20);
	guest_free(guest);
}
END_TEST
#endif

START_TEST(program_that_dies_or_is_missing_has_a_status)
{
	struct guest *guest = victim_start(&snapshot, "signal", 1);
	int32_t result;
	char *error = NULL;

	victim_wait(guest);
	free(collect(guest, BOX_STDOUT, &result));
	ck_assert_int_eq(result, 128 + SIGABRT);
	guest_free(guest);
	ck_assert_int_eq(
		guest_start(&snapshot, "{\"do\":\"exec\",\"seed\":1,\"argv\":[\"/no/such\"]}", NULL, 0, &guest, &error),
		0);
	victim_wait(guest);
	free(collect(guest, BOX_STDOUT, &result));
	ck_assert_int_eq(result, 127);
	guest_free(guest);
}
END_TEST

START_TEST(processor_has_nothing_that_is_emulated_wrongly)
{
	struct guest *guest = victim_start(&snapshot, "processor", 1);
	int32_t result;

	victim_wait(guest);
	free(collect(guest, BOX_STDOUT, &result));
	ck_assert_int_eq(result, 0);
	guest_free(guest);
}
END_TEST

/* The same order twenty times, two at a time; then with other seeds. */
START_TEST(runs_are_equal_to_the_nanosecond)
{
	char *first = NULL, *other;
	int32_t result;
	struct guest *guest;

	for (int i = 0; i < 10; i++) {
		struct guest *pair[2] = { victim_start(&snapshot, "clock", 1), victim_start(&snapshot, "clock", 1) };

		for (int k = 0; k < 2; k++) {
			char *text;

			victim_wait(pair[k]);
			text = collect(pair[k], BOX_STDOUT, &result);
			ck_assert_int_eq(result, 0);
			ck_assert_uint_gt(strlen(text), 100);
			if (!first)
				first = strdup(text);
			ck_assert_str_eq(text, first);
			free(text);
			guest_free(pair[k]);
		}
	}
	guest = victim_start(&snapshot, "clock", 2);
	victim_wait(guest);
	other = collect(guest, BOX_STDOUT, &result);
	ck_assert_str_ne(strstr(other, "random"), strstr(first, "random"));
	free(other);
	free(first);
	guest_free(guest);
}
END_TEST

START_TEST(panic_is_seen)
{
	struct guest *guest = victim_start(&snapshot, "panic", 1);
	int status = victim_wait(guest);
	int32_t result;
	char *out = collect(guest, BOX_STDOUT, &result), *console = guest_console(guest);

	ck_assert(WIFEXITED(status));
	ck_assert_int_ne(WEXITSTATUS(status), 2 * AGENT_EXIT_DONE + 1);
	ck_assert_int_eq(result, -1);
	ck_assert_str_eq(out, "last words\n"); /* what was committed before it survives */
	ck_assert_ptr_nonnull(strstr(console, "Kernel panic"));
	ck_assert_ptr_nonnull(strstr(console, "sysrq"));
	free(out);
	free(console);
	guest_free(guest);
}
END_TEST

static bool runs(pid_t pid)
{
	char path[64], line[512] = "";
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	file = fopen(path, "r");
	if (!file)
		return false;
	if (!fgets(line, sizeof(line), file))
		line[0] = '\0';
	fclose(file);
	return strstr(line, ") Z ") == NULL && strstr(line, "qemu") != NULL;
}

START_TEST(guest_that_hangs_can_be_killed)
{
	struct guest *guest = victim_start(&snapshot, "hang", 1);
	struct pollfd one = { .fd = guest_descriptor(guest), .events = POLLIN };
	pid_t pid = guest_pid(guest);
	time_t until = time(NULL) + 2;

	while (time(NULL) < until) {
		ck_assert_int_eq(guest_poll(guest, NULL), GUEST_RUNNING);
		poll(&one, 1, 100);
	}
	ck_assert(runs(pid));
	guest_kill(guest);
	ck_assert(!runs(pid));
	ck_assert_int_eq(guest_poll(guest, NULL), GUEST_ENDED);
	guest_free(guest);
	ck_assert_int_eq(kill(pid, 0), -1);
	ck_assert_int_eq(errno, ESRCH);
}
END_TEST

START_TEST(killed_qemu_is_seen)
{
	struct guest *guest = victim_start(&snapshot, "hang", 1);
	int status;

	usleep(300000);
	kill(guest_pid(guest), SIGKILL);
	status = victim_wait(guest);
	ck_assert(WIFSIGNALED(status));
	ck_assert_int_eq(WTERMSIG(status), SIGKILL);
	guest_free(guest);
}
END_TEST

static int count_descriptors(void)
{
	DIR *list = opendir("/proc/self/fd");
	int n = 0;

	while (readdir(list))
		n++;
	closedir(list);
	return n;
}

START_TEST(nothing_is_left_behind)
{
	int before = count_descriptors();
	struct guest *guest = victim_start(&snapshot, "hang", 1);
	pid_t pid = guest_pid(guest);

	ck_assert_int_gt(count_descriptors(), before);
	guest_free(guest); /* while it runs */
	ck_assert(!runs(pid));
	ck_assert_int_eq(count_descriptors(), before);
}
END_TEST

/* Whoever started a guest is killed: the guest dies too. */
START_TEST(guest_does_not_outlive_its_master)
{
	int pipe_ends[2];
	pid_t master, qemu = 0;

	ck_assert_int_eq(pipe(pipe_ends), 0);
	master = fork();
	if (master == 0) {
		qemu = guest_pid(victim_start(&snapshot, "hang", 1));
		if (write(pipe_ends[1], &qemu, sizeof(qemu)) < 0)
			_exit(1);
		pause();
	}
	ck_assert_int_eq(read(pipe_ends[0], &qemu, sizeof(qemu)), sizeof(qemu));
	usleep(300000);
	ck_assert(runs(qemu));
	kill(master, SIGKILL);
	waitpid(master, NULL, 0);
	for (int i = 0; i < 100 && runs(qemu); i++)
		usleep(50000);
	ck_assert(!runs(qemu));
}
END_TEST

/* ------------------------------------------------------------------ snapshots */

static char folder[] = "/tmp/guest_test_XXXXXX";

static void use_empty_cache(void)
{
	strcpy(folder + strlen(folder) - 6, "XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	setenv("SCTPSPEC_CACHE", folder, 1);
}

static void remove_cache(void)
{
	ck_assert_int_eq(tree_remove(folder), 0);
}

/* In a process of its own: makes or finds the snapshot; exit status 1 when it was there already. */
static pid_t ensure_in_child(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		struct snapshot mine;
		char *error = NULL;

		if (snapshot_ensure(&kernel, &options, NULL, NULL, &mine, &error) < 0) {
			fprintf(stderr, "%s\n", error);
			_exit(99);
		}
		_exit(mine.cached);
	}
	return pid;
}

static char *clock_of(const struct snapshot *from)
{
	struct guest *guest = victim_start(from, "clock", 1);
	int32_t result;
	char *text;

	victim_wait(guest);
	text = collect(guest, BOX_STDOUT, &result);
	ck_assert_int_eq(result, 0);
	guest_free(guest);
	return text;
}

/* Two at once: both get it. And a snapshot made again has the timeline of the first one. */
START_TEST(snapshot_is_made_once_and_is_the_same_again)
{
	struct snapshot again;
	char *error = NULL, *first, *second;
	int status[2];
	pid_t pids[2];

	use_empty_cache();
	for (int i = 0; i < 2; i++)
		pids[i] = ensure_in_child();
	for (int i = 0; i < 2; i++)
		waitpid(pids[i], &status[i], 0);
	ck_assert_int_lt(WEXITSTATUS(status[0]), 2);
	ck_assert_int_lt(WEXITSTATUS(status[1]), 2);
	ck_assert_int_eq(snapshot_ensure(&kernel, &options, NULL, NULL, &again, &error), 0);
	ck_assert(again.cached);
	ck_assert_double_gt(again.boot_ms, 100);
	ck_assert_str_ne(again.directory, snapshot.directory);
	first = clock_of(&snapshot);
	second = clock_of(&again);
	ck_assert_str_eq(first, second);
	free(first);
	free(second);
	snapshot_free(&again);
	remove_cache();
}
END_TEST

static const char stage_order[] = "{\"do\":\"stage\",\"topology\":\"two-paths\",\"clock\":\"virtual\"}";

/* A stage goes on from its snapshot, is made once, and made again has the same timeline. */
START_TEST(stage_goes_on_from_a_snapshot)
{
	struct snapshot stage, once_more, again, stage_again;
	char *error = NULL, *at_first, *staged, *staged_again;
	struct stat base, devices;

	ck_assert_msg(snapshot_stage(&snapshot, stage_order, &stage, &error) == 0, "%s", error);
	ck_assert(snapshot_has_stage(&snapshot, stage_order));
	ck_assert(!snapshot_has_stage(&snapshot, "{\"do\":\"nothing\"}"));
	ck_assert_int_eq(snapshot_stage(&snapshot, stage_order, &once_more, &error), 0);
	ck_assert(once_more.cached);
	ck_assert_str_eq(stage.saved.ram, snapshot.saved.ram);
	ck_assert_int_eq(stat(snapshot.saved.ram, &base), 0);
	ck_assert_int_eq(stat(stage.saved.devices, &devices), 0);
	ck_assert_int_lt(devices.st_size, base.st_size / 10);
	at_first = clock_of(&snapshot);
	staged = clock_of(&stage);
	ck_assert_double_gt(strtod(staged, NULL), strtod(at_first, NULL));

	use_empty_cache();
	ck_assert_int_eq(snapshot_ensure(&kernel, &options, NULL, NULL, &again, &error), 0);
	ck_assert_int_eq(snapshot_stage(&again, stage_order, &stage_again, &error), 0);
	ck_assert(!stage_again.cached);
	staged_again = clock_of(&stage_again);
	ck_assert_str_eq(staged, staged_again);
	free(at_first);
	free(staged);
	free(staged_again);
	snapshot_free(&stage);
	snapshot_free(&once_more);
	snapshot_free(&stage_again);
	snapshot_free(&again);
	remove_cache();
}
END_TEST

START_TEST(stage_that_cannot_be_is_explained)
{
	struct snapshot none;
	char *error = NULL;

	ck_assert_int_lt(snapshot_stage(&snapshot, "{\"do\":\"stage\",\"topology\":\"moebius\",\"clock\":\"virtual\"}",
				 &none, &error),
		0);
	ck_assert_ptr_nonnull(strstr(error, "a guest with a network did not come up: "));
#ifndef __SANITIZE_ADDRESS__ /* which has words of its own for a process 1 that ends */
	ck_assert_ptr_nonnull(strstr(error,
		"sctpspec-agent: no ground for topology moebius: "
		"No such file or directory"));
#endif
	free(error);
}
END_TEST

/* The kernel says why, and nothing half made stays in the cache. */
START_TEST(guest_that_does_not_boot_is_explained)
{
	const struct guest_options wrong = { .agent = VICTIM };
	struct snapshot none;
	char *error = NULL;

	use_empty_cache();
	ck_assert_int_lt(snapshot_ensure(&kernel, &wrong, NULL, NULL, &none, &error), 0);
	ck_assert_msg(strstr(error, kernel.release) && strstr(error, "did not come up"), "%s", error);
	ck_assert_ptr_nonnull(strstr(error, "panic"));
	ck_assert_int_eq(system("ls -d $SCTPSPEC_CACHE/snapshots/*.new 2>/dev/null") == 0, 0);
	free(error);
	remove_cache();
}
END_TEST

/* In place of QEMU, a script that tells its version and otherwise ends as `end` has it. */
static void replace_qemu(const char *end)
{
	static char place[] = "/tmp/sctpspec-qemu-XXXXXX";
	char *path;

	ck_assert_ptr_nonnull(mkdtemp(place));
	ck_assert_int_gt(asprintf(&path, "%s/qemu-system-x86_64", place), 0);
	FILE *file = fopen(path, "w");

	ck_assert_ptr_nonnull(file);
	fprintf(file, "#!/bin/sh\n[ \"$1\" = --version ] && exec echo QEMU emulator version 0\n%s\n", end);
	fclose(file);
	ck_assert_int_eq(chmod(path, 0700), 0);
	free(path);
	ck_assert_int_gt(asprintf(&path, "%s:%s", place, getenv("PATH")), 0);
	setenv("PATH", path, 1);
	free(path);
}

static const struct {
	const char *end;
	const char *how, *words; /* of the sentence */
} ends_of_qemu[] = {
	{ "echo warning >&2; echo; echo 'qemu: no such machine' >&2; exit 3", "QEMU failed with status 3 while",
		" came up: warning / qemu: no such machine" },
	{ "echo 'qemu: Assertion failed.' >&2; kill -ABRT $$", "QEMU was killed by signal 6 (Aborted) while",
		" came up: qemu: Assertion failed." },
};

START_TEST(qemu_that_dies_says_how)
{
	struct snapshot none;
	char *error = NULL;

	use_empty_cache();
	replace_qemu(ends_of_qemu[_i].end);
	ck_assert_int_lt(snapshot_ensure(&kernel, &options, NULL, NULL, &none, &error), 0);
	ck_assert_msg(strstr(error, ends_of_qemu[_i].how) == error, "%s", error);
	ck_assert_msg(strstr(error, ends_of_qemu[_i].words), "%s", error);
	ck_assert_ptr_nonnull(strstr(error, kernel.release));
	free(error);
	remove_cache();
	ck_assert_int_eq(system("rm -r \"${PATH%%:*}\""), 0);
}
END_TEST

START_TEST(missing_parts_are_named)
{
	const struct guest_options no_agent = { .agent = "/nowhere/agent" };
	struct snapshot none;
	char *error = NULL;

	ck_assert_int_eq(snapshot_ensure(&kernel, &no_agent, NULL, NULL, &none, &error), -ENOENT);
	ck_assert_str_eq(error, "cannot read the agent /nowhere/agent: No such file or directory");
	setenv("PATH", "/nowhere", 1);
	ck_assert_int_eq(snapshot_ensure(&kernel, &options, NULL, NULL, &none, &error), -ENOENT);
	ck_assert_str_eq(error, "qemu-system-x86_64 is not installed: it is in the Debian package qemu-system-x86");
	free(error);
}
END_TEST

START_TEST(unusable_kvm_is_an_error)
{
	const struct guest_options kvm = { .agent = AGENT, .accel = ACCEL_KVM };
	struct snapshot made;
	char *error = NULL;
	int status;

	use_empty_cache();
	status = snapshot_ensure(&kernel, &kvm, NULL, NULL, &made, &error);
	if (status == 0) {
		ck_assert_int_eq(made.saved.options.clock, CLOCK_REAL_TIME);
		free(clock_of(&made));
		snapshot_free(&made);
	} else {
		ck_assert_ptr_nonnull(strstr(error, "KVM"));
		ck_assert_ptr_null(strchr(error, '\n'));
		free(error);
	}
	remove_cache();
}
END_TEST

START_TEST(real_clock_runs_the_same)
{
	const struct guest_options real = { .agent = AGENT, .clock = CLOCK_REAL_TIME };
	struct snapshot made;
	struct guest *guest;
	char *error = NULL, *out;
	int32_t result;

	ck_assert_msg(snapshot_ensure(&kernel, &real, NULL, NULL, &made, &error) == 0, "%s", error);
	guest = victim_start(&made, "output", 1);
	victim_wait(guest);
	out = collect(guest, BOX_STDOUT, &result);
	ck_assert_int_eq(result, 42);
	free(out);
	guest_free(guest);
	snapshot_free(&made);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("guest");
	TCase *runs_of_guests = tcase_create("guests"), *snapshots = tcase_create("snapshots");

	tcase_add_checked_fixture(runs_of_guests, set_up, tear_down);
	tcase_set_timeout(runs_of_guests, 3600);
	tcase_add_test(runs_of_guests, output_and_status_come_back);
#ifndef __SANITIZE_ADDRESS__
	tcase_add_test(runs_of_guests, guest_is_small);
#endif
	tcase_add_test(runs_of_guests, program_that_dies_or_is_missing_has_a_status);
	tcase_add_test(runs_of_guests, processor_has_nothing_that_is_emulated_wrongly);
	tcase_add_test(runs_of_guests, runs_are_equal_to_the_nanosecond);
	tcase_add_test(runs_of_guests, panic_is_seen);
	tcase_add_test(runs_of_guests, guest_that_hangs_can_be_killed);
	tcase_add_test(runs_of_guests, killed_qemu_is_seen);
	tcase_add_test(runs_of_guests, nothing_is_left_behind);
	tcase_add_test(runs_of_guests, guest_does_not_outlive_its_master);
	tcase_add_checked_fixture(snapshots, set_up, tear_down);
	tcase_set_timeout(snapshots, 3600);
	tcase_add_test(snapshots, snapshot_is_made_once_and_is_the_same_again);
	tcase_add_test(snapshots, stage_goes_on_from_a_snapshot);
	tcase_add_test(snapshots, stage_that_cannot_be_is_explained);
	tcase_add_test(snapshots, guest_that_does_not_boot_is_explained);
	tcase_add_loop_test(snapshots, qemu_that_dies_says_how, 0, sizeof(ends_of_qemu) / sizeof(*ends_of_qemu));
	tcase_add_test(snapshots, missing_parts_are_named);
	tcase_add_test(snapshots, unusable_kvm_is_an_error);
	tcase_add_test(snapshots, real_clock_runs_the_same);
	suite_add_tcase(suite, runs_of_guests);
	suite_add_tcase(suite, snapshots);
	return run_tests(suite);
}
