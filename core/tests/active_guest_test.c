/* SPDX-License-Identifier: Apache-2.0 */
/* gen_sctp.md section 8: delivery modes, and connect in them. The number in a test's name is the
 * behaviour's. */
#include "owner.h"

#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <unistd.h>

#define OPTIONS(...) (&(const struct gs_options)GS_OPTIONS(__VA_ARGS__))

/* ---- true, once, N ---- */

START_TEST(b154_true_delivers_everything_in_order)
{
	struct owned o = own(GS_ACTIVE, 0);

	expect_notice_change(&o, GS_COMM_UP);
	for (int i = 0; i < 50; i++)
		say(o.peer, o.at_peer, "%d", i);
	expect_ok(gs_eof(o.peer, o.at_peer));
	for (int i = 0; i < 50; i++)
		expect_notice_text(&o, "%d", i);
	expect_notice(&o, GS_SHUTDOWN_EVENT);
	expect_notice_change(&o, GS_SHUTDOWN_COMP);
	expect_no_notice(&o);
	expect_mode(o.s, GS_ACTIVE, 0);
}
END_TEST

START_TEST(b155_once_delivers_one_and_says_nothing)
{
	struct owned o = own(GS_ACTIVE_ONCE, 0);

	expect_notice_change(&o, GS_COMM_UP);
	expect_mode(o.s, GS_PASSIVE, 0);
	say(o.peer, o.at_peer, "a");
	say(o.peer, o.at_peer, "b");
	expect_no_notice(&o);
	expect_ok(gs_set_active(o.s, GS_ACTIVE_ONCE, 0));
	expect_notice_text(&o, "a");
	expect_no_notice(&o);
	expect_text(o.s, "b");
}
END_TEST

START_TEST(b156_b157_n_delivers_n_and_says_that_it_was_the_last)
{
	struct owned o = own(GS_ACTIVE_N, 3);

	say(o.peer, o.at_peer, "a");
	say(o.peer, o.at_peer, "b");
	say(o.peer, o.at_peer, "c");
	expect_notice_change(&o, GS_COMM_UP);
	expect_notice_text(&o, "a");
	expect_notice_text(&o, "b");
	expect_passive_notice(&o);
	expect_no_notice(&o);
	expect_mode(o.s, GS_PASSIVE, 0);
	expect_text(o.s, "c");
}
END_TEST

START_TEST(b156_what_is_left_is_told_as_it_would_be_if_it_had_been_taken)
{
	struct owned o = own(GS_ACTIVE_N, 9);

	say(o.peer, o.at_peer, "a");
	say(o.peer, o.at_peer, "b");
	expect_mode(o.s, GS_ACTIVE_N, 6); /* comm_up, too */
	expect_notice_change(&o, GS_COMM_UP);
	expect_notice_text(&o, "a");
	expect_notice_text(&o, "b");
	expect_no_notice(&o);
	expect_mode(o.s, GS_ACTIVE_N, 6);
}
END_TEST

START_TEST(b158_a_message_in_many_pieces_counts_once)
{
	static char large[200000];
	struct owned o = own(GS_PASSIVE, 0);

	memset(large, 'x', sizeof(large));
	setopt_int(o.s, GS_OPT_BUFFER, 2000);
	expect_change(o.s, GS_COMM_UP);
	expect_ok(gs_set_active(o.s, GS_ACTIVE_N, 2));
	expect_ok(gs_send(o.peer, o.at_peer, 0, large, 60000));
	expect_ok(gs_send(o.peer, o.at_peer, 0, large, 60001));
	ck_assert_uint_eq(expect_notice(&o, GS_DATA)->event.data.length, 60000);
	ck_assert_uint_eq(expect_notice(&o, GS_DATA)->event.data.length, 60001);
	expect_passive_notice(&o);
}
END_TEST

