/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_run.c - `sctpspec run`: its options. The run itself is run.c. */
#include <errno.h>
#include <sched.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "runner/catalogue/select.h"
#include "runner/cli/command.h"
#include "runner/cli/formats.h"
#include "runner/engine/tamper.h"
#include "runner/run/plan.h"
#include "runner/run/run.h"
#include "runner/run/watch.h"

enum option_key {
	OPTION_CLOCK = 0x100,
	OPTION_ACCEL,
	OPTION_TARGET,
	OPTION_SHARD,
	OPTION_SEED,
	OPTION_KNOWN,
	OPTION_FORMAT,
	OPTION_TIMEOUT,
	OPTION_PCAP,
	OPTION_COLOR,
	OPTION_TAMPER,
	OPTION_TIMINGS,
	OPTION_WATCH,
	OPTION_REPEAT,
	OPTION_TWICE,
	OPTION_FRESH_QEMU,
};

enum { JOBS_MAX = 512, DEFAULT_SEED = 1, REPEAT_MAX = 10000 };

static const struct argp_option options[] = {
	{ "target", OPTION_TARGET, "WHERE", 0, "guest (default), or host: the running kernel, as root", 1 },
	{ "clock", OPTION_CLOCK, "KIND", 0, "virtual (default in a guest) or real", 1 },
	{ "accel", OPTION_ACCEL, "KIND", 0, "tcg (default) or kvm, which has the real clock", 1 },
	{ NULL, 0, NULL, 0, "Which cases, and how:", 2 },
	{ "jobs", 'j', "N", 0, "Guests side by side. Default: one for each core", 2 },
	{ "shard", OPTION_SHARD, "I/N", 0, "Part I of N of the selected cases", 2 },
	{ "seed", OPTION_SEED, "N", 0, "What random choices follow from. Default: 1", 2 },
	{ "repeat", OPTION_REPEAT, "N", 0,
		"Each case with N seeds, from --seed on; one whose verdict depends on the seed is flaky", 2 },
	{ "twice", OPTION_TWICE, NULL, 0,
		"Each case twice with the same seed, the second time with --fresh-qemu; an error if log or captures "
		"differ in anything",
		2 },
	{ "fresh-qemu", OPTION_FRESH_QEMU, NULL, 0,
		"A QEMU process for each case, instead of one that goes back to the snapshot: slower, with the same "
		"results",
		2 },
	{ "known", OPTION_KNOWN, "FILE", 0,
		"Known issues, one a line: a glob over case ids and a reason; they become xfail or xpass. A line "
		"[GLOB] before them names the kernel releases that they are of",
		2 },
	{ "timeout", OPTION_TIMEOUT, "SECONDS", 0, "A case that takes longer (by this machine's clock) hangs", 2 },
	{ "watch", OPTION_WATCH, "FILE", 0,
		"Run again whenever FILE changes, until Ctrl-C. A module (sctp.ko) that belongs to no build tree that "
		"is tested is also the --module",
		2 },
	{ "tamper", OPTION_TAMPER, "WHAT:N", 0,
		"Falsify the Nth observation of each case (drop, double, change, delay), let disaster strike at it "
		"(panic, hang, crash, die), make the kernel look ill (warn, taint, leak), or drop it in every "
		"other seed (luck), to see what comes of it",
		2 },
	{ NULL, 0, NULL, 0, "What comes of it:", 3 },
	{ "out", 'o', "DIR", 0, "Folder for log, reports and evidence. Default: sctpspec-out", 3 },
	{ "format", OPTION_FORMAT, "LIST", 0, "Reports to make, by commas. Default: all", 3 },
	{ "pcap", OPTION_PCAP, "WHEN", 0, "Keep captures always, failed (default) or never", 3 },
	{ "quiet", 'q', NULL, 0, "No progress and no summary", 3 },
	{ "verbose", 'v', NULL, 0, "A line for each case, with its explanation", 3 },
	{ "timings", OPTION_TIMINGS, NULL, 0, "Print where the wall time went", 3 },
	{ "color", OPTION_COLOR, "WHEN", 0, "auto (default), always or never", 3 },
	{ 0 },
};

struct arguments {
	struct run_options run;
	struct shard shard;
	const char *watch;
	const char **words; /* the selection */
	size_t n_words;
	bool clock_given, accel_given;
};

static bool number(const char *text, unsigned long long most, unsigned long long *out)
{
	char *end;
	errno = 0;
	if (text[0] < '0' || text[0] > '9')
		return false;
	unsigned long long value = strtoull(text, &end, 10);
	if (errno != 0 || *end != '\0' || value > most)
		return false;
	*out = value;
	return true;
}

/* The position of a word in a list, or an error that lists them. */
static error_t choose(const struct argp_state *state, const char *option, const char *word, const char *const *words,
	size_t n_words, size_t *out)
{
	for (size_t i = 0; i < n_words; i++) {
		if (strcmp(words[i], word) == 0) {
			*out = i;
			return 0;
		}
	}
	if (n_words == 2)
		return option_error(state, "--%s is %s or %s, not '%s'", option, words[0], words[1], word);
	return option_error(state, "--%s is %s, %s or %s, not '%s'", option, words[0], words[1], words[2], word);
}

