/* SPDX-License-Identifier: Apache-2.0 */
/* ends_data.c - what becomes of data and of other associations when one ends; autoclose while a path fails (RFC 9260
 * section 9, RFC 6458 sections 3.1, 8.1.4 and 8.1.8). */
#include "cases/clients.h"
#include "cases/requirements.h"
#include "runner/engine/case.h"

#include <stdio.h>

/* ------------------------------------------------------------------ linger 0 */

struct unsent {
	struct row row;
	struct traffic traffic;
};

static const struct unsent unsents[] = {
	{ ROW("linger-0-data", "Closing with linger 0 aborts at once though a message is unacknowledged"),
		.traffic = { .count = 1 } },
	{ ROW("linger-0-data-queued", "Closing with linger 0 aborts at once though data waits to be sent"),
		.traffic = { .count = 100, .size = 1000, .streams = 3 } },
	{ ROW("linger-0-fragments", "Closing with linger 0 aborts at once in the middle of a message"),
		.traffic = { .size = 60000 } },
};

FAMILY(ends, unsents, .requirements = IDS(R_6458_8_1_4_01, R_9260_9_1_01, R_9260_9_1_03, R_9260_9_1_04, R_9260_9_1_08),
	.tags = TAGS("data", "chunks"), .topology = &topology_one_path)
{
	const struct unsent *unsent = row;
	const struct pair p = settled(t);
	const vtime began = inject(t, chunks_lost(every(DATA), 0, A_TO_B));
	struct flow *flow = send_messages(t, p.client, p.server, &unsent->traffic);

	expect_undelivered(t, flow);
	expect_quiet(t, ms(100));
	close_peer(t, p.client, CLOSE_LINGER_0);
	expect(t, soon(t, comm_lost(p.server, USER_INITIATED_ABORT)));
	expect_no_association(t, p.server);
	expect_quiet(t, s(100));
	expect_exchange(t, A, with_cause(ABORT, USER_INITIATED_ABORT));
	expect_not_sent(t, A, 0, SHUTDOWN, since(t, began));
}

/* ------------------------------------------------------------------ linger, with data */

/* A one-to-one client, and a path of 50 ms. */
static struct pair lingering(struct trial *t)
{
	const struct pair p = settled_with(t, &(struct peer_options){ .one_to_one = true }, NULL);

	inject(t, all_slow(ms(50), 0, BOTH_WAYS));
	return p;
}

CASE(ends, "linger-data",
	.title = "close with linger comes back when the data has arrived and the association has ended",
	.requirements = IDS(R_6458_4_1_6_01, R_9260_9_2_01), .tags = TAGS("data"), .topology = &topology_one_path)
{
	const struct pair p = lingering(t);
	struct flow *flow = send_messages(t, p.client, p.server, &(struct traffic){ .count = 60, .size = 1000 });
	struct waiting *closes = start_lingering_close(t, p.client, 30);

	expect_quiet(t, ms(120));
	expect_waiting(t, closes);
	expect_delivered(t, flow, between(ms(50), s(2)));
	/* the SACK, or SHUTDOWN's answer */
	expect_returned(t, closes, 0, allowing(ms(500), between(now(t), now(t) + ms(500))));
	expect_in_order(t, within(between(now(t) - ms(500), now(t) + ms(100)), shutdown_event(p.server)),
		within(between(now(t) - ms(500), now(t) + ms(100)), shutdown_comp(p.server)));
}

CASE(ends, "linger-data-path-dead",
	.title = "close with linger comes back after its time though data waits, which arrives when the path is mended",
	.requirements = IDS(R_6458_8_1_4_03, R_6458_4_1_6_01, R_9260_9_2_01), .tags = TAGS("data", "loss"),
	.topology = &topology_one_path, .settings = { .pf_enable = OFF, .hb_interval = MS(3600000) })
{
	const struct pair p = lingering(t);
	const struct fault dead = chunks_lost(every(ANY_PACKET), 0, BOTH_WAYS);
	const vtime lost = inject(t, dead);
	struct flow *flow = send_messages(t, p.client, p.server, &(struct traffic){ .count = 20, .size = 1000 });
	struct waiting *closes = start_lingering_close(t, p.client, 2);

	expect_returned(t, closes, 0, after(lost, allowing(ms(500), timer_window(s(2)))));
	mend(t, dead);
	/* T3-rtx has expired after 1 s, and does so again after 3 */
	expect_delivered(t, flow, between(s(3), s(5)));
	expect_in_order(t, within(between(now(t) - ms(500), now(t) + s(1)), shutdown_event(p.server)),
		within(between(now(t) - ms(500), now(t) + s(1)), shutdown_comp(p.server)));
}

