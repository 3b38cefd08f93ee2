/* SPDX-License-Identifier: Apache-2.0 */
/* problem.h - error sentences of the reports: what failed, with names and numbers. */
#ifndef SCTPSPEC_REPORTS_PROBLEM_H
#define SCTPSPEC_REPORTS_PROBLEM_H

/* Puts a malloc'd sentence into *error, when error is not NULL, and gives `status` back. */
int report_problem(char **error, int status, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