static error_t append(const char ***list, size_t *n, const char *word)
{
	const char **longer = realloc(*list, (*n + 2) * sizeof(*longer));
	if (!longer)
		return ENOMEM;
	longer[(*n)++] = word;
	longer[*n] = NULL;
	*list = longer;
	return 0;
}

static error_t parse_formats(const struct argp_state *state, const char *text, struct run_options *run)
{
	char *error = NULL;
	const char *const *formats = formats_parse(text, &error);
	if (!formats) {
		option_error(state, "%s", error ? error : "no memory");
		free(error);
		return EINVAL;
	}
	free((void *)run->formats); /* of an earlier --format */
	run->formats = formats;
	return 0;
}

static error_t parse_choice(int key, const char *word, struct arguments *arguments, const struct argp_state *state)
{
	static const char *const clocks[] = { "virtual", "real" };
	static const char *const accels[] = { "tcg", "kvm" };
	static const char *const targets[] = { "guest", "host" };
	struct run_options *run = &arguments->run;
	const char *pcaps[PCAP_POLICIES];
	size_t at = 0;
	error_t status;
	switch (key) {
	case OPTION_CLOCK:
		status = choose(state, "clock", word, clocks, 2, &at);
		run->clock = at == 0 ? CLOCK_VIRTUAL_TIME : CLOCK_REAL_TIME;
		arguments->clock_given = true;
		return status;
	case OPTION_ACCEL:
		status = choose(state, "accel", word, accels, 2, &at);
		run->accel = at == 0 ? ACCEL_TCG : ACCEL_KVM;
		arguments->accel_given = true;
		return status;
	case OPTION_TARGET:
		status = choose(state, "target", word, targets, 2, &at);
		run->on_host = at == 1;
		return status;
	case OPTION_PCAP:
		for (enum pcap_policy policy = 0; policy < PCAP_POLICIES; policy++)
			pcaps[policy] = pcap_policy_name(policy);
		status = choose(state, "pcap", word, pcaps, PCAP_POLICIES, &at);
		run->pcap = (enum pcap_policy)at;
		return status;
	default:
		if (colour_parse(word, &run->colour))
			return 0;
		return option_error(state, "--color is auto, always or never, not '%s'", word);
	}
}

static error_t parse_number(int key, const char *word, struct arguments *arguments, const struct argp_state *state)
{
	struct run_options *run = &arguments->run;
	unsigned long long value = 0;
	char *end;
	switch (key) {
	case 'j':
		if (!number(word, JOBS_MAX, &value) || value == 0)
			return option_error(state, "--jobs is a number from 1 to %d, not '%s'", JOBS_MAX, word);
		run->jobs = (unsigned)value;
		return 0;
	case OPTION_SEED:
		if (!number(word, INT64_MAX, &value))
			return option_error(
				state, "--seed is a number from 0 to %lld, not '%s'", (long long)INT64_MAX, word);
		run->seed = value;
		return 0;
	case OPTION_REPEAT:
		if (!number(word, REPEAT_MAX, &value) || value == 0)
			return option_error(state, "--repeat is a number from 1 to %d, not '%s'", REPEAT_MAX, word);
		run->repeat = (unsigned)value;
		return 0;
	case OPTION_TIMEOUT:
		run->timeout_s = strtod(word, &end);
		if (end == word || *end != '\0' || !(run->timeout_s > 0) || run->timeout_s > 1e6)
			return option_error(state, "--timeout is a number of seconds above 0, not '%s'", word);
		return 0;
	default:
		if (!shard_parse(word, &arguments->shard))
			return option_error(state, "--shard is I/N with I from 1 to N, as in 1/4, not '%s'", word);
		return 0;
	}
}

