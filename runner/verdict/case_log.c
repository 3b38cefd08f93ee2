/* SPDX-License-Identifier: Apache-2.0 */
/*
 * case_log.c - the result of a case, and the lines of the result log about it.
 *
 * The agent's verdict counts, with three exceptions. A kernel that reports an oops or panic on its console has crashed,
 * whatever the case saw. A kernel that complains there has failed, even if the case saw nothing wrong. A damaged
 * transcript proves nothing.
 */
#include "runner/verdict/case_log.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/log.h"
#include "runner/verdict/postmortem.h"
#include "runner/verdict/refereed.h"
#include "sentence.h"

static json_t *text(const char *words)
{
	return result_log_text(words ? words : "", words ? strlen(words) : 0);
}

/* ---- Judging ---- */

static const char *member(const json_t *object, const char *name)
{
	const char *words = json_string_value(json_object_get(object, name));
	return words ? words : "";
}

static bool is_capture(const json_t *line)
{
	return strcmp(member(line, "type"), "capture") == 0;
}

/* Copies a text as the log needs it: valid UTF-8. */
static char *copy(const char *words)
{
	json_t *clean = text(words);
	char *made = clean ? strdup(json_string_value(clean)) : NULL;
	json_decref(clean);
	return made;
}

static int64_t latest_time(const struct transcript *transcript)
{
	int64_t latest = json_integer_value(json_object_get(transcript->verdict, "t_ns"));
	size_t i;
	json_t *line;
	json_array_foreach(transcript->lines, i, line) {
		int64_t t_ns = json_integer_value(json_object_get(line, "t_ns"));
		if (t_ns > latest)
			latest = t_ns;
	}
	return latest;
}

static int judge_by_end(const struct attempt_ending *run, bool judged, struct case_result *out)
{
	const struct transcript *transcript = run->transcript;
	const struct ending ending = {
		.hung = run->hung && !transcript->finished,
		.starved = run->starved && !transcript->finished,
		.waited = run->waited,
		.finished = transcript->finished,
		.judged = judged,
		.damage = transcript->damage,
		.status = run->status,
		.program = run->program,
		.console = run->console,
	};
	struct postmortem made;
	int status = postmortem_make(&ending, &made);
	if (status != 0)
		return status;
	out->verdict = made.verdict;
	out->reason = copy(made.reason);
	out->explanation = copy(made.explanation);
	if (made.console && *made.console)
		out->console = copy(made.console);
	postmortem_free(&made);
	return 0;
}

/* Judges without the list of known issues. */
static int judge(const struct attempt_ending *run, struct case_result *out)
{
	const struct transcript *transcript = run->transcript;
	if (run->not_started) {
		/* A kernel that panics while it boots has crashed; any other end may be our own failure. */
		bool crashed = run->kernel_failed && console_find_oops(run->not_started);
		out->verdict = crashed ? VERDICT_CRASH : VERDICT_ERROR;
		out->reason = copy(run->not_started);
		out->explanation = copy("");
		return 0;
	}
	bool trusted = transcript->verdict && transcript->finished && !transcript->damage;
	enum verdict said = verdict_parse(member(transcript->verdict, "verdict"));
	bool good = trusted && verdict_is_expected(said);
	bool doubted = console_find_oops(run->console) || (good && console_find_complaint(run->console));
	out->t_ns = latest_time(transcript);
	if (!trusted || doubted)
		return judge_by_end(run, trusted, out);
	out->verdict = said;
	out->reason = copy(member(transcript->verdict, "reason"));
	out->explanation = copy(member(transcript->verdict, "explanation"));
	return 0;
}

/* The check that decided the verdict: the first that did not hold. */
static const char *failed_check(const json_t *lines)
{
	size_t i;
	json_t *line;
	json_array_foreach(lines, i, line) {
		if (strcmp(member(line, "type"), "check") == 0 && json_is_false(json_object_get(line, "ok")))
			return member(line, "text");
	}
	return "";
}

