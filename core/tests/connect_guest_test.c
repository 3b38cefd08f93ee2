/* SPDX-License-Identifier: Apache-2.0 */
/* gen_sctp.md section 8: connect, connect_init, connectx_init. The number in a test's name is the
 * behaviour's. */
#include "wire.h"

#include <arpa/inet.h>

#define OPTIONS(...) (&(const struct gs_options)GS_OPTIONS(__VA_ARGS__))

START_TEST(b046_b047_connect_to_a_listener)
{
	struct pair p = associate();

	ck_assert_uint_eq(p.client_up.state, GS_COMM_UP);
	ck_assert_uint_eq(p.client_up.error, 0);
	ck_assert_int_ne(p.at_client, 0);
	ck_assert_uint_gt(p.client_up.outbound_streams, 0);
	ck_assert_uint_eq(p.client_up.outbound_streams, p.server_up.inbound_streams);
	ck_assert_uint_eq(p.client_up.inbound_streams, p.server_up.outbound_streams);
	ck_assert_ptr_null(p.client_up.info);
}
END_TEST

START_TEST(b048_streams_are_the_smaller_of_two_wishes)
{
	struct pair p = associate_with(OPTIONS({ .name = GS_OPT_INITMSG, .initmsg = { .num_ostreams = GS_SET(3) } }),
		OPTIONS({ .name = GS_OPT_INITMSG,
			.initmsg = { .num_ostreams = GS_SET(5), .max_instreams = GS_SET(7) } }));

	ck_assert_uint_eq(p.client_up.outbound_streams, 3);
	ck_assert_uint_eq(p.client_up.inbound_streams, 5);
}
END_TEST

START_TEST(b049_the_outcome_is_told_once)
{
	struct pair p = associate();

	expect_quiet(p.client, 100);
	expect_quiet(p.server, 100);
}
END_TEST

START_TEST(b050_b051_b052_refused_and_then_elsewhere)
{
	struct gs_socket *client = open_on("127.0.0.1"), *deaf = open_on("127.0.0.1");
	const union gs_addr addr = localhost(port_of(deaf));
	struct gs_assoc_change c;

	expect_status(gs_connect(client, &addr, NULL, SOON, &c), GS_ERROR_EVENT);
	ck_assert_uint_eq(c.state, GS_CANT_ASSOC);
	ck_assert_uint_eq(c.outbound_streams, 0);
	ck_assert_uint_eq(c.inbound_streams, 0);
	ck_assert_uint_eq(c.error, 0);
	ck_assert_int_eq(c.assoc_id, 0);
	expect_quiet(client, 100);
	associate_between(client, listener());
}
END_TEST

START_TEST(b053_connect_twice_to_one_peer)
{
	struct pair p = associate();

	expect_status(gs_connect(p.client, &p.server_addr, NULL, SOON, NULL), -EISCONN);
	expect_status(gs_connect_init(p.client, &p.server_addr, NULL), -EISCONN);
}
END_TEST

START_TEST(b054_connect_while_another_to_the_same_is_pending)
{
	union gs_addr silent;
	struct gs_socket *s;

	enter_private_network();
	silent = silent_peer();
	s = open_with(NULL);
	expect_ok(gs_connect_init(s, &silent, NULL));
	expect_status(gs_connect_init(s, &silent, NULL), -EALREADY);
	expect_status(gs_connect(s, &silent, NULL, SOON, NULL), -EALREADY);
}
END_TEST

START_TEST(b055_no_route)
{
	struct gs_socket *s = open_on("127.0.0.1");
	const union gs_addr far = addr_of("192.0.2.1", 7);

	expect_status(gs_connect(s, &far, NULL, SOON, NULL), -ENETUNREACH);
}
END_TEST

