/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ask.c - packets as evidence: the verbs that ask of them. The host has the answers, when the case is over
 * (verdict/questions.h); until then the questions are kept.
 */
#include "runner/engine/trial.h"

#include <string.h>

void asked_here(struct trial *t, const char *file, int line)
{
	snprintf(t->asked_at, sizeof(t->asked_at), "%s:%d", file, line);
}

void trial_ask(struct trial *t, const struct question *question)
{
	struct evidence *evidence = t->evidence;
	struct question *kept = &evidence->questions[evidence->question_count];

	if (evidence->question_count == QUESTIONS_MAX)
		trial_error(t, "more than %d questions to the captures", QUESTIONS_MAX);
	evidence->question_count++;
	*kept = *question;
	memcpy(kept->asked_at, t->asked_at, sizeof(kept->asked_at));
	if (t->rehearsal == NULL || question->kind == ASK_SENT_FLAGS)
		return;
	fputs("  expect in the captures: ", t->rehearsal);
	question_print(question, true, t->rehearsal);
	fputc('\n', t->rehearsal);
}

void trial_log_questions(struct trial *t)
{
	for (size_t i = 0; i < t->evidence->question_count; i++) {
		json_t *line = json_pack("{s:I}", "t_ns", (json_int_t)t->evidence->ended);
		json_t *members = question_members(&t->evidence->questions[i]);

		json_object_update(line, members);
		json_decref(members);
		evidence_log(t->box, t->test_case->id, "question", line);
	}
}

/* ------------------------------------------------------------------ the verbs */

static void ask(struct trial *t, enum question_kind kind, unsigned count, enum endpoint from, unsigned path,
	unsigned chunk, struct window within)
{
	const struct question question = {
		.kind = kind, .sent = { from, chunk }, .path = path, .count = count, .within = within
	};

	if (within.to <= within.from)
		trial_error(t, "a question to the captures without a window");
	if (path >= t->test_case->topology->paths)
		trial_error(t, "a question to the captures of path %u", path);
	trial_ask(t, &question);
}

struct window since(struct trial *t, vtime instant)
{
	return between(instant, now(t));
}

void expect_sent(struct trial *t, enum endpoint from, unsigned path, unsigned chunk, struct window within)
{
	ask(t, ASK_AT_LEAST, 1, from, path, chunk, within);
}

void expect_sent_at_least(
	struct trial *t, unsigned count, enum endpoint from, unsigned path, unsigned chunk, struct window within)
{
	if (count == 0)
		trial_error(t, "at least none is no question to the captures");
	ask(t, ASK_AT_LEAST, count, from, path, chunk, within);
}

void expect_sent_at_most(
	struct trial *t, unsigned count, enum endpoint from, unsigned path, unsigned chunk, struct window within)
{
	ask(t, ASK_AT_MOST, count, from, path, chunk, within);
}

void expect_sent_exactly(
	struct trial *t, unsigned count, enum endpoint from, unsigned path, unsigned chunk, struct window within)
{
	ask(t, ASK_AT_LEAST, count, from, path, chunk, within);
	ask(t, ASK_AT_MOST, count, from, path, chunk, within);
}

void expect_not_sent(struct trial *t, enum endpoint from, unsigned path, unsigned chunk, struct window within)
{
	ask(t, ASK_NEVER, 0, from, path, chunk, within);
}

void expect_sent_by_both(struct trial *t, unsigned path, unsigned chunk, struct window within)
{
	expect_sent(t, A, path, chunk, within);
	expect_sent(t, B, path, chunk, within);
}

void expect_not_sent_by_both(struct trial *t, unsigned path, unsigned chunk, struct window within)
{
	expect_not_sent(t, A, path, chunk, within);
	expect_not_sent(t, B, path, chunk, within);
}

void expect_sent_on_one_path(struct trial *t, enum endpoint from, unsigned chunk, struct window within)
{
	ask(t, ASK_ONE_PATH, 0, from, 0, chunk, within);
}

void expect_over(struct trial *t, struct peer *from, struct peer *to, unsigned path)
{
	struct flow *data = say(t, from, to);

	expect_delivered(t, data, promptly());
	const struct window meanwhile = since(t, flow_sent_at(data, 0));
	expect_sent(t, from->endpoint, path, DATA, meanwhile);
	for (unsigned other = 0; other < t->test_case->topology->paths; other++)
		if (other != path)
			expect_not_sent(t, from->endpoint, other, DATA, meanwhile);
}

void expect_served_over(struct trial *t, struct pair pair, unsigned path)
{
	const vtime began = now(t);

	expect_delivered_both_ways(t, pair);
	const struct window meanwhile = since(t, began);
	expect_sent_by_both(t, path, DATA, meanwhile);
	for (unsigned other = 0; other < t->test_case->topology->paths; other++)
		if (other != path)
			expect_not_sent_by_both(t, other, DATA, meanwhile);
}

void expect_exchange_of(struct trial *t, const unsigned *words, size_t count)
{
	struct question question = {
		.kind = ASK_EXCHANGE, .within = between(t->acted_at, now(t)), .exchange_length = count / 2
	};

	if (question.within.to <= question.within.from)
		trial_error(t, "an exchange for which no time was given");
	if (count % 2 != 0 || count == 0 || count > 2 * EXCHANGE_MAX)
		trial_error(
			t, "an exchange of %zu words, not of 1 to %d chunks with their senders", count, EXCHANGE_MAX);
	for (size_t i = 0; i < count / 2; i++) {
		if (words[2 * i] > ENDPOINT_B)
			trial_error(t, "chunk %zu of an exchange is from nobody", i + 1);
		question.exchange[i] = (struct asked_chunk){ (enum endpoint)words[2 * i], words[2 * i + 1] };
	}
	trial_ask(t, &question);
}
