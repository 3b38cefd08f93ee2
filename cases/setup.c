/* SPDX-License-Identifier: Apache-2.0 */
/* setup.c - associations come up, or do not, over what the network has (RFC 9260 section 5). */
#include "runner/case.h"

CASE(setup, "one-path", .title = "An association comes up over a single path and carries data both ways",
	.requirements = IDS("9260-5.1-01", "6458-6.1.1-01"), .topology = &topology_one_path)
{
	struct pair p = associated(t);

	expect_established(t, p.client);
	expect_established(t, p.server);
	expect_delivered(t,
		send_messages(t, p.client, p.server, &(struct traffic){.count = 20, .streams = 3}),
		between(0, ms(500)));
	expect_delivered(t, say(t, p.server, p.client), between(0, ms(500)));
}

CASE(setup, "two-paths", .title = "A multi-homed association comes up and confirms its second path",
	.requirements = IDS("9260-5.1-01", "9260-5.4-01"), .topology = &topology_two_paths)
{
	struct pair p = settled(t);

	expect_path_state(t, p.client, 0, PATH_ACTIVE);
	expect_path_state(t, p.client, 1, PATH_ACTIVE);
	expect_path_state(t, p.server, 0, PATH_ACTIVE);
	expect_path_state(t, p.server, 1, PATH_ACTIVE);
	expect_primary(t, p.client, 0);
	expect_quiet(t, s(60));
}
