/* SPDX-License-Identifier: Apache-2.0 */
/* script.c - reads a script and refuses one that could not be played. */
#include "script.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "director.h"
#include "player.h"
#include "term.h"

/* What has been given a name so far. */
struct known {
	char *name;
	enum name_kind kind;
	enum side side;
};

struct reading {
	const char *path;
	struct script *script;
	struct known *known;
	size_t n_known;
	int line;
	char **error;
};

static int trouble(const struct reading *r, const char *what, const char *about)
{
	if (asprintf(r->error, "%s:%d: %s%s%s", r->path, r->line, what, about ? ": " : "", about ? about : "") < 0)
		*r->error = NULL;
	return -EINVAL;
}

static int no_memory(const struct reading *r)
{
	if (!(*r->error = strdup("out of memory")))
		return -ENOMEM;
	return -ENOMEM;
}

static const struct known *find(const struct reading *r, const char *name)
{
	for (size_t i = r->n_known; i-- > 0;) {
		if (strcmp(r->known[i].name, name) == 0)
			return &r->known[i];
	}
	return NULL;
}

static int remember(struct reading *r, const char *name, enum name_kind kind, enum side side)
{
	struct known *more = realloc(r->known, (r->n_known + 1) * sizeof(*more));

	if (!more)
		return no_memory(r);
	r->known = more;
	more[r->n_known] = (struct known){ .name = strdup(name), .kind = kind, .side = side };
	return more[r->n_known++].name ? 0 : no_memory(r);
}

static bool is(const struct term *call, const char *function)
{
	return strcmp(call->text, function) == 0;
}

/* Who makes the call: whoever has what it is about. */
static int find_side(const struct reading *r, const struct term *call, enum side *out)
{
	const struct term *first = term_at(call, 0);
	const struct known *known;

	if (director_knows(call->text)) {
		*out = DIRECTOR;
		return 0;
	}
	if (!player_knows(call->text))
		return trouble(r, "there is no such function", call->text);
	if (is(call, "start"))
		return first && first->kind == TERM_CALL ? find_side(r, first, out) : trouble(r, "start what?", NULL);
	*out = term_is_word(first, "server") ? SERVER : CLIENT;
	if (is(call, "error_string"))
		return 0;
	if (is(call, "open") || is(call, "process"))
		return term_is_word(first, "server") || term_is_word(first, "client")
			? 0
			: trouble(r, "for whom? open(client, ...) or open(server, ...)", NULL);
	known = first && first->kind == TERM_WORD ? find(r, first->text) : NULL;
	if (!known || known->kind == NAME_ASSOC)
		return trouble(r, "the first argument is the name of a socket", first ? first->text : call->text);
	*out = known->side;
	return 0;
}

static int add_step(struct reading *r, const char *line, const struct statement *s)
{
	struct script *script = r->script;
	struct step *more = realloc(script->steps, (script->n_steps + 1) * sizeof(*more));
	struct step *step;
	int status;

	if (!more)
		return no_memory(r);
	script->steps = more;
	step = &more[script->n_steps++];
	*step = (struct step){ .line = r->line, .text = strdup(line) };
	if (!step->text || (s->name && !(step->bind = strdup(s->name))))
		return no_memory(r);
	status = find_side(r, s->call, &step->side);
	if (status < 0)
		return status;
	if (is(s->call, "open") || is(s->call, "peeloff"))
		step->bind_kind = NAME_SOCKET;
	else if (is(s->call, "start") || is(s->call, "process"))
		step->bind_kind = NAME_CALL;
	else
		step->bind_kind = NAME_ASSOC;
	if (step->bind_kind != NAME_ASSOC && !s->name)
		return trouble(r, "give the result a name", line);
	script->two_sided |= step->side == SERVER;
	return s->name ? remember(r, s->name, step->bind_kind, step->side) : 0;
}

static int read_step(struct reading *r, const char *line)
{
	struct statement statement;
	const char *why = statement_parse(line, &statement);
	int status = why ? trouble(r, why, line) : add_step(r, line, &statement);

	statement_free(&statement);
	return status;
}

