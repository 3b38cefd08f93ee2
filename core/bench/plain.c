/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plain.c - without the library: the system calls that sctp_sendmsg() and sctp_recvmsg() of
 * lksctp's library make, and no more, on blocking sockets.
 */
#include "bench.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/sctp.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

static int server = -1;
static int clients[MOST_ASSOCIATIONS];
static int32_t ids[MOST_ASSOCIATIONS];
static char buffer[1 << 17];

static int check(int result, const char *what)
{
	if (result < 0)
		die(what, strerror(errno));
	return result;
}

/* As many events as the library subscribes. */
static int open_socket(void)
{
	const uint8_t events[sizeof(struct sctp_event_subscribe)] = { 1, 1, 1, 1, 1, 1, 1 };
	const int fd = check(socket(AF_INET, SOCK_SEQPACKET, IPPROTO_SCTP), "socket");

	check(setsockopt(fd, IPPROTO_SCTP, SCTP_EVENTS, events, 8), "SCTP_EVENTS");
	return fd;
}

static struct sockaddr_in address_of(uint16_t port)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)
	};
}

static void plain_listen(uint16_t port)
{
	const struct sockaddr_in addr = address_of(port);

	server = open_socket();
	check(bind(server, (const struct sockaddr *)&addr, sizeof(addr)), "bind");
	check(listen(server, 5), "listen");
}

/* sctp_recvmsg(): one recvmsg(2), and the sndrcvinfo from its control messages. */
static size_t receive_from(int fd, struct sctp_sndrcvinfo *info, int *flags)
{
	struct sockaddr_storage from;
	struct iovec iov = { buffer, sizeof(buffer) };
	char control[CMSG_SPACE(sizeof(*info)) + 256];
	struct msghdr msg = { .msg_name = &from,
		.msg_namelen = sizeof(from),
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control) };
	const ssize_t n = recvmsg(fd, &msg, 0);

	check((int)n, "recvmsg");
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&msg); c; c = CMSG_NXTHDR(&msg, c))
		if (c->cmsg_level == IPPROTO_SCTP && c->cmsg_type == SCTP_SNDRCV)
			memcpy(info, CMSG_DATA(c), sizeof(*info));
	*flags = msg.msg_flags;
	return (size_t)n;
}

static size_t plain_receive(void)
{
	struct sctp_sndrcvinfo info;
	size_t length = 0;
	int flags = 0;

	do {
		const size_t n = receive_from(server, &info, &flags);

		if (!(flags & MSG_NOTIFICATION))
			length += n;
	} while (flags & MSG_NOTIFICATION || !(flags & MSG_EOR));
	return length;
}

static void plain_connect(uint16_t port, int associations)
{
	const struct sockaddr_in addr = address_of(port);

	for (int i = 0; i < associations; i++) {
		struct sctp_sndrcvinfo info;
		int flags;

		clients[i] = open_socket();
		check(setsockopt(clients[i], IPPROTO_SCTP, SCTP_NODELAY, &(int){ 1 }, sizeof(int)), "SCTP_NODELAY");
		check(connect(clients[i], (const struct sockaddr *)&addr, sizeof(addr)), "connect");
		receive_from(clients[i], &info, &flags);
		ids[i] = ((union sctp_notification *)buffer)->sn_assoc_change.sac_assoc_id;
	}
}

/* sctp_send(): everything said, the association by its id. */
static void plain_send(int n, const void *data, size_t length)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(struct sctp_sndrcvinfo))];
	} control = { 0 };
	const struct sctp_sndrcvinfo info = { .sinfo_assoc_id = ids[n] };
	struct iovec iov = { (void *)(uintptr_t)data, length };
	const struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control)
	};

	control.head.cmsg_level = IPPROTO_SCTP;
	control.head.cmsg_type = SCTP_SNDRCV;
	control.head.cmsg_len = CMSG_LEN(sizeof(info));
	memcpy(CMSG_DATA(&control.head), &info, sizeof(info));
	check((int)sendmsg(clients[n], &msg, MSG_NOSIGNAL), "sendmsg");
}

const struct way plain = { "plain", plain_listen, plain_receive, plain_connect, plain_send };
