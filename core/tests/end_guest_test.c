/* SPDX-License-Identifier: Apache-2.0 */
/* gen_sctp.md section 8: peeloff, eof, abort. The number in a test's name is the behaviour's. */
#include "wire.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <stdlib.h>

START_TEST(b086_b089_b095_data_goes_to_the_child)
{
	struct pair p = associate();
	struct gs_socket *child = peel(p.server, p.at_server);

	expect_quiet(child, 0);
	expect_ok(gs_send(p.client, p.at_client, 2, "hello", 5));
	ck_assert_uint_eq(expect_text(child, "hello")->info.stream, 2);
	expect_quiet(p.server, 0);
	expect_ok(gs_send(child, p.at_server, 0, "back", 4));
	expect_text(p.client, "back");
	release(child);
}
END_TEST

START_TEST(b087_queued_messages_move_in_order)
{
	struct pair p = associate();
	struct gs_socket *child;

	expect_ok(gs_send(p.client, p.at_client, 0, "one", 3));
	expect_ok(gs_send(p.client, p.at_client, 0, "two", 3));
	pause_ms(300);
	child = peel(p.server, p.at_server);
	expect_quiet(p.server, 0);
	expect_text(child, "one");
	expect_text(child, "two");
}
END_TEST

/* So does the beginning of one whose rest the child will get. */
START_TEST(b087_a_message_that_has_begun_to_arrive_moves)
{
	static uint8_t large[30000];
	struct gs_socket *server = listener(), *child;
	struct gs_message m = { 0 };
	struct gs_stat stat;
	struct pair p;

	for (size_t i = 0; i < sizeof(large); i++)
		large[i] = (uint8_t)(i % 251);
	setopt_int(server, GS_OPT_RECBUF, 10000); /* so the kernel hands it out in parts */
	p = associate_between(
		open_with(&(struct gs_open_options){ .options = GS_OPTIONS({ .name = GS_OPT_MAXSEG, .value = 1000 },
							     { .name = GS_OPT_RTOINFO,
								     .rtoinfo = { .initial = GS_SET(100),
									     .max = GS_SET(100),
									     .min = GS_SET(100) } }) }),
		server);
	expect_ok(gs_send(p.client, p.at_client, 0, large, sizeof(large)));
	wait_until_readable(server);
	deafen(server);
	expect_status(gs_recv(server, 0, &m), GS_TIMEOUT);
	expect_ok(gs_getstat(server, &stat));
	ck_assert_uint_gt(stat.recv_oct, 1000);
	ck_assert_uint_lt(stat.recv_oct, sizeof(large));
	child = peel(server, p.at_server);
	setopt_int(child, GS_OPT_RECBUF, 100000);
	/* whether the child is deaf, too, depends on the kernel */
	deafen(child);
	hear_again(child);
	expect_data(child, large, sizeof(large));
	expect_quiet(server, 0);
	gs_message_release(&m);
}
END_TEST

/* What a connect has put by moves as well. */
START_TEST(b087_kept_messages_move_in_order)
{
	struct pair p = associate();
	struct pair other = associate_between(p.server, listener());
	struct gs_socket *child, *third = listener();
	const union gs_addr there = localhost(port_of(third));

	expect_ok(gs_send(p.client, p.at_client, 0, "one", 3));
	expect_ok(gs_send(other.server, other.at_server, 0, "other", 5));
	expect_ok(gs_send(p.client, p.at_client, 0, "two", 3));
	expect_ok(gs_connect(p.server, &there, NULL, SOON, NULL));
	ck_assert_uint_eq(gs_queued(p.server), 3);
	child = peel(p.server, p.at_server);
	ck_assert_uint_eq(gs_queued(p.server), 1);
	expect_ok(gs_send(p.client, p.at_client, 0, "three", 5));
	expect_text(child, "one");
	expect_text(child, "two");
	expect_text(child, "three");
	expect_text(p.server, "other");
	expect_quiet(p.server, 0);
}
END_TEST

START_TEST(b088_other_associations_stay)
{
	struct gs_socket *server = listener();
	struct pair a = associate_between(open_on("127.0.0.1"), server);
	struct pair b = associate_between(open_on("127.0.0.1"), server);

	peel(server, a.at_server);
	expect_ok(gs_send(b.client, b.at_client, 0, "b", 1));
	ck_assert_int_eq(expect_text(server, "b")->info.assoc_id, b.at_server);
	associate_between(open_on("127.0.0.1"), server);
}
END_TEST

