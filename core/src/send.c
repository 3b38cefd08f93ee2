/* SPDX-License-Identifier: Apache-2.0 */
/* send.c - sending, with and without all parameters given; and the two ways to end an association
 * that are sends: eof, abort. */
#include "socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/sctp.h>
#include <poll.h>
#include <string.h>

#define FIRST_PAUSE_MS 20
#define LONGEST_PAUSE_MS 1000

/* sctp_send() of several parts: libsctp has it for one only (and its sctp_sendv() has no time to live of this kind). */
static ssize_t send_parts(
	int fd, const struct iovec *parts, size_t n_parts, const struct sctp_sndrcvinfo *info, int flags)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(*info))];
	} control = { 0 };
	const struct msghdr msg = {
		.msg_iov = (struct iovec *)(uintptr_t)parts,
		.msg_iovlen = n_parts,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};

	control.head.cmsg_level = IPPROTO_SCTP;
	control.head.cmsg_type = SCTP_SNDRCV;
	control.head.cmsg_len = CMSG_LEN(sizeof(*info));
	memcpy(CMSG_DATA(&control.head), info, sizeof(*info));
	return sendmsg(fd, &msg, flags);
}

static int send_once(struct gs_socket *s, const struct sctp_sndrcvinfo *info, const struct iovec *parts, size_t n_parts)
{
	const struct iovec nothing = { 0 };
	const struct iovec *part = n_parts ? parts : &nothing;
	const int flags = MSG_NOSIGNAL | MSG_DONTWAIT;
	const ssize_t n = n_parts > 1 ? send_parts(s->fd, parts, n_parts, info, flags)
				      : sctp_send(s->fd, part->iov_base, part->iov_len, info, flags);

	return n < 0 ? -errno : GS_OK;
}

/* Linux tells nobody that there is room again, or will be none, when an association ends: what it held back is freed
 * without a word to those who wait on the socket. So whoever waits asks again by himself, too: soon first, and then at
 * leisure. (A connect that waits, and a receiver, are told by an event.) */
static struct gs_deadline next_try(int64_t *pause_ms)
{
	const struct gs_deadline deadline = gs_deadline_in(*pause_ms);

	*pause_ms = *pause_ms * 2 < LONGEST_PAUSE_MS ? *pause_ms * 2 : LONGEST_PAUSE_MS;
	return deadline;
}

/* Whole or not at all: after waiting for room everything is tried again. */
static int send_message(
	struct gs_socket *s, const struct sctp_sndrcvinfo *info, const struct iovec *parts, size_t n_parts)
{
	int64_t pause_ms = FIRST_PAUSE_MS;
	size_t octets = 0;
	bool woken = false;

	for (size_t i = 0; i < n_parts; i++)
		octets += parts[i].iov_len;
	gs_count_sent(&s->sent, octets);
	for (;;) {
		struct gs_deadline deadline;
		int status = send_once(s, info, parts, n_parts);

		if (status != -EAGAIN && status != -EINTR)
			return status;
		if (status == -EAGAIN && s->non_block_send)
			return status;
		deadline = next_try(&pause_ms);
		status = gs_wait(s, POLLOUT, -1, &deadline, woken);
		if (status == GS_TIMEOUT) {
			woken = false;
			continue;
		}
		if (status != GS_OK)
			return status;
		gs_count_sent(&s->sent, octets);
		woken = !woken;
	}
}

/* The number of the first field that cannot be sent as it is, or 0. */
static int wrong_field(const struct gs_sndrcvinfo *info)
{
	if (info->stream > UINT16_MAX)
		return 1;
	if (info->ssn != 0)
		return 2;
	if (info->flags & ~(uint32_t)(GS_UNORDERED | GS_ADDR_OVER | GS_ABORT | GS_EOF))
		return 3;
	if (info->tsn != 0)
		return 7;
	return info->cumtsn != 0 ? 8 : 0;
}

int gs_send_info_sized(
	struct gs_socket *s, const struct gs_sndrcvinfo *info, size_t size, const struct iovec *parts, size_t n_parts)
{
	struct sctp_sndrcvinfo kernel = { 0 };
	struct gs_sndrcvinfo resized;
	int status;

	if (!s || !info || (!parts && n_parts))
		return GS_BADARG;
	if (size != sizeof(resized)) {
		if (gs_copy_in(&resized, sizeof(resized), info, size) != GS_OK)
			return GS_BADARG;
		info = &resized;
	}
	for (size_t i = 0; i < n_parts; i++)
		if (!parts[i].iov_base && parts[i].iov_len)
			return GS_BADARG;
	status = gs_enter(s);
	if (status != GS_OK)
		return status;
	if (wrong_field(info)) {
		status = GS_FIELD - wrong_field(info);
	} else {
		kernel.sinfo_stream = (uint16_t)info->stream;
		kernel.sinfo_flags = (uint16_t)info->flags;
		kernel.sinfo_ppid = htonl(info->ppid);
		kernel.sinfo_context = info->context;
		kernel.sinfo_timetolive = info->timetolive;
		kernel.sinfo_assoc_id = info->assoc_id;
		status = send_message(s, &kernel, parts, n_parts);
	}
	gs_leave(s);
	return status;
}

int gs_send(struct gs_socket *s, int32_t assoc_id, uint32_t stream, const void *data, size_t length)
{
	const struct iovec part = { .iov_base = (void *)(uintptr_t)data, .iov_len = length };
	struct sctp_sndrcvinfo kernel = { .sinfo_assoc_id = assoc_id };
	socklen_t size = sizeof(kernel);
	int status;

	if (!s || (!data && length))
		return GS_BADARG;
	status = gs_enter(s);
	if (status != GS_OK)
		return status;
	if (stream > UINT16_MAX) {
		status = GS_FIELD - 1;
	} else {
		/* where there are no defaults to be had, zeroes; the send will tell what is wrong. (Not by
		 * sctp_opt_info(), which would write the id over the stream.)
		 */
		if (s->has_send_defaults &&
			getsockopt(s->fd, IPPROTO_SCTP, SCTP_DEFAULT_SEND_PARAM, &kernel, &size) < 0)
			kernel = (struct sctp_sndrcvinfo){ 0 };
		kernel.sinfo_stream = (uint16_t)stream;
		kernel.sinfo_assoc_id = assoc_id;
		kernel.sinfo_ssn = 0;
		kernel.sinfo_tsn = 0;
		kernel.sinfo_cumtsn = 0;
		status = send_message(s, &kernel, &part, 1);
	}
	gs_leave(s);
	return status;
}

static int end_association(struct gs_socket *s, int32_t assoc_id, uint32_t flag)
{
	const struct gs_sndrcvinfo info = { .flags = flag, .assoc_id = assoc_id };

	return gs_send_info_sized(s, &info, sizeof(info), NULL, 0);
}

int gs_eof(struct gs_socket *s, int32_t assoc_id)
{
	return end_association(s, assoc_id, GS_EOF);
}

int gs_abort(struct gs_socket *s, int32_t assoc_id)
{
	return end_association(s, assoc_id, GS_ABORT);
}
