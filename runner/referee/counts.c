/* SPDX-License-Identifier: Apache-2.0 */
/* counts.c - see counts.h. */
#include "runner/referee/counts.h"

enum { FLAG_U = 4 };

static bool is_data(const struct chunk *chunk)
{
	return chunk->type == CHUNK_DATA || chunk->type == CHUNK_I_DATA;
}

static bool is_first(const struct packet *packet, const struct chunk *chunk)
{
	return chunk == &packet->chunks[0];
}

/* More than can be told apart, or cut off. */
static void doubt(struct counts *counts, const struct packet *packet, const struct chunk *chunk)
{
	counts->is_odd |= packet->omitted > 0 || packet->truncated || chunk->type == CHUNK_AUTH;
}

void counts_out(struct counts *counts, const struct packet *packet, const struct chunk *chunk)
{
	doubt(counts, packet, chunk);
	counts->packets_out += is_first(packet, chunk);
	if (is_data(chunk)) {
		counts->data_out[(chunk->flags & FLAG_U) != 0]++;
		return;
	}
	counts->control_out += chunk->type != CHUNK_ECNE && chunk->type != CHUNK_PAD;
	/* of probes some are too large to leave */
	counts->is_least |= chunk->type == CHUNK_PAD;
	counts->inits_out += chunk->type == CHUNK_INIT;
	if (chunk->type != CHUNK_SACK)
		return;
	counts->sacks_out++;
	counts->duplicates_told += chunk->decoded ? chunk->sack.duplicates : 0;
}

void counts_in(struct counts *counts, const struct packet *packet, const struct chunk *chunk)
{
	doubt(counts, packet, chunk);
	counts->packets_in += is_first(packet, chunk);
	counts->control_in += !is_data(chunk);
	counts->sacks_in += chunk->type == CHUNK_SACK;
}

void counts_begin(struct counts *counts)
{
	*counts = (struct counts){
		.t3 = counts->t3, .window = counts->window, .is_odd = counts->is_odd, .is_least = counts->is_least
	};
}

void counts_add(struct counts *sum, const struct counts *more)
{
	sum->t3.low += more->t3.low;
	sum->t3.high += more->t3.high;
	sum->is_least |= more->is_least;
	sum->is_odd |= more->is_odd;
}
