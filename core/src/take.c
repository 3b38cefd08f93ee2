/* SPDX-License-Identifier: Apache-2.0 */
/* take.c - taking from a mailbox: what is in it, or what a socket of it has for its owner; and waiting for that. */
#include "deliver.h"
#include "owner.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>

#define LONGEST_TIMEOUT 4294967294LL /* gen_sctp's: 2^32-2 ms */
#define TURN 5                       /* messages of one socket before the others are asked */
#define BACK_OFF_MS 5

static int milliseconds_left(const struct gs_deadline *deadline)
{
	struct timespec storage;
	const struct timespec *left = gs_deadline_left(deadline, &storage);
	int64_t ms;

	if (!left)
		return -1;
	ms = (int64_t)left->tv_sec * 1000 + (left->tv_nsec + 999999) / 1000000;
	return ms > INT_MAX ? INT_MAX : (int)ms;
}

/* What is there without reading: GS_OK, GS_CLOSED, or -EAGAIN, and then the socket to read from, if
 * one is known, entered. */
static int look(struct gs_mailbox *m, struct gs_notice *out, struct gs_socket **s, uint64_t *changes)
{
	int status = -EAGAIN;

	*s = NULL;
	pthread_mutex_lock(&m->lock);
	if (m->closed) {
		status = GS_CLOSED;
	} else if (gs_letters_take(&m->letters, out)) {
		status = GS_OK;
		if (!m->letters.first)
			gs_mailbox_forget_nudge(m);
	} else if (m->ready && gs_enter(m->ready) == GS_OK) {
		*s = m->ready;
	}
	*changes = m->changes;
	pthread_mutex_unlock(&m->lock);
	return status;
}

static void ask_the_set_next(struct gs_mailbox *m)
{
	pthread_mutex_lock(&m->lock);
	m->ready = NULL;
	pthread_mutex_unlock(&m->lock);
}

/* Which socket is to be read from next, after this came of reading from one. */
static void note(struct gs_mailbox *m, int status)
{
	if (status == GS_OK) {
		m->for_nothing = 0;
		m->in_a_row++;
	} else if (status == -EAGAIN && m->in_a_row == 0) {
		m->for_nothing++;
	}
	if (status == -EAGAIN || (m->in_a_row >= TURN && m->n_watched > 1))
		ask_the_set_next(m);
}

/* No state of the kernel, in which it calls a socket readable that is not, makes us spin. */
static void back_off(struct gs_mailbox *m, int ms)
{
	struct pollfd fd = { .fd = m->nudge, .events = POLLIN };

	poll(&fd, 1, ms < 0 || ms > BACK_OFF_MS ? BACK_OFF_MS : ms);
	m->for_nothing = 0;
}

/* The number of events, or -errno; and GS_TIMEOUT when time is up. */
static int wait_for_event(struct gs_mailbox *m, const struct gs_deadline *deadline, struct epoll_event *event)
{
	int ms = milliseconds_left(deadline);
	int n;

	if (m->for_nothing > 1) {
		if (ms == 0)
			return GS_TIMEOUT;
		back_off(m, ms);
		ms = milliseconds_left(deadline);
	}
	n = epoll_wait(m->set, event, 1, ms);
	if (n < 0)
		return errno == EINTR ? 0 : -errno;
	return n == 0 && milliseconds_left(deadline) == 0 ? GS_TIMEOUT : n;
}

/* GS_OK: look again; GS_TIMEOUT, -errno. Only the thread that takes waits. */
static int wait_for_more(struct gs_mailbox *m, const struct gs_deadline *deadline, uint64_t changes)
{
	struct epoll_event event;
	const int n = wait_for_event(m, deadline, &event);

	if (n <= 0)
		return n;
	pthread_mutex_lock(&m->lock);
	if (!event.data.ptr && !m->letters.first && !m->closed)
		gs_mailbox_forget_nudge(m); /* for nothing: it would wake us for ever */
	if (m->changes == changes) {
		m->ready = event.data.ptr;
		m->in_a_row = 0;
	}
	pthread_mutex_unlock(&m->lock);
	return GS_OK;
}

/* Whatever keeps waking us: when time is up each socket is asked once more, for what is there is to be taken. */
static bool is_over(struct gs_mailbox *m, const struct gs_deadline *deadline, unsigned *turns_left)
{
	if (*turns_left == 0 && milliseconds_left(deadline) == 0)
		*turns_left = m->n_watched + 2;
	return *turns_left != 0 && --*turns_left == 0;
}

/* The clock is only asked when there is something to wait for. */
static int take(struct gs_mailbox *m, int64_t timeout, struct gs_notice *out)
{
	struct gs_deadline deadline;
	unsigned turns_left = 0;
	bool waits = false;

	for (;;) {
		struct gs_socket *s;
		uint64_t changes;
		int status = look(m, out, &s, &changes);

		if (status != -EAGAIN)
			return status;
		if (s) {
			status = gs_deliver_one(s, m, out);
			gs_leave(s);
			note(m, status);
			if (status == GS_OK)
				return GS_OK;
			continue;
		}
		if (!waits)
			deadline = gs_deadline_in(timeout);
		waits = true;
		if (is_over(m, &deadline, &turns_left))
			return GS_TIMEOUT;
		status = wait_for_more(m, &deadline, changes);
		if (status != GS_OK)
			return status;
	}
}

static bool is_closed(struct gs_mailbox *m)
{
	bool closed;

	pthread_mutex_lock(&m->lock);
	closed = m->closed;
	pthread_mutex_unlock(&m->lock);
	return closed;
}

/* For a program that knows another struct: its message is the same, its memory too. */
static int take_resized(struct gs_mailbox *m, int64_t timeout, struct gs_notice *out, size_t size)
{
	const size_t least = offsetof(struct gs_notice, message.capacity) + sizeof(out->message.capacity);
	struct gs_notice notice;
	int status;

	if (size < least || gs_copy_in(&notice, sizeof(notice), out, size) != GS_OK)
		return GS_BADARG;
	status = gs_mailbox_take_sized(m, timeout, &notice, sizeof(notice));
	if (status == GS_OK)
		memcpy(out, &notice, size < sizeof(notice) ? size : sizeof(notice));
	return status;
}

int gs_mailbox_take_sized(struct gs_mailbox *m, int64_t timeout, struct gs_notice *out, size_t size)
{
	int status = -EINVAL;

	if (!m || !out)
		return GS_BADARG;
	if (size != sizeof(*out))
		return take_resized(m, timeout, out, size);
	if (atomic_exchange(&m->taking, true))
		return is_closed(m) ? GS_CLOSED : -EALREADY;
	if (timeout == GS_FOREVER || (timeout >= 0 && timeout <= LONGEST_TIMEOUT))
		status = take(m, timeout, out);
	else if (is_closed(m))
		status = GS_CLOSED;
	atomic_store(&m->taking, false);
	return status;
}

void gs_notice_release(struct gs_notice *notice)
{
	if (!notice)
		return;
	gs_message_release(&notice->message);
	memset(notice, 0, sizeof(*notice));
}
