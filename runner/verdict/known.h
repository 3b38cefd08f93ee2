/* SPDX-License-Identifier: Apache-2.0 */
/*
 * known.h - the list of known issues: which failures are expected on which kernels, and why. reports/KNOWN.md
 * describes the file.
 *
 *	issue    a path that becomes potentially failed keeps the heartbeat timer that it had
 *	kernels  5.10.*
 *	link     https://git.kernel.org/linus/8f35ae17ef56
 *	expires  2027-12-31
 *
 *	pf.all-paths  fail  the kernel reports another state
 *	        check  path 0 of the client is active
 */
#ifndef SCTPSPEC_RUNNER_VERDICT_KNOWN_H
#define SCTPSPEC_RUNNER_VERDICT_KNOWN_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "runner/protocol/verdict.h"
#include "runner/verdict/signature.h"

struct known_issue {
	char *why, *kernels, *link; /* link: or NULL */
	char expires[11];           /* "2027-12-31", the last day on which it counts; "": it does not expire */
	int line;
};

/* A failure that an issue brings. */
struct known_failure {
	size_t issue; /* in the list */
	char *cases;  /* a glob over ids */
	enum verdict verdict;
	bool sometimes; /* it depends on the seed, so a pass is expected as well */
	char *reason;   /* in the form of signature.h; "*" stands for any text */
	char *check, *place;
	int line;
	/* what a run has shown of it */
	size_t ran;     /* judged attempts at its cases on its kernels */
	size_t matched; /* how many of them failed in this way */
};

struct known_list {
	char *name;
	char today[11];
	struct known_issue *issues;
	size_t n_issues;
	struct known_failure *failures;
	size_t n;
};

/* Reads the list from text; `name` is for sentences, `today` ("2026-12-31") decides what has expired. 0 or -EINVAL,
 * -ENOMEM. */
int known_parse(const char *text, const char *name, const char *today, struct known_list *out, char **error);
/* Reads the list from a file, as of today (UTC). */
int known_read(const char *path, struct known_list *out, char **error);
void known_free(struct known_list *list);

/* Whether the list may have this verdict: fail, crash or timeout. The others are not about the kernel. */
bool known_may_be(enum verdict verdict);

bool known_has_expired(const struct known_list *list, const struct known_issue *issue);

struct known_judgement {
	enum verdict verdict;
	char *remark; /* "known issue: WHY" for the reason; NULL: the list does not mention it */
};

/*
 * Applies the list to a case's verdict on a kernel (uname -r and -v), and counts. A case that fails as an issue says is
 * xfail. A case that passes although an issue says that it always fails is xpass. A case that fails in another way, or
 * as an expired issue says, stays a failure, with a remark. 0 or -ENOMEM.
 */
int known_judge(struct known_list *list, const char *release, const char *version, const char *case_id,
	enum verdict verdict, const struct signature *failure, struct known_judgement *out);

/* Before a run: sets all counts to 0. */
void known_begin(struct known_list *list);
/* The log's line about a known failure that could have occurred in the run; NULL without memory. */
json_t *known_line(const struct known_list *list, const struct known_failure *failure);

#endif
