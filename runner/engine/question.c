/* SPDX-License-Identifier: Apache-2.0 */
/* question.c - see question.h. */
#include "runner/engine/question.h"

#include <string.h>

#include "runner/engine/case.h"

/* ------------------------------------------------------------------ chunks */

uint8_t chunk_type_of(unsigned chunk)
{
	return (uint8_t)chunk;
}

int chunk_cause_of(unsigned chunk)
{
	return (int)(chunk >> 8) - 1;
}

void asked_type_print(uint8_t type, int cause, FILE *out)
{
	fputs(chunk_name(type) ?: "unknown chunk", out);
	if (cause == NO_CAUSE)
		fputs(" without a cause", out);
	else if (cause > 0)
		fprintf(out, " with cause %d (%s)", cause, cause_name((uint16_t)cause) ?: "unknown");
}

static const char *letter(enum endpoint endpoint)
{
	return endpoint == ENDPOINT_A ? "a" : "b";
}

void asked_chunk_print(const struct asked_chunk *sent, FILE *out)
{
	asked_type_print(chunk_type_of(sent->chunk), chunk_cause_of(sent->chunk), out);
	fprintf(out, " from %s", letter(sent->from));
}

/* ------------------------------------------------------------------ sentences */

static void print_exchange(const struct question *question, FILE *out)
{
	for (size_t i = 0; i < question->exchange_length; i++) {
		fputs(i > 0 ? ", then " : "", out);
		asked_chunk_print(&question->exchange[i], out);
	}
	fputs(" and no more of these, at both ends", out);
}

static void print_what(const struct question *question, FILE *out)
{
	switch (question->kind) {
	case ASK_SENT_FLAGS:
		fputs("send_failed says `sent` of exactly those messages that were on the wire", out);
		return;
	case ASK_EXCHANGE:
		print_exchange(question, out);
		return;
	case ASK_NEVER:
		fputs("no ", out);
		break;
	case ASK_ONE_PATH:
		fputs("every ", out);
		break;
	case ASK_AT_LEAST:
	case ASK_AT_MOST:
		fprintf(out, "at %s %u ", question->kind == ASK_AT_LEAST ? "least" : "most", question->count);
		break;
	}
	asked_chunk_print(&question->sent, out);
	if (question->kind == ASK_ONE_PATH)
		fputs(" leaves on one and the same path", out);
	else
		fprintf(out, " leaves on path %u", question->path);
}

void question_print(const struct question *question, bool rehearsed, FILE *out)
{
	const struct window *within = &question->within;
	/* An exchange may be over in less than a millisecond. */
	const int decimals = question->kind == ASK_EXCHANGE && !rehearsed ? 6 : 3;

	print_what(question, out);
	if (question->kind != ASK_SENT_FLAGS && (within->to != VTIME_FOREVER || !rehearsed))
		fprintf(out, " within %.*f .. %.*f s", decimals, (double)within->from / 1e9, decimals,
			(double)within->to / 1e9);
}

/* ------------------------------------------------------------------ lines */

static const char *const kinds[] = {
	[ASK_AT_LEAST] = "at-least",
	[ASK_NEVER] = "never",
	[ASK_AT_MOST] = "at-most",
	[ASK_ONE_PATH] = "one-path",
	[ASK_EXCHANGE] = "exchange",
	[ASK_SENT_FLAGS] = "sent-flags",
};
#define KINDS (sizeof(kinds) / sizeof(*kinds))

/* A cause that is not there: any will do. */
static void put_chunk(json_t *object, const struct asked_chunk *sent)
{
	json_object_set_new(object, "endpoint", json_string(letter(sent->from)));
	json_object_set_new(object, "chunk", json_integer(chunk_type_of(sent->chunk)));
	if (chunk_cause_of(sent->chunk) >= 0)
		json_object_set_new(object, "cause", json_integer(chunk_cause_of(sent->chunk)));
}

static json_t *exchange_of(const struct question *question)
{
	json_t *array = json_array();

	for (size_t i = 0; i < question->exchange_length; i++) {
		json_t *object = json_object();

		put_chunk(object, &question->exchange[i]);
		json_array_append_new(array, object);
	}
	return array;
}

