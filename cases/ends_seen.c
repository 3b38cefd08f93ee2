/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ends_seen.c - the states of an association as SCTP_STATUS tells them (RFC 9260 section 4), and what a user may ask
 * for in those of its end. With 50 ms either way each state lasts long enough to be asked for.
 */
#include "cases/requirements.h"
#include "runner/engine/case.h"

#include <errno.h>

static void expect_state(struct trial *t, struct peer *peer, int state)
{
	expect_option(t, peer, SCTP_STATUS, ASSOCIATION, IS(sstat_state, state));
}

CASE(setup, "states", .title = "An association is set up by COOKIE-WAIT and COOKIE-ECHOED, and then ESTABLISHED",
	.requirements = IDS(R_9260_4_13, R_6458_9_9_02), .topology = &topology_one_path)
{
	const struct pair p = strangers(t);
	const vtime began = inject(t, all_slow(ms(50), 0, BOTH_WAYS));

	start_connect_several(t, p.client, p.server, (const unsigned[]){ 0 }, 1);
	expect_state(t, p.client, SCTP_COOKIE_WAIT);
	expect_quiet(t, ms(130));
	expect_state(t, p.client, SCTP_COOKIE_ECHOED);
	expect(t, within(after(began, between(ms(150), ms(180))), comm_up(p.server)));
	expect_state(t, p.server, SCTP_ESTABLISHED);
	expect_state(t, p.client, SCTP_COOKIE_ECHOED);
	expect(t, within(after(began, between(ms(200), ms(230))), comm_up(p.client)));
	expect_state(t, p.client, SCTP_ESTABLISHED);
}

CASE(ends, "states-of-requester",
	.title = "The end that shuts down is in SHUTDOWN-PENDING while data is outstanding, then in SHUTDOWN-SENT",
	.requirements = IDS(R_9260_4_14), .topology = &topology_one_path)
{
	const struct pair p = settled(t);
	const vtime began = inject(t, all_slow(ms(50), 0, BOTH_WAYS));
	struct flow *flow = send_messages(t, p.client, p.server, &(struct traffic){ .sack_immediately = true });

	shut_down(t, p.client);
	expect_state(t, p.client, SCTP_SHUTDOWN_PENDING);
	expect_delivered(t, flow, between(ms(50), ms(80)));
	expect_state(t, p.client, SCTP_SHUTDOWN_PENDING);
	expect_quiet(t, ms(70));
	expect_state(t, p.client, SCTP_SHUTDOWN_SENT);
	expect(t, within(after(began, between(ms(150), ms(190))), shutdown_event(p.server)));
	expect(t, within(after(began, between(ms(200), ms(240))), shutdown_comp(p.client)));
	expect_no_association(t, p.client);
	expect(t, within(after(began, between(ms(250), ms(290))), shutdown_comp(p.server)));
	expect_no_association(t, p.server);
}

CASE(ends, "states-of-other-end",
	.title = "The other end is in SHUTDOWN-RECEIVED while its data is outstanding, then in SHUTDOWN-ACK-SENT; it "
		 "takes "
		 "nothing more from its user",
	.requirements = IDS(R_9260_4_15, R_9260_4_10, R_9260_4_12, R_9260_9_2_14, R_9260_9_2_17),
	.topology = &topology_one_path)
{
	const struct pair p = settled(t);
	const vtime began = inject(t, all_slow(ms(50), 0, BOTH_WAYS));
	/* three flights */
	struct flow *flow = send_messages(t, p.server, p.client, &(struct traffic){ .count = 14, .size = 1400 });

	shut_down(t, p.client);
	expect(t, within(after(began, between(ms(50), ms(80))), shutdown_event(p.server)));
	expect_state(t, p.server, SCTP_SHUTDOWN_RECEIVED);
	expect_refused(t, p.server, p.client, &(struct traffic){ .size = 100 }, ESHUTDOWN);
	shut_down(t, p.server);
	expect_state(t, p.server, SCTP_SHUTDOWN_RECEIVED);
	expect_delivered(t, flow, between(ms(50), ms(400)));
	/* the last SACK is under way; then SHUTDOWN ACK and SHUTDOWN COMPLETE are */
	expect_quiet(t, ms(70));
	expect_state(t, p.server, SCTP_SHUTDOWN_ACK_SENT);
	expect_refused(t, p.server, p.client, &(struct traffic){ .size = 100 }, ESHUTDOWN);
	expect(t, within(after(now(t), between(0, ms(60))), shutdown_comp(p.client)));
	expect(t, within(after(now(t), between(ms(20), ms(90))), shutdown_comp(p.server)));
	expect_not_sent(t, B, 0, SHUTDOWN, since(t, began));
	expect_sent_exactly(t, 1, B, 0, SHUTDOWN_ACK, since(t, began));
}

CASE(ends, "shutdown-ack-unanswered",
	.title = "SHUTDOWN ACK that nobody answers is sent again, until the association is given up and its user told",
	.requirements = IDS(R_9260_9_2_24, R_9260_9_2_25, R_9260_9_2_26, R_9260_9_2_27), .tags = TAGS("loss", "chunks"),
	.topology = &topology_one_path, .settings = { QUICK_RTO, .association_max_retrans = 4 })
{
	const struct pair p = settled(t);

	inject(t, chunks_lost(every(SHUTDOWN_COMPLETE), 0, A_TO_B));
	const vtime began = now(t);
	shut_down(t, p.client);
	expect(t, soon(t, shutdown_comp(p.client)));
	expect(t, soon(t, shutdown_event(p.server)));
	/* T2 four times and once more: 0.5, 1, 2, 4, 4 s */
	const struct window given_up = window_sum(window_sum(timer_window(ms(500)), timer_window(s(1))),
		window_sum(timer_window(s(2)), window_sum(timer_window(s(4)), timer_window(s(4)))));
	expect(t, within(after(began, given_up), comm_lost(p.server, ANY)));
	expect_sent_exactly(t, 5, B, 0, SHUTDOWN_ACK, since(t, began));
	expect_no_association(t, p.server);
}
