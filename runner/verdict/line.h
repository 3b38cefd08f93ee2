/* SPDX-License-Identifier: Apache-2.0 */
/*
 * line.h - reading and writing a line of the log. Private to verdict/.
 */
#ifndef SCTPSPEC_RUNNER_VERDICT_LINE_H
#define SCTPSPEC_RUNNER_VERDICT_LINE_H

#include <stdbool.h>
#include <string.h>

#include <jansson.h>

#include "reports/log.h"

/* A JSON string of any bytes (result_log_text); "" of NULL. */
static inline json_t *line_text(const char *words)
{
	return result_log_text(words ? words : "", words ? strlen(words) : 0);
}

/* The member's words; "" when it is not there, or no text. */
static inline const char *line_member(const json_t *line, const char *name)
{
	const char *words = json_string_value(json_object_get(line, name));
	return words ? words : "";
}

static inline bool line_is_capture(const json_t *line)
{
	return strcmp(line_member(line, "type"), "capture") == 0;
}

#endif