START_TEST(b043_b090_what_cannot_be_peeled_off_or_listen)
{
	struct pair p = associate();
	const union gs_addr here = localhost(0);
	struct gs_socket *child = peel(p.server, p.at_server), *none = NULL;
	struct gs_socket *stream =
		open_with(&(struct gs_open_options){ .type = SOCK_STREAM, .addrs = &here, .n_addrs = 1 });

	expect_status(gs_peeloff(p.server, 9999, &none), -EINVAL);
	expect_status(gs_peeloff(p.server, 0, &none), -EINVAL);
	expect_status(gs_peeloff(p.server, p.at_server, &none), -EINVAL);
	expect_status(gs_peeloff(child, p.at_server, &none), -EINVAL);
	expect_status(gs_peeloff(stream, 1, &none), -EINVAL);
	expect_status(gs_listen(child, GS_LISTEN), -EINVAL);
	ck_assert_ptr_null(none);
}
END_TEST

START_TEST(b091_b092_names_of_the_child)
{
	struct pair p = associate();
	struct gs_socket *child = peel(p.server, p.at_server);
	union gs_addr peer;

	expect_ok(gs_peername(child, &peer));
	ck_assert(gs_addr_equal(&peer, &p.client_addr));
	expect_status(gs_peername(p.server, &peer), -ENOTCONN);
	ck_assert_uint_eq(port_of(child), port_of(p.server));
}
END_TEST

START_TEST(b093_what_the_child_inherits)
{
	struct pair p = associate();
	struct gs_option linger = { .name = GS_OPT_LINGER, .linger = { 1, 4 } };
	struct gs_socket *child;

	setopt_int(p.server, GS_OPT_BUFFER, 3000);
	setopt_int(p.server, GS_OPT_NODELAY, 1);
	setopt_int(p.server, GS_OPT_PRIORITY, 5);
	setopt_int(p.server, GS_OPT_NON_BLOCK_SEND, 1);
	setopt_int(p.server, GS_OPT_TTL, 33);
	expect_ok(gs_setopt(p.server, &linger));
	child = peel(p.server, p.at_server);
	ck_assert_int_eq(getopt_int(child, GS_OPT_BUFFER), 3000);
	ck_assert(fcntl(gs_fd(child), F_GETFL) & O_NONBLOCK);
	ck_assert(fcntl(gs_fd(child), F_GETFD) & FD_CLOEXEC);
	ck_assert_int_eq(getopt_int(child, GS_OPT_NODELAY), 1);
	ck_assert_int_eq(getopt_int(child, GS_OPT_PRIORITY), 5);
	ck_assert_int_eq(getopt_int(child, GS_OPT_NON_BLOCK_SEND), 1);
	ck_assert_int_eq(getopt_int(child, GS_OPT_TTL), 33);
	memset(&linger.linger, 0, sizeof(linger.linger));
	expect_ok(gs_getopt(child, &linger));
	ck_assert_uint_eq(linger.linger.on, 1);
	ck_assert_uint_eq(linger.linger.seconds, 4);
	/* with linger {1, 4} close must not turn into an abort */
	release(child);
	expect_event(p.client, GS_SHUTDOWN_EVENT);
}
END_TEST

START_TEST(b096_id_0_is_the_childs_association)
{
	struct pair p = associate();
	struct gs_socket *child = peel(p.server, p.at_server);

	expect_ok(gs_send(child, 0, 0, "to you", 6));
	expect_text(p.client, "to you");
}
END_TEST

START_TEST(b097_eof_on_the_child)
{
	struct pair p = associate();
	struct gs_socket *child = peel(p.server, p.at_server);

	expect_ok(gs_eof(child, p.at_server));
	ck_assert_int_eq(expect_change(child, GS_SHUTDOWN_COMP)->assoc_id, p.at_server);
	expect_event(p.client, GS_SHUTDOWN_EVENT);
	expect_change(p.client, GS_SHUTDOWN_COMP);
}
END_TEST

START_TEST(b098_parent_and_child_close_on_their_own)
{
	struct pair p = associate();
	struct gs_socket *child = peel(p.server, p.at_server);
	struct pair q;

	release(child);
	expect_event(p.client, GS_SHUTDOWN_EVENT);
	q = associate_between(open_on("127.0.0.1"), p.server);
	child = peel(p.server, q.at_server);
	release(p.server);
	expect_ok(gs_send(child, 0, 0, "alive", 5));
	expect_text(q.client, "alive");
}
END_TEST

