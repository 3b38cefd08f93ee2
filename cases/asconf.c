/* SPDX-License-Identifier: Apache-2.0 */
/* asconf.c - addresses that come and go while associated, and which is the primary (RFC 5061). */
#include <errno.h>

#include "cases/requirements.h"
#include "runner/engine/case.h"

AREA(asconf, R_5061_4_2_7_01, R_5061_4_2_7_02, R_5061_4_1_1_03, R_5061_4_1_1_04, R_5061_5_1_02, R_5061_5_1_1_01,
	R_5061_5_1_1_04, R_5061_5_2_03, R_5061_5_2_06);

#define AUTHENTICATED .addip = ON, .auth = ON
#define WITHOUT_AUTH .addip = ON, .addip_noauth = ON

/* A client with the address of path 0 alone, and a server with all. */
static struct pair half_homed(struct trial *t)
{
	const struct pair p = associated_with(t, &(struct peer_options){ .paths = 1 }, NULL);

	confirm_addresses(t, p);
	settle(t, p);
	return p;
}

/* ---- In good weather ---- */

struct authenticity {
	struct row row;
	bool authenticated;
};

static const struct authenticity authenticities[] = {
	{ ROW("add-authenticated", "An address that is added by an authenticated ASCONF is confirmed, then used",
		  R_5061_4_1_1_01, R_5061_4_1_2_01, R_5061_5_2_02),
		.row.settings = { AUTHENTICATED }, .authenticated = true },
	{ ROW("add-unauthenticated", "An address that is added by an ASCONF without AUTH is confirmed, then used"),
		.row.settings = { WITHOUT_AUTH } },
};

FAMILY(asconf, authenticities,
	.requirements = IDS(R_5061_5_1_04, R_5061_5_3_02, R_5061_5_3_03, R_5061_5_3_04, R_5061_5_3_24, R_5061_5_2_10,
		R_6458_6_1_2_06, R_6458_9_1_08),
	.topology = &topology_two_paths)
{
	const struct authenticity *authenticity = row;
	const struct pair p = half_homed(t);
	const vtime before = now(t);

	add_address(t, p.client, 1);
	expect_in_order(t, soon(t, addr_added(p.server, 1)), soon(t, addr_confirmed(p.server, 1)));
	expect_sent_exactly(t, 1, A, 0, ASCONF, since(t, before));
	expect_sent_exactly(t, 1, B, 0, ASCONF_ACK, since(t, before));
	if (authenticity->authenticated)
		expect_sent_by_both(t, 0, AUTH, since(t, before));
	else
		expect_not_sent_by_both(t, 0, AUTH, since(t, before));
	expect_path_state(t, p.server, 1, PATH_ACTIVE);
	set_primary(t, p.server, 1);
	expect(t, soon(t, addr_made_prim(p.server, 1)));
	expect_over(t, p.server, p.client, 1);
}

CASE(asconf, "remove", .title = "An address that is removed is the peer's no more, and nothing is sent there",
	.requirements = IDS(R_5061_5_3_21, R_5061_5_3_22, R_5061_5_1_04), .topology = &topology_two_paths,
	.settings = { AUTHENTICATED })
{
	const struct pair p = settled(t);
	const vtime before = now(t);

	remove_address(t, p.client, 1);
	expect(t, soon(t, addr_removed(p.server, 1)));
	expect_sent_exactly(t, 1, A, 0, ASCONF, since(t, before));
	expect_option(t, p.server, SCTP_ASSOCINFO, ASSOCIATION, IS(sasoc_number_peer_destinations, 1));
	const vtime gone = now(t);
	expect_quiet(t, s(100));
	expect_not_sent(t, B, 1, HEARTBEAT, since(t, gone));
	expect_delivered_both_ways(t, p);
}

CASE(asconf, "remove-primary", .title = "When the peer's primary address is removed, another becomes the primary",
	.requirements = IDS(R_5061_5_3_20, R_5061_5_3_10, R_5061_5_3_13), .topology = &topology_two_paths,
	.settings = { AUTHENTICATED })
{
	const struct pair p = settled(t);
	const vtime before = now(t);

	expect_primary(t, p.server, 0);
	remove_address(t, p.client, 0);
	expect_all(t, soon(t, addr_removed(p.server, 0)), soon(t, addr_made_prim(p.server, 1)));
	expect_primary(t, p.server, 1);
	expect_over(t, p.server, p.client, 1);
	expect_delivered_both_ways(t, p);
	expect_sent_exactly(t, 1, B, 1, ASCONF_ACK, since(t, before));
}

