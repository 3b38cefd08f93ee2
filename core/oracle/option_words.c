/* SPDX-License-Identifier: Apache-2.0 */
/* option_words.c - socket options by gen_sctp's names. */
#include "field_words.h"
#include "words.h"

#include <string.h>

#define FIELD(type, name, w, k)                                                 \
	{                                                                       \
		.word = (w), .kind = (k), .offset = offsetof(struct type, name) \
	}
#define FLAGS(type, name, w, k, f)                                                            \
	{                                                                                     \
		.word = (w), .kind = (k), .offset = offsetof(struct type, name), .flags = (f) \
	}
#define SAME(type, name, k) FIELD(type, name, #name, k)
#define END                  \
	{                    \
		.word = NULL \
	}

static const struct flag_word path_flags[] = { { "hb_demand", GS_HB_DEMAND }, { "hb_disable", GS_HB_DISABLE },
	{ "hb_enable", GS_HB_ENABLE }, { "pmtud_disable", GS_PMTUD_DISABLE }, { "pmtud_enable", GS_PMTUD_ENABLE },
	{ "sackdelay_disable", GS_SACKDELAY_DISABLE }, { "sackdelay_enable", GS_SACKDELAY_ENABLE }, { NULL, 0 } };

static const struct field_word rtoinfo[] = { SAME(gs_rtoinfo, assoc_id, W_ASSOC), SAME(gs_rtoinfo, initial, W_MAYBE),
	SAME(gs_rtoinfo, max, W_MAYBE), SAME(gs_rtoinfo, min, W_MAYBE), END };

static const struct field_word associnfo[] = { SAME(gs_associnfo, assoc_id, W_ASSOC),
	SAME(gs_associnfo, asocmaxrxt, W_MAYBE), SAME(gs_associnfo, number_peer_destinations, W_MAYBE),
	SAME(gs_associnfo, peer_rwnd, W_MAYBE), SAME(gs_associnfo, local_rwnd, W_MAYBE),
	SAME(gs_associnfo, cookie_life, W_MAYBE), END };

static const struct field_word initmsg[] = { SAME(gs_initmsg, num_ostreams, W_MAYBE),
	SAME(gs_initmsg, max_instreams, W_MAYBE), SAME(gs_initmsg, max_attempts, W_MAYBE),
	SAME(gs_initmsg, max_init_timeo, W_MAYBE), END };

static const struct field_word address[] = { SAME(gs_address_option, assoc_id, W_ASSOC),
	SAME(gs_address_option, addr, W_ADDR), END };

static const struct field_word adaptation[] = { { .word = "adaptation_ind", .kind = W_VALUE, .offset = 0 }, END };

static const struct field_word paddrparams[] = { SAME(gs_peer_addr_params, assoc_id, W_ASSOC),
	SAME(gs_peer_addr_params, address, W_ADDR), SAME(gs_peer_addr_params, hbinterval, W_MAYBE),
	SAME(gs_peer_addr_params, pathmaxrxt, W_MAYBE), SAME(gs_peer_addr_params, pathmtu, W_MAYBE),
	SAME(gs_peer_addr_params, sackdelay, W_MAYBE), FLAGS(gs_peer_addr_params, flags, "flags", W_FLAGS, path_flags),
	END };

static const struct field_word send_param[] = { SAME(gs_default_send_param, stream, W_MAYBE),
	FLAGS(gs_default_send_param, flags, "flags", W_FLAGS, send_flags), SAME(gs_default_send_param, ppid, W_MAYBE),
	SAME(gs_default_send_param, context, W_MAYBE), SAME(gs_default_send_param, timetolive, W_MAYBE),
	SAME(gs_default_send_param, assoc_id, W_ASSOC), END };

static const struct field_word events[] = { FIELD(gs_events, data_io, "data_io_event", W_BOOL),
	FIELD(gs_events, association, "association_event", W_BOOL), FIELD(gs_events, address, "address_event", W_BOOL),
	FIELD(gs_events, send_failure, "send_failure_event", W_BOOL),
	FIELD(gs_events, peer_error, "peer_error_event", W_BOOL), FIELD(gs_events, shutdown, "shutdown_event", W_BOOL),
	FIELD(gs_events, partial_delivery, "partial_delivery_event", W_BOOL),
	FIELD(gs_events, adaptation_layer, "adaptation_layer_event", W_BOOL), END };

static const struct field_word delayed_ack[] = { SAME(gs_delayed_ack, assoc_id, W_ASSOC),
	FIELD(gs_delayed_ack, delay, "assoc_value", W_MAYBE), END };

static const struct field_word paddrinfo[] = { SAME(gs_peer_addr_info, assoc_id, W_ASSOC),
	SAME(gs_peer_addr_info, address, W_ADDR), SAME(gs_peer_addr_info, state, W_PATH),
	SAME(gs_peer_addr_info, cwnd, W_U32), SAME(gs_peer_addr_info, srtt, W_U32), SAME(gs_peer_addr_info, rto, W_U32),
	SAME(gs_peer_addr_info, mtu, W_U32), END };

