/* SPDX-License-Identifier: Apache-2.0 */
/* tap.c - see tap.h. */
#include "netns/tap.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "netns/addressing.h"
#include "netns/operation_apply.h"
#include "sentence.h"

static int take_address(struct net *net, enum endpoint endpoint, unsigned path, enum ip_family family, char **error)
{
	struct operation operation = { .kind = OP_ADDRESS, .space = endpoint, .removed = true };

	endpoint_device(net->topology, endpoint, path, operation.device);
	operation.address = endpoint_prefix(net->topology, endpoint, path, family);
	return operation_apply(net, &operation, error);
}

int net_silence_host(struct net *net, enum endpoint endpoint, char **error)
{
	int status = 0;

	for (unsigned path = 0; path < net->topology->paths; path++)
		for (enum ip_family family = IPV4; family <= IPV6 && status == 0; family++)
			if (path_has(net->topology, path, family) &&
				topology_has_address(net->topology, endpoint, path))
				status = take_address(net, endpoint, path, family, error);
	return status;
}

int net_open_tap(struct net *net, enum endpoint endpoint, unsigned link, char **error)
{
	char device[IFNAMSIZ];
	const int home = space_enter(&net->spaces[endpoint]);
	int tap;

	endpoint_device(net->topology, endpoint, link, device);
	tap = home < 0 ? home : packet_socket_open(device);
	if (home >= 0 && space_leave(home) < 0 && tap >= 0)
		return sentence(error, -EIO, "cannot leave the namespace %s", net->spaces[endpoint].name);
	if (tap < 0)
		sentence(error, tap, "cannot open a packet socket on %s of %s: %s", device, net->spaces[endpoint].name,
			strerror(-tap));
	return tap;
}

void topology_link_ends(
	const struct topology *topology, enum endpoint from, unsigned path, uint8_t source[6], uint8_t destination[6])
{
	const enum endpoint to = from == ENDPOINT_A ? ENDPOINT_B : ENDPOINT_A;
	const struct mac own = endpoint_mac(topology, from, path);
	const struct mac next =
		topology->medium == MEDIUM_ROUTED ? middle_mac(from, path) : endpoint_mac(topology, to, path);

	memcpy(source, own.bytes, sizeof(own.bytes));
	memcpy(destination, next.bytes, sizeof(next.bytes));
}

int tap_receive(int tap, uint8_t *frame, size_t room, struct tapped *out)
{
	struct sockaddr_ll from = { 0 };
	_Alignas(struct cmsghdr) char control[64];
	struct iovec into = { frame, room };
	struct msghdr message = { .msg_name = &from,
		.msg_namelen = sizeof(from),
		.msg_iov = &into,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control) };
	const ssize_t length = recvmsg(tap, &message, MSG_DONTWAIT);
	struct timespec at;

	if (length < 0)
		return errno == EAGAIN || errno == EINTR || errno == ENETDOWN ? 0 : -errno;
	clock_gettime(CLOCK_REALTIME, &at);
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&message); c != NULL; c = CMSG_NXTHDR(&message, c))
		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPNS)
			memcpy(&at, CMSG_DATA(c), sizeof(at));
	*out = (struct tapped){ .time_ns = (int64_t)at.tv_sec * 1000000000 + at.tv_nsec,
		.is_the_kernels = from.sll_pkttype == PACKET_OUTGOING,
		.length = (size_t)length };
	return 1;
}

int tap_send(int tap, const uint8_t *frame, size_t length)
{
	const ssize_t sent = send(tap, frame, length, 0);

	/* A link that is down sends nothing, as one that a fault has taken down is to. */
	if (sent < 0 && errno != ENETDOWN && errno != ENXIO)
		return -errno;
	return 0;
}
