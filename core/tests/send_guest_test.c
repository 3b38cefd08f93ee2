/* SPDX-License-Identifier: Apache-2.0 */
/* gen_sctp.md section 8: send and recv. The number in a test's name is the behaviour's. */
#include "wire.h"

#include <arpa/inet.h>
#include <linux/sctp.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>

static struct gs_sndrcvinfo info_for(int32_t assoc_id)
{
	return (struct gs_sndrcvinfo){ .assoc_id = assoc_id };
}

static uint8_t *pattern(size_t length)
{
	uint8_t *bytes = malloc(length);

	ck_assert_ptr_nonnull(bytes);
	for (size_t i = 0; i < length; i++)
		bytes[i] = (uint8_t)(i * 7 + (i >> 8));
	return bytes;
}

START_TEST(b111_boundaries_are_kept)
{
	static const size_t sizes[] = { 1, 1000, 60000, 65536 };
	struct pair p = associate();

	for (size_t i = 0; i < 4; i++) {
		uint8_t *bytes = pattern(sizes[i]);

		expect_ok(gs_send(p.client, p.at_client, 0, bytes, sizes[i]));
		expect_data(p.server, bytes, sizes[i]);
		free(bytes);
	}
}
END_TEST

START_TEST(b112_b134_b142_stream_ssn_and_sender)
{
	struct pair p = associate();
	uint32_t tsn = 0;

	for (uint32_t i = 0; i < 3; i++) {
		const struct gs_message *m;

		expect_ok(gs_send(p.client, p.at_client, 4, "x", 1));
		m = expect_event(p.server, GS_DATA);
		ck_assert_uint_eq(m->event.data.has_info, 1);
		ck_assert_uint_eq(m->event.data.info.stream, 4);
		ck_assert_uint_eq(m->event.data.info.ssn, i);
		ck_assert_int_eq(m->event.data.info.assoc_id, p.at_server);
		ck_assert_uint_eq(m->event.data.info.flags, 0);
		ck_assert_uint_eq(m->event.data.info.cumtsn, 0);
		ck_assert_uint_eq(m->event.data.info.context, 0);
		ck_assert_uint_eq(m->event.data.info.timetolive, 0);
		ck_assert(gs_addr_equal(&m->from, &p.client_addr));
		if (i > 0)
			ck_assert_uint_eq(m->event.data.info.tsn, tsn + 1);
		tsn = m->event.data.info.tsn;
	}
	expect_ok(gs_send(p.client, p.at_client, 5, "x", 1));
	ck_assert_uint_eq(expect_text(p.server, "x")->info.ssn, 0);
}
END_TEST

START_TEST(b113_ppid_arrives_in_host_order)
{
	static const uint32_t ppids[] = { 0xdeadbeef, 0xffffffff, 1 };
	struct pair p = associate();
	struct gs_sndrcvinfo info = info_for(p.at_client);

	for (size_t i = 0; i < 3; i++) {
		info.ppid = ppids[i];
		expect_ok(gs_send_info(p.client, &info, "x", 1));
		ck_assert_uint_eq(expect_text(p.server, "x")->info.ppid, ppids[i]);
	}
}
END_TEST

/* ppid and context cannot be out of range in C */
START_TEST(b114_b128_b129_fields_that_cannot_be_sent)
{
	struct pair p = associate();
	const struct {
		struct gs_sndrcvinfo info;
		int field;
	} wrong[] = {
		{ { .stream = 65536 }, 1 },
		{ { .ssn = 1 }, 2 },
		{ { .flags = 8 }, 3 },
		{ { .flags = 0x80000000 }, 3 },
		{ { .tsn = 1 }, 7 },
		{ { .cumtsn = 1 }, 8 },
	};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct gs_sndrcvinfo info = wrong[i].info;

		info.assoc_id = p.at_client;
		expect_status(gs_send_info(p.client, &info, "x", 1), GS_FIELD - wrong[i].field);
	}
	expect_status(gs_send(p.client, p.at_client, 65536, "x", 1), GS_FIELD - 1);
	expect_quiet(p.server, 0);
}
END_TEST

