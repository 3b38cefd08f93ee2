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
	bool closed;
	int error = 0;

	while (error == 0 && gs_is_active(s)) {
		pthread_mutex_lock(&s->lock);
		closed = s->closed;
		pthread_mutex_unlock(&s->lock);
		if (closed)
			return GS_CLOSED;
		error = deadline->forever ? pthread_cond_wait(&s->mode_changed, &s->reading)
					  : pthread_cond_timedwait(
						    &s->mode_changed, &s->reading, &deadline->at);
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
static int receive(struct gs_socket *s, const struct gs_deadline *deadline, struct gs_message *out)
{
	bool woken = false;

	gs_deliver_arrived(s);
	if (gs_is_active(s))
		return -EINVAL;
	for (;;) {
		int status = wait_until_passive(s, deadline);

		if (status == GS_OK)
			status = take(s, out);
		if (status != -EAGAIN)
			return status;
		pthread_mutex_unlock(&s->reading);
		status = gs_wait(s, POLLIN, -1, deadline, woken);
		pthread_mutex_lock(&s->reading);
		if (status != GS_OK)
			return status;
		woken = !woken;
	}
}

int gs_recv_sized(struct gs_socket *s, int64_t timeout, struct gs_message *out, size_t size)
{
	const size_t least = offsetof(struct gs_message, capacity) + sizeof(out->capacity);
	struct gs_deadline deadline;
	struct gs_message message;
	int status;

	if (!s || !out || size < least || gs_copy_in(&message, sizeof(message), out, size) != GS_OK)
		return GS_BADARG;
	status = gs_enter_receiver(s);
	if (status != GS_OK)
		return status;
	if (timeout != GS_FOREVER && (timeout < 0 || timeout > LONGEST_TIMEOUT)) {
		status = -EINVAL;
	} else {
		deadline = gs_deadline_in(timeout);
		pthread_mutex_lock(&s->reading);
		status = receive(s, &deadline, &message);
		pthread_mutex_unlock(&s->reading);
	}
	if (status == GS_OK || status == GS_ERROR_EVENT)
		memcpy(out, &message, size < sizeof(message) ? size : sizeof(message));
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