START_TEST(b099_recv_on_a_child_after_the_end_does_not_spin)
{
	struct pair p = associate();
	struct gs_socket *child = peel(p.server, p.at_server);
	struct gs_message m = { 0 };
	double cpu;

	expect_ok(gs_eof(p.client, p.at_client));
	expect_event(child, GS_SHUTDOWN_EVENT);
	expect_change(child, GS_SHUTDOWN_COMP);
	cpu = cpu_seconds_now();
	expect_status(gs_recv(child, 2000, &m), GS_CLOSED);
	ck_assert(cpu_seconds_now() - cpu < 0.2);
	expect_status(gs_send(child, 0, 0, "x", 1), -EPIPE);
}
END_TEST

START_TEST(b100_abort_on_the_child)
{
	struct pair p = associate();
	struct gs_socket *child = peel(p.server, p.at_server);
	struct gs_message m = { 0 };

	expect_ok(gs_abort(child, p.at_server));
	expect_change(child, GS_COMM_LOST);
	expect_status(gs_recv(child, SOON, &m), -ECONNABORTED);
	expect_status(gs_recv(child, GS_FOREVER, &m), GS_CLOSED);
	expect_change(p.client, GS_COMM_LOST);
}
END_TEST

/* ---- eof and abort ---- */

START_TEST(b101_b107_eof_after_all_data)
{
	struct pair p = associate();

	expect_ok(gs_send(p.client, p.at_client, 0, "one", 3));
	expect_ok(gs_send(p.client, p.at_client, 0, "two", 3));
	expect_ok(gs_eof(p.client, p.at_client));
	expect_text(p.server, "one");
	expect_text(p.server, "two");
	ck_assert_int_eq(expect_event(p.server, GS_SHUTDOWN_EVENT)->event.shutdown_event.assoc_id, p.at_server);
	ck_assert_uint_eq(expect_change(p.server, GS_SHUTDOWN_COMP)->error, 0);
	ck_assert_int_eq(expect_change(p.client, GS_SHUTDOWN_COMP)->assoc_id, p.at_client);
	expect_quiet(p.client, 100);
}
END_TEST

START_TEST(b102_send_after_eof)
{
	struct pair p = associate();

	expect_ok(gs_eof(p.client, p.at_client));
	expect_status(gs_send(p.client, p.at_client, 0, "late", 4), -EPIPE);
}
END_TEST

START_TEST(b103_b104_abort)
{
	struct pair p = associate();
	struct gs_socket *ends[] = { p.client, p.server };

	expect_ok(gs_abort(p.client, p.at_client));
	for (int i = 0; i < 2; i++) {
		const struct gs_assoc_change *c = expect_change(ends[i], GS_COMM_LOST);

		ck_assert_uint_eq(c->error, 12);
		ck_assert_uint_eq(c->error_raw, htons(12));
		ck_assert_str_eq(gs_error_string(c->error), "User Initiated Abort");
		expect_quiet(ends[i], 100);
	}
}
END_TEST

START_TEST(b105_b110_the_dead_and_the_unknown)
{
	struct pair p = associate();

	expect_status(gs_eof(p.client, 9999), -EPIPE);
	expect_status(gs_abort(p.client, 9999), -EPIPE);
	expect_status(gs_eof(p.client, 0), -EPIPE);
	expect_status(gs_abort(p.client, 0), -EPIPE);
	expect_ok(gs_abort(p.client, p.at_client));
	expect_change(p.client, GS_COMM_LOST);
	expect_status(gs_abort(p.client, p.at_client), -EPIPE);
	expect_status(gs_eof(p.client, p.at_client), -EPIPE);
}
END_TEST

START_TEST(b106_the_socket_lives_on)
{
	struct gs_socket *client = open_on("127.0.0.1"), *server = listener();
	struct pair a = associate_between(client, listener());
	struct pair b = associate_between(client, server);

	expect_ok(gs_abort(client, b.at_client));
	expect_change(client, GS_COMM_LOST);
	expect_change(server, GS_COMM_LOST);
	expect_ok(gs_send(client, a.at_client, 0, "still", 5));
	expect_text(a.server, "still");
	b = associate_between(client, server);
	expect_ok(gs_eof(client, b.at_client));
	expect_change(client, GS_SHUTDOWN_COMP);
	expect_event(server, GS_SHUTDOWN_EVENT);
	expect_change(server, GS_SHUTDOWN_COMP);
	associate_between(client, server);
}
END_TEST

