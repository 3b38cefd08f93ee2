/* SPDX-License-Identifier: Apache-2.0 */
/* row.c - the table of socket options (gen_sctp.md 4.5, RFC 6458 section 8). Nothing but data. */
#include "option.h"

#include <netinet/sctp.h>

#define HERE(member) ((uint16_t)offsetof(struct gs_option, member))
#define THERE(type, member) ((uint16_t)offsetof(struct type, member))
#define WIDTH(type, member) ((uint8_t)sizeof(((struct type *)0)->member))
#define FIELD_AS(k, ours, type, theirs, lim, fall)                                                           \
	{                                                                                                    \
		.kind = (k), .width = WIDTH(type, theirs), .here = HERE(ours), .there = THERE(type, theirs), \
		.limit = (lim), .fallback = (fall)                                                           \
	}
#define KEY(ours, type, theirs) FIELD_AS(FIELD_KEY, ours, type, theirs, 0, 0)
#define MAYBE(ours, type, theirs) FIELD_AS(FIELD_MAYBE, ours, type, theirs, 0, 0)
#define FLAGS(ours, type, theirs, bits) FIELD_AS(FIELD_FLAGS, ours, type, theirs, bits, 0)
#define NET(ours, type, theirs) FIELD_AS(FIELD_NET, ours, type, theirs, 0, 0)
#define PLAIN(ours, type, theirs) FIELD_AS(FIELD_PLAIN, ours, type, theirs, 0, 0)
#define RESULT(ours, type, theirs) FIELD_AS(FIELD_RESULT, ours, type, theirs, 0, 0)
#define SWITCH(ours, type, theirs, fall) FIELD_AS(FIELD_MAYBE, ours, type, theirs, 1, fall)
#define ADDR(ours, type, theirs)                                                     \
	{                                                                            \
		.kind = FIELD_ADDR, .here = HERE(ours), .there = THERE(type, theirs) \
	}
#define RESULT_ADDR(ours, type, theirs)                                                     \
	{                                                                                   \
		.kind = FIELD_RESULT_ADDR, .here = HERE(ours), .there = THERE(type, theirs) \
	}
#define END                       \
	{                         \
		.kind = FIELD_END \
	}

static const struct field linger_fields[] = {
	PLAIN(linger.on, linger, l_onoff),
	PLAIN(linger.seconds, linger, l_linger),
	END,
};

static const struct field rtoinfo_fields[] = {
	KEY(rtoinfo.assoc_id, sctp_rtoinfo, srto_assoc_id),
	MAYBE(rtoinfo.initial, sctp_rtoinfo, srto_initial),
	MAYBE(rtoinfo.max, sctp_rtoinfo, srto_max),
	MAYBE(rtoinfo.min, sctp_rtoinfo, srto_min),
	END,
};

static const struct field associnfo_fields[] = {
	KEY(associnfo.assoc_id, sctp_assocparams, sasoc_assoc_id),
	MAYBE(associnfo.asocmaxrxt, sctp_assocparams, sasoc_asocmaxrxt),
	MAYBE(associnfo.number_peer_destinations, sctp_assocparams, sasoc_number_peer_destinations),
	MAYBE(associnfo.peer_rwnd, sctp_assocparams, sasoc_peer_rwnd),
	MAYBE(associnfo.local_rwnd, sctp_assocparams, sasoc_local_rwnd),
	MAYBE(associnfo.cookie_life, sctp_assocparams, sasoc_cookie_life),
	END,
};

static const struct field initmsg_fields[] = {
	MAYBE(initmsg.num_ostreams, sctp_initmsg, sinit_num_ostreams),
	MAYBE(initmsg.max_instreams, sctp_initmsg, sinit_max_instreams),
	MAYBE(initmsg.max_attempts, sctp_initmsg, sinit_max_attempts),
	MAYBE(initmsg.max_init_timeo, sctp_initmsg, sinit_max_init_timeo),
	END,
};

static const struct field primary_fields[] = {
	KEY(address.assoc_id, sctp_prim, ssp_assoc_id),
	ADDR(address.addr, sctp_prim, ssp_addr),
	END,
};

