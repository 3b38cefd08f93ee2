/* SPDX-License-Identifier: Apache-2.0 */
/* headline_test.c - the line over a failure names the fault: which event, where, and what is wrong with it. */
#include "runner/engine/trial.h"

#include <errno.h>
#include <string.h>

#include "runner/engine/tests/fake_sctp.h"
#include "runner/engine/tests/run_tests.h"
#include "runner/engine/tests/scenario.h"

enum { SERVER_SOCKET, CLIENT_SOCKET }; /* in the order of associated() */

static void at_client(unsigned after_ms, unsigned path, uint32_t state)
{
	fake_event(CLIENT_SOCKET, after_ms, fake_paddr_change(&topology_two_paths, ENDPOINT_B, path, state));
}

static void at_server(unsigned after_ms, unsigned path, uint32_t state)
{
	fake_event(SERVER_SOCKET, after_ms, fake_paddr_change(&topology_two_paths, ENDPOINT_A, path, state));
}

/* ------------------------------------------------------------------ of groups of events */

/* While an event of the server is expected, another one comes at the client. */
static void another_event_comes(struct trial *t)
{
	struct pair p = associated(t);

	at_client(10, 1, GS_ADDR_AVAILABLE);
	expect_all(t, soon(t, addr_unreachable(p.server, 0)), soon(t, addr_made_prim(p.client, 0)));
}

/* The client's has come; then it comes again, while that of the server is still awaited. */
static void one_comes_again(struct trial *t)
{
	struct pair p = associated(t);

	at_client(10, 0, GS_ADDR_UNREACHABLE);
	at_client(11, 0, GS_ADDR_UNREACHABLE);
	expect_all(t, soon(t, addr_unreachable(p.server, 0)), soon(t, addr_unreachable(p.client, 0)));
}

/* Of two that must come in this order only the second one does. */
static void the_first_never_comes(struct trial *t)
{
	struct pair p = associated(t);

	at_client(10, 0, GS_ADDR_UNREACHABLE);
	expect_in_order(t, soon(t, addr_potentially_failed(p.client, 0)), soon(t, addr_unreachable(p.client, 0)));
}

static void the_second_comes_first(struct trial *t)
{
	struct pair p = associated(t);

	at_client(10, 0, GS_ADDR_UNREACHABLE);
	at_client(20, 0, GS_ADDR_POTENTIALLY_FAILED);
	expect_in_order(t, soon(t, addr_potentially_failed(p.client, 0)), soon(t, addr_unreachable(p.client, 0)));
}

static void another_state(struct trial *t)
{
	struct pair p = associated(t);

	at_server(10, 0, GS_ADDR_AVAILABLE);
	expect(t, soon(t, addr_unreachable(p.server, 0)));
}

static void another_address(struct trial *t)
{
	struct pair p = associated(t);

	at_server(10, 1, GS_ADDR_UNREACHABLE);
	expect(t, soon(t, addr_unreachable(p.server, 0)));
}

/* ------------------------------------------------------------------ of associations */

static void of_no_association(struct trial *t)
{
	struct pair p = associated(t);

	fake_event(CLIENT_SOCKET, 10,
		fake_of_association(9, fake_paddr_change(&topology_two_paths, ENDPOINT_B, 0, GS_ADDR_UNREACHABLE)));
	expect(t, soon(t, addr_unreachable(p.client, 0)));
}

static void fails_on_another_association(struct trial *t)
{
	struct pair p = associated(t);

	fake_fate_of(0, FAKE_LOSE);
	expect_undelivered(t, say(t, p.client, p.server));
	fake_event(CLIENT_SOCKET, 5, (struct gs_event){ .type = GS_ASSOC_CHANGE, .assoc_change = { .assoc_id = 2 } });
	fake_event(CLIENT_SOCKET, 10, fake_of_association(2, fake_send_failed(0, true)));
	expect(t, soon(t, comm_up(p.client)));
	expect_quiet(t, ms(50));
}

