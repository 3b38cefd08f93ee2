/* SPDX-License-Identifier: Apache-2.0 */
/* events_told.c - each kind of event at the end that has asked for it, and not at the other (RFC 6458 section 6.2). */
#include "cases/requirements.h"
#include "runner/engine/case.h"

AREA(events, R_6458_6_01, /* notifications come when they are subscribed, and only then */
	R_6458_5_1_03,    /* as data that says it is one */
	R_6458_6_1_01);   /* and how long it is */

/* Who is told. The world is closed: an event at the other end fails the case. */
struct told {
	struct pair pair;
	bool client, server;
};

static void expect_told(
	struct trial *t, const struct told *told, struct window window, struct item client, struct item server)
{
	if (told->client && told->server)
		expect_all(t, within(window, client), within(window, server));
	else if (told->client)
		expect(t, within(window, client));
	else
		expect(t, within(window, server));
}

/* The same item at each end that is told; gives the window of what has just been done. */
#define EXPECT_TOLD(t, told, window, name, ...)                                            \
	expect_told(t, told, window, name((told)->pair.client __VA_OPT__(, ) __VA_ARGS__), \
		name((told)->pair.server __VA_OPT__(, ) __VA_ARGS__))

/* ------------------------------------------------------------------ what happens */

static void comes_and_goes(struct trial *t, const struct told *told)
{
	const struct pair p = told->pair;

	start_connect(t, p.client, p.server, 0);
	EXPECT_TOLD(t, told, shortly_after(now(t)), comm_up);
	/* the other end learns the association's id from a message */
	struct peer *first = told->client ? p.client : p.server, *second = told->client ? p.server : p.client;
	expect_delivered_both_ways(t, (struct pair){ first, second });
	abort_with(t, first, second, "");
	EXPECT_TOLD(t, told, shortly_after(now(t)), comm_lost, USER_INITIATED_ABORT);
}

static void path_fails(struct trial *t, const struct told *told)
{
	settle(t, told->pair);
	const vtime lost = inject(t, all_lost(1));
	EXPECT_TOLD(t, told, after(lost, idle_unreachable(t)), addr_unreachable, 1);
	expect_quiet(t, s(20));
	const vtime mended = mend(t, all_lost(1));
	EXPECT_TOLD(t, told, after(mended, recovery(t, mended - lost)), addr_available, 1);
}

static void is_made_primary(struct trial *t, const struct told *told)
{
	set_primary(t, told->pair.client, 1);
	set_primary(t, told->pair.server, 1);
	EXPECT_TOLD(t, told, shortly_after(now(t)), addr_made_prim, 1);
}

static void messages_are_lost(struct trial *t, const struct told *told,
	struct item (*item)(const struct peer *, const struct flow *, unsigned, int))
{
	const struct pair p = told->pair;

	settle(t, p);
	inject(t, all_lost(0));
	struct flow *there = say(t, p.client, p.server), *back = say(t, p.server, p.client);
	expect_undelivered(t, there);
	expect_undelivered(t, back);
	mend(t, all_lost(0));
	abort_with(t, p.client, p.server, "");
	const struct item at_client[] = { soon(t, comm_lost(p.client, USER_INITIATED_ABORT)),
		soon(t, item(p.client, there, 0, DATA_SENT)) };
	const struct item at_server[] = { soon(t, comm_lost(p.server, USER_INITIATED_ABORT)),
		soon(t, item(p.server, back, 0, DATA_SENT)) };
	expect_group(t, IN_ORDER, at_client, told->client ? 2 : 1, NULL, NULL);
	expect_group(t, IN_ORDER, at_server, told->server ? 2 : 1, NULL, NULL);
}

static void messages_come_back(struct trial *t, const struct told *told)
{
	messages_are_lost(t, told, send_failed);
}

static void messages_come_back_newly(struct trial *t, const struct told *told)
{
	messages_are_lost(t, told, send_failed_event);
}

/* Each end is shut down by its peer once. */
static void are_shut_down(struct trial *t, const struct told *told)
{
	const struct pair p = told->pair;

	shut_down(t, p.client);
	expect(t, soon(t, shutdown_comp(p.client)));
	if (told->server)
		expect(t, soon(t, shutdown_event(p.server)));
	expect(t, soon(t, shutdown_comp(p.server)));
	associate(t, p);
	settle(t, p);
	shut_down(t, p.server);
	expect(t, soon(t, shutdown_comp(p.server)));
	if (told->client)
		expect(t, soon(t, shutdown_event(p.client)));
	expect(t, soon(t, shutdown_comp(p.client)));
}

