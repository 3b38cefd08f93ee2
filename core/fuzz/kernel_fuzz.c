/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kernel_fuzz.c - the whole receiving half of the library over a kernel that says anything.
 *
 * The linker replaces the system calls (--wrap). The input is a tape: first it chooses a call of
 * the library, then what each system call under it answers: error or success, how many octets and
 * which, flags, ancillary data, lengths. A wild kernel still keeps within the buffers that it is
 * given.
 *
 * Beyond "no crash, no leak": what comes out is owned by whom the header says, and can be read to
 * its end.
 */
#include "gen_sctp.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sctp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#define MOST_CALLS 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t *tape;
static size_t tape_left;

static uint8_t next_octet(void)
{
	if (tape_left == 0)
		return 0;
	tape_left--;
	return *tape++;
}

static size_t next_number(void)
{
	const size_t high = next_octet();

	return high << 8 | next_octet();
}

/* Zeroes follow the end. */
static void next_octets(void *to, size_t n)
{
	const size_t there = n < tape_left ? n : tape_left;

	memcpy(to, tape, there);
	memset((char *)to + there, 0, n - there);
	tape += there;
	tape_left -= there;
}

static int fail_with(int error)
{
	errno = error;
	return -1;
}

/* One of the errors that callers tell apart. */
static int next_error(void)
{
	static const int errors[] = { EAGAIN, EINTR, EPIPE, EINVAL, ENOTCONN, ECONNABORTED, ENOMEM, EINPROGRESS,
		ENOBUFS, EADDRINUSE };

	return errors[next_octet() % (sizeof(errors) / sizeof(errors[0]))];
}

/* ---- the kernel ---- */

int __wrap_socket(int family, int type, int protocol);
int __wrap_bind(int fd, const struct sockaddr *addr, socklen_t size);
int __wrap_listen(int fd, int backlog);
int __wrap_getsockname(int fd, struct sockaddr *addr, socklen_t *size);
int __wrap_getpeername(int fd, struct sockaddr *addr, socklen_t *size);
int __wrap_setsockopt(int fd, int level, int name, const void *value, socklen_t size);
int __wrap_getsockopt(int fd, int level, int name, void *value, socklen_t *size);
ssize_t __wrap_sendmsg(int fd, const struct msghdr *msg, int flags);
ssize_t __wrap_recvmsg(int fd, struct msghdr *msg, int flags);
int __wrap_ppoll(struct pollfd *fds, nfds_t n, const struct timespec *timeout, const sigset_t *mask);

/* Never readable, so that nothing is ever waited for that the tape does not have. */
int __wrap_socket(int family, int type, int protocol)
{
	int ends[2];

	(void)family;
	(void)type;
	(void)protocol;
	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0)
		return -1;
	close(ends[0]);
	return ends[1];
}

int __wrap_bind(int fd, const struct sockaddr *addr, socklen_t size)
{
	(void)fd;
	(void)addr;
	(void)size;
	return 0;
}

int __wrap_listen(int fd, int backlog)
{
	(void)fd;
	(void)backlog;
	return 0;
}

static int answer_name(struct sockaddr *addr, socklen_t *size)
{
	const size_t given = next_number() % (*size + 1U);

	if (next_octet() & 1)
		return fail_with(next_error());
	next_octets(addr, given);
	*size = (socklen_t)given;
	return 0;
}

int __wrap_getsockname(int fd, struct sockaddr *addr, socklen_t *size)
{
	(void)fd;
	return answer_name(addr, size);
}

int __wrap_getpeername(int fd, struct sockaddr *addr, socklen_t *size)
{
	(void)fd;
	return answer_name(addr, size);
}

int __wrap_setsockopt(int fd, int level, int name, const void *value, socklen_t size)
{
	(void)fd;
	(void)level;
	(void)name;
	(void)value;
	(void)size;
	return next_octet() & 1 ? fail_with(next_error()) : 0;
}

int __wrap_getsockopt(int fd, int level, int name, void *value, socklen_t *size)
{
	const size_t given = next_number() % (*size + 1U);

	if (next_octet() & 1)
		return fail_with(next_error());
	if (level == IPPROTO_SCTP && (name == SCTP_SOCKOPT_PEELOFF_FLAGS || name == SCTP_SOCKOPT_PEELOFF)) {
		/* a descriptor is the one thing that it cannot make up */
		((sctp_peeloff_arg_t *)value)->sd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
		return 0;
	}
	/* these hold a pointer to the addresses, which stays */
	if (level == IPPROTO_SCTP && name == SCTP_SOCKOPT_CONNECTX3) {
		((struct sctp_getaddrs_old *)value)->assoc_id = next_octet();
		return 0;
	}
	next_octets(value, given);
	*size = (socklen_t)given;
	return 0;
}

