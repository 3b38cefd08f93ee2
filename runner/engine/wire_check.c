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
		fprintf(out, " within %.3f .. %.3f s", (double)wire->within.from / 1e9,
			(double)wire->within.to / 1e9);
}

static void ask(struct trial *t, enum wire_question question, const struct wire *wire)
{
	struct evidence *evidence = t->evidence;
	struct wire_check check = {.question = question, .wire = *wire, .from = wire->from};

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

struct capture {
	uint8_t *bytes;
	size_t length;
};

static bool read_capture(
	const char *directory, enum endpoint endpoint, unsigned path, struct capture *out)
{
	char name[256];
	FILE *file;

	snprintf(name, sizeof(name), "%s/%c-path%u.pcap", directory, endpoint == ENDPOINT_A ? 'a' : 'b',
		path);
	*out = (struct capture){0};
	file = fopen(name, "r");
	if (file == NULL)
		return false;
	if (fseek(file, 0, SEEK_END) == 0 && ftell(file) > 0) {
		out->length = (size_t)ftell(file);
		out->bytes = malloc(out->length);
		rewind(file);
		if (out->bytes != NULL && fread(out->bytes, 1, out->length, file) != out->length) {
			free(out->bytes);
			out->bytes = NULL;
		}
	}
	fclose(file);
	return out->bytes != NULL;
}

/* Calls visit for each chunk that `from` sent, in a capture of that endpoint or of the other one. */
static bool for_each_chunk(struct trial *t, const char *directory, enum endpoint captured_at,
	enum endpoint from, unsigned path, int64_t origin,
	void (*visit)(void *context, vtime at, const struct chunk *chunk), void *context)
{
	struct pcap_reader reader;
	struct pcap_record record;
	struct capture capture;
	int more = -1;

	if (read_capture(directory, captured_at, path, &capture) &&
		pcap_open_memory(capture.bytes, capture.length, &reader) == 0)
		while ((more = pcap_next_record(&reader, &record)) == 1) {
			struct packet packet;
			enum endpoint source;

			if (packet_decode(record.bytes, record.captured, reader.link, &packet) !=
				PACKET_OK)
				continue;
			if (topology_locate(t->test_case->topology,
				    (const struct sockaddr *)&packet.source, &source) < 0 ||
				source != from)
				continue;
			for (unsigned i = 0; i < packet.chunk_count; i++)
				visit(context, record.time_ns - origin, &packet.chunks[i]);
		}
	free(capture.bytes);
	return more == 0;
}

struct count {
	const struct wire *wire;
	unsigned found;
	vtime first;
};

static void count_chunk(void *context, vtime at, const struct chunk *chunk)
{
	struct count *count = context;

	if (chunk->type != count->wire->chunk || at < count->wire->within.from ||
		at > count->wire->within.to)
		return;
	if (count->found++ == 0)
		count->first = at;
}

struct seen {
	unsigned flow;
	bool messages[FLOW_MESSAGES_MAX];
};

static void note_message(void *context, vtime at, const struct chunk *chunk)
{
	struct seen *seen = context;
	unsigned flow, stream, message;

	(void)at;
	if (chunk->type != CHUNK_DATA || chunk->captured < 12)
		return;
	if (payload_parse(chunk->value + 12, chunk->captured - 12, &flow, &stream, &message) &&
		flow == seen->flow && message < FLOW_MESSAGES_MAX)
		seen->messages[message] = true;
}

/* `got` says what was found. A capture that cannot be read is our failure, not the kernel's. */
enum answer { AS_EXPECTED, OTHERWISE, UNREADABLE };

static enum answer unreadable(unsigned path, char *got, size_t size)
{
	snprintf(got, size, "the capture of path %u is missing or damaged", path);
	return UNREADABLE;
}

static enum answer judge_flags(struct trial *t, const struct wire_check *check, const char *directory,
	int64_t origin, char *got, size_t size)
{
	static struct seen seen; /* large; the engine has one thread */

	memset(&seen, 0, sizeof(seen));
	seen.flow = check->flow;
	for (unsigned path = 0; path < t->test_case->topology->paths; path++)
		if (!for_each_chunk(t, directory, check->from, check->from, path, origin,
			    note_message, &seen))
			return unreadable(path, got, size);
	for (unsigned message = 0; message < FLOW_MESSAGES_MAX; message++) {
		const unsigned char flag = t->evidence->failed_flags[check->flow][message];

		if (flag != 0 && (flag == 2) != seen.messages[message]) {
			snprintf(got, size, "message %u is told as %s and was %son the wire", message,
				flag == 2 ? "sent" : "unsent", seen.messages[message] ? "" : "not ");
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

static enum answer judge_count(struct trial *t, const struct wire_check *check, const char *directory,
	int64_t origin, char *got, size_t size)
{
	const struct wire *wire = &check->wire;
	const enum endpoint other = wire->from == ENDPOINT_A ? ENDPOINT_B : ENDPOINT_A;
	struct count count = {.wire = wire};

	if (!for_each_chunk(t, directory, wire->arrived ? other : wire->from, wire->from, wire->path,
		    origin, count_chunk, &count))
		return unreadable(wire->path, got, size);
	if (count.found == 0)
		snprintf(got, size, "none");
	else
		snprintf(got, size, "%u, the first at %.6f s", count.found, (double)count.first / 1e9);
	return count_fits(check, count.found) ? AS_EXPECTED : OTHERWISE;
}

static enum answer judge_one_path(struct trial *t, const struct wire_check *check, const char *directory,
	int64_t origin, char *got, size_t size)
{
	const enum endpoint from = check->wire.from;
	const enum endpoint other = from == ENDPOINT_A ? ENDPOINT_B : ENDPOINT_A;
	unsigned carrying = 0;
	FILE *out = trial_text(t, got, size);

	for (unsigned path = 0; path < t->test_case->topology->paths; path++) {
		struct count count = {.wire = &check->wire};

		if (!for_each_chunk(t, directory, check->wire.arrived ? other : from, from, path, origin,
			    count_chunk, &count)) {
			fclose(out);
			return unreadable(path, got, size);
		}
		fprintf(out, "%spath %u: %u", path > 0 ? ", " : "", path, count.found);
		carrying += count.found > 0;
	}
	fclose(out);
	return carrying == 1 ? AS_EXPECTED : OTHERWISE;
}

static enum answer judge(struct trial *t, const struct wire_check *check, const char *directory, int64_t origin,
	char *got, size_t size)
{
	switch (check->question) {
	case WIRE_SENT_FLAGS:
		return judge_flags(t, check, directory, origin, got, size);
	case WIRE_ONE_PATH:
		return judge_one_path(t, check, directory, origin, got, size);
	case WIRE_AT_LEAST:
	case WIRE_NEVER:
	case WIRE_AT_MOST:
		break;
	}
	return judge_count(t, check, directory, origin, got, size);
}

void wire_judge(struct trial *t, const char *directory, int64_t realtime_minus_origin)
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
		answer = judge(t, check, directory, realtime_minus_origin, got, sizeof(got));
		trial_check(t, expected,
			check->question == WIRE_SENT_FLAGS ? NULL : &check->wire.within,
			answer == AS_EXPECTED, answer == AS_EXPECTED ? NULL : got);
		if (answer == OTHERWISE)
			evidence_decide(t->evidence, t->test_case, VERDICT_FAIL,
				"the packets are not as expected", expected, got);
		if (answer == UNREADABLE)
			evidence_decide(
				t->evidence, t->test_case, VERDICT_ERROR, got, expected, got);
	}
}
