/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memory_guest_test.c - whoever does not take what arrives makes its peers wait, and does not fill
 * the memory. Counted is what the allocator has given out.
 */
#include "owner.h"

#include <malloc.h>
#include <stdlib.h>

#define RECEIVE_BUFFER 100000
#define MESSAGE 1000
/* One receive buffer may be put by, and what the kernel doubles and rounds up is its business. */
#define ENOUGH (4 * RECEIVE_BUFFER)
#define KEPT_AT_MOST (16 << 20) /* as gs_connect() says */

static size_t allocated(void)
{
	return mallinfo2().uordblks + mallinfo2().hblkhd;
}

/* Until the send buffer is full and stays so for a second; the octets that were sent. */
static size_t flood(struct gs_socket *s, int32_t assoc_id)
{
	static const char message[MESSAGE];
	size_t sent = 0;

	setopt_int(s, GS_OPT_NON_BLOCK_SEND, 1);
	for (int silence = 0; silence < 10;) {
		const int status = gs_send(s, assoc_id, 0, message, sizeof(message));

		if (status == GS_OK) {
			sent += sizeof(message);
			silence = 0;
			continue;
		}
		expect_status(status, -EAGAIN);
		pause_ms(100);
		silence++;
	}
	return sent;
}

static void expect_bounded(uint32_t mode, int32_t n)
{
	const struct gs_option small = { .name = GS_OPT_RECBUF, .value = RECEIVE_BUFFER / 2 };
	struct owned o = own(GS_PASSIVE, 0);
	size_t before, sent;

	expect_change(o.s, GS_COMM_UP);
	expect_ok(gs_setopt(o.s, &small));
	expect_ok(gs_set_active(o.s, mode, n));
	before = allocated();
	sent = flood(o.peer, o.at_peer);
	ck_assert_uint_gt(sent, 0);
	ck_assert_msg(allocated() < before + ENOUGH, "mode %u: %zu octets were allocated for %zu", mode,
		allocated() - before, sent);
}

START_TEST(an_owner_that_takes_nothing)
{
	expect_bounded(GS_PASSIVE, 0);
	expect_bounded(GS_ACTIVE_ONCE, 0);
	expect_bounded(GS_ACTIVE_N, 32767);
	expect_bounded(GS_ACTIVE, 0);
}
END_TEST

/* What is counted is delivered when it is asked for, and no more. */
START_TEST(an_owner_that_only_asks_how_much_is_left)
{
	struct owned o = own(GS_PASSIVE, 0);
	size_t before;

	expect_change(o.s, GS_COMM_UP);
	expect_ok(gs_set_active(o.s, GS_ACTIVE_N, 50));
	before = allocated();
	for (int i = 0; i < 20; i++) {
		struct gs_option active = { .name = GS_OPT_ACTIVE };

		for (int k = 0; k < 20; k++)
			expect_ok(gs_send(o.peer, o.at_peer, 0, "0123456789", 10));
		expect_ok(gs_getopt(o.s, &active));
	}
	ck_assert_uint_lt(allocated(), before + 50 * 2000);
}
END_TEST

struct flooding {
	struct gs_socket *s;
	int32_t assoc_id;
};

static int flood_for_ever(void *argument)
{
	const struct flooding *f = argument;
	static const char message[4000];
	int status;

	do
		status = gs_send(f->s, f->assoc_id, 0, message, sizeof(message));
	while (status == GS_OK);
	return status;
}

/* A connect that waits for a peer that never answers puts by what the others send; not for ever. */
START_TEST(a_connect_among_much_that_arrives)
{
	struct pair p = { 0 };
	struct flooding flooding;
	struct errand sender;
	union gs_addr nobody;
	size_t before;

	enter_private_network();
	nobody = silent_peer();
	p.server = open_on("0.0.0.0");
	expect_ok(gs_listen(p.server, GS_LISTEN));
	p = associate_between(open_on("127.0.0.1"), p.server);
	setopt_int(p.client, GS_OPT_NODELAY, 1);
	flooding = (struct flooding){ p.client, p.at_client };
	before = allocated();
	errand_start(&sender, flood_for_ever, &flooding);
	expect_status(gs_connect(p.server, &nobody, NULL, GS_FOREVER, NULL), -ENOBUFS);
	ck_assert_uint_gt(gs_queued(p.server), 1000);
	ck_assert_uint_lt(allocated(), before + KEPT_AT_MOST + (2 << 20));
	expect_ok(gs_close(p.client));
	ck_assert_int_eq(errand_finish(&sender), GS_CLOSED);
	/* and it is all there */
	expect_event(p.server, GS_DATA);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = { an_owner_that_takes_nothing, an_owner_that_only_asks_how_much_is_left,
		a_connect_among_much_that_arrives };

	return RUN_SUITE("gen_sctp memory", tests, release_owners);
}
