/* SPDX-License-Identifier: Apache-2.0 */
/*
 * html_conformance.c - the conformance page: each test purpose of ETSI TS 102 369 with its verdict on each kernel, and
 * links to the cases. Where the page is opened at #conformance, it is printed alone, so that it can be handed out.
 */
#include "reports/html.h"

#include <string.h>

#include "reports/conformance.h"
#include "reports/coverage.h"

static const char dash[] = "\xe2\x80\x93";

/* ---- What was tested, and the sums ---- */

static void put_identity(struct markup *html, const struct report_run *run)
{
	markup_open(html, "dl", "class", "about", NULL);
	for (size_t k = 0; k < run->n_kernels; k++) {
		const struct report_kernel *kernel = run->kernels[k];

		markup_open(html, "div", NULL);
		markup_open(html, "dt", NULL);
		markup_format(html, "Linux %s", kernel->label);
		markup_close(html);
		markup_open(html, "dd", NULL);
		markup_format(html, "%s%s%s", kernel->version, *kernel->sha256 ? ", SHA-256 " : "", kernel->sha256);
		markup_close(html);
		markup_close(html);
	}
	html_fact(html, "sctpspec", run->sctpspec);
	html_fact(html, "started", run->started);
	html_number(html, "seed", run->seed);
	markup_close(html);
	markup_raw(html, "\n");
}

static bool is_at_level(const struct known_purpose *purpose, const char *level)
{
	return strncmp(purpose->level, level, strlen(level)) == 0;
}

/* Of a level, which has its NOT as well; "": of all. */
static size_t count(
	const struct report_run *run, const struct report_kernel *kernel, enum conformance which, const char *level)
{
	size_t found = 0;

	for (size_t i = 0; i < run->catalogue->n_purposes; i++) {
		const struct known_purpose *purpose = &run->catalogue->purposes[i];

		found += is_at_level(purpose, level) && conformance_of(run, purpose, kernel) == which;
	}
	return found;
}

static void put_count(struct markup *html, size_t number)
{
	markup_open(html, "td", "class", "number", NULL);
	if (number)
		markup_format(html, "%zu", number);
	else
		markup_text(html, dash);
	markup_close(html);
}

static void put_sums(struct markup *html, const struct report_run *run)
{
	static const char *const heads[] = { "pass", "fail of a MUST", "of a SHOULD", "of a MAY", "inconclusive",
		"not run", "no case" };

	markup_open(html, "div", "class", "scroll", NULL);
	markup_open(html, "table", "class", "sums", NULL);
	markup_open(html, "thead", NULL);
	markup_open(html, "tr", NULL);
	markup_leaf(html, "td", "", NULL);
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		markup_leaf(html, "th", heads[i], "scope", "col", "class", "number", NULL);
	markup_close(html);
	markup_close(html);
	markup_open(html, "tbody", NULL);
	for (size_t k = 0; k < run->n_kernels; k++) {
		const struct report_kernel *kernel = run->kernels[k];

		markup_open(html, "tr", NULL);
		markup_leaf(html, "th", kernel->label, "scope", "row", NULL);
		put_count(html, count(run, kernel, CONFORMANCE_PASS, ""));
		put_count(html, count(run, kernel, CONFORMANCE_FAIL, "MUST"));
		put_count(html, count(run, kernel, CONFORMANCE_FAIL, "SHOULD"));
		put_count(html, count(run, kernel, CONFORMANCE_FAIL, "MAY"));
		put_count(html, count(run, kernel, CONFORMANCE_INCONCLUSIVE, ""));
		put_count(html, count(run, kernel, CONFORMANCE_NOT_RUN, ""));
		put_count(html, count(run, kernel, CONFORMANCE_NO_CASE, ""));
		markup_close(html);
		markup_raw(html, "\n");
	}
	markup_close(html);
	markup_close(html);
	markup_close(html);
	markup_raw(html, "\n");
}

/* ---- Purposes ---- */

static const char *class_of(enum conformance conformance)
{
	static const char *const classes[CONFORMANCES] = {
		[CONFORMANCE_PASS] = "verdict pass",
		[CONFORMANCE_FAIL] = "verdict fail",
		[CONFORMANCE_INCONCLUSIVE] = "verdict error",
		[CONFORMANCE_NOT_RUN] = "verdict none",
		[CONFORMANCE_NO_CASE] = "verdict none",
	};

	return classes[conformance];
}

/* The verdict, and a square for each case, which leads to its evidence. */
static void put_verdict(struct markup *html, const struct report_run *run, const struct known_purpose *purpose,
	const struct report_kernel *kernel)
{
	const enum conformance conformance = conformance_of(run, purpose, kernel);

	markup_open(html, "td", "class", class_of(conformance), NULL);
	if (run->n_kernels > 1)
		markup_attribute(html, "data-kernel", "%s", kernel->label);
	markup_leaf(html, "b", conformance_name(conformance), NULL);
	markup_open(html, "span", "class", "squares", NULL);
	for (size_t i = 0; i < run->n_cases; i++)
		if (run->cases[i].kernel == kernel && conformance_is_of(purpose, &run->cases[i]))
			html_square(html, run, &run->cases[i]);
	markup_close(html);
	markup_close(html);
}

