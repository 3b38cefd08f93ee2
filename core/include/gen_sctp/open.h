/* SPDX-License-Identifier: Apache-2.0 */
/* gen_sctp/open.h - open, close, listen. Part of gen_sctp.h. */
#ifndef GEN_SCTP_OPEN_H
#define GEN_SCTP_OPEN_H

#ifndef GEN_SCTP_H
#error "include gen_sctp.h, which includes this"
#endif

struct gs_open_options {
	uint32_t family; /* AF_INET or AF_INET6; 0: as the last of addrs, or AF_INET */
	uint32_t type;   /* SOCK_SEQPACKET or SOCK_STREAM; 0: seqpacket */
	int32_t port;    /* 0..65535; 0: that of addrs[0], or one of the kernel's choice */
	uint32_t reserved;
	const union gs_addr *addrs; /* all bound to the same port; none: the wildcard. IPv4 on an
				     * inet6 socket is bound as its mapped address */
	size_t n_addrs;
	const char *netns; /* path of the network namespace to be in; NULL: the caller's */
	struct gs_options options;
	struct gs_mailbox *owner; /* NULL: no owner, and passive forever (or until
				   * gs_controlling_process()) */
};

/**
 * gs_open() - a new socket, bound, and passive unless GS_OPT_ACTIVE is among its options
 * @options:  NULL for the defaults: seqpacket, IPv4, wildcard address, a port that the kernel
 *            chooses
 * @out:      the socket, on GS_OK; end it with gs_free()
 *
 * All events are subscribed but adaptation (and authentication). The descriptor is non-blocking and
 * close-on-exec. The first address is bound, then each further one added on its own. On failure
 * nothing stays open. The namespace is entered by a thread of its own; the caller's threads stay
 * where they are.
 *
 * GS_OK; GS_BADARG for a wrong argument, a closed owner, an unknown or read-only option, a wrong
 * value, *or any option that the kernel refuses* (gen_sctp does not tell them apart); -EADDRINUSE,
 * -EADDRNOTAVAIL, -EACCES from binding; -ENOENT, -EINVAL, -EPERM for the namespace;
 * -ESOCKTNOSUPPORT (seqpacket) or -EPROTONOSUPPORT (stream) without SCTP in the kernel; -EMFILE,
 * -ENOMEM.
 *
 * Does not wait. gen_sctp:open/2
 */
GS_API int gs_open_sized(const struct gs_open_options *options, size_t size, struct gs_socket **out);
static inline int gs_open(const struct gs_open_options *options, struct gs_socket **out)
{
	return gs_open_sized(options, sizeof(*options), out);
}

/**
 * gs_adopt() - make a socket of a descriptor
 * @fd:   of an SCTP socket, as accept(2) gives one
 * @out:  the socket, on GS_OK: passive, without owner; the descriptor is the library's then, and is made non-blocking
 *        and close-on-exec
 *
 * What is set on it and what it is subscribed to stays as it is. On failure nothing is changed.
 *
 * GS_OK; GS_BADARG; -EBADF, -ENOTSOCK; -EPROTOTYPE for a socket of another kind; -EMFILE, -ENOMEM. Does not wait. Not
 * in gen_sctp.
 */
GS_API int gs_adopt(int fd, struct gs_socket **out);

/**
 * gs_close() - end every association and close
 * @s:  the socket; NULL is GS_BADARG
 *
 * What was sent goes out first, and each association is shut down, in the background; with linger
 * {1, 0} they are aborted instead. An association with messages that nobody has read is aborted by
 * the kernel; in an active mode what has arrived is delivered first. Calls that wait in other
 * threads return GS_CLOSED. Afterwards every call gives GS_CLOSED - those that read or write
 * options and names -EINVAL - except gs_close(), which is GS_OK again.
 *
 * Does not wait for the peers, whatever linger says. gen_sctp:close/1
 */
GS_API_VOID int gs_close(struct gs_socket *s);

/**
 * gs_free() - close, and give the memory back
 * @s:  the socket; NULL does nothing. No other thread may be using it, or use it afterwards. (One
 *      that takes from its owner's mailbox does not count: notices of the socket are dropped.)
 */
GS_API_VOID void gs_free(struct gs_socket *s);

/**
 * gs_listen() - accept associations, or stop
 * @s:        the socket
 * @backlog:  GS_LISTEN for gen_sctp's `true`, 0 for `false`; other numbers are passed on, cut to 16
 *            bits
 *
 * On a seqpacket socket associations appear as comm_up events; those of a stream socket accept(2) gives, with gs_fd(),
 * for gs_adopt(). After 0 new ones are refused, and existing ones continue.
 *
 * GS_OK, GS_CLOSED; -EINVAL for 0 on a socket that is not listening and for a peeled-off one;
 * -ENOSYS if the kernel lacks its cookie HMAC. Does not wait. gen_sctp:listen/2
 */
#define GS_LISTEN 5
GS_API int gs_listen(struct gs_socket *s, int backlog);

#endif
