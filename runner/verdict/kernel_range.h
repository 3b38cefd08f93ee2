/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kernel_range.h - which kernels an issue is about, in words: "5.10.*", "5.10 .. 5.15", "< 6.6", several with commas.
 *
 * A version stands for all kernels whose version begins with its numbers: 5.10 stands for 5.10.0 and 5.10.262. 6.6 also
 * stands for 6.6-rc3, because what 6.6 repaired was repaired in its first candidate.
 *
 *	5.10   5.10.*            all that begin with 5.10
 *	5.10 .. 5.15             from 5.10 to the last 5.15
 *	< 6.6   <= 6.6           before 6.6; to the last 6.6
 *	> 6.6   >= 6.6           after the last 6.6; from 6.6 on
 *	*                        every kernel
 *
 * A distribution's release (uname -r) may not name the kernel that it is made from: Debian's 5.10.0-46 is 5.10.262. If
 * the version (uname -v) has that number, as Debian's has, it counts; if not, as with Ubuntu, the release counts. Pure.
 */
#ifndef SCTPSPEC_RUNNER_VERDICT_KERNEL_RANGE_H
#define SCTPSPEC_RUNNER_VERDICT_KERNEL_RANGE_H

#include <stdbool.h>

bool kernel_range_is_one(const char *words);

/* `release` is uname -r, `version` uname -v or "". The range must be valid. */
bool kernel_range_has(const char *range, const char *release, const char *version);

#endif