CASE(asconf, "set-primary", .title = "The peer is asked to take another address as primary, and does",
	.requirements = IDS(R_5061_4_2_4_02, R_5061_5_4_04), .topology = &topology_two_paths,
	.settings = { AUTHENTICATED })
{
	const struct pair p = settled(t);

	set_option(t, p.client, SCTP_SET_PEER_PRIMARY_ADDR, ADDRESS_ON(1));
	expect(t, soon(t, addr_made_prim(p.server, 1)));
	expect_primary(t, p.server, 1);
	expect_primary(t, p.client, 0);
	expect_over(t, p.server, p.client, 1);
	expect_over(t, p.client, p.server, 0);
}

CASE(asconf, "set-primary-not-own", .title = "The peer cannot be asked to take an address that is not one's own",
	.requirements = IDS(R_5061_5_4_02), .topology = &topology_two_paths, .settings = { AUTHENTICATED })
{
	const struct pair p = settled(t);
	const vtime before = now(t);

	expect_option_refused(t, p.client, SCTP_SET_PEER_PRIMARY_ADDR, WRONG_ADDRESS_ON(1), EADDRNOTAVAIL);
	expect_quiet(t, s(1));
	expect_not_sent(t, A, 0, ASCONF, since(t, before));
	expect_primary_at_both(t, p, 0);
	expect_delivered_both_ways(t, p);
}

CASE(asconf, "moves", .title = "An association moves to another address while data flows, and loses nothing",
	.requirements = IDS(R_5061_5_2_07, R_5061_5_3_09, R_5061_5_3_25, R_5061_5_3_2_03),
	.topology = &topology_two_paths, .settings = { AUTHENTICATED })
{
	const struct pair p = half_homed(t);
	static const struct traffic stream = { .count = 100, .interval = 20 * 1000 * 1000, .size = 1000 };
	struct flow *there = send_messages(t, p.client, p.server, &stream);
	struct flow *back = send_messages(t, p.server, p.client, &stream);

	add_address(t, p.client, 1);
	expect_in_order(t, soon(t, addr_added(p.server, 1)), soon(t, addr_confirmed(p.server, 1)));
	set_option(t, p.client, SCTP_SET_PEER_PRIMARY_ADDR, ADDRESS_ON(1));
	expect(t, soon(t, addr_made_prim(p.server, 1)));
	remove_address(t, p.client, 0);
	expect(t, soon(t, addr_removed(p.server, 0)));
	expect_delivered(t, there, promptly());
	expect_delivered(t, back, promptly());
	expect_over(t, p.server, p.client, 1);
}

/* ---- Who can ---- */

CASE(asconf, "needs-auth", .title = "An INIT with ASCONF and without AUTH is answered by ABORT",
	.requirements = IDS(R_5061_6_01, R_5061_6_02), .topology = &topology_two_paths, .settings = { .addip = ON },
	.at_b = { .auth = ON })
{
	const struct pair p = strangers(t);

	start_connect(t, p.client, p.server, 0);
	expect(t, soon(t, cant_assoc(p.client, ANY)));
	expect_exchange(t, A, INIT, B, ABORT);
}

CASE(asconf, "peer-without", .title = "A peer without ASCONF is told nothing of a new address",
	.requirements = IDS(R_5061_4_2_7_02), .topology = &topology_two_paths, .settings = { .auth = ON },
	.at_a = { .addip = ON })
{
	const struct pair p = half_homed(t);
	const vtime before = now(t);

	expect_option(t, p.client, SCTP_ASCONF_SUPPORTED, ASSOCIATION, IS(assoc_value, 0));
	add_address(t, p.client, 1);
	expect_quiet(t, s(5));
	expect_not_sent(t, A, 0, ASCONF, since(t, before));
	expect_delivered_both_ways(t, p);
}

/* ---- In bad weather ---- */

#define NO_HEARTBEATS .pf_enable = OFF, .hb_interval = MS(3600000)

CASE(asconf, "lost", .title = "An ASCONF that is lost is sent again when T-4 expires, and acted on once",
	.requirements = IDS(R_5061_5_1_03, R_5061_5_1_08, R_5061_5_1_10), .topology = &topology_two_paths,
	.settings = { AUTHENTICATED, NO_HEARTBEATS })
{
	const struct pair p = settled(t);

	inject(t, lost_on_the_way(0, A_TO_B));
	const vtime before = now(t);
	remove_address(t, p.client, 1);
	expect_quiet(t, ms(500));
	mend(t, lost_on_the_way(0, A_TO_B));
	expect(t, within(after(before, timeouts(t, 1)), addr_removed(p.server, 1)));
	expect_quiet(t, s(5));
	expect_sent_exactly(t, 1, A, 0, ASCONF, after(before, between(0, ms(10))));
	expect_delivered_both_ways(t, p);
}

