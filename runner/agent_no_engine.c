/* SPDX-License-Identifier: Apache-2.0 */
/*
 * agent_no_engine.c - an agent that is built without the case engine says so.
 */
#include "runner/agent.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

__attribute__((weak)) int agent_run_case(struct box *box, const json_t *order)
{
	const char *id = json_string_value(json_object_get(order, "case"));
	json_t *line = json_pack("{s:s, s:s, s:i, s:s, s:s, s:s}", "type", "verdict", "case",
		id ? id : "", "t_ns", 0, "verdict", "error", "reason",
		"this agent was built without the case engine", "explanation", "");
	char *text = line ? json_dumps(line, JSON_COMPACT) : NULL;
	int32_t result = 0;
	int status = text ? box_append(box, BOX_LOG, text, strlen(text)) : -ENOMEM;

	free(text);
	json_decref(line);
	return status < 0 ? status : box_append(box, BOX_END, &result, sizeof(result));
}
