/* SPDX-License-Identifier: Apache-2.0 */
/* states.c - each verb failing that asks the kernel for a state: paths, primary, associations, options, sysctls. */
#include "runner/engine/tests/failing/failing.h"

#include <errno.h>

/* ------------------------------------------------------------------ paths and associations */

SHOWN(expect_path_state, "fail", "it does not hold that path 0 of the client is inactive")
{
	expect_path_state(t, associated(t).client, 0, PATH_INACTIVE);
}

SHOWN(expect_path_state_at_both, "fail", "it does not hold that path 0 of the client is inactive")
{
	expect_path_state_at_both(t, associated(t), 0, PATH_INACTIVE);
}

SHOWN(expect_paths_active, "fail", "it does not hold that path 1 of the client is active: unconfirmed")
{
	inject(t, all_lost(1));
	expect_paths_active(t, associated(t));
}

SHOWN(set_primary, "fail", "primary_addr at the client: Invalid argument")
{
	const struct pair p = strangers(t);

	set_primary(t, p.client, 1); /* of no association */
}

SHOWN(expect_primary_refused, "fail", "it does not hold that an address that is not the peer's is refused")
{
	struct sockaddr_storage its = topology_address(&topology_two_paths, B, 1, IPV4);
	const struct pair p = settled(t);

	((struct sockaddr_in *)&its)->sin_port = htons(SERVER_PORT);
	never(t, addr_made_prim(p.server, 1));
	expect_primary_refused(t, p.client, (const struct sockaddr *)&its);
}

SHOWN(expect_primary, "fail", "path 1 is the primary")
{
	expect_primary(t, associated(t).client, 1);
}

SHOWN(expect_primary_at_both, "fail", "path 1 is the primary")
{
	expect_primary_at_both(t, associated(t), 1);
}

SHOWN(expect_established, "fail", "established")
{
	const struct pair p = associated(t);

	inject(t, all_lost(0));
	inject(t, all_lost(1));
	shut_down(t, p.client);
	expect_established(t, p.client);
}

SHOWN(expect_established_at_both, "fail", "established")
{
	const struct pair p = associated(t);

	inject(t, all_lost(0));
	inject(t, all_lost(1));
	shut_down(t, p.client);
	expect_established_at_both(t, p);
}

SHOWN(expect_no_association, "fail", "no association")
{
	expect_no_association(t, associated(t).client);
}

SHOWN(expect_no_association_at_both, "fail", "no association")
{
	expect_no_association_at_both(t, associated(t));
}

/* ------------------------------------------------------------------ socket options */

SHOWN(set_option_to, "fail", "SCTP_RTOINFO at the client")
{
	set_option(t, associated(t).client, SCTP_RTOINFO, ASSOCIATION, IS(srto_min, 2000), IS(srto_max, 1000));
}

SHOWN(set_option_or_skip_to, "skip", "SCTP_INTERLEAVING_SUPPORTED: assoc_value 1: EPERM")
{
	set_option_or_skip(t, strangers(t).client, SCTP_INTERLEAVING_SUPPORTED, FUTURE, IS(assoc_value, 1));
}

SHOWN(change_option_to, "fail", "SCTP_RTOINFO at the client")
{
	change_option(t, associated(t).client, SCTP_RTOINFO, ASSOCIATION, IS(srto_max, 1));
}

SHOWN(expect_option_is, "fail", "a socket option has another value")
{
	expect_option(t, associated(t).client, SCTP_RTOINFO, ASSOCIATION, IS(srto_min, 77));
}

SHOWN(expect_set_refused, "fail", "SCTP_RTOINFO at the client: not refused")
{
	expect_option_refused(t, associated(t).client, SCTP_RTOINFO, ASSOCIATION, EINVAL, IS(srto_min, 500));
}

SHOWN(expect_get_refused, "fail", "SCTP_RTOINFO at the client: not refused")
{
	expect_option_unreadable(t, associated(t).client, SCTP_RTOINFO, ASSOCIATION, EINVAL);
}

SHOWN(expect_set_length_refused, "fail", "SCTP_RTOINFO at the client")
{
	expect_set_length_refused(t, associated(t).client, SCTP_RTOINFO, 3, EPERM);
}

SHOWN(expect_get_length_refused, "fail", "SCTP_RTOINFO at the client")
{
	expect_get_length_refused(t, associated(t).client, SCTP_RTOINFO, 3, EPERM);
}

SHOWN(ask_option, "fail", "SCTP_STATUS at the client")
{
	ask_option(t, strangers(t).client, SCTP_STATUS, ASSOCIATION_ID(7777), "sstat_state");
}

/* ------------------------------------------------------------------ sysctls */

SHOWN(set_sysctl, "skip", "net.sctp.moon")
{
	set_sysctl(t, A, "net.sctp.moon", "1");
}

SHOWN(expect_sysctl, "fail", "net.sctp.rto_min")
{
	expect_sysctl(t, A, "net.sctp.rto_min", "77");
}

SHOWN(expect_sysctl_refused, "fail", "net.sctp.rto_min")
{
	expect_sysctl_refused(t, A, "net.sctp.rto_min", "500", EINVAL);
}

/* ------------------------------------------------------------------ subscriptions */

SHOWN(subscribe, "fail", "sender_dry_event at the client: where no event may come")
{
	const struct pair p = associated(t);

	subscribe(t, p.client, SENDER_DRY_EVENT);
	expect_quiet(t, ms(100));
}

SHOWN(unsubscribe, "fail", "comm_lost at the client: missing")
{
	const struct pair p = associated(t);

	unsubscribe(t, p.client, ASSOC_CHANGE);
	abort_association(t, p.server);
	expect(t, soon(t, comm_lost(p.client, ANY)));
}

SHOWN(subscribe_of, "fail", "sender_dry_event at the client: where no event may come")
{
	const struct pair p = associated(t);

	subscribe_of(t, p.client, p.server, SENDER_DRY_EVENT);
	expect_delivered(t, say(t, p.client, p.server), promptly());
	expect_quiet(t, ms(100));
}

SHOWN(unsubscribe_of, "fail", "comm_lost at the client: missing")
{
	const struct pair p = associated(t);

	unsubscribe_of(t, p.client, p.server, ASSOC_CHANGE);
	abort_association(t, p.server);
	expect(t, soon(t, comm_lost(p.client, ANY)));
}

SHOWN(expect_subscribed, "fail", "the kernel reports another subscription")
{
	expect_subscribed(t, associated(t).client, SENDER_DRY_EVENT, true);
}

SHOWN(expect_subscribed_of, "fail", "the kernel reports another subscription")
{
	const struct pair p = associated(t);

	expect_subscribed_of(t, p.client, p.server, SENDER_DRY_EVENT, true);
}
