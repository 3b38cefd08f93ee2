/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ends_states.c - ends of an association that meet data, faults and each other: ABORT in every state and with a reason,
 * autoclose, close (RFC 9260 sections 4 and 9, RFC 6458 sections 3.1.5 and 8.1.8).
 */
#include "cases/requirements.h"
#include "runner/engine/case.h"

/* ------------------------------------------------------------------ a reason */

struct reason {
	struct row row;
	const char *reason;
	bool by_server, data; /* data: both ends have some that is not acknowledged */
};

static const struct reason reasons[] = {
	{ ROW("abort-reason-none", "An ABORT without a reason has its cause all the same"), .reason = "" },
	{ ROW("abort-reason-one-octet", "A reason of one octet comes with the ABORT"), .reason = "x" },
	{ ROW("abort-reason-padded", "A reason that needs padding comes without it"), .reason = "three" },
	{ ROW("abort-reason-unpadded", "A reason that needs no padding comes whole"), .reason = "just fits" },
	{ ROW("abort-reason-by-server", "The client gets to know the server's reason"), .reason = "the server's",
		.by_server = true },
	{ ROW("abort-reason-while-data", "The reason comes though data is unacknowledged at both ends"),
		.reason = "no time", .data = true },
};

FAMILY(ends, reasons,
	.requirements = IDS(R_9260_9_1_01, R_9260_9_1_03, R_9260_9_1_04, R_9260_9_1_05, R_9260_9_1_08, R_9260_9_1_09,
		R_6458_3_1_5_03, R_6458_5_3_2_06, R_6458_5_3_4_04, R_6458_6_1_1_08, R_6458_6_1_1_11),
	.topology = &topology_one_path)
{
	const struct reason *abort = row;
	const struct pair p = settled(t);
	struct peer *by = abort->by_server ? p.server : p.client, *other = abort->by_server ? p.client : p.server;
	struct flow *there = NULL, *back = NULL;

	if (abort->data) {
		inject(t, all_lost(0));
		there = say(t, by, other);
		back = say(t, other, by);
		expect_undelivered(t, there);
		expect_undelivered(t, back);
		mend(t, all_lost(0));
	}
	abort_with(t, by, other, abort->reason);
	const struct item at_by[] = { soon(t, comm_lost(by, USER_INITIATED_ABORT)),
		abort->data ? soon(t, send_failed(by, there, 0, DATA_SENT)) : comm_lost(by, ANY) };
	const struct item at_other[] = { soon(t, with_reason(abort->reason, comm_lost(other, USER_INITIATED_ABORT))),
		abort->data ? soon(t, send_failed(other, back, 0, DATA_SENT)) : comm_lost(other, ANY) };
	expect_group(t, IN_ORDER, at_by, abort->data ? 2 : 1, NULL, NULL);
	expect_group(t, IN_ORDER, at_other, abort->data ? 2 : 1, NULL, NULL);
	expect_no_association_at_both(t, p);
	expect_quiet(t, s(10));
	expect_exchange(t, abort->by_server ? B : A, with_cause(ABORT, USER_INITIATED_ABORT));
}

/* ------------------------------------------------------------------ ABORT while it is shut down */

struct aborted {
	struct row row;
	bool data;      /* is outstanding: SHUTDOWN-PENDING, else SHUTDOWN-SENT */
	bool by_server; /* whose association is still ESTABLISHED */
};

static const struct aborted aborteds[] = {
	{ ROW("abort-in-shutdown-pending", "An end that waits for its data before SHUTDOWN can abort"), .data = true },
	{ ROW("abort-in-shutdown-sent", "An end that has sent SHUTDOWN can abort"), .data = false },
	{ ROW("peer-aborts-in-shutdown-pending", "An ABORT ends an association that is about to be shut down"),
		.data = true, .by_server = true },
	{ ROW("peer-aborts-in-shutdown-sent", "An ABORT ends an association whose SHUTDOWN was lost"), .data = false,
		.by_server = true },
};

