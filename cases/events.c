/* SPDX-License-Identifier: Apache-2.0 */
/* events.c - what a socket is told, and what it is not (RFC 6458 section 6). */
#include "cases/requirements.h"
#include "runner/engine/case.h"

#include <errno.h>

CASE(events, "sender-dry", .title = "sender_dry comes at once when all is acknowledged, and after each acknowledgement",
	.requirements = IDS(R_6458_6_1_9_01, R_6458_6_1_9_02, R_6458_6_2_2_01), .topology = &topology_one_path)
{
	struct pair p = associated(t);

	subscribe_of(t, p.client, p.server, SENDER_DRY_EVENT);
	expect_subscribed_of(t, p.client, p.server, SENDER_DRY_EVENT, true);
	expect(t, soon(t, sender_dry(p.client)));
	expect_delivered(t, say(t, p.client, p.server), promptly());
	expect(t, soon(t, sender_dry(p.client)));
	unsubscribe_of(t, p.client, p.server, SENDER_DRY_EVENT);
	expect_subscribed_of(t, p.client, p.server, SENDER_DRY_EVENT, false);
	expect_delivered(t, say(t, p.client, p.server), promptly());
	expect_quiet(t, s(1));
}

CASE(events, "sender-dry-not-yet", .title = "sender_dry does not come while a message is unacknowledged",
	.requirements = IDS(R_6458_6_1_9_01), .topology = &topology_one_path)
{
	struct pair p = settled(t);

	subscribe_of(t, p.client, p.server, SENDER_DRY_EVENT);
	expect(t, soon(t, sender_dry(p.client)));
	inject(t, all_lost(0));
	struct flow *flow = say(t, p.client, p.server);
	expect_quiet(t, rto_after(t, doubled(0)) / 2);
	mend(t, all_lost(0));
	expect_delivered(t, flow, t3_rtx(t, doubled(0)));
	expect(t,
		within(after(flow_sent_at(flow, 0), window_sum(t3_rtx(t, doubled(0)), promptly())),
			sender_dry(p.client)));
}

CASE(events, "unsubscribed", .title = "An association that comes and goes is told of by nobody who has not asked",
	.requirements = IDS(R_6458_6_2_2_01), .topology = &topology_one_path)
{
	struct pair p = strangers(t);

	unsubscribe(t, p.server, ASSOC_CHANGE);
	unsubscribe(t, p.server, SHUTDOWN_EVENT);
	start_connect(t, p.client, p.server, 0);
	expect(t, soon(t, comm_up(p.client)));
	expect_delivered_both_ways(t, p);
	shut_down(t, p.client);
	expect(t, soon(t, shutdown_comp(p.client)));
	expect_quiet(t, s(10));
}

CASE(events, "unsubscribed-of-one", .title = "Events can be unsubscribed for one association of a socket",
	.requirements = IDS(R_6458_6_2_2_02), .topology = &topology_one_path)
{
	struct pair p = associated(t);
	struct peer *other = open_peer(t, A, "other client", NULL);

	start_connect(t, other, p.server, 0);
	expect_all(t, soon(t, comm_up(other)), soon(t, of_association_with(other, comm_up(p.server))));
	unsubscribe_of(t, p.server, p.client, SHUTDOWN_EVENT);
	shut_down(t, p.client);
	expect(t, soon(t, shutdown_comp(p.client)));
	expect(t, soon(t, of_association_with(p.client, shutdown_comp(p.server))));
	shut_down(t, other);
	expect(t, soon(t, shutdown_comp(other)));
	expect_in_order(t, soon(t, of_association_with(other, shutdown_event(p.server))),
		soon(t, of_association_with(other, shutdown_comp(p.server))));
}

