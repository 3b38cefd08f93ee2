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
#include "runner/verdict/settle.h"
#include "sentence.h"

static json_t *words(const char *text)
{
	return result_log_text(text, strlen(text));
}

/* ---- An attempt that is kept ---- */

/* "runs/CASE/seed-17"; with several kernels there is a folder for each, named as for evidence. */
static char *folder_of(const struct cell *cell, const struct attempt *attempt)
{
	const char *kernel = cell->subject->folder;
	char *folder;
	int length = asprintf(&folder, "runs/%s%s%s/seed-%" PRIu64 "%s", kernel, *kernel ? "/" : "", cell->test->id,
		attempt->seed, attempt->again ? "-again" : "");
	return length < 0 ? NULL : folder;
}

/* Whose attempts they are, and how they were run. */
struct keeper {
	const struct cell *cell;
	const struct case_frame *frame;
	const struct run_options *options;
	const struct lineup *lineup;
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

/* Who repeats a case wants both of two runs that differ, so captures are kept whatever the verdict. */
static int write_log(const struct keeper *keeper, const struct attempt *attempt, struct result_log *log)
{
	const struct cell *cell = keeper->cell;
	const struct case_result *result = &attempt->result;
	struct run_options own = *keeper->options;
	struct score score = { 0 };
	own.kernels = (struct kernel_choices){
		.kernels = &keeper->options->kernels.kernels[cell->subject - keeper->lineup->subjects],
		.n = 1,
	};
	own.seed = attempt->seed;
	own.repeat = 1;
	own.twice = false;
	own.pcap = PCAP_ALWAYS;
	own.fresh_qemu |= attempt->again;
	score_add(&score, result->verdict);
	int status = append(log, run_log_run(&own, keeper->lineup, 1));
	if (status == 0)
		status = append(log, run_log_kernel(cell->subject));
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

static int write_exhibits(const struct cell *cell, const struct attempt *attempt, const char *directory, char **error)
{
	return exhibits_write(
		directory, cell->subject->folder, cell->test->id, attempt->exhibits, attempt->n_exhibits, error);
}

static int keep(const struct keeper *keeper, const struct attempt *attempt, const char *folder, char **error)
{
	const struct run_options *options = keeper->options;
	char *directory;
	struct result_log *log = NULL;
	if (asprintf(&directory, "%s/%s", options->out, folder) < 0)
		return sentence(error, -ENOMEM, "no memory to keep a run of %s", keeper->cell->test->id);
	int status = result_log_open(directory, &log, error);
	if (status == 0) {
		write_log(keeper, attempt, log); /* its first failure sticks */
		status = result_log_close(log, error);
	}
	if (status == 0)
		status = write_exhibits(keeper->cell, attempt, directory, error);
	if (status == 0)
		status = report_make(directory, options->formats, NULL, (struct report_style){ 0 }, error);
	free(directory);
	return status;
}

/* All that are to be kept, and a list of their folders. */
static int keep_all(const struct keeper *keeper, const struct settlement *settlement, json_t *list, char **error)
{
	int status = 0;
	for (size_t i = 0; status == 0 && i < settlement->n_kept; i++) {
		const struct attempt *attempt = &keeper->cell->attempts[settlement->kept[i]];
		char *folder = folder_of(keeper->cell, attempt);
		status = folder ? keep(keeper, attempt, folder, error)
				: sentence(error, -ENOMEM, "no memory to keep a run of %s", keeper->cell->test->id);
		if (status == 0)
			json_array_append_new(list, words(folder));
		free(folder);
	}
	return status;
}

/* Where they are is said to people too. */
static int tell_kept(struct settlement *settlement, const json_t *kept)
{
	const char *label = "kept    ";
	size_t i;
	json_t *folder;
	json_array_foreach(kept, i, folder) {
		char *more;
		size_t length = strlen(settlement->explanation);
		bool ended = length == 0 || settlement->explanation[length - 1] == '\n';
		if (asprintf(&more, "%s%s%s  %s\n", settlement->explanation, ended ? "" : "\n", label,
			    json_string_value(folder)) < 0)
			return -ENOMEM;
		free(settlement->explanation);
		settlement->explanation = more;
		label = "        ";
	}
	return 0;
}

/* ---- The result ---- */

static int64_t time_of_all(const struct cell *cell)
{
	int64_t sum = 0;
	for (size_t i = 0; i < cell->n_attempts; i++)
		sum += cell->attempts[i].result.virtual_ns;
	return sum;
}

/* That of the attempt that is shown, with the verdict on all of them. */
static void take_result(struct cell *cell, struct settlement *settlement)
{
	struct case_result *shown = &cell->attempts[settlement->shown].result;
	cell->result = *shown;
	*shown = (struct case_result){ 0 };
	free(cell->result.reason);
	free(cell->result.explanation);
	cell->result.verdict = settlement->verdict;
	cell->result.reason = settlement->reason;
	cell->result.explanation = settlement->explanation;
	settlement->reason = settlement->explanation = NULL;
}

/* `kept`: the folders of what is kept besides. */
static int finish(struct cell *cell, const struct case_frame *frame, const struct run_options *options,
	struct settlement *settlement, json_t *kept, char **error)
{
	const struct attempt *shown = &cell->attempts[settlement->shown];
	bool captures = pcap_policy_keeps(options->pcap, settlement->verdict);
	int64_t virtual_ns = time_of_all(cell);
	int status = tell_kept(settlement, kept);
	if (status == 0 && captures)
		status = write_exhibits(cell, shown, options->out, error);
	if (status != 0)
		return status;
	json_object_set(settlement->repeats, "kept", kept);
	take_result(cell, settlement);
	cell->lines = case_lines(frame, &cell->result, captures, settlement->repeats);
	cell->result.virtual_ns = virtual_ns; /* for the run's sum; the lines have that of the one that is shown */
	return cell->lines ? 0 : -ENOMEM;
}

int repetition_end(struct cell *cell, const struct case_frame *frame, const struct run_options *options,
	const struct lineup *lineup, char **error)
{
	struct settlement settlement;
	const struct keeper keeper = { cell, frame, options, lineup };
	json_t *kept = json_array();
	int status = attempts_settle(frame, cell->attempts, cell->n_attempts, options->twice, &settlement);
	if (status == 0) {
		status = keep_all(&keeper, &settlement, kept, error);
		if (status == 0)
			status = finish(cell, frame, options, &settlement, kept, error);
		settlement_free(&settlement);
	}
	json_decref(kept);
	if (status == -ENOMEM && !*error)
		sentence(error, status, "no memory for the results of %s", cell->test->id);
	for (size_t i = 0; i < cell->n_attempts; i++)
		attempt_free(&cell->attempts[i]);
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
