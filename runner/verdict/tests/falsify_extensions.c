/* SPDX-License-Identifier: Apache-2.0 */
/* falsify_extensions.c - plays of associations with extensions: each is played truly, and once for each of its rules
 * with a mistake that breaks that one. */
#include <nettle/hmac.h>

#include "runner/referee/extensions.h"
#include "runner/verdict/tests/falsify.h"
#include "runner/verdict/tests/stage.h"

enum {
	ECN_CAPABLE = 0x8000,
	RANDOM = 0x8002,
	CHUNK_LIST = 0x8003,
	HMAC_ALGO = 0x8004,
	SUPPORTED_EXTENSIONS = 0x8008,
	FORWARD_TSN_SUPPORTED = 0xc000,
	FLAG_E = 1,
	FLAG_B = 2,
	FLAG_U = 4,
};

/* One of these two, as the play is to break that rule or not. */
static uint32_t or_else(const struct stage *stage, const char *rule, uint32_t false_, uint32_t true_)
{
	return stage_breaks(stage, rule) ? false_ : true_;
}

static void put_extensions(struct stage *stage, const char *types, unsigned n)
{
	stage_16(stage, SUPPORTED_EXTENSIONS);
	stage_16(stage, 4 + n);
	stage_fill(stage, types, n);
	while (stage->length % 4 != 0)
		stage_8(stage, 0);
}

/* ---- PR-SCTP ---- */

static void offer_partial(struct stage *stage, int end)
{
	if (end == 1 && stage_breaks(stage, "partial.agreed"))
		return;
	stage_16(stage, FORWARD_TSN_SUPPORTED);
	stage_16(stage, 4);
}

static void put_forward(struct stage *stage, int from, uint32_t tsn, unsigned ssn)
{
	stage_packet(stage, from);
	stage_chunk(stage, CHUNK_FORWARD_TSN, (uint8_t)or_else(stage, "partial.flags", 1, 0));
	stage_32(stage, tsn);
	stage_16(stage, or_else(stage, "partial.streams", 7, 3));
	stage_16(stage, ssn);
}

/* Three messages are lost and given up; the FORWARD TSN that says so is lost, too, and sent again. */
static void partial(struct stage *stage)
{
	const struct actor *a = &stage->actor[0];
	stage_meet(stage, offer_partial);
	stage_data(stage, 0, 3, 0, 100);
	stage_sack(stage, 1);
	stage_wait_ms(stage, 10);
	const uint32_t first = a->tsn;
	for (unsigned i = 0; i < 3; i++) {
		stage_packet(stage, 0);
		stage_put_data(stage, 3, 1 + i, 100);
		stage_lose(stage);
	}
	stage_wait_ms(stage, 1000);
	put_forward(stage, 0, a->tsn - 1 + or_else(stage, "partial.what-was-sent", 1, 0), 3);
	stage_lose(stage);
	if (stage_breaks(stage, "partial.not-again")) {
		stage_packet(stage, 0);
		stage->actor[0].tsn = first;
		stage_put_data(stage, 3, 1, 100);
		stage_lose(stage);
	}
	stage_wait_ms(stage, 1010);
	put_forward(stage, 0, a->tsn - 1 - or_else(stage, "partial.not-back", 1, 0), 3);
	stage_send(stage);
	stage_wait_ms(stage, or_else(stage, "partial.acknowledged", 400, 190));
	stage_sack(stage, 1);
	stage_wait_ms(stage, 10);
	stage_data(stage, 0, 3, 4, 100);
	stage_sack(stage, 1);
}

/* ---- I-DATA ---- */

static void offer_interleaving(struct stage *stage, int end)
{
	static const char types[] = { CHUNK_I_DATA, (char)CHUNK_I_FORWARD_TSN };
	(void)end;
	put_extensions(stage, types, sizeof(types));
}

static void put_i_data(struct stage *stage, unsigned stream, unsigned flags, uint32_t mid, uint32_t ppid_or_fsn)
{
	stage_chunk(stage, CHUNK_I_DATA, (uint8_t)flags);
	stage_32(stage, stage->actor[stage->from].tsn++);
	stage_16(stage, stream);
	stage_16(stage, or_else(stage, "interleaving.reserved", 1, 0));
	stage_32(stage, mid);
	stage_32(stage, ppid_or_fsn);
	stage_fill(stage, "", 100);
}