static void adapt(struct trial *t, const struct told *told)
{
	const struct pair p = told->pair;

	set_option(t, p.client, SCTP_ADAPTATION_LAYER, FUTURE, IS(ssb_adaptation_ind, 0x02030405));
	set_option(t, p.server, SCTP_ADAPTATION_LAYER, FUTURE, IS(ssb_adaptation_ind, 0x02030405));
	start_connect(t, p.client, p.server, 0);
	const struct item at_client[] = { soon(t, comm_up(p.client)), soon(t, adaptation(p.client, 0x05040302)) };
	const struct item at_server[] = { soon(t, comm_up(p.server)), soon(t, adaptation(p.server, 0x05040302)) };
	expect_group(t, IN_ORDER, at_client, told->client ? 2 : 1, NULL, NULL);
	expect_group(t, IN_ORDER, at_server, told->server ? 2 : 1, NULL, NULL);
}

static void cannot_authenticate(struct trial *t, const struct told *told)
{
	const struct pair p = told->pair;

	start_connect(t, p.client, p.server, 0);
	const struct item at_client[] = { soon(t, comm_up(p.client)), soon(t, authentication(p.client, NO_AUTH, ANY)) };
	const struct item at_server[] = { soon(t, comm_up(p.server)), soon(t, authentication(p.server, NO_AUTH, ANY)) };
	expect_group(t, IN_ANY_ORDER, at_client, told->client ? 2 : 1, NULL, NULL);
	expect_group(t, IN_ANY_ORDER, at_server, told->server ? 2 : 1, NULL, NULL);
}

static void run_dry(struct trial *t, const struct told *told)
{
	const struct pair p = told->pair;

	const struct window dry = after(now(t), promptly());
	struct flow *there = say(t, p.client, p.server), *back = say(t, p.server, p.client);
	EXPECT_TOLD(t, told, dry, sender_dry);
	expect_delivered(t, there, promptly());
	expect_delivered(t, back, promptly());
}

static void allow_resets(struct trial *t, struct pair p)
{
	struct peer *const ends[] = { p.client, p.server };

	for (size_t i = 0; i < 2; i++)
		set_option(t, ends[i], SCTP_ENABLE_STREAM_RESET, CURRENT,
			IS(assoc_value,
				SCTP_ENABLE_RESET_STREAM_REQ | SCTP_ENABLE_RESET_ASSOC_REQ |
					SCTP_ENABLE_CHANGE_ASSOC_REQ));
	settle(t, p);
}

static void reset_streams(struct trial *t, const struct told *told)
{
	const struct pair p = told->pair;

	allow_resets(t, p);
	set_option(t, p.client, SCTP_RESET_STREAMS, ASSOCIATION, IS(srs_flags, SCTP_STREAM_RESET_OUTGOING),
		IS(srs_stream_list, 2));
	expect_told(t, told, shortly_after(now(t)), stream_reset(p.client, RESET_OUTGOING, 1 << 2),
		stream_reset(p.server, RESET_INCOMING, 1 << 2));
}

static void reset_associations(struct trial *t, const struct told *told)
{
	allow_resets(t, told->pair);
	set_option(t, told->pair.client, SCTP_RESET_ASSOC, ASSOCIATION);
	EXPECT_TOLD(t, told, shortly_after(now(t)), assoc_reset, 0);
}

static void change_streams(struct trial *t, const struct told *told)
{
	const struct pair p = told->pair;

	allow_resets(t, p);
	set_option(t, p.client, SCTP_ADD_STREAMS, ASSOCIATION, IS(sas_outstrms, 1));
	expect_told(t, told, shortly_after(now(t)), stream_change(p.client, 0, ANY, ANY),
		stream_change(p.server, 0, ANY, ANY));
}

/* ------------------------------------------------------------------ the table */

enum when { BEFORE_COMING, WHEN_SETTLED };

struct kind {
	struct row row;
	enum event_type type;
	bool client, server;
	enum when when;
	void (*happens)(struct trial *t, const struct told *told);
};

/* Both ends are told, or one. */
#define TO_BOTH .client = true, .server = true
#define TO_CLIENT .client = true
#define TO_SERVER .server = true

static void subscribe_ends(struct trial *t, struct pair p, const struct kind *kind)
{
	struct peer *const ends[] = { p.client, p.server };
	const bool told[] = { kind->client, kind->server };

	for (size_t i = 0; i < 2; i++)
		if (told[i])
			subscribe(t, ends[i], kind->type);
		else
			unsubscribe(t, ends[i], kind->type);
}

