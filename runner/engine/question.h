/* SPDX-License-Identifier: Apache-2.0 */
/*
 * question.h - what a body asks of the packets: as a value, as a sentence, and as a line of the log.
 *
 * A body asks while it runs (ask.c). The agent passes its questions on, and the host answers them from the trace
 * (verdict/questions.h). Pure.
 */
#ifndef SCTPSPEC_RUNNER_ENGINE_QUESTION_H
#define SCTPSPEC_RUNNER_ENGINE_QUESTION_H

#include <stdbool.h>
#include <stdio.h>

#include <jansson.h>

#include "netns/netns.h"
#include "runner/engine/vtime.h"

#define EXCHANGE_MAX 6
#define ASKED_AT_MAX 64

/* A chunk and who sent it. */
struct asked_chunk {
	enum endpoint from;
	unsigned chunk; /* enum chunk_type, or with_cause() of it */
};

struct question {
	enum question_kind {
		ASK_AT_LEAST, /* so many of them have left on that path */
		ASK_NEVER,
		ASK_AT_MOST,
		ASK_ONE_PATH,   /* all of them have left on the same path */
		ASK_EXCHANGE,   /* exactly these chunks, in this order, at both ends */
		ASK_SENT_FLAGS, /* send_failed says `sent` of exactly those messages that have left */
	} kind;
	struct asked_chunk sent; /* all but ASK_EXCHANGE; of ASK_SENT_FLAGS the end */
	unsigned path, count;
	struct window within;
	unsigned flow; /* ASK_SENT_FLAGS */
	size_t exchange_length;
	struct asked_chunk exchange[EXCHANGE_MAX];
	char asked_at[ASKED_AT_MAX]; /* "cases/pf.c:210", or "" */
};

/* Of a chunk as a case names it: its type, and its cause: 0 for none, -1 when any will do. */
uint8_t chunk_type_of(unsigned chunk);
int chunk_cause_of(unsigned chunk);
/* "ABORT with cause 12 (User-Initiated Abort)" */
void asked_type_print(uint8_t type, int cause, FILE *out);
/* The same, with " from a". */
void asked_chunk_print(const struct asked_chunk *sent, FILE *out);

/* The sentence that is the text of its check. `rehearsed`: windows are not known yet. */
void question_print(const struct question *question, bool rehearsed, FILE *out);
/* The members of its line but for `t_ns`. NULL without memory. */
json_t *question_members(const struct question *question);
/* False: no question that a body can ask. */
bool question_read(const json_t *line, struct question *out);

#endif
