/* SPDX-License-Identifier: Apache-2.0 */
/* judge_box.c - see judge_box.h. */
#include "runner/verdict/tests/judge_box.h"

#include <check.h>

#include "runner/verdict/trace.h"
#include "runner/verdict/transcript.h"

json_t *judge_box(const struct box *box, const struct test_case *test_case, int64_t ended_ns, struct answers *out)
{
	struct transcript transcript;
	struct trace trace;
	ck_assert_int_eq(transcript_read(box, test_case->id, &transcript), 0);
	ck_assert_msg(transcript.damage == NULL, "%s", transcript.damage);
	json_t *lines = json_incref(transcript.lines);
	ck_assert_int_eq(trace_make(test_case->topology, lines, transcript.evidence_files, transcript.n_evidence_files,
				 ended_ns, &trace),
		0);
	ck_assert_int_eq(trace_tell_captures(&trace, lines), 0);
	ck_assert_int_eq(questions_answer(test_case, &trace, lines, out), 0);
	trace_free(&trace);
	transcript_free(&transcript);
	return lines;
}
