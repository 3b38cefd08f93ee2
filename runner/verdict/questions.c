/* SPDX-License-Identifier: Apache-2.0 */
/* questions.c - see questions.h. */
#include "runner/verdict/questions.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runner/engine/evidence.h"
#include "runner/engine/question.h"
#include "runner/verdict/reply.h"
#include "runner/verdict/trace.h"

static const char *word(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));
	return text ? text : "";
}

/* ---- What is said of it ---- */

static json_t *check_line(
	const json_t *line, const struct question *question, const char *expected, const struct reply *reply)
{
	const bool right = reply->what == AS_EXPECTED;
	json_t *check = json_pack("{s:s, s:O, s:s, s:b, s:o, s:o}", "type", "check", "t_ns",
		json_object_get(line, "t_ns"), "text", expected, "ok", right, "window",
		question->kind == ASK_SENT_FLAGS
			? json_null()
			: json_pack("[I, I]", (json_int_t)question->within.from, (json_int_t)question->within.to),
		"question", question_members(question));
	if (check && !right)
		json_object_set_new(check, "got", json_string(reply->got));
	return check;
}

static char *explain(const struct test_case *test_case, const struct trace *trace, const struct question *question,
	const char *expected, const struct reply *reply)
{
	char *words = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&words, &length);
	if (!out)
		return NULL;
	fputs("covers   ", out);
	for (const char *const *id = test_case->requirements; id && *id; id++)
		fprintf(out, " %s", *id);
	fprintf(out, "\nsource    %s:%d", test_case->file, test_case->line);
	if (question->asked_at[0])
		fprintf(out, ", asked at %s", question->asked_at);
	fprintf(out, "\nexpected  %s\ngot       %s\n", expected, reply->got);
	if (reply->what == OTHERWISE)
		packets_around_print(&reply->place, (struct captured_packets){ trace->packets, trace->n_packets }, out);
	if (fclose(out) == 0)
		return words;
	free(words);
	return NULL;
}

static int decide(const struct test_case *test_case, const struct trace *trace, const struct question *question,
	const char *expected, const struct reply *reply, struct answers *out)
{
	if (out->verdict != VERDICT_NONE || reply->what == AS_EXPECTED)
		return 0;
	out->verdict = reply->what == OTHERWISE ? VERDICT_FAIL : VERDICT_ERROR;
	out->reason = strdup(reply->what == OTHERWISE ? "the packets are not as expected" : reply->got);
	out->explanation = explain(test_case, trace, question, expected, reply);
	return out->reason && out->explanation ? 0 : -ENOMEM;
}

static char *sentence_of(const struct question *question)
{
	char *words = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&words, &length);
	if (!out)
		return NULL;
	question_print(question, false, out);
	if (fclose(out) == 0)
		return words;
	free(words);
	return NULL;
}

/* ---- All of them ---- */

/* No case asks more, and who does is not to take all our time. */
static void answer_so_many(const struct question *question, const struct trace *trace, const json_t *lines,
	size_t asked, struct reply *out)
{
	if (asked <= QUESTIONS_MAX) {
		reply_make(question, trace, lines, out);
		return;
	}
	*out = (struct reply){ .what = UNKNOWN };
	snprintf(out->got, sizeof(out->got), "more than %d questions to the captures", QUESTIONS_MAX);
}

/* The i-th line, in which the `asked`-th question is. */
static int answer_line(const struct test_case *test_case, const struct trace *trace, json_t *lines, size_t i,
	size_t asked, struct answers *out)
{
	const json_t *line = json_array_get(lines, i);
	struct question question;
	struct reply reply;
	if (!question_read(line, &question)) /* which no transcript has in it */
		return 0;
	char *expected = sentence_of(&question);
	if (!expected)
		return -ENOMEM;
	answer_so_many(&question, trace, lines, asked, &reply);
	int status = decide(test_case, trace, &question, expected, &reply, out);
	if (status == 0 && json_array_set_new(lines, i, check_line(line, &question, expected, &reply)) != 0)
		status = -ENOMEM;
	free(expected);
	return status;
}

int questions_answer(const struct test_case *test_case, const struct trace *trace, json_t *lines, struct answers *out)
{
	struct answers answers = { .verdict = VERDICT_NONE };
	size_t asked = 0;
	int status = 0;
	for (size_t i = 0; status == 0 && i < json_array_size(lines); i++)
		if (strcmp(word(json_array_get(lines, i), "type"), "question") == 0)
			status = answer_line(test_case, trace, lines, i, ++asked, &answers);
	if (status != 0)
		answers_free(&answers);
	else
		*out = answers;
	return status;
}

void answers_free(struct answers *answers)
{
	free(answers->reason);
	free(answers->explanation);
	*answers = (struct answers){ .verdict = VERDICT_NONE };
}