START_TEST(b159_numbers_add_up)
{
	struct owned o = own_alone();

	expect_ok(gs_set_active(o.s, GS_ACTIVE_N, 3));
	expect_ok(gs_set_active(o.s, GS_ACTIVE_N, 5));
	expect_mode(o.s, GS_ACTIVE_N, 8);
	expect_ok(gs_set_active(o.s, GS_ACTIVE_N, -6));
	expect_mode(o.s, GS_ACTIVE_N, 2);
	expect_no_notice(&o);
}
END_TEST

START_TEST(b160_a_sum_of_0_or_less_is_passive_and_told)
{
	struct owned o = own_alone();

	expect_ok(gs_set_active(o.s, GS_ACTIVE_N, 3));
	expect_ok(gs_set_active(o.s, GS_ACTIVE_N, -3));
	expect_passive_notice(&o);
	expect_mode(o.s, GS_PASSIVE, 0);
	expect_ok(gs_set_active(o.s, GS_ACTIVE_N, 3));
	expect_ok(gs_set_active(o.s, GS_ACTIVE_N, -30));
	expect_passive_notice(&o);
	expect_mode(o.s, GS_PASSIVE, 0);
	expect_no_notice(&o);
}
END_TEST

START_TEST(b161_that_is_told_again_when_it_was_passive)
{
	struct owned o = own_alone();

	for (int i = 0; i < 3; i++)
		expect_ok(gs_set_active(o.s, GS_ACTIVE_N, -i));
	for (int i = 0; i < 3; i++)
		expect_passive_notice(&o);
	expect_no_notice(&o);
}
END_TEST

START_TEST(b162_b163_numbers_out_of_range_change_nothing)
{
	struct owned o = own_alone();

	expect_ok(gs_set_active(o.s, GS_ACTIVE_N, 32767));
	expect_status(gs_set_active(o.s, GS_ACTIVE_N, 1), -EINVAL);
	expect_mode(o.s, GS_ACTIVE_N, 32767);
	expect_status(gs_set_active(o.s, GS_ACTIVE_N, 32768), -EINVAL);
	expect_status(gs_set_active(o.s, GS_ACTIVE_N, -32769), -EINVAL);
	expect_status(gs_set_active(o.s, 4, 0), -EINVAL);
	expect_status(gs_set_active(o.s, UINT32_MAX, 0), -EINVAL);
	expect_mode(o.s, GS_ACTIVE_N, 32767);
	expect_no_notice(&o);
}
END_TEST

START_TEST(b164_other_modes_forget_the_count_and_say_nothing)
{
	const uint32_t modes[] = { GS_PASSIVE, GS_ACTIVE, GS_ACTIVE_ONCE };
	struct owned o = own_alone();

	for (size_t i = 0; i < 3; i++) {
		expect_ok(gs_set_active(o.s, GS_ACTIVE_N, 7));
		expect_ok(gs_set_active(o.s, modes[i], 0));
		expect_mode(o.s, modes[i], 0);
		expect_ok(gs_set_active(o.s, GS_ACTIVE_N, 2));
		expect_mode(o.s, GS_ACTIVE_N, 2);
		expect_ok(gs_set_active(o.s, GS_PASSIVE, 0));
	}
	expect_no_notice(&o);
}
END_TEST

START_TEST(b026_active_0_at_open_is_passive_and_told)
{
	struct owned o =
		own_alone_with(&(struct gs_option){ .name = GS_OPT_ACTIVE, .active = { .mode = GS_ACTIVE_N, .n = 0 } });

	expect_passive_notice(&o);
	expect_no_notice(&o);
	expect_mode(o.s, GS_PASSIVE, 0);
}
END_TEST

START_TEST(b163_active_out_of_range_at_open_is_badarg)
{
	struct gs_mailbox *m = mailbox();
	struct gs_socket *s = NULL;

	expect_status(
		gs_open(&(struct gs_open_options){ .owner = m,
				.options = GS_OPTIONS({ .name = GS_OPT_ACTIVE, .active = { GS_ACTIVE_N, 32768 } }) },
			&s),
		GS_BADARG);
	ck_assert_ptr_null(s);
}
END_TEST

