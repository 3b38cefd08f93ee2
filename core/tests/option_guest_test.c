/* SPDX-License-Identifier: Apache-2.0 */
/* gen_sctp.md section 8: options. The number in a test's name is the behaviour's. */
#include "loopback.h"

#include <linux/sctp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#define OPTION(...) (&(const struct gs_option){ __VA_ARGS__ })

static int kernel_int(struct gs_socket *s, int level, int optname)
{
	int value = -1;
	socklen_t size = sizeof(value);

	ck_assert_int_eq(getsockopt(gs_fd(s), level, optname, &value, &size), 0);
	return value;
}

/* What is set is read, and it is the kernel's option of that name. */
START_TEST(b172_b190_what_is_set_is_read)
{
	static const struct {
		uint32_t name;
		int value, level, optname; /* level -1: the kernel knows nothing of it */
	} samples[] = {
		{ GS_OPT_REUSEADDR, 1, SOL_SOCKET, SO_REUSEADDR },
		{ GS_OPT_DONTROUTE, 1, SOL_SOCKET, SO_DONTROUTE },
		{ GS_OPT_PRIORITY, 3, SOL_SOCKET, SO_PRIORITY },
		{ GS_OPT_TTL, 17, IPPROTO_IP, IP_TTL },
		{ GS_OPT_NON_BLOCK_SEND, 1, -1, 0 },
		{ GS_OPT_NODELAY, 1, IPPROTO_SCTP, SCTP_NODELAY },
		{ GS_OPT_NODELAY, 0, IPPROTO_SCTP, SCTP_NODELAY },
		{ GS_OPT_AUTOCLOSE, 60, IPPROTO_SCTP, SCTP_AUTOCLOSE },
		{ GS_OPT_DISABLE_FRAGMENTS, 1, IPPROTO_SCTP, SCTP_DISABLE_FRAGMENTS },
		{ GS_OPT_MAPPED_V4_ADDR, 0, IPPROTO_SCTP, SCTP_I_WANT_MAPPED_V4_ADDR },
		{ GS_OPT_MAXSEG, 1000, IPPROTO_SCTP, SCTP_MAXSEG },
		{ GS_OPT_BUFFER, 123, -1, 0 },
		{ GS_OPT_REUSEPORT, 1, SOL_SOCKET, SO_REUSEPORT },
		{ GS_OPT_REUSEPORT, 0, SOL_SOCKET, SO_REUSEPORT },
		{ GS_OPT_REUSEPORT_LB, 1, SOL_SOCKET, SO_REUSEPORT },
		{ GS_OPT_RECVTOS, 1, IPPROTO_IP, IP_RECVTOS },
		{ GS_OPT_RECVTTL, 1, IPPROTO_IP, IP_RECVTTL },
	};
	struct gs_option linger = { .name = GS_OPT_LINGER };
	struct gs_socket *s = open_with(NULL);

	expect_ok(gs_setopt(s, OPTION(.name = GS_OPT_LINGER, .linger = { 1, 3 })));
	expect_ok(gs_getopt(s, &linger));
	ck_assert_uint_eq(linger.linger.on, 1);
	ck_assert_uint_eq(linger.linger.seconds, 3);
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		setopt_int(s, samples[i].name, samples[i].value);
		ck_assert_int_eq(getopt_int(s, samples[i].name), samples[i].value);
		if (samples[i].level >= 0)
			ck_assert_int_eq(kernel_int(s, samples[i].level, samples[i].optname), samples[i].value);
	}
	setopt_int(s, GS_OPT_SNDBUF, 50000);
	ck_assert_int_ge(getopt_int(s, GS_OPT_SNDBUF), 50000);
	ck_assert_int_eq(getopt_int(s, GS_OPT_SNDBUF), kernel_int(s, SOL_SOCKET, SO_SNDBUF));
	setopt_int(s, GS_OPT_RECBUF, 60000);
	ck_assert_int_ge(getopt_int(s, GS_OPT_RECBUF), 60000);
	ck_assert_int_eq(getopt_int(s, GS_OPT_RECBUF), kernel_int(s, SOL_SOCKET, SO_RCVBUF));
	/* the kernel adds ECT */
	setopt_int(s, GS_OPT_TOS, 16);
	ck_assert_int_eq(getopt_int(s, GS_OPT_TOS) & ~3, 16);
	ck_assert_int_eq(getopt_int(s, GS_OPT_TOS), kernel_int(s, IPPROTO_IP, IP_TOS));
	/* autoclose is unsigned, and the kernel's own limit shortens it */
	setopt_int(s, GS_OPT_AUTOCLOSE, 0xffffffff);
	ck_assert_int_ne(getopt_int(s, GS_OPT_AUTOCLOSE), 0);
	release(s);
}
END_TEST

