/* SPDX-License-Identifier: Apache-2.0 */
/* compare.c - see compare.h: which kernels and cases belong together, and what became of each. Pure. */
#include "reports/compare.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "reports/behaviour.h"
#include "reports/findings.h"
#include "reports/pool.h"
#include "sentence.h"

static const char *const change_names[CHANGES] = {
	[CHANGE_REGRESSION] = "regression",
	[CHANGE_FIX] = "fix",
	[CHANGE_KNOWN] = "known",
	[CHANGE_UNJUDGED] = "unjudged",
	[CHANGE_SKIPPED] = "skipped",
	[CHANGE_RUNS] = "runs",
	[CHANGE_FAILS_OTHERWISE] = "fails otherwise",
	[CHANGE_BEHAVIOUR] = "behaviour",
	[CHANGE_NEVER_JUDGED] = "never judged",
	[CHANGE_NEW] = "new",
	[CHANGE_VANISHED] = "vanished",
	[CHANGE_NONE] = "same",
};

static const char *const difference_names[DIFFERENCE_KINDS] = {
	[DIFFERENCE_EVENT_OTHER] = "event_other",
	[DIFFERENCE_EVENT_GONE] = "event_gone",
	[DIFFERENCE_EVENT_NEW] = "event_new",
	[DIFFERENCE_ORDER] = "order",
	[DIFFERENCE_TIMING] = "timing",
	[DIFFERENCE_PACKETS] = "packets",
	[DIFFERENCE_FINDING_NEW] = "finding_new",
	[DIFFERENCE_FINDING_GONE] = "finding_gone",
	[DIFFERENCE_TIMELINE] = "timeline",
};

const char *change_name(enum change change)
{
	return change_names[change];
}

const char *difference_name(enum difference_kind kind)
{
	return difference_names[kind];
}

/* ---- Which kernels ---- */

/* What a person may call a kernel of a run. */
static bool answers_to(const struct report_run *run, size_t k, const char *name)
{
	const struct report_kernel *kernel = run->kernels[k];
	char *end;

	if (name[0] == '#')
		return strtoul(name + 1, &end, 10) == k + 1 && *end == '\0';
	return strcmp(kernel->name, name) == 0 || strcmp(kernel->release, name) == 0 ||
		strcmp(kernel->label, name) == 0;
}

static int find_kernel(const struct report_run *run, const char *which, const char *name,
	const struct report_kernel **out, char **error)
{
	size_t found = 0;

	for (size_t k = 0; k < run->n_kernels; k++)
		if (answers_to(run, k, name)) {
			*out = run->kernels[k];
			found++;
		}
	if (found == 1)
		return 0;
	return sentence(error, -EINVAL,
		found ? "several kernels of the %s run are called \"%s\"" : "the %s run has no kernel \"%s\"", which,
		name);
}

static int add_pair(struct comparison *comparison, const struct report_kernel *old, const struct report_kernel *new)
{
	struct pairing *pair = pool_grow(comparison->pool, &comparison->pairs, &comparison->n_pairs, sizeof(*pair));

	if (!pair)
		return -ENOMEM;
	*pair = (struct pairing){ .old = old, .new = new };
	return 0;
}

/* Both have several: those of one name. */
static int pair_by_name(struct comparison *comparison, char **error)
{
	const struct report_run *old = comparison->old, *new = comparison->new;

	for (size_t i = 0; i < old->n_kernels; i++)
		for (size_t k = 0; k < new->n_kernels; k++)
			if (strcmp(old->kernels[i]->name, new->kernels[k]->name) == 0 &&
				add_pair(comparison, old->kernels[i], new->kernels[k]) < 0)
				return -ENOMEM;
	if (comparison->n_pairs == 0)
		return sentence(error, -EINVAL,
			"no kernel is in both runs by the same name: name one of each, as in "
			"DIR:KERNEL");
	return 0;
}

