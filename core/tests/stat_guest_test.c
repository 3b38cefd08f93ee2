/* SPDX-License-Identifier: Apache-2.0 */
/* What the library counts and knows about a socket (gen_sctp.md 1.13). The number in a test's name
 * is the behaviour's. */
#include "owner.h"

static struct gs_stat stat_of(struct gs_socket *s)
{
	struct gs_stat stat;

	expect_ok(gs_getstat(s, &stat));
	return stat;
}

START_TEST(b195_events_count_as_received)
{
	struct owned o = own(GS_PASSIVE, 0);
	struct gs_stat stat = stat_of(o.s);

	ck_assert_uint_eq(stat.recv_cnt, 0);
	ck_assert_uint_eq(stat.recv_avg, 0);
	expect_change(o.s, GS_COMM_UP);
	stat = stat_of(o.s);
	ck_assert_uint_eq(stat.recv_cnt, 1);
	ck_assert_uint_eq(stat.recv_oct, 20);
	ck_assert_uint_eq(stat.recv_max, 20);
	ck_assert_uint_eq(stat.recv_avg, 20);
	ck_assert_uint_eq(stat.recv_dvi, 0);
	say(o.peer, o.at_peer, "%s", "1234567890");
	expect_text(o.s, "1234567890");
	stat = stat_of(o.s);
	ck_assert_uint_eq(stat.recv_cnt, 2);
	ck_assert_uint_eq(stat.recv_oct, 30);
	ck_assert_uint_eq(stat.recv_max, 20);
	ck_assert_uint_eq(stat.recv_avg, 15);
	ck_assert_uint_eq(stat.recv_dvi, 2); /* of 0 and |10 - 15| */
}
END_TEST

START_TEST(b195_delivered_ones_count_and_so_do_pieces)
{
	static const char large[3500];
	struct owned o = own(GS_ACTIVE, 0);

	setopt_int(o.s, GS_OPT_BUFFER, 1000);
	expect_notice_change(&o, GS_COMM_UP);
	expect_ok(gs_send(o.peer, o.at_peer, 0, large, sizeof(large)));
	ck_assert_uint_eq(expect_notice(&o, GS_DATA)->event.data.length, sizeof(large));
	ck_assert_uint_eq(stat_of(o.s).recv_cnt, 5);
	ck_assert_uint_eq(stat_of(o.s).recv_oct, 3520);
	ck_assert_uint_eq(stat_of(o.s).recv_max, 1000);
}
END_TEST

START_TEST(b195_attempts_count_as_sent)
{
	struct owned o = own(GS_PASSIVE, 0);
	struct gs_stat stat;
	int n;

	say(o.peer, o.at_peer, "1234");
	expect_status(gs_send(o.peer, 9999, 0, "12345678", 8), -EPIPE);
	stat = stat_of(o.peer);
	ck_assert_uint_eq(stat.send_cnt, 2);
	ck_assert_uint_eq(stat.send_oct, 12);
	ck_assert_uint_eq(stat.send_max, 8);
	ck_assert_uint_eq(stat.send_avg, 6);
	n = fill(o.peer, o.at_peer);
	ck_assert_uint_eq(stat_of(o.peer).send_cnt, (uint64_t)(2 + n + 1)); /* and the one too many */
	expect_ok(gs_eof(o.peer, o.at_peer));
	stat = stat_of(o.peer);
	ck_assert_uint_eq(stat.send_cnt, (uint64_t)(2 + n + 2));
	ck_assert_uint_eq(stat.send_pend, 0);
}
END_TEST

START_TEST(b195_wrong_arguments)
{
	struct owned o = own_alone();
	struct gs_stat stat;

	expect_status(gs_getstat(NULL, &stat), GS_BADARG);
	expect_status(gs_getstat(o.s, NULL), GS_BADARG);
	expect_ok(gs_close(o.s));
	expect_status(gs_getstat(o.s, &stat), -EINVAL);
}
END_TEST

START_TEST(info_of_a_socket)
{
	struct owned o = own(GS_ACTIVE_N, 3);
	struct gs_socket *child, *stream;
	struct gs_info info;

	expect_ok(gs_get_info(o.s, &info));
	ck_assert_uint_eq(info.family, AF_INET);
	ck_assert_uint_eq(info.type, SOCK_SEQPACKET);
	ck_assert_uint_eq(info.peeled, 0);
	ck_assert_uint_eq(info.closed, 0);
	ck_assert_ptr_eq(info.owner, o.mailbox);
	ck_assert_uint_eq(info.active.mode, GS_ACTIVE_N);
	ck_assert_int_eq(info.active.n, 3); /* nobody has looked yet */
	ck_assert_uint_eq(info.queued, 0);
	child = peel(o.s, expect_notice_change(&o, GS_COMM_UP)->assoc_id);
	expect_ok(gs_get_info(child, &info));
	ck_assert_uint_eq(info.type, SOCK_SEQPACKET);
	ck_assert_uint_eq(info.peeled, 1);
	ck_assert_int_eq(info.active.n, 2);
	stream = open_with(&(struct gs_open_options){ .type = SOCK_STREAM, .family = AF_INET6 });
	expect_ok(gs_get_info(stream, &info));
	ck_assert_uint_eq(info.family, AF_INET6);
	ck_assert_uint_eq(info.type, SOCK_STREAM);
	ck_assert_ptr_null(info.owner);
	release_mailbox(o.mailbox);
	expect_ok(gs_get_info(o.s, &info));
	ck_assert_uint_eq(info.closed, 1);
	ck_assert_ptr_null(info.owner);
	expect_status(gs_get_info(NULL, &info), GS_BADARG);
	expect_status(gs_get_info(o.s, NULL), GS_BADARG);
}
END_TEST

START_TEST(the_callers_pointer)
{
	struct owned o = own(GS_ACTIVE, 0);
	const struct gs_notice *n;
	int mine;

	ck_assert_ptr_null(gs_context(o.s));
	gs_set_context(o.s, &mine);
	n = next_notice(&o);
	ck_assert_ptr_eq(gs_context(n->socket), &mine);
	ck_assert_ptr_null(gs_context(peel(o.s, n->message.event.assoc_change.assoc_id)));
	expect_ok(gs_close(o.s));
	ck_assert_ptr_eq(gs_context(o.s), &mine);
	gs_set_context(NULL, &mine);
	ck_assert_ptr_null(gs_context(NULL));
}
END_TEST

/* A program compiled when the structs were shorter gets what it knows, and nothing behind it. */
START_TEST(shorter_structs_work)
{
	struct owned o = own_alone();
	struct gs_stat stat = { .recv_oct = 77 };
	struct gs_info info = { .type = 77 };

	expect_ok(gs_getstat_sized(o.s, &stat, sizeof(stat.recv_cnt)));
	ck_assert_uint_eq(stat.recv_oct, 77);
	expect_ok(gs_get_info_sized(o.s, &info, sizeof(info.family)));
	ck_assert_uint_eq(info.family, AF_INET);
	ck_assert_uint_eq(info.type, 77);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		b195_events_count_as_received,
		b195_delivered_ones_count_and_so_do_pieces,
		b195_attempts_count_as_sent,
		b195_wrong_arguments,
		info_of_a_socket,
		the_callers_pointer,
		shorter_structs_work,
	};

	return RUN_SUITE("gen_sctp statistics", tests, release_owners);
}
