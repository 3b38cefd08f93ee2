/* SPDX-License-Identifier: Apache-2.0 */
/*
 * connect.c - setting up associations.
 *
 * gs_connect() asks the kernel with SCTP_SOCKOPT_CONNECTX3, although it has a single address:
 * connect(2) would do the same, but does not tell the id of the association, and by that id the
 * event is found among all others. gs_connect_init() waits for nothing and uses connect(2), after
 * which the kernel's cant_assoc has no id, as in gen_sctp.
 */
#include "address.h"
#include "deliver.h"
#include "owner.h"
#include "option.h"

#include <errno.h>
#include <netinet/sctp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* GS_OK when the attempt is under way. */
static int ask_connect(const struct gs_socket *s, const union gs_addr *peer)
{
	if (connect(s->fd, &peer->sa, (socklen_t)gs_addr_size(peer)) < 0 && errno != EINPROGRESS)
		return -errno;
	return GS_OK;
}

/* The same, with the association's id. */
static int ask_connectx(const struct gs_socket *s, const union gs_addr *addrs, size_t n_addrs, int32_t *assoc_id)
{
	struct sockaddr *packed;
	int status = GS_OK;

	if (n_addrs > (size_t)INT32_MAX / sizeof(struct sockaddr_in6))
		return -EINVAL;
	packed = malloc(n_addrs * sizeof(struct sockaddr_in6));
	if (!packed)
		return -ENOMEM;
	gs_addr_pack(packed, addrs, n_addrs);
	errno = 0; /* also of a success it asks whether it was ENOPROTOOPT, and would connect again */
	if (sctp_connectx(s->fd, packed, (int)n_addrs, assoc_id) < 0 && errno != EINPROGRESS)
		status = -errno;
	free(packed);
	return status;
}

/* `assoc_id` may be NULL for one address. With s->reading held. */
static int begin(struct gs_socket *s, const union gs_addr *addrs, size_t n_addrs, int32_t *assoc_id)
{
	int status;

	for (size_t i = 0; i < n_addrs; i++)
		if (addrs[i].sa.sa_family != s->family)
			return -EAFNOSUPPORT;
	status = assoc_id ? ask_connectx(s, addrs, n_addrs, assoc_id) : ask_connect(s, addrs);
	/* a stream socket is not watched any more when its last association is over */
	if (status == GS_OK && gs_is_active(s))
		status = gs_mailbox_watch(s->owner, s);
	return status;
}

/* ---- waiting for the outcome ---- */

static int outcome(const struct gs_waiter *w, struct gs_assoc_change *out)
{
	*out = w->change;
	out->info = NULL;
	out->info_length = 0;
	if (out->state == GS_COMM_UP)
		return GS_OK;
	/* What never came to be has no id. The kernel gave it one, which is nobody's any more. */
	if (out->state == GS_CANT_ASSOC)
		out->assoc_id = 0;
	return GS_ERROR_EVENT;
}

/* Reads one thing, which comes before the outcome and is somebody else's, or is the outcome. GS_OK:
 * look again; -EAGAIN: there was nothing; other statuses end the wait. With s->reading held. */
static int read_past(struct gs_socket *s)
{
	struct gs_letter *letter = gs_letter_new();
	int status;

	if (!letter)
		return -ENOMEM;
	status = gs_read_next(s, &letter->notice.message);
	if (status == GS_OK || status == GS_ERROR_EVENT)
		return gs_put_by(s, status, letter);
	gs_letter_free(letter);
	return status == -EINTR ? GS_OK : status;
}

/* Everything that comes before the outcome is delivered, or put by, in its order. Another thread
 * that reads (in the active modes) may find the outcome, and tells us. */
static int await(
	struct gs_socket *s, struct gs_waiter *w, const struct gs_deadline *deadline, struct gs_assoc_change *out)
{
	bool woken = false;

	for (;;) {
		int status = GS_OK;

		pthread_mutex_lock(&s->reading);
		if (!w->done)
			status = read_past(s);
		if (w->done)
			status = outcome(w, out);
		else if (status == GS_OK)
			status = -EINTR;
		pthread_mutex_unlock(&s->reading);
		if (status == -EINTR)
			continue;
		if (status != -EAGAIN)
			return status;
		status = gs_wait(s, POLLIN, w->told, deadline, woken);
		if (status != GS_OK)
			return status;
		woken = !woken;
	}
}