/* Messages of two streams and an unordered one, whose fragments alternate. */
static void interleaving(struct stage *stage)
{
	stage_meet(stage, offer_interleaving);
	if (stage_breaks(stage, "interleaving.kind"))
		stage_data(stage, 0, 0, 0, 100);
	for (uint32_t mid = 0; mid < 2; mid++) {
		stage_packet(stage, 0);
		put_i_data(stage, 0, FLAG_B, mid + or_else(stage, "interleaving.mid", mid, 0), 7);
		put_i_data(stage, 1, FLAG_B, mid, 7);
		put_i_data(stage, 1, FLAG_B | FLAG_U, mid, 7);
		put_i_data(stage, 0, 0, mid, or_else(stage, "interleaving.fsn", 2, 1));
		put_i_data(stage, 1, FLAG_E, mid, 1);
		if (stage_breaks(stage, "interleaving.one-message"))
			put_i_data(stage, 0, FLAG_B, mid + 1, 7);
		put_i_data(stage, 0, FLAG_E, mid, 2);
		put_i_data(stage, 1, FLAG_E | FLAG_U, mid, 1);
		stage_send(stage);
		stage_sack(stage, 1);
		stage_wait_ms(stage, 10);
	}
	stage_packet(stage, 0);
	put_i_data(stage, 0, FLAG_B | FLAG_E, 2, 7);
	stage_lose(stage);
	stage_wait_ms(stage, 1010);
	stage_packet(stage, 0);
	stage_chunk(
		stage, (uint8_t)or_else(stage, "interleaving.forward-kind", CHUNK_FORWARD_TSN, CHUNK_I_FORWARD_TSN), 0);
	stage_32(stage, stage->actor[0].tsn - 1);
	stage_send(stage);
	stage_sack(stage, 1);
}

/* ---- RE-CONFIG ---- */

static void offer_re_config(struct stage *stage, int end)
{
	static const char types[] = { (char)CHUNK_RE_CONFIG };
	if (end == 0 || !stage_breaks(stage, "reconfig.agreed"))
		put_extensions(stage, types, sizeof(types));
}

static void put_reset(struct stage *stage, int from, uint32_t number, uint32_t last_tsn)
{
	stage_packet(stage, from);
	stage_chunk(stage, CHUNK_RE_CONFIG, (uint8_t)or_else(stage, "reconfig.parameters", 1, 0));
	stage_16(stage, RE_CONFIG_OUTGOING);
	stage_16(stage, 4 + 12 + 2);
	stage_32(stage, number);
	stage_32(stage, stage->actor[1 - from].first_tsn - 1);
	stage_32(stage, last_tsn);
	stage_16(stage, 3); /* the stream */
}

static void respond(struct stage *stage, int from, uint32_t number)
{
	enum { PERFORMED = 1 };
	stage_packet(stage, from);
	stage_chunk(stage, CHUNK_RE_CONFIG, 0);
	stage_16(stage, RE_CONFIG_RESPONSE);
	stage_16(stage, 4 + 8);
	stage_32(stage, number + or_else(stage, "reconfig.response", 5, 0));
	stage_32(stage, PERFORMED);
	stage_send(stage);
}

/* Stream 3 is reset twice; the first request is lost and sent again. */
static void re_config(struct stage *stage)
{
	const struct actor *a = &stage->actor[0];
	uint32_t number = a->first_tsn;
	stage_meet(stage, offer_re_config);
	stage_data(stage, 0, 3, 0, 100);
	stage_sack(stage, 1);
	stage_wait_ms(stage, 10);
	const uint32_t last = a->tsn - 1;
	put_reset(stage, 0, number, last - or_else(stage, "reconfig.last-tsn", 1, 0));
	stage_lose(stage);
	stage_data(stage, 0, stage_breaks(stage, "reconfig.held") ? 3 : 4, stage_breaks(stage, "reconfig.held"), 100);
	stage_sack(stage, 1);
	stage_wait_ms(stage, 1010);
	put_reset(stage, 0, number, last + or_else(stage, "reconfig.again", 1, 0));
	stage_send(stage);
	stage_wait_ms(stage, or_else(stage, "reconfig.answered-at-once", 100, 1));
	if (!stage_breaks(stage, "reconfig.one"))
		respond(stage, 1, number);
	stage_wait_ms(stage, 10);
	stage_data(stage, 0, 3, or_else(stage, "reconfig.from-zero", 1, 0), 100);
	stage_sack(stage, 1);
	stage_wait_ms(stage, 10);
	number += or_else(stage, "reconfig.numbers", 2, 1);
	put_reset(stage, 0, number, a->tsn - 1);
	stage_send(stage);
	respond(stage, 1, number);
}

