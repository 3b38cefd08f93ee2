/* SPDX-License-Identifier: Apache-2.0 */
/* gen_sctp.md section 8: who owns a socket, and what becomes of it; and mailboxes among threads.
 * The number in a test's name is the behaviour's. */
#include "owner.h"

#include "core/src/owner.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <unistd.h>
#include <poll.h>

/* ---- handing over ---- */

START_TEST(b169_what_is_pending_goes_to_the_new_owner_in_order)
{
	struct owned o = own(GS_ACTIVE_N, 3), other = { .mailbox = mailbox(), .s = o.s };

	say(o.peer, o.at_peer, "a");
	say(o.peer, o.at_peer, "b");
	expect_mode(o.s, GS_PASSIVE, 0); /* so all that was delivered, and the end of it */
	expect_ok(gs_set_active(o.s, GS_ACTIVE, 0));
	say(o.peer, o.at_peer, "c"); /* this is still in the kernel */
	expect_ok(gs_controlling_process(o.s, o.mailbox, other.mailbox));
	expect_no_notice(&o);
	say(o.peer, o.at_peer, "d");
	expect_notice_change(&other, GS_COMM_UP);
	expect_notice_text(&other, "a");
	expect_notice_text(&other, "b");
	expect_passive_notice(&other);
	expect_notice_text(&other, "c");
	expect_notice_text(&other, "d");
	expect_no_notice(&other);
	expect_no_notice_now(&o);
	expect_mode(o.s, GS_ACTIVE, 0);
}
END_TEST

START_TEST(b169_it_goes_behind_what_the_new_owner_has_and_leaves_other_sockets_alone)
{
	struct owned a = own(GS_ACTIVE_ONCE, 0), b = own_too(a.mailbox, GS_ACTIVE_ONCE, 0);
	struct owned c = own(GS_ACTIVE_N, 2), a_there = { .mailbox = c.mailbox, .s = a.s };

	expect_mode(a.s, GS_PASSIVE, 0); /* comm_up is in the mailbox */
	expect_mode(b.s, GS_PASSIVE, 0);
	expect_mode(c.s, GS_ACTIVE_N, 1);
	expect_ok(gs_controlling_process(a.s, a.mailbox, c.mailbox));
	expect_notice_change(&b, GS_COMM_UP);
	expect_no_notice(&b);
	expect_notice_change(&c, GS_COMM_UP);
	expect_notice_change(&a_there, GS_COMM_UP);
	expect_no_notice(&a_there);
}
END_TEST

START_TEST(b169_the_mode_goes_along)
{
	struct owned o = own_alone(), other = { .mailbox = mailbox(), .s = o.s };

	expect_ok(gs_set_active(o.s, GS_ACTIVE_N, 7));
	expect_ok(gs_controlling_process(o.s, o.mailbox, other.mailbox));
	expect_mode(o.s, GS_ACTIVE_N, 7);
	expect_ok(gs_controlling_process(o.s, other.mailbox, o.mailbox));
	expect_ok(gs_set_active(o.s, GS_PASSIVE, 0));
	expect_ok(gs_controlling_process(o.s, o.mailbox, other.mailbox));
	expect_mode(o.s, GS_PASSIVE, 0);
	expect_no_notice(&o);
	expect_no_notice_now(&other);
}
END_TEST

/* A thread that takes numbered messages until it is told to stop. */
struct taker {
	struct gs_mailbox *mailbox;
	atomic_int *taken; /* by all */
	int total;
	bool seen[3000];
	int latest;
};

static int take_numbers(void *argument)
{
	struct taker *t = argument;
	struct gs_notice n = { 0 };
	int status = GS_OK, number;

	t->latest = -1;
	while (atomic_load(t->taken) < t->total) {
		status = gs_mailbox_take(t->mailbox, 20, &n);
		if (status == GS_TIMEOUT)
			continue;
		if (status != GS_OK || n.message.event.type != GS_DATA || n.message.event.data.length != sizeof(number))
			break;
		memcpy(&number, n.message.event.data.bytes, sizeof(number));
		if (number <= t->latest) {
			status = -EILSEQ;
			break;
		}
		t->latest = number;
		t->seen[number] = true;
		atomic_fetch_add(t->taken, 1);
	}
	gs_notice_release(&n);
	return status == GS_TIMEOUT ? GS_OK : status;
}

