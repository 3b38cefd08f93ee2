/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tap.c - a run in the Test Anything Protocol.
 *
 * The first line says version 13, because Perl's harness refuses a later number, and a reader of
 * version 14 takes 13 as its own. The rest is what 14 asks for: '#' and '\' of descriptions are
 * escaped, diagnostics are YAML, two blanks in. The YAML is of the plainest: names, texts in single
 * quotes, and blocks of lines, which the small YAML parsers of TAP readers take too.
 *
 * The plan is what the run set out to do, so an interrupted run is not green to any reader. A run that failed, was
 * interrupted or ran no case bails out.
 */
#include <inttypes.h>
#include <string.h>

#include "reports/amount.h"
#include "reports/findings.h"
#include "reports/formats.h"
#include "reports/known.h"
#include "reports/shortfall.h"
#include "reports/tally.h"

struct point {
	bool ok;
	const char *directive; /* "SKIP", "TODO" or NULL */
	const char *severity;  /* NULL: no diagnostics */
};

static const struct point points[REPORT_VERDICTS] = {
	[REPORT_PASS] = { .ok = true },
	[REPORT_FAIL] = { .severity = "fail" },
	[REPORT_SKIP] = { .ok = true, .directive = "SKIP" },
	[REPORT_XFAIL] = { .directive = "TODO", .severity = "todo" },
	[REPORT_XPASS] = { .severity = "fail" },
	[REPORT_FLAKY] = { .severity = "fail" },
	[REPORT_CRASH] = { .severity = "fail" },
	[REPORT_TIMEOUT] = { .severity = "fail" },
	[REPORT_ERROR] = { .severity = "error" },
	[REPORT_UNFINISHED] = { .severity = "error" },
};

static void put_escaped(const char *text, FILE *out)
{
	for (; *text; text++) {
		if (*text == '#' || *text == '\\')
			fputc('\\', out);
		fputc(*text, out);
	}
}

static void put_quoted(const char *text, FILE *out)
{
	fputc('\'', out);
	for (; *text; text++) {
		if (*text == '\'')
			fputc('\'', out);
		fputc(*text, out);
	}
	fputc('\'', out);
}

static void put_member(const char *name, const char *value, FILE *out)
{
	if (!*value)
		return;
	fprintf(out, "  %s: ", name);
	put_quoted(value, out);
	fputc('\n', out);
}

/* A literal block. Its first line decides on the indentation, so that one must not be empty or
 * indented; empty lines in it keep the indentation for readers who take a lesser one as the end. */
static void put_lines(const char *name, const char *text, FILE *out)
{
	text += strspn(text, " \t\n");
	if (!*text)
		return;
	fprintf(out, "  %s: |\n    ", name);
	for (; *text; text++) {
		if (*text == '\n')
			fputs("\n    ", out);
		else if (*text == '\t')
			fputs("  ", out);
		else
			fputc(*text, out);
	}
	fputc('\n', out);
}

static void put_requirements(const struct report_case *test, FILE *out)
{
	if (test->n_requirements == 0)
		return;
	fputs("  requirements:\n", out);
	for (size_t i = 0; i < test->n_requirements; i++) {
		fputs("    - ", out);
		put_quoted(test->requirements[i].id, out);
		fputc('\n', out);
	}
}

/* Rules that were broken, and those that were deviated from. */
static void put_findings(const struct report_run *run, const struct report_case *test, bool deviations, FILE *out)
{
	bool first = true;

	for (size_t i = 0; i < test->n_findings; i++) {
		if (report_is_deviation(&test->findings[i]) != deviations)
			continue;
		if (first)
			fputs(deviations ? "  deviations:\n" : "  findings:\n", out);
		first = false;
		fputs("    - ", out);
		put_quoted(finding_words(run, &test->findings[i]), out);
		fputc('\n', out);
	}
}

static void put_message(const struct report_case *test, FILE *out)
{
	char text[64];
	const int64_t deviations = findings_times(test, true);

	if (test->verdict == REPORT_PASS) {
		snprintf(text, sizeof(text), "%" PRId64 " deviation%s", deviations, deviations == 1 ? "" : "s");
		put_member("message", text, out);
	} else {
		put_member("message", test->reason, out);
	}
}

static void put_diagnostics(
	const struct report_run *run, const struct report_case *test, const char *severity, FILE *out)
{
	fputs("  ---\n", out);
	put_message(test, out);
	put_member("severity", severity, out);
	put_member("verdict", report_verdict_name(test->verdict), out);
	put_member("kernel", test->kernel->label, out);
	put_requirements(test, out);
	put_findings(run, test, false, out);
	put_findings(run, test, true, out);
	put_member("virtual_seconds", amount_seconds(test->virtual_ns, 9).text, out);
	put_member("wall_seconds", amount_seconds(test->wall_ns, 3).text, out);
	put_member("at", test->source, out);
	put_member("repeat", test->repeat, out);
	put_lines("explanation", test->explanation, out);
	put_lines("console", test->console, out);
	fputs("  ...\n", out);
}

static void put_point(const struct report_run *run, const struct report_case *test, size_t number, FILE *out)
{
	const struct point *point = &points[test->verdict];

	fprintf(out, "%s %zu - ", point->ok ? "ok" : "not ok", number);
	put_escaped(test->id, out);
	if (run->n_kernels > 1) {
		fputs(" on ", out);
		put_escaped(test->kernel->label, out);
	}
	if (*test->title) {
		fputs(": ", out);
		put_escaped(test->title, out);
	}
	if (point->directive) {
		fprintf(out, " # %s ", point->directive);
		put_escaped(test->reason, out);
	}
	fputc('\n', out);
	if (point->severity)
		put_diagnostics(run, test, point->severity, out);
	else if (test->verdict == REPORT_PASS && findings_times(test, true))
		put_diagnostics(run, test, "comment", out);
}

static int tap_write(const struct report_run *run, FILE *out)
{
	fputs("TAP version 13\n", out);
	fprintf(out, "1..%zu\n", run->planned);
	fprintf(out, "# sctpspec %s, seed %lld, clock %s\n", run->sctpspec, (long long)run->seed, run->clock);
	for (size_t i = 0; i < run->n_kernels; i++)
		fprintf(out, "# kernel %s: %s\n", run->kernels[i]->label, run->kernels[i]->name);
	for (size_t i = 0; i < run->n_cases; i++)
		put_point(run, &run->cases[i], i + 1, out);
	for (size_t i = 0; i < run->n_known; i++)
		if (known_is_told(&run->known[i]))
			fprintf(out, "# known issue: %s\n", known_words(run, &run->known[i]));
	struct broken_rules deviations = broken_rules_of(run, true);
	if (deviations.n) {
		fputs("# ", out);
		deviations_say(run, &deviations, out);
		fputc('\n', out);
	}
	broken_rules_free(&deviations);
	fputs("# ", out);
	report_totals(run, out);
	fputc('\n', out);
	if (*run->note)
		fprintf(out, "# the log: %s\n", run->note);
	struct shortfall shortfall = run_shortfall(run);
	if (*shortfall.text)
		fprintf(out, "Bail out! %s\n", shortfall.text);
	return 0;
}

const struct report_format report_tap = {
	.name = "tap",
	.file = "results.tap",
	.help = "Test Anything Protocol, versions 13 and 14",
	.write = tap_write,
};