START_TEST(b172_a_tos_leaves_the_priority_alone)
{
	struct gs_socket *s = open_with(NULL);

	setopt_int(s, GS_OPT_PRIORITY, 3);
	setopt_int(s, GS_OPT_TOS, 16);
	ck_assert_int_eq(getopt_int(s, GS_OPT_TOS) & ~3, 16);
	ck_assert_int_eq(getopt_int(s, GS_OPT_PRIORITY), 3);
	release(s);
}
END_TEST

START_TEST(b172_options_of_inet6)
{
	struct gs_socket *s = open_with(&(struct gs_open_options){
		.family = AF_INET6, .options = GS_OPTIONS({ .name = GS_OPT_IPV6_V6ONLY, .value = 1 }) });

	ck_assert_int_eq(getopt_int(s, GS_OPT_IPV6_V6ONLY), 1);
	setopt_int(s, GS_OPT_TCLASS, 8);
	ck_assert_int_eq(getopt_int(s, GS_OPT_TCLASS) & ~3, 8);
	setopt_int(s, GS_OPT_RECVTCLASS, 1);
	ck_assert_int_eq(getopt_int(s, GS_OPT_RECVTCLASS), 1);
	release(s);
}
END_TEST

START_TEST(b173_b174_what_cannot_be_read)
{
	struct gs_socket *s = open_with(NULL);
	struct gs_option status = { .name = GS_OPT_STATUS, .status = { .assoc_id = 9999 } };
	struct gs_option unknown = { .name = 9999 };
	struct gs_option only_set = { .name = GS_OPT_SET_PEER_PRIMARY_ADDR };
	struct gs_option v6 = { .name = GS_OPT_IPV6_V6ONLY };

	expect_status(gs_getopt(s, &status), -EINVAL);
	expect_status(gs_getopt(s, &unknown), -EINVAL);
	expect_status(gs_getopt(s, &only_set), -EINVAL);
	ck_assert_int_lt(gs_getopt(s, &v6), 0);
	expect_status(gs_setopt(s, OPTION(.name = GS_OPT_STATUS)), -EINVAL);
	expect_status(gs_setopt(s, OPTION(.name = GS_OPT_NETNS)), -EINVAL);
	release(s);
}
END_TEST

START_TEST(b173_a_list_leaves_out_what_cannot_be_read)
{
	struct gs_socket *s =
		open_with(&(struct gs_open_options){ .options = GS_OPTIONS({ .name = GS_OPT_AUTOCLOSE, .value = 7 },
							     { .name = GS_OPT_NODELAY, .value = 1 }) });
	struct gs_option o[] = {
		{ .name = GS_OPT_AUTOCLOSE },
		{ .name = GS_OPT_STATUS, .status = { .assoc_id = 9999 } },
		{ .name = GS_OPT_SET_PEER_PRIMARY_ADDR },
		{ .name = GS_OPT_IPV6_V6ONLY },
		{ .name = GS_OPT_EXCLUSIVEADDRUSE },
		{ .name = GS_OPT_LOW_MSGQ_WATERMARK },
		{ .name = GS_OPT_NETNS }, /* it was opened in the caller's */
		{ .name = GS_OPT_NODELAY },
		{ .name = GS_OPT_INITMSG },
	};
	size_t n = sizeof(o) / sizeof(o[0]);

	expect_ok(gs_getopts(s, o, &n));
	ck_assert_uint_eq(n, 3);
	ck_assert_uint_eq(o[0].name, GS_OPT_AUTOCLOSE);
	ck_assert_int_eq(o[0].value, 7);
	ck_assert_uint_eq(o[1].name, GS_OPT_NODELAY);
	ck_assert_int_eq(o[1].value, 1);
	ck_assert_uint_eq(o[2].name, GS_OPT_INITMSG);
	ck_assert_int_eq(o[2].initmsg.max_attempts.value, 8);
	n = 0;
	expect_ok(gs_getopts(s, NULL, &n));
	ck_assert_uint_eq(n, 0);
}
END_TEST

START_TEST(b174_a_list_with_an_unknown_name)
{
	struct gs_socket *s = open_with(NULL);
	struct gs_option o[] = { { .name = GS_OPT_AUTOCLOSE }, { .name = 9999 } };
	size_t n = 2;

	expect_status(gs_getopts(s, o, &n), -EINVAL);
	ck_assert_uint_eq(n, 2);
	expect_status(gs_getopts(s, NULL, &n), GS_BADARG);
	expect_status(gs_getopts(s, o, NULL), GS_BADARG);
	expect_status(gs_getopts_sized(s, o, &n, 0), GS_BADARG);
	expect_status(gs_getopts(NULL, o, &n), GS_BADARG);
	expect_ok(gs_close(s));
	expect_status(gs_getopts(s, o, &n), -EINVAL);
}
END_TEST

