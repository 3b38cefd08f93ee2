/* SPDX-License-Identifier: Apache-2.0 */
/* director.c - plays a script: call by call, each by whoever's turn it is. */
#include "director.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "names.h"
#include "term.h"

/* A setting of the kernel that a script has changed. */
struct changed {
	char *path, *before;
};

/* One play. */
struct play {
	struct stage *stage;
	const struct cast *cast;
	struct names names;
	struct changed changed[8];
	size_t n_changed;
	bool lost; /* the network loses everything */
};

/* ---- The world around both sides */

static bool run(const char *const *argv)
{
	int status = 0;
	pid_t pid;

	return posix_spawnp(&pid, argv[0], NULL, NULL, (char *const *)(uintptr_t)argv, environ) == 0 &&
		waitpid(pid, &status, 0) == pid && status == 0;
}

bool director_begin(void)
{
	static const char *const own[] = { "ip", "address", "add", "192.0.2.2/32", "dev", "lo", NULL };
	static const char *const void_route[] = { "ip", "route", "add", "198.51.100.0/24", "dev", "lo", NULL };

	return run(own) && run(void_route);
}

static bool write_setting(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool done;

	if (fd < 0)
		return false;
	done = write(fd, value, strlen(value)) == (ssize_t)strlen(value);
	close(fd);
	return done;
}

static char *read_setting(const char *path)
{
	char text[256] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	if (fd >= 0)
		close(fd);
	return n > 0 ? strdup(text) : NULL;
}

/* sysctl("net.sctp.addip_enable", 1), until the end of the play */
static const char *set_sysctl(struct play *play, const struct term *call)
{
	const struct term *name = term_at(call, 0), *value = term_at(call, 1);
	struct changed *changed = &play->changed[play->n_changed];

	if (!name || !value || play->n_changed == 8 || asprintf(&changed->path, "/proc/sys/%s", name->text) < 0)
		return "no call: sysctl(\"NAME\", VALUE)";
	for (char *dot = changed->path + strlen("/proc/sys/"); (dot = strchr(dot, '.'));)
		*dot = '/';
	changed->before = read_setting(changed->path);
	if (!changed->before || !write_setting(changed->path, value->text)) {
		free(changed->path);
		free(changed->before);
		return "error: the kernel does not take it";
	}
	play->n_changed++;
	return "ok";
}

/* network(lost), network(whole) */
static const char *set_network(struct play *play, const struct term *call)
{
	static const char *const lose[] = { "tc", "qdisc", "add", "dev", "lo", "root", "netem", "loss", "100%", NULL };
	static const char *const mend[] = { "tc", "qdisc", "del", "dev", "lo", "root", NULL };
	const bool lost = term_is_word(term_at(call, 0), "lost");

	if (play->lost != lost && !run(lost ? lose : mend))
		return "error: tc cannot do it";
	play->lost = lost;
	return "ok";
}

static void mend_world(struct play *play)
{
	static const char *const mend[] = { "tc", "qdisc", "del", "dev", "lo", "root", NULL };

	if (play->lost)
		run(mend);
	while (play->n_changed > 0) {
		struct changed *changed = &play->changed[--play->n_changed];

		write_setting(changed->path, changed->before);
		free(changed->path);
		free(changed->before);
	}
}

static const struct {
	const char *name;
	const char *(*make)(struct play *play, const struct term *call);
} calls[] = { { "network", set_network }, { "sysctl", set_sysctl } };

#define N_CALLS (sizeof(calls) / sizeof(*calls))

bool director_knows(const char *function)
{
	for (size_t i = 0; i < N_CALLS; i++) {
		if (strcmp(calls[i].name, function) == 0)
			return true;
	}
	return false;
}

static char *make_own(struct play *play, const char *line)
{
	struct statement statement;
	const char *answer = statement_parse(line, &statement);

	for (size_t i = 0; i < N_CALLS && !answer; i++) {
		if (strcmp(calls[i].name, statement.call->text) == 0)
			answer = calls[i].make(play, statement.call);
	}
	statement_free(&statement);
	return strdup(answer ? answer : "no call");
}

/* ---- A play */

static char *make_step(struct play *play, const struct step *step)
{
	char *missing = NULL, *line = names_fill_in(&play->names, step->text, &missing);
	char *answer = NULL, *named;

	if (!line) {
		if (asprintf(&answer, "not made: %s stands for nothing", missing) < 0)
			abort();
		free(missing);
		names_learn(&play->names, step, "");
		return answer;
	}
	answer = step->side == DIRECTOR ? make_own(play, line)
					: stage_ask(play->stage, play->cast->plays[step->side], line);
	free(line);
	names_learn(&play->names, step, answer);
	named = names_put_in(&play->names, answer);
	free(answer);
	return named;
}

bool director_play(struct stage *stage, const struct script *script, const struct cast *cast, struct transcript *out)
{
	struct play play = { .stage = stage, .cast = cast };

	*out = (struct transcript){ .cast = cast, .answers = calloc(script->n_steps, sizeof(*out->answers)) };
	if (!out->answers || !stage_prepare(stage, cast->plays[CLIENT]) ||
		(cast->plays[SERVER] != cast->plays[CLIENT] && !stage_prepare(stage, cast->plays[SERVER])))
		return false;
	while (out->n < script->n_steps) {
		out->answers[out->n] = make_step(&play, &script->steps[out->n]);
		out->n++;
	}
	stage_tidy(stage);
	mend_world(&play);
	names_free(&play.names);
	return true;
}

void transcript_free(struct transcript *transcript)
{
	for (size_t i = 0; i < transcript->n; i++)
		free(transcript->answers[i]);
	free(transcript->answers);
	*transcript = (struct transcript){ 0 };
}

/* ---- Comparison */

void finding_free(struct finding *finding)
{
	free(finding->expected);
	free(finding->got);
	finding->expected = NULL;
	finding->got = NULL;
}

static bool check_step(
	const struct step *step, enum implementation by, const char *oracle, const char *answer, struct finding *out)
{
	out->expected = strdup(by == ERLANG && step->erlang ? step->erlang
			: by == C && step->c                ? step->c
							    : (char *)(uintptr_t)oracle);
	out->got = strdup(answer);
	if (strcmp(out->expected, out->got) != 0) {
		out->why = step->c && by == C && strcmp(oracle, answer) == 0
			? "the listed difference is gone: C answers as Erlang does"
			: step->c ? "listed under the call"
			: by == C ? "as Erlang answers"
				  : "as Erlang answers when it plays both sides";
		return false;
	}
	finding_free(out);
	return true;
}

bool transcript_check(const struct script *script, const struct transcript *erlang, const struct transcript *play,
	struct finding *out)
{
	for (size_t i = 0; i < script->n_steps; i++) {
		const struct step *step = &script->steps[i];
		const enum implementation by = step->side == DIRECTOR ? ERLANG : play->cast->plays[step->side];

		*out = (struct finding){ .step = step, .cast = play->cast };
		if (!check_step(step, by, erlang->answers[i], play->answers[i], out))
			return false;
	}
	return true;
}
