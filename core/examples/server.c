/* SPDX-License-Identifier: Apache-2.0 */
/*
 * server.c - takes any number of associations on one socket and says what happens on it.
 *
 *	server [ADDRESS [PORT]]		(default: 127.0.0.1 2006)
 *
 * There is nothing to accept: each peer appears as an event of type assoc_change, and everything
 * that belongs to it carries its association's id. Runs until it is killed.
 */
#include <gen_sctp.h>

#include <stdio.h>
#include <stdlib.h>

static void die(const char *what, int status)
{
	fprintf(stderr, "server: %s: %s\n", what, gs_status_name(status));
	exit(1);
}

static union gs_addr address_of(const char *text, const char *port)
{
	const long number = strtol(port, NULL, 10);
	union gs_addr addr;

	if (number < 1 || number > 65535 || gs_addr_parse(text, (uint16_t)number, &addr) != GS_OK) {
		fprintf(stderr, "server: no address and port: %s %s\n", text, port);
		exit(2);
	}
	return addr;
}

static void show_data(const struct gs_data *data)
{
	printf("stream %u: \"%.*s\"\n", data->info.stream, (int)data->length, (const char *)data->bytes);
}

static void show_assoc_change(const struct gs_assoc_change *change)
{
	printf("%s", gs_assoc_change_name(change->state));
	if (change->state == GS_COMM_UP)
		printf(", %u streams out, %u in", change->outbound_streams, change->inbound_streams);
	if (change->error)
		printf(", \"%s\"", gs_error_string(change->error));
	printf("\n");
}

static void show(const struct gs_message *message)
{
	const struct gs_event *event = &message->event;
	char from[GS_ADDR_TEXT];

	printf("association %d with %s: ", gs_event_assoc_id(event), gs_addr_format(&message->from, from));
	if (event->type == GS_DATA)
		show_data(&event->data);
	else if (event->type == GS_ASSOC_CHANGE)
		show_assoc_change(&event->assoc_change);
	else
		printf("%s\n", gs_event_name(event->type));
}

int main(int argc, char **argv)
{
	const union gs_addr here = address_of(argc > 1 ? argv[1] : "127.0.0.1", argc > 2 ? argv[2] : "2006");
	struct gs_message message = { 0 };
	struct gs_socket *s;
	char text[GS_ADDR_TEXT];
	int status;

	setvbuf(stdout, NULL, _IOLBF, 0);
	status = gs_open(&(struct gs_open_options){ .addrs = &here,
				 .n_addrs = 1,
				 .options = GS_OPTIONS({ .name = GS_OPT_RECBUF, .value = 65536 }) },
		&s);
	if (status != GS_OK)
		die("open", status);
	status = gs_listen(s, GS_LISTEN);
	if (status != GS_OK)
		die("listen", status);
	printf("listening on %s\n", gs_addr_format(&here, text));

	for (;;) {
		status = gs_recv(s, GS_FOREVER, &message);
		if (status != GS_OK && status != GS_ERROR_EVENT)
			die("recv", status);
		show(&message);
	}
}