/* ------------------------------------------------------------------ one of many */

/* What an event or a message names as its association is looked at for each of them. */
CASE(ends, "one-of-a-hundred",
	.title = "Of a hundred associations of one socket each brings its messages, and one that aborts is alone in "
		 "that",
	.requirements = IDS(R_6458_3_1_01, R_6458_6_1_1_10, R_9260_9_1_08), .tags = TAGS("data"),
	.topology = &topology_one_path)
{
	enum { ABORTS = 37 };
	struct peer *server = open_peer(t, B, "server", &(struct peer_options){ .port = SERVER_PORT });
	struct peer *clients[CLIENTS];
	struct flow *flows[CLIENTS];

	listen_on(t, server);
	for (unsigned i = 0; i < CLIENTS; i++)
		clients[i] = connect_client(t, server, i, NULL);
	/* all of them under way at once */
	inject(t, all_slow(ms(20), 0, BOTH_WAYS));
	for (int i = 0; i < CLIENTS; i++)
		flows[i] = send_messages(t, clients[i], server, &(struct traffic){ .count = 3, .streams = 2 });
	for (int i = 0; i < CLIENTS; i++)
		expect_delivered(t, flows[i], between(ms(20), ms(500)));
	/* they have been acknowledged */
	expect_quiet(t, ms(300));
	abort_with(t, clients[ABORTS], server, "no patience at 37");
	expect(t, soon(t, comm_lost(clients[ABORTS], USER_INITIATED_ABORT)));
	expect(t,
		soon(t,
			with_reason("no patience at 37",
				of_association_with(clients[ABORTS], comm_lost(server, USER_INITIATED_ABORT)))));
	for (int i = 0; i < CLIENTS; i++)
		if (i != ABORTS)
			expect_established(t, clients[i]);
	for (int i = 0; i < 12; i++)
		expect_delivered_both_ways(t, (struct pair){ clients[ABORTS - 6 + i + (i >= 6)], server });
}

/* ------------------------------------------------------------------ autoclose while a path fails */

#define AUTOCLOSE 60 /* s */

static struct pair that_closes(struct trial *t)
{
	return settled_with(t, &(struct peer_options){ .autoclose_s = AUTOCLOSE }, NULL);
}

static void closes(struct trial *t, struct pair p, vtime last)
{
	const struct window closed = after(last, timer_window(s(AUTOCLOSE)));

	expect(t, within(closed, shutdown_comp(p.client)));
	expect_in_order(t, within(closed, shutdown_event(p.server)), within(closed, shutdown_comp(p.server)));
	expect_no_association_at_both(t, p);
}

CASE(ends, "autoclose-outage", .title = "An outage in the idle time does not put autoclose off",
	.requirements = IDS(R_6458_8_1_8_01, R_6458_8_1_8_03), .tags = TAGS("idle", "loss"),
	.topology = &topology_one_path,
	.settings = { QUICK_RTO, .hb_interval = MS(5000), .association_max_retrans = 5 })
{
	const struct pair p = that_closes(t);
	struct flow *last = say(t, p.client, p.server);

	expect_delivered(t, last, promptly());
	/* it has been acknowledged */
	expect_quiet(t, ms(500));
	inject(t, all_lost(0));
	expect_quiet(t, idle_outage_survived(t));
	mend(t, all_lost(0));
	closes(t, p, flow_sent_at(last, 0));
	expect_exchange(t, A, SHUTDOWN, B, SHUTDOWN_ACK, A, SHUTDOWN_COMPLETE);
}

CASE(ends, "autoclose-failover",
	.title = "Autoclose comes in its time over the other path when the primary fails in the idle time",
	.requirements = IDS(R_6458_8_1_8_01, R_6458_8_1_8_03, R_9260_8_2_03), .tags = TAGS("idle", "loss"),
	.topology = &topology_two_paths, .settings = { QUICK_RTO, .hb_interval = MS(5000), .path_max_retrans = 2 })
{
	const struct pair p = that_closes(t);
	struct flow *last = say(t, p.client, p.server);

	expect_delivered(t, last, promptly());
	/* it has been acknowledged */
	expect_quiet(t, ms(500));
	const vtime lost = inject(t, all_lost(0));
	expect_at_both(t, p, within(after(lost, idle_unreachable(t)), addr_unreachable(EACH, 0)));
	closes(t, p, flow_sent_at(last, 0));
	expect_not_sent(t, A, 0, SHUTDOWN, since(t, lost));
	expect_sent_exactly(t, 1, A, 1, SHUTDOWN, since(t, lost));
}