CASE(events, "send-failed-event",
	.title = "A message that is lost with its association comes back by send_failed_event, and by no send_failed",
	.requirements = IDS(R_6458_6_1_11_01, R_6458_6_1_11_02, R_6458_6_1_11_04, R_6458_6_1_11_06),
	.topology = &topology_one_path)
{
	struct pair p = strangers(t);

	subscribe(t, p.client, SEND_FAILED_EVENT);
	unsubscribe(t, p.client, SEND_FAILED);
	associate(t, p);
	settle(t, p);
	inject(t, all_lost(0));
	struct flow *flow =
		send_messages(t, p.client, p.server, &(struct traffic){ .count = 2, .streams = 2, .ppid = 7 });
	expect_undelivered(t, flow);
	abort_association(t, p.client);
	expect_in_order(t, soon(t, comm_lost(p.client, USER_INITIATED_ABORT)),
		soon(t, send_failed_event(p.client, flow, 0, DATA_SENT)),
		soon(t, send_failed_event(p.client, flow, 1, ANY)));
}

CASE(events, "send-failed-both", .title = "A lost message comes back in both forms when both are subscribed",
	.requirements = IDS(R_6458_6_1_11_01, R_6458_6_1_4_01), .topology = &topology_one_path)
{
	struct pair p = strangers(t);

	subscribe(t, p.client, SEND_FAILED_EVENT);
	associate(t, p);
	settle(t, p);
	inject(t, all_lost(0));
	struct flow *flow = say(t, p.client, p.server);
	expect_undelivered(t, flow);
	abort_association(t, p.client);
	expect(t, soon(t, comm_lost(p.client, USER_INITIATED_ABORT)));
	expect_all(t, soon(t, send_failed(p.client, flow, 0, DATA_SENT)),
		soon(t, send_failed_event(p.client, flow, 0, DATA_SENT)));
}

CASE(events, "abort-reason", .title = "comm_lost by an ABORT has the cause and what the peer's user said",
	.requirements = IDS(R_6458_6_1_1_08, R_6458_6_1_1_11, R_6458_5_3_2_06, R_6458_3_1_5_03),
	.topology = &topology_one_path)
{
	struct pair p = associated(t);

	abort_with(t, p.client, p.server, "out of patience");
	expect(t, soon(t, comm_lost(p.client, USER_INITIATED_ABORT)));
	expect(t, soon(t, with_reason("out of patience", comm_lost(p.server, USER_INITIATED_ABORT))));
}

CASE(events, "streams", .title = "comm_up tells the streams each way: what one end wants and the other allows",
	.requirements = IDS(R_6458_6_1_1_09), .topology = &topology_one_path)
{
	struct pair p = strangers_with(
		t, &(struct peer_options){ .streams = 3 }, &(struct peer_options){ .port = SERVER_PORT, .streams = 7 });

	start_connect(t, p.client, p.server, 0);
	expect_all(t, soon(t, with_streams(7, 3, comm_up(p.client))), soon(t, with_streams(3, 7, comm_up(p.server))));
}

CASE(events, "no-auth", .title = "authentication_event tells of a peer that cannot authenticate",
	.requirements = IDS(R_6458_6_1_8_02), .topology = &topology_one_path)
{
	struct pair p = strangers(t);

	subscribe(t, p.client, AUTHENTICATION_EVENT);
	start_connect(t, p.client, p.server, 0);
	expect_all(t, soon(t, comm_up(p.client)), soon(t, authentication(p.client, NO_AUTH, ANY)),
		soon(t, comm_up(p.server)));
	observe(t, "the server, which has not asked, is told nothing");
	expect_quiet(t, s(1));
}

CASE(events, "behind-data", .title = "An event waits behind the data that a stopped reader has not read",
	.requirements = IDS(R_6458_3_1_4_07, R_6458_6_1_5_01), .topology = &topology_one_path)
{
	struct pair p = settled(t);

	stop_reading(t, p.server);
	struct flow *flow = send_messages(t, p.client, p.server, &(struct traffic){ .count = 3 });
	shut_down(t, p.client);
	expect(t, soon(t, shutdown_comp(p.client)));
	expect_quiet(t, s(5));
	go_on_reading(t, p.server);
	expect_delivered(t, flow, between(s(5), s(6)));
	expect_in_order(t, soon(t, shutdown_event(p.server)), soon(t, shutdown_comp(p.server)));
}

