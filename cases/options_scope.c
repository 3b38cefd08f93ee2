/* SPDX-License-Identifier: Apache-2.0 */
/* options_scope.c - of what an option is set: future associations, the current ones, one of them (RFC 6458 section
 * 7.2). */
#include <errno.h>

#include "cases/requirements.h"
#include "runner/engine/case.h"

#define NOBODY ASSOCIATION_ID(0x7ffffff0)

/* An option that a socket has for its future associations, and each association for itself. */
struct scoped {
	struct row row;
	int option;
	struct option_value initial[5], changed[5];
};

#define RTOINFO                                                                                                 \
	.option = SCTP_RTOINFO, .initial = { IS(srto_initial, 3000), IS(srto_min, 1000), IS(srto_max, 60000) }, \
	.changed = { IS(srto_initial, 4000), IS(srto_min, 2000), IS(srto_max, 50000) }
#define ASSOCINFO                                                                                        \
	.option = SCTP_ASSOCINFO, .initial = { IS(sasoc_asocmaxrxt, 10), IS(sasoc_cookie_life, 60000) }, \
	.changed = { IS(sasoc_asocmaxrxt, 4), IS(sasoc_cookie_life, 20000) }
#define PEER_ADDR_PARAMS                                                                       \
	.option = SCTP_PEER_ADDR_PARAMS,                                                       \
	.initial = { IS(spp_hbinterval, 30000), IS(spp_pathmaxrxt, 5), IS(spp_sackdelay, 200), \
		IS(spp_flags, SPP_HB_ENABLE | SPP_PMTUD_ENABLE | SPP_SACKDELAY_ENABLE) },      \
	.changed = { IS(spp_hbinterval, 20000), IS(spp_pathmaxrxt, 3), IS(spp_sackdelay, 100), \
		IS(spp_flags, SPP_HB_ENABLE | SPP_PMTUD_ENABLE | SPP_SACKDELAY_ENABLE) }
#define THRESHOLDS                                                                                   \
	.option = SCTP_PEER_ADDR_THLDS, .initial = { IS(spt_pathmaxrxt, 5), IS(spt_pathpfthld, 0) }, \
	.changed = { IS(spt_pathmaxrxt, 7), IS(spt_pathpfthld, 2) }
#define THRESHOLDS_V2                                                                           \
	.option = SCTP_PEER_ADDR_THLDS_V2,                                                      \
	.initial = { IS(spt_pathmaxrxt, 5), IS(spt_pathpfthld, 0), IS(spt_pathcpthld, 65535) }, \
	.changed = { IS(spt_pathmaxrxt, 7), IS(spt_pathpfthld, 2), IS(spt_pathcpthld, 3) }
#define EXPOSE                                                                             \
	.option = SCTP_EXPOSE_POTENTIALLY_FAILED_STATE, .initial = { IS(assoc_value, 0) }, \
	.changed = { IS(assoc_value, 2) }
#define PROBE_INTERVAL                                                             \
	.option = SCTP_PLPMTUD_PROBE_INTERVAL, .initial = { IS(spi_interval, 0) }, \
	.changed = { IS(spi_interval, 3600000) }

/* Of these SCTP_CURRENT_ASSOC and SCTP_ALL_ASSOC can be set as well. */
#define DEFAULT_SEND_PARAM                                                                                    \
	.option = SCTP_DEFAULT_SEND_PARAM,                                                                    \
	.initial = { IS(sinfo_stream, 0), IS(sinfo_ppid, 0), IS(sinfo_context, 0), IS(sinfo_timetolive, 0) }, \
	.changed = { IS(sinfo_stream, 3), IS(sinfo_ppid, 7), IS(sinfo_context, 9), IS(sinfo_timetolive, 1000) }
#define DELAYED_SACK                                                                       \
	.option = SCTP_DELAYED_SACK, .initial = { IS(sack_delay, 200), IS(sack_freq, 2) }, \
	.changed = { IS(sack_delay, 400), IS(sack_freq, 3) }
