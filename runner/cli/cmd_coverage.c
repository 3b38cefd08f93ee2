/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_coverage.c - `sctpspec coverage`: which requirements are judged, by whom, how often, and which by nobody. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/coverage.h"
#include "runner/catalogue/judges.h"
#include "runner/catalogue/nearest.h"
#include "runner/cli/command.h"
#include "runner/cli/options.h"

struct arguments {
	struct option_words folders;
	const char *rfc;
	unsigned level; /* 0: all; else its place in level_words */
	unsigned priority;
	bool unjudged, verbose, json;
};

static const char *const level_words[] = { "all", "MUST", "SHOULD", "MAY", "API", NULL };

static const struct option_row rows[] = {
	{ "rfc", 0, "NUMBER", "Only requirements of that RFC, as 9260", TEXT_AT(struct arguments, rfc) },
	{ "level", 0, "LEVEL", "Only MUST, SHOULD (with their NOT), MAY or API; all (default)",
		CHOICE_AT(struct arguments, level, level_words) },
	{ "priority", 0, "N", "Only priority 1 (failover, paths, states), 2 (data, options) or 3 (the rest)",
		COUNT_AT(struct arguments, priority, 1, COVERAGE_PRIORITIES) },
	{ "unjudged", 0, NULL, "Only what nothing judges, or did in these runs, one by one",
		FLAG_AT(struct arguments, unjudged) },
	{ "verbose", 'v', NULL, "Each requirement, with its cases and rules", FLAG_AT(struct arguments, verbose) },
	{ "json", 0, NULL, "For programs: reports/COVERAGE.md has the members", FLAG_AT(struct arguments, json) },
	{ 0 },
};

static int unknown_rfc(const char *word, const struct coverage *coverage)
{
	size_t n;
	char **rfcs = coverage_rfcs(coverage, &n);
	bool known = false;
	for (size_t i = 0; rfcs && i < n; i++)
		known |= strcmp(rfcs[i], word) == 0;
	char *hint = rfcs && !known ? nearest_hint(word, (const char *const *)rfcs, n) : NULL;
	const int status = known ? STATUS_EXPECTED
				 : print_error(STATUS_USAGE, "the catalogue has no RFC '%s'%s", word, hint ? hint : "");
	free(hint);
	for (size_t i = 0; rfcs && i < n; i++)
		free(rfcs[i]);
	free(rfcs);
	return status;
}

static int print(const struct arguments *arguments, const struct coverage *coverage)
{
	const struct coverage_filter filter = {
		.rfc = arguments->rfc,
		.level = arguments->level ? level_words[arguments->level] : NULL,
		.priority = arguments->priority,
		.unjudged = arguments->unjudged,
	};
	int status = arguments->rfc ? unknown_rfc(arguments->rfc, coverage) : STATUS_EXPECTED;
	if (status != STATUS_EXPECTED)
		return status;
	status = arguments->json
		? coverage_write_json(coverage, &filter, stdout)
		: coverage_write_text(coverage, &filter, arguments->verbose || arguments->unjudged, stdout);
	return status == 0 ? STATUS_EXPECTED : print_error(STATUS_HARNESS, "no memory to say what is judged");
}

static int cover(const struct arguments *arguments)
{
	struct judges judges;
	char *error = NULL;
	if (judges_open(&judges, &error) != 0)
		return print_error_sentence(STATUS_HARNESS, error);
	struct coverage *coverage = coverage_new(&judges.known);
	struct report_run **runs = calloc(arguments->folders.n + 1, sizeof(*runs));
	int result = coverage && runs ? STATUS_EXPECTED : print_error(STATUS_HARNESS, "no memory");
	for (size_t i = 0; result == STATUS_EXPECTED && i < arguments->folders.n; i++) {
		if (report_read(arguments->folders.list[i], &runs[i], &error) != 0)
			result = print_error_sentence(STATUS_HARNESS, error);
		else if (coverage_add(coverage, runs[i]) != 0)
			result = print_error(STATUS_HARNESS, "no memory");
	}
	if (result == STATUS_EXPECTED) {
		coverage_settle(coverage);
		result = print(arguments, coverage);
	}
	coverage_free(coverage);
	for (size_t i = 0; runs && i < arguments->folders.n; i++)
		report_free(runs[i]);
	free(runs);
	judges_close(&judges);
	return result;
}

int cmd_coverage(int argc, char **argv)
{
	static const struct command_line line = {
		.arguments = "[DIR...]",
		.about = "Says which requirements of the RFCs are judged, by which cases and rules, and which by "
			 "nobody.",
		.exit_status = "0, or 2 wrong usage, 3 a log cannot be read",
		.more = "DIR is the folder of a run: how often each case and each rule judged in it is told, and what "
			"nothing judged there. Without one, what would judge each requirement.",
		.sets = { { .rows = rows } },
		.words_at = offsetof(struct arguments, folders),
		.most = ANY_NUMBER,
	};
	struct arguments arguments = { 0 };
	int status = command_line_read(&line, argc, argv, &arguments);
	return status == STATUS_EXPECTED ? cover(&arguments) : status;
}
