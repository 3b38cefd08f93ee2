/* SPDX-License-Identifier: Apache-2.0 */
/*
 * owner.h - the mailbox as the library's own files see it: what has been delivered, and an epoll
 * set with the sockets from which more may be read.
 *
 * Locks are taken in this order: a socket's `reading`, a mailbox's `lock`, a socket's `lock`. A
 * mailbox lives until it is freed and the last of its sockets is, too.
 */
#ifndef GEN_SCTP_SRC_OWNER_H
#define GEN_SCTP_SRC_OWNER_H

#include "letter.h"
#include "socket.h"

struct gs_mailbox {
	pid_t process;      /* whose it is: see copy.h for what a child of it has */
	int set;            /* epoll: the watched sockets, by pointer, and nudge, by NULL */
	int nudge;          /* eventfd: readable while there are letters, and from gs_mailbox_close() on */
	atomic_bool nudged; /* whether it is */

	/* A thread is in gs_mailbox_take(), to which the next two belong. */
	atomic_bool taking;
	unsigned in_a_row;    /* messages that have been read from `ready` since the set was asked */
	unsigned for_nothing; /* times that the set named a socket that then had nothing */

	pthread_mutex_t lock; /* guards what follows */
	bool closed;
	unsigned references;
	struct gs_letters letters;
	struct gs_socket *owned; /* lists by ->next_owned: open, as far as is known, and closed ... */
	struct gs_socket *ended; /* ... by the end of the mailbox */
	struct gs_socket *ready; /* the one to read from next, NULL: ask the set */
	atomic_uint n_watched;
	uint64_t changes; /* of what is watched: an older answer of the set is worthless */
};

/* Behind what is there; the letter is the mailbox's (dropped if it is closed). */
void gs_mailbox_post(struct gs_mailbox *m, struct gs_letter *letter);

/* Whether anything waits to be taken: with s->reading held it is known of what was read from s. */
static inline bool gs_mailbox_has_letters(struct gs_mailbox *m)
{
	return atomic_load(&m->nudged);
}

/* Nothing waits to be taken any more. With the lock held. */
void gs_mailbox_forget_nudge(struct gs_mailbox *m);

/* To the sockets that it owns, and to those that it watches. GS_OK, GS_BADARG (closed), -errno.
 * Both for sockets that cannot end meanwhile. */
int gs_mailbox_add(struct gs_mailbox *m, struct gs_socket *s);
int gs_mailbox_watch(struct gs_mailbox *m, struct gs_socket *s);
/* Of a socket that is not there: nothing happens. */
void gs_mailbox_unwatch(struct gs_mailbox *m, struct gs_socket *s);
/* What it has in the mailbox, too; may end the mailbox. */
void gs_mailbox_remove(struct gs_mailbox *m, struct gs_socket *s);
/* From one that may be NULL to another, with all it has. GS_OK, GS_BADARG, -errno: then nothing has
 * changed. */
int gs_mailbox_hand_over(struct gs_mailbox *from, struct gs_mailbox *to, struct gs_socket *s);

#endif
