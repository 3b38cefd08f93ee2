/* SPDX-License-Identifier: Apache-2.0 */
/*
 * failure_guest_test.c - every system call and allocation under every call of the library fails,
 * one after the other, with each plausible error; over a real kernel.
 *
 * A scenario prepares a stage, then makes one call of the library while the nth system call of a
 * kind is to fail. Its status must be that error, unless the scenario lists something else. After
 * that the stage must still be good for something (`again`), and when it is torn down there is
 * neither a descriptor nor an allocation more than before.
 */
#include "failing.h"
#include "loopback.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

struct stage {
	struct pair p;
	struct gs_socket *s;      /* what the scenario prepares */
	struct gs_socket *result; /* what the call makes */
	struct gs_message message;
	union gs_addr *addrs;
	struct gs_assoc_change change;
	struct gs_mailbox *owner, *next_owner;
	struct gs_notice notice;
};

/* Statuses of a scenario: as if nothing had failed; the error. */
#define AS_EVER 1
#define AS_ERROR 2

struct exception {
	enum failing_call call;
	int error;      /* 0: any */
	unsigned first; /* from the call of this number on; 0: all */
	int status;
};

struct scenario {
	const char *name;
	void (*set_up)(struct stage *stage);
	int (*call)(struct stage *stage);
	/* after a failure; NULL if nothing is to be had after one */
	void (*again)(struct stage *stage);
	int as_ever;                     /* the status when nothing fails */
	struct exception exceptions[12]; /* the first that fits */
};

/* True of every scenario: a signal is no failure, and neither is a close(2) that complains. */
static const struct exception everywhere[] = {
	{ CALL_sendmsg, EINTR, 0, AS_EVER },
	{ CALL_recvmsg, EINTR, 0, AS_EVER },
	{ CALL_recvmsg, EAGAIN, 0, AS_EVER },
	{ CALL_ppoll, EINTR, 0, AS_EVER },
	{ CALL_poll, EINTR, 0, AS_EVER },
	{ CALL_epoll_wait, EINTR, 0, AS_EVER },
	{ CALL_read, EINTR, 0, AS_EVER },
	{ CALL_write, EINTR, 0, AS_EVER },
	{ CALL_close, 0, 0, AS_EVER },
};

/* ---- the engine ---- */

static bool *covered; /* by call; shared by the processes that the tests are */

static bool matches(const struct exception *e, enum failing_call call, unsigned nth, int error)
{
	return e->status && e->call == call && (!e->error || e->error == error) && nth >= e->first;
}

static int expected_status(const struct scenario *scenario, enum failing_call call, unsigned nth, int error)
{
	for (size_t i = 0; i < sizeof(scenario->exceptions) / sizeof(scenario->exceptions[0]); i++)
		if (matches(&scenario->exceptions[i], call, nth, error))
			return scenario->exceptions[i].status;
	for (size_t i = 0; i < sizeof(everywhere) / sizeof(everywhere[0]); i++)
		if (matches(&everywhere[i], call, nth, error))
			return everywhere[i].status;
	return -error;
}

static void tear_down(struct stage *stage)
{
	gs_message_release(&stage->message);
	gs_notice_release(&stage->notice);
	gs_addrs_free(stage->addrs);
	gs_free(stage->result);
	release_all();
	gs_mailbox_free(stage->owner);
	gs_mailbox_free(stage->next_owner);
	*stage = (struct stage){ 0 };
}

