/* SPDX-License-Identifier: Apache-2.0 */
/* log_captures.c - a capture of a case, as its line of the log tells of it: the file, and the chunks of each type. */
#include "reports/log.h"

#include <string.h>

#include "reports/members.h"

static struct report_chunks *find_chunks(struct reader *reader, struct report_capture *capture, const char *type)
{
	struct report_chunks *chunks;

	for (size_t i = 0; i < capture->n_chunks; i++)
		if (strcmp(capture->chunks[i].type, type) == 0)
			return &capture->chunks[i];
	chunks = reader_grow(reader, &capture->chunks, &capture->n_chunks, sizeof(*chunks));
	if (chunks)
		chunks->type = reader_keep(reader, type, strlen(type), TEXT_LINE);
	return chunks;
}

/* {"sent": {"DATA": 3}, "arrived": {...}} */
static void take_chunks(struct reader *reader, const json_t *object, struct report_capture *capture)
{
	static const char *const directions[] = { "sent", "arrived" };
	const json_t *both = reader_member(object, "chunks");

	if (both && !json_is_object(both)) {
		reader_wrong_kind(reader, "chunks", both, "an object");
		return;
	}
	for (int d = 0; both && d < 2; d++) {
		json_t *counts = json_object_get(both, directions[d]);
		const char *type;
		json_t *count;

		json_object_foreach(counts, type, count) {
			struct report_chunks *chunks = find_chunks(reader, capture, type);

			if (!chunks)
				return;
			const int64_t number = reader_integer(reader, counts, type, 0);
			*(d == 0 ? &chunks->sent : &chunks->arrived) = number >= 0 && number <= UINT32_MAX ? number : 0;
		}
	}
}

void reader_capture(struct reader *reader, const json_t *object)
{
	struct report_case *test = reader_case(reader, object);
	struct report_capture *capture;

	if (!test || !(capture = reader_grow(reader, &test->captures, &test->n_captures, sizeof(*test->captures))))
		return;
	capture->endpoint = reader_endpoint(reader, object);
	capture->path = reader_path(reader, object);
	capture->file = reader_line(reader, object, "file");
	capture->packets = reader_integer(reader, object, "packets", 0);
	capture->bytes = reader_integer(reader, object, "bytes", 0);
	take_chunks(reader, object, capture);
}
