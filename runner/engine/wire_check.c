/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wire_check.c - packets as evidence: the body's questions are kept until the captures are complete, then
 * answered from them.
 */
#include "runner/engine/trial.h"

#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------------ asking */

static void print_wire(const struct trial *t, const struct wire_check *check, FILE *out)
{
	const struct wire *wire = &check->wire;
	const char *from = wire->from == ENDPOINT_A ? "a" : "b";
	const char *chunk = chunk_name(wire->chunk) ?: "unknown chunk";

	if (check->question == WIRE_SENT_FLAGS) {
		fprintf(out, "send_failed says `sent` of exactly those messages that were on the wire");
		return;
	}
	if (check->question == WIRE_NEVER)
		fprintf(out, "no %s", chunk);
	else if (check->question == WIRE_ONE_PATH)
		fprintf(out, "every %s", chunk);
	else
		fprintf(out, "at %s %u %s", check->question == WIRE_AT_LEAST ? "least" : "most",
			check->question == WIRE_AT_LEAST ? wire->at_least : wire->at_most, chunk);
	fprintf(out, " from %s %s ", from, wire->arrived ? "arrives over" : "leaves on");
	if (check->question == WIRE_ONE_PATH)
		fprintf(out, "one and the same path");
	else
		fprintf(out, "path %u", wire->path);
	if (wire->within.to != VTIME_FOREVER || t->rehearsal == NULL)
		fprintf(out, " within %.3f .. %.3f s", (double)wire->within.from / 1e9, (double)wire->within.to / 1e9);
}

static void ask(struct trial *t, enum wire_question question, const struct wire *wire)
{
	struct evidence *evidence = t->evidence;
	struct wire_check check = { .question = question, .wire = *wire, .from = wire->from };

	if (evidence->wire_count == WIRE_CHECKS_MAX)
		trial_error(t, "more than %d questions to the captures", WIRE_CHECKS_MAX);
	if (wire->within.to <= wire->within.from)
		trial_error(t, "a question to the captures without a window");
	if (question == WIRE_AT_LEAST && check.wire.at_least == 0)
		check.wire.at_least = 1;
	evidence->wire_checks[evidence->wire_count++] = check;
	if (t->rehearsal == NULL)
		return;
	fputs("  expect in the captures: ", t->rehearsal);
	print_wire(t, &check, t->rehearsal);
	fputc('\n', t->rehearsal);
}

void expect_on_wire(struct trial *t, struct wire wire)
{
	ask(t, WIRE_AT_LEAST, &wire);
}

void expect_never_on_wire(struct trial *t, struct wire wire)
{
	ask(t, WIRE_NEVER, &wire);
}

void expect_on_wire_at_most(struct trial *t, struct wire wire)
{
	ask(t, WIRE_AT_MOST, &wire);
}

void expect_on_one_path(struct trial *t, struct wire wire)
{
	ask(t, WIRE_ONE_PATH, &wire);
}

/* ------------------------------------------------------------------ answering */

static const struct capture *capture_at(const struct captures *captures, const struct wire_check *check, unsigned path)
{
	const enum endpoint from = check->wire.from, other = from == ENDPOINT_A ? ENDPOINT_B : ENDPOINT_A;

	return &captures->at[check->wire.arrived ? other : from][path];
}

struct count {
	unsigned found;
	vtime first;
};

static struct count count_chunks(const struct capture *capture, const struct wire *wire, int64_t origin)
{
	struct count count = { 0 };

	for (size_t i = 0; i < capture->count; i++) {
		const struct sighting *seen = &capture->sightings[i];
		const vtime at = seen->at_ns - origin;

		if (seen->chunk != wire->chunk || seen->sent == wire->arrived || at < wire->within.from ||
			at > wire->within.to)
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
		const struct capture *capture = &captures->at[check->from][path];

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
		return found >= check->wire.at_least;
	case WIRE_NEVER:
		return found == 0;
	case WIRE_AT_MOST:
		return found <= check->wire.at_most;
	case WIRE_ONE_PATH:
	case WIRE_SENT_FLAGS:
		break;
	}
	return false;
}

static enum answer judge_count(
	const struct wire_check *check, const struct captures *captures, int64_t origin, char *got, size_t size)
{
	const struct wire *wire = &check->wire;
	const struct capture *capture = capture_at(captures, check, wire->path);
	struct count count;

	if (!capture->whole)
		return unreadable(wire->path, got, size);
	count = count_chunks(capture, wire, origin);
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
		const struct capture *capture = capture_at(captures, check, path);

		if (!capture->whole) {
			fclose(out);
			return unreadable(path, got, size);
		}
		const unsigned found = count_chunks(capture, &check->wire, origin).found;
		fprintf(out, "%spath %u: %u", path > 0 ? ", " : "", path, found);
		carrying += found > 0;
	}
	fclose(out);
	return carrying == 1 ? AS_EXPECTED : OTHERWISE;
}

static enum answer judge(struct trial *t, const struct wire_check *check, const struct captures *captures,
	int64_t origin, char *got, size_t size)
{
	switch (check->question) {
	case WIRE_SENT_FLAGS:
		return judge_flags(t, check, captures, got, size);
	case WIRE_ONE_PATH:
		return judge_one_path(t, check, captures, origin, got, size);
	case WIRE_AT_LEAST:
	case WIRE_NEVER:
	case WIRE_AT_MOST:
		break;
	}
	return judge_count(check, captures, origin, got, size);
}

void wire_judge(struct trial *t, const struct captures *captures, int64_t realtime_minus_origin)
{
	for (size_t i = 0; i < t->evidence->wire_count; i++) {
		const struct wire_check *check = &t->evidence->wire_checks[i];
		char expected[STORY_TEXT_MAX * 2], got[STORY_TEXT_MAX];
		FILE *out = fmemopen(expected, sizeof(expected), "w");
		enum answer answer;

		if (out == NULL) {
			/* A question that was not answered must not look like one that was. */
			evidence_decide(t->evidence, t->test_case, VERDICT_ERROR, "out of memory", NULL, NULL);
			return;
		}
		print_wire(t, check, out);
		fclose(out);
		answer = judge(t, check, captures, realtime_minus_origin, got, sizeof(got));
		trial_check(t, expected, check->question == WIRE_SENT_FLAGS ? NULL : &check->wire.within,
			answer == AS_EXPECTED, answer == AS_EXPECTED ? NULL : got);
		if (answer == OTHERWISE)
			evidence_decide(t->evidence, t->test_case, VERDICT_FAIL, "the packets are not as expected",
				expected, got);
		if (answer == UNREADABLE)
			evidence_decide(t->evidence, t->test_case, VERDICT_ERROR, got, expected, got);
	}
}
