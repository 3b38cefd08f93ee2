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
#include "runner/host/sentence.h"

enum option_key { OPTION_JSON = 0x100, OPTION_MARKDOWN, OPTION_COLOR };

static const struct argp_option options[] = {
	{ "json", OPTION_JSON, NULL, 0, "For programs: reports/COMPARE.md has the members", 0 },
	{ "markdown", OPTION_MARKDOWN, NULL, 0, "For a comment on a change", 0 },
	{ "color", OPTION_COLOR, "WHEN", 0, "auto (default), always or never", 0 },
	{ 0 },
};

struct arguments {
	const char *names[2]; /* OLD and NEW */
	size_t n_names;
	const struct compare_format *format;
	enum colour colour;
};

static error_t choose_format(
	const struct argp_state *state, struct arguments *arguments, const struct compare_format *format)
{
	if (arguments->format && arguments->format != format)
		return option_error(state, "--json and --markdown do not go together");
	arguments->format = format;
	return 0;
}

static error_t parse(int key, char *word, struct argp_state *state)
{
	struct arguments *arguments = state->input;
	switch (key) {
	case ARGP_KEY_INIT:
		return option_init(state);
	case OPTION_JSON:
		return choose_format(state, arguments, &compare_json);
	case OPTION_MARKDOWN:
		return choose_format(state, arguments, &compare_markdown);
	case OPTION_COLOR:
		if (colour_parse(word, &arguments->colour))
			return 0;
		return option_error(state, "--color is auto, always or never, not '%s'", word);
	case ARGP_KEY_ARG:
		if (arguments->n_names == 2)
			return option_error(state, "two runs at a time: '%s' is too much", word);
		arguments->names[arguments->n_names++] = word;
		return 0;
	case ARGP_KEY_END:
		if (arguments->n_names == 2)
			return 0;
		return option_error(state, "which runs? It compares OLD with NEW, as --out named them");
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* A run as a person names it, taken apart: DIR or a log, and perhaps ":KERNEL" behind it. */
struct source {
	char *folder;
	const char *kernel; /* in what the person said, or NULL */
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

/* Never green by emptiness: a case that has lost its verdict, or nothing in common, is not "no regression". */
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
		return complain(STATUS_NOTHING, "no case is in both runs");
	if (counts[CHANGE_UNJUDGED])
		return complain(STATUS_HARNESS, "%zu %s no verdict in the new run", counts[CHANGE_UNJUDGED],
			counts[CHANGE_UNJUDGED] == 1 ? "case has" : "cases have");
	return STATUS_EXPECTED;
}

static int compare(const struct arguments *arguments)
{
	const struct compare_format *format = arguments->format ? arguments->format : &compare_text;
	struct source old = { 0 }, new = { 0 };
	struct comparison *comparison = NULL;
	char *error = NULL;
	int result;
	int status = read_source(arguments->names[0], &old, &error);
	if (status == 0)
		status = read_source(arguments->names[1], &new, &error);
	if (status != 0) {
		result = complain_about(STATUS_HARNESS, error);
	} else if ((status = compare_runs(old.run, old.kernel, new.run, new.kernel, &comparison, &error)) != 0) {
		result = complain_about(status == -EINVAL ? STATUS_USAGE : STATUS_HARNESS, error);
	} else {
		status = format->write(comparison, stdout, colour_wanted(arguments->colour, STDOUT_FILENO));
		result = status == 0 ? status_of(comparison)
				     : complain(STATUS_HARNESS, "no memory to say what was compared");
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
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.args_doc = "OLD[:KERNEL] NEW[:KERNEL]",
		.doc = "Compares two runs case by case: regressions, fixes, what is new, vanished or newly skipped, "
		       "and what passes in both and behaves in another way.\vOLD and NEW are folders of runs, or "
		       "their results.ndjson. Of a run on several kernels, :KERNEL names one, by its name, its release "
		       "or its number (#2); without it, kernels of the same name are compared.\n\n"
		       "Exit status: 1 when there is a regression, else 0; 2 wrong usage; 3 a log that cannot be read, "
		       "or "
		       "a case that has no verdict any more; 4 no case is in both runs.",
	};
	struct arguments arguments = { 0 };
	bool go_on;
	int status = command_parse(&argp, argc, argv, &arguments, &go_on);
	return go_on ? compare(&arguments) : status;
}
