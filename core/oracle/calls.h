/* SPDX-License-Identifier: Apache-2.0 */
/*
 * calls.h - one call of a script while it is made: its arguments, and where its answer goes.
 *
 * What a script can say and C cannot (a value of the wrong type) is answered with "no call: ..." and is
 * a fault of the script.
 */
#ifndef GEN_SCTP_ORACLE_CALLS_H
#define GEN_SCTP_ORACLE_CALLS_H

#include <stdbool.h>
#include <stdio.h>

#include "gen_sctp.h"
#include "owner.h"
#include "term.h"

#define SOON 5000 /* what recv and connect wait when the script does not say */

struct making {
	const struct term *call;
	const char *bind; /* what its result will be called, or NULL */
	FILE *out;
	struct owner *self; /* who makes it */
};

/* What a script has a name for. */
struct thing {
	char *name;
	struct gs_socket *socket;
	struct errand *errand;
	struct owner *owner;
};

/* Of player.c: gives the result a name, or refuses. */
bool name_thing(const struct making *m, struct thing thing);

const struct term *argument(const struct making *m, size_t n);
struct gs_socket *the_socket(const struct making *m); /* of the first argument */
int64_t number_or(const struct term *term, int64_t otherwise);
void refuse(const struct making *m, const char *why);

void call_abort(const struct making *m);
void call_close(const struct making *m);
void call_connect(const struct making *m);
void call_connect_init(const struct making *m);
void call_connectx_init(const struct making *m);
void call_eof(const struct making *m);
void call_error_string(const struct making *m);
void call_getopts(const struct making *m);
void call_getstat(const struct making *m);
void call_listen(const struct making *m);
void call_open(const struct making *m);
void call_peeloff(const struct making *m);
void call_peername(const struct making *m);
void call_peernames(const struct making *m);
void call_port(const struct making *m);
void call_recv(const struct making *m);
void call_send(const struct making *m);
void call_send_all(const struct making *m);
void call_setopts(const struct making *m);
void call_sockname(const struct making *m);
void call_socknames(const struct making *m);

#endif
