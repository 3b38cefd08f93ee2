/* SPDX-License-Identifier: Apache-2.0 */
/* order.c - see order.h. */
#include "runner/protocol/order.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sentence.h"

enum { SIDES_MAX = 0xffff, MODE_MAX = 07777 };

static const char *const names[ORDER_KINDS] = {
	[ORDER_CASE] = "case",
	[ORDER_STAGE] = "stage",
	[ORDER_LOAD] = "load",
	[ORDER_EXEC] = "exec",
	[ORDER_SHELL] = "shell",
};

const char *order_kind_name(enum order_kind kind)
{
	return names[kind];
}

bool order_has_seed(enum order_kind kind)
{
	return kind == ORDER_CASE || kind == ORDER_EXEC || kind == ORDER_SHELL;
}

/* ---- Which members there are ---- */

enum {
	CASE = 1 << ORDER_CASE,
	STAGE = 1 << ORDER_STAGE,
	LOAD = 1 << ORDER_LOAD,
	EXEC = 1 << ORDER_EXEC,
	SHELL = 1 << ORDER_SHELL,
	ALL = CASE | STAGE | LOAD | EXEC | SHELL,
};

static const struct member {
	const char *name;
	json_type type;             /* JSON_TRUE: true or false */
	unsigned always, sometimes; /* kinds of orders that have it */
} members[] = {
	{ "do", JSON_STRING, ALL, 0 },
	{ "case", JSON_STRING, CASE, SHELL },
	{ "topology", JSON_STRING, STAGE, SHELL },
	{ "seed", JSON_INTEGER, CASE | EXEC | SHELL, 0 },
	{ "clock", JSON_STRING, CASE | STAGE, 0 },
	{ "tamper", JSON_STRING, 0, CASE },
	{ "modules", JSON_ARRAY, LOAD, 0 },
	{ "terminal", JSON_TRUE, SHELL, 0 },
	{ "rows", JSON_INTEGER, SHELL, 0 },
	{ "columns", JSON_INTEGER, SHELL, 0 },
	{ "term", JSON_STRING, SHELL, 0 },
	{ "prompt", JSON_STRING, SHELL, 0 },
	{ "argv", JSON_ARRAY, EXEC | SHELL, 0 },
	{ "env", JSON_OBJECT, SHELL, EXEC },
	{ "files", JSON_ARRAY, 0, ALL },
};

enum { MEMBERS = sizeof(members) / sizeof(members[0]) };

/* ---- Writing ---- */

static json_t *words(const char *const *list)
{
	json_t *array = json_array();
	for (; array && *list; list++) {
		if (json_array_append_new(array, json_string(*list)) == 0)
			continue;
		json_decref(array);
		return NULL;
	}
	return array;
}

static json_t *variables(const struct order_variable *list)
{
	json_t *object = json_object();
	for (; object && list && list->name; list++) {
		if (json_object_set_new(object, list->name, json_string(list->value)) == 0)
			continue;
		json_decref(object);
		return NULL;
	}
	return object;
}

/* The sequence of the members must stay the same: a stage's key in the cache depends on the order's text. */
static json_t *pack(const struct order *order)
{
	const char *what = names[order->kind];
	const struct order_shell *shell = &order->shell;
	json_int_t seed = (json_int_t)order->seed;
	json_t *exec;
	switch (order->kind) {
	case ORDER_CASE:
		return json_pack("{s:s, s:s, s:I, s:s, s:s*}", "do", what, "case", order->test_case.id, "seed", seed,
			"clock", guest_clock_name(order->test_case.clock), "tamper", order->test_case.tamper);
	case ORDER_STAGE:
		return json_pack("{s:s, s:s, s:s}", "do", what, "topology", order->stage.topology, "clock",
			guest_clock_name(order->stage.clock));
	case ORDER_LOAD:
		return json_pack("{s:s, s:o}", "do", what, "modules", words(order->load.modules));
	case ORDER_EXEC:
		exec = json_pack("{s:s, s:I, s:o}", "do", what, "seed", seed, "argv", words(order->exec.argv));
		if (exec && order->exec.env)
			json_object_set_new(exec, "env", variables(order->exec.env));
		return exec;
	case ORDER_SHELL:
		return json_pack("{s:s, s:s, s:I, s:b, s:i, s:i, s:s, s:s, s:o, s:o}", "do", what,
			shell->case_id ? "case" : "topology", shell->case_id ? shell->case_id : shell->topology, "seed",
			seed, "terminal", (int)shell->terminal, "rows", (int)shell->rows, "columns",
			(int)shell->columns, "term", shell->term, "prompt", shell->prompt, "argv",
			words(shell->program.argv), "env", variables(shell->program.env));
	case ORDER_KINDS:
		break;
	}
	return NULL;
}