START_TEST(b115_the_first_stream_too_many)
{
	struct pair p = associate();
	const uint32_t streams = p.client_up.outbound_streams;

	expect_status(gs_send(p.client, p.at_client, streams, "x", 1), -EINVAL);
	expect_ok(gs_send(p.client, p.at_client, streams - 1, "y", 1));
	expect_text(p.server, "y");
}
END_TEST

START_TEST(b116_b117_unknown_association_and_empty_message)
{
	struct pair p = associate();
	const struct gs_sndrcvinfo info = info_for(p.at_client);

	expect_status(gs_send(p.client, 9999, 0, "x", 1), -EPIPE);
	expect_status(gs_send(p.client, 0, 0, "x", 1), -EPIPE);
	expect_status(gs_send(p.client, p.at_client, 0, NULL, 0), -EINVAL);
	expect_status(gs_send(p.client, p.at_client, 0, "", 0), -EINVAL);
	expect_status(gs_send_info(p.client, &info, "", 0), -EINVAL);
	expect_status(gs_send(p.client, p.at_client, 0, NULL, 1), GS_BADARG);
}
END_TEST

START_TEST(b118_larger_than_the_send_buffer)
{
	struct pair p = associate();
	const size_t size = 200000;
	uint8_t *bytes = pattern(size);

	setopt_int(p.client, GS_OPT_SNDBUF, 20000);
	expect_status(gs_send(p.client, p.at_client, 0, bytes, size), -EMSGSIZE);
	free(bytes);
}
END_TEST

START_TEST(b119_unordered)
{
	struct pair p = associate();
	struct gs_sndrcvinfo info = info_for(p.at_client);
	const struct gs_data *d;

	info.flags = GS_UNORDERED;
	expect_ok(gs_send_info(p.client, &info, "u", 1));
	d = expect_text(p.server, "u");
	ck_assert_uint_eq(d->info.flags, GS_UNORDERED);
	ck_assert_uint_ne(d->info.cumtsn, 0);
}
END_TEST

START_TEST(b120_data_with_eof_and_with_abort)
{
	struct pair p = associate();
	struct gs_sndrcvinfo info = info_for(p.at_client);

	info.flags = GS_EOF;
	expect_status(gs_send_info(p.client, &info, "x", 1), -EINVAL);
	info.flags = GS_ABORT;
	expect_ok(gs_send_info(p.client, &info, "why", 3));
	expect_change(p.client, GS_COMM_LOST);
	expect_change(p.server, GS_COMM_LOST);
}
END_TEST

START_TEST(b121_addr_over)
{
	struct pair p = associate();
	struct gs_sndrcvinfo info = info_for(p.at_client);

	info.flags = GS_ADDR_OVER;
	expect_status(gs_send_info(p.client, &info, "x", 1), -EINVAL);
}
END_TEST

static struct gs_option default_param(int32_t assoc_id, int64_t ppid)
{
	return (struct gs_option){
		.name = GS_OPT_DEFAULT_SEND_PARAM,
		.default_send_param = { .assoc_id = assoc_id,
			.stream = GS_SET(3),
			.flags = GS_SET(GS_UNORDERED),
			.ppid = GS_SET(ppid) },
	};
}

START_TEST(b122_b123_b124_default_send_param)
{
	struct pair p = associate();
	const struct gs_sndrcvinfo info = info_for(p.at_client);
	const struct gs_option endpoint = default_param(0, 9);
	const struct gs_option association = default_param(p.at_client, 10);
	const struct gs_data *d;
	struct pair q;

	expect_ok(gs_setopt(p.client, &association));
	expect_ok(gs_setopt(p.client, &endpoint));
	q = associate_between(p.client, listener());
	expect_ok(gs_send(q.client, q.at_client, 1, "q", 1));
	d = expect_text(q.server, "q");
	ck_assert_uint_eq(d->info.stream, 1);
	ck_assert_uint_eq(d->info.ppid, 9);
	ck_assert_uint_eq(d->info.flags, GS_UNORDERED);
	expect_ok(gs_send(p.client, p.at_client, 1, "p", 1));
	ck_assert_uint_eq(expect_text(p.server, "p")->info.ppid, 10);
	expect_ok(gs_send_info(p.client, &info, "plain", 5));
	d = expect_text(p.server, "plain");
	ck_assert_uint_eq(d->info.ppid, 0);
	ck_assert_uint_eq(d->info.flags, 0);
}
END_TEST

