/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wire_check.c - packets as evidence: the body's questions are kept until the captures are complete, then
 * answered from them.
 */
#include "runner/engine/trial.h"

#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------------ chunks */

static uint8_t type_of(unsigned chunk)
{
	return (uint8_t)chunk;
}

/* -1: any will do. */
static int cause_of(unsigned chunk)
{
	return (int)(chunk >> 8) - 1;
}

static int cause_seen(const struct sighting *seen)
{
	return seen->length < 2 ? NO_CAUSE : seen->value[0] << 8 | seen->value[1];
}

static bool is_chunk(const struct sighting *seen, unsigned chunk)
{
	return seen->chunk == type_of(chunk) && (cause_of(chunk) < 0 || cause_of(chunk) == cause_seen(seen));
}

static void print_chunk(uint8_t type, int cause, FILE *out)
{
	fputs(chunk_name(type) ?: "unknown chunk", out);
	if (cause == NO_CAUSE)
		fputs(" without a cause", out);
	else if (cause > 0)
		fprintf(out, " with cause %d (%s)", cause, cause_name((uint16_t)cause) ?: "unknown");
}

static char letter(enum endpoint endpoint)
{
	return endpoint == ENDPOINT_A ? 'a' : 'b';
}

static enum endpoint other_than(enum endpoint endpoint)
{
	return endpoint == ENDPOINT_A ? ENDPOINT_B : ENDPOINT_A;
}

static void print_sent(const struct sent_chunk *sent, FILE *out)
{
	print_chunk(type_of(sent->chunk), cause_of(sent->chunk), out);
	fprintf(out, " from %c", letter(sent->from));
}

/* ------------------------------------------------------------------ asking */

static void print_question(const struct wire_check *check, FILE *out)
{
	switch (check->question) {
	case WIRE_SENT_FLAGS:
		fputs("send_failed says `sent` of exactly those messages that were on the wire", out);
		return;
	case WIRE_EXCHANGE:
		for (size_t i = 0; i < check->exchange_length; i++) {
			fputs(i > 0 ? ", then " : "", out);
			print_sent(&check->exchange[i], out);
		}
		fputs(" and no more of these, at both ends", out);
		return;
	case WIRE_NEVER:
		fputs("no ", out);
		break;
	case WIRE_ONE_PATH:
		fputs("every ", out);
		break;
	case WIRE_AT_LEAST:
	case WIRE_AT_MOST:
		fprintf(out, "at %s %u ", check->question == WIRE_AT_LEAST ? "least" : "most", check->count);
		break;
	}
	print_sent(&check->sent, out);
	if (check->question == WIRE_ONE_PATH)
		fputs(" leaves on one and the same path", out);
	else
		fprintf(out, " leaves on path %u", check->path);
}

static void print_check(const struct trial *t, const struct wire_check *check, FILE *out)
{
	const struct window *within = &check->within;
	/* An exchange may be over in less than a millisecond. */
	const int decimals = check->question == WIRE_EXCHANGE && t->rehearsal == NULL ? 6 : 3;

	print_question(check, out);
	if (check->question != WIRE_SENT_FLAGS && (within->to != VTIME_FOREVER || t->rehearsal == NULL))
		fprintf(out, " within %.*f .. %.*f s", decimals, (double)within->from / 1e9, decimals,
			(double)within->to / 1e9);
}

void wire_ask(struct trial *t, const struct wire_check *check)
{
	struct evidence *evidence = t->evidence;

	if (evidence->wire_count == WIRE_CHECKS_MAX)
		trial_error(t, "more than %d questions to the captures", WIRE_CHECKS_MAX);
	evidence->wire_checks[evidence->wire_count++] = *check;
	if (t->rehearsal == NULL || check->question == WIRE_SENT_FLAGS)
		return;
	fputs("  expect in the captures: ", t->rehearsal);
	print_check(t, check, t->rehearsal);
	fputc('\n', t->rehearsal);
}

