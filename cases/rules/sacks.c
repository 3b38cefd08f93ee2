/* SPDX-License-Identifier: Apache-2.0 */
/* sacks.c - what an acknowledgement says, and when it is due (RFC 9260 sections 3.3.4, 5.1 and 6.2). */
#include "cases/requirements.h"
#include "cases/rules/linux.h"
#include "runner/protocol/kernel_timers.h"
#include "runner/referee/tsn.h"
#include "runner/referee/rule.h"

/* RFC 9260 section 16: SACK.Delay, where nobody says another one. */
#define SACK_DELAY_NS 200000000
/* SCTP_MAX_GABS */
enum { GAP_BLOCKS_OF_LINUX = 16 };

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
	const struct parameters *parameters = &step->self->parameters;
	if (!is_followed(step) || due->packets == 0 || parameters->sacks_unknown)
		return;
	const int64_t delay_ns = parameters->known ? parameters->sack_delay_ns : SACK_DELAY_NS;
	/* What has just come is the reason for this one. That for what came before may have left unseen. */
	if (step->self->blind && due->packets > 1 && end_data_since(step->self, step->at_ns - step->self->backlog_ns))
		return;
	must(step, step->at_ns - due->since_ns <= delay_ns + timer_lateness(delay_ns) + step->self->backlog_ns,
		"a SACK within the delay that is allowed", "one after %.3f s",
		(double)(step->at_ns - due->since_ns) / 1e9);
}

/* ------------------------------------------------------------------ at once */

#define ACKNOWLEDGEMENTS CHUNKS(CHUNK_SACK, CHUNK_SHUTDOWN)

static void judge_at_once(struct step *step, enum sack_reason reason, const char *expected)
{
	const struct owed *owed = &step->self->owed[ANSWER_SACK];
	if (step->moment == ON_UNANSWERED) {
		if (step->answer == ANSWER_SACK && (step->reasons & reason))
			must(step, false, expected, "none until %.6f s", (double)(step->at_ns + AT_ONCE_NS) / 1e9);
	} else if (owed->open && (owed->reasons & reason)) {
		must(step, true, expected, "it");
	}
}

RULE(sacks, "first-at-once", .title = "The first DATA of an association is acknowledged at once", .level = LEVEL_MUST,
	.requirements = IDS(R_9260_5_1_27), .on = ON_SENDING | ON_UNANSWERED, .chunks = ACKNOWLEDGEMENTS)
{
	judge_at_once(step, SACK_OF_FIRST, "a SACK at once for the first DATA");
}

RULE(sacks, "every-second", .title = "Every second packet with DATA is acknowledged at once", .level = LEVEL_SHOULD,
	.requirements = IDS(R_9260_6_2_08, R_9260_5_1_28), .on = ON_SENDING | ON_UNANSWERED, .chunks = ACKNOWLEDGEMENTS)
{
	judge_at_once(step, SACK_OF_SECOND, "a SACK at once for every second packet with DATA");
}

RULE(sacks, "gap-at-once", .title = "While TSNs are missing, each packet with DATA is acknowledged at once",
	.level = LEVEL_SHOULD, .requirements = IDS(R_9260_6_7_01, R_9260_6_7_02, R_9260_7_2_4_01),
	.on = ON_SENDING | ON_UNANSWERED, .chunks = ACKNOWLEDGEMENTS)
{
	judge_at_once(step, SACK_OF_GAP, "a SACK at once, because TSNs are missing");
}

RULE(sacks, "filled-at-once", .title = "DATA that fills the last gap is acknowledged at once", .level = LEVEL_SHOULD,
	.requirements = IDS(R_9260_6_2_07), .on = ON_SENDING | ON_UNANSWERED, .chunks = ACKNOWLEDGEMENTS)
{
	const char *expected = "a SACK at once, because the last gap is filled";
	if (step->moment == ON_UNANSWERED && step->answer == ANSWER_SACK && step->reasons == SACK_OF_FILLED)
		deviates(step, &linux_filled_gap_not_told, expected, "none until %.6f s",
			(double)(step->at_ns + AT_ONCE_NS) / 1e9);
	else
		judge_at_once(step, SACK_OF_FILLED, expected);
}

RULE(sacks, "duplicate-at-once", .title = "A packet of nothing but duplicates is acknowledged at once",
	.level = LEVEL_MUST, .requirements = IDS(R_9260_6_2_23), .on = ON_SENDING | ON_UNANSWERED,
	.chunks = ACKNOWLEDGEMENTS)
{
	judge_at_once(step, SACK_OF_AGAIN, "a SACK at once for DATA that has come before");
}

RULE(sacks, "i-bit-at-once", .title = "DATA with the I bit is acknowledged at once", .level = LEVEL_SHOULD,
	.requirements = IDS(R_9260_6_2_22), .on = ON_SENDING | ON_UNANSWERED, .chunks = ACKNOWLEDGEMENTS)
{
	judge_at_once(step, SACK_OF_I_BIT, "a SACK at once for DATA with the I bit");
}

