/* SPDX-License-Identifier: Apache-2.0 */
/* html_story.h - what happened in an association as the entries of a report's case, for the report's own drawings of it
 * (reports/html_ladder.c, html_strip.c). Private to write_html.c. */
#ifndef SCTPSPEC_RUNNER_JUDGE_HTML_STORY_H
#define SCTPSPEC_RUNNER_JUDGE_HTML_STORY_H

#include "reports/log.h"
#include "runner/judge/judge.h"

struct story {
	struct report_case test;       /* of which only entries, findings, paths and the time are filled in */
	struct report_capture capture; /* of the last path: a column for each */
	char **texts;
	size_t n_texts, room;
	struct report_run run; /* of which that is the only case */
	char id[32];
	int64_t zero_ns; /* of its times: the association's first packet */
};

/* 0 or -ENOMEM. */
int story_make(const struct judgement *judgement, const struct account *account, struct story *out);
void story_free(struct story *story);

#endif
