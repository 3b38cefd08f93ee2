/* SPDX-License-Identifier: Apache-2.0 */
/* reconfig.c - streams that begin anew, and more of them (RFC 6525): asked, granted, denied, lost. */
#include <errno.h>

#include "cases/requirements.h"
#include "runner/engine/case.h"

#define EVERYTHING (SCTP_ENABLE_RESET_STREAM_REQ | SCTP_ENABLE_RESET_ASSOC_REQ | SCTP_ENABLE_CHANGE_ASSOC_REQ)

AREA(reconfig, R_6525_3_1_01, R_6525_5_1_1_03, R_6525_6_2_01, R_6525_6_3_1_01);

/* An association whose ends let the other ask for these (SCTP_ENABLE_*), and tell of it. */
static struct pair able_to(struct trial *t, int client_allows, int server_allows)
{
	const struct pair p = strangers(t);
	struct peer *const ends[] = { p.client, p.server };
	const int allowed[] = { client_allows, server_allows };

	for (size_t i = 0; i < 2; i++) {
		set_option(t, ends[i], SCTP_ENABLE_STREAM_RESET, FUTURE, IS(assoc_value, allowed[i]));
		subscribe(t, ends[i], STREAM_RESET_EVENT);
		subscribe(t, ends[i], ASSOC_RESET_EVENT);
		subscribe(t, ends[i], STREAM_CHANGE_EVENT);
	}
	associate(t, p);
	confirm_addresses(t, p);
	settle(t, p);
	return p;
}

/* Three messages each way on each of the streams 0 to 3. */
static void expect_streams_served(struct trial *t, struct pair p)
{
	static const struct traffic traffic = { .count = 12, .streams = 4 };

	expect_delivered(t, send_messages(t, p.client, p.server, &traffic), promptly());
	expect_delivered(t, send_messages(t, p.server, p.client, &traffic), promptly());
}

/* ---- Granted ---- */

#define STREAMS_1_AND_3 (1 << 1 | 1 << 3)

struct reset {
	struct row row;
	struct option_value asks[4];
	int64_t streams; /* of both events; bits, or 0: all */
	bool outgoing, incoming;
};

static const struct reset resets[] = {
	{ ROW("outgoing", "Outgoing streams that are reset begin anew, and both ends are told which", R_6525_4_1_01,
		  R_6525_5_1_2_03, R_6525_5_2_2_03, R_6525_5_2_2_04),
		.asks = { IS(srs_flags, SCTP_STREAM_RESET_OUTGOING), IS(srs_stream_list, 1), IS(srs_stream_list, 3) },
		.streams = STREAMS_1_AND_3, .outgoing = true },
	{ ROW("outgoing-all", "All outgoing streams are reset by an empty list", R_6525_4_1_01, R_6525_5_1_2_03,
		  R_6525_5_2_2_03, R_6525_5_2_2_04),
		.asks = { IS(srs_flags, SCTP_STREAM_RESET_OUTGOING) }, .outgoing = true },
	{ ROW("incoming", "Incoming streams are reset when the peer does it, and both ends are told which",
		  R_6525_4_2_01, R_6525_5_1_3_01, R_6525_5_2_3_01, R_6525_5_1_2_02),
		.asks = { IS(srs_flags, SCTP_STREAM_RESET_INCOMING), IS(srs_stream_list, 1), IS(srs_stream_list, 3) },
		.streams = STREAMS_1_AND_3, .incoming = true },
	{ ROW("incoming-all", "All incoming streams are reset by an empty list", R_6525_4_2_01, R_6525_5_1_3_01,
		  R_6525_5_2_3_01),
		.asks = { IS(srs_flags, SCTP_STREAM_RESET_INCOMING) }, .incoming = true },
	{ ROW("both", "Streams are reset in both directions by one request", R_6525_3_1_02, R_6525_5_1_2_03,
		  R_6525_5_2_3_01),
		.asks = { IS(srs_flags, SCTP_STREAM_RESET_OUTGOING | SCTP_STREAM_RESET_INCOMING),
			IS(srs_stream_list, 1), IS(srs_stream_list, 3) },
		.streams = STREAMS_1_AND_3, .outgoing = true, .incoming = true },
};

