/* SPDX-License-Identifier: Apache-2.0 */
/*
 * members.h - the state of reading a log, and the members of a line by type.
 *
 * A member that is missing or null says nothing: its function gives an empty value. One of the
 * wrong type is an error, which sticks in the reader with the line's number.
 */
#ifndef SCTPSPEC_REPORTS_MEMBERS_H
#define SCTPSPEC_REPORTS_MEMBERS_H

#include "reports/log.h"
#include "reports/text.h"

struct reader {
	struct report_run *run;
	const char *name; /* of the file, for sentences */
	size_t line;
	const char *type; /* of the line, harmless */
	bool started;     /* the `run` line was there */
	bool ended;       /* the `run_end` line was there */
	size_t latest;    /* case that the last line belonged to */
	int status;
	char *error;
};

/* Only the first error is kept: "NAME:LINE: ..." */
void reader_complain(struct reader *reader, int status, const char *format, ...) __attribute__((format(printf, 3, 4)));
void reader_wrong_kind(struct reader *reader, const char *name, const json_t *value, const char *wanted);

/* Memory of the run. NULL: out of memory, which is the error then. */
void *reader_take(struct reader *reader, size_t size);
void *reader_grow(struct reader *reader, void *array, size_t *n, size_t size);
const char *reader_keep(struct reader *reader, const char *bytes, size_t length, enum text_kind kind);
const char *reader_keep_string(struct reader *reader, const json_t *value, enum text_kind kind);

const char *reader_json_kind(const json_t *value); /* "an object" */
/* The member, or NULL when it is missing or null. */
const json_t *reader_member(const json_t *object, const char *name);

const char *reader_line(struct reader *reader, const json_t *object, const char *name);
/* Text of lines: a string, or an array of strings, one for each line. */
const char *reader_block(struct reader *reader, const json_t *object, const char *name);
int64_t reader_integer(struct reader *reader, const json_t *object, const char *name, int64_t missing);
/* A time of the case: an integer or a real number, of at most three years. */
int64_t reader_nanoseconds(struct reader *reader, const json_t *object, const char *name);
int64_t reader_time(struct reader *reader, const char *name, const json_t *value);
int64_t reader_milliseconds(struct reader *reader, const json_t *object, const char *name);
bool reader_bool(struct reader *reader, const json_t *object, const char *name);
struct report_texts reader_texts(struct reader *reader, const json_t *object, const char *name);
/* An object as names with values; what is not text is shown as JSON. */
struct report_pair *reader_pairs(struct reader *reader, const json_t *object, const char *name, size_t *n);
/* A word out of a list, by index; `n` when the member is missing. */
size_t reader_choice(struct reader *reader, const json_t *object, const char *name, const char *const *names, size_t n);
enum report_endpoint reader_endpoint(struct reader *reader, const json_t *object);
int reader_path(struct reader *reader, const json_t *object);

/* log_lines.c: the case that a line is about; NULL: none, which is complained about. */
struct report_case *reader_case(struct reader *reader, const json_t *object);
/* log_findings.c: a line of type `finding`; what rules a case was put to the test by. */
void reader_finding(struct reader *reader, const json_t *object);
void reader_applied(struct reader *reader, const json_t *object, struct report_case *test);
/* log_captures.c: a line of type `capture`. */
void reader_capture(struct reader *reader, const json_t *object);
/* One line, as an object, into the model. */
void reader_object(struct reader *reader, const json_t *object);

#endif
