/* SPDX-License-Identifier: Apache-2.0 */
/*
 * socket.h - the socket as the library's own files see it: the descriptor, who is inside a call,
 * and what has been read but not yet taken.
 *
 * Every public call is bracketed by gs_enter() and gs_leave(). gs_close() marks the socket closed
 * and wakes whoever waits in gs_wait(); the last call that leaves closes the descriptor: so no call
 * ever uses a descriptor number that has meanwhile become somebody else's.
 *
 * Whoever reads from the descriptor, or changes where what is read goes, holds `reading`, for no
 * longer than a read that does not wait.
 */
#ifndef GEN_SCTP_SRC_SOCKET_H
#define GEN_SCTP_SRC_SOCKET_H

#include "deadline.h"
#include "letter.h"
#include "stat.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/types.h>

#define GS_DEFAULT_BUFFER 65536

/* Octets on their way in. */
struct gs_bytes {
	uint8_t *at;
	size_t length;
	size_t capacity;
};

#define STATE_RECEIVING (1U << 30) /* a passive recv or connect is under way */
#define STATE_CLOSED (1U << 31)    /* nobody enters any more */

struct gs_waiter;

struct gs_socket {
	pid_t process; /* whose it is: see copy.h for what a child of it has */
	int fd;
	int wake;   /* eventfd: readable from the moment of gs_close() */
	int family; /* AF_INET or AF_INET6 */
	int type;   /* SOCK_SEQPACKET or SOCK_STREAM */
	bool peeled;
	char *netns;

	_Atomic size_t buffer;
	atomic_bool non_block_send;
	atomic_bool has_send_defaults; /* GS_OPT_DEFAULT_SEND_PARAM was set: until then all is 0 */
	struct gs_sent sent;
	_Atomic(void *) context; /* the caller's */

	/* How many calls are inside, and the flags above: one word, so that it is cheap to come and
	 * to go. */
	_Atomic uint32_t state;

	pthread_mutex_t lock;   /* guards the one below */
	pthread_cond_t gone_by; /* it has become true */
	bool gone;              /* closed, nobody is inside, and the descriptor is no more */

	pthread_mutex_t reading;     /* guards the rest; see owner.h for the order */
	pthread_cond_t mode_changed; /* or the socket was closed */
	struct gs_received received;
	struct gs_bytes data;         /* pieces of a message that is not whole yet */
	int32_t data_of;              /* the association that they are of, 0 if it is not known */
	struct gs_bytes notification; /* likewise; a buffer smaller than a notification splits it */
	bool over;                    /* peeled, and the end of its association has been told */
	struct gs_letters put_by;     /* empty in an active mode */
	struct gs_waiter *waiters;
	struct gs_active mode;
	struct gs_letter *last_word; /* room to tell the owner of the end of GS_ACTIVE_N */

	struct gs_mailbox *owner; /* guarded by reading; watched and the list by the owner's lock */
	bool watched;
	struct gs_socket *next_owned, **owned_by; /* what points to it in the list */
};

/* Its memory, and what has been put by in it: of a socket that is closed, without an owner, and in no other thread. */
void gs_socket_free_memory(struct gs_socket *s);

/* A socket without its descriptor, which the caller puts in: so that nothing can fail any more once
 * there is one. GS_OK or -errno. */
int gs_socket_new(int family, int type, struct gs_socket **out);

static inline bool gs_is_closed(struct gs_socket *s)
{
	return atomic_load(&s->state) & STATE_CLOSED;
}

/* GS_OK, or GS_CLOSED: then there is nothing to leave. */
int gs_enter(struct gs_socket *s);
void gs_leave(struct gs_socket *s);

/* Begins the end: what has arrived is delivered, nobody enters any more, and whoever waits is
 * woken. Leaves. */
void gs_shut(struct gs_socket *s);

/* As gs_enter(), and this thread is the receiver until gs_leave_receiver(). -EALREADY if another
 * one is. */
int gs_enter_receiver(struct gs_socket *s);
void gs_leave_receiver(struct gs_socket *s);

/* Waits until the descriptor has one of `events`, or `other` (-1: none) is readable. After a
 * wake-up that turned out to be for nothing pass `spurious`: the descriptor is then left alone for
 * some milliseconds, so that no state of the kernel can make a caller spin. GS_OK, GS_TIMEOUT,
 * GS_CLOSED or -errno. */
int gs_wait(struct gs_socket *s, short events, int other, const struct gs_deadline *deadline, bool spurious);

/* A struct as its caller's header knew it, `from_size` octets, in the form that the library knows:
 * missing fields are 0, and unknown ones must be. GS_OK or GS_BADARG. */
int gs_copy_in(void *to, size_t to_size, const void *from, size_t from_size);

#endif
