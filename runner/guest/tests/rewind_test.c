/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rewind_test.c - guests that follow each other in one QEMU process, and whether they can tell. Needs the default
 * kernel in the cache.
 */
#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/tests/suite.h"
#include "runner/guest/guest.h"
#include "runner/guest/tests/victims.h"
#include "runner/protocol/agent_contract.h"
#include "runner/qemu/rewind.h"
#include "runner/qemu/machine_pool.h"

static const struct guest_options options = { .agent = AGENT };
static const char stage_order[] = "{\"do\":\"stage\",\"topology\":\"two-paths\",\"clock\":\"virtual\"}";
static struct kernel kernel;
static struct snapshot snapshot, alone; /* with and without a stable */
static struct machine_pool *pool;

static void set_up(void)
{
	const struct kernel_request request = { 0 };
	char *error = NULL;

	ck_assert_msg(kernel_resolve(&request, &kernel, &error) == 0, "%s", error);
	ck_assert_msg(snapshot_ensure(&kernel, &options, NULL, NULL, &snapshot, &error) == 0, "%s", error);
	alone = snapshot;
	pool = machine_pool_open(2);
	ck_assert_ptr_nonnull(pool);
	snapshot.pool = pool;
}

static void tear_down(void)
{
	machine_pool_close(pool);
	snapshot_free(&snapshot);
	kernel_free(&kernel);
}

/* All that a guest leaves, as text: what it wrote, its status, its console. */
static char *all_of(const struct guest *guest)
{
	char *text = NULL, *console = guest_console(guest);
	struct box_record record;
	const unsigned char *payload;
	uint64_t cursor = 0;
	size_t length = 0;
	bool damaged;
	FILE *out = open_memstream(&text, &length);

	while (box_next(guest_box(guest), &cursor, &record, &payload, &damaged)) {
		fprintf(out, "%u %u\n", record.type, record.length);
		fwrite(payload, 1, record.length, out);
	}
	fprintf(out, "%s", console);
	fclose(out);
	free(console);
	return text;
}

static char *result_of(const struct snapshot *from, const char *what)
{
	struct guest *guest = victim_start(from, what, 1);
	int status = victim_wait(guest);
	char *text = all_of(guest);

	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), 2 * AGENT_EXIT_DONE + 1);
	guest_free(guest);
	return text;
}

static void run(const struct snapshot *from, const char *what)
{
	free(result_of(from, what));
}

static pid_t process_of(const struct snapshot *from, const char *what)
{
	struct guest *guest = victim_start(from, what, 1);
	pid_t pid;

	victim_wait(guest);
	pid = guest_pid(guest); /* one that cannot be rewound was replaced by now */
	guest_free(guest);
	return pid;
}

START_TEST(guests_share_a_process_and_cannot_tell)
{
	char *wanted = result_of(&alone, "clock"), *text;
	pid_t first = process_of(&snapshot, "output");

	for (int i = 0; i < 5; i++) {
		text = result_of(&snapshot, "clock");
		ck_assert_str_eq(text, wanted);
		free(text);
	}
	ck_assert_int_eq(process_of(&snapshot, "signal"), first);
	ck_assert_uint_eq(machine_pool_rewinds(pool), 6);
	free(wanted);
}
END_TEST

/* Instructions that Linux has changed are as before, and QEMU does not go on with what it has made of them. */
START_TEST(patched_kernel_is_rewound)
{
	char *wanted = result_of(&alone, "clock"), *wanted_patched = result_of(&alone, "patch"), *text;

	ck_assert_str_ne(wanted, wanted_patched);
	for (int i = 0; i < 4; i++) {
		text = result_of(&snapshot, i % 2 == 0 ? "patch" : "clock");
		ck_assert_str_eq(text, i % 2 == 0 ? wanted_patched : wanted);
		free(text);
	}
	ck_assert_uint_eq(machine_pool_rewinds(pool), 3);
	free(wanted);
	free(wanted_patched);
}
END_TEST

/* A process goes from a snapshot to its stages and back. */
START_TEST(stages_of_a_snapshot_share_a_process)
{
	struct snapshot stage, stage_alone;
	char *error = NULL, *wanted, *wanted_stage, *text;

	ck_assert_msg(snapshot_stage(&snapshot, stage_order, &stage_alone, &error) == 0, "%s", error);
	stage = stage_alone;
	stage.pool = pool;
	wanted = result_of(&alone, "clock");
	wanted_stage = result_of(&stage_alone, "clock");
	ck_assert_str_ne(wanted, wanted_stage);
	for (int i = 0; i < 5; i++) {
		text = result_of(i % 2 == 0 ? &snapshot : &stage, "clock");
		ck_assert_str_eq(text, i % 2 == 0 ? wanted : wanted_stage);
		free(text);
	}
	ck_assert_uint_eq(machine_pool_rewinds(pool), 4);
	free(wanted);
	free(wanted_stage);
	snapshot_free(&stage_alone);
}
END_TEST

START_TEST(guest_that_came_to_grief_has_no_successor)
{
	struct guest *guest = victim_start(&snapshot, "panic", 1);
	pid_t first = guest_pid(guest);
	int status = victim_wait(guest);
	char *console = guest_console(guest);

	ck_assert(WIFEXITED(status));
	ck_assert_int_ne(WEXITSTATUS(status), 2 * AGENT_EXIT_DONE + 1);
	ck_assert_ptr_nonnull(strstr(console, "Kernel panic"));
	free(console);
	guest_free(guest);
	guest = victim_start(&snapshot, "hang", 1);
	ck_assert_int_ne(guest_pid(guest), first);
	guest_kill(guest);
	guest_free(guest);
	run(&snapshot, "output");
	ck_assert_uint_eq(machine_pool_rewinds(pool), 0);
}
END_TEST