CASE(asconf, "answer-lost", .title = "An ASCONF that comes again is answered again, and not acted on again",
	.requirements = IDS(R_5061_5_2_08, R_5061_5_1_09, R_5061_5_1_10), .topology = &topology_two_paths,
	.settings = { AUTHENTICATED, NO_HEARTBEATS })
{
	const struct pair p = settled(t);

	inject(t, lost_on_the_way(0, B_TO_A));
	const vtime before = now(t);
	remove_address(t, p.client, 1);
	expect(t, soon(t, addr_removed(p.server, 1)));
	expect_quiet(t, ms(500));
	mend(t, lost_on_the_way(0, B_TO_A));
	expect_quiet(t, s(5));
	expect_sent_exactly(t, 2, B, 0, ASCONF_ACK, since(t, before));
	expect_delivered_both_ways(t, p);
}

CASE(asconf, "one-at-a-time", .title = "A second ASCONF waits until the first one is answered",
	.requirements = IDS(R_5061_5_1_12, R_5061_5_1_1_01, R_5061_5_1_02), .topology = &topology_three_paths,
	.settings = { AUTHENTICATED, NO_HEARTBEATS })
{
	const struct pair p = settled(t);

	inject(t, lost_on_the_way(0, A_TO_B));
	const vtime before = now(t);
	remove_address(t, p.client, 1);
	remove_address(t, p.client, 2);
	expect_quiet(t, ms(500));
	expect_sent_exactly(t, 1, A, 0, ASCONF, since(t, before));
	mend(t, lost_on_the_way(0, A_TO_B));
	expect_in_order(t, within(after(before, timeouts(t, 1)), addr_removed(p.server, 1)),
		within(after(before, timeouts(t, 1)), addr_removed(p.server, 2)));
	expect_delivered_both_ways(t, p);
}

/* ---- Through a failover ---- */

CASE(asconf, "added-takes-over", .title = "An address that was added takes over when the primary dies",
	.requirements = IDS(R_5061_5_3_03, R_5061_5_3_06), .topology = &topology_two_paths,
	.settings = { AUTHENTICATED })
{
	const struct pair p = half_homed(t);

	add_address(t, p.client, 1);
	expect_in_order(t, soon(t, addr_added(p.server, 1)), soon(t, addr_confirmed(p.server, 1)));
	expect_quiet(t, ms(500));
	inject(t, all_lost(0));
	expect_delivered(t, say(t, p.server, p.client), data_rerouted(t));
	expect_delivered(t, say(t, p.client, p.server), data_rerouted(t));
	expect_served_over(t, p, 1);
}

CASE(asconf, "dead-removed", .title = "The address on a dead path is removed over the path that lives",
	.requirements = IDS(R_5061_5_1_09, R_5061_5_1_15, R_5061_5_3_13), .topology = &topology_two_paths,
	.settings = { AUTHENTICATED })
{
	const struct pair p = settled(t);

	inject(t, all_lost(0));
	const vtime before = now(t);
	remove_address(t, p.client, 0);
	const struct window again = after(before, timeouts(t, 1));
	expect_all(t, within(again, addr_removed(p.server, 0)), within(again, addr_made_prim(p.server, 1)));
	expect_primary(t, p.server, 1);
	expect_over(t, p.server, p.client, 1);
	expect_sent_exactly(t, 1, A, 0, ASCONF, since(t, before));
	expect_sent_exactly(t, 1, A, 1, ASCONF, since(t, before));
	expect_over(t, p.client, p.server, 1);
}

CASE(asconf, "set-primary-failover", .title = "The peer is asked over the other path to leave a dead primary",
	.requirements = IDS(R_5061_5_1_09, R_5061_5_4_04), .topology = &topology_two_paths,
	.settings = { AUTHENTICATED })
{
	const struct pair p = settled(t);

	inject(t, all_lost(0));
	const vtime before = now(t);
	set_option(t, p.client, SCTP_SET_PEER_PRIMARY_ADDR, ADDRESS_ON(1));
	expect(t, within(after(before, timeouts(t, 1)), addr_made_prim(p.server, 1)));
	expect_primary(t, p.server, 1);
	expect_over(t, p.server, p.client, 1);
}
