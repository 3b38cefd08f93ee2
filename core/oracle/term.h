/* SPDX-License-Identifier: Apache-2.0 */
/*
 * term.h - the language of the scripts: one call a line, "name = function(argument, ...)".
 *
 *	a = connect(C, 127.0.0.1, S.port, [sctp_initmsg={num_ostreams=5}], 1000)
 *
 * Words are letters, digits and _ . : % - (so an address is a word); numbers are decimal or 0x;
 * text is "..." with \xHH. The same is read by oracle.erl.
 */
#ifndef GEN_SCTP_ORACLE_TERM_H
#define GEN_SCTP_ORACLE_TERM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum term_kind { TERM_NUMBER, TERM_WORD, TERM_TEXT, TERM_LIST, TERM_RECORD, TERM_CALL };

struct term {
	enum term_kind kind;
	int64_t number;
	char *key;  /* of `key=value` in a list or a record, or NULL */
	char *text; /* the word, the text, the function's name; NUL-ended */
	size_t length;
	struct term *items; /* of a list, a record; a call's arguments */
	struct term *next;
};

struct statement {
	char *name; /* what the result is called, or NULL */
	struct term *call;
};

/* NULL, or what is wrong with the line. Free it in both cases. */
const char *statement_parse(const char *line, struct statement *out);
void statement_free(struct statement *statement);

/* The n-th of a list, from 0; NULL behind its end. */
const struct term *term_at(const struct term *list, size_t n);
bool term_is_word(const struct term *term, const char *word);

/* What words consist of. */
bool term_is_word_character(char c);

#endif
