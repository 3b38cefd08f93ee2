/* SPDX-License-Identifier: Apache-2.0 */
/*
 * addresses.c - what a socket says of addresses: in lists, in events and with messages, as IPv4 or mapped (RFC 6458
 * sections 3.1.2, 3.1.4, 4.1.4, 4.1.9, 8.1.15, 9.3 and 9.5).
 */
#include "cases/requirements.h"
#include "runner/engine/case.h"

#define BOTH_PATHS 3

/* ------------------------------------------------------------------ lists */

struct listed {
	struct row row;
	unsigned client, server; /* the paths that they bind; 0: all */
};

static const struct listed listeds[] = {
	{ ROW("addresses-all", "An association has all addresses that its ends have bound"), .client = 0, .server = 0 },
	{ ROW("addresses-of-client", "A client that has bound one address has no other one to its server"), .client = 1,
		.server = 0 },
	{ ROW("addresses-of-server", "A server that has bound one address has no other one to its client"), .client = 0,
		.server = 1 },
};

FAMILY(sockets, listeds,
	.requirements = IDS(R_6458_3_1_2_01, R_6458_9_3_01, R_6458_9_5_01, R_9260_11_1_1_01, R_9260_11_1_2_01),
	.topology = &topology_two_paths)
{
	const struct listed *it = row;
	const struct pair p = associated_with(
		t, &(struct peer_options){ .paths = it->client }, &(struct peer_options){ .paths = it->server });

	expect_own_addresses(t, p.client, it->client ?: BOTH_PATHS, AS_IPV4);
	expect_own_addresses(t, p.server, it->server ?: BOTH_PATHS, AS_IPV4);
	expect_peer_addresses(t, p.client, it->server ?: BOTH_PATHS, AS_IPV4);
	expect_peer_addresses(t, p.server, it->client ?: BOTH_PATHS, AS_IPV4);
}

/* The loopback address is for no peer, whatever addr_scope_policy lets into an INIT beside global addresses. */
static void wildcard(struct trial *t)
{
	const struct pair p = associated_with(
		t, &(struct peer_options){ .wildcard = true }, &(struct peer_options){ .wildcard = true });

	expect_peer_addresses(t, p.client, BOTH_PATHS, AS_IPV4);
	expect_peer_addresses(t, p.server, BOTH_PATHS, AS_IPV4);
	confirm_addresses(t, p);
	settle(t, p);
	expect_served_over(t, p, 0);
}

#define WILDCARD(name, what, ...)                                                        \
	VARIANT(sockets, name, wildcard(t), .title = (what),                             \
		.requirements = IDS(R_6458_3_1_2_04, R_9260_11_1_1_01, R_9260_5_1_2_05), \
		.topology = &topology_two_paths, __VA_ARGS__)

WILDCARD("wildcard", "A socket that is bound to the wildcard tells its peer all addresses of its host")
WILDCARD("wildcard-private", "With private addresses allowed the loopback address is none of them",
	.settings = { .addr_scope_policy = 2 })
WILDCARD("wildcard-link-local", "With link-local addresses allowed the loopback address is none of them",
	.settings = { .addr_scope_policy = 3 })

CASE(sockets, "addresses-bindx", .title = "sctp_getladdrs has what sctp_bindx added, and has not what it removed",
	.requirements = IDS(R_6458_9_5_01), .topology = &topology_two_paths)
{
	const struct pair p = strangers_with(t, &(struct peer_options){ .paths = 1 }, NULL);

	expect_own_addresses(t, p.client, 1, AS_IPV4);
	add_address(t, p.client, 1);
	expect_own_addresses(t, p.client, BOTH_PATHS, AS_IPV4);
	remove_address(t, p.client, 0);
	expect_own_addresses(t, p.client, 2, AS_IPV4);
	expect_quiet(t, s(1));
}

/* ------------------------------------------------------------------ names */

static const struct peer_options one_to_one = { .one_to_one = true },
				 one_to_one_server = { .one_to_one = true, .port = SERVER_PORT };

