/* SPDX-License-Identifier: Apache-2.0 */
/*
 * deliver.h - where messages and events of a socket go: an outcome goes to the connect
 * that waits for it; in an active mode the rest goes to the owner; otherwise it stays in the
 * kernel, or, when a connect had to read past it, is put by.
 *
 * Everything here is called inside gs_enter(), and with s->reading held where a comment begins with
 * "Reading".
 */
#ifndef GEN_SCTP_SRC_DELIVER_H
#define GEN_SCTP_SRC_DELIVER_H

#include "letter.h"
#include "socket.h"

/* A connect that waits. In s->waiters while it does. */
struct gs_waiter {
	struct gs_waiter *next;
	int32_t assoc_id;
	int told; /* eventfd, readable when done */
	bool done;
	struct gs_assoc_change change;
};

static inline bool gs_is_active(const struct gs_socket *s)
{
	return s->mode.mode != GS_PASSIVE;
}

/* Reading. The next message or event that is not an outcome of a waiting connect, without waiting.
 * GS_OK, GS_ERROR_EVENT; -EAGAIN: there is none; -EINTR: look again (an outcome may have changed
 * the mode); GS_CLOSED: the one association is over; other -errno. */
int gs_read_next(struct gs_socket *s, struct gs_message *out);

/* Reading. What was read with this status is delivered, or put by. GS_OK, or -ENOBUFS: so much has
 * been put by that it has to stop. The letter is gone in both cases. */
int gs_put_by(struct gs_socket *s, int status, struct gs_letter *letter);

/* Reading. The first of what has been put by. */
bool gs_take_put_by(struct gs_socket *s, struct gs_message *out, int *status);

/* Reading. Delivers what has arrived, as far as the mode allows. */
void gs_deliver_arrived(struct gs_socket *s);

/* Reading. Sets the mode; what has been put by is delivered. GS_OK, -errno. */
int gs_mode_change(struct gs_socket *s, const struct gs_active *wish);

/* Reads one notice for the thread that takes from m. GS_OK; -EAGAIN: there is nothing; -EINTR: look
 * again. */
int gs_deliver_one(struct gs_socket *s, struct gs_mailbox *m, struct gs_notice *out);

#endif
