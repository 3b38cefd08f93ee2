/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trial_test.c - whole bodies over fake sockets: what passes, each way in which the engine ends a body that sees
 * something else, and that tampering with what is seen is found.
 */
#include "runner/engine/trial.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "runner/engine/tests/fake_sctp.h"
#include "runner/engine/tests/run_tests.h"
#include "runner/engine/tests/scenario.h"

enum { SERVER_SOCKET, CLIENT_SOCKET }; /* in the order of associated() */

static struct gs_event unreachable(unsigned path)
{
	return fake_paddr_change(&topology_two_paths, ENDPOINT_B, path, GS_ADDR_UNREACHABLE);
}

static struct gs_event unreachable_at_server(unsigned path)
{
	return fake_paddr_change(&topology_two_paths, ENDPOINT_A, path, GS_ADDR_UNREACHABLE);
}

/* ------------------------------------------------------------------ bodies */

static void data_both_ways(struct trial *t)
{
	struct pair p = associated(t);

	expect_established(t, p.client);
	expect_delivered(t,
		send_messages(t, p.client, p.server,
			&(struct traffic){ .count = 9, .streams = 3, .interval = ms(2), .ppid = 40 }),
		promptly());
	expect_delivered(t, say(t, p.server, p.client), promptly());
}

static void one_path_fails(struct trial *t)
{
	struct pair p = associated(t);
	const vtime lost = inject(t, all_lost(0));

	fake_event(CLIENT_SOCKET, 30, unreachable(0));
	expect(t, within(after(lost, between(ms(20), ms(400))), addr_unreachable(p.client, 0)));
	expect_quiet(t, ms(20));
}

static void both_paths_fail(struct trial *t)
{
	struct pair p = associated(t);

	fake_event(CLIENT_SOCKET, 10, unreachable(1));
	fake_event(CLIENT_SOCKET, 20, unreachable(0));
	expect_all(t, soon(t, addr_unreachable(p.client, 0)), soon(t, addr_unreachable(p.client, 1)));
}

static void both_paths_fail_in_order(struct trial *t)
{
	struct pair p = associated(t);

	fake_event(CLIENT_SOCKET, 10, unreachable(1));
	fake_event(CLIENT_SOCKET, 20, unreachable(0));
	expect_in_order(t, soon(t, addr_unreachable(p.client, 0)), soon(t, addr_unreachable(p.client, 1)));
}

static void nothing_fails(struct trial *t)
{
	struct pair p = associated(t);

	expect(t, within(between(now(t), now(t) + ms(50)), addr_unreachable(p.client, 0)));
}

static void fails_too_early(struct trial *t)
{
	struct pair p = associated(t);

	fake_event(CLIENT_SOCKET, 5, unreachable(0));
	expect(t, within(between(now(t) + ms(200), now(t) + ms(300)), addr_unreachable(p.client, 0)));
}

/* What is to come of an action has come before it. */
static void before_its_cause(struct trial *t)
{
	struct pair p = associated(t);

	fake_event(CLIENT_SOCKET, 10, fake_paddr_change(&topology_two_paths, ENDPOINT_B, 1, GS_ADDR_MADE_PRIM));
	expect_delivered(t, send_messages(t, p.server, p.client, &(struct traffic){ .count = 2, .interval = ms(50) }),
		promptly());
	set_primary(t, p.client, 1);
	expect(t, soon(t, addr_made_prim(p.client, 1)));
}

/* It has come while the body waited for something else. */
static void behind_its_cause(struct trial *t)
{
	struct pair p = associated(t);

	struct flow *data = send_messages(t, p.server, p.client, &(struct traffic){ .count = 2, .interval = ms(50) });

	set_primary(t, p.client, 1);
	fake_event(CLIENT_SOCKET, 10, fake_paddr_change(&topology_two_paths, ENDPOINT_B, 1, GS_ADDR_MADE_PRIM));
	expect_delivered(t, data, promptly());
	expect(t, soon(t, addr_made_prim(p.client, 1)));
}

static void an_event_in_the_quiet(struct trial *t)
{
	associated(t);
	fake_event(SERVER_SOCKET, 10, unreachable_at_server(0));
	expect_quiet(t, ms(100));
}

static void an_event_left_over(struct trial *t)
{
	struct pair p = associated(t);

	fake_event(SERVER_SOCKET, 1, unreachable_at_server(0));
	fake_event(CLIENT_SOCKET, 30, unreachable(0));
	expect(t, soon(t, addr_unreachable(p.client, 0)));
}

