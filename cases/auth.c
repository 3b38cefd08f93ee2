/* SPDX-License-Identifier: Apache-2.0 */
/* auth.c - authenticated chunks (RFC 4895): which, by which key and algorithm, and what is not authentic. */
#include <errno.h>

#include "cases/requirements.h"
#include "runner/engine/case.h"

AREA(auth, R_4895_3_1_01, R_4895_3_1_03, R_4895_3_3_03, R_4895_5_1_05, R_4895_6_1_01, R_4895_6_1_11, R_4895_6_1_12,
	R_4895_6_2_07);

#define HMAC_SHA1 1
#define HMAC_SHA256 3

/* Both ends ask the other to authenticate these chunks. */
static struct pair strangers_who_want(struct trial *t, unsigned chunk)
{
	const struct pair p = strangers(t);

	set_option(t, p.client, SCTP_AUTH_CHUNK, FUTURE, IS(sauth_chunk, chunk));
	set_option(t, p.server, SCTP_AUTH_CHUNK, FUTURE, IS(sauth_chunk, chunk));
	return p;
}

static void settle_all(struct trial *t, struct pair p)
{
	associate(t, p);
	confirm_addresses(t, p);
	settle(t, p);
}

static void set_key(struct trial *t, struct peer *peer, struct option_scope scope, int number, const char *key)
{
	set_option(t, peer, SCTP_AUTH_KEY, scope, IS(sca_keynumber, number), TEXT(sca_key, key));
}

static void activate_key(struct trial *t, struct peer *peer, struct option_scope scope, int number)
{
	set_option(t, peer, SCTP_AUTH_ACTIVE_KEY, scope, IS(scact_keynumber, number));
}

/* DATA is authenticated by key 5, which is "open sesame" at the client. */
static struct pair keyed(struct trial *t, const char *key_of_server)
{
	const struct pair p = strangers_who_want(t, DATA);

	set_key(t, p.client, FUTURE, 5, "open sesame");
	set_key(t, p.server, FUTURE, 5, key_of_server);
	activate_key(t, p.client, FUTURE, 5);
	activate_key(t, p.server, FUTURE, 5);
	return p;
}

/* ---- Which chunks ---- */

struct wanted {
	struct row row;
	unsigned chunk;
	unsigned of_client, of_server; /* AUTH chunks, in what expect_wanted() does */
};

static const struct wanted wanteds[] = {
	{ ROW("chunk-data", "DATA comes behind AUTH where the peer wants it", R_4895_6_3_09), .chunk = DATA,
		.of_client = 1, .of_server = 1 },
	{ ROW("chunk-sack", "SACK comes behind AUTH where the peer wants it", R_4895_6_2_05), .chunk = SACK,
		.of_client = 1, .of_server = 1 },
	{ ROW("chunk-cookie-echo", "COOKIE ECHO comes behind AUTH where the peer wants it", R_4895_6_3_10),
		.chunk = COOKIE_ECHO, .of_client = 1, .of_server = 0 },
	{ ROW("chunk-cookie-ack", "COOKIE ACK comes behind AUTH where the peer wants it"), .chunk = COOKIE_ACK,
		.of_client = 0, .of_server = 1 },
	{ ROW("chunk-shutdown", "SHUTDOWN comes behind AUTH where the peer wants it"), .chunk = SHUTDOWN,
		.of_client = 1, .of_server = 0 },
	{ ROW("chunk-shutdown-ack", "SHUTDOWN ACK comes behind AUTH where the peer wants it"), .chunk = SHUTDOWN_ACK,
		.of_client = 0, .of_server = 1 },
};

static void expect_auths(struct trial *t, unsigned count, enum endpoint from, vtime began)
{
	if (count == 0)
		expect_not_sent(t, from, 0, AUTH, since(t, began));
	else
		expect_sent_exactly(t, count, from, 0, AUTH, since(t, began));
}

FAMILY(auth, wanteds,
	.requirements = IDS(R_4895_3_2_03, R_4895_5_1_01, R_4895_6_2_01, R_4895_6_2_04, R_4895_6_2_06 /* key 0 */),
	.topology = &topology_one_path, .settings = { .auth = ON })
{
	const struct wanted *wanted = row;
	const vtime began = now(t);
	const struct pair p = strangers_who_want(t, wanted->chunk);

	associate(t, p);
	expect_delivered_both_ways(t, p);
	expect_quiet(t, s(1));
	shut_down(t, p.client);
	expect_in_order(t, soon(t, shutdown_event(p.server)), soon(t, shutdown_comp(p.server)));
	expect(t, soon(t, shutdown_comp(p.client)));
	expect_auths(t, wanted->of_client, A, began);
	expect_auths(t, wanted->of_server, B, began);
}

