/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vocabulary_test.c - the verbs and items of notifications.h, sockets.h, sending.h, reading.h and waiting.h: each can
 * fail, and each prints itself in a rehearsal.
 *
 * The fake sockets have no descriptors: what needs one is refused with EBADF here, and succeeds in the cases that use
 * it.
 */
#include "runner/engine/trial.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "runner/engine/tests/fake_sctp.h"
#include "runner/engine/tests/run_tests.h"
#include "runner/engine/tests/scenario.h"

enum { SERVER_SOCKET, CLIENT_SOCKET }; /* in the order of associated() */

/* ------------------------------------------------------------------ events, as expected and with something else */

#define EVENT_COMES(name_, wanted_, ...)                                         \
	static void name_(struct trial *t)                                       \
	{                                                                        \
		struct pair p = associated(t);                                   \
                                                                                 \
		fake_event(CLIENT_SOCKET, 10, (struct gs_event){ __VA_ARGS__ }); \
		expect(t, soon(t, wanted_));                                     \
	}

EVENT_COMES(remote_error_comes, remote_error(p.client, STALE_COOKIE), .type = GS_REMOTE_ERROR,
	.remote_error = { .error = 3, .assoc_id = 1 })
EVENT_COMES(sender_dry_comes, sender_dry(p.client), .type = GS_SENDER_DRY_EVENT, .sender_dry_event = { .assoc_id = 1 })
EVENT_COMES(adaptation_comes, adaptation(p.client, 77), .type = GS_ADAPTATION_EVENT,
	.adaptation_event = { .adaptation_ind = 77, .assoc_id = 1 })
EVENT_COMES(another_adaptation_comes, adaptation(p.client, 78), .type = GS_ADAPTATION_EVENT,
	.adaptation_event = { .adaptation_ind = 77, .assoc_id = 1 })
EVENT_COMES(pdapi_comes, partial_delivery_aborted(p.client, 3), .type = GS_PDAPI_EVENT,
	.pdapi_event = { .stream = 3, .assoc_id = 1 })
EVENT_COMES(pdapi_of_another_stream_comes, partial_delivery_aborted(p.client, 2), .type = GS_PDAPI_EVENT,
	.pdapi_event = { .stream = 3, .assoc_id = 1 })
static const uint16_t streams[] = { 1, 2 };
EVENT_COMES(stream_reset_comes, stream_reset(p.client, RESET_INCOMING, 6), .type = GS_STREAM_RESET_EVENT,
	.stream_reset_event = {
		.flags = GS_RESET_INCOMING, .streams = (const uint8_t *)streams, .n_streams = 2, .assoc_id = 1 })
EVENT_COMES(reset_of_other_streams_comes, stream_reset(p.client, RESET_INCOMING, 2), .type = GS_STREAM_RESET_EVENT,
	.stream_reset_event = {
		.flags = GS_RESET_INCOMING, .streams = (const uint8_t *)streams, .n_streams = 2, .assoc_id = 1 })
EVENT_COMES(assoc_reset_comes, assoc_reset(p.client, 0), .type = GS_ASSOC_RESET_EVENT,
	.assoc_reset_event = { .assoc_id = 1 })
EVENT_COMES(assoc_reset_is_denied, assoc_reset(p.client, 0), .type = GS_ASSOC_RESET_EVENT,
	.assoc_reset_event = { .flags = GS_RESET_DENIED, .assoc_id = 1 })
EVENT_COMES(stream_change_comes, stream_change(p.client, 0, 4, 5), .type = GS_STREAM_CHANGE_EVENT,
	.stream_change_event = { .inbound_streams = 4, .outbound_streams = 5, .assoc_id = 1 })
EVENT_COMES(another_stream_change_comes, stream_change(p.client, 0, 4, 6), .type = GS_STREAM_CHANGE_EVENT,
	.stream_change_event = { .inbound_streams = 4, .outbound_streams = 5, .assoc_id = 1 })
EVENT_COMES(key_is_free, authentication(p.client, FREE_KEY, 7), .type = GS_AUTHENTICATION_EVENT,
	.authentication_event = { .indication = GS_AUTH_FREE_KEY, .key = 7, .assoc_id = 1 })
