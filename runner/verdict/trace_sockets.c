/* SPDX-License-Identifier: Apache-2.0 */
/* trace_sockets.c - the sockets of a trace: which port and addresses each has. See trace.h. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "runner/verdict/trace.h"

static const char *word(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));
	return text ? text : "";
}

const struct trace_socket *trace_socket_of(const struct trace *trace, const json_t *line)
{
	for (unsigned i = 0; i < trace->n_sockets; i++)
		if (strcmp(trace->sockets[i].endpoint, word(line, "endpoint")) == 0 &&
			strcmp(trace->sockets[i].name, word(line, "socket")) == 0)
			return &trace->sockets[i];
	return NULL;
}

/* Words with a space between them. One that is no address makes it unknown. */
static struct bound read_bound(const char *text)
{
	struct bound bound = { 0 };
	while (*text) {
		char one[INET6_ADDRSTRLEN] = { 0 };
		struct address *address = &bound.addresses[bound.n];
		const size_t length = strcspn(text, " ");
		if (length >= sizeof(one) || bound.n == BOUND_MAX)
			return (struct bound){ 0 };
		memcpy(one, text, length);
		*address = (struct address){ .ipv6 = strchr(one, ':') != NULL };
		if (inet_pton(address->ipv6 ? AF_INET6 : AF_INET, one, address->bytes) != 1)
			return (struct bound){ 0 };
		bound.n++;
		text += length + (text[length] == ' ');
	}
	return bound;
}

const struct bound *trace_bound_of(const struct trace *trace, const json_t *line)
{
	const struct trace_socket *socket = trace_socket_of(trace, line);
	const struct trace_socket *opened = socket ? &trace->sockets[socket->opened] : NULL;
	return opened && opened->is_told_apart ? &opened->bound : NULL;
}

/* A socket that is opened, or that another one brings forth. */
static void note_socket(struct trace *trace, const json_t *line)
{
	const json_t *arguments = json_object_get(line, "arguments");
	const bool is_opened = strcmp(word(line, "call"), "open") == 0;
	const struct trace_socket *parent = is_opened ? NULL : trace_socket_of(trace, line);
	if (is_opened && json_is_true(json_object_get(arguments, "tester")))
		trace->testers |= 1U << (*word(line, "endpoint") == 'b');
	if (trace->n_sockets == TRACE_SOCKETS_MAX || (!is_opened && !*word(arguments, "socket")))
		return;
	const unsigned opened = parent ? parent->opened : trace->n_sockets;
	const uint16_t port = is_opened ? (uint16_t)json_integer_value(json_object_get(arguments, "port"))
		: parent                ? parent->port
					: 0;
	struct trace_socket *more = reallocarray(trace->sockets, trace->n_sockets + 1, sizeof(*more));
	if (!more)
		return;
	trace->sockets = more;
	more[trace->n_sockets++] = (struct trace_socket){
		.endpoint = word(line, "endpoint"),
		.name = is_opened ? word(line, "socket") : word(arguments, "socket"),
		.port = port,
		.one_to_one = json_is_true(json_object_get(arguments, "one_to_one")),
		.opened = opened,
		.bound = is_opened ? read_bound(word(arguments, "bound")) : (struct bound){ 0 },
	};
}

static bool are_apart(const struct trace_socket *one, const struct trace_socket *other)
{
	return one->port == other->port && one->port != 0 && (*one->endpoint == 'b') == (*other->endpoint == 'b') &&
		one->bound.n > 0 && other->bound.n > 0 && bound_apart(&one->bound, &other->bound);
}

void trace_take_sockets(struct trace *trace, const json_t *lines)
{
	size_t at;
	json_t *line;
	json_array_foreach((json_t *)(uintptr_t)lines, at, line) {
		const char *call = word(line, "call");
		if (strcmp(word(line, "type"), "call") == 0 &&
			(strcmp(call, "open") == 0 || strcmp(call, "accept") == 0 || strcmp(call, "peeloff") == 0))
			note_socket(trace, line);
	}
	for (unsigned i = 0; i < trace->n_sockets; i++)
		for (unsigned k = 0; k < trace->n_sockets; k++)
			trace->sockets[i].is_told_apart |= are_apart(&trace->sockets[i], &trace->sockets[k]);
}
