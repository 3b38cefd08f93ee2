/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run.c - a run.
 *
 *	prepare: kernel, result log, snapshot (or this machine) -> a target
 *	work:    every case on a worker; a finished case waits for its turn in the plan, then is written
 *	finish:  run_end, reports, summary, exit status
 *
 * Everything that a run leaves is in its folder; guests have their files in memory, without a name.
 */
#include "runner/cli/run.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "reports/log.h"
#include "reports/report.h"
#include "runner/guest/agent_path.h"
#include "runner/cli/plan.h"
#include "runner/cli/progress.h"
#include "runner/sentence.h"
#include "runner/cli/stop.h"
#include "runner/cli/score.h"
#include "runner/cli/target.h"
#include "runner/cli/workers.h"

/* A case may take this much longer than its rehearsal says before it counts as hung. */
static const double patience_s = 120, real_time_patience = 1.5;

struct run {
	const struct run_options *options;
	const struct test_case *const *cases;
	const char **ids;
	int64_t *longest_ns;
	size_t n;
	double started_ms;

	struct catalogue *catalogue;
	struct kernel kernel;
	struct snapshot snapshot;
	bool have_snapshot;
	struct target target;
	char *agent; /* of --target host */

	struct result_log *log;
	bool log_begun;
	struct case_log_frame frame;
	struct turn turn;
	struct case_log *results; /* by position, until written */
	double *wall_ms;
	struct progress progress;
	struct score score;
	int64_t virtual_ns;
};

/* ---- Preparation ---- */

static int rehearse(struct run *run, char **error)
{
	run->ids = calloc(run->n, sizeof(*run->ids));
	run->longest_ns = calloc(run->n, sizeof(*run->longest_ns));
	run->results = calloc(run->n, sizeof(*run->results));
	run->wall_ms = calloc(run->n, sizeof(*run->wall_ms));
	FILE *nowhere = fopen("/dev/null", "we");
	int status = 0;
	if (!run->ids || !run->longest_ns || !run->results || !run->wall_ms || !nowhere)
		status = sentence(error, -ENOMEM, "no memory for a plan of %zu cases", run->n);
	for (size_t i = 0; status == 0 && i < run->n; i++) {
		run->ids[i] = run->cases[i]->id;
		status = case_rehearse(run->cases[i], nowhere, &run->longest_ns[i]);
		if (status != 0)
			sentence(error, status, "the case %s is not well formed: `sctpspec show %s` says why",
				run->ids[i], run->ids[i]);
	}
	if (nowhere)
		fclose(nowhere);
	return status;
}

static int resolve_kernel(struct run *run, char **error)
{
	const struct run_options *options = run->options;
	struct kernel_request request = {
		.files = options->kernels,
		.n_files = options->n_kernels,
		.modules = options->modules,
		.module = options->module,
		.progress = progress_step,
		.context = &run->progress,
	};
	return kernel_resolve(&request, &run->kernel, error);
}

static int describe_running_kernel(struct kernel *kernel, char **error)
{
	struct utsname names;
	if (uname(&names) < 0)
		return sentence(error, -errno, "cannot ask for the running kernel's name: %m");
	*kernel = (struct kernel){
		.name = strdup("running"),
		.release = strdup(names.release),
		.version = strdup(names.version),
		.origin = strdup("this machine"),
		.sha256 = strdup(""),
	};
	return 0;
}

static int prepare_guests(struct run *run, char **error)
{
	struct guest_options options = {
		.clock = run->options->clock,
		.accel = run->options->accel,
	};
	int status = snapshot_ensure(
		&run->kernel, &options, progress_step, &run->progress, &run->snapshot, error);
	if (status != 0)
		return status;
	run->have_snapshot = true;
	run->target = target_guest(&run->snapshot);
	return 0;
}

static int prepare_host(struct run *run, char **error)
{
	int status = agent_path(&run->agent, error);
	if (status != 0)
		return status;
	return target_host(run->agent, &run->target, error);
}

