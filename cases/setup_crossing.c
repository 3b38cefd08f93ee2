/* SPDX-License-Identifier: Apache-2.0 */
/*
 * setup_crossing.c - both ends connect; handshakes that cookies outlive, or not; data that waits for an association
 * (RFC 9260 sections 5.1.5, 5.2.1, 5.2.4 and 5.2.6).
 */
#include "cases/requirements.h"
#include "runner/engine/case.h"

#define CLIENT_PORT 6000
#define ONE_WAY ms(20) /* of each packet */

static void slow_down(struct trial *t, unsigned path, vtime one_way)
{
	inject(t, (struct fault){ .kind = FAULT_DELAY, .path = path, .delay_us = (uint32_t)(one_way / 1000) });
}

/* ------------------------------------------------------------------ both connect */

struct crossing {
	struct row row;
	unsigned after_ms; /* the server connects so much later than the client */
	unsigned path;     /* over this one, the client over path 0 */
};

static const struct crossing crossings[] = {
	{ ROW("crossing-inits", "An end that connects while the other's INIT is under way has one association with it",
		  R_9260_5_2_1_01, R_9260_5_2_1_04, R_9260_5_2_1_12),
		.after_ms = 10 },
	{ ROW("crossing-init-ack",
		  "An INIT that crosses the INIT ACK finds the other end in COOKIE-ECHOED: one association",
		  R_9260_5_2_1_05, R_9260_5_2_1_12, R_9260_5_2_1_14),
		.after_ms = 30 },
	{ ROW("crossing-cookie-echo", "An INIT that crosses the COOKIE ECHO makes no second association",
		  R_9260_5_2_1_05, R_9260_5_2_4_12, R_9260_5_2_4_15),
		.after_ms = 50 },
};

static const struct crossing two_path_crossings[] = {
	{ ROW("crossing-other-path-at-once",
		  "Two ends that connect at the same time over different paths have one association", R_9260_5_2_1_01,
		  R_9260_5_1_2_07, R_9260_5_2_1_12),
		.after_ms = 0, .path = 1 },
	{ ROW("crossing-other-path-inits", "An INIT that crosses another on the other path makes no second association",
		  R_9260_5_2_1_01, R_9260_5_1_2_07, R_9260_5_2_1_12),
		.after_ms = 10, .path = 1 },
	{ ROW("crossing-other-path-init-ack",
		  "An INIT over the other path in COOKIE-ECHOED makes no second association", R_9260_5_2_1_05,
		  R_9260_5_1_2_07),
		.after_ms = 30, .path = 1 },
};

static void cross(struct trial *t, const struct crossing *crossing, unsigned paths)
{
	const struct pair p = strangers_with(t, &(struct peer_options){ .port = CLIENT_PORT }, NULL);

	for (unsigned path = 0; path < paths; path++)
		slow_down(t, path, ONE_WAY);
	listen_on(t, p.client);
	start_connect(t, p.client, p.server, 0);
	if (crossing->after_ms > 0)
		expect_quiet(t, ms(crossing->after_ms));
	start_connect(t, p.server, p.client, crossing->path);
	expect_at_both(t, p, soon(t, comm_up(EACH)));
	expect_established_at_both(t, p);
	expect_delivered_both_ways(t, p);
	expect_option(t, p.client, SCTP_GET_ASSOC_NUMBER, FUTURE, IS(value, 1));
	expect_option(t, p.server, SCTP_GET_ASSOC_NUMBER, FUTURE, IS(value, 1));
}

FAMILY(setup, crossings,
	.requirements = IDS(R_9260_1_3_02, /* one association between two endpoints */ R_6458_6_1_1_01),
	.topology = &topology_one_path)
{
	cross(t, row, 1);
}

FAMILY(setup, two_path_crossings, .requirements = IDS(R_9260_1_3_02, R_6458_6_1_1_01), .topology = &topology_two_paths)
{
	cross(t, row, 2);
}

/* ------------------------------------------------------------------ the life of a cookie */

struct cookie {
	struct row row;
	unsigned one_way_ms; /* a cookie comes back two of these after it was made */
	bool up;
	unsigned inits;
};

static const struct cookie cookies[] = {
	{ ROW("cookie-in-time", "A cookie that comes back within its life sets the association up", R_9260_5_1_5_07),
		.one_way_ms = 450, .up = true, .inits = 1 },
	{ ROW("cookie-stale-once",
		  "A cookie that comes back too late is answered by Stale Cookie; one that may live longer is asked "
		  "for",
		  R_9260_5_1_5_05, R_9260_5_1_5_06, R_9260_5_2_6_01, R_9260_5_2_6_03),
		.one_way_ms = 600, .up = true, .inits = 2 },
};

