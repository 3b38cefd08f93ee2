/* SPDX-License-Identifier: Apache-2.0 */
/* recorded.c - see recorded.h. */
#include "runner/verdict/recorded.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/log.h"
#include "runner/host/tree.h"
#include "sentence.h"

const char *recorded_text(const json_t *line, const char *name)
{
	const char *words = json_string_value(json_object_get(line, name));
	return words ? words : "";
}

static bool is_of(const json_t *line, const char *type)
{
	return strcmp(recorded_text(line, "type"), type) == 0;
}

/* ---- The log ---- */

/* Has the reader of reports/ check the log, as it names the line that is wrong. */
static int check_log(const char *directory, char **error)
{
	struct report_run *run;
	int status = report_read(directory, &run, error);
	if (status == 0)
		report_free(run);
	return status;
}

static json_t *load_lines(const char *directory, char **error)
{
	char *path, *text = NULL;
	if (asprintf(&path, "%s/%s", directory, RESULT_LOG_FILE) < 0) {
		sentence(error, -ENOMEM, "no memory to read %s", directory);
		return NULL;
	}
	int status = tree_read_file(path, &text, NULL);
	json_t *lines = status == 0 ? json_array() : NULL;
	if (status != 0)
		sentence(error, status, "cannot read %s: %s", path, strerror(-status));
	char *rest = text;
	for (char *line; lines && (line = strsep(&rest, "\n"));) {
		json_t *object = json_loads(line, 0, NULL);
		if (object)
			json_array_append_new(lines, object);
	}
	free(text);
	free(path);
	return lines;
}

/* ---- The case in it ---- */

static bool is_wanted(const json_t *start, const char *case_id, const char *kernel)
{
	return is_of(start, "case_start") && strcmp(recorded_text(start, "case"), case_id) == 0 &&
		(!kernel || strcmp(recorded_text(start, "kernel"), kernel) == 0);
}

/* Takes the case's lines, which are consecutive and end with its case_end. */
static void take_case(const json_t *lines, size_t from, struct recorded *out)
{
	json_t *own = json_array();
	for (size_t i = from; i < json_array_size(lines) && !out->end; i++) {
		json_t *line = json_array_get(lines, i);
		if (strcmp(recorded_text(line, "case"), recorded_text(out->start, "case")) != 0)
			break;
		json_array_append(own, line);
		if (is_of(line, "case_end"))
			out->end = json_incref(line);
	}
	out->timeline.lines = own;
}

static json_t *find_kernel(const json_t *lines, const char *name, size_t *index)
{
	size_t i;
	json_t *line;
	*index = 0;
	json_array_foreach(lines, i, line) {
		if (is_of(line, "kernel") && strcmp(recorded_text(line, "name"), name) == 0)
			return json_incref(line);
		*index += is_of(line, "kernel");
	}
	return json_object();
}

static int find_case(const char *directory, const json_t *lines, const char *case_id, const char *kernel,
	struct recorded *out, char **error)
{
	size_t i, found = 0, n = 0;
	json_t *line;
	json_array_foreach(lines, i, line) {
		if (!is_wanted(line, case_id, kernel))
			continue;
		found = i;
		n++;
	}
	if (n == 0)
		return sentence(error, -ESRCH, "%s has no case %s%s%s", directory, case_id,
			kernel ? " on a kernel named " : "", kernel ? kernel : "");
	if (n > 1)
		return sentence(error, -EINVAL,
			"%s has %s on %zu kernels: name one of them, as its log does, after the case", directory,
			case_id, n);
	out->run = json_incref(json_array_get(lines, 0));
	out->start = json_incref(json_array_get(lines, found));
	out->kernel = find_kernel(lines, recorded_text(out->start, "kernel"), &out->kernel_index);
	take_case(lines, found, out);
	return out->end ? 0 : sentence(error, -EINVAL, "%s was interrupted before %s had an end", directory, case_id);
}

/* ---- Its captures ---- */

static int load_capture(const char *directory, const char *file, struct timeline *timeline)
{
	char *path, *data = NULL;
	size_t length;
	if (asprintf(&path, "%s/%s", directory, file) < 0)
		return -ENOMEM;
	int status = tree_read_file(path, &data, &length);
	free(path);
	if (status != 0)
		return status == -ENOENT ? 0 : status; /* somebody has removed the file */
	struct evidence_file *more =
		realloc(timeline->evidence_files, (timeline->n_evidence_files + 1) * sizeof(*timeline->evidence_files));
	const char *slash = strrchr(file, '/');
	char *name = strdup(slash ? slash + 1 : file);
	if (more)
		timeline->evidence_files = more;
	if (!more || !name) {
		free(name);
		free(data);
		return -ENOMEM;
	}
	more[timeline->n_evidence_files++] =
		(struct evidence_file){ .name = name, .data = (unsigned char *)data, .length = length };
	return 0;
}

static int load_captures(const char *directory, struct timeline *timeline, char **error)
{
	size_t i;
	json_t *line;
	int status = 0;
	json_array_foreach(timeline->lines, i, line) {
		const char *file = recorded_text(line, "file");
		if (status == 0 && is_of(line, "capture") && *file && !strstr(file, "..") && *file != '/') {
			status = load_capture(directory, file, timeline);
			if (status != 0)
				sentence(error, status, "cannot read %s/%s: %s", directory, file, strerror(-status));
		}
	}
	return status;
}

int recorded_read(const char *directory, const char *case_id, const char *kernel, struct recorded *out, char **error)
{
	*out = (struct recorded){ 0 };
	int status = check_log(directory, error);
	if (status != 0)
		return status;
	json_t *lines = load_lines(directory, error);
	if (!lines)
		return -EIO;
	status = find_case(directory, lines, case_id, kernel, out, error);
	if (status == 0)
		status = load_captures(directory, &out->timeline, error);
	json_decref(lines);
	if (status != 0)
		recorded_free(out);
	return status;
}

void recorded_forget_places(struct recorded *recorded)
{
	static const struct {
		const char *type, *member;
	} places[] = {
		{ "case_start", "kernel" },
		{ "case_start", "repeat" },
		{ "case_end", "kernel" },
		{ "case_end", "repeats" },
		{ "capture", "file" },
	};
	size_t i;
	json_t *line;
	json_array_foreach(recorded->timeline.lines, i, line) {
		for (size_t p = 0; p < sizeof(places) / sizeof(places[0]); p++)
			if (is_of(line, places[p].type))
				json_object_del(line, places[p].member);
	}
}

void recorded_free(struct recorded *recorded)
{
	json_decref(recorded->run);
	json_decref(recorded->kernel);
	json_decref(recorded->start);
	json_decref(recorded->end);
	json_decref(recorded->timeline.lines);
	evidence_files_free(recorded->timeline.evidence_files, recorded->timeline.n_evidence_files);
	*recorded = (struct recorded){ 0 };
}
