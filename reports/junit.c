/* SPDX-License-Identifier: Apache-2.0 */
/*
 * junit.c - a run as JUnit XML: what GitLab's and Jenkins' parsers read, and nothing that either of
 * them refuses.
 *
 * - A case is known by classname and name to both, so the two together are unique in the file.
 * Jenkins splits the classname at its last dot into package and class: the kernel and the area.
 * - GitLab shows the element's text of a failure, error or skip and not its message attribute;
 * Jenkins shows both. So the text is whole by itself.
 * - GitLab makes a link to the source from `file`, a path in the repository.
 * - `time` is wall seconds, as everywhere; virtual seconds are a property.
 *
 * What the kernel did is a failure, what we did is an error. A known issue (xfail) counts as
 * skipped.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "reports/amount.h"
#include "reports/findings.h"
#include "reports/formats.h"
#include "reports/known.h"
#include "reports/markup.h"
#include "reports/shortfall.h"
#include "reports/tally.h"
#include "reports/timeline.h"

enum { OUTCOME_NONE, OUTCOME_FAILURE, OUTCOME_ERROR, OUTCOME_SKIPPED, OUTCOMES };

static const char *const outcome_elements[OUTCOMES] = { NULL, "failure", "error", "skipped" };

static const int outcomes[REPORT_VERDICTS] = {
	[REPORT_PASS] = OUTCOME_NONE,
	[REPORT_FAIL] = OUTCOME_FAILURE,
	[REPORT_SKIP] = OUTCOME_SKIPPED,
	[REPORT_XFAIL] = OUTCOME_SKIPPED,
	[REPORT_XPASS] = OUTCOME_FAILURE,
	[REPORT_FLAKY] = OUTCOME_FAILURE,
	[REPORT_CRASH] = OUTCOME_FAILURE,
	[REPORT_TIMEOUT] = OUTCOME_FAILURE,
	[REPORT_ERROR] = OUTCOME_ERROR,
	[REPORT_UNFINISHED] = OUTCOME_ERROR,
};

static size_t outcome_count(const struct tally *tally, int outcome)
{
	size_t count = 0;

	for (int v = 0; v < REPORT_VERDICTS; v++)
		if (outcomes[v] == outcome)
			count += tally->counts[v];
	return count;
}

static void write_counts(struct markup *xml, const struct tally *tally)
{
	markup_attribute(xml, "tests", "%zu", tally->cases);
	markup_attribute(xml, "failures", "%zu", outcome_count(tally, OUTCOME_FAILURE));
	markup_attribute(xml, "errors", "%zu", outcome_count(tally, OUTCOME_ERROR));
	markup_attribute(xml, "skipped", "%zu", outcome_count(tally, OUTCOME_SKIPPED));
	markup_attribute(xml, "time", "%s", amount_seconds(tally->wall_ns, 3).text);
}

static void write_property(struct markup *xml, const char *name, const char *value)
{
	if (!*value)
		return;
	markup_open(xml, "property", "name", name, "value", value, NULL);
	markup_close(xml);
}

/* Kernel and area, with what would split or hide them in a class name replaced. */
static void write_class(struct markup *xml, const char *attribute, const struct report_kernel *kernel, const char *area)
{
	char *name = NULL;

	if (asprintf(&name, "sctpspec.%s.%s", kernel->label, area) < 0)
		return;
	for (char *c = name; *c; c++)
		if (!isascii(*c) || (!isalnum(*c) && !strchr("._+~-", *c)))
			*c = '_';
	markup_attribute(xml, attribute, "%s", name);
	free(name);
}

/* The id, which is unique unless a run repeats cases. */
static void write_name(struct markup *xml, const struct report_run *run, const struct report_case *test)
{
	const size_t repeat = tally_repeat(run, test);

	if (repeat)
		markup_attribute(xml, "name", "%s #%zu", test->id, repeat + 1);
	else
		markup_attribute(xml, "name", "%s", test->id);
}

/* "cases/failover.c:42" */
static void write_source(struct markup *xml, const char *source)
{
	const char *colon = strrchr(source, ':');
	const size_t digits = colon ? strspn(colon + 1, "0123456789") : 0;

	if (!*source)
		return;
	if (digits == 0 || colon[1 + digits]) {
		markup_attribute(xml, "file", "%s", source);
		return;
	}
	markup_attribute(xml, "file", "%.*s", (int)(colon - source), source);
	markup_attribute(xml, "line", "%s", colon + 1);
}

static void write_case_properties(struct markup *xml, const struct report_run *run, const struct report_case *test)
{
	markup_open(xml, "properties", NULL);
	write_property(xml, "title", test->title);
	write_property(xml, "verdict", report_verdict_name(test->verdict));
	write_property(xml, "virtual_seconds", amount_seconds(test->virtual_ns, 9).text);
	write_property(xml, "wall_seconds", amount_seconds(test->wall_ns, 6).text);
	write_property(xml, "topology", test->topology);
	for (size_t i = 0; i < test->n_requirements; i++)
		write_property(xml, "requirement", test->requirements[i].id);
	for (size_t i = 0; i < test->etsi.n; i++)
		write_property(xml, "etsi", test->etsi.items[i]);
	for (size_t i = 0; i < test->n_findings; i++)
		write_property(xml, report_is_deviation(&test->findings[i]) ? "deviation" : "finding",
			finding_words(run, &test->findings[i]));
	write_property(xml, "repeat", test->repeat);
	markup_close(xml);
}