static void expect_reset(struct trial *t, struct pair p, const struct reset *reset, struct window window)
{
	struct item items[4];
	size_t count = 0;

	if (reset->outgoing) {
		items[count++] = within(window, stream_reset(p.client, RESET_OUTGOING, reset->streams));
		items[count++] = within(window, stream_reset(p.server, RESET_INCOMING, reset->streams));
	}
	if (reset->incoming) {
		items[count++] = within(window, stream_reset(p.client, RESET_INCOMING, reset->streams));
		items[count++] = within(window, stream_reset(p.server, RESET_OUTGOING, reset->streams));
	}
	expect_group(t, IN_ANY_ORDER, items, count, NULL, NULL);
}

FAMILY(reconfig, resets,
	.requirements = IDS(R_6525_6_1_1_01, R_6525_6_3_2_01, R_6525_5_1_7_01, R_6525_5_2_1_01, R_6525_5_2_7_01),
	.topology = &topology_one_path, .settings = { .reconf = ON })
{
	const struct reset *reset = row;
	const struct pair p = able_to(t, EVERYTHING, EVERYTHING);

	expect_streams_served(t, p);
	const vtime asked = now(t);
	set_option_to(t, p.client, SCTP_RESET_STREAMS, ASSOCIATION, reset->asks);
	expect_reset(t, p, reset, shortly_after(asked));
	expect_streams_served(t, p);
}

CASE(reconfig, "association", .title = "All numbers begin anew by a reset of the association, and both ends are told",
	.requirements = IDS(R_6525_4_3_01, R_6525_4_4_01, R_6525_5_2_4_03, R_6525_5_2_4_04, R_6525_5_2_4_07,
		R_6525_5_2_4_08, R_6525_6_1_2_01, R_6525_6_3_3_01),
	.topology = &topology_one_path, .settings = { .reconf = ON })
{
	const struct pair p = able_to(t, EVERYTHING, EVERYTHING);

	expect_streams_served(t, p);
	const vtime asked = now(t);
	set_option(t, p.client, SCTP_RESET_ASSOC, ASSOCIATION);
	expect_at_both(t, p, soon(t, assoc_reset(EACH, 0)));
	expect_sent_exactly(t, 1, A, 0, RE_CONFIG, since(t, asked));
	expect_sent_exactly(t, 1, B, 0, RE_CONFIG, since(t, asked));
	expect_streams_served(t, p);
	set_option(t, p.server, SCTP_RESET_ASSOC, ASSOCIATION);
	expect_at_both(t, p, soon(t, assoc_reset(EACH, 0)));
	expect_streams_served(t, p);
}

struct addition {
	struct row row;
	struct option_value asks[3];
	uint16_t outgoing, incoming; /* how many */
};

static const struct addition additions[] = {
	{ ROW("add-outgoing", "Outgoing streams that are added can be used", R_6525_4_5_01, R_6525_5_2_5_01),
		.asks = { IS(sas_outstrms, 3) }, .outgoing = 3 },
	{ ROW("add-incoming", "Incoming streams that are added can be used by the peer", R_6525_4_6_01,
		  R_6525_5_2_6_01),
		.asks = { IS(sas_instrms, 2) }, .incoming = 2 },
	{ ROW("add-both", "Streams are added in both directions by one request", R_6525_3_1_02, R_6525_5_2_5_01,
		  R_6525_5_2_6_01),
		.asks = { IS(sas_outstrms, 3), IS(sas_instrms, 2) }, .outgoing = 3, .incoming = 2 },
};

