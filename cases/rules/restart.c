/* SPDX-License-Identifier: Apache-2.0 */
/* restart.c - a COOKIE ECHO that comes while there is an association: the rows of RFC 9260's table 12 (section 5.2.4).
 * They are told apart by the tags of the INIT ACK that the State Cookie was in. */
#include "cases/requirements.h"
#include "runner/referee/rule.h"

#define ACK CHUNKS(CHUNK_COOKIE_ACK)

static void judge_row(struct step *step, enum cookie_row row, const char *expected)
{
	const struct owed *owed = &step->self->owed[ANSWER_COOKIE_ACK];
	const unsigned bit = 1U << row;
	if (step->moment == ON_UNANSWERED) {
		if (step->answer == ANSWER_COOKIE_ACK && (step->reasons & bit))
			must(step, false, expected, "none until %.6f s", (double)(step->at_ns + AT_ONCE_NS) / 1e9);
	} else if (owed->open && (owed->reasons & bit)) {
		must(step, true, expected, "it");
	}
}

RULE(restart, "row-a", .title = "A peer that has begun anew is accepted at once", .level = LEVEL_MUST,
	.requirements = IDS(R_9260_5_2_4_09, R_9260_5_2_4_07), .on = ON_SENDING | ON_UNANSWERED, .chunks = ACK)
{
	judge_row(step, ROW_A, "COOKIE ACK at once for a peer that has begun anew");
}

static bool is_shutting_down(const struct end *self)
{
	return self->row == ROW_A && self->row_state == STATE_SHUTDOWN_ACK_SENT;
}

RULE(restart, "not-while-shutting-down", .title = "In SHUTDOWN-ACK-SENT no new association is accepted",
	.level = LEVEL_MUST, .requirements = IDS(R_9260_5_2_4_10), .on = ON_SENDING | ON_UNANSWERED,
	.chunks = CHUNKS(CHUNK_COOKIE_ACK, CHUNK_SHUTDOWN_ACK))
{
	const char *expected = "SHUTDOWN ACK for a COOKIE ECHO that comes in SHUTDOWN-ACK-SENT";
	if (step->moment == ON_UNANSWERED ? step->answer == ANSWER_SHUTDOWN_ACK && is_shutting_down(step->self)
					  : is_shutting_down(step->self))
		must(step, step->moment == ON_SENDING && step->chunk->type == CHUNK_SHUTDOWN_ACK, expected, "%s",
			step->moment == ON_SENDING ? "COOKIE ACK" : "nothing");
}

RULE(restart, "cause-while-shutting-down",
	.title = "SHUTDOWN ACK for a COOKIE ECHO has an ERROR with it: Cookie Received While Shutting Down",
	.level = LEVEL_MUST, .requirements = IDS(R_9260_5_2_4_11), .on = ON_SENDING,
	.chunks = CHUNKS(CHUNK_SHUTDOWN_ACK))
{
	enum { COOKIE_WHILE_SHUTTING_DOWN = 10 };
	bool has = false;
	if (!is_shutting_down(step->self))
		return;
	for (unsigned i = 0; i < step->packet->chunk_count; i++) {
		const struct chunk *each = &step->packet->chunks[i];
		has |= each->type == CHUNK_ERROR && each->decoded && each->error.cause == COOKIE_WHILE_SHUTTING_DOWN;
	}
	must(step, has, "an ERROR with cause 10", "none");
}

RULE(restart, "row-b", .title = "A COOKIE ECHO that crosses the own INIT is accepted, with the peer's new tag",
	.level = LEVEL_MUST, .requirements = IDS(R_9260_5_2_4_12, R_9260_5_2_4_13, R_9260_5_2_4_15),
	.on = ON_SENDING | ON_UNANSWERED, .chunks = ACK)
{
	judge_row(step, ROW_B, "COOKIE ACK at once for a peer whose INIT crossed the own one");
}

RULE(restart, "row-c", .title = "A COOKIE ECHO that comes late, from before the peer's own INIT, is discarded",
	.level = LEVEL_SHOULD, .requirements = IDS(R_9260_5_2_4_16, R_9260_5_2_4_17), .on = ON_SENDING, .chunks = ACK)
{
	const struct end *self = step->self;
	if (self->row != ROW_NONE && step->at_ns - self->arrived_ns <= self->backlog_ns)
		must(step, self->row != ROW_C, "no answer to a COOKIE ECHO with another tag of its own", "COOKIE ACK");
}

RULE(restart, "row-d", .title = "Each copy of the COOKIE ECHO of an association is answered by COOKIE ACK",
	.level = LEVEL_SHOULD, .requirements = IDS(R_9260_5_2_4_19, R_9260_5_2_4_20, R_9260_5_2_4_04),
	.on = ON_SENDING | ON_UNANSWERED, .chunks = ACK)
{
	judge_row(step, ROW_D, "COOKIE ACK at once for a COOKIE ECHO that comes again");
}