START_TEST(b175_b176_b177_lists)
{
	struct gs_socket *s = open_with(NULL);
	const struct gs_options half = GS_OPTIONS({ .name = GS_OPT_NODELAY, .value = 1 },
		{ .name = GS_OPT_MAXSEG, .value = 99999 }, { .name = GS_OPT_AUTOCLOSE, .value = 9 });
	const struct gs_options twice =
		GS_OPTIONS({ .name = GS_OPT_AUTOCLOSE, .value = 3 }, { .name = GS_OPT_AUTOCLOSE, .value = 4 });
	const struct gs_options refused = GS_OPTIONS({ .name = GS_OPT_BIND_TO_DEVICE, .device = "nowhere0" });

	expect_status(gs_setopts(s, &half), -EINVAL);
	ck_assert_int_eq(getopt_int(s, GS_OPT_AUTOCLOSE), 9);
	ck_assert_int_eq(getopt_int(s, GS_OPT_NODELAY), 0);
	expect_ok(gs_setopts(s, &twice));
	ck_assert_int_eq(getopt_int(s, GS_OPT_AUTOCLOSE), 3);
	/* a list hides the reason, a single option does not */
	expect_status(gs_setopts(s, &refused), -EINVAL);
	expect_status(gs_setopt(s, &refused.items[0]), -ENODEV);
	expect_status(gs_setopt(s, OPTION(.name = GS_OPT_NODELAY, .value = 2)), -EINVAL);
	expect_ok(gs_setopts(s, &(struct gs_options){ 0 }));
	release(s);
}
END_TEST

START_TEST(b178_events_set_with_one_field_reset_the_rest)
{
	struct gs_socket *s = open_with(&(struct gs_open_options){
		.options = GS_OPTIONS({ .name = GS_OPT_EVENTS,
			.events = { .shutdown = GS_SET(0), .adaptation_layer = GS_SET(1) } }) });
	struct gs_option o = { .name = GS_OPT_EVENTS };

	expect_ok(gs_getopt(s, &o));
	ck_assert_int_eq(o.events.shutdown.value, 0);
	ck_assert_int_eq(o.events.adaptation_layer.value, 1);
	expect_ok(gs_setopt(s, OPTION(.name = GS_OPT_EVENTS, .events = { .data_io = GS_SET(0) })));
	expect_ok(gs_getopt(s, &o));
	ck_assert_int_eq(o.events.data_io.value, 0);
	ck_assert_int_eq(o.events.shutdown.value, 1);
	ck_assert_int_eq(o.events.adaptation_layer.value, 0);
	release(s);
}
END_TEST

START_TEST(b179_initmsg_with_one_field)
{
	struct gs_socket *s = open_with(NULL);
	struct gs_option o = { .name = GS_OPT_INITMSG };

	expect_ok(gs_setopt(s, OPTION(.name = GS_OPT_INITMSG, .initmsg = { .num_ostreams = GS_SET(77) })));
	expect_ok(gs_getopt(s, &o));
	ck_assert_int_eq(o.initmsg.num_ostreams.value, 77);
	ck_assert_int_eq(o.initmsg.max_instreams.value, 65535);
	ck_assert_int_eq(o.initmsg.max_attempts.value, 8);
	ck_assert_int_eq(o.initmsg.max_init_timeo.value, 60000);
	release(s);
}
END_TEST

START_TEST(rtoinfo_and_associnfo)
{
	struct pair p = associate();
	struct gs_option rto = { .name = GS_OPT_RTOINFO };
	struct gs_option assoc = { .name = GS_OPT_ASSOCINFO };

	expect_ok(gs_getopt(p.client, &rto));
	ck_assert_int_eq(rto.rtoinfo.initial.value, 3000);
	ck_assert_int_eq(rto.rtoinfo.max.value, 60000);
	ck_assert_int_eq(rto.rtoinfo.min.value, 1000);
	expect_ok(gs_setopt(p.client,
		OPTION(.name = GS_OPT_RTOINFO,
			.rtoinfo = { .assoc_id = p.at_client, .max = GS_SET(500), .min = GS_SET(200) })));
	rto.rtoinfo.assoc_id = p.at_client;
	expect_ok(gs_getopt(p.client, &rto));
	ck_assert_int_eq(rto.rtoinfo.max.value, 500);
	ck_assert_int_eq(rto.rtoinfo.min.value, 200);
	ck_assert_int_eq(rto.rtoinfo.initial.value, 3000);

	expect_ok(gs_setopt(p.client,
		OPTION(.name = GS_OPT_ASSOCINFO, .associnfo = { .assoc_id = p.at_client, .asocmaxrxt = GS_SET(3) })));
	assoc.associnfo.assoc_id = p.at_client;
	expect_ok(gs_getopt(p.client, &assoc));
	ck_assert_int_eq(assoc.associnfo.asocmaxrxt.value, 3);
	ck_assert_int_eq(assoc.associnfo.number_peer_destinations.value, 1);
	ck_assert_int_eq(assoc.associnfo.cookie_life.value, 60000);
}
END_TEST