FAMILY(reconfig, additions, .requirements = IDS(R_6525_6_1_3_01, R_6525_6_3_4_01), .topology = &topology_one_path,
	.settings = { .reconf = ON })
{
	const struct addition *addition = row;
	const struct pair p = able_to(t, EVERYTHING, EVERYTHING);
	const struct traffic tenth = { .first_stream = 10 },
			     last_out = { .first_stream = (uint16_t)(9 + addition->outgoing) },
			     last_in = { .first_stream = (uint16_t)(9 + addition->incoming) };
	struct item items[4];
	size_t count = 0;

	expect_refused(t, p.client, p.server, &tenth, EINVAL);
	expect_refused(t, p.server, p.client, &tenth, EINVAL);
	const vtime asked = now(t);
	set_option_to(t, p.client, SCTP_ADD_STREAMS, ASSOCIATION, addition->asks);
	/* what the numbers are is for events.stream-change */
	if (addition->outgoing) {
		items[count++] = within(shortly_after(asked), stream_change(p.client, 0, ANY, ANY));
		items[count++] = within(shortly_after(asked), stream_change(p.server, 0, ANY, ANY));
	}
	if (addition->incoming) {
		items[count++] = within(shortly_after(asked), stream_change(p.client, 0, ANY, ANY));
		items[count++] = within(shortly_after(asked), stream_change(p.server, 0, ANY, ANY));
	}
	expect_group(t, IN_ANY_ORDER, items, count, NULL, NULL);
	expect_option(t, p.client, SCTP_STATUS, ASSOCIATION, IS(sstat_outstrms, 10 + addition->outgoing),
		IS(sstat_instrms, 10 + addition->incoming));
	expect_option(t, p.server, SCTP_STATUS, ASSOCIATION, IS(sstat_outstrms, 10 + addition->incoming),
		IS(sstat_instrms, 10 + addition->outgoing));
	if (addition->outgoing)
		expect_delivered(t, send_messages(t, p.client, p.server, &last_out), promptly());
	if (addition->incoming)
		expect_delivered(t, send_messages(t, p.server, p.client, &last_in), promptly());
	expect_streams_served(t, p);
}

/* ---- Refused ---- */

struct request {
	struct row row;
	int option;
	int error;
	struct option_value asks[3];
};

static const struct request out_of_range[] = {
	{ ROW("refused-stream", "A stream that there is not cannot be reset", R_6525_6_3_2_02),
		.option = SCTP_RESET_STREAMS, .error = EINVAL,
		.asks = { IS(srs_flags, SCTP_STREAM_RESET_OUTGOING), IS(srs_stream_list, 10) } },
	{ ROW("refused-incoming-stream", "A stream that the peer has not cannot be reset", R_6525_6_3_2_02),
		.option = SCTP_RESET_STREAMS, .error = EINVAL,
		.asks = { IS(srs_flags, SCTP_STREAM_RESET_INCOMING), IS(srs_stream_list, 10) } },
	{ ROW("refused-too-many-out", "No more than 65 535 outgoing streams can be asked for", R_6525_5_1_5_01),
		.option = SCTP_ADD_STREAMS, .error = EINVAL, .asks = { IS(sas_outstrms, 65526) } },
	{ ROW("refused-too-many-in", "No more than 65 535 incoming streams can be asked for", R_6525_5_1_6_01),
		.option = SCTP_ADD_STREAMS, .error = EINVAL, .asks = { IS(sas_instrms, 65526) } },
};

FAMILY(reconfig, out_of_range, .topology = &topology_one_path, .settings = { .reconf = ON })
{
	const struct request *request = row;
	const struct pair p = able_to(t, EVERYTHING, EVERYTHING);
	const vtime asked = now(t);

	expect_set_refused(t, p.client, request->option, ASSOCIATION, request->error, request->asks);
	expect_quiet(t, s(1));
	expect_not_sent(t, A, 0, RE_CONFIG, since(t, asked));
	expect_streams_served(t, p);
}

static const struct request requests[] = {
	{ ROW("streams", "a stream reset"), .option = SCTP_RESET_STREAMS,
		.asks = { IS(srs_flags, SCTP_STREAM_RESET_OUTGOING) } },
	{ ROW("association", "a reset of the association"), .option = SCTP_RESET_ASSOC },
	{ ROW("add", "more streams"), .option = SCTP_ADD_STREAMS, .asks = { IS(sas_outstrms, 1) } },
};