/* The named one; without a name the only one. */
static int choose_kernel(const struct report_run *run, const char *which, const char *name,
	const struct report_kernel **out, char **error)
{
	if (name)
		return find_kernel(run, which, name, out, error);
	if (run->n_kernels == 0)
		return sentence(error, -EINVAL, "the %s run has no kernel", which);
	if (run->n_kernels > 1)
		return sentence(error, -EINVAL, "the %s run has %zu kernels: name one of them, as in DIR:KERNEL", which,
			run->n_kernels);
	*out = run->kernels[0];
	return 0;
}

static int pair_kernels(struct comparison *comparison, const char *old_name, const char *new_name, char **error)
{
	const struct report_kernel *old = NULL, *new = NULL;
	int status;

	if (!old_name && !new_name && comparison->old->n_kernels > 1 && comparison->new->n_kernels > 1)
		return pair_by_name(comparison, error);
	status = choose_kernel(comparison->old, "old", old_name, &old, error);
	if (status == 0)
		status = choose_kernel(comparison->new, "new", new_name, &new, error);
	return status == 0 ? add_pair(comparison, old, new) : status;
}

/* ---- What became of a case ---- */

enum standing { WORKS, FAILS, BREAKS, KNOWN, SKIPPED, NO_VERDICT };

static enum standing standing_of(const struct report_case *test)
{
	switch (test->verdict) {
	case REPORT_PASS:
	case REPORT_XPASS:
		return WORKS;
	case REPORT_FAIL:
	case REPORT_FLAKY:
		return FAILS;
	case REPORT_CRASH:
	case REPORT_TIMEOUT:
		return BREAKS;
	case REPORT_XFAIL:
		return KNOWN;
	case REPORT_SKIP:
		return SKIPPED;
	case REPORT_ERROR:
	case REPORT_UNFINISHED:
	case REPORT_VERDICTS:
		break;
	}
	return NO_VERDICT;
}

/* Rows: what it was; columns: what it is. WORKS to WORKS and FAILS to FAILS are looked at again. */
static const enum change changes[6][6] = {
	[WORKS] = { CHANGE_NONE, CHANGE_REGRESSION, CHANGE_REGRESSION, CHANGE_KNOWN, CHANGE_SKIPPED, CHANGE_UNJUDGED },
	[FAILS] = { CHANGE_FIX, CHANGE_NONE, CHANGE_REGRESSION, CHANGE_NONE, CHANGE_SKIPPED, CHANGE_UNJUDGED },
	[BREAKS] = { CHANGE_FIX, CHANGE_FAILS_OTHERWISE, CHANGE_NONE, CHANGE_FAILS_OTHERWISE, CHANGE_SKIPPED,
		CHANGE_UNJUDGED },
	[KNOWN] = { CHANGE_FIX, CHANGE_NONE, CHANGE_REGRESSION, CHANGE_NONE, CHANGE_SKIPPED, CHANGE_UNJUDGED },
	[SKIPPED] = { CHANGE_RUNS, CHANGE_REGRESSION, CHANGE_REGRESSION, CHANGE_RUNS, CHANGE_NONE, CHANGE_UNJUDGED },
	[NO_VERDICT] = { CHANGE_RUNS, CHANGE_REGRESSION, CHANGE_REGRESSION, CHANGE_RUNS, CHANGE_SKIPPED,
		CHANGE_NEVER_JUDGED },
};

static bool settings_are_equal(const struct report_case *old, const struct report_case *new)
{
	if (old->n_settings != new->n_settings)
		return false;
	for (size_t i = 0; i < old->n_settings; i++)
		if (strcmp(old->settings[i].name, new->settings[i].name) != 0 ||
			strcmp(old->settings[i].value, new->settings[i].value) != 0)
			return false;
	return true;
}

/* What an older version did not write is empty, and not known to be the same. */
static bool is_known_and_same(const char *old, const char *new)
{
	return old[0] && strcmp(old, new) == 0;
}

static bool is_exact(const struct comparison *comparison, const struct compared_case *compared)
{
	const struct report_run *old = comparison->old, *new = comparison->new;
	const struct report_kernel *before = compared->old->kernel, *after = compared->new->kernel;

	return compared->old->seed == compared->new->seed &&is_known_and_same(before->sha256, after->sha256) &&
		strcmp(before->origin, after->origin) == 0 && is_known_and_same(old->agent_sha256, new->agent_sha256) &&
		strcmp(old->qemu, new->qemu) == 0;
}

