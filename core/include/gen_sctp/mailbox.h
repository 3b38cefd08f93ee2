/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gen_sctp/mailbox.h - owners, and delivery to them: gen_sctp's active modes. Part of gen_sctp.h.
 *
 * A mailbox stands for the process that owns sockets in Erlang: what happens on its sockets is
 * delivered there, for as long as they are in an active mode, and when it is gone they are closed.
 *
 *	struct gs_mailbox *me;
 *	struct gs_socket *s;
 *	struct gs_notice n = {0};
 *
 *	if (gs_mailbox_new(&me) == GS_OK &&
 *		gs_open(&(struct gs_open_options){.port = 2006, .owner = me,
 *			.options = GS_OPTIONS({.name = GS_OPT_ACTIVE, .active = {GS_ACTIVE}})},
 *			&s) == GS_OK && gs_listen(s, GS_LISTEN) == GS_OK)
 *		while (gs_mailbox_take(me, GS_FOREVER, &n) == GS_OK)
 *			handle(n.socket, &n); // gs_context() of the socket is the program's own
 *	gs_notice_release(&n);
 *	gs_free(s);
 *	gs_mailbox_free(me);
 *
 * gs_mailbox_fd() is readable when there may be something to take: put it into poll(2), epoll(7) or
 * uv_poll_t, or let a thread sit in gs_mailbox_take().
 *
 * How it is driven: there is no thread behind a mailbox. The kernel's receive buffer is the queue.
 * gs_mailbox_take() reads messages from there. So do reading or setting GS_OPT_ACTIVE, gs_recv(),
 * gs_peeloff() and gs_close(): what they do depends on what has been delivered, so they first
 * deliver what has arrived, as far as the mode allows.
 *
 * Deviation: in GS_ACTIVE the original reads ahead of its owner without limit, so that a slow owner
 * fills the memory. Here it fills the kernel's buffer, in every mode, and then the peers have to
 * wait. The library itself sets aside no more than one such buffer each time that a call of the
 * list above finds it full.
 */
#ifndef GEN_SCTP_MAILBOX_H
#define GEN_SCTP_MAILBOX_H

#ifndef GEN_SCTP_H
#error "include gen_sctp.h, which includes this"
#endif

/**
 * gs_set_active() - set GS_OPT_ACTIVE: how many messages and events are delivered from here on
 * @s:     a socket that has an owner
 * @mode:  enum GS_PASSIVE ...
 * @n:     GS_ACTIVE_N: is added to what is left of an earlier GS_ACTIVE_N, -32768..32767
 *
 *	GS_PASSIVE      none; they are for gs_recv()
 *	GS_ACTIVE       all
 *	GS_ACTIVE_ONCE  one, and then passive
 *	GS_ACTIVE_N     n, then passive, reported by a notice GS_SCTP_PASSIVE; also at once, if the
 *	                sum is 0 or less, and even if it was passive before
 *
 * A message counts once, whatever its size, and so does an event. Other modes than GS_ACTIVE_N
 * forget the count. gs_getopt() of GS_OPT_ACTIVE gives the mode, and what is left of n.
 *
 * GS_OK; -EINVAL: unknown mode, n or the sum out of range (nothing changes then), a socket without
 * an owner, closed; -ENOMEM, -ENOSPC (epoll watches). Does not wait. inet:setopts/2
 */
GS_API int gs_set_active(struct gs_socket *s, uint32_t mode, int32_t n);

/* What a notice says, in gen_sctp's words. */
enum {
	GS_SCTP = 1,    /* {sctp, ...}: `message` is data or an event */
	GS_SCTP_ERROR,  /* {sctp_error, ...}: `message` is an event of the error class and `status`
			 * GS_ERROR_EVENT; or reading failed, and `status` is -errno. The mode stays
			 * as it is, and reading fails again for as long as there is a reason */
	GS_SCTP_PASSIVE /* {sctp_passive, ...}: GS_ACTIVE_N is used up */
};

/* Zero it before the first use; use it again for the next (what pointed into it is gone then);
 * release it once at the end. */