/* What is not on the wire shows in what comes back of a message that never arrived. */
START_TEST(b122_b123_default_context)
{
	struct pair p = associate();
	const struct gs_sndrcvinfo info = info_for(p.at_client);
	const uint32_t contexts[] = { 4711, 0 };

	expect_ok(gs_setopt(p.client,
		&(struct gs_option){ .name = GS_OPT_DEFAULT_SEND_PARAM,
			.default_send_param = { .assoc_id = p.at_client, .context = GS_SET(4711) } }));
	deafen(p.server);
	expect_ok(gs_send(p.client, p.at_client, 0, "default", 7));
	expect_ok(gs_send_info(p.client, &info, "plain", 5));
	expect_ok(gs_abort(p.client, p.at_client));
	expect_change(p.client, GS_COMM_LOST);
	for (size_t i = 0; i < 2; i++)
		ck_assert_uint_eq(expect_event(p.client, GS_SEND_FAILED)->event.send_failed.info.context, contexts[i]);
}
END_TEST

/* Numbered messages until the buffer is full; how many. */
static uint32_t fill(struct pair *p)
{
	uint32_t n = 0, block[250] = { 0 };
	int status;

	do {
		block[0] = n;
		status = gs_send(p->client, p->at_client, 0, block, sizeof(block));
		n += status == GS_OK;
	} while (status == GS_OK);
	expect_status(status, -EAGAIN);
	return n;
}

static void drain(struct gs_socket *s, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		uint32_t number;

		memcpy(&number, expect_event(s, GS_DATA)->event.data.bytes, sizeof(number));
		ck_assert_uint_eq(number, i);
	}
}

START_TEST(b125_non_block_send)
{
	struct pair p = associate();
	uint32_t n;

	setopt_int(p.client, GS_OPT_NON_BLOCK_SEND, 1);
	n = fill(&p);
	ck_assert_uint_gt(n, 10);
	expect_status(gs_send(p.client, p.at_client, 0, "one more", 8), -EAGAIN);
	drain(p.server, n);
	ck_assert_int_eq(poll(&(struct pollfd){ .fd = gs_fd(p.client), .events = POLLOUT }, 1, SOON), 1);
	expect_ok(gs_send(p.client, p.at_client, 0, "again", 5));
	expect_text(p.server, "again");
	expect_quiet(p.server, 100);
}
END_TEST

#define MANY 2000

static int send_many(void *argument)
{
	struct pair *p = argument;
	uint32_t block[250] = { 0 };
	int status = GS_OK;

	for (uint32_t i = 0; i < MANY && status == GS_OK; i++) {
		block[0] = i;
		status = gs_send(p->client, p->at_client, 0, block, sizeof(block));
	}
	return status;
}

START_TEST(b126_b131_a_blocked_send_resumes)
{
	struct pair p = associate();
	struct errand e;

	errand_start(&e, send_many, &p);
	pause_ms(2000);
	drain(p.server, MANY);
	expect_ok(errand_finish(&e));
	/* it had to wait for the reader */
	ck_assert(e.took >= 2.0);
}
END_TEST

START_TEST(b127_no_sigpipe)
{
	struct pair p = associate();

	signal(SIGPIPE, SIG_DFL);
	expect_ok(gs_abort(p.client, p.at_client));
	expect_status(gs_send(p.client, p.at_client, 0, "x", 1), -EPIPE);
	expect_status(gs_eof(p.client, p.at_client), -EPIPE);
}
END_TEST

