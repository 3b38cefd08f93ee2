/* SPDX-License-Identifier: Apache-2.0 */
/*
 * known.h - the list of known issues: which cases are expected not to pass, and why.
 *
 *	# a comment
 *	[5.10.*]
 *	failover.primary-down-*          idle paths are probed too late before 5.15
 *	restart.other-addresses=crash    panics: fixed by 0a1b2c3d
 *	recovery.*-data=fail?            late, when the heartbeat's jitter is large
 *
 * A line is a glob over case ids and a reason, which must be there. It excuses a `fail`; with "=crash" or
 * "=timeout" after the glob it excuses that instead. A "?" after the verdict says that it depends on what is random:
 * then a pass is a pass, and not an xpass. `error` and `skip` are never excused: they say nothing
 * about the kernel. What follows a line with a glob over kernel releases in brackets holds for these kernels
 * alone, up to the next such line.
 */
#ifndef SCTPSPEC_RUNNER_VERDICT_KNOWN_H
#define SCTPSPEC_RUNNER_VERDICT_KNOWN_H

#include <stdbool.h>
#include <stddef.h>

#include "runner/protocol/verdict.h"

struct known_issue {
	char *kernel; /* a glob over releases, or NULL: any */
	char *pattern;
	enum verdict verdict; /* fail, crash or timeout */
	bool sometimes;
	char *reason;
};

struct known_list {
	struct known_issue *issues;
	size_t n;
};

/* Reads the list from text; `name` is for error sentences. 0 or -EINVAL, -ENOMEM. */
int known_parse(const char *text, const char *name, struct known_list *out, char **error);
int known_read(const char *path, struct known_list *out, char **error);
void known_free(struct known_list *list);

/* What a case's verdict on a kernel of that release becomes: xfail where an issue excuses it, xpass where an
 * issue was expected and the case passes, else the verdict itself. *issue is the one that decided, or NULL. */
enum verdict known_verdict(const struct known_list *list, const char *release, const char *case_id,
	enum verdict verdict, const struct known_issue **issue);

#endif