static void what_must_never_come(struct trial *t)
{
	struct pair p = associated(t);

	never(t, addr_unreachable(p.client, 1));
	fake_event(CLIENT_SOCKET, 10, unreachable(1));
	expect(t, soon(t, addr_unreachable(p.client, 1)));
}

/* Path 1 fails at each end, then path 0; or the other way round at the server. */
static struct pair paths_fail_at_both(struct trial *t, unsigned first_at_server)
{
	struct pair p = associated(t);

	fake_event(CLIENT_SOCKET, 10, unreachable(1));
	fake_event(SERVER_SOCKET, 12, unreachable_at_server(first_at_server));
	fake_event(CLIENT_SOCKET, 20, unreachable(0));
	fake_event(SERVER_SOCKET, 22, unreachable_at_server(1 - first_at_server));
	return p;
}

static void both_ends_see_it_in_order(struct trial *t)
{
	struct pair p = paths_fail_at_both(t, 1);

	expect_at_both(t, p, soon(t, addr_unreachable(EACH, 1)), soon(t, addr_unreachable(EACH, 0)));
}

static void one_end_sees_it_in_another_order(struct trial *t)
{
	struct pair p = paths_fail_at_both(t, 0);

	expect_at_both(t, p, soon(t, addr_unreachable(EACH, 1)), soon(t, addr_unreachable(EACH, 0)));
}

static void one_end_sees_it(struct trial *t)
{
	struct pair p = associated(t);

	fake_event(CLIENT_SOCKET, 10, unreachable(1));
	expect_at_both(t, p, soon(t, addr_unreachable(EACH, 1)));
}

static void neither_end_may_see_it(struct trial *t)
{
	struct pair p = associated(t);

	never_at_both(t, p, addr_unreachable(EACH, 1));
	fake_event(SERVER_SOCKET, 10, unreachable_at_server(1));
	expect_quiet(t, ms(20));
}

static void each_end_for_a_verb_about_one(struct trial *t)
{
	associated(t);
	expect(t, soon(t, addr_unreachable(EACH, 1)));
}

static void one_of_two(struct trial *t)
{
	struct pair p = associated(t);

	fake_event(CLIENT_SOCKET, 10, unreachable(1));
	const size_t which =
		expect_one_of(t, soon(t, addr_unreachable(p.client, 0)), soon(t, addr_unreachable(p.client, 1)));
	expect_that(t, which == 1, "it is the second one");
}

static void a_fact_that_does_not_hold(struct trial *t)
{
	expect_that(t, 1 + 1 == 3, "one and one is %d", 3);
}

static void it_cannot(struct trial *t)
{
	skip(t, "no such feature in %s", "this kernel");
}

static void nobody_says_what_becomes_of_it(struct trial *t)
{
	struct pair p = associated(t);

	say(t, p.client, p.server);
}

static void nobody_listens(struct trial *t)
{
	struct peer *server = open_peer(t, ENDPOINT_B, "server", &(struct peer_options){ .port = SERVER_PORT });
	struct peer *client = open_peer(t, ENDPOINT_A, "client", NULL);

	start_connect(t, client, server, 0);
	expect(t, soon(t, cant_assoc(client, ANY)));
	expect_no_association(t, client);
}

static void an_address_is_still_in_use(struct trial *t)
{
	struct pair p = associated(t);

	close_peer(t, p.client, CLOSE_LINGER_0);
	fake_open_status(-EADDRINUSE);
	open_peer(t, ENDPOINT_A, "newcomer", NULL);
}

static void there_are_no_descriptors(struct trial *t)
{
	fake_open_status(-EMFILE);
	open_peer(t, ENDPOINT_A, "client", NULL);
}

static void there_is_no_sctp(struct trial *t)
{
	fake_open_status(-EPROTONOSUPPORT);
	open_peer(t, ENDPOINT_A, "client", NULL);
}

static void it_is_shut_down(struct trial *t)
{
	struct pair p = associated(t);

	shut_down(t, p.client);
	expect_all(t, soon(t, shutdown_comp(p.client)), soon(t, shutdown_comp(p.server)));
}

static void messages_fail(struct trial *t)
{
	struct pair p = associated(t);

	fake_fate_of(0, FAKE_LOSE);
	fake_fate_of(1, FAKE_LOSE);
	struct flow *flow = send_messages(t, p.client, p.server, &(struct traffic){ .count = 2 });

	fake_event(CLIENT_SOCKET, 10, fake_send_failed(1, false));
	fake_event(CLIENT_SOCKET, 11, fake_send_failed(0, true));
	expect_send_failed_for_each(t, flow, after(now(t), promptly()));
}