/* Each of the three must be refused with this errno, and nothing is sent. */
static void expect_nothing_asked(struct trial *t, struct pair p, int error)
{
	const vtime asked = now(t);

	for (size_t i = 0; i < 3; i++)
		expect_set_refused(t, p.client, requests[i].option, ASSOCIATION, error, requests[i].asks);
	expect_quiet(t, s(1));
	expect_not_sent(t, A, 0, RE_CONFIG, since(t, asked));
	expect_streams_served(t, p);
}

CASE(reconfig, "not-allowed-here", .title = "Who does not allow requests can make none: ENOPROTOOPT",
	.requirements = IDS(R_6525_6_3_1_01), .topology = &topology_one_path, .settings = { .reconf = ON })
{
	expect_nothing_asked(t, able_to(t, 0, EVERYTHING), ENOPROTOOPT);
}

CASE(reconfig, "peer-without", .title = "A peer without RE-CONFIG is asked for nothing: ENOPROTOOPT",
	.requirements = IDS(R_6525_5_1_01, R_6525_5_1_02), .topology = &topology_one_path, .at_a = { .reconf = ON },
	.at_b = { .reconf = OFF })
{
	const struct pair p = able_to(t, EVERYTHING, EVERYTHING);

	expect_option(t, p.client, SCTP_RECONFIG_SUPPORTED, ASSOCIATION, IS(assoc_value, 0));
	expect_nothing_asked(t, p, ENOPROTOOPT);
}

CASE(reconfig, "denied-streams", .title = "A peer that does not allow it denies a stream reset, and the asker is told",
	.requirements = IDS(R_6525_6_1_1_02, R_6525_4_4_02), .topology = &topology_one_path,
	.settings = { .reconf = ON })
{
	const struct pair p = able_to(t, EVERYTHING, 0);

	expect_streams_served(t, p);
	set_option(t, p.client, SCTP_RESET_STREAMS, ASSOCIATION, IS(srs_flags, SCTP_STREAM_RESET_OUTGOING),
		IS(srs_stream_list, 1), IS(srs_stream_list, 3));
	expect(t, soon(t, stream_reset(p.client, RESET_OUTGOING | RESET_DENIED, STREAMS_1_AND_3)));
	expect_streams_served(t, p);
}

CASE(reconfig, "denied-incoming", .title = "A peer that does not allow it denies to reset its streams",
	.requirements = IDS(R_6525_6_1_1_02, R_6525_5_2_3_03), .topology = &topology_one_path,
	.settings = { .reconf = ON })
{
	const struct pair p = able_to(t, EVERYTHING, 0);

	expect_streams_served(t, p);
	set_option(t, p.client, SCTP_RESET_STREAMS, ASSOCIATION, IS(srs_flags, SCTP_STREAM_RESET_INCOMING),
		IS(srs_stream_list, 1), IS(srs_stream_list, 3));
	expect(t, soon(t, stream_reset(p.client, RESET_INCOMING | RESET_DENIED, STREAMS_1_AND_3)));
	expect_streams_served(t, p);
}

CASE(reconfig, "denied-association", .title = "A peer that does not allow it denies to reset the association",
	.requirements = IDS(R_6525_6_1_2_02), .topology = &topology_one_path, .settings = { .reconf = ON })
{
	const struct pair p = able_to(t, EVERYTHING, 0);

	expect_streams_served(t, p);
	set_option(t, p.client, SCTP_RESET_ASSOC, ASSOCIATION);
	expect(t, soon(t, assoc_reset(p.client, RESET_DENIED)));
	expect_streams_served(t, p);
}