static bool has_path(enum question_kind kind)
{
	return kind == ASK_AT_LEAST || kind == ASK_NEVER || kind == ASK_AT_MOST;
}

json_t *question_members(const struct question *question)
{
	json_t *object = json_pack("{s:s}", "kind", kinds[question->kind]);

	if (question->kind == ASK_SENT_FLAGS) {
		json_object_set_new(object, "endpoint", json_string(letter(question->sent.from)));
		json_object_set_new(object, "flow", json_integer(question->flow));
	} else if (question->kind == ASK_EXCHANGE) {
		json_object_set_new(object, "exchange", exchange_of(question));
	} else {
		put_chunk(object, &question->sent);
	}
	if (has_path(question->kind)) {
		json_object_set_new(object, "path", json_integer(question->path));
		json_object_set_new(object, "count", json_integer(question->count));
	}
	if (question->kind != ASK_SENT_FLAGS)
		json_object_set_new(object, "window",
			json_pack("[I, I]", (json_int_t)question->within.from, (json_int_t)question->within.to));
	if (question->asked_at[0] != '\0')
		json_object_set_new(object, "source", json_string(question->asked_at));
	return object;
}

/* False: it is not there, or not from 0 to `most`. */
static bool take_number(const json_t *object, const char *name, unsigned most, unsigned *out)
{
	const json_t *value = json_object_get(object, name);
	const json_int_t number = json_integer_value(value);

	*out = (unsigned)number;
	return json_is_integer(value) && number >= 0 && number <= most;
}

static bool take_endpoint(const json_t *object, enum endpoint *out)
{
	const char *name = json_string_value(json_object_get(object, "endpoint"));

	*out = name != NULL && *name == 'b' ? ENDPOINT_B : ENDPOINT_A;
	return name != NULL && strcmp(name, letter(*out)) == 0;
}

static bool take_chunk(const json_t *object, struct asked_chunk *out)
{
	unsigned type, cause = 0;
	const bool has_cause = json_object_get(object, "cause") != NULL;

	if (!take_endpoint(object, &out->from) || !take_number(object, "chunk", UINT8_MAX, &type) ||
		(has_cause && !take_number(object, "cause", UINT16_MAX, &cause)))
		return false;
	out->chunk = has_cause ? with_cause(type, (enum cause)cause) : type;
	return true;
}

static bool take_exchange(const json_t *line, struct question *out)
{
	const json_t *array = json_object_get(line, "exchange");

	out->exchange_length = json_array_size(array);
	if (out->exchange_length == 0 || out->exchange_length > EXCHANGE_MAX)
		return false;
	for (size_t i = 0; i < out->exchange_length; i++)
		if (!take_chunk(json_array_get(array, i), &out->exchange[i]))
			return false;
	return true;
}

static bool take_window(const json_t *line, struct window *out)
{
	const json_t *window = json_object_get(line, "window");

	out->from = json_integer_value(json_array_get(window, 0));
	out->to = json_integer_value(json_array_get(window, 1));
	return json_array_size(window) == 2 && out->to > out->from;
}

static bool take_kind(const json_t *line, enum question_kind *out)
{
	const char *name = json_string_value(json_object_get(line, "kind"));

	for (size_t i = 0; name != NULL && i < KINDS; i++)
		if (strcmp(kinds[i], name) == 0) {
			*out = (enum question_kind)i;
			return true;
		}
	return false;
}

bool question_read(const json_t *line, struct question *out)
{
	const char *source = json_string_value(json_object_get(line, "source"));

	*out = (struct question){ 0 };
	if (!take_kind(line, &out->kind))
		return false;
	snprintf(out->asked_at, sizeof(out->asked_at), "%s", source ?: "");
	if (out->kind == ASK_SENT_FLAGS)
		return take_endpoint(line, &out->sent.from) && take_number(line, "flow", UINT16_MAX, &out->flow);
	if (!take_window(line, &out->within))
		return false;
	if (out->kind == ASK_EXCHANGE)
		return take_exchange(line, out);
	if (!take_chunk(line, &out->sent))
		return false;
	return !has_path(out->kind) ||
		(take_number(line, "path", NET_PATHS_MAX - 1, &out->path) &&
			take_number(line, "count", INT32_MAX, &out->count));
}