static const struct field_word status[] = { SAME(gs_assoc_status, assoc_id, W_ASSOC),
	SAME(gs_assoc_status, state, W_STATUS), SAME(gs_assoc_status, rwnd, W_U32),
	SAME(gs_assoc_status, unackdata, W_U16), SAME(gs_assoc_status, penddata, W_U16),
	SAME(gs_assoc_status, instrms, W_U16), SAME(gs_assoc_status, outstrms, W_U16),
	SAME(gs_assoc_status, fragmentation_point, W_U32),
	{ .word = "primary",
		.kind = W_NESTED,
		.offset = offsetof(struct gs_assoc_status, primary),
		.nested = paddrinfo },
	END };

static const struct field_word sndrcvinfo[] = { SAME(gs_sndrcvinfo, stream, W_U32), SAME(gs_sndrcvinfo, ssn, W_U32),
	FLAGS(gs_sndrcvinfo, flags, "flags", W_BITS, send_flags), SAME(gs_sndrcvinfo, ppid, W_U32),
	SAME(gs_sndrcvinfo, context, W_U32), SAME(gs_sndrcvinfo, timetolive, W_U32), SAME(gs_sndrcvinfo, tsn, W_U32),
	SAME(gs_sndrcvinfo, cumtsn, W_U32), SAME(gs_sndrcvinfo, assoc_id, W_ASSOC), END };

enum value_kind { V_NUMBER, V_SWITCH, V_ACTIVE, V_LINGER, V_DEVICE, V_TEXT, V_RECORD };

static const struct {
	const char *word;
	uint32_t name;
	enum value_kind kind;
	const struct field_word *fields;
} options[] = {
	{ "sndbuf", GS_OPT_SNDBUF, V_NUMBER, NULL },
	{ "recbuf", GS_OPT_RECBUF, V_NUMBER, NULL },
	{ "buffer", GS_OPT_BUFFER, V_NUMBER, NULL },
	{ "reuseaddr", GS_OPT_REUSEADDR, V_SWITCH, NULL },
	{ "dontroute", GS_OPT_DONTROUTE, V_SWITCH, NULL },
	{ "priority", GS_OPT_PRIORITY, V_NUMBER, NULL },
	{ "tos", GS_OPT_TOS, V_NUMBER, NULL },
	{ "ttl", GS_OPT_TTL, V_NUMBER, NULL },
	{ "tclass", GS_OPT_TCLASS, V_NUMBER, NULL },
	{ "ipv6_v6only", GS_OPT_IPV6_V6ONLY, V_SWITCH, NULL },
	{ "non_block_send", GS_OPT_NON_BLOCK_SEND, V_SWITCH, NULL },
	{ "sctp_nodelay", GS_OPT_NODELAY, V_SWITCH, NULL },
	{ "sctp_autoclose", GS_OPT_AUTOCLOSE, V_NUMBER, NULL },
	{ "sctp_disable_fragments", GS_OPT_DISABLE_FRAGMENTS, V_SWITCH, NULL },
	{ "sctp_i_want_mapped_v4_addr", GS_OPT_MAPPED_V4_ADDR, V_SWITCH, NULL },
	{ "sctp_maxseg", GS_OPT_MAXSEG, V_NUMBER, NULL },
	{ "sctp_adaptation_layer", GS_OPT_ADAPTATION_LAYER, V_RECORD, adaptation },
	{ "active", GS_OPT_ACTIVE, V_ACTIVE, NULL },
	{ "reuseport", GS_OPT_REUSEPORT, V_SWITCH, NULL },
	{ "reuseport_lb", GS_OPT_REUSEPORT_LB, V_SWITCH, NULL },
	{ "exclusiveaddruse", GS_OPT_EXCLUSIVEADDRUSE, V_SWITCH, NULL },
	{ "recvtos", GS_OPT_RECVTOS, V_SWITCH, NULL },
	{ "recvttl", GS_OPT_RECVTTL, V_SWITCH, NULL },
	{ "recvtclass", GS_OPT_RECVTCLASS, V_SWITCH, NULL },
	{ "high_msgq_watermark", GS_OPT_HIGH_MSGQ_WATERMARK, V_NUMBER, NULL },
	{ "low_msgq_watermark", GS_OPT_LOW_MSGQ_WATERMARK, V_NUMBER, NULL },
	{ "linger", GS_OPT_LINGER, V_LINGER, NULL },
	{ "bind_to_device", GS_OPT_BIND_TO_DEVICE, V_DEVICE, NULL },
	{ "netns", GS_OPT_NETNS, V_TEXT, NULL },
	{ "sctp_rtoinfo", GS_OPT_RTOINFO, V_RECORD, rtoinfo },
	{ "sctp_associnfo", GS_OPT_ASSOCINFO, V_RECORD, associnfo },
	{ "sctp_initmsg", GS_OPT_INITMSG, V_RECORD, initmsg },
	{ "sctp_primary_addr", GS_OPT_PRIMARY_ADDR, V_RECORD, address },
	{ "sctp_set_peer_primary_addr", GS_OPT_SET_PEER_PRIMARY_ADDR, V_RECORD, address },
	{ "sctp_peer_addr_params", GS_OPT_PEER_ADDR_PARAMS, V_RECORD, paddrparams },
	{ "sctp_default_send_param", GS_OPT_DEFAULT_SEND_PARAM, V_RECORD, send_param },
	{ "sctp_events", GS_OPT_EVENTS, V_RECORD, events },
	{ "sctp_status", GS_OPT_STATUS, V_RECORD, status },
	{ "sctp_get_peer_addr_info", GS_OPT_GET_PEER_ADDR_INFO, V_RECORD, paddrinfo },
	{ "sctp_delayed_ack_time", GS_OPT_DELAYED_ACK_TIME, V_RECORD, delayed_ack },
};

