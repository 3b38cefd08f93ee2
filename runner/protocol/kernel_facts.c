/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kernel_facts.c - see kernel_facts.h. What a kernel does not report is left out.
 *
 * Names are sorted, so that two guests in the same state report the same, byte for byte.
 */
#include "runner/protocol/kernel_facts.h"

#include <fcntl.h>
#include <glob.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SYSCTLS "/proc/sys/"

/* Those that change what SCTP does, or that the agent changes (runner/agent/boot.c). */
static const char *const sysctls[] = {
	SYSCTLS "net/sctp/*",
	SYSCTLS "net/core/[rw]mem_default",
	SYSCTLS "net/core/[rw]mem_max",
	SYSCTLS "net/ipv[46]/neigh/default/interval_probe_time_ms",
	SYSCTLS "vm/stat_interval",
	SYSCTLS "vm/compaction_proactiveness",
	SYSCTLS "vm/dirty_writeback_centisecs",
};

/* The first line, with spaces where it has tabs; NULL: it cannot be read. Relative to a directory, or AT_FDCWD. */
static json_t *read_value(int directory, const char *path)
{
	const int file = openat(directory, path, O_RDONLY | O_CLOEXEC);
	char line[4096];
	ssize_t length;

	if (file < 0)
		return NULL;
	/* These files give a line in one piece. */
	length = read(file, line, sizeof(line) - 1);
	close(file);
	if (length <= 0)
		return NULL;
	line[length] = '\0';
	line[strcspn(line, "\n")] = '\0';
	for (char *tab = line; (tab = strchr(tab, '\t')) != NULL;)
		*tab = ' ';
	return json_string(line);
}

/* "/proc/sys/net/sctp/rto_min" becomes "net.sctp.rto_min". */
static void add_sysctl(json_t *object, const char *path)
{
	char name[256];
	json_t *value = read_value(AT_FDCWD, path);

	if (value == NULL)
		return;
	snprintf(name, sizeof(name), "%s", path + strlen(SYSCTLS));
	for (char *slash = name; (slash = strchr(slash, '/')) != NULL;)
		*slash = '.';
	json_object_set_new(object, name, value);
}

static json_t *read_sysctls(const char *const *patterns, size_t n)
{
	json_t *object = json_object();
	glob_t found;

	for (size_t i = 0; object != NULL && i < n; i++) {
		if (glob(patterns[i], 0, NULL, &found) != 0)
			continue;
		for (size_t k = 0; k < found.gl_pathc; k++)
			add_sysctl(object, found.gl_pathv[k]);
		globfree(&found);
	}
	return object;
}

static int by_text(const void *left, const void *right)
{
	const json_t *const *a = left, *const *b = right;

	return strcmp(json_string_value(*a), json_string_value(*b));
}

static json_t *sorted(json_t **items, size_t n)
{
	json_t *array = json_array();

	if (n > 0)
		qsort(items, n, sizeof(json_t *), by_text);
	for (size_t i = 0; i < n; i++)
		json_array_append_new(array, items[i]);
	return array;
}

/* NULL: a kernel without modules. */
static json_t *read_modules(void)
{
	FILE *file = fopen("/proc/modules", "re");
	json_t *items[1024], *array;
	size_t n = 0;
	char line[1024], name[64];
	long size;

	if (file == NULL)
		return NULL;
	while (n < sizeof(items) / sizeof(items[0]) && fgets(line, sizeof(line), file) != NULL)
		if (sscanf(line, "%63s %ld", name, &size) == 2 &&
			(items[n] = json_sprintf("%s %ld", name, size)) != NULL)
			n++;
	fclose(file);
	array = sorted(items, n);
	return array;
}

json_t *kernel_facts(void)
{
	json_t *object = json_object(), *parameters = read_value(AT_FDCWD, "/proc/cmdline"), *modules = read_modules();

	if (parameters != NULL)
		json_object_set_new(object, "parameters", parameters);
	if (modules != NULL)
		json_object_set_new(object, "modules", modules);
	json_object_set_new(object, "sysctls", read_sysctls(sysctls, sizeof(sysctls) / sizeof(sysctls[0])));
	return object;
}

static bool is_text(const json_t *value)
{
	return json_is_string(value);
}

static bool are_texts(const json_t *value)
{
	for (size_t i = 0; i < json_array_size(value); i++)
		if (!json_is_string(json_array_get(value, i)))
			return false;
	return json_is_array(value);
}

static bool are_named_texts(const json_t *value)
{
	const char *name;
	json_t *one;

	json_object_foreach((json_t *)(uintptr_t)value, name, one) {
		if (!json_is_string(one))
			return false;
	}
	return json_is_object(value);
}

json_t *kernel_facts_checked(const json_t *told)
{
	static const struct {
		const char *name;
		bool (*is_right)(const json_t *value);
	} members[] = { { "parameters", is_text }, { "modules", are_texts }, { "sysctls", are_named_texts },
		{ KERNEL_FACTS_OPTIONS, are_named_texts } };
	json_t *object = json_object();

	for (size_t i = 0; object != NULL && i < sizeof(members) / sizeof(members[0]); i++) {
		json_t *value = json_object_get(told, members[i].name);

		if (members[i].is_right(value))
			json_object_set(object, members[i].name, value);
	}
	return object;
}

#define SCTP_NAMES "net.sctp."
#define SCTP_FILES SYSCTLS "net/sctp/"

json_t *kernel_facts_sctp(void)
{
	static const char *const own = SCTP_FILES "*";

	return read_sysctls(&own, 1);
}

json_t *kernel_facts_sctp_again(const json_t *before)
{
	const int directory = open(SCTP_FILES, O_PATH | O_DIRECTORY | O_CLOEXEC);
	json_t *object = json_object(), *was;
	const char *name;

	json_object_foreach((json_t *)(uintptr_t)before, name, was) {
		json_t *value = directory < 0 ? NULL : read_value(directory, name + strlen(SCTP_NAMES));

		if (value != NULL)
			json_object_set_new(object, name, value);
	}
	if (directory >= 0)
		close(directory);
	return object;
}
