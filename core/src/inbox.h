/* SPDX-License-Identifier: Apache-2.0 */
/* inbox.h - from the descriptor to whole messages: what gs_recv() and gs_connect() have in common.
 */
#ifndef GEN_SCTP_INBOX_H
#define GEN_SCTP_INBOX_H

#include "socket.h"

/* Reads until one message or event is whole, or the deadline. The caller is the receiver. `out` is
 * empty or an earlier message, whose memory is used again; left alone unless GS_OK or
 * GS_ERROR_EVENT. Also GS_TIMEOUT, GS_CLOSED, -errno. */
int gs_inbox_next(struct gs_socket *s, const struct gs_deadline *deadline, struct gs_message *out);

/* Puts a message by for gs_recv(); it is then the socket's. GS_OK, -ENOMEM, or -ENOBUFS when too
 * much has been put by: then it is put by all the same, but the caller should stop. On -ENOMEM the
 * message stays the caller's. */
int gs_inbox_keep(struct gs_socket *s, int status, struct gs_message *message);

/* Takes the first message that was put by, if there is one: then true, and the status to return. */
bool gs_inbox_take_kept(struct gs_socket *s, struct gs_message *out, int *status);

/* What was put by for one association goes to a socket that nobody else knows yet. */
void gs_inbox_move_kept(struct gs_socket *from, struct gs_socket *to, int32_t assoc_id);

#endif
