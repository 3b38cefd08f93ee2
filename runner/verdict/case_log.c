/* SPDX-License-Identifier: Apache-2.0 */
/*
 * case_log.c - the lines of the result log about one case.
 *
 * The agent's verdict counts, with exceptions: a kernel that says on its console that it is broken has crashed,
 * whatever the case saw; one that complains there has failed, when the case saw nothing wrong; and a transcript
 * that is damaged proves nothing.
 */
#include "runner/verdict/case_log.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/log.h"
#include "runner/host/sentence.h"
#include "runner/verdict/postmortem.h"

static json_t *text(const char *words)
{
	return result_log_text(words ? words : "", words ? strlen(words) : 0);
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

static json_t *requirements(const struct catalogue *catalogue, const struct test_case *test)
{
	json_t *array = json_array();
	for (const char *const *id = test->requirements; id && *id; id++) {
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

/* Those in force: what the case states, and the defaults. */
static json_t *settings(const struct test_case *test)
{
	struct sysctl sysctls[SETTINGS_SYSCTLS_MAX];
	struct settings in_force = settings_in_force(&test->settings);
	size_t n = settings_sysctls(&in_force, sysctls);
	json_t *object = json_object();
	for (size_t i = 0; i < n; i++)
		json_object_set_new(object, sysctls[i].name, json_integer(sysctls[i].value));
	return object;
}

static json_t *case_line(const char *type, const struct test_case *test)
{
	json_t *line = json_object();
	json_object_set_new(line, "type", text(type));
	json_object_set_new(line, "case", text(test->id));
	return line;
}

/* Adds an agent's members; the type and the case are the host's to say. */
static void add_members(json_t *line, json_t *members)
{
	const char *key;
	json_t *value;
	json_object_foreach(members, key, value) {
		if (strcmp(key, "type") != 0 && strcmp(key, "case") != 0)
			json_object_set(line, key, value);
	}
}

static json_t *start_line(const struct case_log_frame *frame, const struct case_run *run)
{
	const struct test_case *test = run->test;
	json_t *line = case_line("case_start", test);
	char *source = NULL, *repeat = NULL;
	if (asprintf(&source, "%s:%d", test->file, test->line) < 0)
		source = NULL;
	if (asprintf(&repeat, "%s --seed %" PRIu64 " %s", frame->repeat, frame->seed, test->id) < 0)
		repeat = NULL;
	json_object_set_new(line, "kernel", text(frame->kernel));
	json_object_set_new(line, "title", text(test->title));
	json_object_set_new(line, "area", text(test->area));
	json_object_set_new(line, "tags", texts(test->tags));
	json_object_set_new(line, "topology", text(test->topology->name));
	json_object_set_new(line, "drawing", drawing(test->topology));
	json_object_set_new(line, "requirements", requirements(frame->catalogue, test));
	json_object_set_new(line, "settings", settings(test));
	json_object_set_new(line, "source", text(source));
	json_object_set_new(line, "seed", json_integer((json_int_t)frame->seed));
	json_object_set_new(line, "repeat", text(repeat));
	add_members(line, run->transcript->start);
	free(source);
	free(repeat);
	return line;
}

/* How the case came out, before the known issues have their say. */
struct outcome {
	enum verdict verdict;
	const char *reason, *explanation;
	char *console; /* what to show of it, or NULL */
	int64_t t_ns;
};

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

static const char *member(const json_t *object, const char *name)
{
	const char *words = json_string_value(json_object_get(object, name));
	return words ? words : "";
}

/* `made` holds what `out` points to, where it comes from a post-mortem. */
static int judge(const struct case_run *run, struct postmortem *made, struct outcome *out)
{
	const struct transcript *transcript = run->transcript;
	out->t_ns = latest_time(transcript);
	if (run->not_started) {
		/* A kernel that panics while it boots has crashed; any other end may be our doing. */
		bool crashed = run->kernel_failed && console_find_oops(run->not_started);
		*out = (struct outcome){ crashed ? VERDICT_CRASH : VERDICT_ERROR, run->not_started, "", NULL, 0 };
		return 0;
	}
	bool trusted = transcript->verdict && transcript->finished && !transcript->damage;
	enum verdict said = verdict_parse(member(transcript->verdict, "verdict"));
	bool good = trusted && verdict_is_expected(said);
	bool doubted = console_find_oops(run->console) || (good && console_find_complaint(run->console));
	if (trusted && !doubted) {
		out->verdict = said;
		out->reason = member(transcript->verdict, "reason");
		out->explanation = member(transcript->verdict, "explanation");
		return 0;
	}
	struct ending ending = {
		.hung = run->hung && !transcript->finished,
		.timeout_s = run->timeout_s,
		.finished = transcript->finished,
		.judged = trusted,
		.damage = transcript->damage,
		.status = run->status,
		.program = run->program,
		.console = run->console,
	};
	int status = postmortem_make(&ending, made);
	out->verdict = made->verdict;
	out->reason = made->reason;
	out->explanation = made->explanation;
	out->console = made->console && *made->console ? made->console : NULL;
	return status;
}

static bool is_capture(const json_t *line)
{
	return strcmp(member(line, "type"), "capture") == 0;
}

/* The capture's file in DIR, when it was sent and is kept: the name that the line gives, or the usual. */
static json_t *capture_file(
	const struct case_log_frame *frame, const struct case_run *run, const json_t *line, bool keep)
{
	char *usual = NULL;
	if (!keep ||
		asprintf(&usual, "%s-path%d.pcap", member(line, "endpoint"),
			(int)json_integer_value(json_object_get(line, "path"))) < 0)
		return json_null();
	const char *name = member(line, "file");
	const struct exhibit *exhibit = transcript_exhibit(run->transcript, *name ? name : usual);
	char *path = exhibit ? exhibit_path(frame->evidence, run->test->id, exhibit->name) : NULL;
	json_t *file = path ? text(path) : json_null();
	free(path);
	free(usual);
	return file;
}

static void add_lines(json_t *lines, const struct case_log_frame *frame, const struct case_run *run, bool keep)
{
	size_t i;
	json_t *from;
	json_array_foreach(run->transcript->lines, i, from) {
		json_t *line = case_line(member(from, "type"), run->test);
		add_members(line, from);
		if (is_capture(from))
			json_object_set_new(line, "file", capture_file(frame, run, from, keep));
		json_array_append_new(lines, line);
	}
}

static int keep_exhibits(const struct case_log_frame *frame, const struct case_run *run, char **error)
{
	for (size_t i = 0; i < run->transcript->n_exhibits; i++) {
		int status = exhibit_write(
			frame->directory, frame->evidence, run->test->id, &run->transcript->exhibits[i], error);
		if (status != 0)
			return status;
	}
	return 0;
}

static json_t *verdict_line(const struct case_log_frame *frame, const struct case_run *run,
	const struct outcome *outcome, enum verdict *verdict)
{
	const struct known_issue *issue;
	*verdict = known_verdict(frame->known, frame->release, run->test->id, outcome->verdict, &issue);
	char *reason = NULL;
	if (issue &&
		asprintf(&reason, "%s%sknown issue: %s", outcome->reason, *outcome->reason ? "; " : "", issue->reason) <
			0)
		reason = NULL;
	json_t *line = case_line("verdict", run->test);
	json_object_set_new(line, "t_ns", json_integer(outcome->t_ns));
	json_object_set_new(line, "verdict", text(verdict_name(*verdict)));
	json_object_set_new(line, "reason", text(reason ? reason : outcome->reason));
	json_object_set_new(line, "explanation", text(outcome->explanation));
	free(reason);
	return line;
}

static void add_phases(json_t *line, const struct phases *phases)
{
	static const char *const names[BOX_PHASES] = {
		[BOX_RESTORE] = "restore_ms",
		[BOX_TOPOLOGY] = "topology_ms",
		[BOX_CASE] = "case_ms",
		[BOX_EVIDENCE] = "evidence_ms",
	};
	for (enum box_phase phase = 0; phase < BOX_PHASES; phase++) {
		double spent = phases ? phases_spent_ms(phases, phase) : -1;
		json_object_set_new(line, names[phase], spent < 0 ? json_null() : json_real(spent));
	}
}

static json_t *end_line(
	const struct case_log_frame *frame, const struct case_run *run, enum verdict verdict, int64_t t_ns)
{
	json_t *line = case_line("case_end", run->test);
	json_object_set_new(line, "kernel", text(frame->kernel));
	json_object_set_new(line, "verdict", text(verdict_name(verdict)));
	json_object_set_new(line, "virtual_ns", json_integer(t_ns));
	add_members(line, run->transcript->end);
	json_object_set_new(line, "wall_ms", json_real(run->wall_ms));
	add_phases(line, run->phases);
	return line;
}

int case_log_make(const struct case_log_frame *frame, const struct case_run *run, struct case_log *out, char **error)
{
	struct outcome outcome = { 0 };
	struct postmortem made = { 0 };
	struct case_log log = { .lines = json_array() };
	int status = judge(run, &made, &outcome);
	if (status != 0 || !log.lines) {
		status = sentence(error, -ENOMEM, "no memory for the results of %s", run->test->id);
		goto out;
	}
	json_t *verdict = verdict_line(frame, run, &outcome, &log.verdict);
	log.reason = member(verdict, "reason");
	log.explanation = member(verdict, "explanation");
	bool keep = !frame->directory || pcap_policy_keeps(frame->pcap, log.verdict);
	if (keep && frame->directory)
		status = keep_exhibits(frame, run, error);
	json_array_append_new(log.lines, start_line(frame, run));
	add_lines(log.lines, frame, run, keep);
	if (outcome.console) {
		json_t *console = case_line("console", run->test);
		json_object_set_new(console, "text", text(outcome.console));
		json_array_append_new(log.lines, console);
	}
	json_array_append_new(log.lines, verdict);
	json_t *end = end_line(frame, run, log.verdict, outcome.t_ns);
	log.virtual_ns = json_integer_value(json_object_get(end, "virtual_ns"));
	json_array_append_new(log.lines, end);
out:
	postmortem_free(&made);
	if (status != 0) {
		case_log_free(&log);
		return status;
	}
	*out = log;
	return 0;
}

void case_log_free(struct case_log *log)
{
	json_decref(log->lines);
	*log = (struct case_log){ 0 };
}
