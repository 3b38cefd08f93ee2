/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trial.c - the frame around a body: reports what it does, ends it at the first thing that is wrong, and at its end
 * fails a case with an observation that no expectation accounts for.
 */
#include "runner/engine/trial.h"

#include <check.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include "runner/engine/headline.h"
#include "runner/engine/numbers.h"

const struct settings *in_force_at(const struct trial *t, enum endpoint endpoint)
{
	return &t->in_force[endpoint];
}

const struct settings *in_force(const struct trial *t)
{
	const char *difference = settings_difference(&t->in_force[ENDPOINT_A], &t->in_force[ENDPOINT_B]);

	if (difference != NULL)
		trial_error((struct trial *)(uintptr_t)t,
			"a formula for both ends, which have another %s each: in_force_at() has one end's", difference);
	return &t->in_force[ENDPOINT_A];
}

vtime now(struct trial *t)
{
	return t->rehearsal != NULL ? t->rehearsed : trial_clock(t);
}

static void outsiders_leave(struct trial *t)
{
	for (unsigned i = 0; t->rehearsal == NULL && i < t->outsider_count; i++)
		t->outsiders[i].leave(t->outsiders[i].self);
}

void trial_fail(struct trial *t, enum verdict verdict, const char *reason, const char *expected, const char *got)
{
	evidence_decide(t->evidence, t->test_case, verdict, reason, expected, got);
	t->evidence->ended = now(t);
	outsiders_leave(t);
	if (t->rehearsal != NULL)
		longjmp(t->escape, 1);
	ck_abort_msg("%s", reason);
	abort(); /* not reached: Check has ended this process */
}

FILE *trial_text(struct trial *t, char *text, size_t size)
{
	FILE *out = fmemopen(text, size, "w");

	if (out == NULL)
		trial_error(t, "out of memory");
	return out;
}

void trial_print_observation(const struct trial *t, const struct observation *observation, FILE *out)
{
	fprintf(out, "%s: ", t->peers[observation->socket].name);
	observation_print(observation, out);
	fprintf(out, " at %.6f s", (double)observation->t / 1e9);
}

void trial_describe(struct trial *t, const struct observation *observation, char *text, size_t size)
{
	FILE *out = trial_text(t, text, size);

	trial_print_observation(t, observation, out);
	fclose(out);
}

void trial_error(struct trial *t, const char *format, ...)
{
	char reason[REASON_MAX];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(reason, sizeof(reason), format, arguments);
	va_end(arguments);
	trial_fail(t, VERDICT_ERROR, reason, NULL, NULL);
}

void skip(struct trial *t, const char *format, ...)
{
	char reason[REASON_MAX];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(reason, sizeof(reason), format, arguments);
	va_end(arguments);
	trial_fail(t, VERDICT_SKIP, reason, NULL, NULL);
}

void trial_action(struct trial *t, const char *format, ...)
{
	char text[STORY_TEXT_MAX];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	t->acted_at = now(t);
	if (t->rehearsal != NULL) {
		fprintf(t->rehearsal, "  %s\n", text);
		return;
	}
	evidence_tell(t->evidence, t->acted_at, "%s", text);
	evidence_log(
		t->box, t->test_case->id, "action", json_pack("{s:I, s:s}", "t_ns", (json_int_t)now(t), "text", text));
}

void observe(struct trial *t, const char *format, ...)
{
	char text[STORY_TEXT_MAX];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	if (t->rehearsal != NULL) {
		fprintf(t->rehearsal, "  observe %s\n", text);
		return;
	}
	evidence_tell(t->evidence, now(t), "OBSERVED: %s", text);
	evidence_log(t->box, t->test_case->id, "observation",
		json_pack("{s:I, s:s}", "t_ns", (json_int_t)now(t), "text", text));
}

static json_t *interval(vtime from, vtime to)
{
	return json_pack("[I, I]", (json_int_t)from, (json_int_t)to);
}

/* How far apart two runs may be that differ in nothing but seed and kernel, but for a tick. */
static json_t *left_to_chance(const struct window *window)
{
	return json_integer(window->to - window->from - window->slack);
}

