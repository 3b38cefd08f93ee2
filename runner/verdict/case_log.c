/* SPDX-License-Identifier: Apache-2.0 */
/* case_log.c - the lines of the result log about a case. */
#include "runner/verdict/case_log.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runner/verdict/line.h"

static json_t *case_line(const char *type, const struct test_case *test_case)
{
	json_t *line = json_object();
	json_object_set_new(line, "type", line_text(type));
	json_object_set_new(line, "case", line_text(test_case->id));
	return line;
}

/* Adds the agent's members to a line; only the host sets `type` and `case`. */
static void add_members(json_t *line, json_t *members)
{
	const char *key;
	json_t *value;
	json_object_foreach(members, key, value) {
		if (strcmp(key, "type") != 0 && strcmp(key, "case") != 0)
			json_object_set(line, key, value);
	}
}

static json_t *texts(const char *const *list)
{
	json_t *array = json_array();
	for (; list && *list; list++)
		json_array_append_new(array, line_text(*list));
	return array;
}

static json_t *drawing(const struct topology *topology)
{
	char *words = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&words, &length);
	if (!out)
		return NULL;
	topology_print_drawing(topology, out);
	json_t *made = fclose(out) == 0 ? line_text(words) : NULL;
	free(words);
	return made;
}

static json_t *requirements(const struct catalogue *catalogue, const struct test_case *test_case)
{
	json_t *array = json_array();
	for (const char *const *id = test_case->requirements; id && *id; id++) {
		const struct requirement *requirement = catalogue_find(catalogue, *id);
		json_t *entry = json_object();
		json_object_set_new(entry, "id", line_text(*id));
		if (requirement) {
			json_object_set_new(entry, "level", line_text(requirement->level));
			json_object_set_new(entry, "section", line_text(requirement->section));
			json_object_set_new(entry, "summary", line_text(requirement->summary));
		}
		json_array_append_new(array, entry);
	}
	return array;
}

static void add_settings(json_t *object, const struct settings *settings, const char *where)
{
	struct sysctl sysctls[SETTINGS_SYSCTLS_MAX];
	size_t n = settings_sysctls(settings, sysctls);
	for (size_t i = 0; i < n; i++) {
		char name[64];
		snprintf(name, sizeof(name), "%s%s", sysctls[i].name, where);
		json_object_set_new(object, name, json_integer(sysctls[i].value));
	}
}

/* The settings in force: what the case states, and the defaults; and what it states of one end. */
static json_t *settings(const struct test_case *test_case)
{
	struct settings in_force = settings_in_force(&test_case->settings);
	json_t *object = json_object();
	add_settings(object, &in_force, "");
	add_settings(object, &test_case->at_a, " at a");
	add_settings(object, &test_case->at_b, " at b");
	return object;
}

static json_t *start_line(const struct case_frame *frame, const struct case_result *result)
{
	const struct test_case *test_case = frame->test_case;
	json_t *line = case_line("case_start", test_case);
	char *source = NULL, *repeat = NULL;
	if (asprintf(&source, "%s:%d", test_case->file, test_case->line) < 0)
		source = NULL;
	if (asprintf(&repeat, "%s --seed %" PRIu64 " %s", frame->command_line, result->seed, test_case->id) < 0)
		repeat = NULL;
	json_object_set_new(line, "kernel", line_text(frame->kernel));
	json_object_set_new(line, "title", line_text(test_case->title));
	json_object_set_new(line, "area", line_text(test_case->area));
	json_object_set_new(line, "tags", texts(test_case->tags));
	json_object_set_new(line, "topology", line_text(test_case->topology->name));
	json_object_set_new(line, "drawing", drawing(test_case->topology));
	json_object_set_new(line, "requirements", requirements(frame->catalogue, test_case));
	if (test_case->etsi && *test_case->etsi)
		json_object_set_new(line, "etsi", texts(test_case->etsi));
	json_object_set_new(line, "settings", settings(test_case));
	json_object_set_new(line, "source", line_text(source));
	json_object_set_new(line, "seed", json_integer((json_int_t)result->seed));
	json_object_set_new(line, "repeat", line_text(repeat));
	add_members(line, result->start);
	free(source);
	free(repeat);
	return line;
}

/* The path of a capture's file, relative to the run's folder. */
static json_t *capture_path(const struct case_frame *frame, const json_t *line, bool captures)
{
	const char *name = line_member(line, "file");
	char *path = captures && *name ? evidence_file_path(frame->folder, frame->test_case->id, name) : NULL;
	json_t *file = path ? line_text(path) : json_null();
	free(path);
	return file;
}

static void add_lines(json_t *lines, const struct case_frame *frame, const json_t *agents, bool captures)
{
	size_t i;
	json_t *from;
	json_array_foreach(agents, i, from) {
		json_t *line = case_line(line_member(from, "type"), frame->test_case);
		add_members(line, from);
		if (line_is_capture(from))
			json_object_set_new(line, "file", capture_path(frame, from, captures));
		json_array_append_new(lines, line);
	}
}

static json_t *verdict_line(const struct case_frame *frame, const struct case_result *result)
{
	json_t *line = case_line("verdict", frame->test_case);
	json_object_set_new(line, "t_ns", json_integer(result->t_ns));
	json_object_set_new(line, "verdict", line_text(verdict_name(result->verdict)));
	json_object_set_new(line, "reason", line_text(result->reason));
	if (result->known)
		json_object_set_new(line, "known", line_text(result->known));
	json_object_set_new(line, "explanation", line_text(result->explanation));
	return line;
}

static void add_phases(json_t *line, const struct case_result *result)
{
	static const char *const names[BOX_PHASES] = {
		[BOX_RESTORE] = "restore_ms",
		[BOX_TOPOLOGY] = "topology_ms",
		[BOX_CASE] = "case_ms",
		[BOX_EVIDENCE] = "evidence_ms",
	};
	for (enum box_phase phase = 0; phase < BOX_PHASES; phase++) {
		double spent = result->phase_ms[phase];
		json_object_set_new(line, names[phase], spent < 0 ? json_null() : json_real(spent));
	}
}

static json_t *end_line(const struct case_frame *frame, const struct case_result *result, json_t *repeats)
{
	json_t *line = case_line("case_end", frame->test_case);
	json_object_set_new(line, "kernel", line_text(frame->kernel));
	json_object_set_new(line, "verdict", line_text(verdict_name(result->verdict)));
	json_object_set_new(line, "virtual_ns", json_integer(result->virtual_ns));
	json_object_set_new(line, "wall_ms", json_real(result->wall_ms));
	add_phases(line, result);
	if (result->applied)
		json_object_set(line, "rules", result->applied);
	if (repeats)
		json_object_set(line, "repeats", repeats);
	return line;
}

json_t *case_lines(const struct case_frame *frame, const struct case_result *result, bool captures, json_t *repeats)
{
	json_t *lines = json_array();
	if (!lines)
		return NULL;
	json_array_append_new(lines, start_line(frame, result));
	add_lines(lines, frame, result->lines, captures);
	if (result->console) {
		json_t *console = case_line("console", frame->test_case);
		json_object_set_new(console, "text", line_text(result->console));
		json_array_append_new(lines, console);
	}
	json_array_append_new(lines, verdict_line(frame, result));
	json_array_append_new(lines, end_line(frame, result, repeats));
	return lines;
}
