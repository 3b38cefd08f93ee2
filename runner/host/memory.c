/* SPDX-License-Identifier: Apache-2.0 */
/* memory.c - see memory.h. */
#include "runner/host/memory.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the two versions of control groups call the same. */
static const struct version {
	const char *mounted[2]; /* where it usually is */
	const char *limit, *used, *cache;
} versions[] = {
	{ { "/sys/fs/cgroup", "/sys/fs/cgroup/unified" }, "memory.max", "memory.current", "inactive_file" },
	{ { "/sys/fs/cgroup/memory", NULL }, "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file" },
};

static FILE *open_file(const char *root, const char *folder, const char *name)
{
	char *path;
	if (asprintf(&path, "%s%s/%s", root, folder, name) < 0)
		return NULL;
	FILE *file = fopen(path, "re");
	free(path);
	return file;
}

/* The number behind a word that begins a line: "MemAvailable:   22594964 kB". False: there is none. */
static bool read_field(FILE *file, const char *word, uint64_t *out)
{
	char line[256];
	const size_t length = strlen(word);
	bool found = false;
	while (!found && fgets(line, sizeof(line), file))
		found = strncmp(line, word, length) == 0 && strchr(": ", line[length]) &&
			sscanf(line + length + 1, "%" SCNu64, out) == 1;
	return found;
}

/* False for "max", and where there is no such file. */
static bool read_number(const char *root, const char *folder, const char *name, uint64_t *out)
{
	FILE *file = open_file(root, folder, name);
	const bool found = file && fscanf(file, "%" SCNu64, out) == 1;
	if (file)
		fclose(file);
	return found;
}

static uint64_t reclaimable(const char *root, const char *folder, const struct version *version)
{
	uint64_t bytes = 0;
	FILE *file = open_file(root, folder, "memory.stat");
	if (!file || !read_field(file, version->cache, &bytes))
		bytes = 0;
	if (file)
		fclose(file);
	return bytes;
}

static void look_at_group(const char *root, const char *folder, const struct version *version, struct memory *out)
{
	uint64_t limit, used, left;
	if (!read_number(root, folder, version->limit, &limit) || !read_number(root, folder, version->used, &used))
		return;
	used -= used < reclaimable(root, folder, version) ? used : reclaimable(root, folder, version);
	left = limit > used ? limit - used : 0;
	if (left >= out->available)
		return;
	out->available = left;
	out->limited = true;
	snprintf(out->group, sizeof(out->group), "%s", folder);
}

/* The group and all above it, each of which may have a limit. */
static void look_at_groups(
	const char *root, const char *mounted, char *group, const struct version *version, struct memory *out)
{
	for (;;) {
		char *folder, *slash = strrchr(group, '/');
		if (asprintf(&folder, "%s%s", mounted, strcmp(group, "/") == 0 ? "" : group) < 0)
			return;
		look_at_group(root, folder, version, out);
		free(folder);
		if (!slash || !*group || strcmp(group, "/") == 0)
			return;
		*slash = '\0';
	}
}

/* "0::/user.slice", or "4:memory:/docker/1234" */
static void look_at_line(const char *root, char *line, struct memory *out)
{
	char *names = strchr(line, ':'), *path = names ? strchr(names + 1, ':') : NULL;
	if (!path)
		return;
	*path++ = '\0';
	names++;
	path[strcspn(path, "\n")] = '\0';
	if (*names && strcmp(names, "memory") != 0)
		return;
	const struct version *version = &versions[*names ? 1 : 0];
	for (size_t i = 0; i < 2 && version->mounted[i]; i++) {
		char group[1024];
		snprintf(group, sizeof(group), "%s", path);
		look_at_groups(root, version->mounted[i], group, version, out);
	}
}

int memory_look(const char *root, struct memory *out)
{
	char line[1024];
	FILE *file = open_file(root, "/proc", "meminfo");
	*out = (struct memory){ 0 };
	if (!file)
		return -errno;
	const bool found =
		read_field(file, "MemTotal", &out->total) && read_field(file, "MemAvailable", &out->available);
	fclose(file);
	if (!found)
		return -ENODATA;
	out->total <<= 10;
	out->available <<= 10;
	file = open_file(root, "/proc/self", "cgroup");
	while (file && fgets(line, sizeof(line), file))
		look_at_line(root, line, out);
	if (file)
		fclose(file);
	return 0;
}
