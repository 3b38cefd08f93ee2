/* SPDX-License-Identifier: Apache-2.0 */
/* gen_sctp.md section 8: open, close, listen, names. The number in a test's name is the
 * behaviour's. */
#include "loopback.h"

#include <fcntl.h>
#include <linux/sctp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static union gs_addr sockname_of(struct gs_socket *s)
{
	union gs_addr addr;

	expect_ok(gs_sockname(s, &addr));
	return addr;
}

START_TEST(b001_b002_open_without_options)
{
	struct gs_socket *s = open_with(NULL);
	const union gs_addr name = sockname_of(s);
	int type;
	socklen_t size = sizeof(type);

	ck_assert_int_eq(getsockopt(gs_fd(s), SOL_SOCKET, SO_TYPE, &type, &size), 0);
	ck_assert_int_eq(type, SOCK_SEQPACKET);
	ck_assert_int_eq(name.sa.sa_family, AF_INET);
	ck_assert_uint_eq(name.v4.sin_addr.s_addr, 0);
	ck_assert_uint_ne(port_of(s), 0);
	release(s);
}
END_TEST

START_TEST(b003_open_with_a_port_and_again_after_close)
{
	const struct gs_open_options o = { .port = 2006 };
	struct gs_socket *s = open_with(&o);

	ck_assert_uint_eq(port_of(s), 2006);
	release(s);
	s = open_with(&o);
	ck_assert_uint_eq(port_of(s), 2006);
	release(s);
}
END_TEST

START_TEST(b004_a_port_in_use)
{
	const struct gs_open_options plain = { .port = 2006 };
	const struct gs_open_options reuse = { .port = 2006,
		.options = GS_OPTIONS({ .name = GS_OPT_REUSEADDR, .value = 1 }) };
	struct gs_socket *first = open_with(&plain), *second = NULL, *third = NULL;

	expect_status(gs_open(&plain, &second), -EADDRINUSE);
	expect_status(gs_open(&reuse, &second), -EADDRINUSE);
	release(first);
	first = open_with(&reuse);
	second = open_with(&reuse);
	expect_ok(gs_listen(first, GS_LISTEN));
	expect_status(gs_open(&reuse, &third), -EADDRINUSE);
	release(first);
	release(second);
}
END_TEST

START_TEST(b005_an_address_that_is_not_ours)
{
	const union gs_addr foreign = addr_of("192.0.2.77", 0);
	struct gs_socket *s = NULL;

	expect_status(gs_open(&(struct gs_open_options){ .addrs = &foreign, .n_addrs = 1 }, &s), -EADDRNOTAVAIL);
	ck_assert_ptr_null(s);
}
END_TEST

/* Each wrong in one way; none leaves a descriptor behind. */
static void expect_badarg(const struct gs_open_options *wrong, size_t n)
{
	const int before = count_descriptors();
	struct gs_socket *s = NULL;

	for (size_t i = 0; i < n; i++) {
		const int status = gs_open(&wrong[i], &s);

		ck_assert_msg(status == GS_BADARG, "wrong open %zu: %s", i, gs_status_name(status));
		ck_assert_ptr_null(s);
	}
	ck_assert_int_eq(count_descriptors(), before);
}
#define EXPECT_BADARG(wrong) expect_badarg(wrong, sizeof(wrong) / sizeof((wrong)[0]))

START_TEST(b006_ports_out_of_range)
{
	const struct gs_open_options wrong[] = { { .port = 65536 }, { .port = -1 }, { .port = INT32_MIN } };

	EXPECT_BADARG(wrong);
	ck_assert_uint_eq(port_of(open_with(&(struct gs_open_options){ .port = 65535 })), 65535);
}
END_TEST

START_TEST(b011_types_and_families_that_there_are_not)
{
	const union gs_addr none = { 0 };
	const struct gs_open_options wrong[] = {
		{ .type = SOCK_DGRAM },
		{ .type = 77 },
		{ .family = AF_UNIX },
		{ .n_addrs = 1 },
		{ .addrs = &none, .n_addrs = 1 },
	};

	EXPECT_BADARG(wrong);
	expect_status(gs_open(NULL, NULL), GS_BADARG);
}
END_TEST