static void ask(struct trial *t, enum wire_question question, unsigned count, enum endpoint from, unsigned path,
	unsigned chunk, struct window within)
{
	const struct wire_check check = {
		.question = question, .sent = { from, chunk }, .path = path, .count = count, .within = within
	};

	if (within.to <= within.from)
		trial_error(t, "a question to the captures without a window");
	if (path >= t->test_case->topology->paths)
		trial_error(t, "a question to the captures of path %u", path);
	wire_ask(t, &check);
}

struct window since(struct trial *t, vtime instant)
{
	return between(instant, now(t));
}

void expect_sent(struct trial *t, enum endpoint from, unsigned path, unsigned chunk, struct window within)
{
	ask(t, WIRE_AT_LEAST, 1, from, path, chunk, within);
}

void expect_sent_at_least(
	struct trial *t, unsigned count, enum endpoint from, unsigned path, unsigned chunk, struct window within)
{
	if (count == 0)
		trial_error(t, "at least none is no question to the captures");
	ask(t, WIRE_AT_LEAST, count, from, path, chunk, within);
}

void expect_sent_at_most(
	struct trial *t, unsigned count, enum endpoint from, unsigned path, unsigned chunk, struct window within)
{
	ask(t, WIRE_AT_MOST, count, from, path, chunk, within);
}

void expect_sent_exactly(
	struct trial *t, unsigned count, enum endpoint from, unsigned path, unsigned chunk, struct window within)
{
	ask(t, WIRE_AT_LEAST, count, from, path, chunk, within);
	ask(t, WIRE_AT_MOST, count, from, path, chunk, within);
}

void expect_not_sent(struct trial *t, enum endpoint from, unsigned path, unsigned chunk, struct window within)
{
	ask(t, WIRE_NEVER, 0, from, path, chunk, within);
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
	ask(t, WIRE_ONE_PATH, 0, from, 0, chunk, within);
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
	struct wire_check check = {
		.question = WIRE_EXCHANGE, .within = between(t->acted_at, now(t)), .exchange_length = count / 2
	};

	if (check.within.to <= check.within.from)
		trial_error(t, "an exchange for which no time was given");
	if (count % 2 != 0 || count == 0 || count > 2 * EXCHANGE_MAX)
		trial_error(
			t, "an exchange of %zu words, not of 1 to %d chunks with their senders", count, EXCHANGE_MAX);
	for (size_t i = 0; i < count / 2; i++) {
		if (words[2 * i] > ENDPOINT_B)
			trial_error(t, "chunk %zu of an exchange is from nobody", i + 1);
		check.exchange[i] = (struct sent_chunk){ (enum endpoint)words[2 * i], words[2 * i + 1] };
	}
	wire_ask(t, &check);
}

/* ------------------------------------------------------------------ answering */

struct count {
	unsigned found;
	vtime first;
};

static struct count count_chunks(const struct capture *capture, const struct wire_check *check, int64_t origin)
{
	struct count count = { 0 };

	for (size_t i = 0; i < capture->count; i++) {
		const struct sighting *seen = &capture->sightings[i];
		const vtime at = seen->at_ns - origin;

		if (!seen->sent || at < check->within.from || at > check->within.to ||
			!is_chunk(seen, check->sent.chunk))
			continue;
		if (count.found++ == 0)
			count.first = at;
	}
	return count;
}

/* The messages of the flow that are in the packets sent. */
static void note_messages(const struct capture *capture, unsigned of_flow, bool *messages)
{
	unsigned flow, stream, message;

	for (size_t i = 0; i < capture->count; i++) {
		const struct sighting *seen = &capture->sightings[i];

		if (seen->chunk != CHUNK_DATA || !seen->sent || seen->length < 12)
			continue;
		if (payload_parse(seen->value + 12, seen->length - 12, &flow, &stream, &message) && flow == of_flow &&
			message < FLOW_MESSAGES_MAX)
			messages[message] = true;
	}
}

/* `got` says what was found. A capture that cannot be read is our failure, not the kernel's. */
enum answer { AS_EXPECTED, OTHERWISE, UNREADABLE };

