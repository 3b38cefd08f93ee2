/* SPDX-License-Identifier: Apache-2.0 */
/* open.c - gs_open(): a descriptor in the right namespace, its options, its addresses. */
#include "address.h"
#include "owner.h"
#include "option.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/sctp.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct order {
	int family;
	int type;
	const char *netns;
	int fd; /* or -errno */
};

static int make_socket(int family, int type)
{
	int fd = socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_SCTP);

	return fd < 0 ? -errno : fd;
}

/* A thread that enters the namespace, makes the socket and ends, so that nobody has to be brought
 * back. */
static void *make_socket_there(void *argument)
{
	struct order *order = argument;
	int netns = open(order->netns, O_RDONLY | O_CLOEXEC);

	if (netns < 0) {
		order->fd = -errno;
		return NULL;
	}
	if (setns(netns, CLONE_NEWNET) < 0)
		order->fd = -errno;
	else
		order->fd = make_socket(order->family, order->type);
	close(netns);
	return NULL;
}

static int make_socket_in(int family, int type, const char *netns)
{
	struct order order = { .family = family, .type = type, .netns = netns };
	pthread_t thread;
	int error;

	if (!netns)
		return make_socket(family, type);
	error = pthread_create(&thread, NULL, make_socket_there, &order);
	if (error)
		return -error;
	pthread_join(thread, NULL);
	return order.fd;
}

/* What gs_open() sets behind the caller's options: the subscription and the buffer, unless the
 * caller did. */
static int apply_options(struct gs_socket *s, const struct gs_options *options)
{
	const struct gs_option events = { .name = GS_OPT_EVENTS };
	bool has_events = false, has_buffer = false;
	int status = gs_options_apply(s, options, MODE_OPEN);

	if (status != GS_OK)
		return status;
	for (size_t i = 0; i < options->count; i++) {
		uint32_t name;

		memcpy(&name, (const char *)options->items + i * options->size, sizeof(name));
		has_events |= name == GS_OPT_EVENTS;
		has_buffer |= name == GS_OPT_BUFFER;
	}
	if (!has_buffer)
		s->buffer = GS_DEFAULT_BUFFER;
	return has_events || gs_option_set(s, &events) == GS_OK ? GS_OK : GS_BADARG;
}

/* An address in the socket's family, with the port that all get. */
static int local_addr(const struct gs_socket *s, const union gs_addr *given, uint16_t port, union gs_addr *out)
{
	*out = *given;
	if (s->family == AF_INET6)
		gs_addr_map(out);
	if (out->sa.sa_family != s->family)
		return GS_BADARG;
	gs_addr_set_port(out, port);
	return GS_OK;
}

static int bind_first(struct gs_socket *s, const union gs_addr *given, uint16_t *port)
{
	union gs_addr any = { .sa = { .sa_family = (sa_family_t)s->family } }, addr;
	socklen_t size = sizeof(addr);
	int status = local_addr(s, given ? given : &any, *port, &addr);

	if (status != GS_OK)
		return status;
	if (bind(s->fd, &addr.sa, (socklen_t)gs_addr_size(&addr)) < 0 || getsockname(s->fd, &addr.sa, &size) < 0)
		return errno == EINVAL ? GS_BADARG : -errno;
	*port = gs_addr_port(&addr);
	return GS_OK;
}

static int bind_further(struct gs_socket *s, const union gs_addr *given, uint16_t port)
{
	union gs_addr addr;
	int status = local_addr(s, given, port, &addr);

	if (status != GS_OK)
		return status;
	if (sctp_bindx(s->fd, &addr.sa, 1, SCTP_BINDX_ADD_ADDR) < 0)
		return errno == EINVAL ? GS_BADARG : -errno;
	return GS_OK;
}

static int bind_all(struct gs_socket *s, const struct gs_open_options *o)
{
	uint16_t port = o->port || !o->n_addrs ? (uint16_t)o->port : gs_addr_port(&o->addrs[0]);
	int status = bind_first(s, o->n_addrs ? &o->addrs[0] : NULL, &port);

	for (size_t i = 1; i < o->n_addrs && status == GS_OK; i++)
		status = bind_further(s, &o->addrs[i], port);
	return status;
}

/* Fills in what was left open; GS_OK or GS_BADARG. */
static int complete(struct gs_open_options *o)
{
	if (o->n_addrs && !o->addrs)
		return GS_BADARG;
	if (o->family == 0)
		o->family = o->n_addrs ? o->addrs[o->n_addrs - 1].sa.sa_family : AF_INET;
	if (o->type == 0)
		o->type = SOCK_SEQPACKET;
	if (o->family != AF_INET && o->family != AF_INET6)
		return GS_BADARG;
	if (o->type != SOCK_SEQPACKET && o->type != SOCK_STREAM)
		return GS_BADARG;
	return o->port < 0 || o->port > UINT16_MAX ? GS_BADARG : GS_OK;
}

static int set_up(struct gs_socket *s, const struct gs_open_options *o)
{
	int status = make_socket_in(s->family, s->type, o->netns);

	if (status < 0)
		return status;
	s->fd = status;
	if (o->netns) {
		s->netns = strdup(o->netns);
		if (!s->netns)
			return -ENOMEM;
	}
	if (o->owner) {
		status = gs_mailbox_add(o->owner, s);
		if (status != GS_OK)
			return status;
	}
	status = apply_options(s, &o->options);
	return status == GS_OK ? bind_all(s, o) : status;
}

/* What kind of socket a descriptor is: GS_OK or -errno. */
static int ask_kind(int fd, int *family, int *type)
{
	int protocol;
	socklen_t size = sizeof(int);

	if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, family, &size) < 0 ||
		getsockopt(fd, SOL_SOCKET, SO_TYPE, type, &size) < 0 ||
		getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &protocol, &size) < 0)
		return -errno;
	return protocol == IPPROTO_SCTP ? GS_OK : -EPROTOTYPE;
}

int gs_adopt(int fd, struct gs_socket **out)
{
	int family = 0, type = 0;
	struct gs_socket *s;
	int status;

	if (!out)
		return GS_BADARG;
	status = ask_kind(fd, &family, &type);
	if (status == GS_OK)
		status = gs_socket_new(family, type, &s);
	if (status != GS_OK)
		return status;
	if (fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) < 0 || fcntl(fd, F_SETFD, FD_CLOEXEC) < 0) {
		status = -errno;
		gs_free(s);
		return status;
	}
	s->fd = fd;
	s->has_send_defaults = true; /* whoever had it may have set them */
	*out = s;
	return GS_OK;
}

int gs_open_sized(const struct gs_open_options *options, size_t size, struct gs_socket **out)
{
	struct gs_open_options o = { 0 };
	struct gs_socket *s;
	int status;

	if (!out || (options && gs_copy_in(&o, sizeof(o), options, size) != GS_OK))
		return GS_BADARG;
	status = complete(&o);
	if (status != GS_OK)
		return status;
	status = gs_socket_new((int)o.family, (int)o.type, &s);
	if (status != GS_OK)
		return status;
	status = set_up(s, &o);
	if (status != GS_OK) {
		gs_free(s);
		return status;
	}
	*out = s;
	return GS_OK;
}