FAMILY(setup, cookies, .topology = &topology_one_path,
	.settings = { .valid_cookie_life = MS(1000), .cookie_preserve = ON })
{
	const struct cookie *cookie = row;
	const struct pair p = strangers(t);

	slow_down(t, 0, ms(cookie->one_way_ms));
	const vtime began = now(t);
	start_connect(t, p.client, p.server, 0);
	expect_at_both(t, p,
		within(after(began, between(0, ms(4 * cookie->one_way_ms * cookie->inits + 500))), comm_up(EACH)));
	expect_sent_exactly(t, cookie->inits, A, 0, INIT, since(t, began));
	expect_sent_exactly(t, cookie->inits - 1, B, 0, with_cause(ERROR, STALE_COOKIE), since(t, began));
}

/* ------------------------------------------------------------------ data before the association */

static const unsigned first_path[] = { 0 };

struct early {
	struct row row;
	unsigned count;
	size_t size;
	bool lost; /* the first INIT */
};

static const struct early earlies[] = {
	{ ROW("early-message", "A message that is sent while the association is set up arrives when it is",
		  R_9260_5_1_10, R_9260_5_1_11),
		.count = 1 },
	{ ROW("early-messages", "Twenty messages that are sent during set-up arrive in their order", R_9260_5_1_10,
		  R_9260_5_1_4_02),
		.count = 20 },
	{ ROW("early-fragments", "A message of 20 000 octets that is sent during set-up arrives whole", R_9260_5_1_12),
		.count = 1, .size = 20000 },
	{ ROW("early-init-lost", "Messages wait while an INIT is lost and sent again", R_9260_5_1_03), .count = 5,
		.lost = true },
};

FAMILY(setup, earlies,
	.requirements = IDS(R_9260_5_01, /* set up before the first DATA */ R_9260_5_1_16, R_6458_6_1_1_01),
	.topology = &topology_one_path)
{
	const struct early *early = row;
	const struct pair p = strangers(t);
	const struct window up = early->lost ? timer_window(duration(in_force(t)->rto_initial)) : between(0, 0);

	if (early->lost)
		inject(t, all_lost(0));
	const vtime began = now(t);
	start_connect_several(t, p.client, p.server, first_path, 1);
	struct flow *flow = send_messages(
		t, p.client, p.server, &(struct traffic){ .count = early->count, .size = early->size, .streams = 3 });
	if (early->lost) {
		expect_quiet(t, s(1));
		mend(t, all_lost(0));
	}
	expect_at_both(t, p, within(window_sum(after(began, up), promptly()), comm_up(EACH)));
	expect_delivered(t, flow, between(0, up.to + s(1)));
	expect_delivered_both_ways(t, p);
}

CASE(setup, "early-refused",
	.title = "Messages that wait for an association which is refused come back unsent with cant_assoc",
	.requirements = IDS(R_6458_6_1_1_06, R_6458_6_1_1_07, R_6458_3_2_02, R_6458_3_2_03),
	.topology = &topology_one_path)
{
	struct peer *deaf = open_peer(t, B, "deaf", &(struct peer_options){ .port = SERVER_PORT });
	struct peer *client = open_peer(t, A, "client", NULL);

	slow_down(t, 0, ONE_WAY);
	start_connect_several(t, client, deaf, first_path, 1);
	struct flow *flow = send_messages(t, client, deaf, &(struct traffic){ .count = 3 });
	expect_undelivered(t, flow);
	expect_in_order(t, soon(t, cant_assoc(client, ANY)), soon(t, send_failed(client, flow, 0, DATA_UNSENT)),
		soon(t, send_failed(client, flow, 1, DATA_UNSENT)), soon(t, send_failed(client, flow, 2, DATA_UNSENT)));
	expect_no_association(t, client);
}

CASE(setup, "early-nobody",
	.title = "Messages that wait for an association which nobody answers come back unsent when that is given up",
	.requirements = IDS(R_6458_6_1_1_07, R_6458_3_2_03, R_9260_4_05), .topology = &topology_one_path,
	.settings = { QUICK_RTO, .max_init_retransmits = 3 })
{
	const struct pair p = strangers(t);
	const vtime lost = inject(t, all_lost(0));

	start_connect_several(t, p.client, p.server, first_path, 1);
	struct flow *flow = send_messages(t, p.client, p.server, &(struct traffic){ .count = 2 });
	expect_undelivered(t, flow);
	const struct window given_up = after(lost, init_given_up(t, 1));
	expect_in_order(t, within(given_up, cant_assoc(p.client, ANY)),
		within(given_up, send_failed(p.client, flow, 0, DATA_UNSENT)),
		within(given_up, send_failed(p.client, flow, 1, DATA_UNSENT)));
	expect_sent_exactly(t, 4, A, 0, INIT, since(t, lost));
	expect_not_sent(t, A, 0, DATA, since(t, lost));
}

CASE(setup, "early-abort", .title = "An end that aborts before the association is up tells nobody but itself",
	.requirements = IDS(R_9260_9_1_01), .topology = &topology_one_path)
{
	const struct pair p = strangers(t);

	slow_down(t, 0, ONE_WAY);
	start_connect_several(t, p.client, p.server, first_path, 1);
	abort_association(t, p.client);
	expect(t, soon(t, cant_assoc(p.client, ANY)));
	expect_quiet(t, s(10));
	expect_no_association_at_both(t, p);
}
