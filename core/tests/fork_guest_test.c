/* SPDX-License-Identifier: Apache-2.0 */
/* A child of fork(2) closes and frees its copies of sockets and mailboxes: its parent feels nothing of it. */
#include "owner.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* Runs in a child, and has to come to its end there. */
static void in_a_child(void (*run)(void *), void *argument)
{
	int status;
	const pid_t pid = fork();

	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		alarm(20);
		run(argument);
		_exit(42);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 42, "the child ended with %#x", (unsigned)status);
}

static void free_pair(void *argument)
{
	struct pair *p = argument;

	gs_free(p->client);
	gs_free(p->server);
}

static void close_then_free_pair(void *argument)
{
	struct pair *p = argument;

	for (int times = 0; times < 2; times++)
		if (gs_close(p->client) != GS_OK)
			_exit(1);
	free_pair(p);
}

START_TEST(sockets_that_a_child_frees)
{
	struct pair p = associate();

	in_a_child(free_pair, &p);
	in_a_child(close_then_free_pair, &p);
	expect_ok(gs_send(p.client, p.at_client, 0, "there", 5));
	expect_text(p.server, "there");
	expect_ok(gs_send(p.server, p.at_server, 0, "back", 4));
	expect_text(p.client, "back");
	expect_quiet(p.client, 100);
}
END_TEST

static int receive_one(void *argument)
{
	struct gs_message m = { 0 };
	const int status = gs_recv(argument, GS_FOREVER, &m);

	gs_message_release(&m);
	return status;
}

START_TEST(a_receiver_that_waits_meanwhile)
{
	struct pair p = associate();
	struct errand e;

	errand_start(&e, receive_one, p.server);
	wait_until_received(p.server);
	in_a_child(free_pair, &p);
	pause_ms(100);
	expect_ok(gs_send(p.client, p.at_client, 0, "x", 1));
	expect_ok(errand_finish(&e));
}
END_TEST

static int send_until_full_and_on(void *argument)
{
	static const uint8_t block[1000];
	struct pair *p = argument;
	int status = GS_OK;

	for (int i = 0; i < 2000 && status == GS_OK; i++)
		status = gs_send(p->client, p->at_client, 0, block, sizeof(block));
	return status;
}

START_TEST(a_sender_that_waits_meanwhile)
{
	struct pair p = associate();
	struct gs_message m = { 0 };
	struct errand e;

	errand_start(&e, send_until_full_and_on, &p);
	pause_ms(2000);
	in_a_child(free_pair, &p);
	for (int i = 0; i < 2000; i++)
		expect_ok(gs_recv(p.server, SOON, &m));
	expect_ok(errand_finish(&e));
	gs_message_release(&m);
}
END_TEST

static void free_owned(void *argument)
{
	struct owned *o = argument;

	gs_free(o->s);
	gs_mailbox_free(o->mailbox);
}

static void free_mailbox_first(void *argument)
{
	struct owned *o = argument;

	gs_mailbox_free(o->mailbox);
	gs_free(o->s);
}

START_TEST(a_mailbox_that_a_child_frees)
{
	struct owned o = own(GS_ACTIVE, 0);
	struct gs_notice n = { 0 };

	in_a_child(free_owned, &o);
	in_a_child(free_mailbox_first, &o);
	expect_notice_change(&o, GS_COMM_UP);
	expect_status(gs_mailbox_take(o.mailbox, 100, &n), GS_TIMEOUT);
	say(o.peer, o.at_peer, "on");
	in_a_child(free_owned, &o);
	expect_notice_text(&o, "on");
	expect_status(gs_mailbox_take(o.mailbox, 0, &n), GS_TIMEOUT);
}
END_TEST

