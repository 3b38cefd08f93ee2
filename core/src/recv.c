/* SPDX-License-Identifier: Apache-2.0 */
/* recv.c - gs_recv(), and the messages it fills in. */
#include "deliver.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#define LONGEST_TIMEOUT 4294967294LL /* gen_sctp's: 2^32-2 ms */

/* With s->reading held, which is given up meanwhile. GS_OK, GS_TIMEOUT, GS_CLOSED. */
static int wait_until_passive(struct gs_socket *s, const struct gs_deadline *deadline)
{
	int error = 0;

	while (error == 0 && gs_is_active(s)) {
		if (gs_is_closed(s))
			return GS_CLOSED;
		error = deadline->forever ? pthread_cond_wait(&s->mode_changed, &s->reading)
					  : pthread_cond_timedwait(&s->mode_changed, &s->reading, &deadline->at);
	}
	return error == 0 ? GS_OK : GS_TIMEOUT;
}

/* What there is without waiting; -EAGAIN if nothing. With s->reading held. */
static int take(struct gs_socket *s, struct gs_message *out)
{
	int status;

	if (gs_take_put_by(s, out, &status))
		return status;
	do
		status = gs_read_next(s, out);
	while (status == -EINTR);
	return status;
}

/* Somebody may make the socket active while we wait: then the message is the owner's, and this is
 * over when its time is, unless it becomes passive again before. With s->reading held. */
static int wait_and_take(struct gs_socket *s, const struct gs_deadline *deadline, struct gs_message *out)
{
	bool woken = false;

	for (;;) {
		int status;

		pthread_mutex_unlock(&s->reading);
		status = gs_wait(s, POLLIN, -1, deadline, woken);
		pthread_mutex_lock(&s->reading);
		if (status == GS_OK)
			status = wait_until_passive(s, deadline);
		if (status == GS_OK)
			status = take(s, out);
		if (status != -EAGAIN)
			return status;
		woken = !woken;
	}
}

/* With s->reading held. The clock is only asked, and the kernel again, when there is something to wait for. */
static int receive(struct gs_socket *s, int64_t timeout, struct gs_message *out)
{
	struct gs_deadline deadline;
	int status;

	gs_deliver_arrived(s);
	if (gs_is_active(s))
		return -EINVAL;
	status = take(s, out);
	if (status != -EAGAIN)
		return status;
	if (timeout == 0)
		return gs_is_closed(s) ? GS_CLOSED : GS_TIMEOUT;
	deadline = gs_deadline_in(timeout);
	return wait_and_take(s, &deadline, out);
}

/* Inside, as the receiver. */
static int receive_inside(struct gs_socket *s, int64_t timeout, struct gs_message *out)
{
	int status;

	if (timeout != GS_FOREVER && (timeout < 0 || timeout > LONGEST_TIMEOUT))
		return -EINVAL;
	pthread_mutex_lock(&s->reading);
	status = receive(s, timeout, out);
	pthread_mutex_unlock(&s->reading);
	return status;
}

/* For a program that knows another struct: its message is the same, its memory too. */
static int receive_resized(struct gs_socket *s, int64_t timeout, struct gs_message *out, size_t size)
{
	const size_t least = offsetof(struct gs_message, capacity) + sizeof(out->capacity);
	struct gs_message message;
	int status;

	if (size < least || gs_copy_in(&message, sizeof(message), out, size) != GS_OK)
		return GS_BADARG;
	status = gs_recv_sized(s, timeout, &message, sizeof(message));
	if (status == GS_OK || status == GS_ERROR_EVENT)
		memcpy(out, &message, size < sizeof(message) ? size : sizeof(message));
	return status;
}

int gs_recv_sized(struct gs_socket *s, int64_t timeout, struct gs_message *out, size_t size)
{
	int status;

	if (!s || !out)
		return GS_BADARG;
	if (size != sizeof(*out))
		return receive_resized(s, timeout, out, size);
	status = gs_enter_receiver(s);
	if (status != GS_OK)
		return status;
	status = receive_inside(s, timeout, out);
	gs_leave_receiver(s);
	return status;
}

size_t gs_queued(struct gs_socket *s)
{
	size_t n;

	if (!s)
		return 0;
	pthread_mutex_lock(&s->reading);
	n = s->put_by.count;
	pthread_mutex_unlock(&s->reading);
	return n;
}

void gs_message_release(struct gs_message *message)
{
	if (!message)
		return;
	free(message->storage);
	memset(message, 0, sizeof(*message));
}
