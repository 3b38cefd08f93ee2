/* SPDX-License-Identifier: Apache-2.0 */
/* problem.c - see problem.h. */
#include "reports/problem.h"

#include <stdarg.h>
#include <stdio.h>

int report_problem(char **error, int status, const char *format, ...)
{
	va_list arguments;

	if (!error)
		return status;
	va_start(arguments, format);
	if (vasprintf(error, format, arguments) < 0)
		*error = NULL;
	va_end(arguments);
	return status;
}
