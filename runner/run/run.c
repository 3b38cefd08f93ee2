/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run.c - a run.
 *
 *	prepare: kernels found and booted (tested_kernels.c), cases rehearsed (plan.c), result log opened
 *	work:    workers run every case on every kernel (several times, if it is to be repeated); a finished case
 *	         waits for its turn in the plan, and is then written
 *	finish:  run_end, reports, summary, exit status
 *
 * Everything that a run leaves is in its folder; guests have their files in memory, without a name.
 */
#include "runner/run/run.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "reports/log.h"
#include "reports/report.h"
#include "runner/host/stop.h"
#include "runner/host/wall_clock.h"
#include "runner/protocol/order.h"
#include "runner/qemu/machine_pool.h"
#include "runner/run/durations.h"
#include "runner/run/examiner.h"
#include "runner/run/plan.h"
#include "runner/run/tested_kernels.h"
#include "runner/run/schedule.h"
#include "runner/run/progress.h"
#include "runner/run/repetition.h"
#include "runner/run/run_log.h"
#include "runner/run/run_reports.h"
#include "runner/run/target.h"
#include "runner/run/timings.h"
#include "runner/run/workers.h"
#include "runner/verdict/score.h"
#include "sentence.h"

/* On the real clock a case may sleep this much longer than its rehearsal says. */
static const double real_time_patience = 1.5;

struct run {
	const struct run_options *options;
	struct known_list *known;
	const struct test_case *const *cases;
	size_t n_cases;
	struct timings timings;

	struct catalogue *catalogue;
	struct tested_kernels kernels;
	struct plan plan;

	struct result_log *log;
	struct queue queue;
	struct turn turn;
	struct progress progress;
	struct score score;
	int64_t virtual_ns;
};

/* ---- Preparation ---- */

static int prepare(struct run *run, char **error)
{
	const struct run_options *options = run->options;
	int status = result_log_open(options->out, &run->log, error);
	if (status != 0)
		return status;
	/* removes an earlier run's reports: from here on the folder is this run's, even if the run fails */
	report_forget(options->out);
	evidence_clear(options->out);
	repetition_clear(options->out);
	status = catalogue_open(&run->catalogue, error);
	if (status == 0)
		status = tested_kernels_find(&run->kernels, options, &run->progress, error);
	if (status == 0)
		status = plan_make(&run->plan, run->cases, run->n_cases, &run->kernels, options, error);
	if (status == 0)
		status = tested_kernels_boot(&run->kernels, options, &run->progress, error);
	if (status == 0)
		status = tested_kernels_stage(&run->kernels, run->cases, run->n_cases, options, &run->progress, error);
	return status;
}

static int begin_work(struct run *run, char **error)
{
	const struct plan *plan = &run->plan;
	unsigned jobs = run->options->jobs;
	if (turn_begin(&run->turn, plan->n) != 0 ||
		queue_begin(&run->queue, plan->cost_ms, plan->n_attempts, jobs) != 0 ||
		progress_begin(
			&run->progress, (const char *const *)plan->names, plan->cost_ms, plan->n_attempts, jobs) != 0)
		return sentence(error, -ENOMEM, "no memory for a run of %zu cases", plan->n);
	return 0;
}

/* ---- The log ---- */

static int append(struct run *run, json_t *line)
{
	int status = line ? result_log_append(run->log, line) : -ENOMEM;
	json_decref(line);
	return status;
}

static int begin_log(struct run *run)
{
	int status = append(run, run_log_run(run->options, &run->kernels, run->plan.n));
	for (size_t i = 0; status == 0 && i < run->kernels.n; i++)
		if (run->kernels.all[i].kernel.release) /* it was found */
			status = append(run, run_log_kernel(&run->kernels.all[i]));
	return status;
}

static int write_result(struct run *run, size_t index)
{
	struct planned_case *planned = &run->plan.cases[index];
	size_t i;
	json_t *line;
	json_array_foreach(planned->lines, i, line) {
		int status = result_log_append(run->log, line);
		if (status != 0)
			return status;
	}
	score_add(&run->score, planned->result.verdict);
	run->virtual_ns += planned->result.virtual_ns;
	progress_reported(&run->progress, planned->name, &planned->result, planned->wall_ms);
	case_result_free(&planned->result);
	json_decref(planned->lines);
	planned->lines = NULL;
	return 0;
}

static struct examiner examiner_of(const struct run *run)
{
	return (struct examiner){ .options = run->options, .catalogue = run->catalogue, .known = run->known };
}