EVENT_COMES(another_key_is_free, authentication(p.client, FREE_KEY, 8), .type = GS_AUTHENTICATION_EVENT,
	.authentication_event = { .indication = GS_AUTH_FREE_KEY, .key = 7, .assoc_id = 1 })
EVENT_COMES(streams_are_told, with_streams(3, 4, restarted(p.client)), .type = GS_ASSOC_CHANGE,
	.assoc_change = { .state = GS_RESTART, .inbound_streams = 3, .outbound_streams = 4, .assoc_id = 1 })
EVENT_COMES(other_streams_are_told, with_streams(4, 4, restarted(p.client)), .type = GS_ASSOC_CHANGE,
	.assoc_change = { .state = GS_RESTART, .inbound_streams = 3, .outbound_streams = 4, .assoc_id = 1 })
static const uint8_t causes[] = { 0, 12, 0, 9, 'd', 'o', 'n', 'e', '!' };
EVENT_COMES(reason_is_told, with_reason("done!", comm_lost(p.client, ANY)), .type = GS_ASSOC_CHANGE,
	.assoc_change = { .state = GS_COMM_LOST, .info = causes, .info_length = sizeof(causes), .assoc_id = 1 })
EVENT_COMES(another_reason_is_told, with_reason("done", comm_lost(p.client, ANY)), .type = GS_ASSOC_CHANGE,
	.assoc_change = { .state = GS_COMM_LOST, .info = causes, .info_length = sizeof(causes), .assoc_id = 1 })
EVENT_COMES(of_another_association, of_association_with(p.client, shutdown_event(p.client)), .type = GS_SHUTDOWN_EVENT,
	.shutdown_event = { .assoc_id = 1 })

static void a_message_comes_back_as_rfc_6458_has_it(struct trial *t)
{
	struct pair p = associated(t);

	fake_fate_of(0, FAKE_LOSE);
	struct flow *flow = say(t, p.client, p.server);
	const struct gs_event old = fake_send_failed(0, true);

	expect_undelivered(t, flow);
	fake_event(CLIENT_SOCKET, 10,
		(struct gs_event){ .type = GS_SEND_FAILED_EVENT,
			.send_failed_event = { .sent = 1,
				.assoc_id = 1,
				.stream = old.send_failed.info.stream,
				.ppid = old.send_failed.info.ppid,
				.context = old.send_failed.info.context,
				.bytes = old.send_failed.bytes,
				.length = old.send_failed.length } });
	expect(t, soon(t, send_failed_event(p.client, flow, 0, DATA_SENT)));
}

/* ------------------------------------------------------------------ verbs */

static void is_not_subscribed(struct trial *t)
{
	struct pair p = associated(t);

	subscribe(t, p.client, SENDER_DRY_EVENT);
	expect_subscribed(t, p.client, SENDER_DRY_EVENT, true); /* which the fake does not keep */
}

static void cannot_subscribe(struct trial *t)
{
	struct pair p = associated(t);

	fake_option_status(-EINVAL);
	subscribe_of(t, p.client, p.server, SENDER_DRY_EVENT);
}

static void is_sent_that_must_be_refused(struct trial *t)
{
	struct pair p = associated(t);

	expect_refused(t, p.client, p.server, &(struct traffic){ .first_stream = 10 }, EINVAL);
}

static void is_refused(struct trial *t)
{
	struct pair p = associated(t);

	fake_send_status(0, -EINVAL);
	expect_refused(t, p.client, p.server, &(struct traffic){ .first_stream = 10 }, EINVAL);
}

static void is_refused_otherwise(struct trial *t)
{
	struct pair p = associated(t);

	fake_send_status(0, -EMSGSIZE);
	expect_refused(t, p.client, p.server, &(struct traffic){ .size = NO_OCTETS }, EINVAL);
}

static void fills_the_buffer(struct trial *t)
{
	struct pair p = associated(t);

	fake_send_status(3, -EAGAIN);
	struct flow *flow = fill_send_buffer(t, p.client, p.server, &(struct traffic){ .count = 9 });
	expect_that(t, flow_sent(flow) == 3, "it took three");
	expect_delivered(t, flow, promptly());
}

static void the_buffer_has_no_end(struct trial *t)
{
	struct pair p = associated(t);

	fill_send_buffer(t, p.client, p.server, &(struct traffic){ .count = 9 });
}