static int prepare(struct run *run, char **error)
{
	bool on_host = run->options->on_host;
	int status = catalogue_open(&run->catalogue, error);
	if (status == 0)
		status = rehearse(run, error);
	if (status == 0 && on_host)
		status = describe_running_kernel(&run->kernel, error);
	else if (status == 0)
		status = resolve_kernel(run, error);
	if (status == 0)
		status = result_log_open(run->options->out, &run->log, error);
	if (status != 0)
		return status;
	exhibits_clear(run->options->out);
	return on_host ? prepare_host(run, error) : prepare_guests(run, error);
}

/* ---- The log ---- */

static int append(struct run *run, json_t *line)
{
	int status = line ? result_log_append(run->log, line) : -ENOMEM;
	json_decref(line);
	return status;
}

static json_t *strings(const char *const *list)
{
	json_t *array = json_array();
	for (; list && *list; list++)
		json_array_append_new(array, result_log_text(*list, strlen(*list)));
	return array;
}

static json_t *string(const char *words)
{
	return words ? result_log_text(words, strlen(words)) : json_null();
}

static json_t *run_line(const struct run *run)
{
	const struct run_options *options = run->options;
	char started[32];
	time_t now = time(NULL);
	struct tm utc;
	gmtime_r(&now, &utc);
	strftime(started, sizeof(started), "%Y-%m-%dT%H:%M:%SZ", &utc);

	const char *clock = options->clock == CLOCK_VIRTUAL_TIME ? "virtual" : "real";
	return json_pack("{s:s, s:i, s:s, s:s, s:o, s:I, s:s, s:s, s:i, s:o, s:o, s:I}", "type", "run",
		"version", RESULT_LOG_VERSION, "sctpspec", SCTPSPEC_VERSION, "started", started, "command",
		strings(options->command), "seed", (json_int_t)options->seed, "clock", clock, "target",
		options->on_host ? "host" : "guest", "jobs", (int)options->jobs, "qemu",
		string(run->snapshot.qemu_version), "qemu_command",
		strings((const char *const *)run->snapshot.qemu_command), "cases", (json_int_t)run->n);
}

static json_t *kernel_line(const struct run *run)
{
	const struct kernel *kernel = &run->kernel;
	json_t *line = json_pack("{s:s, s:o, s:o, s:o, s:o, s:o}", "type", "kernel", "name",
		string(kernel->name), "release", string(kernel->release), "version", string(kernel->version),
		"origin", string(kernel->origin), "sha256", string(kernel->sha256));
	if (!run->have_snapshot)
		return line;
	json_object_set_new(line, "boot_ms", json_real(run->snapshot.boot_ms));
	json_object_set_new(line, "snapshot_ms", json_real(run->snapshot.make_ms));
	json_object_set_new(line, "snapshot_cached", json_boolean(run->snapshot.cached));
	return line;
}

static json_t *run_end_line(const struct run *run, bool interrupted, int status)
{
	return json_pack("{s:s, s:o, s:I, s:f, s:b, s:i}", "type", "run_end", "verdicts",
		score_json(&run->score), "virtual_ns", (json_int_t)run->virtual_ns, "wall_ms",
		wall_now_ms() - run->started_ms, "interrupted", (int)interrupted, "exit_status", status);
}

static int begin_log(struct run *run)
{
	int status = append(run, run_line(run));
	if (status == 0)
		status = append(run, kernel_line(run));
	run->log_begun = status == 0;
	return status;
}

static struct progress_result progress_result(const struct run *run, size_t position)
{
	const struct case_log *result = &run->results[position];
	return (struct progress_result){
		.verdict = result->verdict,
		.reason = result->reason,
		.explanation = result->explanation,
		.virtual_s = (double)result->virtual_ns / 1e9,
		.wall_ms = run->wall_ms[position],
	};
}