/* ---- AUTH and ASCONF ---- */

enum { RANDOM_OCTETS = 32, SHA1 = 1, SHA256 = 3, HMAC_OCTETS = SHA256_DIGEST_SIZE };

static void put_auth_parameters(struct stage *stage, int end)
{
	const unsigned octets = or_else(stage, "auth.offer", 16, RANDOM_OCTETS);
	stage_16(stage, RANDOM);
	stage_16(stage, 4 + octets);
	stage_fill(stage, end ? "bbbb" : "aaaa", octets);
	stage_16(stage, CHUNK_LIST);
	stage_16(stage, 4 + 2);
	stage_8(stage, CHUNK_ASCONF);
	stage_8(stage, CHUNK_ASCONF_ACK);
	stage_16(stage, 0);
	stage_16(stage, HMAC_ALGO);
	stage_16(stage, 4 + 4);
	stage_16(stage, SHA256);
	stage_16(stage, SHA1);
}

static void offer_asconf(struct stage *stage, int end)
{
	static const char types[] = { (char)CHUNK_ASCONF, (char)CHUNK_ASCONF_ACK, CHUNK_AUTH };
	if (end == 0 || !stage_breaks(stage, "asconf.agreed"))
		put_extensions(stage, types, sizeof(types));
	put_auth_parameters(stage, end);
}

/* An AUTH, whose HMAC is filled in when the packet is complete. */
static size_t put_auth(struct stage *stage)
{
	stage_chunk(stage, CHUNK_AUTH, 0);
	stage_16(stage, 0);
	stage_16(stage, or_else(stage, "auth.hmac-id", 2, SHA256));
	const size_t at = stage->length;
	for (unsigned i = 0; i < HMAC_OCTETS; i++)
		stage_8(stage, 0);
	return at;
}

/* RFC 4895 section 6.1, with an empty shared key: the smaller key vector, and the larger one. */
static void put_hmac(struct stage *stage, size_t at)
{
	enum { HEADERS = 8 };
	static const uint8_t others[] = { 0x80, 0x03, 0, 6, CHUNK_ASCONF, CHUNK_ASCONF_ACK, 0x80, 0x04, 0, 8, 0, SHA256,
		0, SHA1 };
	uint8_t key[2 * (4 + RANDOM_OCTETS + sizeof(others))];
	size_t n = 0;
	for (int end = 0; end < 2; end++) {
		static const uint8_t header[] = { 0x80, 0x02, 0, 4 + RANDOM_OCTETS };
		memcpy(key + n, header, sizeof(header));
		memset(key + n + 4, 'x', RANDOM_OCTETS);
		memset(key + n + 4, end ? 'b' : 'a', 4);
		memcpy(key + n + 4 + RANDOM_OCTETS, others, sizeof(others));
		n += 4 + RANDOM_OCTETS + sizeof(others);
	}
	struct hmac_sha256_ctx context;
	stage_finish(stage);
	hmac_sha256_set_key(&context, n, key);
	hmac_sha256_update(&context, stage->length - (at - HEADERS), stage->bytes + at - HEADERS);
	hmac_sha256_digest(&context, HMAC_OCTETS, stage->bytes + at);
}

static void put_address(struct stage *stage, const char *rule)
{
	stage_16(stage, or_else(stage, rule, 0xc001, 5));
	stage_16(stage, 8);
	stage_32(stage, 0x0a000001);
}

/* An ASCONF that adds an address, or (`ack`) its acknowledgement. */
static void put_asconf(struct stage *stage, int from, bool ack, uint32_t serial, unsigned correlation, bool wrong)
{
	size_t auth = 0;
	stage_packet(stage, from);
	if (!stage_breaks(stage, "asconf.authenticated") && !stage_breaks(stage, "auth.required"))
		auth = put_auth(stage);
	if (stage_breaks(stage, "auth.once"))
		put_auth(stage);
	stage_chunk(stage, ack ? CHUNK_ASCONF_ACK : CHUNK_ASCONF, 0);
	stage_32(stage, serial + (ack ? or_else(stage, "asconf.same-serial", 1, 0) : 0));
	if (!ack) {
		put_address(stage, "asconf.address");
		stage_16(stage, 0xc001);
		stage_16(stage, 16);
		stage_32(stage, correlation);
		put_address(stage, "");
	}
	if (auth > 0)
		put_hmac(stage, auth);
	if (auth > 0 && wrong)
		stage->bytes[auth] ^= 1;
}