static void a_stopped_reader_gets_nothing(struct trial *t)
{
	struct pair p = associated(t);

	stop_reading(t, p.server);
	struct flow *flow = say(t, p.client, p.server);

	expect_quiet(t, ms(100));
	go_on_reading(t, p.server);
	expect_delivered(t, flow, between(ms(100), ms(200)));
}

static void a_reader_that_stops_is_waited_for(struct trial *t)
{
	struct pair p = associated(t);

	stop_reading(t, p.server);
	expect_delivered(t, say(t, p.client, p.server), promptly());
}

static void small_messages(struct trial *t)
{
	struct pair p = associated(t);

	expect_delivered(
		t, send_messages(t, p.client, p.server, &(struct traffic){ .count = 3, .size = 1 }), promptly());
	expect_delivered(
		t, send_messages(t, p.client, p.server, &(struct traffic){ .count = 3, .size = 1 }), promptly());
}

static void a_small_one_is_changed(struct trial *t)
{
	struct pair p = associated(t);

	fake_fate_of(1, FAKE_CHANGE);
	expect_delivered(
		t, send_messages(t, p.client, p.server, &(struct traffic){ .count = 3, .size = 1 }), promptly());
}

static void on_another_stream(struct trial *t)
{
	struct pair p = associated(t);

	fake_fate_of(1, FAKE_OTHER_STREAM);
	expect_delivered(t, send_messages(t, p.client, p.server, &(struct traffic){ .count = 3, .first_stream = 7 }),
		promptly());
}

static void says_what_it_sees(struct trial *t)
{
	observe(t, "the moon is %s", "full");
}

#define NO_DESCRIPTOR(name_, ...)              \
	static void name_(struct trial *t)     \
	{                                      \
		struct pair p = associated(t); \
                                               \
		__VA_ARGS__;                   \
	}

NO_DESCRIPTOR(accept_refused, expect_accept_refused(t, p.server, EOPNOTSUPP))
NO_DESCRIPTOR(nothing_to_accept, expect_nothing_to_accept(t, p.server))
NO_DESCRIPTOR(peel_off_refused, expect_peel_off_refused(t, p.server, p.client, EMFILE))
NO_DESCRIPTOR(peels_off, peel_off(t, p.server, p.client, "peeled"))
NO_DESCRIPTOR(add_refused, expect_add_address_refused(t, p.client, 1, EADDRINUSE))
NO_DESCRIPTOR(remove_refused, expect_remove_address_refused(t, p.client, 1, EBUSY))
NO_DESCRIPTOR(shut_refused, expect_shut_half_refused(t, p.client, SENDING, ENOTCONN))
NO_DESCRIPTOR(listen_refused, expect_listen_refused(t, p.client, 5, EINVAL))
NO_DESCRIPTOR(connect_refused, expect_connect_refused(t, p.client, p.server, 0, EISCONN))
NO_DESCRIPTOR(reads_on, expect_end_of_reading(t, p.client))
NO_DESCRIPTOR(writes_when_it_cannot, expect_writable(t, p.client, true))
NO_DESCRIPTOR(never_writes, expect_writable_within(t, p.client, shortly_after(now(t))))
NO_DESCRIPTOR(waits_for_ever, start_blocking_send(t, p.client, p.server, 100))

#define PASSES(body_)                                                                  \
	{                                                                              \
		.name = #body_, .body = (body_), .verdict = VERDICT_PASS, .reason = "" \
	}
#define FAILS(body_, reason_)                                                                 \
	{                                                                                     \
		.name = #body_, .body = (body_), .verdict = VERDICT_FAIL, .reason = (reason_) \
	}

