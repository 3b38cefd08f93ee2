/* SPDX-License-Identifier: Apache-2.0 */
/* options_paths.c - socket options of single addresses of the peer: parameters of paths, and limits (RFC 6458 section
 * 8.1.12, RFC 7829 section 7). */
#include "cases/requirements.h"
#include "runner/engine/case.h"

/* ------------------------------------------------------------------ of one address, and of all */

/* An option that each address of the peer has for itself. */
struct of_address {
	struct row row;
	int option;
	struct option_value initial[6], changed[6];
};

static const struct of_address of_addresses[] = {
	{ ROW("peer-addr-params-of-path", "SCTP_PEER_ADDR_PARAMS of one address, then of all of an association",
		  R_6458_8_1_12_02, R_6458_8_1_12_05, R_6458_8_1_12_10),
		.option = SCTP_PEER_ADDR_PARAMS,
		.initial = { IS(spp_hbinterval, 30000), IS(spp_pathmaxrxt, 5), IS(spp_sackdelay, 200),
			IS(spp_flags, SPP_HB_ENABLE | SPP_PMTUD_ENABLE | SPP_SACKDELAY_ENABLE) },
		.changed = { IS(spp_hbinterval, 12000), IS(spp_pathmaxrxt, 3), IS(spp_sackdelay, 100),
			IS(spp_flags, SPP_HB_ENABLE | SPP_PMTUD_ENABLE | SPP_SACKDELAY_ENABLE) } },
	{ ROW("peer-addr-params-off-of-path",
		  "Heartbeats are turned off for one address, then for all of an association", R_6458_8_1_12_01,
		  R_6458_8_1_12_10),
		.option = SCTP_PEER_ADDR_PARAMS,
		.initial = { IS(spp_flags, SPP_HB_ENABLE | SPP_PMTUD_ENABLE | SPP_SACKDELAY_ENABLE) },
		.changed = { IS(spp_flags, SPP_HB_DISABLE | SPP_PMTUD_ENABLE | SPP_SACKDELAY_ENABLE) } },
	{ ROW("peer-addr-params-dscp-of-path", "A DSCP is set for one address, then for all of an association",
		  R_6458_8_1_12_09, R_6458_8_1_12_10),
		.option = SCTP_PEER_ADDR_PARAMS, .initial = { IS(spp_dscp, 0) },
		.changed = { IS(spp_dscp, 0x88),
			IS(spp_flags, SPP_DSCP | SPP_HB_ENABLE | SPP_PMTUD_ENABLE | SPP_SACKDELAY_ENABLE) } },
	{ ROW("thresholds-of-path", "SCTP_PEER_ADDR_THLDS of one address, then of all of an association", R_7829_7_2_01,
		  R_7829_7_2_02),
		.option = SCTP_PEER_ADDR_THLDS, .initial = { IS(spt_pathmaxrxt, 5), IS(spt_pathpfthld, 0) },
		.changed = { IS(spt_pathmaxrxt, 7), IS(spt_pathpfthld, 2) } },
	{ ROW("thresholds-v2-of-path", "SCTP_PEER_ADDR_THLDS_V2 of one address, then of all of an association",
		  R_7829_7_2_01, R_7829_7_2_02),
		.option = SCTP_PEER_ADDR_THLDS_V2,
		.initial = { IS(spt_pathmaxrxt, 5), IS(spt_pathpfthld, 0), IS(spt_pathcpthld, 65535) },
		.changed = { IS(spt_pathmaxrxt, 7), IS(spt_pathpfthld, 2), IS(spt_pathcpthld, 3) } },
	{ ROW("udp-encaps-port-of-path", "SCTP_REMOTE_UDP_ENCAPS_PORT of one address, then of all of an association",
		  R_6951_6_1_01, R_6951_6_1_03),
		.option = SCTP_REMOTE_UDP_ENCAPS_PORT, .initial = { IS(sue_port, 0) },
		.changed = { IS(sue_port, 9899) } },
	{ ROW("plpmtud-probe-interval-of-path",
		  "SCTP_PLPMTUD_PROBE_INTERVAL of one address, then of all of an association"),
		.option = SCTP_PLPMTUD_PROBE_INTERVAL, .initial = { IS(spi_interval, 0) },
		.changed = { IS(spi_interval, 3600000) } },
};

