/* SPDX-License-Identifier: Apache-2.0 */
/*
 * main.c - oracle: plays scripts on Erlang's gen_sctp and on libgen_sctp, and says where they differ.
 *
 * Runs inside a guest; `core/oracle/run` is how a person starts it. Each script is played by Erlang
 * with itself, which is the oracle; by C with itself; and, if it has two sides, by C with Erlang and
 * the reverse.
 */
#include <argp.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "director.h"
#include "random.h"

enum { STATUS_SAME = 0, STATUS_DIFFERENT = 1, STATUS_USAGE = 2, STATUS_HARNESS = 3, STATUS_NOTHING = 4 };

static const struct cast casts[] = {
	{ "Erlang", { ERLANG, ERLANG } },
	{ "C", { C, C } },
	{ "client C, server Erlang", { C, ERLANG } },
	{ "client Erlang, server C", { ERLANG, C } },
};

#define N_CASTS (sizeof(casts) / sizeof(*casts))

static const struct argp_option options[] = {
	{ "show", 's', NULL, 0, "Print what each call was answered, in each play", 0 },
	{ "tamper", 't', "N", 0, "Falsify what C answers to the N-th call, to show that this is noticed", 0 },
	{ "random", 'r', "N[:SEED]", 0, "Play N scripts that are made up, too; one that shows a difference is printed",
		0 },
	{ "erlang", 'e', "DIR", 0, "Where Erlang is. Default: /usr/lib/erlang", 0 },
	{ "beams", 'b', "DIR", 0, "Where oracle.beam is. Default: /oracle", 0 },
	{ 0 },
};

struct arguments {
	bool show;
	size_t tamper; /* 0: nothing */
	struct stage stage;
	char **scripts;
	size_t n_scripts;
	size_t n_random;
	uint64_t seed; /* of the first of them */
};

struct totals {
	size_t scripts, plays, calls, listed, failures;
};

