/* SPDX-License-Identifier: Apache-2.0 */
/* socket.c - life and death of a socket, and the calls inside it. */
#include "copy.h"
#include "deliver.h"
#include "owner.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define BACK_OFF_MS 5

int gs_socket_new(int family, int type, struct gs_socket **out)
{
	struct gs_socket *s = calloc(1, sizeof(*s));
	pthread_condattr_t clock;

	if (!s)
		return -ENOMEM;
	s->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (s->wake < 0) {
		int error = errno;

		free(s);
		return -error;
	}
	s->process = getpid();
	s->fd = -1;
	s->family = family;
	s->type = type;
	s->buffer = GS_DEFAULT_BUFFER;
	gs_letters_init(&s->put_by);
	pthread_mutex_init(&s->lock, NULL);
	pthread_mutex_init(&s->reading, NULL);
	pthread_cond_init(&s->gone_by, NULL);
	pthread_condattr_init(&clock);
	pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
	pthread_cond_init(&s->mode_changed, &clock);
	pthread_condattr_destroy(&clock);
	*out = s;
	return GS_OK;
}

/* One more inside, with a flag or 0, unless one of `unless` is set: then GS_CLOSED or -EALREADY. */
static int enter(struct gs_socket *s, uint32_t unless, uint32_t flag)
{
	uint32_t state = atomic_load(&s->state);

	do {
		if (state & unless)
			return state & STATE_CLOSED ? GS_CLOSED : -EALREADY;
	} while (!atomic_compare_exchange_weak(&s->state, &state, (state + 1) | flag));
	return GS_OK;
}

int gs_enter(struct gs_socket *s)
{
	return enter(s, STATE_CLOSED, 0);
}

/* By the last one that leaves, so that nobody else is left to use the descriptor. */
static void end(struct gs_socket *s)
{
	const int fd = s->fd;

	if (s->owner)
		gs_mailbox_unwatch(s->owner, s);
	/* Non-blocking descriptors do not linger, and Linux has closed it whatever close(2) says.
	 */
	s->fd = -1;
	if (fd >= 0)
		close(fd);
	close(s->wake);
	pthread_mutex_lock(&s->lock);
	s->gone = true;
	pthread_cond_broadcast(&s->gone_by);
	pthread_mutex_unlock(&s->lock);
}

/* One less inside, and its flag is gone. Nobody enters what is closed, so one of them sees the
 * number become 0 then, once. */
static void leave(struct gs_socket *s, uint32_t flag)
{
	if (atomic_fetch_sub(&s->state, flag + 1) - (flag + 1) == STATE_CLOSED)
		end(s);
}

void gs_leave(struct gs_socket *s)
{
	leave(s, 0);
}

int gs_enter_receiver(struct gs_socket *s)
{
	return enter(s, STATE_CLOSED | STATE_RECEIVING, STATE_RECEIVING);
}

void gs_leave_receiver(struct gs_socket *s)
{
	leave(s, STATE_RECEIVING);
}

static int poll_all(struct gs_socket *s, short events, int other, const struct timespec *left)
{
	struct pollfd fds[3] = {
		{ .fd = s->wake, .events = POLLIN },
		{ .fd = events ? s->fd : -1, .events = events },
		{ .fd = other, .events = POLLIN },
	};
	int n = ppoll(fds, 3, left, NULL);

	if (n < 0)
		return -errno;
	if (fds[0].revents)
		return GS_CLOSED;
	return n == 0 ? GS_TIMEOUT : GS_OK;
}

int gs_wait(struct gs_socket *s, short events, int other, const struct gs_deadline *deadline, bool spurious)
{
	const struct timespec back_off = { .tv_nsec = BACK_OFF_MS * 1000000L };
	struct timespec storage;
	const struct timespec *left;
	int status;

	do {
		left = gs_deadline_left(deadline, &storage);
		if (!spurious) {
			status = poll_all(s, events, other, left);
			continue;
		}
		if (left && left->tv_sec == 0 && left->tv_nsec <= back_off.tv_nsec)
			status = poll_all(s, 0, other, left);
		else if ((status = poll_all(s, 0, other, &back_off)) == GS_TIMEOUT)
			status = GS_OK;
	} while (status == -EINTR);
	return status;
}

static void mark_closed(struct gs_socket *s)
{
	const uint64_t one = 1;

	if (atomic_fetch_or(&s->state, STATE_CLOSED) & STATE_CLOSED)
		return;
	while (write(s->wake, &one, sizeof(one)) < 0 && errno == EINTR)
		;
	pthread_mutex_lock(&s->reading);
	pthread_cond_broadcast(&s->mode_changed);
	pthread_mutex_unlock(&s->reading);
}

void gs_shut(struct gs_socket *s)
{
	/* what the owner has not been given yet would be lost; and unread data makes the kernel
	 * abort the association instead of shutting it down */
	pthread_mutex_lock(&s->reading);
	gs_deliver_arrived(s);
	pthread_mutex_unlock(&s->reading);
	mark_closed(s);
	gs_leave(s);
}

static void wait_until_gone(struct gs_socket *s)
{
	pthread_mutex_lock(&s->lock);
	while (!s->gone)
		pthread_cond_wait(&s->gone_by, &s->lock);
	pthread_mutex_unlock(&s->lock);
}

int gs_close(struct gs_socket *s)
{
	if (!s)
		return GS_BADARG;
	if (gs_is_copy(s->process)) {
		gs_copy_close(s);
		return GS_OK;
	}
	if (gs_enter(s) != GS_OK)
		return GS_OK;
	gs_shut(s);
	wait_until_gone(s);
	return GS_OK;
}

void gs_socket_free_memory(struct gs_socket *s)
{
	gs_letters_move(&s->put_by, NULL, NULL);
	gs_letter_free(s->last_word);
	free(s->data.at);
	free(s->notification.at);
	free(s->netns);
	pthread_cond_destroy(&s->mode_changed);
	pthread_cond_destroy(&s->gone_by);
	pthread_mutex_destroy(&s->reading);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

int gs_fd(struct gs_socket *s)
{
	int fd;

	if (!s)
		return GS_BADARG;
	if (gs_enter(s) != GS_OK)
		return GS_CLOSED;
	fd = s->fd;
	gs_leave(s);
	return fd;
}

int gs_listen(struct gs_socket *s, int backlog)
{
	int status;

	if (!s)
		return GS_BADARG;
	status = gs_enter(s);
	if (status != GS_OK)
		return status;
	if (listen(s->fd, (int16_t)(backlog & 0xffff)) < 0)
		status = -errno;
	gs_leave(s);
	return status;
}

int gs_copy_in(void *to, size_t to_size, const void *from, size_t from_size)
{
	const unsigned char *bytes = from;

	if (!from || from_size == 0)
		return GS_BADARG;
	for (size_t i = to_size; i < from_size; i++)
		if (bytes[i] != 0)
			return GS_BADARG;
	memset(to, 0, to_size);
	memcpy(to, from, from_size < to_size ? from_size : to_size);
	return GS_OK;
}

void gs_free(struct gs_socket *s)
{
	if (!s)
		return;
	if (gs_is_copy(s->process)) {
		gs_copy_free(s);
		return;
	}
	gs_close(s);
	wait_until_gone(s);
	if (s->owner)
		gs_mailbox_remove(s->owner, s);
	gs_socket_free_memory(s);
}
