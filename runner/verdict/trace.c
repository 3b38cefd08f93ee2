/* SPDX-License-Identifier: Apache-2.0 */
/* trace.c - see trace.h. */
#include "runner/verdict/trace.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "runner/engine/logged.h"

/* Of all links that a topology has. */
enum { MTU = 1500 };

/* A machine that has other things to do may take that long for anything. */
#define HOUR_NS INT64_C(3600000000000)

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

/* ---- What is told ---- */

static const char *word(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));
	return text ? text : "";
}

static int64_t number(const json_t *object, const char *name)
{
	return json_integer_value(json_object_get(object, name));
}

static int end_named(const char *name)
{
	return *name == 'b';
}

/* The port of a socket, as its `open` said it; 0: nobody knows. */
static uint16_t port_of(const struct trace *trace, const json_t *line)
{
	for (unsigned i = 0; i < trace->n_sockets && i < TRACE_SOCKETS_MAX; i++)
		if (strcmp(trace->sockets[i].endpoint, word(line, "endpoint")) == 0 &&
			strcmp(trace->sockets[i].name, word(line, "socket")) == 0)
			return trace->sockets[i].port;
	return 0;
}

static void note_socket(struct trace *trace, const json_t *line)
{
	if (trace->n_sockets < TRACE_SOCKETS_MAX)
		trace->sockets[trace->n_sockets++] = (struct trace_socket){ word(line, "endpoint"),
			word(line, "socket"), (uint16_t)number(json_object_get(line, "arguments"), "port") };
}

/* The peer's address on a path. */
static bool address_on(const struct topology *topology, int end, const json_t *fields, struct address *out)
{
	const int64_t path = json_object_get(fields, "path") ? number(fields, "path") : -1;
	return address_of_peer(topology, end, path, number(fields, "family") == 6, out);
}

static enum event_kind kind_of(const char *event, const char *state)
{
	static const struct {
		const char *event, *state;
		enum event_kind kind;
	} kinds[] = {
		{ "assoc_change", "comm_up", EVENT_COMM_UP },
		{ "assoc_change", "comm_lost", EVENT_COMM_LOST },
		{ "assoc_change", "restart", EVENT_RESTART },
		{ "assoc_change", "shutdown_comp", EVENT_SHUTDOWN_COMP },
		{ "assoc_change", "cant_assoc", EVENT_CANT_ASSOC },
		{ "paddr_change", "addr_available", EVENT_ADDR_AVAILABLE },
		{ "paddr_change", "addr_unreachable", EVENT_ADDR_UNREACHABLE },
		{ "paddr_change", "addr_potentially_failed", EVENT_ADDR_POTENTIALLY_FAILED },
		{ "paddr_change", "addr_confirmed", EVENT_ADDR_CONFIRMED },
		{ "paddr_change", "", EVENT_ADDR_OTHER },
		{ "shutdown_event", "", EVENT_SHUTDOWN },
		{ "send_failed", "", EVENT_SEND_FAILED },
		{ "message", "", EVENT_MESSAGE },
	};
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i].event, event) == 0 &&
			(*kinds[i].state == '\0' || strcmp(kinds[i].state, state) == 0))
			return kinds[i].kind;
	return EVENT_OTHER;
}

/* A message that comes back is known by its flow and number: the call that sent it, which the log may have left out,
 * knows its stream, ppid and size. */
static void find_message(const json_t *lines, const json_t *fields, struct event *event)
{
	size_t i;
	json_t *line;
	json_array_foreach((json_t *)(uintptr_t)lines, i, line) {
		const json_t *arguments = json_object_get(line, "arguments");
		if (strcmp(word(line, "call"), "send") != 0 || number(arguments, "flow") != number(fields, "flow") ||
			number(arguments, "message") != number(fields, "message"))
			continue;
		event->stream = (uint16_t)number(arguments, "stream");
		event->ppid = (uint32_t)number(arguments, "ppid");
		event->size = (uint32_t)number(arguments, "size");
		return;
	}
}