FAMILY(options, of_addresses, .topology = &topology_three_paths)
{
	const struct of_address *it = row;
	const struct pair p = associated(t);

	for (unsigned path = 0; path < 3; path++)
		expect_option_is(t, p.client, it->option, ADDRESS_ON(path), it->initial);
	set_option_to(t, p.client, it->option, ADDRESS_ON(1), it->changed);
	expect_option_is(t, p.client, it->option, ADDRESS_ON(0), it->initial);
	expect_option_is(t, p.client, it->option, ADDRESS_ON(1), it->changed);
	expect_option_is(t, p.client, it->option, ADDRESS_ON(2), it->initial);
	expect_option_is(t, p.client, it->option, ASSOCIATION, it->initial);
	expect_option_is(t, p.client, it->option, FUTURE, it->initial);
	expect_option_is(t, p.server, it->option, ADDRESS_ON(1), it->initial);
	set_option_to(t, p.client, it->option, ASSOCIATION, it->changed);
	for (unsigned path = 0; path < 3; path++)
		expect_option_is(t, p.client, it->option, ADDRESS_ON(path), it->changed);
	expect_option_is(t, p.client, it->option, ASSOCIATION, it->changed);
	expect_option_is(t, p.client, it->option, FUTURE, it->initial);
}

/* ------------------------------------------------------------------ heartbeats */

struct heartbeats {
	struct row row;
	unsigned interval_ms, flags;
};

static const struct heartbeats heartbeats[] = {
	{ ROW("heartbeats-of-path-every-second",
		  "A path that was given an interval of a second has its HEARTBEATs then", R_6458_8_1_12_02,
		  R_9260_8_3_07),
		.interval_ms = 1000, .flags = SPP_HB_ENABLE },
	{ ROW("heartbeats-of-path-without-interval", "With SPP_HB_TIME_IS_ZERO a path has a HEARTBEAT every RTO or so",
		  R_6458_8_1_12_03),
		.interval_ms = 0, .flags = SPP_HB_ENABLE | SPP_HB_TIME_IS_ZERO },
	{ ROW("heartbeats-of-path-off", "A path whose HEARTBEATs were turned off has none", R_6458_8_1_12_01,
		  R_9260_8_3_06),
		.flags = SPP_HB_DISABLE },
};

/* The other path, and the other end, go on as before: a HEARTBEAT in an hour and a half at the earliest. */
FAMILY(options, heartbeats, .requirements = IDS(R_9260_8_3_01, R_9260_11_1_9_01), .topology = &topology_two_paths,
	.settings = { .hb_interval = MS(5400000) })
{
	const struct heartbeats *it = row;
	const vtime watched = s(60);
	struct settings mine = *in_force(t);
	const struct pair p = settled(t);

	mine.hb_interval = MS(it->interval_ms);
	set_option(t, p.client, SCTP_PEER_ADDR_PARAMS, ADDRESS_ON(1), IS(spp_hbinterval, it->interval_ms),
		IS(spp_flags, it->flags));
	expect_quiet(t, s(10)); /* a timer that ran before the change has expired */
	const vtime from = now(t);
	expect_quiet(t, watched);
	if (it->flags & SPP_HB_ENABLE) {
		const struct window period = timing_period(&mine, doubled(0), false);

		expect_sent_at_least(t, (unsigned)(watched / period.to), A, 1, HEARTBEAT, since(t, from));
		expect_sent_at_most(t, (unsigned)(watched / period.from) + 1, A, 1, HEARTBEAT, since(t, from));
	} else {
		expect_not_sent(t, A, 1, HEARTBEAT, since(t, from));
	}
	expect_not_sent(t, A, 0, HEARTBEAT, since(t, from));
	expect_not_sent_by_both(t, 0, HEARTBEAT, since(t, from));
	expect_not_sent(t, B, 1, HEARTBEAT, since(t, from));
}

CASE(options, "heartbeat-on-demand", .title = "SPP_HB_DEMAND sends one HEARTBEAT to that address at once, and no more",
	.requirements = IDS(R_6458_8_1_12_04, R_9260_8_3_09, R_9260_11_1_10_01), .topology = &topology_two_paths,
	.settings = { .hb_interval = MS(5400000) })
{
	const struct pair p = settled(t);
	const vtime asked = now(t);

	set_option(t, p.client, SCTP_PEER_ADDR_PARAMS, ADDRESS_ON(1), IS(spp_flags, SPP_HB_DEMAND));
	expect_quiet(t, s(60));
	expect_sent_exactly(t, 1, A, 1, HEARTBEAT, between(asked, asked + ms(10)));
	expect_sent_exactly(t, 1, A, 1, HEARTBEAT, since(t, asked));
	expect_not_sent_by_both(t, 0, HEARTBEAT, since(t, asked));
}