START_TEST(b007_b008_b009_b010_b019_options_that_open_refuses)
{
	const struct gs_open_options wrong[] = {
		{ .options = GS_OPTIONS({ .name = 9999 }) },
		{ .options = GS_OPTIONS({ .name = GS_OPT_NONE }) },
		{ .options = GS_OPTIONS({ .name = GS_OPT_NODELAY, .value = 2 }) },
		{ .options = GS_OPTIONS({ .name = GS_OPT_BUFFER, .value = 0 }) },
		{ .options = GS_OPTIONS({ .name = GS_OPT_MAXSEG, .value = 70000 }) },
		{ .options = GS_OPTIONS({ .name = GS_OPT_STATUS }) },
		{ .options = GS_OPTIONS({ .name = GS_OPT_GET_PEER_ADDR_INFO }) },
		{ .options = GS_OPTIONS({ .name = GS_OPT_NETNS, .text = "/proc/self/ns/net" }) },
		{ .options = GS_OPTIONS({ .name = GS_OPT_BIND_TO_DEVICE, .device = "nowhere0" }) },
		{ .options = GS_OPTIONS({ .name = GS_OPT_PRIMARY_ADDR }) },
		{ .options = GS_OPTIONS({ .name = GS_OPT_INITMSG, .initmsg = { .num_ostreams = GS_SET(65536) } }) },
		{ .options = { .count = 1 } },
	};

	EXPECT_BADARG(wrong);
}
END_TEST

START_TEST(b012_type_stream)
{
	struct gs_socket *s = open_with(&(struct gs_open_options){ .type = SOCK_STREAM });
	int type;
	socklen_t size = sizeof(type);

	ck_assert_int_eq(getsockopt(gs_fd(s), SOL_SOCKET, SO_TYPE, &type, &size), 0);
	ck_assert_int_eq(type, SOCK_STREAM);
	release(s);
}
END_TEST

START_TEST(b013_b193_two_addresses_have_one_port)
{
	const union gs_addr two[] = { addr_of("127.0.0.1", 0), addr_of("127.0.0.2", 0) };
	struct gs_socket *s = open_with(&(struct gs_open_options){ .addrs = two, .n_addrs = 2 });
	union gs_addr *names;
	size_t n;

	expect_ok(gs_socknames(s, 0, &names, &n));
	ck_assert_uint_eq(n, 2);
	for (size_t i = 0; i < 2; i++) {
		ck_assert(gs_addr_same_host(&names[i], &two[0]) || gs_addr_same_host(&names[i], &two[1]));
		ck_assert_uint_eq(gs_addr_port(&names[i]), port_of(s));
	}
	ck_assert(!gs_addr_equal(&names[0], &names[1]));
	gs_addrs_free(names);
	release(s);
}
END_TEST

START_TEST(b013_a_further_address_that_is_not_ours)
{
	const union gs_addr two[] = { addr_of("127.0.0.1", 0), addr_of("192.0.2.77", 0) };
	const int before = count_descriptors();
	struct gs_socket *s = NULL;

	expect_status(gs_open(&(struct gs_open_options){ .addrs = two, .n_addrs = 2 }, &s), -EADDRNOTAVAIL);
	ck_assert_int_eq(count_descriptors(), before);
}
END_TEST

START_TEST(b013_an_address_given_twice)
{
	const union gs_addr same[] = { addr_of("127.0.0.1", 0), addr_of("127.0.0.1", 0) };
	const struct gs_open_options wrong[] = { { .addrs = same, .n_addrs = 2 } };

	EXPECT_BADARG(wrong);
}
END_TEST

START_TEST(b014_family_inet6)
{
	struct gs_socket *s = open_with(&(struct gs_open_options){ .family = AF_INET6 });
	const union gs_addr name = sockname_of(s);

	ck_assert_int_eq(name.sa.sa_family, AF_INET6);
	ck_assert_mem_eq(&name.v6.sin6_addr, &in6addr_any, sizeof(in6addr_any));
	release(s);
}
END_TEST

