/* SPDX-License-Identifier: Apache-2.0 */
/* socket.c - life and death of a socket, and the calls inside it. */
#include "socket.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define BACK_OFF_MS 5

int gs_socket_new(int family, struct gs_socket **out)
{
	struct gs_socket *s = calloc(1, sizeof(*s));

	if (!s)
		return -ENOMEM;
	s->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (s->wake < 0) {
		int error = errno;

		free(s);
		return -error;
	}
	s->fd = -1;
	s->family = family;
	s->buffer = GS_DEFAULT_BUFFER;
	s->kept_end = &s->kept;
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->empty, NULL);
	*out = s;
	return GS_OK;
}

int gs_enter(struct gs_socket *s)
{
	int status = GS_OK;

	pthread_mutex_lock(&s->lock);
	if (s->closed)
		status = GS_CLOSED;
	else
		s->inside++;
	pthread_mutex_unlock(&s->lock);
	return status;
}

static void leave_locked(struct gs_socket *s)
{
	s->inside--;
	if (s->closed && s->inside == 0)
		pthread_cond_broadcast(&s->empty);
}

void gs_leave(struct gs_socket *s)
{
	pthread_mutex_lock(&s->lock);
	leave_locked(s);
	pthread_mutex_unlock(&s->lock);
}

int gs_enter_receiver(struct gs_socket *s)
{
	int status = GS_OK;

	pthread_mutex_lock(&s->lock);
	if (s->closed)
		status = GS_CLOSED;
	else if (s->receiving)
		status = -EALREADY;
	if (status == GS_OK) {
		s->inside++;
		s->receiving = true;
	}
	pthread_mutex_unlock(&s->lock);
	return status;
}

void gs_leave_receiver(struct gs_socket *s)
{
	pthread_mutex_lock(&s->lock);
	s->receiving = false;
	leave_locked(s);
	pthread_mutex_unlock(&s->lock);
}

static int poll_both(struct gs_socket *s, short events, const struct timespec *left)
{
	struct pollfd fds[2] = {
		{.fd = s->wake, .events = POLLIN},
		{.fd = events ? s->fd : -1, .events = events},
	};
	int n = ppoll(fds, 2, left, NULL);

	if (n < 0)
		return -errno;
	if (fds[0].revents)
		return GS_CLOSED;
	return n == 0 ? GS_TIMEOUT : GS_OK;
}

int gs_wait(struct gs_socket *s, short events, const struct gs_deadline *deadline, bool spurious)
{
	const struct timespec back_off = {.tv_nsec = BACK_OFF_MS * 1000000L};
	struct timespec storage;
	const struct timespec *left;
	int status;

	do {
		left = gs_deadline_left(deadline, &storage);
		if (!spurious) {
			status = poll_both(s, events, left);
			continue;
		}
		if (left && left->tv_sec == 0 && left->tv_nsec <= back_off.tv_nsec)
			status = poll_both(s, 0, left);
		else if ((status = poll_both(s, 0, &back_off)) == GS_TIMEOUT)
			status = GS_OK;
	} while (status == -EINTR);
	return status;
}

int gs_close(struct gs_socket *s)
{
	const uint64_t one = 1;

	if (!s)
		return GS_BADARG;
	pthread_mutex_lock(&s->lock);
	if (s->closed) {
		pthread_mutex_unlock(&s->lock);
		return GS_OK;
	}
	s->closed = true;
	while (write(s->wake, &one, sizeof(one)) < 0 && errno == EINTR)
		;
	while (s->inside > 0)
		pthread_cond_wait(&s->empty, &s->lock);
	pthread_mutex_unlock(&s->lock);
	/* Non-blocking descriptors do not linger, and Linux has closed it whatever close(2) says.
	 */
	if (s->fd >= 0)
		close(s->fd);
	close(s->wake);
	return GS_OK;
}

void gs_free(struct gs_socket *s)
{
	if (!s)
		return;
	gs_close(s);
	while (s->kept) {
		struct gs_kept *k = s->kept;

		s->kept = k->next;
		gs_message_release(&k->message);
		free(k);
	}
	free(s->data.at);
	free(s->notification.at);
	free(s->netns);
	pthread_cond_destroy(&s->empty);
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