static int send_numbers(void *argument)
{
	struct owned *o = argument;
	int status = GS_OK;

	for (int i = 0; i < 3000 && status == GS_OK; i++)
		status = gs_send(o->peer, o->at_peer, 0, &i, sizeof(i));
	return status;
}

START_TEST(b169_nothing_is_lost_or_doubled_while_both_take)
{
	static struct taker takers[2];
	struct owned o = own(GS_PASSIVE, 0);
	struct gs_mailbox *boxes[2] = { o.mailbox, mailbox() };
	struct errand errands[2], sender;
	atomic_int taken = 0;
	int at = 0, moves = 0;

	expect_change(o.s, GS_COMM_UP);
	expect_ok(gs_set_active(o.s, GS_ACTIVE, 0));
	for (int i = 0; i < 2; i++) {
		takers[i] = (struct taker){ .mailbox = boxes[i], .taken = &taken, .total = 3000 };
		errand_start(&errands[i], take_numbers, &takers[i]);
	}
	errand_start(&sender, send_numbers, &o);
	while (atomic_load(&taken) < 3000) {
		expect_ok(gs_controlling_process(o.s, boxes[at], boxes[!at]));
		at = !at;
		if (++moves % 7 == 0) /* some of it is in the mailbox when it moves */
			expect_ok(gs_set_active(o.s, GS_ACTIVE, 0));
		pause_ms(1);
	}
	expect_ok(errand_finish(&sender));
	for (int i = 0; i < 2; i++)
		expect_ok(errand_finish(&errands[i]));
	for (int i = 0; i < 3000; i++)
		ck_assert_msg(
			takers[0].seen[i] != takers[1].seen[i], "%d came %s", i, takers[0].seen[i] ? "twice" : "never");
}
END_TEST

START_TEST(b170_only_the_owner_gives_it_away)
{
	struct owned o = own_alone();
	struct gs_mailbox *other = mailbox(), *third = mailbox();
	struct gs_socket *nobodys = open_on("127.0.0.1");

	expect_status(gs_controlling_process(o.s, other, third), GS_NOT_OWNER);
	expect_status(gs_controlling_process(o.s, NULL, third), GS_NOT_OWNER);
	ck_assert_str_eq(gs_status_name(GS_NOT_OWNER), "not_owner");
	expect_ok(gs_controlling_process(o.s, o.mailbox, o.mailbox));
	expect_ok(gs_controlling_process(o.s, o.mailbox, other));
	expect_status(gs_controlling_process(o.s, o.mailbox, third), GS_NOT_OWNER);
	expect_ok(gs_controlling_process(o.s, other, third));

	expect_status(gs_set_active(nobodys, GS_ACTIVE, 0), -EINVAL);
	expect_status(gs_set_active(nobodys, GS_ACTIVE_N, 0), -EINVAL);
	expect_ok(gs_set_active(nobodys, GS_PASSIVE, 0));
	expect_status(gs_controlling_process(nobodys, other, third), GS_NOT_OWNER);
	expect_ok(gs_controlling_process(nobodys, NULL, other));
	expect_ok(gs_set_active(nobodys, GS_ACTIVE, 0));
}
END_TEST

START_TEST(b170_wrong_arguments)
{
	struct owned o = own_alone();
	struct gs_mailbox *gone = mailbox();

	expect_status(gs_controlling_process(NULL, o.mailbox, gone), GS_BADARG);
	expect_status(gs_controlling_process(o.s, o.mailbox, NULL), GS_BADARG);
	expect_ok(gs_mailbox_close(gone));
	expect_status(gs_controlling_process(o.s, o.mailbox, gone), GS_BADARG);
	expect_ok(gs_set_active(o.s, GS_ACTIVE, 0)); /* it has stayed where it was */
	expect_ok(gs_close(o.s));
	/* gen_sctp crashes here */
	expect_status(gs_controlling_process(o.s, o.mailbox, mailbox()), GS_CLOSED);
}
END_TEST

/* ---- the end of an owner ---- */

static int send_for_ever(void *argument)
{
	static const char kilobyte[1000];
	struct owned *o = argument;
	int status;

	do
		status = gs_send(o->s, o->at_peer, 0, kilobyte, sizeof(kilobyte));
	while (status == GS_OK);
	return status;
}

static int take_for_ever(void *mailbox)
{
	struct gs_notice n = { 0 };
	int status;

	do
		status = gs_mailbox_take(mailbox, GS_FOREVER, &n);
	while (status == GS_OK || status == -EALREADY);
	gs_notice_release(&n);
	return status;
}