START_TEST(b130_b143_time_to_live)
{
	struct pair p = associate();
	struct gs_sndrcvinfo info = info_for(p.at_client);
	const struct gs_send_failed *f;
	const struct gs_message *m;
	uint32_t n;

	setopt_int(p.client, GS_OPT_NON_BLOCK_SEND, 1);
	n = fill(&p);
	/* room for one more in the send buffer, none at the peer */
	setopt_int(p.client, GS_OPT_SNDBUF, 400000);
	info.stream = 2;
	info.ppid = 7;
	info.context = 99;
	info.timetolive = 100;
	expect_ok(gs_send_info(p.client, &info, "too late", 8));
	pause_ms(200);
	/* Linux looks at the age of a message when it is about to be sent */
	drain(p.server, n);
	m = expect_event(p.client, GS_SEND_FAILED);
	ck_assert(gs_addr_equal(&m->from, &p.server_addr));
	f = &m->event.send_failed;
	ck_assert_uint_eq(f->sent, 0);
	ck_assert_uint_eq(f->error, 0);
	ck_assert_uint_eq(f->info.stream, 2);
	ck_assert_uint_eq(f->info.ppid, 7);
	ck_assert_uint_eq(f->info.context, 99);
	ck_assert_uint_eq(f->length, 8);
	ck_assert_mem_eq(f->bytes, "too late", 8);
	expect_quiet(p.server, 100);
}
END_TEST

/* As above, with the time to live that gs_send() takes from the defaults. */
START_TEST(b122_default_time_to_live)
{
	struct pair p = associate();
	uint32_t n;

	setopt_int(p.client, GS_OPT_NON_BLOCK_SEND, 1);
	n = fill(&p);
	setopt_int(p.client, GS_OPT_SNDBUF, 400000);
	expect_ok(gs_setopt(p.client,
		&(struct gs_option){ .name = GS_OPT_DEFAULT_SEND_PARAM,
			.default_send_param = { .assoc_id = p.at_client, .timetolive = GS_SET(100) } }));
	expect_ok(gs_send(p.client, p.at_client, 0, "too late", 8));
	pause_ms(200);
	drain(p.server, n);
	ck_assert_mem_eq(expect_event(p.client, GS_SEND_FAILED)->event.send_failed.bytes, "too late", 8);
	expect_quiet(p.server, 100);
}
END_TEST

START_TEST(b132_disable_fragments)
{
	struct pair p = associate();
	uint8_t *bytes = pattern(70000);

	setopt_int(p.client, GS_OPT_DISABLE_FRAGMENTS, 1);
	expect_status(gs_send(p.client, p.at_client, 0, bytes, 70000), -EMSGSIZE);
	expect_ok(gs_send(p.client, p.at_client, 0, bytes, 60000));
	expect_data(p.server, bytes, 60000);
	setopt_int(p.client, GS_OPT_DISABLE_FRAGMENTS, 0);
	expect_ok(gs_send(p.client, p.at_client, 0, bytes, 70000));
	expect_data(p.server, bytes, 70000);
	free(bytes);
}
END_TEST

START_TEST(b133_parts_are_joined)
{
	struct pair p = associate();
	const struct gs_sndrcvinfo info = info_for(p.at_client);
	char one[] = "one ", two[] = "two ", three[] = "three";
	const struct iovec parts[] = { { one, 4 }, { NULL, 0 }, { two, 4 }, { three, 5 } };

	expect_ok(gs_send_parts(p.client, &info, parts, 4));
	expect_text(p.server, "one two three");
}
END_TEST

/* ---- recv ---- */

START_TEST(b135_without_data_io_there_is_no_info)
{
	struct pair p = associate();
	const struct gs_data *d;

	expect_ok(
		gs_setopt(p.server, &(struct gs_option){ .name = GS_OPT_EVENTS, .events = { .data_io = GS_SET(0) } }));
	expect_ok(gs_send(p.client, p.at_client, 3, "bare", 4));
	d = expect_text(p.server, "bare");
	ck_assert_uint_eq(d->has_info, 0);
	ck_assert_uint_eq(d->info.stream, 0);
}
END_TEST

START_TEST(b136_timeouts)
{
	struct pair p = associate();
	struct gs_message m = { 0 };
	double start = seconds_now();

	expect_status(gs_recv(p.server, 50, &m), GS_TIMEOUT);
	ck_assert(seconds_now() - start >= 0.05 && seconds_now() - start < 0.15);
	start = seconds_now();
	expect_status(gs_recv(p.server, 0, &m), GS_TIMEOUT);
	ck_assert(seconds_now() - start < 0.01);
	ck_assert_ptr_null(m.storage);
	expect_ok(gs_send(p.client, p.at_client, 0, "waiting", 7));
	pause_ms(50);
	expect_ok(gs_recv(p.server, 0, &m));
	ck_assert_mem_eq(m.event.data.bytes, "waiting", 7);
	gs_message_release(&m);
}
END_TEST