CASE(reconfig, "denied-add", .title = "A peer that does not allow it denies more streams, and there are none",
	.requirements = IDS(R_6525_6_1_3_02), .topology = &topology_one_path, .settings = { .reconf = ON })
{
	const struct pair p = able_to(t, EVERYTHING, 0);

	set_option(t, p.client, SCTP_ADD_STREAMS, ASSOCIATION, IS(sas_outstrms, 2));
	expect(t, soon(t, stream_change(p.client, RESET_DENIED, ANY, ANY)));
	expect_refused(t, p.client, p.server, &(struct traffic){ .first_stream = 10 }, EINVAL);
	expect_streams_served(t, p);
}

/* ---- Lost ---- */

#define NO_HEARTBEATS .pf_enable = OFF, .hb_interval = MS(3600000)

CASE(reconfig, "lost",
	.title = "A request that is lost is sent again when T-reconf expires; meanwhile there is no other",
	.requirements = IDS(R_6525_5_1_1_04, R_6525_5_1_1_03, R_6525_6_3_2_02), .topology = &topology_one_path,
	.settings = { .reconf = ON, NO_HEARTBEATS })
{
	const struct pair p = able_to(t, EVERYTHING, EVERYTHING);

	expect_streams_served(t, p);
	expect_quiet(t, s(1));
	inject(t, all_lost(0));
	const vtime asked = now(t);
	set_option(t, p.client, SCTP_RESET_STREAMS, ASSOCIATION, IS(srs_flags, SCTP_STREAM_RESET_OUTGOING));
	for (size_t i = 0; i < 3; i++)
		expect_set_refused(t, p.client, requests[i].option, ASSOCIATION, EINPROGRESS, requests[i].asks);
	expect_quiet(t, asked + timeouts(t, 1).to + ms(100) - now(t));
	mend(t, all_lost(0));
	const struct window third = after(asked, timeouts(t, 2));
	expect_all(t, within(third, stream_reset(p.client, RESET_OUTGOING, 0)),
		within(third, stream_reset(p.server, RESET_INCOMING, 0)));
	expect_sent_exactly(t, 1, A, 0, RE_CONFIG, after(asked, between(0, ms(10))));
	expect_sent_exactly(t, 1, A, 0, RE_CONFIG, after(asked, timeouts(t, 1)));
	expect_sent_exactly(t, 1, A, 0, RE_CONFIG, third);
	expect_sent_exactly(t, 3, A, 0, RE_CONFIG, since(t, asked));
	expect_streams_served(t, p);
}

CASE(reconfig, "answer-lost", .title = "A request that comes again is answered again, and carried out once",
	.requirements = IDS(R_6525_5_2_1_01, R_6525_5_1_1_04), .topology = &topology_one_path,
	.settings = { .reconf = ON, NO_HEARTBEATS })
{
	const struct pair p = able_to(t, EVERYTHING, EVERYTHING);

	expect_streams_served(t, p);
	expect_quiet(t, s(1));
	inject(t, lost_on_the_way(0, B_TO_A));
	const vtime asked = now(t);
	set_option(t, p.client, SCTP_ADD_STREAMS, ASSOCIATION, IS(sas_outstrms, 2));
	expect(t, soon(t, stream_change(p.server, 0, ANY, ANY)));
	expect_quiet(t, ms(500));
	mend(t, lost_on_the_way(0, B_TO_A));
	expect(t, within(after(asked, timeouts(t, 1)), stream_change(p.client, 0, ANY, ANY)));
	expect_sent_exactly(t, 2, A, 0, RE_CONFIG, since(t, asked));
	expect_sent_exactly(t, 2, B, 0, RE_CONFIG, since(t, asked));
	expect_option(t, p.server, SCTP_STATUS, ASSOCIATION, IS(sstat_instrms, 12));
	expect_streams_served(t, p);
}