/* False if there is no nth call of this kind. */
static bool run_once(const struct scenario *scenario, enum failing_call call, unsigned nth, int error)
{
	const int descriptors = count_descriptors();
	const long allocations = failing_live_allocations();
	struct stage stage = { 0 };
	int status, expected;
	bool has_failed;

	if (scenario->set_up)
		scenario->set_up(&stage);
	failing_arm(call, nth, error);
	status = scenario->call(&stage);
	has_failed = failing_disarm();
	expected = has_failed ? expected_status(scenario, call, nth, error) : AS_EVER;
	if (expected == AS_EVER)
		expected = scenario->as_ever;
	else if (expected == AS_ERROR)
		expected = -error;
	ck_assert_msg(status == expected, "%s: %s number %u failing with %s: %d (%s), not %d (%s)", scenario->name,
		failing_name(call), nth, strerrorname_np(error), status, gs_status_name(status), expected,
		gs_status_name(expected));
	if (expected != scenario->as_ever) {
		ck_assert_msg(!stage.result && !stage.addrs, "%s: %s: something came out", scenario->name,
			failing_name(call));
		if (scenario->again)
			scenario->again(&stage);
	}
	tear_down(&stage);
	ck_assert_msg(count_descriptors() == descriptors && failing_live_allocations() == allocations,
		"%s: %s number %u failing with %s leaves %d descriptors, %ld allocations", scenario->name,
		failing_name(call), nth, strerrorname_np(error), count_descriptors() - descriptors,
		failing_live_allocations() - allocations);
	covered[call] |= has_failed;
	return has_failed;
}

static void run(const struct scenario *scenario)
{
	unsigned failures = 0;

	for (enum failing_call call = 0; call < N_CALLS; call++) {
		for (const int *error = failing_errors(call); *error; error++) {
			unsigned nth = 1;

			while (run_once(scenario, call, nth, *error))
				nth++;
			failures += nth - 1;
		}
	}
	printf("%s: %u failures\n", scenario->name, failures);
	fflush(stdout);
	ck_assert_uint_gt(failures, 0);
}

/* ---- open, listen, close ---- */

static int open_plain(struct stage *stage)
{
	return gs_open(NULL, &stage->result);
}

static int open_everything(struct stage *stage)
{
	const union gs_addr addrs[] = { addr_of("127.0.0.1", 0), addr_of("127.0.0.2", 0) };

	return gs_open(&(struct gs_open_options){ .addrs = addrs,
			       .n_addrs = 2,
			       .netns = "/proc/self/ns/net",
			       .options = GS_OPTIONS({ .name = GS_OPT_NODELAY, .value = 1 }) },
		&stage->result);
}

static void set_up_socket(struct stage *stage)
{
	stage->s = open_on("127.0.0.1");
}

static int listen_on(struct stage *stage)
{
	return gs_listen(stage->s, GS_LISTEN);
}

static void listen_again(struct stage *stage)
{
	expect_ok(gs_listen(stage->s, GS_LISTEN));
	associate_between(open_on("127.0.0.1"), stage->s);
}

static void set_up_pair(struct stage *stage)
{
	stage->p = associate();
}

static int close_one(struct stage *stage)
{
	return gs_close(stage->p.server);
}

static const struct scenario living[] = {
	{ "open", .call = open_plain,
		.exceptions = { { CALL_setsockopt, 0, 0, GS_BADARG }, { CALL_bind, EINVAL, 0, GS_BADARG },
			{ CALL_getsockname, EINVAL, 0, GS_BADARG } } },
	/* two options, then the second address, which is a setsockopt(2) too */
	{ "open with addresses, options and a namespace", .call = open_everything,
		.exceptions = { { CALL_setsockopt, EINVAL, 0, GS_BADARG }, { CALL_setsockopt, 0, 3, AS_ERROR },
			{ CALL_setsockopt, 0, 0, GS_BADARG }, { CALL_bind, EINVAL, 0, GS_BADARG },
			{ CALL_getsockname, EINVAL, 0, GS_BADARG } } },
	{ "listen", .set_up = set_up_socket, .call = listen_on, .again = listen_again },
	{ "close", .set_up = set_up_pair, .call = close_one },
};

/* ---- associations ---- */

#define TWO_STREAMS GS_OPTIONS({ .name = GS_OPT_INITMSG, .initmsg = { .num_ostreams = GS_SET(2) } })

static void set_up_client_and_listener(struct stage *stage)
{
	stage->p.client = open_on("127.0.0.1");
	stage->p.server = listener();
	stage->p.server_addr = localhost(port_of(stage->p.server));
}

