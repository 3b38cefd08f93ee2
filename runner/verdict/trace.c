/* SPDX-License-Identifier: Apache-2.0 */
/* trace.c - see trace.h. */
#include "runner/verdict/trace.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "runner/engine/logged.h"
#include "runner/verdict/trace_options.h"

/* Of all links that a topology has. */
enum { MTU = 1500 };

/* A machine that has other things to do may take that long for anything. */
#define HOUR_NS INT64_C(3600000000000)

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
	const struct trace_socket *socket = trace_socket_of(trace, line);
	return socket ? socket->port : 0;
}

static bool flag(const json_t *object, const char *name)
{
	return json_is_true(json_object_get(object, name));
}

static bool is_one_to_one(const struct trace *trace, const json_t *line)
{
	const struct trace_socket *socket = trace_socket_of(trace, line);
	return socket && socket->one_to_one;
}

/* The peer's address on a path. */
static bool address_on(const struct topology *topology, int end, const json_t *fields, struct address *out)
{
	const int64_t path = json_object_get(fields, "path") ? number(fields, "path") : -1;
	return address_of_peer(topology, end, number(fields, "owner"), path, number(fields, "family") == 6, out);
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
		{ "send_failed_event", "", EVENT_SEND_FAILED_EVENT },
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
		.bound = trace_bound_of(trace, line),
		.assoc_id = (uint32_t)number(fields, "assoc_id"),
		.kind = kind_of(word(line, "event"), word(fields, "state")),
		.error = (uint32_t)number(fields, "error"),
		.outbound_streams = (unsigned)number(fields, "outbound"),
		.inbound_streams = (unsigned)number(fields, "inbound"),
		.unsent = strcmp(word(fields, "state"), "unsent") == 0,
		.stream = (uint16_t)number(fields, "stream"),
		.ppid = (uint32_t)number(fields, "ppid"),
		.size = (uint32_t)number(fields, "size"),
		.untold = flag(fields, "untold"),
		.text = word(line, "text"),
	};
	if (event.kind == EVENT_SEND_FAILED || event.kind == EVENT_SEND_FAILED_EVENT)
		find_message(lines, fields, &event);
	event.has_address = address_on(trace->topology, event.end, fields, &event.address);
	return event;
}

/* What a name of SCTP_EVENT stands for: bits for kinds. */
static uint32_t kinds_of(const char *event)
{
	static const struct {
		const char *event;
		uint32_t kinds;
	} names[] = {
		{ "assoc_change",
			1U << EVENT_COMM_UP | 1U << EVENT_COMM_LOST | 1U << EVENT_RESTART | 1U << EVENT_SHUTDOWN_COMP |
				1U << EVENT_CANT_ASSOC },
		{ "paddr_change",
			1U << EVENT_ADDR_AVAILABLE | 1U << EVENT_ADDR_UNREACHABLE |
				1U << EVENT_ADDR_POTENTIALLY_FAILED | 1U << EVENT_ADDR_CONFIRMED |
				1U << EVENT_ADDR_OTHER },
		{ "shutdown_event", 1U << EVENT_SHUTDOWN },
		{ "send_failed", 1U << EVENT_SEND_FAILED },
		{ "send_failed_event", 1U << EVENT_SEND_FAILED_EVENT },
	};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i].event, event) == 0)
			return names[i].kinds;
	return 0;
}

/* shutdown(2): the half of sending is SHUTDOWN. */
static enum call_kind half_of(const char *half)
{
	if (strcmp(half, "sending") == 0)
		return CALL_EOF;
	return strcmp(half, "receiving") == 0 ? CALL_SHUT_READ : CALL_SHUT_BOTH;
}

