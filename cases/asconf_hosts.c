/* SPDX-License-Identifier: Apache-2.0 */
/*
 * asconf_hosts.c - addresses that come and go while there is other work: data in the queue, a path that is dead; and
 * addresses of the host, which the peer is told of without anybody's asking (RFC 5061; SCTP_AUTO_ASCONF, RFC 6458
 * section 8.1.23).
 */
#include <errno.h>

#include "cases/requirements.h"
#include "runner/engine/case.h"

AREA(asconf, R_5061_4_2_7_01, R_5061_4_2_7_02, R_5061_5_1_02, R_5061_5_1_1_01);

#define AUTHENTICATED .addip = ON, .auth = ON
#define NO_HEARTBEATS .pf_enable = OFF, .hb_interval = MS(3600000)

/* A client with the addresses of some paths, and a server with all. */
static struct pair with_paths(struct trial *t, unsigned paths, unsigned receive_buffer)
{
	const struct pair p = associated_with(t, &(struct peer_options){ .paths = paths },
		&(struct peer_options){ .port = SERVER_PORT, .receive_buffer = receive_buffer });

	confirm_addresses(t, p);
	settle(t, p);
	return p;
}

/* ------------------------------------------------------------------ data in the queue */

CASE(asconf, "data-queued", .title = "An ASCONF does not wait for the data that was to be sent before it",
	.requirements = IDS(R_5061_5_1_04, R_5061_5_3_03, R_9260_6_6_01), .tags = TAGS("data"),
	.topology = &topology_two_paths, .settings = { AUTHENTICATED })
{
	const struct pair p = with_paths(t, 1, 0);

	inject(t, all_slow(ms(100), 0, BOTH_WAYS));
	/* four or five rounds of slow start */
	struct flow *flow = send_messages(t, p.client, p.server, &(struct traffic){ .count = 60, .size = 1400 });
	const vtime added = now(t);
	add_address(t, p.client, 1);
	expect_in_order(t, within(after(added, between(ms(100), ms(150))), addr_added(p.server, 1)),
		soon(t, addr_confirmed(p.server, 1)));
	expect_delivered(t, flow, between(ms(100), s(3)));
	expect_sent_exactly(t, 1, A, 0, ASCONF, since(t, added));
}

CASE(asconf, "reader-stopped", .title = "An ASCONF is answered though the window for data is closed",
	.requirements = IDS(R_5061_5_1_04, R_5061_5_3_21, R_9260_6_1_02), .tags = TAGS("data"),
	.topology = &topology_two_paths, .settings = { AUTHENTICATED })
{
	const struct pair p = with_paths(t, 3, 8000);

	stop_reading(t, p.server);
	struct flow *flow = send_messages(t, p.client, p.server, &(struct traffic){ .count = 20, .size = 1000 });
	expect_quiet(t, s(1));
	const vtime removed = now(t);
	remove_address(t, p.client, 1);
	expect_quiet(t, ms(500));
	expect_sent_exactly(t, 1, A, 0, ASCONF, since(t, removed));
	expect_sent_exactly(t, 1, B, 0, ASCONF_ACK, since(t, removed));
	go_on_reading(t, p.server);
	/* behind the data that has waited to be read */
	expect(t, within(after(now(t), between(0, s(5))), addr_removed(p.server, 1)));
	expect_delivered(t, flow, between(0, s(10)));
	expect_delivered_both_ways(t, p);
}

/* ------------------------------------------------------------------ what cannot be, and what can */

CASE(asconf, "last-address", .title = "The last address cannot be removed, and no ASCONF asks for it",
	.requirements = IDS(R_5061_5_3_12, R_6458_9_1_04), .topology = &topology_two_paths,
	.settings = { AUTHENTICATED })
{
	const struct pair p = with_paths(t, 3, 0);

	remove_address(t, p.client, 0);
	expect_all(t, soon(t, addr_removed(p.server, 0)), soon(t, addr_made_prim(p.server, 1)));
	const vtime one_left = now(t);
	expect_remove_address_refused(t, p.client, 1, EINVAL);
	expect_quiet(t, s(5));
	expect_not_sent(t, A, 0, ASCONF, since(t, one_left));
	expect_not_sent(t, A, 1, ASCONF, since(t, one_left));
	expect_delivered_both_ways(t, p);
}

CASE(asconf, "added-while-dead", .title = "An address is added over another path while the primary is dead",
	.requirements = IDS(R_5061_5_1_09, R_5061_5_1_15, R_5061_5_3_03), .topology = &topology_three_paths,
	.settings = { AUTHENTICATED })
{
	const struct pair p = with_paths(t, 3, 0);

	inject(t, all_lost(0));
	const vtime added = now(t);
	add_address(t, p.client, 2);
	const struct window again = after(added, timeouts(t, 1));
	expect_in_order(t, within(again, addr_added(p.server, 2)),
		within(allowing(ms(500), again), addr_confirmed(p.server, 2)));
	expect_sent_exactly(t, 1, A, 0, ASCONF, since(t, added));
	/* the path has a strike */
	expect_over(t, p.client, p.server, 1);
}

/* ------------------------------------------------------------------ addresses of the host */

