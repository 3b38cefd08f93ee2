/* SPDX-License-Identifier: Apache-2.0 */
/* findings.h - what the referee found in a run, rule by rule, and in words. Pure. */
#ifndef SCTPSPEC_REPORTS_FINDINGS_H
#define SCTPSPEC_REPORTS_FINDINGS_H

#include <stdio.h>

#include "reports/log.h"

/* How the reason of a case begins that fails because of a rule: "rule broken: RULE: expected …, got …". */
#define RULE_BROKEN "rule broken: "

/* Length of such a reason up to what was got, which tells one breach from another; 0: it is no such reason. */
size_t rule_broken_length(const char *reason);
/* Its rule: where it begins, and its length; NULL: it is no such reason. */
const char *rule_broken_rule(const char *reason, size_t *length);

/* A rule that was broken, as no known deviation or as that. */
struct broken_rule {
	const struct report_finding *first;
	int64_t times;
	size_t cases; /* on all kernels */
};

struct broken_rules {
	struct broken_rule *list;   /* by rule */
	size_t n, n_rules, n_known; /* n_known: rows that Linux is known for */
	int64_t times;
};

/* Those that fail cases, or those that were deviated from. Without memory there are none. */
struct broken_rules broken_rules_of(const struct report_run *run, bool deviations);
void broken_rules_free(struct broken_rules *rules);
/* "12 deviations (SHOULD) of 2 rules; --strict makes them failures"; nothing when there are none. */
void deviations_say(const struct report_run *run, const struct broken_rules *rules, FILE *out);
/* "3 breaches of 1 rule in 2 cases" */
void breaches_say(const struct report_run *run, const struct broken_rules *rules, FILE *out);
/* "heartbeats.answered (SHOULD): 12 times in 3 cases: HEARTBEAT ACK repeats …" */
void broken_rule_say(const struct broken_rule *rule, FILE *out);

/* How often the case's findings broke a rule: those that are deviations, or the others. */
int64_t findings_times(const struct report_case *test, bool deviations);
/* How often a rule was put to the test in a case, or in the whole run. */
int64_t rule_applied(const struct report_case *test, const char *rule);
int64_t rule_applied_in_run(const struct report_run *run, const char *rule);

/* "in packet 12 of path 0 by a", "by a": where it was found. */
void finding_say_place(const struct report_finding *finding, FILE *out);
/* "sacks.cumulative (MUST): expected …, got …; in packet 12 of path 0 by a at 1.000000 s, 3 times" */
void finding_say(const struct report_finding *finding, FILE *out);
void finding_say_what(const struct report_finding *finding, FILE *out); /* from "expected" on */
/* The same in the run's memory; "" without memory. */
const char *finding_words(const struct report_run *run, const struct report_finding *finding);

#endif
