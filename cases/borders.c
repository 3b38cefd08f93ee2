/* SPDX-License-Identifier: Apache-2.0 */
/*
 * borders.c - firewalls and NAT between the ends: what they drop, forget, refuse and rewrite (RFC 9260 sections 8.2,
 * 8.4 and 10).
 */
#include "cases/requirements.h"
#include "runner/engine/case.h"

static const struct traffic some = { .count = 20, .streams = 3 };

CASE(borders, "firewall", .title = "A firewall on each of two paths that drops what is invalid is in nobody's way",
	.requirements = IDS(R_9260_5_1_16, R_9260_5_4_03, R_9260_8_3_01), .tags = TAGS("firewall", "default-timers"),
	.topology = &topology_firewall)
{
	const struct pair p = settled(t);

	expect_delivered(t, send_messages(t, p.client, p.server, &some), promptly());
	expect_quiet(t, s(1000));
	expect_paths_active(t, p);
	expect_served_over(t, p, 0);
}

/* DATA that a firewall knows no association for is invalid to it; a HEARTBEAT and its answer make one known. */
CASE(borders, "firewall-forgets-data",
	.title = "A firewall that forgets the association drops DATA until a HEARTBEAT has passed: the data takes the "
		 "other path",
	.requirements = IDS(R_9260_6_4_06, R_9260_6_3_3_05, R_9260_8_2_05, R_9260_8_3_18),
	.tags = TAGS("firewall", "data"), .topology = &topology_firewall)
{
	const struct pair p = settled(t);

	const vtime forgotten = inject(t, state_forgotten(0));
	struct flow *flow = say(t, p.client, p.server);
	expect_delivered(t, flow, data_rerouted(t));
	expect_sent_exactly(t, 1, A, 0, DATA, since(t, forgotten));
	expect_quiet(t, s(100));
	expect_paths_active(t, p);
	expect_served_over(t, p, 0);
}

CASE(borders, "firewall-forgets-idle",
	.title = "A firewall that forgets an idle association learns it again by HEARTBEATs, and nothing is told",
	.requirements = IDS(R_9260_8_2_03, R_9260_8_3_18), .tags = TAGS("firewall", "idle", "default-timers"),
	.topology = &topology_firewall)
{
	const struct pair p = settled(t);

	inject(t, state_forgotten(0));
	inject(t, state_forgotten(1));
	expect_quiet(t, s(300));
	expect_paths_active(t, p);
	expect_served_over(t, p, 0);
}

/* ------------------------------------------------------------------ refused by ICMP */

/* An association that is up outlives it; RFC 9260 wants protocol unreachable taken for an ABORT, though. */
static void refused_while_up(struct trial *t, enum icmp_code code)
{
	const struct pair p = settled(t);
	const vtime refused = inject(t, rejected_by_icmp(code, 0, A_TO_B));

	expect_at_both(t, p, within(after(refused, idle_unreachable(t)), addr_unreachable(EACH, 0)));
	expect_served_over(t, p, 1);
	const vtime mended = mend(t, rejected_by_icmp(code, 0, A_TO_B));
	expect_at_both(t, p, within(after(mended, recovery(t, mended - refused)), addr_available(EACH, 0)));
	expect_quiet(t, s(100));
}

#define REFUSED(name, what, code, ...)                                                                       \
	VARIANT(borders, name, refused_while_up(t, code), .title = (what), .requirements = IDS(__VA_ARGS__), \
		.tags = TAGS("firewall", "icmp", "default-timers"), .topology = &topology_firewall)

REFUSED("port-unreachable", "ICMP port unreachable ends no association: the path fails when HEARTBEATs go unanswered",
	ICMP_PORT, R_9260_10_04, R_9260_8_2_03)
REFUSED("host-unreachable", "ICMP host unreachable ends no association: the path fails when HEARTBEATs go unanswered",
	ICMP_HOST, R_9260_10_13, R_9260_8_2_03)
REFUSED("prohibited",
	"ICMP administratively prohibited ends no association: the path fails when HEARTBEATs go unanswered",
	ICMP_PROHIBITED, R_9260_10_13, R_9260_8_2_03)

/* It is to be taken for an ABORT, as the peer does not know SCTP (any more). */
CASE(borders, "protocol-unreachable-up", .title = "ICMP protocol unreachable in answer to DATA ends the association",
	.requirements = IDS(R_9260_10_11), .tags = TAGS("firewall", "icmp"), .topology = &topology_firewall)
{
	const struct pair p = settled(t);

	inject(t, rejected_by_icmp(ICMP_PROTOCOL, 0, A_TO_B));
	say(t, p.client, p.server);
	expect(t, soon(t, comm_lost(p.client, ANY)));
}

/* The attempt fails at once. */
CASE(borders, "protocol-unreachable-init",
	.title = "ICMP protocol unreachable in answer to an INIT ends the attempt at once",
	.requirements = IDS(R_9260_10_12), .tags = TAGS("firewall", "icmp"), .topology = &topology_firewall)
{
	const struct pair p = strangers(t);

	inject(t, rejected_by_icmp(ICMP_PROTOCOL, 0, A_TO_B));
	start_connect(t, p.client, p.server, 0);
	expect(t, soon(t, cant_assoc(p.client, ANY)));
	expect_quiet(t, s(100));
}

/* ------------------------------------------------------------------ NAT */

CASE(borders, "nat",
	.title = "Behind a router that puts its own address in place of the client's a single-homed association comes "
		 "up, and stays",
	.requirements = IDS(R_9260_5_1_16, R_9260_5_1_05, R_9260_8_3_17), .tags = TAGS("nat", "default-timers"),
	.topology = &topology_nat)
{
	const struct pair p = settled(t);

	expect_delivered(t, send_messages(t, p.client, p.server, &some), promptly());
	expect_delivered(t, send_messages(t, p.server, p.client, &some), promptly());
	expect_quiet(t, s(200));
	expect_delivered_both_ways(t, p);
	expect_path_state(t, p.client, 0, PATH_ACTIVE);
	expect_established_at_both(t, p);
}
