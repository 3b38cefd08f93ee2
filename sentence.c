/* SPDX-License-Identifier: Apache-2.0 */
#include "sentence.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

int sentence(char **error, int status, const char *format, ...)
{
	va_list arguments;
	char *text = NULL;

	if (!error)
		return status;
	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) < 0)
		text = NULL;
	va_end(arguments);
	free(*error);
	*error = text;
	return status;
}

int no_memory(char **error)
{
	return sentence(error, -ENOMEM, "out of memory");
}
