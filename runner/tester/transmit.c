/* SPDX-License-Identifier: Apache-2.0 */
/* transmit.c - what a case sends: what it has not stated is as a good peer says it. */
#include <stdlib.h>
#include <string.h>

#include "runner/tester/state.h"

/* What was stated, and then whatever a good peer would say. */
static void complete(struct tester *tester, const struct wire_way *way, struct wire_packet *packet,
	struct wire_chunk *chunks, struct answer *scratch)
{
	const bool is_forged = way != NULL && (way->verification_tag.set || way->source != NULL || way->checksum.set);

	for (unsigned i = 0; i < packet->count; i++) {
		tcb_fill(&tester->tcb, &chunks[i], &scratch[i]);
		if (!is_forged)
			tcb_note_sent(&tester->tcb, &chunks[i]);
	}
	packet->chunks = chunks;
	tcb_fill_header(&tester->tcb, chunks, &packet->header);
}

static void tell(struct trial *t, const struct wire_packet *packet, const struct wire_way *way)
{
	char text[STORY_TEXT_MAX];
	FILE *out = trial_text(t, text, sizeof(text));

	wire_print(packet, out);
	if (way != NULL && way->source != NULL)
		fputs(" from an address that it does not have", out);
	fclose(out);
	trial_action(t, "the tester sends %s", text);
}

vtime transmit_chunks(struct trial *t, struct tester *tester, const struct wire_way *way,
	const struct wire_chunk *chunks, size_t count)
{
	static const struct wire_way as_usual;
	const struct wire_way *its = way != NULL ? way : &as_usual;
	struct wire_packet packet = {
		.header = { its->source_port, its->destination_port, its->verification_tag, its->checksum },
		.path = its->from_path.set ? (int)its->from_path.value : 0,
		.chunks = chunks,
		.count = (unsigned)count,
	};

	if (packet.path >= (int)t->test_case->topology->paths)
		trial_error(t, "the tester has no path %d", packet.path);
	tell(t, &packet, way);
	if (t->rehearsal != NULL)
		return t->acted_at;
	struct wire_chunk *copy = wire_copy(chunks, (unsigned)count);
	struct answer *scratch = calloc(count, sizeof(*scratch));

	if (copy == NULL || scratch == NULL)
		trial_error(t, "no memory for a packet");
	complete(tester, way, &packet, copy, scratch);
	tester_send(tester, &packet, way, t->acted_at);
	free(scratch);
	free(copy);
	return t->acted_at;
}
