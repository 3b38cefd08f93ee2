/* SPDX-License-Identifier: Apache-2.0 */
/* workers_test.c - jobs side by side, with small processes of this machine instead of guests. */
#include <check.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/tests/suite.h"
#include "runner/host/wall_clock.h"
#include "runner/run/progress.h"
#include "runner/run/workers.h"
#include "runner/verdict/attempt.h"

/* A job is a process that sleeps for the milliseconds in its order, then ends with its length as status; "last" waits
 * until all others have ended; "no" cannot be started. */
struct process {
	pid_t pid;
	int pidfd, status;
	bool reaped;
};

static unsigned running, most_running;
static int let_go[2]; /* a pipe: "last" waits for an octet of it */

static int start(void *context, const char *order, void **job, char **error)
{
	(void)context;
	if (strcmp(order, "no") == 0) {
		*error = strdup("it cannot");
		return -EIO;
	}
	struct process *process = calloc(1, sizeof(*process));
	process->pid = fork();
	if (process->pid == 0) {
		char octet;
		if (strcmp(order, "last") != 0)
			usleep((useconds_t)atoi(order) * 1000);
		else if (read(let_go[0], &octet, 1) != 1)
			_exit(99);
		_exit((int)strlen(order));
	}
	process->pidfd = (int)syscall(SYS_pidfd_open, process->pid, 0);
	*job = process;
	if (++running > most_running)
		most_running = running;
	return 0;
}

static int descriptor(const void *job)
{
	return ((const struct process *)job)->pidfd;
}

static bool ended(void *job, int *status)
{
	struct process *process = job;
	if (!process->reaped && waitpid(process->pid, &process->status, WNOHANG) == process->pid)
		process->reaped = true;
	*status = process->status;
	return process->reaped;
}

static pid_t pid(const void *job)
{
	return ((const struct process *)job)->pid;
}

static void kill_process(void *job)
{
	struct process *process = job;
	if (process->reaped)
		return;
	kill(process->pid, SIGKILL);
	waitpid(process->pid, &process->status, 0);
	process->reaped = true;
}

static void end(void *job)
{
	struct process *process = job;
	kill_process(job);
	close(process->pidfd);
	free(process);
	running--;
}

static const struct phases *phases(const void *job)
{
	(void)job;
	return NULL;
}

static const struct target target = {
	.program = "a process",
	.start = start,
	.descriptor = descriptor,
	.ended = ended,
	.pid = pid,
	.phases = phases,
	.kill = kill_process,
	.end = end,
};

/* What happened to each job. */
struct record {
	const char *const *orders;
	size_t n, n_started; /* orders */
	size_t n_ended;
	size_t ended[8];
	struct job_end ends[8]; /* by number */
	double asleep_ms;       /* what a job may, 0: for ever */
	int stop_after, stop_status;
	int stop_pipe[2];
};

static struct attempt attempts[8];

static bool next(void *context, struct job *job)
{
	struct record *record = context;
	if (record->n_started == record->n)
		return false;
	*job = (struct job){
		.attempt = &attempts[record->n_started],
		.target = &target,
		.order = strdup(record->orders[record->n_started]),
		.limits = { .asleep_ms = record->asleep_ms },
	};
	record->n_started++;
	return true;
}

static int on_ended(void *context, const struct job_end *end)
{
	struct record *record = context;
	size_t number = (size_t)(end->job->attempt - attempts);
	if (!end->running)
		ck_assert_str_eq(end->error, "it cannot");
	ck_assert_ptr_eq(end->job->target, &target);
	record->ends[number] = *end;
	record->ended[record->n_ended++] = number;
	if (record->n_ended == record->n - 1 && let_go[1] > 0)
		ck_assert_int_eq(write(let_go[1], "x", 1), 1);
	if (record->stop_after && record->n_ended == (size_t)record->stop_after) {
		if (record->stop_status)
			return record->stop_status;
		ck_assert_int_eq(write(record->stop_pipe[1], "x", 1), 1);
	}
	return 0;
}

static void on_tick(void *context, const struct patience *slowest)
{
	(void)context;
	(void)slowest;
}