static int connect_with_options(struct stage *stage)
{
	const struct gs_options options = TWO_STREAMS;

	return gs_connect(stage->p.client, &stage->p.server_addr, &options, SOON, &stage->change);
}

static int connect_init_with_options(struct stage *stage)
{
	const struct gs_options options = TWO_STREAMS;

	return gs_connect_init(stage->p.client, &stage->p.server_addr, &options);
}

static int connectx_init(struct stage *stage)
{
	int32_t assoc_id;

	return gs_connectx_init(stage->p.client, &stage->p.server_addr, 1, NULL, &assoc_id);
}

/* Either nothing came of it, or the association is there or on its way. */
static void connect_again(struct stage *stage)
{
	const int status = gs_connect(stage->p.client, &stage->p.server_addr, NULL, SOON, NULL);

	ck_assert_msg(status == GS_OK || status == -EISCONN || status == -EALREADY, "%s", gs_status_name(status));
	expect_change(stage->p.server, GS_COMM_UP);
}

static void set_up_pair_with_message(struct stage *stage)
{
	stage->p = associate();
	expect_ok(gs_send(stage->p.client, stage->p.at_client, 3, "hello", 5));
	pause_ms(50);
}

static int peel_off(struct stage *stage)
{
	return gs_peeloff(stage->p.server, stage->p.at_server, &stage->result);
}

static void peel_off_again(struct stage *stage)
{
	expect_ok(peel_off(stage));
	expect_text(stage->result, "hello");
	expect_quiet(stage->p.server, 0);
}

static int end_by_eof(struct stage *stage)
{
	return gs_eof(stage->p.client, stage->p.at_client);
}

static int end_by_abort(struct stage *stage)
{
	return gs_abort(stage->p.client, stage->p.at_client);
}

static void send_something(struct stage *stage)
{
	expect_ok(gs_send(stage->p.client, stage->p.at_client, 0, "still here", 10));
	expect_text(stage->p.server, "still here");
	expect_quiet(stage->p.server, 0);
}

static const struct scenario associating[] = {
	/* any option that is refused is -EINVAL; the option is read first */
	{ "connect", .set_up = set_up_client_and_listener, .call = connect_with_options, .again = connect_again,
		.exceptions = { { CALL_setsockopt, 0, 0, -EINVAL } } },
	{ "connect_init", .set_up = set_up_client_and_listener, .call = connect_init_with_options,
		.again = connect_again, .exceptions = { { CALL_setsockopt, 0, 0, -EINVAL } } },
	{ "connectx_init", .set_up = set_up_client_and_listener, .call = connectx_init, .again = connect_again },
	/* what cannot be inherited is left */
	{ "peeloff", .set_up = set_up_pair_with_message, .call = peel_off, .again = peel_off_again,
		.exceptions = { { CALL_getsockopt, 0, 2, AS_EVER }, { CALL_setsockopt, 0, 0, AS_EVER } } },
	{ "eof", .set_up = set_up_pair, .call = end_by_eof, .again = send_something },
	{ "abort", .set_up = set_up_pair, .call = end_by_abort, .again = send_something },
};

/* ---- messages ---- */

static int send_plain(struct stage *stage)
{
	return gs_send(stage->p.client, stage->p.at_client, 1, "hello", 5);
}

static void set_up_pair_with_defaults(struct stage *stage)
{
	set_up_pair(stage);
	expect_ok(gs_setopt(stage->p.client,
		&(struct gs_option){ .name = GS_OPT_DEFAULT_SEND_PARAM, .default_send_param = { .ppid = GS_SET(9) } }));
}

static int send_with_info(struct stage *stage)
{
	return gs_send_info(stage->p.client,
		&(struct gs_sndrcvinfo){ .stream = 1, .ppid = 7, .assoc_id = stage->p.at_client }, "hello", 5);
}