START_TEST(b015_the_address_chooses_the_family)
{
	const union gs_addr both[] = { localhost(0), addr_of("::1", 0) };
	const union gs_addr reversed[] = { both[1], both[0] };
	const struct gs_open_options wrong[] = { { .addrs = reversed, .n_addrs = 2 } };
	union gs_addr *names;
	size_t n;

	ck_assert_int_eq(sockname_of(open_on("::1")).sa.sa_family, AF_INET6);
	/* the last one does */
	expect_ok(gs_socknames(open_with(&(struct gs_open_options){ .addrs = both, .n_addrs = 2 }), 0, &names, &n));
	ck_assert_uint_eq(n, 2);
	gs_addrs_free(names);
	EXPECT_BADARG(wrong);
}
END_TEST

START_TEST(b016_an_ipv4_address_on_an_inet6_socket)
{
	const union gs_addr v4 = localhost(0);
	struct gs_socket *s = open_with(&(struct gs_open_options){ .family = AF_INET6, .addrs = &v4, .n_addrs = 1 });
	const union gs_addr name = sockname_of(s);

	ck_assert_int_eq(name.sa.sa_family, AF_INET6);
	ck_assert(gs_addr_same_host(&name, &v4));
	release(s);
}
END_TEST

START_TEST(b017_the_family_said_beats_the_address)
{
	const union gs_addr v6 = addr_of("::1", 0);
	struct gs_socket *s = NULL;

	expect_status(
		gs_open(&(struct gs_open_options){ .family = AF_INET, .addrs = &v6, .n_addrs = 1 }, &s), GS_BADARG);
}
END_TEST

/* A process in a namespace of its own; its pid. */
static pid_t start_in_new_namespace(void)
{
	int ready[2];
	char octet;
	pid_t pid;

	ck_assert_int_eq(pipe(ready), 0);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		if (unshare(CLONE_NEWNET) == 0 && write(ready[1], "x", 1) == 1)
			pause();
		_exit(1);
	}
	ck_assert_int_eq(read(ready[0], &octet, 1), 1);
	close(ready[0]);
	close(ready[1]);
	return pid;
}

START_TEST(b018_open_in_another_namespace)
{
	const pid_t pid = start_in_new_namespace();
	char path[64];
	struct gs_option netns = { .name = GS_OPT_NETNS };
	struct gs_socket *here, *there, *again = NULL;

	snprintf(path, sizeof(path), "/proc/%d/ns/net", pid);
	/* the same port at the same address: only in different namespaces can both have it */
	here = open_with(&(struct gs_open_options){ .port = 2006 });
	there = open_with(&(struct gs_open_options){ .port = 2006, .netns = path });
	expect_status(gs_open(&(struct gs_open_options){ .port = 2006 }, &again), -EADDRINUSE);
	expect_ok(gs_getopt(there, &netns));
	ck_assert_str_eq(netns.text, path);
	expect_ok(gs_getopt(here, &netns));
	ck_assert_ptr_null(netns.text);
	release(here);
	release(there);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}
END_TEST

START_TEST(b018_namespaces_that_there_are_not)
{
	const int before = count_descriptors();
	struct gs_socket *s = NULL;

	expect_status(gs_open(&(struct gs_open_options){ .netns = "/nowhere" }, &s), -ENOENT);
	expect_status(gs_open(&(struct gs_open_options){ .netns = "/proc/self/status" }, &s), -EINVAL);
	ck_assert_ptr_null(s);
	ck_assert_int_eq(count_descriptors(), before);
}
END_TEST

START_TEST(b021_b022_passive_and_buffer_65536)
{
	struct gs_socket *s = open_with(NULL);

	struct gs_option active = { .name = GS_OPT_ACTIVE, .active = { GS_ACTIVE, 7 } };

	ck_assert_int_eq(getopt_int(s, GS_OPT_BUFFER), 65536);
	expect_ok(gs_getopt(s, &active));
	ck_assert_uint_eq(active.active.mode, GS_PASSIVE);
	ck_assert_int_eq(active.active.n, 0);
	expect_quiet(s, 0);
	release(s);
}
END_TEST

