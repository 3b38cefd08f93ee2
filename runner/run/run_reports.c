/* SPDX-License-Identifier: Apache-2.0 */
/* run_reports.c - see run_reports.h. */
#include "runner/run/run_reports.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "reports/log.h"
#include "reports/report.h"
#include "runner/catalogue/judges.h"
#include "runner/host/say.h"
#include "runner/verdict/exit_status.h"

static void say_where(const struct run_options *options)
{
	size_t n = 0;
	const struct report_format *const *formats = report_formats(&n);
	printf("\nlog: %s/%s\n", options->out, RESULT_LOG_FILE);
	for (size_t i = 0; i < n; i++) {
		bool made = !options->formats;
		for (const char *const *name = options->formats; name && *name; name++)
			made |= strcmp(*name, formats[i]->name) == 0;
		if (made)
			printf("report: %s/%s\n", options->out, formats[i]->file);
	}
}

int run_reports_make(const struct run_options *options)
{
	struct judges judges;
	char *error = NULL;
	if (judges_open(&judges, &error) != 0)
		return print_error_sentence(STATUS_HARNESS, error);
	const struct report_style style = {
		.catalogue = &judges.known,
		.colour = colour_wanted(options->colour, STDOUT_FILENO),
		.every_case = options->verbose,
	};
	int status = report_make(options->out, options->formats, options->quiet ? NULL : stdout, style, &error);
	judges_close(&judges);
	if (status != 0)
		return print_error_sentence(STATUS_HARNESS, error);
	if (!options->quiet)
		say_where(options);
	return STATUS_EXPECTED;
}

void run_reports_of_failure(const struct run_options *options)
{
	report_make(options->out, options->formats, NULL, (struct report_style){ 0 }, NULL);
}
