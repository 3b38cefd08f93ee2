/* SPDX-License-Identifier: Apache-2.0 */
/* options.c - reads a command line by its tables, with argp, which also prints --help. */
#include "runner/cli/options.h"

#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runner/engine/tamper.h"
#include "runner/run/schedule.h"
#include "runner/verdict/exit_status.h"
#include "sentence.h"

enum { ROWS_MAX = 48, KEY_HELP = 'h', KEY_FIRST = 0x100 };

const char *argp_program_version = "sctpspec " SCTPSPEC_VERSION;

/* ---- One value ---- */

static bool whole_number(const char *word, uint64_t least, uint64_t most, uint64_t *out)
{
	if (*word == '\0' || word[strspn(word, "0123456789")] != '\0')
		return false;
	errno = 0;
	*out = strtoull(word, NULL, 10);
	return errno == 0 && *out >= least && *out <= most;
}

/* No sign, exponent, "inf" or "nan". */
static bool seconds(const char *word, double *out)
{
	size_t length = strspn(word, "0123456789");
	if (word[length] == '.')
		length += 1 + strspn(word + length + 1, "0123456789");
	if (word[length] != '\0' || strspn(word, ".") == length)
		return false;
	*out = strtod(word, NULL);
	return *out >= 1e-3 && *out <= 1e6;
}

static int read_number(const struct option_row *row, const char *word, void *member, char **error)
{
	uint64_t value;
	if (!whole_number(word, row->least, row->most, &value))
		return sentence(error, -EINVAL, "--%s is a number from %llu to %llu, not '%s'", row->name,
			(unsigned long long)row->least, (unsigned long long)row->most, word);
	if (row->kind == OPTION_COUNT)
		*(unsigned *)member = (unsigned)value;
	else
		*(uint64_t *)member = value;
	return 0;
}

static int read_choice(const struct option_row *row, const char *word, void *member, char **error)
{
	char list[128] = "";
	for (unsigned i = 0; row->words[i]; i++) {
		if (strcmp(row->words[i], word) == 0) {
			*(unsigned *)member = i;
			return 0;
		}
		size_t length = strlen(list);
		snprintf(list + length, sizeof(list) - length, "%s%s",
			i == 0                      ? ""
				: row->words[i + 1] ? ", "
						    : " or ",
			row->words[i]);
	}
	return sentence(error, -EINVAL, "--%s is %s, not '%s'", row->name, list, word);
}

static int read_value(const struct option_row *row, char *word, void *member, char **error)
{
	switch (row->kind) {
	case OPTION_FLAG:
		*(bool *)member = true;
		return 0;
	case OPTION_NUMBER:
	case OPTION_COUNT:
		return read_number(row, word, member, error);
	case OPTION_SECONDS:
		return seconds(word, member)
			? 0
			: sentence(error, -EINVAL, "--%s is a number of seconds from 0.001 to 1000000, not '%s'",
				  row->name, word);
	case OPTION_CHOICE:
		return read_choice(row, word, member, error);
	case OPTION_PATH:
		if (*word == '\0')
			return sentence(error, -EINVAL, "--%s needs the name of a %s", row->name,
				strcmp(row->value, "DIR") == 0 ? "folder" : "file");
		/* fall through */
	case OPTION_TEXT:
		*(const char **)member = word;
		return 0;
	default:
		return row->read(word, member, error);
	}
}

int read_shard(char *word, void *member, char **error)
{
	return shard_parse(word, member)
		? 0
		: sentence(error, -EINVAL, "--shard is I/N with I from 1 to N, as in 1/4, not '%s'", word);
}

int read_tamper(char *word, void *member, char **error)
{
	struct tamper tamper;
	*(const char **)member = word;
	return tamper_parse(word, &tamper)
		? 0
		: sentence(error, -EINVAL,
			  "--tamper is " TAMPER_WORDS " and a number from 1, as in drop:2; or setting:NAME:CHANGE");
}

/* ---- The tables as argp's ---- */