START_TEST(b023_b191_default_subscription)
{
	struct gs_socket *s = open_with(NULL);
	struct sctp_event_subscribe e;
	socklen_t size = sizeof(e);

	ck_assert_int_eq(getsockopt(gs_fd(s), IPPROTO_SCTP, SCTP_EVENTS, &e, &size), 0);
	ck_assert_uint_eq(e.sctp_data_io_event, 1);
	ck_assert_uint_eq(e.sctp_association_event, 1);
	ck_assert_uint_eq(e.sctp_address_event, 1);
	ck_assert_uint_eq(e.sctp_send_failure_event, 1);
	ck_assert_uint_eq(e.sctp_peer_error_event, 1);
	ck_assert_uint_eq(e.sctp_shutdown_event, 1);
	ck_assert_uint_eq(e.sctp_partial_delivery_event, 1);
	ck_assert_uint_eq(e.sctp_adaptation_layer_event, 0);
	ck_assert_uint_eq(e.sctp_authentication_event, 0);
	release(s);
}
END_TEST

START_TEST(b024_duplicates_at_open_the_last_wins)
{
	struct gs_socket *s = open_with(&(struct gs_open_options){
		.options = GS_OPTIONS({ .name = GS_OPT_AUTOCLOSE, .value = 3 }, { .name = GS_OPT_NODELAY, .value = 1 },
			{ .name = GS_OPT_AUTOCLOSE, .value = 5 }) });

	ck_assert_int_eq(getopt_int(s, GS_OPT_AUTOCLOSE), 5);
	ck_assert_int_eq(getopt_int(s, GS_OPT_NODELAY), 1);
	release(s);
}
END_TEST

START_TEST(b025_non_blocking_and_close_on_exec)
{
	struct gs_socket *s = open_with(NULL);

	ck_assert(fcntl(gs_fd(s), F_GETFL) & O_NONBLOCK);
	ck_assert(fcntl(gs_fd(s), F_GETFD) & FD_CLOEXEC);
	release(s);
}
END_TEST

/* ---- close ---- */

START_TEST(b027_b028_b029_after_close)
{
	struct gs_socket *s = open_with(NULL), *other;
	const union gs_addr addr = localhost(7);
	const struct gs_sndrcvinfo info = { 0 };
	struct gs_message m = { 0 };
	struct gs_option o = { .name = GS_OPT_NODELAY };
	union gs_addr name, *names;
	int32_t id;
	uint16_t port;
	size_t n;

	expect_ok(gs_close(s));
	expect_ok(gs_close(s));
	expect_status(gs_connect(s, &addr, NULL, SOON, NULL), GS_CLOSED);
	expect_status(gs_connect_init(s, &addr, NULL), GS_CLOSED);
	expect_status(gs_connectx_init(s, &addr, 1, NULL, &id), GS_CLOSED);
	expect_status(gs_listen(s, GS_LISTEN), GS_CLOSED);
	expect_status(gs_send(s, 0, 0, "x", 1), GS_CLOSED);
	expect_status(gs_send_info(s, &info, "x", 1), GS_CLOSED);
	expect_status(gs_recv(s, 0, &m), GS_CLOSED);
	expect_status(gs_peeloff(s, 3, &other), GS_CLOSED);
	expect_status(gs_eof(s, 3), GS_CLOSED);
	expect_status(gs_abort(s, 3), GS_CLOSED);
	expect_status(gs_fd(s), GS_CLOSED);
	expect_status(gs_setopt(s, &o), -EINVAL);
	expect_status(gs_getopt(s, &o), -EINVAL);
	expect_status(gs_port(s, &port), -EINVAL);
	expect_status(gs_sockname(s, &name), -EINVAL);
	expect_status(gs_peername(s, &name), -EINVAL);
	expect_status(gs_socknames(s, 0, &names, &n), -EINVAL);
	expect_status(gs_peernames(s, 3, &names, &n), -EINVAL);
	release(s);
}
END_TEST

START_TEST(b030_close_flushes_and_shuts_down)
{
	struct pair p = associate();

	expect_ok(gs_send(p.client, p.at_client, 0, "last words", 10));
	expect_ok(gs_close(p.client));
	expect_text(p.server, "last words");
	ck_assert_int_eq(expect_event(p.server, GS_SHUTDOWN_EVENT)->event.shutdown_event.assoc_id, p.at_server);
	expect_change(p.server, GS_SHUTDOWN_COMP);
}
END_TEST

START_TEST(b031_close_with_linger_0_aborts)
{
	struct pair p = associate();
	const struct gs_assoc_change *c;

	expect_ok(gs_setopt(p.client, &(struct gs_option){ .name = GS_OPT_LINGER, .linger = { 1, 0 } }));
	expect_ok(gs_close(p.client));
	c = expect_change(p.server, GS_COMM_LOST);
	ck_assert_uint_eq(c->error, 12);
	expect_quiet(p.server, 100);
}
END_TEST

