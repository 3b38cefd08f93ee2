/* SPDX-License-Identifier: Apache-2.0 */
/* memory_test.c - how much memory there is, by the machine's and the control groups' files. */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/tests/suite.h"
#include "runner/host/memory.h"
#include "runner/host/tree.h"

#define GIB (1ULL << 30)
#define MEMINFO "MemTotal:       8388608 kB\nMemFree:          100000 kB\nMemAvailable:    4194304 kB\n"

static char root[64];

static void set_up(void)
{
	strcpy(root, "/tmp/memory-test-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(root));
}

static void tear_down(void)
{
	ck_assert_int_eq(tree_remove(root), 0);
}

static void put(const char *path, const char *text)
{
	char whole[256];
	snprintf(whole, sizeof(whole), "%s%s", root, path);
	ck_assert_int_eq(tree_make_above(whole), 0);
	ck_assert_int_eq(tree_write_file(whole, text, strlen(text)), 0);
}

static struct memory look(void)
{
	struct memory memory;
	put("/proc/meminfo", MEMINFO);
	ck_assert_int_eq(memory_look(root, &memory), 0);
	ck_assert_uint_eq(memory.total, 8 * GIB);
	return memory;
}

START_TEST(the_machine_says_what_is_available)
{
	const struct memory memory = look();
	ck_assert_uint_eq(memory.available, 4 * GIB);
	ck_assert(!memory.limited);
}
END_TEST

START_TEST(a_group_may_leave_less)
{
	put("/proc/self/cgroup", "0::/a.slice/b.scope\n");
	put("/sys/fs/cgroup/a.slice/b.scope/memory.max", "3221225472\n");
	put("/sys/fs/cgroup/a.slice/b.scope/memory.current", "2147483648\n");
	struct memory memory = look();
	ck_assert_uint_eq(memory.available, 1 * GIB);
	ck_assert(memory.limited);
	ck_assert_str_eq(memory.group, "/sys/fs/cgroup/a.slice/b.scope");
	/* what is cached only can be had */
	put("/sys/fs/cgroup/a.slice/b.scope/memory.stat", "anon 1\ninactive_file 1073741824\nactive_file 7\n");
	ck_assert_uint_eq(look().available, 2 * GIB);
	/* and one above it still less */
	put("/sys/fs/cgroup/a.slice/memory.max", "1073741824\n");
	put("/sys/fs/cgroup/a.slice/memory.current", "1073741825\n");
	memory = look();
	ck_assert_uint_eq(memory.available, 0);
	ck_assert_str_eq(memory.group, "/sys/fs/cgroup/a.slice");
}
END_TEST

START_TEST(a_group_without_a_limit_leaves_everything)
{
	put("/proc/self/cgroup", "9:name=systemd:/x\n4:memory:/x\n0::/\n");
	put("/sys/fs/cgroup/memory/x/memory.limit_in_bytes", "9223372036854771712\n");
	put("/sys/fs/cgroup/memory/x/memory.usage_in_bytes", "1000000\n");
	put("/sys/fs/cgroup/memory.max", "max\n");
	put("/sys/fs/cgroup/memory.current", "1000000\n");
	ck_assert(!look().limited);
	put("/sys/fs/cgroup/memory/x/memory.limit_in_bytes", "1074741824\n");
	ck_assert_uint_eq(look().available, 1 * GIB);
}
END_TEST

START_TEST(without_proc_nothing_is_said)
{
	struct memory memory;
	ck_assert_int_eq(memory_look(root, &memory), -ENOENT);
	put("/proc/meminfo", "MemTotal: 1 kB\n");
	ck_assert_int_eq(memory_look(root, &memory), -ENODATA);
	ck_assert_int_eq(memory_look("", &memory), 0);
	ck_assert_uint_gt(memory.available, 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("memory");
	TCase *tests = tcase_create("memory");
	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, the_machine_says_what_is_available);
	tcase_add_test(tests, a_group_may_leave_less);
	tcase_add_test(tests, a_group_without_a_limit_leaves_everything);
	tcase_add_test(tests, without_proc_nothing_is_said);
	suite_add_tcase(suite, tests);
	return run_tests(suite);
}
