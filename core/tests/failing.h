/* SPDX-License-Identifier: Apache-2.0 */
/*
 * failing.h - system calls and allocations of the library that fail on demand.
 *
 * A copy of the library calls these in the place of the real ones (objcopy does it, by
 * failing.symbols): only the library, not its tests. As long as nothing is armed they pass on, and
 * count.
 */
#ifndef GEN_SCTP_TESTS_FAILING_H
#define GEN_SCTP_TESTS_FAILING_H

#include <stdbool.h>

/* Each call, and the errors that it is plausible to fail with. */
#define FAILING_CALLS(X)                                   \
	X(bind, EADDRINUSE, EADDRNOTAVAIL, EACCES, EINVAL) \
	X(close, EINTR, EIO)                               \
	X(connect, ENETUNREACH, EALREADY, ENOMEM)          \
	X(epoll_create1, EMFILE, ENOMEM)                   \
	X(epoll_ctl, ENOMEM, ENOSPC)                       \
	X(epoll_wait, EINTR, ENOMEM)                       \
	X(eventfd, EMFILE, ENFILE, ENOMEM)                 \
	X(fcntl, EMFILE)                                   \
	X(getpeername, ENOTCONN, ENOBUFS)                  \
	X(getsockname, ENOBUFS, EINVAL)                    \
	X(getsockopt, EINVAL, ENOMEM, EMFILE)              \
	X(listen, EADDRINUSE, ENOSYS)                      \
	X(open, ENOENT, EACCES, EMFILE)                    \
	X(poll, EINTR, ENOMEM)                             \
	X(ppoll, EINTR, ENOMEM)                            \
	X(read, EINTR)                                     \
	X(recvmsg, EINTR, EAGAIN, ENOMEM, ECONNRESET)      \
	X(sendmsg, EINTR, EPIPE, ENOMEM, ENETUNREACH)      \
	X(setns, EPERM, EINVAL)                            \
	X(setsockopt, EINVAL, EPERM, ENOMEM)               \
	X(socket, EMFILE, ENFILE, ENOMEM, ESOCKTNOSUPPORT) \
	X(write, EINTR)                                    \
	X(pthread_create, EAGAIN, EPERM)                   \
	X(malloc, ENOMEM)                                  \
	X(calloc, ENOMEM)                                  \
	X(realloc, ENOMEM)                                 \
	X(strdup, ENOMEM)

enum failing_call {
#define FAILING_ENUM(name, ...) CALL_##name,
	FAILING_CALLS(FAILING_ENUM)
#undef FAILING_ENUM
		N_CALLS
};

const char *failing_name(enum failing_call call);
/* The errors of a call, ended by 0. */
const int *failing_errors(enum failing_call call);

/* From now on the nth call of this kind (from 1) fails, once. In any thread. */
void failing_arm(enum failing_call call, unsigned nth, int error);
/* Not any more; whether it did. */
bool failing_disarm(void);

/* Allocations that have not been freed. */
long failing_live_allocations(void);

#endif