/* "  erlang: badarg" under a step */
static int read_difference(struct reading *r, const char *line)
{
	struct script *script = r->script;
	struct step *step = script->n_steps > 0 ? &script->steps[script->n_steps - 1] : NULL;
	const char *colon = strchr(line, ':');
	char **where;

	line += strspn(line, " \t");
	where = !step || !colon                     ? NULL
		: strncmp(line, "erlang:", 7) == 0  ? &step->erlang
		: strncmp(line, "c:", 2) == 0       ? &step->c
		: strncmp(line, "because:", 8) == 0 ? &step->because
						    : NULL;
	if (!where)
		return trouble(r, "what is indented under a call is erlang: ..., c: ... or because: ...", line);
	if (*where)
		return trouble(r, "this is there twice", line);
	colon++;
	*where = strdup(colon + strspn(colon, " \t"));
	return *where ? 0 : no_memory(r);
}

/* (C) the code is followed against the document, (D) a deviation on purpose, (V) versions of Erlang
 * differ; with the number of the behaviour. */
static bool is_reason(const char *text)
{
	return text[0] == '(' && text[1] && strchr("CDV", text[1]) && text[2] == ')' &&
		(strstr(text, "B-") || strstr(text, "O-"));
}

/* Both answers and the reason, or none. */
static int check_differences(struct reading *r)
{
	for (size_t i = 0; i < r->script->n_steps; i++) {
		const struct step *step = &r->script->steps[i];
		const bool all = step->erlang && step->c && step->because;

		r->line = step->line;
		if (!all && (step->erlang || step->c || step->because))
			return trouble(r, "a difference is three lines: erlang: ..., c: ..., because: ...", step->text);
		if (all && !is_reason(step->because))
			return trouble(r, "a reason begins with (C), (D) or (V) and has a number, B-... or O-...",
				step->because);
		if (all && strcmp(step->erlang, step->c) == 0)
			return trouble(r, "this is no difference", step->text);
	}
	return r->script->n_steps > 0 ? 0 : trouble(r, "there is no call in it", NULL);
}

static int read_lines(struct reading *r, FILE *file)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t n;
	int status = 0;

	while (status == 0 && (n = getline(&line, &room, file)) >= 0) {
		r->line++;
		while (n > 0 && strchr("\n \t", line[n - 1]))
			line[--n] = '\0';
		if (n == 0 || *line == '#')
			continue;
		status = *line == ' ' || *line == '\t' ? read_difference(r, line) : read_step(r, line);
	}
	free(line);
	return status == 0 ? check_differences(r) : status;
}

/* "recv-timeout" for "scripts/recv-timeout.script" */
static char *short_name(const char *path)
{
	const char *base = strrchr(path, '/');

	base = base ? base + 1 : path;
	return strndup(base, strcspn(base, "."));
}

static int read_file(const char *path, FILE *file, struct script *out, char **error)
{
	struct reading r = { .path = path, .script = out, .error = error };
	int status;

	*out = (struct script){ .name = short_name(path) };
	if (!file) {
		status = -errno;
		if (asprintf(error, "cannot read %s: %s", path, strerror(-status)) < 0)
			*error = NULL;
	} else {
		status = read_lines(&r, file);
		fclose(file);
	}
	for (size_t i = 0; i < r.n_known; i++)
		free(r.known[i].name);
	free(r.known);
	if (status < 0)
		script_free(out);
	return status;
}

int script_load(const char *path, struct script *out, char **error)
{
	return read_file(path, fopen(path, "re"), out, error);
}

int script_read(const char *path, const char *text, struct script *out, char **error)
{
	FILE *file = fmemopen((char *)(uintptr_t)text, strlen(text), "r");

	return read_file(path, file, out, error);
}

void script_free(struct script *script)
{
	for (size_t i = 0; i < script->n_steps; i++) {
		struct step *step = &script->steps[i];

		free(step->text);
		free(step->bind);
		free(step->erlang);
		free(step->c);
		free(step->because);
	}
	free(script->steps);
	free(script->name);
	*script = (struct script){ 0 };
}
