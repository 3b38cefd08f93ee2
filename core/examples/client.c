/* SPDX-License-Identifier: Apache-2.0 */
/*
 * client.c - an association with five streams, of which a sixth is asked for.
 *
 *	client [ADDRESS [PORT]]		(default: 127.0.0.1 2006)
 *
 * Streams count from 0, so a message on stream 5 is refused, and only that message: the association
 * lives until it is aborted.
 */
#include <gen_sctp.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void die(const char *what, int status)
{
	fprintf(stderr, "client: %s: %s\n", what, gs_status_name(status));
	exit(1);
}

static union gs_addr address_of(const char *text, const char *port)
{
	const long number = strtol(port, NULL, 10);
	union gs_addr addr;

	if (number < 1 || number > 65535 || gs_addr_parse(text, (uint16_t)number, &addr) != GS_OK) {
		fprintf(stderr, "client: no address and port: %s %s\n", text, port);
		exit(2);
	}
	return addr;
}

static void try_to_send(struct gs_socket *s, int32_t association, uint32_t stream, const char *text)
{
	const int status = gs_send(s, association, stream, text, strlen(text));

	printf("send on stream %u: %s\n", stream, gs_status_name(status));
}

/* What there is to be told about the association, until nothing comes for a second. */
static void show_events(struct gs_socket *s)
{
	struct gs_message message = { 0 };

	while (gs_recv(s, 1000, &message) == GS_OK) {
		const struct gs_assoc_change *change = &message.event.assoc_change;

		if (message.event.type == GS_ASSOC_CHANGE)
			printf("association %d: %s, \"%s\"\n", change->assoc_id, gs_assoc_change_name(change->state),
				gs_error_string(change->error));
	}
	gs_message_release(&message);
}

int main(int argc, char **argv)
{
	const union gs_addr there = address_of(argc > 1 ? argv[1] : "127.0.0.1", argc > 2 ? argv[2] : "2006");
	const struct gs_options five_streams =
		GS_OPTIONS({ .name = GS_OPT_INITMSG, .initmsg = { .num_ostreams = GS_SET(5) } });
	struct gs_assoc_change up;
	struct gs_socket *s;
	int status;

	setvbuf(stdout, NULL, _IOLBF, 0);
	status = gs_open(NULL, &s);
	if (status != GS_OK)
		die("open", status);
	status = gs_connect(s, &there, &five_streams, GS_FOREVER, &up);
	if (status == GS_ERROR_EVENT) {
		printf("no association: %s\n", gs_assoc_change_name(up.state));
		gs_free(s);
		return 1;
	}
	if (status != GS_OK)
		die("connect", status);
	printf("association %d is up with %u streams\n", up.assoc_id, up.outbound_streams);

	try_to_send(s, up.assoc_id, 0, "Test 0");
	try_to_send(s, up.assoc_id, 5, "Test 5");
	show_events(s); /* none: a refused message is nothing that happened to the association */

	printf("abort: %s\n", gs_status_name(gs_abort(s, up.assoc_id)));
	show_events(s);
	gs_free(s);
	return 0;
}