START_TEST(b180_an_unknown_association)
{
	struct gs_socket *s = open_with(NULL);
	struct gs_option o = { .name = GS_OPT_RTOINFO, .rtoinfo = { .assoc_id = 9999 } };

	expect_status(gs_getopt(s, &o), -EINVAL);
	expect_status(gs_setopt(s, &o), -EINVAL);
	release(s);
}
END_TEST

START_TEST(b181_peer_addr_params)
{
	struct pair p = associate();
	struct gs_option o = { .name = GS_OPT_PEER_ADDR_PARAMS };

	expect_ok(gs_getopt(p.client, &o));
	ck_assert_int_eq(o.peer_addr_params.hbinterval.value, 30000);
	ck_assert_int_eq(o.peer_addr_params.pathmaxrxt.value, 5);
	ck_assert_int_eq(o.peer_addr_params.sackdelay.value, 200);
	ck_assert_int_eq(o.peer_addr_params.flags.value, GS_HB_ENABLE | GS_PMTUD_ENABLE | GS_SACKDELAY_ENABLE);
	for (int pair = 0; pair < 3; pair++) {
		static const int flags[] = { GS_HB_ENABLE | GS_HB_DISABLE, GS_PMTUD_ENABLE | GS_PMTUD_DISABLE,
			GS_SACKDELAY_ENABLE | GS_SACKDELAY_DISABLE };

		expect_status(gs_setopt(p.client,
				      OPTION(.name = GS_OPT_PEER_ADDR_PARAMS,
					      .peer_addr_params = { .hbinterval = GS_SET(77),
						      .pathmaxrxt = GS_SET(9),
						      .flags = GS_SET(flags[pair]) })),
			-EINVAL);
	}
	expect_ok(gs_getopt(p.client, &o));
	ck_assert_int_eq(o.peer_addr_params.hbinterval.value, 30000);
	ck_assert_int_eq(o.peer_addr_params.pathmaxrxt.value, 5);
	expect_ok(gs_setopt(p.client,
		OPTION(.name = GS_OPT_PEER_ADDR_PARAMS,
			.peer_addr_params = { .assoc_id = p.at_client,
				.address = p.server_addr,
				.hbinterval = GS_SET(500),
				.pathmaxrxt = GS_SET(2),
				.flags = GS_SET(GS_HB_ENABLE) })));
	o.peer_addr_params.assoc_id = p.at_client;
	o.peer_addr_params.address = p.server_addr;
	expect_ok(gs_getopt(p.client, &o));
	ck_assert_int_eq(o.peer_addr_params.hbinterval.value, 500);
	ck_assert_int_eq(o.peer_addr_params.pathmaxrxt.value, 2);
	ck_assert(gs_addr_equal(&o.peer_addr_params.address, &p.server_addr));
}
END_TEST

START_TEST(b182_recbuf_and_buffer)
{
	struct gs_socket *s = open_with(
		&(struct gs_open_options){ .options = GS_OPTIONS({ .name = GS_OPT_RECBUF, .value = 100000 }) });

	ck_assert_int_eq(getopt_int(s, GS_OPT_BUFFER), 65536);
	setopt_int(s, GS_OPT_RECBUF, 100000);
	ck_assert_int_eq(getopt_int(s, GS_OPT_BUFFER), 100000);
	setopt_int(s, GS_OPT_RECBUF, 5000);
	ck_assert_int_eq(getopt_int(s, GS_OPT_BUFFER), 100000);
	setopt_int(s, GS_OPT_SNDBUF, 200000);
	ck_assert_int_eq(getopt_int(s, GS_OPT_BUFFER), 100000);
	release(s);
}
END_TEST

START_TEST(b183_adaptation_reads_back)
{
	struct gs_socket *s = open_with(NULL);
	struct gs_option o = { .name = GS_OPT_ADAPTATION_LAYER };

	setopt_int(s, GS_OPT_ADAPTATION_LAYER, 0xfedcba98);
	expect_ok(gs_getopt(s, &o));
	ck_assert_int_eq(o.value, 0xfedcba98);
	release(s);
}
END_TEST

START_TEST(b184_status)
{
	struct pair p = associate();
	struct gs_option o = { .name = GS_OPT_STATUS, .status = { .assoc_id = p.at_client } };

	expect_ok(gs_getopt(p.client, &o));
	ck_assert_int_eq(o.status.state, GS_STATE_ESTABLISHED);
	ck_assert_int_eq(o.status.assoc_id, p.at_client);
	ck_assert_uint_eq(o.status.outstrms, p.client_up.outbound_streams);
	ck_assert_uint_eq(o.status.instrms, p.client_up.inbound_streams);
	ck_assert_uint_gt(o.status.rwnd, 0);
	ck_assert_uint_gt(o.status.fragmentation_point, 0);
	ck_assert(gs_addr_equal(&o.status.primary.address, &p.server_addr));
	ck_assert_int_eq(o.status.primary.state, GS_PATH_ACTIVE);
	expect_ok(gs_abort(p.client, p.at_client));
	expect_change(p.client, GS_COMM_LOST);
	o.status.assoc_id = p.at_client;
	expect_status(gs_getopt(p.client, &o), -EINVAL);
}
END_TEST