#define CONTEXT .option = SCTP_CONTEXT, .initial = { IS(assoc_value, 0) }, .changed = { IS(assoc_value, 77) }
#define MAX_BURST .option = SCTP_MAX_BURST, .initial = { IS(assoc_value, 4) }, .changed = { IS(assoc_value, 8) }
#define DEFAULT_SNDINFO                                                                                     \
	.option = SCTP_DEFAULT_SNDINFO, .initial = { IS(snd_sid, 0), IS(snd_ppid, 0), IS(snd_context, 0) }, \
	.changed = { IS(snd_sid, 3), IS(snd_ppid, 7), IS(snd_context, 9) }
#define DEFAULT_PRINFO                                                                                   \
	.option = SCTP_DEFAULT_PRINFO, .initial = { IS(pr_policy, SCTP_PR_SCTP_NONE), IS(pr_value, 0) }, \
	.changed = { IS(pr_policy, SCTP_PR_SCTP_TTL), IS(pr_value, 500) }
#define STREAM_RESET                                                           \
	.option = SCTP_ENABLE_STREAM_RESET, .initial = { IS(assoc_value, 0) }, \
	.changed = { IS(assoc_value, SCTP_ENABLE_RESET_STREAM_REQ) }
#define SCHEDULER                                                                      \
	.option = SCTP_STREAM_SCHEDULER, .initial = { IS(assoc_value, SCTP_SS_FCFS) }, \
	.changed = { IS(assoc_value, SCTP_SS_RR) }
#define EVENT                                                                                       \
	.option = SCTP_EVENT, .initial = { IS(se_type, SCTP_ADAPTATION_INDICATION), IS(se_on, 0) }, \
	.changed = { IS(se_type, SCTP_ADAPTATION_INDICATION), IS(se_on, 1) }

/* Another socket at b, with which the client associates as well. */
static void associate_with_another(struct trial *t, struct peer *client)
{
	struct peer *late = open_peer(t, B, "late", &(struct peer_options){ .port = SERVER_PORT + 1 });

	listen_on(t, late);
	start_connect(t, client, late, 0);
	expect_all(t, soon(t, comm_up(client)), soon(t, comm_up(late)));
}

/* The id of the association that is the socket's only one. */
static struct option_scope only_association(struct trial *t, struct peer *peer)
{
	return ASSOCIATION_ID((uint32_t)ask_option(t, peer, SCTP_GET_ASSOC_ID_LIST, FUTURE, "gaids_assoc_id"));
}

/* ------------------------------------------------------------------ future associations */

static const struct scoped futures[] = {
	{ ROW("rtoinfo-future", "SCTP_RTOINFO of the socket is that of later associations", R_6458_8_1_1_01), RTOINFO },
	{ ROW("associnfo-future", "SCTP_ASSOCINFO of the socket is that of later associations", R_6458_8_1_2_01),
		ASSOCINFO },
	{ ROW("peer-addr-params-future", "SCTP_PEER_ADDR_PARAMS of the socket are those of later associations",
		  R_6458_8_1_12_02, R_6458_8_1_12_05),
		PEER_ADDR_PARAMS },
	{ ROW("thresholds-future", "SCTP_PEER_ADDR_THLDS of the socket are those of later associations", R_7829_7_2_01),
		THRESHOLDS },
	{ ROW("thresholds-v2-future", "SCTP_PEER_ADDR_THLDS_V2 of the socket are those of later associations",
		  R_7829_7_2_01),
		THRESHOLDS_V2 },
	{ ROW("expose-pf-future", "SCTP_EXPOSE_POTENTIALLY_FAILED_STATE of the socket is that of later associations",
		  R_7829_7_3_02),
		EXPOSE },
	{ ROW("plpmtud-probe-interval-future",
		  "SCTP_PLPMTUD_PROBE_INTERVAL of the socket is that of later associations"),
		PROBE_INTERVAL },
	{ ROW("default-send-param-future", "SCTP_DEFAULT_SEND_PARAM of the socket is that of later associations",
		  R_6458_8_1_13_01),
		DEFAULT_SEND_PARAM },
	{ ROW("delayed-sack-future", "SCTP_DELAYED_SACK of the socket is that of later associations", R_6458_8_1_19_01),
		DELAYED_SACK },
	{ ROW("context-future", "SCTP_CONTEXT of the socket is that of later associations", R_6458_8_1_25_01),
		CONTEXT },
	{ ROW("max-burst-future", "SCTP_MAX_BURST of the socket is that of later associations", R_6458_8_1_24_01),
		MAX_BURST },
	{ ROW("default-sndinfo-future", "SCTP_DEFAULT_SNDINFO of the socket is that of later associations",
		  R_6458_8_1_31_01),
		DEFAULT_SNDINFO },
	{ ROW("default-prinfo-future", "SCTP_DEFAULT_PRINFO of the socket is that of later associations",
		  R_6458_8_1_32_01),
		DEFAULT_PRINFO },
	{ ROW("enable-stream-reset-future", "SCTP_ENABLE_STREAM_RESET of the socket is that of later associations",
		  R_6525_6_3_1_01),
		STREAM_RESET },
	{ ROW("stream-scheduler-future", "SCTP_STREAM_SCHEDULER of the socket is that of later associations",
		  R_8260_4_3_2_01),
		SCHEDULER },
	{ ROW("event-future", "SCTP_EVENT of the socket is that of later associations", R_6458_8_1_28_01), EVENT },
};