static int work(struct record *record, size_t n, unsigned jobs)
{
	struct workload load = {
		.jobs = jobs,
		.stop_descriptor = -1,
		.context = record,
		.next = next,
		.ended = on_ended,
		.tick = on_tick,
	};
	if (record->stop_after) {
		ck_assert_int_eq(pipe(record->stop_pipe), 0);
		load.stop_descriptor = record->stop_pipe[0];
	}
	record->n = n;
	running = most_running = 0;
	int status = workers_run(&load);
	ck_assert_uint_eq(running, 0);
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1); /* no process is left */
	return status;
}

START_TEST(no_more_jobs_run_than_are_allowed)
{
	static const char *const orders[] = { "last", "10", "10", "10", "10" };
	struct record record = { .orders = orders };
	ck_assert_int_eq(pipe(let_go), 0);
	ck_assert_int_eq(work(&record, 5, 2), 0);
	ck_assert_uint_eq(most_running, 2);
	ck_assert_uint_eq(record.n_ended, 5);
	ck_assert_uint_eq(record.ended[4], 0); /* the long one, which did not hold up the others */
	ck_assert_int_eq(WEXITSTATUS(record.ends[0].status), 4);
	for (size_t i = 1; i < 5; i++)
		ck_assert_double_ge(record.ends[0].wall_ms, record.ends[i].wall_ms);
}
END_TEST

START_TEST(a_job_that_hangs_is_ended_and_the_others_go_on)
{
	static const char *const orders[] = { "60000", "10", "10" };
	struct record record = { .orders = orders, .asleep_ms = 1500 };
	ck_assert_int_eq(work(&record, 3, 1), 0);
	ck_assert_int_eq(record.ends[0].why, PATIENCE_ASLEEP);
	ck_assert_int_eq(record.ends[1].why, PATIENCE_LASTS);
	ck_assert_int_eq(record.ends[2].why, PATIENCE_LASTS);
}
END_TEST

START_TEST(a_job_that_cannot_start_is_handed_over_like_the_others)
{
	static const char *const orders[] = { "10", "no", "10" };
	struct record record = { .orders = orders };
	ck_assert_int_eq(work(&record, 3, 2), 0);
	ck_assert_uint_eq(record.n_ended, 3);
	ck_assert_ptr_null(record.ends[1].running);
}
END_TEST

START_TEST(a_stop_kills_what_runs_and_starts_nothing_more)
{
	static const char *const orders[] = { "60000", "10", "60000", "10" };
	struct record record = { .orders = orders, .stop_after = 1 };
	ck_assert_int_eq(work(&record, 4, 2), -EINTR);
	ck_assert_uint_eq(record.n_ended, 1);
	ck_assert_uint_eq(record.n_started, 3);
}
END_TEST

START_TEST(a_result_that_cannot_be_kept_stops_the_run)
{
	static const char *const orders[] = { "10", "60000", "10" };
	struct record record = { .orders = orders, .stop_after = 1, .stop_status = -ENOSPC };
	ck_assert_int_eq(work(&record, 3, 2), -ENOSPC);
	ck_assert_uint_eq(record.n_ended, 1);
}
END_TEST

START_TEST(the_time_left_follows_from_the_speed_so_far)
{
	/* two workers took 4 s of work for a weight of 2, so a weight of 6 is 12 s of work: 6 s */
	ck_assert_double_eq_tol(progress_left_ms(6, 2, 4000, 2), 6000, 1e-6);
	/* nothing is known yet: the weights are milliseconds of a worker */
	ck_assert_double_eq_tol(progress_left_ms(6, 0, 0, 2), 3, 1e-6);
	ck_assert_double_gt(progress_weight_ms(1000LL * 1000000000), progress_weight_ms(0));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("workers");
	TCase *tests = tcase_create("workers");
	tcase_set_timeout(tests, 3600);
	tcase_add_test(tests, no_more_jobs_run_than_are_allowed);
	tcase_add_test(tests, a_job_that_hangs_is_ended_and_the_others_go_on);
	tcase_add_test(tests, a_job_that_cannot_start_is_handed_over_like_the_others);
	tcase_add_test(tests, a_stop_kills_what_runs_and_starts_nothing_more);
	tcase_add_test(tests, a_result_that_cannot_be_kept_stops_the_run);
	tcase_add_test(tests, the_time_left_follows_from_the_speed_so_far);
	suite_add_tcase(suite, tests);
	return run_tests(suite);
}
