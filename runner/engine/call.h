/* SPDX-License-Identifier: Apache-2.0 */
/*
 * call.h - a body's socket calls as `call` lines of the result log: who called what, with which arguments, and what
 * came of it. The `action` lines beside them are for people; these are for whoever judges the trace.
 */
#ifndef SCTPSPEC_RUNNER_ENGINE_CALL_H
#define SCTPSPEC_RUNNER_ENGINE_CALL_H

#include <jansson.h>

#include "runner/engine/logged.h"
#include "runner/engine/trial.h"

/* Logs a call of the library on the peer's socket, which began at `at` and gave `status` (GS_OK or an error of
 * gen_sctp.h). Takes `arguments`, an object of integers, texts and flags. Nothing in a rehearsal. */
void trial_call(struct trial *t, const struct peer *peer, vtime at, const char *call, json_t *arguments, int status);
/* The same for gs_send of one of a flow's messages, which come by the hundred. */
void trial_call_send(struct trial *t, const struct flow *flow, unsigned message, vtime at, int status);
/* SCTP_INIT of the message that is sent at `at`, if it has any: the referee is to know it before the message. */
void trial_call_init(struct trial *t, const struct peer *peer, vtime at, const struct setup_by_message *setup);
/* A sysctl of an endpoint, whatever comes of it. */
void trial_call_sysctl(struct trial *t, enum endpoint endpoint, const char *name, const char *value);

#endif
