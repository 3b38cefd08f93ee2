/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inbox.c - pieces become messages.
 *
 * recvmsg(2) gives at most GS_OPT_BUFFER octets of a message; MSG_EOR marks the last piece. The
 * pieces gather in s->data, so that a time-out in the middle loses nothing, and the finished buffer
 * changes places with the one of the caller's last message: in a loop no memory is allocated. A
 * notification that arrives between two pieces does not mix with them; one that says that the
 * message will never be complete throws them away.
 */
#include "inbox.h"

#include "address.h"
#include "event.h"

#include <errno.h>
#include <netinet/sctp.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

/* What one recvmsg(2) said besides the octets. */
struct piece {
	size_t length;
	int flags;
	union gs_addr from;
	struct gs_sndrcvinfo info;
	bool has_info;
};

static int make_room(struct gs_bytes *bytes, size_t room)
{
	size_t capacity = bytes->capacity * 2;
	uint8_t *at;

	if (room > SIZE_MAX / 2 - bytes->length)
		return -ENOMEM;
	if (bytes->capacity - bytes->length >= room)
		return GS_OK;
	if (capacity < bytes->length + room)
		capacity = bytes->length + room;
	at = realloc(bytes->at, capacity);
	if (!at)
		return -ENOMEM;
	bytes->at = at;
	bytes->capacity = capacity;
	return GS_OK;
}

/* Not sctp_recvmsg(), which drops TOS and TTL. Reads behind what s->data holds, without adding it yet. */
static int read_piece(struct gs_socket *s, struct piece *piece)
{
	alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(struct sctp_sndrcvinfo)) + 256];
	struct sockaddr_storage name;
	struct iovec iov = { .iov_len = s->buffer };
	struct msghdr msg = {
		.msg_name = &name,
		.msg_namelen = sizeof(name),
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	int status = make_room(&s->data, iov.iov_len);
	ssize_t n;

	if (status != GS_OK)
		return status;
	iov.iov_base = s->data.at + s->data.length;
	n = recvmsg(s->fd, &msg, MSG_DONTWAIT);
	if (n < 0)
		return -errno;
	gs_count_received(&s->received, (size_t)n);
	*piece = (struct piece){ .length = (size_t)n, .flags = msg.msg_flags };
	gs_addr_read(&piece->from, &name, msg.msg_namelen);
	if (!(piece->flags & MSG_NOTIFICATION))
		piece->has_info = gs_sndrcvinfo_find(control, msg.msg_controllen, &piece->info);
	return GS_OK;
}

/* The finished bytes become the message's, whose old memory gathers the next. */
static void hand_over(struct gs_bytes *bytes, const union gs_addr *from, struct gs_message *out)
{
	struct gs_bytes old = { .at = out->storage, .capacity = out->capacity };

	out->from = *from;
	out->storage = bytes->at;
	out->capacity = bytes->capacity;
	*bytes = old;
}

static int finish_data(struct gs_socket *s, const struct piece *last, struct gs_message *out)
{
	out->event.type = GS_DATA;
	out->event.reserved = 0;
	out->event.data = (struct gs_data){
		.bytes = s->data.at,
		.length = s->data.length,
		.has_info = last->has_info,
		.info = last->info,
	};
	hand_over(&s->data, &last->from, out);
	return GS_OK;
}

/* -EAGAIN: there was nothing in it for the caller. */
static int finish_notification(struct gs_socket *s, const struct piece *last, struct gs_message *out)
{
	struct gs_event event;
	int status = gs_event_read(s->notification.at, s->notification.length, &event);

	s->notification.length = 0;
	if (status == -ENOMSG)
		return -EAGAIN;
	if (status != GS_OK)
		return status;
	if (event.type == GS_PDAPI_EVENT)
		s->data.length = 0;
	if (event.type == GS_ASSOC_CHANGE &&
		(event.assoc_change.state == GS_COMM_LOST || event.assoc_change.state == GS_SHUTDOWN_COMP))
		s->over = s->peeled;
	out->event = event;
	hand_over(&s->notification, &last->from, out);
	return gs_event_is_error(&event) ? GS_ERROR_EVENT : GS_OK;
}

/* -EAGAIN: nothing whole yet, but there may be more to read. */
static int add_piece(struct gs_socket *s, const struct piece *piece, struct gs_message *out)
{
	if (piece->flags & MSG_NOTIFICATION) {
		int status = make_room(&s->notification, piece->length);

		if (status != GS_OK)
			return status;
		if (piece->length) /* there may be no buffer yet */
			memcpy(s->notification.at + s->notification.length, s->data.at + s->data.length, piece->length);
		s->notification.length += piece->length;
		return piece->flags & MSG_EOR ? finish_notification(s, piece, out) : -EAGAIN;
	}
	/* Nothing, and not the end of anything: the one association is over. */
	if (piece->length == 0 && !(piece->flags & MSG_EOR))
		return GS_CLOSED;
	s->data.length += piece->length;
	s->data_of = piece->info.assoc_id;
	return piece->flags & MSG_EOR ? finish_data(s, piece, out) : -EAGAIN;
}

int gs_inbox_read(struct gs_socket *s, struct gs_message *out)
{
	for (;;) {
		struct piece piece;
		int status = read_piece(s, &piece);

		if (status == GS_OK)
			status = add_piece(s, &piece, out);
		else if (status == -EAGAIN)
			/* of an association that has had its end the kernel does not say that
			 * nothing will come */
			return s->over ? GS_CLOSED : -EAGAIN;
		if (status != -EAGAIN && status != -EINTR)
			return status;
	}
}
