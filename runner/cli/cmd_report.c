/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_report.c - `sctpspec report`: the reports again, from the result log alone. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "reports/report.h"
#include "runner/catalogue/judges.h"
#include "runner/cli/command.h"
#include "runner/cli/formats.h"

struct arguments {
	struct option_words folder;
	const char *const *formats;
	bool quiet, verbose;
	enum colour colour;
};

static const struct option_row rows[] = {
	{ "format", 0, "LIST", "Reports to make, by commas. Default: all",
		READ_AT(struct arguments, formats, read_formats) },
	{ "quiet", 'q', NULL, "No summary", FLAG_AT(struct arguments, quiet) },
	{ "verbose", 'v', NULL,
		"All cases in a table of several kernels, deviations by rule, and rules that were never put to the "
		"test",
		FLAG_AT(struct arguments, verbose) },
	COLOUR_ROW(struct arguments, colour),
	{ 0 },
};

static int report(const struct arguments *arguments)
{
	struct judges judges;
	char *error = NULL;
	if (judges_open(&judges, &error) != 0)
		return print_error_sentence(STATUS_HARNESS, error);
	const struct report_style style = {
		.catalogue = &judges.known,
		.colour = colour_wanted(arguments->colour, STDOUT_FILENO),
		.every_case = arguments->verbose,
	};
	int status = report_make(
		arguments->folder.list[0], arguments->formats, arguments->quiet ? NULL : stdout, style, &error);
	judges_close(&judges);
	return status == 0 ? STATUS_EXPECTED : print_error_sentence(STATUS_HARNESS, error);
}

int cmd_report(int argc, char **argv)
{
	static const struct command_line line = {
		.arguments = "DIR",
		.about = "Makes the reports in DIR again from its result log, and prints the summary.",
		.exit_status = "0, or 2 wrong usage, 3 the log cannot be read or a report not be written",
		.sets = { { .rows = rows } },
		.words_at = offsetof(struct arguments, folder),
		.least = 1,
		.most = 1,
		.missing = "which folder? The one that --out of a run named",
		.too_many = "one folder at a time",
	};
	struct arguments arguments = { 0 };
	int status = command_line_read(&line, argc, argv, &arguments);
	if (status == STATUS_EXPECTED)
		status = report(&arguments);
	free((void *)arguments.formats);
	return status;
}
