/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_repro.c - `sctpspec repro`: runs a case of a recorded run again, as it was run then, and compares the two
 * records.
 *
 * The kernel is taken from the cache by its digest. If it is not there any more, it is searched by the name that it
 * had. The answer says whether kernel, QEMU and sctpspec are still the same.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "reports/log.h"
#include "runner/cli/command.h"
#include "runner/cli/options.h"
#include "runner/guest/guest.h"
#include "runner/kernels/kernel_store.h"
#include "runner/run/options_log.h"
#include "runner/verdict/recorded.h"
#include "sentence.h"

struct arguments {
	struct option_words words; /* DIR CASE [KERNEL] */
	const char *directory, *case_id, *kernel, *out;
};

static const struct option_row rows[] = {
	{ "out", 'o', "DIR", "Folder for the new run. Default: DIR/repro", PATH_AT(struct arguments, out) },
	{ 0 },
};

/* ---- The command ---- */

static bool is_in_cache(const char *digest)
{
	struct kernel kernel = { 0 };
	bool there = *digest && kernel_store_get(digest, &kernel, NULL) == 0;
	kernel_free(&kernel);
	return there;
}

/* Sets the options of the recorded run: the same kernel if it still exists, and captures if there may be some. */
static void adapt(const struct recorded *then, const struct arguments *arguments, struct run_options *run)
{
	struct kernel_choice *kernel = &run->kernels.kernels[0];
	const char *digest = recorded_text(then->kernel, "sha256");
	if (is_in_cache(digest)) {
		kernel->n_files = 1; /* one file always fits */
		kernel->files[0] = digest;
		kernel->modules = NULL;
	}
	/* "always" is read in the same guest time as "failed", but not as "never"; a repeated case always has it */
	if (run->pcap != PCAP_NEVER || run->repeat > 1 || run->twice)
		run->pcap = PCAP_ALWAYS;
	run->seed = (uint64_t)json_integer_value(json_object_get(then->start, "seed"));
	run->repeat = 1;
	run->twice = false;
	run->jobs = 1;
	run->quiet = true;
	run->out = arguments->out;
}

/* ---- The answer ---- */

static void print_value(const json_t *value, const char *if_none)
{
	char *words = json_is_string(value) ? strdup(json_string_value(value))
		: value                     ? json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY)
					    : strdup(if_none);
	fputs(words ? words : "", stdout);
	free(words);
}

/* Whether a member is the same in both; if not, prints both values. */
static bool same(const char *what, const json_t *then, const json_t *now, const char *member)
{
	const json_t *a = json_object_get(then, member), *b = json_object_get(now, member);
	if ((!a && !b) || json_equal((json_t *)(uintptr_t)a, (json_t *)(uintptr_t)b))
		return true;
	printf("%-10s not the same: %s was ", what, member);
	print_value(a, "not recorded");
	fputs(", is ", stdout);
	print_value(b, "not known");
	fputc('\n', stdout);
	return false;
}

static void compare_members(const char *what, const json_t *then, const json_t *now, const char *const *members)
{
	bool all_same = true;
	for (; *members; members++)
		all_same &= same(what, then, now, *members);
	if (all_same)
		printf("%-10s the same\n", what);
}

static void compare_conditions(const struct recorded *then, const struct recorded *now)
{
	static const char *const kernel[] = { "release", "version", "origin", "sha256", "config_sha256", "parameters",
		NULL };
	static const char *const qemu[] = { "qemu", "qemu_command", NULL };
	static const char *const own[] = { "sctpspec", "agent_sha256", NULL };
	compare_members("kernel", then->kernel, now->kernel, kernel);
	compare_members("QEMU", then->run, now->run, qemu);
	compare_members("sctpspec", then->run, now->run, own);
}

static bool compare_verdicts(const struct recorded *then, const struct recorded *now)
{
	const char *was = recorded_text(then->end, "verdict"), *is = recorded_text(now->end, "verdict");
	if (strcmp(was, is) == 0) {
		printf("%-10s the same: %s\n", "verdict", is);
		return true;
	}
	printf("%-10s not the same: was %s, is %s\n", "verdict", was, is);
	return false;
}