START_TEST(b056_address_of_the_wrong_family)
{
	struct gs_socket *v4 = open_on("127.0.0.1"), *v6 = open_on("::1");
	const union gs_addr there4 = localhost(7), there6 = addr_of("::1", 7), none = { 0 };
	int32_t id;

	expect_status(gs_connect(v4, &there6, NULL, SOON, NULL), -EAFNOSUPPORT);
	expect_status(gs_connect(v6, &there4, NULL, SOON, NULL), -EAFNOSUPPORT);
	expect_status(gs_connect(v4, &none, NULL, SOON, NULL), -EAFNOSUPPORT);
	expect_status(gs_connectx_init(v4, &there6, 1, NULL, &id), -EAFNOSUPPORT);
}
END_TEST

START_TEST(b057_b058_timeout_and_the_late_outcome)
{
	union gs_addr silent;
	struct gs_socket *s;
	double start;

	enter_private_network();
	silent = silent_peer();
	s = open_with(&(struct gs_open_options){
		.options = GS_OPTIONS({ .name = GS_OPT_INITMSG,
					      .initmsg = { .max_attempts = GS_SET(1), .max_init_timeo = GS_SET(300) } },
			{ .name = GS_OPT_RTOINFO, .rtoinfo = { .initial = GS_SET(300), .min = GS_SET(300) } }) });
	start = seconds_now();
	expect_status(gs_connect(s, &silent, NULL, 200, NULL), GS_TIMEOUT);
	ck_assert(seconds_now() - start >= 0.2 && seconds_now() - start < 0.3);
	ck_assert_uint_eq(expect_change(s, GS_CANT_ASSOC)->error, 0);
	ck_assert(seconds_now() - start < 2);
}
END_TEST

START_TEST(b059_timeout_0_does_not_hang)
{
	struct gs_socket *client = open_on("127.0.0.1"), *server = listener();
	const union gs_addr addr = localhost(port_of(server));
	const int status = gs_connect(client, &addr, NULL, 0, NULL);

	if (status == GS_TIMEOUT)
		expect_change(client, GS_COMM_UP);
	else
		expect_ok(status);
	expect_change(server, GS_COMM_UP);
}
END_TEST

START_TEST(b061_wrong_timeout)
{
	struct gs_socket *s = open_on("127.0.0.1");
	const union gs_addr addr = localhost(7);

	expect_status(gs_connect(s, &addr, NULL, -2, NULL), GS_BADARG);
	expect_status(gs_connect(s, &addr, NULL, INT64_MIN, NULL), GS_BADARG);
}
END_TEST

START_TEST(b062_wrong_options)
{
	struct gs_socket *s = open_on("127.0.0.1");
	const union gs_addr addr = localhost(7);
	const struct gs_options no_items = { .count = 1, .size = sizeof(struct gs_option) };

	expect_status(gs_connect(s, &addr, OPTIONS({ .name = 9999 }), SOON, NULL), -EINVAL);
	expect_status(gs_connect(s, &addr, OPTIONS({ .name = GS_OPT_STATUS }), SOON, NULL), -EINVAL);
	expect_status(
		gs_connect(s, &addr, OPTIONS({ .name = GS_OPT_INITMSG, .initmsg = { .max_instreams = GS_SET(65536) } }),
			SOON, NULL),
		GS_FIELD - 2);
	expect_status(gs_connect(s, &addr, &no_items, SOON, NULL), GS_BADARG);
	expect_quiet(s, 0);
}
END_TEST

START_TEST(b063_options_stay_when_connect_fails)
{
	struct gs_socket *s = open_on("127.0.0.1"), *deaf = open_on("127.0.0.1");
	const union gs_addr addr = localhost(port_of(deaf));

	expect_status(
		gs_connect(s, &addr, OPTIONS({ .name = GS_OPT_AUTOCLOSE, .value = 9 }), SOON, NULL), GS_ERROR_EVENT);
	ck_assert_int_eq(getopt_int(s, GS_OPT_AUTOCLOSE), 9);
}
END_TEST

/* The events of the socket as 8 octets of 0 and 1 would be: bit n is field n. */
static unsigned events_of(struct gs_socket *s)
{
	struct gs_option o = { .name = GS_OPT_EVENTS };
	const struct gs_maybe *field = &o.events.data_io;
	unsigned bits = 0;

	expect_ok(gs_getopt(s, &o));
	for (unsigned i = 0; i < 8; i++)
		bits |= (field[i].value ? 1U : 0U) << i;
	return bits;
}

