/* SPDX-License-Identifier: Apache-2.0 */
/* messages.c - each verb failing that sends, receives, waits, or asks of the packets. */
#include "runner/engine/tests/failing/failing.h"

#include <errno.h>

/* Everything is lost from now on, both ways and on both paths. */
static struct pair cut_off(struct trial *t)
{
	const struct pair p = associated(t);

	inject(t, all_lost(0));
	inject(t, all_lost(1));
	return p;
}

/* ------------------------------------------------------------------ messages */

SHOWN(send_messages, "fail", "send")
{
	const struct pair p = associated(t);

	send_messages(t, p.client, p.server, &(struct traffic){ .first_stream = 100 });
}

SHOWN(say, "fail", "send")
{
	const struct pair p = associated(t);

	shut_down(t, p.server);
	expect_in_order(t, soon(t, shutdown_event(p.client)), soon(t, shutdown_comp(p.client)));
	say(t, p.client, p.server);
}

SHOWN(expect_delivered, "fail", "a message did not arrive in its time")
{
	const struct pair p = cut_off(t);

	expect_delivered(t, say(t, p.client, p.server), promptly());
}

SHOWN(expect_delivered_range, "fail", "a message did not arrive in its time")
{
	const struct pair p = cut_off(t);

	expect_delivered_range(t, say(t, p.client, p.server), 0, 0, promptly());
}

SHOWN(expect_delivered_both_ways, "fail", "a message did not arrive in its time")
{
	expect_delivered_both_ways(t, cut_off(t));
}

SHOWN(expect_undelivered, "fail", "a message arrived that must not")
{
	const struct pair p = associated(t);

	expect_undelivered(t, say(t, p.client, p.server));
	expect_quiet(t, ms(100));
}

SHOWN(expect_send_failed_for_each, "fail", "send_failed at the client: missing")
{
	const struct pair p = cut_off(t);

	expect_send_failed_for_each(t, say(t, p.client, p.server), shortly_after(now(t)));
}

SHOWN(expect_send_refused, "fail", "sending was not refused as it must be")
{
	expect_send_refused(t, associated(t).client, EPIPE);
}

SHOWN(expect_refused, "fail", "send at the client is not refused")
{
	const struct pair p = associated(t);

	expect_refused(t, p.client, p.server, &(struct traffic){ .size = 10 }, EINVAL);
}

SHOWN(fill_send_buffer, "fail", "send at the client is not refused")
{
	const struct pair p = associated(t);

	fill_send_buffer(t, p.client, p.server, &(struct traffic){ .count = 3 });
}

SHOWN(expect_writable, "fail", "poll says something else of writing")
{
	expect_writable(t, associated(t).client, false);
}

SHOWN(expect_writable_within, "fail", "poll says something else of writing")
{
	const struct pair p = associated_with(t, &(struct peer_options){ .send_buffer = 20000 }, NULL);

	inject(t, all_lost(0));
	inject(t, all_lost(1));
	fill_send_buffer(t, p.client, p.server, &(struct traffic){ .count = 100, .size = 1000 });
	expect_writable_within(t, p.client, shortly_after(now(t)));
}

SHOWN(stop_reading, "fail", "a message did not arrive in its time")
{
	const struct pair p = associated(t);

	stop_reading(t, p.server);
	expect_delivered(t, say(t, p.client, p.server), promptly());
}

SHOWN(go_on_reading, "fail", "a message did not arrive in its time")
{
	const struct pair p = settled(t);

	stop_reading(t, p.server);
	struct flow *late = say(t, p.client, p.server);

	expect_quiet(t, s(3));
	go_on_reading(t, p.server);
	expect_delivered(t, late, promptly());
}

SHOWN(expect_in_pieces, "fail", "message 1 of 100 octets by 10")
{
	const struct pair p = associated(t);

	stop_reading(t, p.server);
	expect_in_pieces(
		t, p.server, send_messages(t, p.client, p.server, &(struct traffic){ .count = 2, .size = 100 }), 1, 10);
}

SHOWN(expect_part, "fail", "1000 octets of message 0 of the client, without MSG_EOR")
{
	const struct pair p = associated(t);

	stop_reading(t, p.server);
	expect_part(t, p.server, send_messages(t, p.client, p.server, &(struct traffic){ .size = 5000 }), 0, 1000);
}

SHOWN(expect_rest, "fail", "nothing comes")
{
	const struct pair p = associated(t);

	set_option(t, p.server, SCTP_PARTIAL_DELIVERY_POINT, FUTURE, IS(value, 2000));
	inject(t, all_slow(ms(50), 0, BOTH_WAYS));
	stop_reading(t, p.server);
	struct flow *flow = send_messages(t, p.client, p.server, &(struct traffic){ .size = 10000 });

	expect_part(t, p.server, flow, 0, 2000);
	inject(t, chunks_lost(every(DATA), EVERY_PATH, A_TO_B));
	expect_rest(t, p.server, flow, 0);
}

