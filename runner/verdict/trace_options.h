/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trace_options.h - what a socket option or a sysctl that a body sets tells the referee: parameters of associations to
 * come, exactly; of those that there are already, that rules which need them wait.
 */
#ifndef SCTPSPEC_RUNNER_VERDICT_TRACE_OPTIONS_H
#define SCTPSPEC_RUNNER_VERDICT_TRACE_OPTIONS_H

#include <jansson.h>

#include "runner/referee/occurrence.h"

/* `line` is a `call`, of a socket with that port. False: none of these, or one that changes nothing of which a rule
 * knows. */
bool call_of_option(const json_t *line, uint16_t port, struct call *out);

#endif
