/* SPDX-License-Identifier: Apache-2.0 */
/* wire_ends.c - how an association with a tester ends. */
#include "cases/requirements.h"
#include "runner/tester/tester.h"

CASE(ends, "shutdown-crossing",
	.title = "SHUTDOWN that crosses the kernel's own is answered by SHUTDOWN ACK, again after T2, and SHUTDOWN "
		 "COMPLETE",
	.requirements = IDS(R_9260_9_2_40, R_9260_9_2_41, R_9260_9_2_24),
	.etsi = IDS("sctp-dm-o-4-5", "sctp-dm-o-4-6-3", "sctp-dm-o-4-7-3"), .tags = TAGS("tester"),
	.topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *client = brought_to(t, b, SHUTDOWN_SENT);

	take_over(t, b, HAND(CHUNK_SHUTDOWN_ACK));
	const vtime crossed = transmit(t, b, a_shutdown());
	expect(t, soon(t, arrives_alone(b, 0, a_shutdown_ack())));
	expect(t,
		within(allowing(ms(1), after(crossed, timer_window(duration(in_force(t)->rto_initial)))),
			arrives_alone(b, 0, a_shutdown_ack())));
	transmit(t, b, a_shutdown_ack());
	expect_all(
		t, soon(t, arrives_alone(b, 0, a_shutdown_complete(.flags = SET(0)))), soon(t, shutdown_comp(client)));
	expect_gone(t, b);
}
