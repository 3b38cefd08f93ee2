/* SPDX-License-Identifier: Apache-2.0 */
/* trace_captures.c - the packets of a trace: each capture is read once, and its chunks are counted. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runner/verdict/line.h"
#include "runner/verdict/trace.h"

/* ---- Who sent it ---- */

/* To find an address in a topology takes longer than to decode a packet, and a case has a few. */
enum { HOSTS = 16, NOBODY = -1 };

struct hosts {
	const struct topology *topology;
	unsigned n; /* ever */
	struct host {
		struct sockaddr_storage address;
		int endpoint, path;
	} known[HOSTS];
};

static const struct host *host_of(struct hosts *hosts, const struct sockaddr_storage *address)
{
	enum endpoint endpoint;
	for (unsigned i = 0; i < hosts->n && i < HOSTS; i++)
		if (memcmp(&hosts->known[i].address, address, sizeof(struct sockaddr_in6)) == 0)
			return &hosts->known[i];
	struct host *host = &hosts->known[hosts->n++ % HOSTS];
	const int path = topology_locate(hosts->topology, (const struct sockaddr *)address, &endpoint);
	*host = (struct host){ *address, path < 0 ? NOBODY : (int)endpoint, path };
	return host;
}

/* The third host is at end 0, as a is, when it talks to b. What the two say to each other is of no association that can
 * be followed; nor is, at c, what comes for an address of b that was given to it. */
static bool is_of_both_ends(const struct hosts *hosts, int at, int from, int to)
{
	if (!hosts->topology->third_host)
		return true;
	if (from != ENDPOINT_B && to != ENDPOINT_B)
		return false;
	return at != ENDPOINT_C || from == ENDPOINT_C || to == ENDPOINT_C;
}

/* Fills in the sender, 0 or 1, or -1: nobody of the topology. And the path, where the link has several: that of the
 * address at the other end. */
static void find_ends(struct hosts *hosts, int at, const struct packet *packet, struct captured_packet *out)
{
	/* by value: the second may take the place of the first */
	const struct host from = *host_of(hosts, &packet->source), to = *host_of(hosts, &packet->destination);
	out->sender = from.endpoint == NOBODY || !is_of_both_ends(hosts, at, from.endpoint, to.endpoint)
		? NOBODY
		: from.endpoint == ENDPOINT_B;
	const struct host *there = out->sender == out->end ? &to : &from;
	if (topology_links(hosts->topology, (enum endpoint)at) < hosts->topology->paths && there->path >= 0)
		out->path = there->path;
}

/* ---- How many chunks ---- */

enum { TYPES = 256 };

struct count {
	unsigned of[TYPES], kinds;
	uint8_t order[TYPES]; /* in which the types first came */
};

static void count_chunks(struct count *count, const struct packet *packet)
{
	for (unsigned i = 0; i < packet->chunk_count; i++) {
		const uint8_t type = packet->chunks[i].type;
		if (count->of[type]++ == 0)
			count->order[count->kinds++] = type;
	}
}

static json_t *count_object(const struct count *count)
{
	json_t *object = json_object();
	for (unsigned i = 0; i < count->kinds; i++) {
		const uint8_t type = count->order[i];
		char number[16];
		snprintf(number, sizeof(number), "chunk %u", type);
		json_object_set_new(object, chunk_name(type) ?: number, json_integer(count->of[type]));
	}
	return object;
}

/* ---- A capture ---- */

static bool add_packet(struct trace *trace, const struct captured_packet *packet)
{
	if (trace->n_packets == trace->room) {
		const size_t room = trace->room ? 2 * trace->room : 512;
		struct captured_packet *more = realloc(trace->packets, room * sizeof(*more));
		if (!more)
			return false;
		trace->packets = more;
		trace->room = room;
	}
	trace->packets[trace->n_packets++] = *packet;
	return true;
}

struct directions {
	struct count sent, arrived;
};

