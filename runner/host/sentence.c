/* SPDX-License-Identifier: Apache-2.0 */
/* sentence.c - error sentences for a `char **error`. */
#include "runner/host/sentence.h"

#include <stdarg.h>
#include <stdio.h>

int sentence(char **error, int status, const char *format, ...)
{
	if (!error)
		return status;
	va_list arguments;
	va_start(arguments, format);
	if (vasprintf(error, format, arguments) < 0)
		*error = NULL;
	va_end(arguments);
	return status;
}
