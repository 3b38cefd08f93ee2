/* SPDX-License-Identifier: Apache-2.0 */
/*
 * evidence.h - what one run of a case leaves behind: lines of the result log, the story for a failure's
 * explanation, and the verdict.
 *
 * The body runs in a child process (Check's fork mode), so all that its parent needs afterwards lies in
 * memory that both share; lines of the log go into the box at once, so that a crash does not lose them.
 */
#ifndef SCTPSPEC_RUNNER_ENGINE_EVIDENCE_H
#define SCTPSPEC_RUNNER_ENGINE_EVIDENCE_H

#include <jansson.h>

#include "netns/netns.h"
#include "runner/engine/case.h"
#include "runner/engine/question.h"
#include "runner/protocol/box.h"
#include "runner/protocol/verdict.h"

#define OBSERVATIONS_MAX 4096
#define STORY_LINES_MAX 1024
#define STORY_TEXT_MAX 160
#define QUESTIONS_MAX 64
#define FLOWS_MAX 128
#define FLOW_MESSAGES_MAX 131072
#define REASON_MAX 240
#define EXPLANATION_MAX 4096

struct story_line {
	vtime t;
	char text[STORY_TEXT_MAX];
};

/* In memory shared by the child that runs the body and its parent. */
struct evidence {
	enum verdict verdict;
	char reason[REASON_MAX];
	char explanation[EXPLANATION_MAX];

	size_t observation_count;
	struct observation observations[OBSERVATIONS_MAX];
	bool accounted[OBSERVATIONS_MAX];

	size_t story_count; /* ever; the last STORY_LINES_MAX are kept */
	struct story_line story[STORY_LINES_MAX];

	size_t question_count; /* to the captures */
	struct question questions[QUESTIONS_MAX];

	bool agent_dies; /* the agent's end is part of the test (tamper.h) */
	vtime focus;     /* the instant that a failure is about; 0: its end */
	vtime ended;     /* when the body was over */
	bool completed;  /* it came to its end, and nothing was wrong until then */
};

struct evidence *evidence_new(void); /* NULL: no memory */
void evidence_free(struct evidence *evidence);

/* A line of the result log: takes the object, which has members, and puts "type" and "case" before them. */
void evidence_log(struct box *box, const char *case_id, const char *type, json_t *members);
/* The same for lines that come by the hundred, of which an object would cost the guest more than what they tell of:
 * `members` is JSON from the first name to the closing brace. */
void evidence_log_text(struct box *box, const char *case_id, const char *type, const char *members);
/* A line of the story. */
void evidence_tell(struct evidence *evidence, vtime t, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The explanation of a failure, at most 14 lines: requirements, expected, got, the story around its focus. How
 * to run it again is added by the command line, which knows how it was run. The first verdict that is decided stays. */
void evidence_decide(struct evidence *evidence, const struct test_case *test_case, enum verdict verdict,
	const char *reason, const char *expected, const char *got);

#endif