START_TEST(b185_peer_addr_info_by_address)
{
	struct pair p = associate();
	struct gs_option o = { .name = GS_OPT_GET_PEER_ADDR_INFO, .peer_addr_info = { .address = p.server_addr } };

	expect_ok(gs_getopt(p.client, &o));
	ck_assert_int_eq(o.peer_addr_info.assoc_id, p.at_client);
	ck_assert_int_eq(o.peer_addr_info.state, GS_PATH_ACTIVE);
	ck_assert_uint_ge(o.peer_addr_info.rto, 1000);
	ck_assert_uint_gt(o.peer_addr_info.cwnd, 0);
	ck_assert_uint_gt(o.peer_addr_info.mtu, 0);
	expect_ok(gs_getopt(p.client, &o)); /* with the id as well, but not with another's */
	o.peer_addr_info.assoc_id = associate_between(p.client, listener()).at_client;
	expect_status(gs_getopt(p.client, &o), -EINVAL);
	o.peer_addr_info.assoc_id = 0;
	o.peer_addr_info.address = addr_of("127.0.0.9", 7);
	expect_status(gs_getopt(p.client, &o), -EINVAL);
}
END_TEST

START_TEST(b186_primary_addr)
{
	const union gs_addr two[] = { addr_of("127.0.0.1", 0), addr_of("127.0.0.2", 0) };
	struct gs_socket *server = open_with(&(struct gs_open_options){ .addrs = two, .n_addrs = 2 });
	struct gs_option o = { .name = GS_OPT_PRIMARY_ADDR };
	const struct gs_paddr_change *c;
	struct pair p;

	expect_ok(gs_listen(server, GS_LISTEN));
	p = associate_between(open_on("127.0.0.1"), server);
	o.address.assoc_id = p.at_client;
	o.address.addr = addr_of("127.0.0.2", port_of(server));
	expect_ok(gs_setopt(p.client, &o));
	do {
		/* the second address may be confirmed before or after */
		c = &expect_event(p.client, GS_PADDR_CHANGE)->event.paddr_change;
	} while (c->state == GS_ADDR_CONFIRMED);
	ck_assert_uint_eq(c->state, GS_ADDR_MADE_PRIM);
	ck_assert(gs_addr_equal(&c->addr, &o.address.addr));
	ck_assert_int_eq(c->assoc_id, p.at_client);
	memset(&o.address.addr, 0, sizeof(o.address.addr));
	expect_ok(gs_getopt(p.client, &o));
	ck_assert(gs_addr_same_host(&o.address.addr, &two[1]));
	o.address.addr = addr_of("127.0.0.3", port_of(server));
	expect_status(gs_setopt(p.client, &o), -EINVAL);
}
END_TEST

START_TEST(b187_autoclose)
{
	const struct gs_options autoclose = GS_OPTIONS({ .name = GS_OPT_AUTOCLOSE, .value = 1 });
	struct pair p = associate_with(&autoclose, NULL);
	const double start = seconds_now();

	expect_change(p.client, GS_SHUTDOWN_COMP);
	ck_assert(seconds_now() - start >= 0.9 && seconds_now() - start <= 2.5);
	expect_event(p.server, GS_SHUTDOWN_EVENT);
	expect_change(p.server, GS_SHUTDOWN_COMP);
}
END_TEST

START_TEST(b191_without_send_failure_events)
{
	static const uint8_t large[30000];
	const struct gs_options off = GS_OPTIONS({ .name = GS_OPT_EVENTS, .events = { .send_failure = GS_SET(0) } });
	struct pair p = associate_with(&off, NULL);

	setopt_int(p.client, GS_OPT_NON_BLOCK_SEND, 1);
	while (gs_send(p.client, p.at_client, 0, large, sizeof(large)) == GS_OK)
		;
	expect_ok(gs_abort(p.client, p.at_client));
	expect_change(p.client, GS_COMM_LOST);
	expect_quiet(p.client, 200);
}
END_TEST

