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
#include <linux/sctp.h>
#include <poll.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#define KEEP_AT_MOST (16UL << 20)

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

/* Reads behind what s->data holds, without adding it yet. */
static int read_piece(struct gs_socket *s, struct piece *piece)
{
	alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(struct sctp_sndrcvinfo)) + 256];
	struct sockaddr_storage name;
	struct iovec iov = {.iov_len = s->buffer};
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
	*piece = (struct piece){.length = (size_t)n, .flags = msg.msg_flags};
	gs_addr_read(&piece->from, &name, msg.msg_namelen);
	if (!(piece->flags & MSG_NOTIFICATION))
		piece->has_info = gs_sndrcvinfo_find(control, msg.msg_controllen, &piece->info);
	return GS_OK;
}

/* The finished bytes become the message's, whose old memory gathers the next. */
static void hand_over(struct gs_bytes *bytes, const union gs_addr *from, struct gs_message *out)
{
	struct gs_bytes old = {.at = out->storage, .capacity = out->capacity};

	out->from = *from;
	out->storage = bytes->at;
	out->capacity = bytes->capacity;
	*bytes = old;
}

static int finish_data(struct gs_socket *s, const struct piece *last, struct gs_message *out)
{
	out->event = (struct gs_event){
		.type = GS_DATA,
		.data =
			{
				.bytes = s->data.at,
				.length = s->data.length,
				.has_info = last->has_info,
				.info = last->info,
			},
	};
	hand_over(&s->data, &last->from, out);
	return GS_OK;
}

/* -EAGAIN: there was nothing in it for the caller. */
static int finish_notification(
	struct gs_socket *s, const struct piece *last, struct gs_message *out)
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
	if (event.type == GS_ASSOC_CHANGE && (event.assoc_change.state == GS_COMM_LOST ||
						     event.assoc_change.state == GS_SHUTDOWN_COMP))
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
			memcpy(s->notification.at + s->notification.length,
				s->data.at + s->data.length, piece->length);
		s->notification.length += piece->length;
		return piece->flags & MSG_EOR ? finish_notification(s, piece, out) : -EAGAIN;
	}
	/* Nothing, and not the end of anything: the one association is over. */
	if (piece->length == 0 && !(piece->flags & MSG_EOR))
		return GS_CLOSED;
	s->data.length += piece->length;
	return piece->flags & MSG_EOR ? finish_data(s, piece, out) : -EAGAIN;
}

int gs_inbox_next(struct gs_socket *s, const struct gs_deadline *deadline, struct gs_message *out)
{
	bool woken = false;

	for (;;) {
		struct piece piece;
		int status = read_piece(s, &piece);

		if (status == GS_OK) {
			woken = false;
			status = add_piece(s, &piece, out);
			if (status != -EAGAIN)
				return status;
			continue;
		}
		if (status != -EAGAIN && status != -EINTR)
			return status;
		/* of an association that has had its end the kernel does not say that nothing will
		 * come */
		if (status == -EAGAIN && s->over)
			return GS_CLOSED;
		status = gs_wait(s, POLLIN, deadline, woken);
		if (status != GS_OK)
			return status;
		woken = !woken;
	}
}

/* A short event must not hold on to a buffer for a long message. */
static void trim(struct gs_message *message)
{
	const uint8_t **pointer;
	void *storage;

	if (message->event.type != GS_DATA || message->event.data.length == 0)
		return;
	storage = realloc(message->storage, message->event.data.length);
	if (!storage)
		return;
	pointer = &message->event.data.bytes;
	*pointer = storage;
	message->storage = storage;
	message->capacity = message->event.data.length;
}

static size_t size_of(const struct gs_kept *k)
{
	return k->message.capacity + sizeof(*k);
}

/* With the lock of the socket held. */
static void append(struct gs_socket *s, struct gs_kept *k)
{
	k->next = NULL;
	*s->kept_end = k;
	s->kept_end = &k->next;
	s->n_kept++;
	s->kept_size += size_of(k);
}

static struct gs_kept *remove_at(struct gs_socket *s, struct gs_kept **at)
{
	struct gs_kept *k = *at;

	*at = k->next;
	if (!*at)
		s->kept_end = at;
	s->n_kept--;
	s->kept_size -= size_of(k);
	return k;
}

int gs_inbox_keep(struct gs_socket *s, int status, struct gs_message *message)
{
	struct gs_kept *k = malloc(sizeof(*k));
	bool full;

	if (!k)
		return -ENOMEM;
	trim(message);
	*k = (struct gs_kept){.status = status, .message = *message};
	*message = (struct gs_message){0};
	pthread_mutex_lock(&s->lock);
	append(s, k);
	full = s->kept_size > KEEP_AT_MOST;
	pthread_mutex_unlock(&s->lock);
	return full ? -ENOBUFS : GS_OK;
}

bool gs_inbox_take_kept(struct gs_socket *s, struct gs_message *out, int *status)
{
	struct gs_kept *k = NULL;

	pthread_mutex_lock(&s->lock);
	if (s->kept)
		k = remove_at(s, &s->kept);
	pthread_mutex_unlock(&s->lock);
	if (!k)
		return false;
	free(out->storage);
	*out = k->message;
	*status = k->status;
	free(k);
	return true;
}

void gs_inbox_move_kept(struct gs_socket *from, struct gs_socket *to, int32_t assoc_id)
{
	struct gs_kept **at = &from->kept;

	pthread_mutex_lock(&from->lock);
	while (*at) {
		if (gs_event_assoc_id(&(*at)->message.event) == assoc_id)
			append(to, remove_at(from, at));
		else
			at = &(*at)->next;
	}
	pthread_mutex_unlock(&from->lock);
}
