/* SPDX-License-Identifier: Apache-2.0 */
/*
 * case_result.c - the result of a case.
 *
 * The agent's verdict counts, with four exceptions. Packets that are not as the case expects fail it. A kernel that
 * reports an oops or panic on its console has crashed, whatever the case saw. A kernel that complains there has failed,
 * even if the case saw nothing wrong. A damaged transcript proves nothing.
 */
#include "runner/verdict/case_log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runner/verdict/line.h"
#include "runner/verdict/path_times.h"
#include "runner/verdict/postmortem.h"
#include "runner/verdict/questions.h"
#include "runner/verdict/refereed.h"

/* Copies a text as the log needs it: valid UTF-8. */
static char *copy(const char *words)
{
	json_t *clean = line_text(words);
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

/* Whether the packets can change it: what is asked is about a body that came to its end. */
static bool may_be_answered(enum verdict said)
{
	return said == VERDICT_PASS || said == VERDICT_FAIL;
}

/* Judges without the referee and the list of known issues. */
static int judge(const struct attempt_ending *run, const struct answers *answers, struct case_result *out)
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
	enum verdict said = verdict_parse(line_member(transcript->verdict, "verdict"));
	const bool answered = answers->verdict != VERDICT_NONE && may_be_answered(said);
	if (answered)
		said = answers->verdict;
	bool good = trusted && verdict_is_expected(said);
	bool doubted = console_find_oops(run->console) || (good && console_find_complaint(run->console));
	out->t_ns = latest_time(transcript);
	if (!trusted || doubted)
		return judge_by_end(run, trusted, out);
	out->verdict = said;
	out->reason = copy(answered ? answers->reason : line_member(transcript->verdict, "reason"));
	out->explanation = copy(answered ? answers->explanation : line_member(transcript->verdict, "explanation"));
	return 0;
}

/* The check that decided the verdict: the first that did not hold. */
static const char *failed_check(const json_t *lines)
{
	size_t i;
	json_t *line;
	json_array_foreach(lines, i, line) {
		if (strcmp(line_member(line, "type"), "check") == 0 && json_is_false(json_object_get(line, "ok")))
			return line_member(line, "text");
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

/* Of a failure about a path: what left there, before the timeline. */
static int tell_path_times(const struct trace *trace, struct case_result *result)
{
	const char *at = result->verdict == VERDICT_FAIL ? strstr(result->explanation, "\ntimeline") : NULL;
	char *times = at ? path_times(result->lines, trace) : NULL, *both;
	int length;
	if (!times)
		return 0;
	at++;
	length = asprintf(&both, "%.*s%s%s", (int)(at - result->explanation), result->explanation, times, at);
	free(times);
	if (length < 0)
		return -ENOMEM;
	free(result->explanation);
	result->explanation = both;
	return 0;
}

/* The referee judges whatever came whole. What it finds fails a case that would have passed; of one that has failed it
 * is told, too. */
static int ask_referee(const struct case_frame *frame, const struct attempt_ending *run, const struct trace *trace,
	struct case_result *result)
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
	int status = refereed_judge(&of, trace, &refereed);
	if (status != 0)
		return status;
	if (json_array_extend(result->lines, refereed.findings) != 0)
		status = -ENOMEM;
	result->applied = json_incref(refereed.applied);
	if (status == 0)
		status = tell_path_times(trace, result);
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
	const char *name = line_member(line, "file");
	snprintf(usual, sizeof(usual), "%.32s-path%d.pcap", line_member(line, "endpoint"),
		(int)json_integer_value(json_object_get(line, "path")));
	return transcript_file(transcript, *name ? name : usual);
}

static json_t *take_lines(const struct transcript *transcript)
{
	json_t *lines = json_array(), *line;
	size_t i;
	json_array_foreach(transcript->lines, i, line) {
		if (!line_is_capture(line)) {
			json_array_append(lines, line);
			continue;
		}
		const struct evidence_file *evidence_file = evidence_file_of(transcript, line);
		json_t *own = json_copy(line);
		json_object_set_new(own, "file", evidence_file ? line_text(evidence_file->name) : json_null());
		json_array_append_new(lines, own);
	}
	return lines;
}

/* Judges by the trace and by how the attempt ended. */
static int judge_trace(const struct case_frame *frame, const struct attempt_ending *run, const struct trace *trace,
	struct case_result *result)
{
	struct answers answers;
	int status = trace_tell_captures(trace, result->lines);
	if (status == 0)
		status = questions_answer(frame->test_case, trace, result->lines, &answers);
	if (status != 0)
		return status;
	status = judge(run, &answers, result);
	answers_free(&answers);
	if (status == 0 && (!result->reason || !result->explanation))
		status = -ENOMEM;
	return status == 0 ? ask_referee(frame, run, trace, result) : status;
}

static int make_trace(const struct case_frame *frame, const struct attempt_ending *run,
	const struct case_result *result, struct trace *out)
{
	const struct transcript *transcript = run->transcript;
	return trace_make(frame->test_case->topology, result->lines, transcript->evidence_files,
		transcript->n_evidence_files, json_integer_value(json_object_get(transcript->verdict, "t_ns")), out);
}

int case_judge(const struct case_frame *frame, const struct attempt_ending *run, struct case_result *out)
{
	struct case_result result = {
		.seed = run->seed,
		.wall_ms = run->wall_ms,
		.start = json_incref(run->transcript->start),
		.lines = take_lines(run->transcript),
	};
	struct trace trace;
	int status = result.lines ? make_trace(frame, run, &result, &trace) : -ENOMEM;
	if (status == 0) {
		status = judge_trace(frame, run, &trace, &result);
		trace_free(&trace);
	}
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
