/* SPDX-License-Identifier: Apache-2.0 */
/*
 * clients.h - many clients of one server.
 */
#ifndef SCTPSPEC_CASES_CLIENTS_H
#define SCTPSPEC_CASES_CLIENTS_H

#include <stdio.h>

#include "runner/engine/case.h"

enum { CLIENTS = 100 };

/* Opens a client and connects it to the server, which listens: `client 0`, `client 1`, ... COMM_UP has come at both. */
static inline struct peer *connect_client(
	struct trial *t, struct peer *server, unsigned number, const struct peer_options *options)
{
	char name[16];

	snprintf(name, sizeof(name), "client %u", number);
	struct peer *client = open_peer(t, A, name, options);
	start_connect(t, client, server, 0);
	expect_all(t, soon(t, comm_up(client)), soon(t, of_association_with(client, comm_up(server))));
	return client;
}

#endif