struct reading {
	const struct command_line *line;
	char *into;
	struct {
		const struct option_row *row;
		size_t at; /* of its struct */
	} rows[ROWS_MAX];
	struct argp_option options[ROWS_MAX + 2];
	size_t n;
};

static void add_row(struct reading *reading, const struct option_row *row, size_t at)
{
	size_t i = reading->n++;
	if (i == ROWS_MAX)
		abort();
	reading->rows[i].row = row;
	reading->rows[i].at = at + row->at;
	int above = i == 0 ? 0 : reading->options[i - 1].group;
	reading->options[i] = (struct argp_option){
		.name = row->name,
		.key = !row->name     ? 0
			: row->letter ? row->letter
				      : KEY_FIRST + (int)i,
		.arg = row->value,
		.doc = row->help,
		.group = row->kind == OPTION_HEADING ? above + 1 : above,
	};
}

static void add_rows(struct reading *reading)
{
	for (const struct option_set *set = reading->line->sets; set->rows; set++)
		for (const struct option_row *row = set->rows; row->help; row++)
			if (!row->of || (row->of & set->of))
				add_row(reading, row, set->at);
	reading->options[reading->n] = (struct argp_option){ .key = KEY_HELP, .flags = OPTION_HIDDEN };
}

static error_t refuse(const struct argp_state *state, char *text)
{
	fprintf(stderr, "%s: %s\n", state->name, text ? text : "no memory to say what went wrong");
	free(text);
	return EINVAL;
}

static error_t read_option(const struct argp_state *state, const struct reading *reading, int key, char *word)
{
	char *error = NULL;
	for (size_t i = 0; i < reading->n; i++)
		if (reading->options[i].name && reading->options[i].key == key) {
			int status =
				read_value(reading->rows[i].row, word, reading->into + reading->rows[i].at, &error);
			return status == 0 ? 0 : refuse(state, error);
		}
	return ARGP_ERR_UNKNOWN;
}

/* Takes all words that are no options, at once. */
static error_t read_words(const struct argp_state *state, const struct reading *reading)
{
	const struct command_line *line = reading->line;
	const size_t n = (size_t)(state->argc - state->next);
	char *error = NULL;
	if (n > line->most)
		sentence(&error, 0, "%s: '%s' is too much", line->too_many, state->argv[state->next + (int)line->most]);
	if (error)
		return refuse(state, error);
	struct option_words *words = (void *)(reading->into + line->words_at);
	words->list = (const char **)(state->argv + state->next);
	words->n = n;
	return 0;
}

static error_t parse(int key, char *word, struct argp_state *state)
{
	const struct reading *reading = state->input;
	const struct command_line *line = reading->line;
	switch (key) {
	case ARGP_KEY_INIT:
		state->err_stream = NULL; /* argp would add "Try ..." to getopt's own message */
		return 0;
	case KEY_HELP:
		argp_state_help(state, stdout, ARGP_HELP_STD_HELP);
		return 0;
	case ARGP_KEY_ARGS:
		return read_words(state, reading);
	case ARGP_KEY_END: {
		const struct option_words *words = (void *)(reading->into + line->words_at);
		return words->n >= line->least ? 0 : refuse(state, strdup(line->missing));
	}
	default:
		return read_option(state, reading, key, word);
	}
}

int command_line_read(const struct command_line *line, int argc, char **argv, void *into)
{
	struct reading reading = { .line = line, .into = into };
	char *about = NULL;
	add_rows(&reading);
	sentence(&about, 0, "%s\vExit status: %s.%s%s", line->about, line->exit_status, line->more ? "\n\n" : "",
		line->more ? line->more : "");
	const struct argp argp = { reading.options, parse, line->arguments, about, NULL, NULL, NULL };
	argp_err_exit_status = STATUS_USAGE;
	error_t status = argp_parse(&argp, argc, argv, line->program ? ARGP_IN_ORDER : 0, NULL, &reading);
	free(about);
	return status == 0 ? STATUS_EXPECTED : STATUS_USAGE;
}
