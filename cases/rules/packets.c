/* SPDX-License-Identifier: Apache-2.0 */
/* packets.c - what holds for every packet that an end sends (RFC 9260 sections 3, 6.8, 6.10 and 8.5). */
#include "cases/requirements.h"
#include "runner/referee/rule.h"

enum { FLAG_T = 1 };

/* Linux puts the HMAC that it expects into the packet that it gets. Of one that is not authentic a capture that shares
 * its octets has not what was sent; but where the HMAC is wrong still, nobody has put one there. */
static bool may_be_overwritten(const struct step *step)
{
	const struct packet *packet = step->packet;
	if (packet->chunk_count == 0 || packet->chunks[0].type != CHUNK_AUTH)
		return false;
	return !step->self->extensions || !step->self->extensions->key_is_empty ||
		hmac_judge(step->self, packet, &packet->chunks[0]) != HMAC_WRONG;
}

RULE(packets, "checksum", .title = "Each packet has its CRC32c", .level = LEVEL_MUST,
	.requirements = IDS(R_9260_6_8_01, R_9260_6_8_02), .on = ON_PACKET)
{
	if (step->packet->truncated || !step->packet->sctp || step->packet->unsummed)
		return;
	const bool ok = packet_checksum_ok(step->packet);
	if (!ok && step->packet->shared && may_be_overwritten(step))
		return;
	must(step, ok, "the packet's CRC32c", "%08x%s", step->packet->checksum,
		!ok && packet_has_adler32(step->packet) ? ", the Adler-32 of RFC 2960" : "");
}

static bool is(const struct step *step, uint8_t type)
{
	return step->packet->chunk_count > 0 && step->packet->chunks[0].type == type;
}

/* An ABORT or SHUTDOWN COMPLETE that answers what belongs to nobody reflects the tag, and says so by its T bit. */
static bool reflects(const struct step *step)
{
	return (is(step, CHUNK_ABORT) || is(step, CHUNK_SHUTDOWN_COMPLETE)) && (step->packet->chunks[0].flags & FLAG_T);
}

RULE(packets, "tag-of-init", .title = "A packet with INIT has the verification tag 0", .level = LEVEL_MUST,
	.requirements = IDS(R_9260_3_1_04, R_9260_8_5_1_01), .on = ON_PACKET)
{
	if (is(step, CHUNK_INIT))
		must(step, step->packet->verification_tag == 0, "the verification tag 0", "%u",
			step->packet->verification_tag);
}

RULE(packets, "tag", .title = "A packet has the tag that the peer chose as its verification tag", .level = LEVEL_MUST,
	.requirements = IDS(R_9260_3_1_03, R_9260_8_5_1_04, R_9260_9_1_02, R_9260_5_2_2_07, R_9260_8_5_01,
		R_9260_3_3_2_11, R_9260_3_3_3_03, R_9260_5_1_06, R_9260_8_5_1_16),
	.on = ON_PACKET)
{
	const struct end *peer = step->self->peer;
	if (is(step, CHUNK_INIT) || reflects(step) || !peer->has_init)
		return;
	must(step, end_has_tag(peer, step->packet->verification_tag), "the verification tag that the peer chose",
		"%u instead of %u", step->packet->verification_tag, peer->tag);
}

RULE(packets, "alone", .title = "INIT, INIT ACK and SHUTDOWN COMPLETE travel alone", .level = LEVEL_MUST,
	.requirements = IDS(R_9260_5_1_18, R_9260_5_1_19, R_9260_6_10_08), .on = ON_SENDING,
	.chunks = CHUNKS(CHUNK_INIT, CHUNK_INIT_ACK, CHUNK_SHUTDOWN_COMPLETE))
{
	must(step, step->packet->chunk_count == 1, "no other chunk in the packet of this one", "%u chunks",
		step->packet->chunk_count);
}

static bool is_data(const struct chunk *chunk)
{
	return chunk->type == CHUNK_DATA || chunk->type == CHUNK_I_DATA;
}

RULE(packets, "control-first", .title = "Control chunks stand before DATA", .level = LEVEL_MUST,
	.requirements = IDS(R_9260_6_10_03), .on = ON_SENDING)
{
	if (step->index == 0 || is_data(step->chunk))
		return;
	must(step, !is_data(&step->packet->chunks[step->index - 1]), "control chunks before the first DATA",
		"%s behind DATA", chunk_name(step->chunk->type) ?: "a chunk");
}

RULE(packets, "data-in-order", .title = "DATA chunks of a packet are in the order of their TSNs", .level = LEVEL_MUST,
	.requirements = IDS(R_9260_6_10_04), .on = ON_SENDING, .chunks = CHUNKS(CHUNK_DATA, CHUNK_I_DATA))
{
	const struct chunk *before = step->index > 0 ? &step->packet->chunks[step->index - 1] : NULL;
	if (!before || !is_data(before) || !before->decoded || !step->chunk->decoded)
		return;
	must(step, (int32_t)(step->chunk->data.tsn - before->data.tsn) > 0, "TSNs that increase within a packet",
		"TSN %u behind %u", step->chunk->data.tsn, before->data.tsn);
}

RULE(packets, "padding", .title = "Padding is of zeros", .level = LEVEL_MUST,
	.requirements = IDS(R_9260_3_2_10, R_9260_3_3_1_13), .on = ON_SENDING)
{
	const struct packet *packet = step->packet;
	const unsigned length = step->chunk->length, padding = (4 - length % 4) % 4;
	const uint8_t *at = step->chunk->value + (length - 4);
	if (padding == 0 || length < 4 || !packet->sctp || step->chunk->captured != length - 4U ||
		at + padding > packet->sctp + packet->sctp_length)
		return;
	for (unsigned i = 0; i < padding; i++)
		if (at[i] != 0) {
			must(step, false, "padding of zeros", "0x%02x in the padding of %s", at[i],
				chunk_name(step->chunk->type) ?: "a chunk");
			return;
		}
	must(step, true, "padding of zeros", "zeros");
}

RULE(packets, "four-octets", .title = "A packet is a whole number of four octets long", .level = LEVEL_MUST,
	.requirements = IDS(R_9260_3_2_09), .on = ON_PACKET)
{
	if (!step->packet->truncated && step->packet->sctp)
		must(step, step->packet->sctp_length % 4 == 0, "chunks that end on a boundary of 4 octets",
			"a packet of %zu octets", step->packet->sctp_length);
}

RULE(packets, "source", .title = "A packet comes from an address that its sender has told", .level = LEVEL_MUST,
	.requirements = IDS(R_9260_6_4_01), .on = ON_PACKET)
{
	const struct address source = address_of(&step->packet->source);
	/* Until the peer has sent its list, what is known is where its packets came from. */
	if (!step->self->has_init || step->self->association->readdressed)
		return;
	must(step, end_has_address(step->self, &source), "a source address of the association", "another one");
}

RULE(packets, "abort-without-data", .title = "No DATA travels with ABORT", .level = LEVEL_MUST,
	.requirements = IDS(R_9260_9_1_03), .on = ON_SENDING, .chunks = CHUNKS(CHUNK_ABORT))
{
	bool data = false;
	for (unsigned i = 0; i < step->packet->chunk_count; i++)
		data |= is_data(&step->packet->chunks[i]);
	must(step, !data, "no DATA in the packet of an ABORT", "DATA");
}