static const struct field peer_primary_fields[] = {
	KEY(address.assoc_id, sctp_setpeerprim, sspp_assoc_id),
	ADDR(address.addr, sctp_setpeerprim, sspp_addr),
	END,
};

static const struct field peer_addr_params_fields[] = {
	KEY(peer_addr_params.assoc_id, sctp_paddrparams, spp_assoc_id),
	ADDR(peer_addr_params.address, sctp_paddrparams, spp_address),
	MAYBE(peer_addr_params.hbinterval, sctp_paddrparams, spp_hbinterval),
	MAYBE(peer_addr_params.pathmaxrxt, sctp_paddrparams, spp_pathmaxrxt),
	MAYBE(peer_addr_params.pathmtu, sctp_paddrparams, spp_pathmtu),
	MAYBE(peer_addr_params.sackdelay, sctp_paddrparams, spp_sackdelay),
	FLAGS(peer_addr_params.flags, sctp_paddrparams, spp_flags,
		GS_HB_ENABLE | GS_HB_DISABLE | GS_HB_DEMAND | GS_PMTUD_ENABLE | GS_PMTUD_DISABLE | GS_SACKDELAY_ENABLE |
			GS_SACKDELAY_DISABLE),
	END,
};

static const struct field default_send_param_fields[] = {
	KEY(default_send_param.assoc_id, sctp_sndrcvinfo, sinfo_assoc_id),
	MAYBE(default_send_param.stream, sctp_sndrcvinfo, sinfo_stream),
	FLAGS(default_send_param.flags, sctp_sndrcvinfo, sinfo_flags, GS_UNORDERED | GS_ADDR_OVER | GS_ABORT | GS_EOF),
	NET(default_send_param.ppid, sctp_sndrcvinfo, sinfo_ppid),
	MAYBE(default_send_param.context, sctp_sndrcvinfo, sinfo_context),
	MAYBE(default_send_param.timetolive, sctp_sndrcvinfo, sinfo_timetolive),
	END,
};

/* The first eight octets only: what is behind them in the kernel's struct is left alone. */
static const struct field events_fields[] = {
	SWITCH(events.data_io, sctp_event_subscribe, sctp_data_io_event, 1),
	SWITCH(events.association, sctp_event_subscribe, sctp_association_event, 1),
	SWITCH(events.address, sctp_event_subscribe, sctp_address_event, 1),
	SWITCH(events.send_failure, sctp_event_subscribe, sctp_send_failure_event, 1),
	SWITCH(events.peer_error, sctp_event_subscribe, sctp_peer_error_event, 1),
	SWITCH(events.shutdown, sctp_event_subscribe, sctp_shutdown_event, 1),
	SWITCH(events.partial_delivery, sctp_event_subscribe, sctp_partial_delivery_event, 1),
	SWITCH(events.adaptation_layer, sctp_event_subscribe, sctp_adaptation_layer_event, 0),
	{ .kind = FIELD_OFF, .width = 1, .here = HERE(events.authentication), .limit = 1 },
	END,
};

static const struct field status_fields[] = {
	KEY(status.assoc_id, sctp_status, sstat_assoc_id),
	RESULT(status.state, sctp_status, sstat_state),
	RESULT(status.rwnd, sctp_status, sstat_rwnd),
	RESULT(status.unackdata, sctp_status, sstat_unackdata),
	RESULT(status.penddata, sctp_status, sstat_penddata),
	RESULT(status.instrms, sctp_status, sstat_instrms),
	RESULT(status.outstrms, sctp_status, sstat_outstrms),
	RESULT(status.fragmentation_point, sctp_status, sstat_fragmentation_point),
	RESULT(status.primary.assoc_id, sctp_status, sstat_primary.spinfo_assoc_id),
	RESULT_ADDR(status.primary.address, sctp_status, sstat_primary.spinfo_address),
	RESULT(status.primary.state, sctp_status, sstat_primary.spinfo_state),
	RESULT(status.primary.cwnd, sctp_status, sstat_primary.spinfo_cwnd),
	RESULT(status.primary.srtt, sctp_status, sstat_primary.spinfo_srtt),
	RESULT(status.primary.rto, sctp_status, sstat_primary.spinfo_rto),
	RESULT(status.primary.mtu, sctp_status, sstat_primary.spinfo_mtu),
	END,
};