static void print_indented(const char *text)
{
	while (*text) {
		size_t length = strcspn(text, "\n");
		printf("           %.*s\n", (int)length, text);
		text += length + (text[length] == '\n');
	}
}

/* 0: no difference; 1: a difference, which is printed; -errno. */
static int compare_timelines(struct recorded *then, struct recorded *now)
{
	char *what, *detail;
	recorded_forget_places(then);
	recorded_forget_places(now);
	if (then->timeline.n_evidence_files == 0) { /* it kept no captures: the new ones are not compared */
		evidence_files_free(now->timeline.evidence_files, now->timeline.n_evidence_files);
		now->timeline.evidence_files = NULL;
		now->timeline.n_evidence_files = 0;
	}
	int status = timelines_compare(&then->timeline, &now->timeline, &what, &detail);
	if (status != 0)
		return status;
	if (!what)
		printf("%-10s the same: %zu lines, %zu captures\n", "timeline", json_array_size(now->timeline.lines),
			then->timeline.n_evidence_files);
	else
		printf("%-10s not the same: %s\n", "timeline", what);
	if (detail)
		print_indented(detail);
	status = what ? 1 : 0;
	free(what);
	free(detail);
	return status;
}

static int answer(struct recorded *then, struct recorded *now, const struct arguments *arguments)
{
	printf("%s, seed %lld\n", recorded_text(now->start, "case"),
		(long long)json_integer_value(json_object_get(now->start, "seed")));
	compare_conditions(then, now);
	bool same_verdict = compare_verdicts(then, now);
	int differences = compare_timelines(then, now);
	printf("\nnew run: %s\n", arguments->out);
	if (differences < 0)
		return print_error(STATUS_HARNESS, "no memory to compare two runs");
	return same_verdict && differences == 0 ? STATUS_EXPECTED : STATUS_UNEXPECTED;
}

/* ---- The whole ---- */

static int check_repeats(const struct recorded *recorded, const struct arguments *arguments)
{
	const json_t *kept = json_object_get(json_object_get(recorded->end, "repeats"), "kept");
	const char *folder = json_string_value(json_array_get(kept, 0));
	if (!folder)
		return STATUS_EXPECTED;
	return print_error(STATUS_USAGE, "two runs of %s were kept that differ: name one of their folders, as %s/%s",
		arguments->case_id, arguments->directory, folder);
}

/* Removes the log of an earlier repro, which must not be taken for the new one. */
static int clear_log(const struct arguments *arguments)
{
	char *there = realpath(arguments->out, NULL), *recorded = realpath(arguments->directory, NULL), *path;
	bool is_same = there && recorded && strcmp(there, recorded) == 0;
	free(there);
	free(recorded);
	if (is_same)
		return print_error(STATUS_USAGE, "--out %s would overwrite what is to be repeated", arguments->out);
	if (asprintf(&path, "%s/%s", arguments->out, RESULT_LOG_FILE) < 0)
		return print_error(STATUS_HARNESS, "no memory for a name");
	bool gone = unlink(path) == 0 || errno == ENOENT || errno == ENOTDIR;
	if (!gone)
		print_error(STATUS_HARNESS, "cannot remove %s: %m", path);
	free(path);
	return gone ? STATUS_EXPECTED : STATUS_HARNESS;
}

/* A list of known issues that cannot be read any more does not stop the run, but it may explain another verdict. */
static int read_known(const struct run_options *run, struct known_list *known)
{
	char *error = NULL;
	int status = run->known ? known_read(run->known, known, &error) : 0;
	if (status == -ENOENT)
		print_error(STATUS_EXPECTED, "%s", error);
	else if (status != 0)
		return print_error_sentence(STATUS_USAGE, error);
	free(error);
	return STATUS_EXPECTED;
}

