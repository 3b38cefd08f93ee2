/* SPDX-License-Identifier: Apache-2.0 */
/* A send that waits for room: what it answers when its association ends, its path dies or its socket goes. Nothing may
 * wait for what cannot come. A blocking sendmsg(2) on the same descriptor is asked as well: it answers when the library
 * does. (Who waited in the kernel may hear ESRCH from it, and EPIPE like anybody else the next time.) */
#include "wire.h"

#include <fcntl.h>
#include <linux/sctp.h>
#include <stdio.h>

enum { BLOCK = 1000, LIBRARY = 0, PLAIN, N_WAYS };

struct sender {
	struct gs_socket *s;
	int32_t assoc_id;
	int way;
	_Atomic int sent;
	struct errand errand;
};

static int send_plain(int fd, int32_t assoc_id, const void *octets)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(struct sctp_sndrcvinfo))];
	} control = { 0 };
	struct sctp_sndrcvinfo info = { .sinfo_assoc_id = assoc_id };
	struct iovec part = { (void *)(uintptr_t)octets, BLOCK };
	const struct msghdr msg = {
		.msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control)
	};

	control.head.cmsg_level = IPPROTO_SCTP;
	control.head.cmsg_type = SCTP_SNDRCV;
	control.head.cmsg_len = CMSG_LEN(sizeof(info));
	memcpy(CMSG_DATA(&control.head), &info, sizeof(info));
	return sendmsg(fd, &msg, MSG_NOSIGNAL) < 0 ? -errno : GS_OK;
}

/* Until a send fails, or so many are through that none can have had to wait for room any more. */
static int send_on(void *argument)
{
	static const uint8_t block[BLOCK];
	struct sender *e = argument;
	int status = GS_OK;

	while (status == GS_OK && e->sent < 200) {
		status = e->way == PLAIN ? send_plain(gs_fd(e->s), e->assoc_id, block)
					 : gs_send(e->s, e->assoc_id, 0, block, sizeof(block));
		if (status == GS_OK)
			e->sent++;
	}
	return status;
}

/* Returns when it waits: some are sent, and for a long time no more. */
static void start_sending(struct sender *e)
{
	int before;

	if (e->way == PLAIN)
		ck_assert_int_eq(fcntl(gs_fd(e->s), F_SETFL, fcntl(gs_fd(e->s), F_GETFL) & ~O_NONBLOCK), 0);
	errand_start(&e->errand, send_on, e);
	do {
		before = e->sent;
		pause_ms(300);
	} while (e->sent == 0 || e->sent != before);
	ck_assert_int_lt(e->sent, 200);
}

static void expect_answer(struct sender *e, int status)
{
	int got = errand_finish(&e->errand);

	if (e->way == PLAIN && got == -ESRCH)
		got = send_on(e);
	ck_assert_msg(got == status, "%s send that waited: %d (%s), expected %d (%s)",
		e->way == PLAIN ? "a plain" : "the library's", got, gs_status_name(got), status,
		gs_status_name(status));
}

/* An association with little room at the client, whose paths are given up quickly, and whose server does not read. */
static struct pair narrow(void)
{
	const struct gs_options client = GS_OPTIONS({ .name = GS_OPT_SNDBUF, .value = 10000 },
		{ .name = GS_OPT_RTOINFO,
			.rtoinfo = { .initial = GS_SET(100), .max = GS_SET(100), .min = GS_SET(100) } },
		{ .name = GS_OPT_ASSOCINFO, .associnfo = { .asocmaxrxt = GS_SET(3) } });
	const struct gs_options server = GS_OPTIONS({ .name = GS_OPT_RECBUF, .value = 10000 });

	return associate_with(&client, &server);
}

static struct sender wait_in_vain(const struct pair *p, int way)
{
	struct sender e = { .s = p->client, .assoc_id = p->at_client, .way = way };

	return e;
}

START_TEST(an_association_that_is_lost)
{
	for (int way = 0; way < N_WAYS; way++) {
		struct pair p = narrow();
		struct sender e = wait_in_vain(&p, way);

		deafen(p.server);
		start_sending(&e);
		/* nobody reads what the client is told meanwhile */
		expect_answer(&e, -EPIPE);
	}
}
END_TEST

START_TEST(an_association_that_is_lost_while_all_is_read)
{
	struct pair p = narrow();
	struct sender e = wait_in_vain(&p, LIBRARY);
	struct gs_message m = { 0 };

	deafen(p.server);
	start_sending(&e);
	do
		gs_recv(p.client, SOON, &m);
	while (m.event.type != GS_ASSOC_CHANGE);
	ck_assert_uint_eq(m.event.assoc_change.state, GS_COMM_LOST);
	expect_answer(&e, -EPIPE);
	gs_message_release(&m);
}
END_TEST

START_TEST(an_association_that_is_aborted)
{
	for (int way = 0; way < N_WAYS; way++) {
		for (int by_peer = 0; by_peer < 2; by_peer++) {
			struct pair p = narrow();
			struct sender e = wait_in_vain(&p, way);

			start_sending(&e);
			expect_ok(by_peer ? gs_abort(p.server, p.at_server) : gs_abort(p.client, p.at_client));
			expect_answer(&e, -EPIPE);
		}
	}
}
END_TEST