static void a_failed_message_is_told_twice(struct trial *t)
{
	struct pair p = associated(t);

	fake_fate_of(0, FAKE_LOSE);
	struct flow *flow = say(t, p.client, p.server);

	fake_event(CLIENT_SOCKET, 10, fake_send_failed(0, false));
	fake_event(CLIENT_SOCKET, 11, fake_send_failed(0, false));
	expect_send_failed_for_each(t, flow, after(now(t), promptly()));
	expect_quiet(t, ms(50));
}

/* Four messages, of which the second meets its fate. */
static void send_four(struct trial *t, enum fake_fate fate)
{
	struct pair p = associated(t);

	fake_fate_of(1, fate);
	expect_delivered(t, send_messages(t, p.client, p.server, &(struct traffic){ .count = 4, .ppid = 9 }),
		between(0, ms(50)));
	expect_quiet(t, ms(20));
}

static void one_is_lost(struct trial *t)
{
	send_four(t, FAKE_LOSE);
}

static void one_comes_twice(struct trial *t)
{
	send_four(t, FAKE_TWICE);
}

static void one_is_changed(struct trial *t)
{
	send_four(t, FAKE_CHANGE);
}

static void one_is_on_another_stream(struct trial *t)
{
	send_four(t, FAKE_OTHER_STREAM);
}

static void one_has_another_ppid(struct trial *t)
{
	send_four(t, FAKE_OTHER_PPID);
}

static void one_comes_after_the_next(struct trial *t)
{
	send_four(t, FAKE_DELAY);
}

static void one_is_late(struct trial *t)
{
	struct pair p = associated(t);

	fake_fate_of(0, FAKE_DELAY);
	expect_delivered(t, say(t, p.client, p.server), between(0, ms(50)));
}

static void one_arrives_that_must_not(struct trial *t)
{
	struct pair p = associated(t);

	expect_undelivered(t, say(t, p.client, p.server));
	expect_quiet(t, ms(30));
}

static void a_name_that_would_need_escaping(struct trial *t)
{
	open_peer(t, ENDPOINT_A, "the \"client\"", NULL);
}

/* ------------------------------------------------------------------ scenarios */

