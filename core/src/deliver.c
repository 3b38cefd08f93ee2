/* SPDX-License-Identifier: Apache-2.0 */
/* deliver.c - see deliver.h. */
#include "deliver.h"

#include "inbox.h"
#include "owner.h"
#include "mode.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#define PUT_BY_AT_MOST (16UL << 20)
#define LEAST_OVERHEAD 256 /* octets that the kernel charges for a message at least */

/* ---- the mode ---- */

/* Tells the owner that it is passive now. There is always room: whoever sets GS_ACTIVE_N has seen
 * to that. */
static void tell_passive(struct gs_socket *s)
{
	struct gs_letter *letter = s->last_word;

	s->last_word = NULL;
	letter->notice.type = GS_SCTP_PASSIVE;
	letter->notice.socket = s;
	gs_mailbox_post(s->owner, letter);
}

static void mode_has_changed(struct gs_socket *s)
{
	if (!gs_is_active(s))
		pthread_cond_broadcast(&s->mode_changed);
}

/* One more has been delivered. */
static void count(struct gs_socket *s)
{
	if (gs_mode_count(&s->mode))
		tell_passive(s);
	mode_has_changed(s);
}

static void fill_in(struct gs_socket *s, int status, struct gs_notice *notice)
{
	notice->type = status == GS_OK ? GS_SCTP : GS_SCTP_ERROR;
	notice->status = status;
	notice->socket = s;
}

static void deliver(struct gs_socket *s, struct gs_letter *letter)
{
	fill_in(s, letter->notice.status, &letter->notice);
	gs_mailbox_post(s->owner, letter);
}

int gs_mode_change(struct gs_socket *s, const struct gs_active *wish)
{
	struct gs_active mode = s->mode;
	bool told;
	int status = gs_mode_set(&mode, wish, &told);

	if (status != GS_OK)
		return status;
	if (wish->mode != GS_PASSIVE && !s->owner)
		return -EINVAL;
	if (wish->mode == GS_ACTIVE_N && !s->last_word) {
		s->last_word = gs_letter_new();
		if (!s->last_word)
			return -ENOMEM;
	}
	if (mode.mode != GS_PASSIVE) {
		status = gs_mailbox_watch(s->owner, s);
		if (status != GS_OK)
			return status;
	}
	s->mode = mode;
	if (told)
		tell_passive(s);
	while (gs_is_active(s) && s->put_by.first) {
		deliver(s, gs_letters_remove(&s->put_by, &s->put_by.first));
		count(s);
	}
	mode_has_changed(s);
	return GS_OK;
}

/* ---- reading ---- */

/* Whether it was the outcome that a connect waits for; then that has it. */
static bool is_awaited(struct gs_socket *s, const struct gs_event *event)
{
	const uint64_t one = 1;

	if (event->type != GS_ASSOC_CHANGE)
		return false;
	for (struct gs_waiter *w = s->waiters; w; w = w->next) {
		if (w->done || w->assoc_id != event->assoc_change.assoc_id)
			continue;
		w->change = event->assoc_change;
		w->done = true;
		while (write(w->told, &one, sizeof(one)) < 0 && errno == EINTR)
			;
		return true;
	}
	return false;
}

/* What somebody waits for is not the caller's, and its message must stay as it is, with its memory.
 */
static int read_while_awaited(struct gs_socket *s, struct gs_message *out)
{
	struct gs_message message = { 0 };
	const int status = gs_inbox_read(s, &message);

	if (status != GS_OK && status != GS_ERROR_EVENT)
		return status;
	if (!is_awaited(s, &message.event)) {
		free(out->storage);
		*out = message;
		return status;
	}
	gs_message_release(&message);
	if (gs_is_active(s))
		count(s);
	return -EINTR;
}

int gs_read_next(struct gs_socket *s, struct gs_message *out)
{
	return s->waiters ? read_while_awaited(s, out) : gs_inbox_read(s, out);
}

int gs_put_by(struct gs_socket *s, int status, struct gs_letter *letter)
{
	letter->notice.status = status;
	if (gs_is_active(s)) {
		deliver(s, letter);
		count(s);
		return GS_OK;
	}
	gs_letters_append(&s->put_by, letter);
	return s->put_by.octets > PUT_BY_AT_MOST ? -ENOBUFS : GS_OK;
}

bool gs_take_put_by(struct gs_socket *s, struct gs_message *out, int *status)
{
	struct gs_notice notice;

	if (!s->put_by.first)
		return false;
	notice.message = *out;
	gs_letters_take(&s->put_by, &notice);
	*out = notice.message;
	*status = notice.status;
	return true;
}

/* Whether the original's driver would be reading now: it waits for the descriptor, too. */
static bool is_readable(struct gs_socket *s)
{
	struct pollfd fd = { .fd = s->fd, .events = POLLIN };

	return poll(&fd, 1, 0) > 0;
}

static size_t receive_buffer(struct gs_socket *s)
{
	int octets = 0;
	socklen_t size = sizeof(octets);

	return getsockopt(s->fd, SOL_SOCKET, SO_RCVBUF, &octets, &size) == 0 ? (size_t)octets : 0;
}

/* One message into the mailbox; the octets that the kernel has freed, 0 if there is no more. */
static size_t deliver_next(struct gs_socket *s)
{
	struct gs_letter *letter = gs_letter_new();
	int status;

	if (!letter)
		return 0;
	status = gs_read_next(s, &letter->notice.message);
	if (status == GS_OK || status == GS_ERROR_EVENT) {
		const struct gs_event *e = &letter->notice.message.event;
		const size_t octets = e->type == GS_DATA ? e->data.length : 0;

		gs_put_by(s, status, letter);
		return octets + LEAST_OVERHEAD;
	}
	if (status == -EAGAIN || status == -EINTR || status == GS_CLOSED) {
		gs_letter_free(letter);
		return status == -EINTR ? LEAST_OVERHEAD : 0;
	}
	letter->notice.status = status;
	deliver(s, letter);
	return 0;
}

/* No more than the kernel can have had at the beginning: a peer that goes on sending does not keep
 * us here. */
void gs_deliver_arrived(struct gs_socket *s)
{
	size_t left, octets;

	if (!gs_is_active(s) || !is_readable(s))
		return;
	left = receive_buffer(s);
	while (gs_is_active(s) && left > 0) {
		octets = deliver_next(s);
		left = octets == 0 || octets > left ? 0 : left - octets;
	}
}

/* With s->reading held. */
static int deliver_directly(struct gs_socket *s, struct gs_mailbox *m, struct gs_notice *out)
{
	int status;

	/* what others have read meanwhile comes first */
	if (s->owner != m || gs_mailbox_has_letters(m))
		return -EINTR;
	if (!gs_is_active(s)) {
		gs_mailbox_unwatch(m, s);
		return -EINTR;
	}
	status = gs_read_next(s, &out->message);
	if (status == -EAGAIN || status == -EINTR)
		return status;
	if (status == GS_CLOSED) {
		gs_mailbox_unwatch(m, s);
		return -EINTR;
	}
	fill_in(s, status, out);
	if (status == GS_OK || status == GS_ERROR_EVENT) {
		count(s);
	} else {
		out->message.from = (union gs_addr){ 0 };
		out->message.event = (struct gs_event){ 0 };
	}
	return GS_OK;
}

int gs_deliver_one(struct gs_socket *s, struct gs_mailbox *m, struct gs_notice *out)
{
	int status;

	pthread_mutex_lock(&s->reading);
	status = deliver_directly(s, m, out);
	pthread_mutex_unlock(&s->reading);
	return status;
}
