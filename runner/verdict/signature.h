/* SPDX-License-Identifier: Apache-2.0 */
/*
 * signature.h - what identifies a failure from run to run and kernel to kernel: the case, the verdict, the check
 * that failed, and in which way; for a crash, where. Not its time, nor other numbers that go with it. Pure, but
 * for reading and writing a file.
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
	char *check;  /* likewise: what the case expected when it failed, or "" */
	char *place;  /* the function in which the kernel crashed, or "" */
};

/* What a case left that failed, crashed or hung. */
struct failure {
	const char *case_id, *verdict, *reason, *explanation;
	const char *check;   /* the first that did not hold, or "" */
	const char *console; /* or NULL */
};

/* 0 or -ENOMEM. */
int signature_of(const struct failure *failure, struct signature *out);
/* The same, read from a log. */
int signature_make(const struct report_case *test, struct signature *out);
/* A text without the numbers that change. Malloc'd. */
char *signature_words(const char *text);
bool signature_equal(const struct signature *a, const struct signature *b);

/* -ENOENT: there is no such file, without a sentence. -EINVAL: it is none of ours. */
int signature_read(const char *path, struct signature *out, char **error);
int signature_write(const char *path, const struct signature *signature, char **error);
void signature_free(struct signature *signature);

#endif