static struct scenario scenarios[] = {
	PASSES(remote_error_comes),
	PASSES(sender_dry_comes),
	PASSES(adaptation_comes),
	FAILS(another_adaptation_comes, "adaptation_event at the client: with the wrong contents"),
	PASSES(pdapi_comes),
	FAILS(pdapi_of_another_stream_comes, "pdapi_event at the client: with the wrong contents"),
	PASSES(stream_reset_comes),
	FAILS(reset_of_other_streams_comes, "stream_reset_event at the client: with the wrong contents"),
	PASSES(assoc_reset_comes),
	FAILS(assoc_reset_is_denied, "assoc_reset_event at the client: instead of assoc_reset_event"),
	PASSES(stream_change_comes),
	FAILS(another_stream_change_comes, "stream_change_event at the client: with the wrong contents"),
	PASSES(key_is_free),
	FAILS(another_key_is_free, "authentication_event at the client: with the wrong contents"),
	PASSES(streams_are_told),
	FAILS(other_streams_are_told, "restart at the client: with the wrong contents"),
	PASSES(reason_is_told),
	FAILS(another_reason_is_told, "comm_lost at the client: with the wrong contents"),
	FAILS(of_another_association, "shutdown_event at the client: of the wrong association"),
	PASSES(a_message_comes_back_as_rfc_6458_has_it),
	FAILS(is_not_subscribed, "the kernel reports another subscription"),
	FAILS(cannot_subscribe, "event at the client: Invalid argument"),
	FAILS(is_sent_that_must_be_refused, "send at the client is not refused"),
	PASSES(is_refused),
	FAILS(is_refused_otherwise, "send at the client is refused with another errno"),
	PASSES(fills_the_buffer),
	FAILS(the_buffer_has_no_end, "send at the client is not refused"),
	PASSES(a_stopped_reader_gets_nothing),
	FAILS(a_reader_that_stops_is_waited_for, "a message did not arrive in its time"),
	PASSES(small_messages),
	FAILS(a_small_one_is_changed, "a message arrived that is not as it was sent"),
	FAILS(on_another_stream, "a message arrived that is not as it was sent"),
	PASSES(says_what_it_sees),
	FAILS(accept_refused, "accept at the server is refused with another errno"),
	FAILS(nothing_to_accept, "accept at the server is refused with another errno"),
	FAILS(peel_off_refused, "peeloff at the server is refused with another errno"),
	{ .name = "peels off", .body = peels_off, .verdict = VERDICT_ERROR, .reason = "server: peeloff: badarg" },
	FAILS(add_refused, "bindx_add at the client is refused with another errno"),
	FAILS(remove_refused, "bindx_rem at the client is refused with another errno"),
	FAILS(shut_refused, "shutdown at the client is refused with another errno"),
	FAILS(listen_refused, "listen at the client is not refused"),
	FAILS(connect_refused, "connect at the client is not refused"),
	FAILS(reads_on, "reading has no end"),
	FAILS(writes_when_it_cannot, "poll says something else of writing"),
	FAILS(never_writes, "poll says something else of writing"),
	{ .name = "waits", .body = waits_for_ever, .verdict = VERDICT_ERROR, .reason = "a descriptor that waits" },
};

#define SCENARIOS (sizeof(scenarios) / sizeof(*scenarios))

START_TEST(each_verb_and_item_holds_and_fails)
{
	check_scenarios(scenarios, SCENARIOS);
}
END_TEST

static const struct outcome *outcome_of(void (*body)(struct trial *t))
{
	for (size_t i = 0; i < SCENARIOS; i++)
		if (scenarios[i].body == body)
			return scenarios[i].outcome;
	ck_abort_msg("no such scenario");
	abort();
}

/* The n-th line with that member's value, from 0. */
static const json_t *line_with(const json_t *log, const char *member, const char *value, unsigned n)
{
	for (size_t i = 0; i < json_array_size(log); i++) {
		const json_t *line = json_array_get(log, i);
		const char *is = json_string_value(json_object_get(line, member));

		if (is != NULL && strcmp(is, value) == 0 && n-- == 0)
			return line;
	}
	ck_abort_msg("no line whose %s is %s", member, value);
	abort();
}

START_TEST(what_is_seen_is_logged)
{
	const json_t *line = line_with(outcome_of(says_what_it_sees)->log, "type", "observation", 0);

	ck_assert_str_eq(json_string_value(json_object_get(line, "text")), "the moon is full");
	ck_assert_int_eq(json_integer_value(json_object_get(line, "t_ns")), 0);
}
END_TEST

