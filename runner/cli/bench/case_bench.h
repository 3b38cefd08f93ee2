/* SPDX-License-Identifier: Apache-2.0 */
/* case_bench.h - what the referee costs for a case. A file of its own: a case's settings are not those of a capture. */
#ifndef SCTPSPEC_RUNNER_CLI_BENCH_CASE_BENCH_H
#define SCTPSPEC_RUNNER_CLI_BENCH_CASE_BENCH_H

/* Judges the cases of a run that has kept all captures, and prints how long that takes. 0, or 1 with a line on stderr.
 */
int case_bench(const char *folder);

#endif
