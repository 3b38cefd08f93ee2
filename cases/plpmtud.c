/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plpmtud.c - path MTU discovery by probes (RFC 8899, as RFC 9260 section 7.3 recommends it): HEARTBEATs with PAD,
 * which need no ICMP. Kernels have it from 5.14 on, where net.sctp.plpmtud_probe_interval says how often.
 */
#include "cases/requirements.h"
#include "runner/engine/case.h"

AREA(plpmtud, R_9260_7_3_01, R_9260_7_3_02);

/* A search goes in steps of 32 octets from 1200 on, then of 4, and waits for three probes that are lost at each end. */
#define INTERVAL_S 5
#define SEARCHED s(60 + 30 * INTERVAL_S)
#define PROBING .plpmtud_probe_interval = MS(INTERVAL_S * 1000)

enum { STEP = 4 };

static void expect_mtu(struct trial *t, struct peer *peer, unsigned path, unsigned most)
{
	expect_option(t, peer, SCTP_GET_PEER_ADDR_INFO, ADDRESS_ON(path), BETWEEN(spinfo_mtu, most - STEP, most));
}

CASE(plpmtud, "search", .title = "Probes find what each path has room for, at both ends", .tags = TAGS("mtu"),
	.topology = &topology_two_paths, .settings = { PROBING })
{
	const struct pair p = settled(t);
	const vtime began = now(t);

	inject(t, mtu_hole(1400, 1));
	expect_quiet(t, SEARCHED);
	for (unsigned path = 0; path < 2; path++) {
		expect_sent_by_both(t, path, PAD, since(t, began));
		expect_mtu(t, p.client, path, path == 0 ? 1500 : 1400);
		expect_mtu(t, p.server, path, path == 0 ? 1500 : 1400);
	}
	expect_paths_active(t, p);
	expect_delivered_both_ways(t, p);
}

CASE(plpmtud, "off", .title = "Without an interval there are no probes", .tags = TAGS("mtu"),
	.topology = &topology_one_path, .settings = { .plpmtud_probe_interval = { NUMBER_0 } })
{
	const struct pair p = settled(t);
	const vtime began = now(t);

	expect_quiet(t, s(600));
	expect_not_sent_by_both(t, 0, PAD, since(t, began));
	expect_option(t, p.client, SCTP_PLPMTUD_PROBE_INTERVAL, ADDRESS_ON(0), IS(spi_interval, 0));
	expect_delivered_both_ways(t, p);
}

CASE(plpmtud, "by-option", .title = "An end that has got an interval probes, the other one does not",
	.tags = TAGS("mtu"), .topology = &topology_one_path)
{
	const struct pair p = strangers(t);

	set_option(t, p.client, SCTP_PLPMTUD_PROBE_INTERVAL, FUTURE, IS(spi_interval, INTERVAL_S * 1000));
	associate(t, p);
	settle(t, p);
	const vtime began = now(t);
	expect_quiet(t, SEARCHED);
	expect_sent(t, A, 0, PAD, since(t, began));
	expect_not_sent(t, B, 0, PAD, since(t, began));
	expect_mtu(t, p.client, 0, 1500);
	expect_delivered_both_ways(t, p);
}

/* Probes that are lost do not count as errors of the path. */
CASE(plpmtud, "hole",
	.title = "A path whose MTU falls, which nobody tells, is found by probes, and messages are cut to fit",
	.requirements = IDS(R_9260_7_3_05), .tags = TAGS("mtu"), .topology = &topology_one_path,
	.settings = { PROBING })
{
	const struct pair p = settled(t);

	expect_quiet(t, SEARCHED);
	expect_mtu(t, p.client, 0, 1500);
	inject(t, mtu_hole(1300, 0));
	expect_quiet(t, SEARCHED);
	expect_mtu(t, p.client, 0, 1300);
	const vtime cut = now(t);
	expect_delivered(t, send_messages(t, p.client, p.server, &(struct traffic){ .size = 1400 }), promptly());
	expect_sent_exactly(t, 2, A, 0, DATA, since(t, cut));
	expect_path_state_at_both(t, p, 0, PATH_ACTIVE);
}

CASE(plpmtud, "grows", .title = "A path whose MTU grows again is found to be wider by later probes",
	.tags = TAGS("mtu"), .topology = &topology_one_path, .settings = { PROBING })
{
	const struct pair p = settled(t);

	inject(t, mtu_hole(1300, 0));
	expect_quiet(t, SEARCHED);
	expect_mtu(t, p.client, 0, 1300);
	mend(t, mtu_hole(1300, 0));
	/* a raise timer of 30 intervals, and a search */
	expect_quiet(t, s(30 * INTERVAL_S) + SEARCHED);
	expect_mtu(t, p.client, 0, 1500);
	expect_delivered_both_ways(t, p);
}

CASE(plpmtud, "told", .title = "What a router tells while a path is probed is taken, too", .tags = TAGS("mtu"),
	.requirements = IDS(R_9260_10_10), .topology = &topology_two_paths_routed, .settings = { PROBING })
{
	const struct pair p = settled(t);

	inject(t, mtu_told(1280, 0));
	expect_quiet(t, SEARCHED);
	expect_mtu(t, p.client, 0, 1280);
	expect_mtu(t, p.client, 1, 1500);
	expect_paths_active(t, p);
	expect_served_over(t, p, 0);
}

CASE(plpmtud, "failover", .title = "A path that is probed and fails is told, and probed again when it is back",
	.requirements = IDS(R_9260_8_2_03, R_9260_8_2_06), .tags = TAGS("mtu", "idle", "loss"),
	.topology = &topology_two_paths, .settings = { PROBING })
{
	const struct pair p = settled(t);
	const vtime lost = inject(t, all_lost(0));

	expect_at_both(t, p, within(after(lost, idle_unreachable(t)), addr_unreachable(EACH, 0)));
	expect_served_over(t, p, 1);
	const vtime mended = mend(t, all_lost(0));
	expect_at_both(t, p, within(after(mended, recovery(t, mended - lost)), addr_available(EACH, 0)));
	expect_quiet(t, s(30 * INTERVAL_S) + SEARCHED);
	expect_mtu(t, p.client, 0, 1500);
	expect_served_over(t, p, 0);
}
