/* SPDX-License-Identifier: Apache-2.0 */
/*
 * option_table.c - see option_table.h. The options of RFC 6458 section 8 that Linux has, and Linux's own, in the order
 * of their numbers, and those of the level SOL_SOCKET that section 8 speaks of. Not here: those with which other calls
 * are made (bindx, connectx, peeloff, lists of addresses).
 */
#include "runner/engine/option_table.h"

#include <string.h>

#include "runner/engine/options.h"

#define WIDTH(struct_, member) ((uint16_t)sizeof(((struct struct_ *)NULL)->member))
#define ELEMENT_WIDTH(struct_, member) ((uint16_t)sizeof(*((struct struct_ *)NULL)->member))
#define AT(struct_, member) ((uint16_t)offsetof(struct struct_, member))
#define OF_KIND(struct_, member, kind_, unit_)                                     \
	{                                                                          \
#member, AT(struct_, member), WIDTH(struct_, member), kind_, unit_ \
	}
#define NUMBER(struct_, member, unit_) OF_KIND(struct_, member, MEMBER_NUMBER, unit_)
#define INPUT(struct_, member) OF_KIND(struct_, member, MEMBER_INPUT, NULL)
#define COUNT(struct_, member) OF_KIND(struct_, member, MEMBER_COUNT, NULL)
#define LIST(struct_, member)                                                                   \
	{                                                                                       \
#member, AT(struct_, member), ELEMENT_WIDTH(struct_, member), MEMBER_LIST, NULL \
	}
#define END                                     \
	{                                       \
		NULL, 0, 0, MEMBER_NUMBER, NULL \
	}
#define MEMBERS(...) ((const struct option_member[]){ __VA_ARGS__, END })

#define NAMED(option_) .number = (option_), .name = #option_
#define STRUCT(struct_) .size = sizeof(struct struct_), .id = -1, .address = -1
/* A struct with an association, and one with an address as well. */
#define OF_ONE(struct_, id_) .size = sizeof(struct struct_), .id = (int16_t)AT(struct_, id_), .address = -1
#define OF_ADDRESS(struct_, id_, address_) \
	.size = sizeof(struct struct_), .id = (int16_t)AT(struct_, id_), .address = (int16_t)AT(struct_, address_)

#define NUMBER_ALONE(unit_)                                                                     \
	.size = sizeof(int), .id = -1, .address = -1, .members = (const struct option_member[]) \
	{                                                                                       \
		{ "value", 0, sizeof(int), MEMBER_SIGNED, unit_ }, END                          \
	}
/* struct sctp_assoc_value */
#define ASSOC_VALUE(unit_) \
	OF_ONE(sctp_assoc_value, assoc_id), .members = MEMBERS(NUMBER(sctp_assoc_value, assoc_value, unit_))

#define FUTURE_OR_ONE (TAKES_FUTURE | TAKES_ASSOCIATION)
#define ANY_SCOPE (TAKES_FUTURE | TAKES_CURRENT | TAKES_ASSOCIATION)
#define FUTURE_ONE_OR_ADDRESS (TAKES_FUTURE | TAKES_ASSOCIATION | TAKES_ADDRESS)

