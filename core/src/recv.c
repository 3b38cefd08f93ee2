/* SPDX-License-Identifier: Apache-2.0 */
/* recv.c - gs_recv(), and the messages it fills in. */
#include "inbox.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define LONGEST_TIMEOUT 4294967294LL /* gen_sctp's: 2^32-2 ms */

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
	} else if (!gs_inbox_take_kept(s, &message, &status)) {
		deadline = gs_deadline_in(timeout);
		status = gs_inbox_next(s, &deadline, &message);
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
	pthread_mutex_lock(&s->lock);
	n = s->n_kept;
	pthread_mutex_unlock(&s->lock);
	return n;
}

void gs_message_release(struct gs_message *message)
{
	if (!message)
		return;
	free(message->storage);
	memset(message, 0, sizeof(*message));
}
