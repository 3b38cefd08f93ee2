/* SPDX-License-Identifier: Apache-2.0 */
/* findings.c - see findings.h. */
#include "reports/findings.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "reports/amount.h"
#include "reports/pool.h"

static int64_t add(int64_t a, int64_t b)
{
	int64_t sum;

	return __builtin_add_overflow(a, b, &sum) ? INT64_MAX : sum;
}

static const char *plural(int64_t n)
{
	return n == 1 ? "" : "s";
}

/* ---- By rule ---- */

static int by_rule(const void *left, const void *right)
{
	const struct report_finding *a = ((const struct broken_rule *)left)->first,
				    *b = ((const struct broken_rule *)right)->first;
	const int order = strcmp(a->rule, b->rule);

	return order ? order : strcmp(a->issue, b->issue);
}

static struct broken_rule *find(const struct broken_rules *rules, const struct report_finding *finding)
{
	for (size_t i = 0; i < rules->n; i++) {
		const struct report_finding *first = rules->list[i].first;

		if (strcmp(first->rule, finding->rule) == 0 && strcmp(first->issue, finding->issue) == 0)
			return &rules->list[i];
	}
	return NULL;
}

static bool take(struct broken_rules *rules, const struct report_case *test, const struct report_finding *finding)
{
	struct broken_rule *rule = find(rules, finding);

	if (!rule) {
		struct broken_rule *more = realloc(rules->list, (rules->n + 1) * sizeof(*more));

		if (!more)
			return false;
		rules->list = more;
		rule = &more[rules->n++];
		*rule = (struct broken_rule){ .first = finding };
	}
	rule->times = add(rule->times, finding->times);
	rules->times = add(rules->times, finding->times);
	/* each case once: at the first of its findings that is of this row */
	for (const struct report_finding *before = test->findings; before < finding; before++)
		if (strcmp(before->rule, finding->rule) == 0 && strcmp(before->issue, finding->issue) == 0)
			return true;
	rule->cases++;
	return true;
}

struct broken_rules broken_rules_of(const struct report_run *run, bool deviations)
{
	struct broken_rules rules = { 0 };

	for (size_t i = 0; i < run->n_cases; i++)
		for (size_t k = 0; k < run->cases[i].n_findings; k++) {
			const struct report_finding *finding = &run->cases[i].findings[k];

			if (report_is_deviation(finding) == deviations && !take(&rules, &run->cases[i], finding)) {
				broken_rules_free(&rules);
				return rules;
			}
		}
	if (rules.n)
		qsort(rules.list, rules.n, sizeof(*rules.list), by_rule);
	for (size_t i = 0; i < rules.n; i++)
		rules.n_known += *rules.list[i].first->issue != '\0';
	for (size_t i = 0; i < rules.n; i++)
		rules.n_rules += i == 0 || strcmp(rules.list[i].first->rule, rules.list[i - 1].first->rule) != 0;
	return rules;
}

void broken_rules_free(struct broken_rules *rules)
{
	free(rules->list);
	*rules = (struct broken_rules){ 0 };
}

int64_t findings_times(const struct report_case *test, bool deviations)
{
	int64_t times = 0;

	for (size_t i = 0; i < test->n_findings; i++)
		if (report_is_deviation(&test->findings[i]) == deviations)
			times = add(times, test->findings[i].times);
	return times;
}

int64_t rule_applied(const struct report_case *test, const char *rule)
{
	for (size_t i = 0; i < test->n_rules; i++)
		if (strcmp(test->rules[i].rule, rule) == 0)
			return test->rules[i].times;
	return 0;
}

int64_t rule_applied_in_run(const struct report_run *run, const char *rule)
{
	int64_t times = 0;

	for (size_t i = 0; i < run->n_cases; i++)
		times = add(times, rule_applied(&run->cases[i], rule));
	return times;
}

/* ---- Words ---- */

const char *rule_broken_rule(const char *reason, size_t *length)
{
	if (strncmp(reason, RULE_BROKEN, strlen(RULE_BROKEN)) != 0)
		return NULL;
	reason += strlen(RULE_BROKEN);
	*length = strcspn(reason, ": ");
	return reason;
}

size_t rule_broken_length(const char *reason)
{
	size_t length;
	const char *got = strstr(reason, ", got ");

	if (!rule_broken_rule(reason, &length))
		return 0;
	return got ? (size_t)(got - reason) : strlen(reason);
}

void deviations_say(const struct report_run *run, const struct broken_rules *rules, FILE *out)
{
	if (rules->n == 0)
		return;
	fprintf(out, "%s deviation%s (%s) of %zu rule%s; ", amount_grouped(rules->times).text, plural(rules->times),
		rules->n_known == 0                 ? "SHOULD"
			: rules->n_known < rules->n ? "SHOULD, or known of Linux"
						    : "known of Linux",
		rules->n_rules, plural((int64_t)rules->n_rules));
	fputs(run->strict ? "they are failures, as --strict says" : "--strict makes them failures", out);
}

void breaches_say(const struct report_run *run, const struct broken_rules *rules, FILE *out)
{
	size_t cases = 0;

	for (size_t i = 0; i < run->n_cases; i++)
		cases += findings_times(&run->cases[i], false) > 0;
	fprintf(out, "%s breach%s of %zu rule%s in %zu case%s", amount_grouped(rules->times).text,
		rules->times == 1 ? "" : "es", rules->n_rules, plural((int64_t)rules->n_rules), cases,
		plural((int64_t)cases));
}

void broken_rule_say(const struct broken_rule *rule, FILE *out)
{
	const struct report_finding *first = rule->first;

	fprintf(out, "%s (%s): %s time%s in %zu case%s: %s", first->rule, report_level_name(first->level),
		amount_grouped(rule->times).text, plural(rule->times), rule->cases, plural((int64_t)rule->cases),
		first->title);
	if (*first->issue)
		fprintf(out, " [%s%s%s]", first->issue, *first->kernels ? "; " : "", first->kernels);
}

void finding_say_place(const struct report_finding *finding, FILE *out)
{
	static const char *const ends[] = { "", " by a", " by b" };
	const char *by = ends[finding->endpoint];

	if (finding->packet > 0)
		fprintf(out, "in packet %" PRId64, finding->packet);
	if (finding->packet > 0 && finding->path >= 0)
		fprintf(out, " of path %d", finding->path);
	fputs(finding->packet > 0 || !*by ? by : by + 1, out);
}

void finding_say_what(const struct report_finding *finding, FILE *out)
{
	fprintf(out, "expected %s, got %s; ", finding->expected, finding->got);
	finding_say_place(finding, out);
	fprintf(out, " at %s s", amount_seconds(finding->t_ns, 6).text);
	if (finding->times > 1)
		fprintf(out, ", %" PRId64 " times", finding->times);
	if (*finding->issue)
		fprintf(out, " [%s]", finding->issue);
}

void finding_say(const struct report_finding *finding, FILE *out)
{
	fprintf(out, "%s (%s): ", finding->rule, report_level_name(finding->level));
	finding_say_what(finding, out);
}

const char *finding_words(const struct report_run *run, const struct report_finding *finding)
{
	char *words = NULL, *kept = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&words, &length);

	if (!out)
		return "";
	finding_say(finding, out);
	if (fclose(out) == 0 && (kept = pool_take(run->pool, length + 1)))
		memcpy(kept, words, length + 1);
	free(words);
	return kept ? kept : "";
}
