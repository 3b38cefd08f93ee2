/* SPDX-License-Identifier: Apache-2.0 */
/* attempts_merge.c - see attempts_merge.h. */
#include "runner/verdict/attempts_merge.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runner/verdict/timeline.h"

enum { EXPLANATION_LINES = 13 }; /* two more lines will name the attempts that are kept */

/* Attempts with the same verdict. Groups are in the order in which their verdicts first occur. */
struct group {
	size_t first, n;
};

struct groups {
	struct group list[VERDICTS];
	size_t n, done;
};

static struct group *group_of(struct groups *groups, const struct attempt *attempts, size_t i)
{
	for (size_t g = 0; g < groups->n; g++)
		if (attempts[groups->list[g].first].result.verdict == attempts[i].result.verdict)
			return &groups->list[g];
	struct group *fresh = &groups->list[groups->n++];
	*fresh = (struct group){ .first = i };
	return fresh;
}

static struct groups group(const struct attempt *attempts, size_t n)
{
	struct groups groups = { 0 };
	for (size_t i = 0; i < n; i++) {
		if (!attempts[i].done)
			continue;
		group_of(&groups, attempts, i)->n++;
		groups.done++;
	}
	return groups;
}

static json_t *repeats(const struct attempt *attempts, const struct groups *groups, bool twice)
{
	json_t *verdicts = json_object();
	for (size_t g = 0; g < groups->n; g++)
		json_object_set_new(verdicts, verdict_name(attempts[groups->list[g].first].result.verdict),
			json_integer((json_int_t)groups->list[g].n));
	return json_pack("{s:I, s:I, s:b, s:o}", "first_seed", (json_int_t)attempts[0].seed, "seeds",
		(json_int_t)(twice ? 1 : groups->done), "twice", (int)twice, "verdicts", verdicts);
}

/* Takes one attempt's result as the result of all; `tell_seed` adds its seed. */
static void take(struct merged_attempts *out, const struct attempt *attempts, size_t i, bool tell_seed)
{
	const struct case_result *result = &attempts[i].result;
	out->shown = i;
	out->verdict = result->verdict;
	out->explanation = strdup(result->explanation);
	if (!tell_seed)
		out->reason = strdup(result->reason);
	else if (asprintf(&out->reason, "seed %" PRIu64 ": %s", attempts[i].seed, result->reason) < 0)
		out->reason = NULL;
}

/* The attempt that is compared with the first: one with an unexpected verdict, if there is one. */
static size_t other_than_first(const struct attempt *attempts, const struct groups *groups)
{
	for (size_t g = 1; g < groups->n; g++)
		if (!verdict_is_expected(attempts[groups->list[g].first].result.verdict))
			return groups->list[g].first;
	return groups->list[1].first;
}

static void print_lines(FILE *out, const char *text, unsigned lines)
{
	for (; *text && lines > 0; lines--) {
		size_t length = strcspn(text, "\n");
		fprintf(out, "%.*s\n", (int)length, text);
		text += length + (text[length] == '\n');
	}
}

static void tell_flaky(
	const struct attempt *attempts, const struct groups *groups, size_t odd, FILE *reason, FILE *explanation)
{
	unsigned lines = 0;
	for (size_t g = 0; g < groups->n; g++, lines++) {
		const struct attempt *first = &attempts[groups->list[g].first];
		fprintf(reason, "%s%zu %s", g ? ", " : "", groups->list[g].n, verdict_name(first->result.verdict));
		fprintf(explanation, "%zu %s, the first with seed %" PRIu64 "%s%s\n", groups->list[g].n,
			verdict_name(first->result.verdict), first->seed, *first->result.reason ? ": " : "",
			first->result.reason);
	}
	fprintf(reason, " of %zu seeds; %s with seed %" PRIu64 "%s%s", groups->done,
		verdict_name(attempts[odd].result.verdict), attempts[odd].seed,
		*attempts[odd].result.reason ? ": " : "", attempts[odd].result.reason);
	print_lines(explanation, attempts[odd].result.explanation, EXPLANATION_LINES - lines);
}

