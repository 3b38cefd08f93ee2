/* SPDX-License-Identifier: Apache-2.0 */
/*
 * links.c - faults of links as operators meet them: a cable that is pulled, an address that goes with its link, a
 * neighbour that has to be found again, a router that says no, packets that are too large, late, doubled or damaged
 * (RFC 9260 sections 6.2, 6.4, 7.3, 8.2 and 10).
 */
#include "cases/requirements.h"
#include "runner/engine/case.h"

/* ------------------------------------------------------------------ a path that fails and comes back */

static unsigned other_path(unsigned path)
{
	return path == 0 ? 1 : 0;
}

/* Both ends report the idle path in time, data goes over the other one, and both report that it is back. */
static void idle_path_goes_and_comes(struct trial *t, struct fault fault, struct fault besides)
{
	const struct pair p = settled(t);
	const bool two = besides.percent > 0;

	if (two)
		inject(t, fault);
	const struct fault dead = two ? besides : fault;
	const vtime failed = inject(t, dead);
	expect_at_both(t, p, within(after(failed, idle_unreachable(t)), addr_unreachable(EACH, fault.path)));
	expect_path_state_at_both(t, p, fault.path, PATH_INACTIVE);
	expect_served_over(t, p, other_path(fault.path));
	const vtime mended = mend(t, dead);
	expect_at_both(t, p, within(after(mended, recovery(t, mended - failed)), addr_available(EACH, fault.path)));
	if (two)
		mend(t, fault);
	expect_paths_active(t, p);
	expect_quiet(t, s(100));
	expect_served_over(t, p, 0);
}

#define GOES_AND_COMES_IDS                                                                                           \
	IDS(R_9260_8_2_01, R_9260_8_2_03, R_9260_8_2_04, R_9260_8_2_06, R_9260_8_3_11, R_9260_8_3_12, R_9260_8_3_13, \
		R_9260_8_3_19, R_9260_6_4_1_01, R_6458_6_1_2_02, R_6458_6_1_2_03, R_6458_6_1_2_04)

static const struct fault nothing;

#define GOES_AND_COMES(name, what, network, fault, besides)                                         \
	VARIANT(links, name, idle_path_goes_and_comes(t, fault, besides), .title = (what),          \
		.requirements = GOES_AND_COMES_IDS, .tags = TAGS("idle", "link", "default-timers"), \
		.topology = &(network))

GOES_AND_COMES("carrier-local",
	"An idle primary whose cable is pulled at the client is reported, and reported again when it is back",
	topology_two_paths, carrier_lost(0, AT_A), nothing)
GOES_AND_COMES("carrier-remote",
	"An idle secondary whose cable is pulled at the server is reported, and reported again when it is back",
	topology_two_paths, carrier_lost(1, AT_B), nothing)
GOES_AND_COMES("carrier-ipv6",
	"An idle primary over IPv6 whose cable is pulled is reported, and reported again when it is back",
	topology_two_paths_ipv6, carrier_lost(0, AT_A), nothing)
GOES_AND_COMES("carrier-routed",
	"An idle primary whose cable to the router is pulled is reported, and reported again when it is back",
	topology_two_paths_routed, carrier_lost(0, AT_A), nothing)
GOES_AND_COMES("link-and-address",
	"An idle primary whose IPv6 address goes with its link is reported, and reported again when both are back",
	topology_two_paths_ipv6, link_and_address_lost(0, AT_A), nothing)
GOES_AND_COMES("address-removed-local",
	"An idle primary whose address is taken away at the client is reported, and again when it is back",
	topology_two_paths, address_removed(0, AT_A), nothing)
GOES_AND_COMES("address-removed-remote",
	"An idle primary whose address is taken away at the server is reported, and again when it is back",
	topology_two_paths, address_removed(0, AT_B), nothing)
GOES_AND_COMES("neighbour-gone",
	"An idle primary whose neighbour does not answer any more is reported, and again when it does",
	topology_two_paths, neighbour_forgotten(0, AT_A), all_lost(0))
GOES_AND_COMES("unreachable-by-icmp",
	"That the router calls the peer's host unreachable is no proof: HEARTBEATs have to go unanswered",
	topology_two_paths_routed, unreachable_by_icmp(0), nothing)

/* ------------------------------------------------------------------ nothing is noticed */

/* Both ways, in order, once, and no event is told. */
static void carries_on(struct trial *t, struct fault fault, vtime patience)
{
	const struct traffic traffic = { .count = 200, .interval = ms(50), .streams = 3, .size = 1000 };
	const struct pair p = settled(t);

	inject(t, fault);
	struct flow *there = send_messages(t, p.client, p.server, &traffic);
	struct flow *back = send_messages(t, p.server, p.client, &traffic);
	expect_delivered(t, there, between(0, patience));
	expect_delivered(t, back, between(0, patience));
	mend(t, fault);
	expect_quiet(t, s(100));
	expect_paths_active(t, p);
	expect_served_over(t, p, 0);
}

#define CARRIES_ON(name, what, network, fault, patience, ...)                                                   \
	VARIANT(links, name, carries_on(t, fault, patience), .title = (what), .requirements = IDS(__VA_ARGS__), \
		.tags = TAGS("data", "link"), .topology = &network)

CARRIES_ON("neighbour-found-again", "A neighbour that has to be asked for again is no news", topology_two_paths,
	neighbour_forgotten(0, AT_A), ms(500), R_9260_6_6_01, R_9260_6_6_02)
CARRIES_ON("all-doubled", "Where every packet comes twice each message is delivered once and in order",
	topology_one_path, some_doubled(100, 0), ms(500), R_9260_6_2_23, R_9260_6_2_25, R_9260_6_6_01)
CARRIES_ON("a-tenth-doubled", "Where a tenth of the packets comes twice each message is delivered once and in order",
	topology_one_path, some_doubled(10, 0), ms(500), R_9260_6_2_23, R_9260_6_2_25, R_9260_6_6_01)
CARRIES_ON("a-tenth-overtakes",
	"Where a tenth of the packets overtakes the others each message is delivered once and in order",
	topology_one_path, some_overtake(10, ms(120), 0), s(5), R_9260_6_6_01, R_9260_6_6_02, R_9260_6_7_01)
CARRIES_ON("a-tenth-corrupted", "Where a tenth of the packets is damaged each message is delivered once and in order",
	topology_two_paths, some_corrupted(10, 0), s(10), R_9260_6_8_03, R_9260_6_8_04, R_9260_6_6_01)
CARRIES_ON("slow", "With half a second each way each message takes half a second", topology_one_path,
	all_slow(ms(500), 0, BOTH_WAYS), s(20), R_9260_6_3_1_04, R_9260_6_6_01)

/* ------------------------------------------------------------------ size */

/* Messages that fit still arrive; those that do not fit arrive when the path MTU is known. */
CASE(links, "mtu-told",
	.title = "A router that says that packets are too large is believed: the message arrives in smaller ones",
	.requirements = IDS(R_9260_7_3_01, R_9260_10_10, R_9260_6_9_09), .tags = TAGS("data", "router"),
	.topology = &topology_two_paths_routed)
{
	const struct pair p = settled(t);
	const vtime began = inject(t, mtu_told(1000, 0));
	struct flow *flow = send_messages(t, p.client, p.server, &(struct traffic){ .count = 3, .size = 1400 });

	expect_delivered(t, flow, between(0, t3_rtx(t, doubled(0)).to));
	/* one that is too large; of the next two two fragments each */
	expect_sent_exactly(t, 5, A, 0, DATA, since(t, began));
	expect_quiet(t, s(100));
	expect_paths_active(t, p);
}
