/* SPDX-License-Identifier: Apache-2.0 */
/* command.c - what the subcommands share: complaints, argument parsing, colour. */
#include "runner/cli/command.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *argp_program_version = "sctpspec " SCTPSPEC_VERSION;

int complain(int status, const char *format, ...)
{
	va_list arguments;
	fputs("sctpspec: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	return status;
}

int complain_about(int status, char *text)
{
	complain(status, "%s", text ? text : "no memory to say what went wrong");
	free(text);
	return status;
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

bool colour_parse(const char *word, enum colour *out)
{
	static const char *const words[] = {
		[COLOUR_AUTO] = "auto",
		[COLOUR_ALWAYS] = "always",
		[COLOUR_NEVER] = "never",
	};
	for (enum colour colour = COLOUR_AUTO; colour <= COLOUR_NEVER; colour++) {
		if (strcmp(words[colour], word) != 0)
			continue;
		*out = colour;
		return true;
	}
	return false;
}

bool colour_wanted(enum colour colour, int descriptor)
{
	if (colour != COLOUR_AUTO)
		return colour == COLOUR_ALWAYS;
	const char *terminal = getenv("TERM");
	const char *no_colour = getenv("NO_COLOR");
	return isatty(descriptor) && !(no_colour && *no_colour) && !(terminal && strcmp(terminal, "dumb") == 0);
}
