/* SPDX-License-Identifier: Apache-2.0 */
/* reply.c - see reply.h. */
#include "runner/verdict/reply.h"

#include <stdlib.h>
#include <string.h>

#include "netns/packet.h"
#include "runner/engine/case.h"
#include "runner/engine/evidence.h"
#include "runner/engine/payload.h"

/* ---- Places ---- */

static struct place at_packet(const struct captured_packet *packet)
{
	return (struct place){ packet->at_ns, packet->number, packet->end, packet->path };
}

static struct place at_instant(int64_t at_ns, enum endpoint end)
{
	return (struct place){ .at_ns = at_ns, .end = (int)end, .path = -1 };
}

static double seconds(int64_t ns)
{
	return (double)ns / 1e9;
}

/* ---- Chunks ---- */

static bool decode(const struct captured_packet *captured, struct packet *out)
{
	return captured->sender >= 0 && captured_packet_decode(captured, out) == PACKET_OK;
}

static int cause_of(const struct chunk *chunk)
{
	return chunk->captured < 2 ? NO_CAUSE : chunk->value[0] << 8 | chunk->value[1];
}

static bool is_chunk(const struct chunk *seen, unsigned wanted)
{
	const int cause = chunk_cause_of(wanted);
	return seen->type == chunk_type_of(wanted) && (cause < 0 || cause == cause_of(seen));
}

static bool is_within(const struct question *question, const struct captured_packet *packet)
{
	return packet->at_ns >= question->within.from && packet->at_ns <= question->within.to;
}

/* How many such chunks the end has sent in this packet of its own capture of the path. */
static unsigned chunks_in(const struct captured_packet *captured, const struct question *question, unsigned path)
{
	struct packet packet;
	unsigned n = 0;
	if (captured->end != (int)question->sent.from || captured->sender != captured->end ||
		captured->path != (int)path || !decode(captured, &packet))
		return 0;
	for (unsigned i = 0; i < packet.chunk_count; i++)
		n += is_chunk(&packet.chunks[i], question->sent.chunk);
	return n;
}

struct tally {
	unsigned n;
	const struct captured_packet *first, *last;
	const struct captured_packet *excess; /* the first with more than `question->count` */
};

static struct tally count_chunks(const struct question *question, const struct trace *trace, unsigned path)
{
	struct tally tally = { 0 };
	for (size_t i = 0; i < trace->n_packets; i++) {
		const struct captured_packet *packet = &trace->packets[i];
		const unsigned n = is_within(question, packet) ? chunks_in(packet, question, path) : 0;
		if (n == 0)
			continue;
		tally.n += n;
		tally.first = tally.first ?: packet;
		tally.last = packet;
		if (tally.n > question->count)
			tally.excess = tally.excess ?: packet;
	}
	return tally;
}

/* Of those that are not within the window. */
static const struct captured_packet *find_nearest(
	const struct question *question, const struct trace *trace, unsigned path)
{
	const struct captured_packet *nearest = NULL;
	int64_t closest = INT64_MAX;
	for (size_t i = 0; i < trace->n_packets; i++) {
		const struct captured_packet *packet = &trace->packets[i];
		const int64_t off = packet->at_ns < question->within.from ? question->within.from - packet->at_ns
									  : packet->at_ns - question->within.to;
		if (off < closest && chunks_in(packet, question, path) > 0) {
			nearest = packet;
			closest = off;
		}
	}
	return nearest;
}

/* ---- How many, on which path ---- */

static void tell_unknown(unsigned path, struct reply *out)
{
	out->what = UNKNOWN;
	snprintf(out->got, sizeof(out->got), "the capture of path %u is missing or damaged", path);
}

static bool count_fits(const struct question *question, unsigned n)
{
	if (question->kind == ASK_AT_LEAST)
		return n >= question->count;
	return n <= (question->kind == ASK_NEVER ? 0 : question->count);
}

