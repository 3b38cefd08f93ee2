/* SPDX-License-Identifier: Apache-2.0 */
/*
 * html.h - the parts of report.html: the page (html.c) and its foot (html_about.c), the requirements with their cases
 * (html_clauses.c, html_coverage.c), test purposes (html_conformance.c), cases by kernels (html_matrix.c), a case
 * (html_case.c), the rules that it broke (html_findings.c), its strip, which is to scale (html_strip.c), its ladder,
 * which has every line (html_ladder.c), and the parts that are packed (html_packed.c).
 */
#ifndef SCTPSPEC_REPORTS_HTML_H
#define SCTPSPEC_REPORTS_HTML_H

#include "reports/log.h"
#include "reports/markup.h"

/* report.css and report.js with their digests, made part of the library by CMake. */
#define REPORT_SHA256_BYTES 32
extern const char report_css[], report_js[];
extern const unsigned char report_css_sha256[REPORT_SHA256_BYTES], report_js_sha256[REPORT_SHA256_BYTES];

/* <head>, with our style and the policy that lets nothing else in. */
void html_head(struct markup *html, const char *title);
void html_case(struct markup *html, const struct report_run *run, const struct report_case *test);
/* What a link to the case has after its '#', as attribute `name` of the open element. */
void html_anchor(struct markup *html, const char *name, const char *before, const struct report_run *run,
	const struct report_case *test);
/* The same for a place in it, which `after` names. */
void html_anchor_with(struct markup *html, const char *name, const char *before, const struct report_run *run,
	const struct report_case *test, const char *after);
void html_badge(struct markup *html, enum report_verdict verdict);
/* A small square in the verdict's colour that links to the case. */
void html_square(struct markup *html, const struct report_run *run, const struct report_case *test);

/* A name and a value of a <dl>; nothing when the value is empty. */
void html_fact(struct markup *html, const char *name, const char *value);
void html_number(struct markup *html, const char *name, int64_t number);
void html_about(struct markup *html, const struct report_run *run);
/* By requirement: those of the run's cases; or, where there is a catalogue, all. */
void html_clauses(struct markup *html, const struct report_run *run);
void html_coverage(struct markup *html, const struct report_run *run);
/* By test purpose of ETSI TS 102 369, if the run's cases carry any out. */
void html_conformance(struct markup *html, const struct report_run *run);
/* Cases by kernels, when there are several. */
void html_matrix(struct markup *html, const struct report_run *run);

/* A part of a case, and the same packed, which needs JavaScript: for what few will open. */
typedef void html_part(struct markup *html, const struct report_run *run, const struct report_case *test);
void html_packed(struct markup *html, html_part *put, const struct report_run *run, const struct report_case *test);
void html_strip(struct markup *html, const struct report_case *test);
void html_ladder(struct markup *html, const struct report_run *run, const struct report_case *test);

/* Rules that a case broke; `what` of an anchor: "finding" in their list, "row" in the ladder. */
void html_findings(struct markup *html, const struct report_run *run, const struct report_case *test);
void html_finding_anchor(struct markup *html, const char *name, const char *before, const char *what,
	const struct report_run *run, const struct report_case *test, size_t finding);
/* The rules that were broken in the run, by kernel: as deviations, or so that cases fail. */
void html_broken_rules(struct markup *html, const struct report_run *run, bool deviations);

/* How many paths the case's faults, captures and events know of. */
int html_paths(const struct report_case *test);
/* How many entries from that one on are messages that come one after the other at one socket; 1: too few to fold. */
size_t html_run(const struct report_case *test, size_t entry);
/* When the fault of that entry is mended; INT64_MAX: never. */
int64_t html_fault_end(const struct report_case *test, size_t entry);

#endif
