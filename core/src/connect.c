/* SPDX-License-Identifier: Apache-2.0 */
/*
 * connect.c - setting up associations.
 *
 * All forms ask the kernel with SCTP_SOCKOPT_CONNECTX3, also for a single address: connect(2) would
 * do the same, but does not tell the id of the association, and by that id gs_connect() finds its
 * event among all others.
 */
#include "address.h"
#include "inbox.h"
#include "option.h"

#include <errno.h>
#include <linux/sctp.h>
#include <stdlib.h>
#include <string.h>

/* GS_OK when the attempt is under way, with the association's id. */
static int begin(struct gs_socket *s, const union gs_addr *addrs, size_t n_addrs, int32_t *assoc_id)
{
	struct sctp_getaddrs_old request = {0};
	socklen_t size = sizeof(request);
	int status = GS_OK;

	if (n_addrs > (size_t)INT32_MAX / sizeof(struct sockaddr_in6))
		return -EINVAL;
	for (size_t i = 0; i < n_addrs; i++)
		if (addrs[i].sa.sa_family != s->family)
			return -EAFNOSUPPORT;
	request.addrs = malloc(n_addrs * sizeof(struct sockaddr_in6));
	if (!request.addrs)
		return -ENOMEM;
	request.addr_num = (int)gs_addr_pack(request.addrs, addrs, n_addrs); /* octets */
	if (getsockopt(s->fd, IPPROTO_SCTP, SCTP_SOCKOPT_CONNECTX3, &request, &size) < 0 &&
		errno != EINPROGRESS)
		status = -errno;
	else
		*assoc_id = request.assoc_id;
	free(request.addrs);
	return status;
}

/* Options, then the attempt. */
static int begin_with(struct gs_socket *s, const struct gs_options *options,
	const union gs_addr *addrs, size_t n_addrs, int32_t *assoc_id)
{
	int status = gs_options_apply(s, options, MODE_CONNECT);

	return status == GS_OK ? begin(s, addrs, n_addrs, assoc_id) : status;
}

/* Whether the attempt has come to this end. */
static bool decides(const struct gs_message *m, int32_t assoc_id)
{
	return m->event.type == GS_ASSOC_CHANGE && m->event.assoc_change.assoc_id == assoc_id;
}

static int outcome(const struct gs_message *m, struct gs_assoc_change *out)
{
	*out = m->event.assoc_change;
	out->info = NULL;
	out->info_length = 0;
	if (out->state == GS_COMM_UP)
		return GS_OK;
	/* What never came to be has no id. The kernel gave it one, which is nobody's any more. */
	if (out->state == GS_CANT_ASSOC)
		out->assoc_id = 0;
	return GS_ERROR_EVENT;
}

/* Everything that comes before the outcome is put by, in its order. */
static int await(struct gs_socket *s, int32_t assoc_id, const struct gs_deadline *deadline,
	struct gs_assoc_change *out)
{
	struct gs_message m = {0};
	int status;

	for (;;) {
		status = gs_inbox_next(s, deadline, &m);
		if (status != GS_OK && status != GS_ERROR_EVENT)
			break;
		if (decides(&m, assoc_id)) {
			status = outcome(&m, out);
			break;
		}
		status = gs_inbox_keep(s, status, &m);
		if (status != GS_OK)
			break;
	}
	gs_message_release(&m);
	return status;
}

int gs_connect_sized(struct gs_socket *s, const union gs_addr *peer,
	const struct gs_options *options, int64_t timeout, struct gs_assoc_change *out, size_t size)
{
	const struct gs_deadline deadline = gs_deadline_in(timeout >= 0 ? timeout : GS_FOREVER);
	struct gs_assoc_change change;
	int32_t assoc_id;
	int status;

	if (!s || !peer || (timeout < 0 && timeout != GS_FOREVER))
		return GS_BADARG;
	status = gs_enter_receiver(s);
	if (status != GS_OK)
		return status;
	status = begin_with(s, options, peer, 1, &assoc_id);
	if (status == GS_OK)
		status = await(s, assoc_id, &deadline, &change);
	gs_leave_receiver(s);
	if (out && (status == GS_OK || status == GS_ERROR_EVENT))
		memcpy(out, &change, size < sizeof(change) ? size : sizeof(change));
	return status;
}

int gs_connect_init(
	struct gs_socket *s, const union gs_addr *peer, const struct gs_options *options)
{
	int32_t assoc_id;
	int status;

	if (!s || !peer)
		return GS_BADARG;
	status = gs_enter(s);
	if (status != GS_OK)
		return status;
	status = begin_with(s, options, peer, 1, &assoc_id);
	gs_leave(s);
	return status;
}

/* The addresses with the one port that counts. NULL and GS_BADARG if there is none, or -ENOMEM. */
static int with_one_port(const union gs_addr *addrs, size_t n_addrs, union gs_addr **out)
{
	uint16_t port = 0;
	union gs_addr *copy;

	for (size_t i = 0; i < n_addrs; i++)
		if (gs_addr_port(&addrs[i]))
			port = gs_addr_port(&addrs[i]);
	if (port == 0)
		return GS_BADARG;
	copy = calloc(n_addrs, sizeof(*copy));
	if (!copy)
		return -ENOMEM;
	for (size_t i = 0; i < n_addrs; i++) {
		copy[i] = addrs[i];
		gs_addr_set_port(&copy[i], port);
	}
	*out = copy;
	return GS_OK;
}

int gs_connectx_init(struct gs_socket *s, const union gs_addr *addrs, size_t n_addrs,
	const struct gs_options *options, int32_t *assoc_id)
{
	union gs_addr *copy;
	int status;

	if (!s || !addrs || !assoc_id)
		return GS_BADARG;
	status = gs_enter(s);
	if (status != GS_OK)
		return status;
	status = with_one_port(addrs, n_addrs, &copy);
	if (status == GS_OK) {
		status = begin_with(s, options, copy, n_addrs, assoc_id);
		free(copy);
	}
	gs_leave(s);
	return status;
}