static void write_outcome(struct markup *xml, const struct report_case *test)
{
	const char *element = outcome_elements[outcomes[test->verdict]];
	const char *preamble = test->verdict == REPORT_XPASS ? "passes unexpectedly; " : "";

	if (!element)
		return;
	markup_open(xml, element, NULL);
	markup_attribute(xml, "message", "%s%s", preamble, test->reason);
	if (outcomes[test->verdict] != OUTCOME_SKIPPED)
		markup_attribute(xml, "type", "%s", report_verdict_name(test->verdict));
	markup_format(xml, "%s%s", preamble, test->reason);
	if (*test->explanation)
		markup_format(xml, "\n\n%s", test->explanation);
	markup_close(xml);
}

static void write_timeline(struct markup *xml, const struct report_case *test)
{
	char *text = NULL;
	size_t length = 0;
	FILE *lines;

	if (test->n_entries == 0 || !(lines = open_memstream(&text, &length)))
		return;
	fputc('\n', lines);
	timeline_print(test, lines);
	fclose(lines);
	if (text)
		markup_leaf(xml, "system-out", text, NULL);
	free(text);
}

static void write_case(struct markup *xml, const struct report_run *run, const struct report_case *test)
{
	markup_open(xml, "testcase", NULL);
	write_class(xml, "classname", test->kernel, test->area);
	write_name(xml, run, test);
	write_source(xml, test->source);
	markup_attribute(xml, "time", "%s", amount_seconds(test->wall_ns, 3).text);
	write_case_properties(xml, run, test);
	write_outcome(xml, test);
	write_timeline(xml, test);
	if (*test->console)
		markup_leaf(xml, "system-err", test->console, NULL);
	markup_close(xml);
}

/* In the suites of its area; a glob may be about any. */
static bool is_of_area(const struct report_known *known, const char *area)
{
	const size_t length = strcspn(known->cases, ".*?[");

	return known->cases[length] != '.' || (strlen(area) == length && strncmp(known->cases, area, length) == 0);
}

static void write_suite_properties(
	struct markup *xml, const struct report_run *run, const struct report_kernel *kernel, const char *area)
{
	char number[24];

	snprintf(number, sizeof(number), "%lld", (long long)run->seed);
	markup_open(xml, "properties", NULL);
	write_property(xml, "kernel", kernel->name);
	write_property(xml, "kernel_release", kernel->release);
	write_property(xml, "kernel_version", kernel->version);
	write_property(xml, "kernel_origin", kernel->origin);
	write_property(xml, "sctpspec", run->sctpspec);
	write_property(xml, "clock", run->clock);
	write_property(xml, "target", run->target);
	write_property(xml, "seed", number);
	for (size_t i = 0; i < run->n_known; i++)
		if (known_is_told(&run->known[i]) && is_of_area(&run->known[i], area))
			write_property(xml, "known_issue", known_words(run, &run->known[i]));
	markup_close(xml);
}

static bool belongs(const struct report_case *test, const struct report_kernel *kernel, const char *area)
{
	return test->kernel == kernel && strcmp(test->area, area) == 0;
}

static void write_suite(
	struct markup *xml, const struct report_run *run, const struct report_kernel *kernel, const char *area)
{
	struct tally tally = { 0 };

	for (size_t i = 0; i < run->n_cases; i++)
		if (belongs(&run->cases[i], kernel, area))
			tally_add(&tally, &run->cases[i]);
	if (tally.cases == 0)
		return;

	markup_open(xml, "testsuite", NULL);
	write_class(xml, "name", kernel, area);
	write_counts(xml, &tally);
	if (*run->started)
		markup_attribute(xml, "timestamp", "%s", run->started);
	write_suite_properties(xml, run, kernel, area);
	for (size_t i = 0; i < run->n_cases; i++)
		if (belongs(&run->cases[i], kernel, area))
			write_case(xml, run, &run->cases[i]);
	markup_close(xml);
}

/* What is wrong with the run as a whole, as a test case of its own: readers know of nothing else. */
static void write_shortfall(struct markup *xml, const char *text)
{
	const struct tally tally = { .cases = 1, .counts[REPORT_ERROR] = 1 };

	markup_open(xml, "testsuite", "name", "sctpspec.run", NULL);
	write_counts(xml, &tally);
	markup_open(xml, "testcase", "classname", "sctpspec.run", "name", "the run", "time", "0.000", NULL);
	markup_open(xml, "error", "type", "error", NULL);
	markup_attribute(xml, "message", "%s", text);
	markup_format(xml, "%s", text);
	markup_close(xml);
	markup_close(xml);
	markup_close(xml);
}

static int junit_write(const struct report_run *run, FILE *out)
{
	size_t n_areas;
	const char **areas = tally_areas(run, &n_areas);
	struct markup *xml = areas ? markup_new(out, MARKUP_XML) : NULL;
	const struct shortfall shortfall = run_shortfall(run);
	const bool whole = *shortfall.text == '\0';
	struct tally tally = { .cases = !whole, .counts[REPORT_ERROR] = !whole };

	if (!xml) {
		free(areas);
		return -ENOMEM;
	}
	for (size_t i = 0; i < run->n_cases; i++)
		tally_add(&tally, &run->cases[i]);
	markup_open(xml, "testsuites", "name", "sctpspec", NULL);
	write_counts(xml, &tally);
	for (size_t k = 0; k < run->n_kernels; k++)
		for (size_t i = 0; i < n_areas; i++)
			write_suite(xml, run, run->kernels[k], areas[i]);
	if (!whole)
		write_shortfall(xml, shortfall.text);
	free(areas);
	return markup_end(xml);
}

const struct report_format report_junit = {
	.name = "junit",
	.file = "junit.xml",
	.help = "JUnit XML, as GitLab and Jenkins read it",
	.write = junit_write,
};