/* Ends a planned case whose attempts are over; after an interruption some attempts may be enough. */
static int end_planned(struct run *run, struct planned_case *planned)
{
	const struct examiner examiner = examiner_of(run);
	const struct case_frame frame = examiner_frame(&examiner, planned);
	char *error = NULL;
	int status = 0;
	if (examiner_repeats(&examiner)) {
		status = repetition_end(planned, &frame, run->options, &run->kernels, &error);
	} else {
		planned->result = planned->attempts[0].result;
		planned->attempts[0].result = (struct case_result){ 0 };
		planned->lines = case_lines(
			&frame, &planned->result, examiner_keeps_captures(&examiner, &planned->result), NULL);
		if (!planned->lines)
			status = sentence(&error, -ENOMEM, "no memory for the results of %s", planned->test_case->id);
	}
	if (status == 0)
		return 0;
	progress_end(&run->progress);
	print_error_sentence(STATUS_HARNESS, error);
	return status;
}

/* Writes cases that finished before an earlier case did: after an interruption their turn never comes. */
static int write_rest(struct run *run)
{
	int status = 0;
	for (size_t i = run->turn.next; status == 0 && i < run->plan.n; i++) {
		struct planned_case *planned = &run->plan.cases[i];
		bool enough = run->turn.done[i] || (planned->n_done > 0 && !run->options->twice);
		if (enough && !run->turn.done[i])
			status = end_planned(run, planned);
		if (enough && status == 0)
			status = write_result(run, i);
	}
	return status;
}

/* ---- The work ---- */

static struct planned_case *planned_of(const struct run *run, const struct attempt *attempt)
{
	return &run->plan.cases[attempt->planned];
}

/* A guest on the virtual clock never sleeps: QEMU skips idle time. On the real clock a guest sleeps for as long as the
 * case waits. */
static struct patience_limits limits_of(const struct run_options *options, const struct planned_case *planned)
{
	const bool real = options->clock == CLOCK_REAL_TIME;
	const double longest_ms = real ? (double)planned->longest_ns / 1e6 * real_time_patience : 0;
	return (struct patience_limits){
		.used_ms = options->patience_s * 1e3 + longest_ms,
		.asleep_ms = options->patience_s * 1e3 + longest_ms,
		.ceiling_ms = options->timeout_s > 0 ? options->timeout_s * 1e3 : 3600e3 + longest_ms,
	};
}

static struct job job_of(const struct run *run, struct attempt *attempt)
{
	const struct run_options *options = run->options;
	const struct planned_case *planned = planned_of(run, attempt);
	const struct order order = {
		.kind = ORDER_CASE,
		.seed = attempt->seed,
		.test_case = {
			.id = planned->test_case->id,
			.clock = options->clock,
			.tamper = options->tamper,
		},
	};
	return (struct job){
		.attempt = attempt,
		.target = tested_kernel_target(planned->tested, planned->test_case->topology, attempt->second),
		.order = order_write(&order, NULL),
		.limits = limits_of(options, planned),
	};
}

static bool next(void *context, struct job *job)
{
	struct run *run = context;
	size_t position;
	if (!queue_take(&run->queue, &position))
		return false;
	*job = job_of(run, &run->plan.attempts[position]);
	progress_started(&run->progress, position);
	return true;
}

static void tick(void *context, const struct patience *slowest)
{
	struct run *run = context;
	progress_tick(&run->progress, run->options->clock == CLOCK_VIRTUAL_TIME ? slowest : NULL);
}

/* The times of a tampered case are not remembered: it may take less or more time than usual. */
static void note_times(struct run *run, struct planned_case *planned, const struct job_end *end)
{
	planned->wall_ms += end->wall_ms;
	if (!end->running)
		return;
	timings_add(&run->timings, end->job->target->phases(end->running), planned->tested->snapshot.boot_ms);
	if (end->why == PATIENCE_LASTS && !run->options->tamper && planned->tested->durations)
		durations_set(planned->tested->durations, planned->test_case->id, end->wall_ms);
}

static int write_whose_turn_it_is(struct run *run)
{
	int status = 0;
	for (size_t index; status == 0 && turn_take(&run->turn, &index);)
		status = write_result(run, index);
	return status;
}

static int ended(void *context, const struct job_end *end)
{
	struct run *run = context;
	struct attempt *attempt = end->job->attempt;
	struct planned_case *planned = planned_of(run, attempt);
	const struct examiner examiner = examiner_of(run);
	double began_ms = wall_now_ms();
	char *error = NULL;
	note_times(run, planned, end);
	int status = examiner_examine(&examiner, planned, end, &error);
	if (status != 0) {
		progress_end(&run->progress);
		print_error_sentence(STATUS_HARNESS, error);
		return status;
	}
	attempt->done = true;
	progress_ended(&run->progress, (size_t)(attempt - run->plan.attempts), attempt->result.verdict, end->wall_ms);
	if (!run->options->twice)
		attempts_prune(planned->attempts, planned->n_attempts);
	if (++planned->n_done == planned->n_attempts) {
		status = end_planned(run, planned);
		turn_done(&run->turn, attempt->planned);
	}
	if (status == 0)
		status = write_whose_turn_it_is(run);
	run->timings.examined_ms += wall_now_ms() - began_ms;
	return status;
}

