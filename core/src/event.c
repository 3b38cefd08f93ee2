/* SPDX-License-Identifier: Apache-2.0 */
/*
 * event.c - notifications (RFC 6458, 6.1) and ancillary data (5.3) of the kernel as gen_sctp's
 * records.
 *
 * Linux puts error causes into assoc_change, send_failed and remote_error in network order; they
 * are turned round here, and the number as it was is kept beside. Nothing that is read is trusted:
 * every length is checked, and every field copied, since notifications need not be aligned.
 */
#include "event.h"

#include "address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/sctp.h>
#include <string.h>

struct input {
	const uint8_t *bytes;
	size_t length; /* what the notification itself says, never more than there is */
};

/* The octets behind the fixed part. */
static const uint8_t *rest(const struct input *in, size_t fixed, size_t *length)
{
	*length = in->length - fixed;
	return *length ? in->bytes + fixed : NULL;
}

static void read_sndrcvinfo(const struct sctp_sndrcvinfo *from, struct gs_sndrcvinfo *to)
{
	*to = (struct gs_sndrcvinfo){
		.stream = from->sinfo_stream,
		.ssn = from->sinfo_ssn,
		.flags = from->sinfo_flags,
		.ppid = ntohl(from->sinfo_ppid),
		.context = from->sinfo_context,
		.timetolive = from->sinfo_timetolive,
		.tsn = from->sinfo_tsn,
		.cumtsn = from->sinfo_cumtsn,
		.assoc_id = from->sinfo_assoc_id,
	};
}

static void read_assoc_change(const struct input *in, struct gs_event *out)
{
	struct gs_assoc_change *to = &out->assoc_change;
	struct sctp_assoc_change from;

	memcpy(&from, in->bytes, sizeof(from));
	to->state = from.sac_state;
	to->error = ntohs(from.sac_error);
	to->error_raw = from.sac_error;
	to->outbound_streams = from.sac_outbound_streams;
	to->inbound_streams = from.sac_inbound_streams;
	to->assoc_id = from.sac_assoc_id;
	to->info = rest(in, sizeof(from), &to->info_length);
}

static void read_paddr_change(const struct input *in, struct gs_event *out)
{
	struct sctp_paddr_change from;

	memcpy(&from, in->bytes, sizeof(from));
	gs_addr_read(&out->paddr_change.addr, &from.spc_aaddr, sizeof(from.spc_aaddr));
	out->paddr_change.state = (uint32_t)from.spc_state;
	out->paddr_change.error = (uint32_t)from.spc_error;
	out->paddr_change.assoc_id = from.spc_assoc_id;
}

static void read_send_failed(const struct input *in, struct gs_event *out)
{
	struct gs_send_failed *to = &out->send_failed;
	struct sctp_send_failed from;

	memcpy(&from, in->bytes, sizeof(from));
	to->sent = from.ssf_flags == SCTP_DATA_SENT;
	to->error = ntohs((uint16_t)from.ssf_error);
	to->error_raw = from.ssf_error;
	to->assoc_id = from.ssf_assoc_id;
	read_sndrcvinfo(&from.ssf_info, &to->info);
	to->bytes = rest(in, sizeof(from), &to->length);
}

static void read_remote_error(const struct input *in, struct gs_event *out)
{
	struct gs_remote_error *to = &out->remote_error;
	struct sctp_remote_error from;

	memcpy(&from, in->bytes, sizeof(from));
	to->error = ntohs(from.sre_error);
	to->error_raw = from.sre_error;
	to->assoc_id = from.sre_assoc_id;
	to->bytes = rest(in, sizeof(from), &to->length);
}

static void read_shutdown_event(const struct input *in, struct gs_event *out)
{
	struct sctp_shutdown_event from;

	memcpy(&from, in->bytes, sizeof(from));
	out->shutdown_event.assoc_id = from.sse_assoc_id;
}

static void read_pdapi_event(const struct input *in, struct gs_event *out)
{
	struct sctp_pdapi_event from;

	memcpy(&from, in->bytes, sizeof(from));
	out->pdapi_event.indication = from.pdapi_indication;
	out->pdapi_event.stream = from.pdapi_stream;
	out->pdapi_event.seq = from.pdapi_seq;
	out->pdapi_event.assoc_id = from.pdapi_assoc_id;
}