static enum answer unreadable(unsigned path, char *got, size_t size)
{
	snprintf(got, size, "the capture of path %u is missing or damaged", path);
	return UNREADABLE;
}

static enum answer judge_flags(
	struct trial *t, const struct wire_check *check, const struct captures *captures, char *got, size_t size)
{
	bool messages[FLOW_MESSAGES_MAX] = { false };

	for (unsigned path = 0; path < captures->topology->paths; path++) {
		const struct capture *capture = &captures->at[check->sent.from][path];

		if (!capture->whole)
			return unreadable(path, got, size);
		note_messages(capture, check->flow, messages);
	}
	for (unsigned message = 0; message < FLOW_MESSAGES_MAX; message++) {
		const unsigned char flag = t->evidence->failed_flags[check->flow][message];

		if (flag != 0 && (flag == 2) != messages[message]) {
			snprintf(got, size, "message %u is told as %s and was %son the wire", message,
				flag == 2 ? "sent" : "unsent", messages[message] ? "" : "not ");
			return OTHERWISE;
		}
	}
	return AS_EXPECTED;
}

static bool count_fits(const struct wire_check *check, unsigned found)
{
	switch (check->question) {
	case WIRE_AT_LEAST:
		return found >= check->count;
	case WIRE_NEVER:
		return found == 0;
	case WIRE_AT_MOST:
		return found <= check->count;
	case WIRE_ONE_PATH:
	case WIRE_EXCHANGE:
	case WIRE_SENT_FLAGS:
		break;
	}
	return false;
}

static enum answer judge_count(
	const struct wire_check *check, const struct captures *captures, int64_t origin, char *got, size_t size)
{
	const struct capture *capture = &captures->at[check->sent.from][check->path];
	struct count count;

	if (!capture->whole)
		return unreadable(check->path, got, size);
	count = count_chunks(capture, check, origin);
	if (count.found == 0)
		snprintf(got, size, "none");
	else
		snprintf(got, size, "%u, the first at %.6f s", count.found, (double)count.first / 1e9);
	return count_fits(check, count.found) ? AS_EXPECTED : OTHERWISE;
}

static enum answer judge_one_path(struct trial *t, const struct wire_check *check, const struct captures *captures,
	int64_t origin, char *got, size_t size)
{
	unsigned carrying = 0;
	FILE *out = trial_text(t, got, size);

	for (unsigned path = 0; path < captures->topology->paths; path++) {
		const struct capture *capture = &captures->at[check->sent.from][path];

		if (!capture->whole) {
			fclose(out);
			return unreadable(path, got, size);
		}
		const unsigned found = count_chunks(capture, check, origin).found;
		fprintf(out, "%spath %u: %u", path > 0 ? ", " : "", path, found);
		carrying += found > 0;
	}
	fclose(out);
	return carrying == 1 ? AS_EXPECTED : OTHERWISE;
}

/* ------------------------------------------------------------------ an exchange */

static bool is_of_exchange(const struct wire_check *check, const struct sighting *seen, vtime at)
{
	for (size_t i = 0; i < check->exchange_length; i++)
		if (seen->chunk == type_of(check->exchange[i].chunk))
			return at >= check->within.from && at <= check->within.to;
	return false;
}

/* The next chunk that an endpoint sent or saw arrive, whatever the path, of the types that are in the exchange. */
static const struct sighting *next_of_exchange(
	const struct wire_check *check, const struct capture *at, unsigned paths, int64_t origin, size_t *next)
{
	const struct sighting *first = NULL;
	unsigned of_path = 0;

	for (unsigned path = 0; path < paths; path++) {
		const struct sighting *seen = at[path].sightings;

		while (next[path] < at[path].count &&
			!is_of_exchange(check, &seen[next[path]], seen[next[path]].at_ns - origin))
			next[path]++;
		if (next[path] == at[path].count || (first != NULL && first->at_ns <= seen[next[path]].at_ns))
			continue;
		first = &seen[next[path]];
		of_path = path;
	}
	if (first != NULL)
		next[of_path]++;
	return first;
}