/* ---- what is queued, and who stalls ---- */

/* They come from 0 on, none missing. */
static void expect_numbered(struct owned *o, int from, int to)
{
	for (int i = from; i < to; i++) {
		int number;
		const struct gs_data *d = &expect_notice(o, GS_DATA)->event.data;

		ck_assert_uint_eq(d->length, 1000);
		memcpy(&number, d->bytes, sizeof(number));
		ck_assert_int_eq(number, i);
	}
}

START_TEST(b165_b168_passive_stalls_the_sender_and_loses_nothing)
{
	struct owned o = own(GS_PASSIVE, 0);
	int n;

	expect_change(o.s, GS_COMM_UP);
	n = fill(o.peer, o.at_peer);
	ck_assert_int_gt(n, 10);
	expect_ok(gs_set_active(o.s, GS_ACTIVE, 0));
	expect_numbered(&o, 0, n);
	expect_no_notice(&o);
	say(o.peer, o.at_peer, "again");
	expect_notice_text(&o, "again");
}
END_TEST

START_TEST(b165_so_does_once)
{
	struct owned o = own(GS_ACTIVE_ONCE, 0);
	int n;

	expect_notice_change(&o, GS_COMM_UP);
	expect_ok(gs_set_active(o.s, GS_ACTIVE_ONCE, 0));
	n = fill(o.peer, o.at_peer);
	for (int i = 0; i < n; i++) {
		expect_numbered(&o, i, i + 1);
		expect_no_notice_now(&o);
		expect_ok(gs_set_active(o.s, GS_ACTIVE_ONCE, 0));
	}
	expect_no_notice(&o);
}
END_TEST

START_TEST(b165_a_slow_owner_stalls_the_sender_in_true_as_well)
{
	struct owned o = own(GS_ACTIVE, 0);
	int n = fill(o.peer, o.at_peer);

	expect_notice_change(&o, GS_COMM_UP);
	expect_numbered(&o, 0, n);
	expect_no_notice(&o);
}
END_TEST

START_TEST(b168_what_is_queued_is_delivered_when_it_becomes_active)
{
	struct owned o = own(GS_PASSIVE, 0);

	say(o.peer, o.at_peer, "a");
	say(o.peer, o.at_peer, "b");
	expect_no_notice(&o);
	expect_ok(gs_set_active(o.s, GS_ACTIVE, 0));
	expect_notice_change(&o, GS_COMM_UP);
	expect_notice_text(&o, "a");
	expect_notice_text(&o, "b");
}
END_TEST

START_TEST(b168_what_had_arrived_in_an_active_mode_stays_delivered)
{
	struct owned o = own(GS_ACTIVE, 0);

	say(o.peer, o.at_peer, "a");
	expect_ok(gs_set_active(o.s, GS_PASSIVE, 0));
	say(o.peer, o.at_peer, "b");
	expect_text(o.s, "b");
	expect_notice_change(&o, GS_COMM_UP);
	expect_notice_text(&o, "a");
	expect_no_notice(&o);
}
END_TEST

START_TEST(b035_what_had_arrived_before_close_stays_delivered_and_nothing_is_said_of_it)
{
	struct owned o = own(GS_ACTIVE, 0);

	say(o.peer, o.at_peer, "a");
	expect_ok(gs_close(o.s));
	expect_notice_change(&o, GS_COMM_UP);
	expect_notice_text(&o, "a");
	expect_no_notice(&o);
	/* and the peer sees a shutdown, since nothing was left unread */
	expect_event(o.peer, GS_SHUTDOWN_EVENT);
	expect_change(o.peer, GS_SHUTDOWN_COMP);
}
END_TEST

/* ---- recv ---- */