/* False: a call that changes nothing that the referee knows. */
static bool call_of(const struct trace *trace, const json_t *line, struct call *out)
{
	static const struct {
		const char *name;
		enum call_kind kind;
	} kinds[] = {
		{ "open", CALL_OPEN },
		{ "bindx_add", CALL_BIND },
		{ "bindx_rem", CALL_BIND },
		{ "send", CALL_SEND },
		{ "connect", CALL_CONNECT },
		{ "connectx", CALL_CONNECT },
		{ "abort", CALL_ABORT },
		{ "eof", CALL_EOF },
		{ "close", CALL_CLOSE },
		{ "primary_addr", CALL_PRIMARY_ADDR },
		{ "listen", CALL_LISTEN },
		{ "accept", CALL_ACCEPT },
		{ "peeloff", CALL_PEELOFF },
		{ "shutdown", CALL_SHUT_BOTH },
		{ "reading", CALL_READING },
		{ "event", CALL_SUBSCRIBE },
	};
	const json_t *arguments = json_object_get(line, "arguments");
	const bool succeeds = !*word(line, "result") || strcmp(word(line, "result"), "ok") == 0;
	if (call_of_option(line, port_of(trace, line), out)) {
		out->bound = out->port != 0 ? trace_bound_of(trace, line) : NULL;
		return true;
	}
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (!succeeds || strcmp(word(line, "call"), kinds[i].name) != 0 ||
			(kinds[i].kind == CALL_LISTEN && !is_one_to_one(trace, line)))
			continue;
		*out = (struct call){
			.at_ns = number(line, "t_ns"),
			.end = end_named(word(line, "endpoint")),
			.port = port_of(trace, line),
			.bound = trace_bound_of(trace, line),
			.assoc_id = (uint32_t)number(arguments, "assoc_id"),
			.kind = kinds[i].kind,
			.addresses =
				json_object_get(arguments, "addresses") ? (unsigned)number(arguments, "addresses") : 1,
			.to_port = (uint16_t)number(arguments, "port"),
			.on = flag(arguments, "on"),
			.kinds = kinds_of(word(arguments, "event")),
			.nagle = json_is_false(json_object_get(arguments, "nodelay")),
			.size = (uint32_t)number(arguments, "size"),
			.over = json_object_get(arguments, "over") != NULL,
			.limited = number(arguments, "timetolive_ms") > 0 || json_object_get(arguments, "policy"),
		};
		if (out->kind == CALL_SHUT_BOTH)
			out->kind = half_of(word(arguments, "half"));
		address_on(trace->topology, out->end, arguments, &out->address);
		return true;
	}
	return false;
}

