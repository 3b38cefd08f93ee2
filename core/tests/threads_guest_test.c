/* SPDX-License-Identifier: Apache-2.0 */
/*
 * threads_guest_test.c - many threads on one socket at once; also run with ThreadSanitizer.
 *
 * What is asserted is what must hold however they interleave: every message arrives once and in its
 * stream's order, and each call ends with a status that its header entry allows.
 */
#include "loopback.h"

#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>

#define SENDERS 3
#define MESSAGES 60

struct scene {
	struct pair p;
	atomic_bool over;
	struct gs_mailbox *a, *b; /* owners of the server */
	union gs_addr next_peer;
	uint32_t next[SENDERS]; /* the number of the message that a stream has next */
	atomic_uint received;
};

struct sender {
	struct scene *scene;
	uint32_t stream;
};

/* How many were sent before the socket was closed. */
static int send_all(void *argument)
{
	const struct sender *sender = argument;
	const struct pair *p = &sender->scene->p;

	for (uint32_t i = 0; i < MESSAGES; i++) {
		const int status = gs_send(p->client, p->at_client, sender->stream, &i, sizeof(i));

		if (status != GS_OK)
			return status == GS_CLOSED ? (int)i : status;
	}
	return MESSAGES;
}

static void start_senders(struct scene *scene, struct sender senders[SENDERS], struct errand errands[SENDERS])
{
	for (uint32_t i = 0; i < SENDERS; i++) {
		senders[i] = (struct sender){ scene, i };
		errand_start(&errands[i], send_all, &senders[i]);
	}
}

static bool note_message(struct scene *scene, const struct gs_message *m)
{
	uint32_t number;

	if (m->event.type != GS_DATA)
		return true;
	if (m->event.data.length != sizeof(number) || m->event.data.info.stream >= SENDERS)
		return false;
	memcpy(&number, m->event.data.bytes, sizeof(number));
	scene->received++;
	return scene->next[m->event.data.info.stream]++ == number;
}

/* ---- passive ---- */

static int receive_all(void *argument)
{
	struct scene *scene = argument;
	struct gs_message m = { 0 };
	int status = GS_OK;

	while (scene->received < SENDERS * MESSAGES && status == GS_OK) {
		status = gs_recv(scene->p.server, SOON, &m);
		if (status == GS_OK && !note_message(scene, &m))
			status = -EPROTO;
	}
	gs_message_release(&m);
	return status;
}

/* Asks and sets while the others work: GS_OK, or -EINVAL from the moment that it is closed. */
static int ask(void *argument)
{
	struct scene *scene = argument;
	struct gs_socket *s = scene->p.client;

	while (!scene->over) {
		struct gs_option status = { .name = GS_OPT_STATUS, .status = { .assoc_id = scene->p.at_client } };
		union gs_addr *addrs;
		size_t n;
		int result = gs_getopt(s, &status);

		if (result == GS_OK)
			result = gs_setopt(s, &(struct gs_option){ .name = GS_OPT_BUFFER, .value = 5000 });
		if (result == GS_OK)
			result = gs_peernames(s, scene->p.at_client, &addrs, &n);
		if (result != GS_OK)
			return result == -EINVAL ? GS_OK : result;
		gs_addrs_free(addrs);
	}
	return GS_OK;
}

START_TEST(senders_and_a_receiver_and_one_who_asks)
{
	struct scene scene = { .p = associate() };
	struct errand senders[SENDERS], receiver, asker;
	struct sender who[SENDERS];

	errand_start(&receiver, receive_all, &scene);
	errand_start(&asker, ask, &scene);
	start_senders(&scene, who, senders);
	for (int i = 0; i < SENDERS; i++)
		ck_assert_int_eq(errand_finish(&senders[i]), MESSAGES);
	ck_assert_int_eq(errand_finish(&receiver), GS_OK);
	scene.over = true;
	ck_assert_int_eq(errand_finish(&asker), GS_OK);
	ck_assert_uint_eq(scene.received, SENDERS * MESSAGES);
}
END_TEST

static int receive_until_closed(void *argument)
{
	struct scene *scene = argument;
	struct gs_message m = { 0 };
	int status;

	do
		status = gs_recv(scene->p.client, GS_FOREVER, &m);
	while (status == GS_OK);
	gs_message_release(&m);
	return status;
}

START_TEST(close_ends_them_all)
{
	struct scene scene = { .p = associate() };
	struct errand senders[SENDERS], receiver, asker, other_end;
	struct sender who[SENDERS];

	errand_start(&other_end, receive_all, &scene);
	errand_start(&receiver, receive_until_closed, &scene);
	errand_start(&asker, ask, &scene);
	start_senders(&scene, who, senders);
	while (scene.received < MESSAGES / 4) /* in the midst of it */
		pause_ms(1);
	ck_assert_int_eq(gs_close(scene.p.client), GS_OK);
	for (int i = 0; i < SENDERS; i++)
		ck_assert_int_ge(errand_finish(&senders[i]), 0);
	ck_assert_int_eq(errand_finish(&receiver), GS_CLOSED);
	ck_assert_int_eq(errand_finish(&asker), GS_OK);
	/* the other end has all that was sent, and then nothing more comes */
	ck_assert_int_eq(gs_close(scene.p.server), GS_OK);
	ck_assert_int_ne(errand_finish(&other_end), -EPROTO);
}
END_TEST

