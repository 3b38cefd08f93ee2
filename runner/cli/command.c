/* SPDX-License-Identifier: Apache-2.0 */
/* command.c - what the subcommands share: the parsing of arguments. */
#include "runner/cli/command.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

const char *argp_program_version = "sctpspec " SCTPSPEC_VERSION;

int complain_about_selection(int error, char *sentence)
{
	int status = error == -ENOENT ? STATUS_USAGE : error == -ESRCH ? STATUS_NOTHING : STATUS_HARNESS;
	return complain_about(status, sentence);
}

int command_parse(const struct argp *argp, int argc, char **argv, void *input, bool *go_on)
{
	*go_on = false;
	argp_err_exit_status = STATUS_USAGE;
	if (argp_parse(argp, argc, argv, 0, NULL, input) != 0)
		return STATUS_USAGE;
	*go_on = true;
	return STATUS_EXPECTED;
}

error_t option_init(struct argp_state *state)
{
	state->err_stream = NULL;
	return 0;
}

error_t option_error(const struct argp_state *state, const char *format, ...)
{
	va_list arguments;
	fprintf(stderr, "%s: ", state->name);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	return EINVAL;
}