static int settle_flaky(const struct attempt *attempts, const struct groups *groups, struct merged_attempts *out)
{
	size_t first = groups->list[0].first, other = other_than_first(attempts, groups), length;
	bool first_is_odd = !verdict_is_expected(attempts[first].result.verdict);
	FILE *reason = open_memstream(&out->reason, &length);
	FILE *explanation = open_memstream(&out->explanation, &length);
	out->shown = first_is_odd ? first : other;
	out->verdict = VERDICT_FLAKY;
	out->kept[0] = first;
	out->kept[1] = other;
	out->n_kept = 2;
	if (reason && explanation)
		tell_flaky(attempts, groups, out->shown, reason, explanation);
	bool failed = !reason || !explanation;
	failed |= reason && fclose(reason) != 0;
	failed |= explanation && fclose(explanation) != 0;
	return failed ? -ENOMEM : 0;
}

/* Whether each attempt passed, or failed as a known issue does with some seeds only. Then it is expected that they
 * differ. */
static bool is_known_to_depend(const struct attempt *attempts, const struct groups *groups, size_t *failed)
{
	bool found = false;
	for (size_t g = 0; g < groups->n; g++) {
		enum verdict verdict = attempts[groups->list[g].first].result.verdict;
		if (verdict != VERDICT_PASS && verdict != VERDICT_XFAIL)
			return false;
		if (verdict == VERDICT_XFAIL) {
			*failed = groups->list[g].first;
			found = true;
		}
	}
	return found;
}

static int settle_seeds(const struct attempt *attempts, const struct groups *groups, struct merged_attempts *out)
{
	for (size_t g = 0; g < groups->n; g++) {
		/* After an error of ours neither this attempt nor the others say anything about the kernel. */
		if (attempts[groups->list[g].first].result.verdict == VERDICT_ERROR) {
			take(out, attempts, groups->list[g].first, true);
			return 0;
		}
	}
	size_t failed;
	if (groups->n > 1 && is_known_to_depend(attempts, groups, &failed)) {
		take(out, attempts, failed, true);
		return 0;
	}
	if (groups->n > 1)
		return settle_flaky(attempts, groups, out);
	take(out, attempts, groups->list[0].first, false);
	return 0;
}

static int compare(const struct case_frame *frame, const struct attempt *attempts, char **what, char **detail)
{
	struct timeline timelines[2];
	for (size_t i = 0; i < 2; i++)
		timelines[i] = (struct timeline){
			.lines = case_lines(frame, &attempts[i].result, true, NULL),
			.evidence_files = attempts[i].evidence_files,
			.n_evidence_files = attempts[i].n_evidence_files,
		};
	int status = timelines[0].lines && timelines[1].lines
		? timelines_compare(&timelines[0], &timelines[1], what, detail)
		: -ENOMEM;
	for (size_t i = 0; i < 2; i++)
		json_decref(timelines[i].lines);
	return status;
}

static int settle_twice(const struct case_frame *frame, const struct attempt *attempts, struct merged_attempts *out)
{
	char *what = NULL;
	int status = compare(frame, attempts, &what, &out->explanation);
	if (status != 0)
		return status;
	if (!what) {
		take(out, attempts, 0, false);
		return 0;
	}
	if (asprintf(&out->reason, "a second run with the same seed is not the same: %s", what) < 0)
		out->reason = NULL;
	free(what);
	out->verdict = VERDICT_ERROR;
	out->kept[0] = 0;
	out->kept[1] = 1;
	out->n_kept = 2;
	return 0;
}

int attempts_merge(const struct case_frame *frame, const struct attempt *attempts, size_t n, bool twice,
	struct merged_attempts *out)
{
	struct groups groups = group(attempts, n);
	*out = (struct merged_attempts){ .repeats = repeats(attempts, &groups, twice) };
	int status = twice ? settle_twice(frame, attempts, out) : settle_seeds(attempts, &groups, out);
	if (status == 0 && out->reason && out->explanation && out->repeats)
		return 0;
	merged_attempts_free(out);
	return -ENOMEM;
}

void merged_attempts_free(struct merged_attempts *merged)
{
	free(merged->reason);
	free(merged->explanation);
	json_decref(merged->repeats);
	*merged = (struct merged_attempts){ 0 };
}
