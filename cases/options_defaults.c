/* SPDX-License-Identifier: Apache-2.0 */
/*
 * options_defaults.c - what a message gets with which nothing is said: its stream, its ppid, its flags, its context and
 * its PR-SCTP policy are the socket's or the association's defaults (RFC 6458 sections 8.1.13, 8.1.25, 8.1.31, 8.1.32).
 */
#include "cases/requirements.h"
#include "runner/engine/case.h"

#include <arpa/inet.h>
#include <errno.h>

#define NO_HEARTBEATS .pf_enable = OFF, .hb_interval = MS(3600000)

struct by_default {
	struct row row;
	bool old; /* SCTP_DEFAULT_SEND_PARAM */
	bool of_association, one_to_one;
	unsigned flags;
};

static const struct by_default by_defaults[] = {
	{ ROW("default-sndinfo-sends", "A message without control data has the stream and ppid of SCTP_DEFAULT_SNDINFO",
		R_6458_8_1_31_01) },
	{ ROW("default-sndinfo-sends-unordered", "A message without control data is unordered by SCTP_DEFAULT_SNDINFO",
		  R_6458_8_1_31_01),
		.flags = SCTP_UNORDERED },
	{ ROW("default-sndinfo-of-one-sends",
		  "SCTP_DEFAULT_SNDINFO of an association is that of what is sent on it from then on",
		  R_6458_8_1_31_01),
		.of_association = true },
	{ ROW("default-sndinfo-one-to-one-sends", "On a one-to-one socket send(2) has what SCTP_DEFAULT_SNDINFO says",
		  R_6458_8_1_31_01),
		.one_to_one = true, .of_association = true },
	{ ROW("default-send-param-sends",
		  "A message without control data has the stream and ppid of SCTP_DEFAULT_SEND_PARAM",
		  R_6458_8_1_13_01),
		.old = true },
	{ ROW("default-send-param-of-one-sends",
		  "SCTP_DEFAULT_SEND_PARAM of an association is that of what is sent on it from then on",
		  R_6458_8_1_13_01),
		.old = true, .of_association = true },
};

static void set_defaults(
	struct trial *t, struct peer *peer, bool old, struct option_scope scope, unsigned flags, unsigned context)
{
	if (old)
		set_option(t, peer, SCTP_DEFAULT_SEND_PARAM, scope, IS(sinfo_stream, 3), IS(sinfo_ppid, htonl(77)),
			IS(sinfo_flags, flags), IS(sinfo_context, context));
	else
		set_option(t, peer, SCTP_DEFAULT_SNDINFO, scope, IS(snd_sid, 3), IS(snd_ppid, htonl(77)),
			IS(snd_flags, flags), IS(snd_context, context));
}

static const struct traffic as_set = { .by_default = true, .first_stream = 3, .ppid = 77 };

static struct pair pair_of(struct trial *t, bool one_to_one)
{
	return strangers_with(t, one_to_one ? &(struct peer_options){ .one_to_one = true } : NULL, NULL);
}

FAMILY(options, by_defaults, .topology = &topology_one_path)
{
	const struct by_default *it = row;
	const struct pair p = pair_of(t, it->one_to_one);

	if (!it->of_association)
		set_defaults(t, p.client, it->old, FUTURE, it->flags, 1);
	associate(t, p);
	if (it->of_association)
		set_defaults(t, p.client, it->old, ASSOCIATION, it->flags, 1);
	struct traffic traffic = as_set;
	traffic.unordered = (it->flags & SCTP_UNORDERED) != 0;
	struct flow *data = send_messages(t, p.client, p.server, &traffic);
	expect_delivered(t, data, promptly());
}

/* Context 1 is that of the flow's first message. */
CASE(options, "default-sndinfo-context",
	.title = "A lost message that was sent without control data comes back with the context of "
		 "SCTP_DEFAULT_SNDINFO",
	.requirements = IDS(R_6458_8_1_31_01, R_6458_5_3_4_08, R_9260_11_1_5_01), .topology = &topology_one_path)
{
	const struct pair p = strangers(t);

	set_defaults(t, p.client, false, FUTURE, 0, 1);
	associate(t, p);
	inject(t, all_lost(0));
	struct flow *lost = send_messages(t, p.client, p.server, &as_set);
	expect_undelivered(t, lost);
	abort_association(t, p.client);
	expect(t, soon(t, comm_lost(p.client, USER_INITIATED_ABORT)));
	expect(t, soon(t, send_failed(p.client, lost, 0, DATA_SENT)));
}

