/* SPDX-License-Identifier: Apache-2.0 */
/*
 * names.h - what the names of a script stand for in one play, and names for the numbers in answers, so
 * that two plays can be compared.
 */
#ifndef GEN_SCTP_ORACLE_NAMES_H
#define GEN_SCTP_ORACLE_NAMES_H

#include "script.h"

#include <stdint.h>

struct names {
	struct name *list;
	size_t n;
	int unnamed; /* how many associations have been numbered */
};

/* The line with numbers for names: S.port becomes 2006, an association assoc(3). malloc'd. NULL when
 * one of them stands for nothing, because the call that should have given it failed: *missing. */
char *names_fill_in(const struct names *names, const char *line, char **missing);

/* Learns what step->bind stands for from the answer. */
void names_learn(struct names *names, const struct step *step, const char *answer);

/* The answer with names for numbers; malloc'd. Associations that the script has no name for become
 * assoc1, assoc2, ...; TSNs count from the first that was seen. */
char *names_put_in(struct names *names, const char *answer);

void names_free(struct names *names);

#endif
