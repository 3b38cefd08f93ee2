/* SPDX-License-Identifier: Apache-2.0 */
/* coverage.c - see coverage.h. */
#include "reports/coverage.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "reports/pool.h"

const char *const coverage_levels[] = { "MUST", "SHOULD", "MAY", "API", NULL };

static const char *const state_names[COVERAGE_STATES] = {
	[COVERAGE_JUDGED] = "judged",
	[COVERAGE_IDLE] = "idle",
	[COVERAGE_UNJUDGED] = "unjudged",
	[COVERAGE_UNTESTABLE] = "untestable",
};

const char *coverage_state_name(enum coverage_state state)
{
	return state_names[state];
}

static int64_t add(int64_t a, int64_t b)
{
	int64_t sum;

	return __builtin_add_overflow(a, b, &sum) ? INT64_MAX : sum;
}

int64_t judge_times(const struct judge_count *judges, size_t n)
{
	int64_t times = 0;

	for (size_t i = 0; i < n; i++)
		times = add(times, judges[i].times);
	return times;
}

/* ---- Counting ---- */

static int by_id(const void *id, const void *row)
{
	return strcmp(id, ((const struct coverage_row *)row)->requirement->id);
}

static struct coverage_row *find_row(const struct coverage *coverage, const char *id)
{
	return bsearch(id, coverage->rows, coverage->catalogue->n_requirements, sizeof(*coverage->rows), by_id);
}

static struct judge_count *find_judge(struct judge_count *judges, size_t n, const char *id)
{
	/* what is counted was added last, as a rule */
	for (size_t i = n; i-- > 0;)
		if (strcmp(judges[i].id, id) == 0)
			return &judges[i];
	return NULL;
}

/* A requirement that the catalogue does not have is nobody's. */
static int count_judge(struct coverage *coverage, const char *requirement, bool rule, const char *id, int64_t times)
{
	struct coverage_row *row = find_row(coverage, requirement);
	struct judge_count *judge;

	if (!row)
		return 0;
	judge = rule ? find_judge(row->rules, row->n_rules, id) : find_judge(row->cases, row->n_cases, id);
	if (!judge) {
		judge = rule ? pool_grow(coverage->pool, &row->rules, &row->n_rules, sizeof(*judge))
			     : pool_grow(coverage->pool, &row->cases, &row->n_cases, sizeof(*judge));
		if (!judge)
			return -ENOMEM;
		judge->id = id;
	}
	judge->times = add(judge->times, times);
	return 0;
}

static int count_known(struct coverage *coverage, const struct known_judge *judge, bool rule, int64_t times)
{
	int status = 0;

	for (const char *const *id = judge->requirements; status == 0 && id && *id; id++)
		status = count_judge(coverage, *id, rule, judge->id, times);
	return status;
}

struct coverage *coverage_new(const struct report_catalogue *catalogue)
{
	struct report_pool *pool = pool_new();
	struct coverage *coverage = pool ? pool_take(pool, sizeof(*coverage)) : NULL;
	int status = 0;

	if (!coverage) {
		pool_free(pool);
		return NULL;
	}
	coverage->pool = pool;
	coverage->catalogue = catalogue;
	coverage->rows = pool_take(pool, (catalogue->n_requirements + 1) * sizeof(*coverage->rows));
	coverage->rules = pool_take(pool, (catalogue->n_rules + 1) * sizeof(*coverage->rules));
	coverage->deviations = pool_take(pool, (catalogue->n_deviations + 1) * sizeof(*coverage->deviations));
	if (!coverage->rows || !coverage->rules || !coverage->deviations)
		status = -ENOMEM;
	for (size_t i = 0; status == 0 && i < catalogue->n_deviations; i++)
		coverage->deviations[i].deviation = &catalogue->deviations[i];
	for (size_t i = 0; status == 0 && i < catalogue->n_requirements; i++)
		coverage->rows[i].requirement = &catalogue->requirements[i];
	for (size_t i = 0; status == 0 && i < catalogue->n_cases; i++)
		status = count_known(coverage, &catalogue->cases[i], false, 0);
	for (size_t i = 0; status == 0 && i < catalogue->n_rules; i++) {
		coverage->rules[i].rule = &catalogue->rules[i];
		status = count_known(coverage, &catalogue->rules[i], true, 0);
	}
	if (status == 0)
		return coverage;
	pool_free(pool);
	return NULL;
}

/* Whether its verdict says something about the kernel. */
static bool was_judged(const struct report_case *test)
{
	return test->verdict != REPORT_SKIP && test->verdict != REPORT_ERROR && test->verdict != REPORT_UNFINISHED;
}

static int add_case(struct coverage *coverage, const struct report_case *test)
{
	const int64_t runs = test->repeats.seeds > 0 ? test->repeats.seeds : 1;
	int status = 0;

	if (!was_judged(test))
		return 0;
	coverage->n_cases++;
	for (size_t i = 0; status == 0 && i < test->n_requirements; i++)
		status = count_judge(coverage, test->requirements[i].id, false, test->id, runs);
	return status;
}

static struct coverage_rule *find_rule(const struct coverage *coverage, const char *id)
{
	for (size_t i = 0; i < coverage->catalogue->n_rules; i++)
		if (strcmp(coverage->rules[i].rule->id, id) == 0)
			return &coverage->rules[i];
	return NULL;
}