char *order_write(const struct order *order, char **error)
{
	json_t *object = pack(order);
	char *text = object ? json_dumps(object, JSON_COMPACT) : NULL;
	if (!text)
		sentence(error, -EINVAL, "cannot write an order to do \"%s\": a word is not UTF-8, or memory is short",
			names[order->kind]);
	json_decref(object);
	return text;
}

/* ---- Reading ---- */

static int read_kind(const json_t *object, enum order_kind *out, char **error)
{
	const char *what = json_string_value(json_object_get(object, "do"));
	for (enum order_kind kind = 0; what && kind < ORDER_KINDS; kind++) {
		if (strcmp(names[kind], what) == 0) {
			*out = kind;
			return 0;
		}
	}
	return what ? sentence(error, -EINVAL, "the order is to do \"%s\", which is nothing that is known", what)
		    : sentence(error, -EINVAL, "the order does not say what is to be done");
}

static const struct member *find_member(const char *name, unsigned kind)
{
	for (size_t i = 0; i < MEMBERS; i++)
		if (strcmp(members[i].name, name) == 0 && ((members[i].always | members[i].sometimes) & kind))
			return &members[i];
	return NULL;
}

/* Checks that the order has all required members, each of its type, and no others. */
static int check_members(json_t *object, enum order_kind kind, char **error)
{
	unsigned bit = 1U << kind;
	const char *name;
	json_t *value;
	json_object_foreach(object, name, value) {
		const struct member *member = find_member(name, bit);
		if (!member)
			return sentence(
				error, -EINVAL, "the order to do \"%s\" has an unknown member: %s", names[kind], name);
		json_type type = json_is_boolean(value) ? JSON_TRUE : json_typeof(value);
		if (type != member->type)
			return sentence(
				error, -EINVAL, "%s is of the wrong type in the order to do \"%s\"", name, names[kind]);
	}
	for (size_t i = 0; i < MEMBERS; i++)
		if ((members[i].always & bit) && !json_object_get(object, members[i].name))
			return sentence(error, -EINVAL, "the order to do \"%s\" lacks a member: %s", names[kind],
				members[i].name);
	return 0;
}

/* Reads the members of an order. The first failure is kept, with its sentence. */
struct reader {
	const json_t *object;
	const char *what;
	int status;
	char **error;
};

static const char *read_text(const struct reader *reader, const char *name)
{
	return json_string_value(json_object_get(reader->object, name));
}

static void refuse(struct reader *reader, const char *name)
{
	if (reader->status == 0)
		reader->status = sentence(
			reader->error, -EINVAL, "%s has a wrong value in the order to do \"%s\"", name, reader->what);
}

static void *allocate(struct reader *reader, size_t n, size_t size)
{
	void *made = calloc(n + 1, size);
	if (!made && reader->status == 0)
		reader->status = sentence(reader->error, -ENOMEM, "no memory for an order");
	return made;
}

static json_int_t read_number(struct reader *reader, const json_t *object, const char *name, json_int_t most)
{
	const json_t *value = json_object_get(object, name);
	json_int_t number = json_integer_value(value);
	if (!json_is_integer(value) || number < 0 || number > most)
		refuse(reader, name);
	return number;
}

static enum guest_clock read_clock(struct reader *reader)
{
	enum guest_clock clock;
	if (!guest_clock_parse(read_text(reader, "clock"), &clock))
		refuse(reader, "clock");
	return clock;
}

static const char *const *read_words(struct reader *reader, const char *name)
{
	const json_t *array = json_object_get(reader->object, name);
	size_t n = json_array_size(array);
	const char **list = allocate(reader, n, sizeof(*list));
	for (size_t i = 0; list && i < n; i++) {
		list[i] = json_string_value(json_array_get(array, i));
		if (!list[i])
			refuse(reader, name);
	}
	return list;
}

