/* SPDX-License-Identifier: Apache-2.0 */
/*
 * coverage.h - which requirements are judged: by which cases and which rules, how often in runs, and which by nobody.
 * Pure. COVERAGE.md says what the words mean.
 */
#ifndef SCTPSPEC_REPORTS_COVERAGE_H
#define SCTPSPEC_REPORTS_COVERAGE_H

#include <stdbool.h>
#include <stdio.h>

#include "reports/log.h"

/* ---- What there is: made by whoever has it (runner/catalogue/judges.h) ---- */

struct known_requirement {
	const char *id, *level, *section, *summary;
	unsigned priority; /* 1 to 3 */
	bool untestable;   /* nothing can be seen of it */
};

/* A case or a rule. */
struct known_judge {
	const char *id, *title;
	enum report_level level;         /* a rule's */
	const char *const *requirements; /* ids, NULL-ended; or NULL */
};

/* In which way a kernel is known to break a rule. */
struct known_deviation {
	const char *id, *rule, *kernels, *what;
};

struct known_purpose; /* conformance.h */

struct report_catalogue {
	const struct known_requirement *requirements; /* by id, as strcmp() orders them */
	const struct known_judge *cases, *rules;
	const struct known_deviation *deviations;
	const struct known_purpose *purposes; /* in the order of the standard */
	size_t n_requirements, n_cases, n_rules, n_deviations, n_purposes;
};

/* ---- What came of it ---- */

struct judge_count {
	const char *id;
	int64_t times; /* runs that judged a case; applications of a rule */
};

enum coverage_state {
	COVERAGE_JUDGED,     /* it was put to the test; without runs: something would do so */
	COVERAGE_IDLE,       /* something would, but did not in these runs */
	COVERAGE_UNJUDGED,   /* by nobody */
	COVERAGE_UNTESTABLE, /* the same, and nothing can be seen of it */
	COVERAGE_STATES
};

const char *coverage_state_name(enum coverage_state state); /* "judged", "idle", "unjudged", "untestable" */

struct coverage_row {
	const struct known_requirement *requirement;
	struct judge_count *cases, *rules;
	size_t n_cases, n_rules;
	enum coverage_state state;
};

struct coverage_rule {
	const struct known_judge *rule;
	int64_t applied, broken;
};

struct coverage_deviation {
	const struct known_deviation *deviation;
	int64_t ran;     /* cases on its kernels that put its rule to the test, */
	int64_t matched; /* and how many of them showed it */
};

struct coverage {
	const struct report_catalogue *catalogue;
	struct coverage_row *rows;             /* by id, with numbers as numbers */
	struct coverage_rule *rules;           /* as in the catalogue, */
	struct coverage_deviation *deviations; /* as these */
	size_t n_runs, n_cases;                /* n_cases: judged in them */
	struct report_pool *pool;
};

/* Nothing has run yet. NULL without memory. Catalogue and runs must outlive it. */
struct coverage *coverage_new(const struct report_catalogue *catalogue);
/* 0 or -ENOMEM. */
int coverage_add(struct coverage *coverage, const struct report_run *run);
/* Settles order and states; nothing is added afterwards. */
void coverage_settle(struct coverage *coverage);
void coverage_free(struct coverage *coverage);

/* Which requirements are asked for. */
struct coverage_filter {
	const char *rfc;   /* "9260"; NULL: all */
	const char *level; /* "MUST", which has MUST NOT, too; NULL: all */
	unsigned priority; /* 0: all */
	bool unjudged;     /* only those that nothing judged */
};

bool coverage_wants(const struct coverage_filter *filter, const struct coverage_row *row);
/* "9260" of "9260-8.2-03"; its length. */
size_t coverage_rfc(const struct coverage_row *row);
/* How much a row's cases or rules were put to the test. */
int64_t judge_times(const struct judge_count *judges, size_t n);

/* Its kernels were judged, and showed nothing of it. */
bool coverage_is_missed(const struct coverage_deviation *deviation);

struct coverage_sum {
	size_t requirements, by_cases, by_rules, states[COVERAGE_STATES];
};
/* Of all that are asked for, judged or not. */
struct coverage_sum coverage_sum(const struct coverage *coverage, const struct coverage_filter *filter);
/* The RFCs of all requirements, as they stand in order. A malloc'd array of malloc'd words; NULL without memory. */
char **coverage_rfcs(const struct coverage *coverage, size_t *count);

extern const char *const coverage_levels[]; /* "MUST", "SHOULD", "MAY", "API"; NULL-ended */
enum { COVERAGE_PRIORITIES = 3 };

/* `rows`: the requirements one by one, too. */
int coverage_write_text(const struct coverage *coverage, const struct coverage_filter *filter, bool rows, FILE *out);
int coverage_write_json(const struct coverage *coverage, const struct coverage_filter *filter, FILE *out);

#endif