START_TEST(an_association_that_is_shut_down)
{
	for (int way = 0; way < N_WAYS; way++) {
		for (int by_peer = 0; by_peer < 2; by_peer++) {
			struct pair p = narrow();
			struct sender e = wait_in_vain(&p, way);

			start_sending(&e);
			expect_ok(by_peer ? gs_eof(p.server, p.at_server) : gs_eof(p.client, p.at_client));
			expect_answer(&e, -EPIPE);
		}
	}
}
END_TEST

START_TEST(an_association_that_is_peeled_off)
{
	for (int way = 0; way < N_WAYS; way++) {
		struct pair p = narrow();
		struct sender e = wait_in_vain(&p, way);

		start_sending(&e);
		peel(p.client, p.at_client);
		expect_answer(&e, -EPIPE);
	}
}
END_TEST

/* The peer begins again, at the same addresses and port, and reads: what waited goes on. */
START_TEST(an_association_that_restarts)
{
	for (int way = 0; way < N_WAYS; way++) {
		struct pair p = narrow();
		struct sender e = wait_in_vain(&p, way);
		const uint16_t port = port_of(p.server);
		struct gs_socket *again;
		struct gs_message m = { 0 };

		expect_ok(gs_listen(p.client, GS_LISTEN));
		start_sending(&e);
		deafen(p.client);
		release(p.server);
		hear_again(p.client);
		again = open_with(&(struct gs_open_options){
			.port = port, .addrs = (union gs_addr[]){ localhost(port) }, .n_addrs = 1 });
		expect_ok(gs_connect(again, &p.client_addr, NULL, SOON, NULL));
		while (e.sent < 200)
			expect_ok(gs_recv(again, SOON, &m));
		expect_answer(&e, GS_OK);
		gs_message_release(&m);
	}
}
END_TEST

START_TEST(a_socket_that_is_closed)
{
	struct pair p = narrow();
	struct sender e = wait_in_vain(&p, LIBRARY);

	start_sending(&e);
	expect_ok(gs_close(p.client));
	expect_answer(&e, GS_CLOSED);
}
END_TEST

/* What has come and is not read is no reason to stop waiting, or to go on. */
START_TEST(a_receive_buffer_that_is_full)
{
	static const uint8_t block[BLOCK];
	struct pair p = narrow();
	struct sender e = wait_in_vain(&p, LIBRARY);
	struct gs_message m = { 0 };
	int sent;

	setopt_int(p.server, GS_OPT_NON_BLOCK_SEND, 1);
	while (gs_send(p.server, p.at_server, 0, block, sizeof(block)) == GS_OK)
		;
	start_sending(&e);
	sent = e.sent;
	pause_ms(5000);
	ck_assert_int_eq(e.sent, sent);
	while (e.sent < 200)
		expect_ok(gs_recv(p.server, SOON, &m));
	expect_answer(&e, GS_OK);
	gs_message_release(&m);
}
END_TEST

/* One of two paths dies: it is waited for until the other carries what was sent. */
START_TEST(a_path_that_dies)
{
	const union gs_addr two[] = { addr_of("127.0.0.1", 0), addr_of("127.0.0.2", 0) };
	struct gs_socket *server = open_with(&(struct gs_open_options){
		.addrs = two, .n_addrs = 2, .options = GS_OPTIONS({ .name = GS_OPT_RECBUF, .value = 10000 }) });
	struct gs_socket *client = open_with(&(struct gs_open_options){ .addrs = two,
		.n_addrs = 1,
		.options = GS_OPTIONS({ .name = GS_OPT_SNDBUF, .value = 10000 },
			{ .name = GS_OPT_PEER_ADDR_PARAMS, .peer_addr_params = { .pathmaxrxt = GS_SET(1) } },
			{ .name = GS_OPT_RTOINFO,
				.rtoinfo = { .initial = GS_SET(1000), .max = GS_SET(1000), .min = GS_SET(1000) } }) });
	struct gs_message m = { 0 };
	struct sender e;
	struct pair p;

	expect_ok(gs_listen(server, GS_LISTEN));
	p = associate_between(client, server);
	/* only a path that worked can take over */
	ck_assert_uint_eq(expect_event(client, GS_PADDR_CHANGE)->event.paddr_change.state, GS_ADDR_CONFIRMED);
	e = wait_in_vain(&p, LIBRARY);
	deafen_at(server, "127.0.0.1");
	start_sending(&e);
	while (e.sent < 200)
		expect_ok(gs_recv(server, SOON, &m));
	expect_answer(&e, GS_OK);
	gs_message_release(&m);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		an_association_that_is_lost,
		an_association_that_is_lost_while_all_is_read,
		an_association_that_is_aborted,
		an_association_that_is_shut_down,
		an_association_that_is_peeled_off,
		an_association_that_restarts,
		a_socket_that_is_closed,
		a_receive_buffer_that_is_full,
		a_path_that_dies,
	};

	return RUN_SUITE("gen_sctp sends that wait", tests, release_all);
}