static int run_case(const struct recorded *then, const struct arguments *arguments, struct run_options *run)
{
	const char *const command[] = { "sctpspec", "repro", arguments->directory, arguments->case_id,
		arguments->kernel, NULL };
	const struct test_case *test = case_by_id(arguments->case_id);
	const char *name = recorded_text(then->kernel, "name"), *origin = recorded_text(then->kernel, "origin");
	struct known_list known = { 0 };
	if (!test)
		return print_error(STATUS_USAGE, "this sctpspec has no case %s", arguments->case_id);
	adapt(then, arguments, run);
	run->command = command;
	int status = read_known(run, &known);
	if (status == STATUS_EXPECTED)
		status = run_cases(run, &known, &test, 1);
	known_free(&known);
	if (status == STATUS_HARNESS && !is_in_cache(recorded_text(then->kernel, "sha256")))
		print_error(STATUS_HARNESS, "the kernel is no longer in the cache: it was %s, from %s", name, origin);
	return status;
}

static int run_again(const struct recorded *then, const struct arguments *arguments)
{
	const json_t *object = json_object_get(then->run, "options");
	struct logged_options logged;
	char *error = NULL;
	if (!object)
		return print_error(STATUS_HARNESS,
			"%s was written by an older sctpspec (%s), which did not record its options; by hand it is: %s",
			arguments->directory, recorded_text(then->run, "sctpspec"),
			recorded_text(then->start, "repeat"));
	if (options_log_read(object, then->kernel_index, &logged, &error) != 0)
		return print_error_sentence(STATUS_HARNESS, error);
	int status = run_case(then, arguments, &logged.run);
	logged_options_free(&logged);
	return status;
}

static int repro(const struct arguments *arguments)
{
	struct recorded then, now;
	char *error = NULL;
	int status = recorded_read(arguments->directory, arguments->case_id, arguments->kernel, &then, &error);
	if (status != 0)
		return print_error_sentence(
			status == -ESRCH || status == -EINVAL ? STATUS_USAGE : STATUS_HARNESS, error);
	status = check_repeats(&then, arguments);
	if (status == STATUS_EXPECTED)
		status = clear_log(arguments);
	if (status == STATUS_EXPECTED)
		status = run_again(&then, arguments);
	bool ran = status == STATUS_EXPECTED || status == STATUS_UNEXPECTED || status == STATUS_NOTHING ||
		status == STATUS_HARNESS;
	if (ran && recorded_read(arguments->out, arguments->case_id, NULL, &now, &error) == 0) {
		status = answer(&then, &now, arguments);
		recorded_free(&now);
	}
	free(error);
	recorded_free(&then);
	return status;
}

int cmd_repro(int argc, char **argv)
{
	static const struct command_line line = {
		.arguments = "DIR CASE [KERNEL]",
		.about = "Runs a case of the run in DIR again, on the same kernel with the same seed and options, and "
			 "says whether it came out the same. KERNEL is a name in DIR's log, when that has several.",
		.exit_status =
			"0 verdict and timeline are the same, 1 they are not, 2 there is no such case, 3 it could "
			"not be run",
		.sets = { { .rows = rows } },
		.words_at = offsetof(struct arguments, words),
		.least = 2,
		.most = 3,
		.missing = "which case of which run? A run is named by its folder, which was --out",
		.too_many = "a folder, a case and a kernel",
	};
	struct arguments arguments = { 0 };
	char *own = NULL;
	int status = command_line_read(&line, argc, argv, &arguments);
	if (status != STATUS_EXPECTED)
		return status;
	arguments.directory = arguments.words.list[0];
	arguments.case_id = arguments.words.list[1];
	arguments.kernel = arguments.words.list[2]; /* or NULL, which ends the list */
	if (!arguments.out && asprintf(&own, "%s/repro", arguments.directory) < 0)
		return print_error(STATUS_HARNESS, "no memory for a name");
	if (!arguments.out)
		arguments.out = own;
	status = repro(&arguments);
	free(own);
	return status;
}