START_TEST(b064_a_partial_record_is_merged_by_connect)
{
	struct gs_socket *server = listener();
	const union gs_addr here = localhost(0), there = localhost(port_of(server));
	struct gs_socket *s = open_with(&(struct gs_open_options){ .addrs = &here,
		.n_addrs = 1,
		.options = GS_OPTIONS({ .name = GS_OPT_EVENTS, .events = { .shutdown = GS_SET(0) } },
			{ .name = GS_OPT_DEFAULT_SEND_PARAM,
				.default_send_param = { .ppid = GS_SET(9), .context = GS_SET(4) } }) });
	struct gs_option param = { .name = GS_OPT_DEFAULT_SEND_PARAM };

	ck_assert_uint_eq(events_of(s), 0x5f);
	expect_ok(gs_connect(s, &there,
		OPTIONS({ .name = GS_OPT_EVENTS, .events = { .address = GS_SET(0) } },
			{ .name = GS_OPT_DEFAULT_SEND_PARAM, .default_send_param = { .context = GS_SET(0) } }),
		SOON, NULL));
	ck_assert_uint_eq(events_of(s), 0x5b);
	expect_ok(gs_getopt(s, &param));
	ck_assert_int_eq(param.default_send_param.ppid.value, 9);
	ck_assert_int_eq(param.default_send_param.context.value, 0);
}
END_TEST

START_TEST(b065_init_attempts_and_timeouts_bound_the_wait)
{
	union gs_addr silent;
	struct gs_assoc_change c;
	struct gs_socket *s;
	double start;

	enter_private_network();
	silent = silent_peer();
	s = open_with(NULL);
	start = seconds_now();
	expect_status(gs_connect(s, &silent,
			      OPTIONS({ .name = GS_OPT_INITMSG,
					      .initmsg = { .max_attempts = GS_SET(1), .max_init_timeo = GS_SET(300) } },
				      { .name = GS_OPT_RTOINFO,
					      .rtoinfo = { .initial = GS_SET(300),
						      .max = GS_SET(300),
						      .min = GS_SET(300) } }),
			      GS_FOREVER, &c),
		GS_ERROR_EVENT);
	ck_assert_uint_eq(c.state, GS_CANT_ASSOC);
	ck_assert_int_eq(c.assoc_id, 0);
	ck_assert(seconds_now() - start > 0.3 && seconds_now() - start < 2);
}
END_TEST

/* Deviation from gen_sctp, whose connect would return the foreign message and lose it. */
START_TEST(b066_what_else_is_queued_is_not_lost)
{
	struct pair old = associate();
	struct gs_socket *other = listener();
	const union gs_addr addr = localhost(port_of(other));
	struct gs_message m = { 0 };

	expect_ok(gs_send(old.server, old.at_server, 1, "first", 5));
	expect_ok(gs_send(old.server, old.at_server, 1, "second", 6));
	expect_ok(gs_connect(old.client, &addr, NULL, SOON, NULL));
	ck_assert_uint_eq(gs_queued(old.client), 2);
	expect_ok(gs_send(old.server, old.at_server, 1, "third", 5));
	ck_assert_int_eq(expect_text(old.client, "first")->info.assoc_id, old.at_client);
	expect_ok(gs_recv(old.client, 0, &m));
	ck_assert_uint_eq(m.event.data.length, 6);
	ck_assert_mem_eq(m.event.data.bytes, "second", 6);
	ck_assert_uint_eq(m.event.data.info.stream, 1);
	ck_assert_uint_eq(gs_addr_port(&m.from), gs_addr_port(&old.server_addr));
	ck_assert_uint_eq(gs_queued(old.client), 0);
	expect_text(old.client, "third");
	expect_quiet(old.client, 0);
	gs_message_release(&m);
}
END_TEST

/* The end of the former association with the same peer is not taken for the outcome of the new one.
 */
