/* SPDX-License-Identifier: Apache-2.0 */
/* sockname.c - the addresses of both ends. */
#include "address.h"
#include "socket.h"

#include <errno.h>
#include <netinet/sctp.h>
#include <stdlib.h>
#include <string.h>

typedef int name_function(int fd, struct sockaddr *addr, socklen_t *size);

static int ask(struct gs_socket *s, name_function *function, union gs_addr *out)
{
	struct sockaddr_storage name = { 0 };
	socklen_t size = sizeof(name);
	int status = GS_OK;

	if (gs_enter(s) != GS_OK)
		return -EINVAL;
	if (function(s->fd, (struct sockaddr *)&name, &size) < 0)
		status = -errno;
	else
		gs_addr_read(out, &name, size);
	gs_leave(s);
	return status;
}

int gs_sockname(struct gs_socket *s, union gs_addr *addr)
{
	return s && addr ? ask(s, getsockname, addr) : GS_BADARG;
}

int gs_peername(struct gs_socket *s, union gs_addr *addr)
{
	return s && addr ? ask(s, getpeername, addr) : GS_BADARG;
}

int gs_port(struct gs_socket *s, uint16_t *port)
{
	union gs_addr addr;
	int status;

	if (!s || !port)
		return GS_BADARG;
	status = ask(s, getsockname, &addr);
	if (status == GS_OK)
		*port = gs_addr_port(&addr);
	return status;
}

/* Not sctp_getpaddrs(), which does not tell how many octets the kernel gave, so that the number of
 * addresses could only be believed, and copies eight octets too many when its buffer is full. The
 * kernel says -ENOMEM until the buffer is large enough for every address. */
static int read_list(struct gs_socket *s, int optname, int32_t assoc_id, struct sctp_getaddrs **out, size_t *octets)
{
	size_t room = 16 * sizeof(struct sockaddr_in6);

	for (;;) {
		socklen_t size = (socklen_t)(sizeof(struct sctp_getaddrs) + room);
		struct sctp_getaddrs *list = calloc(1, size);
		int error;

		if (!list)
			return -ENOMEM;
		list->assoc_id = assoc_id;
		if (getsockopt(s->fd, IPPROTO_SCTP, optname, list, &size) == 0) {
			/* the size that comes back counts the head for peers, but not for locals */
			*octets = room;
			*out = list;
			return GS_OK;
		}
		error = errno;
		free(list);
		if (error != ENOMEM || room > (1U << 20))
			return -error;
		room *= 2;
	}
}

static int unpack_list(const struct sctp_getaddrs *list, size_t octets, union gs_addr **addrs, size_t *n_addrs)
{
	const uint8_t *at = list->addrs;
	/* never an empty allocation, and no more than fit */
	union gs_addr *array = calloc(octets / sizeof(struct sockaddr_in) + 1, sizeof(*array));
	size_t n = 0;

	if (!array)
		return -ENOMEM;
	while (n < list->addr_num) {
		size_t used = gs_addr_read(&array[n], at, octets);

		if (used == 0)
			break;
		at += used;
		octets -= used;
		n++;
	}
	*addrs = array;
	*n_addrs = n;
	return GS_OK;
}

static int ask_list(struct gs_socket *s, int optname, int32_t assoc_id, union gs_addr **addrs, size_t *n_addrs)
{
	struct sctp_getaddrs *list = NULL;
	size_t octets = 0;
	int status;

	if (!s || !addrs || !n_addrs)
		return GS_BADARG;
	if (gs_enter(s) != GS_OK)
		return -EINVAL;
	status = read_list(s, optname, assoc_id, &list, &octets);
	if (status == GS_OK) {
		status = unpack_list(list, octets, addrs, n_addrs);
		free(list);
	}
	gs_leave(s);
	return status;
}

int gs_socknames(struct gs_socket *s, int32_t assoc_id, union gs_addr **addrs, size_t *n_addrs)
{
	return ask_list(s, SCTP_GET_LOCAL_ADDRS, assoc_id, addrs, n_addrs);
}

int gs_peernames(struct gs_socket *s, int32_t assoc_id, union gs_addr **addrs, size_t *n_addrs)
{
	return ask_list(s, SCTP_GET_PEER_ADDRS, assoc_id, addrs, n_addrs);
}
