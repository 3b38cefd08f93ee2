/* SPDX-License-Identifier: Apache-2.0 */
/* members.c - the members of a log line, by type: see members.h. */
#include "reports/members.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/pool.h"
#include "sentence.h"

#define NS_PER_MS 1e6
#define NS_LARGEST 9e18

/* Some three years: no case lasts that long, and sums of two such times stay far from the type's
 * end. */
#define CASE_NS_MAX INT64_C(100000000000000000)

void reader_complain(struct reader *reader, int status, const char *format, ...)
{
	va_list arguments;
	char *what = NULL;

	if (reader->status < 0)
		return;
	va_start(arguments, format);
	if (vasprintf(&what, format, arguments) < 0)
		what = NULL;
	va_end(arguments);
	reader->status =
		sentence(&reader->error, status, "%s:%zu: %s", reader->name, reader->line, what ? what : "no memory");
	free(what);
}

void *reader_take(struct reader *reader, size_t size)
{
	void *taken = pool_take(reader->run->pool, size);

	if (!taken)
		reader_complain(reader, -ENOMEM, "no memory");
	return taken;
}

/* `array` is the address of a pointer to items. */
void *reader_grow(struct reader *reader, void *array, size_t *n, size_t size)
{
	void *item = pool_grow(reader->run->pool, array, n, size);

	if (!item)
		reader_complain(reader, -ENOMEM, "no memory");
	return item;
}

const char *reader_json_kind(const json_t *value)
{
	switch (json_typeof(value)) {
	case JSON_OBJECT:
		return "an object";
	case JSON_ARRAY:
		return "an array";
	case JSON_STRING:
		return "text";
	case JSON_INTEGER:
	case JSON_REAL:
		return "a number";
	case JSON_TRUE:
	case JSON_FALSE:
		return "true or false";
	default:
		return "null";
	}
}

/* The member, or NULL when it is missing or null: both mean that nothing is said. */
const json_t *reader_member(const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);

	return json_is_null(value) ? NULL : value;
}

void reader_wrong_kind(struct reader *reader, const char *name, const json_t *value, const char *wanted)
{
	reader_complain(reader, -EINVAL, "\"%s\" of a line of type \"%s\" is %s, not %s", name, reader->type,
		reader_json_kind(value), wanted);
}

const char *reader_keep(struct reader *reader, const char *bytes, size_t length, enum text_kind kind)
{
	const size_t room = text_clean(NULL, bytes, length, kind) + 1;
	char *text = reader_take(reader, room);

	if (!text)
		return "";
	text_clean(text, bytes, length, kind);
	return text;
}

const char *reader_keep_string(struct reader *reader, const json_t *value, enum text_kind kind)
{
	return reader_keep(reader, json_string_value(value), json_string_length(value), kind);
}

static const char *reader_text(struct reader *reader, const json_t *object, const char *name, enum text_kind kind)
{
	const json_t *value = reader_member(object, name);

	if (!value)
		return "";
	if (!json_is_string(value)) {
		reader_wrong_kind(reader, name, value, "text");
		return "";
	}
	return reader_keep_string(reader, value, kind);
}

const char *reader_line(struct reader *reader, const json_t *object, const char *name)
{
	return reader_text(reader, object, name, TEXT_LINE);
}

/* Text of one or more lines: a string, or an array of strings, one for each line. */
const char *reader_block(struct reader *reader, const json_t *object, const char *name)
{
	const json_t *value = reader_member(object, name);
	char *joined = NULL;
	size_t length = 0, i;
	json_t *item;

	if (!json_is_array(value))
		return reader_text(reader, object, name, TEXT_BLOCK);

	FILE *lines = open_memstream(&joined, &length);
	if (!lines) {
		reader_complain(reader, -ENOMEM, "no memory");
		return "";
	}
	json_array_foreach(value, i, item) {
		if (!json_is_string(item)) {
			reader_wrong_kind(reader, name, item, "text");
			continue;
		}
		if (i > 0)
			fputc('\n', lines);
		fwrite(json_string_value(item), 1, json_string_length(item), lines);
	}
	fclose(lines);

	const char *text = joined ? reader_keep(reader, joined, length, TEXT_BLOCK) : "";
	free(joined);
	return text;
}

static int64_t nearest(double number)
{
	return (int64_t)fmin(fmax(round(number), -NS_LARGEST), NS_LARGEST);
}