static void note(struct trace *trace, const json_t *lines, const json_t *line)
{
	const char *type = word(line, "type");
	struct told told = { .at_ns = number(line, "t_ns") };
	if (strcmp(type, "event") == 0) {
		if (strcmp(word(line, "event"), "error") == 0 || strcmp(word(line, "event"), "packet") == 0)
			return; /* of a call, and of no association; captures have it */
		told.what = TOLD_EVENT;
		told.event = event_of(trace, lines, line);
		trace->told[trace->n_told++] = told;
	} else if (strcmp(type, "call") == 0) {
		if (strcmp(word(line, "call"), "sysctl") == 0)
			trace_take_sysctl(trace, line);
		told.what = TOLD_CALL;
		if (call_of(trace, line, &told.call))
			trace->told[trace->n_told++] = told;
	} else if (strcmp(type, "fault") == 0) {
		trace_take_fault(trace, line);
	} else if (strcmp(type, "numbers") == 0) {
		told.what = TOLD_NUMBERS;
		told.numbers = numbers_of_line(trace->topology, line, port_of(trace, line));
		told.numbers.bound = trace_bound_of(trace, line);
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
	trace->told = calloc(2 * NET_PATHS_MAX * json_array_size(lines) + 1, sizeof(*trace->told));
	if (!trace->told)
		return -ENOMEM;
	trace_take_sockets(trace, lines);
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

/* None where an end is several hosts. */
static void take_addresses(struct trace *trace)
{
	const bool many = trace->topology->third_host || trace->topology->clients > 0;
	for (int end = many; end < 2; end++)
		for (unsigned i = 0; i < 2 * trace->topology->paths; i++)
			if (address_of_peer(trace->topology, 1 - end, 0, i / 2, i % 2,
				    &trace->addresses[end][trace->n_addresses[end]]))
				trace->n_addresses[end]++;
}

int trace_make(const struct topology *topology, const json_t *lines, const struct evidence_file *files, size_t n_files,
	int64_t ended_ns, struct trace *out)
{
	struct trace trace = { .topology = topology, .ended_ns = ended_ns };
	int status = trace_take_captures(&trace, lines, files, n_files);
	if (status == 0)
		status = take_told(&trace, lines);
	if (status != 0)
		trace_free(&trace);
	else
		take_addresses(&trace);
	if (status == 0) {
		trace_leave_out_unheard(&trace);
		*out = trace;
	}
	return status;
}

void trace_free(struct trace *trace)
{
	for (size_t i = 0; i < trace->n_captures; i++)
		json_decref(trace->captures[i].chunks);
	free(trace->captures);
	free(trace->packets);
	free(trace->told);
	free(trace->sockets);
	*trace = (struct trace){ 0 };
}

static int show_packet(const struct captured_packet *captured, struct referee *referee)
{
	struct packet packet;
	if (captured->sender < 0 || captured_packet_decode(captured, &packet) != PACKET_OK)
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

static size_t sends_in(const struct trace *trace)
{
	size_t n = 0;
	for (size_t i = 0; i < trace->n_told; i++)
		n += trace->told[i].what == TOLD_CALL && trace->told[i].call.kind == CALL_SEND;
	return n;
}

static void tell_testers(const struct trace *trace, struct referee *referee)
{
	for (int i = 0; i < 2; i++)
		if (trace->testers >> i & 1)
			referee_expect_tester(referee, i);
}

void trace_expect(const struct trace *trace, const struct parameters parameters[2], struct referee *referee)
{
	tell_testers(trace, referee);
	for (int i = 0; i < 2; i++) {
		referee_tell_parameters(referee, i, &parameters[i]);
		referee_expect_events(referee, i);
		if (trace->n_addresses[i] > 0)
			referee_tell_addresses(referee, i, trace->addresses[i], trace->n_addresses[i]);
	}
	if (messages_in(trace) >= MESSAGES_LOGGED_MAX)
		referee_expect_few_messages(referee);
	if (sends_in(trace) < MESSAGES_LOGGED_MAX)
		referee_expect_calls(referee);
}

void trace_hush(const struct trace *trace, size_t i, struct referee *referee)
{
	if (trace->packets[i].at_ns > trace->ended_ns && (i == 0 || trace->packets[i - 1].at_ns <= trace->ended_ns))
		referee_expect_no_more(referee, trace->ended_ns);
}

int trace_show(const struct trace *trace, const struct test_case *test_case, bool real_time, struct referee *referee)
{
	const struct settings at_a = case_in_force(test_case, ENDPOINT_A), at_b = case_in_force(test_case, ENDPOINT_B);
	const struct parameters parameters[] = { trace_parameters(&at_a), trace_parameters(&at_b) };
	const struct told *next = trace->told, *end = trace->told + trace->n_told;
	tell_testers(trace, referee);
	if (real_time)
		referee_tell_backlog(referee, HOUR_NS);
	else
		trace_expect(trace, parameters, referee);
	for (size_t i = 0; i < trace->n_packets; i++) {
		/* a call comes before what it sends */
		for (; next < end && next->at_ns <= trace->packets[i].at_ns; next++)
			trace_tell(next, referee);
		trace_hush(trace, i, referee);
		const int status = show_packet(&trace->packets[i], referee);
		if (status != 0)
			return status;
	}
	for (; next < end; next++)
		trace_tell(next, referee);
	referee_end(referee, trace->ended_ns);
	return 0;
}
