/* SPDX-License-Identifier: Apache-2.0 */
/* guest_line.c - the lines that a guest may write, as a table. */
#include "runner/verdict/guest_line.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "runner/engine/question.h"

#define YEARS_NS (3 * 366 * 86400 * INT64_C(1000000000))

enum kind {
	TIME,     /* ns since the start of the case; a fault of the case's set-up lies before it */
	COUNT,    /* from 0 to 2^48 */
	PATH,     /* an index, or -1 */
	NUMBER,   /* any integer */
	FLAG,     /* true or false */
	TEXT,     /* a string */
	WORD,     /* one of `words` */
	INTERVAL, /* [from, to] */
	SYSCTLS,  /* an object: a, b -> an object: name -> text */
	FIELDS,   /* an object: text -> integer, text or flag */
	LIST,     /* an array, of what question_read() looks at */
	HOST,     /* a member that the host has checked already */
};

struct member {
	const char *name;
	enum kind kind;
	bool optional; /* may be missing or null */
	const char *const *words;
};

static const char *const endpoints[] = { "a", "b", "c", NULL };
static const char *const actions[] = { "inject", "mend", NULL };
static const char *const places[] = { "middle", "a", "b", NULL };
static const char *const directions[] = { "both", "a-to-b", "b-to-a", NULL };
static const char *const calls[] = { "open", "listen", "connect", "connectx", "send", "eof", "abort", "close",
	"primary_addr", "setsockopt", "sysctl", "accept", "peeloff", "bind", "bindx_add", "bindx_rem", "shutdown",
	"event", "reading", "init", NULL };
static const char *const subjects[] = { "association", "path", "namespace", NULL };
static const char *const verdicts[] = { "pass", "fail", "skip", "timeout", "error", NULL };
static const char *const events[] = { "assoc_change", "paddr_change", "send_failed", "remote_error", "shutdown_event",
	"pdapi_event", "adaptation_event", "authentication_event", "sender_dry_event", "stream_reset_event",
	"assoc_reset_event", "stream_change_event", "send_failed_event", "message", "error", "packet", NULL };

#define REQUIRED(name_, kind_)                   \
	{                                        \
		.name = (name_), .kind = (kind_) \
	}
#define OPTIONAL(name_, kind_)                                     \
	{                                                          \
		.name = (name_), .kind = (kind_), .optional = true \
	}
#define ONE_OF(name_, words_)                                    \
	{                                                        \
		.name = (name_), .kind = WORD, .words = (words_) \
	}

enum { MEMBERS = 12 };

static const struct type {
	const char *name;
	struct member members[MEMBERS];
} types[] = {
	{ "case_start", { OPTIONAL("sysctls", SYSCTLS) } },
	{ "action", { REQUIRED("t_ns", TIME), REQUIRED("text", TEXT) } },
	{ "observation", { REQUIRED("t_ns", TIME), REQUIRED("text", TEXT) } },
	{ "fault",
		{ REQUIRED("t_ns", TIME), ONE_OF("action", actions), REQUIRED("kind", TEXT), ONE_OF("at", places),
			ONE_OF("direction", directions), REQUIRED("path", PATH), REQUIRED("text", TEXT),
			OPTIONAL("family", COUNT), OPTIONAL("icmp_code", COUNT), REQUIRED("commands", TEXT) } },
	{ "call",
		{ REQUIRED("t_ns", TIME), ONE_OF("endpoint", endpoints), REQUIRED("socket", TEXT),
			ONE_OF("call", calls), REQUIRED("arguments", FIELDS), REQUIRED("result", TEXT) } },
	{ "event",
		{ REQUIRED("t_ns", TIME), ONE_OF("endpoint", endpoints), REQUIRED("socket", TEXT),
			ONE_OF("event", events), REQUIRED("text", TEXT), REQUIRED("fields", FIELDS) } },
	{ "numbers",
		{ REQUIRED("t_ns", TIME), REQUIRED("until_ns", TIME), ONE_OF("endpoint", endpoints),
			REQUIRED("socket", TEXT), ONE_OF("of", subjects), REQUIRED("fields", FIELDS) } },
	{ "check",
		{ REQUIRED("t_ns", TIME), REQUIRED("text", TEXT), REQUIRED("ok", FLAG), OPTIONAL("window", INTERVAL),
			OPTIONAL("got", TEXT), OPTIONAL("at_ns", TIME), OPTIONAL("random_ns", NUMBER),
			OPTIONAL("flow", COUNT), OPTIONAL("messages", INTERVAL), OPTIONAL("delay", INTERVAL),
			OPTIONAL("endpoint", TEXT), OPTIONAL("path", PATH) } },
	{ "question",
		{ REQUIRED("t_ns", TIME), REQUIRED("kind", TEXT), OPTIONAL("endpoint", TEXT), OPTIONAL("path", PATH),
			OPTIONAL("chunk", COUNT), OPTIONAL("cause", COUNT), OPTIONAL("count", COUNT),
			OPTIONAL("window", INTERVAL), OPTIONAL("flow", COUNT), OPTIONAL("exchange", LIST),
			OPTIONAL("source", TEXT) } },
	{ "capture",
		{ ONE_OF("endpoint", endpoints), REQUIRED("path", PATH), OPTIONAL("file", TEXT),
			REQUIRED("began_ns", NUMBER) } },
	{ "console", { REQUIRED("text", TEXT) } },
	{ "verdict",
		{ REQUIRED("t_ns", TIME), ONE_OF("verdict", verdicts), REQUIRED("reason", TEXT),
			REQUIRED("explanation", TEXT) } },
};

