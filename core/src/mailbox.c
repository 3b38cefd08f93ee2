/* SPDX-License-Identifier: Apache-2.0 */
/* mailbox.c - the life of a mailbox, and taking from it. */
#include "owner.h"

#include "copy.h"
#include "deliver.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define LONGEST_TIMEOUT 4294967294LL /* gen_sctp's: 2^32-2 ms */
#define TURN 5                       /* messages of one socket before the others are asked */
#define BACK_OFF_MS 5

/* ---- life ---- */

static int make_descriptors(struct gs_mailbox *m)
{
	struct epoll_event event = { .events = EPOLLIN };
	int error;

	m->set = epoll_create1(EPOLL_CLOEXEC);
	if (m->set < 0)
		return -errno;
	m->nudge = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (m->nudge >= 0 && epoll_ctl(m->set, EPOLL_CTL_ADD, m->nudge, &event) == 0)
		return GS_OK;
	error = errno;
	if (m->nudge >= 0)
		close(m->nudge);
	close(m->set);
	return -error;
}

int gs_mailbox_new(struct gs_mailbox **out)
{
	struct gs_mailbox *m;
	int status;

	if (!out)
		return GS_BADARG;
	m = calloc(1, sizeof(*m));
	if (!m)
		return -ENOMEM;
	status = make_descriptors(m);
	if (status != GS_OK) {
		free(m);
		return status;
	}
	pthread_mutex_init(&m->lock, NULL);
	gs_letters_init(&m->letters);
	m->process = getpid();
	m->references = 1;
	*out = m;
	return GS_OK;
}

static void drop_reference(struct gs_mailbox *m)
{
	bool last;

	pthread_mutex_lock(&m->lock);
	last = --m->references == 0;
	pthread_mutex_unlock(&m->lock);
	if (!last)
		return;
	gs_letters_move(&m->letters, NULL, NULL);
	close(m->nudge);
	close(m->set);
	pthread_mutex_destroy(&m->lock);
	free(m);
}

static void nudge(struct gs_mailbox *m)
{
	const uint64_t one = 1;

	atomic_store(&m->nudged, true);
	while (write(m->nudge, &one, sizeof(one)) < 0 && errno == EINTR)
		;
}

static void forget_nudge(struct gs_mailbox *m)
{
	uint64_t count;

	atomic_store(&m->nudged, false);
	while (read(m->nudge, &count, sizeof(count)) < 0 && errno == EINTR)
		;
}

static void put_into(struct gs_socket **list, struct gs_socket *s)
{
	s->next_owned = *list;
	if (s->next_owned)
		s->next_owned->owned_by = &s->next_owned;
	s->owned_by = list;
	*list = s;
}

static void take_out(struct gs_socket *s)
{
	*s->owned_by = s->next_owned;
	if (s->next_owned)
		s->next_owned->owned_by = s->owned_by;
}

/* One that is still open, entered; or NULL. With the lock held. */
static struct gs_socket *enter_next_open(struct gs_mailbox *m)
{
	struct gs_socket *s;

	while ((s = m->owned)) {
		take_out(s);
		put_into(&m->ended, s);
		if (gs_enter(s) == GS_OK)
			return s;
	}
	return NULL;
}

/* In a child: the sockets that are open, without a word to the parent. */
static void close_copies(struct gs_mailbox *m)
{
	struct gs_socket *s;

	if (!gs_copy_may_change(&m->lock))
		return;
	m->closed = true;
	gs_letters_move(&m->letters, NULL, NULL);
	while ((s = m->owned)) {
		take_out(s);
		put_into(&m->ended, s);
		gs_copy_close(s);
	}
}

int gs_mailbox_close(struct gs_mailbox *m)
{
	struct gs_socket *s;

	if (!m)
		return GS_BADARG;
	if (gs_is_copy(m->process)) {
		close_copies(m);
		return GS_OK;
	}
	pthread_mutex_lock(&m->lock);
	if (!m->closed) {
		m->closed = true;
		gs_letters_move(&m->letters, NULL, NULL);
		nudge(m);
	}
	while ((s = enter_next_open(m))) {
		pthread_mutex_unlock(&m->lock);
		gs_shut(s);
		pthread_mutex_lock(&m->lock);
	}
	pthread_mutex_unlock(&m->lock);
	return GS_OK;
}

