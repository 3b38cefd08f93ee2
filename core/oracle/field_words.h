/* SPDX-License-Identifier: Apache-2.0 */
/* field_words.h - the fields of libgen_sctp's structs by gen_sctp's names, as tables. */
#ifndef GEN_SCTP_ORACLE_FIELD_WORDS_H
#define GEN_SCTP_ORACLE_FIELD_WORDS_H

#include "gen_sctp.h"
#include "term.h"

#include <stdio.h>

struct flag_word {
	const char *word;
	uint32_t bit;
};

enum field_word_kind {
	W_END,
	W_ASSOC, /* int32_t, an association's id */
	W_MAYBE, /* struct gs_maybe, a number */
	W_BOOL,  /* struct gs_maybe, 0 or 1 */
	W_FLAGS, /* struct gs_maybe, bits of `flags` */
	W_BITS,  /* uint32_t, bits of `flags` */
	W_ADDR,  /* union gs_addr; [ADDRESS, PORT] in a script */
	W_U32,
	W_U16,
	W_VALUE,  /* int64_t */
	W_STATUS, /* int32_t, an association's state */
	W_PATH,   /* int32_t, a path's state */
	W_NESTED, /* a struct of its own */
};

struct field_word {
	const char *word;
	enum field_word_kind kind;
	size_t offset; /* in its struct */
	const struct flag_word *flags;
	const struct field_word *nested;
};

extern const struct flag_word send_flags[];

/* "[unordered]": the words of the bits that are set, in the order of the alphabet */
void write_flags(FILE *out, uint32_t bits, const struct flag_word *words);
void write_fields(FILE *out, const void *base, const struct field_word *fields);
/* From a {name=value, ...}: NULL, or what is wrong. */
const char *read_fields(const struct term *record, const struct field_word *fields, void *base);

#endif
