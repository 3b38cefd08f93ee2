/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_run.c - `sctpspec run`: its options. The run itself is run.c. */
#include <stdint.h>
#include <stdlib.h>

#include "reports/report.h"
#include "runner/catalogue/select.h"
#include "runner/cli/command.h"
#include "runner/cli/formats.h"
#include "runner/cli/guest_options.h"
#include "runner/run/schedule.h"
#include "runner/run/run.h"
#include "runner/run/watch.h"

enum { REPEAT_MAX = 10000 };

struct arguments {
	struct guest_words guest;
	struct run_options run;
	struct shard shard;
	const char *watch;
	struct option_words selection;
};

static const char *const pcap_words[] = {
	[PCAP_FAILED] = "failed",
	[PCAP_ALWAYS] = "always",
	[PCAP_NEVER] = "never",
	NULL,
};

static const struct option_row rows[] = {
	{ .help = "Which cases, and how:" },
	{ "shard", 0, "I/N", "Part I of N of the selected cases", READ_AT(struct arguments, shard, read_shard) },
	{ "repeat", 0, "N",
		"Each case with N seeds (up to 10000), from --seed on; one whose verdict depends on the seed is flaky",
		COUNT_AT(struct arguments, run.repeat, 1, REPEAT_MAX) },
	{ "twice", 0, NULL,
		"Each case twice with the same seed, the second time with --fresh-qemu; an error if log or captures "
		"differ in anything",
		FLAG_AT(struct arguments, run.twice) },
	{ "known", 0, "FILE",
		"Known issues: which cases fail in which way on which kernels (reports/KNOWN.md). Those that do become "
		"xfail, those that pass xpass",
		PATH_AT(struct arguments, run.known) },
	{ "strict", 0, NULL,
		"Deviations fail a case, too: where a SHOULD of an RFC is not done, or Linux is known to break a rule "
		"(cases/rules/)",
		FLAG_AT(struct arguments, run.strict) },
	{ "watch", 0, "FILE",
		"Run again whenever FILE changes, until Ctrl-C. A module (sctp.ko) that belongs to no build tree that "
		"is tested is also the --module",
		PATH_AT(struct arguments, watch) },
	{ "tamper", 0, "WHAT:N",
		"Falsify the Nth observation of each case (drop, double, change, delay), let disaster strike at it "
		"(panic, hang, crash, die), make the kernel look ill (warn, taint, leak), or drop it in every "
		"other seed (luck), to see what comes of it. `setting:NAME:CHANGE` (+N, -N, xF) tells the kernel "
		"another net.sctp.NAME than the case believes",
		READ_AT(struct arguments, run.tamper, read_tamper) },
	{ .help = "What comes of it:" },
	{ "out", 'o', "DIR", "Folder for log, reports and evidence. Default: sctpspec-out",
		PATH_AT(struct arguments, run.out) },
	{ "format", 0, "LIST", "Reports to make, by commas. Default: all",
		READ_AT(struct arguments, run.formats, read_formats) },
	{ "pcap", 0, "WHEN", "Keep captures always, failed (default) or never",
		CHOICE_AT(struct arguments, run.pcap, pcap_words) },
	{ "quiet", 'q', NULL, "No progress and no summary", FLAG_AT(struct arguments, run.quiet) },
	{ "verbose", 'v', NULL, "A line for each case, with its explanation", FLAG_AT(struct arguments, run.verbose) },
	{ "timings", 0, NULL, "Print where the wall time went", FLAG_AT(struct arguments, run.timings) },
	COLOUR_ROW(struct arguments, run.colour),
	{ 0 },
};

static int settle_options(struct arguments *arguments)
{
	struct run_options *run = &arguments->run;
	int status = guest_words_settle(&arguments->guest, ANY_NUMBER);
	if (status != STATUS_EXPECTED)
		return status;
	guest_words_for_run(&arguments->guest, run);
	if (run->twice && run->repeat > 1)
		return print_error(
			STATUS_USAGE, "--twice is about one seed and --repeat about many: ask one at a time");
	if (run->repeat > INT64_MAX - run->seed)
		return print_error(
			STATUS_USAGE, "there are no %u seeds from %llu on", run->repeat, (unsigned long long)run->seed);
	if (arguments->watch)
		watch_choose_module(arguments->watch, run);
	return STATUS_EXPECTED;
}

/* Chooses the cases that words and shard select. */
static int choose_cases(const struct arguments *arguments, const struct test_case ***cases, size_t *n_cases)
{
	size_t n_all;
	const struct test_case *const *all = case_all(&n_all);
	char *error = NULL;
	int status =
		select_cases(all, n_all, arguments->selection.list, arguments->selection.n, cases, n_cases, &error);
	if (status != 0)
		return print_selection_error(status, error);
	size_t selected = *n_cases;
	*n_cases = shard_select(*cases, selected, arguments->shard);
	if (*n_cases == 0) {
		free(*cases);
		*cases = NULL;
		return print_error(STATUS_NOTHING, "shard %u/%u of %zu cases is empty", arguments->shard.index,
			arguments->shard.of, selected);
	}
	return STATUS_EXPECTED;
}

static int run(struct arguments *arguments)
{
	const struct test_case **cases = NULL;
	struct known_list known = { 0 };
	size_t n_cases = 0;
	int status = settle_options(arguments);
	if (status == STATUS_EXPECTED)
		status = choose_cases(arguments, &cases, &n_cases);
	char *error = NULL;
	if (status == STATUS_EXPECTED && arguments->run.known && known_read(arguments->run.known, &known, &error) != 0)
		status = print_error_sentence(STATUS_USAGE, error);
	if (status != STATUS_EXPECTED) /* the reports there are those of an earlier run */
		report_forget(arguments->run.out);
	else if (arguments->watch)
		status = watch_run(arguments->watch, &arguments->run, &known, cases, n_cases);
	else
		status = run_cases(&arguments->run, &known, cases, n_cases);
	known_free(&known);
	free(cases);
	return status;
}

/* Copies the command line for the log, before argp reorders it. */
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
	static const struct command_line line = {
		.arguments = "[SELECTION...]",
		.about = "Runs cases, each in a guest of its own, and writes the result log and the reports. Several "
			 "kernels are tested side by side.",
		.exit_status = "0 nothing unexpected, 1 an unexpected verdict, 2 wrong usage, 3 sctpspec could not do "
			       "its work, 4 nothing ran or everything was skipped, 130 interrupted",
		.sets = { { guest_option_rows, offsetof(struct arguments, guest), ALL_GUEST_OPTIONS },
			{ .rows = rows } },
		.words_at = offsetof(struct arguments, selection),
		.most = ANY_NUMBER,
	};
	struct arguments arguments = { .guest = GUEST_WORDS_INIT, .run.out = "sctpspec-out" };
	const char **command = command_words(argc, argv);
	if (!command)
		return print_error(STATUS_HARNESS, "no memory for %d arguments", argc);
	arguments.run.command = command;
	int status = command_line_read(&line, argc, argv, &arguments);
	if (status == STATUS_EXPECTED)
		status = run(&arguments);
	free(command);
	guest_words_free(&arguments.guest);
	free((void *)arguments.run.formats);
	return status;
}
