/* SPDX-License-Identifier: Apache-2.0 */
/* waiting.c - see waiting.h. */
#include "runner/engine/call.h"
#include "runner/engine/kernel_call.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sctp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum waiting_call { SEND_WAITS, CONNECT_WAITS, CLOSE_WAITS };

static const char *const call_names[] = {
	[SEND_WAITS] = "send",
	[CONNECT_WAITS] = "connect",
	[CLOSE_WAITS] = "close",
};

struct waiting {
	struct trial *trial;
	struct peer *peer;
	enum waiting_call what;
	pthread_t thread;
	int fd, back;       /* the socket's own; an eventfd */
	bool started, told; /* `told`: the body knows that it has come back */
	vtime began;
	uint32_t assoc_id;
	union gs_addr to;
	struct flow *flow;
	unsigned char *octets;
	/* the thread's, until it writes to `back` */
	int status;
	vtime at;
};

/* On a descriptor that waits for everything. */
static int call_and_wait(struct waiting *waiting)
{
	const struct flow *flow = waiting->flow;
	struct sctp_sndrcvinfo info = { .sinfo_assoc_id = (sctp_assoc_t)waiting->assoc_id, .sinfo_context = 1 };
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(info))];
	} control = { .head = { CMSG_LEN(sizeof(info)), IPPROTO_SCTP, SCTP_SNDRCV } };
	struct iovec part = { waiting->octets, flow != NULL ? flow->traffic.size : 0 };
	const struct msghdr message = {
		.msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control)
	};

	switch (waiting->what) {
	case SEND_WAITS:
		info.sinfo_ppid = htonl(flow->traffic.ppid);
		memcpy(CMSG_DATA(&control.head), &info, sizeof(info));
		return sendmsg(waiting->fd, &message, MSG_NOSIGNAL) < 0 ? -errno : GS_OK;
	case CONNECT_WAITS:
		return connect(waiting->fd, &waiting->to.sa,
			       waiting->to.sa.sa_family == AF_INET ? sizeof(waiting->to.v4) : sizeof(waiting->to.v6)) <
				0
			? -errno
			: GS_OK;
	case CLOSE_WAITS:
		return close(waiting->fd) < 0 ? -errno : GS_OK;
	}
	return GS_OK;
}

static void *run(void *argument)
{
	struct waiting *waiting = argument;
	const uint64_t one = 1;

	waiting->status = call_and_wait(waiting);
	waiting->at = trial_clock(waiting->trial);
	if (write(waiting->back, &one, sizeof(one)) < 0)
		abort(); /* it has room for many */
	return NULL;
}

static void set_blocking(const struct waiting *waiting, bool blocking)
{
	const int flags = fcntl(waiting->fd, F_GETFL);

	if (flags < 0 || fcntl(waiting->fd, F_SETFL, blocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK) < 0)
		trial_error(waiting->trial, "%s: a descriptor that waits: %m", waiting->peer->name);
}

static struct waiting *new_waiting(struct trial *t, struct peer *peer, enum waiting_call what)
{
	struct waiting *waiting = calloc(1, sizeof(*waiting));

	if (waiting == NULL)
		trial_error(t, "out of memory");
	if (t->waiting_count == WAITING_MAX)
		trial_error(t, "more than %d waiting calls", WAITING_MAX);
	waiting->trial = t;
	waiting->peer = peer;
	waiting->what = what;
	waiting->fd = waiting->back = -1;
	waiting->assoc_id = peer->assoc_id;
	t->waiting[t->waiting_count++] = waiting;
	return waiting;
}

static void start(struct waiting *waiting)
{
	struct trial *t = waiting->trial;

	waiting->began = now(t);
	if (t->rehearsal != NULL)
		return;
	if (waiting->fd < 0)
		waiting->fd = gs_fd(waiting->peer->socket);
	waiting->back = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	set_blocking(waiting, true);
	if (waiting->back < 0 || pthread_create(&waiting->thread, NULL, run, waiting) != 0)
		trial_error(t, "%s: a thread that waits", waiting->peer->name);
	waiting->started = true;
}

struct waiting *start_blocking_send(struct trial *t, struct peer *from, struct peer *to, size_t size)
{
	struct waiting *waiting = new_waiting(t, from, SEND_WAITS);

	waiting->flow = flow_new(t, from, to, &(struct traffic){ .size = size });
	waiting->octets = flow_octets(waiting->flow, 0);
	if (waiting->octets == NULL)
		trial_error(t, "out of memory");
	waiting->assoc_id = waiting->flow->assoc_id;
	trial_action(t, "%s sends %zu octets to the %s, and waits", from->name, size, to->name);
	waiting->flow->next = 1;
	waiting->flow->messages[0].sent = now(t);
	start(waiting);
	return waiting;
}

struct flow *flow_of(const struct waiting *waiting)
{
	return waiting->flow;
}

struct waiting *start_blocking_connect(struct trial *t, struct peer *from, const struct peer *to, unsigned path)
{
	struct waiting *waiting = new_waiting(t, from, CONNECT_WAITS);

	waiting->to = address_on(t, from, to, path);
	trial_action(t, "%s connects to the %s over path %u, and waits", from->name, to->name, path);
	start(waiting);
	return waiting;
}

struct waiting *start_lingering_close(struct trial *t, struct peer *peer, unsigned seconds)
{
	struct waiting *waiting = new_waiting(t, peer, CLOSE_WAITS);

