/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_bisect_step.c - `sctpspec bisect-step`: one case on one kernel, judged in the language of `git bisect run`.
 *
 *	0    good: the case passes
 *	1    bad: it fails, with the failure that the signature describes
 *	125  cannot be judged: the kernel is not there or does not come up, the case is skipped, it fails in
 *	     another way, or the harness failed
 *	255  our caller's mistake, which ends the bisection; so does 130, an interruption
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "reports/log.h"
#include "runner/catalogue/select.h"
#include "runner/cli/command.h"
#include "runner/cli/guest_options.h"
#include "runner/host/tree.h"
#include "runner/run/run.h"
#include "runner/verdict/signature.h"
#include "sentence.h"

enum step { STEP_GOOD = 0, STEP_BAD = 1, STEP_SKIP = 125, STEP_MISUSE = 255 };

struct arguments {
	struct guest_words guest;
	struct run_options run;
	const char *case_id, *signature;
	struct option_words none;
};

static const struct option_row rows[] = {
	{ .help = "What is looked for:" },
	{ "case", 0, "ID", "The case that is good on old kernels and bad on new ones",
		TEXT_AT(struct arguments, case_id) },
	{ "signature", 0, "FILE",
		"The failure that is looked for: written by the first that is found, read from then on. Without it "
		"every failure of the case is bad",
		PATH_AT(struct arguments, signature) },
	{ "tamper", 0, "WHAT:N", "Falsify the Nth observation, as `run --tamper` does",
		READ_AT(struct arguments, run.tamper, read_tamper) },
	{ "out", 'o', "DIR", "Folder for log and evidence. Default: none is kept", PATH_AT(struct arguments, run.out) },
	{ 0 },
};

