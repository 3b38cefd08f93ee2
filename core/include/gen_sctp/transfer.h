/* SPDX-License-Identifier: Apache-2.0 */
/* gen_sctp/transfer.h - send and receive. Part of gen_sctp.h. */
#ifndef GEN_SCTP_TRANSFER_H
#define GEN_SCTP_TRANSFER_H

#ifndef GEN_SCTP_H
#error "include gen_sctp.h, which includes this"
#endif

/**
 * gs_send() - send a message on a stream
 * @s:         the socket
 * @assoc_id:  the association; 0 if the socket has only one
 * @stream:    below the negotiated number of outbound streams
 * @data:      the message; sent whole or not at all
 * @length:    octets, at least 1
 *
 * Flags, ppid, context and time to live are those of GS_OPT_DEFAULT_SEND_PARAM. While the send
 * buffer is full it waits for room, without limit, unless GS_OPT_NON_BLOCK_SEND is set.
 *
 * GS_OK; GS_CLOSED, also when closed while waiting; -EAGAIN (non_block_send); -EPIPE: unknown,
 * ending, dead or peeled-off association, also when it becomes so while this waits (it looks once a
 * second at least); -EINVAL: stream out of range, empty message; -EMSGSIZE: larger than
 * the send buffer, or than a packet with GS_OPT_DISABLE_FRAGMENTS; GS_FIELD - 1: stream above
 * 65535.
 *
 * gen_sctp:send/4
 */
GS_API int gs_send(struct gs_socket *s, int32_t assoc_id, uint32_t stream, const void *data, size_t length);

/**
 * gs_send_info() - send a message with all parameters given
 * @info:  what is sent with; nothing is taken from GS_OPT_DEFAULT_SEND_PARAM
 *
 * With GS_EOF or GS_ABORT in flags the message may be empty. GS_EOF with data is -EINVAL. Otherwise
 * as gs_send(), and GS_FIELD - n for an unknown flag and for fields that cannot be sent (ssn, tsn,
 * cumtsn). gen_sctp:send/3
 */
GS_API int gs_send_info_sized(
	struct gs_socket *s, const struct gs_sndrcvinfo *info, size_t size, const struct iovec *parts, size_t n_parts);
static inline int gs_send_info(struct gs_socket *s, const struct gs_sndrcvinfo *info, const void *data, size_t length)
{
	struct iovec part;

	part.iov_base = (void *)(uintptr_t)data;
	part.iov_len = length;
	return gs_send_info_sized(s, info, sizeof(*info), &part, 1);
}

/* gs_send_parts() - gs_send_info() of a message in pieces, which are joined (gen_sctp's iolist).
 * More than the kernel's IOV_MAX (1024) pieces: -EMSGSIZE. */
static inline int gs_send_parts(
	struct gs_socket *s, const struct gs_sndrcvinfo *info, const struct iovec *parts, size_t n_parts)
{
	return gs_send_info_sized(s, info, sizeof(*info), parts, n_parts);
}

/**
 * gs_recv() - take the next message or event
 * @s:        the socket
 * @timeout:  ms up to 2^32-2, 0 to take what is there, or GS_FOREVER
 * @out:      written on GS_OK and GS_ERROR_EVENT, left alone otherwise
 *
 * A message is whole or not there, whatever its size and GS_OPT_BUFFER. Notifications of a kind
 * that gen_sctp does not know are skipped.
 *
 * GS_OK; GS_ERROR_EVENT: an event of the error class; GS_TIMEOUT; GS_CLOSED, also when closed while
 * waiting; -EINVAL for a wrong timeout, and in an active mode; -EALREADY while another thread
 * receives; other errno values from the kernel (-ENOTCONN on a stream socket without association,
 * -ECONNABORTED, -ENOMEM, ...).
 *
 * If another thread makes the socket active while this waits, what comes is the owner's, and this
 * ends when its time is up, unless the socket becomes passive again before.
 *
 * Deviation: when the one association of a stream or peeled-off socket is over this is GS_CLOSED
 * (gen_sctp polls until the timeout, at full load).
 *
 * Waits. gen_sctp:recv/2
 */
GS_API int gs_recv_sized(struct gs_socket *s, int64_t timeout, struct gs_message *out, size_t size);
static inline int gs_recv(struct gs_socket *s, int64_t timeout, struct gs_message *out)
{
	return gs_recv_sized(s, timeout, out, sizeof(*out));
}

/**
 * gs_fd() - the kernel's descriptor, for poll(2) and epoll(7)
 * @s:  the socket
 *
 * Readable: gs_recv() with timeout 0 may find something; it returns GS_TIMEOUT if not. What a
 * gs_connect() has set aside does not make the descriptor readable: ask gs_queued(). The descriptor
 * stays the library's.
 *
 * The descriptor (>= 0), or GS_CLOSED.
 */
GS_API int gs_fd(struct gs_socket *s);

/* How many messages a gs_connect() has set aside for gs_recv(). */
GS_API size_t gs_queued(struct gs_socket *s);

#endif
