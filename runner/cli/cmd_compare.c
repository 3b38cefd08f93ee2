/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_compare.c - `sctpspec compare`: two runs, or two kernels of a run, side by side. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reports/compare.h"
#include "runner/cli/command.h"
#include "runner/cli/options.h"
#include "sentence.h"

struct arguments {
	struct option_words names; /* OLD and NEW */
	bool json, markdown;
	enum colour colour;
};

static const struct option_row rows[] = {
	{ "json", 0, NULL, "For programs: reports/COMPARE.md has the members", FLAG_AT(struct arguments, json) },
	{ "markdown", 0, NULL, "For a comment on a change", FLAG_AT(struct arguments, markdown) },
	COLOUR_ROW(struct arguments, colour),
	{ 0 },
};

/* A run as named on the command line: DIR or a log, and perhaps ":KERNEL" behind it. */
struct source {
	char *folder;
	const char *kernel; /* points into that name; or NULL */
	struct report_run *run;
};

static bool exists(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0;
}

/* The longest beginning that ends before a colon and is a path; a kernel's name may have colons, too. */
static int take_apart(const char *name, struct source *source, char **error)
{
	size_t length = strlen(name);
	source->folder = strdup(name);
	while (source->folder && !exists(source->folder)) {
		const char *colon = memrchr(name, ':', length);
		if (!colon)
			return sentence(error, -ENOENT, "cannot read the run %s: %s", name, strerror(ENOENT));
		length = (size_t)(colon - name);
		source->folder[length] = '\0';
		source->kernel = colon + 1;
	}
	return source->folder ? 0 : sentence(error, -ENOMEM, "no memory to read %s", name);
}

/* results.ndjson itself stands for its folder. */
static void go_up_from_log(char *path)
{
	static const char log[] = RESULT_LOG_FILE;
	size_t length = strlen(path), end = strlen(log);
	struct stat st;
	if (length < end || strcmp(path + length - end, log) != 0 || stat(path, &st) < 0 || !S_ISREG(st.st_mode))
		return;
	if (length == end)
		strcpy(path, ".");
	else if (path[length - end - 1] == '/')
		path[length - end] = '\0';
}

static int read_source(const char *name, struct source *source, char **error)
{
	int status = take_apart(name, source, error);
	if (status != 0)
		return status;
	go_up_from_log(source->folder);
	return report_read(source->folder, &source->run, error);
}

/* Missing results are no success: a case without a verdict now, or no case in common, is not "no regression". */
static int status_of(const struct comparison *comparison)
{
	const size_t *counts = comparison->counts;
	size_t common = 0;
	for (int change = 0; change < CHANGES; change++)
		if (change != CHANGE_NEW && change != CHANGE_VANISHED)
			common += counts[change];
	if (counts[CHANGE_REGRESSION])
		return STATUS_UNEXPECTED;
	if (common == 0)
		return print_error(STATUS_NOTHING, "no case is in both runs");
	if (common == counts[CHANGE_NEVER_JUDGED])
		return print_error(STATUS_NOTHING, "no case has a verdict in either run");
	if (counts[CHANGE_UNJUDGED])
		return print_error(STATUS_HARNESS, "%zu %s no verdict in the new run", counts[CHANGE_UNJUDGED],
			counts[CHANGE_UNJUDGED] == 1 ? "case has" : "cases have");
	if (comparison->new->interrupted)
		return print_error(STATUS_HARNESS, "the new run was interrupted: what it lacks may be a regression");
	return STATUS_EXPECTED;
}

static int compare(const struct arguments *arguments)
{
	const struct compare_format *format = arguments->json ? &compare_json
		: arguments->markdown                         ? &compare_markdown
							      : &compare_text;
	struct source old = { 0 }, new = { 0 };
	struct comparison *comparison = NULL;
	char *error = NULL;
	int result;
	if (arguments->json && arguments->markdown)
		return print_error(STATUS_USAGE, "--json and --markdown do not go together");
	int status = read_source(arguments->names.list[0], &old, &error);
	if (status == 0)
		status = read_source(arguments->names.list[1], &new, &error);
	if (status != 0) {
		result = print_error_sentence(STATUS_HARNESS, error);
	} else if ((status = compare_runs(old.run, old.kernel, new.run, new.kernel, &comparison, &error)) != 0) {
		result = print_error_sentence(status == -EINVAL ? STATUS_USAGE : STATUS_HARNESS, error);
	} else {
		status = format->write(comparison, stdout, colour_wanted(arguments->colour, STDOUT_FILENO));
		result = status == 0 ? status_of(comparison)
				     : print_error(STATUS_HARNESS, "no memory to say what was compared");
	}
	compare_free(comparison);
	report_free(old.run);
	report_free(new.run);
	free(old.folder);
	free(new.folder);
	return result;
}

int cmd_compare(int argc, char **argv)
{
	static const struct command_line line = {
		.arguments = "OLD[:KERNEL] NEW[:KERNEL]",
		.about = "Compares two runs case by case: regressions, fixes, what is new, vanished or newly skipped, "
			 "and "
			 "what passes in both and behaves in another way.",
		.exit_status =
			"1 when there is a regression, else 0; 2 wrong usage, 3 a log that cannot be read, or a case "
			"that has no verdict any more, 4 no case is in both runs",
		.more = "OLD and NEW are folders of runs, or their results.ndjson. Of a run on several kernels, "
			":KERNEL "
			"names one, by its name, its release or its number (#2); without it, kernels of the same name "
			"are "
			"compared.",
		.sets = { { .rows = rows } },
		.words_at = offsetof(struct arguments, names),
		.least = 2,
		.most = 2,
		.missing = "which runs? It compares OLD with NEW, as --out named them",
		.too_many = "two runs at a time",
	};
	struct arguments arguments = { 0 };
	int status = command_line_read(&line, argc, argv, &arguments);
	return status == STATUS_EXPECTED ? compare(&arguments) : status;
}
