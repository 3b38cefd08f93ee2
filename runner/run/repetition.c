/* SPDX-License-Identifier: Apache-2.0 */
/* repetition.c - see repetition.h. */
#include "runner/run/repetition.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/log.h"
#include "reports/report.h"
#include "runner/host/tree.h"
#include "runner/run/run_log.h"
#include "runner/verdict/attempts_merge.h"
#include "sentence.h"

static json_t *words(const char *text)
{
	return result_log_text(text, strlen(text));
}

/* ---- An attempt that is kept ---- */

/* "runs/CASE/seed-17"; with several kernels there is a folder for each, named as for evidence. */
static char *folder_of(const struct planned_case *planned, const struct attempt *attempt)
{
	const char *kernel = planned->tested->folder;
	char *folder;
	int length = asprintf(&folder, "runs/%s%s%s/seed-%" PRIu64 "%s", kernel, *kernel ? "/" : "",
		planned->test_case->id, attempt->seed, attempt->second ? "-again" : "");
	return length < 0 ? NULL : folder;
}

/* The case whose attempts are kept, and how they were run. */
struct keeper {
	const struct planned_case *planned;
	const struct case_frame *frame;
	const struct run_options *options;
	const struct tested_kernels *kernels;
};

static int append(struct result_log *log, json_t *line)
{
	int status = line ? result_log_append(log, line) : -ENOMEM;
	json_decref(line);
	return status;
}

static int append_lines(struct result_log *log, json_t *lines)
{
	size_t i;
	json_t *line;
	int status = lines ? 0 : -ENOMEM;
	json_array_foreach(lines, i, line) {
		status = status ? status : result_log_append(log, line);
	}
	json_decref(lines);
	return status;
}

/* Writes the attempt's own log. Captures are kept whatever the verdict, as both of two different attempts matter. */
static int write_log(const struct keeper *keeper, const struct attempt *attempt, struct result_log *log)
{
	const struct planned_case *planned = keeper->planned;
	const struct case_result *result = &attempt->result;
	struct run_options own = *keeper->options;
	struct score score = { 0 };
	own.kernels = (struct kernel_choices){
		.kernels = &keeper->options->kernels.kernels[planned->tested - keeper->kernels->all],
		.n = 1,
	};
	own.seed = attempt->seed;
	own.repeat = 1;
	own.twice = false;
	own.pcap = PCAP_ALWAYS;
	own.fresh_qemu |= attempt->second;
	score_add(&score, result->verdict);
	int status = append(log, run_log_run(&own, keeper->kernels, 1));
	if (status == 0)
		status = append(log, run_log_kernel(planned->tested));
	if (status == 0)
		status = append_lines(log, case_lines(keeper->frame, result, true, NULL));
	if (status == 0)
		status = append(log,
			run_log_end(&(struct run_ending){
				.score = &score,
				.virtual_ns = result->virtual_ns,
				.exit_status = score_status(&score),
			}));
	return status;
}

static int write_evidence(
	const struct planned_case *planned, const struct attempt *attempt, const char *directory, char **error)
{
	return evidence_files_write(directory, planned->tested->folder, planned->test_case->id, attempt->evidence_files,
		attempt->n_evidence_files, error);
}

static int keep(const struct keeper *keeper, const struct attempt *attempt, const char *folder, char **error)
{
	const struct run_options *options = keeper->options;
	char *directory;
	struct result_log *log = NULL;
	if (asprintf(&directory, "%s/%s", options->out, folder) < 0)
		return sentence(error, -ENOMEM, "no memory to keep a run of %s", keeper->planned->test_case->id);
	int status = result_log_open(directory, &log, error);
	if (status == 0) {
		write_log(keeper, attempt, log); /* result_log_close() gives its first failure */
		status = result_log_close(log, error);
	}
	if (status == 0)
		status = write_evidence(keeper->planned, attempt, directory, error);
	if (status == 0)
		status = report_make(directory, options->formats, NULL, (struct report_style){ 0 }, error);
	free(directory);
	return status;
}

