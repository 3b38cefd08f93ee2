/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run.h - a run: from the options and the selected cases to the result log and the reports.
 *
 * This is the head of run/:
 *
 *	tested_kernels.c       the kernels under test: found, booted, a stage for each topology
 *	plan.c         cases times kernels, in plan order, with the attempts at each
 *	schedule.c         shards; which attempt starts next; whose result is written next
 *	workers.c      keeps `jobs` attempts going, each as a job on a target
 *	target.h       where an agent runs: in a guest (target_guest.c), or on this machine's kernel (target_host.c)
 *	examiner.c     what came of an attempt, by what its job left
 *	repetition.c   what is kept of a case that ran with several seeds
 *	run_log.c      the log's lines about the run; options_log.c: its options, so that a case can be run again
 *	progress.c     what a person sees meanwhile; timings.c, durations.c: where time went, what is expected
 *	run.c          puts these together; watch.c runs again when a file changes
 *
 * cli/ calls run_cases() and watch_run(). The run owns its folder (--out): the log, reports, evidence/ and runs/.
 *
 * Threads and processes: the main thread starts and ends all guests, judges, and writes the log. Kernels boot, and
 * stages are built, on up to `jobs` threads, which have ended before the first case starts. A machine is rewound on a
 * thread of its own (qemu/rewinder.h). With --target host each attempt is an agent process in its own namespaces. While
 * cases run, SIGINT and SIGTERM are a descriptor in the main thread's poll(): the first one ends the run and keeps
 * what it has, the second one ends the process.
 *
 * Order: attempts end in any order. Results are written in plan order, so the log does not depend on who finished
 * first.
 *
 * What may go wrong: a kernel cannot be found: an error before anything runs. A kernel does not come up: each of its
 * cases gets that as its result. A case hangs, by what its guest did (host/patience.h): the watchdog ends the guest.
 * The machine is too busy to tell: that case is an error. The log cannot be written: the run ends with
 * STATUS_HARNESS, and the lines that are there are valid.
 *
 * Weaknesses: the result of a slow case holds back the lines of all cases after it. All attempts of a repeated case
 * stay in memory until the last one ends.
 */
#ifndef SCTPSPEC_RUNNER_RUN_RUN_H
#define SCTPSPEC_RUNNER_RUN_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runner/guest/guest.h"
#include "runner/host/say.h"
#include "runner/run/kernel_choice.h"
#include "runner/verdict/case_log.h"

struct run_options {
	const char *const *command;    /* the arguments, for the log; NULL-ended */
	struct kernel_choices kernels; /* settled */
	enum guest_clock clock;
	enum guest_accel accel;
	bool on_host; /* --target host */
	unsigned jobs;
	uint64_t seed;
	unsigned repeat;   /* with that many seeds, from `seed` on */
	bool twice;        /* each case twice with the same seed */
	bool strict;       /* deviations fail a case */
	bool fresh_qemu;   /* a QEMU process for each case */
	double patience_s; /* of processor time, after which a case hangs */
	double timeout_s;  /* of wall time, after which a guest has been starved; 0: an hour more than it may sleep */
	enum pcap_policy pcap;
	const char *tamper; /* or NULL */
	const char *known;  /* the file of known issues, or NULL */
	const char *out;
	const char *const *formats; /* NULL-ended, or NULL: the usual */
	bool quiet, verbose, timings;
	enum colour colour;
};

/* Runs the cases on all kernels, and says on stderr and stdout what came of it. */
int run_cases(const struct run_options *options, struct known_list *known, const struct test_case *const *cases,
	size_t n_cases);

/* "sctpspec run --kernel …" without a seed and a case: what repeats a case of this run on that kernel. Malloc'd. */
char *run_command_line(const struct run_options *options, const struct kernel_choice *kernel);

#endif