static void tell(struct trial *t, const struct kind *kind)
{
	const struct pair p = strangers(t);
	const struct told told = { p, kind->client, kind->server };

	if (kind->when == BEFORE_COMING)
		subscribe_ends(t, p, kind);
	expect_subscribed(t, p.client, kind->type,
		kind->when == BEFORE_COMING ? kind->client : kind->type < ADAPTATION_INDICATION);
	if (kind->type != ASSOC_CHANGE && kind->happens != adapt && kind->happens != cannot_authenticate) {
		associate(t, p);
		confirm_addresses(t, p);
	}
	if (kind->when == WHEN_SETTLED)
		subscribe_ends(t, p, kind);
	kind->happens(t, &told);
	expect_quiet(t, s(1));
}

static const struct kind kinds[] = {
	{ ROW("assoc-change-told-to-both", "How an association comes and goes is told to both ends, which have asked",
		  R_6458_6_1_1_01, R_6458_6_1_1_08),
		TO_BOTH, .type = ASSOC_CHANGE, .when = BEFORE_COMING, .happens = comes_and_goes },
	{ ROW("assoc-change-told-to-client",
		  "How an association comes and goes is not told to a server that has not asked", R_6458_6_1_1_01,
		  R_6458_6_1_1_08),
		TO_CLIENT, .type = ASSOC_CHANGE, .when = BEFORE_COMING, .happens = comes_and_goes },
	{ ROW("assoc-change-told-to-server",
		  "How an association comes and goes is not told to a client that has not asked", R_6458_6_1_1_01,
		  R_6458_6_1_1_08),
		TO_SERVER, .type = ASSOC_CHANGE, .when = BEFORE_COMING, .happens = comes_and_goes },
	{ ROW("send-failed-told-to-both", "A message that comes back is told to both ends, which have asked",
		  R_6458_6_1_4_01, R_6458_6_1_4_02, R_6458_6_1_1_03),
		TO_BOTH, .type = SEND_FAILED, .when = BEFORE_COMING, .happens = messages_come_back },
	{ ROW("send-failed-told-to-client", "A message that comes back is not told to a server that has not asked",
		  R_6458_6_1_4_01, R_6458_6_1_4_02, R_6458_6_1_1_03),
		TO_CLIENT, .type = SEND_FAILED, .when = BEFORE_COMING, .happens = messages_come_back },
	{ ROW("send-failed-told-to-server", "A message that comes back is not told to a client that has not asked",
		  R_6458_6_1_4_01, R_6458_6_1_4_02, R_6458_6_1_1_03),
		TO_SERVER, .type = SEND_FAILED, .when = BEFORE_COMING, .happens = messages_come_back },
	{ ROW("shutdown-event-told-to-both", "The SHUTDOWN of the peer is told to both ends, which have asked",
		  R_6458_6_1_5_01, R_6458_6_1_5_02, R_6458_3_2_04),
		TO_BOTH, .type = SHUTDOWN_EVENT, .when = BEFORE_COMING, .happens = are_shut_down },
	{ ROW("shutdown-event-told-to-client", "The SHUTDOWN of the peer is not told to a server that has not asked",
		  R_6458_6_1_5_01, R_6458_6_1_5_02, R_6458_3_2_04),
		TO_CLIENT, .type = SHUTDOWN_EVENT, .when = BEFORE_COMING, .happens = are_shut_down },
	{ ROW("shutdown-event-told-to-server", "The SHUTDOWN of the peer is not told to a client that has not asked",
		  R_6458_6_1_5_01, R_6458_6_1_5_02, R_6458_3_2_04),
		TO_SERVER, .type = SHUTDOWN_EVENT, .when = BEFORE_COMING, .happens = are_shut_down },
	{ ROW("adaptation-told-to-both", "The adaptation layer of the peer is told to both ends, which have asked",
		  R_6458_6_1_6_01),
		TO_BOTH, .type = ADAPTATION_INDICATION, .when = BEFORE_COMING, .happens = adapt },
	{ ROW("adaptation-told-to-client",
		  "The adaptation layer of the peer is not told to a server that has not asked", R_6458_6_1_6_01),
		TO_CLIENT, .type = ADAPTATION_INDICATION, .when = BEFORE_COMING, .happens = adapt },
	{ ROW("adaptation-told-to-server",
		  "The adaptation layer of the peer is not told to a client that has not asked", R_6458_6_1_6_01),
		TO_SERVER, .type = ADAPTATION_INDICATION, .when = BEFORE_COMING, .happens = adapt },
	{ ROW("no-auth-told-to-both", "That the peer cannot authenticate is told to both ends, which have asked",
		  R_6458_6_1_8_02),
		TO_BOTH, .type = AUTHENTICATION_EVENT, .when = BEFORE_COMING, .happens = cannot_authenticate },
	{ ROW("no-auth-told-to-client", "That the peer cannot authenticate is not told to a server that has not asked",
		  R_6458_6_1_8_02),
		TO_CLIENT, .type = AUTHENTICATION_EVENT, .when = BEFORE_COMING, .happens = cannot_authenticate },
	{ ROW("no-auth-told-to-server", "That the peer cannot authenticate is not told to a client that has not asked",
		  R_6458_6_1_8_02),
		TO_SERVER, .type = AUTHENTICATION_EVENT, .when = BEFORE_COMING, .happens = cannot_authenticate },
	{ ROW("sender-dry-told-to-both", "That all has been acknowledged is told to both ends, which have asked",
		  R_6458_6_1_9_01),
		TO_BOTH, .type = SENDER_DRY_EVENT, .when = BEFORE_COMING, .happens = run_dry },
	{ ROW("sender-dry-told-to-client", "That all has been acknowledged is not told to a server that has not asked",
		  R_6458_6_1_9_01),
		TO_CLIENT, .type = SENDER_DRY_EVENT, .when = BEFORE_COMING, .happens = run_dry },
	{ ROW("sender-dry-told-to-server", "That all has been acknowledged is not told to a client that has not asked",
		  R_6458_6_1_9_01),
		TO_SERVER, .type = SENDER_DRY_EVENT, .when = BEFORE_COMING, .happens = run_dry },
};