START_TEST(b171_when_the_owner_is_gone_its_sockets_are_closed)
{
	struct owned a = own(GS_ACTIVE, 0), b = own_too(a.mailbox, GS_PASSIVE, 0);
	struct gs_message m = { 0 };

	say(a.peer, a.at_peer, "unread");
	expect_change(b.s, GS_COMM_UP);
	release_mailbox(a.mailbox);
	expect_status(gs_recv(a.s, 0, &m), GS_CLOSED);
	expect_status(gs_recv(b.s, 0, &m), GS_CLOSED);
	expect_status(gs_send(a.s, 0, 0, "x", 1), GS_CLOSED);
	expect_event(a.peer, GS_SHUTDOWN_EVENT);
	expect_change(a.peer, GS_SHUTDOWN_COMP);
	expect_event(b.peer, GS_SHUTDOWN_EVENT);
	expect_change(b.peer, GS_SHUTDOWN_COMP);
}
END_TEST

START_TEST(b171_whoever_waits_is_told)
{
	struct owned o = own(GS_ACTIVE, 0);
	struct errand taking, sending;

	o.at_peer = expect_notice_change(&o, GS_COMM_UP)->assoc_id;
	errand_start(&taking, take_for_ever, o.mailbox);
	errand_start(&sending, send_for_ever, &o);
	pause_ms(50);
	expect_ok(gs_mailbox_close(o.mailbox));
	expect_status(errand_finish(&taking), GS_CLOSED);
	expect_status(errand_finish(&sending), GS_CLOSED);
	expect_ok(gs_mailbox_close(o.mailbox));
}
END_TEST

START_TEST(b171_a_socket_that_was_given_away_lives_on)
{
	struct owned o = own(GS_ACTIVE, 0), other = { .mailbox = mailbox(), .s = o.s };

	expect_ok(gs_controlling_process(o.s, o.mailbox, other.mailbox));
	release_mailbox(o.mailbox);
	expect_notice_change(&other, GS_COMM_UP);
	say(o.peer, o.at_peer, "still here");
	expect_notice_text(&other, "still here");
}
END_TEST

START_TEST(a_closed_mailbox)
{
	struct gs_mailbox *m = mailbox();
	struct gs_notice n = { 0 };
	struct gs_socket *s = NULL;

	expect_ok(gs_mailbox_close(m));
	expect_status(gs_mailbox_take(m, GS_FOREVER, &n), GS_CLOSED);
	expect_status(gs_open(&(struct gs_open_options){ .owner = m }, &s), GS_BADARG);
	ck_assert_ptr_null(s);
}
END_TEST

/* ---- peeloff ---- */

START_TEST(b094_the_child_has_the_owner_and_the_mode)
{
	struct owned o = own(GS_ACTIVE, 0);
	struct owned child = { .mailbox = o.mailbox, .s = peel(o.s, expect_notice_change(&o, GS_COMM_UP)->assoc_id) };

	expect_mode(o.s, GS_ACTIVE, 0);
	expect_mode(child.s, GS_ACTIVE, 0);
	say(o.peer, o.at_peer, "to the child");
	expect_notice_text(&child, "to the child");
	expect_ok(gs_controlling_process(child.s, o.mailbox, mailbox()));
}
END_TEST

START_TEST(b094_and_what_is_left_of_n)
{
	struct owned o = own(GS_ACTIVE_N, 3);
	struct owned child = { .mailbox = o.mailbox, .s = peel(o.s, expect_notice_change(&o, GS_COMM_UP)->assoc_id) };

	expect_mode(o.s, GS_ACTIVE_N, 2);
	expect_mode(child.s, GS_ACTIVE_N, 2);
	say(o.peer, o.at_peer, "a");
	say(o.peer, o.at_peer, "b");
	expect_notice_text(&child, "a");
	expect_notice_text(&child, "b");
	expect_passive_notice(&child);
	expect_mode(o.s, GS_ACTIVE_N, 2);
}
END_TEST

START_TEST(b094_what_had_arrived_at_an_active_parent_is_its)
{
	struct owned o = own(GS_PASSIVE, 0);
	const int32_t id = expect_change(o.s, GS_COMM_UP)->assoc_id;
	struct owned child = { .mailbox = o.mailbox };

	say(o.peer, o.at_peer, "a");
	expect_ok(gs_set_active(o.s, GS_ACTIVE, 0));
	child.s = peel(o.s, id);
	say(o.peer, o.at_peer, "b");
	expect_notice_text(&o, "a");
	expect_notice_text(&child, "b");
}
END_TEST

