/* SPDX-License-Identifier: Apache-2.0 */
/* options_refused.c - socket options that are refused, with the errno, and change nothing (RFC 6458 section 8). */
#include <errno.h>

#include "cases/requirements.h"
#include "runner/engine/case.h"

/* What is refused. */
struct refused {
	struct row row;
	int option;
	struct option_scope scope;
	int error;
	struct option_value values[4];
};

#define OF(option_, scope_, error_, ...) \
	.option = (option_), .scope = (scope_), .error = (error_), .values = { __VA_ARGS__ }

/* Neither SCTP_CURRENT_ASSOC nor SCTP_ALL_ASSOC can be set. */
#define CURRENT_ROW(name_, option_, value_, ...)                                                \
	{                                                                                       \
		ROW(name_, #option_ " takes no SCTP_CURRENT_ASSOC" __VA_OPT__(, ) __VA_ARGS__), \
			OF(option_, CURRENT, EINVAL, value_)                                    \
	}
#define ALL_ROW(name_, option_, value_, ...)                                                \
	{                                                                                   \
		ROW(name_, #option_ " takes no SCTP_ALL_ASSOC" __VA_OPT__(, ) __VA_ARGS__), \
			OF(option_, FUTURE_AND_CURRENT, EINVAL, value_)                     \
	}

/* ------------------------------------------------------------------ of a socket */

static const struct refused of_socket[] = {
	CURRENT_ROW("rtoinfo-no-current", SCTP_RTOINFO, IS(srto_min, 500), R_6458_8_1_1_03),
	ALL_ROW("rtoinfo-no-all", SCTP_RTOINFO, IS(srto_min, 500), R_6458_8_1_1_03),
	CURRENT_ROW("associnfo-no-current", SCTP_ASSOCINFO, IS(sasoc_asocmaxrxt, 5), R_6458_8_1_2_01),
	ALL_ROW("associnfo-no-all", SCTP_ASSOCINFO, IS(sasoc_asocmaxrxt, 5), R_6458_8_1_2_01),
	CURRENT_ROW("peer-addr-params-no-current", SCTP_PEER_ADDR_PARAMS, IS(spp_pathmaxrxt, 3), R_6458_8_1_12_11),
	ALL_ROW("peer-addr-params-no-all", SCTP_PEER_ADDR_PARAMS, IS(spp_pathmaxrxt, 3), R_6458_8_1_12_11),
	CURRENT_ROW("maxseg-no-current", SCTP_MAXSEG, IS(assoc_value, 700), R_6458_8_1_16_02),
	ALL_ROW("maxseg-no-all", SCTP_MAXSEG, IS(assoc_value, 700), R_6458_8_1_16_02),
	CURRENT_ROW("thresholds-no-current", SCTP_PEER_ADDR_THLDS, IS(spt_pathmaxrxt, 3), R_7829_7_2_01),
	ALL_ROW("thresholds-no-all", SCTP_PEER_ADDR_THLDS, IS(spt_pathmaxrxt, 3), R_7829_7_2_01),
	CURRENT_ROW("thresholds-v2-no-current", SCTP_PEER_ADDR_THLDS_V2, IS(spt_pathmaxrxt, 3), R_7829_7_2_01),
	ALL_ROW("thresholds-v2-no-all", SCTP_PEER_ADDR_THLDS_V2, IS(spt_pathmaxrxt, 3), R_7829_7_2_01),
	CURRENT_ROW("expose-pf-no-current", SCTP_EXPOSE_POTENTIALLY_FAILED_STATE, IS(assoc_value, 2), R_7829_7_3_02),
	ALL_ROW("expose-pf-no-all", SCTP_EXPOSE_POTENTIALLY_FAILED_STATE, IS(assoc_value, 2), R_7829_7_3_02),
	CURRENT_ROW("pr-supported-no-current", SCTP_PR_SUPPORTED, IS(assoc_value, 0), R_7496_4_04),
	ALL_ROW("pr-supported-no-all", SCTP_PR_SUPPORTED, IS(assoc_value, 0), R_7496_4_04),
	CURRENT_ROW("interleaving-no-current", SCTP_INTERLEAVING_SUPPORTED, IS(assoc_value, 1), R_8260_4_3_1_03),
	ALL_ROW("interleaving-no-all", SCTP_INTERLEAVING_SUPPORTED, IS(assoc_value, 1), R_8260_4_3_1_03),
	CURRENT_ROW("udp-encaps-port-no-current", SCTP_REMOTE_UDP_ENCAPS_PORT, IS(sue_port, 9899), R_6951_6_1_01),
	ALL_ROW("udp-encaps-port-no-all", SCTP_REMOTE_UDP_ENCAPS_PORT, IS(sue_port, 9899), R_6951_6_1_01),
	{ ROW("rtoinfo-min-above-max", "An RTO.Min above RTO.Max is refused", R_6458_8_1_1_01),
		OF(SCTP_RTOINFO, FUTURE, EINVAL, IS(srto_min, 5000), IS(srto_max, 4000)) },
	{ ROW("rtoinfo-min-above-hosts-max", "An RTO.Min above the RTO.Max that there is is refused", R_6458_8_1_1_01),
		OF(SCTP_RTOINFO, FUTURE, EINVAL, IS(srto_min, 60001)) },
	{ ROW("delayed-sack-501", "A SACK delay above 500 ms is refused", R_6458_8_1_19_01),
		OF(SCTP_DELAYED_SACK, FUTURE, EINVAL, IS(sack_delay, 501), IS(sack_freq, 2)) },
	{ ROW("peer-addr-params-sack-501", "A SACK delay of paths above 500 ms is refused", R_6458_8_1_19_01),
		OF(SCTP_PEER_ADDR_PARAMS, FUTURE, EINVAL, IS(spp_sackdelay, 501),
			IS(spp_flags, SPP_SACKDELAY_ENABLE)) },
	{ ROW("peer-addr-params-hb-both", "Heartbeats cannot be turned on and off at once", R_6458_8_1_12_01),
		OF(SCTP_PEER_ADDR_PARAMS, FUTURE, EINVAL, IS(spp_flags, SPP_HB_ENABLE | SPP_HB_DISABLE)) },
	{ ROW("peer-addr-params-pmtud-both", "Discovery of the MTU cannot be turned on and off at once",
		  R_6458_8_1_12_06),
		OF(SCTP_PEER_ADDR_PARAMS, FUTURE, EINVAL, IS(spp_flags, SPP_PMTUD_ENABLE | SPP_PMTUD_DISABLE)) },
	{ ROW("peer-addr-params-sack-both", "Delayed SACKs cannot be turned on and off at once", R_6458_8_1_19_01),
		OF(SCTP_PEER_ADDR_PARAMS, FUTURE, EINVAL,
			IS(spp_flags, SPP_SACKDELAY_ENABLE | SPP_SACKDELAY_DISABLE)) },
	{ ROW("peer-addr-params-mtu-511", "A path MTU below 512 octets is refused", R_6458_8_1_12_06),
		OF(SCTP_PEER_ADDR_PARAMS, FUTURE, EINVAL, IS(spp_pathmtu, 511), IS(spp_flags, SPP_PMTUD_DISABLE)) },
	{ ROW("peer-addr-params-demand-of-socket", "A HEARTBEAT on demand needs an association", R_6458_8_1_12_04),
		OF(SCTP_PEER_ADDR_PARAMS, FUTURE, EINVAL, IS(spp_flags, SPP_HB_DEMAND)) },
	{ ROW("partial-delivery-point-above-buffer", "A partial delivery point above the receive buffer is refused",
		  R_6458_8_1_21_02),
		OF(SCTP_PARTIAL_DELIVERY_POINT, FUTURE, EINVAL, IS(value, 0x40000000)) },
	{ ROW("fragment-interleave-3", "A level of fragment interleave that does not exist is refused",
		  R_6458_8_1_20_04),
		OF(SCTP_FRAGMENT_INTERLEAVE, FUTURE, EINVAL, IS(value, 3)) },
	{ ROW("fragment-interleave-2-alone",
		  "Level 2 of fragment interleave is refused while nobody asks for SCTP_RCVINFO", R_6458_8_1_20_05),
		OF(SCTP_FRAGMENT_INTERLEAVE, FUTURE, EINVAL, IS(value, 2)) },
	{ ROW("thresholds-v2-switch-below-pf", "A limit for switching the primary below that of PF is refused",
		  R_7829_7_2_03, R_7829_5_04),
		OF(SCTP_PEER_ADDR_THLDS_V2, FUTURE, EINVAL, IS(spt_pathmaxrxt, 5), IS(spt_pathpfthld, 3),
			IS(spt_pathcpthld, 2)) },
	{ ROW("stream-scheduler-unknown", "A scheduler that does not exist is refused", R_8260_4_3_2_02),
		OF(SCTP_STREAM_SCHEDULER, FUTURE, EINVAL, IS(assoc_value, 1000)) },
	{ ROW("default-prinfo-unknown", "A PR-SCTP policy that does not exist is refused", R_6458_8_1_32_01),
		OF(SCTP_DEFAULT_PRINFO, FUTURE, EINVAL, IS(pr_policy, 0x40), IS(pr_value, 1)) },
	{ ROW("enable-stream-reset-unknown", "A bit of SCTP_ENABLE_STREAM_RESET that does not exist is refused",
		  R_6525_6_3_1_01),
		OF(SCTP_ENABLE_STREAM_RESET, FUTURE, EINVAL, IS(assoc_value, 8)) },
	{ ROW("auto-asconf-bound", "SCTP_AUTO_ASCONF is refused on a socket that is bound to single addresses",
		  R_6458_8_1_23_01),
		OF(SCTP_AUTO_ASCONF, FUTURE, EINVAL, IS(value, 1)) },
	{ ROW("linger-negative", "A negative time of SO_LINGER is refused", R_6458_8_1_4_02),
		OF(AT_SOCKET_LEVEL(SO_LINGER), FUTURE, EINVAL, IS(l_onoff, 1), IS(l_linger, -1)) },
	{ ROW("mapped-v4-ipv4", "SCTP_I_WANT_MAPPED_V4_ADDR is refused on an IPv4 socket", R_6458_8_1_15_02),
		OF(SCTP_I_WANT_MAPPED_V4_ADDR, FUTURE, EINVAL, IS(value, 1)) },
	{ ROW("interleaving-supported-disabled",
		  "SCTP_INTERLEAVING_SUPPORTED is refused where the host does not permit it", R_8260_4_3_1_01),
		.row.settings = { .intl = OFF }, OF(SCTP_INTERLEAVING_SUPPORTED, FUTURE, EPERM, IS(assoc_value, 1)) },
	{ ROW("interleaving-supported-alone",
		  "SCTP_INTERLEAVING_SUPPORTED is refused before SCTP_FRAGMENT_INTERLEAVE is set", R_8260_4_3_1_01),
		.row.settings = { .intl = ON }, OF(SCTP_INTERLEAVING_SUPPORTED, FUTURE, EPERM, IS(assoc_value, 1)) },
	{ ROW("plpmtud-probe-interval-4999", "An interval of PLPMTUD below 5 s is refused"),
		OF(SCTP_PLPMTUD_PROBE_INTERVAL, FUTURE, EINVAL, IS(spi_interval, 4999)) },
	{ ROW("reuse-port-one-to-many", "SCTP_REUSE_PORT is refused on a one-to-many socket", R_6458_8_1_27_02),
		OF(SCTP_REUSE_PORT, FUTURE, EOPNOTSUPP, IS(value, 1)) },
};

FAMILY(options, of_socket, .topology = &topology_one_path)
{
	const struct refused *it = row;
	struct peer *socket = open_peer(t, A, "socket", NULL);
	const int64_t before = ask_option(t, socket, it->option, FUTURE, it->values[0].member);

	expect_set_refused(t, socket, it->option, it->scope, it->error, it->values);
	expect_that(t, ask_option(t, socket, it->option, FUTURE, it->values[0].member) == before,
		"what was refused has changed nothing");
	expect_quiet(t, s(1));
}

/* ------------------------------------------------------------------ the wrong way */

/* Options that can only be read, or only be set. */
static const struct refused read_only[] = {
	{ ROW("status-set", "SCTP_STATUS cannot be set"), OF(SCTP_STATUS, ASSOCIATION, EOPNOTSUPP) },
	{ ROW("peer-addr-info-set", "SCTP_GET_PEER_ADDR_INFO cannot be set"),
		OF(SCTP_GET_PEER_ADDR_INFO, ADDRESS_ON(0), EOPNOTSUPP) },
	{ ROW("peer-auth-chunks-set", "SCTP_PEER_AUTH_CHUNKS cannot be set"),
		OF(SCTP_PEER_AUTH_CHUNKS, ASSOCIATION, EOPNOTSUPP) },
	{ ROW("local-auth-chunks-set", "SCTP_LOCAL_AUTH_CHUNKS cannot be set"),
		OF(SCTP_LOCAL_AUTH_CHUNKS, ASSOCIATION, EOPNOTSUPP) },
	{ ROW("assoc-number-set", "SCTP_GET_ASSOC_NUMBER cannot be set"),
		OF(SCTP_GET_ASSOC_NUMBER, FUTURE, EOPNOTSUPP, IS(value, 1)) },
	{ ROW("assoc-id-list-set", "SCTP_GET_ASSOC_ID_LIST cannot be set"),
		OF(SCTP_GET_ASSOC_ID_LIST, FUTURE, EOPNOTSUPP) },
};

FAMILY(options, read_only, .requirements = IDS(R_6458_8_2_01), .topology = &topology_one_path)
{
	const struct refused *it = row;
	const struct pair p = associated(t);

	expect_set_refused(t, p.client, it->option, it->scope, it->error, it->values);
}

static const struct refused write_only[] = {
	{ ROW("peer-primary-get", "SCTP_SET_PEER_PRIMARY_ADDR cannot be read"),
		OF(SCTP_SET_PEER_PRIMARY_ADDR, ADDRESS_ON(0), EOPNOTSUPP) },
	{ ROW("auth-chunk-get", "SCTP_AUTH_CHUNK cannot be read"), OF(SCTP_AUTH_CHUNK, FUTURE, EOPNOTSUPP) },
	{ ROW("auth-key-get", "SCTP_AUTH_KEY cannot be read"), OF(SCTP_AUTH_KEY, ASSOCIATION, EOPNOTSUPP) },
	{ ROW("auth-delete-key-get", "SCTP_AUTH_DELETE_KEY cannot be read"),
		OF(SCTP_AUTH_DELETE_KEY, ASSOCIATION, EOPNOTSUPP) },
	{ ROW("auth-deactivate-key-get", "SCTP_AUTH_DEACTIVATE_KEY cannot be read"),
		OF(SCTP_AUTH_DEACTIVATE_KEY, ASSOCIATION, EOPNOTSUPP) },
};

FAMILY(options, write_only, .requirements = IDS(R_6458_8_3_01), .topology = &topology_one_path,
	.settings = { .auth = ON })
{
	const struct refused *it = row;
	const struct pair p = associated(t);

	expect_get_refused(t, p.client, it->option, it->scope, it->error, it->values);
}

/* ------------------------------------------------------------------ of an association */

#define FUTURE_ON(path_) ((struct option_scope){ .of = OF_FUTURE, .address = OF_PATH, .path = (path_) })
#define CURRENT_ON(path_) ((struct option_scope){ .of = OF_CURRENT, .address = OF_PATH, .path = (path_) })
#define ALL_ON(path_) ((struct option_scope){ .of = OF_ALL, .address = OF_PATH, .path = (path_) })

static const struct refused of_association[] = {
	{ ROW("primary-wildcard", "The wildcard address is refused as primary", R_6458_8_1_9_03),
		OF(SCTP_PRIMARY_ADDR, ASSOCIATION, EINVAL) },
	{ ROW("primary-future", "SCTP_PRIMARY_ADDR takes no SCTP_FUTURE_ASSOC", R_6458_8_1_9_03),
		OF(SCTP_PRIMARY_ADDR, FUTURE_ON(1), EINVAL) },
	{ ROW("primary-current", "SCTP_PRIMARY_ADDR takes no SCTP_CURRENT_ASSOC", R_6458_8_1_9_03),
		OF(SCTP_PRIMARY_ADDR, CURRENT_ON(1), EINVAL) },
	{ ROW("primary-all", "SCTP_PRIMARY_ADDR takes no SCTP_ALL_ASSOC", R_6458_8_1_9_03),
		OF(SCTP_PRIMARY_ADDR, ALL_ON(1), EINVAL) },
	{ ROW("peer-addr-params-demand-everywhere", "A HEARTBEAT on demand needs an address", R_6458_8_1_12_04),
		OF(SCTP_PEER_ADDR_PARAMS, ASSOCIATION, EINVAL, IS(spp_flags, SPP_HB_DEMAND)) },
	{ ROW("peer-addr-params-foreign", "SCTP_PEER_ADDR_PARAMS of an address that is not the peer's are refused",
		  R_6458_8_1_12_02),
		OF(SCTP_PEER_ADDR_PARAMS, WRONG_ADDRESS_ON(0), EINVAL, IS(spp_pathmaxrxt, 3)) },
	{ ROW("associnfo-above-paths", "An Association.Max.Retrans above the sum of the paths' limits is refused",
		  R_6458_8_1_2_07),
		OF(SCTP_ASSOCINFO, ASSOCIATION, EINVAL, IS(sasoc_asocmaxrxt, 11)) },
	{ ROW("stream-scheduler-value-no-stream",
		  "A priority of a stream that the association does not have is refused", R_8260_4_3_3_02),
		OF(SCTP_STREAM_SCHEDULER_VALUE, ASSOCIATION, EINVAL, IS(stream_id, 10), IS(stream_value, 1)) },
	{ ROW("reset-streams-not-negotiated", "SCTP_RESET_STREAMS is refused when the peer does not do RE-CONFIG",
		  R_6525_5_1_02),
		OF(SCTP_RESET_STREAMS, ASSOCIATION, ENOPROTOOPT, IS(srs_flags, SCTP_STREAM_RESET_OUTGOING)) },
	{ ROW("reset-assoc-not-negotiated", "SCTP_RESET_ASSOC is refused when the peer does not do RE-CONFIG",
		  R_6525_5_1_02),
		OF(SCTP_RESET_ASSOC, ASSOCIATION, ENOPROTOOPT) },
	{ ROW("add-streams-not-negotiated", "SCTP_ADD_STREAMS is refused when the peer does not do RE-CONFIG",
		  R_6525_5_1_02),
		OF(SCTP_ADD_STREAMS, ASSOCIATION, ENOPROTOOPT, IS(sas_outstrms, 1)) },
	{ ROW("peer-primary-not-negotiated", "SCTP_SET_PEER_PRIMARY_ADDR is refused when the peer does not do ASCONF",
		  R_6458_8_3_1_02),
		.row.settings = { .addip = OFF }, OF(SCTP_SET_PEER_PRIMARY_ADDR, ADDRESS_ON(1), EPERM) },
	{ ROW("peer-primary-foreign", "SCTP_SET_PEER_PRIMARY_ADDR of an address that is not the socket's is refused",
		  R_6458_8_3_1_02),
		.row.settings = { .addip = ON, .auth = ON },
		OF(SCTP_SET_PEER_PRIMARY_ADDR, WRONG_ADDRESS_ON(1), EADDRNOTAVAIL) },
	{ ROW("peer-primary-future", "SCTP_SET_PEER_PRIMARY_ADDR takes no SCTP_FUTURE_ASSOC", R_6458_8_3_1_02),
		.row.settings = { .addip = ON, .auth = ON }, OF(SCTP_SET_PEER_PRIMARY_ADDR, FUTURE_ON(1), EINVAL) },
	{ ROW("peer-primary-current", "SCTP_SET_PEER_PRIMARY_ADDR takes no SCTP_CURRENT_ASSOC", R_6458_8_3_1_02),
		.row.settings = { .addip = ON, .auth = ON }, OF(SCTP_SET_PEER_PRIMARY_ADDR, CURRENT_ON(1), EINVAL) },
	{ ROW("peer-primary-all", "SCTP_SET_PEER_PRIMARY_ADDR takes no SCTP_ALL_ASSOC", R_6458_8_3_1_02),
		.row.settings = { .addip = ON, .auth = ON }, OF(SCTP_SET_PEER_PRIMARY_ADDR, ALL_ON(1), EINVAL) },
	{ ROW("pr-supported-of-association", "SCTP_PR_SUPPORTED of an association that there is cannot be changed",
		  R_7496_4_05),
		OF(SCTP_PR_SUPPORTED, ASSOCIATION, EINVAL, IS(assoc_value, 0)) },
};

/* Nothing is sent, and no event comes; the primary stays. */
FAMILY(options, of_association, .topology = &topology_two_paths)
{
	const struct refused *it = row;
	const struct pair p = settled(t);
	const vtime before = now(t);

	expect_set_refused(t, p.client, it->option, it->scope, it->error, it->values);
	expect_quiet(t, s(1));
	expect_primary_at_both(t, p, 0);
	expect_not_sent_by_both(t, 0, HEARTBEAT, since(t, before));
}

/* ------------------------------------------------------------------ lengths */

struct length {
	struct row row;
	int option;
	size_t length;
};

#define SHORT_ROW(name_, option_, struct_)                                                           \
	{                                                                                            \
		ROW(name_, #option_ " is refused with an octet less"), .option = (option_),          \
								       .length = sizeof(struct_) - 1 \
	}

static const struct length lengths[] = {
	SHORT_ROW("rtoinfo-short", SCTP_RTOINFO, struct sctp_rtoinfo),
	SHORT_ROW("associnfo-short", SCTP_ASSOCINFO, struct sctp_assocparams),
	SHORT_ROW("initmsg-short", SCTP_INITMSG, struct sctp_initmsg),
	SHORT_ROW("autoclose-short", SCTP_AUTOCLOSE, int),
	SHORT_ROW("nodelay-short", SCTP_NODELAY, int),
	SHORT_ROW("primary-short", SCTP_PRIMARY_ADDR, struct sctp_prim),
	SHORT_ROW("adaptation-layer-short", SCTP_ADAPTATION_LAYER, struct sctp_setadaptation),
	SHORT_ROW("disable-fragments-short", SCTP_DISABLE_FRAGMENTS, int),
	SHORT_ROW("default-send-param-short", SCTP_DEFAULT_SEND_PARAM, struct sctp_sndrcvinfo),
	SHORT_ROW("context-short", SCTP_CONTEXT, struct sctp_assoc_value),
	SHORT_ROW("default-sndinfo-short", SCTP_DEFAULT_SNDINFO, struct sctp_sndinfo),
	SHORT_ROW("event-short", SCTP_EVENT, struct sctp_event),
	SHORT_ROW("recvrcvinfo-short", SCTP_RECVRCVINFO, int),
	SHORT_ROW("thresholds-short", SCTP_PEER_ADDR_THLDS, struct sctp_paddrthlds),
};

FAMILY(options, lengths, .topology = &topology_one_path)
{
	const struct length *it = row;
	struct peer *socket = open_peer(t, A, "socket", NULL);

	expect_set_length_refused(t, socket, it->option, it->length, EINVAL);
	expect_get_length_refused(t, socket, it->option, it->length, EINVAL);
	expect_quiet(t, s(1));
}
