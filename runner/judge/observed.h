/* SPDX-License-Identifier: Apache-2.0 */
/* observed.h - what an end shows of its settings (inference.h), noted step by step, before the model knows of it.
 * Private to account.c. */
#ifndef SCTPSPEC_RUNNER_JUDGE_OBSERVED_H
#define SCTPSPEC_RUNNER_JUDGE_OBSERVED_H

#include "runner/judge/account.h"

/* A round trip of a route. */
void observe_round_trip(struct route *route, int64_t ns);
/* T3-rtx has sent that chunk again, for the first time since the path was alive. */
void observe_timeout(
	struct outgoing *way, const struct route *route, const struct step *step, const struct sent_chunk *before);
void observe_heartbeat(
	struct outgoing *way, const struct route *route, const struct settings *settings, const struct step *step);
void observe_sack(struct outgoing *way, const struct step *step);
void observe_init(struct outgoing *way, int64_t at_ns);
/* ABORT: whether nobody but timeouts asked for it, and how many there were. */
void observe_abort(struct outgoing *way, const struct step *step);

#endif