START_TEST(process_that_died_in_between_is_replaced)
{
	pid_t first;

	run(&snapshot, "output");
	first = process_of(&snapshot, "output");
	ck_assert_uint_eq(machine_pool_rewinds(pool), 1);
	kill(first, SIGKILL);
	ck_assert_int_ne(process_of(&snapshot, "output"), first);
	ck_assert(machine_pool_works(pool));
	run(&snapshot, "output");
	ck_assert_uint_eq(machine_pool_rewinds(pool), 2);
}
END_TEST

/* As with a QEMU whose devices are saved in another way: every guest runs all the same. */
START_TEST(where_nothing_can_be_rewound_each_guest_has_a_process)
{
	pid_t first = process_of(&snapshot, "output");

	kill(first, SIGKILL);
	ck_assert_int_ne(process_of(&snapshot, "output"), first);
	ck_assert(!machine_pool_works(pool));
	ck_assert_ptr_nonnull(strstr(machine_pool_trouble(pool), "QEMU"));
	run(&snapshot, "output");
	ck_assert_uint_eq(machine_pool_rewinds(pool), 0);
	ck_assert_ptr_null(machine_pool_take(pool, &snapshot.saved));
}
END_TEST

/* Of a QEMU that saves its recorder in another way than it did when it was asked, the second guest has QEMU's word. */
START_TEST(devices_that_qemu_does_not_load_cost_nothing_but_time)
{
	char *wanted = result_of(&alone, "clock"), *text;

	snapshot.saved.qemu.recorder[15] ^= 0x40; /* the last of its version's octets */
	for (int i = 0; i < 3; i++) {
		text = result_of(&snapshot, "clock");
		ck_assert_str_eq(text, wanted);
		free(text);
	}
	ck_assert(!machine_pool_works(pool));
	ck_assert_uint_eq(machine_pool_failures(pool), 1);
	ck_assert_msg(strstr(machine_pool_trouble(pool), "QEMU cannot load the guest's devices: "), "%s",
		machine_pool_trouble(pool));
	ck_assert_msg(strstr(machine_pool_trouble(pool), "replay"), "%s", machine_pool_trouble(pool));
	free(wanted);
}
END_TEST

START_TEST(where_qemu_has_no_recorder_nothing_is_tried)
{
	snapshot.saved.qemu.recorder_length = 0;
	ck_assert_int_ne(process_of(&snapshot, "output"), process_of(&snapshot, "output"));
	ck_assert_uint_eq(machine_pool_rewinds(pool) + machine_pool_failures(pool), 0);
	ck_assert_ptr_null(machine_pool_take(pool, &snapshot.saved));
}
END_TEST

START_TEST(guest_is_killed_while_it_is_rewound)
{
	struct guest *guest;

	run(&snapshot, "output");
	guest = victim_start(&snapshot, "output", 1);
	guest_kill(guest);
	ck_assert_int_eq(guest_poll(guest, NULL), GUEST_ENDED);
	guest_free(guest);
	run(&snapshot, "output");
	guest = victim_start(&snapshot, "output", 1);
	guest_free(guest);
	ck_assert_ptr_null(machine_pool_take(pool, &snapshot.saved));
}
END_TEST

/* Room for two: the third guest's process ends with it, at the latest. */
START_TEST(stable_has_only_so_much_room)
{
	struct guest *guests[3];
	pid_t first = -1;

	for (int i = 0; i < 3; i++)
		guests[i] = victim_start(&snapshot, "output", 1);
	first = guest_pid(guests[0]);
	for (int i = 0; i < 3; i++) {
		victim_wait(guests[i]);
		guest_free(guests[i]);
	}
	ck_assert_int_eq(kill(first, 0), -1);
	for (int i = 0; i < 2; i++) {
		struct machine *machine = machine_pool_take(pool, &snapshot.saved);

		ck_assert_ptr_nonnull(machine);
		machine_free(machine);
	}
	ck_assert_ptr_null(machine_pool_take(pool, &snapshot.saved));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("rewind");
	TCase *tests = tcase_create("rewind");
	char *why = NULL;

	if (rewind_check(&why) < 0) {
		printf("not checked: %s\n", why);
		free(why);
		return 77;
	}
	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_set_timeout(tests, 3600);
	tcase_add_test(tests, guests_share_a_process_and_cannot_tell);
	tcase_add_test(tests, patched_kernel_is_rewound);
	tcase_add_test(tests, stages_of_a_snapshot_share_a_process);
	tcase_add_test(tests, guest_that_came_to_grief_has_no_successor);
	tcase_add_test(tests, process_that_died_in_between_is_replaced);
	tcase_add_test(tests, where_nothing_can_be_rewound_each_guest_has_a_process);
	tcase_add_test(tests, devices_that_qemu_does_not_load_cost_nothing_but_time);
	tcase_add_test(tests, where_qemu_has_no_recorder_nothing_is_tried);
	tcase_add_test(tests, guest_is_killed_while_it_is_rewound);
	tcase_add_test(tests, stable_has_only_so_much_room);
	suite_add_tcase(suite, tests);
	return run_tests(suite);
}