START_TEST(b066_an_older_event_of_the_same_peer_is_not_the_outcome)
{
	struct pair p = associate();
	struct gs_assoc_change c;

	expect_ok(gs_abort(p.server, p.at_server));
	pause_ms(50);
	expect_ok(gs_connect(p.client, &p.server_addr, NULL, SOON, &c));
	ck_assert_int_ne(c.assoc_id, p.at_client);
	ck_assert_uint_eq(gs_queued(p.client), 1);
	ck_assert_int_eq(expect_change(p.client, GS_COMM_LOST)->assoc_id, p.at_client);
	expect_quiet(p.client, 0);
}
END_TEST

START_TEST(b072_without_association_events_connect_times_out)
{
	struct gs_socket *s = open_on("127.0.0.1"), *server = listener();
	const union gs_addr addr = localhost(port_of(server));

	expect_status(gs_connect(s, &addr, OPTIONS({ .name = GS_OPT_EVENTS, .events = { .association = GS_SET(0) } }),
			      300, NULL),
		GS_TIMEOUT);
	expect_change(server, GS_COMM_UP);
}
END_TEST

START_TEST(b074_port_0)
{
	struct gs_socket *s = open_on("127.0.0.1");
	const union gs_addr addr = localhost(0);
	struct gs_assoc_change c;

	expect_status(gs_connect(s, &addr, NULL, SOON, &c), GS_ERROR_EVENT);
	ck_assert_uint_eq(c.state, GS_CANT_ASSOC);
	expect_quiet(s, 100);
	associate_between(s, listener());
}
END_TEST

/* Both ends meet in one association, which comes up once. */
START_TEST(b075_a_listening_socket_connects_to_itself)
{
	struct gs_socket *s = listener();
	const union gs_addr addr = localhost(port_of(s));
	struct gs_assoc_change c;

	expect_ok(gs_connect(s, &addr, NULL, SOON, &c));
	expect_ok(gs_send(s, c.assoc_id, 0, "echo", 4));
	ck_assert_int_eq(expect_text(s, "echo")->info.assoc_id, c.assoc_id);
	expect_quiet(s, 100);
}
END_TEST

START_TEST(b076_associations_of_one_socket_have_different_ids)
{
	struct gs_socket *s = open_on("127.0.0.1");
	struct pair a = associate_between(s, listener()), b = associate_between(s, listener());

	ck_assert_int_ne(a.at_client, b.at_client);
}
END_TEST

static int recv_a_while(void *s)
{
	struct gs_message m = { 0 };
	const int status = gs_recv(s, 500, &m);

	gs_message_release(&m);
	return status;
}

START_TEST(connect_while_another_thread_receives)
{
	struct gs_socket *s = open_on("127.0.0.1"), *server = listener();
	const union gs_addr addr = localhost(port_of(server));
	struct errand e;

	errand_start(&e, recv_a_while, s);
	pause_ms(100);
	expect_status(gs_connect(s, &addr, NULL, SOON, NULL), -EALREADY);
	expect_status(errand_finish(&e), GS_TIMEOUT);
	expect_quiet(server, 0);
}
END_TEST

START_TEST(the_wildcard_is_nobody)
{
	struct gs_socket *s = open_on("127.0.0.1");
	const union gs_addr any = addr_of("0.0.0.0", 7);

	expect_status(gs_connect(s, &any, NULL, SOON, NULL), -EINVAL);
}
END_TEST

START_TEST(a_stream_socket_connects_once)
{
	struct gs_socket *server = listener();
	const union gs_addr there = localhost(port_of(server)), here = localhost(0);
	struct gs_socket *s = open_with(&(struct gs_open_options){ .type = SOCK_STREAM, .addrs = &here, .n_addrs = 1 });
	struct gs_assoc_change c;

	expect_ok(gs_connect(s, &there, NULL, SOON, &c));
	ck_assert_int_eq(c.state, GS_COMM_UP);
	expect_status(gs_connect(s, &there, NULL, SOON, NULL), -EISCONN);
	expect_ok(gs_send(s, 0, 0, "hi", 2));
	expect_change(server, GS_COMM_UP);
	expect_text(server, "hi");
}
END_TEST