static struct scenario scenarios[] = {
	{ "data", data_both_ways, NULL, VERDICT_PASS, "", NULL },
	{ "path", one_path_fails, NULL, VERDICT_PASS, "", NULL },
	{ "paths", both_paths_fail, NULL, VERDICT_PASS, "", NULL },
	{ "both ends, order", both_ends_see_it_in_order, NULL, VERDICT_PASS, "", NULL },
	{ "one end, order", one_end_sees_it_in_another_order, NULL, VERDICT_FAIL,
		"addr_unreachable at the server: in the wrong order, before addr_unreachable at the server", NULL },
	{ "one end", one_end_sees_it, NULL, VERDICT_FAIL, "server: missing", NULL },
	{ "neither end", neither_end_may_see_it, NULL, VERDICT_FAIL,
		"addr_unreachable at the server: must never come here", NULL },
	{ "each end", each_end_for_a_verb_about_one, NULL, VERDICT_ERROR, "about one", NULL },
	{ "one of", one_of_two, NULL, VERDICT_PASS, "", NULL },
	{ "nobody", nobody_listens, NULL, VERDICT_PASS, "", NULL },
	{ "shut down", it_is_shut_down, NULL, VERDICT_PASS, "", NULL },
	{ "failed", messages_fail, NULL, VERDICT_PASS, "", NULL },
	{ "in use", an_address_is_still_in_use, NULL, VERDICT_FAIL, "open at the newcomer: Address already in use",
		NULL },
	{ "no descriptors", there_are_no_descriptors, NULL, VERDICT_ERROR, "client: open: Too many open files", NULL },
	{ "no SCTP", there_is_no_sctp, NULL, VERDICT_ERROR, "client: open: Protocol not supported", NULL },
	{ "skip", it_cannot, NULL, VERDICT_SKIP, "no such feature in this kernel", NULL },
	{ "order", both_paths_fail_in_order, NULL, VERDICT_FAIL, "in the wrong order", NULL },
	{ "missing", nothing_fails, NULL, VERDICT_FAIL, "missing", NULL },
	{ "early", fails_too_early, NULL, VERDICT_FAIL, "too early", NULL },
	{ "before its cause", before_its_cause, NULL, VERDICT_FAIL, "addr_made_prim at the client: too early", NULL },
	{ "behind its cause", behind_its_cause, NULL, VERDICT_PASS, "", NULL },
	{ "quiet", an_event_in_the_quiet, NULL, VERDICT_FAIL, "addr_unreachable at the server: where no event may come",
		NULL },
	{ "left over", an_event_left_over, NULL, VERDICT_FAIL, "addr_unreachable at the server: not expected at all",
		NULL },
	{ "never", what_must_never_come, NULL, VERDICT_FAIL, "addr_unreachable at the client: must never come here",
		NULL },
	{ "fact", a_fact_that_does_not_hold, NULL, VERDICT_FAIL, "it does not hold that one and one is 3", NULL },
	{ "unjudged", nobody_says_what_becomes_of_it, NULL, VERDICT_ERROR, "says nothing", NULL },
	{ "name", a_name_that_would_need_escaping, NULL, VERDICT_ERROR, "is no name for a socket", NULL },
	{ "failed twice", a_failed_message_is_told_twice, NULL, VERDICT_FAIL, "where no event may come", NULL },
	{ "lost", one_is_lost, NULL, VERDICT_FAIL, "did not arrive in its time", NULL },
	{ "twice", one_comes_twice, NULL, VERDICT_FAIL, "not as it was sent", NULL },
	{ "changed", one_is_changed, NULL, VERDICT_FAIL, "not as it was sent", NULL },
	{ "stream", one_is_on_another_stream, NULL, VERDICT_FAIL, "not as it was sent", NULL },
	{ "ppid", one_has_another_ppid, NULL, VERDICT_FAIL, "not as it was sent", NULL },
	{ "late and out of order", one_comes_after_the_next, NULL, VERDICT_FAIL, "", NULL },
	{ "late", one_is_late, NULL, VERDICT_FAIL, "did not arrive in its time", NULL },
	{ "undelivered", one_arrives_that_must_not, NULL, VERDICT_FAIL, "a message arrived that must not", NULL },
	/* The third event is the addr_unreachable. */
	{ "dropped", one_path_fails, "drop:3", VERDICT_FAIL, "missing", NULL },
	{ "doubled", one_path_fails, "double:3", VERDICT_FAIL, "where no event may come", NULL },
	{ "falsified", one_path_fails, "change:3", VERDICT_FAIL, "the wrong address", NULL },
	{ "delayed", one_path_fails, "delay:3", VERDICT_FAIL, "too late", NULL },
	{ "nothing to drop", one_path_fails, "drop:4", VERDICT_PASS, "", NULL },
	{ "failed, falsified", messages_fail, "change:3", VERDICT_FAIL, "with the wrong contents", NULL },
};

#define SCENARIOS (sizeof(scenarios) / sizeof(*scenarios))

static const struct outcome *outcome_of(const char *name)
{
	for (size_t i = 0; i < SCENARIOS; i++)
		if (strcmp(scenarios[i].name, name) == 0)
			return scenarios[i].outcome;
	ck_abort_msg("no scenario %s", name);
	abort();
}

/* ------------------------------------------------------------------ what must have come of them */

START_TEST(verdicts_and_reasons)
{
	check_scenarios(scenarios, SCENARIOS);
}
END_TEST

static unsigned count_lines(const char *text)
{
	unsigned lines = 0;

	for (; *text != '\0'; text++)
		lines += *text == '\n';
	return lines;
}

START_TEST(every_failure_explains_itself)
{
	for (size_t i = 0; i < SCENARIOS; i++) {
		const struct scenario *scenario = &scenarios[i];
		const char *text = scenario->outcome->explanation;

		if (scenario->verdict != VERDICT_FAIL) {
			ck_assert_msg(
				scenario->verdict == VERDICT_ERROR || *text == '\0', "%s: %s", scenario->name, text);
			continue;
		}
		ck_assert_msg(count_lines(text) >= 4 && count_lines(text) <= 14, "%s: %s", scenario->name, text);
		ck_assert_msg(strstr(text, "9260-8.2-03") != NULL, "%s", text);
		ck_assert_msg(strstr(text, "expected  ") && strstr(text, "got       "), "%s: %s", scenario->name, text);
	}
}
END_TEST