CASE(events, "adaptation", .title = "adaptation_event tells what the peer's adaptation layer is",
	.requirements = IDS(R_6458_6_1_6_01), .topology = &topology_one_path)
{
	struct pair p = strangers(t);

	set_option(t, p.client, SCTP_ADAPTATION_LAYER, FUTURE, IS(ssb_adaptation_ind, 0x01020304));
	subscribe(t, p.client, ADAPTATION_INDICATION);
	subscribe(t, p.server, ADAPTATION_INDICATION);
	start_connect(t, p.client, p.server, 0);
	expect(t, soon(t, comm_up(p.client)));
	/* in the octets' order of the wire, which gen_sctp turns round */
	expect_in_order(t, soon(t, comm_up(p.server)), soon(t, adaptation(p.server, 0x04030201)));
	expect_quiet(t, s(1));
}

/* Both ends may be asked to reset streams, and tell of it. */
static struct pair resettable(struct trial *t)
{
	struct pair p = strangers(t);
	struct peer *const ends[] = { p.client, p.server };

	for (size_t i = 0; i < 2; i++) {
		set_option(t, ends[i], SCTP_ENABLE_STREAM_RESET, FUTURE,
			IS(assoc_value,
				SCTP_ENABLE_RESET_STREAM_REQ | SCTP_ENABLE_RESET_ASSOC_REQ |
					SCTP_ENABLE_CHANGE_ASSOC_REQ));
		subscribe(t, ends[i], STREAM_RESET_EVENT);
		subscribe(t, ends[i], ASSOC_RESET_EVENT);
		subscribe(t, ends[i], STREAM_CHANGE_EVENT);
	}
	associate(t, p);
	settle(t, p);
	return p;
}

CASE(events, "stream-reset", .title = "stream_reset_event tells at both ends which streams begin anew",
	.requirements = IDS(R_6525_6_1_1_01), .topology = &topology_one_path, .settings = { .reconf = ON })
{
	struct pair p = resettable(t);

	set_option(t, p.client, SCTP_RESET_STREAMS, ASSOCIATION, IS(srs_flags, SCTP_STREAM_RESET_OUTGOING),
		IS(srs_stream_list, 1), IS(srs_stream_list, 3));
	expect_all(t, soon(t, stream_reset(p.client, RESET_OUTGOING, 1 << 1 | 1 << 3)),
		soon(t, stream_reset(p.server, RESET_INCOMING, 1 << 1 | 1 << 3)));
	expect_delivered_both_ways(t, p);
}

CASE(events, "stream-change", .title = "stream_change_event tells at both ends how many streams there are now",
	.requirements = IDS(R_6525_6_1_3_01), .topology = &topology_one_path, .settings = { .reconf = ON })
{
	struct pair p = resettable(t);

	set_option(t, p.client, SCTP_ADD_STREAMS, ASSOCIATION, IS(sas_outstrms, 2));
	expect_all(t, soon(t, stream_change(p.client, 0, ANY, 12)), soon(t, stream_change(p.server, 0, 12, ANY)));
	expect_delivered(t, send_messages(t, p.client, p.server, &(struct traffic){ .first_stream = 11 }), promptly());
}

CASE(events, "assoc-reset", .title = "assoc_reset_event tells at both ends that all numbers begin anew",
	.requirements = IDS(R_6525_6_1_2_01), .topology = &topology_one_path, .settings = { .reconf = ON })
{
	struct pair p = resettable(t);

	set_option(t, p.client, SCTP_RESET_ASSOC, ASSOCIATION);
	expect_at_both(t, p, soon(t, assoc_reset(EACH, 0)));
	expect_delivered_both_ways(t, p);
}
