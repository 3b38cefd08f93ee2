/* SPDX-License-Identifier: Apache-2.0 */
/* run_cases.c - see run_cases.h. */
#include "runner/verdict/tests/run_cases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct run_case *cases;
static size_t n_cases, room;

static uint8_t *read_file(const char *folder, const char *name, size_t *length)
{
	char path[1024];
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	FILE *file = fopen(path, "re");
	if (!file)
		return NULL;
	fseek(file, 0, SEEK_END);
	*length = (size_t)ftell(file);
	rewind(file);
	uint8_t *bytes = malloc(*length + 1);
	if (!bytes || fread(bytes, 1, *length, file) != *length)
		*length = 0;
	fclose(file);
	return bytes;
}

static const char *word(const json_t *line, const char *name)
{
	const char *text = json_string_value(json_object_get(line, name));
	return text ? text : "";
}

/* The file of a capture line, which names it as the trace expects it then. */
static void take_file(struct run_case *judged, const char *folder, json_t *line)
{
	struct evidence_file *file = &judged->files[judged->n_files];
	const char *path = word(line, "file"), *slash = strrchr(path, '/');
	size_t length = 0;
	if (!slash || judged->n_files == RUN_FILES_MAX || !(file->data = read_file(folder, path, &length)))
		return;
	file->name = strdup(slash + 1);
	file->length = length;
	judged->n_files++;
	json_object_set_new(line, "file", json_string(file->name));
}

static void take_line(const char *folder, json_t *line)
{
	const char *id = word(line, "case"), *type = word(line, "type");
	struct run_case *judged = n_cases > 0 ? &cases[n_cases - 1] : NULL;
	if (!*id)
		return;
	if (strcmp(type, "case_start") == 0) {
		if (n_cases == room && !(cases = reallocarray(cases, room += 1000, sizeof(*cases))))
			abort();
		judged = &cases[n_cases++];
		*judged = (struct run_case){ .test_case = case_by_id(id), .lines = json_array() };
	}
	if (!judged || !judged->test_case)
		return;
	if (strcmp(type, "capture") == 0)
		take_file(judged, folder, line);
	if (strcmp(type, "verdict") == 0)
		judged->ended_ns = json_integer_value(json_object_get(line, "t_ns"));
	json_array_append(judged->lines, line);
}

size_t run_cases_read(const char *folder, struct run_case **out)
{
	char path[1024], *text = NULL;
	size_t length = 0;
	snprintf(path, sizeof(path), "%s/results.ndjson", folder);
	FILE *log = fopen(path, "re");
	while (log && getline(&text, &length, log) > 0) {
		json_t *line = json_loads(text, 0, NULL);
		take_line(folder, line);
		json_decref(line);
	}
	if (log)
		fclose(log);
	free(text);
	*out = cases;
	return n_cases;
}