START_TEST(a_failure_says_what_came_and_when)
{
	const char *text = outcome_of("early")->explanation;

	ck_assert_msg(strstr(text, "expected  client: addr_unreachable of path 0 within 0.2"), "%s", text);
	ck_assert_msg(strstr(text, "got       client: addr_unreachable of path 0 (IPv4) at 0.0"), "%s", text);
	ck_assert_msg(strstr(text, "which is too early"), "%s", text);
	text = outcome_of("missing")->explanation;
	ck_assert_msg(strstr(text, "got       nothing of the kind until 0."), "%s", text);
	ck_assert_msg(strstr(text, "client: comm_up"), "%s", text);
}
END_TEST

static unsigned count_type(const json_t *log, const char *type)
{
	unsigned count = 0;

	for (size_t i = 0; i < json_array_size(log); i++) {
		const json_t *line = json_array_get(log, i);

		ck_assert_str_eq(json_string_value(json_object_get(line, "case")), "engine.scenario");
		count += strcmp(json_string_value(json_object_get(line, "type")), type) == 0;
	}
	return count;
}

START_TEST(the_log_tells_everything)
{
	const json_t *log = outcome_of("path")->log;

	ck_assert_uint_eq(count_type(log, "event"), 3);
	ck_assert_uint_eq(count_type(log, "fault"), 1);
	/* comm_up twice, addr_unreachable, quiet */
	ck_assert_uint_eq(count_type(log, "check"), 4);
	/* open twice, listen, connect */
	ck_assert_uint_eq(count_type(log, "action"), 4);
	/* comm_up twice; messages are events, too */
	ck_assert_uint_eq(count_type(outcome_of("data")->log, "event"), 2 + 9 + 1);
}
END_TEST

START_TEST(a_falsified_event_is_logged_as_the_matcher_saw_it)
{
	const json_t *log = outcome_of("falsified")->log;

	for (size_t i = 0; i < json_array_size(log); i++) {
		const json_t *line = json_array_get(log, i);
		const json_t *path = json_object_get(json_object_get(line, "fields"), "path");

		if (path != NULL) {
			ck_assert_int_eq(json_integer_value(path), 1);
			return;
		}
	}
	ck_abort_msg("no paddr_change in the log");
}
END_TEST

/* The n-th line of a type, from 0. */
static const json_t *line_of(const json_t *log, const char *type, unsigned n)
{
	for (size_t i = 0; i < json_array_size(log); i++) {
		const json_t *line = json_array_get(log, i);

		if (strcmp(json_string_value(json_object_get(line, "type")), type) == 0 && n-- == 0)
			return line;
	}
	ck_abort_msg("no such line of type %s", type);
}

static vtime number(const json_t *line, const char *name)
{
	ck_assert_msg(json_is_integer(json_object_get(line, name)), "no number %s", name);
	return json_integer_value(json_object_get(line, name));
}

START_TEST(a_check_says_what_it_leaves_to_chance)
{
	const json_t *log = outcome_of("path")->log;
	const json_t *unreachable_check = line_of(log, "check", 2);

	/* the window's whole width is the timers' */
	ck_assert_int_eq(number(unreachable_check, "random_ns"), ms(380));
	ck_assert_int_eq(number(unreachable_check, "at_ns"), number(line_of(log, "event", 2), "t_ns"));
	/* nothing but work and a round trip delays a message */
	log = outcome_of("data")->log;
	const json_t *delivered = line_of(log, "check", 3);
	ck_assert_int_eq(number(delivered, "random_ns"), 0);
	ck_assert_int_eq(number(delivered, "flow"), 0);
	ck_assert_int_eq(json_integer_value(json_array_get(json_object_get(delivered, "messages"), 1)), 8);
	ck_assert_int_eq(json_integer_value(json_array_get(json_object_get(delivered, "delay"), 1)), ms(500));
	ck_assert_int_ge(number(json_object_get(line_of(log, "event", 2), "fields"), "delay_ns"), 0);
}
END_TEST

START_TEST(doubled_and_dropped_events_are_counted)
{
	ck_assert_uint_eq(outcome_of("path")->observations, 3);
	ck_assert_uint_eq(outcome_of("doubled")->observations, 4);
	ck_assert_uint_eq(outcome_of("dropped")->observations, 2);
}
END_TEST

int main(void)
{
	run_scenarios_of(scenarios, SCENARIOS);
	return RUN_TESTS("trials", verdicts_and_reasons, every_failure_explains_itself,
		a_failure_says_what_came_and_when, the_log_tells_everything,
		a_falsified_event_is_logged_as_the_matcher_saw_it, a_check_says_what_it_leaves_to_chance,
		doubled_and_dropped_events_are_counted);
}
