/* SPDX-License-Identifier: Apache-2.0 */
/* anatomy.h - the failure of a path in words: what happened when, and where the time went. Pure. */
#ifndef SCTPSPEC_RUNNER_JUDGE_ANATOMY_H
#define SCTPSPEC_RUNNER_JUDGE_ANATOMY_H

#include "runner/judge/account.h"

enum moment_kind {
	MOMENT_LIFE,       /* the last sign of it */
	MOMENT_UNANSWERED, /* the first */
	MOMENT_STRIKE,
	MOMENT_MORE, /* strikes that are not told one by one */
	MOMENT_MOVED,
	MOMENT_FOUND,
	MOMENT_BACK,
};

extern const char *const moment_names[]; /* "life", "unanswered", ... */

struct moment {
	enum moment_kind kind;
	struct spot spot; /* number 0: no packet */
	char text[240];
};

enum { MOMENTS_MAX = STRIKES_KEPT + 6 };

/* In the order of time; how many. `said`: by the user. */
unsigned anatomy_moments(const struct account *account, const struct failure *failure, const struct settings *said,
	struct moment moments[MOMENTS_MAX]);

/* From the last sign of life: until new DATA went elsewhere, until the path was given up, until it was found again. */
enum until { UNTIL_MOVED, UNTIL_GIVEN_UP, UNTIL_FOUND, UNTILS };

extern const char *const until_names[UNTILS]; /* "moved", ... */
extern const char *const until_words[UNTILS]; /* "until DATA went elsewhere" */

enum part_kind { PART_IDLE, PART_DATA, PART_HEARTBEAT, PART_SHUTDOWN, PART_REST };

extern const char *const part_names[];

struct part {
	enum part_kind kind;
	int64_t ns;
};

enum { PARTS_MAX = STRIKES_KEPT + 3 };

/* The parts, which add up to *total_ns; 0: it did not come to that. */
unsigned anatomy_parts(
	const struct failure *failure, enum until until, struct part parts[PARTS_MAX], int64_t *total_ns);
/* "38.200 s = 7.200 s in which nothing was sent there + 1.000 + 2.000 s of T3-rtx + ..."; malloc'd. NULL: it did not
 * come to that, or no memory. */
char *anatomy_sum(const struct failure *failure, enum until until);

#endif
