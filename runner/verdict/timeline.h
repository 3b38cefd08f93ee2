/* SPDX-License-Identifier: Apache-2.0 */
/* timeline.h - all that a case leaves: its lines in the log and its captures. Compares two of them. */
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
 * What is not the same in both, but for what depends on the speed of the machine: *what is one line, *detail shows the
 * first line that differs as it is in both. Both NULL: nothing. 0 or -ENOMEM. Pure.
 */
int timelines_compare(const struct timeline *first, const struct timeline *second, char **what, char **detail);

#endif