START_TEST(b192_ipv4_peers_of_an_inet6_socket)
{
	struct gs_socket *server = open_with(&(struct gs_open_options){ .family = AF_INET6 });
	struct gs_socket *client = open_on("127.0.0.1");
	const union gs_addr there = localhost(port_of(server));
	const struct gs_message *m;
	char text[GS_ADDR_TEXT];

	expect_ok(gs_listen(server, GS_LISTEN));
	expect_ok(gs_connect(client, &there, NULL, SOON, NULL));
	m = expect_event(server, GS_ASSOC_CHANGE);
	ck_assert_int_eq(m->from.sa.sa_family, AF_INET6);
	gs_addr_format(&m->from, text);
	ck_assert_msg(strncmp(text, "[::ffff:127.0.0.1]:", 19) == 0, "%s", text);
}
END_TEST

START_TEST(delayed_ack_time)
{
	struct gs_socket *s = open_with(NULL);
	struct gs_option o = { .name = GS_OPT_DELAYED_ACK_TIME };

	expect_ok(gs_getopt(s, &o));
	ck_assert_int_eq(o.delayed_ack.delay.value, 200);
	ck_assert_int_eq(o.delayed_ack.frequency.value, 2);
	expect_ok(gs_setopt(s, OPTION(.name = GS_OPT_DELAYED_ACK_TIME, .delayed_ack = { .delay = GS_SET(50) })));
	expect_ok(gs_getopt(s, &o));
	ck_assert_int_eq(o.delayed_ack.delay.value, 50);
	expect_status(gs_setopt(s, OPTION(.name = GS_OPT_DELAYED_ACK_TIME, .delayed_ack = { .delay = GS_SET(501) })),
		-EINVAL);
	release(s);
}
END_TEST

START_TEST(peer_addr_thlds_keep_what_is_not_given)
{
	struct pair p = associate();
	struct gs_option o = { .name = GS_OPT_PEER_ADDR_THLDS,
		.peer_addr_thlds = { .assoc_id = p.at_client, .address = p.server_addr } };
	struct gs_option set = o;

	set.peer_addr_thlds.pf_threshold = (struct gs_maybe)GS_SET(1);
	expect_ok(gs_setopt(p.client, &set));
	set = o;
	set.peer_addr_thlds.path_max_retrans = (struct gs_maybe)GS_SET(7);
	expect_ok(gs_setopt(p.client, &set));
	expect_ok(gs_getopt(p.client, &o));
	ck_assert_int_eq(o.peer_addr_thlds.path_max_retrans.value, 7);
	ck_assert_int_eq(o.peer_addr_thlds.pf_threshold.value, 1);
	ck_assert_int_eq(o.peer_addr_thlds.primary_switchover.value, 65535);
	set.peer_addr_thlds.address = addr_of("127.0.0.9", 7);
	expect_status(gs_setopt(p.client, &set), -ENOENT);
}
END_TEST

START_TEST(expose_pf_and_auto_asconf)
{
	struct gs_socket *s = open_with(NULL);
	struct gs_option o = { .name = GS_OPT_EXPOSE_PF, .assoc_value = { 0, GS_PF_EXPOSE } };

	expect_ok(gs_setopt(s, &o));
	o.assoc_value.value = 77;
	expect_ok(gs_getopt(s, &o));
	ck_assert_uint_eq(o.assoc_value.value, GS_PF_EXPOSE);
	setopt_int(s, GS_OPT_AUTO_ASCONF, 1);
	ck_assert_int_eq(getopt_int(s, GS_OPT_AUTO_ASCONF), 1);
	release(s);
}
END_TEST

START_TEST(assoc_stats)
{
	struct pair p = associate();
	struct gs_option o = { .name = GS_OPT_ASSOC_STATS, .assoc_stats = { .assoc_id = p.at_client } };

	expect_ok(gs_send(p.client, p.at_client, 0, "x", 1));
	expect_text(p.server, "x");
	expect_ok(gs_getopt(p.client, &o));
	ck_assert_uint_eq(o.assoc_stats.out_ordered_chunks, 1);
	ck_assert_uint_eq(o.assoc_stats.in_ordered_chunks, 0);
	ck_assert_uint_gt(o.assoc_stats.out_packets, 0);
	ck_assert_uint_gt(o.assoc_stats.in_control_chunks, 0);
	ck_assert_uint_eq(o.assoc_stats.retransmitted_chunks, 0);
}
END_TEST

/* One kind of event for one association; the other one is as before. */
START_TEST(events_one_by_one)
{
	struct pair p = associate();
	struct gs_option o = { .name = GS_OPT_EVENT, .event = { p.at_client, GS_SENDER_DRY_EVENT, 1, 0 } };

	expect_ok(gs_setopt(p.client, &o));
	expect_event(p.client, GS_SENDER_DRY_EVENT); /* it is dry already */
	expect_ok(gs_send(p.client, p.at_client, 0, "x", 1));
	ck_assert_int_eq(gs_event_assoc_id(&expect_event(p.client, GS_SENDER_DRY_EVENT)->event), p.at_client);
	o.event.on = 0;
	expect_ok(gs_getopt(p.client, &o));
	ck_assert_uint_eq(o.event.on, 1);
	o.event.on = 0;
	expect_ok(gs_setopt(p.client, &o));
	expect_ok(gs_send(p.client, p.at_client, 0, "y", 1));
	expect_quiet(p.client, 1000);
	expect_text(p.server, "x");
	expect_text(p.server, "y");
	o.event.assoc_id = GS_ALL_ASSOC;
	o.event.type = GS_ASSOC_CHANGE;
	expect_ok(gs_setopt(p.client, &o));
	expect_ok(gs_abort(p.server, p.at_server));
	expect_quiet(p.client, 1000);
	o.event.type = 0x7fff;
	expect_status(gs_setopt(p.client, &o), -EINVAL);
}
END_TEST

