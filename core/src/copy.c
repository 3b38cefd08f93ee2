/* SPDX-License-Identifier: Apache-2.0 */
/* copy.c - see copy.h. */
#include "copy.h"
#include "owner.h"

void gs_copy_close(struct gs_socket *s)
{
	if (s->gone)
		return;
	s->gone = true;
	atomic_fetch_or(&s->state, STATE_CLOSED);
	if (s->fd >= 0)
		close(s->fd);
	close(s->wake);
	s->fd = -1;
}

bool gs_copy_may_change(pthread_mutex_t *lock)
{
	if (pthread_mutex_trylock(lock) != 0)
		return false;
	pthread_mutex_unlock(lock);
	return true;
}

void gs_copy_free(struct gs_socket *s)
{
	gs_copy_close(s);
	if (!gs_copy_may_change(&s->reading) || !gs_copy_may_change(&s->lock))
		return;
	if (s->owner && !gs_copy_may_change(&s->owner->lock))
		return;
	if (s->owner)
		gs_mailbox_remove(s->owner, s);
	gs_socket_free_memory(s);
}
