/* SPDX-License-Identifier: Apache-2.0 */
/*
 * guest_line.h - which lines of the result log the guest may write, and what may stand in them. Pure.
 *
 * What comes out of a guest is input from outside: the kernel under test may have written anything anywhere. What the
 * host knows (the case, the kernel, the seed, the command that repeats it, how the guest ended), the guest cannot say:
 * no line has a member that is the host's. LOG.md describes the lines.
 */
#ifndef SCTPSPEC_RUNNER_VERDICT_GUEST_LINE_H
#define SCTPSPEC_RUNNER_VERDICT_GUEST_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

/* Whether it is one of a case named `case_id`; otherwise what is wrong, in one line, cut to `room`. */
bool guest_line_is_right(const json_t *line, const char *case_id, char *wrong, size_t room);

#endif