START_TEST(b137_wrong_timeouts)
{
	struct gs_socket *s = open_on("127.0.0.1");
	struct gs_message m = { 0 };

	expect_status(gs_recv(s, -2, &m), -EINVAL);
	expect_status(gs_recv(s, 4294967295LL, &m), -EINVAL);
	expect_status(gs_recv(s, 0, NULL), GS_BADARG);
}
END_TEST

static int recv_a_while(void *s)
{
	struct gs_message m = { 0 };
	const int status = gs_recv(s, 500, &m);

	gs_message_release(&m);
	return status;
}

START_TEST(b139_two_receivers)
{
	struct gs_socket *s = open_on("127.0.0.1");
	struct gs_message m = { 0 };
	struct errand e;

	errand_start(&e, recv_a_while, s);
	pause_ms(100);
	expect_status(gs_recv(s, 0, &m), -EALREADY);
	expect_status(errand_finish(&e), GS_TIMEOUT);
	expect_status(gs_recv(s, 0, &m), GS_TIMEOUT);
}
END_TEST

START_TEST(b141_a_message_larger_than_the_buffer)
{
	struct pair p = associate();
	const size_t size = 200000;
	uint8_t *bytes = pattern(size);

	setopt_int(p.server, GS_OPT_BUFFER, 2000);
	setopt_int(p.client, GS_OPT_SNDBUF, 400000);
	expect_ok(gs_send(p.client, p.at_client, 6, bytes, size));
	ck_assert_uint_eq(expect_data(p.server, bytes, size)->info.stream, 6);
	free(bytes);
}
END_TEST

START_TEST(b141_a_buffer_of_one_octet)
{
	struct pair p = associate();

	setopt_int(p.client, GS_OPT_BUFFER, 1);
	setopt_int(p.server, GS_OPT_BUFFER, 1);
	expect_ok(gs_send(p.client, p.at_client, 1, "in pieces", 9));
	ck_assert_uint_eq(expect_text(p.server, "in pieces")->info.stream, 1);
	/* notifications come in pieces too */
	expect_ok(gs_eof(p.client, p.at_client));
	expect_event(p.server, GS_SHUTDOWN_EVENT);
	ck_assert_int_eq(expect_change(p.server, GS_SHUTDOWN_COMP)->assoc_id, p.at_server);
	ck_assert_int_eq(expect_change(p.client, GS_SHUTDOWN_COMP)->assoc_id, p.at_client);
}
END_TEST

START_TEST(b141_pieces_outlive_a_timeout)
{
	struct pair p = associate();
	struct gs_message m = { 0 };
	const size_t size = 150000;
	uint8_t *bytes = pattern(size);
	int status, timeouts = 0;

	/* so little room that the message comes in several instalments of the peer's */
	setopt_int(p.server, GS_OPT_RECBUF, 8000);
	setopt_int(p.server, GS_OPT_BUFFER, 500);
	setopt_int(p.client, GS_OPT_SNDBUF, 400000);
	expect_ok(gs_send(p.client, p.at_client, 0, bytes, size));
	while ((status = gs_recv(p.server, 1, &m)) == GS_TIMEOUT)
		timeouts++;
	expect_ok(status);
	ck_assert_int_gt(timeouts, 0);
	ck_assert_uint_eq(m.event.data.length, size);
	ck_assert_mem_eq(m.event.data.bytes, bytes, size);
	gs_message_release(&m);
	free(bytes);
}
END_TEST

START_TEST(b148_errors_of_the_kernel)
{
	struct gs_socket *s = open_with(&(struct gs_open_options){ .type = SOCK_STREAM });
	struct gs_message m = { 0 };

	expect_ok(gs_listen(s, GS_LISTEN));
	expect_status(gs_recv(s, GS_FOREVER, &m), -ENOTCONN);
}
END_TEST

