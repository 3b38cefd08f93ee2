/* SPDX-License-Identifier: Apache-2.0 */
/* owner.h - what stands for a process of Erlang: a mailbox, from which one takes what is about one
 * socket, while what is about others stays. */
#ifndef GEN_SCTP_ORACLE_OWNER_H
#define GEN_SCTP_ORACLE_OWNER_H

#include <stdint.h>
#include <stdio.h>

#include "gen_sctp.h"

struct owner {
	struct gs_mailbox *mailbox;
	struct letter *letters; /* taken, and about other sockets than was asked */
};

/* NULL when memory is short. */
struct owner *owner_new(void);

/* Writes the next notice about the socket: "sctp ...", "sctp_error ...", "sctp_passive", or "nothing"
 * when none comes in time. */
void owner_read(struct owner *owner, const struct gs_socket *s, int64_t timeout, FILE *out);

#endif