static int ask_list(const struct case_frame *frame, const struct case_result *result, struct known_judgement *out)
{
	const struct failure failure = {
		.case_id = frame->test_case->id,
		.verdict = verdict_name(result->verdict),
		.reason = result->reason,
		.explanation = result->explanation,
		.check = failed_check(result->lines),
		.console = result->console,
	};
	struct signature signature = { 0 };
	bool failed = known_may_be(result->verdict);
	if (failed && signature_of(&failure, &signature) != 0)
		return -ENOMEM;
	int status = known_judge(frame->known, frame->release, frame->version ? frame->version : "",
		frame->test_case->id, result->verdict, failed ? &signature : NULL, out);
	signature_free(&signature);
	return status;
}

/* The referee judges whatever came whole. What it finds fails a case that would have passed; of one that has failed it
 * is told, too. */
static int ask_referee(const struct case_frame *frame, const struct attempt_ending *run, struct case_result *result)
{
	const struct transcript *transcript = run->transcript;
	struct refereed refereed;
	if (run->not_started || !transcript->finished || transcript->damage)
		return 0;
	const struct refereed_case of = {
		.test_case = frame->test_case,
		.catalogue = frame->catalogue,
		.release = frame->release,
		.version = frame->version,
		.strict = frame->strict,
		.real_time = frame->real_time,
	};
	int status = refereed_judge(&of, result->lines, transcript->evidence_files, transcript->n_evidence_files,
		json_integer_value(json_object_get(transcript->verdict, "t_ns")), &refereed);
	if (status != 0)
		return status;
	if (json_array_extend(result->lines, refereed.findings) != 0)
		status = -ENOMEM;
	result->applied = json_incref(refereed.applied);
	if (status == 0 && refereed.reason && result->verdict == VERDICT_PASS) {
		result->verdict = VERDICT_FAIL;
		free(result->reason);
		free(result->explanation);
		result->reason = copy(refereed.reason);
		result->explanation = copy(refereed.explanation);
		if (!result->reason || !result->explanation)
			status = -ENOMEM;
	}
	refereed_free(&refereed);
	return status;
}

static int ask_known_issues(const struct case_frame *frame, struct case_result *result)
{
	struct known_judgement judgement;
	int status = ask_list(frame, result, &judgement);
	if (status != 0 || !judgement.remark)
		return status;
	char *both, *known = copy(judgement.remark);
	int length = known ? asprintf(&both, "%s%s%s", result->reason, *result->reason ? "; " : "", known) : -1;
	free(judgement.remark);
	result->known = known;
	result->verdict = judgement.verdict;
	if (length < 0)
		return -ENOMEM;
	free(result->reason);
	result->reason = both;
	return 0;
}

/* Finds the file of a capture by the name in its line, or by the usual name. */
static const struct evidence_file *evidence_file_of(const struct transcript *transcript, const json_t *line)
{
	char usual[64];
	const char *name = member(line, "file");
	snprintf(usual, sizeof(usual), "%.32s-path%d.pcap", member(line, "endpoint"),
		(int)json_integer_value(json_object_get(line, "path")));
	return transcript_file(transcript, *name ? name : usual);
}

static json_t *take_lines(const struct transcript *transcript)
{
	json_t *lines = json_array(), *line;
	size_t i;
	json_array_foreach(transcript->lines, i, line) {
		if (!is_capture(line)) {
			json_array_append(lines, line);
			continue;
		}
		const struct evidence_file *evidence_file = evidence_file_of(transcript, line);
		json_t *own = json_copy(line);
		json_object_set_new(own, "file", evidence_file ? text(evidence_file->name) : json_null());
		json_array_append_new(lines, own);
	}
	return lines;
}