START_TEST(b149_adaptation_event)
{
	struct gs_options with = GS_OPTIONS({ .name = GS_OPT_ADAPTATION_LAYER, .value = 0x12345678 });
	struct gs_options subscribed =
		GS_OPTIONS({ .name = GS_OPT_EVENTS, .events = { .adaptation_layer = GS_SET(1) } });
	struct pair p = associate_with(&with, &subscribed), q = associate_with(&with, NULL);
	const struct gs_adaptation_event *e = &expect_event(p.server, GS_ADAPTATION_EVENT)->event.adaptation_event;

	ck_assert_uint_eq(e->adaptation_ind, 0x12345678);
	ck_assert_int_eq(e->assoc_id, p.at_server);
	expect_quiet(q.server, 100);
}
END_TEST

/* The path to the server's second address fails; the association does not. */
START_TEST(b144_addr_unreachable_is_an_ordinary_event)
{
	const union gs_addr two[] = { addr_of("127.0.0.1", 0), addr_of("127.0.0.2", 0) }, here = two[0];
	struct gs_socket *server = open_with(&(struct gs_open_options){ .addrs = two, .n_addrs = 2 });
	struct gs_socket *client = open_with(&(struct gs_open_options){ .addrs = &here,
		.n_addrs = 1,
		.options = GS_OPTIONS({ .name = GS_OPT_PEER_ADDR_PARAMS,
					      .peer_addr_params = { .hbinterval = GS_SET(200),
						      .pathmaxrxt = GS_SET(1),
						      .flags = GS_SET(GS_HB_ENABLE) } },
			{ .name = GS_OPT_RTOINFO,
				.rtoinfo = { .initial = GS_SET(200), .max = GS_SET(200), .min = GS_SET(100) } }) });
	struct gs_message m = { 0 };
	struct pair p;

	expect_ok(gs_listen(server, GS_LISTEN));
	p = associate_between(client, server);
	/* only a path that worked can fail */
	ck_assert_uint_eq(expect_event(client, GS_PADDR_CHANGE)->event.paddr_change.state, GS_ADDR_CONFIRMED);
	deafen_at(server, "127.0.0.2");
	expect_ok(gs_recv(client, GS_FOREVER, &m));
	ck_assert_uint_eq(m.event.type, GS_PADDR_CHANGE);
	ck_assert_uint_eq(m.event.paddr_change.state, GS_ADDR_UNREACHABLE);
	ck_assert(gs_addr_same_host(&m.event.paddr_change.addr, &two[1]));
	ck_assert_int_eq(m.event.paddr_change.assoc_id, p.at_client);
	expect_ok(gs_send(client, p.at_client, 0, "still", 5));
	expect_text(server, "still");
	gs_message_release(&m);
}
END_TEST

START_TEST(b146_cant_assoc_and_comm_lost_are_ordinary_events)
{
	struct pair p = associate();
	struct gs_socket *deaf = open_on("127.0.0.1");
	const union gs_addr nobody = localhost(port_of(deaf));
	struct gs_message m = { 0 };

	expect_ok(gs_connect_init(p.client, &nobody, NULL));
	expect_ok(gs_recv(p.client, SOON, &m));
	ck_assert_uint_eq(m.event.type, GS_ASSOC_CHANGE);
	ck_assert_uint_eq(m.event.assoc_change.state, GS_CANT_ASSOC);
	expect_ok(gs_abort(p.client, p.at_client));
	for (int i = 0; i < 2; i++) {
		expect_ok(gs_recv(i ? p.client : p.server, SOON, &m));
		ck_assert_uint_eq(m.event.type, GS_ASSOC_CHANGE);
		ck_assert_uint_eq(m.event.assoc_change.state, GS_COMM_LOST);
	}
	gs_message_release(&m);
}
END_TEST

/* A chunk of a type that asks to be reported (RFC 9260, 3.2): the server's kernel answers with an
 * ERROR chunk that holds it. */