static struct event event_of(const struct trace *trace, const json_t *lines, const json_t *line)
{
	const json_t *fields = json_object_get(line, "fields");
	struct event event = {
		.at_ns = number(line, "t_ns"),
		.end = end_named(word(line, "endpoint")),
		.port = port_of(trace, line),
		.assoc_id = (uint32_t)number(fields, "assoc_id"),
		.kind = kind_of(word(line, "event"), word(fields, "state")),
		.error = (uint32_t)number(fields, "error"),
		.unsent = strcmp(word(fields, "state"), "unsent") == 0,
		.stream = (uint16_t)number(fields, "stream"),
		.ppid = (uint32_t)number(fields, "ppid"),
		.size = (uint32_t)number(fields, "size"),
		.text = word(line, "text"),
	};
	if (event.kind == EVENT_SEND_FAILED)
		find_message(lines, fields, &event);
	event.has_address = address_on(trace->topology, event.end, fields, &event.address);
	return event;
}

/* False: a call that changes nothing that the referee knows. */
static bool call_of(const struct trace *trace, const json_t *line, struct call *out)
{
	static const struct {
		const char *name;
		enum call_kind kind;
	} kinds[] = {
		{ "connect", CALL_CONNECT },
		{ "connectx", CALL_CONNECT },
		{ "abort", CALL_ABORT },
		{ "eof", CALL_EOF },
		{ "close", CALL_CLOSE },
		{ "primary_addr", CALL_PRIMARY_ADDR },
	};
	const json_t *arguments = json_object_get(line, "arguments");
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(word(line, "call"), kinds[i].name) != 0)
			continue;
		*out = (struct call){
			.at_ns = number(line, "t_ns"),
			.end = end_named(word(line, "endpoint")),
			.port = port_of(trace, line),
			.assoc_id = (uint32_t)number(arguments, "assoc_id"),
			.kind = kinds[i].kind,
			.addresses =
				json_object_get(arguments, "addresses") ? (unsigned)number(arguments, "addresses") : 1,
			.to_port = (uint16_t)number(arguments, "port"),
		};
		address_on(trace->topology, out->end, arguments, &out->address);
		return true;
	}
	return false;
}

/* A link that is down at an end, or an address that is gone there: what leaves is in no capture. So it is when a router
 * takes its link down, which an end notices. Other faults are in the middle, behind the captures. */
static void note_blindness(struct trace *trace, const json_t *line)
{
	const char *at = word(line, "at"), *kind = word(line, "kind");
	const bool in_middle = strcmp(at, "middle") == 0;
	const bool at_router = trace->topology->medium == MEDIUM_ROUTED &&
		(strcmp(kind, "router-down") == 0 || strcmp(kind, "link-down") == 0);
	const int64_t path = number(line, "path");
	if ((in_middle && !at_router) || path < 0 || path >= NET_PATHS_MAX)
		return;
	for (int end = 0; end < 2; end++)
		if (in_middle || end == end_named(at))
			trace->told[trace->n_told++] = (struct told){
				.at_ns = number(line, "t_ns"),
				.what = TOLD_BLINDNESS,
				.blindness = {
					.at_ns = number(line, "t_ns"),
					.end = end,
					.path = (int)path,
					.over = strcmp(word(line, "action"), "mend") == 0,
				},
			};
}

static void note(struct trace *trace, const json_t *lines, const json_t *line)
{
	const char *type = word(line, "type");
	struct told told = { .at_ns = number(line, "t_ns") };
	if (strcmp(type, "event") == 0) {
		told.what = TOLD_EVENT;
		told.event = event_of(trace, lines, line);
		trace->told[trace->n_told++] = told;
	} else if (strcmp(type, "call") == 0) {
		if (strcmp(word(line, "call"), "open") == 0)
			note_socket(trace, line);
		told.what = TOLD_CALL;
		if (call_of(trace, line, &told.call))
			trace->told[trace->n_told++] = told;
	} else if (strcmp(type, "fault") == 0) {
		note_blindness(trace, line);
	} else if (strcmp(type, "numbers") == 0) {
		told.what = TOLD_NUMBERS;
		told.numbers = numbers_of_line(trace->topology, line, port_of(trace, line));
		told.at_ns = told.numbers.at_ns;
		trace->told[trace->n_told++] = told;
	}
}

/* Lines of a case need not be in order of time; those of one instant stay as they are. */
static int by_instant(const void *left, const void *right)
{
	const struct told *a = left, *b = right;
	if (a->at_ns != b->at_ns)
		return a->at_ns < b->at_ns ? -1 : 1;
	return (a->place > b->place) - (a->place < b->place);
}