START_TEST(b138_recv_in_an_active_mode)
{
	const uint32_t modes[] = { GS_ACTIVE, GS_ACTIVE_ONCE, GS_ACTIVE_N };
	struct owned o = own_alone();
	struct gs_message m = { 0 };

	for (size_t i = 0; i < 3; i++) {
		expect_ok(gs_set_active(o.s, modes[i], 1));
		expect_status(gs_recv(o.s, 0, &m), -EINVAL);
		expect_status(gs_recv(o.s, GS_FOREVER, &m), -EINVAL);
	}
	expect_ok(gs_set_active(o.s, GS_PASSIVE, 0));
	expect_status(gs_recv(o.s, 0, &m), GS_TIMEOUT);
}
END_TEST

static int receive_for_500_ms(void *socket)
{
	struct gs_message m = { 0 };
	int status;

	while ((status = gs_recv(socket, 500, &m)) == -EALREADY)
		;
	gs_message_release(&m);
	return status;
}

START_TEST(a_pending_recv_leaves_what_comes_to_the_owner_and_times_out)
{
	struct owned o = own(GS_PASSIVE, 0);
	struct errand e;

	expect_change(o.s, GS_COMM_UP);
	errand_start(&e, receive_for_500_ms, o.s);
	wait_until_received(o.s);
	expect_ok(gs_set_active(o.s, GS_ACTIVE, 0));
	say(o.peer, o.at_peer, "mine");
	expect_notice_text(&o, "mine");
	expect_status(errand_finish(&e), GS_TIMEOUT);
	ck_assert(e.took >= 0.5);
}
END_TEST

START_TEST(a_pending_recv_goes_on_when_it_is_passive_again)
{
	struct owned o = own(GS_PASSIVE, 0);
	struct errand e;

	expect_change(o.s, GS_COMM_UP);
	errand_start(&e, receive_for_500_ms, o.s);
	wait_until_received(o.s);
	expect_ok(gs_set_active(o.s, GS_ACTIVE_ONCE, 0));
	say(o.peer, o.at_peer, "the owner's");
	expect_notice_text(&o, "the owner's");
	say(o.peer, o.at_peer, "recv's");
	expect_ok(errand_finish(&e));
}
END_TEST

/* ---- errors ---- */

START_TEST(b166_error_events_have_a_tag_of_their_own)
{
	struct owned o = own(GS_PASSIVE, 0);
	const int32_t id = expect_change(o.s, GS_COMM_UP)->assoc_id;
	const struct gs_notice *n;

	fill(o.s, id); /* more than the peer's window: the rest is unsent */
	expect_ok(gs_set_active(o.s, GS_ACTIVE_N, 3));
	expect_ok(gs_abort(o.s, id));
	expect_notice_change(&o, GS_COMM_LOST);
	for (int i = 0; i < 2; i++) {
		n = next_notice(&o);
		ck_assert_str_eq(gs_notice_name(n->type), "sctp_error");
		ck_assert_int_eq(n->status, GS_ERROR_EVENT);
		ck_assert_ptr_eq(n->socket, o.s);
		ck_assert_uint_eq(n->message.event.type, GS_SEND_FAILED);
		ck_assert_int_eq(n->message.event.send_failed.assoc_id, id);
		ck_assert_uint_eq(n->message.event.send_failed.length, 1000);
		ck_assert_uint_eq(gs_addr_port(&n->message.from), port_of(o.peer));
	}
	expect_passive_notice(&o); /* they have counted */
	expect_event(o.s, GS_SEND_FAILED);
}
END_TEST

/* The kernel refuses to read from a listening stream socket, for as long as somebody is at the
 * door.
 */
