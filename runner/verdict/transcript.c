/* SPDX-License-Identifier: Apache-2.0 */
/* transcript.c - what the agent left in the box about one case. */
#include "runner/verdict/transcript.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runner/verdict/guest_line.h"
#include "sentence.h"

/* Keeps only the first damage: later ones may follow from it. */
#define DAMAGE(transcript, ...)                                          \
	do {                                                             \
		if (!(transcript)->damage)                               \
			sentence(&(transcript)->damage, 0, __VA_ARGS__); \
	} while (0)

static int put(json_t **place, json_t *line)
{
	if (!*place) {
		*place = line;
		return 0;
	}
	int status = json_object_update(*place, line);
	json_decref(line);
	return status < 0 ? -ENOMEM : 0;
}

/* A line that the guest may not write is damage, and does not get into the log. */
static int take_line(
	struct transcript *transcript, const char *case_id, unsigned number, const char *text, size_t length)
{
	json_error_t why;
	char wrong[160] = "";
	json_t *line = json_loadb(text, length, JSON_REJECT_DUPLICATES, &why);
	if (!line)
		snprintf(wrong, sizeof(wrong), "%s", why.text);
	if (!line || !guest_line_is_right(line, case_id, wrong, sizeof(wrong))) {
		DAMAGE(transcript, "the agent's line %u is not one of a result log: %s", number, wrong);
		json_decref(line);
		return 0;
	}
	const char *type = json_string_value(json_object_get(line, "type"));
	if (strcmp(type, "case_start") == 0)
		return put(&transcript->start, line);
	if (strcmp(type, "verdict") != 0)
		return json_array_append_new(transcript->lines, line) < 0 ? -ENOMEM : 0;
	if (!transcript->verdict) {
		transcript->verdict = line;
		return 0;
	}
	DAMAGE(transcript, "the agent's line %u gives a second verdict", number);
	json_decref(line);
	return 0;
}

static int take_file(struct transcript *transcript, const unsigned char *payload, size_t length)
{
	const unsigned char *end = memchr(payload, '\0', length);
	const char *name = (const char *)payload;
	if (!end || !evidence_name_is_safe(name)) {
		DAMAGE(transcript, "the agent sent a file without a usable name");
		return 0;
	}
	if (transcript_file(transcript, name)) {
		DAMAGE(transcript, "the agent sent the file %s twice", name);
		return 0;
	}
	struct evidence_file *evidence_files =
		realloc(transcript->evidence_files, (transcript->n_evidence_files + 1) * sizeof(*evidence_files));
	if (!evidence_files)
		return -ENOMEM;
	transcript->evidence_files = evidence_files;
	evidence_files[transcript->n_evidence_files++] = (struct evidence_file){
		.name = name,
		.data = end + 1,
		.length = length - (size_t)(end + 1 - payload),
	};
	return 0;
}

int transcript_read(const struct box *box, const char *case_id, struct transcript *out)
{
	struct transcript transcript = { .lines = json_array() };
	struct box_record record;
	const unsigned char *payload;
	uint64_t cursor = 0;
	unsigned number = 0;
	bool damaged = false;
	int status = transcript.lines ? 0 : -ENOMEM;

	while (status == 0 && !transcript.finished && box_next(box, &cursor, &record, &payload, &damaged)) {
		number++;
		switch ((enum box_record_type)record.type) {
		case BOX_LOG:
			status = take_line(&transcript, case_id, number, (const char *)payload, record.length);
			break;
		case BOX_FILE:
			status = take_file(&transcript, payload, record.length);
			break;
		case BOX_END:
			transcript.finished = true;
			break;
		case BOX_STDOUT: /* of a program that the agent ran; not part of a log */
		case BOX_STDERR:
			break;
		}
	}
	if (damaged)
		DAMAGE(&transcript, "the agent's record %u is damaged", number + 1);
	if (status != 0) {
		transcript_free(&transcript);
		return status;
	}
	*out = transcript;
	return 0;
}

void transcript_free(struct transcript *transcript)
{
	json_decref(transcript->lines);
	json_decref(transcript->start);
	json_decref(transcript->verdict);
	free(transcript->evidence_files);
	free(transcript->damage);
	*transcript = (struct transcript){ 0 };
}

const struct evidence_file *transcript_file(const struct transcript *transcript, const char *name)
{
	for (size_t i = 0; i < transcript->n_evidence_files; i++)
		if (strcmp(transcript->evidence_files[i].name, name) == 0)
			return &transcript->evidence_files[i];
	return NULL;
}
