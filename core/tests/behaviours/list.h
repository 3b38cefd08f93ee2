/* SPDX-License-Identifier: Apache-2.0 */
/* list.h - the behaviours (behaviours.csv), and the tests that carry their numbers in their names. */
#ifndef GEN_SCTP_TESTS_BEHAVIOURS_LIST_H
#define GEN_SCTP_TESTS_BEHAVIOURS_LIST_H

#include <stdbool.h>
#include <stddef.h>

enum column { COLUMN_ID, COLUMN_MARK, COLUMN_BEHAVIOUR, COLUMN_NO_TEST, COLUMN_NOTE, COLUMNS };

struct behaviour {
	unsigned number;       /* of B-number */
	char *column[COLUMNS]; /* never NULL */
};

struct behaviours {
	struct behaviour *rows;
	size_t n;
};

/* Reads the file; false when it has said on stderr what is wrong with it. */
bool behaviours_read(const char *path, struct behaviours *out);
void behaviours_free(struct behaviours *list);

struct names {
	char **list;
	size_t n;
};

/* Adds the tests that a source defines (START_TEST). False as above. */
bool names_add_tests(const char *source, struct names *out);
void names_free(struct names *names);

/* The next number that a test's name begins with (b077_b078_words), or 0; *name moves behind it. */
unsigned name_number(const char **name);
bool name_carries(const char *name, unsigned number);

#endif