static json_t *check_line(struct trial *t, const char *expected, const struct window *window, bool ok)
{
	json_t *line = json_pack("{s:I, s:s, s:b}", "t_ns", (json_int_t)now(t), "text", expected, "ok", ok);

	json_object_set_new(line, "window", window != NULL ? interval(window->from, window->to) : json_null());
	return line;
}

void trial_check_met(struct trial *t, const char *expected, const struct window *window, vtime at)
{
	json_t *line = check_line(t, expected, window, true);

	json_object_set_new(line, "at_ns", json_integer(at));
	json_object_set_new(line, "random_ns", left_to_chance(window));
	evidence_log(t->box, t->test_case->id, "check", line);
}

void trial_check_delays(struct trial *t, const char *expected, const struct flow *flow, unsigned first, unsigned last,
	const struct window *delay)
{
	json_t *line = check_line(t, expected, NULL, true);

	json_object_set_new(line, "flow", json_integer((json_int_t)flow->index));
	json_object_set_new(line, "messages", interval(first, last));
	json_object_set_new(line, "delay", interval(delay->from, delay->to));
	json_object_set_new(line, "random_ns", left_to_chance(delay));
	evidence_log(t->box, t->test_case->id, "check", line);
}

void trial_check(struct trial *t, const char *expected, const struct window *window, bool ok, const char *got)
{
	json_t *line = check_line(t, expected, window, ok);

	if (got != NULL)
		json_object_set_new(line, "got", json_string(got));
	evidence_log(t->box, t->test_case->id, "check", line);
}

void trial_check_path(struct trial *t, const char *expected, const struct window *window, const char *got,
	enum endpoint endpoint, unsigned path)
{
	json_t *line = check_line(t, expected, window, false);

	json_object_set_new(line, "got", json_string(got));
	json_object_set_new(line, "endpoint", json_string(endpoint_name(endpoint)));
	json_object_set_new(line, "path", json_integer((json_int_t)path));
	evidence_log(t->box, t->test_case->id, "check", line);
}

/* What came in while the body was not looking. */
static void take_the_rest(struct trial *t)
{
	size_t before;

	do {
		before = t->evidence->observation_count;
		pump(t, now(t));
	} while (t->evidence->observation_count != before);
}

static void nothing_unaccounted(struct trial *t)
{
	const struct evidence *evidence = t->evidence;
	const ptrdiff_t stranger = matcher_unexpected(evidence->accounted, evidence->observation_count);
	char got[STORY_TEXT_MAX], reason[REASON_MAX];

	if (stranger < 0)
		return;
	trial_describe(t, &evidence->observations[stranger], got, sizeof(got));
	trial_check(t, "no event that is not expected", NULL, false, got);
	headline_of_event(t, &evidence->observations[stranger], "not expected at all", reason, sizeof(reason));
	trial_fail(t, VERDICT_FAIL, reason, "no further event to the end of the case", got);
}

void trial_run_row(struct trial *t)
{
	t->test_case->of_row(t, t->test_case->row);
}

void trial_run_body(struct trial *t)
{
	numbers_begin(t);
	t->test_case->body(t);
	if (t->rehearsal != NULL)
		return;
	take_the_rest(t);
	flows_finish(t);
	waiting_finish(t);
	nothing_unaccounted(t);
	numbers_read(t);
	t->evidence->ended = now(t);
	t->evidence->completed = true;
	outsiders_leave(t);
}

void trial_free(struct trial *t)
{
	for (unsigned i = 0; i < t->peer_count; i++) {
		gs_free(t->peers[i].socket);
		if (t->peers[i].late > 0)
			close(t->peers[i].late);
	}
	for (unsigned i = 0; i < t->outsider_count; i++)
		t->outsiders[i].free(t->outsiders[i].self);
	for (unsigned i = 0; i < t->flow_count; i++)
		flow_free(&t->flows[i]);
	for (unsigned i = 0; i < t->waiting_count; i++)
		waiting_free(t->waiting[i]);
	t->peer_count = t->flow_count = t->waiting_count = t->outsider_count = 0;
}
