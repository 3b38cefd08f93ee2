/* SPDX-License-Identifier: Apache-2.0 */
/* shutdown.c - the end of an association (RFC 9260 section 9). */
#include "cases/requirements.h"
#include "runner/referee/tsn.h"
#include "runner/referee/rule.h"

/* What was given up, and the peer was told so, counts as acknowledged (RFC 3758 section 3.5). */
static void must_have_nothing_outstanding(struct step *step)
{
	const struct sent *sent = &step->self->sent;
	const struct extensions *own = step->self->extensions;
	uint32_t done = sent->acknowledged;

	if (!step->self->exact || !sent->known)
		return;
	if (own && own->has_forwarded && tsn_after(own->forwarded, done))
		done = own->forwarded;
	must(step, done + 1 == sent->next, "no DATA that is not acknowledged", "TSN %u .. %u outstanding", done + 1,
		sent->next - 1);
}

RULE(shutdown, "all-acknowledged", .title = "SHUTDOWN leaves when all DATA is acknowledged", .level = LEVEL_MUST,
	.requirements = IDS(R_9260_9_2_01, R_9260_9_2_31), .on = ON_SENDING, .chunks = CHUNKS(CHUNK_SHUTDOWN))
{
	must_have_nothing_outstanding(step);
}

RULE(shutdown, "ack-when-all-acknowledged", .title = "SHUTDOWN ACK leaves when all DATA is acknowledged",
	.level = LEVEL_MUST, .requirements = IDS(R_9260_9_2_16, R_9260_9_2_23), .on = ON_SENDING,
	.chunks = CHUNKS(CHUNK_SHUTDOWN_ACK))
{
	must_have_nothing_outstanding(step);
}

RULE(shutdown, "no-new-data", .title = "No new DATA leaves after SHUTDOWN or SHUTDOWN ACK", .level = LEVEL_MUST,
	.requirements = IDS(R_9260_9_2_33, R_9260_9_2_34), .on = ON_SENDING, .chunks = CHUNKS(CHUNK_DATA, CHUNK_I_DATA))
{
	const enum state state = step->self->state;
	if (!step->self->exact || !step->chunk->decoded ||
		(state != STATE_SHUTDOWN_SENT && state != STATE_SHUTDOWN_ACK_SENT && state != STATE_ESTABLISHED))
		return;
	must(step, state == STATE_ESTABLISHED || tsn_after(step->self->sent.next, step->chunk->data.tsn),
		"no new DATA once the association is shut down", "TSN %u in %s", step->chunk->data.tsn,
		state_name(state));
}

RULE(shutdown, "complete-answers-ack", .title = "SHUTDOWN COMPLETE answers SHUTDOWN ACK", .level = LEVEL_MUST,
	.requirements = IDS(R_9260_9_2_28, R_9260_8_5_1_09, R_9260_8_5_1_10), .on = ON_SENDING,
	.chunks = CHUNKS(CHUNK_SHUTDOWN_COMPLETE))
{
	if (step->self->exact && step->self->association->from_the_start)
		must(step, step->self->shutdown_ack_came, "a SHUTDOWN ACK before it", "none has arrived");
}

RULE(shutdown, "ack-at-once", .title = "SHUTDOWN is answered at once when nothing is outstanding", .level = LEVEL_MUST,
	.requirements = IDS(R_9260_9_2_23, R_9260_9_2_13), .on = ON_SENDING | ON_UNANSWERED,
	.chunks = CHUNKS(CHUNK_SHUTDOWN_ACK))
{
	must_at_once(step, ANSWER_SHUTDOWN_ACK, "SHUTDOWN ACK at once");
}

RULE(shutdown, "complete-at-once", .title = "SHUTDOWN ACK is answered at once by SHUTDOWN COMPLETE",
	.level = LEVEL_MUST, .requirements = IDS(R_9260_9_2_41, R_9260_9_2_28), .on = ON_SENDING | ON_UNANSWERED,
	.chunks = CHUNKS(CHUNK_SHUTDOWN_COMPLETE))
{
	must_at_once(step, ANSWER_SHUTDOWN_COMPLETE, "SHUTDOWN COMPLETE at once");
}