static const struct member everywhere[] = { REQUIRED("type", HOST), OPTIONAL("case", HOST) };

static bool is_in(const json_t *value, int64_t from, int64_t to)
{
	return json_is_integer(value) && json_integer_value(value) >= from && json_integer_value(value) <= to;
}

static bool is_one_of(const char *word, const char *const *words)
{
	for (; word && *words; words++)
		if (strcmp(word, *words) == 0)
			return true;
	return false;
}

static bool fits(const json_t *value, const struct member *member);

/* An object whose members are all of one kind. */
static bool is_object_of(const json_t *object, enum kind kind)
{
	const struct member each = { .kind = kind };
	const char *key;
	json_t *value;
	if (!json_is_object(object))
		return false;
	json_object_foreach((json_t *)(uintptr_t)object, key, value) {
		if (!fits(value, &each))
			return false;
	}
	return true;
}

static bool is_of_endpoints(const json_t *object)
{
	const char *key;
	json_t *value;
	json_object_foreach((json_t *)(uintptr_t)object, key, value) {
		if (!is_one_of(key, endpoints) || !is_object_of(value, TEXT))
			return false;
	}
	return json_is_object(object);
}

static bool are_fields(const json_t *object)
{
	const char *key;
	json_t *value;
	json_object_foreach((json_t *)(uintptr_t)object, key, value) {
		if (!json_is_integer(value) && !json_is_string(value) && !json_is_boolean(value))
			return false;
	}
	return json_is_object(object);
}

static bool is_interval(const json_t *value)
{
	return json_array_size(value) == 2 && is_in(json_array_get(value, 0), -YEARS_NS, YEARS_NS) &&
		is_in(json_array_get(value, 1), -YEARS_NS, INT64_MAX);
}

static bool fits(const json_t *value, const struct member *member)
{
	switch (member->kind) {
	case TIME:
		return is_in(value, -YEARS_NS, YEARS_NS);
	case COUNT:
		return is_in(value, 0, INT64_C(1) << 48);
	case PATH:
		return is_in(value, -1, 63);
	case NUMBER:
		return json_is_integer(value);
	case FLAG:
		return json_is_boolean(value);
	case TEXT:
		return json_is_string(value);
	case WORD:
		return is_one_of(json_string_value(value), member->words);
	case INTERVAL:
		return is_interval(value);
	case SYSCTLS:
		return is_of_endpoints(value);
	case FIELDS:
		return are_fields(value);
	case LIST:
		return json_is_array(value);
	case HOST:
		break;
	}
	return true;
}

static const struct member *find(const struct member *members, size_t n, const char *name)
{
	for (size_t i = 0; i < n && members[i].name; i++)
		if (strcmp(members[i].name, name) == 0)
			return &members[i];
	return NULL;
}

static const struct type *type_of(const json_t *line)
{
	const char *name = json_string_value(json_object_get(line, "type"));
	for (size_t i = 0; name && i < sizeof(types) / sizeof(types[0]); i++)
		if (strcmp(types[i].name, name) == 0)
			return &types[i];
	return NULL;
}

/* The first member that is missing, or NULL. */
static const char *missing(const json_t *line, const struct type *type)
{
	for (size_t i = 0; i < MEMBERS && type->members[i].name; i++)
		if (!type->members[i].optional && !json_object_get(line, type->members[i].name))
			return type->members[i].name;
	return NULL;
}

bool guest_line_is_right(const json_t *line, const char *case_id, char *wrong, size_t room)
{
	const struct type *type = type_of(line);
	const char *told = json_string_value(json_object_get(line, "case")), *key;
	json_t *value;
	if (!type) {
		const char *name = json_string_value(json_object_get(line, "type"));
		snprintf(wrong, room, name ? "a guest writes no lines of type '%.40s'" : "it has no type", name);
		return false;
	}
	if (told && strcmp(told, case_id) != 0) {
		snprintf(wrong, room, "%s of another case, '%.80s'", type->name, told);
		return false;
	}
	json_object_foreach((json_t *)(uintptr_t)line, key, value) {
		const struct member *member = find(type->members, MEMBERS, key);
		if (!member)
			member = find(everywhere, sizeof(everywhere) / sizeof(everywhere[0]), key);
		if (!member) {
			snprintf(wrong, room, "%s has no member '%.40s' of the guest's", type->name, key);
			return false;
		}
		if (!(member->optional && json_is_null(value)) && !fits(value, member)) {
			snprintf(wrong, room, "%s with a wrong '%s'", type->name, key);
			return false;
		}
	}
	const char *left_out = missing(line, type);
	if (left_out) {
		snprintf(wrong, room, "%s without '%s'", type->name, left_out);
		return false;
	}
	struct question question;
	if (strcmp(type->name, "question") == 0 && !question_read(line, &question)) {
		snprintf(wrong, room, "a question that no case can ask");
		return false;
	}
	return true;
}