static const struct field peer_addr_info_fields[] = {
	KEY(peer_addr_info.assoc_id, sctp_paddrinfo, spinfo_assoc_id),
	ADDR(peer_addr_info.address, sctp_paddrinfo, spinfo_address),
	RESULT(peer_addr_info.state, sctp_paddrinfo, spinfo_state),
	RESULT(peer_addr_info.cwnd, sctp_paddrinfo, spinfo_cwnd),
	RESULT(peer_addr_info.srtt, sctp_paddrinfo, spinfo_srtt),
	RESULT(peer_addr_info.rto, sctp_paddrinfo, spinfo_rto),
	RESULT(peer_addr_info.mtu, sctp_paddrinfo, spinfo_mtu),
	END,
};

static const struct field delayed_ack_fields[] = {
	KEY(delayed_ack.assoc_id, sctp_sack_info, sack_assoc_id),
	MAYBE(delayed_ack.delay, sctp_sack_info, sack_delay),
	MAYBE(delayed_ack.frequency, sctp_sack_info, sack_freq),
	END,
};

static const struct field peer_addr_thlds_fields[] = {
	KEY(peer_addr_thlds.assoc_id, sctp_paddrthlds_v2, spt_assoc_id),
	ADDR(peer_addr_thlds.address, sctp_paddrthlds_v2, spt_address),
	MAYBE(peer_addr_thlds.path_max_retrans, sctp_paddrthlds_v2, spt_pathmaxrxt),
	MAYBE(peer_addr_thlds.pf_threshold, sctp_paddrthlds_v2, spt_pathpfthld),
	MAYBE(peer_addr_thlds.primary_switchover, sctp_paddrthlds_v2, spt_pathcpthld),
	END,
};

static const struct field assoc_value_fields[] = {
	KEY(assoc_value.assoc_id, sctp_assoc_value, assoc_id),
	PLAIN(assoc_value.value, sctp_assoc_value, assoc_value),
	END,
};

/* It may be a bare int too, but of that the kernel's log complains. */
static const struct field maxseg_fields[] = {
	FIELD_AS(FIELD_VALUE, value, sctp_assoc_value, assoc_value, 0, 0),
	END,
};

static const struct field event_fields[] = {
	KEY(event.assoc_id, sctp_event, se_assoc_id),
	KEY(event.type, sctp_event, se_type),
	PLAIN(event.on, sctp_event, se_on),
	END,
};

static const struct field assoc_stats_fields[] = {
	KEY(assoc_stats.assoc_id, sctp_assoc_stats, sas_assoc_id),
	RESULT_ADDR(assoc_stats.max_rto_addr, sctp_assoc_stats, sas_obs_rto_ipaddr),
	RESULT(assoc_stats.max_rto, sctp_assoc_stats, sas_maxrto),
	RESULT(assoc_stats.in_sacks, sctp_assoc_stats, sas_isacks),
	RESULT(assoc_stats.out_sacks, sctp_assoc_stats, sas_osacks),
	RESULT(assoc_stats.out_packets, sctp_assoc_stats, sas_opackets),
	RESULT(assoc_stats.in_packets, sctp_assoc_stats, sas_ipackets),
	RESULT(assoc_stats.retransmitted_chunks, sctp_assoc_stats, sas_rtxchunks),
	RESULT(assoc_stats.gap_acks_received, sctp_assoc_stats, sas_gapcnt),
	RESULT(assoc_stats.duplicate_chunks, sctp_assoc_stats, sas_idupchunks),
	RESULT(assoc_stats.out_of_sequence_tsns, sctp_assoc_stats, sas_outofseqtsns),
	RESULT(assoc_stats.out_ordered_chunks, sctp_assoc_stats, sas_oodchunks),
	RESULT(assoc_stats.in_ordered_chunks, sctp_assoc_stats, sas_iodchunks),
	RESULT(assoc_stats.out_unordered_chunks, sctp_assoc_stats, sas_ouodchunks),
	RESULT(assoc_stats.in_unordered_chunks, sctp_assoc_stats, sas_iuodchunks),
	RESULT(assoc_stats.out_control_chunks, sctp_assoc_stats, sas_octrlchunks),
	RESULT(assoc_stats.in_control_chunks, sctp_assoc_stats, sas_ictrlchunks),
	END,
};