START_TEST(b167_a_read_error_is_told_and_leaves_the_mode)
{
	struct owned o = { .mailbox = mailbox() };
	const union gs_addr here = localhost(0);
	struct gs_socket *client;
	union gs_addr there;

	o.s = open_with(&(struct gs_open_options){ .owner = o.mailbox,
		.type = SOCK_STREAM,
		.addrs = &here,
		.n_addrs = 1,
		.options = GS_OPTIONS({ .name = GS_OPT_ACTIVE, .active = { GS_ACTIVE_N, 5 } }) });
	expect_ok(gs_listen(o.s, 5));
	client = open_with(&(struct gs_open_options){ .type = SOCK_STREAM });
	there = localhost(port_of(o.s));
	expect_ok(gs_connect(client, &there, NULL, SOON, NULL));
	for (int i = 0; i < 3; i++) {
		const struct gs_notice *n = next_notice(&o);

		ck_assert_uint_eq(n->type, GS_SCTP_ERROR);
		ck_assert_int_eq(n->status, -ENOTCONN);
		ck_assert_ptr_eq(n->socket, o.s);
		ck_assert_uint_eq(n->message.from.sa.sa_family, 0);
	}
	release(client);
	expect_ok(gs_set_active(o.s, GS_ACTIVE_N, 0));
	expect_mode(o.s, GS_ACTIVE_N, 5);
}
END_TEST

START_TEST(the_end_of_a_peeled_off_association_is_the_last_notice)
{
	struct owned o = own(GS_ACTIVE, 0);
	const int32_t id = expect_notice_change(&o, GS_COMM_UP)->assoc_id;
	struct owned child = { .mailbox = o.mailbox, .s = peel(o.s, id) };
	double cpu;

	expect_ok(gs_eof(o.peer, o.at_peer));
	expect_notice(&child, GS_SHUTDOWN_EVENT);
	expect_notice_change(&child, GS_SHUTDOWN_COMP);
	cpu = cpu_seconds_now();
	expect_no_notice(&child);
	ck_assert(cpu_seconds_now() - cpu < 0.05);
	expect_mode(child.s, GS_ACTIVE, 0);
}
END_TEST

START_TEST(the_end_of_a_stream_association_does_not_keep_the_owner_busy)
{
	struct owned o = { .mailbox = mailbox() };
	struct gs_socket *server = listener();
	const union gs_addr there = localhost(port_of(server));
	struct gs_assoc_change up;
	double cpu;

	o.s = open_with(&(struct gs_open_options){ .owner = o.mailbox,
		.type = SOCK_STREAM,
		.options = GS_OPTIONS({ .name = GS_OPT_ACTIVE, .active = { GS_ACTIVE, 0 } }) });
	expect_ok(gs_connect(o.s, &there, NULL, SOON, NULL));
	up = *expect_change(server, GS_COMM_UP);
	expect_ok(gs_send(server, up.assoc_id, 0, "bye", 3));
	expect_ok(gs_eof(server, up.assoc_id));
	expect_notice_text(&o, "bye");
	expect_notice(&o, GS_SHUTDOWN_EVENT);
	expect_notice_change(&o, GS_SHUTDOWN_COMP);
	cpu = cpu_seconds_now();
	expect_no_notice(&o);
	ck_assert(cpu_seconds_now() - cpu < 0.05);
}
END_TEST

/* ---- connect ---- */

START_TEST(b080_connect_init_in_an_active_mode_gives_a_notice)
{
	struct owned o = own_alone();
	struct gs_socket *deaf = open_on("127.0.0.1"), *server = listener();
	const union gs_addr there = localhost(port_of(server)), nowhere = localhost(port_of(deaf));
	const struct gs_notice *n;

	expect_ok(gs_set_active(o.s, GS_ACTIVE, 0));
	expect_ok(gs_connect_init(o.s, &there, NULL));
	n = next_notice(&o);
	ck_assert_uint_eq(n->type, GS_SCTP);
	ck_assert_int_eq(n->status, GS_OK);
	ck_assert_uint_eq(n->message.event.assoc_change.state, GS_COMM_UP);
	ck_assert(gs_addr_equal(&n->message.from, &there));
	expect_ok(gs_connect_init(o.s, &nowhere, NULL));
	expect_notice_change(&o, GS_CANT_ASSOC);
}
END_TEST

