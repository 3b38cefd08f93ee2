/* SPDX-License-Identifier: Apache-2.0 */
/*
 * two_associations.c - one socket, two associations, set up at the same time.
 *
 *	two_associations [ADDRESS1 PORT1 ADDRESS2 PORT2]
 *
 * (without arguments: 127.0.0.1 2006 127.0.0.1 2007)
 *
 * gs_connect_init() does not wait. How an attempt ends is an event like any other, which is told
 * apart by the peer's address until the association has an id. The socket is active: everything is
 * delivered to its owner, a mailbox. Ends when nothing has come for five seconds.
 */
#include <gen_sctp.h>

#include <stdio.h>
#include <stdlib.h>

struct peer {
	union gs_addr addr;
	int32_t association; /* 0: not yet */
};

static void die(const char *what, int status)
{
	fprintf(stderr, "two_associations: %s: %s\n", what, gs_status_name(status));
	exit(1);
}

static union gs_addr address_of(const char *text, const char *port)
{
	const long number = strtol(port, NULL, 10);
	union gs_addr addr;

	if (number < 1 || number > 65535 || gs_addr_parse(text, (uint16_t)number, &addr) != GS_OK) {
		fprintf(stderr, "two_associations: no address and port: %s %s\n", text, port);
		exit(2);
	}
	return addr;
}

/* 1 or 2; 0 is nobody's. */
static int number_of(const struct peer peers[2], const struct gs_message *message)
{
	for (int i = 0; i < 2; i++)
		if (gs_addr_equal(&message->from, &peers[i].addr))
			return i + 1;
	return 0;
}

static void show(struct peer peers[2], const struct gs_message *message)
{
	const struct gs_event *event = &message->event;
	const int number = number_of(peers, message);
	struct peer *peer = number ? &peers[number - 1] : NULL;

	if (peer && event->type == GS_ASSOC_CHANGE && !peer->association) {
		peer->association = event->assoc_change.assoc_id;
		printf("association %d, to peer %d: %s\n", peer->association, number,
			gs_assoc_change_name(event->assoc_change.state));
	} else if (peer && event->type == GS_DATA) {
		printf("peer %d says \"%.*s\" on stream %u\n", number, (int)event->data.length,
			(const char *)event->data.bytes, event->data.info.stream);
	} else if (peer) {
		printf("peer %d: %s\n", number, gs_event_name(event->type));
	} else {
		printf("somebody else: %s\n", gs_event_name(event->type));
	}
}

int main(int argc, char **argv)
{
	const struct gs_options five_streams =
		GS_OPTIONS({ .name = GS_OPT_INITMSG, .initmsg = { .num_ostreams = GS_SET(5) } });
	const struct gs_options active = GS_OPTIONS({ .name = GS_OPT_ACTIVE, .active = { .mode = GS_ACTIVE } });
	struct gs_mailbox *me;
	struct gs_notice notice = { 0 };
	struct gs_socket *s;
	struct peer peers[2] = { 0 };
	int status;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc != 1 && argc != 5) {
		fprintf(stderr, "usage: two_associations [ADDRESS1 PORT1 ADDRESS2 PORT2]\n");
		return 2;
	}
	peers[0].addr = address_of(argc == 5 ? argv[1] : "127.0.0.1", argc == 5 ? argv[2] : "2006");
	peers[1].addr = address_of(argc == 5 ? argv[3] : "127.0.0.1", argc == 5 ? argv[4] : "2007");

	status = gs_mailbox_new(&me);
	if (status != GS_OK)
		die("mailbox", status);
	status = gs_open(&(struct gs_open_options){ .owner = me, .options = active }, &s);
	if (status != GS_OK)
		die("open", status);
	for (int i = 0; i < 2; i++) {
		status = gs_connect_init(s, &peers[i].addr, &five_streams);
		if (status != GS_OK)
			die("connect_init", status);
	}
	printf("two attempts are under way\n");

	while ((status = gs_mailbox_take(me, 5000, &notice)) == GS_OK) {
		if (notice.status != GS_OK && notice.status != GS_ERROR_EVENT)
			die("reading", notice.status);
		show(peers, &notice.message);
	}
	printf("the end: %s\n", gs_status_name(status));
	gs_notice_release(&notice);
	gs_free(s);
	gs_mailbox_free(me);
	return 0;
}