/* The peer's thread reads by recv(2), which nobody makes fail. */
static int drain(void *argument)
{
	const int fd = gs_fd(argument);
	char buffer[65536];

	pause_ms(20);
	while (recv(fd, buffer, sizeof(buffer), MSG_DONTWAIT) > 0 || errno == EAGAIN)
		if (errno == EAGAIN)
			break;
	return 0;
}

static void set_up_full_pair(struct stage *stage)
{
	static const char lump[4000];
	const struct gs_options small =
		GS_OPTIONS({ .name = GS_OPT_SNDBUF, .value = 10000 }, { .name = GS_OPT_NON_BLOCK_SEND, .value = 1 });

	stage->p = associate_with(&small, NULL);
	setopt_int(stage->p.server, GS_OPT_RECBUF, 4096);
	while (gs_send(stage->p.client, stage->p.at_client, 0, lump, sizeof(lump)) == GS_OK)
		;
	setopt_int(stage->p.client, GS_OPT_NON_BLOCK_SEND, 0);
}

static int send_when_full(struct stage *stage)
{
	struct errand errand;
	int status;

	errand_start(&errand, drain, stage->p.server);
	status = send_plain(stage);
	errand_finish(&errand);
	return status;
}

static int receive(struct stage *stage)
{
	return gs_recv(stage->p.server, SOON, &stage->message);
}

/* It is not lost, and not there twice. */
static void receive_again(struct stage *stage)
{
	expect_text(stage->p.server, "hello");
	expect_quiet(stage->p.server, 0);
}

/* Its pieces go on where they were. */
static void set_up_pair_with_pieces(struct stage *stage)
{
	set_up_pair_with_message(stage);
	setopt_int(stage->p.server, GS_OPT_BUFFER, 2);
}

static int receive_nothing(struct stage *stage)
{
	return gs_recv(stage->p.server, 30, &stage->message);
}

static void receive_something(struct stage *stage)
{
	expect_ok(send_plain(stage));
	receive_again(stage);
}

static const struct scenario messages[] = {
	{ "send", .set_up = set_up_pair, .call = send_plain, .again = send_something },
	/* without the defaults it sends with zeroes */
	{ "send with defaults", .set_up = set_up_pair_with_defaults, .call = send_plain, .again = send_something,
		.exceptions = { { CALL_getsockopt, 0, 0, AS_EVER } } },
	{ "send_info", .set_up = set_up_pair, .call = send_with_info, .again = send_something },
	{ "send that waits", .set_up = set_up_full_pair, .call = send_when_full,
		.exceptions = { { CALL_getsockopt, 0, 0, AS_EVER } } },
	{ "recv", .set_up = set_up_pair_with_message, .call = receive, .again = receive_again },
	{ "recv in pieces", .set_up = set_up_pair_with_pieces, .call = receive, .again = receive_again },
	{ "recv of nothing", .set_up = set_up_pair, .call = receive_nothing, .again = receive_something,
		.as_ever = GS_TIMEOUT },
};

/* ---- options and names ---- */

static int set_options(struct stage *stage)
{
	const struct gs_options options =
		GS_OPTIONS({ .name = GS_OPT_NODELAY, .value = 1 }, { .name = GS_OPT_BIND_TO_DEVICE, .device = "lo" });

	return gs_setopts(stage->s, &options);
}

static int set_option(struct stage *stage)
{
	return gs_setopt(stage->s, &(struct gs_option){ .name = GS_OPT_RTOINFO, .rtoinfo = { .max = GS_SET(9000) } });
}

/* The kernel has no "leave as it is" here, so it is read first. */
static int set_part_of_option(struct stage *stage)
{
	return gs_setopt(stage->s,
		&(struct gs_option){
			.name = GS_OPT_PEER_ADDR_THLDS, .peer_addr_thlds = { .pf_threshold = GS_SET(4) } });
}