START_TEST(calls_are_logged_for_the_referee)
{
	const json_t *log = outcome_of(a_stopped_reader_gets_nothing)->log, *arguments;

	ck_assert(json_is_false(
		json_object_get(json_object_get(line_with(log, "call", "reading", 0), "arguments"), "on")));
	ck_assert(json_is_true(
		json_object_get(json_object_get(line_with(log, "call", "reading", 1), "arguments"), "on")));
	arguments = json_object_get(line_with(outcome_of(is_not_subscribed)->log, "call", "event", 0), "arguments");
	ck_assert_str_eq(json_string_value(json_object_get(arguments, "event")), "sender_dry_event");
	ck_assert_int_eq(json_integer_value(json_object_get(arguments, "assoc_id")), GS_ALL_ASSOC);
	log = outcome_of(is_refused)->log;
	ck_assert_str_eq(json_string_value(json_object_get(line_with(log, "call", "send", 0), "result")), "EINVAL");
	arguments = json_object_get(line_with(log, "call", "send", 0), "arguments");
	ck_assert_int_eq(json_integer_value(json_object_get(arguments, "flow")), -1);
}
END_TEST

/* ------------------------------------------------------------------ rehearsals */

/* Every verb once, in a body without a kernel. */
static void everything(struct trial *t)
{
	struct pair p = strangers(t);
	const struct window window = shortly_after(now(t));

	subscribe(t, p.client, SENDER_DRY_EVENT);
	unsubscribe(t, p.client, SENDER_DRY_EVENT);
	associate(t, p);
	subscribe_of(t, p.client, p.server, ASSOC_CHANGE);
	unsubscribe_of(t, p.client, p.server, ASSOC_CHANGE);
	expect_subscribed(t, p.client, SENDER_DRY_EVENT, false);
	expect_subscribed_of(t, p.client, p.server, SENDER_DRY_EVENT, false);
	expect(t, within(window, with_streams(10, 10, comm_up(p.client))));
	listen_with_backlog(t, p.client, 3);
	expect_listen_refused(t, p.client, 0, EINVAL);
	accept_peer(t, p.server, "accepted");
	expect_nothing_to_accept(t, p.server);
	expect_accept_refused(t, p.server, EOPNOTSUPP);
	peel_off(t, p.server, p.client, "peeled");
	expect_peel_off_refused(t, p.server, p.client, EINVAL);
	expect_connect_refused(t, p.client, p.server, 0, EISCONN);
	add_address(t, p.client, 1);
	remove_address(t, p.client, 1);
	expect_add_address_refused(t, p.client, 0, EINVAL);
	expect_remove_address_refused(t, p.client, 0, EBUSY);
	shut_half(t, p.client, SENDING);
	shut_half(t, p.client, BOTH);
	expect_shut_half_refused(t, p.client, RECEIVING, ENOTCONN);
	expect_end_of_reading(t, p.client);
	shut_down_with(t, p.client, p.server);
	abort_with(t, p.client, p.server, "enough");
	expect_refused(t, p.client, p.server, &(struct traffic){ .size = NO_OCTETS, .over = OVER(1) }, EINVAL);
	expect_undelivered(t,
		send_messages(t, p.client, p.server,
			&(struct traffic){
				.unordered = true, .sack_immediately = true, .policy = PR_RTX, .policy_value = 2 }));
	expect_undelivered(t, fill_send_buffer(t, p.client, p.server, &(struct traffic){ .size = 1000 }));
	expect_writable(t, p.client, false);
	expect_writable_within(t, p.client, window);
	stop_reading(t, p.client);
	expect_in_pieces(t, p.client, say(t, p.server, p.client), 0, 10);
	expect_part(t, p.client, send_messages(t, p.server, p.client, &(struct traffic){ .size = 300 }), 0, 100);
	struct flow *parts = say(t, p.server, p.client);
	expect_rest(t, p.client, parts, 0);
	expect_parts_alike(t, parts);
	expect_event_in_pieces(t, p.client, 8);
	expect_nothing_to_read(t, p.client);
	expect_received(t, p.client, say(t, p.server, p.client), 0, &(struct told_of_message){ .rcv = true });
	go_on_reading(t, p.client);
	struct flow *to_all;
	send_to_all(t, p.server, &p.client, 1, &(struct traffic){ .size = 10 }, &to_all);
	expect_delivered(t, to_all, promptly());
	set_up_by_message(t, p.client, p.server, &(struct setup_by_message){ .with_init = true });
	send_eof(t, p.client, p.server);
	expect_end_refused(t, p.client, p.server, 0, END_BY_ABORT, EINVAL);
	expect_bind_refused(t, p.client, 0, IPV4, EINVAL);
	struct waiting *sends = start_blocking_send(t, p.client, p.server, 10);
	expect_delivered(t, flow_of(sends), promptly());
	expect_waiting(t, sends);
	expect_returned(t, sends, 0, window);
	expect_returned(t, start_blocking_connect(t, p.client, p.server, 0), ECONNREFUSED, window);
	expect_returned(t, start_lingering_close(t, p.client, 3), 0, window);
	observe(t, "it is over");
}