/* A client that is bound to the wildcard. What has changed before is none of its business: Linux would tell the peer of
 * it as well (auto-loopback). */
static struct pair of_all_addresses(struct trial *t, bool automatic)
{
	expect_quiet(t, s(2));
	const struct pair p = strangers_with(
		t, &(struct peer_options){ .wildcard = true }, &(struct peer_options){ .port = SERVER_PORT });

	if (automatic)
		set_option(t, p.client, SCTP_AUTO_ASCONF, FUTURE, IS(value, 1));
	associate(t, p);
	confirm_addresses(t, p);
	settle(t, p);
	return p;
}

/* Linux collects for half a second what changes, and a timer ends that. */
static struct window told(vtime changed)
{
	return after(changed, allowing(s(1), between(0, s(1))));
}

/* The host loses an address and has it again, and the server is told of both. */
static void comes_and_goes(struct trial *t, bool automatic)
{
	const struct pair p = of_all_addresses(t, automatic);
	const vtime lost = inject(t, address_removed(1, AT_A));

	expect(t, within(told(lost), addr_removed(p.server, 1)));
	expect_option(t, p.server, SCTP_ASSOCINFO, ASSOCIATION, IS(sasoc_number_peer_destinations, 1));
	expect_served_over(t, p, 0);
	const vtime back = mend(t, address_removed(1, AT_A));
	expect_in_order(
		t, within(told(back), addr_added(p.server, 1)), within(told(back), addr_confirmed(p.server, 1)));
	expect_sent_exactly(t, 2, A, 0, ASCONF, since(t, lost));
	expect_sent_exactly(t, 2, B, 0, ASCONF_ACK, since(t, lost));
	set_primary(t, p.server, 1);
	expect(t, soon(t, addr_made_prim(p.server, 1)));
	expect_over(t, p.server, p.client, 1);
}

VARIANT(asconf, "auto", comes_and_goes(t, true),
	.title = "With SCTP_AUTO_ASCONF the peer is told of an address that the host loses, and has again",
	.requirements = IDS(R_6458_8_1_23_01, R_5061_5_3_21, R_5061_5_3_03), .topology = &topology_two_paths,
	.settings = { AUTHENTICATED, NO_HEARTBEATS })
VARIANT(asconf, "auto-by-default", comes_and_goes(t, false),
	.title = "With default_auto_asconf the peer is told of an address that the host loses, and has again",
	.requirements = IDS(R_6458_8_1_23_01, R_5061_5_3_21, R_5061_5_3_03), .topology = &topology_two_paths,
	.settings = { AUTHENTICATED, NO_HEARTBEATS }, .at_a = { .default_auto_asconf = ON })

CASE(asconf, "auto-off", .title = "Without SCTP_AUTO_ASCONF the peer is told nothing of the host's addresses",
	.requirements = IDS(R_6458_8_1_23_01), .topology = &topology_two_paths,
	.settings = { AUTHENTICATED, NO_HEARTBEATS })
{
	const struct pair p = of_all_addresses(t, false);
	const vtime lost = inject(t, address_removed(1, AT_A));

	expect_quiet(t, s(2));
	mend(t, address_removed(1, AT_A));
	expect_quiet(t, s(2));
	expect_not_sent(t, A, 0, ASCONF, since(t, lost));
	expect_not_sent(t, A, 1, ASCONF, since(t, lost));
	expect_delivered_both_ways(t, p);
}

/* The host has had its addresses, the loopback address among them, for less than half a second. */
CASE(asconf, "auto-loopback", .title = "With SCTP_AUTO_ASCONF the peer is not told of the host's loopback address",
	.requirements = IDS(R_6458_8_1_23_01), .topology = &topology_one_path,
	.settings = { AUTHENTICATED, NO_HEARTBEATS })
{
	const struct pair p = strangers_with(
		t, &(struct peer_options){ .wildcard = true }, &(struct peer_options){ .port = SERVER_PORT });

	set_option(t, p.client, SCTP_AUTO_ASCONF, FUTURE, IS(value, 1));
	associate(t, p);
	const vtime up = now(t);
	expect_quiet(t, s(2));
	expect_not_sent(t, A, 0, ASCONF, since(t, up));
	expect_delivered_both_ways(t, p);
}

CASE(asconf, "auto-primary",
	.title = "With SCTP_AUTO_ASCONF the association goes on when the host loses its primary address",
	.requirements = IDS(R_6458_8_1_23_01, R_5061_5_3_20, R_5061_5_3_13), .topology = &topology_two_paths,
	.settings = { AUTHENTICATED, NO_HEARTBEATS })
{
	const struct pair p = of_all_addresses(t, true);
	const vtime lost = inject(t, address_removed(0, AT_A));
	/* to the address that there is no way to any more, and then to the other */
	const struct window other = window_sum(told(lost), between(0, timeouts(t, 1).to));

	expect_all(t, within(other, addr_removed(p.server, 0)), within(other, addr_made_prim(p.server, 1)));
	expect_primary(t, p.server, 1);
	expect_over(t, p.server, p.client, 1);
	/* the timer of the ASCONF has doubled the RTO of the path that is no more */
	expect_delivered(t, say(t, p.client, p.server), between(0, t3_rtx(t, doubled(1)).to));
}