/* Nothing is said of behaviour by a real clock, nor where the case itself is another one. */
static int compare_behaviour(struct comparison *comparison, struct compared_case *compared)
{
	struct behaviour behaviour = { .old = compared->old,
		.new = compared->new,
		.old_run = comparison->old,
		.new_run = comparison->new,
		.tick_ns = comparison->new->tick_ns > comparison->old->tick_ns ? comparison->new->tick_ns
									       : comparison->old->tick_ns,
		.exact = is_exact(comparison, compared),
		.pool = comparison->pool };

	if (strcmp(comparison->old->clock, "virtual") != 0 || strcmp(comparison->new->clock, "virtual") != 0 ||
		!settings_are_equal(compared->old, compared->new))
		return 0;
	behaviour_compare(&behaviour);
	if (behaviour.failed)
		return -ENOMEM;
	compared->differences = behaviour.differences;
	compared->n_differences = behaviour.n;
	if (behaviour.n)
		compared->change = CHANGE_BEHAVIOUR;
	return 0;
}

/* A reason up to what the list of known issues has added. */
static size_t reason_length(const struct report_case *test)
{
	size_t length = strlen(test->reason);
	const size_t added = strlen(test->known);

	if (added > 0 && added <= length && strcmp(test->reason + length - added, test->known) == 0)
		length -= added;
	while (length > 0 && strchr("; ", test->reason[length - 1]))
		length--;
	return length;
}

static bool same_reason(const struct report_case *old, const struct report_case *new)
{
	const size_t length = reason_length(old), rule = rule_broken_length(old->reason);

	if (rule) /* what came instead is another thing with other numbers */
		return rule == rule_broken_length(new->reason) && strncmp(old->reason, new->reason, rule) == 0;
	return length == reason_length(new) && strncmp(old->reason, new->reason, length) == 0;
}

static int judge(struct comparison *comparison, struct compared_case *compared)
{
	if (!compared->old || !compared->new) {
		compared->change = compared->old ? CHANGE_VANISHED : CHANGE_NEW;
		return 0;
	}

	const enum standing old = standing_of(compared->old), new = standing_of(compared->new);
	compared->change = changes[old][new];
	if (compared->change != CHANGE_NONE)
		return 0;
	if (old == WORKS)
		return compare_behaviour(comparison, compared);
	if (old != SKIPPED && !same_reason(compared->old, compared->new))
		compared->change = CHANGE_FAILS_OTHERWISE;
	return 0;
}

/* ---- Which cases ---- */

/* Of a case that is repeated on a kernel: the first that is not as expected, else the first. */
static const struct report_case *find_case(
	const struct report_run *run, const struct report_kernel *kernel, const char *id)
{
	const struct report_case *found = NULL;

	for (size_t i = 0; i < run->n_cases; i++) {
		const struct report_case *test = &run->cases[i];

		if (test->kernel != kernel || strcmp(test->id, id) != 0)
			continue;
		if (!found)
			found = test;
		if (report_verdict_is_bad(test->verdict))
			return test;
	}
	return found;
}

static bool is_listed(const struct pairing *pair, const char *id)
{
	for (size_t i = 0; i < pair->n_cases; i++) {
		const struct compared_case *one = &pair->cases[i];

		if (strcmp((one->old ? one->old : one->new)->id, id) == 0)
			return true;
	}
	return false;
}

static int list_cases(struct comparison *comparison, struct pairing *pair, const struct report_run *run,
	const struct report_kernel *kernel)
{
	for (size_t i = 0; i < run->n_cases; i++) {
		const struct report_case *test = &run->cases[i];
		struct compared_case *compared;

		if (test->kernel != kernel || is_listed(pair, test->id))
			continue;
		compared = pool_grow(comparison->pool, &pair->cases, &pair->n_cases, sizeof(*compared));
		if (!compared)
			return -ENOMEM;
		*compared = (struct compared_case){ .old = find_case(comparison->old, pair->old, test->id),
			.new = find_case(comparison->new, pair->new, test->id) };
	}
	return 0;
}

