/* SPDX-License-Identifier: Apache-2.0 */
/*
 * transcript_fuzz.c - any bytes as what a guest has left in its box: read, judged, made into lines of the log, and
 * those read back. Whatever comes of it, nothing crashes, and the log that is made of it can be read.
 *
 * The input is records: for each, one octet of its type and two of its length, then its payload. A first octet of 255
 * takes the rest as it is, without headers of ours.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "reports/log.h"
#include "runner/verdict/case_log.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static const struct test_case one_path = {
	.id = "setup.one-path", .area = "setup", .title = "t", .topology = &topology_one_path, .file = "f", .line = 1
};

static size_t put_records(uint8_t *to, const uint8_t *bytes, size_t length)
{
	size_t at = 0;

	while (length >= 3) {
		struct box_record record = { .type = bytes[0], .length = (uint32_t)(bytes[1] << 8 | bytes[2]) };

		bytes += 3;
		length -= 3;
		if (record.length > length)
			record.length = (uint32_t)length;
		memcpy(to + at, &record, sizeof(record));
		memcpy(to + at + sizeof(record), bytes, record.length);
		bytes += record.length;
		length -= record.length;
		at += (sizeof(record) + record.length + 7) & ~(size_t)7;
	}
	return at;
}

/* The lines of the case, between those that make them a log. */
static void read_back(const struct case_frame *frame, const struct case_result *result)
{
	json_t *lines = case_lines(frame, result, true, NULL), *line;
	char *text = NULL, *error = NULL;
	size_t size = 0, i;
	FILE *out = open_memstream(&text, &size);
	struct report_run *run = NULL;

	fputs("{\"type\":\"run\",\"version\":1,\"cases\":1}\n{\"type\":\"kernel\",\"name\":\"k\"}\n", out);
	json_array_foreach(lines, i, line) {
		char *words = json_dumps(line, JSON_COMPACT);

		fprintf(out, "%s\n", words);
		free(words);
	}
	fclose(out);
	if (report_read_memory("log", text, size, &run, &error) != 0)
		abort();
	report_free(run);
	free(error);
	free(text);
	json_decref(lines);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	const bool raw = length > 0 && bytes[0] == 255;
	const size_t head = (sizeof(struct box_header) + 7) & ~(size_t)7, most = head + 4 * length + 64;
	uint8_t *memory = calloc(1, most);
	struct box box = { .base = memory, .size = most, .mapped = most, .memory = -1 };
	struct box_header *header = (void *)memory;
	struct transcript transcript;
	struct case_result result = { 0 };
	struct known_list none = { 0 };
	const struct case_frame frame = { .test_case = &one_path,
		.known = &none,
		.kernel = "k",
		.release = "6.1",
		.version = "",
		.folder = "",
		.command_line = "r" };

	header->magic = BOX_MAGIC;
	header->results_offset = head;
	if (raw)
		memcpy(memory + head, bytes + 1, length - 1);
	header->committed = raw ? length - 1 : put_records(memory + head, bytes, length);
	if (transcript_read(&box, one_path.id, &transcript) != 0)
		abort();
	const struct attempt_ending ending = {
		.transcript = &transcript, .console = "", .program = "QEMU", .waited = ""
	};
	if (case_judge(&frame, &ending, &result) != 0)
		abort();
	/* a guest that has not come to its end, or of which anything is damaged, has passed nothing */
	if (result.verdict == VERDICT_PASS && (!transcript.finished || transcript.damage))
		abort();
	read_back(&frame, &result);
	case_result_free(&result);
	transcript_free(&transcript);
	free(memory);
	return 0;
}