static void answer_count(const struct question *question, const struct trace *trace, struct reply *out)
{
	if (!trace_has_capture(trace, (int)question->sent.from, question->path)) {
		tell_unknown(question->path, out);
		return;
	}
	const struct tally tally = count_chunks(question, trace, question->path);
	out->what = count_fits(question, tally.n) ? AS_EXPECTED : OTHERWISE;
	if (tally.n > 0) {
		snprintf(out->got, sizeof(out->got), "%u, the first at %.6f s", tally.n, seconds(tally.first->at_ns));
		out->place = at_packet(question->kind == ASK_AT_LEAST ? tally.last : tally.excess ?: tally.first);
		return;
	}
	const struct captured_packet *nearest =
		out->what == OTHERWISE ? find_nearest(question, trace, question->path) : NULL;
	out->place = at_instant(question->within.from, question->sent.from);
	snprintf(out->got, sizeof(out->got), "none");
	if (!nearest)
		return;
	snprintf(out->got, sizeof(out->got), "none; the nearest at %.6f s", seconds(nearest->at_ns));
	out->place = at_packet(nearest);
}

static void answer_one_path(const struct question *question, const struct trace *trace, struct reply *out)
{
	unsigned carrying = 0;
	size_t length = 0;
	out->place = at_instant(question->within.from, question->sent.from);
	for (unsigned path = 0; path < trace->topology->paths; path++) {
		if (!trace_has_capture(trace, (int)question->sent.from, path)) {
			tell_unknown(path, out);
			return;
		}
		const struct tally tally = count_chunks(question, trace, path);
		length += (size_t)snprintf(out->got + length, sizeof(out->got) - length, "%spath %u: %u",
			path > 0 ? ", " : "", path, tally.n);
		carrying += tally.n > 0;
		if (tally.n > 0 && carrying == 2)
			out->place = at_packet(tally.first);
	}
	out->what = carrying == 1 ? AS_EXPECTED : OTHERWISE;
}

/* ---- An exchange ---- */

static bool is_of_exchange(const struct question *question, const struct chunk *chunk)
{
	for (size_t i = 0; i < question->exchange_length; i++)
		if (chunk->type == chunk_type_of(question->exchange[i].chunk))
			return true;
	return false;
}

static char letter(int end)
{
	return end == 0 ? 'a' : 'b';
}

static void say_disorder(
	const struct captured_packet *packet, const struct chunk *chunk, const struct asked_chunk *due, FILE *out)
{
	const bool has_cause = chunk->type == ABORT || chunk->type == ERROR;
	fprintf(out, "at %c ", letter(packet->end));
	asked_type_print(chunk->type, has_cause ? cause_of(chunk) : -1, out);
	fprintf(out, " from %c at %.6f s, ", letter(packet->sender), seconds(packet->at_ns));
	fputs(due ? "where it should be " : "after the last", out);
	if (due)
		asked_chunk_print(due, out);
}

static void say_missing(const struct question *question, int end, const struct asked_chunk *due, FILE *out)
{
	fprintf(out, "at %c no ", letter(end));
	asked_chunk_print(due, out);
	if (due == question->exchange)
		return;
	fputs(" after ", out);
	asked_chunk_print(due - 1, out);
}

/* How far the exchange has come in the captures of an end. */
struct progress {
	const struct asked_chunk *due, *end;
	struct place place; /* of the chunk before, or where the first should be */
};

/* False: a chunk is wrong, and `out` says so. */
static bool follow_exchange(const struct question *question, const struct captured_packet *captured,
	struct progress *progress, struct place *wrong, FILE *out)
{
	struct packet packet;
	if (!decode(captured, &packet))
		return true;
	for (unsigned i = 0; i < packet.chunk_count; i++) {
		const struct chunk *chunk = &packet.chunks[i];
		const struct asked_chunk *due = progress->due < progress->end ? progress->due : NULL;
		if (!is_of_exchange(question, chunk))
			continue;
		if (!due || !is_chunk(chunk, due->chunk) || (int)due->from != captured->sender) {
			say_disorder(captured, chunk, due, out);
			*wrong = at_packet(captured);
			return false;
		}
		progress->due++;
		progress->place = at_packet(captured);
	}
	return true;
}

/* Whether all is well in the captures of this end. */
static bool follow_at(
	const struct question *question, const struct trace *trace, int end, struct place *wrong, FILE *out)
{
	struct progress progress = { question->exchange, question->exchange + question->exchange_length,
		at_instant(question->within.from, (enum endpoint)end) };
	for (size_t i = 0; i < trace->n_packets; i++) {
		const struct captured_packet *packet = &trace->packets[i];
		if (packet->end == end && is_within(question, packet) &&
			!follow_exchange(question, packet, &progress, wrong, out))
			return false;
	}
	if (progress.due == progress.end)
		return true;
	say_missing(question, end, progress.due, out);
	*wrong = progress.place;
	return false;
}