START_TEST(b095_the_child_of_a_passive_parent_is_passive)
{
	struct owned o = own(GS_PASSIVE, 0);
	struct gs_socket *child = peel(o.s, expect_change(o.s, GS_COMM_UP)->assoc_id);

	expect_mode(child, GS_PASSIVE, 0);
	expect_no_notice(&o);
	say(o.peer, o.at_peer, "for recv");
	expect_text(child, "for recv");
}
END_TEST

/* ---- taking ---- */

START_TEST(wrong_arguments)
{
	struct gs_mailbox *m = mailbox();
	struct gs_notice n = { 0 };

	expect_status(gs_mailbox_new(NULL), GS_BADARG);
	expect_status(gs_mailbox_take(NULL, 0, &n), GS_BADARG);
	expect_status(gs_mailbox_take(m, 0, NULL), GS_BADARG);
	expect_status(gs_mailbox_take_sized(m, 0, &n, 8), GS_BADARG);
	expect_status(gs_mailbox_take(m, -2, &n), -EINVAL);
	expect_status(gs_mailbox_take(m, 4294967295LL, &n), -EINVAL);
	expect_status(gs_mailbox_fd(NULL), GS_BADARG);
	expect_status(gs_mailbox_close(NULL), GS_BADARG);
	expect_status(gs_set_active(NULL, GS_ACTIVE, 0), GS_BADARG);
	gs_mailbox_free(NULL);
	gs_notice_release(NULL);
	ck_assert_str_eq(gs_notice_name(0), "unknown");
	ck_assert_str_eq(gs_notice_name(GS_SCTP), "sctp");
	ck_assert_str_eq(gs_notice_name(GS_SCTP_PASSIVE), "sctp_passive");
}
END_TEST

START_TEST(one_thread_takes_at_a_time)
{
	struct gs_mailbox *m = mailbox();
	struct gs_notice n = { 0 };
	struct errand e;

	errand_start(&e, take_for_ever, m);
	while (gs_mailbox_take(m, 0, &n) != -EALREADY)
		pause_ms(1);
	expect_ok(gs_mailbox_close(m));
	expect_status(errand_finish(&e), GS_CLOSED);
}
END_TEST

START_TEST(time_out)
{
	struct gs_mailbox *m = mailbox();
	struct gs_notice n = { 0 };
	const double start = seconds_now();

	expect_status(gs_mailbox_take(m, 50, &n), GS_TIMEOUT);
	ck_assert(seconds_now() - start >= 0.05 && seconds_now() - start < 0.15);
}
END_TEST

/* A program compiled when struct gs_open_options knew no owner. */
static atomic_bool wakes;

static int wake_for_nothing(void *argument)
{
	const struct gs_mailbox *m = argument;
	const uint64_t one = 1;

	while (wakes)
		if (write(m->nudge, &one, sizeof(one)) < 0 && errno != EAGAIN)
			return -errno;
	return GS_OK;
}

/* Whoever wakes it, however often: the time-out holds, and what comes is taken. */
START_TEST(time_out_of_one_that_is_woken_for_nothing)
{
	struct owned o = own(GS_ACTIVE, 0);
	struct gs_notice n = { 0 };
	struct errand e;

	expect_notice_change(&o, GS_COMM_UP);
	wakes = true;
	errand_start(&e, wake_for_nothing, o.mailbox);
	for (int timeout = 0; timeout < 200; timeout += 50) {
		const double start = seconds_now();

		expect_status(gs_mailbox_take(o.mailbox, timeout, &n), GS_TIMEOUT);
		ck_assert(seconds_now() - start >= timeout / 1000.0);
	}
	say(o.peer, o.at_peer, "on");
	expect_notice_text(&o, "on");
	wakes = false;
	expect_ok(errand_finish(&e));
	/* and the last word of them does not wake it for ever */
	expect_status(gs_mailbox_take(o.mailbox, 0, &n), GS_TIMEOUT);
	ck_assert_int_eq(poll(&(struct pollfd){ .fd = gs_mailbox_fd(o.mailbox), .events = POLLIN }, 1, 0), 0);
}
END_TEST

START_TEST(a_shorter_struct_works)
{
	struct gs_open_options o = { .owner = mailbox() };
	struct gs_socket *s = NULL;

	expect_ok(gs_open_sized(&o, offsetof(struct gs_open_options, owner), &s));
	expect_status(gs_set_active(s, GS_ACTIVE, 0), -EINVAL);
	gs_free(s);
}
END_TEST