SHOWN(expect_event_in_pieces, "fail", "nothing comes")
{
	const struct pair p = associated(t);

	stop_reading(t, p.server);
	expect_event_in_pieces(t, p.server, 8);
}

/* Linux tells the FSN of a later part of I-DATA as its ppid. */
SHOWN(expect_parts_alike, "fail", "each part of what the client has sent told its ppid", .settings = { .intl = ON })
{
	const struct pair p = strangers(t);

	set_option(t, p.client, SCTP_FRAGMENT_INTERLEAVE, FUTURE, IS(value, 2));
	set_option(t, p.server, SCTP_FRAGMENT_INTERLEAVE, FUTURE, IS(value, 2));
	set_option(t, p.client, SCTP_INTERLEAVING_SUPPORTED, FUTURE, IS(assoc_value, 1));
	set_option(t, p.server, SCTP_INTERLEAVING_SUPPORTED, FUTURE, IS(assoc_value, 1));
	set_option(t, p.server, SCTP_PARTIAL_DELIVERY_POINT, FUTURE, IS(value, 2000));
	associate(t, p);
	inject(t, all_slow(ms(50), 0, BOTH_WAYS));
	stop_reading(t, p.server);
	struct flow *flow = send_messages(t, p.client, p.server, &(struct traffic){ .size = 10000, .ppid = 4711 });
	expect_part(t, p.server, flow, 0, 2000);
	expect_rest(t, p.server, flow, 0);
	expect_parts_alike(t, flow);
}

SHOWN(expect_nothing_to_read, "fail", "there is something to read")
{
	const struct pair p = associated(t);

	stop_reading(t, p.server);
	expect_undelivered(t, say(t, p.client, p.server));
	expect_quiet(t, ms(100));
	expect_nothing_to_read(t, p.server);
}

SHOWN(expect_received, "fail", "SCTP_RCVINFO is not there")
{
	const struct pair p = associated(t);

	stop_reading(t, p.server);
	expect_received(t, p.server, say(t, p.client, p.server), 0, &(struct told_of_message){ .rcv = true });
}

SHOWN(send_to_all, "fail", "a message did not arrive in its time")
{
	const struct pair p = cut_off(t);
	struct flow *flow;

	send_to_all(t, p.client, &(struct peer *){ p.server }, 1, &(struct traffic){ .size = 50 }, &flow);
	expect_delivered(t, flow, promptly());
}

SHOWN(set_up_by_message, "fail", "connect at the client: Invalid argument")
{
	const struct pair p = strangers(t);

	set_up_by_message(t, p.client, p.server, &(struct setup_by_message){ .streams = 5 });
}

SHOWN(send_eof, "fail", "eof")
{
	const struct pair p = strangers(t);

	send_eof(t, p.client, p.server);
}

SHOWN(expect_end_refused, "fail", "eof at the client is not refused")
{
	const struct pair p = associated(t);

	expect_end_refused(t, p.client, p.server, 0, END_BY_EOF, EINVAL);
}

/* ------------------------------------------------------------------ expectations */

SHOWN(expect, "fail", "comm_lost at the client: missing")
{
	expect(t, soon(t, comm_lost(associated(t).client, ANY)));
}

SHOWN(expect_in_order, "fail", "shutdown_event at the client: in the wrong order")
{
	const struct pair p = associated(t);

	shut_down(t, p.server);
	expect_in_order(t, soon(t, shutdown_comp(p.client)), soon(t, shutdown_event(p.client)));
}

SHOWN(expect_all, "fail", "shutdown_comp at the server: missing")
{
	const struct pair p = associated(t);

	abort_association(t, p.client);
	expect_all(t, soon(t, comm_lost(p.client, ANY)), soon(t, comm_lost(p.server, USER_INITIATED_ABORT)),
		soon(t, shutdown_comp(p.server)));
}

SHOWN(expect_all_at, "fail", "shutdown_comp at the server: missing")
{
	const struct pair p = associated(t);
	vtime at[2];

	abort_association(t, p.client);
	expect_all_at(t, at, soon(t, comm_lost(p.server, ANY)), soon(t, shutdown_comp(p.server)));
}

SHOWN(expect_items_at_both, "fail", "shutdown_event at the server: not expected at all")
{
	const struct pair p = associated(t);

	shut_down(t, p.client);
	expect_at_both(t, p, soon(t, comm_lost(EACH, ANY)));
}

SHOWN(expect_one_of_items, "fail", "at the client: missing")
{
	const struct pair p = associated(t);

	expect_one_of(t, soon(t, comm_lost(p.client, ANY)), soon(t, shutdown_comp(p.client)));
}