/* ---- Keys ---- */

CASE(auth, "key", .title = "DATA is authenticated by a key that both ends have and use",
	.requirements = IDS(R_4895_6_1_10, R_4895_6_2_03, R_4895_6_3_06), .topology = &topology_one_path,
	.settings = { .auth = ON })
{
	const struct pair p = keyed(t, "open sesame");

	settle_all(t, p);
	expect_option(t, p.client, SCTP_AUTH_ACTIVE_KEY, ASSOCIATION, IS(scact_keynumber, 5));
	const vtime before = now(t);
	expect_delivered(
		t, send_messages(t, p.client, p.server, &(struct traffic){ .count = 10, .size = 1000 }), promptly());
	expect_sent_exactly(t, 10, A, 0, AUTH, since(t, before));
	expect_sent_exactly(t, 10, A, 0, DATA, since(t, before));
}

CASE(auth, "wrong-key", .title = "What is authenticated by another key is discarded in silence, until the keys agree",
	.requirements = IDS(R_4895_6_3_08), .topology = &topology_one_path, .settings = { .auth = ON })
{
	const struct pair p = keyed(t, "open barley");

	associate(t, p);
	const vtime before = now(t);
	struct flow *flow = say(t, p.client, p.server);
	expect_quiet(t, s(2));
	expect_sent(t, A, 0, DATA, since(t, before));
	expect_not_sent(t, B, 0, SACK, since(t, before));
	expect_not_sent(t, B, 0, ERROR, since(t, before));
	expect_not_sent(t, B, 0, ABORT, since(t, before));
	set_key(t, p.server, ASSOCIATION, 5, "open sesame");
	expect_delivered(t, flow, between(s(2), s(8)));
}

CASE(auth, "change-key", .title = "The key is changed while data flows, and the old one is told free and deleted",
	.requirements = IDS(R_4895_6_2_03, R_6458_6_1_8_03, R_6458_8_3_5_01), .topology = &topology_one_path,
	.settings = { .auth = ON })
{
	const struct pair p = keyed(t, "open sesame");

	subscribe(t, p.client, AUTHENTICATION_EVENT);
	settle_all(t, p);
	struct flow *flow = send_messages(
		t, p.client, p.server, &(struct traffic){ .count = 100, .interval = 10 * 1000 * 1000, .size = 1000 });
	expect_quiet(t, ms(300));
	set_key(t, p.client, ASSOCIATION, 6, "open wheat");
	set_key(t, p.server, ASSOCIATION, 6, "open wheat");
	activate_key(t, p.client, ASSOCIATION, 6);
	activate_key(t, p.server, ASSOCIATION, 6);
	expect_quiet(t, ms(300));
	set_option(t, p.client, SCTP_AUTH_DEACTIVATE_KEY, ASSOCIATION, IS(scact_keynumber, 5));
	expect(t, soon(t, authentication(p.client, FREE_KEY, 5)));
	set_option(t, p.client, SCTP_AUTH_DELETE_KEY, ASSOCIATION, IS(scact_keynumber, 5));
	expect_option_refused(t, p.client, SCTP_AUTH_ACTIVE_KEY, ASSOCIATION, EINVAL, IS(scact_keynumber, 5));
	expect_delivered(t, flow, promptly());
	expect_option(t, p.client, SCTP_AUTH_ACTIVE_KEY, ASSOCIATION, IS(scact_keynumber, 6));
	expect_delivered_both_ways(t, p);
}

struct telling {
	struct row row;
	unsigned messages;
};

static const struct telling tellings[] = {
	{ ROW("new-key-told", "A peer that begins to use another key is told by authentication_event"), .messages = 1 },
	{ ROW("new-key-told-once", "That a peer has begun to use another key is told once"), .messages = 2 },
};

FAMILY(auth, tellings, .requirements = IDS(R_6458_6_1_8_01), .topology = &topology_one_path, .settings = { .auth = ON })
{
	const struct telling *telling = row;
	const struct pair p = keyed(t, "open sesame");

	subscribe(t, p.server, AUTHENTICATION_EVENT);
	set_key(t, p.client, FUTURE, 6, "open wheat");
	set_key(t, p.server, FUTURE, 6, "open wheat");
	associate(t, p);
	expect_delivered(t, say(t, p.client, p.server), promptly());
	expect_quiet(t, s(1));
	activate_key(t, p.client, ASSOCIATION, 6);
	struct flow *flow = send_messages(
		t, p.client, p.server, &(struct traffic){ .count = telling->messages, .interval = 300 * 1000 * 1000 });
	expect(t, soon(t, authentication(p.server, NEW_KEY, 6)));
	expect_delivered(t, flow, promptly());
}