int case_judge(const struct case_frame *frame, const struct attempt_ending *run, struct case_result *out)
{
	struct case_result result = {
		.seed = run->seed,
		.wall_ms = run->wall_ms,
		.start = json_incref(run->transcript->start),
		.lines = take_lines(run->transcript),
	};
	int status = judge(run, &result);
	if (status == 0 && (!result.reason || !result.explanation || !result.lines))
		status = -ENOMEM;
	if (status == 0)
		status = ask_referee(frame, run, &result);
	if (status == 0)
		status = ask_known_issues(frame, &result);
	result.virtual_ns = result.t_ns;
	for (enum box_phase phase = 0; phase < BOX_PHASES; phase++)
		result.phase_ms[phase] = run->phases ? phases_spent_ms(run->phases, phase) : -1;
	if (status != 0)
		case_result_free(&result);
	else
		*out = result;
	return status;
}

void case_result_free(struct case_result *result)
{
	free(result->reason);
	free(result->explanation);
	free(result->known);
	free(result->console);
	json_decref(result->start);
	json_decref(result->lines);
	json_decref(result->applied);
	result->applied = NULL;
	result->reason = result->explanation = result->known = result->console = NULL;
	result->start = result->lines = NULL;
}

/* ---- The lines ---- */

static json_t *case_line(const char *type, const struct test_case *test_case)
{
	json_t *line = json_object();
	json_object_set_new(line, "type", text(type));
	json_object_set_new(line, "case", text(test_case->id));
	return line;
}

/* Adds the agent's members to a line; only the host sets `type` and `case`. */
static void add_members(json_t *line, json_t *members)
{
	const char *key;
	json_t *value;
	json_object_foreach(members, key, value) {
		if (strcmp(key, "type") != 0 && strcmp(key, "case") != 0)
			json_object_set(line, key, value);
	}
}

static json_t *texts(const char *const *list)
{
	json_t *array = json_array();
	for (; list && *list; list++)
		json_array_append_new(array, text(*list));
	return array;
}

static json_t *drawing(const struct topology *topology)
{
	char *words = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&words, &length);
	if (!out)
		return NULL;
	topology_print_drawing(topology, out);
	json_t *made = fclose(out) == 0 ? text(words) : NULL;
	free(words);
	return made;
}

static json_t *requirements(const struct catalogue *catalogue, const struct test_case *test_case)
{
	json_t *array = json_array();
	for (const char *const *id = test_case->requirements; id && *id; id++) {
		const struct requirement *requirement = catalogue_find(catalogue, *id);
		json_t *entry = json_object();
		json_object_set_new(entry, "id", text(*id));
		if (requirement) {
			json_object_set_new(entry, "level", text(requirement->level));
			json_object_set_new(entry, "section", text(requirement->section));
			json_object_set_new(entry, "summary", text(requirement->summary));
		}
		json_array_append_new(array, entry);
	}
	return array;
}

/* The settings in force: what the case states, and the defaults. */
static json_t *settings(const struct test_case *test_case)
{
	struct sysctl sysctls[SETTINGS_SYSCTLS_MAX];
	struct settings in_force = settings_in_force(&test_case->settings);
	size_t n = settings_sysctls(&in_force, sysctls);
	json_t *object = json_object();
	for (size_t i = 0; i < n; i++)
		json_object_set_new(object, sysctls[i].name, json_integer(sysctls[i].value));
	return object;
}

