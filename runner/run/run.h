/* SPDX-License-Identifier: Apache-2.0 */
/* run.h - a run: from the options and the planned cases to the result log and the reports. */
#ifndef SCTPSPEC_RUNNER_RUN_RUN_H
#define SCTPSPEC_RUNNER_RUN_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runner/host/say.h"
#include "runner/guest/guest.h"
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
	unsigned repeat;  /* with that many seeds, from `seed` on */
	bool twice;       /* each case twice with the same seed */
	bool fresh_qemu;  /* a QEMU process for each case */
	double timeout_s; /* 0: by the case's own length */
	enum pcap_policy pcap;
	const char *tamper; /* or NULL */
	const char *known;  /* the file of known issues, or NULL */
	const char *out;
	const char *const *formats; /* NULL-ended, or NULL: the usual */
	bool quiet, verbose, timings;
	enum colour colour;
};

/* Runs the cases on all kernels, and says on stderr and stdout what came of it. */
int run_cases(const struct run_options *options, const struct known_list *known, const struct test_case *const *cases,
	size_t n_cases);

/* "sctpspec run --kernel …" without a seed and a case: what repeats a case of this run on that kernel. Malloc'd. */
char *run_repeat_command(const struct run_options *options, const struct kernel_choice *kernel);

#endif