static int conclude(enum step step, const struct arguments *arguments, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static int conclude(enum step step, const struct arguments *arguments, const char *format, ...)
{
	const char *word = step == STEP_GOOD ? "good" : step == STEP_BAD ? "bad" : "cannot be judged";
	va_list words;
	printf("%s: %s: ", word, arguments->case_id);
	va_start(words, format);
	vprintf(format, words);
	va_end(words);
	putchar('\n');
	return (int)step;
}

/* ---- The failure ---- */

/* Compares the failure with the signature. Without a signature this failure becomes the one to look for. */
static int judge_failure(
	const struct arguments *arguments, const struct report_case *test, const struct signature *wanted)
{
	struct signature found;
	char *error = NULL;
	int result = STEP_BAD;
	const char *verdict = report_verdict_name(test->verdict);
	if (!arguments->signature)
		return conclude(STEP_BAD, arguments, "%s: %s", verdict, test->reason);
	if (signature_make(test, &found) != 0)
		return print_error(STEP_SKIP, "no memory for a signature");
	if (wanted->case_id && !signature_equal(wanted, &found))
		result = conclude(STEP_SKIP, arguments, "%s in another way: %s (looked for: %s: %s)", verdict,
			test->reason, wanted->verdict, wanted->reason);
	else if (!wanted->case_id && signature_write(arguments->signature, &found, &error) != 0)
		result = print_error_sentence(STEP_MISUSE, error);
	else
		conclude(STEP_BAD, arguments, "%s: %s", verdict, test->reason);
	signature_free(&found);
	return result;
}

static int judge_case(const struct arguments *arguments, const struct report_case *test, const struct signature *wanted)
{
	switch (test->verdict) {
	case REPORT_PASS:
		return conclude(STEP_GOOD, arguments, "pass");
	case REPORT_FAIL:
	case REPORT_CRASH:
	case REPORT_TIMEOUT:
		return judge_failure(arguments, test, wanted);
	default:
		return conclude(STEP_SKIP, arguments, "%s: %s", report_verdict_name(test->verdict), test->reason);
	}
}

/* Judges the kernel by the log of the run that has just ended. */
static int judge_run(const struct arguments *arguments, const struct signature *wanted)
{
	struct report_run *run = NULL;
	char *error = NULL;
	int result;
	if (report_read(arguments->run.out, &run, &error) != 0)
		return print_error_sentence(STEP_SKIP, error);
	result = run->n_cases == 1 ? judge_case(arguments, &run->cases[0], wanted)
				   : conclude(STEP_SKIP, arguments,
					     *run->failure ? "there is no kernel to run it on" : "there is no result");
	report_free(run);
	return result;
}

/* ---- The step ---- */

/* A folder of our own, unless one was named. */
static int make_folder(struct arguments *arguments, char **own, char **error)
{
	const char *parent = getenv("TMPDIR");
	*own = NULL;
	if (arguments->run.out)
		return 0;
	if (asprintf(own, "%s/sctpspec-bisect-XXXXXX", parent && *parent ? parent : "/tmp") < 0 || !mkdtemp(*own))
		return sentence(error, -errno, "cannot make a folder for the run: %m");
	arguments->run.out = *own;
	return 0;
}

static int run_case(struct arguments *arguments, const struct test_case *test, const struct signature *wanted)
{
	static const char *const no_formats[] = { NULL };
	struct known_list known = { 0 };
	char *own = NULL, *error = NULL;
	int result;
	if (make_folder(arguments, &own, &error) != 0)
		return print_error_sentence(STEP_SKIP, error);
	arguments->run.formats = no_formats;
	char *log;
	if (asprintf(&log, "%s/%s", arguments->run.out, RESULT_LOG_FILE) < 0)
		return print_error(STEP_SKIP, "no memory for a run");
	unlink(log); /* the log of the last step must not be taken for this step's */
	switch (run_cases(&arguments->run, &known, &test, 1)) {
	case STATUS_INTERRUPTED:
		result = STATUS_INTERRUPTED;
		break;
	case STATUS_USAGE:
		result = STEP_MISUSE;
		break;
	case STATUS_HARNESS:
		/* the error about the kernel has been printed */
		result = access(log, F_OK) == 0 ? judge_run(arguments, wanted)
						: conclude(STEP_SKIP, arguments, "there is no kernel to run it on");
		break;
	default:
		result = judge_run(arguments, wanted);
	}
	free(log);
	if (own)
		tree_remove(own);
	free(own);
	return result;
}

/* The signature, if there is one already; it has to be of this case. */
static int read_signature(const struct arguments *arguments, struct signature *wanted)
{
	char *error = NULL;
	int status = arguments->signature ? signature_read(arguments->signature, wanted, &error) : -ENOENT;
	if (status == -ENOENT)
		return 0;
	if (status != 0)
		return print_error_sentence(STEP_MISUSE, error);
	if (strcmp(wanted->case_id, arguments->case_id) != 0)
		return print_error(STEP_MISUSE, "%s is the signature of a failure of %s, not of %s",
			arguments->signature, wanted->case_id, arguments->case_id);
	return 0;
}

static int find_case(const struct arguments *arguments, const struct test_case **out)
{
	const char *words[] = { arguments->case_id };
	const struct test_case **cases = NULL;
	size_t n_all, n = 0;
	const struct test_case *const *all = case_all(&n_all);
	char *error = NULL;
	if (select_cases(all, n_all, words, 1, &cases, &n, &error) != 0)
		return print_error_sentence(STEP_MISUSE, error);
	*out = cases[0];
	free(cases);
	if (n != 1 || strcmp((*out)->id, arguments->case_id) != 0)
		return print_error(
			STEP_MISUSE, "--case is the id of one case: '%s' selects %zu", arguments->case_id, n);
	return 0;
}

static int step(struct arguments *arguments)
{
	const struct test_case *test = NULL;
	struct signature wanted = { 0 };
	int result = arguments->case_id ? find_case(arguments, &test)
					: print_error(STEP_MISUSE, "which case? Name it with --case");
	if (result == 0 && guest_words_settle(&arguments->guest, 1) != STATUS_EXPECTED)
		result = STEP_MISUSE;
	guest_words_for_run(&arguments->guest, &arguments->run);
	if (result == 0)
		result = read_signature(arguments, &wanted);
	if (result == 0)
		result = run_case(arguments, test, &wanted);
	signature_free(&wanted);
	return result;
}

int cmd_bisect_step(int argc, char **argv)
{
	static const char *const command[] = { "sctpspec", "bisect-step", NULL };
	static const struct command_line line = {
		.arguments = "--case ID",
		.about = "Runs a case on a kernel and says to `git bisect run` what came of it.",
		.more = "To look for one failure alone, write its signature first, on the commit that is known to be "
			"bad:\n\n"
			"  sctpspec bisect-step --kernel . --case ID --signature FILE\n"
			"  git bisect run sh -c 'make … || exit 125; sctpspec bisect-step --kernel . --case ID "
			"--signature FILE'\n\n"
			"with FILE outside the tree, or ignored by git.",
		.exit_status =
			"0 good; 1 bad; 125 it cannot be judged: the kernel is not there or does not come up, the "
			"case is skipped or fails in another way; 130 interrupted; 255 wrong usage, which ends the "
			"bisection",
		.sets = { { guest_option_rows, offsetof(struct arguments, guest),
				  GUEST_KERNEL | GUEST_MACHINE | GUEST_SEED | GUEST_PATIENCE | GUEST_TIMEOUT },
			{ .rows = rows } },
		.words_at = offsetof(struct arguments, none),
		.too_many = "the case is named by --case",
	};
	struct arguments arguments = {
		.guest = GUEST_WORDS_INIT,
		.run = {
			.command = command,
			.repeat = 1,
			.pcap = PCAP_FAILED,
			.quiet = true,
		},
	};
	arguments.guest.jobs = 1;
	int status = command_line_read(&line, argc, argv, &arguments);
	status = status == STATUS_EXPECTED ? step(&arguments) : STEP_MISUSE;
	guest_words_free(&arguments.guest);
	return status;
}
