/* SPDX-License-Identifier: Apache-2.0 */
/* pump.c - the only place where guest time passes: waits for sockets and for the next message to send. */
#include "runner/engine/trial.h"

#include <errno.h>
#include <poll.h>
#include <time.h>

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
		observe(t, peer, &message);
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

void pump(struct trial *t, vtime until)
{
	for (;;) {
		struct pollfd fds[PEERS_MAX];
		struct peer *peers[PEERS_MAX];
		nfds_t n = 0;
		bool progress = false;

		flows_send_due(t);
		for (unsigned i = 0; i < t->peer_count; i++)
			if (t->peers[i].socket != NULL) {
				peers[n] = &t->peers[i];
				fds[n] = (struct pollfd){ gs_fd(peers[n]->socket), POLLIN, 0 };
				n++;
			}
		const vtime due = flows_due(t), present = now(t);
		const struct timespec wait = until_then(due < until ? due : until, present);
		const int ready = ppoll(fds, n, &wait, NULL);
		if (ready < 0 && errno != EINTR)
			trial_error(t, "ppoll: %m");
		for (nfds_t i = 0; ready > 0 && i < n; i++)
			if (fds[i].revents != 0)
				progress |= drain(t, peers[i]);
		keep_packets(t);
		if (progress || now(t) >= until)
			return;
	}
}
