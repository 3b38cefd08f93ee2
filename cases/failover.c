/* SPDX-License-Identifier: Apache-2.0 */
/* failover.c - one of two paths fails (RFC 9260 sections 6.4 and 8.2). */
#include "runner/case.h"

CASE(failover, "primary-lost-idle",
	.title = "An idle primary path that loses everything is reported unreachable at both ends",
	.requirements = IDS("9260-8.2-03"), .topology = &topology_two_paths)
{
	struct pair p = settled(t);
	const vtime lost = inject(t, all_lost(0));
	const struct window window = after(lost, idle_unreachable(in_force(t)));

	expect_all(t, within(window, addr_unreachable(p.client, 0)),
		within(window, addr_unreachable(p.server, 0)));
	expect_path_state(t, p.client, 0, PATH_INACTIVE);
	expect_established(t, p.client);
	expect_delivered(t, say(t, p.client, p.server), between(0, ms(500)));
	expect_never_on_wire(t, (struct wire){.from = ENDPOINT_A, .path = 0, .chunk = CHUNK_DATA,
					.within = between(lost, now(t))});
}