static int take_told(struct trace *trace, const json_t *lines)
{
	size_t i;
	json_t *line;
	trace->told = calloc(2 * json_array_size(lines) + 1, sizeof(*trace->told));
	if (!trace->told)
		return -ENOMEM;
	json_array_foreach((json_t *)(uintptr_t)lines, i, line)
		note(trace, lines, line);
	for (i = 0; i < trace->n_told; i++)
		trace->told[i].place = i;
	qsort(trace->told, trace->n_told, sizeof(*trace->told), by_instant);
	return 0;
}

/* ---- All of it ---- */

static int64_t ns(struct milliseconds milliseconds)
{
	return (int64_t)milliseconds.count * 1000000;
}

struct parameters trace_parameters(const struct settings *in_force)
{
	return (struct parameters){
		.known = true,
		.rto_initial_ns = ns(in_force->rto_initial),
		.rto_min_ns = ns(in_force->rto_min),
		.rto_max_ns = ns(in_force->rto_max),
		.hb_interval_ns = ns(in_force->hb_interval),
		.sack_delay_ns = ns(in_force->sack_timeout),
		.valid_cookie_life_ns = ns(in_force->valid_cookie_life),
		.mtu = MTU,
		.path_max_retrans = in_force->path_max_retrans,
		.association_max_retrans = in_force->association_max_retrans,
		.max_init_retransmits = in_force->max_init_retransmits,
		.potentially_failed = in_force->pf_enable == ON,
		.pf_max_retrans = in_force->pf_retrans,
		.potentially_failed_told = in_force->pf_expose == PF_EXPOSE_ON,
	};
}

int trace_make(const struct topology *topology, const json_t *lines, const struct evidence_file *files, size_t n_files,
	int64_t ended_ns, struct trace *out)
{
	struct trace trace = { .topology = topology, .ended_ns = ended_ns };
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
	if (take_told(&trace, lines) != 0) {
		trace_free(&trace);
		return -ENOMEM;
	}
	if (trace.n_packets > 0)
		qsort(trace.packets, trace.n_packets, sizeof(*trace.packets), by_time);
	*out = trace;
	return 0;
}

void trace_free(struct trace *trace)
{
	free(trace->packets);
	free(trace->told);
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

void trace_tell(const struct told *told, struct referee *referee)
{
	switch (told->what) {
	case TOLD_EVENT:
		referee_tell_event(referee, &told->event);
		break;
	case TOLD_CALL:
		referee_tell_call(referee, &told->call);
		break;
	case TOLD_BLINDNESS:
		referee_tell_blindness(referee, &told->blindness);
		break;
	case TOLD_NUMBERS:
		referee_tell_numbers(referee, &told->numbers);
		break;
	}
}

static size_t messages_in(const struct trace *trace)
{
	size_t n = 0;
	for (size_t i = 0; i < trace->n_told; i++)
		n += trace->told[i].what == TOLD_EVENT && trace->told[i].event.kind == EVENT_MESSAGE;
	return n;
}

void trace_expect(const struct trace *trace, const struct parameters *parameters, struct referee *referee)
{
	for (int i = 0; i < 2; i++) {
		referee_tell_parameters(referee, i, parameters);
		referee_expect_events(referee, i);
	}
	if (messages_in(trace) >= MESSAGES_LOGGED_MAX)
		referee_expect_few_messages(referee);
}

int trace_show(const struct trace *trace, const struct settings *in_force, bool real_time, struct referee *referee)
{
	const struct parameters parameters = trace_parameters(in_force);
	const struct told *next = trace->told, *end = trace->told + trace->n_told;
	if (real_time)
		referee_tell_backlog(referee, HOUR_NS);
	else
		trace_expect(trace, &parameters, referee);
	for (size_t i = 0; i < trace->n_packets; i++) {
		/* a call comes before what it sends */
		for (; next < end && next->at_ns <= trace->packets[i].at_ns; next++)
			trace_tell(next, referee);
		const int status = show_packet(&trace->packets[i], referee);
		if (status != 0)
			return status;
	}
	for (; next < end; next++)
		trace_tell(next, referee);
	referee_end(referee, trace->ended_ns);
	return 0;
}
