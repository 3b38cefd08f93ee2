/* SPDX-License-Identifier: Apache-2.0 */
/*
 * catalogue.h - the requirements that cases trace to: the CSV files of cases/requirements, built into the program.
 *
 * This is the head of catalogue/, the room that answers "what is there?": which requirements there are (catalogue),
 * which cases a word of the command line selects (select), and which known word was probably meant (nearest). The
 * cases themselves are engine/'s registry; this room only chooses among them.
 *
 * verdict/, run/ and cli/ call it. It owns the table of requirements, which is built once per command and not changed
 * afterwards. Everything else in the room is a pure function of its arguments.
 *
 * Threads and processes: none are started. An open catalogue may be read by any thread.
 *
 * What may go wrong: a CSV file is damaged, lacks a column, or has an id twice. That is an error of the build, which
 * the test `requirements` finds first; at run time it is a sentence with file and line. A selection that matches
 * nothing is an error with near misses, so that a typing mistake does not run fewer cases without a word.
 *
 * Weaknesses: all files are parsed at each start that needs them (1 642 rows, about a millisecond). Columns that no
 * caller asks for (stimulus, evidence, ...) are skipped. Levels are compared as words.
 */
#ifndef SCTPSPEC_RUNNER_CATALOGUE_CATALOGUE_H
#define SCTPSPEC_RUNNER_CATALOGUE_CATALOGUE_H

#include <stddef.h>

struct requirement {
	const char *id;      /* 9260-8.2-03 */
	const char *level;   /* MUST, MUST NOT, SHOULD, SHOULD NOT, MAY, API */
	const char *section; /* 8.2 */
	const char *summary;
	const char *observable; /* api, wire, api+wire, counter, untestable */
	unsigned priority;      /* 1 to 3 */
	const char *etsi; /* test purposes of ETSI TS 102 369, with semicolons between them; NULL or empty: none */
};

struct catalogue;

/* Reads what is built in. 0 or -errno with a sentence that names file and line. */
int catalogue_open(struct catalogue **out, char **error);
/* Reads one more CSV text, named `name` in sentences. An id that is there already is an error. */
int catalogue_add(struct catalogue *catalogue, const char *name, const char *text, size_t length, char **error);
struct catalogue *catalogue_new(void);
void catalogue_close(struct catalogue *catalogue);

/* NULL when there is no such requirement. */
const struct requirement *catalogue_find(const struct catalogue *catalogue, const char *id);
/* All of them, sorted by id. */
const struct requirement *catalogue_all(const struct catalogue *catalogue, size_t *count);

#endif
