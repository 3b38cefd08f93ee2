/* SPDX-License-Identifier: Apache-2.0 */
/*
 * catalogue.h - the requirements that cases trace to: the CSV files of cases/requirements, built in.
 */
#ifndef SCTPSPEC_RUNNER_CATALOGUE_CATALOGUE_H
#define SCTPSPEC_RUNNER_CATALOGUE_CATALOGUE_H

#include <stddef.h>

struct requirement {
	const char *id;      /* 9260-8.2-03 */
	const char *level;   /* MUST, MUST NOT, SHOULD, SHOULD NOT, MAY, API */
	const char *section; /* 8.2 */
	const char *summary;
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
