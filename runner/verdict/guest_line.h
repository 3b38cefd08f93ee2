/* SPDX-License-Identifier: Apache-2.0 */
/*
 * guest_line.h - which lines of the result log the guest may write, and what may stand in them. Pure.
 *
 * What a guest writes is untrusted input: the kernel under test may have written anything anywhere. Some facts only the
 * host may state: the case, the kernel, the seed, the command that repeats it, how the guest ended. A line of the guest
 * with a member for one of them is refused. LOG.md describes the lines.
 */
#ifndef SCTPSPEC_RUNNER_VERDICT_GUEST_LINE_H
#define SCTPSPEC_RUNNER_VERDICT_GUEST_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

/* Whether the guest may write this line about the case `case_id`; if not, `wrong` says why in a line of at most `room`.
 * */
bool guest_line_is_right(const json_t *line, const char *case_id, char *wrong, size_t room);

#endif
