/* SPDX-License-Identifier: Apache-2.0 */
/*
 * restart_states.c - a host that has lost its power comes back and associates from the same port while its peer is on
 * the way to the end of the old association (RFC 9260 sections 5.2.4, action A, and 9.2).
 */
#include "cases/requirements.h"
#include "runner/engine/case.h"

#define CLIENT_PORT 6000

static struct pair settled_client(struct trial *t)
{
	return settled_with(t, &(struct peer_options){ .port = CLIENT_PORT }, NULL);
}

static struct peer *back_again(struct trial *t)
{
	host_returns(t, A);
	return open_peer(t, A, "rebooted", &(struct peer_options){ .port = CLIENT_PORT });
}

/* The old association begins anew at the server, and serves. */
static void expect_restart(struct trial *t, struct pair p)
{
	start_connect(t, p.client, p.server, 0);
	expect_all(t, soon(t, comm_up(p.client)), soon(t, restarted(p.server)));
	settle(t, p);
	expect_established_at_both(t, p);
}

/* The same, with a message of the server's that was under way. */
static void expect_restart_without(struct trial *t, struct pair p, struct flow *lost)
{
	start_connect(t, p.client, p.server, 0);
	expect(t, soon(t, comm_up(p.client)));
	expect(t, soon(t, send_failed(p.server, lost, 0, DATA_SENT)));
	expect(t, soon(t, restarted(p.server)));
	settle(t, p);
	expect_established_at_both(t, p);
}

#define RESTARTS R_9260_5_2_4_09, R_9260_5_2_4_07, R_9260_5_2_2_02, R_6458_6_1_1_04

/* Its SHUTDOWN goes to a host without power. */
CASE(restart, "in-shutdown-sent",
	.title = "A client that restarts when its server has sent SHUTDOWN has an association again, which serves",
	.requirements = IDS(RESTARTS), .tags = TAGS("reboot", "default-timers"), .topology = &topology_one_path)
{
	struct pair p = settled_client(t);

	host_crashes(t, A);
	shut_down(t, p.server);
	expect_quiet(t, ms(500));
	p.client = back_again(t);
	expect_restart(t, p);
}

/* The server has still to send what it has, so that its SHUTDOWN waits. */
CASE(restart, "in-shutdown-pending",
	.title =
		"A client that restarts while its server waits to send SHUTDOWN has an association again, which serves",
	.requirements = IDS(RESTARTS, R_6458_6_1_11_01), .tags = TAGS("reboot", "data", "default-timers"),
	.topology = &topology_one_path)
{
	struct pair p = settled_client(t);

	host_crashes(t, A);
	struct flow *lost = say(t, p.server, p.client);
	expect_undelivered(t, lost);
	shut_down(t, p.server);
	expect_quiet(t, ms(500));
	p.client = back_again(t);
	expect_restart_without(t, p, lost);
}

/* It has got the SHUTDOWN of the client that loses its power then, and has data that is not acknowledged. */
CASE(restart, "in-shutdown-received",
	.title = "A client that restarts when its server has received SHUTDOWN has an association again, which serves",
	.requirements = IDS(RESTARTS, R_6458_6_1_11_01), .tags = TAGS("reboot", "data", "default-timers"),
	.topology = &topology_one_path)
{
	struct pair p = settled_client(t);

	inject(t, lost_on_the_way(0, B_TO_A));
	struct flow *lost = say(t, p.server, p.client);
	expect_undelivered(t, lost);
	shut_down(t, p.client);
	expect(t, soon(t, shutdown_event(p.server)));
	host_crashes(t, A);
	mend(t, lost_on_the_way(0, B_TO_A));
	p.client = back_again(t);
	expect_restart_without(t, p, lost);
}

/* SHUTDOWN of before the reboot arrives behind the new INIT: the server is in SHUTDOWN-ACK-SENT as the COOKIE ECHO
 * comes, that has been lost once. Its first SHUTDOWN ACKs are lost; the rebooted host knows nothing of them. */
CASE(restart, "in-shutdown-ack-sent",
	.title = "A COOKIE ECHO that comes in SHUTDOWN-ACK-SENT is answered with SHUTDOWN ACK and an ERROR: no restart",
	.requirements = IDS(R_9260_5_2_4_10, R_9260_5_2_4_11), .tags = TAGS("reboot", "default-timers"),
	.topology = &topology_one_path)
{
	struct pair p = settled_client(t);

	const struct fault late = chunks_held_up(s(2), every(SHUTDOWN), 0, A_TO_B),
			   cookie = chunks_lost(nth(1, COOKIE_ECHO), 0, A_TO_B),
			   acks = chunks_lost(nth_to(1, 2, SHUTDOWN_ACK), 0, B_TO_A);

	never(t, restarted(p.server));
	inject(t, late);
	inject(t, cookie);
	inject(t, acks);
	shut_down(t, p.client);
	const vtime shut = now(t);
	host_crashes(t, A);
	p.client = back_again(t);
	start_connect(t, p.client, p.server, 0);
	const vtime began = now(t);
	expect(t, within(after(shut, between(s(2), s(2) + ms(20))), shutdown_event(p.server)));
	/* When T1-cookie has it sent again, the answer is for the old association, whose end the new host says. */
	const vtime ended = expect(
		t, within(after(began, timer_window(duration(in_force(t)->rto_initial))), shutdown_comp(p.server)));
	expect_sent_exactly(t, 1, B, 0, with_cause(ERROR, COOKIE_RECEIVED_WHILE_SHUTTING_DOWN), since(t, began));
	expect_sent_exactly(t, 3, B, 0, SHUTDOWN_ACK, since(t, began));
	expect_at_both(t, p, within(after(ended, between(0, s(10))), comm_up(EACH)));
	expect_delivered_both_ways(t, p);
}
