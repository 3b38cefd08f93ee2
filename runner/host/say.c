/* SPDX-License-Identifier: Apache-2.0 */
/* say.c - what is said to the person at the terminal. */
#include "runner/host/say.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int print_error(int status, const char *format, ...)
{
	va_list arguments;
	fputs("sctpspec: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	return status;
}

int print_error_sentence(int status, char *text)
{
	print_error(status, "%s", text ? text : "no memory to say what went wrong");
	free(text);
	return status;
}

const char *const colour_words[] = {
	[COLOUR_AUTO] = "auto",
	[COLOUR_ALWAYS] = "always",
	[COLOUR_NEVER] = "never",
	NULL,
};

bool colour_wanted(enum colour colour, int descriptor)
{
	if (colour != COLOUR_AUTO)
		return colour == COLOUR_ALWAYS;
	const char *terminal = getenv("TERM");
	const char *no_colour = getenv("NO_COLOR");
	return isatty(descriptor) && !(no_colour && *no_colour) && !(terminal && strcmp(terminal, "dumb") == 0);
}
