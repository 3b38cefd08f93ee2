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
	const struct report_finding *a = ((const struct deviation *)left)->first,
				    *b = ((const struct deviation *)right)->first;
	const int order = strcmp(a->rule, b->rule);

	return order ? order : strcmp(a->issue, b->issue);
}

static struct deviation *find(const struct deviations *deviations, const struct report_finding *finding)
{
	for (size_t i = 0; i < deviations->n; i++) {
		const struct report_finding *first = deviations->list[i].first;

		if (strcmp(first->rule, finding->rule) == 0 && strcmp(first->issue, finding->issue) == 0)
			return &deviations->list[i];
	}
	return NULL;
}

static bool take(struct deviations *deviations, const struct report_case *test, const struct report_finding *finding)
{
	struct deviation *deviation = find(deviations, finding);

	if (!deviation) {
		struct deviation *more = realloc(deviations->list, (deviations->n + 1) * sizeof(*more));

		if (!more)
			return false;
		deviations->list = more;
		deviation = &more[deviations->n++];
		*deviation = (struct deviation){ .first = finding };
	}
	deviation->times = add(deviation->times, finding->times);
	deviations->times = add(deviations->times, finding->times);
	/* each case once: at the first of its findings that is of this row */
	for (const struct report_finding *before = test->findings; before < finding; before++)
		if (strcmp(before->rule, finding->rule) == 0 && strcmp(before->issue, finding->issue) == 0)
			return true;
	deviation->cases++;
	return true;
}

struct deviations deviations_of(const struct report_run *run)
{
	struct deviations deviations = { 0 };

	for (size_t i = 0; i < run->n_cases; i++)
		for (size_t k = 0; k < run->cases[i].n_findings; k++) {
			const struct report_finding *finding = &run->cases[i].findings[k];

			if (report_is_deviation(finding) && !take(&deviations, &run->cases[i], finding)) {
				deviations_free(&deviations);
				return deviations;
			}
		}
	if (deviations.n)
		qsort(deviations.list, deviations.n, sizeof(*deviations.list), by_rule);
	for (size_t i = 0; i < deviations.n; i++)
		deviations.n_known += *deviations.list[i].first->issue != '\0';
	for (size_t i = 0; i < deviations.n; i++)
		deviations.n_rules +=
			i == 0 || strcmp(deviations.list[i].first->rule, deviations.list[i - 1].first->rule) != 0;
	return deviations;
}

void deviations_free(struct deviations *deviations)
{
	free(deviations->list);
	*deviations = (struct deviations){ 0 };
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

void deviations_say(const struct report_run *run, const struct deviations *deviations, FILE *out)
{
	if (deviations->n == 0)
		return;
	fprintf(out, "%s deviation%s (%s) of %zu rule%s; ", amount_grouped(deviations->times).text,
		plural(deviations->times),
		deviations->n_known == 0                      ? "SHOULD"
			: deviations->n_known < deviations->n ? "SHOULD, or known of Linux"
							      : "known of Linux",
		deviations->n_rules, plural((int64_t)deviations->n_rules));
	fputs(run->strict ? "they are failures, as --strict says" : "--strict makes them failures", out);
}

void deviation_say(const struct deviation *deviation, FILE *out)
{
	const struct report_finding *first = deviation->first;

	fprintf(out, "%s (%s): %s time%s in %zu case%s: %s", first->rule, report_level_name(first->level),
		amount_grouped(deviation->times).text, plural(deviation->times), deviation->cases,
		plural((int64_t)deviation->cases), first->title);
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
