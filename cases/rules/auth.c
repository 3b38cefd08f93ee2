/* SPDX-License-Identifier: Apache-2.0 */
/* auth.c - chunks that are authenticated (RFC 4895). */
#include "cases/requirements.h"
#include "runner/referee/rule.h"

RULE(auth, "required", .title = "What the peer takes behind AUTH only is sent behind AUTH", .level = LEVEL_MUST,
	.requirements = IDS(R_4895_6_2_01, R_4895_6_2_04, R_4895_6_2_05), .on = ON_SENDING)
{
	if (extensions_authenticates(step->self->peer, step->chunk->type))
		must(step, packet_authenticates(step->packet, step->chunk), "AUTH before it in its packet", "none");
}

RULE(auth, "once", .title = "A packet has one AUTH at the most", .level = LEVEL_MUST,
	.requirements = IDS(R_4895_5_1_05), .on = ON_SENDING, .chunks = CHUNKS(CHUNK_AUTH))
{
	must(step, !packet_authenticates(step->packet, step->chunk), "one AUTH", "another one");
}

RULE(auth, "hmac-id", .title = "AUTH has an HMAC that the peer understands", .level = LEVEL_MUST,
	.requirements = IDS(R_4895_6_1_06, R_4895_6_3_03), .on = ON_SENDING, .chunks = CHUNKS(CHUNK_AUTH))
{
	const struct end *peer = step->self->peer;
	bool understood = false;
	if (!step->chunk->decoded || !extensions_agreed(peer, CHUNK_AUTH))
		return;
	for (unsigned i = 0; i < peer->extensions->n_hmacs; i++)
		understood |= peer->extensions->hmacs[i] == step->chunk->auth.hmac;
	must(step, understood, "an HMAC identifier that the peer has listed", "%u", step->chunk->auth.hmac);
}

/* Only users know their keys. When an HMAC has shown that a key is the empty one, all others can be judged. */
RULE(auth, "hmac", .title = "The HMAC of AUTH is that of its key, AUTH, and all that follows", .level = LEVEL_MUST,
	.requirements = IDS(R_4895_6_1_11, R_4895_6_1_12, R_4895_6_2_06, R_4895_6_2_07, R_4895_6_2_08),
	.on = ON_SENDING, .chunks = CHUNKS(CHUNK_AUTH))
{
	const enum hmac hmac = hmac_judge(step->self, step->packet, step->chunk);
	if (hmac == HMAC_RIGHT || (hmac == HMAC_WRONG && step->self->extensions->key_is_empty))
		must(step, hmac == HMAC_RIGHT, "the HMAC of the empty key, as before", "another one");
}

/* What INIT or INIT ACK has to have: RANDOM of 32 octets, and SHA-1 among the HMACs. */
RULE(auth, "offer", .title = "Who offers AUTH sends a random number of 32 octets, and understands SHA-1",
	.level = LEVEL_MUST, .requirements = IDS(R_4895_3_1_03, R_4895_6_1_02, R_4895_6_1_08, R_4895_3_3_03),
	.on = AFTER_SENDING, .chunks = CHUNKS(CHUNK_INIT, CHUNK_INIT_ACK))
{
	enum { RANDOM = 0x8002, SHA1 = 1 };
	const struct extensions *own = step->self->extensions;
	struct tlv random;
	bool sha1 = false;
	if (!own || !tlv_find(step->chunk, TLV_OF_INIT, RANDOM, &random))
		return;
	for (unsigned i = 0; i < own->n_hmacs; i++)
		sha1 |= own->hmacs[i] == SHA1;
	must(step, random.length == 32 && sha1, "32 random octets, and HMAC identifier 1", "%u octets, %s",
		random.length, sha1 ? "and it" : "and not that");
}