START_TEST(b147_remote_error_is_an_error_with_the_event)
{
	static const uint8_t chunk[] = { 0xfe, 0, 0, 8, 'w', 'h', 'a', 't' };
	struct pair p = associate();
	struct gs_message m = { 0 };

	inject_from_client(&p, chunk, sizeof(chunk));
	expect_status(gs_recv(p.client, SOON, &m), GS_ERROR_EVENT);
	ck_assert_uint_eq(m.event.type, GS_REMOTE_ERROR);
	ck_assert_uint_eq(m.event.remote_error.error, 6);
	ck_assert_uint_eq(m.event.remote_error.error_raw, htons(6));
	ck_assert_int_eq(m.event.remote_error.assoc_id, p.at_client);
	ck_assert_uint_eq(m.event.remote_error.length, sizeof(chunk));
	ck_assert_mem_eq(m.event.remote_error.bytes, chunk, sizeof(chunk));
	ck_assert(gs_addr_equal(&m.from, &p.server_addr));
	ck_assert_str_eq(gs_error_string(m.event.remote_error.error), "Unrecognized Chunk Type");
	expect_quiet(p.server, 100);
	gs_message_release(&m);
}
END_TEST

/* A message larger than the server's room is delivered in part; then its sender gives up. */
START_TEST(b147_pdapi_event_is_an_error_with_the_event)
{
	struct pair p = associate();
	const size_t size = 200000;
	uint8_t *bytes = pattern(size);
	struct gs_message m = { 0 };

	setopt_int(p.server, GS_OPT_RECBUF, 8000);
	setopt_int(p.client, GS_OPT_SNDBUF, 400000);
	expect_ok(gs_send(p.client, p.at_client, 4, bytes, size));
	expect_status(gs_recv(p.server, 1, &m), GS_TIMEOUT);
	expect_ok(gs_abort(p.client, p.at_client));
	expect_status(gs_recv(p.server, SOON, &m), GS_ERROR_EVENT);
	ck_assert_uint_eq(m.event.type, GS_PDAPI_EVENT);
	ck_assert_uint_eq(m.event.pdapi_event.indication, 0);
	ck_assert_int_eq(m.event.pdapi_event.assoc_id, p.at_server);
	expect_change(p.server, GS_COMM_LOST);
	gs_message_release(&m);
	/* what was there of the message is not taken for the beginning of another */
	p = associate_between(open_on("127.0.0.1"), p.server);
	expect_ok(gs_send(p.client, p.at_client, 0, "whole", 5));
	expect_text(p.server, "whole");
	free(bytes);
}
END_TEST

START_TEST(b145_b150_order_of_data_and_ends)
{
	struct pair p = associate();
	struct gs_message m = { 0 };

	expect_ok(gs_send(p.client, p.at_client, 0, "before", 6));
	expect_ok(gs_eof(p.client, p.at_client));
	expect_ok(gs_recv(p.server, SOON, &m));
	ck_assert_uint_eq(m.event.type, GS_DATA);
	expect_ok(gs_recv(p.server, SOON, &m));
	ck_assert_uint_eq(m.event.type, GS_SHUTDOWN_EVENT);
	expect_ok(gs_recv(p.server, SOON, &m));
	ck_assert_uint_eq(m.event.type, GS_ASSOC_CHANGE);
	gs_message_release(&m);
}
END_TEST

struct second_receiver {
	struct gs_socket *socket;
	int got;
};

static int recv_ten(void *argument)
{
	struct second_receiver *r = argument;
	struct gs_message m = { 0 };
	int status = GS_OK;

	while (r->got < 10 && (status = gs_recv(r->socket, SOON, &m)) == GS_OK)
		r->got++;
	gs_message_release(&m);
	return status;
}

START_TEST(b152_any_thread_may_receive)
{
	struct pair p = associate();
	struct second_receiver r = { .socket = p.server };
	struct errand e;

	errand_start(&e, recv_ten, &r);
	for (int i = 0; i < 11; i++)
		expect_ok(gs_send(p.client, p.at_client, 0, "x", 1));
	expect_ok(errand_finish(&e));
	ck_assert_int_eq(r.got, 10);
	expect_text(p.server, "x");
}
END_TEST