static const char *const printed[] = {
	"client subscribes to sender_dry_event\n",
	"client does not subscribe any more to sender_dry_event\n",
	"client subscribes to assoc_change of the association with the server\n",
	"expect the client is not subscribed to sender_dry_event\n",
	"client: comm_up, 10 in, 10 out within",
	"client listens with a backlog of 3\n",
	"expect client: to listen is refused: EINVAL\n",
	"expect the server has an association to accept\n",
	"server accepts the accepted\n",
	"expect server: to accept an association is refused: EAGAIN\n",
	"expect server: to accept an association is refused: EOPNOTSUPP\n",
	"server peels the association with the client off: peeled\n",
	"expect server: to peel the association off is refused: EINVAL\n",
	"expect client: to connect is refused: EISCONN\n",
	"client adds its address on path 1\n",
	"client removes its address on path 1\n",
	"expect client: to add its address on path 0 is refused: EINVAL\n",
	"expect client: to remove its address on path 0 is refused: EBUSY\n",
	"client shuts the half of sending\n",
	"client shuts both halves\n",
	"expect client: shutdown(2) is refused: ENOTCONN\n",
	"expect client: reading comes to its end\n",
	"client shuts the association with the server down\n",
	"client aborts the association with the server: \"enough\"\n",
	"expect client: to send 0 octets on stream 0, over path 1 is refused: EINVAL\n",
	"client sends 1 message of 100 octets to the server, unordered, to be acknowledged at once, policy RTX 2\n",
	"client sends messages of 1000 octets to the server until the send buffer is full\n",
	"expect client: to send when the buffer is full is refused: EAGAIN\n",
	"expect the client cannot be written to\n",
	"expect the client can be written to from",
	"client stops reading\n",
	"expect client: message 0 of 100 octets by 10, MSG_EOR with the last ones\n",
	"expect client: 100 octets of message 0 of the server, without MSG_EOR\n",
	"expect client: the rest of message 0 of the server, with MSG_EOR\n",
	"expect each part of what the server has sent told its ppid and number in the stream\n",
	"expect client: an event by 8 octets, MSG_EOR with the last ones\n",
	"expect client: there is nothing to read\n",
	"expect client: message 0 with SCTP_RCVINFO, without SCTP_NXTINFO\n",
	"server sends a message of 10 octets to all of its 1 associations\n",
	"client sends a message without octets to the address of the server on path 0\n",
	"client sends SCTP_EOF in SCTP_SNDINFO to the server\n",
	"expect client: abort to an address with which there is no association is refused: EINVAL\n",
	"expect client: to bind to its IPv4 address on path 0 is refused: EINVAL\n",
	"client goes on reading\n",
	"client sends 10 octets to the server, and waits\n",
	"expect send of the client still waits\n",
	"expect send of the client comes back with success within",
	"client connects to the server over path 0, and waits\n",
	"expect connect of the client comes back with ECONNREFUSED within",
	"client closes its socket, and lingers for 3 s\n",
	"observe it is over\n",
};

START_TEST(each_verb_prints_itself)
{
	const struct test_case test_case = { .id = "engine.rehearsal",
		.topology = &topology_two_paths,
		.requirements = IDS("6458-3.1-01"),
		.body = everything };
	int64_t longest_ns;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	ck_assert_ptr_nonnull(out);
	const int status = case_rehearse(&test_case, out, &longest_ns);
	fclose(out);
	ck_assert_msg(status == 0, "%s", text);
	for (size_t i = 0; i < sizeof(printed) / sizeof(*printed); i++)
		ck_assert_msg(strstr(text, printed[i]) != NULL, "no \"%s\" in\n%s", printed[i], text);
	free(text);
}
END_TEST

int main(void)
{
	run_scenarios_of(scenarios, SCENARIOS);
	return RUN_TESTS("vocabulary", each_verb_and_item_holds_and_fails, what_is_seen_is_logged,
		calls_are_logged_for_the_referee, each_verb_prints_itself);
}