CASE(reconfig, "data-waits",
	.title = "A message of a stream whose reset is asked for waits for the response, and begins with SSN 0",
	.requirements = IDS(R_6525_5_1_2_01, R_6525_5_1_2_03), .topology = &topology_one_path,
	.settings = { .reconf = ON, NO_HEARTBEATS })
{
	const struct pair p = able_to(t, EVERYTHING, EVERYTHING);

	expect_streams_served(t, p);
	expect_quiet(t, s(1));
	inject(t, lost_on_the_way(0, B_TO_A));
	const vtime asked = now(t);
	set_option(t, p.client, SCTP_RESET_STREAMS, ASSOCIATION, IS(srs_flags, SCTP_STREAM_RESET_OUTGOING),
		IS(srs_stream_list, 1));
	expect(t, soon(t, stream_reset(p.server, RESET_INCOMING, 1 << 1)));
	struct flow *flow = send_messages(t, p.client, p.server, &(struct traffic){ .count = 3, .first_stream = 1 });
	expect_quiet(t, ms(500));
	expect_not_sent(t, A, 0, DATA, since(t, asked));
	mend(t, lost_on_the_way(0, B_TO_A));
	expect(t, within(after(asked, timeouts(t, 1)), stream_reset(p.client, RESET_OUTGOING, 1 << 1)));
	expect_delivered(t, flow, between(ms(500), s(3)));
	expect_streams_served(t, p);
}

CASE(reconfig, "data-queued", .title = "Streams whose messages are still queued cannot be reset: EAGAIN",
	.requirements = IDS(R_6525_5_1_2_01, R_6525_5_1_4_01), .topology = &topology_one_path,
	.settings = { .reconf = ON, NO_HEARTBEATS })
{
	const struct pair p = able_to(t, EVERYTHING, EVERYTHING);

	inject(t, all_lost(0));
	struct flow *flow =
		send_messages(t, p.client, p.server, &(struct traffic){ .count = 20, .size = 1400, .first_stream = 1 });
	const vtime sent = now(t);
	expect_option_refused(t, p.client, SCTP_RESET_STREAMS, ASSOCIATION, EAGAIN,
		IS(srs_flags, SCTP_STREAM_RESET_OUTGOING), IS(srs_stream_list, 1));
	expect_option_refused(t, p.client, SCTP_RESET_ASSOC, ASSOCIATION, EAGAIN);
	mend(t, all_lost(0));
	expect_delivered(t, flow, between(0, s(3)));
	expect_quiet(t, s(1));
	expect_not_sent(t, A, 0, RE_CONFIG, since(t, sent));
	set_option(t, p.client, SCTP_RESET_STREAMS, ASSOCIATION, IS(srs_flags, SCTP_STREAM_RESET_OUTGOING),
		IS(srs_stream_list, 1));
	expect_all(t, soon(t, stream_reset(p.client, RESET_OUTGOING, 1 << 1)),
		soon(t, stream_reset(p.server, RESET_INCOMING, 1 << 1)));
	expect_streams_served(t, p);
}

/* ---- Through a failover ---- */

CASE(reconfig, "failover",
	.title = "A request whose path is dead is sent again over the other path, and answered there",
	.requirements = IDS(R_6525_5_1_1_04, R_6525_5_1_1_05, R_9260_6_4_02), .topology = &topology_two_paths,
	.settings = { .reconf = ON })
{
	const struct pair p = able_to(t, EVERYTHING, EVERYTHING);

	expect_quiet(t, s(1));
	inject(t, all_lost(0));
	const vtime asked = now(t);
	set_option(t, p.client, SCTP_RESET_STREAMS, ASSOCIATION, IS(srs_flags, SCTP_STREAM_RESET_OUTGOING));
	const struct window again = after(asked, timeouts(t, 1));
	expect(t, within(again, stream_reset(p.server, RESET_INCOMING, 0)));
	expect(t, within(again, stream_reset(p.client, RESET_OUTGOING, 0)));
	expect_sent_exactly(t, 1, A, 0, RE_CONFIG, since(t, asked));
	expect_sent_exactly(t, 1, A, 1, RE_CONFIG, since(t, asked));
}

