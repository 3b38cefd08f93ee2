/* SPDX-License-Identifier: Apache-2.0 */
/* encapsulation.c - SCTP in UDP (RFC 6951): from which port, to which, and when not. */
#include "cases/requirements.h"
#include "runner/engine/case.h"

/* The port by which captures know SCTP in UDP; one end has it in each case. */
#define USUAL 9899
#define OTHER 9900

AREA(encapsulation, R_6951_5_1_01, R_6951_5_2_01, R_6951_5_2_02, R_6951_5_2_03, R_6951_5_3_02, R_6951_5_4_01);

struct ports {
	struct row row;
	uint16_t of_client, of_server; /* as the peer knows them, which has seen that packets come from there */
};

static const struct ports of_both[] = {
	{ ROW("same-port", "Two ends that know each other's port talk in UDP", R_6951_5_1_02),
		.row.settings = { .udp_port = USUAL, .encap_port = USUAL }, .of_client = USUAL, .of_server = USUAL },
	{ ROW("other-ports", "Two ends with different ports talk in UDP, each to the other's", R_6951_5_1_02),
		.row.at_a = { .udp_port = USUAL, .encap_port = OTHER },
		.row.at_b = { .udp_port = OTHER, .encap_port = USUAL }, .of_client = USUAL, .of_server = OTHER },
	{ ROW("learned-port", "A server learns the port from INIT, and answers to it", R_6951_5_4_05, R_6951_5_4_02),
		.row.at_a = { .udp_port = OTHER, .encap_port = USUAL }, .row.at_b = { .udp_port = USUAL },
		.of_client = OTHER, .of_server = USUAL },
	{ ROW("ipv6", "Two ends talk in UDP over IPv6", R_6951_5_3_01),
		.row.settings = { .udp_port = USUAL, .encap_port = USUAL }, .row.topology = &topology_one_path_ipv6,
		.of_client = USUAL, .of_server = USUAL },
};

FAMILY(encapsulation, of_both, .topology = &topology_one_path)
{
	const struct ports *ports = row;
	const struct pair p = settled(t);

	expect_delivered(
		t, send_messages(t, p.client, p.server, &(struct traffic){ .count = 3, .size = 1000 }), promptly());
	expect_delivered(
		t, send_messages(t, p.server, p.client, &(struct traffic){ .count = 3, .size = 1000 }), promptly());
	expect_option(t, p.server, SCTP_REMOTE_UDP_ENCAPS_PORT, ADDRESS_ON(0), IS(sue_port, ports->of_client));
	expect_option(t, p.client, SCTP_REMOTE_UDP_ENCAPS_PORT, ADDRESS_ON(0), IS(sue_port, ports->of_server));
	shut_down(t, p.client);
	expect_in_order(t, soon(t, shutdown_event(p.server)), soon(t, shutdown_comp(p.server)));
	expect(t, soon(t, shutdown_comp(p.client)));
}

CASE(encapsulation, "by-option", .title = "SCTP_REMOTE_UDP_ENCAPS_PORT of a socket is what its associations begin with",
	.requirements = IDS(R_6951_6_1_01, R_6951_6_1_02, R_6951_5_1_03), .topology = &topology_one_path,
	.settings = { .udp_port = USUAL })
{
	const struct pair p = strangers(t);

	expect_option(t, p.client, SCTP_REMOTE_UDP_ENCAPS_PORT, FUTURE, IS(sue_port, 0));
	set_option(t, p.client, SCTP_REMOTE_UDP_ENCAPS_PORT, FUTURE, IS(sue_port, USUAL));
	expect_option(t, p.client, SCTP_REMOTE_UDP_ENCAPS_PORT, FUTURE, IS(sue_port, USUAL));
	associate(t, p);
	settle(t, p);
	expect_option(t, p.client, SCTP_REMOTE_UDP_ENCAPS_PORT, ADDRESS_ON(0), IS(sue_port, USUAL));
	expect_option(t, p.server, SCTP_REMOTE_UDP_ENCAPS_PORT, ADDRESS_ON(0), IS(sue_port, USUAL));
	expect_delivered_both_ways(t, p);
}

CASE(encapsulation, "not-set",
	.title = "Nothing is in UDP where no port of the peer is set, though there is one of one's own",
	.requirements = IDS(R_6951_5_1_03), .topology = &topology_one_path, .settings = { .udp_port = USUAL })
{
	const struct pair p = settled(t);

	expect_option(t, p.client, SCTP_REMOTE_UDP_ENCAPS_PORT, ADDRESS_ON(0), IS(sue_port, 0));
	expect_option(t, p.server, SCTP_REMOTE_UDP_ENCAPS_PORT, ADDRESS_ON(0), IS(sue_port, 0));
	expect_delivered_both_ways(t, p);
}