START_TEST(b153_a_stream_socket_after_the_end_does_not_spin)
{
	struct gs_socket *server = listener();
	const union gs_addr there = localhost(port_of(server)), here = localhost(0);
	struct gs_socket *s = open_with(&(struct gs_open_options){ .type = SOCK_STREAM, .addrs = &here, .n_addrs = 1 });
	struct gs_message m = { 0 };
	double cpu;

	expect_ok(gs_connect(s, &there, NULL, SOON, NULL));
	expect_ok(gs_eof(server, expect_change(server, GS_COMM_UP)->assoc_id));
	expect_event(s, GS_SHUTDOWN_EVENT);
	expect_change(s, GS_SHUTDOWN_COMP);
	cpu = cpu_seconds_now();
	expect_status(gs_recv(s, 2000, &m), GS_CLOSED);
	ck_assert(cpu_seconds_now() - cpu < 0.2);
}
END_TEST

/* The kernel tells that there is nothing more to send, which gen_sctp knows nothing of: it is an event of its own. */
START_TEST(sender_dry_is_an_event_beside_those_of_gen_sctp)
{
	struct pair p = associate();
	const struct sctp_event dry = { .se_assoc_id = p.at_client, .se_type = SCTP_SENDER_DRY_EVENT, .se_on = 1 };
	uint8_t octets[100];

	ck_assert_int_eq(setsockopt(gs_fd(p.client), IPPROTO_SCTP, SCTP_EVENT, &dry, sizeof(dry)), 0);
	ck_assert_int_gt(recv(gs_fd(p.client), octets, sizeof(octets), MSG_PEEK), 0);
	expect_event(p.client, GS_SENDER_DRY_EVENT);
	expect_ok(gs_eof(p.client, p.at_client));
	expect_change(p.client, GS_SHUTDOWN_COMP);
	expect_quiet(p.client, 100);
}
END_TEST

/* A program may reuse a message; what it holds is the library's to free or to fill. */
START_TEST(a_message_is_filled_again)
{
	struct pair p = associate();
	struct gs_message m = { 0 };
	void *storage;

	expect_ok(gs_send(p.client, p.at_client, 0, "a", 1));
	expect_ok(gs_send(p.client, p.at_client, 0, "b", 1));
	expect_ok(gs_send(p.client, p.at_client, 0, "c", 1));
	expect_ok(gs_recv(p.server, SOON, &m));
	storage = m.storage;
	expect_ok(gs_recv(p.server, SOON, &m));
	ck_assert_mem_eq(m.event.data.bytes, "b", 1);
	expect_ok(gs_recv(p.server, SOON, &m));
	ck_assert_mem_eq(m.event.data.bytes, "c", 1);
	/* two buffers take turns */
	ck_assert_ptr_eq(m.storage, storage);
	gs_message_release(&m);
	ck_assert_ptr_null(m.storage);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		b111_boundaries_are_kept,
		b112_b134_b142_stream_ssn_and_sender,
		b113_ppid_arrives_in_host_order,
		b114_b128_b129_fields_that_cannot_be_sent,
		b115_the_first_stream_too_many,
		b116_b117_unknown_association_and_empty_message,
		b118_larger_than_the_send_buffer,
		b119_unordered,
		b120_data_with_eof_and_with_abort,
		b121_addr_over,
		b122_b123_b124_default_send_param,
		b122_b123_default_context,
		b122_default_time_to_live,
		b125_non_block_send,
		b126_b131_a_blocked_send_resumes,
		b127_no_sigpipe,
		b130_b143_time_to_live,
		b132_disable_fragments,
		b133_parts_are_joined,
		b135_without_data_io_there_is_no_info,
		b136_timeouts,
		b137_wrong_timeouts,
		b139_two_receivers,
		b141_a_message_larger_than_the_buffer,
		b141_a_buffer_of_one_octet,
		b141_pieces_outlive_a_timeout,
		b148_errors_of_the_kernel,
		b149_adaptation_event,
		b144_addr_unreachable_is_an_ordinary_event,
		b145_b150_order_of_data_and_ends,
		b146_cant_assoc_and_comm_lost_are_ordinary_events,
		b147_remote_error_is_an_error_with_the_event,
		b147_pdapi_event_is_an_error_with_the_event,
		b152_any_thread_may_receive,
		b153_a_stream_socket_after_the_end_does_not_spin,
		sender_dry_is_an_event_beside_those_of_gen_sctp,
		a_message_is_filled_again,
	};

	return RUN_SUITE("gen_sctp send and recv", tests, release_all);
}