static int write_result(struct run *run, size_t position)
{
	struct case_log *result = &run->results[position];
	size_t i;
	json_t *line;
	json_array_foreach(result->lines, i, line) {
		int status = result_log_append(run->log, line);
		if (status != 0)
			return status;
	}
	score_add(&run->score, result->verdict);
	run->virtual_ns += result->virtual_ns;
	struct progress_result told = progress_result(run, position);
	progress_reported(&run->progress, position, &told);
	case_log_free(result);
	return 0;
}

/* What finished while an earlier case did not: after an interruption, nobody's turn comes any more. */
static int write_rest(struct run *run)
{
	int status = 0;
	for (size_t i = run->turn.next; status == 0 && i < run->n; i++)
		if (run->turn.done[i])
			status = write_result(run, i);
	return status;
}

/* ---- The work ---- */

static char *order(void *context, size_t position)
{
	const struct run *run = context;
	const struct run_options *options = run->options;
	json_t *object = json_pack("{s:s, s:s, s:I, s:s}", "do", "case", "case", run->ids[position], "seed",
		(json_int_t)options->seed, "pcap", pcap_policy_word(options->pcap));
	if (object && options->tamper)
		json_object_set_new(object, "tamper", json_string(options->tamper));
	char *words = object ? json_dumps(object, JSON_COMPACT) : NULL;
	json_decref(object);
	return words;
}

static double timeout_s(void *context, size_t position)
{
	const struct run *run = context;
	const struct run_options *options = run->options;
	if (options->timeout_s > 0)
		return options->timeout_s;
	bool real = options->clock == CLOCK_REAL_TIME;
	return patience_s + (real ? (double)run->longest_ns[position] / 1e9 * real_time_patience : 0);
}

static void started(void *context, size_t position)
{
	struct run *run = context;
	progress_started(&run->progress, position);
}

static void tick(void *context)
{
	struct run *run = context;
	progress_tick(&run->progress);
}

/* A log of the case, from what its job left. */
static int examine(struct run *run, const struct job_end *end, char **error)
{
	struct transcript transcript = { 0 };
	char *console = end->job ? end->target->console(end->job) : NULL;
	int status = end->job ? transcript_read(end->target->box(end->job), &transcript) : 0;
	struct case_run one = {
		.test = run->cases[end->position],
		.transcript = &transcript,
		.console = console ? console : "",
		.program = end->target->program,
		.not_started = end->job ? NULL : end->error,
		.status = end->status,
		.hung = end->hung,
		.timeout_s = timeout_s(run, end->position),
		.wall_ms = end->wall_ms,
		.restore_ms = end->job ? end->target->restore_ms(end->job) : -1,
	};
	if (status != 0)
		sentence(error, status, "no memory for the results of %s", one.test->id);
	else
		status = case_log_make(&run->frame, &one, &run->results[end->position], error);
	transcript_free(&transcript);
	free(console);
	return status;
}

static int ended(void *context, const struct job_end *end)
{
	struct run *run = context;
	char *error = NULL;
	run->wall_ms[end->position] = end->wall_ms;
	int status = examine(run, end, &error);
	if (status != 0) {
		progress_end(&run->progress);
		complain_about(STATUS_HARNESS, error);
		return status;
	}
	struct progress_result told = progress_result(run, end->position);
	progress_ended(&run->progress, end->position, &told);
	turn_done(&run->turn, end->position);
	for (size_t position; status == 0 && turn_take(&run->turn, &position);)
		status = write_result(run, position);
	return status;
}

static int work(struct run *run)
{
	int stop = stop_begin();
	struct workload load = {
		.target = &run->target,
		.n = run->n,
		.jobs = run->options->jobs,
		.stop_descriptor = stop,
		.context = run,
		.order = order,
		.timeout_s = timeout_s,
		.started = started,
		.ended = ended,
		.tick = tick,
	};
	/* a signal that came since the preparation counts too */
	int status = stop_was_noted() ? -EINTR : workers_run(&load);
	stop_end(stop);
	return status;
}

/* ---- The end ---- */

