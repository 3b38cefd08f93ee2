/* SPDX-License-Identifier: Apache-2.0 */
/* events_order.c - events that end what was begun, and in which order they come (RFC 6458 sections 6.1.7 and 6.1.8). */
#include "cases/requirements.h"
#include "runner/engine/case.h"

/* ------------------------------------------------------------------ a message that was delivered in part */

struct part {
	struct row row;
	bool by_server; /* the receiver itself aborts */
	bool untold;    /* it has not asked for the event */
	uint16_t stream;
};

static const struct part parts[] = {
	{ ROW("partial-delivery-aborted",
		"A message that was read in part ends with an event when its sender aborts") },
	{ ROW("partial-delivery-aborted-stream-5", "The event names the stream of the message that was read in part"),
		.stream = 5 },
	{ ROW("partial-delivery-untold", "Who has not asked is not told that a message ends early"), .untold = true },
	{ ROW("partial-delivery-own-abort",
		  "A message that was read in part ends with an event when its reader aborts"),
		.by_server = true },
};

FAMILY(events, parts,
	.requirements = IDS(R_6458_6_1_7_01, /* SCTP_PARTIAL_DELIVERY_ABORTED */ R_6458_3_1_4_11, R_9260_6_9_18),
	.topology = &topology_one_path)
{
	const struct part *part = row;
	const struct pair p = settled(t);

	/* how the rest comes back is another matter */
	unsubscribe(t, p.client, SEND_FAILED);
	if (part->untold)
		unsubscribe(t, p.server, PARTIAL_DELIVERY_EVENT);
	set_option(t, p.server, SCTP_PARTIAL_DELIVERY_POINT, FUTURE, IS(value, 2000));
	inject(t, (struct fault){ .kind = FAULT_DELAY, .path = 0, .delay_us = 20000 });
	/* many rounds of slow start */
	struct flow *flow =
		send_messages(t, p.client, p.server, &(struct traffic){ .size = 100000, .first_stream = part->stream });
	expect_undelivered(t, flow);
	expect_quiet(t, ms(70));
	if (part->by_server)
		abort_with(t, p.server, p.client, "");
	else
		abort_with(t, p.client, p.server, "");
	const struct item at_server[] = { soon(t, comm_lost(p.server, USER_INITIATED_ABORT)),
		soon(t, partial_delivery_aborted(p.server, part->stream)) };
	expect_group(t, IN_ANY_ORDER, at_server, part->untold ? 1 : 2, NULL, NULL);
	expect(t, soon(t, comm_lost(p.client, USER_INITIATED_ABORT)));
}

CASE(events, "path-then-association",
	.title = "The last path is unreachable before the association is lost, and messages come back after that",
	.requirements = IDS(R_6458_6_1_1_03, R_6458_6_1_2_04, R_6458_6_1_11_01), .topology = &topology_two_paths,
	.settings = { QUICK_RTO, .path_max_retrans = 1, .association_max_retrans = 4 })
{
	const struct pair p = settled(t);
	const vtime lost = inject(t, all_lost(0));

	inject(t, all_lost(1));
	struct flow *flow = send_messages(t, p.client, p.server, &(struct traffic){ .count = 3 });
	expect_undelivered(t, flow);
	const struct window dead = after(lost, between(0, data_comm_lost(t, 2).to));
	never(t, comm_up(p.server));
	expect_in_order(t, within(dead, addr_unreachable(p.client, 0)), within(dead, addr_unreachable(p.client, 1)),
		within(dead, comm_lost(p.client, 0)), within(dead, send_failed(p.client, flow, 0, DATA_SENT)),
		within(dead, send_failed(p.client, flow, 1, DATA_SENT)),
		within(dead, send_failed(p.client, flow, 2, DATA_SENT)));
	expect_all(t, within(after(lost, idle_unreachable(t)), addr_unreachable(p.server, 0)),
		within(after(lost, idle_unreachable(t)), addr_unreachable(p.server, 1)));
	expect(t, within(after(lost, idle_comm_lost(t, 2)), comm_lost(p.server, 0)));
}

/* ------------------------------------------------------------------ keys */

static const char key[] = "a key of both ends";

/* A pair whose DATA is authenticated, with a key of that number at both ends. */
static struct pair authenticated(struct trial *t, uint16_t number)
{
	const struct pair p = strangers(t);
	struct peer *const ends[] = { p.client, p.server };

	for (size_t i = 0; i < 2; i++) {
		set_option(t, ends[i], SCTP_AUTH_CHUNK, FUTURE, IS(sauth_chunk, DATA));
		subscribe(t, ends[i], AUTHENTICATION_EVENT);
	}
	associate(t, p);
	settle(t, p);
	for (size_t i = 0; i < 2; i++)
		set_option(t, ends[i], SCTP_AUTH_KEY, ASSOCIATION, IS(sca_keynumber, number), TEXT(sca_key, key));
	return p;
}

CASE(events, "new-key", .title = "The first message with a new key tells its receiver of the key",
	.requirements = IDS(R_6458_6_1_8_01), .topology = &topology_one_path, .settings = { .auth = ON })
{
	const struct pair p = authenticated(t, 7);

	set_option(t, p.client, SCTP_AUTH_ACTIVE_KEY, ASSOCIATION, IS(scact_keynumber, 7));
	const struct window told = after(now(t), promptly());
	struct flow *flow = say(t, p.client, p.server);
	expect(t, within(told, authentication(p.server, NEW_KEY, 7)));
	expect_delivered(t, flow, promptly());
	expect_quiet(t, s(1));
}

CASE(events, "free-key", .title = "A key that is deactivated, and that no message needs, is told to be free",
	.requirements = IDS(R_6458_6_1_8_03), .topology = &topology_one_path, .settings = { .auth = ON })
{
	const struct pair p = authenticated(t, 7);

	const struct window told = after(now(t), promptly());
	set_option(t, p.client, SCTP_AUTH_DEACTIVATE_KEY, ASSOCIATION, IS(scact_keynumber, 7));
	expect(t, within(told, authentication(p.client, FREE_KEY, 7)));
	expect_quiet(t, s(1));
}