/* What accept(2) gives becomes a socket. */
START_TEST(adopted)
{
	const union gs_addr here = localhost(0);
	const struct gs_open_options o = { .type = SOCK_STREAM, .addrs = &here, .n_addrs = 1 };
	struct gs_socket *listens = open_with(&o), *connects = open_with(&o), *accepted = NULL;
	const union gs_addr there = localhost(port_of(listens));
	int pipe_ends[2];

	expect_ok(gs_listen(listens, GS_LISTEN));
	expect_ok(gs_connect(connects, &there, NULL, SOON, NULL));
	wait_until_readable(listens);
	expect_ok(gs_adopt(accept(gs_fd(listens), NULL, NULL), &accepted));
	expect_change(accepted, GS_COMM_UP);
	expect_ok(gs_send(connects, 0, 0, "hi", 2));
	expect_text(accepted, "hi");
	expect_status(gs_recv(accepted, 0, &(struct gs_message){ 0 }), GS_TIMEOUT);
	gs_free(accepted);

	expect_status(gs_adopt(gs_fd(listens), NULL), GS_BADARG);
	expect_status(gs_adopt(-1, &accepted), -EBADF);
	ck_assert_int_eq(pipe(pipe_ends), 0);
	expect_status(gs_adopt(pipe_ends[0], &accepted), -ENOTSOCK);
	pipe_ends[1] = socket(AF_INET, SOCK_STREAM, 0);
	expect_status(gs_adopt(pipe_ends[1], &accepted), -EPROTOTYPE);
}
END_TEST

START_TEST(bind_to_device)
{
	struct gs_socket *s = open_with(
		&(struct gs_open_options){ .options = GS_OPTIONS({ .name = GS_OPT_BIND_TO_DEVICE, .device = "lo" }) });
	struct gs_socket *free_one = open_with(NULL);
	struct gs_option o = { .name = GS_OPT_BIND_TO_DEVICE };

	expect_ok(gs_getopt(s, &o));
	ck_assert_str_eq(o.device, "lo");
	expect_ok(gs_getopt(free_one, &o));
	ck_assert_str_eq(o.device, "");
	release(s);
	release(free_one);
}
END_TEST

/* The types of what comes with the next message, read past the library; a zero ends them. */
static void ancillary_of(struct gs_socket *s, int types[4])
{
	char octets[64], control[512];
	struct iovec iov = { octets, sizeof(octets) };
	struct msghdr m = {
		.msg_iov = &iov, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control)
	};
	struct pollfd fd = { .fd = gs_fd(s), .events = POLLIN };
	int n = 0;

	ck_assert_int_eq(poll(&fd, 1, SOON), 1);
	ck_assert_int_gt(recvmsg(gs_fd(s), &m, 0), 0);
	ck_assert_int_eq(m.msg_flags & MSG_NOTIFICATION, 0);
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&m); c && n < 3; c = CMSG_NXTHDR(&m, c))
		types[n++] = c->cmsg_type;
	types[n] = 0;
}

START_TEST(b188_recvtos_and_recvttl_are_accepted_and_give_nothing)
{
	struct pair p = associate();
	int types[4];

	setopt_int(p.server, GS_OPT_RECVTOS, 1);
	setopt_int(p.server, GS_OPT_RECVTTL, 1);
	expect_ok(gs_send(p.client, p.at_client, 0, "x", 1));
	ancillary_of(p.server, types);
	ck_assert_int_eq(types[0], SCTP_SNDRCV);
	ck_assert_int_eq(types[1], 0);
	expect_ok(gs_send(p.client, p.at_client, 0, "y", 1));
	ck_assert_uint_eq(expect_text(p.server, "y")->has_info, 1);
}
END_TEST

