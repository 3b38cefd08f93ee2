/* SPDX-License-Identifier: Apache-2.0 */
/* gen_sctp/assoc.h - associations come and go. Part of gen_sctp.h. */
#ifndef GEN_SCTP_ASSOC_H
#define GEN_SCTP_ASSOC_H

#ifndef GEN_SCTP_H
#error "include gen_sctp.h, which includes this"
#endif

/**
 * gs_connect() - set up an association and wait for the outcome
 * @s:        the socket
 * @peer:     an address of the peer, with its port; of the socket's family
 * @options:  set first, and not taken back, whatever the outcome; NULL for none
 * @timeout:  ms, 0 to ask once, or GS_FOREVER
 * @out:      written on GS_OK (comm_up) and GS_ERROR_EVENT; `info` is never set. May be NULL
 *
 * GS_OK. GS_ERROR_EVENT: the peer refused or never answered; @out says cant_assoc, with assoc_id 0
 * and no streams (or comm_lost). GS_TIMEOUT: the attempt goes on in the kernel, and its outcome
 * comes by gs_recv(), or as a notice. -EALREADY: an attempt at this peer is under way, or, on a
 * passive socket, another thread receives. -EISCONN, -ENETUNREACH, -EAFNOSUPPORT, ... from the
 * kernel; -EINVAL also for any refused option; GS_FIELD - n for a field of an option; GS_CLOSED;
 * GS_BADARG for a wrong timeout.
 *
 * In an active mode the outcome counts as delivered: GS_ACTIVE_N is one less afterwards, and after
 * 1 passive, with a notice; GS_ACTIVE_ONCE is set once more. A timeout of 0 is then GS_TIMEOUT.
 *
 * Deviation: gen_sctp takes whatever is first in the queue for the outcome, and loses it if it was
 * something else; in the active modes it takes any assoc_change from that address. Here the event
 * of the new association is waited for, by its id; everything else that arrives meanwhile is
 * delivered if the mode says so, and kept otherwise, in order, for gs_recv() (see gs_queued()) or a
 * later delivery. If that grows beyond 16 MiB the wait ends like a timeout, but with -ENOBUFS.
 *
 * Waits. gen_sctp:connect/5
 */
GS_API int gs_connect_sized(struct gs_socket *s, const union gs_addr *peer, const struct gs_options *options,
	int64_t timeout, struct gs_assoc_change *out, size_t size);
static inline int gs_connect(struct gs_socket *s, const union gs_addr *peer, const struct gs_options *options,
	int64_t timeout, struct gs_assoc_change *out)
{
	return gs_connect_sized(s, peer, options, timeout, out, sizeof(*out));
}

/**
 * gs_connect_init() - begin to set up an association
 *
 * As gs_connect(), but returns when the attempt has begun. The outcome, cant_assoc as well, is an
 * assoc_change by gs_recv(), or as a notice. Does not wait. gen_sctp:connect_init/5
 */
GS_API int gs_connect_init(struct gs_socket *s, const union gs_addr *peer, const struct gs_options *options);

/**
 * gs_connectx_init() - begin to set up an association with a peer of several addresses
 * @s:        the socket
 * @addrs:    addresses of the one peer, given to the kernel in this order; the last port that is
 *            not 0 counts for all
 * @n_addrs:  how many
 * @options:  as in gs_connect()
 * @assoc_id: on GS_OK the id that the later event carries, cant_assoc as well
 *
 * GS_OK; -EINVAL for no address, GS_BADARG for no port; otherwise as gs_connect_init(). Does not
 * wait.
 *
 * Deviation: an address of another family is -EAFNOSUPPORT, as in gs_connect(); in gen_sctp it is
 * badarg, -EINVAL, or even accepted, as it was given.
 *
 * gen_sctp:connectx_init/5
 */
GS_API int gs_connectx_init(struct gs_socket *s, const union gs_addr *addrs, size_t n_addrs,
	const struct gs_options *options, int32_t *assoc_id);

/**
 * gs_peeloff() - give an association a socket of its own
 * @s:         a seqpacket socket
 * @assoc_id:  the association
 * @out:       its socket, on GS_OK; end it with gs_free()
 *
 * What is queued for that association moves along. The new socket has the owner and the mode of the
 * old one (what is left of GS_ACTIVE_N, too, which the old one keeps), and inherits the buffer
 * size, non_block_send, nodelay, linger, priority, reuseaddr, tos, ttl, recvtos and recvttl (inet)
 * or tclass and recvtclass (inet6). Association id 0 in a send on it means its one association.
 *
 * Deviations: in gen_sctp its owner is whoever calls, and it is passive before OTP 27.2. If it
 * cannot be watched for its owner (epoll(7) has limits) it is passive, and a notice reports it.
 *
 * GS_OK, GS_CLOSED; -EINVAL for an unknown association, one peeled off already, and for sockets
 * that are not one-to-many; -EMFILE, -ENOMEM. Does not wait. gen_sctp:peeloff/2
 */
GS_API int gs_peeloff(struct gs_socket *s, int32_t assoc_id, struct gs_socket **out);

/**
 * gs_eof() - shut an association down when everything sent has arrived
 * gs_abort() - end it at once
 * @s:         the socket
 * @assoc_id:  the association
 *
 * Only asks for it: an event reports the end (shutdown_comp; comm_lost). The socket stays usable.
 *
 * Deviation: gen_sctp wants the assoc_change of the association, and calls its id a badarg.
 *
 * GS_OK, GS_CLOSED; -EPIPE for an unknown or dead association and for 0 on a seqpacket socket;
 * -EINVAL on a stream socket that was connected (a limit of Linux: close it). Does not wait.
 * gen_sctp:eof/2, abort/2
 */
GS_API int gs_eof(struct gs_socket *s, int32_t assoc_id);
GS_API int gs_abort(struct gs_socket *s, int32_t assoc_id);

#endif