static void read_adaptation_event(const struct input *in, struct gs_event *out)
{
	struct sctp_adaptation_event from;

	memcpy(&from, in->bytes, sizeof(from));
	/* gen_sctp swaps it on both ways, although Linux does so too: see GS_OPT_ADAPTATION_LAYER
	 */
	out->adaptation_event.adaptation_ind = ntohl(from.sai_adaptation_ind);
	out->adaptation_event.assoc_id = from.sai_assoc_id;
}

static void read_authentication_event(const struct input *in, struct gs_event *out)
{
	struct sctp_authkey_event from;

	memcpy(&from, in->bytes, sizeof(from));
	out->authentication_event.indication = from.auth_indication;
	out->authentication_event.key = from.auth_keynumber;
	out->authentication_event.assoc_id = from.auth_assoc_id;
}

static void read_sender_dry_event(const struct input *in, struct gs_event *out)
{
	struct sctp_sender_dry_event from;

	memcpy(&from, in->bytes, sizeof(from));
	out->sender_dry_event.assoc_id = from.sender_dry_assoc_id;
}

static void read_stream_reset_event(const struct input *in, struct gs_event *out)
{
	struct gs_stream_reset_event *to = &out->stream_reset_event;
	struct sctp_stream_reset_event from;
	size_t octets;

	memcpy(&from, in->bytes, sizeof(from));
	to->flags = from.strreset_flags;
	to->assoc_id = from.strreset_assoc_id;
	to->streams = rest(in, sizeof(from), &octets);
	to->n_streams = octets / sizeof(uint16_t);
}

static void read_assoc_reset_event(const struct input *in, struct gs_event *out)
{
	struct sctp_assoc_reset_event from;

	memcpy(&from, in->bytes, sizeof(from));
	out->assoc_reset_event.flags = from.assocreset_flags;
	out->assoc_reset_event.assoc_id = from.assocreset_assoc_id;
	out->assoc_reset_event.local_tsn = from.assocreset_local_tsn;
	out->assoc_reset_event.remote_tsn = from.assocreset_remote_tsn;
}

static void read_stream_change_event(const struct input *in, struct gs_event *out)
{
	struct sctp_stream_change_event from;

	memcpy(&from, in->bytes, sizeof(from));
	out->stream_change_event.flags = from.strchange_flags;
	out->stream_change_event.assoc_id = from.strchange_assoc_id;
	out->stream_change_event.inbound_streams = from.strchange_instrms;
	out->stream_change_event.outbound_streams = from.strchange_outstrms;
}

static void read_send_failed_event(const struct input *in, struct gs_event *out)
{
	struct gs_send_failed_event *to = &out->send_failed_event;
	struct sctp_send_failed_event from;

	memcpy(&from, in->bytes, sizeof(from));
	to->sent = from.ssf_flags == SCTP_DATA_SENT;
	to->error = ntohs((uint16_t)from.ssf_error);
	to->error_raw = from.ssf_error;
	to->assoc_id = from.ssf_assoc_id;
	to->stream = from.ssfe_info.snd_sid;
	to->flags = from.ssfe_info.snd_flags;
	to->ppid = ntohl(from.ssfe_info.snd_ppid);
	to->context = from.ssfe_info.snd_context;
	to->bytes = rest(in, sizeof(from), &to->length);
}

static const struct reader {
	uint16_t type;
	uint16_t fixed; /* octets before what varies */
	void (*read)(const struct input *in, struct gs_event *out);
} readers[] = {
	{ GS_ASSOC_CHANGE, sizeof(struct sctp_assoc_change), read_assoc_change },
	{ GS_PADDR_CHANGE, sizeof(struct sctp_paddr_change), read_paddr_change },
	{ GS_SEND_FAILED, sizeof(struct sctp_send_failed), read_send_failed },
	{ GS_REMOTE_ERROR, sizeof(struct sctp_remote_error), read_remote_error },
	{ GS_SHUTDOWN_EVENT, sizeof(struct sctp_shutdown_event), read_shutdown_event },
	{ GS_PDAPI_EVENT, sizeof(struct sctp_pdapi_event), read_pdapi_event },
	{ GS_ADAPTATION_EVENT, sizeof(struct sctp_adaptation_event), read_adaptation_event },
	{ GS_AUTHENTICATION_EVENT, sizeof(struct sctp_authkey_event), read_authentication_event },
	{ GS_SENDER_DRY_EVENT, sizeof(struct sctp_sender_dry_event), read_sender_dry_event },
	{ GS_STREAM_RESET_EVENT, sizeof(struct sctp_stream_reset_event), read_stream_reset_event },
	{ GS_ASSOC_RESET_EVENT, sizeof(struct sctp_assoc_reset_event), read_assoc_reset_event },
	{ GS_STREAM_CHANGE_EVENT, sizeof(struct sctp_stream_change_event), read_stream_change_event },
	{ GS_SEND_FAILED_EVENT, sizeof(struct sctp_send_failed_event), read_send_failed_event },
};

