/* SPDX-License-Identifier: Apache-2.0 */
/* log_wall.c - which members of a log's lines depend on the speed of the machine, and on nothing else. */
#include "reports/log.h"

#include <string.h>

/* The one place where they are named; a test holds it against LOG.md. */
static const struct {
	const char *type, *member;
} wall_members[] = {
	{ "run", "started" },
	{ "run", "jobs" },
	{ "kernel", "boot_ms" },
	{ "kernel", "snapshot_ms" },
	{ "kernel", "snapshot_cached" },
	{ "case_end", "wall_ms" },
	{ "case_end", "restore_ms" },
	{ "case_end", "topology_ms" },
	{ "case_end", "case_ms" },
	{ "case_end", "evidence_ms" },
	{ "run_end", "wall_ms" },
};

bool result_log_is_wall(const char *type, const char *member)
{
	for (size_t i = 0; i < sizeof(wall_members) / sizeof(wall_members[0]); i++)
		if (strcmp(wall_members[i].type, type) == 0 && strcmp(wall_members[i].member, member) == 0)
			return true;
	return false;
}

json_t *result_log_without_wall(const json_t *line)
{
	json_t *copy = json_copy((json_t *)(uintptr_t)line);
	const char *type = json_string_value(json_object_get(line, "type"));
	void *next;
	const char *member;
	json_t *value;

	json_object_foreach_safe(copy, next, member, value)
	{
		if (type && result_log_is_wall(type, member))
			json_object_del(copy, member);
	}
	return copy;
}