static void one_path_fails(struct trial *t)
{
	struct pair p = associated(t);

	at_client(10, 0, GS_ADDR_UNREACHABLE);
	expect(t, soon(t, addr_unreachable(p.client, 0)));
}

/* ------------------------------------------------------------------ of data and states */

static void no_room(struct trial *t)
{
	struct pair p = associated(t);

	fake_send_status(2, -EAGAIN);
	expect_delivered(t, send_messages(t, p.client, p.server, &(struct traffic){ .count = 4 }), promptly());
}

static void never_established(struct trial *t)
{
	struct peer *alone = open_peer(t, ENDPOINT_A, "client", NULL);

	expect_established(t, alone);
}

static void still_in_use(struct trial *t)
{
	struct pair p = associated(t);

	close_peer(t, p.client, CLOSE_LINGER_0);
	fake_open_status(-EADDRINUSE);
	open_peer(t, ENDPOINT_A, "client", NULL);
}

static struct scenario scenarios[] = {
	{ .name = "another",
		.body = another_event_comes,
		.verdict = VERDICT_FAIL,
		.reason = "addr_available at the client: not expected at all" },
	{ .name = "again",
		.body = one_comes_again,
		.verdict = VERDICT_FAIL,
		.reason = "addr_unreachable at the client: a duplicate" },
	{ .name = "first missing",
		.body = the_first_never_comes,
		.verdict = VERDICT_FAIL,
		.reason = "addr_potentially_failed at the client: missing" },
	{ .name = "order",
		.body = the_second_comes_first,
		.verdict = VERDICT_FAIL,
		.reason = "addr_unreachable at the client: in the wrong order, before addr_potentially_failed at the "
			  "client" },
	{ .name = "state",
		.body = another_state,
		.verdict = VERDICT_FAIL,
		.reason = "addr_available at the server: instead of addr_unreachable" },
	{ .name = "address",
		.body = another_address,
		.verdict = VERDICT_FAIL,
		.reason = "addr_unreachable at the server: the wrong address" },
	{ .name = "no association",
		.body = of_no_association,
		.verdict = VERDICT_FAIL,
		.reason = "addr_unreachable at the client names an association that its socket does not have" },
	{ .name = "tampered",
		.body = one_path_fails,
		.tamper = "assoc:3",
		.verdict = VERDICT_FAIL,
		.reason = "addr_unreachable at the client names an association that its socket does not have" },
	{ .name = "not tampered", .body = one_path_fails, .verdict = VERDICT_PASS, .reason = "" },
	{ .name = "another association",
		.body = fails_on_another_association,
		.verdict = VERDICT_FAIL,
		.reason = "send_failed at the client names another association than that the message was sent on" },
	{ .name = "no room",
		.body = no_room,
		.verdict = VERDICT_FAIL,
		.reason = "data stalls: the send buffer of the client stays full" },
	{ .name = "state of association",
		.body = never_established,
		.verdict = VERDICT_FAIL,
		.reason = "it does not hold that the association of the client is established: EINVAL" },
	{ .name = "in use",
		.body = still_in_use,
		.verdict = VERDICT_FAIL,
		.reason = "open at the client: Address already in use" },
};

#define SCENARIOS (sizeof(scenarios) / sizeof(*scenarios))

START_TEST(each_headline_names_the_fault)
{
	check_scenarios(scenarios, SCENARIOS);
}
END_TEST

/* What was expected and what has come belong together, too. */
START_TEST(the_explanation_is_about_the_same)
{
	const char *text = scenarios[2].outcome->explanation;

	ck_assert_msg(strstr(text, "expected  client: addr_potentially_failed of path 0"), "%s", text);
	ck_assert_msg(strstr(text, "got       nothing of the kind"), "%s", text);
}
END_TEST

int main(void)
{
	run_scenarios_of(scenarios, SCENARIOS);
	return RUN_TESTS("headlines", each_headline_names_the_fault, the_explanation_is_about_the_same);
}
