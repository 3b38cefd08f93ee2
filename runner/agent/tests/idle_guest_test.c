/* SPDX-License-Identifier: Apache-2.0 */
/* idle_guest_test.c - in a guest: idle time is skipped, so it costs what wakes the kernel; and that is seldom. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Interrupts of the timer so far: "  0:   170   IO-APIC   2-edge      timer" */
static long timer_interrupts(void)
{
	FILE *file = fopen("/proc/interrupts", "re");
	char line[256];
	long count = -1;

	ck_assert_ptr_nonnull(file);
	while (count < 0 && fgets(line, sizeof(line), file))
		if (!strstr(line, " timer\n") || sscanf(line, " 0: %ld", &count) != 1)
			count = -1;
	fclose(file);
	ck_assert_int_ge(count, 0);
	return count;
}

START_TEST(an_idle_kernel_wakes_less_than_once_a_second)
{
	const struct timespec a_while = { .tv_sec = 1000 };
	const long before = timer_interrupts();

	ck_assert_int_eq(nanosleep(&a_while, NULL), 0);
	ck_assert_int_lt(timer_interrupts() - before, 1000);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("idle");
	TCase *tests = tcase_create("idle");
	SRunner *runner = srunner_create(suite);

	tcase_add_test(tests, an_idle_kernel_wakes_less_than_once_a_second);
	tcase_set_timeout(tests, 0);
	suite_add_tcase(suite, tests);
	srunner_run_all(runner, CK_NORMAL);
	const int failed = srunner_ntests_failed(runner);

	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