ssize_t __wrap_sendmsg(int fd, const struct msghdr *msg, int flags)
{
	(void)fd;
	(void)msg;
	(void)flags;
	return next_octet() & 1 ? fail_with(next_error()) : 1;
}

ssize_t __wrap_recvmsg(int fd, struct msghdr *msg, int flags)
{
	const uint8_t how = next_octet();
	size_t n;

	(void)fd;
	(void)flags;
	if (tape_left == 0)
		return fail_with(EAGAIN);
	if (how & 1)
		return fail_with(next_error());
	n = next_number() % (msg->msg_iov[0].iov_len + 1);
	if (n > tape_left)
		n = tape_left;
	msg->msg_flags = (how & 2 ? MSG_NOTIFICATION : 0) | (how & 4 ? MSG_EOR : 0) | (how & 8 ? MSG_CTRUNC : 0);
	msg->msg_namelen = (socklen_t)(next_octet() % (msg->msg_namelen + 1));
	msg->msg_controllen = how & 16 ? next_octet() % (msg->msg_controllen + 1) : 0;
	next_octets(msg->msg_name, msg->msg_namelen);
	next_octets(msg->msg_control, msg->msg_controllen);
	next_octets(msg->msg_iov[0].iov_base, n);
	return (ssize_t)n;
}

/* Time is always up. */
int __wrap_poll(struct pollfd *fds, nfds_t n, int timeout);
int __wrap_epoll_ctl(int set, int op, int fd, struct epoll_event *event);
int __wrap_epoll_wait(int set, struct epoll_event *events, int n, int timeout);
int __wrap_ppoll(struct pollfd *fds, nfds_t n, const struct timespec *timeout, const sigset_t *mask)
{
	(void)timeout;
	(void)mask;
	for (nfds_t i = 0; i < n; i++)
		fds[i].revents = 0;
	return 0;
}

/* Everything is readable for as long as there is tape. */
int __wrap_poll(struct pollfd *fds, nfds_t n, int timeout)
{
	(void)timeout;
	for (nfds_t i = 0; i < n; i++)
		fds[i].revents = tape_left ? POLLIN : 0;
	return tape_left ? (int)n : 0;
}

/* Of one set: what an owner watches. */
static struct epoll_event watched[2];

int __wrap_epoll_ctl(int set, int op, int fd, struct epoll_event *event)
{
	(void)set;
	(void)fd;
	/* to take out what is in cannot fail */
	if (op == EPOLL_CTL_DEL) {
		watched[0] = watched[1] = (struct epoll_event){ 0 };
		return 0;
	}
	if (next_octet() & 1)
		return fail_with(ENOMEM);
	/* the first is the nudge, which has no pointer */
	if (op == EPOLL_CTL_ADD && event->data.ptr)
		watched[watched[0].data.ptr != NULL] = *event;
	return 0;
}

int __wrap_epoll_wait(int set, struct epoll_event *events, int n, int timeout)
{
	const uint8_t which = next_octet();

	(void)set;
	(void)n;
	(void)timeout;
	if (which & 2)
		return fail_with(EINTR);
	if (tape_left == 0 || !watched[which & 1].data.ptr)
		return 0;
	*events = watched[which & 1];
	return 1;
}

/* ---- the library's user ---- */

static volatile uint8_t sink;

static void read_all(const uint8_t *at, size_t length)
{
	for (size_t i = 0; i < length; i++)
		sink = (uint8_t)(sink + at[i]);
}

static void must(int holds)
{
	if (!holds)
		abort();
}

static void use_message(const struct gs_message *m)
{
	const struct gs_event *e = &m->event;
	char text[GS_ADDR_TEXT];

	gs_addr_format(&m->from, text);
	must(strlen(text) < GS_ADDR_TEXT);
	must(strcmp(gs_event_name(e->type), "unknown") != 0);
	if (e->type == GS_DATA)
		read_all(e->data.bytes, e->data.length);
	else if (e->type == GS_ASSOC_CHANGE)
		read_all(e->assoc_change.info, e->assoc_change.info_length);
	else if (e->type == GS_SEND_FAILED)
		read_all(e->send_failed.bytes, e->send_failed.length);
	else if (e->type == GS_SEND_FAILED_EVENT)
		read_all(e->send_failed_event.bytes, e->send_failed_event.length);
	else if (e->type == GS_STREAM_RESET_EVENT)
		read_all(e->stream_reset_event.streams, 2 * e->stream_reset_event.n_streams);
	else if (e->type == GS_REMOTE_ERROR)
		read_all(e->remote_error.bytes, e->remote_error.length);
	must(e->type != GS_DATA || e->data.has_info || gs_event_assoc_id(e) == 0);
}

