/* SPDX-License-Identifier: Apache-2.0 */
/* reply.h - the answer that a trace gives to one question. Pure. */
#ifndef SCTPSPEC_RUNNER_VERDICT_REPLY_H
#define SCTPSPEC_RUNNER_VERDICT_REPLY_H

#include <jansson.h>

#include "runner/engine/question.h"
#include "runner/verdict/trace.h"

enum { GOT_MAX = 320 };

struct reply {
	enum { AS_EXPECTED, OTHERWISE, UNKNOWN } what;
	char got[GOT_MAX];  /* what was found; UNKNOWN: why nobody knows */
	struct place place; /* OTHERWISE: where that is seen, or where it would be */
};

/* `lines`: the guest's, with its send_failed events. */
void reply_make(const struct question *question, const struct trace *trace, const json_t *lines, struct reply *out);

#endif
