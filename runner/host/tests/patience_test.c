/* SPDX-License-Identifier: Apache-2.0 */
/* patience_test.c - what a process does decides how long it is waited for; the wall clock does not. */
#include <check.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/tests/suite.h"
#include "runner/host/patience.h"

static pid_t child = -1;

static _Noreturn void spin(void)
{
	for (volatile unsigned n __attribute__((unused)) = 0;; n++)
		;
}

static _Noreturn void sleep_for_good(void)
{
	for (;;)
		pause();
}

/* Sleeps, and a child of it spins. */
static _Noreturn void have_a_child_that_spins(void)
{
	if (fork() == 0)
		spin();
	sleep_for_good();
}

static void start(void (*what)(void))
{
	child = fork();
	if (child == 0) {
		setpgid(0, 0);
		what();
	}
	setpgid(child, child);
}

static void end_child(void)
{
	if (child > 0) {
		kill(-child, SIGKILL);
		waitpid(child, NULL, 0);
	}
	child = -1;
}

/* A channel on which nothing ever comes. */
static int silence(void)
{
	static int ends[2];
	ck_assert_int_eq(pipe(ends), 0);
	return ends[0];
}

static int wait_in_vain(struct patience_limits limits, struct patience *patience)
{
	int fd = silence();
	patience_begin(patience, child, &limits);
	int status = patience_wait(patience, fd);
	close(fd);
	return status;
}

START_TEST(processor_time_is_what_counts)
{
	struct patience patience;
	start(spin);
	ck_assert_int_eq(
		wait_in_vain((struct patience_limits){ .used_ms = 300, .asleep_ms = 1e9 }, &patience), -ETIMEDOUT);
	ck_assert_int_eq(patience.end, PATIENCE_USED);
	ck_assert_double_ge(patience.used_ms, 300);
}
END_TEST

START_TEST(the_time_of_children_counts)
{
	struct patience patience;
	start(have_a_child_that_spins);
	ck_assert_int_eq(
		wait_in_vain((struct patience_limits){ .used_ms = 300, .asleep_ms = 1e9 }, &patience), -ETIMEDOUT);
	ck_assert_int_eq(patience.end, PATIENCE_USED);
}
END_TEST

START_TEST(sleep_that_nothing_ends_is_noticed)
{
	struct patience patience;
	char words[128];
	start(sleep_for_good);
	ck_assert_int_eq(
		wait_in_vain((struct patience_limits){ .used_ms = 1e9, .asleep_ms = 700 }, &patience), -ETIMEDOUT);
	ck_assert_int_eq(patience.end, PATIENCE_ASLEEP);
	patience_explain(&patience, words, sizeof(words));
	ck_assert_ptr_nonnull(strstr(words, "it slept for "));
}
END_TEST

/* Stopped, it uses nothing and does not sleep: as one that gets no processor. */
START_TEST(who_gets_no_processor_is_waited_for_up_to_the_ceiling)
{
	struct patience patience;
	char words[128];
	start(spin);
	kill(child, SIGSTOP);
	ck_assert_int_eq(waitpid(child, NULL, WUNTRACED), child);
	ck_assert_int_eq(wait_in_vain((struct patience_limits){ .used_ms = 100, .asleep_ms = 100, .ceiling_ms = 1500 },
				 &patience),
		-EBUSY);
	ck_assert_int_eq(patience.end, PATIENCE_STARVED);
	patience_explain(&patience, words, sizeof(words));
	ck_assert_ptr_nonnull(strstr(words, "starved: 0 s of processor time in 1."));
}
END_TEST

START_TEST(what_comes_ends_the_waiting)
{
	static const struct patience_limits none = { .used_ms = 1, .asleep_ms = 1, .ceiling_ms = 1 };
	struct patience patience;
	int ends[2];
	ck_assert_int_eq(pipe(ends), 0);
	ck_assert_int_eq(write(ends[1], "x", 1), 1);
	patience_begin(&patience, getpid(), &none);
	ck_assert_int_eq(patience_wait(&patience, ends[0]), 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("patience");
	TCase *all = tcase_create("patience");
	tcase_add_checked_fixture(all, NULL, end_child);
	tcase_add_test(all, processor_time_is_what_counts);
	tcase_add_test(all, the_time_of_children_counts);
	tcase_add_test(all, sleep_that_nothing_ends_is_noticed);
	tcase_add_test(all, who_gets_no_processor_is_waited_for_up_to_the_ceiling);
	tcase_add_test(all, what_comes_ends_the_waiting);
	suite_add_tcase(suite, all);
	return run_tests(suite);
}