FAMILY(events, kinds, .requirements = IDS(R_6458_6_2_2_01, /* on (1) or off (0) */ R_6458_6_1_1_10),
	.topology = &topology_one_path)
{
	tell(t, row);
}

static const struct kind new_kinds[] = {
	{ ROW("send-failed-event-told-to-both",
		  "A message that comes back in its new form is told to both ends, which have asked", R_6458_6_1_11_01,
		  R_6458_6_1_11_02, R_6458_6_1_11_04),
		TO_BOTH, .type = SEND_FAILED_EVENT, .when = BEFORE_COMING, .happens = messages_come_back_newly },
	{ ROW("send-failed-event-told-to-client",
		  "A message that comes back in its new form is not told to a server that has not asked",
		  R_6458_6_1_11_01, R_6458_6_1_11_02, R_6458_6_1_11_04),
		TO_CLIENT, .type = SEND_FAILED_EVENT, .when = BEFORE_COMING, .happens = messages_come_back_newly },
	{ ROW("send-failed-event-told-to-server",
		  "A message that comes back in its new form is not told to a client that has not asked",
		  R_6458_6_1_11_01, R_6458_6_1_11_02, R_6458_6_1_11_04),
		TO_SERVER, .type = SEND_FAILED_EVENT, .when = BEFORE_COMING, .happens = messages_come_back_newly },
};

FAMILY(events, new_kinds, .requirements = IDS(R_6458_6_2_2_01), .topology = &topology_one_path)
{
	const struct kind *kind = row;
	const struct pair p = strangers(t);
	const struct told told = { p, kind->client, kind->server };

	unsubscribe(t, p.client, SEND_FAILED);
	unsubscribe(t, p.server, SEND_FAILED);
	subscribe_ends(t, p, kind);
	associate(t, p);
	kind->happens(t, &told);
	expect_quiet(t, s(1));
}