static const struct socket_option options[] = {
	{ NAMED(SCTP_RTOINFO), OF_ONE(sctp_rtoinfo, srto_assoc_id), OPTION_GET_SET, FUTURE_OR_ONE, false,
		MEMBERS(NUMBER(sctp_rtoinfo, srto_initial, "ms"), NUMBER(sctp_rtoinfo, srto_max, "ms"),
			NUMBER(sctp_rtoinfo, srto_min, "ms")) },
	{ NAMED(SCTP_ASSOCINFO), OF_ONE(sctp_assocparams, sasoc_assoc_id), OPTION_GET_SET, FUTURE_OR_ONE, false,
		MEMBERS(NUMBER(sctp_assocparams, sasoc_asocmaxrxt, NULL),
			NUMBER(sctp_assocparams, sasoc_number_peer_destinations, NULL),
			NUMBER(sctp_assocparams, sasoc_peer_rwnd, "octets"),
			NUMBER(sctp_assocparams, sasoc_local_rwnd, "octets"),
			NUMBER(sctp_assocparams, sasoc_cookie_life, "ms")) },
	{ NAMED(SCTP_INITMSG), STRUCT(sctp_initmsg), OPTION_GET_SET, TAKES_NOTHING, false,
		MEMBERS(NUMBER(sctp_initmsg, sinit_num_ostreams, NULL), NUMBER(sctp_initmsg, sinit_max_instreams, NULL),
			NUMBER(sctp_initmsg, sinit_max_attempts, NULL),
			NUMBER(sctp_initmsg, sinit_max_init_timeo, "ms")) },
	{ NAMED(SCTP_NODELAY), NUMBER_ALONE(NULL), .access = OPTION_GET_SET },
	{ NAMED(SCTP_AUTOCLOSE), NUMBER_ALONE("s"), .access = OPTION_GET_SET },
	{ NAMED(SCTP_SET_PEER_PRIMARY_ADDR), OF_ADDRESS(sctp_setpeerprim, sspp_assoc_id, sspp_addr), OPTION_SET,
		TAKES_ASSOCIATION | TAKES_OWN_ADDRESS, false, MEMBERS(END) },
	{ NAMED(SCTP_PRIMARY_ADDR), OF_ADDRESS(sctp_prim, ssp_assoc_id, ssp_addr), OPTION_GET_SET,
		TAKES_ASSOCIATION | TAKES_ADDRESS, false, MEMBERS(END) },
	{ NAMED(SCTP_ADAPTATION_LAYER), STRUCT(sctp_setadaptation), OPTION_GET_SET, TAKES_NOTHING, false,
		MEMBERS(NUMBER(sctp_setadaptation, ssb_adaptation_ind, NULL)) },
	{ NAMED(SCTP_DISABLE_FRAGMENTS), NUMBER_ALONE(NULL), .access = OPTION_GET_SET },
	{ NAMED(SCTP_PEER_ADDR_PARAMS), OF_ADDRESS(sctp_paddrparams, spp_assoc_id, spp_address), OPTION_GET_SET,
		FUTURE_ONE_OR_ADDRESS, false,
		MEMBERS(NUMBER(sctp_paddrparams, spp_hbinterval, "ms"), NUMBER(sctp_paddrparams, spp_pathmaxrxt, NULL),
			NUMBER(sctp_paddrparams, spp_pathmtu, "octets"), NUMBER(sctp_paddrparams, spp_sackdelay, "ms"),
			NUMBER(sctp_paddrparams, spp_flags, NULL), NUMBER(sctp_paddrparams, spp_ipv6_flowlabel, NULL),
			NUMBER(sctp_paddrparams, spp_dscp, NULL)) },
	{ NAMED(SCTP_DEFAULT_SEND_PARAM), OF_ONE(sctp_sndrcvinfo, sinfo_assoc_id), OPTION_GET_SET, ANY_SCOPE, false,
		MEMBERS(NUMBER(sctp_sndrcvinfo, sinfo_stream, NULL), NUMBER(sctp_sndrcvinfo, sinfo_flags, NULL),
			NUMBER(sctp_sndrcvinfo, sinfo_ppid, NULL), NUMBER(sctp_sndrcvinfo, sinfo_context, NULL),
			NUMBER(sctp_sndrcvinfo, sinfo_timetolive, "ms")) },
	{ NAMED(SCTP_EVENTS), STRUCT(sctp_event_subscribe), OPTION_GET_SET, TAKES_NOTHING, false,
		MEMBERS(NUMBER(sctp_event_subscribe, sctp_data_io_event, NULL),
			NUMBER(sctp_event_subscribe, sctp_association_event, NULL),
			NUMBER(sctp_event_subscribe, sctp_address_event, NULL),
			NUMBER(sctp_event_subscribe, sctp_send_failure_event, NULL),
			NUMBER(sctp_event_subscribe, sctp_peer_error_event, NULL),
			NUMBER(sctp_event_subscribe, sctp_shutdown_event, NULL),
			NUMBER(sctp_event_subscribe, sctp_partial_delivery_event, NULL),
			NUMBER(sctp_event_subscribe, sctp_adaptation_layer_event, NULL),
			NUMBER(sctp_event_subscribe, sctp_authentication_event, NULL),
			NUMBER(sctp_event_subscribe, sctp_sender_dry_event, NULL),
			NUMBER(sctp_event_subscribe, sctp_stream_reset_event, NULL),
			NUMBER(sctp_event_subscribe, sctp_assoc_reset_event, NULL),
			NUMBER(sctp_event_subscribe, sctp_stream_change_event, NULL),
			NUMBER(sctp_event_subscribe, sctp_send_failure_event_event, NULL)) },
	{ NAMED(SCTP_I_WANT_MAPPED_V4_ADDR), NUMBER_ALONE(NULL), .access = OPTION_GET_SET },
	{ NAMED(SCTP_MAXSEG), ASSOC_VALUE("octets"), .access = OPTION_GET_SET, .takes = FUTURE_OR_ONE },
	{ NAMED(SCTP_STATUS), OF_ONE(sctp_status, sstat_assoc_id), OPTION_GET, TAKES_ASSOCIATION, false,
		MEMBERS(NUMBER(sctp_status, sstat_state, NULL), NUMBER(sctp_status, sstat_rwnd, "octets"),
			NUMBER(sctp_status, sstat_unackdata, "chunks"), NUMBER(sctp_status, sstat_penddata, "chunks"),
			NUMBER(sctp_status, sstat_instrms, NULL), NUMBER(sctp_status, sstat_outstrms, NULL),
			NUMBER(sctp_status, sstat_fragmentation_point, "octets"),
			NUMBER(sctp_status, sstat_primary.spinfo_state, NULL),
			NUMBER(sctp_status, sstat_primary.spinfo_cwnd, "octets"),
			NUMBER(sctp_status, sstat_primary.spinfo_srtt, NULL),
			NUMBER(sctp_status, sstat_primary.spinfo_rto, "ms"),
			NUMBER(sctp_status, sstat_primary.spinfo_mtu, "octets")) },
	{ NAMED(SCTP_GET_PEER_ADDR_INFO), OF_ADDRESS(sctp_paddrinfo, spinfo_assoc_id, spinfo_address), OPTION_GET,
		TAKES_ASSOCIATION | TAKES_ADDRESS, false,
		MEMBERS(OF_KIND(sctp_paddrinfo, spinfo_state, MEMBER_SIGNED, NULL),
			NUMBER(sctp_paddrinfo, spinfo_cwnd, "octets"), NUMBER(sctp_paddrinfo, spinfo_srtt, NULL),
			NUMBER(sctp_paddrinfo, spinfo_rto, "ms"), NUMBER(sctp_paddrinfo, spinfo_mtu, "octets"),
			NUMBER(sctp_paddrinfo, spinfo_assoc_id, NULL)) },
	{ NAMED(SCTP_DELAYED_SACK), OF_ONE(sctp_sack_info, sack_assoc_id), OPTION_GET_SET, ANY_SCOPE, false,
		MEMBERS(NUMBER(sctp_sack_info, sack_delay, "ms"), NUMBER(sctp_sack_info, sack_freq, "packets")) },
	{ NAMED(SCTP_CONTEXT), ASSOC_VALUE(NULL), .access = OPTION_GET_SET, .takes = ANY_SCOPE },
	{ NAMED(SCTP_FRAGMENT_INTERLEAVE), NUMBER_ALONE(NULL), .access = OPTION_GET_SET },
	{ NAMED(SCTP_PARTIAL_DELIVERY_POINT), NUMBER_ALONE("octets"), .access = OPTION_GET_SET },
	{ NAMED(SCTP_MAX_BURST), ASSOC_VALUE("packets"), .access = OPTION_GET_SET, .takes = ANY_SCOPE },
	{ NAMED(SCTP_AUTH_CHUNK), STRUCT(sctp_authchunk), OPTION_SET, TAKES_NOTHING, false,
		MEMBERS(NUMBER(sctp_authchunk, sauth_chunk, NULL)) },
	{ NAMED(SCTP_HMAC_IDENT), STRUCT(sctp_hmacalgo), OPTION_GET_SET, TAKES_NOTHING, false,
		MEMBERS(COUNT(sctp_hmacalgo, shmac_num_idents), LIST(sctp_hmacalgo, shmac_idents)) },
	{ NAMED(SCTP_AUTH_KEY), OF_ONE(sctp_authkey, sca_assoc_id), OPTION_SET, ANY_SCOPE, false,
		MEMBERS(NUMBER(sctp_authkey, sca_keynumber, NULL), COUNT(sctp_authkey, sca_keylength),
			LIST(sctp_authkey, sca_key)) },
	{ NAMED(SCTP_AUTH_ACTIVE_KEY), OF_ONE(sctp_authkeyid, scact_assoc_id), OPTION_GET_SET, ANY_SCOPE, false,
		MEMBERS(NUMBER(sctp_authkeyid, scact_keynumber, NULL)) },
	{ NAMED(SCTP_AUTH_DELETE_KEY), OF_ONE(sctp_authkeyid, scact_assoc_id), OPTION_SET, ANY_SCOPE, false,
		MEMBERS(NUMBER(sctp_authkeyid, scact_keynumber, NULL)) },
	{ NAMED(SCTP_PEER_AUTH_CHUNKS), OF_ONE(sctp_authchunks, gauth_assoc_id), OPTION_GET, TAKES_ASSOCIATION, false,
		MEMBERS(COUNT(sctp_authchunks, gauth_number_of_chunks), LIST(sctp_authchunks, gauth_chunks)) },
	{ NAMED(SCTP_LOCAL_AUTH_CHUNKS), OF_ONE(sctp_authchunks, gauth_assoc_id), OPTION_GET, FUTURE_OR_ONE, false,
		MEMBERS(COUNT(sctp_authchunks, gauth_number_of_chunks), LIST(sctp_authchunks, gauth_chunks)) },
	{ NAMED(SCTP_GET_ASSOC_NUMBER), NUMBER_ALONE("associations"), .access = OPTION_GET },
	{ NAMED(SCTP_GET_ASSOC_ID_LIST), STRUCT(sctp_assoc_ids), OPTION_GET, TAKES_NOTHING, false,
		MEMBERS(COUNT(sctp_assoc_ids, gaids_number_of_ids), LIST(sctp_assoc_ids, gaids_assoc_id)) },
	{ NAMED(SCTP_AUTO_ASCONF), NUMBER_ALONE(NULL), .access = OPTION_GET_SET },
	{ NAMED(SCTP_PEER_ADDR_THLDS), OF_ADDRESS(sctp_paddrthlds, spt_assoc_id, spt_address), OPTION_GET_SET,
		FUTURE_ONE_OR_ADDRESS, false,
		MEMBERS(NUMBER(sctp_paddrthlds, spt_pathmaxrxt, NULL), NUMBER(sctp_paddrthlds, spt_pathpfthld, NULL)) },
	{ NAMED(SCTP_RECVRCVINFO), NUMBER_ALONE(NULL), .access = OPTION_GET_SET },
	{ NAMED(SCTP_RECVNXTINFO), NUMBER_ALONE(NULL), .access = OPTION_GET_SET },
	{ NAMED(SCTP_DEFAULT_SNDINFO), OF_ONE(sctp_sndinfo, snd_assoc_id), OPTION_GET_SET, ANY_SCOPE, false,
		MEMBERS(NUMBER(sctp_sndinfo, snd_sid, NULL), NUMBER(sctp_sndinfo, snd_flags, NULL),
			NUMBER(sctp_sndinfo, snd_ppid, NULL), NUMBER(sctp_sndinfo, snd_context, NULL)) },
	{ NAMED(SCTP_AUTH_DEACTIVATE_KEY), OF_ONE(sctp_authkeyid, scact_assoc_id), OPTION_SET, ANY_SCOPE, true,
		MEMBERS(NUMBER(sctp_authkeyid, scact_keynumber, NULL)) },
	{ NAMED(SCTP_REUSE_PORT), NUMBER_ALONE(NULL), .access = OPTION_GET_SET, .may_lack = true },
	{ NAMED(SCTP_PEER_ADDR_THLDS_V2), OF_ADDRESS(sctp_paddrthlds_v2, spt_assoc_id, spt_address), OPTION_GET_SET,
		FUTURE_ONE_OR_ADDRESS, true,
		MEMBERS(NUMBER(sctp_paddrthlds_v2, spt_pathmaxrxt, NULL),
			NUMBER(sctp_paddrthlds_v2, spt_pathpfthld, NULL),
			NUMBER(sctp_paddrthlds_v2, spt_pathcpthld, NULL)) },
	{ NAMED(SCTP_GET_ASSOC_STATS), OF_ONE(sctp_assoc_stats, sas_assoc_id), OPTION_GET, TAKES_ASSOCIATION, false,
		MEMBERS(NUMBER(sctp_assoc_stats, sas_maxrto, "ms"), NUMBER(sctp_assoc_stats, sas_isacks, "SACKs"),
			NUMBER(sctp_assoc_stats, sas_osacks, "SACKs"),
			NUMBER(sctp_assoc_stats, sas_opackets, "packets"),
			NUMBER(sctp_assoc_stats, sas_ipackets, "packets"),
			NUMBER(sctp_assoc_stats, sas_rtxchunks, "chunks"),
			NUMBER(sctp_assoc_stats, sas_outofseqtsns, NULL),
			NUMBER(sctp_assoc_stats, sas_idupchunks, "chunks"), NUMBER(sctp_assoc_stats, sas_gapcnt, NULL),
			NUMBER(sctp_assoc_stats, sas_ouodchunks, "chunks"),
			NUMBER(sctp_assoc_stats, sas_iuodchunks, "chunks"),
			NUMBER(sctp_assoc_stats, sas_oodchunks, "chunks"),
			NUMBER(sctp_assoc_stats, sas_iodchunks, "chunks"),
			NUMBER(sctp_assoc_stats, sas_octrlchunks, "chunks"),
			NUMBER(sctp_assoc_stats, sas_ictrlchunks, "chunks")) },
	{ NAMED(SCTP_PR_SUPPORTED), ASSOC_VALUE(NULL), .access = OPTION_GET_SET, .takes = FUTURE_OR_ONE,
		.may_lack = true },
	{ NAMED(SCTP_DEFAULT_PRINFO), OF_ONE(sctp_default_prinfo, pr_assoc_id), OPTION_GET_SET, ANY_SCOPE, true,
		MEMBERS(NUMBER(sctp_default_prinfo, pr_value, NULL), NUMBER(sctp_default_prinfo, pr_policy, NULL)) },
	{ NAMED(SCTP_PR_ASSOC_STATUS), OF_ONE(sctp_prstatus, sprstat_assoc_id), OPTION_GET, TAKES_ASSOCIATION, true,
		MEMBERS(INPUT(sctp_prstatus, sprstat_policy),
			NUMBER(sctp_prstatus, sprstat_abandoned_unsent, "messages"),
			NUMBER(sctp_prstatus, sprstat_abandoned_sent, "messages")) },
	{ NAMED(SCTP_PR_STREAM_STATUS), OF_ONE(sctp_prstatus, sprstat_assoc_id), OPTION_GET, TAKES_ASSOCIATION, true,
		MEMBERS(INPUT(sctp_prstatus, sprstat_sid), INPUT(sctp_prstatus, sprstat_policy),
			NUMBER(sctp_prstatus, sprstat_abandoned_unsent, "messages"),
			NUMBER(sctp_prstatus, sprstat_abandoned_sent, "messages")) },
	{ NAMED(SCTP_RECONFIG_SUPPORTED), ASSOC_VALUE(NULL), .access = OPTION_GET_SET, .takes = FUTURE_OR_ONE,
		.may_lack = true },
	{ NAMED(SCTP_ENABLE_STREAM_RESET), ASSOC_VALUE(NULL), .access = OPTION_GET_SET, .takes = ANY_SCOPE,
		.may_lack = true },
	{ NAMED(SCTP_RESET_STREAMS), OF_ONE(sctp_reset_streams, srs_assoc_id), OPTION_SET, TAKES_ASSOCIATION, false,
		MEMBERS(NUMBER(sctp_reset_streams, srs_flags, NULL), COUNT(sctp_reset_streams, srs_number_streams),
			LIST(sctp_reset_streams, srs_stream_list)) },
	{ NAMED(SCTP_RESET_ASSOC), .size = sizeof(sctp_assoc_t), .id = 0, .address = -1, .access = OPTION_SET,
		.takes = TAKES_ASSOCIATION, .members = MEMBERS(END) },
	{ NAMED(SCTP_ADD_STREAMS), OF_ONE(sctp_add_streams, sas_assoc_id), OPTION_SET, TAKES_ASSOCIATION, false,
		MEMBERS(NUMBER(sctp_add_streams, sas_instrms, NULL), NUMBER(sctp_add_streams, sas_outstrms, NULL)) },
	{ NAMED(SCTP_STREAM_SCHEDULER), ASSOC_VALUE(NULL), .access = OPTION_GET_SET, .takes = ANY_SCOPE,
		.may_lack = true },
	{ NAMED(SCTP_STREAM_SCHEDULER_VALUE), OF_ONE(sctp_stream_value, assoc_id), OPTION_GET_SET,
		TAKES_CURRENT | TAKES_ASSOCIATION, true,
		MEMBERS(INPUT(sctp_stream_value, stream_id), NUMBER(sctp_stream_value, stream_value, NULL)) },
	{ NAMED(SCTP_INTERLEAVING_SUPPORTED), ASSOC_VALUE(NULL), .access = OPTION_GET_SET, .takes = FUTURE_OR_ONE,
		.may_lack = true },
	{ NAMED(SCTP_EVENT), OF_ONE(sctp_event, se_assoc_id), OPTION_GET_SET, ANY_SCOPE, true,
		MEMBERS(INPUT(sctp_event, se_type), NUMBER(sctp_event, se_on, NULL)) },
	{ NAMED(SCTP_ASCONF_SUPPORTED), ASSOC_VALUE(NULL), .access = OPTION_GET_SET, .takes = FUTURE_OR_ONE,
		.may_lack = true },
	{ NAMED(SCTP_AUTH_SUPPORTED), ASSOC_VALUE(NULL), .access = OPTION_GET_SET, .takes = FUTURE_OR_ONE,
		.may_lack = true },
	{ NAMED(SCTP_ECN_SUPPORTED), ASSOC_VALUE(NULL), .access = OPTION_GET_SET, .takes = FUTURE_OR_ONE,
		.may_lack = true },
	{ NAMED(SCTP_EXPOSE_POTENTIALLY_FAILED_STATE), ASSOC_VALUE(NULL), .access = OPTION_GET_SET,
		.takes = FUTURE_OR_ONE, .may_lack = true },
	{ NAMED(SCTP_REMOTE_UDP_ENCAPS_PORT), OF_ADDRESS(sctp_udpencaps, sue_assoc_id, sue_address), OPTION_GET_SET,
		FUTURE_ONE_OR_ADDRESS, true, MEMBERS(OF_KIND(sctp_udpencaps, sue_port, MEMBER_BIG_ENDIAN, NULL)) },
	{ NAMED(SCTP_PLPMTUD_PROBE_INTERVAL), OF_ADDRESS(sctp_probeinterval, spi_assoc_id, spi_address), OPTION_GET_SET,
		FUTURE_ONE_OR_ADDRESS, true, MEMBERS(NUMBER(sctp_probeinterval, spi_interval, "ms")) },
	{ .number = AT_SOCKET_LEVEL(SO_SNDBUF), .name = "SO_SNDBUF", NUMBER_ALONE("octets"), .access = OPTION_GET_SET },
	{ .number = AT_SOCKET_LEVEL(SO_RCVBUF), .name = "SO_RCVBUF", NUMBER_ALONE("octets"), .access = OPTION_GET_SET },
	{ .number = AT_SOCKET_LEVEL(SO_LINGER),
		.name = "SO_LINGER",
		STRUCT(linger),
		OPTION_GET_SET,
		TAKES_NOTHING,
		false,
		MEMBERS(NUMBER(linger, l_onoff, NULL), NUMBER(linger, l_linger, "s")) },
	{ .number = AT_SOCKET_LEVEL(SO_REUSEADDR),
		.name = "SO_REUSEADDR",
		NUMBER_ALONE(NULL),
		.access = OPTION_GET_SET },
};

const struct socket_option *option_all(size_t *count)
{
	*count = sizeof(options) / sizeof(*options);
	return options;
}

const struct socket_option *option_by_number(int number)
{
	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++)
		if (options[i].number == number)
			return &options[i];
	return NULL;
}

const struct socket_option *option_by_name(const char *name)
{
	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++)
		if (strcmp(options[i].name, name) == 0)
			return &options[i];
	return NULL;
}

const struct option_member *option_member_of(const struct socket_option *option, const char *name)
{
	for (const struct option_member *member = option->members; member->name != NULL; member++)
		if (strcmp(member->name, name) == 0)
			return member;
	return NULL;
}