START_TEST(b108_on_a_connected_stream_socket)
{
	struct gs_socket *server = listener();
	const union gs_addr there = localhost(port_of(server)), here = localhost(0);
	struct gs_socket *s = open_with(&(struct gs_open_options){ .type = SOCK_STREAM, .addrs = &here, .n_addrs = 1 });
	struct gs_assoc_change c;

	expect_ok(gs_connect(s, &there, NULL, SOON, &c));
	expect_status(gs_eof(s, c.assoc_id), -EINVAL);
	expect_status(gs_abort(s, c.assoc_id), -EINVAL);
}
END_TEST

/* Nothing arrives at the server, so nothing is acknowledged: every chunk must come back, the ones
 * that went out first, and their payloads are the messages again. */
START_TEST(b109_b151_abort_with_unacknowledged_data)
{
	static uint8_t sent[150000], returned[sizeof(sent)];
	const size_t message = 30000, chunk = 5000;
	struct gs_sndrcvinfo info = { .stream = 3, .ppid = 77, .context = 88 };
	struct gs_socket *client = open_on("127.0.0.1");
	size_t octets = 0, events = 0, went_out = 0;
	struct gs_message m = { 0 };
	struct pair p;

	/* loopback's MTU is 65536, so it takes a limit to have fragments */
	setopt_int(client, GS_OPT_MAXSEG, (int64_t)chunk);
	setopt_int(client, GS_OPT_SNDBUF, 400000);
	p = associate_between(client, listener());
	for (size_t i = 0; i < sizeof(sent); i++)
		sent[i] = (uint8_t)(i * 7 + (i >> 8));
	deafen(p.server);
	info.assoc_id = p.at_client;
	for (size_t at = 0; at < sizeof(sent); at += message)
		expect_ok(gs_send_info(client, &info, sent + at, message));
	expect_ok(gs_abort(client, p.at_client));
	expect_change(client, GS_COMM_LOST);
	for (int status; (status = gs_recv(client, 200, &m)) != GS_TIMEOUT; events++) {
		const struct gs_send_failed *f = &m.event.send_failed;

		expect_status(status, GS_ERROR_EVENT);
		ck_assert_uint_eq(m.event.type, GS_SEND_FAILED);
		ck_assert_int_eq(f->assoc_id, p.at_client);
		ck_assert_uint_eq(f->info.stream, 3);
		ck_assert_uint_eq(f->info.ppid, 77);
		ck_assert_uint_eq(f->info.context, 88);
		ck_assert_uint_eq(f->error, 12);
		ck_assert_uint_eq(f->length, chunk);
		ck_assert_uint_le(octets + f->length, sizeof(returned));
		memcpy(returned + octets, f->bytes, f->length);
		octets += f->length;
		ck_assert_msg(!f->sent || went_out == events, "a sent chunk after an unsent one");
		went_out += f->sent;
	}
	ck_assert_uint_eq(events, sizeof(sent) / chunk);
	ck_assert_mem_eq(returned, sent, sizeof(sent));
	/* the receive window of the peer is smaller than all of it */
	ck_assert_uint_gt(went_out, 0);
	ck_assert_uint_lt(went_out, events);
	gs_message_release(&m);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		b086_b089_b095_data_goes_to_the_child,
		b087_queued_messages_move_in_order,
		b087_a_message_that_has_begun_to_arrive_moves,
		b087_kept_messages_move_in_order,
		b088_other_associations_stay,
		b043_b090_what_cannot_be_peeled_off_or_listen,
		b091_b092_names_of_the_child,
		b093_what_the_child_inherits,
		b096_id_0_is_the_childs_association,
		b097_eof_on_the_child,
		b098_parent_and_child_close_on_their_own,
		b099_recv_on_a_child_after_the_end_does_not_spin,
		b100_abort_on_the_child,
		b101_b107_eof_after_all_data,
		b102_send_after_eof,
		b103_b104_abort,
		b105_b110_the_dead_and_the_unknown,
		b106_the_socket_lives_on,
		b108_on_a_connected_stream_socket,
		b109_b151_abort_with_unacknowledged_data,
	};

	return RUN_SUITE("gen_sctp peeloff, eof, abort", tests, release_all);
}