/* Fills the send buffer towards a peer that does not read. */
static void fill(struct pair *p)
{
	static const char block[1000];
	int status;

	setopt_int(p->client, GS_OPT_NON_BLOCK_SEND, 1);
	do {
		status = gs_send(p->client, p->at_client, 0, block, sizeof(block));
	} while (status == GS_OK);
	expect_status(status, -EAGAIN);
}

START_TEST(b032_close_with_linger_does_not_wait)
{
	struct pair p = associate();
	double start;

	expect_ok(gs_setopt(p.client, &(struct gs_option){ .name = GS_OPT_LINGER, .linger = { 1, 5 } }));
	fill(&p);
	start = seconds_now();
	expect_ok(gs_close(p.client));
	ck_assert(seconds_now() - start < 0.1);
}
END_TEST

static int recv_forever(void *s)
{
	struct gs_message m = { 0 };
	const int status = gs_recv(s, GS_FOREVER, &m);

	gs_message_release(&m);
	return status;
}

START_TEST(b033_close_ends_a_pending_recv)
{
	struct gs_socket *s = open_with(NULL);
	struct errand e;
	double start;

	errand_start(&e, recv_forever, s);
	pause_ms(200);
	start = seconds_now();
	expect_ok(gs_close(s));
	expect_status(errand_finish(&e), GS_CLOSED);
	ck_assert(seconds_now() - start < 0.1);
	ck_assert(e.took > 0.1);
	release(s);
}
END_TEST

static int send_until_closed(void *argument)
{
	static const char block[1000];
	struct pair *p = argument;
	int status;

	do {
		status = gs_send(p->client, p->at_client, 0, block, sizeof(block));
	} while (status == GS_OK);
	return status;
}

START_TEST(b034_close_ends_a_blocked_send)
{
	struct pair p = associate();
	struct errand e;
	double start;

	errand_start(&e, send_until_closed, &p);
	pause_ms(1000);
	start = seconds_now();
	expect_ok(gs_close(p.client));
	expect_status(errand_finish(&e), GS_CLOSED);
	ck_assert(seconds_now() - start < 0.1);
}
END_TEST

START_TEST(b036_each_peer_gets_its_own_end)
{
	struct gs_socket *client = open_on("127.0.0.1");
	struct pair a = associate_between(client, listener());
	struct pair b = associate_between(client, listener());

	expect_ok(gs_close(client));
	expect_event(a.server, GS_SHUTDOWN_EVENT);
	ck_assert_int_eq(expect_change(a.server, GS_SHUTDOWN_COMP)->assoc_id, a.at_server);
	expect_event(b.server, GS_SHUTDOWN_EVENT);
	ck_assert_int_eq(expect_change(b.server, GS_SHUTDOWN_COMP)->assoc_id, b.at_server);
}
END_TEST

/* Each call that makes descriptors, with room for fewer and fewer of them. */
START_TEST(without_descriptors_open_and_peeloff_fail_and_leave_nothing)
{
	struct pair p = associate();
	const int before = count_descriptors();
	struct gs_socket *none = NULL;

	for (int room = 0; room < 2; room++) {
		limit_descriptors(room);
		expect_status(gs_open(NULL, &none), -EMFILE);
		expect_status(gs_peeloff(p.server, p.at_server, &none), -EMFILE);
		limit_descriptors(1000);
		ck_assert_ptr_null(none);
		ck_assert_int_eq(count_descriptors(), before);
	}
	/* a namespace takes one more while the socket is made */
	limit_descriptors(2);
	expect_status(gs_open(&(struct gs_open_options){ .netns = "/proc/self/ns/net" }, &none), -EMFILE);
	limit_descriptors(1000);
	ck_assert_int_eq(count_descriptors(), before);
	/* the association has not gone with the failed attempts */
	expect_ok(gs_send(p.client, p.at_client, 0, "still", 5));
	expect_text(peel(p.server, p.at_server), "still");
}
END_TEST

/* ---- listen ---- */

