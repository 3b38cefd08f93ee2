/* SPDX-License-Identifier: Apache-2.0 */
/* path_times.c - see path_times.h. */
#include "runner/verdict/path_times.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "netns/packet.h"

enum { TIMES_MAX = 6, TSNS_MAX = 256 };

/* The last ones. */
struct times {
	unsigned n; /* ever */
	struct {
		int64_t at_ns;
		bool answered;
	} last[TIMES_MAX];
};

static void add(struct times *times, int64_t at_ns)
{
	times->last[times->n % TIMES_MAX].at_ns = at_ns;
	times->last[times->n++ % TIMES_MAX].answered = false;
}

/* An answer is to the last one that was sent: the next one leaves when this one counts as lost. */
static void answer(struct times *times)
{
	if (times->n > 0)
		times->last[(times->n - 1) % TIMES_MAX].answered = true;
}

static void print(const char *what, const struct times *times, FILE *out)
{
	fprintf(out, "%s", what);
	if (times->n > TIMES_MAX)
		fprintf(out, " ...");
	for (unsigned i = times->n > TIMES_MAX ? times->n - TIMES_MAX : 0; i < times->n; i++)
		fprintf(out, " %.3f%s", (double)times->last[i % TIMES_MAX].at_ns / 1e9,
			times->last[i % TIMES_MAX].answered ? "+" : "");
	if (times->n == 0)
		fprintf(out, " never");
}

/* TSNs that have left, and on which path last; what does not fit counts as new. */
struct tsns {
	size_t n;
	struct {
		uint32_t tsn;
		int path;
	} list[TSNS_MAX];
};

/* The path on which it left before; -1: it has not. */
static int leaves_again(struct tsns *tsns, uint32_t tsn, int path)
{
	for (size_t i = 0; i < tsns->n && i < TSNS_MAX; i++)
		if (tsns->list[i].tsn == tsn) {
			const int before = tsns->list[i].path;
			tsns->list[i].path = path;
			return before;
		}
	tsns->list[tsns->n % TSNS_MAX].tsn = tsn;
	tsns->list[tsns->n++ % TSNS_MAX].path = path;
	return -1;
}

static const json_t *failed_check(const json_t *lines)
{
	size_t i;
	json_t *line;
	json_array_foreach((json_t *)(uintptr_t)lines, i, line) {
		const char *type = json_string_value(json_object_get(line, "type"));
		if (type && strcmp(type, "check") == 0 && json_is_false(json_object_get(line, "ok")))
			return line;
	}
	return NULL;
}

static void look(const struct captured_packet *captured, int end, int path, struct times *heartbeats,
	struct times *again, struct tsns *tsns)
{
	struct packet packet;
	if (captured->end != end || captured->sender < 0 || captured_packet_decode(captured, &packet) != PACKET_OK)
		return;
	for (unsigned i = 0; i < packet.chunk_count; i++) {
		const struct chunk *chunk = &packet.chunks[i];
		const bool leaves = captured->sender == end, here = captured->path == path;
		if (leaves && here && chunk->type == CHUNK_HEARTBEAT)
			add(heartbeats, captured->at_ns);
		if (!leaves && here && chunk->type == CHUNK_HEARTBEAT_ACK)
			answer(heartbeats);
		if (leaves && chunk->type == CHUNK_DATA && chunk->decoded &&
			leaves_again(tsns, chunk->data.tsn, captured->path) == path)
			add(again, captured->at_ns);
	}
}

char *path_times(const json_t *lines, const struct trace *trace)
{
	const json_t *check = failed_check(lines);
	const char *endpoint = json_string_value(json_object_get(check, "endpoint"));
	const json_t *path = json_object_get(check, "path");
	struct times heartbeats = { 0 }, again = { 0 };
	struct tsns tsns = { 0 };
	char *text = NULL;
	size_t size;
	if (!endpoint || !json_is_integer(path))
		return NULL;
	for (size_t i = 0; i < trace->n_packets; i++)
		if (trace->packets[i].at_ns <= trace->ended_ns)
			look(&trace->packets[i], *endpoint == 'b', (int)json_integer_value(path), &heartbeats, &again,
				&tsns);
	FILE *out = open_memstream(&text, &size);
	if (!out)
		return NULL;
	fprintf(out, "sent      %s on path %d:", endpoint, (int)json_integer_value(path));
	print(" HEARTBEAT", &heartbeats, out);
	print("; its DATA again", &again, out);
	fprintf(out, " (+: answered)\n");
	fclose(out);
	return text;
}