static void receive(struct gs_socket *s, struct gs_message *m)
{
	const int status = gs_recv(s, 0, m);

	if (status == GS_OK || status == GS_ERROR_EVENT)
		use_message(m);
	if (status == GS_OK || status == GS_ERROR_EVENT)
		must(gs_event_is_error(&m->event) == (status == GS_ERROR_EVENT));
}

static void connect_to(struct gs_socket *s)
{
	struct gs_assoc_change change = { 0 };
	union gs_addr peer;
	int status;

	must(gs_addr_parse("127.0.0.1", 7, &peer) == GS_OK);
	status = gs_connect(s, &peer, NULL, 0, &change);
	if (status == GS_OK)
		must(change.state == GS_COMM_UP);
	must(change.info == NULL);
}

static void ask_names(struct gs_socket *s)
{
	union gs_addr *addrs, one;
	size_t n;

	if ((next_octet() & 1 ? gs_peernames : gs_socknames)(s, 3, &addrs, &n) == GS_OK) {
		read_all((const uint8_t *)addrs, n * sizeof(*addrs));
		gs_addrs_free(addrs);
	}
	if (gs_sockname(s, &one) == GS_OK)
		read_all((const uint8_t *)&one, sizeof(one));
	if (gs_peername(s, &one) == GS_OK)
		read_all((const uint8_t *)&one, sizeof(one));
}

static void ask_option(struct gs_socket *s)
{
	struct gs_option option = { .name = next_octet() };

	/* they come in three runs: 1, 100, 200 */
	if (gs_getopt(s, &option) == GS_OK && option.name != GS_OPT_NETNS)
		read_all((const uint8_t *)&option, sizeof(option));
}

static void peel_off(struct gs_socket *s, struct gs_message *m)
{
	struct gs_socket *child;

	if (gs_peeloff(s, next_octet(), &child) != GS_OK)
		return;
	receive(child, m);
	gs_free(child);
}

/* With an owner there may be more to come than the tape says, but not for ever. */
static void take(struct gs_mailbox *owner, struct gs_notice *n)
{
	for (int i = 0; i < MOST_CALLS && gs_mailbox_take(owner, 0, n) == GS_OK; i++) {
		must(strcmp(gs_notice_name(n->type), "unknown") != 0);
		if (n->type == GS_SCTP || n->status == GS_ERROR_EVENT)
			use_message(&n->message);
	}
}

struct user {
	struct gs_socket *s;
	struct gs_mailbox *owner;
	struct gs_message message;
	struct gs_notice notice;
};

static void become_active(struct gs_socket *s)
{
	const uint32_t mode = next_octet();

	sink = (uint8_t)gs_set_active(s, mode, (int8_t)next_octet());
}

static void use(struct user *user)
{
	struct gs_socket *s = user->s;
	struct gs_message *m = &user->message;

	switch (next_octet() % 12) {
	case 8:
		become_active(s);
		break;
	case 9:
		take(user->owner, &user->notice);
		break;
	case 0:
		connect_to(s);
		break;
	case 1:
		ask_names(s);
		break;
	case 2:
		ask_option(s);
		break;
	case 3:
		peel_off(s, m);
		break;
	case 4:
		sink = (uint8_t)gs_send(s, 3, 0, "x", 1);
		break;
	case 5:
		/* pieces become small */
		sink = (uint8_t)gs_setopt(s, &(struct gs_option){ .name = GS_OPT_BUFFER, .value = next_octet() });
		break;
	default:
		receive(s, m);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct user user = { 0 };

	memset(watched, 0, sizeof(watched));
	tape = data;
	tape_left = 0; /* opening goes well: it is all zeroes */
	must(gs_mailbox_new(&user.owner) == GS_OK);
	must(gs_open(&(struct gs_open_options){ .owner = user.owner }, &user.s) == GS_OK);
	tape_left = size;
	for (int i = 0; i < MOST_CALLS && tape_left; i++)
		use(&user);
	/* what was put by or delivered has to be freed with the socket and its owner */
	gs_message_release(&user.message);
	gs_notice_release(&user.notice);
	gs_free(user.s);
	gs_mailbox_free(user.owner);
	return 0;
}