#define N_OPTIONS (sizeof(options) / sizeof(*options))
#define UNKNOWN_OPTION 9999

static void *value_of(struct gs_option *option)
{
	return &option->value; /* where every member of the union begins */
}

static const char *const modes[] = { [GS_PASSIVE] = "false", [GS_ACTIVE] = "true", [GS_ACTIVE_ONCE] = "once" };

static void write_active(FILE *out, const struct gs_active *active)
{
	if (active->mode == GS_ACTIVE_N)
		fprintf(out, "%d", active->n);
	else
		fputs(modes[active->mode], out);
}

static const char *read_active(const struct term *term, struct gs_active *out)
{
	*out = (struct gs_active){ .mode = GS_ACTIVE_N, .n = (int32_t)term->number };
	if (term->kind == TERM_NUMBER)
		return NULL;
	for (uint32_t i = 0; i < sizeof(modes) / sizeof(*modes); i++) {
		if (term_is_word(term, modes[i])) {
			out->mode = i;
			return NULL;
		}
	}
	return "active is true, false, once or a number";
}

void write_option(FILE *out, const struct gs_option *option)
{
	size_t i = 0;

	while (i < N_OPTIONS && options[i].name != option->name)
		i++;
	fprintf(out, "%s=", options[i].word);
	switch (options[i].kind) {
	case V_NUMBER:
		fprintf(out, "%lld", (long long)option->value);
		break;
	case V_SWITCH:
		fputs(option->value ? "true" : "false", out);
		break;
	case V_ACTIVE:
		write_active(out, &option->active);
		break;
	case V_LINGER:
		fprintf(out, "[%s, %u]", option->linger.on ? "true" : "false", option->linger.seconds);
		break;
	case V_DEVICE:
		fprintf(out, "\"%s\"", option->device);
		break;
	case V_TEXT:
		fprintf(out, "\"%s\"", option->text ? option->text : "");
		break;
	case V_RECORD:
		write_fields(out, &option->value, options[i].fields);
		break;
	}
}

static const char *read_value(
	const struct term *term, enum value_kind kind, const struct field_word *fields, struct gs_option *out)
{
	switch (kind) {
	case V_NUMBER:
		out->value = term->number;
		return term->kind == TERM_NUMBER ? NULL : "this option is a number";
	case V_SWITCH:
		out->value = term_is_word(term, "true");
		return out->value || term_is_word(term, "false") ? NULL : "this option is true or false";
	case V_ACTIVE:
		return read_active(term, &out->active);
	case V_LINGER:
		if (!term_at(term, 1))
			return "linger is [true, SECONDS]";
		out->linger.on = term_is_word(term_at(term, 0), "true");
		out->linger.seconds = (uint32_t)term_at(term, 1)->number;
		return NULL;
	case V_DEVICE:
		strncpy(out->device, term->text, sizeof(out->device) - 1);
		return NULL;
	case V_TEXT:
		out->text = term->text;
		return NULL;
	case V_RECORD:
		return term->kind == TERM_RECORD ? read_fields(term, fields, value_of(out)) : "this option is a record";
	}
	return "an unknown kind of option";
}

/* An option without a row here is given to the library as one that it does not know either. */
const char *read_option(const struct term *term, struct gs_option *out)
{
	const char *word = term->key ? term->key : term->text;
	size_t i = 0;

	*out = (struct gs_option){ .name = UNKNOWN_OPTION };
	while (i < N_OPTIONS && strcmp(options[i].word, word) != 0)
		i++;
	if (i == N_OPTIONS)
		return NULL;
	out->name = options[i].name;
	return term->key ? read_value(term, options[i].kind, options[i].fields, out) : NULL;
}

const char *read_sndrcvinfo(const struct term *term, struct gs_sndrcvinfo *out)
{
	*out = (struct gs_sndrcvinfo){ 0 };
	return term && term->kind == TERM_RECORD ? read_fields(term, sndrcvinfo, out) : "send wants a record";
}