/* The sender's: SCTP_CONTEXT is that of what is received, and is not looked at here. */
CASE(options, "context-not-of-sends",
	.title = "A lost message comes back with the context that it was sent with, whatever SCTP_CONTEXT says",
	.requirements = IDS(R_6458_8_1_25_01, R_6458_5_3_4_08, R_9260_11_1_5_01), .topology = &topology_one_path)
{
	const struct pair p = associated(t);

	set_option(t, p.client, SCTP_CONTEXT, ASSOCIATION, IS(assoc_value, 4711));
	inject(t, all_lost(0));
	struct flow *lost = send_messages(t, p.client, p.server, &(struct traffic){ .count = 3 });
	expect_undelivered(t, lost);
	abort_association(t, p.client);
	expect(t, soon(t, comm_lost(p.client, USER_INITIATED_ABORT)));
	expect_all(t, soon(t, send_failed(p.client, lost, 0, DATA_SENT)),
		soon(t, send_failed(p.client, lost, 1, DATA_SENT)), soon(t, send_failed(p.client, lost, 2, DATA_SENT)));
}

/* ------------------------------------------------------------------ policies */

struct default_policy {
	struct row row;
	unsigned policy, value;
	bool of_association, own; /* the message has a policy of its own: none */
	unsigned copies;          /* of DATA, until it is given up; 0: it arrives */
};

static const struct default_policy default_policies[] = {
	{ ROW("default-prinfo-rtx-gives-up", "A message gets the number of retransmissions of SCTP_DEFAULT_PRINFO"),
		.policy = SCTP_PR_SCTP_RTX, .value = 1, .copies = 2 },
	{ ROW("default-prinfo-ttl-gives-up", "A message gets the lifetime of SCTP_DEFAULT_PRINFO"),
		.policy = SCTP_PR_SCTP_TTL, .value = 500, .copies = 1 },
	{ ROW("default-prinfo-of-one-gives-up",
		  "SCTP_DEFAULT_PRINFO of an association is that of what is sent on it from then on"),
		.policy = SCTP_PR_SCTP_RTX, .value = 1, .of_association = true, .copies = 2 },
	{ ROW("default-prinfo-none", "Without a policy in SCTP_DEFAULT_PRINFO a message is sent until it arrives"),
		.policy = SCTP_PR_SCTP_NONE },
};

FAMILY(options, default_policies, .requirements = IDS(R_6458_8_1_32_01, R_3758_3_5_01), .topology = &topology_one_path,
	.settings = { NO_HEARTBEATS })
{
	const struct default_policy *it = row;
	const struct pair p = strangers(t);

	if (!it->of_association)
		set_option(
			t, p.client, SCTP_DEFAULT_PRINFO, FUTURE, IS(pr_policy, it->policy), IS(pr_value, it->value));
	associate(t, p);
	settle(t, p);
	if (it->of_association)
		set_option(t, p.client, SCTP_DEFAULT_PRINFO, ASSOCIATION, IS(pr_policy, it->policy),
			IS(pr_value, it->value));
	const vtime lost = inject(t, all_lost(0));
	struct flow *data =
		send_messages(t, p.client, p.server, &(struct traffic){ .by_default = true, .first_stream = 0 });
	if (it->copies > 0)
		expect_undelivered(t, data);
	expect_quiet(t, timeouts(t, 2).to);
	mend(t, all_lost(0));
	if (it->copies == 0)
		expect_delivered(t, data, timeouts(t, 3));
	else
		expect_quiet(t, s(20));
	if (it->copies > 0)
		expect_sent_exactly(t, it->copies, A, 0, DATA, since(t, lost));
	else
		expect_sent_exactly(t, 4, A, 0, DATA, since(t, lost));
	expect_delivered_both_ways(t, p);
}

/* ------------------------------------------------------------------ bursts */

struct burst {
	struct row row;
	unsigned burst, most; /* packets in the first round trip */
	bool all;             /* as many as that */
};

