/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text.h - makes text from a test run harmless.
 *
 * What a result log quotes comes from a kernel, from peers and from broken packets: bytes that are
 * not UTF-8, terminal escapes, characters that XML forbids, marks that reverse the direction of
 * writing, and sometimes a megabyte of it. It is made harmless here, once, when a log is read. The
 * formats only have to escape for their own markup.
 */
#ifndef SCTPSPEC_REPORTS_TEXT_H
#define SCTPSPEC_REPORTS_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum text_kind {
	TEXT_LINE,  /* one line: a newline or tab becomes a visible mark */
	TEXT_BLOCK, /* lines: newlines and tabs stay, CR LF is a newline, none at the end */
	TEXT_BYTES, /* only what is not UTF-8 is replaced; for putting any bytes into JSON */
};

/* Longest text that is kept, in bytes of the original; the rest is cut, with a note. */
#define TEXT_LINE_MAX 2000U
#define TEXT_BLOCK_MAX 65536U

/*
 * Writes the harmless form of `bytes` and a NUL to `out`, which may be NULL to ask for the room:
 * gives the length without the NUL. Control characters become their pictures (U+2400...), what is
 * not UTF-8 and what hides or reorders text becomes U+FFFD.
 */
size_t text_clean(char *out, const char *bytes, size_t length, enum text_kind kind);

bool text_is_utf8(const char *bytes, size_t length);

#endif
