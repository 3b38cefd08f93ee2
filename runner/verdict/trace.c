/* SPDX-License-Identifier: Apache-2.0 */
/* trace.c - see trace.h. */
#include "runner/verdict/trace.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- Packets ---- */

/* To find an address in a topology takes longer than to decode a packet, and a case has a few. */
enum { SENDERS = 16 };

struct senders {
	const struct topology *topology;
	unsigned n; /* ever */
	struct sender {
		struct sockaddr_storage address;
		int end;
	} known[SENDERS];
};

/* 0, 1, or -1: nobody of the topology. */
static int sender_of(struct senders *senders, const struct sockaddr_storage *address)
{
	for (unsigned i = 0; i < senders->n && i < SENDERS; i++)
		if (memcmp(&senders->known[i].address, address, sizeof(struct sockaddr_in6)) == 0)
			return senders->known[i].end;
	enum endpoint endpoint;
	const int path = topology_locate(senders->topology, (const struct sockaddr *)address, &endpoint);
	struct sender *sender = &senders->known[senders->n++ % SENDERS];
	*sender = (struct sender){ *address, path < 0 ? -1 : endpoint == ENDPOINT_B };
	return sender->end;
}

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

static const struct evidence_file *find_file(const struct evidence_file *files, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (name && strcmp(files[i].name, name) == 0)
			return &files[i];
	return NULL;
}

static int add_capture(
	struct trace *trace, struct senders *senders, const json_t *line, const struct evidence_file *file)
{
	const char *endpoint = json_string_value(json_object_get(line, "endpoint"));
	const int64_t began_ns = json_integer_value(json_object_get(line, "began_ns"));
	struct captured_packet one = {
		.end = endpoint && *endpoint == 'b',
		.path = (int)json_integer_value(json_object_get(line, "path")),
	};
	struct pcap_reader reader;
	struct pcap_record record;
	struct packet packet;
	int more;
	if (pcap_open_memory(file->data, file->length, &reader) != 0) {
		trace->damaged = true;
		return 0;
	}
	trace->exact |= 1U << one.end;
	one.link = reader.link;
	while ((more = pcap_next_record(&reader, &record)) == 1) {
		one.number++;
		one.at_ns = record.time_ns - began_ns;
		one.bytes = record.bytes;
		one.length = record.captured;
		one.sender = packet_decode(record.bytes, record.captured, reader.link, &packet) == PACKET_OK
			? sender_of(senders, &packet.source)
			: -1;
		if (!add_packet(trace, &one))
			return -ENOMEM;
	}
	trace->damaged |= more != 0;
	return 0;
}

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

/* ---- All of it ---- */

int trace_make(const struct topology *topology, const json_t *lines, const struct evidence_file *files, size_t n_files,
	struct trace *out)
{
	struct trace trace = { .topology = topology };
	struct senders senders = { .topology = topology };
	size_t i;
	json_t *line;
	json_array_foreach((json_t *)(uintptr_t)lines, i, line) {
		const char *type = json_string_value(json_object_get(line, "type"));
		if (!type || strcmp(type, "capture") != 0)
			continue;
		const struct evidence_file *file =
			find_file(files, n_files, json_string_value(json_object_get(line, "file")));
		if (file && add_capture(&trace, &senders, line, file) != 0) {
			trace_free(&trace);
			return -ENOMEM;
		}
	}
	if (trace.n_packets > 0)
		qsort(trace.packets, trace.n_packets, sizeof(*trace.packets), by_time);
	*out = trace;
	return 0;
}

void trace_free(struct trace *trace)
{
	free(trace->packets);
	*trace = (struct trace){ 0 };
}

static int show_packet(const struct captured_packet *captured, struct referee *referee)
{
	struct packet packet;
	if (captured->sender < 0 ||
		packet_decode(captured->bytes, captured->length, captured->link, &packet) != PACKET_OK)
		return 0;
	return referee_see(referee,
		&(struct seen){
			.at_ns = captured->at_ns,
			.number = captured->number,
			.path = captured->path,
			.vantage = captured->end,
			.sender = captured->sender,
			.packet = &packet,
		});
}

int trace_show(const struct trace *trace, struct referee *referee)
{
	int status = 0;
	for (size_t i = 0; status == 0 && i < trace->n_packets; i++)
		status = show_packet(&trace->packets[i], referee);
	return status;
}