START_TEST(a_freed_socket_takes_its_notices_with_it)
{
	struct owned a = own_alone(), b = { .mailbox = a.mailbox };

	b.s = open_with(&(struct gs_open_options){ .owner = a.mailbox });
	expect_ok(gs_set_active(a.s, GS_ACTIVE_N, 0));
	expect_ok(gs_set_active(b.s, GS_ACTIVE_N, 0));
	expect_ok(gs_set_active(a.s, GS_ACTIVE_N, 0));
	release(a.s);
	expect_passive_notice(&b);
	expect_no_notice(&b);
}
END_TEST

START_TEST(nothing_is_left_behind)
{
	const int before = count_descriptors();

	for (int i = 0; i < 20; i++) {
		struct owned o = own(GS_ACTIVE, 0);

		if (i % 2)
			release_mailbox(o.mailbox);
		release(o.s);
		if (i % 2 == 0)
			release_mailbox(o.mailbox);
		release(o.peer);
	}
	ck_assert_int_eq(count_descriptors(), before);
}
END_TEST

START_TEST(without_descriptors)
{
	struct gs_mailbox *m = NULL;

	for (int room = 0; room < 2; room++) {
		limit_descriptors(room);
		expect_status(gs_mailbox_new(&m), -EMFILE);
		ck_assert_ptr_null(m);
	}
	limit_descriptors(2);
	expect_ok(gs_mailbox_new(&m));
	gs_mailbox_free(m);
}
END_TEST

/* connect hears of its outcome although another thread takes whatever comes */
START_TEST(connect_while_another_thread_takes)
{
	struct owned o = own_alone();
	struct gs_socket *servers[20];
	struct errand e;

	for (int i = 0; i < 20; i++)
		servers[i] = listener();
	expect_ok(gs_set_active(o.s, GS_ACTIVE, 0));
	errand_start(&e, take_for_ever, o.mailbox);
	for (int i = 0; i < 20; i++) {
		const union gs_addr there = localhost(port_of(servers[i]));
		struct gs_assoc_change c;

		expect_ok(gs_connect(o.s, &there, NULL, SOON, &c));
		ck_assert_uint_eq(c.state, GS_COMM_UP);
		expect_ok(gs_abort(o.s, c.assoc_id));
	}
	expect_ok(gs_mailbox_close(o.mailbox));
	expect_status(errand_finish(&e), GS_CLOSED);
}
END_TEST

START_TEST(sockets_come_and_go_while_another_thread_takes)
{
	struct owned o = own_alone();
	struct errand e;

	errand_start(&e, take_for_ever, o.mailbox);
	for (int i = 0; i < 50; i++) {
		struct owned more = own_too(o.mailbox, GS_PASSIVE, 0);

		for (int k = 0; k < 20; k++)
			say(more.peer, more.at_peer, "%d", k);
		expect_ok(gs_set_active(more.s, GS_ACTIVE, 0));
		release(more.s);
		release(more.peer);
	}
	expect_ok(gs_mailbox_close(o.mailbox));
	expect_status(errand_finish(&e), GS_CLOSED);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		b169_what_is_pending_goes_to_the_new_owner_in_order,
		b169_it_goes_behind_what_the_new_owner_has_and_leaves_other_sockets_alone,
		b169_the_mode_goes_along,
		b169_nothing_is_lost_or_doubled_while_both_take,
		b170_only_the_owner_gives_it_away,
		b170_wrong_arguments,
		b171_when_the_owner_is_gone_its_sockets_are_closed,
		b171_whoever_waits_is_told,
		b171_a_socket_that_was_given_away_lives_on,
		a_closed_mailbox,
		b094_the_child_has_the_owner_and_the_mode,
		b094_and_what_is_left_of_n,
		b094_what_had_arrived_at_an_active_parent_is_its,
		b095_the_child_of_a_passive_parent_is_passive,
		wrong_arguments,
		one_thread_takes_at_a_time,
		time_out,
		time_out_of_one_that_is_woken_for_nothing,
		a_shorter_struct_works,
		a_freed_socket_takes_its_notices_with_it,
		nothing_is_left_behind,
		without_descriptors,
		connect_while_another_thread_takes,
		sockets_come_and_go_while_another_thread_takes,
	};

	return RUN_SUITE("owner", tests, release_owners);
}