static const struct order_variable *read_variables(struct reader *reader)
{
	json_t *object = json_object_get(reader->object, "env");
	struct order_variable *list = object ? allocate(reader, json_object_size(object), sizeof(*list)) : NULL;
	const char *name;
	json_t *value;
	size_t n = 0;
	if (!list)
		return NULL;
	json_object_foreach(object, name, value) {
		list[n++] = (struct order_variable){ name, json_string_value(value) };
		if (!json_is_string(value))
			refuse(reader, "env");
	}
	return list;
}

static struct order_program read_program(struct reader *reader)
{
	struct order_program program = { .argv = read_words(reader, "argv"), .env = read_variables(reader) };
	if (program.argv && !program.argv[0])
		refuse(reader, "argv");
	return program;
}

static struct order_shell read_shell(struct reader *reader)
{
	struct order_shell shell = {
		.case_id = read_text(reader, "case"),
		.topology = read_text(reader, "topology"),
		.terminal = json_is_true(json_object_get(reader->object, "terminal")),
		.rows = (unsigned)read_number(reader, reader->object, "rows", SIDES_MAX),
		.columns = (unsigned)read_number(reader, reader->object, "columns", SIDES_MAX),
		.term = read_text(reader, "term"),
		.prompt = read_text(reader, "prompt"),
		.program = read_program(reader),
	};
	if (!shell.case_id == !shell.topology)
		refuse(reader, "case or topology");
	return shell;
}

static void read_files(struct reader *reader, struct order *out)
{
	const json_t *array = json_object_get(reader->object, "files");
	size_t n = json_array_size(array);
	out->files = n ? allocate(reader, n, sizeof(*out->files)) : NULL;
	for (; out->files && out->n_files < n; out->n_files++) {
		const json_t *file = json_array_get(array, out->n_files);
		out->files[out->n_files] = (struct order_file){
			.name = json_string_value(json_object_get(file, "name")),
			.offset = (size_t)read_number(reader, file, "offset", INT64_MAX),
			.length = (size_t)read_number(reader, file, "length", INT64_MAX),
			.mode = (unsigned)read_number(reader, file, "mode", MODE_MAX),
		};
		if (!out->files[out->n_files].name || json_object_size(file) != 4)
			refuse(reader, "files");
	}
}

static void read_members(struct reader *reader, struct order *out)
{
	if (order_has_seed(out->kind))
		out->seed = (uint64_t)read_number(reader, reader->object, "seed", INT64_MAX);
	read_files(reader, out);
	switch (out->kind) {
	case ORDER_CASE:
		out->test_case = (struct order_case){ read_text(reader, "case"), read_clock(reader),
			read_text(reader, "tamper") };
		break;
	case ORDER_STAGE:
		out->stage = (struct order_stage){ read_text(reader, "topology"), read_clock(reader) };
		break;
	case ORDER_LOAD:
		out->load.modules = read_words(reader, "modules");
		break;
	case ORDER_EXEC:
		out->exec = read_program(reader);
		break;
	case ORDER_SHELL:
		out->shell = read_shell(reader);
		break;
	case ORDER_KINDS:
		break;
	}
}

int order_read(const char *text, size_t length, struct order *out, char **error)
{
	json_error_t wrong;
	struct order order;
	memset(&order, 0, sizeof(order)); /* every member of the union */
	order.text = json_loadb(text, length, JSON_REJECT_DUPLICATES, &wrong);
	if (!json_is_object(order.text)) {
		json_decref(order.text);
		return sentence(
			error, -EINVAL, "the order is no JSON object: %s", order.text ? "another value" : wrong.text);
	}
	int status = read_kind(order.text, &order.kind, error);
	if (status == 0)
		status = check_members(order.text, order.kind, error);
	if (status == 0) {
		struct reader reader = { .object = order.text, .what = names[order.kind], .error = error };
		read_members(&reader, &order);
		status = reader.status;
	}
	if (status != 0)
		order_free(&order);
	else
		*out = order;
	return status;
}

static void free_program(const struct order_program *program)
{
	free((void *)program->argv);
	free((void *)program->env);
}

void order_free(struct order *order)
{
	if (order->kind == ORDER_LOAD)
		free((void *)order->load.modules);
	else if (order->kind == ORDER_EXEC)
		free_program(&order->exec);
	else if (order->kind == ORDER_SHELL)
		free_program(&order->shell.program);
	free(order->files);
	json_decref(order->text);
	*order = (struct order){ 0 };
}
