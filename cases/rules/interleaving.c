/* SPDX-License-Identifier: Apache-2.0 */
/* interleaving.c - I-DATA (RFC 8260). */
#include "cases/requirements.h"
#include "cases/rules/linux.h"
#include "runner/referee/rule.h"

enum { FLAG_E = 1, FLAG_B = 2, FLAG_U = 4, FLAG_I = 8 };

#define I_DATA CHUNKS(CHUNK_I_DATA)

RULE(interleaving, "kind", .title = "Messages go in I-DATA when both ends understand it, and in DATA otherwise",
	.level = LEVEL_MUST, .requirements = IDS(R_8260_2_2_1_02, R_8260_2_2_1_03, R_8260_2_2_1_04, R_8260_2_2_1_05),
	.on = ON_SENDING, .chunks = CHUNKS(CHUNK_DATA, CHUNK_I_DATA))
{
	if (!extensions_known(step->self))
		return;
	const bool agreed = extensions_agreed(step->self, CHUNK_I_DATA);
	must(step, (step->chunk->type == CHUNK_I_DATA) == agreed, agreed ? "I-DATA" : "DATA", "%s",
		chunk_name(step->chunk->type));
}

RULE(interleaving, "forward-kind", .title = "I-FORWARD-TSN goes with I-DATA, and FORWARD TSN with DATA",
	.level = LEVEL_MUST, .requirements = IDS(R_8260_2_3_1_02, R_8260_2_3_1_03, R_8260_2_3_1_04, R_8260_2_3_1_05),
	.on = ON_SENDING, .chunks = CHUNKS(CHUNK_FORWARD_TSN, CHUNK_I_FORWARD_TSN))
{
	if (!extensions_known(step->self))
		return;
	const bool agreed = extensions_agreed(step->self, CHUNK_I_DATA);
	must(step, (step->chunk->type == CHUNK_I_FORWARD_TSN) == agreed, agreed ? "I-FORWARD-TSN" : "FORWARD TSN", "%s",
		chunk_name(step->chunk->type));
}

/* The numbers of its stream, if it follows what was sent last. */
static const struct mids *mids_of(const struct step *step)
{
	struct end *self = step->self;
	const struct chunk *chunk = step->chunk;
	if (!chunk->decoded || !self->exact || !self->sent.known || chunk->data.tsn != self->sent.next ||
		self->association->reconfigured)
		return NULL;
	const struct stream *stream = end_stream(self, chunk->data.stream);
	const struct mids *mids = stream ? &stream->mids[(chunk->flags & FLAG_U) != 0] : NULL;
	return mids && mids->known ? mids : NULL;
}

RULE(interleaving, "mid", .title = "Messages of a stream are numbered one after the other, unordered ones apart",
	.level = LEVEL_MUST, .requirements = IDS(R_8260_2_1_07, R_8260_2_1_08), .on = ON_SENDING, .chunks = I_DATA)
{
	const struct mids *mids = mids_of(step);
	if (!mids)
		return;
	const uint32_t expected = mids->next - !(step->chunk->flags & FLAG_B);
	must(step, step->chunk->data.mid == expected, "the next MID of the stream, or that of the message",
		"MID %u instead of %u", step->chunk->data.mid, expected);
}

RULE(interleaving, "fsn", .title = "The fragments of a message are numbered one after the other", .level = LEVEL_MUST,
	.requirements = IDS(R_8260_2_1_11, R_8260_2_1_12), .on = ON_SENDING, .chunks = I_DATA)
{
	const struct mids *mids = mids_of(step);
	if (!mids || (step->chunk->flags & FLAG_B))
		return;
	if (step->chunk->data.fsn + 1 == mids->fsn)
		deviates(step, &linux_fsn_from_zero, "the next FSN of the message", "FSN %u instead of %u",
			step->chunk->data.fsn, mids->fsn);
	else
		must(step, step->chunk->data.fsn == mids->fsn, "the next FSN of the message", "FSN %u instead of %u",
			step->chunk->data.fsn, mids->fsn);
}

RULE(interleaving, "one-message", .title = "A message of a stream is sent to its end before the next one begins",
	.level = LEVEL_MUST,
	.requirements = IDS(R_8260_2_1_13, R_8260_2_2_2_01, R_8260_2_2_2_02, R_8260_2_2_2_03, R_8260_2_2_2_05),
	.on = ON_SENDING, .chunks = I_DATA)
{
	const struct mids *mids = mids_of(step);
	if (mids)
		must(step, mids->open == !(step->chunk->flags & FLAG_B),
			mids->open ? "the next fragment of the message" : "a first fragment", "%s",
			mids->open ? "a first fragment" : "another one");
}

RULE(interleaving, "reserved", .title = "What is reserved in I-DATA is 0", .level = LEVEL_MUST,
	.requirements = IDS(R_8260_2_1_02, R_8260_2_1_05), .on = ON_SENDING, .chunks = I_DATA)
{
	enum { RESERVED = 6 };
	const struct chunk *chunk = step->chunk;
	if (chunk->decoded)
		must(step,
			(chunk->flags & ~(FLAG_E | FLAG_B | FLAG_U | FLAG_I)) == 0 && chunk->value[RESERVED] == 0 &&
				chunk->value[RESERVED + 1] == 0,
			"zeros", "flags 0x%02x, %u", chunk->flags, tlv_16(chunk->value + RESERVED));
}