CASE(encapsulation, "failover", .title = "SCTP in UDP goes on over the other path, in UDP",
	.requirements = IDS(R_6951_5_1_02, R_9260_8_2_03), .topology = &topology_two_paths,
	.settings = { .udp_port = USUAL, .encap_port = USUAL })
{
	const struct pair p = settled(t);
	const vtime lost = inject(t, all_lost(0));

	expect_delivered(t, say(t, p.client, p.server), data_rerouted(t));
	expect_delivered(t, say(t, p.server, p.client), data_rerouted(t));
	expect_served_over(t, p, 1);
	expect_option(t, p.client, SCTP_REMOTE_UDP_ENCAPS_PORT, ADDRESS_ON(1), IS(sue_port, USUAL));
	mend(t, all_lost(0));
	expect_quiet(t, recovery(t, now(t) - lost).to);
	expect_paths_active(t, p);
}

CASE(encapsulation, "one-path", .title = "An address in UDP and one without are paths of one association",
	.requirements = IDS(R_6951_6_1_03, R_6951_5_3_03), .topology = &topology_two_paths,
	.settings = { .udp_port = USUAL })
{
	const struct pair p = settled(t);

	set_option(t, p.client, SCTP_REMOTE_UDP_ENCAPS_PORT, ADDRESS_ON(1), IS(sue_port, USUAL));
	expect_option(t, p.client, SCTP_REMOTE_UDP_ENCAPS_PORT, ADDRESS_ON(1), IS(sue_port, USUAL));
	expect_option(t, p.client, SCTP_REMOTE_UDP_ENCAPS_PORT, ADDRESS_ON(0), IS(sue_port, 0));
	expect_delivered(t, send_messages(t, p.client, p.server, &(struct traffic){ .over = OVER(1) }), promptly());
	/* the server has learned it */
	expect_option(t, p.server, SCTP_REMOTE_UDP_ENCAPS_PORT, ADDRESS_ON(1), IS(sue_port, USUAL));
	expect_option(t, p.server, SCTP_REMOTE_UDP_ENCAPS_PORT, ADDRESS_ON(0), IS(sue_port, 0));
	expect_delivered(t, send_messages(t, p.server, p.client, &(struct traffic){ .over = OVER(1) }), promptly());
	expect_delivered_both_ways(t, p);
}

CASE(encapsulation, "unlearned", .title = "A peer that sends without UDP is answered without",
	.requirements = IDS(R_6951_5_4_04), .topology = &topology_one_path, .settings = { .udp_port = USUAL })
{
	const struct pair p = strangers(t);

	set_option(t, p.client, SCTP_REMOTE_UDP_ENCAPS_PORT, FUTURE, IS(sue_port, USUAL));
	associate(t, p);
	settle(t, p);
	set_option(t, p.client, SCTP_REMOTE_UDP_ENCAPS_PORT, ADDRESS_ON(0), IS(sue_port, 0));
	expect_delivered(t, say(t, p.client, p.server), promptly());
	expect_option(t, p.server, SCTP_REMOTE_UDP_ENCAPS_PORT, ADDRESS_ON(0), IS(sue_port, 0));
	expect_delivered_both_ways(t, p);
}

/* ---- Large messages ---- */

/* Several packets leave at once, which the kernel cuts up behind UDP, as the network's devices do not. */

struct large {
	struct row row;
	struct traffic traffic;
};

static const struct large larges[] = {
	{ ROW("full-packets", "Messages that fill packets arrive in UDP", R_6951_5_6_01),
		.traffic = { .count = 40, .size = 1400 } },
	{ ROW("fragments", "Messages of several fragments arrive in UDP", R_6951_5_6_01),
		.traffic = { .count = 10, .size = 10000 } },
	{ ROW("64k", "A message of 64 KiB arrives in UDP", R_6951_5_6_01), .traffic = { .size = 65536 } },
};

FAMILY(encapsulation, larges, .topology = &topology_one_path, .settings = { .udp_port = USUAL, .encap_port = USUAL })
{
	const struct large *large = row;
	const struct pair p = settled(t);
	const vtime began = now(t);

	expect_delivered(t, send_messages(t, p.client, p.server, &large->traffic), between(0, ms(900)));
	expect_delivered(t, send_messages(t, p.server, p.client, &large->traffic), between(0, ms(900)));
	expect_quiet(t, s(1));
	expect_sent(t, A, 0, DATA, since(t, began));
	expect_path_state_at_both(t, p, 0, PATH_ACTIVE);
}