START_TEST(b037_without_listen_nobody_gets_in)
{
	struct gs_socket *deaf = open_on("127.0.0.1"), *client = open_on("127.0.0.1");
	const union gs_addr addr = localhost(port_of(deaf));
	struct gs_assoc_change c;

	expect_status(gs_connect(client, &addr, NULL, SOON, &c), GS_ERROR_EVENT);
	ck_assert_uint_eq(c.state, GS_CANT_ASSOC);
	expect_quiet(deaf, 0);
}
END_TEST

START_TEST(b038_b045_a_listener_serves_three_clients)
{
	struct gs_socket *server = listener();
	struct pair p[3];

	for (int i = 0; i < 3; i++)
		p[i] = associate_between(open_on("127.0.0.1"), server);
	ck_assert_int_ne(p[0].at_server, p[1].at_server);
	ck_assert_int_ne(p[1].at_server, p[2].at_server);
	ck_assert_int_ne(p[0].at_server, p[2].at_server);
	for (int i = 0; i < 3; i++) {
		expect_ok(gs_send(server, p[i].at_server, 0, "you", 3));
		ck_assert_int_eq(expect_text(p[i].client, "you")->info.assoc_id, p[i].at_client);
	}
}
END_TEST

START_TEST(b039_listen_0_refuses_new_ones_and_keeps_the_old)
{
	struct pair p = associate();
	struct gs_socket *late = open_on("127.0.0.1");

	expect_ok(gs_listen(p.server, 0));
	expect_status(gs_connect(late, &p.server_addr, NULL, SOON, NULL), GS_ERROR_EVENT);
	expect_ok(gs_send(p.client, p.at_client, 0, "still", 5));
	expect_text(p.server, "still");
}
END_TEST

START_TEST(b040_b041_backlogs)
{
	struct gs_socket *s = open_on("127.0.0.1");

	expect_status(gs_listen(s, 0), -EINVAL);
	expect_ok(gs_listen(s, 17));
	expect_ok(gs_listen(s, 70000));
	expect_ok(gs_listen(s, -1));
	expect_ok(gs_listen(s, 0));
	release(s);
}
END_TEST

START_TEST(b044_recv_on_a_listening_stream_socket)
{
	const union gs_addr addr = localhost(0);
	struct gs_socket *s = open_with(&(struct gs_open_options){ .type = SOCK_STREAM, .addrs = &addr, .n_addrs = 1 });
	struct gs_socket *client = open_on("127.0.0.1");
	const union gs_addr there = localhost(port_of(s));
	struct gs_message m = { 0 };

	expect_ok(gs_listen(s, GS_LISTEN));
	expect_status(gs_recv(s, 0, &m), -ENOTCONN);
	expect_ok(gs_connect(client, &there, NULL, SOON, NULL));
	expect_status(gs_recv(s, SOON, &m), -ENOTCONN);
}
END_TEST

/* ---- names ---- */

static void expect_one_name(int (*ask)(struct gs_socket *, int32_t, union gs_addr **, size_t *), struct gs_socket *s,
	int32_t assoc_id, const union gs_addr *name)
{
	union gs_addr *names;
	size_t n;

	expect_ok(ask(s, assoc_id, &names, &n));
	ck_assert_uint_eq(n, 1);
	ck_assert(gs_addr_equal(&names[0], name));
	gs_addrs_free(names);
}

START_TEST(b193_names_with_and_without_association)
{
	struct pair p = associate();
	union gs_addr *names, name;
	size_t n;

	expect_one_name(gs_socknames, p.client, 0, &p.client_addr);
	expect_one_name(gs_socknames, p.client, p.at_client, &p.client_addr);
	expect_one_name(gs_peernames, p.client, p.at_client, &p.server_addr);
	expect_one_name(gs_peernames, p.server, p.at_server, &p.client_addr);
	expect_status(gs_socknames(p.client, 9999, &names, &n), -EINVAL);
	expect_status(gs_peernames(p.client, 0, &names, &n), -EINVAL);
	expect_status(gs_peernames(p.client, 9999, &names, &n), -EINVAL);
	expect_status(gs_peername(p.client, &name), -ENOTCONN);
}
END_TEST