/* The association that there is keeps what it had, and the one that comes later gets what the socket has. */
FAMILY(options, futures,
	.requirements = IDS(R_6458_7_2_03, /* SCTP_FUTURE_ASSOC affects only future associations */
		R_6458_8_04 /* CURRENT and ALL are refused where an option is read */),
	.topology = &topology_one_path)
{
	const struct scoped *it = row;
	const struct pair p = associated(t);
	const struct option_scope first = only_association(t, p.client);

	set_option_to(t, p.client, it->option, FUTURE, it->changed);
	expect_option_is(t, p.client, it->option, FUTURE, it->changed);
	expect_option_is(t, p.client, it->option, first, it->initial);
	associate_with_another(t, p.client);
	expect_option_is(t, p.client, it->option, ASSOCIATION, it->changed);
	expect_option_is(t, p.client, it->option, first, it->initial);
	expect_get_refused(t, p.client, it->option, CURRENT, EINVAL, it->initial);
	expect_get_refused(t, p.client, it->option, FUTURE_AND_CURRENT, EINVAL, it->initial);
}

/* ------------------------------------------------------------------ one association */

static const struct scoped ones[] = {
	{ ROW("rtoinfo-association", "SCTP_RTOINFO of one association", R_6458_8_1_1_01), RTOINFO },
	{ ROW("associnfo-association", "SCTP_ASSOCINFO of one association", R_6458_8_1_2_01), ASSOCINFO },
	{ ROW("peer-addr-params-association", "SCTP_PEER_ADDR_PARAMS of one association", R_6458_8_1_12_02,
		  R_6458_8_1_12_05),
		PEER_ADDR_PARAMS },
	{ ROW("thresholds-association", "SCTP_PEER_ADDR_THLDS of one association", R_7829_7_2_01), THRESHOLDS },
	{ ROW("thresholds-v2-association", "SCTP_PEER_ADDR_THLDS_V2 of one association", R_7829_7_2_01),
		THRESHOLDS_V2 },
	{ ROW("expose-pf-association", "SCTP_EXPOSE_POTENTIALLY_FAILED_STATE of one association", R_7829_7_3_02),
		EXPOSE },
	{ ROW("plpmtud-probe-interval-association", "SCTP_PLPMTUD_PROBE_INTERVAL of one association"), PROBE_INTERVAL },
	{ ROW("default-send-param-association", "SCTP_DEFAULT_SEND_PARAM of one association", R_6458_8_1_13_01),
		DEFAULT_SEND_PARAM },
	{ ROW("delayed-sack-association", "SCTP_DELAYED_SACK of one association", R_6458_8_1_19_01), DELAYED_SACK },
	{ ROW("context-association", "SCTP_CONTEXT of one association", R_6458_8_1_25_01), CONTEXT },
	{ ROW("max-burst-association", "SCTP_MAX_BURST of one association", R_6458_8_1_24_01), MAX_BURST },
	{ ROW("default-sndinfo-association", "SCTP_DEFAULT_SNDINFO of one association", R_6458_8_1_31_01),
		DEFAULT_SNDINFO },
	{ ROW("default-prinfo-association", "SCTP_DEFAULT_PRINFO of one association", R_6458_8_1_32_01),
		DEFAULT_PRINFO },
	{ ROW("enable-stream-reset-association", "SCTP_ENABLE_STREAM_RESET of one association", R_6525_6_3_1_01),
		STREAM_RESET },
	{ ROW("stream-scheduler-association", "SCTP_STREAM_SCHEDULER of one association", R_8260_4_3_2_01), SCHEDULER },
	{ ROW("event-association", "SCTP_EVENT of one association", R_6458_8_1_28_01), EVENT },
};