static void answer_exchange(const struct question *question, const struct trace *trace, struct reply *out)
{
	for (int end = 0; end < 2; end++)
		for (unsigned path = 0; path < trace->topology->paths; path++)
			if (!trace_has_capture(trace, end, path)) {
				tell_unknown(path, out);
				return;
			}
	FILE *got = fmemopen(out->got, sizeof(out->got), "w");
	const bool right = got && follow_at(question, trace, 0, &out->place, got) &&
		follow_at(question, trace, 1, &out->place, got);
	out->what = !got ? UNKNOWN : right ? AS_EXPECTED : OTHERWISE;
	if (got)
		fclose(got);
}

/* ---- The messages that have failed ---- */

/* The messages of the flow that are in packets which its sender has sent: the first of each. */
static void find_messages(const struct question *question, const struct trace *trace,
	const struct captured_packet *carrier[FLOW_MESSAGES_MAX])
{
	struct packet packet;
	struct payload payload;
	for (size_t i = 0; i < trace->n_packets; i++) {
		const struct captured_packet *captured = &trace->packets[i];
		if (captured->end != (int)question->sent.from || captured->sender != captured->end ||
			!decode(captured, &packet))
			continue;
		for (unsigned k = 0; k < packet.chunk_count; k++) {
			const struct chunk *chunk = &packet.chunks[k];
			if (chunk->type == CHUNK_DATA && chunk->captured >= 12 &&
				payload_parse(chunk->value + 12, chunk->captured - 12, &payload) &&
				payload.flow == question->flow && payload.message < FLOW_MESSAGES_MAX)
				carrier[payload.message] = carrier[payload.message] ?: captured;
		}
	}
}

static bool is_failure_of(const json_t *line, const struct question *question)
{
	const char *event = json_string_value(json_object_get(line, "event"));
	const char *endpoint = json_string_value(json_object_get(line, "endpoint"));
	const json_t *flow = json_object_get(json_object_get(line, "fields"), "flow");
	return event && endpoint && strcmp(event, "send_failed") == 0 &&
		(*endpoint == 'b') == (question->sent.from == ENDPOINT_B) && json_is_integer(flow) &&
		json_integer_value(flow) == question->flow;
}

static void answer_flags(
	const struct question *question, const struct trace *trace, const json_t *lines, struct reply *out)
{
	const struct captured_packet *carrier[FLOW_MESSAGES_MAX] = { 0 };
	size_t i;
	json_t *line;
	for (unsigned path = 0; path < trace->topology->paths; path++)
		if (!trace_has_capture(trace, (int)question->sent.from, path)) {
			tell_unknown(path, out);
			return;
		}
	find_messages(question, trace, carrier);
	out->what = AS_EXPECTED;
	json_array_foreach((json_t *)(uintptr_t)lines, i, line) {
		const json_t *fields = json_object_get(line, "fields");
		const int64_t message = json_integer_value(json_object_get(fields, "message"));
		const char *state = json_string_value(json_object_get(fields, "state"));
		if (!is_failure_of(line, question) || message < 0 || message >= FLOW_MESSAGES_MAX)
			continue;
		const struct captured_packet *packet = carrier[message];
		const bool told_sent = state && strcmp(state, "sent") == 0;
		if (told_sent == (packet != NULL))
			continue;
		out->what = OTHERWISE;
		snprintf(out->got, sizeof(out->got), "message %u is told as %s and was %son the wire",
			(unsigned)message, told_sent ? "sent" : "unsent", packet ? "" : "not ");
		out->place = packet
			? at_packet(packet)
			: at_instant(json_integer_value(json_object_get(line, "t_ns")), question->sent.from);
		return;
	}
}

void reply_make(const struct question *question, const struct trace *trace, const json_t *lines, struct reply *out)
{
	*out = (struct reply){ .what = UNKNOWN };
	switch (question->kind) {
	case ASK_AT_LEAST:
	case ASK_NEVER:
	case ASK_AT_MOST:
		answer_count(question, trace, out);
		break;
	case ASK_ONE_PATH:
		answer_one_path(question, trace, out);
		break;
	case ASK_EXCHANGE:
		answer_exchange(question, trace, out);
		break;
	case ASK_SENT_FLAGS:
		answer_flags(question, trace, lines, out);
		break;
	}
}
