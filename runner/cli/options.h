/* SPDX-License-Identifier: Apache-2.0 */
/*
 * options.h - a command's options and arguments as a table: what each option is called, which values it takes, and
 * where the value goes. One parser reads the tables of all commands, so that a kind of value has the same limits and
 * the same error everywhere.
 */
#ifndef SCTPSPEC_RUNNER_CLI_OPTIONS_H
#define SCTPSPEC_RUNNER_CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum option_kind {
	OPTION_HEADING, /* no option: a heading in --help for the options that follow */
	OPTION_FLAG,    /* bool */
	OPTION_NUMBER,  /* uint64_t: decimal digits and nothing else, from `least` to `most` */
	OPTION_COUNT,   /* unsigned: the same */
	OPTION_SECONDS, /* double: decimal digits, perhaps with a point, from 0.001 to 1000000 */
	OPTION_CHOICE,  /* an enum: the index of the value in `words` */
	OPTION_TEXT,    /* const char *: any text */
	OPTION_PATH,    /* const char *: any but the empty one */
	OPTION_READ,    /* the function `read` converts the value */
};

/* 0, or -errno with what is wrong in *error. The word is part of argv and may be cut. */
typedef int option_read(char *word, void *member, char **error);

struct option_row {
	const char *name;
	int letter;        /* of its short form, or 0 */
	const char *value; /* what --help calls the value; NULL: it takes none */
	const char *help;  /* NULL: the end of the table */
	enum option_kind kind;
	size_t at; /* the member of the command's struct */
	uint64_t least, most;
	const char *const *words; /* NULL-ended */
	option_read *read;
	unsigned of; /* which commands have it (struct option_set); 0: all */
};

/* The offset of a member, which must have that type: the compiler holds the two pointers together. */
#define OPTION_AT(type, of, member) (offsetof(of, member) + 0 * sizeof(0 ? (type *)0 : &((of *)0)->member))

#define FLAG_AT(of, member) .kind = OPTION_FLAG, .at = OPTION_AT(bool, of, member)
#define NUMBER_AT(of, member, min, max) \
	.kind = OPTION_NUMBER, .at = OPTION_AT(uint64_t, of, member), .least = (min), .most = (max)
#define COUNT_AT(of, member, min, max) \
	.kind = OPTION_COUNT, .at = OPTION_AT(unsigned, of, member), .least = (min), .most = (max)
#define SECONDS_AT(of, member) .kind = OPTION_SECONDS, .at = OPTION_AT(double, of, member)
#define CHOICE_AT(of, member, list) .kind = OPTION_CHOICE, .at = offsetof(of, member), .words = (list)
#define TEXT_AT(of, member) .kind = OPTION_TEXT, .at = OPTION_AT(const char *, of, member)
#define PATH_AT(of, member) .kind = OPTION_PATH, .at = OPTION_AT(const char *, of, member)
#define READ_AT(of, member, function) .kind = OPTION_READ, .at = offsetof(of, member), .read = (function)

/* Options of several commands. */
#define COLOUR_ROW(of, member)                                                                             \
	{                                                                                                  \
		"color", 0, "WHEN", "auto (default), always or never", CHOICE_AT(of, member, colour_words) \
	}
option_read read_shard;  /* into a struct shard */
option_read read_tamper; /* into a const char * */

/* A table, and the struct inside the command's struct that it fills in. */
struct option_set {
	const struct option_row *rows;
	size_t at;
	unsigned of; /* selects the rows whose `of` has a bit in common with this, or is 0 */
};

/* The words that are no options. They point into argv. */
struct option_words {
	const char **list; /* NULL-ended */
	size_t n;
};

#define ANY_NUMBER SIZE_MAX

struct command_line {
	const char *arguments, *about;  /* for --help */
	const char *exit_status;        /* its meaning */
	const char *more;               /* what else --help says, or NULL */
	struct option_set sets[3];      /* up to one without rows */
	size_t words_at;                /* a struct option_words */
	size_t least, most;             /* how many words */
	const char *missing, *too_many; /* the messages for too few and too many words */
	bool program;                   /* the first word is a program: what follows is its own */
};

/*
 * Reads argv into `into`: STATUS_EXPECTED, or STATUS_USAGE after a line on stderr that says what is wrong. After
 * --help the program ends.
 */
int command_line_read(const struct command_line *line, int argc, char **argv, void *into);

#endif