START_TEST(a_stream_socket_is_refused)
{
	struct gs_socket *deaf = open_on("127.0.0.1");
	const union gs_addr there = localhost(port_of(deaf)), here = localhost(0);
	struct gs_socket *s = open_with(&(struct gs_open_options){ .type = SOCK_STREAM, .addrs = &here, .n_addrs = 1 });
	struct gs_assoc_change c;

	expect_status(gs_connect(s, &there, NULL, SOON, &c), GS_ERROR_EVENT);
	ck_assert_int_eq(c.state, GS_CANT_ASSOC);
}
END_TEST

/* ---- connect_init, connectx_init ---- */

/* The server does not hear the first INIT, so that the event cannot be there when the call returns. */
START_TEST(b077_connect_init_returns_before_the_event)
{
	struct gs_socket *s = open_on("127.0.0.1"), *server = listener();
	const union gs_addr addr = localhost(port_of(server));

	deafen(server);
	expect_ok(gs_connect_init(s, &addr, NULL));
	expect_quiet(s, 100);
	hear_again(server);
	ck_assert_int_ne(expect_change(s, GS_COMM_UP)->assoc_id, 0);
	expect_change(server, GS_COMM_UP);
	expect_quiet(s, 100);
}
END_TEST

START_TEST(b078_a_refusal_is_an_ordinary_event)
{
	struct gs_socket *s = open_on("127.0.0.1"), *deaf = open_on("127.0.0.1");
	const union gs_addr addr = localhost(port_of(deaf));
	struct gs_message m = { 0 };

	expect_ok(gs_connect_init(s, &addr, NULL));
	expect_ok(gs_recv(s, SOON, &m));
	ck_assert_uint_eq(m.event.type, GS_ASSOC_CHANGE);
	ck_assert_uint_eq(m.event.assoc_change.state, GS_CANT_ASSOC);
	ck_assert_int_eq(m.event.assoc_change.assoc_id, 0);
	gs_message_release(&m);
}
END_TEST

START_TEST(b079_immediate_failures_are_returned)
{
	struct pair p = associate();
	const union gs_addr far = addr_of("192.0.2.1", 7);

	expect_status(gs_connect_init(p.client, &far, NULL), -ENETUNREACH);
	expect_status(gs_connect_init(p.client, &p.server_addr, NULL), -EISCONN);
	expect_quiet(p.client, 100);
}
END_TEST

START_TEST(b081_connectx_init_tells_the_id)
{
	struct gs_socket *s = open_on("127.0.0.1"), *server = listener();
	struct gs_socket *deaf = open_on("127.0.0.1");
	const union gs_addr there = localhost(port_of(server)), nowhere = localhost(port_of(deaf));
	int32_t id = 0;

	expect_ok(gs_connectx_init(s, &there, 1, NULL, &id));
	ck_assert_int_ne(id, 0);
	ck_assert_int_eq(expect_change(s, GS_COMM_UP)->assoc_id, id);
	expect_ok(gs_connectx_init(s, &nowhere, 1, NULL, &id));
	ck_assert_int_eq(expect_change(s, GS_CANT_ASSOC)->assoc_id, id);
}
END_TEST

START_TEST(b082_connectx_init_with_two_addresses)
{
	const union gs_addr here[] = { addr_of("127.0.0.1", 0), addr_of("127.0.0.2", 0) };
	struct gs_socket *server = open_with(&(struct gs_open_options){ .addrs = here, .n_addrs = 2 });
	struct gs_socket *s = open_on("127.0.0.1");
	/* the last port that is given counts for all; and the server is not at the third address, which it
	 * says itself */
	const union gs_addr there[] = { addr_of("127.0.0.1", 9), addr_of("127.0.0.2", port_of(server)),
		addr_of("127.0.0.3", 0) };
	union gs_addr *names;
	int32_t id;
	size_t n;

	expect_ok(gs_listen(server, GS_LISTEN));
	expect_ok(gs_connectx_init(s, there, 3, NULL, &id));
	expect_change(s, GS_COMM_UP);
	expect_ok(gs_peernames(s, id, &names, &n));
	ck_assert_uint_eq(n, 2);
	ck_assert(!gs_addr_equal(&names[0], &names[1]));
	for (size_t i = 0; i < 2; i++) {
		ck_assert_uint_eq(gs_addr_port(&names[i]), port_of(server));
		ck_assert(gs_addr_same_host(&names[i], &here[0]) || gs_addr_same_host(&names[i], &here[1]));
	}
	gs_addrs_free(names);
}
END_TEST