static error_t parse(int key, char *word, struct argp_state *state)
{
	struct arguments *arguments = state->input;
	struct run_options *run = &arguments->run;
	struct tamper tamper;
	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &run->kernels;
		return option_init(state);
	case ARGP_KEY_ARG:
		return append(&arguments->words, &arguments->n_words, word);
	case OPTION_KNOWN:
		run->known = word;
		return 0;
	case OPTION_WATCH:
		arguments->watch = word;
		return 0;
	case 'o':
		run->out = word;
		return *word ? 0 : option_error(state, "--out needs the name of a folder");
	case OPTION_TWICE:
		run->twice = true;
		return 0;
	case OPTION_FRESH_QEMU:
		run->fresh_qemu = true;
		return 0;
	case 'q':
		run->quiet = true;
		return 0;
	case 'v':
		run->verbose = true;
		return 0;
	case OPTION_TIMINGS:
		run->timings = true;
		return 0;
	case OPTION_FORMAT:
		return parse_formats(state, word, run);
	case OPTION_TAMPER:
		run->tamper = word;
		if (tamper_parse(word, &tamper))
			return 0;
		return option_error(state, "--tamper is " TAMPER_WORDS " and a number from 1, as in drop:2");
	case OPTION_CLOCK:
	case OPTION_ACCEL:
	case OPTION_TARGET:
	case OPTION_PCAP:
	case OPTION_COLOR:
		return parse_choice(key, word, arguments, state);
	case 'j':
	case OPTION_SEED:
	case OPTION_TIMEOUT:
	case OPTION_SHARD:
	case OPTION_REPEAT:
		return parse_number(key, word, arguments, state);
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static int check_combination(struct arguments *arguments)
{
	struct run_options *run = &arguments->run;
	char *error = NULL;
	if (run->on_host && (run->kernels.n_words || arguments->accel_given))
		return complain(STATUS_USAGE,
			"--target host tests the running kernel: --kernel, --modules, --module and --accel do "
			"not go with it");
	if (run->twice && run->repeat > 1)
		return complain(STATUS_USAGE, "--twice is about one seed and --repeat about many: ask one at a time");
	if (run->repeat > INT64_MAX - run->seed)
		return complain(
			STATUS_USAGE, "there are no %u seeds from %llu on", run->repeat, (unsigned long long)run->seed);
	bool real = run->on_host || run->accel == ACCEL_KVM;
	if (real && arguments->clock_given && run->clock == CLOCK_VIRTUAL_TIME)
		return complain(STATUS_USAGE, "--clock virtual needs a guest without KVM: leave out %s",
			run->on_host ? "--target host" : "--accel kvm");
	if (real)
		run->clock = CLOCK_REAL_TIME;
	if (run->on_host && run->jobs > 1)
		return complain(STATUS_USAGE, "--target host has one kernel for all cases: --jobs is 1 there");
	if (run->on_host)
		run->jobs = 1;
	if (kernel_choices_settle(&run->kernels, &error) != 0)
		return complain_about(STATUS_USAGE, error);
	if (arguments->watch)
		watch_choose_module(arguments->watch, run);
	return STATUS_EXPECTED;
}

static unsigned cores(void)
{
	cpu_set_t set;
	if (sched_getaffinity(0, sizeof(set), &set) < 0)
		return 1;
	int n = CPU_COUNT(&set);
	return n < 1 ? 1 : n > JOBS_MAX ? JOBS_MAX : (unsigned)n;
}

/* From words and shard to cases. */
static int choose_cases(const struct arguments *arguments, const struct test_case ***cases, size_t *n_cases)
{
	size_t n_all;
	const struct test_case *const *all = case_all(&n_all);
	char *error = NULL;
	int status = select_cases(all, n_all, arguments->words, arguments->n_words, cases, n_cases, &error);
	if (status != 0)
		return complain_about_selection(status, error);
	size_t selected = *n_cases;
	*n_cases = plan_shard(*cases, selected, arguments->shard);
	if (*n_cases == 0) {
		free(*cases);
		*cases = NULL;
		return complain(STATUS_NOTHING, "shard %u/%u of %zu cases is empty", arguments->shard.index,
			arguments->shard.of, selected);
	}
	return STATUS_EXPECTED;
}

static int run(struct arguments *arguments)
{
	const struct test_case **cases = NULL;
	struct known_list known = { 0 };
	size_t n_cases = 0;
	int status = check_combination(arguments);
	if (arguments->run.jobs == 0)
		arguments->run.jobs = cores();
	if (status == STATUS_EXPECTED)
		status = choose_cases(arguments, &cases, &n_cases);
	char *error = NULL;
	if (status == STATUS_EXPECTED && arguments->run.known && known_read(arguments->run.known, &known, &error) != 0)
		status = complain_about(STATUS_USAGE, error);
	if (status == STATUS_EXPECTED && arguments->watch)
		status = watch_run(arguments->watch, &arguments->run, &known, cases, n_cases);
	else if (status == STATUS_EXPECTED)
		status = run_cases(&arguments->run, &known, cases, n_cases);
	known_free(&known);
	free(cases);
	return status;
}

/* The command line for the log, before argp sorts it. */
static const char **command_words(int argc, char **argv)
{
	const char **words = calloc((size_t)argc + 2, sizeof(*words));
	if (!words)
		return NULL;
	words[0] = "sctpspec";
	words[1] = "run";
	for (int i = 1; i < argc; i++)
		words[i + 1] = argv[i];
	return words;
}

int cmd_run(int argc, char **argv)
{
	static const struct argp_child children[] = { { .argp = &kernel_choice_argp }, { 0 } };
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.children = children,
		.args_doc = "[SELECTION...]",
		.doc = "Runs cases, each in a guest of its own, and writes the result log and the reports. Several "
		       "kernels are tested side by side.",
	};
	struct arguments arguments = {
		.run = {
			.seed = DEFAULT_SEED,
			.out = "sctpspec-out",
		},
	};
	const char **command = command_words(argc, argv);
	if (!command)
		return complain(STATUS_HARNESS, "no memory for %d arguments", argc);
	arguments.run.command = command;
	bool go_on;
	int status = command_parse(&argp, argc, argv, &arguments, &go_on);
	if (status == STATUS_EXPECTED && go_on)
		status = run(&arguments);
	free(command);
	free(arguments.words);
	kernel_choices_free(&arguments.run.kernels);
	free((void *)arguments.run.formats);
	return status;
}
