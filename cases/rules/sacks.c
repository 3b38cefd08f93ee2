/* SPDX-License-Identifier: Apache-2.0 */
/* sacks.c - what an acknowledgement says, and when it is due (RFC 9260 sections 3.3.4, 5.1 and 6.2). */
#include "cases/requirements.h"
#include "runner/protocol/kernel_timers.h"
#include "runner/referee/tsn.h"
#include "runner/referee/rule.h"

/* RFC 9260 section 16: SACK.Delay, where nobody says another one. */
#define SACK_DELAY_NS 200000000

/* The first that is not acknowledged came in the last moment, and may have filled a gap. */
static bool lags(const struct step *step, uint32_t told)
{
	return tsn_after(step->self->received.cumulative, told) &&
		end_has_just_received(step->self, told + 1, step->at_ns - step->self->backlog_ns);
}

static bool is_followed(const struct step *step)
{
	return step->chunk->decoded && step->self->exact && step->self->received.known;
}

static void judge_cumulative(struct step *step, uint32_t told)
{
	const uint32_t cumulative = step->self->received.cumulative;
	must(step, told == cumulative || lags(step, told), "the last TSN up to which all have arrived",
		"%u instead of %u", told, cumulative);
}

RULE(sacks, "cumulative", .title = "A SACK's cumulative TSN is the last one up to which all have arrived",
	.level = LEVEL_MUST, .requirements = IDS(R_9260_6_2_19, R_9260_6_2_05), .on = ON_SENDING,
	.chunks = CHUNKS(CHUNK_SACK))
{
	if (is_followed(step))
		judge_cumulative(step, step->chunk->sack.cum_tsn_ack);
}

RULE(sacks, "cumulative-of-shutdown", .title = "So is a SHUTDOWN's", .level = LEVEL_MUST,
	.requirements = IDS(R_9260_9_2_03, R_9260_9_2_05), .on = ON_SENDING, .chunks = CHUNKS(CHUNK_SHUTDOWN))
{
	if (is_followed(step))
		judge_cumulative(step, step->chunk->shutdown.cum_tsn_ack);
}

RULE(sacks, "gaps", .title = "A SACK's gap blocks are of what has arrived", .level = LEVEL_MUST,
	.requirements = IDS(R_9260_6_2_05, R_9260_6_2_20), .on = ON_SENDING, .chunks = CHUNKS(CHUNK_SACK))
{
	if (!is_followed(step))
		return;
	uint32_t first = 0, last = 0, missing;
	unsigned block = 0;
	for (; sack_gap(step->chunk, block, &first, &last); block++) {
		const bool arrived = received_has_all(&step->self->received, first, last, &missing);
		must(step, arrived, "gap blocks of TSNs that have arrived", "TSN %u, which has not", missing);
		if (!arrived)
			return;
	}
	if (block < step->chunk->sack.gap_blocks && 12 + 4 * block + 4 <= step->chunk->captured)
		must(step, !tsn_after(first, last), "gap blocks that end behind their beginning", "%u .. %u", first,
			last);
}

RULE(sacks, "duplicates", .title = "A SACK's duplicates came more than once", .level = LEVEL_SHOULD,
	.requirements = IDS(R_9260_6_2_25), .on = ON_SENDING, .chunks = CHUNKS(CHUNK_SACK))
{
	const struct acknowledgement *due = &step->self->due;
	if (!is_followed(step) || due->n_again == DUPLICATES_MAX)
		return;
	/* those of a backlog may be told after further SACKs have left */
	const unsigned lately = end_duplicates_since(step->self, step->at_ns - step->self->backlog_ns);
	must(step, step->chunk->sack.duplicates <= due->n_again + due->n_again_before + lately,
		"the TSNs that came again since the last SACK", "%u, and %u came again", step->chunk->sack.duplicates,
		due->n_again + due->n_again_before);
}

RULE(sacks, "delay", .title = "DATA is acknowledged within 200 ms", .level = LEVEL_SHOULD,
	.requirements = IDS(R_9260_6_2_09, R_9260_5_1_28), .on = ON_SENDING, .chunks = CHUNKS(CHUNK_SACK))
{
	const struct acknowledgement *due = &step->self->due;
	if (!is_followed(step) || due->packets == 0)
		return;
	const struct parameters *parameters = &step->self->parameters;
	const int64_t delay_ns = parameters->known ? parameters->sack_delay_ns : SACK_DELAY_NS;
	must(step, step->at_ns - due->since_ns <= delay_ns + timer_lateness(delay_ns) + step->self->backlog_ns,
		"a SACK within the delay that is allowed", "one after %.3f s",
		(double)(step->at_ns - due->since_ns) / 1e9);
}
