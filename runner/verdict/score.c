/* SPDX-License-Identifier: Apache-2.0 */
/* score.c - the verdicts of a run, counted. */
#include "runner/verdict/score.h"

void score_add(struct score *score, enum verdict verdict)
{
	score->count[verdict]++;
}

json_t *score_json(const struct score *score)
{
	json_t *object = json_object();
	for (enum verdict verdict = 0; verdict < VERDICTS; verdict++)
		if (score->count[verdict])
			json_object_set_new(
				object, verdict_name(verdict), json_integer((json_int_t)score->count[verdict]));
	return object;
}

int score_status(const struct score *score)
{
	const size_t *count = score->count;
	for (enum verdict verdict = 0; verdict < VERDICTS; verdict++)
		if (count[verdict] && !verdict_is_expected(verdict) && verdict != VERDICT_ERROR)
			return STATUS_UNEXPECTED;
	if (count[VERDICT_ERROR])
		return STATUS_HARNESS;
	if (count[VERDICT_PASS] || count[VERDICT_XFAIL])
		return STATUS_EXPECTED;
	return STATUS_NOTHING;
}