FAMILY(ends, aborteds, .requirements = IDS(R_9260_4_16, R_9260_4_17, R_9260_9_1_01, R_9260_9_1_07, R_6458_6_1_1_02),
	.topology = &topology_one_path)
{
	const struct aborted *aborted = row;
	const struct pair p = settled(t);
	struct flow *flow = NULL;

	inject(t, all_lost(0));
	if (aborted->data) {
		flow = say(t, p.client, p.server);
		expect_undelivered(t, flow);
	}
	shut_down(t, p.client);
	mend(t, all_lost(0));
	if (aborted->by_server)
		abort_with(t, p.server, p.client, "");
	else
		abort_with(t, p.client, p.server, "");
	const struct item items[] = { soon(t, comm_lost(p.client, USER_INITIATED_ABORT)),
		aborted->data ? soon(t, send_failed(p.client, flow, 0, DATA_SENT)) : comm_lost(p.client, ANY) };
	expect_group(t, IN_ORDER, items, aborted->data ? 2 : 1, NULL, NULL);
	expect(t, soon(t, comm_lost(p.server, USER_INITIATED_ABORT)));
	expect_quiet(t, s(10));
	expect_exchange(t, aborted->by_server ? B : A, with_cause(ABORT, USER_INITIATED_ABORT));
}

/* ------------------------------------------------------------------ autoclose */

#define AUTOCLOSE 10 /* s */

static struct pair that_closes(struct trial *t)
{
	return settled_with(t, &(struct peer_options){ .autoclose_s = AUTOCLOSE }, NULL);
}

static void closes(struct trial *t, struct pair p, struct window closed)
{
	expect(t, within(closed, shutdown_comp(p.client)));
	expect_in_order(t, within(closed, shutdown_event(p.server)), within(closed, shutdown_comp(p.server)));
	expect_no_association_at_both(t, p);
}

struct use {
	struct row row;
	bool by_server;
};

static const struct use uses[] = {
	{ ROW("autoclose-after-sending", "Messages sent every 6 s keep an association from its autoclose of 10 s") },
	{ ROW("autoclose-after-receiving",
		  "Messages received every 6 s keep an association from its autoclose of 10 s"),
		.by_server = true },
};

FAMILY(ends, uses, .requirements = IDS(R_6458_8_1_8_01, R_6458_8_1_8_03), .topology = &topology_one_path)
{
	const struct use *use = row;
	const struct pair p = that_closes(t);
	struct flow *flow = send_messages(t, use->by_server ? p.server : p.client, use->by_server ? p.client : p.server,
		&(struct traffic){ .count = 10, .interval = s(6) });

	expect_delivered(t, flow, promptly());
	closes(t, p, after(flow_sent_at(flow, 9), timer_window(s(AUTOCLOSE))));
	expect_exchange(t, A, SHUTDOWN, B, SHUTDOWN_ACK, A, SHUTDOWN_COMPLETE);
}

CASE(ends, "autoclose-path-dead", .title = "An autoclose whose SHUTDOWN is lost sends it again until it arrives",
	.requirements = IDS(R_6458_8_1_8_01, R_9260_9_2_05, R_9260_9_2_06), .topology = &topology_one_path)
{
	const struct pair p = that_closes(t);
	struct flow *last = say(t, p.client, p.server);

	expect_delivered(t, last, promptly());
	expect_quiet(t, s(5));
	const vtime lost = inject(t, all_lost(0));
	const struct window shut = after(flow_sent_at(last, 0), timer_window(s(AUTOCLOSE)));
	/* it has been sent for certain, and not again */
	expect_quiet(t, (shut.to + shut.from + rto_after(t, doubled(0))) / 2 - now(t));
	mend(t, all_lost(0));
	closes(t, p, window_sum(shut, t3_rtx(t, doubled(0))));
	expect_sent_exactly(t, 2, A, 0, SHUTDOWN, since(t, lost));
}