/* False without memory. */
static bool take_packets(struct trace *trace, struct hosts *hosts, struct pcap_reader *reader, int64_t began_ns,
	struct trace_capture *capture, struct directions *counts)
{
	struct captured_packet one = { .end = capture->end, .path = (int)capture->path, .link = reader->link };
	struct pcap_record record;
	struct packet packet;
	int more;
	while ((more = pcap_next_record(reader, &record)) == 1) {
		one.number = ++capture->packets;
		one.at_ns = record.time_ns - began_ns;
		one.bytes = record.bytes;
		one.length = record.captured;
		one.sender = NOBODY;
		one.path = (int)capture->path;
		if (captured_packet_decode(&one, &packet) == PACKET_OK)
			find_ends(hosts, capture->at, &packet, &one);
		if (one.sender >= 0 && one.at_ns <= trace->ended_ns)
			count_chunks(one.sender == one.end ? &counts->sent : &counts->arrived, &packet);
		if (!add_packet(trace, &one))
			return false;
	}
	capture->whole = more == 0;
	return true;
}

static const struct evidence_file *find_file(const struct evidence_file *files, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (name && strcmp(files[i].name, name) == 0)
			return &files[i];
	return NULL;
}

/* `file` is NULL when there is none. */
static int take_capture(struct trace *trace, struct hosts *hosts, const json_t *line, const struct evidence_file *file,
	struct trace_capture *capture)
{
	const char *endpoint = json_string_value(json_object_get(line, "endpoint"));
	const int64_t began_ns = json_integer_value(json_object_get(line, "began_ns"));
	struct directions counts = { 0 };
	struct pcap_reader reader;
	capture->at = endpoint ? *endpoint - 'a' : ENDPOINT_A;
	capture->end = capture->at == ENDPOINT_B;
	capture->path = json_integer_value(json_object_get(line, "path"));
	capture->bytes = file ? file->length : 0;
	if (file && pcap_open_memory(file->data, file->length, &reader) == 0) {
		trace->exact |= 1U << capture->end;
		if (!take_packets(trace, hosts, &reader, began_ns, capture, &counts))
			return -ENOMEM;
	}
	capture->chunks =
		json_pack("{s:o, s:o}", "sent", count_object(&counts.sent), "arrived", count_object(&counts.arrived));
	return capture->chunks ? 0 : -ENOMEM;
}

/* ---- All of them ---- */

/* The same order whatever the order of the captures: a packet that leaves comes before the same one that arrives. */
static int by_time(const void *left, const void *right)
{
	const struct captured_packet *a = left, *b = right;
	if (a->at_ns != b->at_ns)
		return a->at_ns < b->at_ns ? -1 : 1;
	if ((a->sender == a->end) != (b->sender == b->end))
		return a->sender == a->end ? -1 : 1;
	if (a->end != b->end)
		return a->end - b->end;
	return a->path != b->path ? a->path - b->path : (a->number > b->number) - (a->number < b->number);
}

int trace_take_captures(struct trace *trace, const json_t *lines, const struct evidence_file *files, size_t n_files)
{
	struct hosts hosts = { .topology = trace->topology };
	size_t i;
	json_t *line;
	trace->captures = calloc(json_array_size(lines) + 1, sizeof(*trace->captures));
	if (!trace->captures)
		return -ENOMEM;
	json_array_foreach((json_t *)(uintptr_t)lines, i, line) {
		if (!line_is_capture(line))
			continue;
		const struct evidence_file *file =
			find_file(files, n_files, json_string_value(json_object_get(line, "file")));
		struct trace_capture *capture = &trace->captures[trace->n_captures++];
		capture->line = i;
		if (take_capture(trace, &hosts, line, file, capture) != 0)
			return -ENOMEM;
	}
	if (trace->n_packets > 0)
		qsort(trace->packets, trace->n_packets, sizeof(*trace->packets), by_time);
	return 0;
}

bool trace_has_capture(const struct trace *trace, int end, unsigned path)
{
	bool has = false;
	for (size_t i = 0; i < trace->n_captures; i++)
		if (trace->captures[i].end == end &&
			trace->captures[i].path ==
				topology_link(trace->topology, (enum endpoint)trace->captures[i].at, path)) {
			if (!trace->captures[i].whole)
				return false;
			has = true;
		}
	return has;
}

int trace_tell_captures(const struct trace *trace, json_t *lines)
{
	int status = 0;
	for (size_t i = 0; status == 0 && i < trace->n_captures; i++) {
		const struct trace_capture *capture = &trace->captures[i];
		json_t *line = json_array_get(lines, capture->line);
		if (json_object_set_new(line, "packets", json_integer(capture->packets)) != 0 ||
			json_object_set_new(line, "bytes", json_integer((json_int_t)capture->bytes)) != 0 ||
			json_object_set(line, "chunks", capture->chunks) != 0)
			status = -ENOMEM;
	}
	return status;
}