START_TEST(b189_watermarks_are_refused)
{
	struct gs_socket *s = open_with(NULL), *none = NULL;

	expect_status(gs_setopt(s, OPTION(.name = GS_OPT_HIGH_MSGQ_WATERMARK, .value = 4096)), -EINVAL);
	expect_status(gs_setopt(s, OPTION(.name = GS_OPT_LOW_MSGQ_WATERMARK, .value = 1)), -EINVAL);
	expect_status(gs_getopt(s, &(struct gs_option){ .name = GS_OPT_HIGH_MSGQ_WATERMARK }), -EINVAL);
	expect_status(gs_open(&(struct gs_open_options){ .options = GS_OPTIONS(
								 { .name = GS_OPT_LOW_MSGQ_WATERMARK, .value = 1 }) },
			      &none),
		GS_BADARG);
}
END_TEST

START_TEST(b191_authentication_events_cannot_be_switched_on)
{
	struct gs_socket *s = open_with(NULL);
	struct gs_option o = { .name = GS_OPT_EVENTS, .events = { .authentication = GS_SET(1) } };

	expect_ok(gs_setopt(s, &o));
	o = (struct gs_option){ .name = GS_OPT_EVENTS };
	expect_ok(gs_getopt(s, &o));
	ck_assert_int_eq(o.events.authentication.value, 0);
	ck_assert_uint_eq(o.events.authentication.given, 1);
	ck_assert_int_eq(o.events.shutdown.value, 1);
	o.events.authentication = (struct gs_maybe)GS_SET(2);
	expect_status(gs_setopt(s, &o), GS_FIELD - 9);
}
END_TEST

START_TEST(reuseport_shares_a_port_among_those_who_ask)
{
	const struct gs_option both[] = { { .name = GS_OPT_REUSEPORT, .value = 1 },
		{ .name = GS_OPT_REUSEPORT_LB, .value = 1 } };

	for (size_t i = 0; i < 2; i++) {
		const union gs_addr any = localhost(0);
		struct gs_open_options o = { .addrs = &any, .n_addrs = 1, .options = { &both[i], 1, sizeof(both[i]) } };
		struct gs_socket *first = open_with(&o), *without = NULL;

		expect_ok(gs_listen(first, GS_LISTEN));
		o.port = port_of(first);
		expect_ok(gs_listen(open_with(&o), GS_LISTEN));
		o.options.count = 0;
		expect_status(gs_open(&o, &without), -EADDRINUSE);
	}
}
END_TEST

START_TEST(exclusiveaddruse_is_accepted_and_cannot_be_read)
{
	struct gs_socket *s = open_with(
		&(struct gs_open_options){ .options = GS_OPTIONS({ .name = GS_OPT_EXCLUSIVEADDRUSE, .value = 1 }) });

	expect_ok(gs_setopt(s, OPTION(.name = GS_OPT_EXCLUSIVEADDRUSE, .value = 0)));
	expect_status(gs_setopt(s, OPTION(.name = GS_OPT_EXCLUSIVEADDRUSE, .value = 2)), -EINVAL);
	expect_status(gs_getopt(s, &(struct gs_option){ .name = GS_OPT_EXCLUSIVEADDRUSE }), -EOPNOTSUPP);
}
END_TEST

/* A program compiled when struct gs_option was shorter. */
START_TEST(a_shorter_option_struct_works)
{
	struct gs_socket *s = open_with(NULL);
	const size_t older = offsetof(struct gs_option, value) + sizeof(int64_t);
	struct gs_option o = { .name = GS_OPT_AUTOCLOSE, .value = 6 };

	expect_ok(gs_setopt_sized(s, &o, older));
	o.value = 0;
	expect_ok(gs_getopt_sized(s, &o, older));
	ck_assert_int_eq(o.value, 6);
	release(s);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		b172_b190_what_is_set_is_read,
		b172_a_tos_leaves_the_priority_alone,
		b172_options_of_inet6,
		b173_b174_what_cannot_be_read,
		b173_a_list_leaves_out_what_cannot_be_read,
		b174_a_list_with_an_unknown_name,
		b175_b176_b177_lists,
		b178_events_set_with_one_field_reset_the_rest,
		b179_initmsg_with_one_field,
		rtoinfo_and_associnfo,
		b180_an_unknown_association,
		b181_peer_addr_params,
		b182_recbuf_and_buffer,
		b183_adaptation_reads_back,
		b184_status,
		b185_peer_addr_info_by_address,
		b186_primary_addr,
		b187_autoclose,
		b191_without_send_failure_events,
		b192_ipv4_peers_of_an_inet6_socket,
		delayed_ack_time,
		peer_addr_thlds_keep_what_is_not_given,
		expose_pf_and_auto_asconf,
		assoc_stats,
		events_one_by_one,
		adopted,
		bind_to_device,
		b188_recvtos_and_recvttl_are_accepted_and_give_nothing,
		b189_watermarks_are_refused,
		b191_authentication_events_cannot_be_switched_on,
		reuseport_shares_a_port_among_those_who_ask,
		exclusiveaddruse_is_accepted_and_cannot_be_read,
		a_shorter_option_struct_works,
	};

	return RUN_SUITE("gen_sctp options", tests, release_all);
}