static json_t *start_line(const struct case_frame *frame, const struct case_result *result)
{
	const struct test_case *test_case = frame->test_case;
	json_t *line = case_line("case_start", test_case);
	char *source = NULL, *repeat = NULL;
	if (asprintf(&source, "%s:%d", test_case->file, test_case->line) < 0)
		source = NULL;
	if (asprintf(&repeat, "%s --seed %" PRIu64 " %s", frame->command_line, result->seed, test_case->id) < 0)
		repeat = NULL;
	json_object_set_new(line, "kernel", text(frame->kernel));
	json_object_set_new(line, "title", text(test_case->title));
	json_object_set_new(line, "area", text(test_case->area));
	json_object_set_new(line, "tags", texts(test_case->tags));
	json_object_set_new(line, "topology", text(test_case->topology->name));
	json_object_set_new(line, "drawing", drawing(test_case->topology));
	json_object_set_new(line, "requirements", requirements(frame->catalogue, test_case));
	json_object_set_new(line, "settings", settings(test_case));
	json_object_set_new(line, "source", text(source));
	json_object_set_new(line, "seed", json_integer((json_int_t)result->seed));
	json_object_set_new(line, "repeat", text(repeat));
	add_members(line, result->start);
	free(source);
	free(repeat);
	return line;
}

/* The path of a capture's file, relative to the run's folder. */
static json_t *capture_path(const struct case_frame *frame, const json_t *line, bool captures)
{
	const char *name = member(line, "file");
	char *path = captures && *name ? evidence_file_path(frame->folder, frame->test_case->id, name) : NULL;
	json_t *file = path ? text(path) : json_null();
	free(path);
	return file;
}

static void add_lines(json_t *lines, const struct case_frame *frame, const json_t *agents, bool captures)
{
	size_t i;
	json_t *from;
	json_array_foreach(agents, i, from) {
		json_t *line = case_line(member(from, "type"), frame->test_case);
		add_members(line, from);
		if (is_capture(from))
			json_object_set_new(line, "file", capture_path(frame, from, captures));
		json_array_append_new(lines, line);
	}
}

static json_t *verdict_line(const struct case_frame *frame, const struct case_result *result)
{
	json_t *line = case_line("verdict", frame->test_case);
	json_object_set_new(line, "t_ns", json_integer(result->t_ns));
	json_object_set_new(line, "verdict", text(verdict_name(result->verdict)));
	json_object_set_new(line, "reason", text(result->reason));
	if (result->known)
		json_object_set_new(line, "known", text(result->known));
	json_object_set_new(line, "explanation", text(result->explanation));
	return line;
}

static void add_phases(json_t *line, const struct case_result *result)
{
	static const char *const names[BOX_PHASES] = {
		[BOX_RESTORE] = "restore_ms",
		[BOX_TOPOLOGY] = "topology_ms",
		[BOX_CASE] = "case_ms",
		[BOX_EVIDENCE] = "evidence_ms",
	};
	for (enum box_phase phase = 0; phase < BOX_PHASES; phase++) {
		double spent = result->phase_ms[phase];
		json_object_set_new(line, names[phase], spent < 0 ? json_null() : json_real(spent));
	}
}

static json_t *end_line(const struct case_frame *frame, const struct case_result *result, json_t *repeats)
{
	json_t *line = case_line("case_end", frame->test_case);
	json_object_set_new(line, "kernel", text(frame->kernel));
	json_object_set_new(line, "verdict", text(verdict_name(result->verdict)));
	json_object_set_new(line, "virtual_ns", json_integer(result->virtual_ns));
	json_object_set_new(line, "wall_ms", json_real(result->wall_ms));
	add_phases(line, result);
	if (result->applied)
		json_object_set(line, "rules", result->applied);
	if (repeats)
		json_object_set(line, "repeats", repeats);
	return line;
}

json_t *case_lines(const struct case_frame *frame, const struct case_result *result, bool captures, json_t *repeats)
{
	json_t *lines = json_array();
	if (!lines)
		return NULL;
	json_array_append_new(lines, start_line(frame, result));
	add_lines(lines, frame, result->lines, captures);
	if (result->console) {
		json_t *console = case_line("console", frame->test_case);
		json_object_set_new(console, "text", text(result->console));
		json_array_append_new(lines, console);
	}
	json_array_append_new(lines, verdict_line(frame, result));
	json_array_append_new(lines, end_line(frame, result, repeats));
	return lines;
}