CASE(reconfig, "failover-lost-once", .title = "A request over a dead path reaches the peer over the other one",
	.requirements = IDS(R_6525_5_1_1_04, R_6525_5_1_1_05), .topology = &topology_two_paths,
	.settings = { .reconf = ON })
{
	const struct pair p = able_to(t, EVERYTHING, EVERYTHING);

	expect_streams_served(t, p);
	expect_quiet(t, s(1));
	inject(t, lost_on_the_way(0, A_TO_B));
	const vtime asked = now(t);
	set_option(t, p.client, SCTP_RESET_STREAMS, ASSOCIATION, IS(srs_flags, SCTP_STREAM_RESET_OUTGOING));
	const struct window again = after(asked, timeouts(t, 1));
	expect_all(t, within(again, stream_reset(p.client, RESET_OUTGOING, 0)),
		within(again, stream_reset(p.server, RESET_INCOMING, 0)));
	expect_sent_exactly(t, 1, A, 0, RE_CONFIG, since(t, asked));
	expect_sent_exactly(t, 1, A, 1, RE_CONFIG, since(t, asked));
	expect_delivered(
		t, send_messages(t, p.client, p.server, &(struct traffic){ .count = 12, .streams = 4 }), promptly());
}

/* Both ends know that path 0 is dead, and use the other one. */
static struct pair failed_over(struct trial *t)
{
	const struct pair p = able_to(t, EVERYTHING, EVERYTHING);

	inject(t, all_lost(0));
	expect_delivered(t, say(t, p.client, p.server), data_rerouted(t));
	expect_delivered(t, say(t, p.server, p.client), data_rerouted(t));
	expect_quiet(t, ms(500)); /* until all is acknowledged */
	return p;
}

CASE(reconfig, "failed-over-streams",
	.title = "Streams are reset at once over the other path when the primary is known dead",
	.requirements = IDS(R_6525_5_2_2_04, R_6525_5_2_3_01), .topology = &topology_two_paths,
	.settings = { .reconf = ON })
{
	const struct pair p = failed_over(t);
	const vtime asked = now(t);

	set_option(t, p.client, SCTP_RESET_STREAMS, ASSOCIATION,
		IS(srs_flags, SCTP_STREAM_RESET_OUTGOING | SCTP_STREAM_RESET_INCOMING));
	expect_all(t, soon(t, stream_reset(p.client, RESET_OUTGOING, 0)),
		soon(t, stream_reset(p.client, RESET_INCOMING, 0)), soon(t, stream_reset(p.server, RESET_OUTGOING, 0)),
		soon(t, stream_reset(p.server, RESET_INCOMING, 0)));
	expect_not_sent_by_both(t, 0, RE_CONFIG, since(t, asked));
	expect_streams_served(t, p);
}

CASE(reconfig, "failed-over-association",
	.title = "The association is reset at once over the other path when the primary is known dead",
	.requirements = IDS(R_6525_5_2_4_08, R_6525_6_3_3_01), .topology = &topology_two_paths,
	.settings = { .reconf = ON })
{
	const struct pair p = failed_over(t);
	const vtime asked = now(t);

	set_option(t, p.client, SCTP_RESET_ASSOC, ASSOCIATION);
	expect_at_both(t, p, soon(t, assoc_reset(EACH, 0)));
	expect_not_sent_by_both(t, 0, RE_CONFIG, since(t, asked));
	expect_streams_served(t, p);
}

CASE(reconfig, "failed-over-add",
	.title = "Streams are added at once over the other path when the primary is known dead",
	.requirements = IDS(R_6525_5_2_5_01, R_6525_6_3_4_01), .topology = &topology_two_paths,
	.settings = { .reconf = ON })
{
	const struct pair p = failed_over(t);
	const vtime asked = now(t);

	set_option(t, p.client, SCTP_ADD_STREAMS, ASSOCIATION, IS(sas_outstrms, 2));
	expect_at_both(t, p, soon(t, stream_change(EACH, 0, ANY, ANY)));
	expect_not_sent_by_both(t, 0, RE_CONFIG, since(t, asked));
	expect_delivered(t, send_messages(t, p.client, p.server, &(struct traffic){ .first_stream = 11 }), promptly());
}