CASE(sockets, "peer-name", .title = "getpeername names the primary address, whichever it is",
	.requirements = IDS(R_6458_4_1_9_01), .topology = &topology_two_paths)
{
	const struct pair p = strangers_with(t, &one_to_one, &one_to_one_server);

	start_connect(t, p.client, p.server, 1);
	expect(t, soon(t, comm_up(p.client)));
	struct peer *accepted = accept_peer(t, p.server, "accepted");
	expect(t, soon(t, comm_up(accepted)));
	expect_peer_name(t, p.client, 1, AS_IPV4);
	const struct window confirmed = after(now(t), confirmation(t));
	expect_all(t, within(allowing(ms(20), confirmed), addr_confirmed(p.client, 0)),
		within(allowing(ms(20), confirmed), addr_confirmed(accepted, 0)));
	set_primary(t, p.client, 0);
	expect(t, soon(t, addr_made_prim(p.client, 0)));
	expect_peer_name(t, p.client, 0, AS_IPV4);
}

/* Each end sends over each path; where a message came from is the sender's address there. */
CASE(sockets, "message-names", .title = "A message is told with the address that it came from",
	.requirements = IDS(R_6458_3_1_4_08, R_6458_5_3_4_03), .topology = &topology_two_paths)
{
	const struct pair p = settled(t);

	for (unsigned path = 0; path < 2; path++) {
		const struct traffic over = { .over = OVER(path) };
		struct flow *there = send_messages(t, p.client, p.server, &over);

		expect_delivered(t, there, promptly());
		expect_came_from(t, there, 0, path, AS_IPV4);
		struct flow *back = send_messages(t, p.server, p.client, &over);
		expect_delivered(t, back, promptly());
		expect_came_from(t, back, 0, path, AS_IPV4);
		expect_sent(t, A, path, DATA, since(t, flow_sent_at(there, 0)));
	}
}

/* ------------------------------------------------------------------ IPv4 addresses of an IPv6 socket */

struct formed {
	struct row row;
	bool mapped_off;
	enum address_form form;
};

static const struct formed formeds[] = {
	{ ROW("mapped-v4-on", "With SCTP_I_WANT_MAPPED_V4_ADDR an IPv6 socket has IPv4 addresses as mapped ones"),
		.form = AS_MAPPED },
	{ ROW("mapped-v4-off", "Without SCTP_I_WANT_MAPPED_V4_ADDR an IPv6 socket has IPv4 addresses as they are"),
		.mapped_off = true, .form = AS_IPV4 },
};

/* Lists, a message, and an event of a path. */
FAMILY(events, formeds, .requirements = IDS(R_6458_8_1_15_01, R_6458_6_1_2_01, R_6458_3_1_4_08, R_6458_9_3_01),
	.topology = &topology_two_paths_dual_stack)
{
	const struct formed *it = row;
	const struct peer_options client = { .mapped_off = it->mapped_off }, server = { .mapped_off = it->mapped_off };
	const struct pair p = strangers_with(t, &client, &server);

	if (!it->mapped_off) {
		set_option(t, p.client, SCTP_I_WANT_MAPPED_V4_ADDR, FUTURE, IS(value, 1));
		set_option(t, p.server, SCTP_I_WANT_MAPPED_V4_ADDR, FUTURE, IS(value, 1));
	}
	start_connect(t, p.client, p.server, 0);
	expect_at_both(t, p, soon(t, comm_up(EACH)));
	struct flow *data = say(t, p.client, p.server);
	expect_delivered(t, data, promptly());
	expect_came_from(t, data, 0, 0, it->form);
	const struct window confirmed = after(now(t), confirmation(t));
	expect_all(t, within(confirmed, of_family(IPV4, in_form(it->form, addr_confirmed(p.client, 1)))),
		within(confirmed, of_family(IPV6, in_form(AS_IPV6, addr_confirmed(p.client, 0)))),
		within(confirmed, of_family(IPV6, in_form(AS_IPV6, addr_confirmed(p.client, 1)))),
		within(confirmed, of_family(IPV4, in_form(it->form, addr_confirmed(p.server, 1)))),
		within(confirmed, of_family(IPV6, in_form(AS_IPV6, addr_confirmed(p.server, 0)))),
		within(confirmed, of_family(IPV6, in_form(AS_IPV6, addr_confirmed(p.server, 1)))));
}