static const char *id_of(const struct compared_case *compared)
{
	return (compared->old ? compared->old : compared->new)->id;
}

static int by_id(const void *a, const void *b)
{
	return strcmp(id_of(a), id_of(b));
}

static int compare_pair(struct comparison *comparison, struct pairing *pair)
{
	int status = compare_kernels(comparison, pair) < 0 ? -ENOMEM : 0;

	if (status == 0)
		status = list_cases(comparison, pair, comparison->old, pair->old);
	if (status == 0)
		status = list_cases(comparison, pair, comparison->new, pair->new);
	if (status == 0 && pair->n_cases)
		qsort(pair->cases, pair->n_cases, sizeof(*pair->cases), by_id);
	for (size_t i = 0; status == 0 && i < pair->n_cases; i++) {
		status = judge(comparison, &pair->cases[i]);
		pair->counts[pair->cases[i].change]++;
		comparison->counts[pair->cases[i].change]++;
	}
	return status;
}

int compare_runs(const struct report_run *old, const char *old_kernel, const struct report_run *new,
	const char *new_kernel, struct comparison **out, char **error)
{
	struct report_pool *pool = pool_new();
	struct comparison *comparison = pool ? pool_take(pool, sizeof(*comparison)) : NULL;
	int status = -ENOMEM;

	*out = NULL;
	if (comparison) {
		*comparison = (struct comparison){ .old = old, .new = new, .pool = pool };
		status = pair_kernels(comparison, old_kernel, new_kernel, error);
		for (size_t i = 0; status == 0 && i < comparison->n_pairs; i++)
			status = compare_pair(comparison, &comparison->pairs[i]);
	}
	if (status < 0) {
		if (status == -ENOMEM)
			sentence(error, status, "no memory to compare two runs");
		pool_free(pool);
		return status;
	}
	*out = comparison;
	return 0;
}

void compare_free(struct comparison *comparison)
{
	if (comparison)
		pool_free(comparison->pool);
}

/* ---- Words ---- */

bool compare_say_interrupted(const struct comparison *comparison, FILE *out)
{
	const struct report_run *const runs[] = { comparison->old, comparison->new };
	static const char *const which[] = { "old", "new" };
	bool said = false;

	for (int i = 0; i < 2; i++)
		if (runs[i]->interrupted) {
			fprintf(out, "%sthe %s run was interrupted after %zu of %zu cases", said ? ", " : "", which[i],
				runs[i]->n_cases - runs[i]->counts[REPORT_UNFINISHED], runs[i]->planned);
			said = true;
		}
	return said;
}

void compare_say_requirements(const struct compared_case *compared, FILE *out)
{
	const struct report_case *test = compared->new ? compared->new : compared->old;

	for (size_t i = 0; i < test->n_requirements; i++)
		fprintf(out, "%s%s (%s)", i ? ", " : "", test->requirements[i].id, test->requirements[i].level);
}

void compare_say(const struct compared_case *compared, FILE *out)
{
	const struct report_case *old = compared->old, *new = compared->new;

	switch (compared->change) {
	case CHANGE_NEW:
		fprintf(out, "%s%s%s", report_verdict_name(new->verdict), *new->reason ? ": " : "", new->reason);
		return;
	case CHANGE_VANISHED:
		fprintf(out, "was %s", report_verdict_name(old->verdict));
		return;
	case CHANGE_BEHAVIOUR:
		fputs("passes in both", out);
		return;
	case CHANGE_FAILS_OTHERWISE:
		fprintf(out, "%s, was %s: %s", report_verdict_name(new->verdict), report_verdict_name(old->verdict),
			new->reason);
		fprintf(out, " (was: %s)", old->reason);
		return;
	default:
		fprintf(out, "%s, was %s", report_verdict_name(new->verdict), report_verdict_name(old->verdict));
		if (*new->reason)
			fprintf(out, ": %s", new->reason);
		else if (*old->reason)
			fprintf(out, " (%s)", old->reason);
	}
}
