/* SPDX-License-Identifier: Apache-2.0 */
/*
 * purposes.h - the test purposes of ETSI TS 102 369: cases/requirements/etsi.csv, built into the program.
 *
 * A row says what is asked, by which requirement of RFC 9260, and which cases ask it, or why none does. A case says in
 * its .etsi which purposes it carries out; the test `purposes` holds the two against each other.
 */
#ifndef SCTPSPEC_RUNNER_CATALOGUE_PURPOSES_H
#define SCTPSPEC_RUNNER_CATALOGUE_PURPOSES_H

#include <stddef.h>

#include "reports/conformance.h"

struct purposes {
	struct known_purpose *rows; /* in the order of the file, which is that of the standard */
	size_t n;
};

/* Reads what is built in. 0 or -errno with a sentence that names file and line. */
int purposes_open(struct purposes *out, char **error);
/* The same of another text, named `name` in sentences: an id, a purpose and a requirement must be there, cases or a
 * reason, not both, and no id twice. */
int purposes_read(struct purposes *out, const char *name, const char *text, size_t length, char **error);
void purposes_close(struct purposes *purposes);

/* NULL when there is no such purpose. */
const struct known_purpose *purposes_find(const struct purposes *purposes, const char *id);

#endif
