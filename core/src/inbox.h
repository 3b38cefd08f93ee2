/* SPDX-License-Identifier: Apache-2.0 */
/* inbox.h - from the descriptor to whole messages. Where they go is decided elsewhere. */
#ifndef GEN_SCTP_SRC_INBOX_H
#define GEN_SCTP_SRC_INBOX_H

#include "socket.h"

/* Reads until one message or event is whole, or there is no more to read. s->reading is held. `out`
 * is empty or an earlier message, whose memory is used again; left alone unless GS_OK or
 * GS_ERROR_EVENT. -EAGAIN: nothing whole yet; GS_CLOSED: the one association is over; -errno. */
int gs_inbox_read(struct gs_socket *s, struct gs_message *out);

#endif