START_TEST(b083_connectx_init_with_nothing_to_connect_to)
{
	struct gs_socket *s = open_on("127.0.0.1");
	const union gs_addr no_port[] = { localhost(0), localhost(0) };
	int32_t id;

	expect_status(gs_connectx_init(s, no_port, 0, NULL, &id), -EINVAL);
	expect_status(gs_connectx_init(s, no_port, 2, NULL, &id), GS_BADARG);
}
END_TEST

static void connectx_init_to_three(void *argument)
{
	static const char *const texts[] = { "127.0.0.3", "127.0.0.1", "127.0.0.2" };
	union gs_addr addrs[3];
	int32_t id;

	(void)argument;
	for (int i = 0; i < 3; i++)
		addrs[i] = addr_of(texts[i], 7);
	expect_ok(gs_connectx_init(open_on("127.0.0.1"), addrs, 3, NULL, &id));
}

/* Seen from outside, as strace(1) would. */
START_TEST(b084_the_addresses_reach_the_kernel_in_order)
{
	struct sockaddr_in seen[4];
	const size_t octets = trace_connectx(connectx_init_to_three, NULL, seen, sizeof(seen));

	ck_assert_uint_eq(octets, 3 * sizeof(seen[0]));
	for (int i = 0; i < 3; i++) {
		ck_assert_uint_eq(seen[i].sin_family, AF_INET);
		ck_assert_uint_eq(ntohs(seen[i].sin_port), 7);
	}
	ck_assert_uint_eq(ntohl(seen[0].sin_addr.s_addr), 0x7f000003);
	ck_assert_uint_eq(ntohl(seen[1].sin_addr.s_addr), 0x7f000001);
	ck_assert_uint_eq(ntohl(seen[2].sin_addr.s_addr), 0x7f000002);
}
END_TEST

START_TEST(b085_connectx_init_to_an_associated_peer)
{
	struct pair p = associate();
	int32_t id;

	expect_status(gs_connectx_init(p.client, &p.server_addr, 1, NULL, &id), -EISCONN);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		b046_b047_connect_to_a_listener,
		b048_streams_are_the_smaller_of_two_wishes,
		b049_the_outcome_is_told_once,
		b050_b051_b052_refused_and_then_elsewhere,
		b053_connect_twice_to_one_peer,
		b054_connect_while_another_to_the_same_is_pending,
		b055_no_route,
		b056_address_of_the_wrong_family,
		b057_b058_timeout_and_the_late_outcome,
		b059_timeout_0_does_not_hang,
		b061_wrong_timeout,
		b062_wrong_options,
		b063_options_stay_when_connect_fails,
		b064_a_partial_record_is_merged_by_connect,
		b065_init_attempts_and_timeouts_bound_the_wait,
		b066_what_else_is_queued_is_not_lost,
		b066_an_older_event_of_the_same_peer_is_not_the_outcome,
		b072_without_association_events_connect_times_out,
		b074_port_0,
		b075_a_listening_socket_connects_to_itself,
		b076_associations_of_one_socket_have_different_ids,
		connect_while_another_thread_receives,
		the_wildcard_is_nobody,
		a_stream_socket_connects_once,
		a_stream_socket_is_refused,
		b077_connect_init_returns_before_the_event,
		b078_a_refusal_is_an_ordinary_event,
		b079_immediate_failures_are_returned,
		b081_connectx_init_tells_the_id,
		b082_connectx_init_with_two_addresses,
		b083_connectx_init_with_nothing_to_connect_to,
		b084_the_addresses_reach_the_kernel_in_order,
		b085_connectx_init_to_an_associated_peer,
	};

	return RUN_SUITE("gen_sctp connect", tests, release_all);
}
