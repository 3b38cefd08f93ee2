/* SPDX-License-Identifier: Apache-2.0 */
/* guest_options.c - see guest_options.h. */
#include "runner/cli/guest_options.h"

#include <errno.h>
#include <sched.h>

#include "runner/host/say.h"
#include "runner/verdict/exit_status.h"
#include "sentence.h"

enum { JOBS_MAX = 512 };

static int add(void *member, enum kernel_option option, const char *word, char **error)
{
	return kernel_choices_add(member, option, word) == 0 ? 0 : sentence(error, -ENOMEM, "no memory for a kernel");
}

static int read_kernel(char *word, void *member, char **error)
{
	return add(member, KERNEL_OPTION_KERNEL, word, error);
}

static int read_modules(char *word, void *member, char **error)
{
	return add(member, KERNEL_OPTION_MODULES, word, error);
}

static int read_module(char *word, void *member, char **error)
{
	return add(member, KERNEL_OPTION_MODULE, word, error);
}

static const char *const targets[] = { [TARGET_GUEST] = "guest", [TARGET_HOST] = "host", NULL };
static const char *const clocks[] = { [CLOCK_VIRTUAL_TIME] = "virtual", [CLOCK_REAL_TIME] = "real", NULL };
static const char *const accels[] = { [ACCEL_TCG] = "tcg", [ACCEL_KVM] = "kvm", NULL };

const struct option_row guest_option_rows[] = {
	{ .help = "Which kernel, and how:" },
	{ "kernel", 0, "NAME",
		"debian:SUITE[/VERSION]; a .deb or .rpm (and once more for each further file of a split package); a "
		"build tree; a folder with an unpacked kernel; a bzImage; `running`; or one of `sctpspec kernels "
		"list`. Default: the newest cloud kernel of this machine's Debian release",
		READ_AT(struct guest_words, kernels, read_kernel), .of = GUEST_KERNEL },
	{ "modules", 0, "DIR", "The modules of the bzImage or folder before it",
		READ_AT(struct guest_words, kernels, read_modules), .of = GUEST_MACHINE },
	{ "module", 0, "FILE", "Use this module (sctp.ko) instead of that of the kernel before it",
		READ_AT(struct guest_words, kernels, read_module), .of = GUEST_KERNEL },
	{ "target", 0, "WHERE", "guest (default), or host: the running kernel, as root",
		CHOICE_AT(struct guest_words, target, targets), .of = GUEST_RUN },
	{ "clock", 0, "KIND",
		"virtual (default), or real: with --accel kvm, --target host and at a terminal there is no other",
		CHOICE_AT(struct guest_words, clock, clocks), .of = GUEST_MACHINE },
	{ "accel", 0, "KIND", "tcg (default), or kvm, which has the real clock",
		CHOICE_AT(struct guest_words, accel, accels), .of = GUEST_MACHINE },
	{ "seed", 0, "N", "What all that is random follows from, from 0 to 2^63 - 1. Default: 1",
		NUMBER_AT(struct guest_words, seed, 0, INT64_MAX), .of = GUEST_SEED },
	{ "patience", 0, "SECONDS",
		"Processor time after which a case that has come to no end hangs, from 0.001 to 1000000. Default: 60",
		SECONDS_AT(struct guest_words, patience_s), .of = GUEST_PATIENCE },
	{ "timeout", 0, "SECONDS",
		"Give up on a guest after this long by this machine's clock, from 0.001 to 1000000: the machine is "
		"too busy then, and nothing is said of the kernel. Default: 3600",
		SECONDS_AT(struct guest_words, timeout_s), .of = GUEST_TIMEOUT },
	{ "jobs", 'j', "N", "Guests side by side, from 1 to 512. Default: one for each core",
		COUNT_AT(struct guest_words, jobs, 1, JOBS_MAX), .of = GUEST_RUN },
	{ "fresh-qemu", 0, NULL,
		"A QEMU process for each case, instead of one that goes back to the snapshot: slower, with the same "
		"results",
		FLAG_AT(struct guest_words, fresh_qemu), .of = GUEST_RUN },
	{ 0 },
};

static unsigned cores(void)
{
	cpu_set_t set;
	if (sched_getaffinity(0, sizeof(set), &set) < 0)
		return 1;
	int n = CPU_COUNT(&set);
	return n < 1 ? 1 : n > JOBS_MAX ? JOBS_MAX : (unsigned)n;
}

/* --target=host tests the running kernel: options that choose a guest are refused. */
static int settle_host(struct guest_words *words)
{
	if (words->kernels.n_words || words->accel != NOT_GIVEN || words->fresh_qemu)
		return print_error(STATUS_USAGE,
			"--target host tests the running kernel: --kernel, --modules, --module, --accel and "
			"--fresh-qemu "
			"do not go with it");
	if (words->jobs > 1)
		return print_error(STATUS_USAGE, "--target host has one kernel for all cases: --jobs is 1 there");
	words->jobs = 1;
	return STATUS_EXPECTED;
}

int guest_words_settle(struct guest_words *words, size_t most_kernels)
{
	const bool on_host = words->target == TARGET_HOST, real = on_host || words->accel == ACCEL_KVM;
	struct kernel_choices *kernels = &words->kernels;
	char *error = NULL;
	if (on_host && settle_host(words) != STATUS_EXPECTED)
		return STATUS_USAGE;
	if (real && words->clock == CLOCK_VIRTUAL_TIME)
		return print_error(STATUS_USAGE, "--clock virtual needs a guest without KVM: leave out %s",
			on_host ? "--target host" : "--accel kvm");
	if (kernel_choices_parse(kernels, &error) != 0)
		return print_error_sentence(STATUS_USAGE, error);
	if (kernels->n > most_kernels)
		return print_error(STATUS_USAGE, "one kernel at a time: '%s' is too much",
			kernels->kernels[most_kernels].files[0]);
	if (words->clock == NOT_GIVEN)
		words->clock = real ? CLOCK_REAL_TIME : CLOCK_VIRTUAL_TIME;
	if (words->accel == NOT_GIVEN)
		words->accel = ACCEL_TCG;
	if (words->jobs == 0)
		words->jobs = cores();
	return STATUS_EXPECTED;
}

void guest_words_free(struct guest_words *words)
{
	kernel_choices_free(&words->kernels);
}

struct guest_options guest_words_machine(const struct guest_words *words)
{
	return (struct guest_options){
		.clock = (enum guest_clock)words->clock,
		.accel = (enum guest_accel)words->accel,
	};
}

void guest_words_for_run(const struct guest_words *words, struct run_options *run)
{
	run->kernels = words->kernels;
	run->on_host = words->target == TARGET_HOST;
	run->clock = (enum guest_clock)words->clock;
	run->accel = (enum guest_accel)words->accel;
	run->seed = words->seed;
	run->patience_s = words->patience_s;
	run->timeout_s = words->timeout_s;
	run->jobs = words->jobs;
	run->fresh_qemu = words->fresh_qemu;
}