/* An address is added, and another one: the first ASCONF is lost and sent again. */
static void asconf(struct stage *stage)
{
	uint32_t serial = stage->actor[0].first_tsn;
	stage_meet(stage, offer_asconf);
	put_asconf(stage, 0, false, serial, 1, false);
	stage_lose(stage);
	stage_wait_ms(stage, 3010);
	put_asconf(stage, 0, false, serial, or_else(stage, "asconf.again", 2, 1), false);
	stage_send(stage);
	stage_wait_ms(stage, or_else(stage, "asconf.acknowledged-at-once", 100, 1));
	if (!stage_breaks(stage, "asconf.one")) {
		put_asconf(stage, 1, true, serial, 0, false);
		stage_send(stage);
	}
	stage_wait_ms(stage, 10);
	serial += or_else(stage, "asconf.serials", 2, 1);
	put_asconf(stage, 0, false, serial, 2, stage_breaks(stage, "auth.hmac"));
	stage_send(stage);
	put_asconf(stage, 1, true, serial, 0, false);
	stage_send(stage);
}

/* ---- ECN ---- */

static void offer_ecn(struct stage *stage, int end)
{
	if (end == 1 && stage_breaks(stage, "ecn.agreed"))
		return;
	stage_16(stage, ECN_CAPABLE);
	stage_16(stage, 4);
}

static void ecn(struct stage *stage)
{
	const uint32_t tsn = stage->actor[0].tsn;
	stage_meet(stage, offer_ecn);
	stage_data(stage, 0, 0, 0, 100);
	stage_sack(stage, 1);
	stage_packet(stage, 1);
	stage_chunk(stage, CHUNK_ECNE, 0);
	stage_32(stage, tsn);
	stage_send(stage);
	stage_wait_ms(stage, or_else(stage, "ecn.answered-at-once", 100, 1));
	stage_packet(stage, 0);
	stage_chunk(stage, CHUNK_CWR, 0);
	stage_32(stage, tsn + or_else(stage, "ecn.same-tsn", 1, 0));
	stage_send(stage);
}

const struct falsification falsify_extensions[] = {
	{ .rule = "partial.agreed", .play = partial },
	{ .rule = "partial.what-was-sent", .play = partial },
	{ .rule = "partial.not-back", .play = partial },
	{ .rule = "partial.not-again", .play = partial },
	{ .rule = "partial.streams", .play = partial },
	{ .rule = "partial.flags", .play = partial },
	{ .rule = "partial.acknowledged", .play = partial },
	{ .rule = "interleaving.kind", .play = interleaving },
	{ .rule = "interleaving.forward-kind", .play = interleaving },
	{ .rule = "interleaving.mid", .play = interleaving },
	{ .rule = "interleaving.fsn", .play = interleaving },
	{ .rule = "interleaving.one-message", .play = interleaving },
	{ .rule = "interleaving.reserved", .play = interleaving },
	{ .rule = "reconfig.agreed", .play = re_config },
	{ .rule = "reconfig.numbers", .play = re_config },
	{ .rule = "reconfig.one", .play = re_config },
	{ .rule = "reconfig.again", .play = re_config },
	{ .rule = "reconfig.parameters", .play = re_config },
	{ .rule = "reconfig.last-tsn", .play = re_config },
	{ .rule = "reconfig.held", .play = re_config },
	{ .rule = "reconfig.answered-at-once", .play = re_config },
	{ .rule = "reconfig.response", .play = re_config },
	{ .rule = "reconfig.from-zero", .play = re_config },
	{ .rule = "asconf.agreed", .play = asconf },
	{ .rule = "asconf.authenticated", .play = asconf },
	{ .rule = "asconf.serials", .play = asconf },
	{ .rule = "asconf.one", .play = asconf },
	{ .rule = "asconf.again", .play = asconf },
	{ .rule = "asconf.address", .play = asconf },
	{ .rule = "asconf.acknowledged-at-once", .play = asconf },
	{ .rule = "asconf.same-serial", .play = asconf },
	{ .rule = "auth.required", .play = asconf },
	{ .rule = "auth.once", .play = asconf },
	{ .rule = "auth.hmac-id", .play = asconf },
	{ .rule = "auth.hmac", .play = asconf },
	{ .rule = "auth.offer", .play = asconf },
	{ .rule = "ecn.agreed", .play = ecn },
	{ .rule = "ecn.answered-at-once", .play = ecn },
	{ .rule = "ecn.same-tsn", .play = ecn },
	{ .rule = NULL },
};