/* ---- Algorithms ---- */

struct algorithms {
	struct row row;
	struct option_value of_client[3], of_server[3];
};

static const struct algorithms algorithms[] = {
	{ ROW("hmac-sha1", "DATA is authenticated by SHA-1, which both ends know", R_4895_3_3_04),
		.of_client = { IS(shmac_idents, HMAC_SHA1) }, .of_server = { IS(shmac_idents, HMAC_SHA1) } },
	{ ROW("hmac-sha256", "DATA is authenticated by SHA-256, which both ends prefer", R_4895_6_1_07),
		.of_client = { IS(shmac_idents, HMAC_SHA256), IS(shmac_idents, HMAC_SHA1) },
		.of_server = { IS(shmac_idents, HMAC_SHA256), IS(shmac_idents, HMAC_SHA1) } },
	{ ROW("hmac-one-each", "Each end authenticates by an algorithm that the other has listed", R_4895_6_1_06,
		  R_4895_6_3_02),
		.of_client = { IS(shmac_idents, HMAC_SHA256), IS(shmac_idents, HMAC_SHA1) },
		.of_server = { IS(shmac_idents, HMAC_SHA1) } },
};

FAMILY(auth, algorithms, .requirements = IDS(R_4895_6_1_08), .topology = &topology_one_path, .settings = { .auth = ON })
{
	const struct algorithms *of = row;
	const struct pair p = keyed(t, "open sesame");

	set_option_to(t, p.client, SCTP_HMAC_IDENT, FUTURE, of->of_client);
	set_option_to(t, p.server, SCTP_HMAC_IDENT, FUTURE, of->of_server);
	expect_option_is(t, p.client, SCTP_HMAC_IDENT, FUTURE, of->of_client);
	settle_all(t, p);
	const vtime before = now(t);
	expect_delivered_both_ways(t, p);
	expect_sent_by_both(t, 0, AUTH, since(t, before));
}

/* ---- A peer without ---- */

CASE(auth, "peer-without", .title = "Nothing is authenticated with a peer that cannot, whatever was wanted",
	.requirements = IDS(R_4895_6_2_01, R_6458_6_1_8_02), .topology = &topology_one_path, .at_a = { .auth = ON })
{
	const struct pair p = strangers(t);
	const vtime began = now(t);

	set_option(t, p.client, SCTP_AUTH_CHUNK, FUTURE, IS(sauth_chunk, DATA));
	subscribe(t, p.client, AUTHENTICATION_EVENT);
	start_connect(t, p.client, p.server, 0);
	expect_all(t, soon(t, comm_up(p.client)), soon(t, authentication(p.client, NO_AUTH, ANY)),
		soon(t, comm_up(p.server)));
	expect_option(t, p.client, SCTP_AUTH_SUPPORTED, ASSOCIATION, IS(assoc_value, 0));
	expect_delivered(t, say(t, p.client, p.server), promptly());
	expect_not_sent_by_both(t, 0, AUTH, since(t, began));
}

/* ---- Through a failover ---- */

CASE(auth, "failover", .title = "Authenticated DATA goes on over the other path",
	.requirements = IDS(R_4895_6_2_01, R_4895_6_3_09), .topology = &topology_two_paths, .settings = { .auth = ON })
{
	const struct pair p = keyed(t, "open sesame");

	settle_all(t, p);
	inject(t, all_lost(0));
	const vtime before = now(t);
	expect_delivered(t, say(t, p.client, p.server), data_rerouted(t));
	expect_sent_exactly(t, 1, A, 0, AUTH, since(t, before));
	expect_sent_exactly(t, 1, A, 1, AUTH, since(t, before));
	expect_delivered(t, say(t, p.server, p.client), data_rerouted(t));
	expect_served_over(t, p, 1);
}

CASE(auth, "failover-new-key", .title = "DATA that was authenticated by the old key arrives over the other path",
	.requirements = IDS(R_4895_6_3_06), .topology = &topology_two_paths, .settings = { .auth = ON })
{
	const struct pair p = keyed(t, "open sesame");

	set_key(t, p.client, FUTURE, 6, "open wheat");
	set_key(t, p.server, FUTURE, 6, "open wheat");
	settle_all(t, p);
	inject(t, all_lost(0));
	struct flow *old = say(t, p.client, p.server);
	activate_key(t, p.client, ASSOCIATION, 6);
	struct flow *new = say(t, p.client, p.server);
	expect_delivered(t, old, data_rerouted(t));
	expect_delivered(t, new, data_rerouted(t));
}
