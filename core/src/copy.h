/* SPDX-License-Identifier: Apache-2.0 */
/*
 * copy.h - what fork(2) leaves in a child: a copy of each socket and mailbox, whose descriptors are the same open files
 * as the parent's. What a child did to those files, its parent would feel: a word written to a wake-up descriptor stays
 * there for both, an epoll set is one set. So closing and freeing in a child close its descriptors, and touch no file.
 *
 * Another thread of the parent may have been in the middle of a change when the child was made. Its locks tell: what is
 * behind a lock that is held, and will be for ever, is left alone, and its memory with it.
 */
#ifndef GEN_SCTP_SRC_COPY_H
#define GEN_SCTP_SRC_COPY_H

#include "socket.h"

#include <unistd.h>

static inline bool gs_is_copy(pid_t process)
{
	return getpid() != process;
}

/* Whether what is behind the lock can be changed: nobody will give back one that was held when the child was made. */
bool gs_copy_may_change(pthread_mutex_t *lock);

/* Once; does not wait. */
void gs_copy_close(struct gs_socket *s);
void gs_copy_free(struct gs_socket *s);

#endif
