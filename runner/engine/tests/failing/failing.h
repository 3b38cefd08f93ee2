/* SPDX-License-Identifier: Apache-2.0 */
/*
 * failing.h - cases that must fail: for each verb, item and fault of a case's vocabulary one that shows it failing on a
 * real kernel. They are linked into a sctpspec of their own; failing_test.bash runs them, holds each verdict and reason
 * against what is said here, and complains of every word of the headers that has none.
 *
 *	SHOWN(expect_waiting, "fail", "send of the client does not wait")
 *	{
 *		...
 *	}
 *
 * The case of a word has its name; the title is the verdict, and words that the reason or the failed check must have.
 */
#ifndef SCTPSPEC_RUNNER_ENGINE_TESTS_FAILING_FAILING_H
#define SCTPSPEC_RUNNER_ENGINE_TESTS_FAILING_FAILING_H

#include "runner/engine/case.h"

/* In another network than two paths. */
#define SHOWN_IN(topology_, word, verdict, reason, ...)                                                              \
	CASE(shown, #word, .title = verdict " " reason, .requirements = IDS("6458-3.1-01"), .topology = (topology_), \
		__VA_ARGS__)
#define SHOWN(word, verdict, reason, ...) SHOWN_IN(&topology_two_paths, word, verdict, reason, ##__VA_ARGS__)

#endif