/* ---- owners ---- */

/* Until all has been delivered to one of the owners. A notice of one that is no longer the owner
 * may come in between: the order is only given within one owner's mailbox, so they are asked in
 * turns. */
static int take_from(struct scene *scene, struct gs_mailbox *m, struct gs_notice *n)
{
	const int status = gs_mailbox_take(m, 0, n);

	if (status == GS_OK && n->type == GS_SCTP && !note_message(scene, &n->message))
		return -EPROTO;
	return status == GS_TIMEOUT ? GS_OK : status;
}

/* Hands the socket to and fro, and changes its mode. */
static int juggle(void *argument)
{
	struct scene *scene = argument;
	struct gs_mailbox *from = scene->a, *to = scene->b;

	while (!scene->over) {
		struct gs_mailbox *old = from;
		int status = gs_controlling_process(scene->p.server, from, to);

		if (status == GS_OK)
			status = gs_set_active(scene->p.server, GS_ACTIVE_N, 3);
		if (status == GS_OK)
			status = gs_set_active(scene->p.server, GS_ACTIVE, 0);
		if (status != GS_OK)
			return status;
		from = to;
		to = old;
	}
	return GS_OK;
}

START_TEST(owners_change_while_all_is_delivered)
{
	struct scene scene = { .p = associate() };
	struct errand senders[SENDERS], juggler;
	struct sender who[SENDERS];
	struct gs_notice n = { 0 };
	int status = GS_OK;

	expect_ok(gs_mailbox_new(&scene.a));
	expect_ok(gs_mailbox_new(&scene.b));
	expect_ok(gs_controlling_process(scene.p.server, NULL, scene.a));
	expect_ok(gs_set_active(scene.p.server, GS_ACTIVE, 0));
	errand_start(&juggler, juggle, &scene);
	start_senders(&scene, who, senders);
	while (scene.received < SENDERS * MESSAGES && status == GS_OK) {
		struct pollfd fds[2] = { { .fd = gs_mailbox_fd(scene.a), .events = POLLIN },
			{ .fd = gs_mailbox_fd(scene.b), .events = POLLIN } };

		ck_assert_int_ge(poll(fds, 2, SOON), 0);
		status = take_from(&scene, scene.a, &n);
		if (status == GS_OK)
			status = take_from(&scene, scene.b, &n);
	}
	expect_ok(status);
	scene.over = true;
	expect_ok(errand_finish(&juggler));
	for (int i = 0; i < SENDERS; i++)
		ck_assert_int_eq(errand_finish(&senders[i]), MESSAGES);
	gs_notice_release(&n);
	release(scene.p.server);
	gs_mailbox_free(scene.a);
	gs_mailbox_free(scene.b);
}
END_TEST

/* The thread that connects is never quicker to read its outcome than the one that takes. */
static int connect_lazily(void *argument)
{
	struct scene *scene = argument;

	if (sched_setscheduler(0, SCHED_IDLE, &(struct sched_param){ 0 }) < 0)
		return -errno;
	return gs_connect(scene->p.client, &scene->next_peer, NULL, SOON, NULL);
}

START_TEST(an_outcome_that_another_waits_for_leaves_the_notice_alone)
{
	struct scene scene = { .p = associate() };
	struct gs_socket *next = listener();
	struct gs_notice n = { 0 };
	struct errand connecting;

	scene.next_peer = localhost(port_of(next));
	expect_ok(gs_mailbox_new(&scene.a));
	expect_ok(gs_controlling_process(scene.p.client, NULL, scene.a));
	expect_ok(gs_set_active(scene.p.client, GS_ACTIVE, 0));
	expect_ok(gs_send(scene.p.server, scene.p.at_server, 0, "first", 5));
	expect_ok(gs_mailbox_take(scene.a, SOON, &n));

	errand_start(&connecting, connect_lazily, &scene);
	expect_status(gs_mailbox_take(scene.a, 500, &n), GS_TIMEOUT);
	expect_ok(errand_finish(&connecting));
	ck_assert_uint_eq(n.message.event.data.length, 5);
	ck_assert_mem_eq(n.message.event.data.bytes, "first", 5);

	/* and nobody else has its memory */
	expect_change(next, GS_COMM_UP);
	expect_ok(gs_abort(scene.p.server, scene.p.at_server));
	expect_ok(gs_mailbox_take(scene.a, SOON, &n));
	ck_assert_uint_eq(n.message.event.type, GS_ASSOC_CHANGE);
	gs_notice_release(&n);
	release(scene.p.client);
	gs_mailbox_free(scene.a);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = { senders_and_a_receiver_and_one_who_asks, close_ends_them_all,
		owners_change_while_all_is_delivered, an_outcome_that_another_waits_for_leaves_the_notice_alone };

	return RUN_SUITE("gen_sctp in many threads", tests, release_all);
}