START_TEST(b060_timeout_0_in_an_active_mode)
{
	struct owned o = own_alone();
	struct gs_socket *server = listener();
	const union gs_addr there = localhost(port_of(server));

	expect_ok(gs_set_active(o.s, GS_ACTIVE, 0));
	expect_status(gs_connect(o.s, &there, NULL, 0, NULL), GS_TIMEOUT);
	expect_notice_change(&o, GS_COMM_UP);
}
END_TEST

START_TEST(b068_connect_in_true_leaves_other_notices_in_their_order)
{
	struct owned o = own(GS_ACTIVE, 0);
	struct gs_socket *server = listener();
	const union gs_addr there = localhost(port_of(server));
	struct gs_assoc_change c;

	expect_notice_change(&o, GS_COMM_UP);
	say(o.peer, o.at_peer, "first");
	say(o.peer, o.at_peer, "second");
	expect_ok(gs_connect(o.s, &there, NULL, SOON, &c));
	ck_assert_uint_eq(c.state, GS_COMM_UP);
	say(o.peer, o.at_peer, "third");
	expect_notice_text(&o, "first");
	expect_notice_text(&o, "second");
	expect_notice_text(&o, "third");
	expect_no_notice(&o);
	ck_assert_uint_eq(gs_queued(o.s), 0);
}
END_TEST

/* Deviation: an old event of the same peer is not taken for the outcome. */
START_TEST(b068_an_older_event_of_the_same_peer_is_not_the_outcome)
{
	struct owned o = own_alone();
	struct gs_socket *server = listener();
	const union gs_addr there = localhost(port_of(server));
	struct gs_assoc_change first, second;

	expect_ok(gs_set_active(o.s, GS_ACTIVE, 0));
	expect_ok(gs_connect(o.s, &there, NULL, SOON, &first));
	expect_ok(gs_abort(server, expect_change(server, GS_COMM_UP)->assoc_id));
	expect_change(server, GS_COMM_LOST);
	expect_ok(gs_connect(o.s, &there, NULL, SOON, &second));
	ck_assert_int_ne(first.assoc_id, second.assoc_id);
	ck_assert_int_eq(expect_notice_change(&o, GS_COMM_LOST)->assoc_id, first.assoc_id);
	expect_no_notice(&o);
}
END_TEST

START_TEST(b069_connect_in_once_leaves_once)
{
	struct owned o = own_alone();
	struct gs_socket *deaf = open_on("127.0.0.1"), *server = listener();
	const union gs_addr there = localhost(port_of(server)), nowhere = localhost(port_of(deaf));

	expect_ok(gs_set_active(o.s, GS_ACTIVE_ONCE, 0));
	expect_ok(gs_connect(o.s, &there, NULL, SOON, NULL));
	expect_mode(o.s, GS_ACTIVE_ONCE, 0);
	expect_status(gs_connect(o.s, &nowhere, NULL, SOON, NULL), GS_ERROR_EVENT);
	expect_mode(o.s, GS_ACTIVE_ONCE, 0);
	expect_no_notice(&o);
}
END_TEST

/* Deviation: in gen_sctp the message uses up `once`, and connect never hears of its outcome. */
START_TEST(b069_a_message_before_the_outcome_does_not_hide_it)
{
	struct owned o = own(GS_PASSIVE, 0);
	struct gs_socket *server = listener();
	const union gs_addr there = localhost(port_of(server));

	expect_change(o.s, GS_COMM_UP);
	say(o.peer, o.at_peer, "first");
	say(o.peer, o.at_peer, "second");
	expect_ok(gs_set_active(o.s, GS_ACTIVE_ONCE, 0));
	expect_ok(gs_connect(o.s, &there, NULL, SOON, NULL));
	expect_notice_text(&o, "first");
	expect_notice_text(&o, "second");
	expect_mode(o.s, GS_PASSIVE, 0);
	expect_no_notice(&o);
}
END_TEST