static void say_where(const struct run_options *options)
{
	size_t n = 0;
	const struct report_format *const *formats = report_formats(&n);
	printf("\nlog: %s/%s\n", options->out, RESULT_LOG_FILE);
	for (size_t i = 0; i < n; i++) {
		bool made = !options->formats;
		for (const char *const *name = options->formats; name && *name; name++)
			made |= strcmp(*name, formats[i]->name) == 0;
		if (made)
			printf("report: %s/%s\n", options->out, formats[i]->file);
	}
}

static int make_reports(const struct run *run)
{
	char *error = NULL;
	const struct run_options *options = run->options;
	bool colour = colour_wanted(options->colour, STDOUT_FILENO);
	int status = report_make(options->out, options->formats, options->quiet ? NULL : stdout, colour, &error);
	if (status != 0)
		return complain_about(STATUS_HARNESS, error);
	if (!options->quiet)
		say_where(options);
	return STATUS_EXPECTED;
}

/* Writes what is left to write. `worked` is what the workers ended with. */
static int finish(struct run *run, int worked)
{
	bool interrupted = worked == -EINTR;
	int status = interrupted ? write_rest(run) : worked;
	int verdict = interrupted ? STATUS_INTERRUPTED : score_status(&run->score);
	if (status == 0)
		status = append(run, run_end_line(run, interrupted, verdict));
	progress_end(&run->progress);
	char *error = NULL;
	int closed = result_log_close(run->log, &error);
	run->log = NULL;
	if (closed != 0)
		return complain_about(STATUS_HARNESS, error);
	if (status != 0)
		return STATUS_HARNESS; /* said where it happened */
	int reported = make_reports(run);
	return verdict == STATUS_EXPECTED || verdict == STATUS_NOTHING ?
		(reported == STATUS_EXPECTED ? verdict : reported) : verdict;
}

static void release(struct run *run)
{
	if (run->log && !run->log_begun) { /* nothing happened: leave no empty log */
		char *path;
		if (asprintf(&path, "%s/%s", run->options->out, RESULT_LOG_FILE) >= 0) {
			unlink(path);
			free(path);
		}
	}
	result_log_close(run->log, NULL);
	for (size_t i = 0; run->results && i < run->n; i++)
		case_log_free(&run->results[i]);
	free(run->results);
	free(run->wall_ms);
	free(run->ids);
	free(run->longest_ns);
	free((char *)run->frame.repeat);
	free(run->agent);
	turn_end(&run->turn);
	if (run->have_snapshot)
		snapshot_free(&run->snapshot);
	kernel_free(&run->kernel);
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

int run_cases(const struct run_options *options, const struct known_list *known,
	const struct test_case *const *cases, size_t n_cases)
{
	struct run run = { .options = options, .cases = cases, .n = n_cases, .started_ms = wall_now_ms() };
	char *error = NULL;
	signal(SIGPIPE, SIG_IGN);
	stop_note();
	set_up_progress(&run);

	int status = prepare(&run, &error);
	run.frame = (struct case_log_frame){
		.catalogue = run.catalogue,
		.known = known,
		.kernel = run.kernel.name,
		.seed = options->seed,
		.repeat = run_repeat_command(options),
		.pcap = options->pcap,
		.directory = options->out,
	};
	int result = STATUS_HARNESS;
	if (status == 0 && (turn_begin(&run.turn, n_cases) != 0 || !run.frame.repeat ||
				   progress_begin(&run.progress, run.ids, run.longest_ns, n_cases,
					   options->jobs) != 0))
		status = sentence(&error, -ENOMEM, "no memory for a run of %zu cases", n_cases);
	if (stop_was_noted()) {
		free(error);
		error = NULL;
		progress_end(&run.progress);
		result = complain(STATUS_INTERRUPTED, "interrupted before the first case");
	} else if (status != 0) {
		progress_end(&run.progress);
		result = complain_about(STATUS_HARNESS, error);
	} else {
		status = begin_log(&run);
		result = finish(&run, status == 0 ? work(&run) : status);
	}
	release(&run);
	return result;
}
