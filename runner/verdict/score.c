/* SPDX-License-Identifier: Apache-2.0 */
/* score.c - the verdicts of a run, counted. */
#include "runner/verdict/score.h"

#include <string.h>

static const char *const words[SCORE_WORDS] = {
	[SCORE_PASS] = "pass",
	[SCORE_FAIL] = "fail",
	[SCORE_SKIP] = "skip",
	[SCORE_XFAIL] = "xfail",
	[SCORE_XPASS] = "xpass",
	[SCORE_FLAKY] = "flaky",
	[SCORE_CRASH] = "crash",
	[SCORE_TIMEOUT] = "timeout",
	[SCORE_ERROR] = "error",
};

bool verdict_is_expected(const char *verdict)
{
	return strcmp(verdict, "pass") == 0 || strcmp(verdict, "skip") == 0 || strcmp(verdict, "xfail") == 0;
}

void score_add(struct score *score, const char *verdict)
{
	for (enum score_word word = 0; word < SCORE_WORDS; word++)
		if (strcmp(words[word], verdict) == 0)
			score->count[word]++;
}

json_t *score_json(const struct score *score)
{
	json_t *object = json_object();
	for (enum score_word word = 0; word < SCORE_WORDS; word++)
		if (score->count[word])
			json_object_set_new(object, words[word], json_integer((json_int_t)score->count[word]));
	return object;
}

int score_status(const struct score *score)
{
	const size_t *count = score->count;
	if (count[SCORE_FAIL] || count[SCORE_XPASS] || count[SCORE_FLAKY] || count[SCORE_CRASH] || count[SCORE_TIMEOUT])
		return STATUS_UNEXPECTED;
	if (count[SCORE_ERROR])
		return STATUS_HARNESS;
	if (count[SCORE_PASS] || count[SCORE_XFAIL])
		return STATUS_EXPECTED;
	return STATUS_NOTHING;
}