static error_t parse(int key, char *word, struct argp_state *state)
{
	struct arguments *arguments = state->input;
	char *end;

	switch (key) {
	case ARGP_KEY_INIT:
		state->name = (char *)(uintptr_t) "oracle";
		state->err_stream = NULL; /* getopt says it; argp would add a second line */
		return 0;
	case 's':
		arguments->show = true;
		return 0;
	case 't':
		arguments->tamper = strtoul(word, &end, 10);
		if (*end || arguments->tamper == 0)
			fprintf(stderr, "oracle: --tamper is a number from 1, not '%s'\n", word);
		return *end || arguments->tamper == 0 ? EINVAL : 0;
	case 'r':
		arguments->n_random = strtoul(word, &end, 10);
		arguments->seed = *end == ':' ? strtoull(end + 1, &end, 10) : 1;
		if (*end || arguments->n_random == 0)
			fprintf(stderr, "oracle: --random is N or N:SEED, not '%s'\n", word);
		return *end || arguments->n_random == 0 ? EINVAL : 0;
	case 'e':
		arguments->stage.erlang = word;
		return 0;
	case 'b':
		arguments->stage.beams = word;
		return 0;
	case ARGP_KEY_ARG:
		arguments->scripts = state->argv + state->next - 1;
		arguments->n_scripts = (size_t)(state->argc - state->next) + 1;
		state->next = state->argc;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static void show(const struct script *script, const struct transcript *play)
{
	printf("%s: %s\n", script->name, play->cast->words);
	for (size_t i = 0; i < script->n_steps; i++)
		printf("  %s\n    -> %s\n", script->steps[i].text, play->answers[i]);
}

static void report(const struct script *script, const struct finding *finding)
{
	const enum side side = finding->step->side;

	printf("DIFFERENT %s.script:%d: %s\n    played by %s\n    expected  %s    (%s)\n    got  "
	       "     %s\n",
		script->name, finding->step->line, finding->step->text, finding->cast->words, finding->expected,
		finding->why, finding->got);
	if (side != DIRECTOR && finding->cast->plays[CLIENT] != finding->cast->plays[SERVER])
		printf("    this call was made by %s\n", finding->cast->plays[side] == C ? "C" : "Erlang");
}

static void tamper(struct transcript *play, size_t nth)
{
	if (play->cast->plays[CLIENT] != C || nth > play->n)
		return;
	free(play->answers[nth - 1]);
	play->answers[nth - 1] = strdup("tampered with");
}

/* One cast's play. False when there was none. */
static bool play_one(struct arguments *arguments, const struct script *script, const struct cast *cast,
	struct transcript *erlang, struct totals *totals)
{
	struct transcript own = { 0 }, *play = cast == casts ? erlang : &own;
	struct finding finding = { 0 };

	if (!director_play(&arguments->stage, script, cast, play)) {
		transcript_free(&own);
		return false;
	}
	if (arguments->tamper)
		tamper(play, arguments->tamper);
	totals->plays++;
	totals->calls += play->n;
	if (arguments->show)
		show(script, play);
	if (!transcript_check(script, erlang, play, &finding)) {
		totals->failures++;
		report(script, &finding);
		finding_free(&finding);
	}
	transcript_free(&own);
	return true;
}

static int play_all(struct arguments *arguments, const struct script *script, struct totals *totals)
{
	const size_t n_casts = script->two_sided ? N_CASTS : 2;
	struct transcript erlang = { 0 };
	bool played = true;

	totals->scripts++;
	for (size_t i = 0; i < script->n_steps; i++)
		totals->listed += script->steps[i].because != NULL;
	for (size_t i = 0; i < n_casts && played; i++)
		played = play_one(arguments, script, &casts[i], &erlang, totals);
	transcript_free(&erlang);
	fflush(stdout);
	if (!played)
		fprintf(stderr, "oracle: the players of %s cannot be started\n", script->name);
	return played ? STATUS_SAME : STATUS_HARNESS;
}

/* Faults of scripts are found before the first is played. */
static int load_all(struct arguments *arguments, struct script *scripts)
{
	int status = STATUS_SAME;

	for (size_t i = 0; i < arguments->n_scripts; i++) {
		char *error = NULL;

		if (script_load(arguments->scripts[i], &scripts[i], &error) < 0) {
			fprintf(stderr, "oracle: %s\n", error ? error : "out of memory");
			free(error);
			status = STATUS_USAGE;
		}
	}
	return status;
}

/* A seed is one script, whatever was played before it. */
static int play_random(struct arguments *arguments, uint64_t seed, struct totals *totals)
{
	const size_t failures = totals->failures;
	char *text = random_script(seed), *name, *error = NULL;
	struct script script = { 0 };
	int status = STATUS_HARNESS;

	if (asprintf(&name, "random-%llu", (unsigned long long)seed) < 0)
		abort();
	if (script_read(name, text, &script, &error) == 0)
		status = play_all(arguments, &script, totals);
	else
		fprintf(stderr, "oracle: %s\n", error ? error : "out of memory");
	if (totals->failures > failures)
		printf("    the script, for a file:\n%s\n", text);
	script_free(&script);
	free(error);
	free(name);
	free(text);
	return status;
}

static int play_scripts(struct arguments *arguments, const struct script *scripts)
{
	struct totals totals = { 0 };
	int status = STATUS_SAME;

	if (!director_begin()) {
		fprintf(stderr, "oracle: cannot set up the addresses that scripts use\n");
		return STATUS_HARNESS;
	}
	for (size_t i = 0; i < arguments->n_scripts && status == STATUS_SAME; i++)
		status = play_all(arguments, &scripts[i], &totals);
	for (size_t i = 0; i < arguments->n_random && status == STATUS_SAME; i++)
		status = play_random(arguments, arguments->seed + i, &totals);
	stage_clear(&arguments->stage);
	printf("%zu scripts in %zu plays, %zu calls: %zu plays not as expected; %zu differences are "
	       "listed\n",
		totals.scripts, totals.plays, totals.calls, totals.failures, totals.listed);
	if (status == STATUS_SAME && totals.failures > 0)
		status = STATUS_DIFFERENT;
	return status;
}

int main(int argc, char **argv)
{
	static const struct argp argp = { .options = options,
		.parser = parse,
		.args_doc = "[SCRIPT...]",
		.doc = "Plays scripts on Erlang's gen_sctp and on libgen_sctp, and says where they "
		       "differ. To be run in a guest, by core/oracle/run." };
	struct arguments arguments = { .stage = { .erlang = "/usr/lib/erlang", .beams = "/oracle" } };
	struct script *scripts;
	int status;

	argp_err_exit_status = STATUS_USAGE;
	if (argp_parse(&argp, argc, argv, 0, NULL, &arguments) != 0)
		return STATUS_USAGE;
	if (arguments.n_scripts == 0 && arguments.n_random == 0) {
		fprintf(stderr, "oracle: there is no script to play\n");
		return STATUS_NOTHING;
	}
	scripts = calloc(arguments.n_scripts + 1, sizeof(*scripts));
	if (!scripts)
		return STATUS_HARNESS;
	status = load_all(&arguments, scripts);
	if (status == STATUS_SAME)
		status = play_scripts(&arguments, scripts);
	for (size_t i = 0; i < arguments.n_scripts; i++)
		script_free(&scripts[i]);
	free(scripts);
	return status;
}
