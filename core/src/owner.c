/* SPDX-License-Identifier: Apache-2.0 */
/* owner.c - who owns a socket, and what is delivered to the owner. */
#include "owner.h"

int gs_set_active(struct gs_socket *s, uint32_t mode, int32_t n)
{
	const struct gs_option option = { .name = GS_OPT_ACTIVE, .active = { .mode = mode, .n = n } };

	return gs_setopt(s, &option);
}

int gs_controlling_process(struct gs_socket *s, struct gs_mailbox *from, struct gs_mailbox *to)
{
	int status;

	if (!s || !to)
		return GS_BADARG;
	status = gs_enter(s);
	if (status != GS_OK)
		return status;
	/* nothing is delivered until it is decided to whom */
	pthread_mutex_lock(&s->reading);
	if (s->owner == to)
		status = GS_OK;
	else if (s->owner != from)
		status = GS_NOT_OWNER;
	else
		status = gs_mailbox_hand_over(from, to, s);
	pthread_mutex_unlock(&s->reading);
	gs_leave(s);
	return status;
}