/* What is wrong with the exchange in the captures of one endpoint; false: nothing. */
static bool find_disorder(
	const struct wire_check *check, const struct captures *captures, enum endpoint at, int64_t origin, FILE *out)
{
	const struct sent_chunk *due = check->exchange, *const end = due + check->exchange_length;
	size_t next[NET_PATHS_MAX] = { 0 };
	const struct sighting *seen;

	while ((seen = next_of_exchange(check, captures->at[at], captures->topology->paths, origin, next)) != NULL) {
		const enum endpoint from = seen->sent ? at : other_than(at);

		if (due < end && is_chunk(seen, due->chunk) && due->from == from) {
			due++;
			continue;
		}
		fprintf(out, "at %c ", letter(at));
		print_chunk(seen->chunk, seen->chunk == ABORT || seen->chunk == ERROR ? cause_seen(seen) : -1, out);
		fprintf(out, " from %c at %.6f s, ", letter(from), (double)(seen->at_ns - origin) / 1e9);
		fputs(due < end ? "where it should be " : "after the last", out);
		if (due < end)
			print_sent(due, out);
		return true;
	}
	if (due == end)
		return false;
	fprintf(out, "at %c no ", letter(at));
	print_sent(due, out);
	if (due > check->exchange) {
		fputs(" after ", out);
		print_sent(due - 1, out);
	}
	return true;
}

static enum answer judge_exchange(struct trial *t, const struct wire_check *check, const struct captures *captures,
	int64_t origin, char *got, size_t size)
{
	bool wrong = false;

	for (enum endpoint at = ENDPOINT_A; at <= ENDPOINT_B; at++)
		for (unsigned path = 0; path < captures->topology->paths; path++)
			if (!captures->at[at][path].whole)
				return unreadable(path, got, size);
	for (enum endpoint at = ENDPOINT_A; at <= ENDPOINT_B && !wrong; at++) {
		FILE *out = trial_text(t, got, size);

		wrong = find_disorder(check, captures, at, origin, out);
		fclose(out);
	}
	return wrong ? OTHERWISE : AS_EXPECTED;
}

/* ------------------------------------------------------------------ all of them */

static enum answer judge(struct trial *t, const struct wire_check *check, const struct captures *captures,
	int64_t origin, char *got, size_t size)
{
	switch (check->question) {
	case WIRE_SENT_FLAGS:
		return judge_flags(t, check, captures, got, size);
	case WIRE_ONE_PATH:
		return judge_one_path(t, check, captures, origin, got, size);
	case WIRE_EXCHANGE:
		return judge_exchange(t, check, captures, origin, got, size);
	case WIRE_AT_LEAST:
	case WIRE_NEVER:
	case WIRE_AT_MOST:
		break;
	}
	return judge_count(check, captures, origin, got, size);
}

void wire_judge(struct trial *t, const struct captures *captures, int64_t realtime_minus_start)
{
	for (size_t i = 0; i < t->evidence->wire_count; i++) {
		const struct wire_check *check = &t->evidence->wire_checks[i];
		char expected[STORY_TEXT_MAX * 2], got[STORY_TEXT_MAX * 2];
		FILE *out = fmemopen(expected, sizeof(expected), "w");
		enum answer answer;

		if (out == NULL) {
			/* A question that was not answered must not look like one that was. */
			evidence_decide(t->evidence, t->test_case, VERDICT_ERROR, "out of memory", NULL, NULL);
			return;
		}
		print_check(t, check, out);
		fclose(out);
		answer = judge(t, check, captures, realtime_minus_start, got, sizeof(got));
		trial_check(t, expected, check->question == WIRE_SENT_FLAGS ? NULL : &check->within,
			answer == AS_EXPECTED, answer == AS_EXPECTED ? NULL : got);
		if (answer == OTHERWISE)
			evidence_decide(t->evidence, t->test_case, VERDICT_FAIL, "the packets are not as expected",
				expected, got);
		if (answer == UNREADABLE)
			evidence_decide(t->evidence, t->test_case, VERDICT_ERROR, got, expected, got);
	}
}
