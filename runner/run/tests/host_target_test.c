/* SPDX-License-Identifier: Apache-2.0 */
/*
 * host_target_test.c - `--target host`: an agent on the running kernel. Runs in a guest, whose kernel has
 * SCTP and where this is root. The agent is handed over as /run/sctpspec-agent.
 */
#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <jansson.h>

#include "core/tests/suite.h"
#include "runner/protocol/order.h"
#include "runner/run/target.h"
#include "runner/run/workers.h"

static const char agent[] = "/run/sctpspec-agent";

/* What came of the jobs. */
struct outcome {
	const char *case_id;
	double asleep_s;
	const struct target *target;
	bool sets_clock;
	bool taken, hung, finished;
	char verdict[32], reason[128];
};

static bool next(void *context, struct job *job)
{
	struct outcome *outcome = context;
	const struct order order = {
		.kind = ORDER_CASE,
		.seed = 1,
		.test_case = { .id = outcome->case_id, .clock = CLOCK_REAL_TIME },
	};
	if (outcome->taken)
		return false;
	outcome->taken = true;
	*job = (struct job){
		.target = outcome->target,
		.order = order_write(&order, NULL),
		.limits = { .asleep_ms = outcome->asleep_s * 1e3 },
	};
	return true;
}

static void tick(void *context, const struct patience *slowest)
{
	struct outcome *outcome = context;
	struct timespec at;
	(void)slowest;
	if (!outcome->sets_clock)
		return;
	/* forth and back */
	for (int i = 0; i < 2; i++) {
		clock_gettime(CLOCK_REALTIME, &at);
		at.tv_sec += i == 0 ? 3 * 3600 : -3 * 3600;
		ck_assert_int_eq(clock_settime(CLOCK_REALTIME, &at), 0);
	}
}

static int ended(void *context, const struct job_end *end)
{
	struct outcome *outcome = context;
	struct box_record record;
	const unsigned char *payload;
	uint64_t cursor = 0;
	bool damaged = false;
	const struct target *target = end->job->target;
	ck_assert_msg(end->running, "%s", end->error);
	outcome->hung = end->why == PATIENCE_ASLEEP;
	while (box_next(target->box(end->running), &cursor, &record, &payload, &damaged)) {
		json_t *line =
			record.type == BOX_LOG ? json_loadb((const char *)payload, record.length, 0, NULL) : NULL;
		const char *verdict = json_string_value(json_object_get(line, "verdict"));
		if (verdict)
			snprintf(outcome->verdict, sizeof(outcome->verdict), "%s", verdict);
		if (verdict)
			snprintf(outcome->reason, sizeof(outcome->reason), "%s",
				json_string_value(json_object_get(line, "reason")));
		json_decref(line);
		outcome->finished |= record.type == BOX_END;
	}
	char *console = target->console(end->running);
	if (!outcome->finished && !outcome->hung)
		ck_abort_msg("the agent said: %s", console);
	free(console);
	return 0;
}

static struct outcome run(struct outcome outcome)
{
	struct target target;
	char *error = NULL;
	outcome.target = &target;
	ck_assert_msg(target_host(agent, &target, &error) == 0, "%s", error);
	struct workload load = {
		.jobs = 1,
		.stop_descriptor = -1,
		.context = &outcome,
		.next = next,
		.ended = ended,
		.tick = tick,
	};
	ck_assert_int_eq(workers_run(&load), 0);
	return outcome;
}

static unsigned count_entries(const char *path, bool (*counts)(const char *name))
{
	unsigned n = 0;
	DIR *folder = opendir(path);
	for (struct dirent *entry; folder && (entry = readdir(folder));)
		n += counts(entry->d_name);
	if (folder)
		closedir(folder);
	return n;
}

static bool is_network(const char *name)
{
	return name[0] != '.';
}

/* A process that runs a program: kernel threads have no exe, and this test's own two are the same one. */
static bool is_foreign_process(const char *name)
{
	char path[300], target[300], own[300];
	snprintf(path, sizeof(path), "/proc/%s/exe", name);
	ssize_t n = name[0] >= '1' && name[0] <= '9' ? readlink(path, target, sizeof(target) - 1) : -1;
	ssize_t m = readlink("/proc/self/exe", own, sizeof(own) - 1);
	if (n <= 0 || m <= 0)
		return false;
	target[n] = own[m] = '\0';
	return strcmp(target, own) != 0 && strcmp(target, "/init") != 0;
}

