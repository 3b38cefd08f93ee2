/* SPDX-License-Identifier: Apache-2.0 */
/* library.c - with libgen_sctp: gs_recv() of a passive socket, gs_mailbox_take() of an active one.
 */
#include "bench.h"

#include "gen_sctp.h"

static struct gs_socket *server, *clients[MOST_ASSOCIATIONS];
static int32_t ids[MOST_ASSOCIATIONS];
static struct gs_mailbox *owner;
static struct gs_message message;
static struct gs_notice notice;

static void check(int status, const char *what)
{
	if (status != GS_OK)
		die(what, gs_status_name(status));
}

static union gs_addr address_of(uint16_t port)
{
	union gs_addr addr;

	check(gs_addr_parse("127.0.0.1", port, &addr), "address");
	return addr;
}

static void passive_listen(uint16_t port)
{
	const union gs_addr here = address_of(port);

	check(gs_open(&(struct gs_open_options){ .addrs = &here, .n_addrs = 1, .owner = owner }, &server), "open");
	check(gs_listen(server, GS_LISTEN), "listen");
}

static void active_listen(uint16_t port)
{
	check(gs_mailbox_new(&owner), "mailbox");
	passive_listen(port);
	check(gs_set_active(server, GS_ACTIVE, 0), "active");
}

static size_t passive_receive(void)
{
	do
		check(gs_recv(server, GS_FOREVER, &message), "recv");
	while (message.event.type != GS_DATA);
	return message.event.data.length;
}

static size_t active_receive(void)
{
	do
		check(gs_mailbox_take(owner, GS_FOREVER, &notice), "take");
	while (notice.type != GS_SCTP || notice.message.event.type != GS_DATA);
	return notice.message.event.data.length;
}

static void library_connect(uint16_t port, int associations)
{
	const union gs_addr there = address_of(port);
	const struct gs_open_options options = { .options = GS_OPTIONS({ .name = GS_OPT_NODELAY, .value = 1 }) };

	for (int i = 0; i < associations; i++) {
		struct gs_assoc_change up;

		check(gs_open(&options, &clients[i]), "open");
		check(gs_connect(clients[i], &there, NULL, GS_FOREVER, &up), "connect");
		ids[i] = up.assoc_id;
	}
}

static void library_send(int n, const void *data, size_t length)
{
	const struct gs_sndrcvinfo info = { .assoc_id = ids[n] };

	check(gs_send_info(clients[n], &info, data, length), "send");
}

const struct way passive = { "passive", passive_listen, passive_receive, library_connect, library_send };
const struct way active = { "active", active_listen, active_receive, library_connect, library_send };
