/* SPDX-License-Identifier: Apache-2.0 */
/* judged.h - a capture that a test writes by hand (synthesis.h), and its judgement. */
#ifndef SCTPSPEC_RUNNER_JUDGE_TESTS_JUDGED_H
#define SCTPSPEC_RUNNER_JUDGE_TESTS_JUDGED_H

#include "runner/judge/judge.h"
#include "runner/judge/tests/synthesis.h"

#define MS INT64_C(1000000)
#define SECOND (1000 * MS)

/* A file that is being written, its first association, and what comes of it. */
struct judged {
	char name[64];
	FILE *out;
	struct synthesis to;
	struct bond bond;
	struct source_name source;
	struct judge_options options;
	struct judgement *judgement;
};

extern struct judged judged;

void judged_set_up(void); /* a pcap of Ethernet */
void judged_tear_down(void);
/* The file was taken at end 0. */
void judged_at_end_0(void);
/* What was written is judged. */
void judged_judge(void);
/* malloc'd */
char *judged_text(void);
char *judged_json(void);
char *judged_page(void);
void judged_says(const char *words);

#endif