/* ------------------------------------------------------------------ limits */

#define PATHS_QUICK .topology = &topology_two_paths, .settings = { QUICK_RTO, .hb_interval = MS(5000) }

struct limit {
	struct row row;
	int option;
	struct option_value values[4];
	unsigned limit;
};

static const struct limit limits[] = {
	{ ROW("path-limit-by-params", "A path fails at the limit that SCTP_PEER_ADDR_PARAMS gave its address",
		  R_6458_8_1_12_05),
		.option = SCTP_PEER_ADDR_PARAMS, .values = { IS(spp_pathmaxrxt, 1) }, .limit = 1 },
	{ ROW("path-limit-by-thresholds", "A path fails at the limit that SCTP_PEER_ADDR_THLDS gave its address",
		  R_7829_7_2_01),
		.option = SCTP_PEER_ADDR_THLDS, .values = { IS(spt_pathmaxrxt, 2) }, .limit = 2 },
	{ ROW("path-limit-by-thresholds-v2", "A path fails at the limit that SCTP_PEER_ADDR_THLDS_V2 gave its address",
		  R_7829_7_2_01),
		.option = SCTP_PEER_ADDR_THLDS_V2, .values = { IS(spt_pathmaxrxt, 3), IS(spt_pathcpthld, 65535) },
		.limit = 3 },
};

/* The peer has the limit of its host. */
FAMILY(options, limits, PATHS_QUICK)
{
	const struct limit *it = row;
	struct settings mine = *in_force(t);
	const struct pair p = settled(t);

	mine.path_max_retrans = it->limit;
	set_option_to(t, p.client, it->option, ADDRESS_ON(1), it->values);
	const vtime lost = inject(t, all_lost(1));
	expect_all(t, within(after(lost, timing_idle_unreachable(&mine)), addr_unreachable(p.client, 1)),
		within(after(lost, idle_unreachable(t)), addr_unreachable(p.server, 1)));
	expect_delivered_both_ways(t, p);
}

CASE(options, "association-limit", .title = "An association fails at the limit that SCTP_ASSOCINFO gave it",
	.requirements = IDS(R_6458_8_1_2_01, R_9260_8_1_01), .topology = &topology_one_path,
	.settings = { QUICK_RTO, .hb_interval = MS(5400000), .pf_enable = OFF /* else HEARTBEATs are errors, too */ })
{
	struct settings mine = *in_force(t);
	const struct pair p = settled(t);

	mine.association_max_retrans = 2;
	set_option(t, p.client, SCTP_ASSOCINFO, ASSOCIATION, IS(sasoc_asocmaxrxt, 2));
	inject(t, all_lost(0));
	struct flow *data = say(t, p.client, p.server);
	const vtime sent = flow_sent_at(data, 0);
	const vtime gone = expect(t, within(after(sent, timing_data_comm_lost(&mine, 1)), comm_lost(p.client, 0)));
	expect_send_failed_for_each(t, data, shortly_after(gone));
	expect_sent_exactly(t, 3, A, 0, DATA, since(t, sent));
}

/* ------------------------------------------------------------------ potentially failed */

struct pf {
	struct row row;
	unsigned pfmr;
};

static const struct pf pfs[] = {
	{ ROW("pf-limit-0", "With spt_pathpfthld 0 the first timeout makes a path potentially failed"), .pfmr = 0 },
	{ ROW("pf-limit-1", "With spt_pathpfthld 1 the second timeout makes a path potentially failed"), .pfmr = 1 },
	{ ROW("pf-limit-2", "With spt_pathpfthld 2 the third timeout makes a path potentially failed"), .pfmr = 2 },
};

