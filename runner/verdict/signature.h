/* SPDX-License-Identifier: Apache-2.0 */
/*
 * signature.h - what identifies a failure in other runs and on other kernels: the case, the verdict, the check that
 * failed, and in which way; for a crash, the place. Times and other numbers that vary are left out. Pure, except for
 * reading and writing a file.
 *
 *	{"signature": 1, "case": "pf.all-paths", "verdict": "fail", "reason": "the kernel reports another state",
 *	 "check": "path 0 of the client is active", "place": ""}
 */
#ifndef SCTPSPEC_RUNNER_VERDICT_SIGNATURE_H
#define SCTPSPEC_RUNNER_VERDICT_SIGNATURE_H

#include <stdbool.h>

#include "reports/log.h"

struct signature {
	char *case_id, *verdict;
	char *reason; /* one line, numbers left out but for those of paths, streams, addresses and errors */
	char *check;  /* in the same form: what the case expected when it failed, or ""; of a broken rule its id */
	char *place;  /* the function in which the kernel crashed, or "" */
};

/* What is left of a case that failed, crashed or hung. */
struct failure {
	const char *case_id, *verdict, *reason, *explanation;
	const char *check;   /* the first check that did not hold, or "" */
	const char *console; /* or NULL */
};

/* 0 or -ENOMEM. */
int signature_of(const struct failure *failure, struct signature *out);
/* The same, read from a log. */
int signature_make(const struct report_case *test, struct signature *out);
/* A text without the numbers that change. Malloc'd. */
char *signature_words(const char *text);
/* The same of a reason; that of a broken rule ends before what was got instead. */
char *signature_reason(const char *reason);
bool signature_equal(const struct signature *a, const struct signature *b);

/* -ENOENT: there is no such file, without a sentence. -EINVAL: it is no signature. */
int signature_read(const char *path, struct signature *out, char **error);
int signature_write(const char *path, const struct signature *signature, char **error);
void signature_free(struct signature *signature);

#endif
