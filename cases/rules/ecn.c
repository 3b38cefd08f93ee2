/* SPDX-License-Identifier: Apache-2.0 */
/* ecn.c - explicit congestion notification, as RFC 4960 had it in its appendix A: no requirement of RFC 9260. */
#include "cases/requirements.h"
#include "cases/rules/linux.h"
#include "runner/referee/tsn.h"

RULE(ecn, "agreed", .title = "ECNE and CWR are sent when both ends have offered ECN", .level = LEVEL_LINUX,
	.requirements = IDS(NULL), .on = ON_SENDING, .chunks = CHUNKS(CHUNK_ECNE, CHUNK_CWR))
{
	if (!extensions_known(step->self))
		return;
	if (step->chunk->type == CHUNK_CWR && !extensions_agreed(step->self, CHUNK_CWR))
		deviates(step, &linux_cwr_not_agreed, "no CWR where ECN was not offered by both", "CWR");
	else
		must(step, extensions_agreed(step->self, step->chunk->type), "it when both ends have offered ECN", "%s",
			chunk_name(step->chunk->type));
}

RULE(ecn, "answered-at-once", .title = "ECNE is answered at once by CWR", .level = LEVEL_LINUX,
	.requirements = IDS(NULL), .on = ON_SENDING | ON_UNANSWERED, .chunks = CHUNKS(CHUNK_CWR))
{
	must_at_once(step, ANSWER_CWR, "CWR at once");
}

/* Several that come together may be answered one by one afterwards. */
RULE(ecn, "same-tsn", .title = "CWR has the TSN of an ECNE that it answers", .level = LEVEL_LINUX,
	.requirements = IDS(NULL), .on = ON_SENDING, .chunks = CHUNKS(CHUNK_CWR))
{
	const struct extensions *own = step->self->extensions;
	bool came = false, ahead = step->self->cookie != NULL;
	if (!step->chunk->decoded || !step->self->exact || !own || own->n_ecnes == 0)
		return;
	for (unsigned i = 0; i < own->n_ecnes && i < ECNES_MAX; i++) {
		came |= own->ecne_tsns[i] == step->chunk->ecn.lowest_tsn;
		ahead &= tsn_after(step->chunk->ecn.lowest_tsn, own->ecne_tsns[i]);
	}
	if (ahead)
		deviates(step, &linux_cwr_of_the_discarded, "the TSN of an ECNE that has come", "%u",
			step->chunk->ecn.lowest_tsn);
	else
		must(step, came, "the TSN of an ECNE that has come", "%u", step->chunk->ecn.lowest_tsn);
}