/* Its socket, and the socket's other associations, keep what they had. */
FAMILY(options, ones, .topology = &topology_one_path)
{
	const struct scoped *it = row;
	const struct pair p = associated(t);
	const struct option_scope first = only_association(t, p.client);

	set_option_to(t, p.client, it->option, ASSOCIATION, it->changed);
	expect_option_is(t, p.client, it->option, first, it->changed);
	expect_option_is(t, p.client, it->option, FUTURE, it->initial);
	change_option_to(t, p.client, it->option, first, it->changed); /* the inputs, and no member else */
	expect_option_is(t, p.client, it->option, first, it->changed);
	associate_with_another(t, p.client);
	expect_option_is(t, p.client, it->option, ASSOCIATION, it->initial);
	expect_option_is(t, p.client, it->option, first, it->changed);
	expect_set_refused(t, p.client, it->option, NOBODY, EINVAL, it->changed);
	expect_get_refused(t, p.client, it->option, NOBODY, EINVAL, it->changed);
}

/* ------------------------------------------------------------------ current associations, and all */

static const struct scoped currents[] = {
	{ ROW("default-send-param-current", "SCTP_DEFAULT_SEND_PARAM of the current associations, then of all",
		  R_6458_8_1_13_01),
		DEFAULT_SEND_PARAM },
	{ ROW("delayed-sack-current", "SCTP_DELAYED_SACK of the current associations, then of all", R_6458_8_1_19_01),
		DELAYED_SACK },
	{ ROW("context-current", "SCTP_CONTEXT of the current associations, then of all", R_6458_8_1_25_01), CONTEXT },
	{ ROW("max-burst-current", "SCTP_MAX_BURST of the current associations, then of all", R_6458_8_1_24_01),
		MAX_BURST },
	{ ROW("default-sndinfo-current", "SCTP_DEFAULT_SNDINFO of the current associations, then of all",
		  R_6458_8_1_31_01),
		DEFAULT_SNDINFO },
	{ ROW("default-prinfo-current", "SCTP_DEFAULT_PRINFO of the current associations, then of all",
		  R_6458_8_1_32_01),
		DEFAULT_PRINFO },
	{ ROW("enable-stream-reset-current", "SCTP_ENABLE_STREAM_RESET of the current associations, then of all",
		  R_6525_6_3_1_01),
		STREAM_RESET },
	{ ROW("stream-scheduler-current", "SCTP_STREAM_SCHEDULER of the current associations, then of all",
		  R_8260_4_3_2_01),
		SCHEDULER },
	{ ROW("event-current", "SCTP_EVENT of the current associations, then of all", R_6458_8_1_28_01), EVENT },
};

/* Both associations have it then, and what comes later does with SCTP_ALL_ASSOC only. */
FAMILY(options, currents, .requirements = IDS(R_6458_7_2_04, R_6458_7_2_05), .topology = &topology_one_path)
{
	const struct scoped *it = row;
	const struct pair p = associated(t);
	const struct option_scope first = only_association(t, p.client);

	associate_with_another(t, p.client);
	set_option_to(t, p.client, it->option, CURRENT, it->changed);
	expect_option_is(t, p.client, it->option, first, it->changed);
	expect_option_is(t, p.client, it->option, ASSOCIATION, it->changed);
	expect_option_is(t, p.client, it->option, FUTURE, it->initial);
	set_option_to(t, p.client, it->option, first, it->initial);
	set_option_to(t, p.client, it->option, FUTURE_AND_CURRENT, it->changed);
	expect_option_is(t, p.client, it->option, first, it->changed);
	expect_option_is(t, p.client, it->option, ASSOCIATION, it->changed);
	expect_option_is(t, p.client, it->option, FUTURE, it->changed);
}