/* Exposed by the option as well. */
FAMILY(options, pfs, .requirements = IDS(R_7829_7_2_01, R_7829_3_01, R_7829_7_3_01, R_7829_7_1_01), PATHS_QUICK)
{
	const struct pf *it = row;
	struct settings mine = *in_force(t);
	const struct pair p = settled(t);

	mine.pf_retrans = it->pfmr;
	set_option(t, p.client, SCTP_EXPOSE_POTENTIALLY_FAILED_STATE, ASSOCIATION, IS(assoc_value, 2));
	set_option(
		t, p.client, SCTP_PEER_ADDR_THLDS, ADDRESS_ON(1), IS(spt_pathmaxrxt, 5), IS(spt_pathpfthld, it->pfmr));
	set_option(t, p.server, SCTP_PEER_ADDR_PARAMS, ADDRESS_ON(1), IS(spp_pathmaxrxt, 20)); /* it says nothing */
	never(t, addr_potentially_failed(p.server, 1));
	const vtime lost = inject(t, all_lost(1));
	const vtime failed = expect(
		t, within(after(lost, timing_idle_potentially_failed(&mine)), addr_potentially_failed(p.client, 1)));
	expect_path_state(t, p.client, 1, PATH_POTENTIALLY_FAILED);
	mend(t, all_lost(1));
	expect(t, within(after(failed, between(0, probe_period(t, BACKED_OFF).to)), addr_available(p.client, 1)));
}

/* RFC 7829 section 7.3: the state is exposed if and only if the value is not zero. */
CASE(options, "expose-pf-nonzero",
	.title = "With SCTP_EXPOSE_POTENTIALLY_FAILED_STATE 1 a potentially failed path is told as such",
	.requirements = IDS(R_7829_7_3_01), PATHS_QUICK)
{
	const struct pair p = settled(t);

	set_option(t, p.client, SCTP_EXPOSE_POTENTIALLY_FAILED_STATE, ASSOCIATION, IS(assoc_value, 1));
	const vtime lost = inject(t, all_lost(1));
	expect(t, within(after(lost, idle_potentially_failed(t)), addr_potentially_failed(p.client, 1)));
}

CASE(options, "expose-pf-zero",
	.title = "With SCTP_EXPOSE_POTENTIALLY_FAILED_STATE 0 a potentially failed path is said to be active",
	.requirements = IDS(R_7829_7_3_01), PATHS_QUICK)
{
	const struct pair p = settled(t);

	set_option(t, p.client, SCTP_EXPOSE_POTENTIALLY_FAILED_STATE, ASSOCIATION, IS(assoc_value, 0));
	inject(t, all_lost(1));
	expect_quiet(t, idle_potentially_failed(t).to + ms(100));
	expect_path_state(t, p.client, 1, PATH_ACTIVE);
}

CASE(options, "primary-switchover",
	.title = "A primary that fails more often than spt_pathcpthld is left for good for the path that works",
	.requirements = IDS(R_7829_5_01, R_7829_7_2_01), PATHS_QUICK)
{
	const struct pair p = settled(t);

	set_option(t, p.client, SCTP_PEER_ADDR_THLDS_V2, ADDRESS_ON(0), IS(spt_pathmaxrxt, 5), IS(spt_pathpfthld, 0),
		IS(spt_pathcpthld, 1));
	expect_over(t, p.client, p.server, 0);
	const vtime lost = inject(t, all_lost(0));
	expect(t, within(between(lost, lost + idle_unreachable(t).to), addr_made_prim(p.client, 1)));
	expect_primary(t, p.client, 1);
	expect_primary(t, p.server, 0);
	mend(t, all_lost(0));
	expect_quiet(t, s(60));
	expect_over(t, p.client, p.server, 1);
}

/* ------------------------------------------------------------------ MTU */

CASE(options, "path-mtu-fixed", .title = "SPP_PMTUD_DISABLE with spp_pathmtu cuts what is sent to fit into that MTU",
	.requirements = IDS(R_6458_8_1_12_06), .topology = &topology_one_path)
{
	const struct pair p = settled(t);

	set_option(t, p.client, SCTP_PEER_ADDR_PARAMS, ASSOCIATION, IS(spp_pathmtu, 1000),
		IS(spp_flags, SPP_PMTUD_DISABLE));
	expect_option(t, p.client, SCTP_GET_PEER_ADDR_INFO, ADDRESS_ON(0), IS(spinfo_mtu, 1000));
	struct flow *data = send_messages(t, p.client, p.server, &(struct traffic){ .size = 2800 });
	expect_delivered(t, data, promptly());
	expect_sent_exactly(t, 3, A, 0, DATA, since(t, flow_sent_at(data, 0)));
}