/* Bound to the wildcard, a socket has all addresses of the host. */
START_TEST(b193_names_of_the_wildcard)
{
	const union gs_addr expected[] = { addr_of("127.0.0.1", 0), addr_of("192.0.2.2", 0) };
	union gs_addr *names;
	size_t n, found = 0;

	enter_private_network();
	expect_ok(gs_socknames(open_with(NULL), 0, &names, &n));
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < 2; k++)
			found += gs_addr_same_host(&names[i], &expected[k]) != 0;
	ck_assert_uint_eq(found, 2);
	gs_addrs_free(names);
}
END_TEST

static int same_sets(const union gs_addr *a, size_t n_a, const union gs_addr *b, size_t n_b)
{
	size_t found = 0;

	for (size_t i = 0; i < n_a; i++)
		for (size_t k = 0; k < n_b; k++)
			found += gs_addr_equal(&a[i], &b[k]) ? 1 : 0;
	return n_a == n_b && found == n_a;
}

START_TEST(b194_peernames_are_the_peers_socknames)
{
	const union gs_addr two[] = { addr_of("127.0.0.1", 0), addr_of("127.0.0.2", 0) };
	struct gs_socket *server = open_with(&(struct gs_open_options){ .addrs = two, .n_addrs = 2 });
	struct gs_socket *client = open_on("127.0.0.1");
	union gs_addr *ours, *theirs;
	size_t n_ours, n_theirs;
	struct pair p;

	expect_ok(gs_listen(server, GS_LISTEN));
	p = associate_between(client, server);
	expect_ok(gs_socknames(p.server, p.at_server, &ours, &n_ours));
	expect_ok(gs_peernames(p.client, p.at_client, &theirs, &n_theirs));
	ck_assert_uint_eq(n_ours, 2);
	ck_assert(same_sets(ours, n_ours, theirs, n_theirs));
	gs_addrs_free(ours);
	gs_addrs_free(theirs);
	expect_ok(gs_socknames(p.client, p.at_client, &ours, &n_ours));
	expect_ok(gs_peernames(p.server, p.at_server, &theirs, &n_theirs));
	ck_assert(same_sets(ours, n_ours, theirs, n_theirs));
	gs_addrs_free(ours);
	gs_addrs_free(theirs);
}
END_TEST

START_TEST(b196_port_is_socknames_port)
{
	struct gs_socket *s = open_on("127.0.0.1");
	const union gs_addr name = sockname_of(s);

	ck_assert_uint_eq(port_of(s), gs_addr_port(&name));
	release(s);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		b001_b002_open_without_options,
		b003_open_with_a_port_and_again_after_close,
		b004_a_port_in_use,
		b005_an_address_that_is_not_ours,
		b006_ports_out_of_range,
		b011_types_and_families_that_there_are_not,
		b007_b008_b009_b010_b019_options_that_open_refuses,
		b012_type_stream,
		b013_b193_two_addresses_have_one_port,
		b013_a_further_address_that_is_not_ours,
		b013_an_address_given_twice,
		b014_family_inet6,
		b015_the_address_chooses_the_family,
		b016_an_ipv4_address_on_an_inet6_socket,
		b017_the_family_said_beats_the_address,
		b018_open_in_another_namespace,
		b018_namespaces_that_there_are_not,
		b021_b022_passive_and_buffer_65536,
		b023_b191_default_subscription,
		b024_duplicates_at_open_the_last_wins,
		b025_non_blocking_and_close_on_exec,
		b027_b028_b029_after_close,
		b030_close_flushes_and_shuts_down,
		b031_close_with_linger_0_aborts,
		b032_close_with_linger_does_not_wait,
		b033_close_ends_a_pending_recv,
		b034_close_ends_a_blocked_send,
		b036_each_peer_gets_its_own_end,
		without_descriptors_open_and_peeloff_fail_and_leave_nothing,
		b037_without_listen_nobody_gets_in,
		b038_b045_a_listener_serves_three_clients,
		b039_listen_0_refuses_new_ones_and_keeps_the_old,
		b040_b041_backlogs,
		b044_recv_on_a_listening_stream_socket,
		b193_names_with_and_without_association,
		b193_names_of_the_wildcard,
		b194_peernames_are_the_peers_socknames,
		b196_port_is_socknames_port,
	};

	return RUN_SUITE("gen_sctp open, close, listen, names", tests, release_all);
}