/* The cases, each as a link where it ran first; or why there is none. */
static void put_evidence(struct markup *html, const struct report_run *run, const struct known_purpose *purpose)
{
	size_t told = 0;

	markup_open(html, "p", "class", "evidence", NULL);
	for (size_t i = 0; i < run->n_cases; i++) {
		const struct report_case *test = &run->cases[i];
		bool again = false;

		for (size_t before = 0; before < i; before++)
			again |= strcmp(run->cases[before].id, test->id) == 0;
		if (again || !conformance_is_of(purpose, test))
			continue;
		markup_text(html, told++ ? ", " : "");
		markup_open(html, "a", NULL);
		html_anchor(html, "href", "#", run, test);
		markup_leaf(html, "code", test->id, NULL);
		markup_close(html);
	}
	if (told == 0 && !*purpose->reason)
		for (const char *const *id = purpose->cases; *id; id++) {
			markup_text(html, told++ ? ", " : "");
			markup_leaf(html, "code", *id, NULL);
		}
	if (*purpose->reason)
		markup_format(html, "No case: %s", purpose->reason);
	markup_close(html);
}

static void put_purpose(struct markup *html, const struct report_run *run, const struct known_purpose *purpose)
{
	markup_open(html, "tr", "id", purpose->id, NULL);
	markup_open(html, "th", "scope", "row", NULL);
	markup_leaf(html, "code", purpose->id, NULL);
	markup_close(html);
	markup_open(html, "td", "class", "wide", NULL);
	markup_text(html, purpose->purpose);
	if (*purpose->difference)
		markup_leaf(html, "p", purpose->difference, "class", "difference", NULL);
	put_evidence(html, run, purpose);
	markup_close(html);
	markup_open(html, "td", "class", "rule", NULL);
	markup_leaf(html, "span", purpose->level, "class", "level", NULL);
	markup_text(html, " ");
	markup_leaf(html, "code", purpose->requirement, NULL);
	markup_close(html);
	for (size_t k = 0; k < run->n_kernels; k++)
		put_verdict(html, run, purpose, run->kernels[k]);
	markup_close(html);
	markup_raw(html, "\n");
}

static void put_head(struct markup *html, const struct report_run *run)
{
	markup_open(html, "thead", NULL);
	markup_open(html, "tr", NULL);
	markup_leaf(html, "th", "test purpose", "scope", "col", "colspan", "2", NULL);
	markup_leaf(html, "th", "RFC 9260", "scope", "col", NULL);
	for (size_t k = 0; k < run->n_kernels; k++)
		markup_leaf(html, "th", run->n_kernels > 1 ? run->kernels[k]->label : "verdict", "scope", "col", NULL);
	markup_close(html);
	markup_close(html);
	markup_raw(html, "\n");
}

/* Purposes with the same group stand together. */
static size_t put_group(struct markup *html, const struct report_run *run, size_t from)
{
	const struct known_purpose *purposes = run->catalogue->purposes;
	const char *group = conformance_group(purposes[from].id);
	size_t to = from;

	while (to < run->catalogue->n_purposes && conformance_group(purposes[to].id) == group)
		to++;
	markup_open(html, "tbody", NULL);
	markup_open(html, "tr", "class", "group", NULL);
	markup_open(html, "th", "scope", "rowgroup", NULL);
	markup_attribute(html, "colspan", "%zu", 3 + run->n_kernels);
	markup_format(html, "%s ", group);
	markup_open(html, "small", NULL);
	markup_format(html, "%zu", to - from);
	markup_close(html);
	markup_close(html);
	markup_close(html);
	markup_raw(html, "\n");
	for (size_t i = from; i < to; i++)
		put_purpose(html, run, &purposes[i]);
	markup_close(html);
	return to;
}

static void put_purposes(struct markup *html, const struct report_run *run)
{
	markup_open(html, "table", "class", "purposes", NULL);
	put_head(html, run);
	for (size_t i = 0; i < run->catalogue->n_purposes;)
		i = put_group(html, run, i);
	markup_close(html);
	markup_raw(html, "\n");
}

static void put_summary(struct markup *html, const struct report_run *run)
{
	markup_open(html, "summary", NULL);
	markup_leaf(html, "h2", "Conformance", NULL);
	markup_open(html, "span", NULL);
	if (run->n_kernels == 1)
		markup_format(html, "%zu of %zu test purposes of ETSI TS 102 369 pass",
			count(run, run->kernels[0], CONFORMANCE_PASS, ""), run->catalogue->n_purposes);
	else
		markup_format(html, "%zu test purposes of ETSI TS 102 369", run->catalogue->n_purposes);
	markup_close(html);
	markup_close(html);
	markup_raw(html, "\n");
}

void html_conformance(struct markup *html, const struct report_run *run)
{
	if (!conformance_is_asked(run))
		return;
	markup_open(html, "details", "class", "clauses conformance", NULL);
	put_summary(html, run);
	/* A link into what is folded unfolds it. */
	markup_open(html, "div", "id", "conformance", NULL);
	markup_leaf(html, "h1", "Conformance of SCTP to ETSI TS 102 369", "class", "title", NULL);
	put_identity(html, run);
	put_sums(html, run);
	markup_leaf(html, "p",
		"ETSI TS 102 369 was written for RFC 2960. What is right is decided by RFC 9260 here; where that has "
		"it "
		"otherwise than the standard, the row says so. Level: of the rule in RFC 9260. A fail of a SHOULD is a "
		"deviation, which may have its reasons. Inconclusive: a case was skipped, was not judged, or did not "
		"run.",
		"class", "legend", NULL);
	markup_open(html, "p", "class", "legend screen", NULL);
	markup_open(html, "a", "href", "#conformance", NULL);
	markup_text(html, "This page alone");
	markup_close(html);
	markup_text(html, ", to be printed: what is opened by this link is printed without the rest.");
	markup_close(html);
	put_purposes(html, run);
	markup_close(html);
	markup_close(html);
	markup_raw(html, "\n");
}
