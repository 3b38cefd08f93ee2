/* SPDX-License-Identifier: Apache-2.0 */
/*
 * transcript.h - what the agent left in the box about one case, taken apart.
 *
 * The agent's lines are objects in the result log's form (guest_line.h). Two types are special: the members of a
 * `case_start` are added to the line that the host writes ("sysctls"), and there is at most one `verdict`. Anything
 * else is damage: it is left out, and the agent's verdict does not count.
 */
#ifndef SCTPSPEC_RUNNER_VERDICT_TRANSCRIPT_H
#define SCTPSPEC_RUNNER_VERDICT_TRANSCRIPT_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "runner/protocol/box.h"
#include "runner/verdict/evidence_file.h"

struct transcript {
	json_t *lines;   /* array, in order, without the special ones */
	json_t *start;   /* or NULL */
	json_t *verdict; /* the agent's own, or NULL */
	struct evidence_file *evidence_files;
	size_t n_evidence_files;
	bool finished; /* BOX_END is there */
	char *damage;  /* a sentence on what is not as it should be, or NULL */
};

/* 0 or -ENOMEM; damage is no error of this function. */
int transcript_read(const struct box *box, const char *case_id, struct transcript *out);
void transcript_free(struct transcript *transcript);

const struct evidence_file *transcript_file(const struct transcript *transcript, const char *name);

#endif
