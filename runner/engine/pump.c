/* SPDX-License-Identifier: Apache-2.0 */
/* pump.c - the only place where guest time passes: waits for sockets and for the next message to send. */
#include "runner/engine/trial.h"

#include <errno.h>
#include <poll.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

vtime trial_clock(const struct trial *t)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	return s(at.tv_sec) + at.tv_nsec - t->started;
}

/* Everything that the socket has now; true if it had something. */
static bool drain(struct trial *t, struct peer *peer)
{
	struct gs_message message = { 0 };
	bool progress = false;

	for (;;) {
		const int status = gs_recv(peer->socket, 0, &message);

		if (status == GS_TIMEOUT)
			break;
		progress = true;
		if (status != GS_OK && status != GS_ERROR_EVENT) {
			observe_error(t, peer, status);
			break;
		}
		observe_message(t, peer, &message);
	}
	gs_message_release(&message);
	return progress;
}

/* The captures' queues in the kernel are not endless, but long: packets of so many turns have room there. */
#define TURNS_TO_A_DRAIN 32

static void keep_packets(struct trial *t)
{
	char *error = NULL;

	if (++t->turns % TURNS_TO_A_DRAIN != 0)
		return;
	if (net_capture_drain(t->net, &error) != 0)
		trial_error(t, "%s", error != NULL ? error : "the captures cannot be written");
}

static struct timespec until_then(vtime instant, vtime present)
{
	const vtime left = instant > present ? instant - present : 0;

	return (struct timespec){ .tv_sec = left / s(1), .tv_nsec = left % s(1) };
}

/* A listening one-to-one socket has nothing to read, and one at whose end the reader has come would say so for ever. */
static bool reads(const struct peer *peer)
{
	return !peer->stopped && !peer->ended && !(peer->one_to_one && peer->listens);
}

/* A one-to-one socket gives its end as soon as the peer shuts down, and shutdown_comp a round trip later. poll(2) does
 * not tell one from the other; what comes is an edge. */
void pump_ended(struct peer *peer)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLET };

	peer->ended = true;
	if (peer->late > 0)
		return;
	peer->late = epoll_create1(EPOLL_CLOEXEC);
	if (peer->late < 0 || epoll_ctl(peer->late, EPOLL_CTL_ADD, gs_fd(peer->socket), &event) < 0)
		trial_error(peer->trial, "%s: watching a socket after its end: %m", peer->name);
}

/* Takes the edge, and with it what has come. */
static bool drain_late(struct trial *t, struct peer *peer)
{
	struct epoll_event event;

	return epoll_wait(peer->late, &event, 1, 0) > 0 && drain(t, peer);
}

static bool may_be_late(const struct peer *peer)
{
	return peer->socket != NULL && peer->ended && !peer->stopped && peer->late > 0;
}

/* What poll(2) is to tell of a socket; 0: nothing. */
static short awaited(const struct trial *t, const struct peer *peer)
{
	if (peer->socket == NULL)
		return 0;
	return (short)(peer->watched | (reads(peer) ? POLLIN : 0) | (flows_wait_for(t, peer) ? POLLOUT : 0));
}

struct polled {
	nfds_t n;
	struct pollfd fds[2 * PEERS_MAX + WAITING_MAX + OUTSIDERS_MAX * OUTSIDER_FDS_MAX];
	struct peer *peers[PEERS_MAX]; /* of the first ones; the others are waiting calls, */
	nfds_t n_peers;
	nfds_t n_waiting; /* and then what outsiders have */
};

static void collect(struct trial *t, struct polled *out)
{
	out->n = 0;
	for (unsigned i = 0; i < t->peer_count; i++)
		if (awaited(t, &t->peers[i]) != 0) {
			out->peers[out->n] = &t->peers[i];
			out->fds[out->n] = (struct pollfd){ gs_fd(t->peers[i].socket), awaited(t, &t->peers[i]), 0 };
			out->n++;
		}
	out->n_peers = out->n;
	for (unsigned i = 0; i < t->peer_count; i++)
		if (may_be_late(&t->peers[i]))
			out->fds[out->n++] = (struct pollfd){ t->peers[i].late, POLLIN, 0 };
	for (unsigned i = 0; i < t->waiting_count; i++)
		if (waiting_fd(t->waiting[i]) >= 0)
			out->fds[out->n++] = (struct pollfd){ waiting_fd(t->waiting[i]), POLLIN, 0 };
	out->n_waiting = out->n;
	for (unsigned i = 0; i < t->outsider_count; i++) {
		int fds[OUTSIDER_FDS_MAX];
		const unsigned n = t->outsiders[i].fds(t->outsiders[i].self, fds);

		for (unsigned k = 0; k < n; k++)
			out->fds[out->n++] = (struct pollfd){ fds[k], POLLIN, 0 };
	}
}

/* Before the sockets: a packet comes before the event that it causes. */
static bool serve_outsiders(struct trial *t)
{
	bool progress = false;

	for (unsigned i = 0; i < t->outsider_count; i++)
		progress |= t->outsiders[i].serve(t->outsiders[i].self);
	return progress;
}

/* When somebody has to do something, at the latest at `until`. */
static vtime next_due(const struct trial *t, vtime until)
{
	vtime due = flows_due(t);

	for (unsigned i = 0; i < t->outsider_count; i++) {
		const vtime its = t->outsiders[i].due(t->outsiders[i].self);

		due = its < due ? its : due;
	}
	return due < until ? due : until;
}

static bool serve(struct trial *t, const struct polled *polled)
{
	bool progress = false;

	for (nfds_t i = 0; i < polled->n_peers; i++) {
		const short wanted = polled->fds[i].events, is = polled->fds[i].revents;
		const bool wrong = (is & (POLLERR | POLLHUP | POLLNVAL)) != 0;

		if ((wanted & POLLOUT) != 0 && ((is & POLLOUT) != 0 || wrong))
			flows_unblock(t, polled->peers[i]);
		if (reads(polled->peers[i]) && (wanted & POLLIN) != 0 && ((is & POLLIN) != 0 || wrong))
			progress |= drain(t, polled->peers[i]);
		progress |= (is & polled->peers[i]->watched) != 0;
	}
	for (nfds_t i = polled->n_peers; i < polled->n_waiting; i++)
		progress |= polled->fds[i].revents != 0;
	for (unsigned i = 0; i < t->peer_count; i++)
		if (may_be_late(&t->peers[i]))
			progress |= drain_late(t, &t->peers[i]);
	return progress;
}

void pump(struct trial *t, vtime until)
{
	for (;;) {
		struct polled polled;
		bool progress = false;

		flows_send_due(t);
		collect(t, &polled);
		const vtime present = now(t);
		const struct timespec wait = until_then(next_due(t, until), present);
		const int ready = ppoll(polled.fds, polled.n, &wait, NULL);
		if (ready < 0 && errno != EINTR)
			trial_error(t, "ppoll: %m");
		progress = serve_outsiders(t);
		if (ready > 0)
			progress |= serve(t, &polled);
		keep_packets(t);
		if (progress || now(t) >= until)
			return;
	}
}

bool pump_until(struct trial *t, struct peer *peer, short events, vtime until)
{
	struct pollfd one = { gs_fd(peer->socket), events, 0 };

	for (;;) {
		if (poll(&one, 1, 0) > 0 && (one.revents & events) != 0)
			return true;
		if (now(t) >= until)
			return false;
		peer->watched = events;
		pump(t, until);
		peer->watched = 0;
	}
}
