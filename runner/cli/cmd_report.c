/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_report.c - `sctpspec report`: the reports again, from the result log alone. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "reports/report.h"
#include "runner/cli/command.h"
#include "runner/cli/formats.h"

enum option_key { OPTION_FORMAT = 0x100, OPTION_COLOR };

static const struct argp_option options[] = {
	{ "format", OPTION_FORMAT, "LIST", 0, "Reports to make, by commas. Default: all", 0 },
	{ "quiet", 'q', NULL, 0, "No summary", 0 },
	{ "verbose", 'v', NULL, 0, "In a table of several kernels all cases, not only those that differ", 0 },
	{ "color", OPTION_COLOR, "WHEN", 0, "auto (default), always or never", 0 },
	{ 0 },
};

struct arguments {
	const char *directory;
	const char *const *formats;
	bool quiet, verbose;
	enum colour colour;
};

static error_t parse_formats(const char *word, struct arguments *arguments, const struct argp_state *state)
{
	char *error = NULL;
	free((void *)arguments->formats); /* of an earlier --format */
	arguments->formats = formats_parse(word, &error);
	error_t status = arguments->formats ? 0 : option_error(state, "%s", error ? error : "no memory");
	free(error);
	return status;
}

static error_t parse(int key, char *word, struct argp_state *state)
{
	struct arguments *arguments = state->input;
	switch (key) {
	case ARGP_KEY_INIT:
		return option_init(state);
	case OPTION_FORMAT:
		return parse_formats(word, arguments, state);
	case 'q':
		arguments->quiet = true;
		return 0;
	case 'v':
		arguments->verbose = true;
		return 0;
	case OPTION_COLOR:
		if (colour_parse(word, &arguments->colour))
			return 0;
		return option_error(state, "--color is auto, always or never, not '%s'", word);
	case ARGP_KEY_ARG:
		if (arguments->directory)
			return option_error(state, "one folder at a time: '%s' is too much", word);
		arguments->directory = word;
		return 0;
	case ARGP_KEY_NO_ARGS:
		return option_error(state, "which folder? The one that --out of a run named");
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static int report(const struct arguments *arguments)
{
	char *error = NULL;
	const struct report_style style = {
		.colour = colour_wanted(arguments->colour, STDOUT_FILENO),
		.every_case = arguments->verbose,
	};
	int status =
		report_make(arguments->directory, arguments->formats, arguments->quiet ? NULL : stdout, style, &error);
	return status == 0 ? STATUS_EXPECTED : complain_about(STATUS_HARNESS, error);
}

int cmd_report(int argc, char **argv)
{
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.args_doc = "DIR",
		.doc = "Makes the reports in DIR again from its result log, and prints the summary.",
	};
	struct arguments arguments = { 0 };
	bool go_on;
	int status = command_parse(&argp, argc, argv, &arguments, &go_on);
	if (go_on)
		status = report(&arguments);
	free((void *)arguments.formats);
	return status;
}
