/* SPDX-License-Identifier: Apache-2.0 */
/*
 * transcript.h - what the agent left in the box about one case, taken apart.
 *
 * The agent's lines are objects in the result log's form without the case's id. Two types are special: a
 * `case_start` or `case_end` is a fragment whose members are added to the line that the host writes
 * ("settings", "virtual_ns"), and there is at most one `verdict`.
 */
#ifndef SCTPSPEC_RUNNER_VERDICT_TRANSCRIPT_H
#define SCTPSPEC_RUNNER_VERDICT_TRANSCRIPT_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "runner/protocol/box.h"
#include "runner/verdict/exhibit.h"

struct transcript {
	json_t *lines;       /* array, in order, without the special ones */
	json_t *start, *end; /* fragments, or NULL */
	json_t *verdict;     /* the agent's own, or NULL */
	struct exhibit *exhibits;
	size_t n_exhibits;
	bool finished; /* BOX_END is there */
	char *damage;  /* a sentence on what is not as it should be, or NULL */
};

/* 0 or -ENOMEM; damage is no error of this function. */
int transcript_read(const struct box *box, struct transcript *out);
void transcript_free(struct transcript *transcript);

const struct exhibit *transcript_exhibit(const struct transcript *transcript, const char *name);

#endif