static int get_options(struct stage *stage)
{
	struct gs_option status = { .name = GS_OPT_STATUS, .status = { .assoc_id = stage->p.at_client } };
	struct gs_option device = { .name = GS_OPT_BIND_TO_DEVICE };
	struct gs_option nodelay = { .name = GS_OPT_NODELAY };
	int result = gs_getopt(stage->p.client, &status);

	if (result == GS_OK)
		result = gs_getopt(stage->p.client, &device);
	return result == GS_OK ? gs_getopt(stage->p.client, &nodelay) : result;
}

/* What cannot be read is left out. */
static int get_option_list(struct stage *stage)
{
	struct gs_option options[] = { { .name = GS_OPT_NODELAY }, { .name = GS_OPT_LINGER } };
	size_t count = 2;
	const int status = gs_getopts(stage->p.client, options, &count);

	ck_assert_uint_ge(count, 1);
	return status;
}

static int ask_names(struct stage *stage)
{
	union gs_addr addr;
	uint16_t port;
	int result = gs_sockname(stage->p.client, &addr);

	return result == GS_OK ? gs_port(stage->p.client, &port) : result;
}

static void set_up_child(struct stage *stage)
{
	stage->p = associate();
	stage->s = peel(stage->p.server, stage->p.at_server);
}

static int ask_peername(struct stage *stage)
{
	union gs_addr addr;

	return gs_peername(stage->s, &addr);
}

static int ask_socknames(struct stage *stage)
{
	size_t n;

	return gs_socknames(stage->p.client, 0, &stage->addrs, &n);
}

static int ask_peernames(struct stage *stage)
{
	size_t n;

	return gs_peernames(stage->p.client, stage->p.at_client, &stage->addrs, &n);
}

static const struct scenario asking[] = {
	{ "setopts", .set_up = set_up_socket, .call = set_options,
		.exceptions = { { CALL_setsockopt, 0, 0, -EINVAL } } },
	{ "setopt", .set_up = set_up_socket, .call = set_option },
	{ "setopt of a part", .set_up = set_up_socket, .call = set_part_of_option },
	{ "getopt", .set_up = set_up_pair, .call = get_options, .again = send_something },
	{ "getopts", .set_up = set_up_pair, .call = get_option_list, .again = send_something,
		.exceptions = { { CALL_getsockopt, 0, 0, AS_EVER } } },
	{ "sockname and port", .set_up = set_up_pair, .call = ask_names, .again = send_something },
	{ "peername", .set_up = set_up_child, .call = ask_peername },
	/* -ENOMEM is the kernel's way to ask for a larger buffer */
	{ "socknames", .set_up = set_up_pair, .call = ask_socknames, .again = send_something,
		.exceptions = { { CALL_getsockopt, ENOMEM, 0, AS_EVER } } },
	{ "peernames", .set_up = set_up_pair, .call = ask_peernames, .again = send_something,
		.exceptions = { { CALL_getsockopt, ENOMEM, 0, AS_EVER } } },
};

/* ---- owners ---- */

static void set_up_owner(struct stage *stage)
{
	expect_ok(gs_mailbox_new(&stage->owner));
}

static int make_owner(struct stage *stage)
{
	return gs_mailbox_new(&stage->owner);
}

static int open_active(struct stage *stage)
{
	return gs_open(
		&(struct gs_open_options){ .owner = stage->owner,
			.options = GS_OPTIONS({ .name = GS_OPT_ACTIVE, .active = { .mode = GS_ACTIVE_N, .n = 3 } }) },
		&stage->result);
}

static void set_up_owned_pair(struct stage *stage)
{
	const union gs_addr here = localhost(0);

	set_up_owner(stage);
	stage->p.server = open_with(&(struct gs_open_options){ .addrs = &here, .n_addrs = 1, .owner = stage->owner });
	expect_ok(gs_listen(stage->p.server, GS_LISTEN));
	stage->p = associate_between(open_on("127.0.0.1"), stage->p.server);
}

static int become_active(struct stage *stage)
{
	return gs_set_active(stage->p.server, GS_ACTIVE_N, 2);
}

