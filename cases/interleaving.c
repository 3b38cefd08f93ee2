/* SPDX-License-Identifier: Apache-2.0 */
/* interleaving.c - I-DATA (RFC 8260 section 2): who uses it, and what it lets through. */
#include <errno.h>

#include "cases/requirements.h"
#include "runner/engine/case.h"

AREA(interleaving, R_8260_2_01, R_8260_2_2_1_01);

/* The user says that it can take messages in pieces, and wants I-DATA; the kernel allows it by net.sctp.intl_enable. */
static void want_interleaving(struct trial *t, struct peer *peer)
{
	set_option(t, peer, SCTP_FRAGMENT_INTERLEAVE, FUTURE, IS(value, 2));
	set_option(t, peer, SCTP_INTERLEAVING_SUPPORTED, FUTURE, IS(assoc_value, 1));
}

static void settle_all(struct trial *t, struct pair p)
{
	associate(t, p);
	confirm_addresses(t, p);
	settle(t, p);
}

static struct pair interleaving(struct trial *t)
{
	const struct pair p = strangers(t);

	want_interleaving(t, p.client);
	want_interleaving(t, p.server);
	return p;
}

/* ---- Who uses it ---- */

struct negotiation {
	struct row row;
	bool client, server; /* want it */
};

static const struct negotiation negotiations[] = {
	{ ROW("both", "Two ends that want I-DATA use it for all messages, and no DATA", R_8260_2_2_1_02,
		  R_8260_2_2_1_03, R_8260_2_1_01),
		.client = true, .server = true },
	{ ROW("client-alone", "A client alone that wants I-DATA uses DATA", R_8260_2_2_1_04, R_8260_2_2_1_05),
		.client = true },
	{ ROW("server-alone", "A server alone that wants I-DATA uses DATA", R_8260_2_2_1_04, R_8260_2_2_1_05),
		.server = true },
	{
		ROW("neither", "Without a user who wants it I-DATA is not used, though the kernel allows it",
			R_8260_2_2_1_06),
	},
};

FAMILY(interleaving, negotiations, .requirements = IDS(R_8260_4_3_1_02, R_8260_2_1_11, R_8260_2_1_13, R_8260_2_2_3_01),
	.topology = &topology_one_path, .settings = { .intl = ON })
{
	const struct negotiation *who = row;
	const bool used = who->client && who->server;
	const struct pair p = strangers(t);

	if (who->client)
		want_interleaving(t, p.client);
	if (who->server)
		want_interleaving(t, p.server);
	settle_all(t, p);
	expect_option(t, p.client, SCTP_INTERLEAVING_SUPPORTED, ASSOCIATION, IS(assoc_value, used));
	expect_option(t, p.server, SCTP_INTERLEAVING_SUPPORTED, ASSOCIATION, IS(assoc_value, used));
	const vtime before = now(t);
	/* each of 4 000 octets is three fragments */
	expect_delivered(t,
		send_messages(t, p.client, p.server, &(struct traffic){ .count = 6, .size = 4000, .streams = 3 }),
		promptly());
	expect_delivered(t,
		send_messages(t, p.server, p.client, &(struct traffic){ .count = 5, .unordered = true, .streams = 2 }),
		promptly());
	expect_sent_exactly(t, 18, A, 0, used ? I_DATA : DATA, since(t, before));
	expect_sent_exactly(t, 5, B, 0, used ? I_DATA : DATA, since(t, before));
	expect_not_sent_by_both(t, 0, used ? DATA : I_DATA, since(t, before));
}

CASE(interleaving, "not-allowed",
	.title = "I-DATA is refused where the kernel's administrator has not allowed it: EPERM",
	.requirements = IDS(R_8260_4_3_1_01), .topology = &topology_one_path, .settings = { .intl = OFF })
{
	const struct pair p = strangers(t);

	set_option(t, p.client, SCTP_FRAGMENT_INTERLEAVE, FUTURE, IS(value, 2));
	expect_option_refused(t, p.client, SCTP_INTERLEAVING_SUPPORTED, FUTURE, EPERM, IS(assoc_value, 1));
	associate(t, p);
	expect_delivered_both_ways(t, p);
}

CASE(interleaving, "needs-level-2", .title = "I-DATA is refused to a user who cannot take messages in pieces: EPERM",
	.requirements = IDS(R_8260_2_2_1_07, R_8260_4_3_1_01), .topology = &topology_one_path,
	.settings = { .intl = ON })
{
	const struct pair p = strangers(t);

	expect_option_refused(t, p.client, SCTP_INTERLEAVING_SUPPORTED, FUTURE, EPERM, IS(assoc_value, 1));
	expect_option(t, p.client, SCTP_INTERLEAVING_SUPPORTED, FUTURE, IS(assoc_value, 0));
	associate(t, p);
	expect_delivered_both_ways(t, p);
}

/* ---- What it lets through ---- */

struct overtaking {
	struct row row;
	bool interleaved, overtakes;
	int scheduler;
};

static const struct overtaking overtakings[] = {
	{ ROW("small-overtakes", "A small message overtakes a large one of another stream with I-DATA, by turns",
		  R_8260_2_2_2_06, R_8260_3_2_01, R_8260_2_2_3_01),
		.interleaved = true, .overtakes = true, .scheduler = SCTP_SS_RR },
	{ ROW("small-waits-fcfs", "A small message waits for a large one that was there first, with FCFS",
		  R_8260_3_1_01),
		.interleaved = true, .scheduler = SCTP_SS_FCFS },
	{ ROW("small-waits-data", "A small message waits for a large one without I-DATA, whatever the scheduler",
		  R_8260_2_2_1_04, R_8260_3_2_01),
		.scheduler = SCTP_SS_RR },
};