struct gs_notice {
	uint32_t type;  /* enum GS_SCTP ... */
	int32_t status; /* GS_OK, or as GS_SCTP_ERROR says */
	struct gs_socket *socket;
	struct gs_message message;
};

GS_API_VOID void gs_notice_release(struct gs_notice *notice);

/* "sctp", "sctp_error", "sctp_passive"; "unknown". Never NULL, never to be freed. */
GS_API const char *gs_notice_name(uint32_t type);

/**
 * gs_mailbox_new() - an owner for sockets
 * @out:  the mailbox, on GS_OK; end it with gs_mailbox_free()
 *
 * GS_OK, GS_BADARG, -EMFILE, -ENFILE, -ENOMEM. Does not wait.
 */
GS_API int gs_mailbox_new(struct gs_mailbox **out);

/**
 * gs_mailbox_take() - take the next notice
 * @m:        the mailbox
 * @timeout:  ms up to 2^32-2, 0 to take what is there, or GS_FOREVER
 * @out:      written on GS_OK, left alone otherwise
 *
 * What was delivered first comes first; what happened on one socket comes in its order; sockets
 * that have much to say take turns. A closed socket is silent, but what was delivered before stays
 * until it is taken, or the socket freed. When the one association of a stream or peeled-off socket
 * is over, its last event is the last notice.
 *
 * GS_OK; GS_TIMEOUT; GS_CLOSED: the mailbox is closed, also while waiting; -EALREADY: another
 * thread takes; -EINVAL for a wrong timeout; GS_BADARG.
 *
 * Waits.
 */
GS_API int gs_mailbox_take_sized(struct gs_mailbox *m, int64_t timeout, struct gs_notice *out, size_t size);
static inline int gs_mailbox_take(struct gs_mailbox *m, int64_t timeout, struct gs_notice *out)
{
	return gs_mailbox_take_sized(m, timeout, out, sizeof(*out));
}

/**
 * gs_mailbox_fd() - a descriptor to wait with
 * @m:  the mailbox
 *
 * Readable: gs_mailbox_take() with timeout 0 may find something; it says GS_TIMEOUT if not, and has
 * then seen to it that the same cause does not make it readable again. The descriptor (an epoll
 * set) stays the library's and is good until gs_mailbox_free().
 *
 * The descriptor (>= 0), or GS_BADARG.
 */
GS_API int gs_mailbox_fd(struct gs_mailbox *m);

/**
 * gs_mailbox_close() - the owner is gone
 * @m:  the mailbox
 *
 * Closes the sockets that it owns, as gs_close() does, and drops what has not been taken. Whoever
 * waits in gs_mailbox_take() returns GS_CLOSED. The sockets are still to be freed.
 *
 * GS_OK, also if it is closed already; GS_BADARG. Does not wait.
 */
GS_API_VOID int gs_mailbox_close(struct gs_mailbox *m);

/* gs_mailbox_free() - gs_mailbox_close(), and give the memory back. NULL does nothing. No other
 * thread may be using the mailbox; its sockets may be in use, and be freed later. */
GS_API_VOID void gs_mailbox_free(struct gs_mailbox *m);

/**
 * gs_controlling_process() - hand a socket to another owner
 * @s:     the socket
 * @from:  its owner, NULL if it has none: it says who asks
 * @to:    the next one
 *
 * What was delivered and not yet taken moves along, behind what is there already, in its order; so
 * does the mode. Nothing is lost or delivered twice.
 *
 * GS_OK, also if @to is the owner already; GS_NOT_OWNER: @from is not; GS_CLOSED; GS_BADARG, also
 * if @to is closed; -ENOMEM, -ENOSPC (epoll watches). Does not wait.
 *
 * Deviations: gen_sctp leaves sctp_error and sctp_passive behind, and crashes on a closed socket.
 *
 * gen_sctp:controlling_process/2
 */
GS_API int gs_controlling_process(struct gs_socket *s, struct gs_mailbox *from, struct gs_mailbox *to);

#endif