static const struct kind path_kinds[] = {
	{ ROW("paddr-change-told-to-both", "A path that fails and comes back is told to both ends, which have asked",
		  R_6458_6_1_2_01, R_6458_6_1_2_02, R_6458_6_1_2_03, R_6458_6_1_2_04, R_6458_6_1_2_10),
		TO_BOTH, .type = PEER_ADDR_CHANGE, .when = WHEN_SETTLED, .happens = path_fails },
	{ ROW("paddr-change-told-to-client",
		  "A path that fails and comes back is not told to a server that has not asked", R_6458_6_1_2_01,
		  R_6458_6_1_2_02, R_6458_6_1_2_03, R_6458_6_1_2_04, R_6458_6_1_2_10),
		TO_CLIENT, .type = PEER_ADDR_CHANGE, .when = WHEN_SETTLED, .happens = path_fails },
	{ ROW("paddr-change-told-to-server",
		  "A path that fails and comes back is not told to a client that has not asked", R_6458_6_1_2_01,
		  R_6458_6_1_2_02, R_6458_6_1_2_03, R_6458_6_1_2_04, R_6458_6_1_2_10),
		TO_SERVER, .type = PEER_ADDR_CHANGE, .when = WHEN_SETTLED, .happens = path_fails },
	{ ROW("made-primary-told-to-both", "An address that is made primary is told to both ends, which have asked",
		  R_6458_6_1_2_02, R_6458_6_1_2_07, R_6458_6_1_2_10),
		TO_BOTH, .type = PEER_ADDR_CHANGE, .when = WHEN_SETTLED, .happens = is_made_primary },
	{ ROW("made-primary-told-to-client",
		  "An address that is made primary is not told to a server that has not asked", R_6458_6_1_2_02,
		  R_6458_6_1_2_07, R_6458_6_1_2_10),
		TO_CLIENT, .type = PEER_ADDR_CHANGE, .when = WHEN_SETTLED, .happens = is_made_primary },
	{ ROW("made-primary-told-to-server",
		  "An address that is made primary is not told to a client that has not asked", R_6458_6_1_2_02,
		  R_6458_6_1_2_07, R_6458_6_1_2_10),
		TO_SERVER, .type = PEER_ADDR_CHANGE, .when = WHEN_SETTLED, .happens = is_made_primary },
};

/* Quickly: five minutes after boot Linux holds a HEARTBEAT back (linux_heartbeats_held_back). */
FAMILY(events, path_kinds, .requirements = IDS(R_6458_6_2_2_01), .topology = &topology_two_paths,
	.settings = { QUICK_RTO, .hb_interval = MS(5000), .path_max_retrans = 2 })
{
	tell(t, row);
}

static const struct kind reset_kinds[] = {
	{ ROW("stream-reset-told-to-both", "A stream that begins anew is told to both ends, which have asked",
		  R_6525_6_1_1_01),
		TO_BOTH, .type = STREAM_RESET_EVENT, .when = BEFORE_COMING, .happens = reset_streams },
	{ ROW("stream-reset-told-to-client", "A stream that begins anew is not told to a server that has not asked",
		  R_6525_6_1_1_01),
		TO_CLIENT, .type = STREAM_RESET_EVENT, .when = BEFORE_COMING, .happens = reset_streams },
	{ ROW("stream-reset-told-to-server", "A stream that begins anew is not told to a client that has not asked",
		  R_6525_6_1_1_01),
		TO_SERVER, .type = STREAM_RESET_EVENT, .when = BEFORE_COMING, .happens = reset_streams },
	{ ROW("assoc-reset-told-to-both",
		  "An association whose numbers begin anew is told to both ends, which have asked", R_6525_6_1_2_01),
		TO_BOTH, .type = ASSOC_RESET_EVENT, .when = BEFORE_COMING, .happens = reset_associations },
	{ ROW("assoc-reset-told-to-client",
		  "An association whose numbers begin anew is not told to a server that has not asked",
		  R_6525_6_1_2_01),
		TO_CLIENT, .type = ASSOC_RESET_EVENT, .when = BEFORE_COMING, .happens = reset_associations },
	{ ROW("assoc-reset-told-to-server",
		  "An association whose numbers begin anew is not told to a client that has not asked",
		  R_6525_6_1_2_01),
		TO_SERVER, .type = ASSOC_RESET_EVENT, .when = BEFORE_COMING, .happens = reset_associations },
	{ ROW("stream-change-told-to-both", "A stream that is added is told to both ends, which have asked",
		  R_6525_6_1_3_01),
		TO_BOTH, .type = STREAM_CHANGE_EVENT, .when = BEFORE_COMING, .happens = change_streams },
	{ ROW("stream-change-told-to-client", "A stream that is added is not told to a server that has not asked",
		  R_6525_6_1_3_01),
		TO_CLIENT, .type = STREAM_CHANGE_EVENT, .when = BEFORE_COMING, .happens = change_streams },
	{ ROW("stream-change-told-to-server", "A stream that is added is not told to a client that has not asked",
		  R_6525_6_1_3_01),
		TO_SERVER, .type = STREAM_CHANGE_EVENT, .when = BEFORE_COMING, .happens = change_streams },
};

FAMILY(events, reset_kinds, .requirements = IDS(R_6458_6_2_2_01), .topology = &topology_one_path,
	.settings = { .reconf = ON })
{
	tell(t, row);
}