static void become_active_again(struct stage *stage)
{
	receive_something(stage); /* still passive */
	expect_ok(become_active(stage));
	expect_ok(send_plain(stage));
	expect_ok(gs_mailbox_take(stage->owner, SOON, &stage->notice));
	ck_assert_uint_eq(stage->notice.type, GS_SCTP);
}

/* Something is there, the next comes while it is waited for. */
static void set_up_active_pair(struct stage *stage)
{
	set_up_owned_pair(stage);
	expect_ok(gs_set_active(stage->p.server, GS_ACTIVE, 0));
	expect_ok(send_plain(stage));
	pause_ms(50);
}

static void set_up_active_pair_without_message(struct stage *stage)
{
	set_up_owned_pair(stage);
	expect_ok(gs_set_active(stage->p.server, GS_ACTIVE, 0));
}

static int take(struct stage *stage)
{
	const int status = gs_mailbox_take(stage->owner, SOON, &stage->notice);

	if (status == GS_OK && stage->notice.type == GS_SCTP_ERROR)
		return stage->notice.status;
	return status;
}

static void take_again(struct stage *stage)
{
	expect_ok(take(stage));
	ck_assert_uint_eq(stage->notice.message.event.type, GS_DATA);
	expect_status(gs_mailbox_take(stage->owner, 0, &stage->notice), GS_TIMEOUT);
}

static int take_nothing(struct stage *stage)
{
	return gs_mailbox_take(stage->owner, 30, &stage->notice);
}

static void take_something(struct stage *stage)
{
	expect_ok(send_plain(stage));
	take_again(stage);
}

static void set_up_two_owners(struct stage *stage)
{
	set_up_active_pair(stage);
	expect_ok(gs_mailbox_new(&stage->next_owner));
}

static int hand_over(struct stage *stage)
{
	return gs_controlling_process(stage->p.server, stage->owner, stage->next_owner);
}

static void hand_over_again(struct stage *stage)
{
	take_again(stage);
	expect_ok(hand_over(stage));
}

static int peel_off_active(struct stage *stage)
{
	return peel_off(stage);
}

/* What had arrived has been delivered. */
static void peel_off_active_again(struct stage *stage)
{
	expect_ok(peel_off(stage));
	expect_ok(take(stage));
	ck_assert_uint_eq(stage->notice.message.event.type, GS_DATA);
}

static void set_up_active_client(struct stage *stage)
{
	set_up_client_and_listener(stage);
	set_up_owner(stage);
	expect_ok(gs_controlling_process(stage->p.client, NULL, stage->owner));
	expect_ok(gs_set_active(stage->p.client, GS_ACTIVE, 0));
}

static int close_active(struct stage *stage)
{
	return gs_close(stage->p.server);
}

static int close_owner(struct stage *stage)
{
	return gs_mailbox_close(stage->owner);
}

#define DELIVERY_IS_NO_PROMISE                                                                                    \
	{ CALL_getsockopt, 0, 0, AS_EVER }, { CALL_setsockopt, 0, 0, AS_EVER }, { CALL_poll, 0, 0, AS_EVER },     \
		{ CALL_recvmsg, 0, 0, AS_EVER }, { CALL_realloc, 0, 0, AS_EVER }, { CALL_calloc, 0, 0, AS_EVER }, \
	{                                                                                                         \
		CALL_epoll_ctl, 0, 0, AS_EVER                                                                     \
	}

