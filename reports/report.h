/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report.h - what is made from a result log: files for CI systems and people, and words on a
 * terminal.
 *
 * Every report is a pure function of the log, and of the catalogue of requirements, if there is one: the same gives the
 * same bytes. A format is a row of a table; adding one touches nothing else.
 */
#ifndef SCTPSPEC_REPORTS_REPORT_H
#define SCTPSPEC_REPORTS_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "reports/log.h"

struct report_format {
	const char *name; /* "junit" */
	const char *file; /* "junit.xml", in the log's folder */
	const char *help; /* "JUnit XML, as GitLab and Jenkins read it" */
	/* Writes the report to `out`; 0 or -ENOMEM. The caller checks whether `out` took it. */
	int (*write)(const struct report_run *run, FILE *out);
};

/* The table, in the order in which --help lists it. */
const struct report_format *const *report_formats(size_t *count);
const struct report_format *report_format_by_name(const char *name); /* NULL if there is none */

/* How the summary looks, and what reports know besides the log. */
struct report_style {
	const struct report_catalogue *catalogue; /* coverage.h; or NULL */
	bool colour;
	/* A table of several kernels has all cases, not only those that differ; deviations by rule; idle rules. */
	bool every_case;
};

/*
 * Makes reports in DIR from DIR/results.ndjson: those named in the NULL-ended `formats`, or all
 * when it is NULL; and the summary on `summary` unless that is NULL. A report appears whole under
 * its name or not at all. 0; -EINVAL: a log that is not one, or an unknown format; or another
 * -errno. *error is a malloc'd sentence.
 */
int report_make(const char *dir, const char *const *names, FILE *summary, struct report_style style, char **error);

/* Removes what an earlier run has left in DIR under the names of reports: nobody shall take it for this run's. */
void report_forget(const char *dir);

/*
 * For a terminal: a line for each area, what was not as expected with its explanation, what was
 * skipped and why, and the totals; with several kernels a table of cases by kernels.
 */
void report_summary(const struct report_run *run, FILE *out, struct report_style style);

/* "58 cases: 57 pass, 1 fail; 38 120 virtual seconds in 21 s" */
void report_totals(const struct report_run *run, FILE *out);

#endif
