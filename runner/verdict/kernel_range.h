/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kernel_range.h - which kernels an issue is about, in words: "5.10.*", "5.10 .. 5.15", "< 6.6", several with commas.
 *
 * A version stands for all that begin with its numbers: 5.10 is 5.10.0 and 5.10.262, and 6.6-rc3 as well, for what
 * 6.6 mended was mended in its first candidate.
 *
 *	5.10   5.10.*            those
 *	5.10 .. 5.15             from 5.10 to the last 5.15
 *	< 6.6   <= 6.6           before 6.6, and 6.6 with all of its own
 *	> 6.6   >= 6.6           after the last 6.6, and 6.6 on
 *	*                        every kernel
 *
 * A distribution's release may say less than what it is made from: Debian's 5.10.0-46 is 5.10.262, which stands in
 * its version, and that counts. Where it does not (Ubuntu's), the release counts. Pure.
 */
#ifndef SCTPSPEC_RUNNER_VERDICT_KERNEL_RANGE_H
#define SCTPSPEC_RUNNER_VERDICT_KERNEL_RANGE_H

#include <stdbool.h>

bool kernel_range_is_one(const char *words);

/* `release` is uname -r, `version` uname -v or "". The range is one. */
bool kernel_range_has(const char *range, const char *release, const char *version);

#endif
