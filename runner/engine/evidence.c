/* SPDX-License-Identifier: Apache-2.0 */
/* evidence.c - see evidence.h. */
#include "runner/engine/evidence.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* Lines of the story that an explanation quotes; with the other lines it stays within 15. */
#define STORY_QUOTED 9
#define STORY_AFTER 2

struct evidence *evidence_new(void)
{
	struct evidence *evidence =
		mmap(NULL, sizeof(*evidence), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return evidence == MAP_FAILED ? NULL : evidence;
}

void evidence_free(struct evidence *evidence)
{
	if (evidence != NULL)
		munmap(evidence, sizeof(*evidence));
}

void evidence_log_text(struct box *box, const char *case_id, const char *type, const char *members)
{
	char head[160];
	const int length = snprintf(head, sizeof(head), "{\"type\":\"%s\",\"case\":\"%s\",", type, case_id);

	if (length > 0 && (size_t)length < sizeof(head))
		box_append2(box, BOX_LOG, head, (size_t)length, members, strlen(members));
}

void evidence_log(struct box *box, const char *case_id, const char *type, json_t *members)
{
	char *text = members != NULL ? json_dumps(members, JSON_COMPACT | JSON_PRESERVE_ORDER) : NULL;

	json_decref(members);
	if (text != NULL)
		evidence_log_text(box, case_id, type, text + 1);
	free(text);
}

void evidence_tell(struct evidence *evidence, vtime t, const char *format, ...)
{
	struct story_line *line = &evidence->story[evidence->story_count++ % STORY_LINES_MAX];
	va_list arguments;

	line->t = t;
	va_start(arguments, format);
	vsnprintf(line->text, sizeof(line->text), format, arguments);
	va_end(arguments);
	for (char *end = line->text; (end = strchr(end, '\n')) != NULL;)
		*end = ' ';
}

/* The first line to quote: the end of the story, or the lines around the instant that it is about. */
static size_t first_quoted(const struct evidence *evidence)
{
	const size_t count = evidence->story_count;
	const size_t oldest = count > STORY_LINES_MAX ? count - STORY_LINES_MAX : 0;
	size_t end = count;

	while (evidence->focus > 0 && end > oldest && evidence->story[(end - 1) % STORY_LINES_MAX].t > evidence->focus)
		end--;
	end = end + STORY_AFTER < count ? end + STORY_AFTER : count;
	return end > oldest + STORY_QUOTED ? end - STORY_QUOTED : oldest;
}

static void quote_story(const struct evidence *evidence, FILE *out)
{
	const size_t first = first_quoted(evidence);

	for (size_t i = first; i < evidence->story_count && i < first + STORY_QUOTED; i++) {
		const struct story_line *line = &evidence->story[i % STORY_LINES_MAX];

		fprintf(out, "%s %12.6f s  %s\n", i == first ? "timeline " : "         ", (double)line->t / 1e9,
			line->text);
	}
}

static void explain(const struct evidence *evidence, const struct test_case *test_case, const char *expected,
	const char *got, FILE *out)
{
	fprintf(out, "covers   ");
	for (size_t i = 0; test_case->requirements[i] != NULL; i++)
		fprintf(out, " %s", test_case->requirements[i]);
	fprintf(out, "\nsource    %s:%d\n", test_case->file, test_case->line);
	if (expected != NULL)
		fprintf(out, "expected  %s\n", expected);
	if (got != NULL)
		fprintf(out, "got       %s\n", got);
	quote_story(evidence, out);
}

void evidence_decide(struct evidence *evidence, const struct test_case *test_case, enum verdict verdict,
	const char *reason, const char *expected, const char *got)
{
	FILE *out;

	if (evidence->verdict != VERDICT_NONE)
		return;
	snprintf(evidence->reason, sizeof(evidence->reason), "%s", reason);
	out = verdict_is_expected(verdict) ? NULL : fmemopen(evidence->explanation, sizeof(evidence->explanation), "w");
	if (out != NULL) {
		explain(evidence, test_case, expected, got, out);
		fclose(out);
	}
	evidence->verdict = verdict;
}