RULE(sacks, "shutdown-at-once", .title = "In SHUTDOWN-SENT each packet with DATA is answered at once by SHUTDOWN",
	.level = LEVEL_MUST, .requirements = IDS(R_9260_9_2_18), .on = ON_SENDING | ON_UNANSWERED,
	.chunks = ACKNOWLEDGEMENTS)
{
	judge_at_once(step, SACK_OF_SHUTDOWN, "a SHUTDOWN at once");
}

/* ------------------------------------------------------------------ what it says, and where it goes */

/* With DATA it goes where that goes; and Linux sends none to an address that has failed. */
RULE(sacks, "to-the-source", .title = "A SACK goes to an address that DATA came from", .level = LEVEL_SHOULD,
	.requirements = IDS(R_9260_6_4_02, R_9260_6_7_03), .on = ON_SENDING, .chunks = CHUNKS(CHUNK_SACK))
{
	struct end *self = step->self;
	const struct packet *packet = step->packet;
	const uint32_t sources = self->due.sources | self->sources_before;
	const struct address to = address_of(&packet->destination);
	const struct destination *destination = end_destination(self, &to);
	const uint8_t last = packet->chunks[packet->chunk_count - 1].type;
	if (!is_followed(step) || !destination || last == CHUNK_DATA || last == CHUNK_I_DATA || sources == 0)
		return;
	for (unsigned i = 0; i < self->n_destinations; i++)
		if ((sources >> i & 1) &&
			(self->destinations[i].reach != REACH_ACTIVE || self->destinations[i].unseen ||
				self->destinations[i].strikes.high > 0))
			return;
	must(step, sources >> (destination - self->destinations) & 1, "a SACK to an address that DATA came from",
		"one to another address");
}

/* What has arrived and is not acknowledged by the SACK, though it has room for more gap blocks; 0: nothing. */
static uint32_t untold(const struct step *step, bool *found)
{
	const struct received *received = &step->self->received;
	const uint32_t cumulative = step->chunk->sack.cum_tsn_ack;
	uint32_t first, last;
	unsigned block = 0;
	bool more = sack_gap(step->chunk, block, &first, &last);
	for (size_t i = 0; i < received->n; i++)
		for (uint32_t tsn = received->ranges[i].first; !tsn_after(tsn, received->ranges[i].last); tsn++) {
			while (more && tsn_after(tsn, last))
				more = sack_gap(step->chunk, ++block, &first, &last);
			if (more && !tsn_after(first, tsn))
				tsn = tsn_after(last, received->ranges[i].last) ? received->ranges[i].last : last;
			if (!tsn_after(tsn, cumulative) || (more && !tsn_after(first, tsn)))
				continue;
			if (end_has_just_received(step->self, tsn, step->at_ns - step->self->backlog_ns))
				continue;
			*found = true;
			return tsn;
		}
	return 0;
}

RULE(sacks, "gaps-complete", .title = "A SACK's gap blocks are of all that has arrived, as far as there is room",
	.level = LEVEL_MUST, .requirements = IDS(R_9260_6_2_20, R_9260_6_2_01, R_9260_3_3_4_07, R_9260_6_7_08),
	.on = ON_SENDING, .chunks = CHUNKS(CHUNK_SACK))
{
	bool found = false;
	if (!is_followed(step) || step->self->received.n == 0 || step->self->received.n > RECENT_MAX)
		return;
	const uint32_t tsn = untold(step, &found);
	if (found && step->chunk->sack.gap_blocks == GAP_BLOCKS_OF_LINUX)
		deviates(step, &linux_few_gap_blocks, "gap blocks of all that has arrived", "%u blocks without TSN %u",
			step->chunk->sack.gap_blocks, tsn);
	else
		must(step, !found, "gap blocks of all that has arrived", "none with TSN %u, which has", tsn);
}

RULE(sacks, "window", .title = "The window is never larger than it was told at first", .level = LEVEL_SHOULD,
	.requirements = IDS(R_9260_6_2_28), .on = ON_SENDING, .chunks = CHUNKS(CHUNK_SACK))
{
	const struct end *self = step->self;
	if (step->chunk->decoded && self->has_init && self->association->from_the_start)
		must(step, step->chunk->sack.a_rwnd <= self->first_window,
			"an a_rwnd not above that of INIT or INIT ACK", "%u instead of %u at the most",
			step->chunk->sack.a_rwnd, self->first_window);
}

/* A window update tells nothing but a larger window. */
RULE(sacks, "one-for-a-packet", .title = "A packet with DATA causes one SACK at the most", .level = LEVEL_MUST,
	.requirements = IDS(R_9260_6_2_10, R_9260_6_2_11), .on = ON_SENDING, .chunks = CHUNKS(CHUNK_SACK))
{
	const struct end *self = step->self;
	if (!is_followed(step) || self->established_ns < 0)
		return;
	must(step,
		self->due.packets > 0 || self->due.forwarded || self->due.lags ||
			step->chunk->sack.a_rwnd > self->a_rwnd ||
			end_data_since(self, step->at_ns - step->self->backlog_ns),
		"a SACK for a packet with DATA, or for a window that has opened", "one more");
}