static const struct burst bursts[] = {
	{ ROW("max-burst-1", "With SCTP_MAX_BURST 1 an idle association sends one packet, and waits"), .burst = 1,
		.most = 1 },
	{ ROW("max-burst-2", "With SCTP_MAX_BURST 2 an idle association sends two packets, and waits"), .burst = 2,
		.most = 2 },
	{ ROW("max-burst-4", "With SCTP_MAX_BURST 4 the congestion window is what limits an idle association"),
		.burst = 4, .most = 4, .all = true },
};

/* One message of eight packets, as each call that sends begins a burst. SACKs are late by 200 ms. The first congestion
 * window is 4404 octets: four packets, as the last may go beyond it. */
FAMILY(options, bursts, .requirements = IDS(R_6458_8_1_24_01, R_9260_6_1_15), .topology = &topology_one_path)
{
	const struct burst *it = row;
	const struct pair p = settled(t);

	set_option(t, p.client, SCTP_MAX_BURST, ASSOCIATION, IS(assoc_value, it->burst));
	inject(t, all_slow(ms(200), 0, B_TO_A));
	struct flow *data = send_messages(t, p.client, p.server, &(struct traffic){ .size = 11600 });
	const vtime sent = flow_sent_at(data, 0);
	expect_delivered(t, data, between(0, s(5)));
	const struct window first = between(sent, sent + ms(190));
	expect_sent_at_most(t, it->most, A, 0, DATA, first);
	if (it->all)
		expect_sent_exactly(t, it->most, A, 0, DATA, first);
}

/* ------------------------------------------------------------------ addresses that follow the host's */

CASE(options, "auto-asconf",
	.title = "SCTP_AUTO_ASCONF can be turned on, and off, on a socket that is bound to the wildcard",
	.requirements = IDS(R_6458_8_1_23_01), .topology = &topology_two_paths, .settings = { .addip = ON })
{
	struct peer *socket = open_peer(t, A, "socket", &(struct peer_options){ .wildcard = true });

	expect_option(t, socket, SCTP_AUTO_ASCONF, FUTURE, IS(value, 0));
	set_option(t, socket, SCTP_AUTO_ASCONF, FUTURE, IS(value, 1));
	expect_option(t, socket, SCTP_AUTO_ASCONF, FUTURE, IS(value, 1));
	set_option(t, socket, SCTP_AUTO_ASCONF, FUTURE, IS(value, 0));
	expect_option(t, socket, SCTP_AUTO_ASCONF, FUTURE, IS(value, 0));
	expect_quiet(t, s(1));
}

/* ------------------------------------------------------------------ keys of one-to-one sockets */

CASE(options, "auth-key-before-connect",
	.title = "A key that a one-to-one socket was given before it connects is one of its association's",
	.requirements = IDS(R_6458_8_3_3_02), .topology = &topology_one_path, .settings = { .auth = ON })
{
	const struct pair p = strangers_with(t, &(struct peer_options){ .one_to_one = true }, NULL);

	set_option(t, p.client, SCTP_AUTH_KEY, FUTURE, IS(sca_keynumber, 5), TEXT(sca_key, "secret"));
	associate(t, p);
	set_option(t, p.client, SCTP_AUTH_ACTIVE_KEY, ASSOCIATION, IS(scact_keynumber, 5));
	expect_option(t, p.client, SCTP_AUTH_ACTIVE_KEY, ASSOCIATION, IS(scact_keynumber, 5));
}

CASE(options, "auth-key-connected",
	.title = "A key that a connected one-to-one socket is given is its association's, whatever the id says",
	.requirements = IDS(R_6458_8_3_3_02, R_6458_8_01), .topology = &topology_one_path, .settings = { .auth = ON })
{
	const struct pair p = strangers_with(t, &(struct peer_options){ .one_to_one = true }, NULL);

	associate(t, p);
	expect_option_refused(t, p.client, SCTP_AUTH_ACTIVE_KEY, ASSOCIATION, EINVAL, IS(scact_keynumber, 5));
	set_option(t, p.client, SCTP_AUTH_KEY, FUTURE, IS(sca_keynumber, 5), TEXT(sca_key, "secret"));
	set_option(t, p.client, SCTP_AUTH_ACTIVE_KEY, ASSOCIATION, IS(scact_keynumber, 5));
	expect_option(t, p.client, SCTP_AUTH_ACTIVE_KEY, ASSOCIATION, IS(scact_keynumber, 5));
}