void gs_mailbox_free(struct gs_mailbox *m)
{
	if (!m)
		return;
	gs_mailbox_close(m);
	if (gs_is_copy(m->process) && !gs_copy_may_change(&m->lock)) {
		close(m->nudge);
		close(m->set);
		return;
	}
	drop_reference(m);
}

int gs_mailbox_fd(struct gs_mailbox *m)
{
	return m ? m->set : GS_BADARG;
}

/* ---- its sockets ---- */

static void link_socket(struct gs_mailbox *m, struct gs_socket *s)
{
	put_into(&m->owned, s);
	m->references++;
}

static int watch(struct gs_mailbox *m, struct gs_socket *s)
{
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = s };

	if (epoll_ctl(m->set, EPOLL_CTL_ADD, s->fd, &event) < 0)
		return -errno;
	m->n_watched++;
	return GS_OK;
}

static void unwatch(struct gs_mailbox *m, struct gs_socket *s)
{
	epoll_ctl(m->set, EPOLL_CTL_DEL, s->fd, NULL);
	m->n_watched--;
	m->changes++;
	if (m->ready == s)
		m->ready = NULL;
}

int gs_mailbox_add(struct gs_mailbox *m, struct gs_socket *s)
{
	bool closed;

	pthread_mutex_lock(&m->lock);
	closed = m->closed;
	if (!closed)
		link_socket(m, s);
	pthread_mutex_unlock(&m->lock);
	if (closed)
		return GS_BADARG;
	s->owner = m;
	return GS_OK;
}

int gs_mailbox_watch(struct gs_mailbox *m, struct gs_socket *s)
{
	int status = GS_OK;

	pthread_mutex_lock(&m->lock);
	if (!s->watched) {
		status = watch(m, s);
		s->watched = status == GS_OK;
	}
	pthread_mutex_unlock(&m->lock);
	return status;
}

void gs_mailbox_unwatch(struct gs_mailbox *m, struct gs_socket *s)
{
	pthread_mutex_lock(&m->lock);
	if (s->watched)
		unwatch(m, s);
	s->watched = false;
	pthread_mutex_unlock(&m->lock);
}

void gs_mailbox_remove(struct gs_mailbox *m, struct gs_socket *s)
{
	pthread_mutex_lock(&m->lock);
	take_out(s);
	gs_letters_move(&m->letters, NULL, s);
	if (!m->letters.first && !m->closed && !gs_is_copy(m->process))
		forget_nudge(m);
	pthread_mutex_unlock(&m->lock);
	s->owner = NULL;
	drop_reference(m);
}

/* With both locks held. */
static int hand_over(struct gs_mailbox *from, struct gs_mailbox *to, struct gs_socket *s)
{
	const bool was_empty = !to->letters.first;
	int status;

	if (to->closed)
		return GS_BADARG;
	if (s->watched) {
		status = watch(to, s);
		if (status != GS_OK)
			return status;
	}
	if (from)
		take_out(s);
	link_socket(to, s);
	if (!from)
		return GS_OK;
	if (s->watched)
		unwatch(from, s);
	gs_letters_move(&from->letters, &to->letters, s);
	if (!from->letters.first && !from->closed)
		forget_nudge(from);
	if (was_empty && to->letters.first)
		nudge(to);
	return GS_OK;
}

int gs_mailbox_hand_over(struct gs_mailbox *from, struct gs_mailbox *to, struct gs_socket *s)
{
	struct gs_mailbox *first = from && from < to ? from : to;
	struct gs_mailbox *second = first == to ? from : to;
	int status;

	pthread_mutex_lock(&first->lock);
	if (second)
		pthread_mutex_lock(&second->lock);
	status = hand_over(from, to, s);
	if (second)
		pthread_mutex_unlock(&second->lock);
	pthread_mutex_unlock(&first->lock);
	if (status != GS_OK)
		return status;
	s->owner = to;
	if (from)
		drop_reference(from);
	return GS_OK;
}

/* ---- letters ---- */

void gs_mailbox_post(struct gs_mailbox *m, struct gs_letter *letter)
{
	pthread_mutex_lock(&m->lock);
	if (m->closed) {
		pthread_mutex_unlock(&m->lock);
		gs_letter_free(letter);
		return;
	}
	if (!m->letters.first)
		nudge(m);
	gs_letters_append(&m->letters, letter);
	pthread_mutex_unlock(&m->lock);
}

/* ---- taking ---- */

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
			forget_nudge(m);
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
		forget_nudge(m); /* for nothing: it would wake us for ever */
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