START_TEST(b070_connect_uses_one_of_n)
{
	struct owned o = own_alone();
	struct gs_socket *server = listener();
	const union gs_addr there = localhost(port_of(server));

	expect_ok(gs_set_active(o.s, GS_ACTIVE_N, 5));
	expect_ok(gs_connect(o.s, &there, NULL, SOON, NULL));
	expect_mode(o.s, GS_ACTIVE_N, 4);
	expect_no_notice(&o);
}
END_TEST

START_TEST(b071_connect_in_1_leaves_it_passive_and_told)
{
	struct owned o = own_alone();
	struct gs_socket *server = listener();
	const union gs_addr there = localhost(port_of(server));

	expect_ok(gs_set_active(o.s, GS_ACTIVE_N, 1));
	expect_ok(gs_connect(o.s, &there, NULL, SOON, NULL));
	expect_mode(o.s, GS_PASSIVE, 0);
	expect_passive_notice(&o);
	expect_no_notice(&o);
}
END_TEST

START_TEST(b072_without_association_events_connect_in_true_times_out)
{
	struct owned o = own_alone();
	struct gs_socket *server = listener();
	const union gs_addr there = localhost(port_of(server));

	expect_ok(gs_set_active(o.s, GS_ACTIVE, 0));
	expect_status(gs_connect(o.s, &there,
			      OPTIONS({ .name = GS_OPT_EVENTS, .events = { .association = GS_SET(0) } }), 300, NULL),
		GS_TIMEOUT);
	expect_change(server, GS_COMM_UP);
	expect_no_notice(&o);
}
END_TEST

/* ---- the descriptor ---- */

static bool is_readable(struct gs_mailbox *m, int ms)
{
	struct pollfd fd = { .fd = gs_mailbox_fd(m), .events = POLLIN };

	return poll(&fd, 1, ms) == 1;
}

START_TEST(the_descriptor_is_readable_while_there_is_something)
{
	struct owned o = own_alone();

	ck_assert(!is_readable(o.mailbox, 0));
	expect_ok(gs_set_active(o.s, GS_ACTIVE_N, 0));
	ck_assert(is_readable(o.mailbox, 0));
	expect_passive_notice(&o);
	ck_assert(!is_readable(o.mailbox, 0));
	o = own(GS_ACTIVE_ONCE, 0);
	ck_assert(is_readable(o.mailbox, SOON));
	expect_notice_change(&o, GS_COMM_UP);
	say(o.peer, o.at_peer, "for recv");
	/* once, perhaps, for nothing; then not again */
	expect_no_notice_now(&o);
	ck_assert(!is_readable(o.mailbox, 100));
	expect_ok(gs_set_active(o.s, GS_ACTIVE, 0));
	ck_assert(is_readable(o.mailbox, SOON));
	expect_notice_text(&o, "for recv");
	ck_assert(!is_readable(o.mailbox, 0));
}
END_TEST

/* As a program's own event loop has it. */
START_TEST(the_descriptor_fits_into_an_epoll_set)
{
	struct owned o = own(GS_PASSIVE, 0);
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = o.mailbox };
	const int set = epoll_create1(EPOLL_CLOEXEC);

	ck_assert_int_eq(epoll_ctl(set, EPOLL_CTL_ADD, gs_mailbox_fd(o.mailbox), &event), 0);
	ck_assert_int_eq(epoll_wait(set, &event, 1, 0), 0);
	expect_ok(gs_set_active(o.s, GS_ACTIVE, 0));
	ck_assert_int_eq(epoll_wait(set, &event, 1, SOON), 1);
	ck_assert_ptr_eq(event.data.ptr, o.mailbox);
	expect_notice_change(&o, GS_COMM_UP);
	ck_assert_int_eq(epoll_wait(set, &event, 1, 0), 0);
	say(o.peer, o.at_peer, "hello");
	ck_assert_int_eq(epoll_wait(set, &event, 1, SOON), 1);
	expect_notice_text(&o, "hello");
	ck_assert_int_eq(epoll_wait(set, &event, 1, 0), 0);
	expect_ok(gs_mailbox_close(o.mailbox)); /* which a loop has to hear of, too */
	ck_assert_int_eq(epoll_wait(set, &event, 1, 0), 1);
	close(set);
}
END_TEST