/* Also of a case without a verdict: what a rule saw, it saw. A rule that is not known any more says nothing. */
static int add_rules(struct coverage *coverage, const struct report_case *test)
{
	int status = 0;

	for (size_t i = 0; status == 0 && i < test->n_rules; i++) {
		struct coverage_rule *rule = find_rule(coverage, test->rules[i].rule);

		if (!rule)
			continue;
		rule->applied = add(rule->applied, test->rules[i].times);
		status = count_known(coverage, rule->rule, true, test->rules[i].times);
	}
	for (size_t i = 0; i < test->n_findings; i++) {
		struct coverage_rule *rule = find_rule(coverage, test->findings[i].rule);

		if (rule)
			rule->broken = add(rule->broken, test->findings[i].times);
	}
	return status;
}

static bool has_put_to_the_test(const struct report_case *test, const char *rule)
{
	for (size_t i = 0; i < test->n_rules; i++)
		if (strcmp(test->rules[i].rule, rule) == 0)
			return true;
	return false;
}

static bool has_text(const struct report_texts *texts, const char *text)
{
	for (size_t i = 0; i < texts->n; i++)
		if (strcmp(texts->items[i], text) == 0)
			return true;
	return false;
}

static void add_deviations(struct coverage *coverage, const struct report_case *test)
{
	for (size_t i = 0; i < coverage->catalogue->n_deviations; i++) {
		struct coverage_deviation *counted = &coverage->deviations[i];
		const struct known_deviation *deviation = counted->deviation;
		bool shown = false;

		if (!has_text(&test->kernel->deviations, deviation->id) || !has_put_to_the_test(test, deviation->rule))
			continue;
		for (size_t k = 0; k < test->n_findings; k++)
			shown |= strcmp(test->findings[k].entry, deviation->id) == 0;
		counted->ran++;
		counted->matched += shown;
	}
}

bool coverage_is_missed(const struct coverage_deviation *deviation)
{
	return deviation->ran > 0 && deviation->matched == 0;
}

int coverage_add(struct coverage *coverage, const struct report_run *run)
{
	int status = 0;

	coverage->n_runs++;
	for (size_t i = 0; status == 0 && i < run->n_cases; i++) {
		status = add_case(coverage, &run->cases[i]);
		if (status == 0)
			status = add_rules(coverage, &run->cases[i]);
		add_deviations(coverage, &run->cases[i]);
	}
	return status;
}

static int by_numbers(const void *a, const void *b)
{
	return strverscmp(
		((const struct coverage_row *)a)->requirement->id, ((const struct coverage_row *)b)->requirement->id);
}

void coverage_settle(struct coverage *coverage)
{
	const size_t n = coverage->catalogue->n_requirements;

	for (size_t i = 0; i < n; i++) {
		struct coverage_row *row = &coverage->rows[i];

		if (row->n_cases + row->n_rules == 0)
			row->state = row->requirement->untestable ? COVERAGE_UNTESTABLE : COVERAGE_UNJUDGED;
		else if (coverage->n_runs && judge_times(row->cases, row->n_cases) == 0 &&
			judge_times(row->rules, row->n_rules) == 0)
			row->state = COVERAGE_IDLE;
		else
			row->state = COVERAGE_JUDGED;
	}
	if (n)
		qsort(coverage->rows, n, sizeof(*coverage->rows), by_numbers);
}

void coverage_free(struct coverage *coverage)
{
	if (coverage)
		pool_free(coverage->pool);
}

/* ---- Choosing and adding up ---- */

size_t coverage_rfc(const struct coverage_row *row)
{
	return strcspn(row->requirement->id, "-");
}

static bool is_level(const char *level, const char *wanted)
{
	const size_t length = strlen(wanted);

	return strncmp(level, wanted, length) == 0 && (level[length] == '\0' || strcmp(level + length, " NOT") == 0);
}

bool coverage_wants(const struct coverage_filter *filter, const struct coverage_row *row)
{
	const size_t length = coverage_rfc(row);

	if (filter->rfc && (strlen(filter->rfc) != length || strncmp(filter->rfc, row->requirement->id, length) != 0))
		return false;
	if (filter->level && !is_level(row->requirement->level, filter->level))
		return false;
	if (filter->priority && filter->priority != row->requirement->priority)
		return false;
	return !filter->unjudged || row->state != COVERAGE_JUDGED;
}

/* With runs, a case or a rule counts when it was put to the test. */
static bool has_judged(const struct coverage *coverage, const struct judge_count *judges, size_t n)
{
	return n > 0 && (coverage->n_runs == 0 || judge_times(judges, n) > 0);
}

struct coverage_sum coverage_sum(const struct coverage *coverage, const struct coverage_filter *filter)
{
	struct coverage_sum sum = { 0 };
	struct coverage_filter all = *filter;

	all.unjudged = false;
	for (size_t i = 0; i < coverage->catalogue->n_requirements; i++) {
		const struct coverage_row *row = &coverage->rows[i];

		if (!coverage_wants(&all, row))
			continue;
		sum.requirements++;
		sum.by_cases += has_judged(coverage, row->cases, row->n_cases);
		sum.by_rules += has_judged(coverage, row->rules, row->n_rules);
		sum.states[row->state]++;
	}
	return sum;
}

char **coverage_rfcs(const struct coverage *coverage, size_t *count)
{
	const size_t n = coverage->catalogue->n_requirements;
	char **rfcs = calloc(n + 1, sizeof(*rfcs));

	*count = 0;
	for (size_t i = 0; rfcs && i < n; i++) {
		const struct coverage_row *row = &coverage->rows[i];
		const size_t length = coverage_rfc(row);

		if (*count && strlen(rfcs[*count - 1]) == length &&
			strncmp(rfcs[*count - 1], row->requirement->id, length) == 0)
			continue;
		rfcs[*count] = strndup(row->requirement->id, length);
		if (!rfcs[*count])
			break;
		++*count;
	}
	return rfcs;
}