static void nothing_is_left(void)
{
	ck_assert_uint_eq(count_entries("/run/netns", is_network), 0);
	ck_assert_uint_eq(count_entries("/proc", is_foreign_process), 0);
}

START_TEST(a_case_runs_on_the_running_kernel_and_leaves_nothing)
{
	struct outcome outcome = run((struct outcome){ .case_id = "setup.refused", .asleep_s = 100 });
	ck_assert(outcome.finished);
	ck_assert_str_eq(outcome.verdict, "pass");
	nothing_is_left();
}
END_TEST

START_TEST(a_case_that_is_killed_leaves_nothing)
{
	/* some minutes of silence, ended after two seconds */
	struct outcome outcome = run((struct outcome){ .case_id = "failover.primary-loss-both-idle", .asleep_s = 2 });
	ck_assert(outcome.hung);
	ck_assert(!outcome.finished);
	nothing_is_left();
}
END_TEST

START_TEST(a_clock_that_is_set_gives_no_verdict_on_the_kernel)
{
	struct outcome outcome = run((struct outcome){ .case_id = "ends.abort", .asleep_s = 1000, .sets_clock = true });
	ck_assert(outcome.finished);
	ck_assert_str_eq(outcome.verdict, "error");
	ck_assert_ptr_nonnull(strstr(outcome.reason, "somebody set this machine's clock during the case"));
	nothing_is_left();
}
END_TEST

START_TEST(a_user_who_is_not_root_is_told_so)
{
	struct target target;
	char *error = NULL;
	ck_assert_int_eq(setuid(1000), 0);
	ck_assert_int_eq(target_host(agent, &target, &error), -EPERM);
	ck_assert_ptr_nonnull(strstr(error, "needs root"));
	free(error);
}
END_TEST

START_TEST(an_agent_that_is_killed_is_known_by_its_signal)
{
	struct target target;
	void *job;
	int status = 0;
	/* this test's own program as the agent: it ends by a signal when it is asked for a box */
	ck_assert_int_eq(target_host("/proc/self/exe", &target, NULL), 0);
	ck_assert_int_eq(target.start(target.context, "{}", &job, NULL), 0);
	while (!target.ended(job, &status))
		usleep(1000);
	ck_assert(WIFSIGNALED(status));
	ck_assert_int_eq(WTERMSIG(status), SIGUSR1);
	target.end(job);
}
END_TEST

START_TEST(an_agent_that_is_not_there_says_so_on_its_console)
{
	struct target target;
	void *job;
	int status = 0;
	ck_assert_int_eq(target_host("/run/none", &target, NULL), 0);
	ck_assert_int_eq(target.start(target.context, "{}", &job, NULL), 0);
	while (!target.ended(job, &status))
		usleep(1000);
	ck_assert_int_eq(WEXITSTATUS(status), 127);
	char *console = target.console(job);
	ck_assert_str_eq(console, "cannot run /run/none: No such file or directory\n");
	free(console);
	target.end(job);
}
END_TEST

int main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "--box") == 0)
		return raise(SIGUSR1);
	Suite *suite = suite_create("host_target");
	TCase *tests = tcase_create("host_target");
	tcase_set_timeout(tests, 3600);
	tcase_add_test(tests, a_case_runs_on_the_running_kernel_and_leaves_nothing);
	tcase_add_test(tests, a_case_that_is_killed_leaves_nothing);
	tcase_add_test(tests, a_clock_that_is_set_gives_no_verdict_on_the_kernel);
	tcase_add_test(tests, a_user_who_is_not_root_is_told_so);
	tcase_add_test(tests, an_agent_that_is_killed_is_known_by_its_signal);
	tcase_add_test(tests, an_agent_that_is_not_there_says_so_on_its_console);
	suite_add_tcase(suite, tests);
	return run_tests(suite);
}