static int work(struct run *run)
{
	int stop = stop_begin();
	struct workload load = {
		.jobs = run->options->jobs,
		.stop_descriptor = stop,
		.context = run,
		.next = next,
		.ended = ended,
		.tick = tick,
	};
	/* a signal that came since the preparation counts too */
	run->timings.ready_ms = wall_now_ms();
	int status = stop_was_noted() ? -EINTR : workers_run(&load);
	run->timings.worked_ms = wall_now_ms();
	stop_end(stop);
	return status;
}

/* ---- The end ---- */

/* Writes a line about each known failure. */
static int write_known(struct run *run)
{
	int status = 0;
	for (size_t i = 0; status == 0 && i < run->known->n; i++)
		if (run->known->failures[i].ran)
			status = append(run, known_line(run->known, &run->known->failures[i]));
	return status;
}

/* Writes the end of the log and the reports. `worked` is the workers' status. */
static int finish(struct run *run, int worked)
{
	const struct run_options *options = run->options;
	bool interrupted = worked == -EINTR;
	int status = interrupted ? write_rest(run) : worked;
	if (status == 0)
		status = write_known(run);
	int verdict = interrupted ? STATUS_INTERRUPTED : score_status(&run->score);
	if (status == 0)
		status = append(run,
			run_log_end(&(struct run_ending){
				.score = &run->score,
				.virtual_ns = run->virtual_ns,
				.wall_ms = wall_now_ms() - run->timings.began_ms,
				.interrupted = interrupted,
				.exit_status = verdict,
			}));
	progress_end(&run->progress);
	char *error = NULL;
	int closed = result_log_close(run->log, &error);
	run->log = NULL;
	if (closed != 0)
		return print_error_sentence(STATUS_HARNESS, error);
	if (status != 0)
		return STATUS_HARNESS; /* the error was reported where it happened */
	int reported = run_reports_make(options);
	run->timings.ended_ms = wall_now_ms();
	if (run->kernels.pool) {
		run->timings.rewound = machine_pool_rewinds(run->kernels.pool);
		run->timings.given_up = machine_pool_failures(run->kernels.pool);
		run->timings.trouble = machine_pool_trouble(run->kernels.pool);
	}
	if (options->timings)
		timings_print(&run->timings, options->jobs, run->virtual_ns, stdout);
	return verdict == STATUS_EXPECTED || verdict == STATUS_NOTHING
		? (reported == STATUS_EXPECTED ? verdict : reported)
		: verdict;
}

/* No case was begun: the log says why, and so does each report, in which nobody sees an exit status. */
static int fail(struct run *run, int exit_status, const char *why)
{
	const bool interrupted = exit_status == STATUS_INTERRUPTED;
	progress_end(&run->progress);
	print_error(exit_status, "%s", why ? why : "no memory to say what went wrong");
	if (!run->log || begin_log(run) != 0)
		return exit_status;
	append(run,
		run_log_end(&(struct run_ending){
			.score = &run->score,
			.wall_ms = wall_now_ms() - run->timings.began_ms,
			.interrupted = interrupted,
			.exit_status = exit_status,
			.failure = interrupted ? NULL : why,
		}));
	const int closed = result_log_close(run->log, NULL);
	run->log = NULL;
	if (closed == 0)
		run_reports_of_failure(run->options);
	return exit_status;
}

static void release(struct run *run)
{
	result_log_close(run->log, NULL);
	plan_free(&run->plan);
	turn_end(&run->turn);
	queue_end(&run->queue);
	tested_kernels_free(&run->kernels);
	catalogue_close(run->catalogue);
}

static void set_up_progress(struct run *run)
{
	const struct run_options *options = run->options;
	run->progress = (struct progress){
		.out = stderr,
		.terminal = isatty(STDERR_FILENO),
		.colour = colour_wanted(options->colour, STDERR_FILENO),
		.quiet = options->quiet,
		.verbose = options->verbose,
	};
}

int run_cases(const struct run_options *options, struct known_list *known, const struct test_case *const *cases,
	size_t n_cases)
{
	struct run run = {
		.options = options,
		.known = known,
		.cases = cases,
		.n_cases = n_cases,
		.timings.began_ms = wall_now_ms(),
	};
	char *error = NULL;
	signal(SIGPIPE, SIG_IGN);
	stop_note();
	known_begin(known);
	set_up_progress(&run);

	int status = prepare(&run, &error), result;
	if (status == 0)
		status = begin_work(&run, &error);
	if (stop_was_noted()) {
		result = fail(&run, STATUS_INTERRUPTED, "interrupted before the first case");
	} else if (status != 0) {
		result = fail(&run, STATUS_HARNESS, error);
	} else {
		status = begin_log(&run);
		result = finish(&run, status == 0 ? work(&run) : status);
		tested_kernels_remember(&run.kernels, options);
	}
	free(error);
	release(&run);
	return result;
}
