/* SPDX-License-Identifier: Apache-2.0 */
/*
 * judges.h - what this program can judge by, in the terms of reports/: the requirements of the catalogue, the cases,
 * the rules and the test purposes. Its rules are those that are linked in.
 */
#ifndef SCTPSPEC_RUNNER_CATALOGUE_JUDGES_H
#define SCTPSPEC_RUNNER_CATALOGUE_JUDGES_H

#include "reports/coverage.h"
#include "runner/catalogue/purposes.h"

struct judges {
	struct report_catalogue known;
	struct catalogue *catalogue; /* whose strings those are, */
	struct purposes purposes;    /* and these */
};

/* 0 or -errno with a sentence. */
int judges_open(struct judges *out, char **error);
void judges_close(struct judges *judges);

#endif
