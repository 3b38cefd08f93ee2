/* SPDX-License-Identifier: Apache-2.0 */
/*
 * compare.h - two runs side by side: what became worse or better, and what behaves differently although it passes
 * in both.
 *
 * Pure. COMPARE.md says what counts as a difference, and how it is reported.
 */
#ifndef SCTPSPEC_REPORTS_COMPARE_H
#define SCTPSPEC_REPORTS_COMPARE_H

#include <stdio.h>

#include "reports/log.h"

enum change {
	CHANGE_REGRESSION,      /* it passed, and now it fails; or it failed, and now it crashes or hangs */
	CHANGE_FIX,             /* it failed, and now it passes */
	CHANGE_KNOWN,           /* it passed, and now fails as the list of known issues says */
	CHANGE_UNJUDGED,        /* it had a verdict about the kernel, and now it has none */
	CHANGE_SKIPPED,         /* it ran, and now it is skipped */
	CHANGE_RUNS,            /* it was skipped or not judged, and now it passes or is known to fail */
	CHANGE_FAILS_OTHERWISE, /* it fails in both, for another reason */
	CHANGE_BEHAVIOUR,       /* it passes in both, and behaves differently */
	CHANGE_NEVER_JUDGED,    /* it has no verdict about the kernel in either run */
	CHANGE_NEW,             /* it was not there */
	CHANGE_VANISHED,        /* it is not there any more */
	CHANGE_NONE,
	CHANGES
};

const char *change_name(enum change change); /* "regression" */

enum difference_kind {
	DIFFERENCE_EVENT_OTHER, /* another errno, state or path */
	DIFFERENCE_EVENT_GONE,
	DIFFERENCE_EVENT_NEW,
	DIFFERENCE_ORDER,
	DIFFERENCE_TIMING,
	DIFFERENCE_PACKETS,
	DIFFERENCE_FINDING_NEW, /* a rule that is broken now, if only as a deviation */
	DIFFERENCE_FINDING_GONE,
	DIFFERENCE_TIMELINE, /* same kernel and seed, but not the same to the nanosecond */
	DIFFERENCE_KINDS
};

const char *difference_name(enum difference_kind kind); /* "event_gone" */

struct difference {
	enum difference_kind kind;
	const char *text; /* one line */
};

struct compared_case {
	enum change change;
	const struct report_case *old, *new; /* one may be NULL */
	struct difference *differences;
	size_t n_differences;
};

/* What the kernels say of themselves: a setting, with its default. */
struct kernel_difference {
	const char *name;
	const char *old, *new;   /* one may be NULL: the kernel does not have it */
	const char *requirement; /* an id, or "" */
};

/* A kernel of each run. */
struct pairing {
	const struct report_kernel *old, *new;
	struct kernel_difference *differences;
	size_t n_differences;
	struct compared_case *cases; /* by id */
	size_t n_cases;
	size_t counts[CHANGES];
};

struct comparison {
	const struct report_run *old, *new;
	struct pairing *pairs;
	size_t n_pairs;
	size_t counts[CHANGES];
	struct report_pool *pool;
};

/*
 * The kernels that are compared: those named (by name, release, or "#2"); without a name the only one of a run;
 * with several in both runs, those of one name. 0; -EINVAL, with a sentence, when that is not clear; -ENOMEM.
 */
int compare_runs(const struct report_run *old, const char *old_kernel, const struct report_run *new,
	const char *new_kernel, struct comparison **out, char **error);
void compare_free(struct comparison *comparison);

struct compare_format {
	const char *name; /* "text", "json", "markdown" */
	int (*write)(const struct comparison *comparison, FILE *out, bool colour);
};
extern const struct compare_format compare_text, compare_json, compare_markdown;

/* compare_kernel.c: fills in what differs in what the kernels of a pair say. -1: without memory. */
int compare_kernels(struct comparison *comparison, struct pairing *pair);
/* "net.sctp.rto_min is 500, not 1000 (9260-16-02)" */
void compare_say_kernel(const struct kernel_difference *difference, FILE *out);
/* "the old run was interrupted after 12 of 141 cases"; false: neither was. For the formats. */
bool compare_say_interrupted(const struct comparison *comparison, FILE *out);
/* "9260-8.2-03 (MUST), 7829-3-01 (SHOULD)": what a case judges; nothing if it says nothing. */
void compare_say_requirements(const struct compared_case *compared, FILE *out);
/* "regression  failover.x: pass, now fail: reason": the words after the case's id. For the formats. */
void compare_say(const struct compared_case *compared, FILE *out);

#endif