static void stop_waiting(struct gs_socket *s, struct gs_waiter *w)
{
	struct gs_waiter **at = &s->waiters;

	while (*at != w)
		at = &(*at)->next;
	*at = w->next;
}

/* Begins, and is known to wait before anyone can read the outcome. *was is the mode at that time.
 */
static int begin_waiting(struct gs_socket *s, const union gs_addr *peer, struct gs_waiter *w, struct gs_active *was)
{
	int status;

	pthread_mutex_lock(&s->reading);
	*was = s->mode;
	status = begin(s, peer, 1, &w->assoc_id);
	if (status == GS_OK) {
		w->next = s->waiters;
		s->waiters = w;
	}
	pthread_mutex_unlock(&s->reading);
	return status;
}

static int connect_and_wait(struct gs_socket *s, const union gs_addr *peer, int64_t timeout,
	const struct gs_deadline *deadline, struct gs_assoc_change *out)
{
	struct gs_waiter w = { .told = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK) };
	struct gs_active was;
	int status;

	if (w.told < 0)
		return -errno;
	status = begin_waiting(s, peer, &w, &was);
	if (status == GS_OK) {
		if (timeout == 0 && was.mode != GS_PASSIVE)
			status = GS_TIMEOUT;
		else
			status = await(s, &w, deadline, out);
		pthread_mutex_lock(&s->reading);
		stop_waiting(s, &w);
		if (w.done && was.mode == GS_ACTIVE_ONCE)
			gs_mode_change(s, &was);
		pthread_mutex_unlock(&s->reading);
	}
	close(w.told);
	return status;
}

/* In an active mode others may read meanwhile, and what is not the outcome goes to the owner. */
static int enter(struct gs_socket *s, bool *receiver)
{
	int status = gs_enter(s);

	if (status != GS_OK)
		return status;
	pthread_mutex_lock(&s->reading);
	*receiver = !gs_is_active(s);
	pthread_mutex_unlock(&s->reading);
	if (!*receiver)
		return GS_OK;
	gs_leave(s);
	return gs_enter_receiver(s);
}

int gs_connect_sized(struct gs_socket *s, const union gs_addr *peer, const struct gs_options *options, int64_t timeout,
	struct gs_assoc_change *out, size_t size)
{
	const struct gs_deadline deadline = gs_deadline_in(timeout >= 0 ? timeout : GS_FOREVER);
	struct gs_assoc_change change;
	bool receiver;
	int status;

	if (!s || !peer || (timeout < 0 && timeout != GS_FOREVER))
		return GS_BADARG;
	status = enter(s, &receiver);
	if (status != GS_OK)
		return status;
	status = gs_options_apply(s, options, MODE_CONNECT);
	if (status == GS_OK)
		status = connect_and_wait(s, peer, timeout, &deadline, &change);
	if (receiver)
		gs_leave_receiver(s);
	else
		gs_leave(s);
	if (out && (status == GS_OK || status == GS_ERROR_EVENT))
		memcpy(out, &change, size < sizeof(change) ? size : sizeof(change));
	return status;
}

/* ---- not waiting for it ---- */

/* Options, then the attempt. */
static int begin_with(struct gs_socket *s, const struct gs_options *options, const union gs_addr *addrs, size_t n_addrs,
	int32_t *assoc_id)
{
	int status = gs_options_apply(s, options, MODE_CONNECT);

	if (status != GS_OK)
		return status;
	pthread_mutex_lock(&s->reading);
	status = begin(s, addrs, n_addrs, assoc_id);
	pthread_mutex_unlock(&s->reading);
	return status;
}

int gs_connect_init(struct gs_socket *s, const union gs_addr *peer, const struct gs_options *options)
{
	int status;

	if (!s || !peer)
		return GS_BADARG;
	status = gs_enter(s);
	if (status != GS_OK)
		return status;
	status = begin_with(s, options, peer, 1, NULL);
	gs_leave(s);
	return status;
}

/* The addresses with the one port that counts. GS_BADARG if there is none, -EINVAL for no address,
 * -ENOMEM. */
static int with_one_port(const union gs_addr *addrs, size_t n_addrs, union gs_addr **out)
{
	uint16_t port = 0;
	union gs_addr *copy;

	if (n_addrs == 0)
		return -EINVAL;
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

int gs_connectx_init(struct gs_socket *s, const union gs_addr *addrs, size_t n_addrs, const struct gs_options *options,
	int32_t *assoc_id)
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