CASE(ends, "autoclose-data-outstanding", .title = "Data that is sent again is use of the association: autoclose waits",
	.requirements = IDS(R_6458_8_1_8_01, R_6458_8_1_8_03), .topology = &topology_one_path,
	.settings = { .pf_enable = OFF })
{
	const struct pair p = that_closes(t);

	inject(t, all_lost(0));
	struct flow *flow = say(t, p.client, p.server);
	expect_quiet(t, s(AUTOCLOSE - 1));
	mend(t, all_lost(0));
	/* T3-rtx has expired after 1, 3 and 7 s, and does so again after 15 */
	expect_delivered(t, flow, between(s(15), s(16)));
	closes(t, p, after(now(t), timer_window(s(AUTOCLOSE))));
	expect_exchange(t, A, SHUTDOWN, B, SHUTDOWN_ACK, A, SHUTDOWN_COMPLETE);
}

/* ------------------------------------------------------------------ close, and both at once */

/* RFC 6458 section 3.1.5 knows no other end by close() than the graceful one. */
CASE(ends, "close-unread", .title = "Closing a socket with unread data shuts the association down gracefully",
	.requirements = IDS(R_6458_3_1_5_01), .topology = &topology_one_path)
{
	const struct pair p = settled(t);

	stop_reading(t, p.server);
	struct flow *flow = send_messages(t, p.client, p.server, &(struct traffic){ .count = 3 });
	expect_undelivered(t, flow);
	expect_quiet(t, s(1));
	close_peer(t, p.server, CLOSE_GRACEFULLY);
	expect_in_order(t, soon(t, shutdown_event(p.client)), soon(t, shutdown_comp(p.client)));
}

struct dead_close {
	struct row row;
	unsigned count; /* messages that are outstanding */
};

static const struct dead_close dead_closes[] = {
	{ ROW("close-shutdown-lost", "A socket is closed, and its SHUTDOWN lost: it is sent again", R_9260_9_2_05,
		  R_9260_9_2_06),
		.count = 0 },
	{ ROW("close-message-lost", "A socket is closed while a message is lost: it arrives before SHUTDOWN",
		  R_9260_9_2_01, R_9260_9_2_02),
		.count = 1 },
	{ ROW("close-messages-lost", "A socket is closed while ten messages are lost: they arrive before SHUTDOWN",
		  R_9260_9_2_01, R_9260_9_2_02),
		.count = 10 },
};

FAMILY(ends, dead_closes, .requirements = IDS(R_6458_3_1_5_01, R_9260_9_01), .topology = &topology_one_path)
{
	const struct dead_close *close = row;
	const struct pair p = settled(t);
	const vtime lost = inject(t, all_lost(0));
	struct flow *flow = NULL;

	if (close->count > 0)
		flow = send_messages(t, p.client, p.server, &(struct traffic){ .count = close->count });
	close_peer(t, p.client, CLOSE_GRACEFULLY);
	expect_quiet(t, ms(500));
	mend(t, all_lost(0));
	const struct window again = window_sum(t3_rtx(t, doubled(0)), between(0, promptly().to));
	if (flow != NULL)
		expect_delivered(t, flow, again);
	expect_in_order(t, within(after(lost, again), shutdown_event(p.server)),
		within(after(lost, again), shutdown_comp(p.server)));
	expect_sent_exactly(t, close->count > 0 ? 1 : 2, A, 0, SHUTDOWN, since(t, lost));
	expect_quiet(t, s(10));
}

CASE(ends, "both-at-once-data", .title = "Two ends that shut down at the same time both get the other's data before",
	.requirements = IDS(R_9260_9_2_01, R_9260_9_2_16, R_9260_9_2_31, R_9260_9_2_40), .topology = &topology_one_path)
{
	const struct pair p = settled(t);
	static const struct traffic traffic = { .count = 20, .size = 1000, .streams = 4 };

	inject(t, (struct fault){ .kind = FAULT_DELAY, .path = 0, .delay_us = 20000 });
	struct flow *there = send_messages(t, p.client, p.server, &traffic);
	struct flow *back = send_messages(t, p.server, p.client, &traffic);
	shut_down(t, p.client);
	shut_down(t, p.server);
	expect_delivered(t, there, between(0, s(2)));
	expect_delivered(t, back, between(0, s(2)));
	expect_at_both(t, p, within(after(now(t), between(-s(1), s(1))), shutdown_comp(EACH)));
	expect_no_association_at_both(t, p);
}
