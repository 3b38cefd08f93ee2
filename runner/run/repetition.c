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
#include "runner/host/sentence.h"
#include "runner/host/tree.h"
#include "runner/run/run_log.h"
#include "runner/verdict/settle.h"

static json_t *words(const char *text)
{
	return result_log_text(text, strlen(text));
}

/* ---- An attempt that is kept ---- */

/* "runs/CASE/seed-17"; with several kernels there is a folder for each, named as for evidence. */
static char *folder_of(const struct cell *cell, const struct attempt *attempt)
{
	const char *kernel = strchr(cell->subject->evidence, '/');
	char *folder;
	int length = asprintf(&folder, "runs%s/%s/seed-%" PRIu64 "%s", kernel ? kernel : "", cell->test->id,
		attempt->seed, attempt->again ? "-again" : "");
	return length < 0 ? NULL : folder;
}

static int append(struct result_log *log, json_t *line)
{
	int status = line ? result_log_append(log, line) : -ENOMEM;
	json_decref(line);
	return status;
}

static int append_lines(struct result_log *log, const json_t *lines)
{
	size_t i;
	json_t *line;
	int status = 0;
	json_array_foreach(lines, i, line) {
		status = status ? status : result_log_append(log, line);
	}
	return status;
}

static int write_log(const struct cell *cell, const struct attempt *attempt, const struct run_options *options,
	const struct lineup *lineup, struct result_log *log)
{
	struct run_options own = *options;
	struct score score = { 0 };
	own.seed = attempt->seed;
	own.repeat = 1;
	own.twice = false;
	score_add(&score, attempt->verdict);
	int status = append(log, run_log_run(&own, lineup, 1));
	if (status == 0)
		status = append(log, run_log_kernel(cell->subject));
	if (status == 0)
		status = append_lines(log, attempt->log.lines);
	if (status == 0)
		status = append(log,
			run_log_end(&(struct run_ending){
				.score = &score,
				.virtual_ns = attempt->virtual_ns,
				.exit_status = score_status(&score),
			}));
	return status;
}

static int write_exhibits(const struct cell *cell, const struct attempt *attempt, const char *directory, char **error)
{
	int status = 0;
	for (size_t i = 0; status == 0 && i < attempt->n_exhibits; i++)
		status =
			exhibit_write(directory, cell->subject->evidence, cell->test->id, &attempt->exhibits[i], error);
	return status;
}

static int keep(const struct cell *cell, const struct attempt *attempt, const struct run_options *options,
	const struct lineup *lineup, const char *folder, char **error)
{
	char *directory;
	struct result_log *log = NULL;
	if (asprintf(&directory, "%s/%s", options->out, folder) < 0)
		return sentence(error, -ENOMEM, "no memory to keep a run of %s", cell->test->id);
	int status = result_log_open(directory, &log, error);
	if (status == 0) {
		write_log(cell, attempt, options, lineup, log); /* its first failure sticks */
		status = result_log_close(log, error);
	}
	if (status == 0)
		status = write_exhibits(cell, attempt, directory, error);
	if (status == 0)
		status = report_make(directory, options->formats, NULL, (struct report_style){ 0 }, error);
	free(directory);
	return status;
}

/* All that are to be kept, and a list of their folders. */
static int keep_all(const struct cell *cell, const struct settlement *settlement, const struct run_options *options,
	const struct lineup *lineup, json_t *list, char **error)
{
	int status = 0;
	for (size_t i = 0; status == 0 && i < settlement->n_kept; i++) {
		const struct attempt *attempt = &cell->attempts[settlement->kept[i]];
		char *folder = folder_of(cell, attempt);
		status = folder ? keep(cell, attempt, options, lineup, folder, error)
				: sentence(error, -ENOMEM, "no memory to keep a run of %s", cell->test->id);
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

static bool is_of(const json_t *line, const char *type)
{
	const char *own = json_string_value(json_object_get(line, "type"));
	return own && strcmp(own, type) == 0;
}

static void finish_lines(json_t *lines, const struct settlement *settlement, bool captures)
{
	size_t i;
	json_t *line;
	json_array_foreach(lines, i, line) {
		if (is_of(line, "capture") && !captures)
			json_object_set_new(line, "file", json_null());
		if (is_of(line, "verdict")) {
			json_object_set_new(line, "reason", words(settlement->reason));
			json_object_set_new(line, "explanation", words(settlement->explanation));
		}
		if (is_of(line, "case_end"))
			json_object_set(line, "repeats", settlement->repeats);
		if (is_of(line, "verdict") || is_of(line, "case_end"))
			json_object_set_new(line, "verdict", words(verdict_name(settlement->verdict)));
	}
}

/* The words of a result are those in its lines. */
static struct case_log result_of(json_t *lines, int64_t virtual_ns)
{
	struct case_log result = { .lines = lines, .virtual_ns = virtual_ns };
	size_t i;
	json_t *line;
	json_array_foreach(lines, i, line) {
		if (!is_of(line, "verdict"))
			continue;
		result.verdict = verdict_parse(json_string_value(json_object_get(line, "verdict")));
		result.reason = json_string_value(json_object_get(line, "reason"));
		result.explanation = json_string_value(json_object_get(line, "explanation"));
	}
	return result;
}

static int64_t time_of_all(const struct cell *cell)
{
	int64_t sum = 0;
	for (size_t i = 0; i < cell->n_attempts; i++)
		sum += cell->attempts[i].virtual_ns;
	return sum;
}

int repetition_end(struct cell *cell, const struct run_options *options, const struct lineup *lineup, char **error)
{
	struct settlement settlement;
	json_t *kept = json_array();
	int status = attempts_settle(cell->attempts, cell->n_attempts, options->twice, &settlement);
	if (status != 0) {
		json_decref(kept);
		return sentence(error, status, "no memory for the results of %s", cell->test->id);
	}
	struct attempt *shown = &cell->attempts[settlement.shown];
	bool captures = pcap_policy_keeps(options->pcap, settlement.verdict);
	status = keep_all(cell, &settlement, options, lineup, kept, error);
	if (status == 0)
		status = tell_kept(&settlement, kept);
	json_object_set_new(settlement.repeats, "kept", kept);
	if (status == 0 && captures)
		status = write_exhibits(cell, shown, options->out, error);
	if (status == 0) {
		finish_lines(shown->log.lines, &settlement, captures);
		cell->result = result_of(json_incref(shown->log.lines), time_of_all(cell));
	}
	settlement_free(&settlement);
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