FAMILY(interleaving, overtakings, .requirements = IDS(R_8260_4_3_2_01, R_8260_2_2_2_04, R_8260_2_2_2_07),
	.topology = &topology_one_path, .settings = { .intl = ON })
{
	const struct overtaking *overtaking = row;
	const struct pair p = overtaking->interleaved ? interleaving(t) : strangers(t);

	settle_all(t, p);
	set_option(t, p.client, SCTP_STREAM_SCHEDULER, ASSOCIATION, IS(assoc_value, overtaking->scheduler));
	/* a round trip is long enough for the large message to be more than the congestion window */
	inject(t, (struct fault){ .kind = FAULT_DELAY, .path = 0, .delay_us = 50000 });
	struct flow *large = send_messages(t, p.client, p.server, &(struct traffic){ .size = 50000 });
	struct flow *small = send_messages(t, p.client, p.server, &(struct traffic){ .first_stream = 1 });
	expect_delivered(t, small, between(0, s(2)));
	expect_delivered(t, large, between(0, s(2)));
	expect_that(t, (flow_arrived_at(small, 0) < flow_arrived_at(large, 0)) == overtaking->overtakes,
		"the small message arrives %s", overtaking->overtakes ? "first" : "last");
}

/* ---- With the other extensions ---- */

CASE(interleaving, "given-up", .title = "What is given up is skipped by I-FORWARD-TSN, and by no FORWARD TSN",
	.requirements = IDS(R_8260_2_3_1_02, R_8260_2_3_1_03, R_8260_2_3_1_10, R_8260_2_3_1_11, R_8260_2_02),
	.topology = &topology_one_path, .settings = { .intl = ON })
{
	const struct pair p = interleaving(t);

	settle_all(t, p);
	inject(t, all_lost(0));
	const vtime before = now(t);
	struct flow *ordered =
		send_messages(t, p.client, p.server, &(struct traffic){ .policy = PR_TTL, .policy_value = 500 });
	struct flow *unordered = send_messages(
		t, p.client, p.server, &(struct traffic){ .unordered = true, .policy = PR_TTL, .policy_value = 500 });
	expect_undelivered(t, ordered);
	expect_undelivered(t, unordered);
	expect_quiet(t, ms(700));
	mend(t, all_lost(0));
	expect_quiet(t, s(3));
	expect_sent_exactly(t, 1, A, 0, I_FORWARD_TSN, since(t, before));
	expect_not_sent(t, A, 0, FORWARD_TSN, since(t, before));
	expect_sent_exactly(t, 2, A, 0, I_DATA, since(t, before));
	expect_delivered_both_ways(t, p);
	expect_delivered(t, send_messages(t, p.client, p.server, &(struct traffic){ .unordered = true }), promptly());
}

CASE(interleaving, "reset", .title = "Message identifiers begin anew when streams are reset",
	.requirements = IDS(R_8260_2_3_2_01, R_8260_2_02), .topology = &topology_one_path,
	.settings = { .intl = ON, .reconf = ON })
{
	const struct pair p = interleaving(t);
	static const struct traffic traffic = { .count = 6, .streams = 3 },
				    unordered = { .count = 6, .streams = 3, .unordered = true };
	struct peer *const ends[] = { p.client, p.server };

	for (size_t i = 0; i < 2; i++) {
		set_option(t, ends[i], SCTP_ENABLE_STREAM_RESET, FUTURE, IS(assoc_value, SCTP_ENABLE_RESET_STREAM_REQ));
		subscribe(t, ends[i], STREAM_RESET_EVENT);
	}
	settle_all(t, p);
	expect_delivered(t, send_messages(t, p.client, p.server, &traffic), promptly());
	expect_delivered(t, send_messages(t, p.client, p.server, &unordered), promptly());
	set_option(t, p.client, SCTP_RESET_STREAMS, ASSOCIATION, IS(srs_flags, SCTP_STREAM_RESET_OUTGOING));
	expect_all(t, soon(t, stream_reset(p.client, RESET_OUTGOING, 0)),
		soon(t, stream_reset(p.server, RESET_INCOMING, 0)));
	expect_delivered(t, send_messages(t, p.client, p.server, &traffic), promptly());
	expect_delivered(t, send_messages(t, p.client, p.server, &unordered), promptly());
}

/* ---- Through a failover ---- */

CASE(interleaving, "failover", .title = "Messages that are interleaved when their path dies arrive over the other one",
	.requirements = IDS(R_8260_2_2_1_02, R_8260_2_2_3_02, R_8260_2_2_3_03), .topology = &topology_two_paths,
	.settings = { .intl = ON })
{
	const struct pair p = interleaving(t);

	settle_all(t, p);
	set_option(t, p.client, SCTP_STREAM_SCHEDULER, ASSOCIATION, IS(assoc_value, SCTP_SS_RR));
	const vtime lost = inject(t, all_lost(0));
	struct flow *large = send_messages(t, p.client, p.server, &(struct traffic){ .size = 50000 });
	struct flow *small =
		send_messages(t, p.client, p.server, &(struct traffic){ .count = 10, .first_stream = 1, .streams = 4 });
	const struct window slow_start = window_sum(data_rerouted(t), between(0, s(2)));
	expect_delivered(t, small, slow_start);
	expect_delivered(t, large, slow_start);
	expect_sent(t, A, 1, I_DATA, since(t, lost));
	expect_not_sent(t, A, 0, DATA, since(t, lost));
	expect_not_sent(t, A, 1, DATA, since(t, lost));
	expect_delivered(t, send_messages(t, p.server, p.client, &(struct traffic){ .size = 4000 }), slow_start);
}