int64_t reader_integer(struct reader *reader, const json_t *object, const char *name, int64_t missing)
{
	const json_t *value = reader_member(object, name);

	if (!value)
		return missing;
	if (json_is_integer(value))
		return json_integer_value(value);
	if (json_is_real(value))
		return nearest(json_real_value(value));
	reader_wrong_kind(reader, name, value, "a number");
	return missing;
}

int64_t reader_time(struct reader *reader, const char *name, const json_t *value)
{
	int64_t ns = 0;

	if (json_is_integer(value))
		ns = json_integer_value(value);
	else if (json_is_real(value))
		ns = nearest(json_real_value(value));
	else
		reader_wrong_kind(reader, name, value, "a number");
	if (ns >= -CASE_NS_MAX && ns <= CASE_NS_MAX)
		return ns;
	reader_complain(reader, -EINVAL, "\"%s\" of %" PRId64 " ns is more than any case lasts", name, ns);
	return 0;
}

int64_t reader_nanoseconds(struct reader *reader, const json_t *object, const char *name)
{
	const json_t *value = reader_member(object, name);

	return value ? reader_time(reader, name, value) : 0;
}

int64_t reader_milliseconds(struct reader *reader, const json_t *object, const char *name)
{
	const json_t *value = reader_member(object, name);

	if (value && !json_is_number(value))
		reader_wrong_kind(reader, name, value, "a number");
	return nearest(json_number_value(value) * NS_PER_MS);
}

bool reader_bool(struct reader *reader, const json_t *object, const char *name)
{
	const json_t *value = reader_member(object, name);

	if (value && !json_is_boolean(value))
		reader_wrong_kind(reader, name, value, "true or false");
	return json_is_true(value);
}

struct report_texts reader_texts(struct reader *reader, const json_t *object, const char *name)
{
	const json_t *value = reader_member(object, name);
	struct report_texts texts = { 0 };
	size_t i;
	json_t *item;

	if (value && !json_is_array(value))
		reader_wrong_kind(reader, name, value, "an array");
	json_array_foreach(value, i, item) {
		if (!json_is_string(item)) {
			reader_wrong_kind(reader, name, item, "text");
			break;
		}
		const char **place = reader_grow(reader, &texts.items, &texts.n, sizeof(*texts.items));
		if (!place)
			break;
		*place = reader_keep_string(reader, item, TEXT_LINE);
	}
	return texts;
}

/* An object as names with values; what is not text is shown as JSON. */
struct report_pair *reader_pairs(struct reader *reader, const json_t *object, const char *name, size_t *n)
{
	json_t *value = json_object_get(object, name);
	struct report_pair *pairs = NULL;
	const char *key;
	json_t *item;

	if (value && !json_is_null(value) && !json_is_object(value))
		reader_wrong_kind(reader, name, value, "an object");
	json_object_foreach(value, key, item) {
		struct report_pair *pair = reader_grow(reader, &pairs, n, sizeof(*pairs));
		if (!pair)
			break;
		pair->name = reader_keep(reader, key, strlen(key), TEXT_LINE);
		if (json_is_string(item)) {
			pair->value = reader_keep_string(reader, item, TEXT_LINE);
			continue;
		}
		char *dumped = json_dumps(item, JSON_COMPACT | JSON_ENCODE_ANY | JSON_SORT_KEYS);
		pair->value = dumped ? reader_keep(reader, dumped, strlen(dumped), TEXT_LINE) : "";
		free(dumped);
	}
	return pairs;
}

/* A name out of a list; `n` when the member is missing. */
size_t reader_choice(struct reader *reader, const json_t *object, const char *name, const char *const *names, size_t n)
{
	const char *text = reader_line(reader, object, name);

	for (size_t i = 0; i < n; i++)
		if (strcmp(text, names[i]) == 0)
			return i;
	if (*text)
		reader_complain(reader, -EINVAL, "unknown %s \"%s\"", name, text);
	return n;
}

enum report_endpoint reader_endpoint(struct reader *reader, const json_t *object)
{
	static const char *const names[] = { "a", "b", "c" };

	switch (reader_choice(reader, object, "endpoint", names, 3)) {
	case 0:
		return REPORT_A;
	case 1:
		return REPORT_B;
	case 2:
		return REPORT_C;
	default:
		return REPORT_NO_ENDPOINT;
	}
}

int reader_path(struct reader *reader, const json_t *object)
{
	const int64_t path = reader_integer(reader, object, "path", -1);

	if (path < -1 || path > 99)
		reader_complain(reader, -EINVAL, "path %" PRId64 " is not a path's index", path);
	return (int)path;
}
