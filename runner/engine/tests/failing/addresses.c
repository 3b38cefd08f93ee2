/* SPDX-License-Identifier: Apache-2.0 */
/* addresses.c - each verb of addresses failing. */
#include "runner/engine/tests/failing/failing.h"

#include <errno.h>

#define OTHERWISE "the kernel says something else of addresses"

SHOWN(expect_open_refused, "fail", "open at the second is not refused")
{
	expect_open_refused(t, B, "second", &(struct peer_options){ .port = SERVER_PORT }, EADDRINUSE);
}

SHOWN(expect_peer_addresses, "fail", OTHERWISE)
{
	expect_peer_addresses(t, associated(t).client, 1, AS_IPV4);
}

SHOWN(expect_own_addresses, "fail", OTHERWISE)
{
	expect_own_addresses(t, strangers_with(t, &(struct peer_options){ .paths = 1 }, NULL).client, 3, AS_IPV4);
}

SHOWN(expect_peer_name, "fail", OTHERWISE)
{
	const struct pair p = strangers_with(t, &(struct peer_options){ .one_to_one = true }, NULL);

	associate(t, p);
	expect_peer_name(t, p.client, 1, AS_IPV4);
}

SHOWN_IN(&topology_two_paths_dual_stack, expect_came_from, "fail", OTHERWISE)
{
	const struct pair p = associated(t);
	struct flow *data = say(t, p.client, p.server);

	expect_delivered(t, data, promptly());
	expect_came_from(t, data, 0, 0, AS_IPV4); /* it is mapped */
}

SHOWN_IN(&topology_two_paths_dual_stack, in_form, "fail", "addr_made_prim at the client")
{
	const struct pair p = settled(t);

	set_primary(t, p.client, 1);
	expect(t, soon(t, in_form(AS_IPV4, addr_made_prim(p.client, 1))));
}