int gs_event_read(const void *bytes, size_t length, struct gs_event *out)
{
	struct {
		uint16_t type;
		uint16_t flags;
		uint32_t length;
	} head;

	if (length < sizeof(head))
		return -EBADMSG;
	memcpy(&head, bytes, sizeof(head));
	if (head.length > length)
		return -EBADMSG;
	for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++) {
		const struct input in = { bytes, head.length };

		if (readers[i].type != head.type)
			continue;
		if (head.length < readers[i].fixed)
			return -EBADMSG;
		memset(out, 0, sizeof(*out));
		out->type = head.type;
		readers[i].read(&in, out);
		return GS_OK;
	}
	return -ENOMSG;
}

const uint8_t **gs_event_payload(struct gs_event *event, size_t *length)
{
	switch (event->type) {
	case GS_DATA:
		*length = event->data.length;
		return &event->data.bytes;
	case GS_ASSOC_CHANGE:
		*length = event->assoc_change.info_length;
		return &event->assoc_change.info;
	case GS_SEND_FAILED:
		*length = event->send_failed.length;
		return &event->send_failed.bytes;
	case GS_REMOTE_ERROR:
		*length = event->remote_error.length;
		return &event->remote_error.bytes;
	case GS_STREAM_RESET_EVENT:
		*length = event->stream_reset_event.n_streams * sizeof(uint16_t);
		return &event->stream_reset_event.streams;
	case GS_SEND_FAILED_EVENT:
		*length = event->send_failed_event.length;
		return &event->send_failed_event.bytes;
	}
	*length = 0;
	return NULL;
}

bool gs_sndrcvinfo_find(const void *control, size_t length, struct gs_sndrcvinfo *out)
{
	const uint8_t *at = control;

	while (length >= sizeof(struct cmsghdr)) {
		struct cmsghdr head;
		struct sctp_sndrcvinfo info;
		size_t step;

		memcpy(&head, at, sizeof(head));
		if (head.cmsg_len < sizeof(head) || head.cmsg_len > length)
			return false;
		if (head.cmsg_level == IPPROTO_SCTP && head.cmsg_type == SCTP_SNDRCV &&
			head.cmsg_len >= CMSG_LEN(sizeof(info))) {
			memcpy(&info, at + CMSG_LEN(0), sizeof(info));
			read_sndrcvinfo(&info, out);
			return true;
		}
		step = CMSG_ALIGN(head.cmsg_len);
		if (step > length)
			return false;
		at += step;
		length -= step;
	}
	return false;
}

int32_t gs_event_assoc_id(const struct gs_event *event)
{
	if (!event)
		return 0;
	switch (event->type) {
	case GS_DATA:
		return event->data.info.assoc_id;
	case GS_ASSOC_CHANGE:
		return event->assoc_change.assoc_id;
	case GS_PADDR_CHANGE:
		return event->paddr_change.assoc_id;
	case GS_SEND_FAILED:
		return event->send_failed.assoc_id;
	case GS_REMOTE_ERROR:
		return event->remote_error.assoc_id;
	case GS_SHUTDOWN_EVENT:
		return event->shutdown_event.assoc_id;
	case GS_PDAPI_EVENT:
		return event->pdapi_event.assoc_id;
	case GS_ADAPTATION_EVENT:
		return event->adaptation_event.assoc_id;
	case GS_AUTHENTICATION_EVENT:
		return event->authentication_event.assoc_id;
	case GS_SENDER_DRY_EVENT:
		return event->sender_dry_event.assoc_id;
	case GS_STREAM_RESET_EVENT:
		return event->stream_reset_event.assoc_id;
	case GS_ASSOC_RESET_EVENT:
		return event->assoc_reset_event.assoc_id;
	case GS_STREAM_CHANGE_EVENT:
		return event->stream_change_event.assoc_id;
	case GS_SEND_FAILED_EVENT:
		return event->send_failed_event.assoc_id;
	}
	return 0;
}

int gs_event_is_error(const struct gs_event *event)
{
	return event &&
		(event->type == GS_SEND_FAILED || event->type == GS_SEND_FAILED_EVENT ||
			event->type == GS_REMOTE_ERROR || event->type == GS_PDAPI_EVENT);
}
