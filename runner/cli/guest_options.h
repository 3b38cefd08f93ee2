/* SPDX-License-Identifier: Apache-2.0 */
/*
 * guest_options.h - the options that say in which guest something runs: --kernel, --modules, --module, --target,
 * --clock, --accel, --seed, --timeout, --jobs and --fresh-qemu. They mean the same in every command that has them.
 */
#ifndef SCTPSPEC_RUNNER_CLI_GUEST_OPTIONS_H
#define SCTPSPEC_RUNNER_CLI_GUEST_OPTIONS_H

#include "runner/cli/options.h"
#include "runner/qemu/options.h"
#include "runner/run/kernel_choice.h"
#include "runner/run/run.h"

/* Which of them a command has: struct option_set. */
enum {
	GUEST_KERNEL = 1 << 0,  /* --kernel, --module */
	GUEST_MACHINE = 1 << 1, /* --modules, --clock, --accel */
	GUEST_SEED = 1 << 2,
	GUEST_TIMEOUT = 1 << 3,
	GUEST_RUN = 1 << 4, /* --target, --jobs, --fresh-qemu */
	GUEST_PATIENCE = 1 << 5,
	ALL_GUEST_OPTIONS = (1 << 6) - 1,
};

enum target_word { TARGET_GUEST, TARGET_HOST };
enum { NOT_GIVEN = -1 };

struct guest_words {
	struct kernel_choices kernels;
	enum target_word target;
	int clock, accel; /* NOT_GIVEN; or an enum guest_clock, an enum guest_accel, which both are after settling */
	uint64_t seed;
	double patience_s;
	double timeout_s; /* 0: not given */
	unsigned jobs;    /* 0: not given */
	bool fresh_qemu;
};

#define GUEST_WORDS_INIT                                                            \
	{                                                                           \
		.clock = NOT_GIVEN, .accel = NOT_GIVEN, .seed = 1, .patience_s = 60 \
	}

extern const struct option_row guest_option_rows[];

/* Checks which options go together: 0, or STATUS_USAGE after a message. At most `most_kernels` kernels are allowed. */
int guest_words_settle(struct guest_words *words, size_t most_kernels);
void guest_words_free(struct guest_words *words);
/* After settling: the machine that the options describe; and a run's options, whose kernels still belong to `words`. */
struct guest_options guest_words_machine(const struct guest_words *words);
void guest_words_for_run(const struct guest_words *words, struct run_options *run);

#endif
