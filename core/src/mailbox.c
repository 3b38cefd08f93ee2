/* SPDX-License-Identifier: Apache-2.0 */
/* mailbox.c - the life of a mailbox, its sockets, and what is put into it. */
#include "owner.h"

#include "copy.h"
#include "deliver.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

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

void gs_mailbox_forget_nudge(struct gs_mailbox *m)
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
		gs_mailbox_forget_nudge(m);
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
		gs_mailbox_forget_nudge(from);
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