START_TEST(many_sockets_of_one_owner_take_turns)
{
	enum { sockets = 8, messages = 40 };
	struct owned o[sockets];
	int seen[sockets] = { 0 }, latest[sockets] = { 0 };

	for (int i = 0; i < sockets; i++) {
		o[i] = i == 0 ? own(GS_PASSIVE, 0) : own_too(o[0].mailbox, GS_PASSIVE, 0);
		expect_change(o[i].s, GS_COMM_UP);
		setopt_int(o[i].peer, GS_OPT_NODELAY, 1);
		for (int k = 0; k < messages; k++)
			say(o[i].peer, o[i].at_peer, "%d", k);
	}
	for (int i = 0; i < sockets; i++)
		expect_ok(gs_set_active(o[i].s, GS_ACTIVE, 0));
	for (int k = 0; k < sockets * messages; k++) {
		const struct gs_notice *n = next_notice(&o[0]);
		int i = 0;
		char number[16];

		while (o[i].s != n->socket)
			i++;
		ck_assert_int_eq(snprintf(number, sizeof(number), "%d", seen[i]), (int)n->message.event.data.length);
		ck_assert_mem_eq(n->message.event.data.bytes, number, strlen(number));
		seen[i]++;
		latest[i] = k;
		/* nobody has waited while another was served over and over */
		for (int j = 0; j < sockets; j++)
			ck_assert(seen[j] == messages || k - latest[j] <= 5 * sockets);
	}
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		b154_true_delivers_everything_in_order,
		b155_once_delivers_one_and_says_nothing,
		b156_b157_n_delivers_n_and_says_that_it_was_the_last,
		b156_what_is_left_is_told_as_it_would_be_if_it_had_been_taken,
		b158_a_message_in_many_pieces_counts_once,
		b159_numbers_add_up,
		b160_a_sum_of_0_or_less_is_passive_and_told,
		b161_that_is_told_again_when_it_was_passive,
		b162_b163_numbers_out_of_range_change_nothing,
		b164_other_modes_forget_the_count_and_say_nothing,
		b026_active_0_at_open_is_passive_and_told,
		b163_active_out_of_range_at_open_is_badarg,
		b165_b168_passive_stalls_the_sender_and_loses_nothing,
		b165_so_does_once,
		b165_a_slow_owner_stalls_the_sender_in_true_as_well,
		b168_what_is_queued_is_delivered_when_it_becomes_active,
		b168_what_had_arrived_in_an_active_mode_stays_delivered,
		b035_what_had_arrived_before_close_stays_delivered_and_nothing_is_said_of_it,
		b138_recv_in_an_active_mode,
		a_pending_recv_leaves_what_comes_to_the_owner_and_times_out,
		a_pending_recv_goes_on_when_it_is_passive_again,
		b166_error_events_have_a_tag_of_their_own,
		b167_a_read_error_is_told_and_leaves_the_mode,
		the_end_of_a_peeled_off_association_is_the_last_notice,
		the_end_of_a_stream_association_does_not_keep_the_owner_busy,
		b080_connect_init_in_an_active_mode_gives_a_notice,
		b060_timeout_0_in_an_active_mode,
		b068_connect_in_true_leaves_other_notices_in_their_order,
		b068_an_older_event_of_the_same_peer_is_not_the_outcome,
		b069_connect_in_once_leaves_once,
		b069_a_message_before_the_outcome_does_not_hide_it,
		b070_connect_uses_one_of_n,
		b071_connect_in_1_leaves_it_passive_and_told,
		b072_without_association_events_connect_in_true_times_out,
		the_descriptor_is_readable_while_there_is_something,
		the_descriptor_fits_into_an_epoll_set,
		many_sockets_of_one_owner_take_turns,
	};

	return RUN_SUITE("active", tests, release_owners);
}