/* ... with notices in it that are not taken yet */
START_TEST(a_mailbox_with_letters)
{
	struct owned o = own(GS_ACTIVE, 0);

	say(o.peer, o.at_peer, "one");
	pause_ms(100);
	expect_mode(o.s, GS_ACTIVE, 0); /* so that they are delivered */
	in_a_child(free_mailbox_first, &o);
	in_a_child(free_owned, &o);
	expect_notice_change(&o, GS_COMM_UP);
	expect_notice_text(&o, "one");
}
END_TEST

static int at_the_beginning;

static void free_all_and_count(void *argument)
{
	struct owned *o = argument;

	free_owned(o);
	gs_free(o->peer);
	if (count_descriptors() != at_the_beginning)
		_exit(1);
}

START_TEST(nothing_stays_open_in_a_child)
{
	struct owned o;

	at_the_beginning = count_descriptors();
	o = own(GS_ACTIVE, 0);
	ck_assert_int_gt(count_descriptors(), at_the_beginning + 5);
	in_a_child(free_all_and_count, &o);
}
END_TEST

struct busy {
	struct pair p;
	_Atomic int over;
};

static int ask_always(void *argument)
{
	struct busy *b = argument;
	struct gs_message m = { 0 };

	while (!b->over) {
		if (gs_send(b->p.client, b->p.at_client, 0, "x", 1) != GS_OK || gs_recv(b->p.server, SOON, &m) != GS_OK)
			return GS_CLOSED;
	}
	gs_message_release(&m);
	return GS_OK;
}

static void free_busy(void *argument)
{
	struct busy *b = argument;

	free_pair(&b->p);
}

/* The child is made in the middle of whatever another thread does: it must not wait for that one's locks. */
START_TEST(a_child_that_is_made_in_the_middle_of_a_call)
{
	static struct busy b;
	struct errand e;

	b.p = associate();
	errand_start(&e, ask_always, &b);
	for (int i = 0; i < 200; i++)
		in_a_child(free_busy, &b);
	b.over = 1;
	expect_ok(errand_finish(&e));
}
END_TEST

static int connect_for_long(void *argument)
{
	const union gs_addr nobody = silent_peer();

	return gs_connect(argument, &nobody, NULL, SOON, NULL);
}

/* The descriptors that exec(2) would hand on. */
static int count_handed_on(void)
{
	DIR *dir = opendir("/proc/self/fd");
	const struct dirent *entry;
	int n = 0;

	ck_assert_ptr_nonnull(dir);
	while ((entry = readdir(dir))) {
		const int flags = fcntl(atoi(entry->d_name), F_GETFD);

		if (entry->d_name[0] != '.' && flags >= 0 && !(flags & FD_CLOEXEC))
			n++;
	}
	closedir(dir);
	return n;
}

START_TEST(nothing_is_handed_on_to_another_program)
{
	const int before = count_handed_on();
	struct gs_socket *s, *adopted;
	struct owned o;
	struct pair p;
	struct errand e;

	enter_private_network();
	p = associate();
	peel(p.server, p.at_server);
	o = own(GS_ACTIVE, 0);
	ck_assert_ptr_nonnull(o.mailbox);
	expect_ok(gs_open(&(struct gs_open_options){ .netns = "/proc/self/ns/net" }, &s));
	expect_ok(gs_adopt(socket(AF_INET, SOCK_SEQPACKET, IPPROTO_SCTP), &adopted));
	errand_start(&e, connect_for_long, s);
	pause_ms(100);
	ck_assert_int_gt(count_descriptors(), before + 12);
	ck_assert_int_eq(count_handed_on(), before);
	expect_ok(gs_close(s));
	errand_finish(&e);
	gs_free(s);
	gs_free(adopted);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		sockets_that_a_child_frees,
		a_receiver_that_waits_meanwhile,
		a_sender_that_waits_meanwhile,
		a_mailbox_that_a_child_frees,
		a_mailbox_with_letters,
		nothing_stays_open_in_a_child,
		a_child_that_is_made_in_the_middle_of_a_call,
		nothing_is_handed_on_to_another_program,
	};

	return RUN_SUITE("gen_sctp after fork", tests, release_owners);
}
