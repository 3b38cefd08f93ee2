/* SPDX-License-Identifier: Apache-2.0 */
/* failing.c - see failing.h. */
#include "failing.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

static atomic_int armed = N_CALLS;
static atomic_uint left;
static atomic_int armed_error;
static atomic_bool has_failed;
static atomic_long live;

const char *failing_name(enum failing_call call)
{
	static const char *const names[] = {
#define FAILING_NAME(name, ...) #name,
		FAILING_CALLS(FAILING_NAME)
#undef FAILING_NAME
	};

	return names[call];
}

const int *failing_errors(enum failing_call call)
{
	static const int errors[][6] = {
#define FAILING_ERRORS(name, ...) { __VA_ARGS__, 0 },
		FAILING_CALLS(FAILING_ERRORS)
#undef FAILING_ERRORS
	};

	return errors[call];
}

void failing_arm(enum failing_call call, unsigned nth, int error)
{
	has_failed = false;
	armed_error = error;
	left = nth;
	armed = (int)call;
}

bool failing_disarm(void)
{
	armed = N_CALLS;
	return has_failed;
}

long failing_live_allocations(void)
{
	return live;
}

static bool fails(enum failing_call call)
{
	if (armed != (int)call || atomic_fetch_sub(&left, 1) != 1)
		return false;
	armed = N_CALLS;
	has_failed = true;
	errno = armed_error;
	return true;
}

#define REPLACE(type, name, parameters, arguments)               \
	type failing_##name parameters;                          \
	type failing_##name parameters                           \
	{                                                        \
		return fails(CALL_##name) ? -1 : name arguments; \
	}

REPLACE(int, bind, (int fd, const struct sockaddr *addr, socklen_t size), (fd, addr, size))
REPLACE(int, connect, (int fd, const struct sockaddr *addr, socklen_t size), (fd, addr, size))
REPLACE(int, epoll_create1, (int flags), (flags))
REPLACE(int, epoll_wait, (int set, struct epoll_event *events, int n, int timeout), (set, events, n, timeout))
REPLACE(int, eventfd, (unsigned count, int flags), (count, flags))
REPLACE(int, getpeername, (int fd, struct sockaddr *addr, socklen_t *size), (fd, addr, size))
REPLACE(int, getsockname, (int fd, struct sockaddr *addr, socklen_t *size), (fd, addr, size))
REPLACE(int, getsockopt, (int fd, int level, int name, void *value, socklen_t *size), (fd, level, name, value, size))
REPLACE(int, listen, (int fd, int backlog), (fd, backlog))
REPLACE(int, poll, (struct pollfd * fds, nfds_t n, int timeout), (fds, n, timeout))
REPLACE(int, ppoll, (struct pollfd * fds, nfds_t n, const struct timespec *timeout, const sigset_t *mask),
	(fds, n, timeout, mask))
REPLACE(ssize_t, read, (int fd, void *to, size_t n), (fd, to, n))
REPLACE(ssize_t, recvmsg, (int fd, struct msghdr *msg, int flags), (fd, msg, flags))
REPLACE(ssize_t, sendmsg, (int fd, const struct msghdr *msg, int flags), (fd, msg, flags))
REPLACE(int, setns, (int fd, int type), (fd, type))
REPLACE(int, setsockopt, (int fd, int level, int name, const void *value, socklen_t size),
	(fd, level, name, value, size))
REPLACE(int, socket, (int family, int type, int protocol), (family, type, protocol))
REPLACE(ssize_t, write, (int fd, const void *from, size_t n), (fd, from, n))

/* Those with a variable number of arguments, of which nobody here uses the last. */
int failing_open(const char *path, int flags, ...);
int failing_open(const char *path, int flags, ...)
{
	return fails(CALL_open) ? -1 : open(path, flags);
}

int failing_fcntl(int fd, int command, ...);
int failing_fcntl(int fd, int command, ...)
{
	return fails(CALL_fcntl) ? -1 : fcntl(fd, command, 0);
}

/* Taking out what is in cannot fail. */
int failing_epoll_ctl(int set, int op, int fd, struct epoll_event *event);
int failing_epoll_ctl(int set, int op, int fd, struct epoll_event *event)
{
	return op != EPOLL_CTL_DEL && fails(CALL_epoll_ctl) ? -1 : epoll_ctl(set, op, fd, event);
}

/* Linux has closed it all the same. */
int failing_close(int fd);
int failing_close(int fd)
{
	const int status = close(fd);

	return fails(CALL_close) ? -1 : status;
}

int failing_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *), void *argument);
int failing_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *), void *argument)
{
	return fails(CALL_pthread_create) ? armed_error : pthread_create(thread, attributes, run, argument);
}

/* ---- memory ---- */

static void *counted(void *memory)
{
	if (memory)
		live++;
	return memory;
}

void *failing_malloc(size_t size);
void *failing_malloc(size_t size)
{
	return fails(CALL_malloc) ? NULL : counted(malloc(size));
}

void *failing_calloc(size_t n, size_t size);
void *failing_calloc(size_t n, size_t size)
{
	return fails(CALL_calloc) ? NULL : counted(calloc(n, size));
}

void *failing_realloc(void *memory, size_t size);
void *failing_realloc(void *memory, size_t size)
{
	if (fails(CALL_realloc))
		return NULL;
	return memory ? realloc(memory, size) : counted(malloc(size));
}

char *failing_strdup(const char *text);
char *failing_strdup(const char *text)
{
	return fails(CALL_strdup) ? NULL : counted(strdup(text));
}

void failing_free(void *memory);
void failing_free(void *memory)
{
	if (memory)
		live--;
	free(memory);
}