SHOWN(expect_one_or_none, "fail", "comm_lost at the server: instead of shutdown_comp")
{
	const struct pair p = associated(t);
	const struct item may = soon(t, shutdown_comp(p.server));

	abort_association(t, p.client);
	expect_one_or_none(t, &may, 1, ms(100));
}

SHOWN(expect_group, "fail", "comm_lost at the client: missing")
{
	const struct pair p = associated(t);
	const struct item items[] = { soon(t, comm_lost(p.client, ANY)) };

	expect_group(t, IN_ORDER, items, 1, NULL, NULL);
}

SHOWN(expect_quiet, "fail", "comm_lost at the server: where no event may come")
{
	const struct pair p = associated(t);

	abort_association(t, p.client);
	expect_quiet(t, ms(100));
}

SHOWN(never, "fail", "comm_lost at the server")
{
	const struct pair p = associated(t);

	never(t, comm_lost(p.server, ANY));
	abort_association(t, p.client);
	expect(t, soon(t, comm_lost(p.server, ANY)));
}

SHOWN(never_at_both, "fail", "comm_lost at the server")
{
	const struct pair p = associated(t);

	never_at_both(t, p, comm_lost(EACH, ANY));
	abort_association(t, p.client);
	expect(t, soon(t, comm_lost(p.server, ANY)));
}

SHOWN(expect_that, "fail", "it does not hold that the moon is full")
{
	expect_that(t, false, "the moon is %s", "full");
}

SHOWN(skip, "skip", "no moon")
{
	skip(t, "no moon");
}

/* ------------------------------------------------------------------ packets */

/* One message from a to b, which has been acknowledged; gives when it was sent. */
static vtime one_message(struct trial *t)
{
	const struct pair p = settled(t);
	struct flow *data = say(t, p.client, p.server);

	expect_delivered(t, data, promptly());
	expect_quiet(t, s(1));
	return flow_sent_at(data, 0);
}

SHOWN(expect_sent, "fail", "the packets are not as expected")
{
	expect_sent(t, B, 0, DATA, since(t, one_message(t)));
}

SHOWN(expect_sent_at_least, "fail", "the packets are not as expected")
{
	expect_sent_at_least(t, 2, A, 0, DATA, since(t, one_message(t)));
}

SHOWN(expect_sent_at_most, "fail", "the packets are not as expected")
{
	const struct pair p = settled(t);

	expect_delivered(t, send_messages(t, p.client, p.server, &(struct traffic){ .count = 2 }), promptly());
	expect_sent_at_most(t, 1, A, 0, DATA, since(t, 0));
}

SHOWN(expect_sent_exactly, "fail", "the packets are not as expected")
{
	expect_sent_exactly(t, 2, A, 0, DATA, since(t, one_message(t)));
}

SHOWN(expect_not_sent, "fail", "the packets are not as expected")
{
	expect_not_sent(t, A, 0, DATA, since(t, one_message(t)));
}

SHOWN(expect_sent_by_both, "fail", "the packets are not as expected")
{
	expect_sent_by_both(t, 0, DATA, since(t, one_message(t)));
}

SHOWN(expect_not_sent_by_both, "fail", "the packets are not as expected")
{
	expect_not_sent_by_both(t, 0, DATA, since(t, one_message(t)));
}

SHOWN(expect_over, "fail", "the packets are not as expected")
{
	const struct pair p = settled(t);

	expect_over(t, p.client, p.server, 1);
}

SHOWN(expect_served_over, "fail", "the packets are not as expected")
{
	expect_served_over(t, settled(t), 1);
}

SHOWN(expect_sent_on_one_path, "fail", "the packets are not as expected")
{
	const struct pair p = settled(t);

	expect_delivered(t, say(t, p.client, p.server), promptly());
	expect_delivered(t, send_messages(t, p.client, p.server, &(struct traffic){ .over = OVER(1) }), promptly());
	expect_sent_on_one_path(t, A, DATA, since(t, 0));
}

SHOWN(expect_exchange_of, "fail", "the packets are not as expected")
{
	const struct pair p = associated(t);

	shut_down(t, p.client);
	expect(t, soon(t, shutdown_comp(p.client)));
	expect_in_order(t, soon(t, shutdown_event(p.server)), soon(t, shutdown_comp(p.server)));
	expect_exchange(t, A, SHUTDOWN, B, SHUTDOWN_COMPLETE);
}

SHOWN(with_cause, "fail", "the packets are not as expected")
{
	const struct pair p = associated(t);
	const vtime began = now(t);

	abort_association(t, p.client);
	expect_at_both(t, p, soon(t, comm_lost(EACH, ANY)));
	expect_sent(t, A, 0, with_cause(ABORT, PROTOCOL_VIOLATION), since(t, began));
}