/* Keeps the chosen attempts, and lists their folders. */
static int keep_all(const struct keeper *keeper, const struct merged_attempts *merged, json_t *list, char **error)
{
	int status = 0;
	for (size_t i = 0; status == 0 && i < merged->n_kept; i++) {
		const struct attempt *attempt = &keeper->planned->attempts[merged->kept[i]];
		char *folder = folder_of(keeper->planned, attempt);
		status = folder
			? keep(keeper, attempt, folder, error)
			: sentence(error, -ENOMEM, "no memory to keep a run of %s", keeper->planned->test_case->id);
		if (status == 0)
			json_array_append_new(list, words(folder));
		free(folder);
	}
	return status;
}

/* Adds to the explanation where the kept attempts are. */
static int tell_kept(struct merged_attempts *merged, const json_t *kept)
{
	const char *label = "kept    ";
	size_t i;
	json_t *folder;
	json_array_foreach(kept, i, folder) {
		char *more;
		size_t length = strlen(merged->explanation);
		bool ended = length == 0 || merged->explanation[length - 1] == '\n';
		if (asprintf(&more, "%s%s%s  %s\n", merged->explanation, ended ? "" : "\n", label,
			    json_string_value(folder)) < 0)
			return -ENOMEM;
		free(merged->explanation);
		merged->explanation = more;
		label = "        ";
	}
	return 0;
}

/* ---- The result ---- */

static int64_t time_of_all(const struct planned_case *planned)
{
	int64_t sum = 0;
	for (size_t i = 0; i < planned->n_attempts; i++)
		sum += planned->attempts[i].result.virtual_ns;
	return sum;
}

/* Takes the result of the attempt that is shown, with the verdict on all attempts. */
static void take_result(struct planned_case *planned, struct merged_attempts *merged)
{
	struct case_result *shown = &planned->attempts[merged->shown].result;
	planned->result = *shown;
	*shown = (struct case_result){ 0 };
	free(planned->result.reason);
	free(planned->result.explanation);
	planned->result.verdict = merged->verdict;
	planned->result.reason = merged->reason;
	planned->result.explanation = merged->explanation;
	merged->reason = merged->explanation = NULL;
}

/* `kept` lists the folders of the attempts that are kept besides. */
static int finish(struct planned_case *planned, const struct case_frame *frame, const struct run_options *options,
	struct merged_attempts *merged, json_t *kept, char **error)
{
	const struct attempt *shown = &planned->attempts[merged->shown];
	bool captures = pcap_policy_keeps(options->pcap, merged->verdict);
	int64_t virtual_ns = time_of_all(planned);
	int status = tell_kept(merged, kept);
	if (status == 0 && captures)
		status = write_evidence(planned, shown, options->out, error);
	if (status != 0)
		return status;
	json_object_set(merged->repeats, "kept", kept);
	take_result(planned, merged);
	planned->lines = case_lines(frame, &planned->result, captures, merged->repeats);
	planned->result.virtual_ns = virtual_ns; /* for the run's sum; the lines have that of the one that is shown */
	return planned->lines ? 0 : -ENOMEM;
}

int repetition_end(struct planned_case *planned, const struct case_frame *frame, const struct run_options *options,
	const struct tested_kernels *kernels, char **error)
{
	struct merged_attempts merged;
	const struct keeper keeper = { planned, frame, options, kernels };
	json_t *kept = json_array();
	int status = attempts_merge(frame, planned->attempts, planned->n_attempts, options->twice, &merged);
	if (status == 0) {
		status = keep_all(&keeper, &merged, kept, error);
		if (status == 0)
			status = finish(planned, frame, options, &merged, kept, error);
		merged_attempts_free(&merged);
	}
	json_decref(kept);
	if (status == -ENOMEM && !*error)
		sentence(error, status, "no memory for the results of %s", planned->test_case->id);
	for (size_t i = 0; i < planned->n_attempts; i++)
		attempt_free(&planned->attempts[i]);
	return status;
}

void repetition_clear(const char *directory)
{
	char *path;
	if (asprintf(&path, "%s/runs", directory) < 0)
		return;
	tree_remove(path);
	free(path);
}