#define INT(name, level, optname, access)                       \
	{                                                       \
		name, level, optname, access, sizeof(int), NULL \
	}
#define SCTP IPPROTO_SCTP

static const struct row rows[] = {
	INT(GS_OPT_SNDBUF, SOL_SOCKET, SO_SNDBUF, EVERYWHERE),
	INT(GS_OPT_RECBUF, SOL_SOCKET, SO_RCVBUF, EVERYWHERE),
	INT(GS_OPT_BUFFER, 0, 0, EVERYWHERE | DRIVER),
	INT(GS_OPT_REUSEADDR, SOL_SOCKET, SO_REUSEADDR, EVERYWHERE | BOOLEAN),
	INT(GS_OPT_DONTROUTE, SOL_SOCKET, SO_DONTROUTE, EVERYWHERE | BOOLEAN),
	INT(GS_OPT_PRIORITY, SOL_SOCKET, SO_PRIORITY, EVERYWHERE),
	INT(GS_OPT_TOS, IPPROTO_IP, IP_TOS, EVERYWHERE),
	INT(GS_OPT_TTL, IPPROTO_IP, IP_TTL, EVERYWHERE),
	INT(GS_OPT_TCLASS, IPPROTO_IPV6, IPV6_TCLASS, EVERYWHERE),
	INT(GS_OPT_IPV6_V6ONLY, IPPROTO_IPV6, IPV6_V6ONLY, EVERYWHERE | BOOLEAN),
	INT(GS_OPT_NON_BLOCK_SEND, 0, 0, EVERYWHERE | DRIVER | BOOLEAN),
	INT(GS_OPT_NODELAY, SCTP, SCTP_NODELAY, EVERYWHERE | BOOLEAN),
	INT(GS_OPT_AUTOCLOSE, SCTP, SCTP_AUTOCLOSE, EVERYWHERE),
	INT(GS_OPT_DISABLE_FRAGMENTS, SCTP, SCTP_DISABLE_FRAGMENTS, EVERYWHERE | BOOLEAN),
	INT(GS_OPT_MAPPED_V4_ADDR, SCTP, SCTP_I_WANT_MAPPED_V4_ADDR, EVERYWHERE | BOOLEAN),
	INT(GS_OPT_ADAPTATION_LAYER, SCTP, SCTP_ADAPTATION_LAYER, EVERYWHERE | SWAPPED),
	INT(GS_OPT_AUTO_ASCONF, SCTP, SCTP_AUTO_ASCONF, CAN_GET | CAN_SET | BOOLEAN),
	INT(GS_OPT_REUSEPORT, SOL_SOCKET, SO_REUSEPORT, EVERYWHERE | BOOLEAN),
	INT(GS_OPT_REUSEPORT_LB, SOL_SOCKET, SO_REUSEPORT, EVERYWHERE | BOOLEAN),
	INT(GS_OPT_EXCLUSIVEADDRUSE, 0, 0, EVERYWHERE | DRIVER | BOOLEAN),
	INT(GS_OPT_RECVTOS, IPPROTO_IP, IP_RECVTOS, EVERYWHERE | BOOLEAN),
	INT(GS_OPT_RECVTTL, IPPROTO_IP, IP_RECVTTL, EVERYWHERE | BOOLEAN),
	INT(GS_OPT_RECVTCLASS, IPPROTO_IPV6, IPV6_RECVTCLASS, EVERYWHERE | BOOLEAN),
	INT(GS_OPT_HIGH_MSGQ_WATERMARK, 0, 0, 0),
	INT(GS_OPT_LOW_MSGQ_WATERMARK, 0, 0, 0),
	{ GS_OPT_MAXSEG, SCTP, SCTP_MAXSEG, EVERYWHERE, sizeof(struct sctp_assoc_value), maxseg_fields },
	{ GS_OPT_LINGER, SOL_SOCKET, SO_LINGER, EVERYWHERE, sizeof(struct linger), linger_fields },
	{ GS_OPT_BIND_TO_DEVICE, 0, 0, EVERYWHERE | DRIVER, 0, NULL },
	{ GS_OPT_ACTIVE, 0, 0, EVERYWHERE | DRIVER, 0, NULL },
	{ GS_OPT_NETNS, 0, 0, CAN_GET | DRIVER, 0, NULL },
	{ GS_OPT_RTOINFO, SCTP, SCTP_RTOINFO, EVERYWHERE, sizeof(struct sctp_rtoinfo), rtoinfo_fields },
	{ GS_OPT_ASSOCINFO, SCTP, SCTP_ASSOCINFO, EVERYWHERE, sizeof(struct sctp_assocparams), associnfo_fields },
	{ GS_OPT_INITMSG, SCTP, SCTP_INITMSG, EVERYWHERE, sizeof(struct sctp_initmsg), initmsg_fields },
	{ GS_OPT_PRIMARY_ADDR, SCTP, SCTP_PRIMARY_ADDR, EVERYWHERE, sizeof(struct sctp_prim), primary_fields },
	{ GS_OPT_SET_PEER_PRIMARY_ADDR, SCTP, SCTP_SET_PEER_PRIMARY_ADDR, CAN_SET | AT_OPEN_TOO,
		sizeof(struct sctp_setpeerprim), peer_primary_fields },
	{ GS_OPT_PEER_ADDR_PARAMS, SCTP, SCTP_PEER_ADDR_PARAMS, EVERYWHERE, sizeof(struct sctp_paddrparams),
		peer_addr_params_fields },
	{ GS_OPT_DEFAULT_SEND_PARAM, SCTP, SCTP_DEFAULT_SEND_PARAM, EVERYWHERE, sizeof(struct sctp_sndrcvinfo),
		default_send_param_fields },
	{ GS_OPT_EVENTS, SCTP, SCTP_EVENTS, EVERYWHERE,
		offsetof(struct sctp_event_subscribe, sctp_authentication_event), events_fields },
	{ GS_OPT_STATUS, SCTP, SCTP_STATUS, CAN_GET, sizeof(struct sctp_status), status_fields },
	{ GS_OPT_GET_PEER_ADDR_INFO, SCTP, SCTP_GET_PEER_ADDR_INFO, CAN_GET, sizeof(struct sctp_paddrinfo),
		peer_addr_info_fields },
	{ GS_OPT_DELAYED_ACK_TIME, SCTP, SCTP_DELAYED_SACK, EVERYWHERE, sizeof(struct sctp_sack_info),
		delayed_ack_fields },
	{ GS_OPT_PEER_ADDR_THLDS, SCTP, SCTP_PEER_ADDR_THLDS_V2, EVERYWHERE | KEEPS_REST,
		sizeof(struct sctp_paddrthlds_v2), peer_addr_thlds_fields },
	{ GS_OPT_EXPOSE_PF, SCTP, SCTP_EXPOSE_POTENTIALLY_FAILED_STATE, EVERYWHERE, sizeof(struct sctp_assoc_value),
		assoc_value_fields },
	{ GS_OPT_EVENT, SCTP, SCTP_EVENT, EVERYWHERE, sizeof(struct sctp_event), event_fields },
	{ GS_OPT_ASSOC_STATS, SCTP, SCTP_GET_ASSOC_STATS, CAN_GET, sizeof(struct sctp_assoc_stats),
		assoc_stats_fields },
};

_Static_assert(sizeof(struct sctp_assoc_stats) <= RECORD_SIZE, "the largest of them");

const struct row *gs_row_find(uint32_t name)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].name == name)
			return &rows[i];
	return NULL;
}