static const struct scenario owning[] = {
	{ "mailbox", .call = make_owner },
	{ "open in an active mode", .set_up = set_up_owner, .call = open_active,
		/* an option that cannot be set, for whatever reason; the first calloc is the
		   socket's */
		.exceptions = { { CALL_setsockopt, 0, 0, GS_BADARG }, { CALL_epoll_ctl, 0, 0, GS_BADARG },
			{ CALL_calloc, 0, 2, GS_BADARG }, { CALL_bind, EINVAL, 0, GS_BADARG },
			{ CALL_getsockname, EINVAL, 0, GS_BADARG } } },
	{ "active", .set_up = set_up_owned_pair, .call = become_active, .again = become_active_again },
	{ "take", .set_up = set_up_active_pair, .call = take, .again = take_again },
	{ "take nothing", .set_up = set_up_active_pair_without_message, .call = take_nothing, .again = take_something,
		.as_ever = GS_TIMEOUT },
	{ "controlling_process", .set_up = set_up_two_owners, .call = hand_over, .again = hand_over_again },
	{ "connect in an active mode", .set_up = set_up_active_client, .call = connect_with_options,
		.again = connect_again, .exceptions = { { CALL_setsockopt, 0, 0, -EINVAL } } },
	/* What has arrived is delivered first, as far as that goes; then it is peeled off; then the
	 * child that cannot be watched is passive, and its owner is told. */
	{ "peeloff in an active mode", .set_up = set_up_active_pair, .call = peel_off_active,
		.again = peel_off_active_again,
		.exceptions = { { CALL_getsockopt, 0, 3, AS_EVER }, { CALL_getsockopt, 0, 2, AS_ERROR },
			{ CALL_getsockopt, 0, 0, AS_EVER }, { CALL_calloc, 0, 3, AS_ERROR }, DELIVERY_IS_NO_PROMISE } },
	{ "close in an active mode", .set_up = set_up_active_pair, .call = close_active,
		.exceptions = { DELIVERY_IS_NO_PROMISE } },
	{ "close an owner", .set_up = set_up_active_pair, .call = close_owner,
		.exceptions = { DELIVERY_IS_NO_PROMISE } },
};

/* ---- all of them ---- */

static void run_all(const struct scenario *scenarios, size_t n)
{
	for (size_t i = 0; i < n; i++)
		run(&scenarios[i]);
}
#define RUN_ALL(scenarios) run_all(scenarios, sizeof(scenarios) / sizeof((scenarios)[0]))

START_TEST(living_and_ending)
{
	RUN_ALL(living);
}
END_TEST

START_TEST(associating_with_peers)
{
	RUN_ALL(associating);
}
END_TEST

START_TEST(sending_and_receiving)
{
	RUN_ALL(messages);
}
END_TEST

START_TEST(asking_and_setting)
{
	RUN_ALL(asking);
}
END_TEST

START_TEST(delivering_to_owners)
{
	RUN_ALL(owning);
}
END_TEST

START_TEST(each_kind_of_call_has_failed)
{
	for (enum failing_call call = 0; call < N_CALLS; call++)
		ck_assert_msg(covered[call], "nothing has made %s fail", failing_name(call));
}
END_TEST

/* The test itself: it sees a leak of either kind. */
static int leak_memory(struct stage *stage)
{
	union gs_addr *lost;
	size_t n;

	return gs_socknames(stage->s, 0, &lost, &n);
}

static int leak_descriptor(struct stage *stage)
{
	(void)stage;
	return dup(0) < 0 ? -errno : GS_OK;
}

START_TEST(a_leak_of_memory_is_seen)
{
	run(&(struct scenario){ "leak", .set_up = set_up_socket, .call = leak_memory });
}
END_TEST

START_TEST(a_leak_of_a_descriptor_is_seen)
{
	run(&(struct scenario){ "leak", .call = leak_descriptor });
}
END_TEST

int main(int argc, char **argv)
{
	const TTest *const tests[] = { living_and_ending, associating_with_peers, sending_and_receiving,
		asking_and_setting, delivering_to_owners, each_kind_of_call_has_failed };
	const TTest *const leaks[] = { a_leak_of_memory_is_seen, a_leak_of_a_descriptor_is_seen };

	covered = mmap(NULL, N_CALLS, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (covered == MAP_FAILED)
		return 1;
	if (argc == 2 && strcmp(argv[1], "--show-leaks") == 0) {
		for (size_t i = 0; i < sizeof(leaks) / sizeof(leaks[0]); i++)
			if (!run_suite("gen_sctp leaks, which must fail", leaks + i, 1, NULL))
				return 1;
		return 0;
	}
	return RUN_SUITE("gen_sctp when the system fails", tests, NULL);
}
