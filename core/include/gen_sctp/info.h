/* SPDX-License-Identifier: Apache-2.0 */
/* gen_sctp/info.h - what the library itself knows about a socket. Part of gen_sctp.h. */
#ifndef GEN_SCTP_INFO_H
#define GEN_SCTP_INFO_H

#ifndef GEN_SCTP_H
#error "include gen_sctp.h, which includes this"
#endif

/* Counters since the socket was opened. Sizes in octets. */
struct gs_stat {
	uint64_t recv_cnt; /* reads: messages and events, and each piece of a message that is larger
			    * than GS_OPT_BUFFER. An assoc_change is 20 octets */
	uint64_t recv_oct;
	uint64_t recv_max;
	uint64_t recv_avg;
	uint64_t recv_dvi; /* how far they are from the average, on average */
	uint64_t send_cnt; /* attempts: also those that failed, and each of one that waited for room */
	uint64_t send_oct;
	uint64_t send_max;
	uint64_t send_avg;
	uint64_t send_pend; /* always 0: what waits, waits in the kernel */
};

/**
 * gs_getstat() - how much has gone through a socket
 * @s:    the socket
 * @out:  on GS_OK
 *
 * A peeled-off socket begins with zeroes. GS_OK; -EINVAL when closed; GS_BADARG. Does not wait.
 * inet:getstat/1
 */
GS_API int gs_getstat_sized(struct gs_socket *s, struct gs_stat *out, size_t size);
static inline int gs_getstat(struct gs_socket *s, struct gs_stat *out)
{
	return gs_getstat_sized(s, out, sizeof(*out));
}

struct gs_info {
	uint32_t family;          /* AF_INET or AF_INET6 */
	uint32_t type;            /* SOCK_SEQPACKET or SOCK_STREAM */
	uint32_t peeled;          /* 1 if it comes from gs_peeloff() */
	uint32_t closed;          /* 1 after gs_close(), also by the end of its owner */
	struct gs_mailbox *owner; /* NULL if it has none, or is closed */
	struct gs_active active;
	uint64_t queued; /* as gs_queued() */
};

/**
 * gs_get_info() - what a socket is
 * @s:    the socket; it may be closed
 * @out:  on GS_OK
 *
 * The names, options and counters have calls of their own. (inet:i/1, which lists all sockets of
 * the node, has no counterpart: the library keeps no list of them.) GS_OK, GS_BADARG. Does not
 * wait. inet:info/1
 */
GS_API int gs_get_info_sized(struct gs_socket *s, struct gs_info *out, size_t size);
static inline int gs_get_info(struct gs_socket *s, struct gs_info *out)
{
	return gs_get_info_sized(s, out, sizeof(*out));
}

/**
 * gs_set_context() - remember a pointer of the caller's with a socket
 * gs_context() - that pointer; NULL if none was set, or s is NULL
 * @s:        the socket; it may be closed
 * @context:  the library does nothing with it
 *
 * Of use when notices of many sockets come by one mailbox. A peeled-off socket begins with NULL.
 * Does not wait.
 */
GS_API_VOID void gs_set_context(struct gs_socket *s, void *context);
GS_API void *gs_context(struct gs_socket *s);

#endif