	trial_action(t, "%s closes its socket, and lingers for %u s", peer->name, seconds);
	if (t->rehearsal == NULL) {
		const int status = gs_setopt(peer->socket,
			&(struct gs_option){ .name = GS_OPT_LINGER, .linger = { .on = 1, .seconds = seconds } });
		/* the library never waits as it closes: the last descriptor is this one */
		waiting->fd = fcntl(gs_fd(peer->socket), F_DUPFD_CLOEXEC, 0);
		if (status != GS_OK || waiting->fd < 0)
			trial_error(t, "%s: linger: %s", peer->name, gs_status_name(status));
		gs_free(peer->socket);
		peer->socket = NULL;
	}
	start(waiting);
	return waiting;
}

int waiting_fd(const struct waiting *waiting)
{
	return waiting->told ? -1 : waiting->back;
}

static bool is_back(struct waiting *waiting)
{
	uint64_t count;

	if (!waiting->told && read(waiting->back, &count, sizeof(count)) == (ssize_t)sizeof(count)) {
		waiting->told = true;
		pthread_join(waiting->thread, NULL);
		waiting->started = false;
		if (waiting->what != CLOSE_WAITS)
			set_blocking(waiting, false);
	}
	return waiting->told;
}

static void log_call(const struct waiting *waiting)
{
	json_t *arguments = json_pack("{s:I, s:b}", "assoc_id", (json_int_t)waiting->assoc_id, "waits", true);

	if (waiting->what == SEND_WAITS) {
		const struct traffic *traffic = &waiting->flow->traffic;

		json_object_set_new(arguments, "flow", json_integer((json_int_t)waiting->flow->index));
		json_object_set_new(arguments, "message", json_integer(0));
		json_object_set_new(arguments, "stream", json_integer(0));
		json_object_set_new(arguments, "ppid", json_integer((json_int_t)traffic->ppid));
		json_object_set_new(arguments, "size", json_integer((json_int_t)traffic->size));
	}
	trial_call(
		waiting->trial, waiting->peer, waiting->began, call_names[waiting->what], arguments, waiting->status);
}

static const char *result_words(int status)
{
	if (status == -ANY)
		return "an error";
	return status == GS_OK ? "success" : strerrorname_np(-status) ?: "an unknown errno";
}

vtime expect_returned(struct trial *t, struct waiting *waiting, int error, struct window window)
{
	char expected[STORY_TEXT_MAX], got[STORY_TEXT_MAX], reason[REASON_MAX];

	snprintf(expected, sizeof(expected), "%s of the %s comes back with %s within %.3f .. %.3f s",
		call_names[waiting->what], waiting->peer->name, result_words(-error), (double)window.from / 1e9,
		(double)window.to / 1e9);
	if (t->rehearsal != NULL) {
		fprintf(t->rehearsal, "  expect %s\n", expected);
		waiting->told = true;
		return t->rehearsed = window.to > t->rehearsed ? window.to : t->rehearsed;
	}
	while (!is_back(waiting) && now(t) <= window.to)
		pump(t, window.to + 1);
	if (!waiting->told) {
		snprintf(reason, sizeof(reason), "%s of the %s does not come back", call_names[waiting->what],
			waiting->peer->name);
		trial_check(t, expected, &window, false, "it waits");
		trial_fail(t, VERDICT_FAIL, reason, expected, "it waits");
	}
	log_call(waiting);
	const bool as_expected = error == ANY ? waiting->status != GS_OK : waiting->status == -error;
	if (as_expected && waiting->at >= window.from && waiting->at <= window.to) {
		trial_check_met(t, expected, &window, waiting->at);
		return waiting->at;
	}
	snprintf(got, sizeof(got), "%s at %.6f s", result_words(waiting->status), (double)waiting->at / 1e9);
	snprintf(reason, sizeof(reason), "%s of the %s comes back %s", call_names[waiting->what], waiting->peer->name,
		!as_expected ? "with another result" : "at another time");
	trial_check(t, expected, &window, false, got);
	trial_fail(t, VERDICT_FAIL, reason, expected, got);
}

int error_of(const struct waiting *waiting)
{
	return waiting->trial->rehearsal != NULL ? EPIPE : -waiting->status;
}

/* A call that need not wait is back after this, whoever was first of its thread and ours. */
static void let_it_come_back(struct trial *t, struct waiting *waiting)
{
	const vtime by = now(t) + ms(1);

	while (!is_back(waiting) && now(t) < by)
		pump(t, by);
}

void expect_waiting(struct trial *t, const struct waiting *waiting)
{
	char expected[STORY_TEXT_MAX];

	snprintf(
		expected, sizeof(expected), "%s of the %s still waits", call_names[waiting->what], waiting->peer->name);
	if (t->rehearsal != NULL) {
		fprintf(t->rehearsal, "  expect %s\n", expected);
		return;
	}
	let_it_come_back(t, (struct waiting *)(uintptr_t)waiting);
	const bool waits = !waiting->told;
	trial_check(t, expected, NULL, waits, waits ? NULL : result_words(waiting->status));
	if (!waits)
		trial_fail(t, VERDICT_FAIL, "a call has come back that must wait", expected,
			result_words(waiting->status));
}

void waiting_finish(struct trial *t)
{
	for (unsigned i = 0; i < t->waiting_count; i++)
		if (!t->waiting[i]->told)
			trial_error(t, "the case says nothing of what becomes of %s of the %s",
				call_names[t->waiting[i]->what], t->waiting[i]->peer->name);
}

void waiting_free(struct waiting *waiting)
{
	/* A thread that still waits needs all of it, and ends with the process. */
	if (waiting->started)
		return;
	if (waiting->back >= 0)
		close(waiting->back);
	free(waiting->octets);
	free(waiting);
}
