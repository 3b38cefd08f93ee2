/* SPDX-License-Identifier: Apache-2.0 */
/* timeline.h - all that a case leaves, its lines in the log and its captures; and the comparison of two timelines. */
#ifndef SCTPSPEC_RUNNER_VERDICT_TIMELINE_H
#define SCTPSPEC_RUNNER_VERDICT_TIMELINE_H

#include <jansson.h>

#include "runner/verdict/evidence_file.h"

struct timeline {
	json_t *lines; /* array */
	struct evidence_file *evidence_files;
	size_t n_evidence_files;
};

/*
 * Compares two timelines; what depends on the machine's speed is ignored. *what names the difference in one line,
 * *detail shows the first line that differs as it is in both. Both are NULL when nothing differs. 0 or -ENOMEM. Pure.
 */
int timelines_compare(const struct timeline *first, const struct timeline *second, char **what, char **detail);

#endif
